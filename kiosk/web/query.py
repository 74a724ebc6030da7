"""A client's query: what is scanned at his screen, how it is shown to him, and how it comes to paper."""

from contextlib import suppress
from typing import Any, Final

from flask import g, render_template, request
from werkzeug.exceptions import BadRequest

from drivers.scan import Scan, identified
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import office_code
from kiosk.core.storm import is_miss
from kiosk.desks.client import MOST, ClientDesk
from kiosk.web import visit
from kiosk.web.board import at_station
from kiosk.web.counter import TRIES, found, sheets
from kiosk.web.house import house
from kiosk.web.queue import asked
from kiosk.web.queue import desk as queue
from kiosk.web.rows import aloud, views
from kiosk.web.screen import spoken
from kiosk.web.visit import Visit, visits

_LONGEST: Final = 4096
_ID: Final = 64
_SHAPES: Final = {"unasked": "waiting", "unread": "faulty"}


def desk() -> ClientDesk:
    """Where clients help themselves; `Refusal` where the office does not let them."""
    here = visit.desk()
    if here is None:
        raise Refusal("self-service-off")
    return here


def header() -> Header:
    """A client who has logged in has a name."""
    if not house().office:
        raise Refusal("no-office")
    who = (g.session.name, g.session.badge) if g.session is not None else ()
    return Header(office_code(house().office), *who)


def listen(name: str, sheet: str) -> None:
    """Have the station's scanners read for this screen, if it stands beside them and no officer has them."""
    kiosk = house()
    if kiosk.tray is not None and at_station():
        with suppress(Unavailable):
            kiosk.tray.claims.take(sheet, kiosk.station, name, kiosk.clock(), page=f"client-{name}", politely=True)
            kiosk.tray.look()


def read_scan() -> Scan:
    """What the page sent; 400 for what no page of ours sends."""
    given = request.get_json()
    if not isinstance(given, dict) or not all(isinstance(given.get(one), str) for one in ("id", "text")):
        raise BadRequest
    text = given["text"]
    if not 8 <= len(given["id"]) <= _ID or not given["id"].replace("-", "").isalnum() or not 0 < len(text) <= _LONGEST:
        raise BadRequest
    bare, symbology = identified(text)
    return Scan(given["id"], bare, text.encode(errors="surrogatepass"), "screen/wedge", house().clock(), symbology)


def scanned(number: str, came: Scan) -> QuerySheet:
    """The sheet with a scan on it; tried again where the station's scanners were at it meanwhile."""
    for _ in range(TRIES):
        sheet = found(number)
        if len(sheet.rows) >= MOST and came.id not in sheet.scans:
            raise Refusal("query-full", expected=MOST)
        try:
            return sheets().keep(house().counter.scan(sheet, [came], house().station))
        except Conflict:
            continue
    raise Conflict("moved-on", subject=number)


def print_sheet(sheet: QuerySheet) -> None:
    """Every original that is due, to the printer."""
    asked(sheet, house().station)


def sources(name: str) -> tuple[str, ...]:
    """Whose misses are counted together: a screen's, and those of the machine that it stands at."""
    return f"screen {name[:8]}", f"address {request.remote_addr}"


def told(name: str, now: Visit, about: str = "") -> dict[str, Any]:
    """The query as its screen shows it: the HTML, what is read aloud of the row that a scan is about, and how long is waited.

    While a storm is waited out, what came meanwhile is not shown yet: else a scanner that reads on would not be slowed.
    """
    sheet = found(now.sheet)
    weather(name, now, sheet)
    wait = visit.misses().wait(sources(name), house().clock())
    known = views(sheet)
    shown = known[: now.shown] if wait else known
    visits().change(name, now, shown=len(shown))
    new = next((one for one in shown if one.scan == about), None)
    here = desk()
    values = {"sheet": sheet, "rows": shown, "shapes": _SHAPES, "notice": notice(now), "wait": wait, "unattended": here.unattended}
    html = render_template("client_rows.html", **values, hindrance=here.hindrance(sheet))
    said = aloud(new) if new is not None else ""
    return {"html": html, "entries": sheet.entries, "said": said, "tone": new.tone if new else "", "wait": wait, "visit": now.code}


def notice(now: Visit) -> tuple[str, str, str] | None:
    """What came of the client's last wish; of one that goes to paper, that it may not come out, as soon as the queue says so."""
    if now.notice is None or now.notice[0] != "success":
        return now.notice
    jobs = queue().of(now.sheet)
    newest = {job.mark: job for job in reversed(jobs) if job.kind == jobs[0].kind}  # of two originals, each
    missing = any(job.trouble or job.settled == "given-up" for job in newest.values())
    return ("error", spoken().say("screen.client.no-paper"), now.notice[2]) if missing else now.notice


def weather(name: str, now: Visit, sheet: QuerySheet) -> None:
    """Count the numbers that were not found, wherever they were read; a storm is recorded once."""
    misses = sum(map(is_miss, sheet.rows))
    visits().change(name, now, missed=misses)
    begun = list(visit.misses().add(sources(name), misses - now.missed, house().clock()))
    for source, times in begun[:1]:
        desk().storm(source, len(times), times[0])
