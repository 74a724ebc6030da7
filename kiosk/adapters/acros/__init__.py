"""The release system: ACROSS, or the stub that stands in for it.

The same messages go both ways over HTTP and to a WSGI application in this process; what may be concluded from them is in `reply`.
Nothing is asked twice here: who asks again, and when, is not this module's to decide.
"""

import importlib
import io
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.adapters.acros.notices import told
from kiosk.adapters.acros.reply import MAX_REPLY, Reply, question, understood
from kiosk.core.answer import Answer
from kiosk.core.faults import Unavailable
from kiosk.core.notice import Notices
from kiosk.core.reference import Reference
from kiosk.ports import Clock

if TYPE_CHECKING:
    import urllib3

MAX_ASKED = 2000
MAX_SECONDS = 3600
PATH = "/v1/answers"
NOTICES = "/v1/holds"
Application = Callable[..., Iterable[bytes]]


class Transport(Protocol):
    """Sends a message and gives the reply, within about so many seconds; or `Unavailable`."""

    def __call__(self, body: bytes, budget: float, notices: int | None = None, /) -> Reply:
        """The reply to a question; with `notices`, a cursor, what the store tells from there on, and no question."""
        ...


@dataclass(slots=True)
class Breaker:
    """After three failures in a row the store is left alone for a while, twice as long each time, so that nobody waits in vain."""

    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0)
    patience: int = 3
    failures: int = 0
    until: float = 0.0

    def check(self, now: float) -> None:
        """`Unavailable` while the store is being left alone. `now` is monotonic seconds."""
        if now < self.until:
            raise Unavailable("store", "resting", f"after {self.failures} failures, asked again in {self.until - now:.1f} s")

    def note(self, now: float, *, failed: bool) -> None:
        """Count a failure, or forget them all."""
        self.failures = self.failures + 1 if failed else 0
        late = self.failures - self.patience
        self.until = now + self.pauses[min(late, len(self.pauses) - 1)] if late >= 0 else 0.0


class Acros:
    """A `Store` over one transport. `budget` is the whole time that an answer may take, in seconds."""

    def __init__(
        self,
        clock: Clock,
        *,
        authority: str,
        url: str = "",
        app: str = "",
        budget: float = 2.0,
        tolerance: float = 30.0,
        **options: str,
    ) -> None:
        """Over HTTP at `url`, or in this process with `app` (`module:factory`), which is called with the `options`.

        `tolerance` is by how many seconds the store's clock may differ from ours. `TypeError` or `ValueError` for settings that
        make no store: better no start than a store that is down for ever.
        """
        if url and (app or options):
            raise TypeError(f"store at {url}: expected no setting of an application beside it, got {', '.join(options) or app}")
        for name, seconds in (("budget", budget), ("tolerance", tolerance)):
            if not 0 < seconds <= MAX_SECONDS:
                raise ValueError(f"{name}: expected seconds, above 0 and up to {MAX_SECONDS}, got {seconds!r}")
        self.authority: Final = authority
        self._transport = over_http(url) if url else in_process(app, options)
        self._clock, self._budget, self._tolerance = clock, budget, timedelta(seconds=tolerance)
        self._breaker = Breaker()
        self._idle: list[Errand] = []

    def ask(self, references: Sequence[Reference]) -> tuple[Answer, ...]:
        """One answer for each reference, in order, in one round trip; or `Unavailable`."""
        if len(references) > MAX_ASKED:
            raise ValueError(f"{len(references)} references in one question, expected at most {MAX_ASKED}")
        if not references:
            return ()
        self._breaker.check(time.monotonic())
        try:
            reply = self._reply(question(references))
            answers = understood(reply, references, self.authority, self._clock(), self._tolerance)
        except Unavailable:
            self._breaker.note(time.monotonic(), failed=True)
            raise
        self._breaker.note(time.monotonic(), failed=False)
        return answers

    def holds(self, after: int) -> Notices:
        """What was referred for exam after it had been released, from a cursor on; or `Unavailable`.

        Nobody waits for it, and a store without notices may have answers: it does not count for how the store is.
        """
        self._breaker.check(time.monotonic())
        reply = self._reply(b"", after)
        if reply.status in (404, 405):
            raise Unavailable("store", "no-feed", f"HTTP {reply.status}")
        return told(reply, after, self.authority, self._clock(), self._tolerance)

    def _reply(self, body: bytes, notices: int | None = None) -> Reply:
        """The reply within the budget; the thread that fetched it in time is kept for the next question."""
        try:
            errand = self._idle.pop()
        except IndexError:
            errand = Errand()
        try:
            return errand.run(lambda: self._transport(body, self._budget, notices), self._budget)
        finally:
            if errand.idle:
                self._idle.append(errand)


