"""A stamped sheet on other paper: the client's own document, his own paper, a printed RNS message (P1, P5, P6, Q1).

Nothing is stamped here that its sheet's own stamp has not, and nothing at all once that was taken back. What was made is in the
record before anybody gets it.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Final, TypeAlias, TypeVar

from drivers.pages import Reader
from kiosk.core.answer import Status
from kiosk.core.endorsement import Endorsement, Original, Overprint, Picture, act_on, rows_on, where_of
from kiosk.core.faults import Refusal
from kiosk.core.journal import Endorsed, Entry, Fact, Failed, GivenOut, Noticed, Overprinted, Stamped
from kiosk.core.printing import PRINTER, Paper, to_print
from kiosk.core.replay import replay
from kiosk.core.sheet import Line, QuerySheet, Removed
from kiosk.core.stamp import Act, Stamp
from kiosk.desks.endorsing.inspection import looks, opened, reads
from kiosk.ports import Bindery, Clock, Journal

Made = TypeVar("Made", Endorsed, Overprinted, Noticed)
Papered: TypeAlias = Endorsed | Overprinted | Noticed
"""What a stamped sheet can be put on."""
WIDTH: Final = 1700
"""Pixels across a page of a document that came as pictures: 200 dpi of letter paper."""
START: Final = Overprint(1, "letter", 60.0, 225.0)
"""Where the stamp is put at a station where nobody has moved it yet."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A stamped sheet, as the bindery needs it."""

    sheet: QuerySheet
    stamp: Stamp
    seals: tuple[bytes, ...]
    checkpoint: str
    facts: tuple[Fact, ...]

    def made(self, kind: type[Made]) -> tuple[Made, ...]:
        """What was made of it before, of a kind, the oldest first."""
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def next_copy(self, made: Sequence[Papered]) -> int:
        """Which copy of what was made comes next: the first that is not out. What a printer did not take, nobody has (P7)."""
        given = Counter(fact.document for fact in self.facts if isinstance(fact, GivenOut))
        freed = Counter(fact.document for fact in self.facts if isinstance(fact, Failed))
        out = {one.copy or n for n, one in enumerate(made, 1) if _is_out(one, given[one.document], freed[one.document])}
        return next(copy for copy in count(1) if copy not in out)


