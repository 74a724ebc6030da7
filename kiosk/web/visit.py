"""Who stands before a client's screen: the browser that an officer left to clients, and the query that is on it now.

Nothing of a client is in the browser: its cookie names the screen, and the kiosk alone knows which sheet is on it. What is cleared
here is out of reach, whatever the browser still has in its history.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from kiosk.core.sheet import QuerySheet
from kiosk.core.storm import CLIENT, Patience, breaks_out, recent, wait
from kiosk.core.user import Role
from kiosk.desks.client import ClientDesk
from kiosk.web.house import house
from kiosk.words import Language

GRACE: Final = timedelta(seconds=30)
"""How long after the warning the kiosk clears a screen by itself, if its browser does not."""
SPARE: Final = 1.25
"""A page tells of a touch each quarter of the time at least (client.js): so much longer nobody may have been there."""
MOST: Final = 10_000
"""Sources whose misses are remembered."""
_COOKIE: Final = "desk"
_VISITS: Final = "visits"
_MISSES: Final = "misses"


@dataclass(frozen=True, slots=True)
class Visit:
    """One client's time at a screen: his sheet, his language, and when he last did something. `shown` rows he has seen."""

    sheet: str
    language: Language
    touched: datetime
    shown: int = 0
    missed: int = 0
    """How many of its numbers were not found, as far as they have been counted."""
    notice: tuple[str, str, str] | None = None
    """What came of his last wish: kind of banner, title, what to do."""
    code: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    """Names it, so that what a page of the client before sends is not taken for this one's."""

    def over(self, now: datetime) -> bool:
        """Whether nobody is there any more."""
        return now - self.touched > timedelta(seconds=house().rules.client_idle * SPARE) + GRACE


class Visits:
    """The visits at all screens of this kiosk, by screen."""

    def __init__(self) -> None:
        self._now: dict[str, Visit] = {}
        self._lock: Final = Lock()

    def begin(self, screen: str, visit: Visit) -> None:
        """Somebody has come."""
        with self._lock:
            self._now[screen] = visit

    def at(self, screen: str) -> Visit | None:
        """Who is at a screen."""
        return self._now.get(screen)

    def change(self, screen: str, visit: Visit, **values: object) -> None:
        """What is new of a visit that still goes on."""
        with self._lock:
            now = self._now.get(screen)
            if now is not None and now.code == visit.code:
                self._now[screen] = replace(now, **values)  # type: ignore[arg-type]  # its own fields

    def end(self, screen: str) -> Visit | None:
        """Nobody is at a screen; who was."""
        with self._lock:
            return self._now.pop(screen, None)


class Misses:
    """When numbers of each source were not found, within the last minutes; how long the source waits for them."""

    def __init__(self, patience: Patience) -> None:
        self._patience: Final = patience
        self._when: dict[str, tuple[datetime, ...]] = {}
        self._lock: Final = Lock()

    def wait(self, sources: tuple[str, ...], now: datetime) -> int:
        """How many seconds the sources must wait, whichever waits longest."""
        return max((wait(self._when.get(one, ()), now, self._patience) for one in sources), default=0)

    def add(self, sources: tuple[str, ...], misses: int, now: datetime) -> Iterator[tuple[str, tuple[datetime, ...]]]:
        """So many more misses; the sources whose storm has just begun, with the misses that make it."""
        for source in sources if misses else ():
            with self._lock:
                if len(self._when) >= MOST:
                    self._when = {one: times for one, times in self._when.items() if recent(times, now)}
                before = recent(self._when.get(source, ()), now)
                after = self._when[source] = (*before, *[now] * misses)
            if breaks_out(before, after, now, self._patience):
                yield source, after


def visits() -> Visits:
    """The visits of this kiosk."""
    found: Visits = current_app.extensions.setdefault(_VISITS, Visits())
    return found


def misses() -> Misses:
    """The misses at this kiosk's screens."""
    found: Misses = current_app.extensions.setdefault(_MISSES, Misses(CLIENT))
    return found


def desk() -> ClientDesk | None:
    """Where clients help themselves; None where they don't."""
    here = house().desk
    return here if here is not None and here.offered else None


def screen() -> str:
    """The client's screen that asks: one that an officer left to clients, or a client who has logged in; else empty.

    Whoever has logged in as anybody else is no client, whatever cookie lies beside.
    """
    here = desk()
    if here is None:
        return ""
    if g.get("session") is not None:
        return f"session-{g.session.ticket.id}" if g.session.role is Role.CLIENT else ""
    try:
        name = str(_signer().loads(request.cookies.get(_name(), "")))
    except BadSignature:
        return ""
    return name if here.is_open(name) else ""


def leave_to_clients(response: Response, name: str) -> None:
    """Make a browser a client's."""
    rules = house().rules
    response.set_cookie(_name(), str(_signer().dumps(name)), httponly=True, samesite="Strict", secure=rules.secure, path="/")


def visit_at(name: str) -> Visit | None:
    """Who is at a screen now. One who has gone is cleared away, and so is a query that an officer has taken over."""
    here, now, found = desk(), house().clock(), visits().at(name)
    if here is None or found is None:
        return None
    if found.over(now):
        clear(name, "idle")
        return None
    if here.is_over(found.sheet):
        visits().end(name)
        let_go(name)
        return None
    return found


def clear(name: str, why: str) -> None:
    """Clear a screen: the query is on record, and on no screen."""
    ended, here = visits().end(name), desk()
    if ended is not None and here is not None:
        here.clear(ended.sheet, why)
        let_go(name)


def let_go(name: str) -> None:
    """The scanners are no longer for a screen."""
    if (tray := house().tray) is not None:
        tray.claims.leave(house().clock(), session=name)
        tray.look()


def let_go_of(sheet: QuerySheet) -> None:
    """The scanners are no longer for a client's query, which an officer has now: what the next client scans is not for it."""
    if (tray := house().tray) is not None and tray.claims.leave(house().clock(), sheet=sheet.number, badge=house().station):
        tray.look()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(house().secret, salt="kiosk desk", signer_kwargs={"digest_method": hashlib.sha256})


def _name() -> str:
    return f"__Host-{_COOKIE}" if house().rules.secure else _COOKIE
