"""The figures of a day at the counter: folded from its entries, so that they can be counted again by anybody (Q10)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from kiosk.core.journal import (
    Answered,
    Confirmed,
    CouldNotAsk,
    Entry,
    Fact,
    HandedOver,
    NotRead,
    NotStamped,
    Opened,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
    Voided,
)

SHEETS: Final = ("opened", "stamped", "returned", "voided")
"""What can happen to a sheet, in that order."""
_SHEET_FACTS: Final = {Opened: "opened", Stamped: "stamped", Returned: "returned", Voided: "voided"}
UNKNOWN: Final = "unknown"
"""The symbology of a symbol whose scanner did not say it."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which the store gave no answer: from the first question in vain to the last before it answered again."""

    first: datetime
    last: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class BadgeFigures:
    """What one badge did: scans and their refusals, places not read, and sheets."""

    scans: int = 0
    refused: int = 0
    unread: int = 0
    opened: int = 0
    stamped: int = 0
    returned: int = 0
    voided: int = 0


@dataclass(frozen=True, slots=True)
class DayReport:
    """A day of the office's zone, of everybody or of one `badge`.

    Each scan of the day is counted once by how it ended: `marks` (the answer first given), `refusals`, or `unanswered`.
    """

    day: date
    badge: str | None
    scans: int
    keyed: int
    hours: tuple[int, ...]
    """Scans by hour of the office's clock, from 0 to 23."""
    sources: Mapping[str, int]
    symbologies: Mapping[str, int]
    marks: Mapping[str, int]
    unanswered: int
    refusals: Mapping[str, int]
    unread: Mapping[str, int]
    changed: Mapping[tuple[str, str], int]
    """Answers that were another when asked again: the mark before, and then."""
    unasked: int
    """Scans that could not be asked at least once."""
    outages: tuple[Outage, ...]
    sheets: Mapping[str, int]
    """How many were opened, stamped, returned, voided."""
    removed: int
    not_stamped: Mapping[str, int]
    handed_over: int
    """Originals; `copies` are further ones."""
    copies: int
    badges: Mapping[str, BadgeFigures]
    waits: tuple[timedelta, ...]
    """From the first scan of a sheet to its stamp, of the sheets begun that day; shortest first."""

    @property
    def median_wait(self) -> timedelta | None:
        """The wait that half of the sheets had at most."""
        return self.waits[(len(self.waits) - 1) // 2] if self.waits else None

    @property
    def longest_wait(self) -> timedelta | None:
        """The longest wait."""
        return self.waits[-1] if self.waits else None


def report(day: date, entries: Iterable[Entry], zone: tzinfo, badge: str | None = None) -> DayReport:
    """The figures of all the entries of a day, oldest first; with a badge, of what it did itself."""
    tally = _Tally(zone)
    for entry in entries:
        tally.begun(entry)
        if badge in (None, entry.by):
            tally.add(entry)
    return tally.report(day, badge)


@dataclass(slots=True)
class _Tally:
    """The figures while they are counted."""

    zone: tzinfo
    hours: Counter[int] = field(default_factory=Counter)
    keyed: int = 0
    sources: Counter[str] = field(default_factory=Counter)
    symbologies: Counter[str] = field(default_factory=Counter)
    scans: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """How each scan ended: its first mark; None while it has none."""
    refusals: Counter[str] = field(default_factory=Counter)
    refused: set[tuple[str, str]] = field(default_factory=set)
    unread: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    unasked: set[tuple[str, str]] = field(default_factory=set)
    outages: list[Outage] = field(default_factory=list)
    down: bool = False
    sheets: Counter[str] = field(default_factory=Counter)
    removed: int = 0
    not_stamped: Counter[str] = field(default_factory=Counter)
    handed_over: int = 0
    copies: int = 0
    badges: dict[str, Counter[str]] = field(default_factory=dict)
    first: dict[str, datetime | None] = field(default_factory=dict)
    waits: list[timedelta] = field(default_factory=list)

    def begun(self, entry: Entry) -> None:
        """Remember when the first scan of a sheet came, whoever scanned it; only of sheets that were opened within the day."""
        if isinstance(entry.fact, Opened):
            self.first[entry.subject] = None
        elif isinstance(entry.fact, Scanned | NotRead) and self.first.get(entry.subject, entry.at) is None:
            self.first[entry.subject] = entry.at

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        match entry.fact:
            case Scanned() | Confirmed() as fact:
                self._scanned(entry, fact)
            case NotRead() as fact:
                self.unread[fact.reason] += 1
                self._by(entry, "unread")
            case Answered() | Refused() | CouldNotAsk() as fact:
                self._asked(entry, fact)
            case HandedOver() as fact:
                self.handed_over += fact.copy <= 1 and fact.mark != "retained"
                self.copies += fact.copy > 1
            case RowRemoved():
                self.removed += 1
            case NotStamped() as fact:
                self.not_stamped[fact.code] += 1
            case fact:
                self._sheet(entry, fact)

    def _scanned(self, entry: Entry, fact: Scanned | Confirmed) -> None:
        self.scans.setdefault((entry.subject, fact.scan), None)
        self.hours[entry.at.astimezone(self.zone).hour] += 1
        self.keyed += isinstance(fact, Scanned) and fact.keyed
        self.sources[fact.source] += 1
        self.symbologies[fact.symbology or UNKNOWN] += 1
        self._by(entry, "scans")

    def _asked(self, entry: Entry, fact: Answered | Refused | CouldNotAsk) -> None:
        match fact:
            case Answered():
                self.down = False
                self._answered((entry.subject, fact.scan), fact)
            case Refused():
                self.refusals[fact.code] += 1
                self.refused.add((entry.subject, fact.scan))
                self._by(entry, "refused")
            case _:
                self.unasked |= {(entry.subject, scan) for scan in fact.scans}
                self._unasked(entry.at)

    def _answered(self, scan: tuple[str, str], fact: Answered) -> None:
        if fact.changed_from not in (None, fact.mark):
            self.changed[str(fact.changed_from), fact.mark] += 1
        if scan in self.scans and self.scans[scan] is None:
            self.scans[scan] = fact.mark

    def _unasked(self, at: datetime) -> None:
        before = self.outages.pop() if self.down else Outage(at, at, 0)
        self.outages.append(Outage(before.first, at, before.questions + 1))
        self.down = True

    def _sheet(self, entry: Entry, fact: Fact) -> None:
        happened = _SHEET_FACTS.get(type(fact))
        if happened:
            self.sheets[happened] += 1
            self._by(entry, happened)
        begun = self.first.get(entry.subject)
        if isinstance(fact, Stamped) and begun:
            self.waits.append(entry.at - begun)

    def _by(self, entry: Entry, what: str) -> None:
        self.badges.setdefault(entry.by, Counter())[what] += 1

    def report(self, day: date, badge: str | None) -> DayReport:
        """The figures, each list with its most frequent first."""
        marks = Counter(mark for mark in self.scans.values() if mark is not None)
        unanswered = sum(mark is None and scan not in self.refused for scan, mark in self.scans.items())
        return DayReport(
            day=day,
            badge=badge,
            scans=sum(self.hours.values()),
            keyed=self.keyed,
            hours=tuple(self.hours[hour] for hour in range(24)),
            sources=_frequent(self.sources),
            symbologies=_frequent(self.symbologies),
            marks={mark: marks[mark] for mark in ("R", "NR", "N/A")},
            unanswered=unanswered,
            refusals=_frequent(self.refusals),
            unread=_frequent(self.unread),
            changed=dict(sorted(self.changed.items())),
            unasked=len(self.unasked),
            outages=tuple(self.outages),
            sheets={name: self.sheets[name] for name in SHEETS},
            removed=self.removed,
            not_stamped=_frequent(self.not_stamped),
            handed_over=self.handed_over,
            copies=self.copies,
            badges={who: BadgeFigures(**counted) for who, counted in sorted(self.badges.items())},
            waits=tuple(sorted(self.waits)),
        )


def _frequent(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
