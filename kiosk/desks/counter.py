"""The counter: scan, answer, stamp (Q1 to Q11).

Each verb reads the sheet as the record has it, decides which facts there are, and writes them in one transaction, if nobody has
written meanwhile; the sheet that it returns is the replay of those facts. An answer that could not be recorded is never shown.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, Final

from drivers.scan import ACCEPTED, NoRead, Place, Scan
from kiosk.core.answer import Answer, cautious
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import (
    Answered,
    CouldNotAsk,
    Entry,
    Fact,
    Failed,
    HandedOver,
    NotRead,
    NotStamped,
    Opened,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
)
from kiosk.core.meaning import references, sheet_number
from kiosk.core.printed import agrees
from kiosk.core.proof import Proof, statements
from kiosk.core.replay import happened, packed, replay
from kiosk.core.sheet import Asked, Faulty, Header, Line, QuerySheet, Removed, Row, check_legible
from kiosk.core.stamp import Act, Stamp
from kiosk.ports import Clock, Fault, Journal, Paper, Seal, Signer, Store

FRESH = timedelta(seconds=30)
"""How old an answer may be when its seal is recorded: the time to draw and sign, and no more (fault: a stale R)."""


class Changed(Refusal):
    """Asked again for the stamp, some rows have another answer now: `sheet` holds it, `rows` their places, old and new marks."""

    def __init__(self, sheet: QuerySheet, rows: Sequence[tuple[int, str, str]]) -> None:
        super().__init__("changed", rows="; ".join(f"{place}: {old} → {new}" for place, old, new in rows))
        self.sheet: Final = sheet
        self.rows: Final = tuple(rows)


@dataclass(frozen=True, slots=True)
class Press:
    """What a stamp needs beside a decision: paper, seal and signature."""

    paper: Paper
    seal: Seal
    signer: Signer


@dataclass(frozen=True, slots=True)
class Counter:
    """The officer's desk at one station, whose 4 characters begin the numbers of its sheets."""

    store: Store
    journal: Journal
    clock: Clock
    station: str

    def open(self, header: Header, by: str) -> QuerySheet:
        """A new sheet, under a number of its own."""
        for name in ("client_name", "client_id", "client_contact"):
            check_legible(name, getattr(header, name))
        opened = Opened(header.office, header.client_name, header.client_id, header.client_contact)
        serial = self.journal.count("Opened")
        while True:
            serial += 1
            number = sheet_number(self.station, serial)
            try:
                self.journal.append([Entry(number, self.clock(), by, opened)], after={number: 0})
            except Conflict:
                continue  # another process of this station has just taken it
            return happened(QuerySheet(number, header), opened)

    def find(self, number: str) -> QuerySheet:
        """A sheet as the record has it; `Refusal` where there is none."""
        found = self.journal.entries(number)
        if not found:
            raise Refusal("no-such-sheet", got=number)
        return replay(number, (one.entry for one in found))

    def scan(self, sheet: QuerySheet, scans: Sequence[Scan | NoRead], by: str) -> QuerySheet:
        """The sheet with a row for every scan: answered, waiting, or refused; one question for all of them (Q3, Q4, Q6, Q7)."""
        sheet = self._current(sheet)
        sheet.check_room(len(scans))
        facts: list[Fact] = []
        after = sheet
        for scan in scans:
            new = self._admit(after, scan)
            after = reduce(happened, new, after)
            facts += new
        facts += self._answers(after.waiting)
        return self._write(sheet, facts, by, unmoved=True)

    def ask_again(self, sheet: QuerySheet, by: str) -> QuerySheet:
        """The sheet with its waiting rows asked again."""
        return self.scan(sheet, (), by)

    def remove(self, sheet: QuerySheet, row: int, reason: str, by: str) -> QuerySheet:
        """The sheet with a row (from 1) struck out; it stays on the paper and in the seal, with the reason."""
        sheet = self._current(sheet)
        sheet.remove(row, reason)
        return self._write(sheet, [RowRemoved(row, reason.strip())], by, unmoved=True)

    def stamp(self, sheet: QuerySheet, badge: str, press: Press, *, specimen: bool = True) -> Proof:
        """The proof. Every row is asked again: `Changed` if one has another answer, `Unavailable` if none could be had (Q6, Q9)."""
        try:
            self._check_clock()
            sheet = self._current(sheet)
            sheet.check_stampable()
            sheet = self._confirmed(sheet, badge)
            return self._proven(sheet, badge, press, specimen=specimen)
        except (Refusal, Unavailable) as no:
            fields = no.fields if isinstance(no, Refusal) else {"part": no.part, "detail": no.detail}
            self._write(sheet, [NotStamped(badge, no.code, fields)], badge)
            raise

    def give_back(self, sheet: QuerySheet, paper: Paper, cutouts: Mapping[int, bytes], by: str) -> bytes:
        """The slip that goes back with a form: each faulty row with what to mend and a picture of its place (Q4)."""
        faults = [_fault(place, row, cutouts.get(place)) for place, row in enumerate(sheet.rows, 1) if isinstance(row, Faulty)]
        if not faults:
            raise Refusal("nothing-to-return")
        pdf = paper.slip(sheet.header, faults, self.clock())
        digest = hashlib.sha256(pdf).hexdigest()
        self._write(sheet, [Returned(digest, len(faults))], by, {digest: pdf})
        return pdf

    def handed_over(self, sheet: QuerySheet, pdf: bytes, how: str, by: str) -> None:
        """Record that a document left the kiosk; the first is the original, every further one a copy."""
        digest = hashlib.sha256(pdf).hexdigest()
        before = [one.entry.fact for one in self.journal.entries(sheet.number)]
        copies = sum(isinstance(fact, HandedOver) and fact.document == digest for fact in before)
        self._write(sheet, [HandedOver(digest, how, copies + 1)], by)

    def failed(self, sheet: QuerySheet, no: Unavailable, by: str) -> None:
        """Record what a part of the kiosk could not do for a sheet."""
        self._write(sheet, [Failed(no.part, no.code, no.detail)], by)

    def _admit(self, sheet: QuerySheet, scan: Scan | NoRead) -> list[Fact]:
        """The facts of one scan: what came, and the refusal if there is one. A scan sent twice is no news."""
        if isinstance(scan, NoRead):
            return [NotRead(f"{sheet.number}/{len(sheet.rows) + 1}", scan.reason, scan.source, _place(scan.place))]
        if scan.id in sheet.scans:
            return []
        raw = base64.b64encode(scan.raw).decode()
        kind = scan.symbology and scan.symbology.name
        compared = agrees(scan.text, scan.printed)
        came = Scanned(scan.id, scan.text, raw, scan.source, kind, scan.keyed, _place(scan.place), compared)
        try:
            accepted = [symbology.name for symbology in ACCEPTED]
            sheet.admit(scan.text, references(scan.text, kind, scan.printed, accepted))
        except Refusal as no:
            return [came, Refused(scan.id, scan.text, no.code, no.fields)]
        return [came]

    def _answers(self, rows: Sequence[Asked]) -> list[Fact]:
        """The facts of asking: an answer for each row, or that none could be had."""
        if not rows:
            return []
        try:
            return [_answered(asked, answer) for asked, answer in self._ask(rows)]
        except Unavailable as no:
            return [CouldNotAsk([asked.scan for asked in rows], no.code, no.detail)]

    def _ask(self, rows: Sequence[Asked]) -> list[tuple[Asked, Answer]]:
        """Every row with the answer that lets least out, of all that its text can mean; in one round trip."""
        references = [reference for asked in rows for reference in asked.references]
        given = self.store.ask(references)
        if [answer.reference for answer in given] != references:
            raise Unavailable("store", "garbled", "answers for other numbers than were asked")
        answers = iter(given)
        return [(asked, cautious([next(answers) for _ in asked.references])) for asked in rows]

    def _confirmed(self, sheet: QuerySheet, badge: str) -> QuerySheet:
        """The sheet with every line asked anew; `Changed` where an answer is another now."""
        lines = list(sheet.lines)
        fresh = self._ask([line.asked for _, line in lines])
        changes, facts = [], list[Fact]()
        for (place, line), (asked, answer) in zip(lines, fresh, strict=True):
            differs = _gist(line.answer) != _gist(answer)
            facts.append(_answered(asked, answer, line.answer if differs else None))
            if differs:
                changes.append((place, str(line.answer.status), str(answer.status)))
        sheet = self._write(sheet, facts, badge, unmoved=True)
        if changes:
            raise Changed(sheet, changes)
        return sheet

    def _proven(self, sheet: QuerySheet, badge: str, press: Press, *, specimen: bool) -> Proof:
        """Draw, seal, sign and record; what is not in the record was never stamped."""
        act = Act.RELEASED if sheet.released else Act.STATUS
        stamp = Stamp(act, self.store.authority, sheet.header.office, badge, self.clock(), specimen)
        checkpoint = self.journal.checkpoint()
        seals = tuple(press.seal.seal(page) for page in statements(sheet, stamp, checkpoint, press.paper.rows_per_page))
        pdf = press.signer.sign(press.paper.sheet(sheet, stamp, seals, checkpoint), stamp.at)
        _check_fresh(sheet, (stamp.at, self.clock()))
        digest = hashlib.sha256(pdf).hexdigest()
        marks = {str(status): n for status, n in sheet.count.items()}
        texts = [seal.decode() for seal in seals]
        fact = Stamped(act, stamp.authority, stamp.office, badge, specimen, digest, texts, checkpoint.short, marks)
        self._write(sheet, [fact], badge, {digest: pdf}, unmoved=True)
        return Proof(sheet, stamp, seals, pdf)

    def _check_clock(self) -> None:
        """Refuse to stamp while the clock is behind the record, by however little; the record is asked first, then the clock."""
        newest, now = self.journal.newest(), self.clock()
        if newest is not None and now < newest:
            raise Refusal("clock-behind", expected=f"{newest.isoformat()} or later", got=now.isoformat())

    def _current(self, sheet: QuerySheet) -> QuerySheet:
        """The sheet as the record has it; `Conflict` if the officer sees it otherwise."""
        current = sheet if self.journal.length(sheet.number) == sheet.entries else self.find(sheet.number)
        current.check_open()
        if _seen(current) != _seen(sheet):
            raise Conflict("moved-on", subject=sheet.number)
        return current

    def _write(
        self,
        sheet: QuerySheet,
        facts: Sequence[Fact],
        by: str,
        documents: Mapping[str, bytes] | None = None,
        *,
        unmoved: bool = False,
    ) -> QuerySheet:
        """Record the facts, all or none, and give the sheet as they leave it; with `unmoved`, `Conflict` if it has moved on."""
        if facts:
            at, after = self.clock(), {sheet.number: sheet.entries} if unmoved else {}
            self.journal.append([Entry(sheet.number, at, by, fact) for fact in facts], documents, after)
        return reduce(happened, facts, sheet)


