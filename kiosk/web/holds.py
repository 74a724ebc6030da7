"""Holds on the screen: what is on hold, since when and why; placed and lifted; what is already out (P4)."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for

from kiosk.core.faults import Refusal
from kiosk.core.user import Task
from kiosk.desks.holds import EXAM, NEVER, Hold
from kiosk.web.errors import status_of
from kiosk.web.house import house
from kiosk.web.screen import groups, page, spoken
from kiosk.web.session import needs
from kiosk.wording import mended

if TYPE_CHECKING:
    from kiosk.desks.holds import Holds, Made

holds = Blueprint("holds", __name__)
MOST: Final = 200
"""Holds that are shown at a time; the search shows any."""
_DONE: Final = frozenset({"placed", "lifted"})


def desk() -> "Holds":
    """The desk of holds; 404 where there is none."""
    held = house().holds
    return held if held is not None else abort(HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class ListState:
    """How fresh holds are known: up to when; the newest list; why the store could not be asked, or no list be made (codes)."""

    known_to: datetime | None
    made: "Made | None"
    trouble: str
    unlisted: str
    old: bool
    """A gate that goes by the list asks before it lets anything out."""


def list_state() -> ListState:
    """How fresh holds are known just now."""
    known, lists, keeper = desk().known_to(), house().hold_lists, house().hold_keeper
    old = house().clock() - known > house().list_limit
    return ListState(
        known if known > NEVER else None,
        lists.newest() if lists else None,
        keeper.trouble if keeper else "",
        keeper.unlisted if keeper else "",
        old,
    )


@holds.get("/holds")
@needs(Task.HOLD)
def show() -> Response:
    """Everything that is on hold, newest first, or what a search finds."""
    return _show()


@holds.post("/holds")
@needs(Task.HOLD)
def place() -> Response:
    """Put a number on hold by hand."""
    given = {name: request.form.get(name, "").strip() for name in ("number", "reason")}
    try:
        hold = desk().place(given["number"], given["reason"], g.session.badge)
    except Refusal as no:
        return _show(given, no)
    return _to(hold, "placed")


@holds.get("/holds/<name>")
@needs(Task.HOLD)
def one(name: str) -> Response:
    """One hold: what it bears, the proofs that were given out for it, and whether it came too late."""
    return _one(desk().find(name))


@holds.post("/holds/<name>/lift")
@needs(Task.HOLD)
def lift(name: str) -> Response:
    """Lift a hold."""
    try:
        hold = desk().lift(name, request.form.get("reason", ""), g.session.badge)
    except Refusal as no:
        return _one(desk().find(name), no)
    return _to(hold, "lifted")


def found(text: str) -> tuple[Hold, ...]:
    """The holds in force that bear a number, or all of them."""
    if not text:
        return desk().active()
    named = {hold.name: hold for kind in ("ccn", "transaction") for hold in desk().of_number(kind, text)}
    return tuple(named.values())


def why_held(hold: Hold) -> str:
    """The reason of a hold, in words."""
    return spoken().say("screen.holds.exam") if hold.source != "hand" and hold.reason == EXAM else hold.reason


def _show(given: dict[str, str] | None = None, no: Refusal | None = None) -> Response:
    asked = request.args.get("q", "").strip()
    shown, faults = found(asked), {"number": "", "reason": "", "": ""}
    if no is not None:
        faults["reason" if no.code in {"no-reason", "bad-text", "long-text"} else "number"] = mended(spoken(), no)
    late = [hold for hold in desk().active() if hold.late]
    values = {"given": given or {"number": "", "reason": ""}, "faults": faults, "asked": asked, "state": list_state(), "late": late}
    return _answer(page("holds.html", shown=shown[:MOST], total=len(shown), **values, **WORDED), no)


def _one(hold: Hold, no: Refusal | None = None) -> Response:
    done = request.args.get("done", "")
    fault = mended(spoken(), no) if no else ""
    values = {"fault": fault, "given": desk().given(hold), "done": done if done in _DONE else ""}
    return _answer(page("hold.html", one=hold, **values, **WORDED), no)


def _answer(text: str, no: Refusal | None) -> Response:
    response = make_response(text)
    if no is not None:
        response.status_code = status_of(no)
    return response


def _to(hold: Hold, done: str) -> Response:
    return redirect(url_for("holds.one", name=hold.name, done=done), HTTPStatus.SEE_OTHER)  # type: ignore[return-value]  # as in look


def _grouped(number: str) -> tuple[str, ...]:
    return groups(number)


WORDED: Final = {"why_held": why_held, "grouped": _grouped}
"""What the templates say codes with."""
