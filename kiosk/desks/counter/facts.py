"""What the counter writes down: the facts of a scan and of an answer, and what of a sheet an officer sees. Pure decisions."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from drivers.scan import ACCEPTED, NoRead, Place, Scan
from kiosk.core.answer import Answer
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import (
    Answered,
    Confirmed,
    Fact,
    Failed,
    HandedOver,
    NotRead,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
)
from kiosk.core.meaning import references
from kiosk.core.printed import agrees
from kiosk.core.printing import MARKS, Mark
from kiosk.core.reference import candidates
from kiosk.core.replay import packed
from kiosk.core.sheet import Asked, Faulty, Line, QuerySheet, Removed, Row, Waiting, row_text, scans_of
from kiosk.core.stamp import Act, Stamp
from kiosk.ports import Fault

FRESH = timedelta(seconds=30)
"""How old an answer may be when its seal is recorded: the time to draw and sign, and no more (fault: a stale R)."""
_ACCEPTED: Final = tuple(symbology.name for symbology in ACCEPTED)


class Changed(Refusal):
    """Asked again for the stamp, some rows have another answer now: `sheet` holds it, `rows` their places, old and new marks."""

    def __init__(self, sheet: QuerySheet, rows: Sequence[tuple[int, str, str]]) -> None:
        super().__init__("changed", rows="; ".join(f"{place}: {old} → {new}" for place, old, new in rows))
        self.sheet: Final = sheet
        self.rows: Final = tuple(rows)


def facts_of(sheet: QuerySheet, scan: Scan | NoRead, instead: int | None = None) -> list[Fact]:
    """The facts of one scan: what came, and the refusal if there is one. What the sheet holds already is no news.

    `instead` is the faulty row (from 1) whose number is scanned by hand: it is struck out for the new one.
    """
    if isinstance(scan, NoRead):
        return _not_read(sheet, scan)
    if scan.id in sheet.scans:
        _check_same(sheet, scan)
        return []
    kind = scan.symbology and scan.symbology.name
    try:
        found = references(scan.text, kind, scan.printed, _ACCEPTED)
        keyed = None if scan.keyed else sheet.keyed(found)
        if keyed is not None:
            return [_confirmed(scan, keyed)]
        sheet.admit(scan.text, found)
    except Refusal as no:
        return [_scanned(scan), Refused(scan.id, scan.text, no.code, no.fields)]
    return [_scanned(scan), *_instead(sheet, instead)]


def _check_same(sheet: QuerySheet, scan: Scan) -> None:
    """Refuse another text under the name of a scan that is there: it would be lost without a word."""
    row = next(row for row in sheet.rows if scan.id in scans_of(row))
    row = row.row if isinstance(row, Removed) else row
    typed = (
        isinstance(row, Line | Waiting) and scan.id in row.asked.before and row.asked.references[:1] == candidates(scan.text)[:1]
    )
    if row_text(row) != scan.text and not typed:
        raise Refusal("scan-id-taken", got=scan.text)


def _not_read(sheet: QuerySheet, scan: NoRead) -> list[Fact]:
    place = _place(scan.place)
    if scan.id in sheet.scans or (place is not None and any(_is_at(row, place) for row in sheet.rows)):
        return []
    return [NotRead(scan.id or f"{sheet.number}/{len(sheet.rows) + 1}", scan.reason, scan.source, place, dict(scan.particulars))]


def _is_at(row: Row, place: dict[str, Any]) -> bool:
    """Whether this place was found unread before: a page that is read again, after a crash, adds nothing."""
    row = row.row if isinstance(row, Removed) else row
    where = row.where if isinstance(row, Faulty) else None
    return where is not None and (where.file, where.page, list(where.box)) == (place["file"], place["page"], place["box"])


def _scanned(scan: Scan) -> Scanned:
    kind = scan.symbology and scan.symbology.name
    compared = agrees(scan.text, scan.printed)
    return Scanned(scan.id, scan.text, _raw(scan), scan.source, kind, scan.keyed, _place(scan.place), compared, scan.dial)


def _confirmed(scan: Scan, keyed: Asked) -> Confirmed:
    kind = scan.symbology and scan.symbology.name
    compared = agrees(scan.text, scan.printed)
    return Confirmed(scan.id, keyed.scan, scan.text, _raw(scan), scan.source, kind, _place(scan.place), compared, scan.dial)


def _instead(sheet: QuerySheet, row: int | None) -> list[Fact]:
    return [] if row is None else [RowRemoved(row, f"→ {len(sheet.rows) + 1}")]


def check_faulty(sheet: QuerySheet, row: int) -> None:
    """Refuse to scan in place of a row that is not faulty, or not there."""
    if not 1 <= row <= len(sheet.rows):
        raise Refusal("no-such-row", expected=f"1 - {len(sheet.rows)}", got=row)
    if not isinstance(sheet.rows[row - 1], Faulty):
        raise Refusal("not-faulty", row=row)


def _raw(scan: Scan) -> str:
    return base64.b64encode(scan.raw).decode()


def fault(place: int, row: Faulty, cutout: bytes | None) -> Fault:
    """A faulty row as the slip shows it."""
    return Fault(place, row.text, row.refusal.code, row.refusal.fields, row.where, cutout)


def answered(asked: Asked, answer: Answer, before: Answer | None = None) -> Answered:
    """An answer as the record keeps it; `before` is the one that it replaces, where that said something else."""
    return Answered(asked.scan, str(answer.reference), answer.status, packed(answer), str(before.status) if before else None)


def gist(answer: Answer) -> tuple[object, ...]:
    """What an answer says, apart from when: if this is another, the officer has not seen what he would stamp."""
    return answer.reference, answer.reason, answer.office, answer.released_at, answer.also and gist(answer.also)


def seen(sheet: QuerySheet) -> tuple[object, ...]:
    """What the officer sees of a sheet; an answer that was only confirmed since is the same to him."""
    return sheet.header, sheet.stamped, *map(_seen_row, sheet.rows)


def _seen_row(row: Row) -> object:
    match row:
        case Line():
            return row.asked, gist(row.answer)
        case Removed():
            return _seen_row(row.row), row.reason
        case _:
            return row


def stamp_of(fact: Stamped) -> Stamp:
    """The stamp of a stamping, as it stands on the sheet and under its seals."""
    return Stamp(Act(fact.act), fact.authority, fact.office, fact.badge, datetime.fromisoformat(fact.at), fact.specimen)


def next_copy(facts: Sequence[Fact], mark: Mark = "") -> int:
    """Which copy of a stamped sheet is handed over next: the first that is not out; 1 is the original.

    Where there are two originals, each has its `mark`; every other document is another copy.
    """
    out = _out(facts)
    if mark and not out & {(1, ""), (1, mark)}:
        return 1
    return next(number for number in count(1) if number not in {copy for copy, _ in out})


def due(facts: Sequence[Fact], originals: int) -> tuple[Mark, ...]:
    """The documents that are printed next: both originals or the one of them that is not out, then a copy at a time (P7)."""
    out = _out(facts)
    if originals == 1 or (1, "") in out:
        return ("",)
    return tuple(mark for mark in MARKS if (1, mark) not in out) or ("",)


def _out(facts: Sequence[Fact]) -> set[tuple[int | None, str]]:
    """What is out of a sheet: number and mark. What a printer did not take is not."""
    slips = {fact.document for fact in facts if isinstance(fact, Returned)}
    out: set[tuple[int | None, str]] = set()
    for fact in facts:
        match fact:
            case HandedOver() if fact.document not in slips:
                out.add((fact.copy, fact.mark))
            case Failed(document=""):
                out.discard((fact.copy, fact.mark))
            case _:
                pass
    return out


def check_fresh(sheet: QuerySheet, moments: Sequence[datetime]) -> None:
    """Refuse to seal answers of another time than stamp and seal, whichever of the clocks it was that jumped."""
    times = [line.answer.as_of for _, line in sheet.lines]
    if any(abs(moment - at) > FRESH for moment in moments for at in (min(times), max(times))):
        said = ", ".join(moment.isoformat() for moment in moments)
        raise Unavailable("store", "stale", f"answered {min(times).isoformat()}, stamped and sealed {said}")


def _place(place: Place | None) -> dict[str, Any] | None:
    return {"file": place.file, "page": place.page, "box": list(place.box)} if place else None
