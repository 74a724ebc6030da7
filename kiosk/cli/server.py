"""gunicorn, as the counter needs it: one process with threads, kept alive by another; quick to end, with nothing left behind."""

import ctypes
import os
import resource
import signal
import socket
import ssl
import struct
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers import gthread

from kiosk import log
from kiosk.cli.patience import Patience, patient
from kiosk.cli.terminal import REFUSED, Terminal
from kiosk.cli.watchdog import Fed
from kiosk.core.faults import Refusal, Unavailable
from kiosk.station.notify import Keeper
from kiosk.web.events import hub
from kiosk.web.security import HEADERS

if TYPE_CHECKING:
    from flask import Flask

GRACE: Final = 2
"""Seconds for what is under way when the service is ended."""
LINGER: Final = 0.2
"""Seconds for which a connection without a question stays open then."""
KEPT: Final = 75
"""Seconds for which one stays open else; it takes no thread."""
STALLED: Final = 20
"""Seconds that a thread waits for the other side of a connection: who stops in the middle of a question does not keep it."""
LEFT: Final = 1.0
"""Seconds for what nobody read of a body, before the same connection asks again."""
MAKE_ROOM: Final = 200
"""Silent connections that are closed at once where all are taken."""
FILES: Final = 4096
"""Files and connections of one process; gunicorn lets a thousand of these in, and ends where it can't open one more."""
OPTIONS: Final[dict[str, Any]] = {
    "workers": 1,
    "graceful_timeout": GRACE,
    "keepalive": KEPT,
    "limit_request_line": 4094,
    "limit_request_fields": 60,
    "limit_request_field_size": 8190,
    "forwarded_allow_ips": "",  # who is believed is said in one place, by `behind_proxy`
    "control_socket_disable": True,
    "loglevel": "warning",
}
_PDEATHSIG: Final = 1

gthread.STOP_KEEPALIVE_LINGER = LINGER


def said_no(connection: socket.socket, status: int, reason: str, _detail: str) -> None:
    """What gunicorn itself answers to what is no question: with the headers of every other, and with nothing of what was sent."""
    head = {**HEADERS, "Connection": "close", "Cache-Control": "no-store", "Content-Type": "text/plain"}
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in head.items())]
    text = f"{reason}\n"
    util.write_nonblock(connection, "\r\n".join([*lines, f"Content-Length: {len(text)}", "", text]).encode("ascii"))


util.write_error = said_no


@dataclass(frozen=True, slots=True)
class Start:
    """What is served, and where: `make` gives the application in the process that serves it, and ends its parts."""

    make: Callable[[], AbstractContextManager["Flask"]]
    listener: socket.socket
    certificate: Path | None
    tls: ssl.SSLContext | None
    threads: int
    address: str
    opened: bool


def serve(terminal: Terminal, start: Start) -> int:
    """Serve until the process is ended; its exit code. Whatever forbids a start is said by the process that found it."""
    log.begin()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)), hard))
    keeper = os.getpid()
    service = Service(terminal, start, service_manager())
    try:
        Arbiter(service).run()
    except SystemExit as end:
        if os.getpid() != keeper:  # the process that serves ends here too, and its code is for the keeper
            raise
        return REFUSED if end.code == Arbiter.APP_LOAD_ERROR else int(end.code or 0)
    return 0


def service_manager() -> Keeper:
    """Whoever wants to know how this service is. gunicorn would tell him that it is ready before anything is."""
    keeper = Keeper.of({**os.environ, "WATCHDOG_PID": ""})  # it watches the keeper by name, and is fed by the process that serves
    os.environ.pop("NOTIFY_SOCKET", None)
    return keeper


def impatient(listener: socket.socket, seconds: int) -> None:
    """Have the connections that come here fail when nothing moves for so long: gunicorn would wait for ever."""
    for side in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # what is accepted inherits them
        listener.setsockopt(socket.SOL_SOCKET, side, struct.pack("ll", seconds, 0))