def _fault(place: int, row: Faulty, cutout: bytes | None) -> Fault:
    return Fault(place, row.text, row.refusal.code, row.refusal.fields, row.where, cutout)


def _answered(asked: Asked, answer: Answer, before: Answer | None = None) -> Answered:
    return Answered(asked.scan, str(answer.reference), answer.status, packed(answer), str(before.status) if before else None)


def _gist(answer: Answer) -> tuple[object, ...]:
    """What an answer says, apart from when: if this is another, the officer has not seen what he would stamp."""
    return answer.reference, answer.reason, answer.office, answer.released_at, answer.also and _gist(answer.also)


def _seen(sheet: QuerySheet) -> tuple[object, ...]:
    """What the officer sees of a sheet; an answer that was only confirmed since is the same to him."""
    return sheet.header, sheet.stamped, *map(_seen_row, sheet.rows)


def _seen_row(row: Row) -> object:
    match row:
        case Line():
            return row.asked, _gist(row.answer)
        case Removed():
            return _seen_row(row.row), row.reason
        case _:
            return row


def _check_fresh(sheet: QuerySheet, moments: Sequence[datetime]) -> None:
    """Refuse to seal answers of another time than stamp and seal, whichever of the clocks it was that jumped."""
    times = [line.answer.as_of for _, line in sheet.lines]
    if any(abs(moment - at) > FRESH for moment in moments for at in (min(times), max(times))):
        said = ", ".join(moment.isoformat() for moment in moments)
        raise Unavailable("store", "stale", f"answered {min(times).isoformat()}, stamped and sealed {said}")


def _place(place: Place | None) -> dict[str, Any] | None:
    return {"file": place.file, "page": place.page, "box": list(place.box)} if place else None
