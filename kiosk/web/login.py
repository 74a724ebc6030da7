"""Log in by badge and PIN, log out, change one's own PIN; and how long a session still goes on."""

from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Final

from flask import Blueprint, Response, current_app, g, jsonify, make_response, redirect, request, url_for
from flask.blueprints import BlueprintSetupState

from kiosk.core.faults import Refusal
from kiosk.web import session
from kiosk.web.address import local_path
from kiosk.web.house import house
from kiosk.web.screen import page, spoken
from kiosk.web.session import free, present
from kiosk.web.ticket import now
from kiosk.web.visit import screen
from kiosk.wording import mended

login = Blueprint("login", __name__)
MOST: Final = 30
"""Tries of one address in a minute."""
ADDRESSES: Final = 10_000
_TRIES: Final = "tries"
_WHY: Final = frozenset({"idle", "shift", "ended", "asked"})
_FIELDS: Final = {"pins-differ": "again", "wrong-badge-or-pin": "old", "wait": "old"}


@dataclass(slots=True)
class Tries:
    """When each address tried to log in, within the last minute. Against one that tries every badge; a badge has its own delay."""

    _when: dict[str, deque[int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, address: str, at: int) -> int:
        """Count a try; how many seconds it comes too early, 0 for none."""
        with self._lock:
            if len(self._when) >= ADDRESSES:
                self._when = {one: times for one, times in self._when.items() if times[-1] > at - 60}
            times = self._when.setdefault(address, deque(maxlen=MOST))
            early = min(times[0] + 60 - at, 60) if len(times) == MOST else 0  # a clock may have been set back
            if early <= 0:
                times.append(at)
            return max(early, 0)


@login.record_once
def _remember(state: BlueprintSetupState) -> None:
    state.app.extensions[_TRIES] = Tries()


@login.get("/login")
@free
def show() -> Response:
    """The page; who is logged in goes where he wanted to go."""
    if g.session is not None:
        return _to(request.args.get("next", "/"))
    return _form(request.args.get("badge", ""), request.args.get("next", "/"), why=request.args.get("why", ""))


@login.post("/login")
@free
def enter() -> Response:
    """One try. A badge without a PIN is a scanner that ended with Enter: the PIN is asked for."""
    badge, pin, back = (request.form.get(name, "") for name in ("badge", "pin", "next"))
    if not pin:
        return _form(badge, back)
    among_clients = bool(screen())  # whoever stands there reads badges off stamped sheets: none of them is to wait for it
    try:
        check_pace("client " if among_clients else "")
        name, user = house().staff.log_in(badge, pin, among_clients=among_clients)
    except Refusal as no:
        return _form(badge, back, no)
    session.begin(user, name)
    return _to(back) if user.own else _to(url_for("login.pin", next=local_path(back)))


@login.post("/logout")
@present
def leave() -> Response:
    """The end of a session; the sheet stays."""
    session.end()
    return _to(url_for("login.show", why="asked"))


@login.get("/pin")
@present
def pin() -> Response:
    """One's own PIN."""
    return _pin_form(request.args.get("next", "/"))


@login.post("/pin")
@present
def change_pin() -> Response:
    """Change one's own PIN; every other session of this badge ends."""
    old, new, again, back = (request.form.get(name, "") for name in ("old", "pin", "again", "next"))
    try:
        check_pace()
        if new != again:
            raise Refusal("pins-differ")
        session.renew(house().staff.change_pin(g.session.badge, old, new))
    except Refusal as no:
        return _pin_form(back, no)
    return _to(back)


@login.get("/session")
@present
def left() -> Response:
    """How long the session goes on, in seconds: `idle` if nobody does anything, `shift` at the longest."""
    return jsonify(g.session.ticket.left(now(), house().rules) | {"badge": g.session.badge, "csrf": g.csrf})


@login.post("/session/stay")
@present
def stay() -> Response:
    """Somebody is there."""
    session.renew(g.session.user)
    return left()


def check_pace(kind: str = "") -> None:
    """Count a try of this address, each kind by itself; `Refusal` too-many-tries, with the seconds to wait."""
    tries: Tries = current_app.extensions[_TRIES]
    if early := tries.wait(f"{kind}{request.remote_addr or ''}", now()):
        raise Refusal("too-many-tries", seconds=early)


def _form(badge: str, back: str, no: Refusal | None = None, why: str = "") -> Response:
    shown = {"badge": badge, "next": local_path(back), "why": why if why in _WHY else ""}
    return _refused(page("login.html", **shown, fault=no and mended(spoken(), no)), no)


def _pin_form(back: str, no: Refusal | None = None) -> Response:
    said = spoken()
    faults = dict.fromkeys(("old", "pin", "again"), "")
    if no is not None:
        faults[_FIELDS.get(no.code, "pin")] = (
            said.say("screen.staff.old-wrong") if no.code == "wrong-badge-or-pin" else mended(said, no)
        )
    return _refused(page("pin.html", next=local_path(back), faults=faults, first=not g.session.user.own), no)


def _refused(text: str, no: Refusal | None) -> Response:
    """A page; with a status of its own when it says no."""
    response = make_response(text)
    if no is not None:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    if no is not None and "seconds" in no.fields:
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = no.fields["seconds"]
    return response


def _to(path: str) -> Response:
    return redirect(local_path(path), HTTPStatus.SEE_OTHER)  # type: ignore[return-value]  # werkzeug's own, as Flask makes it