class Service(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One counter at a socket that listens already."""

    def __init__(self, terminal: Terminal, start: Start, keeper: Keeper) -> None:
        impatient(start.listener, STALLED)
        self.keeper: Final = keeper
        self._terminal, self._start, self._fd = terminal, start, start.listener.detach()
        self._parts = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        """How gunicorn is to do it."""
        start = self._start
        options = {"bind": f"fd://{self._fd}", "threads": start.threads, "worker_class": Worker, "logger_class": Told, **OPTIONS}
        options |= {"post_fork": _orphaned, "post_worker_init": self._serving}
        if start.tls is not None:
            options |= {"certfile": str(start.certificate), "ssl_context": lambda conf, make: start.tls}  # noqa: ARG005 - gunicorn's
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> "Flask":
        """The application, in the process that serves it."""
        try:
            return self._parts.enter_context(self._start.make())
        except Refusal as no:
            self._terminal.refused(no)
            sys.exit(Arbiter.APP_LOAD_ERROR)
        except Unavailable as no:
            self._terminal.unavailable(no)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    def close(self) -> None:
        """End its parts; harmless twice."""
        self._parts.close()

    def _serving(self, worker: "Worker") -> None:
        """Say the address, once: a process that takes the place of another says nothing."""
        self.keeper.ready()
        if worker.age > 1:
            return
        if self._terminal.json:
            self._terminal.show({"address": self._start.address})
        else:
            self._terminal.say("cli.web.ready", address=self._start.address)
        if self._start.opened:  # some browsers are waited for until they end
            threading.Thread(target=webbrowser.open, args=[self._start.address], daemon=True).start()


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # likewise
    """The process that serves. Its streams end as soon as it is told to end, and its parts with it."""

    def __init__(self, *given: Any, **more: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*given, **more)
        self.patience: Final = Patience()
        self._watchdog: Final = Fed(self.app.keeper)

    def notify(self) -> None:
        """The loop has turned: the process that keeps this one is told, and the service manager if there is one."""
        super().notify()
        if self.tpool is not None:
            self._watchdog.turn(self.tpool.submit)

    def load_wsgi(self) -> None:
        """The application, which reads bodies with patience."""
        super().load_wsgi()
        self.wsgi.wsgi_app = patient(self.wsgi.wsgi_app, self.patience)
        self.patience.start()

    def handle_exit(self, sig: int, frame: object) -> None:
        """SIGTERM: no new questions, no streams; what is under way is finished."""
        super().handle_exit(sig, frame)
        self.method_queue.defer(hub(self.wsgi).stop)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - as gunicorn calls it, now and then
        """Close what has been silent for too long; where nobody more can be let in, what has been silent longest makes room."""
        if self.nr_conns >= self.worker_connections:
            for conn in islice(chain(self.pending_conns, self.keepalived_conns), MAKE_ROOM):
                conn.timeout = 0.0
        super().murder_keepalived(force)

    def enqueue_req(self, conn: gthread.TConn) -> None:
        """Have a thread handle it; whoever stays on the line after the last answer is not waited for in this one."""
        conn.close = partial(self._closed, conn)
        super().enqueue_req(conn)

    def _closed(self, conn: gthread.TConn, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - as gunicorn calls it
        if graceful:
            self.patience.leave(conn.sock)
        else:
            conn.sock.close()

    def handle(self, conn: gthread.TConn) -> Any:  # noqa: ANN401 - gunicorn's
        """One question. A connection on which none has come yet takes no thread: browsers open some ahead of need."""
        if not conn.initialized and not conn.wait_for_data(0):
            return gthread._DEFER  # noqa: SLF001 - what gunicorn itself says, five seconds later
        with self.patience.listening(conn):
            return super().handle(conn)

    def handle_request(self, req: Any, conn: gthread.TConn) -> Any:  # noqa: ANN401 - likewise
        """One whose head is here; what is left of its body after the answer is listened to again, and thrown away."""
        self.patience.heard(conn)
        going = super().handle_request(req, conn)
        if not going:
            return going
        with self.patience.listening(conn):
            return conn.parser.finish_body(deadline=time.monotonic() + LEFT)

    def run(self) -> None:
        """Serve until told to end."""
        try:
            super().run()
        finally:
            self.patience.stop()
            self.app.close()


class Told(Logger):  # type: ignore[misc]  # likewise
    """gunicorn's own log, in our form. What a request said is not told: its address may name a client."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's
        """No handler of its own: ours hears it."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: str, *args: object, **more: Any) -> None:  # noqa: ANN401 - likewise
        """As it is; but of a request that can't be understood, only that there was one."""
        super().warning("Invalid request" if msg.startswith("Invalid request") else msg, *args, **more)

    def exception(self, msg: str, *args: object, **more: Any) -> None:  # noqa: ANN401 - likewise
        """The error itself, without the request."""
        super().exception("Error handling request" if msg.startswith("Error handling request") else msg % args, **more)


def _orphaned(_arbiter: object, worker: Any) -> None:  # noqa: ANN401 - likewise
    """End with the process that keeps this one, however that ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != worker.ppid:
        sys.exit()
