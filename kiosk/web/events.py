"""Screens that move by themselves: one stream of events for each browser (server-sent events).

A stream says only that a sheet has moved, and how far; what moved is then asked for, with the rights of who asks. Each open stream
keeps a thread, so there are fewer of them than threads: a scan never waits for a screen. Who finds no room asks now and then.
"""

import json
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, cast

from flask import Blueprint, Flask, Response, current_app, g, request

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.meaning import is_sheet_number
from kiosk.core.user import Task
from kiosk.desks.scanners import ONE
from kiosk.web.house import House
from kiosk.web.house import house as current_house
from kiosk.web.hub import LOOK, Hub, Seat
from kiosk.web.overheard import Overheard, listen
from kiosk.web.session import needs, still

RESERVED: Final = 24
"""Threads that no stream may take: they answer scans."""
BEAT: Final = 15
"""Looks after which a silent stream says that it lives: proxies and browsers end what says nothing."""
LIFE: Final = 40 * BEAT
"""Looks after which a stream ends, to be opened again by whoever is still logged in."""
RETRY: Final = 2000
"""Milliseconds after which a browser opens a stream again that ended."""
KIND: Final = "text/event-stream"
_NAME: Final = "hub"

events = Blueprint("events", __name__)


def install(app: Flask, house: House) -> None:
    """The hub of a house, told by its record what is written here, and the URL of its streams."""
    hub = Hub(lambda: house.journal.checkpoint().size, house.journal.length, max(house.rules.threads - RESERVED, 1))
    if isinstance(house.journal, Overheard):
        listen(house.journal, hub.heard)
    app.extensions[_NAME] = hub
    app.register_blueprint(events)


def hub(app: Flask | None = None) -> Hub:
    """The hub of this kiosk."""
    return cast("Hub", (app or current_app).extensions[_NAME])


@events.get("/events")
@needs(Task.COUNTER)
def stream() -> Response:
    """The events of a sheet."""
    sheet = request.args.get("sheet", "")
    if not is_sheet_number(sheet) and sheet != ONE:
        raise Refusal("no-such-sheet", got=sheet)
    return streamed(sheet)


def streamed(sheet: str) -> Response:
    """The events of a sheet or a page, from what the browser knows (`Last-Event-ID`, `board`) on; so long, its page is there."""
    here = hub()
    here.start()
    seat = here.sit(sheet, _known(request.headers.get("Last-Event-ID", "")), request.args.get("board", ""))
    if seat is None:
        return Response("", HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "5"}, content_type=KIND)
    beat, lost = _claimed(request.args.get("page", ""))
    stream = lines(here, seat, _presence(request.environ), _standing(), beat, lost)
    answer = Response(stream, content_type=KIND)
    answer.call_on_close(lambda: here.leave(seat))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers a stream would keep it to itself
    return answer


def _known(last: str) -> int:
    return int(last) if last.isascii() and last.isdigit() and len(last) < 10 else -1


def lines(
    here: Hub,
    seat: Seat,
    there: Callable[[], bool],
    may: Callable[[], bool],
    beat: Callable[[], None] = lambda: None,
    lost: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """The text of a stream: each move as it comes, a comment when nothing does, until the browser, its user or the kiosk leaves."""
    yield f"retry: {RETRY}\n\n"
    for look in range(1, LIFE + 1):
        at = here.news(seat, LOOK)
        if here.stopped or (look % BEAT == 0 and not may()):
            return
        if not there():
            return lost()
        if look % BEAT == 0:
            beat()
        if here.stirred(seat):
            yield "event: scanners\ndata: {}\n\n"
        if at is not None:
            yield f"event: moved\nid: {at}\ndata: {json.dumps({'sheet': seat.sheet, 'entries': at})}\n\n"
        elif look % BEAT == 0:
            yield ": still here\n\n"


def _standing() -> Callable[[], bool]:
    """Whether who opened the stream is still logged in: asked after the request is over, and so with what is kept of it here."""
    session, context = g.get("session"), current_app.app_context()

    def may() -> bool:
        with context:
            return session is None or still(session.ticket)

    return may


def _claimed(page: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Tell the scan station that the page of a sheet is still there, or is no more: what is scanned is for that sheet, or not."""
    session, kiosk = g.get("session"), current_house()
    tray = kiosk.tray
    if session is None or tray is None:
        return lambda: None, lambda: None

    def telling(tell: Callable[[str, str, datetime], None]) -> Callable[[], None]:
        def told() -> None:
            with suppress(Unavailable):
                tell(session.ticket.id, page, kiosk.clock())

        return told

    return telling(tray.claims.seen), telling(tray.claims.lost)


def _presence(environ: Mapping[str, Any]) -> Callable[[], bool]:
    """Whether the browser is still connected: else it would keep a seat from others until the next beat fails."""
    connection = environ.get("gunicorn.socket")
    if connection is None:
        return lambda: True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLRDHUP)
    return lambda: not poll.poll(0)
