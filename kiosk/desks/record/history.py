"""The history of a number: every time it was scanned and asked, what was answered, and what became of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from kiosk.core.journal import (
    Answered,
    Confirmed,
    CouldNotAsk,
    Entry,
    Fact,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
    Voided,
)
from kiosk.core.replay import replay, unpacked
from kiosk.core.sheet import Removed, Row, scans_of
from kiosk.core.stamp import Act
from kiosk.desks.record.sheets import FoundSheet, Kind, found_sheet, kind_of, live, told
from kiosk.ports import Journal

What = Literal["scanned", "answered", "changed", "refused", "unasked", "removed", "stamped", "returned", "voided"]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a number on a sheet, in its row (from 1)."""

    at: datetime
    sheet: str
    row: int
    by: str
    what: What
    mark: str = ""
    """R, NR or N/A, of an answer or under a stamp."""
    before: str = ""
    """The mark that the answer replaced."""
    reason: str = ""
    """Code of the answer's or the refusal's reason, or of why it could not be asked; the officer's words for a row removed.

    Of a stamp for a move in bond: its act.
    """
    as_of: datetime | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A row (from 1) in which a number stands: what it is, its mark there, and its sheet."""

    sheet: FoundSheet
    row: int
    kind: Kind
    mark: str
    reason: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """All about a number: moments oldest first, rows by sheet, newest first; `more` where it stands on older sheets too."""

    number: str
    moments: tuple[Moment, ...]
    standings: tuple[Standing, ...]
    more: bool = False


def history(journal: Journal, number: str, sheets: Sequence[str], *, more: bool) -> History:
    """The history of a number on these sheets, newest first."""
    scans = {(one.entry.subject, fact.scan) for one in journal.find(number=number) if (fact := _speaking(one.entry.fact))}
    moments: list[Moment] = []
    standings: list[Standing] = []
    for sheet in sheets:
        entries = [one.entry for one in journal.entries(sheet)]
        own = _Own(sheet, entries, frozenset(scan for subject, scan in scans if subject == sheet))
        standings += own.standings()
        moments += own.moments()
    return History(number, tuple(sorted(moments, key=lambda moment: moment.at)), tuple(standings), more)


def _speaking(fact: Fact) -> Scanned | Confirmed | Answered | Refused | None:
    return fact if isinstance(fact, Scanned | Confirmed | Answered | Refused) else None


@dataclass(frozen=True, slots=True)
class _Own:
    """What a sheet says of one number: of these scans alone."""

    sheet: str
    entries: Sequence[Entry]
    scans: frozenset[str]

    def standings(self) -> Iterator[Standing]:
        found = found_sheet(self.sheet, self.entries)
        for place, row in self._rows():
            _, mark, reason, as_of = told(live(row))
            yield Standing(found, place, kind_of(row), mark, reason, as_of)

    def moments(self) -> Iterator[Moment]:
        rows = dict(self._rows())
        places = {scan: place for place, row in rows.items() for scan in scans_of(row)}
        standing = {place: told(live(row))[1] for place, row in rows.items() if not isinstance(row, Removed)}
        for entry in self.entries:
            yield from self._of_scans(entry, places)
            match entry.fact:
                case RowRemoved(row=place, reason=reason) if place in rows:
                    yield self._moment(entry, place, "removed", reason=reason)
                case Stamped() | Returned() | Voided() as fact:
                    for place, mark in standing.items():
                        yield self._moment(entry, place, _ENDS[type(fact)], *_under(fact, mark))
                case _:
                    pass

    def _of_scans(self, entry: Entry, places: Mapping[str, int]) -> Iterator[Moment]:
        """What happened to the number's own scans."""
        match entry.fact:
            case Scanned(scan=scan) | Confirmed(scan=scan) if scan in self.scans:
                yield self._moment(entry, places[scan], "scanned")
            case Answered(scan=scan) as fact if scan in self.scans:
                yield self._answered(entry, fact, places[scan])
            case Refused(scan=scan, code=code) if scan in self.scans:
                yield self._moment(entry, places[scan], "refused", reason=code)
            case CouldNotAsk(scans=scans, code=code):
                for scan in self.scans.intersection(scans):
                    yield self._moment(entry, places[scan], "unasked", reason=code)
            case _:
                pass

    def _answered(self, entry: Entry, fact: Answered, place: int) -> Moment:
        answer = unpacked(fact.answer)
        before = "" if fact.changed_from in (None, fact.mark) else str(fact.changed_from)
        moment = self._moment(entry, place, "changed" if before else "answered", mark=fact.mark, reason=str(answer.reason))
        return replace(moment, before=before, as_of=answer.as_of, office=answer.office or "")

    def _rows(self) -> Iterator[tuple[int, Row]]:
        rows = enumerate(replay(self.sheet, self.entries).rows, 1)
        return ((place, row) for place, row in rows if self.scans.intersection(scans_of(row)))

    def _moment(self, entry: Entry, place: int, what: What, mark: str = "", reason: str = "") -> Moment:
        return Moment(entry.at, self.sheet, place, entry.by, what, mark, reason=reason)


def _under(fact: Fact, mark: str) -> tuple[str, str]:
    """The mark that a row has under the stamp, and what that stamp is, where it is none of release or status."""
    if not isinstance(fact, Stamped):
        return "", ""
    return mark, fact.act if fact.act == Act.IN_BOND else ""


_ENDS: Final[Mapping[type[Fact], What]] = {Stamped: "stamped", Returned: "returned", Voided: "voided"}