@dataclass(frozen=True, slots=True)
class Endorsing:
    """The desk where a stamped sheet is put on other paper.

    How something leaves is on record with it; what goes to the `printer` is then in the queue of this `station`.
    """

    journal: Journal
    clock: Clock
    station: str

    def find(self, number: str) -> Sealed:
        """A sheet that is stamped and was not taken back; `Refusal` for any other."""
        entries = [one.entry for one in self.journal.entries(number)]
        stamped = next((entry.fact for entry in entries if isinstance(entry.fact, Stamped)), None)
        if stamped is None:
            raise Refusal("endorse-not-stamped", got=number)
        sheet = replay(number, entries)
        if sheet.voided:
            raise Refusal("endorse-voided", got=number)
        at = datetime.fromisoformat(stamped.at) if stamped.at else next(e.at for e in entries if e.fact is stamped)
        stamp = Stamp(Act(stamped.act), stamped.authority, stamped.office, stamped.badge, at, stamped.specimen)
        seals = tuple(text.encode() for text in stamped.seals)
        return Sealed(sheet, stamp, seals, stamped.checkpoint, tuple(entry.fact for entry in entries))

    def endorse(self, number: str, data: bytes, file: str, reader: Reader, bindery: Bindery, by: str) -> Endorsed:
        """A client's document, called `file` on the sheet, under the sheet's stamp; what was made before is not made again."""
        sealed, digest = self.find(number), hashlib.sha256(data).hexdigest()
        before = next((one for one in sealed.made(Endorsed) if one.original == digest), None)
        if before:
            return before
        return self._endorsed(sealed, original_of(reader, data, sealed.sheet, file, digest), reader, bindery, by)

    def hand_over(self, number: str, document: str, how: str, reader: Reader, bindery: Bindery, by: str) -> Endorsed:
        """A client's document that was stamped, on its way out: it, and once it is out, a further one that says COPY n (P7).

        `Refusal` no-document where no such document was made.
        """
        sealed = self.find(number)
        made = next((one for one in sealed.made(Endorsed) if one.document == document), None)
        if made is None:
            raise Refusal("no-document", got=document[:80])
        ours = [one for one in sealed.made(Endorsed) if one.original == made.original]
        copy = sealed.next_copy(ours)
        due = next((one for one in ours if one.copy == copy), None)
        if due:
            self._write(sealed, due, by, how)
            return due
        original = original_of(reader, self.journal.document(made.original), sealed.sheet, made.file, made.original)
        return self._endorsed(sealed, replace(original, copy=copy), reader, bindery, by, how)

    def _endorsed(self, sealed: Sealed, original: Original, reader: Reader, bindery: Bindery, by: str, how: str = "") -> Endorsed:
        made = self._legible(sealed, original, reader, bindery)
        rows = sorted(row.place for row in original.rows)
        act, pages = act_on(sealed.stamp.act, original.rows), list(made.stamped.pages)
        name, badge, copy = original.file, sealed.stamp.badge, original.copy
        fact = Endorsed(_digest(made.pdf), original.digest, name, act, badge, pages, rows, made.stamped.cover, copy)
        self._write(sealed, fact, by, how, made.pdf)
        return fact

    def overprint(self, number: str, place: Overprint, how: str, bindery: Bindery, by: str) -> tuple[Overprinted, bytes]:
        """A page with the stamp and seal of a released row, for the client's paper; from the second on it says COPY n (P6)."""
        sealed = self.find(number)
        row = stampable(sealed, place.row)
        copy = sealed.next_copy([one for one in sealed.made(Overprinted) if one.row == place.row])
        place = replace(place, copy=copy)
        pdf = bindery.overprint(place, sealed.sheet, sealed.stamp, sealed.seals, sealed.checkpoint, self.clock())
        paper = f"{place.paper}{'-across' if place.across else ''}"
        fact = Overprinted(
            _digest(pdf), place.row, row.asked.text, sealed.stamp.act, sealed.stamp.badge, paper, place.x, place.y, copy
        )
        self._write(sealed, fact, by, how, pdf)
        return fact, pdf

    def notice(self, number: str, how: str, bindery: Bindery, by: str) -> tuple[Noticed, bytes]:
        """The printed RNS message of a sheet of one released row; from the second on it says COPY n."""
        sealed = self.find(number)
        check_release(sealed.sheet)
        live = [place for place, row in enumerate(sealed.sheet.rows, 1) if not isinstance(row, Removed)]
        if len(live) != 1:
            raise Refusal("endorse-one-row", got=number)
        row = stampable(sealed, live[0])
        copy = sealed.next_copy(sealed.made(Noticed))
        pdf = bindery.notice(sealed.sheet, sealed.stamp, sealed.seals, sealed.checkpoint, copy, self.clock())
        fact = Noticed(_digest(pdf), live[0], row.asked.text, sealed.stamp.badge, copy)
        self._write(sealed, fact, by, how, pdf)
        return fact, pdf

    def again(self, number: str, document: str, reader: Reader, bindery: Bindery, by: str) -> None:
        """A further copy to the printer, of whatever such a document is."""
        made = next((one for one in self.find(number).facts if isinstance(one, Papered) and one.document == document), None)
        match made:
            case Endorsed():
                self.hand_over(number, document, PRINTER, reader, bindery, by)
            case Overprinted():
                self.overprint(number, _place(made), PRINTER, bindery, by)
            case Noticed():
                self.notice(number, PRINTER, bindery, by)
            case None:
                raise Refusal("no-document", got=document[:80])

    def given_out(self, number: str, document: str, how: str, by: str) -> None:
        """Record that such a document left the kiosk, by another way than its printer."""
        self.journal.append([Entry(number, self.clock(), by, GivenOut(document, how))])

    def last_place(self, station: str) -> Overprint:
        """Where the stamp was put last at a station."""
        for subject in self.journal.subjects("Overprinted", 8):
            if subject.startswith(f"{station}."):
                facts = [one.entry.fact for one in self.journal.entries(subject)]
                return _place(next(fact for fact in reversed(facts) if isinstance(fact, Overprinted)))
        return START

    def _legible(self, sealed: Sealed, original: Original, reader: Reader, bindery: Bindery) -> Endorsement:
        """The stamped document, on which the seals can be read and all stands where it was meant; else one with a cover page."""
        for tried in (original, replace(original, cover=True)):
            made = bindery.endorse(tried, sealed.sheet, sealed.stamp, sealed.seals, sealed.checkpoint, self.clock())
            if reads(made, sealed.seals, reader) and looks(made, original, reader):
                return made
        raise Refusal("endorse-unreadable", got=original.file)

    def _write(self, sealed: Sealed, made: Papered, by: str, how: str, pdf: bytes = b"") -> None:
        """Record what was made and how it leaves, if nothing else has happened to the sheet meanwhile: it may have been taken back.

        Without a `pdf` it is on record already; without a way it stays here.
        """
        number, at = sealed.sheet.number, self.clock()
        facts: list[Fact] = [*([made] if pdf else []), *([GivenOut(made.document, how)] if how else [])]
        entries = [Entry(number, at, by, fact) for fact in facts]
        if how == PRINTER:
            entries.append(to_print(number, sealed.facts, _paper(made), self.station, (at, by)))
        self.journal.append(entries, {made.document: pdf} if pdf else {}, {number: len(sealed.facts)})


