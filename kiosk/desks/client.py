"""The client's desk: clients ask by themselves, and take a slip with which an officer takes the whole query over (Q1, Q10).

A query is a sheet of the station's own, opened by its name: it is on record as any other, and nobody's until it is taken over.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import (
    DeskClosed,
    DeskOpened,
    Entry,
    Fact,
    Failed,
    Opened,
    QueryCleared,
    SlipPrinted,
    Stamped,
    StormSeen,
    TakenOver,
)
from kiosk.core.printing import Paper, to_print
from kiosk.core.proof import Proof
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.slip import Slip, machine_read, slip_of
from kiosk.core.stamp import office_code
from kiosk.ports import Found, Press, Slips

if TYPE_CHECKING:
    from kiosk.desks.counter import Counter

SHIFT: Final = timedelta(hours=24)
"""How long a browser stays a client's at most."""
TAKEN: Final = "taken "
"""What came of a scan at an officer's page: the number of a query that is his now stands behind it."""
MOST: Final = 40
"""Numbers of one query: who has more brings the form to an officer."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A browser that is a client's: since when, and whose badge left it to clients."""

    id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ClientDesk:
    """The client's desk of a station.

    `offered`: the office lets clients help themselves here; what they ask elsewhere is taken over all the same. `unattended`: a
    stamped sheet may be printed without an officer.
    """

    counter: "Counter"
    slips: Slips
    office: str
    offered: bool = True
    unattended: bool = False
    shift: timedelta = SHIFT

    @property
    def station(self) -> str:
        """Who does what nobody with a badge does."""
        return self.counter.station

    # --- the browsers -------------------------------------------------------------------------------------------------

    def open(self, screen: str, by: str) -> None:
        """An officer leaves a browser to clients."""
        self._write(self._subject(screen), [DeskOpened(self.office)], by)

    def close(self, screen: str, why: str, by: str) -> None:
        """A browser is a client's no more; twice is no news."""
        if self.is_open(screen):
            self._write(self._subject(screen), [DeskClosed(why)], by)

    def is_open(self, screen: str) -> bool:
        """Whether a browser is a client's now."""
        found = self.counter.journal.entries(self._subject(screen))
        return bool(found) and isinstance(found[-1].entry.fact, DeskOpened) and self._now(found[-1])

    def screens(self) -> tuple[Screen, ...]:
        """The browsers that are clients' now, the newest first."""
        low = self.counter.journal.not_before(self.counter.clock() - self.shift)
        found = [one.entry for one in self.counter.journal.find(kind="DeskOpened", low=low)]
        here = [one for one in found if one.subject.startswith(self._subject(""))]
        screens = (Screen(one.subject.rpartition("/")[2], one.at, one.by) for one in reversed(here))
        return tuple(one for one in screens if self.is_open(one.id))

    def _now(self, opened: Found) -> bool:
        return timedelta(0) <= self.counter.clock() - opened.entry.at < self.shift

    def _subject(self, screen: str) -> str:
        return f"desk/{self.station}/{screen}"

    # --- the client's side --------------------------------------------------------------------------------------------

    def begin(self, header: Header | None = None) -> QuerySheet:
        """A query of the station's own, for a client who has just come."""
        if not self.office:
            raise Refusal("no-office")
        return self.counter.open(header or Header(office_code(self.office)), self.station)

    def slip(self, sheet: QuerySheet, language: Literal["en", "fr"]) -> str:
        """Print the slip of a query; the receipt printer, or the subject of its print in the queue.

        `Unavailable` if the receipt printer can't: nothing is on record then.
        """
        if not sheet.rows:
            raise Refusal("nothing-asked")
        slip = slip_of(sheet, self.counter.clock(), language)
        given = self.slips.give(slip)
        if isinstance(given, bytes):
            return self._asked(slip, given)
        self._write(sheet.number, [SlipPrinted(given, slip.rows)], self.station)
        return given

    def _asked(self, slip: Slip, pdf: bytes) -> str:
        """A slip on record as to be printed, whatever is scanned at this moment; the subject of its print."""
        paper, made = Paper(hashlib.sha256(pdf).hexdigest(), "slip"), (self.counter.clock(), self.station)
        while True:
            asked = to_print(slip.sheet, self._facts(slip.sheet), paper, self.station, made)
            printed = Entry(slip.sheet, *made, SlipPrinted(asked.subject, slip.rows))
            try:
                self.counter.journal.append([printed, asked], {paper.document: pdf}, {asked.subject: 0})
            except Conflict:
                continue  # another paper of it was asked for at this moment
            return asked.subject

    def clear(self, number: str, why: str) -> None:
        """The client's screen was cleared of a query; what was asked stays on record."""
        if not any(isinstance(fact, QueryCleared) for fact in self._facts(number)):
            self._write(number, [QueryCleared(why)], self.station)

    def is_over(self, number: str) -> bool:
        """Whether a query is the client's no more: an officer has it, or it was cleared."""
        return any(isinstance(fact, TakenOver | QueryCleared) for fact in self._facts(number))

    def hindrance(self, sheet: QuerySheet) -> Refusal | None:
        """Why the station may not stamp a query by itself; None if it may.

        Nothing may be left to judge: every number was read by a machine and answered, and no R row has anything that an officer
        should know beyond its mark.
        """
        if not self.unattended:
            return Refusal("stamped-by-officers")
        try:
            sheet.check_stampable()
        except Refusal as no:
            return no
        if not machine_read(sheet):
            return Refusal("keyed-rows", rows=", ".join(map(str, sheet.unconfirmed)) or "-")
        if any(line.advice(sheet.header.office) for line in sheet.released):
            return Refusal("officer-needed")
        return None if sheet.released else Refusal("nothing-released")

    def stamp(self, sheet: QuerySheet, press: Press, *, specimen: bool) -> Proof:
        """The proof of a query, stamped by the station, without a badge. Every row is asked again, as for an officer."""
        no = self.hindrance(sheet)
        if no is not None:
            raise no
        if self.is_over(sheet.number):
            raise Refusal("query-over")
        return self.counter.stamp(sheet, "", press, specimen=specimen, by=self.station)

    # --- the officer's side -------------------------------------------------------------------------------------------

    def take_over(self, number: str, by: str) -> QuerySheet:
        """The sheet of a slip, an officer's from now on: none of its answers is taken as one, and all are asked anew.

        `Refusal` for a query that ended without a slip, or was stamped. An officer's own sheet is simply found.
        """
        while True:
            found = self.counter.journal.entries(number)
            sheet = self.counter.find(number)
            if not self._check_takeable(number, found):
                return sheet
            rows = sum(True for _ in sheet.lines) + len(sheet.waiting)
            try:
                self._write(number, [TakenOver(rows)], by, {number: len(found)})
            except Conflict:
                continue  # something was scanned at this moment
            return self.counter.ask_again(self.counter.find(number), by)

    def _check_takeable(self, number: str, found: tuple[Found, ...]) -> bool:
        """Whether a sheet is a client's query that nobody has taken yet; `Refusal` with the reason why nobody can."""
        facts = [one.entry.fact for one in found]
        if not is_clients(found):
            return False
        if any(isinstance(fact, Stamped) for fact in facts):
            raise Refusal("stamped-already", got=number)
        if any(isinstance(fact, TakenOver) for fact in facts):
            return False
        handed = any(isinstance(fact, SlipPrinted | Failed) for fact in facts)  # one that failed was told as a number
        if not handed and any(isinstance(fact, QueryCleared) for fact in facts):
            raise Refusal("query-cleared", got=number)
        return True

    # --- storms -------------------------------------------------------------------------------------------------------

    def storm(self, source: str, numbers: int, since: datetime) -> None:
        """Record that a storm of unknown numbers has begun."""
        now = self.counter.clock()
        self._write(f"storm/{self.station}/{now.date()}", [StormSeen(source, numbers, since.isoformat())], self.station)

    def storms(self, ago: timedelta = SHIFT) -> tuple[Entry, ...]:
        """The storms of late, the newest first, wherever they were."""
        low = self.counter.journal.not_before(self.counter.clock() - ago)
        return tuple(one.entry for one in reversed(self.counter.journal.find(kind="StormSeen", low=low)))

    # --- the record ---------------------------------------------------------------------------------------------------

    def _facts(self, number: str) -> list[Fact]:
        return [one.entry.fact for one in self.counter.journal.entries(number)]

    def _write(self, subject: str, facts: list[Fact], by: str, after: dict[str, int] | None = None) -> None:
        now = self.counter.clock()
        self.counter.journal.append([Entry(subject, now, by, fact) for fact in facts], after=after)


def is_clients(found: tuple[Found, ...]) -> bool:
    """Whether the entries of a sheet are those of a client's query: the station of its number opened it."""
    first = found[0].entry if found else None
    return first is not None and isinstance(first.fact, Opened) and first.by == first.subject.partition(".")[0]