Done = tuple[Reply | None, BaseException | None]


class Errand:
    """A thread that asks, so that an answer is waited for no longer than its budget, wherever the asking hangs.

    A socket's own time-out starts anew at each byte. The thread is a daemon: a store that hangs for ever does not keep the kiosk
    from ending.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], Reply] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        self.idle = True
        threading.Thread(target=self._work, daemon=True, name="store").start()

    def run(self, job: Callable[[], Reply], budget: float) -> Reply:
        """What the job gives, or `Unavailable` when it takes longer; the thread then ends when its job does."""
        self.idle = False
        self._jobs.put(job)
        try:
            reply, error = self._done.get(timeout=budget)
        except queue.Empty:
            self._jobs.put(None)
            raise Unavailable("store", "slow", f"no answer in {budget:g} s") from None
        self.idle = True
        if error is not None:
            raise error
        assert reply is not None  # noqa: S101 - one or the other
        return reply

    def _work(self) -> None:
        while job := self._jobs.get():
            try:
                self._done.put((job(), None))
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                self._done.put((None, error))


def asked(notices: int | None) -> tuple[str, str]:
    """The method and the path of a question, or of the store's notices from a cursor on."""
    return ("POST", PATH) if notices is None else ("GET", f"{NOTICES}?after={notices}")


def over_http(url: str) -> Transport:
    """A transport to a store on the network. Proxies and redirects are not followed."""
    import urllib3  # noqa: PLC0415 - a kiosk with its own store does not need it

    try:
        parsed = urllib3.util.parse_url(url)
    except urllib3.exceptions.LocationParseError as error:
        raise ValueError(f"url: expected http://host:port, got {url!r}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"url: expected http://host:port, got {url!r}")
    pool = urllib3.connection_from_url(url, retries=False, maxsize=8)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    base = (parsed.path or "").rstrip("/")

    def post(body: bytes, budget: float, notices: int | None) -> "urllib3.BaseHTTPResponse":
        method, path = asked(notices)
        more: dict[str, Any] = {"timeout": budget, "redirect": False, "preload_content": False, "decode_content": True}
        return pool.urlopen(method, base + path, body or None, headers, **more)

    def kept(body: bytes, budget: float, notices: int | None) -> "urllib3.BaseHTTPResponse":
        """The reply; over a new connection where the store had closed the kept one meanwhile, which is no fault of the store's."""
        made = pool.num_connections
        try:
            return post(body, budget, notices)
        except urllib3.exceptions.ProtocolError:
            if pool.num_connections > made:
                raise
            return post(body, budget, notices)

    def send(body: bytes, budget: float, notices: int | None = None, /) -> Reply:
        try:
            got = kept(body, budget, notices)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            late = isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(
                error, urllib3.exceptions.NewConnectionError
            )
            raise Unavailable("store", "slow" if late else "down", f"{url}: {type(error).__name__}") from error
        return _read(got, url)

    return send


def _read(got: "urllib3.BaseHTTPResponse", url: str) -> Reply:
    try:
        reply = Reply(got.status, got.headers.get("Content-Type", ""), got.read(MAX_REPLY + 1))
    except Exception as error:  # urllib3's own errors, and those of what decompresses, when a reply breaks off
        got.close()
        raise Unavailable("store", "garbled", f"{url}: {type(error).__name__}") from error
    got.release_conn() if len(reply.body) <= MAX_REPLY else got.close()
    return reply


def in_process(path: str, options: Mapping[str, str]) -> Transport:
    """A transport to a WSGI application in this process, made at once: the first question must not wait for it."""
    module, _, factory = path.partition(":")
    try:
        make = getattr(importlib.import_module(module), factory)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"app: expected module:factory, got {path!r}: {error}") from error
    application: Application = make(**options)

    def send(body: bytes, _budget: float, notices: int | None = None, /) -> Reply:
        try:
            return _called(application, _environ(body, notices))
        except BaseException as error:  # SystemExit too: the end of somebody else's application is not ours
            raise Unavailable("store", "down", f"{path}: {type(error).__name__}: {error}") from error

    return send


def _called(application: Application, environ: dict[str, Any]) -> Reply:
    """The reply of an application, and no more of it than is read over HTTP."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    parts = application(environ, lambda status, headers, _exc=None: said.append((status, headers)))
    content = bytearray()
    try:
        for part in parts:
            content += part
            if len(content) > MAX_REPLY:
                break
    finally:
        getattr(parts, "close", lambda: None)()
    status, headers = said[-1]
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    return Reply(int(status.split()[0]), kind, bytes(content))


def _environ(body: bytes, notices: int | None) -> dict[str, Any]:
    method, target = asked(notices)
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "0",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