def _is_out(made: Papered, given: int, freed: int) -> bool:
    """Whether a paper that was given out so often may be somewhere, where that came to nothing so often.

    In an old record, what is not a client's document may have come to paper before it was said to be given out.
    """
    return given > freed or not (given or isinstance(made, Endorsed))


def _paper(made: Papered) -> Paper:
    """What was made, as something to be printed."""
    match made:
        case Endorsed():
            return Paper(made.document, "document", made.copy, title=made.file)
        case Overprinted():
            return Paper(made.document, "paper", made.copy, title=made.number)
        case Noticed():
            return Paper(made.document, "notice", made.copy, title=made.number)


def _place(made: Overprinted) -> Overprint:
    """Where a stamp was put."""
    return Overprint(made.row, made.paper.removesuffix("-across"), made.x, made.y, made.paper.endswith("-across"))


def stampable(sealed: Sealed, place: int) -> Line:
    """The row at a place, if a paper may be stamped for it: it is released, or the stamp says nothing of release."""
    rows = sealed.sheet.rows
    row = rows[place - 1] if 1 <= place <= len(rows) else None
    if not isinstance(row, Line):
        raise Refusal("endorse-no-such-row", got=sealed.sheet.number, row=place)
    if row.answer.status is not Status.RELEASED and sealed.stamp.act is not Act.IN_BOND:
        raise Refusal("endorse-not-released", row=place, mark=row.answer.status)
    return row


def check_release(sheet: QuerySheet) -> None:
    """Refuse to make a release message of a sheet that authorizes a move in bond: that is no release (P1, P6)."""
    if sheet.in_bond:
        raise Refusal("endorse-in-bond", got=sheet.number)


def original_of(reader: Reader, data: bytes, sheet: QuerySheet, file: str, digest: str) -> Original:
    """A client's document as the limited process saw it: where something stands, and which rows stand where.

    `Refusal` for a document that can't be opened, and for one on which no answered row of the sheet stands.
    """
    inks = opened(lambda: [reader.ink(data, page) for page in range(reader.pages(data))])
    rows = rows_on(sheet, file, {n: (ink.across, ink.down) for n, ink in enumerate(inks)})
    if not any(isinstance(sheet.rows[row.place - 1], Line) for row in rows):
        raise Refusal("endorse-nothing", got=sheet.number)
    pages = tuple(Picture(ink.columns, ink.taken, ink.width, ink.height) for ink in inks)
    if b"%PDF-" in data[:1024]:
        return Original(digest, file, pages, pdf=data, rows=rows)
    pngs = opened(lambda: tuple(reader.picture(data, page, WIDTH) for page in range(len(inks))))
    return Original(digest, file, pages, pngs=pngs, rows=rows)


def check_same(reader: Reader, data: bytes, sheet: QuerySheet, file: str) -> None:
    """Refuse a file whose bars are not where the sheet has them: since it was read, another was put in its place."""
    read = {(page.page, symbol.box): symbol.text for page in reader.read(data, compare=False) for symbol in page.symbols}
    for row in sheet.rows:
        where = where_of(row)
        if where and where.file == file and isinstance(row, Line) and read.get((where.page, where.box)) != row.asked.text:
            raise Refusal("endorse-changed", got=file)


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
