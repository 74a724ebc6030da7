"""The register's desk: goods in on a cargo control document, goods out on a proof, row by row (P3, P4).

An officer of the gate has judged the proof just before: here is only asked for rows that may be released. What is on hold goes
nowhere, whoever says so. More out than in is refused, until a supervisor says why; and is a difference even then.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Final

from kiosk.core.book import Book
from kiosk.core.faults import Conflict, Refusal
from kiosk.core.hold import normalised
from kiosk.core.journal import DifferenceSettled, Entry, Fact, GoodsIn, GoodsOut, RegisterCorrected
from kiosk.core.register import Lot, Written, checked_pieces, goods_number, lot_subject, release_number, replay, subject_of
from kiosk.desks.register.asked import (
    Going,
    Ground,
    Incoming,
    Righting,
    Transport,
    check_same,
    checked_ahead,
    checked_sub_location,
    checked_words,
)
from kiosk.desks.register.lists import Gone, Open, Search, gone, gone_of, held_inside, lines, lots_of, open_goods, search
from kiosk.ports import Clock, Journal

__all__ = ["Going", "Gone", "Ground", "Incoming", "Open", "Register", "Righting", "Search", "Transport"]

Held = Callable[[str, str], bool]
"""Whether a number (kind, number) is on hold."""
TRIES: Final = 4
"""How often somebody else may have been at the same lot meanwhile."""


def nothing_held() -> Held:
    """No number is on hold."""
    return lambda kind, number: False  # noqa: ARG005 - whatever it is


@dataclass(frozen=True, slots=True)
class Register:
    """The register that a station keeps, of one warehouse or of many. Goods may stay so many days: `general`, `perishable`."""

    journal: Journal
    clock: Clock
    station: str
    zone: tzinfo
    general: int = 40
    perishable: int = 4
    held: Callable[[], Held] = nothing_held
    """What is known here of holds, just now."""

    def lot(self, sub_location: str, number: str) -> Lot:
        """All that a warehouse has had of a number; an empty lot where that is nothing."""
        found = self.journal.entries(lot_subject(sub_location, number))
        return replay(sub_location, number, (one.entry for one in found))

    def proven(self, ground: Ground) -> str:
        """The number that a ground proves to be released, as lots are known by it."""
        return normalised(ground.kind, ground.number)

    def on_hold(self, lot: Lot) -> bool:
        """Whether goods of a lot must stay."""
        held = self.held()
        return any(held(*one) for one in lot.numbers)

    def take_in(self, incoming: Incoming, by: str) -> Lot:
        """Goods come in; the lot then. Sent twice with one id, they came once."""
        number = goods_number(incoming.number)
        sub_location = checked_sub_location(incoming.sub_location)
        words = checked_words(place=incoming.place, carrier=incoming.carrier, remark=incoming.remark)
        at, day = self._when(incoming.at)
        days = self.perishable if incoming.perishable else self.general
        fact = GoodsIn(
            entry=incoming.id, station=self.station, sub_location=sub_location, read_as=number.kind, number=str(number),
            transaction=release_number(incoming.transaction), pieces=checked_pieces(incoming.pieces),
            perishable=incoming.perishable, at=_told(at), day=str(day), due=str(day + timedelta(days=days)), **words,
        )  # fmt: skip
        return self._written(fact, by)

    def let_out(self, transport: Transport, goods: Sequence[Going], by: str, *, despite: str = "") -> tuple[Lot, ...]:
        """Goods go out, all of them or none; their lots then. Sent twice with one id, they went once.

        `despite` is why a supervisor lets out more than has come in.
        """
        if not goods:
            raise Refusal("nothing-to-let-out")
        for _ in range(TRIES):
            facts, after = self._leaving(transport, goods, despite)
            try:
                self.append([fact for fact in facts if fact not in self.lot_of(fact).known], by, after)
            except Conflict:
                continue
            return tuple(map(self.lot_of, dict.fromkeys(facts)))
        raise Conflict("moved-on", subject=transport.sub_location, expected="the lots as they were read", got="other entries")

    def correct(self, righting: Righting, by: str) -> Lot:
        """An entry was wrong: another one puts it right. None is ever taken away."""
        lot = self.lot(righting.sub_location, righting.number)
        if righting.corrects not in {one.entry for one in lot.ins} | {one.entry for one in lot.outs}:
            raise Refusal("no-such-entry", got=righting.corrects)
        reason = checked_words(reason=righting.reason)["reason"]
        if not reason:
            raise Refusal("no-reason", row="-")
        at, day = self._when(None)
        fact = RegisterCorrected(
            entry=righting.id, station=self.station, sub_location=lot.sub_location, read_as=lot.read_as, number=lot.number,
            corrects=righting.corrects, pieces=checked_pieces(righting.pieces, 0), transaction=righting.release(lot),
            reason=reason, at=_told(at), day=str(day),
        )  # fmt: skip
        return self._written(fact, by)

    def settle(self, sub_location: str, number: str, difference: str, reason: str, by: str) -> Lot:
        """A difference was looked into, and settled so."""
        lot = self.lot(sub_location, number)
        if difference not in {one.name for one in lot.differences}:
            raise Refusal("no-such-difference", got=difference)
        reason = checked_words(reason=reason)["reason"]
        if not reason:
            raise Refusal("no-reason", row="-")
        subject = lot_subject(sub_location, number)
        self.journal.append([Entry(subject, self.clock(), by, DifferenceSettled(difference, reason))], after={subject: lot.entries})
        return self.lot(sub_location, number)

    def inside(self, kind: str, number: str) -> tuple[Lot, ...]:
        """The lots of which something is there that goes by a number, in every warehouse (P4)."""
        wanted = normalised(kind, number)
        found = lots_of(self.journal, self.lot, wanted)
        return tuple(lot for lot in found if lot.inside and wanted in {one for _, one in lot.numbers})

    def alarmed(self, sub_location: str = "") -> tuple[Lot, ...]:
        """The lots of which something is there that is on hold (P4)."""
        return tuple(map(self._subject, held_inside(self.journal, self.held(), sub_location)))

    def gone_of(self, kind: str, number: str) -> tuple[Gone, ...]:
        """What of a number has left: when, how many pieces, to whom; oldest first."""
        return gone_of(self.journal, self.lot, normalised(kind, number))

    def gone(self, sheet: str, row: int) -> tuple[Gone, ...]:
        """What has left on a row of a proof: when, how many pieces, to whom; oldest first."""
        return gone(self.journal, self.lot, sheet, row)

    def open_goods(self, sub_location: str, after: tuple[str, str] = ("", "")) -> Open:
        """What is there, the first to become due first, a page of it; of every warehouse where none is named."""
        return open_goods(self.journal, self.lot, sub_location, after, self.today())

    def search(self, text: str, sub_location: str) -> Search:
        """The lots of a number, a sheet or a vehicle."""
        return search(self.journal, self.lot, text, sub_location)

    def differing(self, sub_location: str, most: int = 200) -> tuple[Lot, ...]:
        """The lots with a difference that nobody has settled."""
        return tuple(self._subject(subject) for subject in self.journal.lots.differing(most, sub_location))

    def day(self, sub_location: str, day: date) -> Book:
        """What was written in a warehouse's register on a day."""
        return Book(checked_sub_location(sub_location), str(day), lines(self.journal, sub_location, [day]))

    def month(self, sub_location: str, first: date) -> Book:
        """The same of the month of a day."""
        days = [first.replace(day=n + 1) for n in range(monthrange(first.year, first.month)[1])]
        return Book(checked_sub_location(sub_location), f"{first:%Y-%m}", lines(self.journal, sub_location, days))

    def today(self) -> date:
        """The day that it is in the warehouse."""
        return self.clock().astimezone(self.zone).date()

    def _leaving(self, transport: Transport, goods: Sequence[Going], despite: str) -> tuple[list[Written], dict[str, int]]:
        """The entries of goods that go out, and how many entries their lots had when that was looked at."""
        shared = self._shared(transport, despite)
        facts, after, beside = list[Written](), dict[str, int](), dict[str, int]()
        for n, one in enumerate(goods):
            lot = self.lot(shared["sub_location"], one.number)
            fact = self._departure(_entry(transport.id, n), lot, one, shared)
            known = next((other for other in lot.known if other.entry == fact.entry), None)
            if known:
                check_same(known, fact)
            else:
                self._check(lot, fact, beside.get(lot.number, 0), despite)
                beside[lot.number] = beside.get(lot.number, 0) + one.pieces
            facts.append(known or fact)
            after[subject_of(fact)] = lot.entries
        return facts, after

    def _shared(self, transport: Transport, despite: str) -> dict[str, str]:
        """What all entries of a transport say."""
        names = ("carrier", "driver", "vehicle", "remark")
        words = checked_words(despite=despite, **{name: getattr(transport, name) for name in names})
        if not words["carrier"]:
            raise Refusal("no-carrier")
        at, day = self._when(transport.at)
        here = {"station": self.station, "sub_location": checked_sub_location(transport.sub_location)}
        return {**here, **words, "at": _told(at), "day": str(day)}

    def _departure(self, entry: str, lot: Lot, going: Going, shared: Mapping[str, str]) -> GoodsOut:
        ground = going.ground
        return GoodsOut(
            entry=entry,
            read_as=lot.read_as,
            number=lot.number,
            pieces=checked_pieces(going.pieces),
            ground=ground.way,
            sheet=ground.sheet,
            page=ground.page,
            row=ground.row,
            proven=self.proven(ground),
            presented=ground.presented,
            **shared,
        )

    def _check(self, lot: Lot, fact: GoodsOut, beside: int, despite: str) -> None:
        """Refuse goods on hold, another's goods, and more than has come in; `beside` is what of the lot goes out with them."""
        if fact.proven not in {number for _, number in lot.numbers}:
            raise Refusal("other-goods", expected=lot.number, got=fact.proven)
        if self.on_hold(lot):
            raise Refusal("goods-held", got=lot.number)
        there = max(0, lot.covered(fact.proven) - beside)
        if fact.pieces > there and not despite.strip():
            raise Refusal("more-out-than-in", number=lot.number, expected=there, got=fact.pieces)

    def _written(self, fact: Written, by: str) -> Lot:
        """Write an entry of our own, once; its lot then."""
        for _ in range(TRIES):
            lot = self.lot_of(fact)
            if known := next((one for one in lot.known if one.entry == fact.entry), None):
                check_same(known, fact)
                return lot
            try:
                self.append([fact], by, {subject_of(fact): lot.entries})
            except Conflict:
                continue
            return self.lot_of(fact)
        raise Conflict("moved-on", subject=subject_of(fact), expected="the lot as it was read", got="other entries")

    def append(self, facts: Sequence[Fact], by: str, after: dict[str, int], subject: str = "") -> None:
        """Write facts, all or none; those that are no entries of a register are about the lot that is named."""
        now = self.clock()
        entries = [Entry(subject_of(fact) if isinstance(fact, Written) else subject, now, by, fact) for fact in facts]
        if entries:
            self.journal.append(entries, after=after)

    def lot_of(self, fact: Written) -> Lot:
        """The lot that an entry is about."""
        return self.lot(fact.sub_location, fact.number)

    def _subject(self, subject: str) -> Lot:
        _, sub_location, number = subject.split("/", 2)
        return self.lot(sub_location, number)

    def _when(self, at: datetime | None) -> tuple[datetime, date]:
        """When it happened, and on which day of the warehouse's clock: now, or earlier, where it was first written with a pen."""
        now = self.clock()
        then = checked_ahead(at, now) if at else now
        return then, then.astimezone(self.zone).date()


def _entry(transport: str, n: int) -> str:
    """The id of one line of a transport, the same whenever it is sent again."""
    return sha256(f"{transport}/{n}".encode()).hexdigest()[:32]


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
