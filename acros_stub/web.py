"""The store's interface: `POST /v1/answers`, `GET /v1/holds`, `GET /v1/health`, `GET /openapi.json`; over HTTP and in process.

An officer waits for `POST /v1/answers`, so it goes straight from WSGI to the store and back; Flask has all the rest.
"""

import re
import time
import weakref
from collections.abc import Callable, Iterable
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from acros_stub import database, instant, referrals, status
from acros_stub.answers import AUTHORITY, BadQuestionError, answered, question
from acros_stub.database import file_url
from acros_stub.faults import Fault
from acros_stub.garbled import garble, spoil
from acros_stub.history import read
from acros_stub.reply import Reply, json_reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST: Final = 1 << 20
PATH: Final = "/v1/answers"
_WHOLE: Final = re.compile("0|[1-9][0-9]{0,14}", re.ASCII)
DATABASE_FILE: Final = "acros.sqlite3"


class Door:
    """The store, open for reading: opened at the first question, so that a store which is away does not stop a start."""

    def __init__(self, url: str, windows: tuple[int, int], clock: Callable[[], int], sleep: Callable[[float], None]) -> None:
        self._url = url
        self._windows = windows
        self._clock = clock
        self._sleep = sleep
        self._opened: Engine | None = None

    def reply(self, environ: "WSGIEnvironment") -> Reply:
        """The reply to `POST /v1/answers`; never an exception."""
        try:
            references = question(_body(environ))
            as_of = self._clock()  # before the SELECT: what it sees is at least as new as we say
            reading = read(self._engine(), references)
        except BadQuestionError as error:
            return problem(error.code, str(error))
        except database.NoStoreError as error:
            return problem(503, str(error))
        except database.LOST as error:
            return self._lost(error)
        if reading.fault.kind == "down":
            return problem(503, "a fault is being played: down")
        self._wait(reading.fault)
        document = answered(references, reading, as_of, self._windows)
        return garble(reading.fault.how, document) if reading.fault.kind == "garbled" else json_reply(document)

    def health(self) -> Reply:
        """Whether a question could be answered now, and how many requests are on file."""
        try:
            as_of = self._clock()
            fault, releases = self._census()
        except database.NoStoreError as error:
            return problem(503, str(error))
        except database.LOST as error:
            return self._lost(error)
        if fault.kind == "down":
            return problem(503, "a fault is being played: down")
        self._wait(fault)
        return json_reply({"authority": AUTHORITY, "as_of": instant.iso(as_of), "releases": releases})

    def holds(self, after: str) -> Reply:
        """What was referred for exam after it had been released, from a number on."""
        try:
            if not _WHOLE.fullmatch(after):
                raise BadQuestionError(422, f"after: expected a whole number up to 15 digits, got {after[:80]!r}")
            as_of = self._clock()
            told = referrals.read(self._engine(), int(after))
        except BadQuestionError as error:
            return problem(error.code, str(error))
        except database.NoStoreError as error:
            return problem(503, str(error))
        except database.LOST as error:
            return self._lost(error)
        if told.fault.kind == "down":
            return problem(503, "a fault is being played: down")
        self._wait(told.fault)
        document = {"authority": AUTHORITY, "as_of": instant.iso(as_of), **_notices(told)}
        return spoil(document) if told.fault.kind == "garbled" else json_reply(document)

    def _census(self) -> tuple[Fault, int]:
        engine = self._engine()
        with engine.connect() as connection:
            releases = connection.exec_driver_sql("SELECT count(*) FROM requests").scalar_one()
        return read(engine, ()).fault, releases

    def _wait(self, fault: Fault) -> None:
        if fault.kind == "slow":
            self._sleep(fault.milliseconds / 1000)

    def _engine(self) -> Engine:
        """The engine, once it is known that there is a store; asked again at each question until there is one."""
        if self._opened is None:
            engine = database.reader(self._url)
            try:
                database.ready(engine)
            except BaseException:
                engine.dispose()
                raise
            weakref.finalize(self, engine.dispose)  # connections close with the application, however it ends
            self._opened = engine
        return self._opened

    def _lost(self, error: Exception) -> Reply:
        """The database could not be asked; what comes next starts from new connections."""
        if self._opened is not None:
            self._opened.dispose()
        cause = error.__cause__ or error
        return problem(503, f"database: expected an answer, got {type(cause).__name__}")


