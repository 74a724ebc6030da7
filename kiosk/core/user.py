"""Who works at a kiosk, what each may do, and how long a log-in waits after others failed.

A user is replayed from the entries of `user/<BADGE>`; the tries to log in stand under `door/<BADGE>/<UTC day>`, so that a log-in
reads two days and no more, and a delay outlives a restart.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import Final

from kiosk.core.faults import Refusal
from kiosk.core.journal import DelayLifted, Entry, LoggedIn, LoggedOut, LogInFailed, PinSet, UserAdded, UserChanged, UserDismissed

FREE: Final = 2
"""How many failures cost nothing: anybody mistypes."""
LONGEST: Final = timedelta(minutes=15)
LONGEST_OF_LAST: Final = timedelta(seconds=60)
"""The longest delay of the last active administrator: nobody could lift it for him."""
_PIN: Final = re.compile("[0-9]{6,12}")


class Role(StrEnum):
    """What somebody is. What he may do is a table: nobody may do all, and who rules over users and keys stamps nothing."""

    CLIENT = "client"
    WAREHOUSE = "warehouse"
    BSO = "bso"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Task(StrEnum):
    """What a user does that not everybody may."""

    COUNTER = "counter"
    """Scan, stamp, return, print, find."""
    DAY = "day"
    """See a day's figures: one's own, or with `REPORT` everybody's."""
    VOID = "void"
    """Take a proof back."""
    LIFT = "lift"
    """Lift the delay of a log-in."""
    REPORT = "report"
    """See the day's report of everybody."""
    RECORD = "record"
    """Read the record: what was asked, for whom and by whom."""
    WHOLENESS = "wholeness"
    """Verify that the record is whole, and read what a part that fails says to a technician."""
    USERS = "users"
    """Add, change and dismiss users."""
    DEVICES = "devices"
    """See the scanners and printers, and test them."""
    HOLD = "hold"
    """Put goods on hold by hand, and lift a hold."""
    GATE = "gate"
    """Check a proof (P2)."""
    REGISTER = "register"
    """Take goods in and let them out (P3)."""
    ASK = "ask"
    """Ask for one's own numbers, and nothing else (Q1)."""


_OFFICER: Final = frozenset(
    {
        Task.ASK,  # he leaves a screen to clients, and takes over what they asked
        Task.COUNTER,  # Q1: his work
        Task.DAY,  # his own figures; those of others are no business of his
        Task.DEVICES,  # a scanner that fails is tested where it is used
        Task.GATE,  # P2: a proof that is shown to him is checked by him
        Task.HOLD,  # P4: who refers goods for exam puts them on hold, and lifts it
    }
)
_MAY: Final[Mapping[Role, frozenset[Task]]] = {
    Role.CLIENT: frozenset({Task.ASK}),
    Role.WAREHOUSE: frozenset({Task.GATE, Task.REGISTER}),  # P2, P3: of his own warehouse, and nothing of an office's clients
    Role.BSO: _OFFICER,
    Role.SUPERVISOR: _OFFICER
    | {
        Task.LIFT,  # an officer who can't log in has a queue before him, and no administrator beside him
        Task.RECORD,  # who answers for a day's work can look up each step of it
        Task.REGISTER,  # P3: differences of a warehouse with its office, and what goes out despite them
        Task.REPORT,
        Task.VOID,
        Task.WHOLENESS,
    },
    # Who makes users and keys has no need of what clients asked, or of how much an officer did: no counter, no sheet, no day,
    # no entry of the record. That the record is whole, and why a part fails, is a technician's business.
    Role.ADMINISTRATOR: frozenset({Task.DEVICES, Task.LIFT, Task.USERS, Task.WHOLENESS}),
}


