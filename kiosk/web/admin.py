"""Users: added, changed, dismissed by an administrator; a supervisor lifts delays."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, g, make_response, redirect, request, url_for

from kiosk.core.faults import Refusal
from kiosk.core.user import Role, Task, User
from kiosk.web.house import house
from kiosk.web.screen import page, spoken
from kiosk.web.session import needs
from kiosk.wording import mended

admin = Blueprint("admin", __name__)
_DONE: Final = frozenset({"added", "role", "pin", "dismissed", "lifted"})
_FIELDS: Final = {
    **dict.fromkeys(("bad-badge", "user-there"), "badge"),
    **dict.fromkeys(("no-name", "bad-text", "long-text"), "name"),
    **dict.fromkeys(("last-administrator", "bad-role"), "role"),
    "bad-sub-location": "sub_location",
    **dict.fromkeys(("pin-form", "pin-too-simple", "own-pin"), "pin"),
    "pins-differ": "again",
}


@admin.get("/users")
@needs(Task.LIFT)
def everybody() -> Response:
    """Everybody who works here, and who did."""
    return _everybody()


@admin.post("/users")
@needs(Task.USERS)
def add() -> Response:
    """Somebody new, with a first PIN."""
    given = {name: request.form.get(name, "").strip() for name in ("badge", "name", "role", "sub_location")}
    try:
        user = house().staff.add(given["badge"], given["name"], _role(), _pin(), g.session.badge, given["sub_location"])
    except Refusal as no:
        return _everybody(given, no)
    return _done(user, "added")


@admin.get("/users/<badge>")
@needs(Task.LIFT)
def one(badge: str) -> Response:
    """One user, and what can be done about him."""
    return _one(house().staff.find(badge))


@admin.post("/users/<badge>/role")
@needs(Task.USERS)
def change(badge: str) -> Response:
    """Another name, role or warehouse."""
    try:
        user = house().staff.change(
            badge, g.session.badge, request.form.get("name", ""), _role(), request.form.get("sub_location", "")
        )
    except Refusal as no:
        return _one(house().staff.find(badge), no)
    return _done(user, "role")


@admin.post("/users/<badge>/pin")
@needs(Task.USERS)
def set_pin(badge: str) -> Response:
    """A new PIN, to be changed at the next log-in."""
    try:
        user = house().staff.set_pin(badge, _pin(), g.session.badge)
    except Refusal as no:
        return _one(house().staff.find(badge), no)
    return _done(user, "pin")


@admin.post("/users/<badge>/dismiss")
@needs(Task.USERS)
def dismiss(badge: str) -> Response:
    """He works here no longer."""
    try:
        user = house().staff.dismiss(badge, g.session.badge)
    except Refusal as no:
        return _one(house().staff.find(badge), no)
    return _done(user, "dismissed")


@admin.post("/users/<badge>/lift")
@needs(Task.LIFT)
def lift(badge: str) -> Response:
    """No delay any more."""
    return _done(house().staff.lift(badge, g.session.badge), "lifted")


def _role() -> Role:
    given = request.form.get("role", "")
    if given not in set(Role):
        raise Refusal("bad-role", got=given)
    return Role(given)


def _pin() -> str:
    pin = request.form.get("pin", "")
    if pin != request.form.get("again", ""):
        raise Refusal("pins-differ")
    return pin


def _everybody(given: dict[str, str] | None = None, no: Refusal | None = None) -> Response:
    staff = house().staff
    users = [(user, staff.delay(user.badge)) for user in staff.all()]
    given = given or {"badge": "", "name": "", "role": Role.BSO, "sub_location": ""}
    return _page("users.html", no, users=users, given=given, done=_said())


def _one(user: User, no: Refusal | None = None) -> Response:
    return _page("user.html", no, one=user, wait=house().staff.delay(user.badge), done=_said())


def _page(template: str, no: Refusal | None, **values: object) -> Response:
    """A page with its fault, tied to the field that it is about; the rest of it stands above."""
    fault = mended(spoken(), no) if no else ""
    where = _FIELDS.get(no.code, "") if no else ""
    faults = dict.fromkeys(("badge", "name", "role", "sub_location", "pin", "again", ""), "") | {where: fault}
    response = make_response(page(template, faults=faults, roles=list(Role), **values))
    if no is not None:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return response


def _done(user: User, what: str) -> Response:
    return redirect(url_for("admin.one", badge=user.badge, done=what), HTTPStatus.SEE_OTHER)  # type: ignore[return-value]  # as in look


def _said() -> str:
    done = request.args.get("done", "")
    return done if done in _DONE else ""
