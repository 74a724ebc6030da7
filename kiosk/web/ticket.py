"""The cookies: which session a browser holds, signed, and the token of a browser in which nobody is logged in."""

import hashlib
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Final

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from kiosk.web.house import Rules, house

LONGEST_SHIFT: Final = 24 * 3600
"""Seconds; the record is asked for the log-outs of yesterday and today."""
MOST: Final = 5000
"""Sessions that are remembered before old ones are forgotten."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the cookie says. `began` and `seen` are seconds since 1970; `edition` is the user's when he logged in."""

    id: str
    badge: str
    edition: int
    began: int
    seen: int
    csrf: str

    def left(self, now: int, rules: Rules) -> dict[str, int]:
        """Seconds until the session ends: when nobody does anything, and with the shift."""
        shift = min(round(rules.shift_hours * 3600), LONGEST_SHIFT)
        return {"idle": self.seen + round(rules.idle_minutes * 60) - now, "shift": self.began + shift - now}

    def over(self, now: int, rules: Rules) -> str:
        """Which end it has come to: shift, idle, or none yet."""
        left = self.left(now, rules)
        return next((why for why in ("shift", "idle") if left[why] <= 0), "")


def now() -> int:
    """Seconds since 1970."""
    return int(house().clock().timestamp())


def token() -> str:
    """A word that nobody can guess."""
    return secrets.token_urlsafe(16)


def shown() -> Ticket | None:
    """The ticket that this request came with; None for none, and for one that we did not sign.

    Where a program bears a token, it alone counts, and never a cookie beside it.
    """
    try:
        if is_borne():
            return Ticket(**_signer("token").loads(_authorization()[1]))
        return Ticket(**_signer("session").loads(request.cookies.get(_name("session"), "")))
    except (BadSignature, TypeError):
        return None


def freshest(ticket: Ticket) -> Ticket:
    """The ticket as it was given last. Requests overtake one another, and none must end what another has just prolonged.

    This is only remembered while the kiosk runs; after that the ticket speaks for itself.
    """
    return replace(ticket, seen=max(ticket.seen, _given().get(ticket.id, 0)))


def _given() -> dict[str, int]:
    """When each session was last prolonged, by its name."""
    given: dict[str, int] = current_app.extensions.setdefault("tickets", {})
    if len(given) > MOST:
        for name in [name for name, seen in tuple(given.items()) if seen < now() - LONGEST_SHIFT]:
            given.pop(name, None)
    return given


def is_borne() -> bool:
    """Whether a program bears a token (RFC 6750): no browser does so by itself, as it does with a cookie."""
    return _authorization()[0].lower() == "bearer"


def _authorization() -> tuple[str, str]:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    return scheme, rest.strip()


def token_of(ticket: Ticket) -> str:
    """The ticket as a program bears it. A cookie is no token, and a token no cookie."""
    return str(_signer("token").dumps(asdict(ticket)))


def give(response: Response, ticket: Ticket) -> None:
    """Send a ticket: to a browser, which forgets it when it is closed, or as a new token to a program."""
    _given()[ticket.id] = ticket.seen
    if is_borne():
        response.headers["Session-Token"] = token_of(ticket)
    else:
        _set(response, "session", asdict(ticket))


def take(response: Response) -> None:
    """Have the browser forget its ticket."""
    if is_borne():
        return
    response.delete_cookie(_name("session"), secure=house().rules.secure, httponly=True, samesite="Strict")


def door() -> str:
    """The token of a browser in which nobody is logged in: the one that it came with, or a new one.

    It has a cookie of its own: who comes by a link from elsewhere comes without cookies, and must not lose his session by that.
    """
    try:
        return str(_signer("door").loads(request.cookies.get(_name("door"), "")))
    except BadSignature:
        g.door = token()
        return str(g.door)


def give_door(response: Response) -> None:
    """Send the token if it is new, with a page; nothing else has a form."""
    if g.get("door") and response.mimetype == "text/html":
        _set(response, "door", g.door)


def _set(response: Response, name: str, value: object) -> None:
    text = str(_signer(name).dumps(value))
    response.set_cookie(_name(name), text, httponly=True, samesite="Strict", secure=house().rules.secure, path="/")


def _signer(name: str) -> URLSafeSerializer:
    return URLSafeSerializer(house().secret, salt=f"kiosk {name}", signer_kwargs={"digest_method": hashlib.sha256})


def _name(name: str) -> str:
    """With TLS, the name forbids that another host sets it."""
    return f"__Host-{name}" if house().rules.secure else name
