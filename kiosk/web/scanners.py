"""The station's own scanners, on the screens: which sheet they write on, how they are, and what they read that no sheet has (D5).

They are read by the scan station, a process of its own; what is here works without it, and says loudly that it is not there.
"""

import re
from collections.abc import Collection
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from drivers.scan import NoRead
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.meaning import is_sheet_number
from kiosk.core.user import Task
from kiosk.desks.gate import GATE
from kiosk.desks.scanners import HOME, ONE
from kiosk.web.board import told, tray
from kiosk.web.counter import check_own, found
from kiosk.web.errors import wants_json
from kiosk.web.house import house
from kiosk.web.screen import date_time, page, spoken
from kiosk.web.session import needs

if TYPE_CHECKING:
    from kiosk.station.claims import Claim
    from kiosk.station.spool import Kept, Lamp
    from kiosk.station.tray import Tray

LONGEST: Final = 120
"""Characters of a kept scan that are shown in a list; all of it is in the record."""
MOST: Final = 200
"""Kept scans that are shown; more are told by their number."""
_RAW: Final = 512
"""Bytes of a test scan that are shown."""
_PAGE: Final = re.compile("[0-9A-Za-z-]{8,64}")
_SCANS: Final = re.compile("[0-9]{1,15}(,[0-9]{1,15})*")
scanners = Blueprint("scanners", __name__)


@scanners.get("/scanners")
@needs(Task.DEVICES)
def show() -> str:
    """All scanners, what they read that no sheet has, and the test scan."""
    return page("scanners.html", **shown())


def shown() -> dict[str, Any]:
    """What that page shows."""
    held, now = tray(), tray().board()
    theirs = g.session.may(Task.COUNTER)  # what was read is for who may put it on a sheet
    kept = listed(held) if theirs and now.health != "unreadable" else []
    test, got = held.tested(g.session.ticket.id) if now.health != "unreadable" else (None, None)
    wanted = request.args.get("sheet", "")
    return {
        **WORDED,
        "board": now,
        "kept": kept,
        "sheets": house().record.open_sheets() if kept else (),
        "chosen": wanted if is_sheet_number(wanted) else now.claim.sheet if now.claim is not None else "",
        "test": test,
        "got": got,
        "left": seconds_left(test),
    }


def seconds_left(test: "Claim | None") -> int:
    """How long a test still waits for its scan."""
    if test is None or test.until is None or test.got:
        return 0
    return round((test.until - house().clock()).total_seconds())


def listed(held: "Tray") -> "list[Kept]":
    """What no sheet has; nothing where that can't be read, which the board says."""
    try:
        return held.kept()
    except Unavailable:
        return []


@scanners.get("/scanners/board")
@needs(Task.DEVICES)
def board() -> Response:
    """The board anew, for the page of a sheet, which is there as long as it asks."""
    return jsonify(told(_page_of(request.args.get("sheet", ""))))


@scanners.post("/scanners/take")
@needs(Task.COUNTER)
def take() -> ResponseReturnValue:
    """Have the scanners write on a sheet; `politely`, only if no other badge has them.

    A page that another badge has left open takes nothing: what is scanned on it would be his who has logged in since.
    """
    sheet = _page_of(request.form.get("sheet", ""))
    if not sheet:
        raise BadRequest
    check_own(request.form.get("badge"))
    taken(sheet, page_name(), politely="politely" in request.form)
    return _answer(sheet)


def taken(sheet: str, page: str = "", *, politely: bool = False) -> "Claim | None":
    """The claim of this session on the scanners, for an open sheet or for a page where every scan begins one."""
    if sheet not in {ONE, GATE, HOME}:
        found(sheet).check_open()
    held, session = tray(), g.session
    claim = held.claims.take(sheet, session.badge, session.ticket.id, house().clock(), page=page, politely=politely)
    held.look()
    return claim


@scanners.post("/scanners/leave")
@needs(Task.COUNTER)
def leave() -> ResponseReturnValue:
    """Let go of the scanners: this page, which is gone then, or whatever page of this session has them."""
    page = page_name()
    left(page)
    if page:
        return Response(status=HTTPStatus.NO_CONTENT)
    return _answer(_page_of(request.form.get("sheet", "")))


def left(page: str = "") -> None:
    """This session's claim is over, or that of one of its pages."""
    held, session, now = tray(), g.session.ticket.id, house().clock()
    if page:
        held.claims.gone(session, page, now)
    else:
        held.claims.leave(now, session=session)
    held.look()


@scanners.post("/scanners/test")
@needs(Task.DEVICES)
def test() -> ResponseReturnValue:
    """The next scan is shown in all its particulars, and goes to no sheet."""
    tray().test(g.session.badge, g.session.ticket.id)
    return _back()


@scanners.post("/scanners/place")
@needs(Task.COUNTER)
def put() -> ResponseReturnValue:
    """Put kept scans on an open sheet."""
    sheet = request.form.get("sheet", "")
    placed(sheet, _chosen())
    return _back(sheet)


