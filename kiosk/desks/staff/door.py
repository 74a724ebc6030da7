"""The door: one try to log in.

Badge and PIN are checked and the outcome is recorded, all or nothing; with another try of the same badge between, it is made anew,
so that a hundred at once are no more than one after the other. Whatever was wrong, the answer is the same, and takes as long.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import Entry, Fact, LogInFailed
from kiosk.core.user import LONGEST_OF_LAST, User, failures, wait
from kiosk.desks.staff.roll import Roll, door_subject, user_subject
from kiosk.ports import Clock, Pins

_DIGITS: Final = re.compile("[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Door:
    """Where log-ins are tried, at one station: a delay holds at the station where they failed."""

    roll: Roll
    pins: Pins
    clock: Clock
    station: str

    def tried(self, badge: str, pin: str, success: Fact | None) -> User:
        """The user whom badge and PIN prove; `success` is then recorded.

        `Refusal` wrong-badge-or-pin; or wait, with the seconds before the next try, whatever badge and PIN are.
        """
        while True:
            try:
                return self._try(badge, pin, success)
            except Conflict:
                continue  # somebody else has just tried this badge, or the user was changed: all of it anew

    def delay(self, badge: str) -> int:
        """How many seconds the next try of a badge must wait."""
        now = self.clock()
        yesterday, today = self.roll.door(badge, now)
        return self._delay(self.roll.user(badge), failures([*yesterday, *today], self.station), now)

    def _try(self, badge: str, pin: str, success: Fact | None) -> User:
        now = self.clock()
        yesterday, today = self.roll.door(badge, now)
        user = self.roll.user(badge)
        if seconds := self._delay(user, failures([*yesterday, *today], self.station), now):
            raise Refusal("wait", seconds=seconds)
        why = self._why_not(user, pin)
        fact = LogInFailed(why, self.station) if why else success
        door = door_subject(badge, now.date())
        entries = [Entry(door, self.clock(), self.station if why else badge, fact)] if fact else []
        self.roll.journal.append(entries, after={door: len(today), user_subject(badge): user.entries if user else 0})
        if why or user is None:
            raise Refusal("wrong-badge-or-pin")
        return user

    def _why_not(self, user: User | None, pin: str) -> str:
        """Why this is no right badge and PIN; empty if it is. Each way takes as long as the others."""
        hashed = self.roll.journal.document(user.pin).decode() if user and user.pin else None
        right = self.pins.matches(hashed, pin) if _DIGITS.fullmatch(pin) else self.pins.matches(None, "")
        if user is None:
            return "unknown-badge"
        if not user.active:
            return "dismissed"
        return "" if right else "wrong-pin" if hashed else "no-pin"

    def _delay(self, user: User | None, failed: Sequence[datetime], now: datetime) -> int:
        seconds, shorter = wait(failed, now), wait(failed, now, LONGEST_OF_LAST)
        return shorter if shorter < seconds and self.roll.administrators() == (user,) else seconds
