"""Sheets as they are found: short enough for a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.core.journal import Confirmed, Entry, Fact, NotRead, Opened, Returned, Scanned, Stamped, Voided
from kiosk.core.replay import replay
from kiosk.core.sheet import Faulty, Header, Line, QuerySheet, Removed, Row, Waiting, scans_of

State = Literal["open", "stamped", "returned", "voided"]
Kind = Literal["line", "waiting", "faulty", "removed"]


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A sheet that was found. `counts` has its rows by mark, and those that are waiting, faulty and removed."""

    number: str
    header: Header
    by: str
    opened_at: datetime
    state: State
    state_at: datetime
    """When it came to be so."""
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that was begun and not ended."""

    number: str
    header: Header
    by: str
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan, with the row that it made (from 1) and what became of that. `number` as people read it, empty if not read."""

    at: datetime
    sheet: str
    row: int
    number: str
    kind: Kind
    mark: str
    """R, NR or N/A, the newest answer; empty where there is none."""
    reason: str
    """Code of the answer, of the refusal or of why it could not be asked."""
    as_of: datetime | None
    by: str
    keyed: bool
    source: str
    symbology: str
    removed: str
    """Why the row was struck out."""
    state: State


def header_of(opened: Opened) -> Header:
    """The header of a sheet as it was begun."""
    return Header(opened.office, opened.client_name, opened.client_id, opened.client_contact)


def state_of(entries: Sequence[Entry]) -> tuple[State, datetime]:
    """What a sheet's newest decision is, and since when."""
    state: State = "open"
    at = entries[0].at
    for entry in entries:
        new = _state(entry.fact)
        if new:
            state, at = new, entry.at
    return state, at


def _state(fact: Fact) -> State | None:
    match fact:
        case Stamped():
            return "stamped"
        case Returned():
            return "returned"
        case Voided():
            return "voided"
        case _:
            return None


def found_sheet(number: str, entries: Sequence[Entry]) -> FoundSheet:
    """A sheet in short, by all of its entries, oldest first."""
    sheet = replay(number, entries)
    state, at = state_of(entries)
    return FoundSheet(number, sheet.header, entries[0].by, entries[0].at, state, at, counts_of(sheet))


def counts_of(sheet: QuerySheet) -> dict[str, int]:
    """How many rows have each mark, or wait, or are faulty or removed."""
    counts = {**{str(status): n for status, n in sheet.count.items()}, "waiting": 0, "faulty": 0, "removed": 0}
    for row in sheet.rows:
        if not isinstance(row, Line):
            counts[kind_of(row)] += 1
    return counts


def kind_of(row: Row) -> Kind:
    """What a row is."""
    match row:
        case Line():
            return "line"
        case Waiting():
            return "waiting"
        case Faulty():
            return "faulty"
        case _:
            return "removed"


def live(row: Row) -> Line | Waiting | Faulty:
    """The row as it was before it was struck out."""
    return row.row if isinstance(row, Removed) else row


def scan_rows(number: str, entries: Sequence[Entry]) -> Iterator[ScanRow]:
    """Each scan of a sheet with its row, in the order of the scans."""
    sheet, (state, _) = replay(number, entries), state_of(entries)
    places = {scan: place for place, row in enumerate(sheet.rows, 1) for scan in scans_of(row)}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, Scanned | Confirmed | NotRead):
            place = places[fact.scan]
            yield _scan_row(entry, fact, place, sheet.rows[place - 1], state)


def _scan_row(entry: Entry, fact: Scanned | Confirmed | NotRead, place: int, row: Row, state: State) -> ScanRow:
    number, mark, reason, as_of = told(live(row))
    return ScanRow(
        at=entry.at,
        sheet=entry.subject,
        row=place,
        number=number,
        kind=kind_of(row),
        mark=mark,
        reason=reason,
        as_of=as_of,
        by=entry.by,
        keyed=isinstance(fact, Scanned) and fact.keyed,
        source=fact.source,
        symbology="" if isinstance(fact, NotRead) else fact.symbology or "",
        removed=row.reason if isinstance(row, Removed) else "",
        state=state,
    )


def told(row: Line | Waiting | Faulty) -> tuple[str, str, str, datetime | None]:
    """A row's number as people read it, its mark, the code of its reason, and as of when."""
    match row:
        case Line(answer=answer):
            return answer.reference.hri, str(answer.status), str(answer.reason), answer.as_of
        case Waiting(asked=asked, code=code):
            return asked.references[0].hri if asked.references else asked.text, "", code, None
        case faulty:
            return faulty.text or "", "", faulty.refusal.fields.get("why", "") or faulty.refusal.code, None