def placed(sheet: str, chosen: Collection[int] | None) -> int:
    """How many kept scans go to an open sheet now."""
    if not is_sheet_number(sheet):
        raise Refusal("no-such-sheet", got=sheet[:40])
    found(sheet).check_open()
    return tray().place(sheet, g.session.badge, chosen)


@scanners.post("/scanners/aside")
@needs(Task.COUNTER)
def aside() -> ResponseReturnValue:
    """Set kept scans aside, with a reason."""
    tray().set_aside(request.form.get("reason", ""), g.session.badge, _chosen())
    return _back(_page_of(request.form.get("sheet", "")))


@scanners.post("/scanners/dismiss")
@needs(Task.COUNTER)
def dismiss() -> ResponseReturnValue:
    """Dismiss what was not read: there is nothing in it."""
    tray().dismiss(g.session.badge)
    return _back(_page_of(request.form.get("sheet", "")))


def _page_of(sheet: str) -> str:
    """The sheet of a page; 400 for what no page of ours says."""
    if sheet and sheet not in {ONE, HOME} and not is_sheet_number(sheet):
        raise BadRequest
    return sheet


def page_name() -> str:
    """What a page calls itself; 400 for what no page of ours does."""
    page = request.form.get("page", "")
    if page and not _PAGE.fullmatch(page):
        raise BadRequest
    return page


def _chosen() -> frozenset[int]:
    """Which of the kept scans: those that stood on the page, and none that was kept since; 400 for what no page of ours says."""
    given = request.form.get("scan", "")
    if not _SCANS.fullmatch(given):
        raise BadRequest
    return frozenset(map(int, given.split(",")))


def _answer(sheet: str) -> ResponseReturnValue:
    """The board to a script, the page again to a browser without any."""
    if wants_json():
        return jsonify(told(sheet))
    back = (
        url_for("counter.show", number=sheet)
        if is_sheet_number(sheet)
        else url_for("counter.begin_one" if sheet == ONE else "counter.home")
    )
    return redirect(back, HTTPStatus.SEE_OTHER)


def _back(sheet: str = "") -> ResponseReturnValue:
    """The page of the scanners again; the sheet, where nothing is left to be put on it."""
    done = is_sheet_number(sheet) and not tray().kept()
    address = url_for("counter.show", number=sheet) if done else url_for("scanners.show", sheet=sheet or None)
    return jsonify(url=address) if wants_json() else redirect(address, HTTPStatus.SEE_OTHER)


def cause(kept: "Kept") -> str:
    """Why a scan is kept."""
    said = spoken()
    key = f"screen.scanners.cause.{kept.why}"
    return said.say(key) if key in said else said.say("screen.scanners.cause.other", code=kept.why)


def unread(scan: NoRead) -> str:
    """Why a scanner's try came to nothing."""
    said, key = spoken(), f"unread.{scan.reason}"
    return said.say(key) if key in said else scan.reason


def trouble(lamp: "Lamp") -> tuple[str, str]:
    """Why a scanner is not ready, or its last scan was not kept, and what to do about it."""
    said, why = spoken(), lamp.why
    rooms = ("devices.why", "station.why") if lamp.state == "not-taken" else ("screen.scanners.lost", "station.why")
    told = next((said.say(f"{room}.{why}", maker=lamp.name) for room in rooms if f"{room}.{why}" in said), why)
    if lamp.state == "ready":
        return told, ""
    mend = f"screen.scanners.mend.{lamp.state if lamp.state == 'not-taken' else why}"
    return told, said.say(mend if mend in said else "screen.scanners.mend.other")


def device_name(source: str) -> str:
    """What a scanner is called, by the source of its scans."""
    return source.removeprefix("scanner/")


def particulars(kept: "Kept") -> list[tuple[str, str]]:
    """All that is known of a test scan, in words."""
    said, scan = spoken(), kept.scan
    told = [("device", device_name(scan.source)), ("at", date_time(scan.at))]
    if isinstance(scan, NoRead):
        told = [("text", f"{said.say('screen.counter.unread')}: {unread(scan)}"), *told]
    else:
        kind = scan.symbology.name if scan.symbology else said.say("screen.scanners.no-symbology")
        raw = scan.raw[:_RAW].hex(" ") + (" …" if len(scan.raw) > _RAW else "")
        told = [("text", scan.text), ("symbology", kind), ("characters", str(len(scan.text))), ("raw", raw or "–"), *told]
    layout = tray().manner(scan.source)
    return [(said.say(f"screen.scanners.of-test.{name}"), text) for name, text in [*told, ("layout", layout or "–")]]


WORDED: Final = {
    "device_name": device_name,
    "cause": cause,
    "trouble": trouble,
    "unread_why": unread,
    "particulars": particulars,
    "longest": LONGEST,
    "most": MOST,
}
"""What the template says codes with."""
