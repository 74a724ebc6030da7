"""The client's kiosk: a screen that an officer left to clients. It asks about numbers, and does nothing else (Q1, Q3, Q6).

No address names a sheet: a screen reaches its own query alone, until it is cleared.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.printing import SUBJECT
from kiosk.core.sheet import Faulty
from kiosk.core.user import Task
from kiosk.desks.counter import Changed
from kiosk.web import session, visit
from kiosk.web.board import check_complete
from kiosk.web.clients import officers_page
from kiosk.web.counter import found, sheets
from kiosk.web.errors import answer, wants_json
from kiosk.web.house import house
from kiosk.web.query import desk, header, listen, print_sheet, read_scan, scanned, sources, told
from kiosk.web.query import notice as shown
from kiosk.web.queue import queued
from kiosk.web.screen import page, spoken
from kiosk.web.session import free
from kiosk.web.visit import Visit, screen, visits
from kiosk.wording import could_not, mended
from kiosk.words import LANGUAGES, words

client = Blueprint("client", __name__, url_prefix="/client")
View = TypeVar("View", bound=Callable[..., Any])


# --- who asks ---------------------------------------------------------------------------------------------------------


def asks(view: View) -> View:
    """A view for a client's screen, and for nobody else."""

    @wraps(view)
    def guarded(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - a view
        return view(*args, **more) if screen() else _no_client()

    return free(guarded)  # type: ignore[return-value]  # what it wraps


def _no_client() -> ResponseReturnValue:
    said = spoken()
    if g.session is not None:
        title, detail = said.say("screen.staff.no.not-allowed"), said.say("screen.staff.do.not-allowed")
        return answer(HTTPStatus.FORBIDDEN, "not-allowed", title, detail)
    if wants_json() or session.background():
        return answer(HTTPStatus.UNAUTHORIZED, "logged-out", said.say("screen.staff.no.logged-out"))
    return redirect(url_for("login.show", next="/client"), HTTPStatus.SEE_OTHER)


# --- the client's side ------------------------------------------------------------------------------------------------


@client.get("")
@free
def show() -> ResponseReturnValue:
    """The client's screen: the choice of a language, then his query. For an officer, the screens and what happened at them."""
    if g.session is not None and g.session.may(Task.COUNTER):
        return officers_page()
    name = screen()
    if not name:
        return _no_client()
    now = visit.visit_at(name)
    if now is None:
        return page("client_start.html", both={one: words(one).say for one in LANGUAGES})
    return page("client.html", visit=now, shown=told(name, now))


@client.post("/start")
@asks
def start() -> ResponseReturnValue:
    """A client has come and chosen a language; or chooses another one for what is there."""
    chosen = request.form.get("lang", "")
    language = next((one for one in LANGUAGES if one == chosen), None)
    if language is None:
        raise BadRequest
    name, now = screen(), house().clock()
    current = visit.visit_at(name)
    if current is None:
        sheet = sheets().keep(desk().begin(header()))
        visits().begin(name, Visit(sheet.number, language, now))
        listen(name, sheet.number)
    else:
        visits().change(name, current, language=language, touched=now)
    reply = _home()
    reply.set_cookie("lang", language, samesite="Strict", httponly=True, secure=house().rules.secure)
    return reply


@client.get("/rows")
@asks
def rows() -> ResponseReturnValue:
    """The query as it is now, for the screen that shows it; 410 when it is that screen's no more."""
    name, now = _here(touched=False)
    if (tray := house().tray) is not None:
        with suppress(Unavailable):
            tray.claims.seen(name, now.sheet, house().clock())
    return jsonify(told(name, now))


@client.post("/scans")
@asks
def scan() -> ResponseReturnValue:
    """A scan, and the query with it; 429 while a storm of unknown numbers is waited out."""
    came = read_scan()
    name, now = _here()
    if seconds := visit.misses().wait(sources(name), house().clock()):
        reply = answer(
            HTTPStatus.TOO_MANY_REQUESTS, "too-many-unknown", spoken().count("screen.client.wait", seconds), wait=seconds
        )
        reply.headers["Retry-After"] = str(seconds)
        return reply
    sheet = scanned(now.sheet, came)
    visits().change(name, now, shown=len(sheet.rows), notice=None)
    return jsonify(told(name, visits().at(name) or now, about=came.id))


@client.post("/rows/<int:row>/remove")
@asks
def remove(row: int) -> ResponseReturnValue:
    """Strike out a row that came to nothing: one wrong label must not keep a client from his sheet."""
    name, now = _here()
    sheet = found(now.sheet)
    if not 1 <= row <= len(sheet.rows):
        raise Refusal("no-such-row", expected=f"1 - {len(sheet.rows)}", got=row)
    if not isinstance(sheet.rows[row - 1], Faulty):
        raise Refusal("not-client-s", row=row)
    reason = " / ".join(words(one).say("screen.client.taken-off") for one in LANGUAGES)
    sheets().keep(house().counter.remove(sheet, row, reason, house().station))
    visits().change(name, now, notice=None)
    return jsonify(told(name, visits().at(name) or now))


@client.post("/slip")
@asks
def slip() -> ResponseReturnValue:
    """Print the slip with which an officer takes the query over."""
    name, now = _here()
    sheet, said = found(now.sheet), spoken()
    todo = said.say("screen.client.slip-todo", number=sheet.number)
    try:
        given = desk().slip(sheet, now.language)
    except Unavailable as no:
        house().counter.failed(sheet, no, house().station)
        return _noticed(name, now, ("error", could_not(said, no)["message"], todo))
    if given.startswith(SUBJECT):
        with suppress(Unavailable):  # the query is told what became of it
            queued(sheet.number)
    return _noticed(name, now, ("success", said.say("screen.client.slip-done"), todo))


@client.post("/stamp")
@asks
def stamp() -> ResponseReturnValue:
    """Stamp without an officer, where the office allows it and nothing is left to judge; the sheet goes to the printer."""
    name, now = _here()
    kiosk, said = house(), spoken()
    check_complete(now.sheet)
    try:
        desk().stamp(found(now.sheet), kiosk.press, specimen=kiosk.specimen)
        print_sheet(sheets().keep(found(now.sheet)))
        visit.let_go(name)
    except Changed as changed:
        sheets().keep(changed.sheet)
        return _noticed(name, now, ("warning", said.say("screen.client.changed"), ""))
    except Refusal as no:
        return _noticed(name, now, ("error", mended(said, no), ""))
    except Unavailable as no:
        return _noticed(name, now, ("error", could_not(said, no)["message"], ""))
    todo = said.say("screen.client.stamp-todo", number=now.sheet)
    return _noticed(name, now, ("success", said.say("screen.client.stamp-done"), todo))


def _noticed(name: str, now: Visit, notice: tuple[str, str, str]) -> ResponseReturnValue:
    """The query, with what came of a client's wish; it stands there until his next one."""
    visits().change(name, now, notice=notice)
    now = visits().at(name) or now
    return jsonify(told(name, now) | {"said": " ".join((shown(now) or notice)[1:]).strip()})


@client.post("/stay")
@asks
def stay() -> ResponseReturnValue:
    """Somebody is still there."""
    _here()
    return jsonify(idle=house().rules.client_idle)


@client.post("/done")
@asks
def done() -> ResponseReturnValue:
    """Clear everything of this client: from the screen, the browser, and out of reach of whoever comes next."""
    why = "idle" if request.form.get("why") == "idle" else "done"
    visit.clear(screen(), why)
    reply = _home()
    reply.delete_cookie("lang", samesite="Strict", httponly=True, secure=house().rules.secure)
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply


def _here(*, touched: bool = True) -> tuple[str, Visit]:
    """The screen and the visit that its page is of; 410 where that is over, or another client's."""
    name = screen()
    now = visit.visit_at(name)
    sent = request.get_json(silent=True)
    code = sent.get("visit") if isinstance(sent, dict) else request.args.get("visit")
    if now is None or code != now.code:
        raise Gone
    if touched:
        visits().change(name, now, touched=house().clock())
    return name, now


class Gone(Refusal):
    """The query of a page is that screen's no more."""

    def __init__(self) -> None:
        super().__init__("query-over")


@client.errorhandler(Gone)
def gone(no: Gone) -> Response:
    """The page begins anew."""
    return answer(HTTPStatus.GONE, no.code, spoken().say("refusal.query-over"))


def _home() -> Response:
    return make_response(redirect(url_for("client.show"), HTTPStatus.SEE_OTHER))