def may(role: Role, task: Task) -> bool:
    """Whether a role does a task.

    >>> may(Role.BSO, Task.COUNTER), may(Role.BSO, Task.VOID), may(Role.ADMINISTRATOR, Task.COUNTER)
    (True, False, False)
    """
    return task in _MAY[role]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works here, or did."""

    badge: str
    name: str
    role: Role
    active: bool = True
    pin: str | None = None
    """The digest of the document that holds the hash of his PIN; None while he has none."""
    own: bool = False
    """He chose the PIN himself; else he must change it before anything else."""
    sub_location: str = ""
    """The only warehouse that he lets goods into and out of, 4 digits; empty for whoever has none."""
    edition: int = 0
    """Grows with everything that ends his sessions: another role or PIN, a dismissal."""
    entries: int = field(default=0, compare=False)
    """How many entries of the record made him what he is."""

    @property
    def state(self) -> str:
        """One of active, first-pin (he must choose his own), no-pin, dismissed."""
        if not self.active:
            return "dismissed"
        if self.pin is None:
            return "no-pin"
        return "active" if self.own else "first-pin"


def replay(entries: Iterable[Entry]) -> User | None:
    """The user as the entries of his subject left him; None where nobody was ever added."""
    user = None
    for entry in entries:
        user = happened(user, entry)
    return user


def happened(user: User | None, entry: Entry) -> User | None:
    """The user after one more entry."""
    match user, entry.fact:
        case None, UserAdded() as fact:
            return User(fact.badge, fact.name, Role(fact.role), sub_location=fact.sub_location, edition=1, entries=1)
        case None, _:
            return None
        case User(), _:
            return replace(_after(user, entry), entries=user.entries + 1)


def _after(user: User, entry: Entry) -> User:
    more = user.edition + 1
    match entry.fact:
        case UserAdded() as fact:  # again: with a PIN of before, whoever knew it would come in
            return User(fact.badge, fact.name, Role(fact.role), sub_location=fact.sub_location, edition=more)
        case UserChanged() as fact:
            role = Role(fact.role)
            same = (role, fact.sub_location) == (user.role, user.sub_location)
            edition = user.edition if same else more
            return replace(user, name=fact.name, role=role, sub_location=fact.sub_location, edition=edition)
        case PinSet() as fact:
            return replace(user, pin=fact.document, own=entry.by == user.badge, edition=more)
        case UserDismissed():
            return replace(user, active=False, pin=None, own=False, edition=more)
        case _:
            return user


def failures(entries: Iterable[Entry], station: str) -> tuple[datetime, ...]:
    """When log-ins of a badge failed at a station since the last that succeeded there, or since the delay was lifted."""
    found: list[datetime] = []
    for entry in entries:
        match entry.fact:
            case LogInFailed(station=at) if at == station:
                found.append(entry.at)
            case LoggedIn(station=at) if at == station:
                found.clear()
            case DelayLifted():
                found.clear()
            case _:
                pass
    return tuple(found)


def ended(entries: Iterable[Entry]) -> frozenset[str]:
    """The sessions that were logged out."""
    return frozenset(entry.fact.session for entry in entries if isinstance(entry.fact, LoggedOut))


def wait(failed: Sequence[datetime], now: datetime, longest: timedelta = LONGEST) -> int:
    """How many seconds must still go by before the next try: none after 2 failures, then 1, 2, 4, 8, ... since the last one.

    A clock that was set back makes nobody wait longer than a delay is.

    >>> noon = datetime(2026, 11, 22, 12, 0)
    >>> wait([noon] * 2, noon), wait([noon] * 5, noon), wait([noon] * 5, noon + timedelta(seconds=3)), wait([noon] * 99, noon)
    (0, 4, 1, 900)
    """
    if len(failed) <= FREE:
        return 0
    delay = min(timedelta(seconds=2 ** min(len(failed) - FREE - 1, 20)), longest)
    return max(0, ceil(min(failed[-1] + delay - now, delay).total_seconds()))


def check_pin(pin: str, badge: str) -> None:
    """Refuse a PIN that anybody would try first. Its digits stand in no refusal.

    >>> check_pin("123456", "12345")
    Traceback (most recent call last):
    kiosk.core.faults.Refusal: pin-too-simple
    """
    if not _PIN.fullmatch(pin):
        raise Refusal("pin-form")
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(pin)}
    if pin in badge or badge in pin or (len(steps) == 1 and steps <= {0, 1, 9}):
        raise Refusal("pin-too-simple")
