"""The staff: who may work here, and who is at work (P5)."""

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from kiosk.core.faults import Refusal
from kiosk.core.journal import DelayLifted, Entry, Fact, LoggedIn, LoggedOut, PinSet, UserAdded, UserChanged, UserDismissed
from kiosk.core.reference import plain
from kiosk.core.sheet import check_legible
from kiosk.core.stamp import badge_number
from kiosk.core.user import Role, User, check_pin
from kiosk.desks.staff.door import Door
from kiosk.desks.staff.roll import Roll, door_subject, user_subject
from kiosk.ports import Clock, Journal, Pins

NOBODY: Final = "?"
"""Stands for whatever was given as a badge and can't be one: a PIN typed into the wrong field must not stay in the record."""


def new_session() -> str:
    """The name of a session, another one each time."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Staff:
    """Those who work at the stations that share a record. `form` is the form of a badge number, a regular expression.

    `by` is the badge of who does it, or a station's name where nobody is logged in.
    """

    roll: Roll
    door: Door
    form: str
    session: Callable[[], str] = new_session

    @classmethod
    def of(cls, journal: Journal, pins: Pins, clock: Clock, station: str, form: str = "[A-Z0-9]{3,8}") -> Self:
        """The staff of a record, at one of its stations."""
        roll = Roll(journal)
        return cls(roll, Door(roll, pins, clock, station), form)

    # --- who they are -------------------------------------------------------------------------------------------------

    def all(self) -> tuple[User, ...]:
        """Everybody who works here, and who did, by badge."""
        return self.roll.everybody()

    def find(self, badge: str) -> User:
        """The user of a badge, dismissed or not; `Refusal` where there never was one."""
        user = self.roll.user(self.badge(badge))
        if user is None:
            raise Refusal("no-such-user", got=badge)
        return user

    def add(self, badge: str, name: str, role: Role, pin: str, by: str, sub_location: str = "") -> User:
        """Somebody new, or again, with a first PIN; it is his own only if he adds himself, as the first one does."""
        badge = self.badge(badge)
        if badge == self.door.station:  # what the station does and what he does must stay two things
            raise Refusal("bad-badge", expected="another than the station's name", got=badge)
        user = self.roll.user(badge)
        if user is not None and user.active:
            raise Refusal("user-there", got=badge)
        added = UserAdded(badge, _name(name), role, _sub_location(sub_location, role))
        return self._write(badge, [added], by, {user_subject(badge): user.entries if user else 0}, pin)

    def change(
        self, badge: str, by: str, name: str | None = None, role: Role | None = None, sub_location: str | None = None
    ) -> User:
        """Another name, role or warehouse. The last administrator stays one."""
        user = self._active(badge)
        after = {user_subject(user.badge): user.entries}
        if role not in (None, Role.ADMINISTRATOR):
            after |= self._others(user)
        now = role or user.role
        there = _sub_location(user.sub_location if sub_location is None else sub_location, now)
        changed = UserChanged(user.badge, _name(user.name if name is None else name), now, there)
        return self._write(user.badge, [changed], by, after)

    def dismiss(self, badge: str, by: str) -> User:
        """He works here no longer, from this moment on. The last administrator stays."""
        user = self._active(badge)
        after = {user_subject(user.badge): user.entries} | self._others(user)
        return self._write(user.badge, [UserDismissed(user.badge)], by, after)

    def set_pin(self, badge: str, pin: str, by: str) -> User:
        """A new PIN from an administrator; its user must change it when he logs in. One's own is changed with the old one."""
        user = self._active(badge)
        if by == user.badge:
            raise Refusal("own-pin")
        return self._write(user.badge, [], by, {user_subject(user.badge): user.entries}, pin)

    def change_pin(self, badge: str, old: str, new: str) -> User:
        """A user's new PIN from himself. A wrong old one is a failed log-in, with the same delay."""
        check_pin(new, badge)
        if old == new:
            raise Refusal("same-pin")
        user = self.door.tried(badge, old, None)
        return self._write(badge, [], badge, {user_subject(badge): user.entries}, new)

    # --- who is at work -----------------------------------------------------------------------------------------------

    def log_in(self, badge: str, pin: str, *, among_clients: bool = False) -> tuple[str, User]:
        """The new session and its user; `Refusal` wrong-badge-or-pin, or wait with the seconds before the next try.

        `among_clients`: at a screen that is left to clients, a place of its own: what fails there delays no officer elsewhere.
        """
        session, door = self.session(), self.door
        if among_clients:
            door = replace(door, station=f"{door.station}/client")
        try:
            known = self.badge(badge)
        except Refusal:
            known = NOBODY
        return session, door.tried(known, pin, LoggedIn(session, door.station))

    def log_out(self, session: str, badge: str, why: str) -> None:
        """A session is over: `why` is one of asked, idle, shift, replaced. Twice is no news."""
        now = self.door.clock()
        if session not in self.roll.ended(badge, now):
            by = badge if why == "asked" else self.door.station
            self._append([Entry(door_subject(badge, now.date()), now, by, LoggedOut(session, why))])

    def standing(self, badge: str, session: str, edition: int) -> User | None:
        """The user of a session of the last day as he is now; None if he, or the session, may do nothing more."""
        user = self.roll.user(badge)
        if user is None or not user.active or user.edition != edition:
            return None
        return None if session in self.roll.ended(badge, self.door.clock()) else user

    def lift(self, badge: str, by: str) -> User:
        """What failed before delays a badge no longer, at any station."""
        user, now = self.find(badge), self.door.clock()
        self._append([Entry(door_subject(user.badge, now.date()), now, by, DelayLifted())])
        return user

    def delay(self, badge: str) -> int:
        """How many seconds the next log-in of a user must wait here."""
        return self.door.delay(badge)

    # --- the record ---------------------------------------------------------------------------------------------------

    def badge(self, text: str) -> str:
        """A badge number as it is kept, however it was scanned or typed; `Refusal` for what can't be one."""
        return badge_number(plain(text), self.form)

    def _active(self, badge: str) -> User:
        user = self.find(badge)
        if not user.active:
            raise Refusal("user-dismissed", got=user.badge)
        return user

    def _others(self, user: User) -> dict[str, int]:
        """For an administrator who is to be one no longer, the lengths of the others: all must be as they were read."""
        if user.role is not Role.ADMINISTRATOR:
            return {}
        others = [one for one in self.roll.administrators() if one.badge != user.badge]
        if not others:
            raise Refusal("last-administrator", got=user.badge)
        return {user_subject(one.badge): one.entries for one in others}

    def _write(self, badge: str, facts: Sequence[Fact], by: str, after: dict[str, int], pin: str | None = None) -> User:
        """Record what is new of a user, with his new PIN if there is one, all or none; the user then."""
        documents = dict[str, bytes]()
        if pin is not None:
            check_pin(pin, badge)
            content = self.door.pins.hash(pin).encode()
            digest = hashlib.sha256(content).hexdigest()
            documents[digest], facts = content, [*facts, PinSet(badge, digest)]
        now = self.door.clock()
        self._append([Entry(user_subject(badge), now, by, fact) for fact in facts], documents, after)
        return self.find(badge)

    def _append(self, entries: list[Entry], documents: dict[str, bytes] | None = None, after: dict[str, int] | None = None) -> None:
        self.roll.journal.append(entries, documents, after)


def _sub_location(text: str, role: Role) -> str:
    """The warehouse of an operator: he has one; nobody else has."""
    if role is not Role.WAREHOUSE:
        return ""
    if not re.fullmatch("[0-9]{4}", text.strip(), re.ASCII):
        raise Refusal("bad-sub-location", expected="4 digits", got=text.strip())
    return text.strip()


def _name(text: str) -> str:
    """A name that can stand on a screen and in a report."""
    if not text.strip():
        raise Refusal("no-name")
    check_legible("name", text.strip())
    return text.strip()
