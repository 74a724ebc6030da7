"""The warehouse's register in the browser: what is there and until when, one lot's history, differences (P3, P4).

An operator sees his own warehouse and no other; whoever has none chooses.
"""

from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.register import Difference, Lot
from kiosk.core.user import Role, Task
from kiosk.desks.register import Register, Righting
from kiosk.web.house import house
from kiosk.web.screen import page, spoken
from kiosk.web.session import needs
from kiosk.wording import mend, why

register = Blueprint("register", __name__)
_ALARMED: Final = 20
"""Lots on hold that the first page names."""


def desk() -> Register:
    """The register of this kiosk; `Unavailable` where it has none."""
    found = house().register
    if found is None:
        raise Unavailable("register", "absent")
    return found


def warehouse() -> str:
    """The warehouse that is meant: an operator's own, else the one that was chosen, or the only one; empty for all."""
    if g.session.user.role is Role.WAREHOUSE:
        return str(g.session.user.sub_location)
    chosen = request.values.get("at", "").strip()
    if chosen.isascii() and chosen.isdigit() and len(chosen) == 4:
        return chosen
    known = house().warehouses
    return known[0] if len(known) == 1 and "at" not in request.values else ""


def one_warehouse() -> str:
    """The same, where one must be meant."""
    found = warehouse()
    if not found:
        raise Refusal("no-sub-location")
    return found


def check_own(sub_location: str) -> None:
    """Forbid an operator another's warehouse."""
    if g.session.user.role is Role.WAREHOUSE and g.session.user.sub_location != sub_location:
        abort(HTTPStatus.FORBIDDEN)


def supervises() -> bool:
    """Whether who asks decides what an operator may not."""
    return g.session.role is Role.SUPERVISOR


def paged(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever a template shows
    """A page of the register: what all of them show, and its own."""
    chooses = g.session.user.role is not Role.WAREHOUSE
    shared = {"at": warehouse(), "chooses": chooses, "warehouses": house().warehouses, "supervises": supervises(), "error": ""}
    return page(template, **{**shared, "held": desk().on_hold, "today": desk().today(), **values})


def new_id() -> str:
    """An id for what a page sends: sent twice, it counts once."""
    return uuid4().hex


def said(no: Refusal) -> str:
    """A refusal, and what to do about it."""
    return f"{why(spoken(), no)} {mend(spoken(), no)}".strip()


@register.get("/register")
@needs(Task.REGISTER)
def show() -> str:
    """What is there, the first to become due first."""
    where = warehouse()
    shown = desk().open_goods(where, (request.args.get("due", ""), request.args.get("lot", "")))
    sync = house().sync
    more = {
        "alarmed": desk().alarmed(where)[:_ALARMED],
        "differing": desk().differing(where),
        "sync": sync and sync.state,
        "later": "lot" in request.args,
    }
    return paged("register.html", shown=shown, **more)


@register.get("/register/find")
@needs(Task.REGISTER)
def find() -> str:
    """The lots of a number, a sheet or a vehicle."""
    text = request.args.get("q", "").strip()
    return paged("register_find.html", q=text, found=desk().search(text, warehouse()))


@register.get("/register/lots/<sub_location>/<path:number>")
@needs(Task.REGISTER)
def lot(sub_location: str, number: str) -> ResponseReturnValue:
    """All that happened to one lot."""
    check_own(sub_location)
    return _lot(desk().lot(sub_location, number))


def _lot(one: Lot, **more: Any) -> str:  # noqa: ANN401 - whatever a template shows
    if not one.entries:
        abort(HTTPStatus.NOT_FOUND)
    return paged("register_lot.html", lot=one, at=one.sub_location, told=told, new_id=new_id, **more)


@register.post("/register/lots/<sub_location>/<path:number>/correct")
@needs(Task.REGISTER)
def correct(sub_location: str, number: str) -> ResponseReturnValue:
    """Put an entry right by another one."""
    check_own(sub_location)
    form = request.form
    try:
        pieces = whole(form.get("pieces", ""), 0)
        transaction = form.get("transaction")
        righting = Righting(
            form.get("id", ""), sub_location, number, form.get("entry", ""), pieces, form.get("reason", ""), transaction
        )
        desk().correct(righting, g.session.badge)
    except Refusal as no:
        return _lot(desk().lot(sub_location, number), error=said(no)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _to_lot(sub_location, number)


@register.get("/register/differences")
@needs(Task.REGISTER)
def differences() -> str:
    """Every lot whose entries do not agree, until somebody has looked into it."""
    return paged("register_differences.html", lots=desk().differing(warehouse()), told=told)


@register.post("/register/lots/<sub_location>/<path:number>/settle")
@needs(Task.REGISTER)
def settle(sub_location: str, number: str) -> ResponseReturnValue:
    """Say how a difference was settled."""
    check_own(sub_location)
    if not supervises():
        abort(HTTPStatus.FORBIDDEN)
    try:
        desk().settle(sub_location, number, request.form.get("difference", ""), request.form.get("reason", ""), g.session.badge)
    except Refusal as no:
        return _lot(desk().lot(sub_location, number), error=said(no)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _to_lot(sub_location, number)


def told(one: Difference) -> tuple[str, str]:
    """A difference in words: what it is, and what that means."""
    words = spoken()
    detail = one.detail
    if one.what == "not-taken" and f"refusal.{detail}" in words:
        detail = detail.replace("-", " ")
    return words.say(f"register.what.{one.what}"), words.say(f"register.why.{one.what}", pieces=one.pieces, detail=detail)


def whole(text: str, least: int = 1) -> int:
    """A whole number that was typed; `Refusal` for anything else."""
    if not (text.strip().isascii() and text.strip().isdigit()) or len(text.strip()) > 9:
        raise Refusal("bad-pieces", expected=least, got=text.strip() or "–")
    return int(text)


def _to_lot(sub_location: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("register.lot", sub_location=sub_location, number=number), HTTPStatus.SEE_OTHER)
