"""Replies about what was: sheets found, histories, days, the record; and about users and the parts of the kiosk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from kiosk.core.user import Role
from kiosk.desks.record.history import What
from kiosk.desks.record.sheets import Kind, State
from kiosk.web.api.replies import Head, Instant


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A sheet that was found; `counts` has its rows by mark, and those waiting, faulty and removed."""

    sheet: str
    header: Head
    by: str
    opened_at: datetime
    state: State
    state_at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sense:
    """The sheets that were found if the text is taken for a number, a sheet, a client, a badge, a day; or by the fields."""

    sense: Literal["fields", "number", "sheet", "client", "badge", "day"]
    sheets: tuple[FoundSheet, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by what the text was taken for."""

    found: tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a number, in a row of a sheet."""

    at: datetime
    sheet: str
    row: int
    by: str
    what: What
    mark: str
    before: str
    reason: str
    as_of: datetime | None
    office: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A row in which a number stands."""

    sheet: FoundSheet
    row: int
    kind: Kind
    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """All about a number: moments oldest first, rows by sheet, newest first; `more` where it stands on older sheets too."""

    number: str
    moments: tuple[Moment, ...]
    standings: tuple[Standing, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Answers that were another when asked again."""

    before: str
    now: str
    rows: int


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which the release system gave no answer."""

    first: datetime
    last: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class BadgeFigures:
    """What one badge did."""

    scans: int
    refused: int
    unread: int
    opened: int
    stamped: int
    returned: int
    voided: int


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of a day, of everybody or of one badge. Waits are seconds from the first scan of a sheet to its stamp."""

    day: date
    badge: str | None
    scans: int
    keyed: int
    hours: tuple[int, ...]
    sources: Mapping[str, int]
    symbologies: Mapping[str, int]
    marks: Mapping[str, int]
    unanswered: int
    refusals: Mapping[str, int]
    unread: Mapping[str, int]
    changed: tuple[Change, ...]
    unasked: int
    outages: tuple[Outage, ...]
    sheets: Mapping[str, int]
    removed: int
    not_stamped: Mapping[str, int]
    handed_over: int
    copies: int
    badges: Mapping[str, BadgeFigures]
    median_wait: int | None
    longest_wait: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the record: what happened (`fact`), and its particulars (`is`)."""

    position: int
    at: Instant
    subject: str
    by: str
    fact: str
    particulars: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entries:
    """Some of the record's entries, newest first. `newer` and `older` are the `before` of the pages beside it; null at an end."""

    entries: tuple[Entry, ...]
    size: int
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the record: how many entries, the root of the tree over them, and both as they are printed on a sheet."""

    size: int
    root: str
    short: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the record."""

    code: str
    position: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A verification of the record: how far it is, or what it found; `sound` only where it has ended and nothing is wrong."""

    began: datetime
    by: str
    against: str | None
    size: int
    checkpoint: str
    done: int
    total: int
    ended: datetime | None
    sound: bool
    findings: tuple[Finding, ...] | None
    failure: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The last verification of this kiosk's record; null where there was none since the start."""

    verification: Examined | None


@dataclass(frozen=True, slots=True)
class User:
    """A user; `wait` is how many seconds his next log-in must wait here; `sub_location` is a warehouse operator's, else empty."""

    badge: str
    name: str
    role: Role
    sub_location: str
    state: Literal["active", "first-pin", "no-pin", "dismissed"]
    wait: int


@dataclass(frozen=True, slots=True)
class Users:
    """Everybody who works here, and who did."""

    users: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the kiosk: its state, a code that says more, and when that was last known to be so; some have figures beside."""

    state: Literal["good", "poor", "bad", "unknown"]
    code: str
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Health:
    """Every part of the kiosk by name, and the worst state; `bad`, and then with 503, if the counter can't work safely."""

    state: Literal["good", "poor", "bad", "unknown"]
    version: str
    parts: Mapping[str, Part]