def _notices(told: referrals.Told) -> dict[str, Any]:
    return {"events": told.events, "next": told.next, "last": told.last}


def create_app(
    database: str | None = None,
    *,
    home: str | None = None,
    reuse_days: int = status.REUSE_WINDOW // instant.DAY,
    air_reuse_days: int = status.AIR_REUSE_WINDOW // instant.DAY,
    clock: Callable[[], int] = instant.now,
    sleep: Callable[[float], None] = time.sleep,
) -> Flask:
    """The store's application, safe to call from several threads.

    `database` is a SQLAlchemy URL; without it, the SQLite file in the folder `home`. Nothing is opened before the first
    question, and a store that is not there answers 503: never "not on file".
    """
    if database is None and home is None:
        raise TypeError("create_app: expected database or home, got neither")
    url = database or file_url(Path(home or "") / DATABASE_FILE)
    door = Door(url, (reuse_days * instant.DAY, air_reuse_days * instant.DAY), clock, sleep)
    app = Flask(__name__, static_folder=None)
    _route(app, door)
    app.register_error_handler(HTTPException, _refused)
    app.wsgi_app = _straight(door, app.wsgi_app)  # type: ignore[method-assign, assignment]  # Flask's own way to put WSGI before it
    return app


def _route(app: Flask, door: Door) -> None:
    """What the application answers to."""
    document = (files("acros_stub") / "openapi.json").read_bytes()
    openapi = Reply("200 OK", [("Content-Type", "application/json")], document)
    for path, method, view in (
        (PATH, "POST", lambda: door.reply(request.environ)),
        ("/v1/holds", "GET", lambda: door.holds(request.args.get("after", "0"))),
        ("/v1/health", "GET", door.health),
        ("/openapi.json", "GET", lambda: openapi),
    ):
        app.add_url_rule(path, path, _viewed(view), methods=[method], provide_automatic_options=False)


def _viewed(view: Callable[[], Reply]) -> Callable[[], Response]:
    def respond() -> Response:
        reply = view()
        return Response(reply.body, reply.status, reply.headers)

    return respond


def _straight(door: Door, otherwise: "WSGIApplication") -> "WSGIApplication":
    """Questions to the door, everything else to Flask."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return otherwise(environ, start_response)
        reply = door.reply(environ)
        start_response(reply.status, [*reply.headers, ("Content-Length", str(len(reply.body)))])
        return (reply.body,)

    return application


def _body(environ: "WSGIEnvironment") -> bytes:
    """The body of a question, if it says that it is JSON and is not too large."""
    content_type, _, parameters = environ.get("CONTENT_TYPE", "").partition(";")
    if content_type.strip().lower() != "application/json" or "charset" in parameters.replace("utf-8", "").lower():
        raise BadQuestionError(415, f"content type: expected application/json, got {environ.get('CONTENT_TYPE', '')!r}")
    length = environ.get("CONTENT_LENGTH") or (LARGEST + 1 if environ.get("wsgi.input_terminated") else 0)
    try:
        wanted = int(length)
    except ValueError:
        raise BadQuestionError(400, f"content length: expected a number, got {length!r}") from None
    body: bytes = b"" if wanted > LARGEST + 1 else environ["wsgi.input"].read(wanted)
    if wanted > LARGEST + 1 or len(body) > LARGEST:
        raise BadQuestionError(413, f"body: expected at most {LARGEST} bytes, got more")
    if environ.get("CONTENT_LENGTH") and len(body) != wanted:
        raise BadQuestionError(400, f"body: expected {wanted} bytes, got {len(body)}")
    return body


def problem(code: int, detail: str) -> Reply:
    """An error as RFC 9457 has it."""
    title = HTTPStatus(code).phrase
    members: dict[str, Any] = {"type": "about:blank", "title": title, "status": code, "detail": detail}
    return json_reply(members, f"{code} {title}", "application/problem+json")


def _refused(error: HTTPException) -> Response:
    """404, 405 and the rest: Flask's own, in the shape of all our errors, with their headers (Allow)."""
    reply = problem(error.code or 500, error.description or "")
    kept = [header for header in error.get_headers() if header[0].lower() not in {"content-type", "content-length"}]
    return Response(reply.body, reply.status, [*reply.headers, *kept])
