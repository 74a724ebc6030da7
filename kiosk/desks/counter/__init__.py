"""The counter: scan, answer, stamp (Q1 to Q11).

Each verb reads the sheet as the record has it, decides which facts there are, and writes them in one transaction, if nobody has
written meanwhile; the sheet that it returns is the replay of those facts. An answer that could not be recorded is never shown.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from drivers.scan import NoRead, Scan
from kiosk.core.answer import Answer, cautious
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import (
    CouldNotAsk,
    Entry,
    Fact,
    Failed,
    HandedOver,
    NotStamped,
    Opened,
    Returned,
    RowRemoved,
    Stamped,
    Voided,
)
from kiosk.core.meaning import sheet_number
from kiosk.core.printing import PRINTER, Mark, Paper, to_print
from kiosk.core.proof import Proof
from kiosk.core.replay import happened, replay
from kiosk.core.sheet import Asked, Faulty, Header, QuerySheet, check_legible
from kiosk.core.stamp import Act, Stamp
from kiosk.desks.counter.facts import (
    FRESH,
    Changed,
    answered,
    check_faulty,
    check_fresh,
    due,
    facts_of,
    fault,
    gist,
    next_copy,
    seen,
    stamp_of,
)
from kiosk.desks.counter.fitness import act_of, check_fit, check_not_held
from kiosk.ports import Clock, Journal, Press, Store

__all__ = ["FRESH", "Changed", "Counter"]


@dataclass(frozen=True, slots=True)
class Counter:
    """The officer's desk at one station, whose 4 characters begin the numbers of its sheets."""

    store: Store
    journal: Journal
    clock: Clock
    station: str
    keyed: bool = False
    """Whether numbers that were only typed may be R on a proof; "keyed" then stands on their rows and under the seal."""
    held: Callable[[str, str], bool] = lambda _, __: False
    """Whether goods are on hold, by kind and number: nothing that proves their release leaves the counter (P4)."""

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

    def find(self, number: str, entries: int | None = None) -> QuerySheet:
        """A sheet as the record has it, or as it had it after so many entries; `Refusal` where there is none."""
        found = self.journal.entries(number)
        if not found or not isinstance(found[0].entry.fact, Opened):
            raise Refusal("no-such-sheet", got=number)
        if entries is not None and not 0 < entries <= len(found):  # somebody has seen what the record has not
            raise Conflict("moved-on", subject=number, expected=f"1 - {len(found)} entries", got=f"{entries} entries")
        return replay(number, (one.entry for one in found[:entries]))

    def scan(
        self, sheet: QuerySheet, scans: Sequence[Scan | NoRead], by: str, *, instead: int | None = None, also: Sequence[Fact] = ()
    ) -> QuerySheet:
        """The sheet with a row for every scan: answered, waiting, or refused; one question for all of them (Q3, Q4, Q6, Q7).

        `instead` is the faulty row (from 1) that the scans stand in for; `also` is recorded in the same transaction.
        """
        sheet = self._current(sheet)
        if instead is not None and any(isinstance(scan, Scan) and scan.id not in sheet.scans for scan in scans):
            check_faulty(sheet, instead)
        facts: list[Fact] = []
        after = sheet
        for n, scan in enumerate(scans):
            new = facts_of(after, scan, None if n else instead)
            after = reduce(happened, new, after)
            facts += new
        sheet.check_room(len(after.rows) - len(sheet.rows))
        facts += [*self._answers(after.waiting), *also]
        return self._write(sheet, facts, by, unmoved=True)

    def ask_again(self, sheet: QuerySheet, by: str) -> QuerySheet:
        """The sheet with its waiting rows asked again."""
        return self.scan(sheet, (), by)

    def remove(self, sheet: QuerySheet, row: int, reason: str, by: str) -> QuerySheet:
        """The sheet with a row (from 1) struck out; it stays on the paper and in the seal, with the reason."""
        sheet = self._current(sheet)
        sheet.remove(row, reason)
        return self._write(sheet, [RowRemoved(row, reason.strip())], by, unmoved=True)

    def stamp(
        self, sheet: QuerySheet, badge: str, press: Press, *, specimen: bool = True, by: str = "", in_bond: bool = False
    ) -> Proof:
        """The proof. Every row is asked again: `Changed` if one has another answer, `Unavailable` if none could be had (Q6, Q9).

        Without a badge, the station itself stamps for a client: `by` is its name. `in_bond`: an officer authorizes a move in bond,
        which releases nothing (P6).
        """
        by = by or badge
        try:
            self._check_clock()
            sheet = self._current(sheet)
            sheet.check_stampable()
            sheet = self._confirmed(sheet, by)
            check_fit(sheet, badge, keyed=self.keyed, in_bond=in_bond)
            self.check_not_held(sheet, in_bond=in_bond)
            return self._proven(sheet, badge, by, press, specimen=specimen, in_bond=in_bond)
        except (Refusal, Unavailable) as no:
            fields = no.fields if isinstance(no, Refusal) else {"part": no.part, "detail": no.detail}
            self._write(sheet, [NotStamped(badge, no.code, fields, Act.IN_BOND if in_bond else "")], by)
            raise

    def give_back(self, sheet: QuerySheet, press: Press, cutouts: Mapping[int, bytes], by: str) -> bytes:
        """The slip that goes back with a form: each faulty row with what to mend and a picture of its place (Q4)."""
        faults = [fault(place, row, cutouts.get(place)) for place, row in enumerate(sheet.rows, 1) if isinstance(row, Faulty)]
        if not faults:
            raise Refusal("nothing-to-return")
        pdf = press.slip(sheet.header, faults, self.clock())
        digest = hashlib.sha256(pdf).hexdigest()
        self._write(sheet, [Returned(digest, len(faults))], by, {digest: pdf})
        return pdf

    def hand_over(self, sheet: QuerySheet, how: str, press: Press, by: str, mark: Mark = "") -> tuple[bytes, int]:
        """The stamped sheet for the client, and which copy it is: the first is the original, the others say COPY n (P7).

        What is for the `printer` is on record as asked for, in the same transaction; who prints it finds it there. `mark` is one
        of `due`.
        """
        sheet, facts, stamped = self._proof(sheet.number)
        if not sheet.voided:
            self.check_not_held(sheet)
        number = next_copy(facts, mark)
        if number == 1 and not sheet.voided and not mark:
            pdf = self.journal.document(stamped.document)
        else:
            seals = [text.encode() for text in stamped.seals]
            pdf = press.copy(sheet, stamp_of(stamped), seals, stamped.checkpoint, number, self.clock(), mark)
        digest = hashlib.sha256(pdf).hexdigest()
        handed, paper = HandedOver(digest, how, number, mark), Paper(digest, copy=number, mark=mark)
        also = [to_print(sheet.number, facts, paper, self.station, (self.clock(), by))] if how == PRINTER else []
        self._write(sheet, [handed], by, {digest: pdf}, unmoved=True, also=also)
        return pdf, number

    def due(self, sheet: QuerySheet, originals: int) -> tuple[Mark, ...]:
        """What is to be printed next of a stamped sheet, where so many originals are: the mark of each (P7)."""
        return due(self._proof(sheet.number)[1], originals)

    def stamping(self, number: str) -> Stamped:
        """How a sheet was stamped; `Refusal` where it was not."""
        return self._proof(number)[2]

    def void(self, sheet: QuerySheet, reason: str, by: str) -> QuerySheet:
        """The sheet with its proof taken back, for a reason; what was printed of it says so from now on."""
        sheet, _, proof = self._proof(sheet.number)
        if sheet.voided:
            raise Refusal("voided-already", got=sheet.number)
        if not reason.strip():
            raise Refusal("no-reason", row="-")
        check_legible("reason", reason.strip())
        return self._write(sheet, [Voided(proof.document, reason.strip())], by, unmoved=True)

    def handed_over(self, sheet: QuerySheet, pdf: bytes, how: str, by: str) -> None:
        """Record that a document left the kiosk; the first is the original, every further one a copy."""
        digest = hashlib.sha256(pdf).hexdigest()
        before = [one.entry.fact for one in self.journal.entries(sheet.number)]
        copies = sum(isinstance(fact, HandedOver) and fact.document == digest for fact in before)
        self._write(sheet, [HandedOver(digest, how, copies + 1)], by)

    def failed(self, sheet: QuerySheet, no: Unavailable, by: str, copy: int | None = None) -> None:
        """Record what a part of the kiosk could not do for a sheet; `copy` is the one that was not printed, and is free again."""
        self._write(sheet, [Failed(no.part, no.code, no.detail, copy)], by)

    def _answers(self, rows: Sequence[Asked]) -> list[Fact]:
        """The facts of asking: an answer for each row, or that none could be had."""
        if not rows:
            return []
        try:
            return [answered(asked, answer) for asked, answer in self._ask(rows)]
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

    def _confirmed(self, sheet: QuerySheet, by: str) -> QuerySheet:
        """The sheet with every line asked anew; `Changed` where an answer is another now."""
        lines = list(sheet.lines)
        fresh = self._ask([line.asked for _, line in lines])
        changes, facts = [], list[Fact]()
        for (place, line), (asked, answer) in zip(lines, fresh, strict=True):
            differs = gist(line.answer) != gist(answer)
            facts.append(answered(asked, answer, line.answer if differs else None))
            if differs:
                changes.append((place, str(line.answer.status), str(answer.status)))
        sheet = self._write(sheet, facts, by, unmoved=True)
        if changes:
            raise Changed(sheet, changes)
        return sheet

    def _proven(self, sheet: QuerySheet, badge: str, by: str, press: Press, *, specimen: bool, in_bond: bool) -> Proof:
        """Draw, seal, sign and record; what is not in the record was never stamped."""
        act = act_of(sheet, in_bond=in_bond)
        stamp = Stamp(act, self.store.authority, sheet.header.office, badge, self.clock(), specimen)
        checkpoint = self.journal.checkpoint()
        seals, pdf = press.prove(sheet, stamp, checkpoint)
        check_fresh(sheet, (stamp.at, self.clock()))
        digest = hashlib.sha256(pdf).hexdigest()
        marks = {str(status): n for status, n in sheet.count.items()}
        texts = [seal.decode() for seal in seals]
        at = stamp.at.isoformat()
        fact = Stamped(act, stamp.authority, stamp.office, badge, specimen, digest, texts, checkpoint.short, marks, at)
        self._write(sheet, [fact], by, {digest: pdf}, unmoved=True)
        return Proof(sheet, stamp, seals, pdf)

    def _proof(self, number: str) -> tuple[QuerySheet, list[Fact], Stamped]:
        """A stamped sheet, all that happened to it, and its stamping; `Refusal` where it was not stamped."""
        entries = [one.entry for one in self.journal.entries(number)]
        stamped = next((entry.fact for entry in entries if isinstance(entry.fact, Stamped)), None)
        if stamped is None:
            raise Refusal("not-stamped", got=number)
        return replay(number, entries), [entry.fact for entry in entries], stamped

    def check_not_held(self, sheet: QuerySheet, *, in_bond: bool = False) -> None:
        """Refuse to prove the release, or the move in bond, of goods that are on hold (P4)."""
        check_not_held(sheet, self.held, in_bond=in_bond or sheet.in_bond)

    def _check_clock(self) -> None:
        """Refuse to stamp while the clock is behind the record, by however little; the record is asked first, then the clock."""
        newest, now = self.journal.newest(), self.clock()
        if newest is not None and now < newest:
            raise Refusal("clock-behind", expected=f"{newest.isoformat()} or later", got=now.isoformat())

    def _current(self, sheet: QuerySheet) -> QuerySheet:
        """The sheet as the record has it; `Conflict` if the officer sees it otherwise."""
        current = sheet if self.journal.length(sheet.number) == sheet.entries else self.find(sheet.number)
        current.check_open()
        if seen(current) != seen(sheet):
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
        also: Sequence[Entry] = (),
    ) -> QuerySheet:
        """Record the facts, all or none, and give the sheet as they leave it; with `unmoved`, `Conflict` if it has moved on.

        `also` are entries of other subjects, written with them.
        """
        if facts:
            at, after = self.clock(), {sheet.number: sheet.entries} if unmoved else {}
            self.journal.append([*(Entry(sheet.number, at, by, fact) for fact in facts), *also], documents, after)
        return reduce(happened, facts, sheet)
