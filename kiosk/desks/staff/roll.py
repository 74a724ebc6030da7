"""The roll: who works here and what happened at log-in, as the record has it; read again only where the record has grown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.core.journal import Entry
from kiosk.core.user import Role, User, ended, replay
from kiosk.ports import Journal

MOST: Final = 2000
"""Subjects that are remembered, at most."""


def user_subject(badge: str) -> str:
    """The subject under which the record says who somebody is."""
    return f"user/{badge}"


def door_subject(badge: str, day: date) -> str:
    """The subject under which the record says how the log-ins of a badge went on a day, in UTC."""
    return f"door/{badge}/{day}"


@dataclass(frozen=True, slots=True)
class Roll:
    """The users of a record, and their log-ins of today and yesterday."""

    journal: Journal
    _known: dict[str, tuple[int, object]] = field(default_factory=dict, repr=False, compare=False)

    def user(self, badge: str) -> User | None:
        """The user of a badge, dismissed or not; None where there never was one."""
        found = self._read(user_subject(badge), replay)
        return found if isinstance(found, User) else None

    def everybody(self) -> tuple[User, ...]:
        """Everybody who works here, and who did, by badge."""
        added = {one.entry.subject for one in self.journal.find(kind="UserAdded")}
        found = (self.user(subject.partition("/")[2]) for subject in sorted(added))
        return tuple(user for user in found if user is not None)

    def administrators(self) -> tuple[User, ...]:
        """The active administrators."""
        return tuple(user for user in self.everybody() if user.active and user.role is Role.ADMINISTRATOR)

    def door(self, badge: str, now: datetime) -> tuple[list[Entry], list[Entry]]:
        """The log-ins of a badge yesterday and today, well or badly ended."""
        yesterday, today = (self._entries(door_subject(badge, day)) for day in _days(now))
        return yesterday, today

    def ended(self, badge: str, now: datetime) -> frozenset[str]:
        """The sessions of a badge that were logged out yesterday or today."""
        found = (self._read(door_subject(badge, day), ended) for day in _days(now))
        return frozenset().union(*(sessions for sessions in found if isinstance(sessions, frozenset)))

    def _read(self, subject: str, make: Callable[[Sequence[Entry]], object]) -> object:
        """What the entries of a subject make, remembered until there is another entry."""
        known = self._known.get(subject)
        if known is None or known[0] != self.journal.length(subject):
            entries = self._entries(subject)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[subject] = known = len(entries), make(entries)
        return known[1]

    def _entries(self, subject: str) -> list[Entry]:
        return [one.entry for one in self.journal.entries(subject)]


def _days(now: datetime) -> tuple[date, date]:
    return (now - timedelta(days=1)).date(), now.date()
