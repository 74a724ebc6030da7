"""The desk of holds: place, lift, hear the store, and answer what is on hold just now (P4)."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import RLock
from typing import Final

from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.hold import SHEET, digest, normalised
from kiosk.core.journal import Entry, Fact, GoodsOut, HoldLifted, HoldNoticesRead, HoldPlaced, HoldTooLate, HoldWidened
from kiosk.core.notice import Notice, check_notices
from kiosk.core.reference import CCN, Reference, candidates
from kiosk.core.sheet import check_legible
from kiosk.desks.holds.book import Book
from kiosk.desks.holds.bound import search
from kiosk.desks.holds.given import Given, given_out
from kiosk.desks.holds.hold import PREFIX, Hold, Number, replayed
from kiosk.desks.holds.live import NEVER, Live
from kiosk.ports import Clock, Journal, Store

EXAM: Final = "exam"
"""The reason of every hold that the store has told of."""
TOLD: Final = "told."
"""Begins the name of a hold that the store has told of; the store's own name of the event ends it."""
_FEW: Final = 20
"""Notices at a time whose numbers are looked for on record one by one; for more, the record is looked through once."""
_BACK: Final = timedelta(days=400)
"""How far back: as long as a key seals, and ten times as long as goods may stay."""


class Holds:
    """The holds of a station's record. Threads may share it.

    `feed`: the store tells of referrals when it is asked; without, they come by hand, and all is known up to now. `inside` says
    whether all of the goods of a number (kind, number) are still in a warehouse; None where nobody knows.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        store: Store,
        station: str,
        *,
        feed: bool = True,
        inside: Callable[[str, str], bool | None] = lambda _kind, _number: None,
    ) -> None:
        self._journal, self._clock, self._store = journal, clock, store
        self.station: Final = station
        self.authority: Final = store.authority
        self.feed: Final = feed
        self._inside: Final = inside
        self._turn = RLock()
        self._book: Book | None = None
        self._asked_at = NEVER
        self._gone = 0
        self._unlooked = set[str]()

    # --- what is known ------------------------------------------------------------------------------------------------

    def standings(self) -> dict[str, Live]:
        """What is known just now, by station: of every station whose key stands in this record."""
        with self._turn:
            book = self.read()
            return dict.fromkeys(book.stations, Live(self.known_to(), book))

    def held(self, kind: str, number: str) -> bool:
        """Whether a number is on hold just now."""
        return digest(kind, number) in self.read().digests

    def voided(self, sheet: str) -> str | None:
        """Why a sheet's proof was taken back; None where it was not."""
        return self.read().voided.get(normalised(SHEET, sheet))

    def known_to(self) -> datetime:
        """Up to when everything is known that the store has to tell; `NEVER` where it never told anything."""
        if not self.feed:
            return self._clock()
        return max(self._asked_at, self.read().listed_to)

    def active(self) -> tuple[Hold, ...]:
        """What is on hold, newest first."""
        with self._turn:
            book = self.read()
            return tuple(sorted(map(book.whole, book.active.values()), key=lambda hold: hold.at, reverse=True))

    def of_number(self, kind: str, number: str) -> tuple[Hold, ...]:
        """The holds that a number is under, newest first."""
        with self._turn:
            book = self.read()
            return tuple(book.whole(book.active[name]) for name in reversed(book.digests.get(digest(kind, number), ())))

    def find(self, name: str) -> Hold:
        """A hold, lifted or not; `Refusal` where there is none."""
        hold = replayed(name, self._journal.entries(PREFIX + name))
        if hold is None:
            raise Refusal("no-such-hold", got=name[:80])
        return hold

    def given(self, hold: Hold) -> tuple[Given, ...]:
        """The proofs that were given out for what is on hold, newest first."""
        return given_out(self._journal, hold.numbers)

    def read(self) -> Book:
        """The holds, brought up to the record."""
        with self._turn:
            if self._book is None:
                self._book = Book(self._journal, self.station)
                self._unlooked, self._gone = set(self._book.later), self._book.begun
            self._unlooked |= self._book.read()
            return self._book

    def content(self) -> tuple[bytes, bytes]:
        """What stands on a list: digests of numbers, and of sheets."""
        with self._turn:
            return self.read().content()

    # --- placed and lifted --------------------------------------------------------------------------------------------

    def place(self, text: str, reason: str, by: str) -> Hold:
        """Put what a text names on hold, in every sense that it has, with what is bound to it on record and by the store."""
        references, why = candidates(text), checked_reason(reason)
        said = tuple(map(_number, references))
        again = next((one for one in self.active() if one.source == "hand" and one.said == said), None)
        if again:
            raise Refusal("held-already", got=text.strip(), hold=again.name)
        position = self._journal.checkpoint().size
        bound, unasked = self._bound_by_store(references)
        bound = tuple(dict.fromkeys((*search(self._journal, said), *bound)))
        fact = HoldPlaced(_named(said), _named(bound), why, "hand", unasked=unasked, position=position)
        serial = self._journal.count("HoldPlaced")
        while True:
            serial += 1
            name = f"{self.station}-{serial}"
            with suppress(Conflict):  # another process of this station has just taken it
                self._journal.append([Entry(PREFIX + name, self._clock(), by, fact)], after={PREFIX + name: 0})
                return self.find(name)

    def lift(self, name: str, reason: str, by: str) -> Hold:
        """Lift a hold, with a reason."""
        hold, why = self.find(name), checked_reason(reason)
        if hold.lifted:
            raise Refusal("lifted-already", got=name)
        subject = PREFIX + name
        self._journal.append([Entry(subject, self._clock(), by, HoldLifted(why))], after={subject: hold.entries})
        return self.find(name)

    # --- what the store tells -----------------------------------------------------------------------------------------

    def poll(self) -> int:
        """Ask the store for its notices until it has no more; how many were new. `Unavailable` where it could not be asked."""
        new, cursor, asked_at = 0, self.read().cursor, self._clock()
        while True:
            notices = self._store.holds(cursor)
            if notices.notices or notices.cursor != cursor:
                new += self.heard(notices.notices, notices.cursor)
            if notices.whole:
                self._asked_at = max(self._asked_at, asked_at)
                return new
            if notices.cursor <= cursor and (notices.cursor or not cursor):
                raise Unavailable("store", "garbled", f"notices after {cursor}: expected to go on, got {notices.cursor}")
            cursor = notices.cursor

    def heard(self, notices: Iterable[Notice], cursor: int | None = None) -> int:
        """Put on hold what the store tells, each event once however often it is told; how many were new.

        What was polled moves the cursor on in the same transaction; what was pushed has none.
        """
        told = tuple(notices)
        check_notices(told)
        while True:
            new = [one for one in told if one.event not in self.read().events]
            position = self._journal.checkpoint().size
            position = position if len(new) <= _FEW else self._journal.not_before(self._clock() - _BACK)
            entries = [self._placed(one, position, "push" if cursor is None else "store", len(new) <= _FEW) for one in new]
            after = {entry.subject: 0 for entry in entries}
            if cursor is not None:
                fact = HoldNoticesRead(cursor, len(new))
                entries.append(Entry(f"holds/notices/{self.station}", self._clock(), self.station, fact))
            with suppress(Conflict):  # somebody else has heard some of it just now
                if entries:
                    self._journal.append(entries, after=after)
                return len(new)

    def _placed(self, notice: Notice, position: int, source: str, look: bool) -> Entry:  # noqa: FBT001 - of one caller
        said = tuple(map(_number, notice.numbers))
        bound = search(self._journal, said) if look else ()
        fact = HoldPlaced(
            *(_named(said), _named(one for one in bound if one not in said), EXAM, source),
            event=notice.event,
            referred_at=notice.at.isoformat(),
            office=notice.office,
            position=position,
        )
        return Entry(f"{PREFIX}{TOLD}{notice.event}", self._clock(), self.station, fact)

    def _bound_by_store(self, said: Iterable[Reference]) -> tuple[tuple[Number, ...], str]:
        """The release requests on cargo, as the store has them now; and why it could not be asked."""
        cargo = [one for one in said if isinstance(one, CCN)]
        try:
            answers = self._store.ask(cargo) if cargo else ()
        except Unavailable as no:
            return (), no.code
        requests = [request.transaction for answer in answers for request in answer.requests]
        return tuple(("transaction", str(one)) for one in requests if one is not None), ""

    # --- what follows -------------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Write down what follows from the record: numbers bound since, and goods on hold that have left."""
        with self._turn:
            book = self.read()
            for name, numbers in list(book.fresh.items()):
                self._add(book.active[name], HoldWidened(_named(numbers)))
            book = self.read()
            looked, self._unlooked = self._unlooked | self._touched(), set()
            holds = [book.active[name] for name in sorted(looked) if name in book.active]
        for hold in holds:
            if hold.late is None and (out := tuple(one for one in hold.numbers if self._is_out(*one))):
                proofs = [one.sheet for one in self.given(hold) if not one.voided]
                self._add(hold, HoldTooLate(_named(out), proofs))

    def _add(self, hold: Hold, fact: Fact) -> None:
        """One more entry of a hold; if somebody was quicker, he has said the same, or it is seen at the next turn."""
        subject = PREFIX + hold.name
        with suppress(Conflict):
            self._journal.append([Entry(subject, self._clock(), self.station, fact)], after={subject: hold.entries})

    def _touched(self) -> set[str]:
        """The holds of goods whose leaving became known since this was last asked."""
        found = self._journal.find(kind="GoodsOut", low=self._gone)
        self._gone = found[-1].position + 1 if found else self._gone
        names = set[str]()
        for one in found:
            if isinstance(fact := one.entry.fact, GoodsOut):
                pairs = [(kind, number) for number in (fact.number, fact.proven) for kind in ("ccn", "transaction")]
                names |= {hold.name for pair in pairs for hold in self.of_number(*pair)}
        return names

    def _is_out(self, kind: str, number: str) -> bool:
        """Whether goods of a number have left, some or all, and nobody says that all are inside."""
        if self._inside(kind, number):
            return False
        return any(isinstance(one.entry.fact, GoodsOut) for one in self._journal.find(number=number, kind="GoodsOut"))


def checked_reason(reason: str) -> str:
    """A reason that may stand on record."""
    if not reason.strip():
        raise Refusal("no-reason", row="-")
    check_legible("reason", reason.strip())
    return reason.strip()


def _number(reference: Reference) -> Number:
    return reference.kind, str(reference)


def _named(numbers: Iterable[Number]) -> list[str]:
    """Numbers as they stand in a fact."""
    return [f"{kind} {number}" for kind, number in numbers]
