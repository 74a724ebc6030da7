"""The register of a warehouse: lots of goods that came in on a cargo control document, and what of them has left (P3, P4).

A *lot* is all that a warehouse (a sub-location, 4 digits) has ever had of one number. It is replayed from its entries, which may
have come in any order: two records that know the same entries show the same lot. Nothing here is ever cut off at zero in silence:
what left without having come in is a *difference*, until a person settles it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from kiosk.core.faults import Refusal
from kiosk.core.journal import DifferenceSeen, DifferenceSettled, Entry, Fact, GoodsIn, GoodsOut, RegisterCorrected
from kiosk.core.meaning import references
from kiosk.core.reference import CCN, Reference, TransactionNumber, candidates

Written = GoodsIn | GoodsOut | RegisterCorrected
"""What stands in a register; the other facts are about these."""
LOT: Final = "lot/"
"""The beginning of every lot's subject."""
MOST_PIECES: Final = 1_000_000


def lot_subject(sub_location: str, number: str) -> str:
    """What the record calls a lot.

    >>> lot_subject("9453", "XXXX0042")
    'lot/9453/XXXX0042'
    """
    return f"{LOT}{sub_location}/{number}"


def subject_of(fact: Written) -> str:
    """The lot that an entry is about."""
    return lot_subject(fact.sub_location, fact.number)


def goods_number(text: str) -> Reference:
    """The number on a cargo control document: where a text can be both, it is the cargo control number; or `NotAReference`.

    >>> goods_number("12345001495785").kind, goods_number("12345-001495785").kind
    ('ccn', 'transaction')
    """
    found = references(text, None)
    return next((one for one in found if isinstance(one, CCN)), found[0])


def release_number(text: str) -> str:
    """A transaction number, bare; empty for none given. `Refusal` for what is none.

    >>> release_number("12345-001495785"), release_number(" ")
    ('12345001495785', '')
    """
    if not text.strip():
        return ""
    try:
        return str(next(one for one in candidates(text) if isinstance(one, TransactionNumber)))
    except (Refusal, StopIteration):
        raise Refusal("not-a-transaction", expected=14, got=text) from None


def checked_pieces(pieces: int, least: int = 1) -> int:
    """A number of pieces that can be; `Refusal` for any other."""
    if not least <= pieces <= MOST_PIECES:
        raise Refusal("bad-pieces", expected=f"{least} - {MOST_PIECES}", got=pieces)
    return pieces


def check_written(fact: Written) -> None:
    """Refuse an entry, written elsewhere, that could not have been written here: it would be unreadable for ever."""
    try:
        datetime.fromisoformat(fact.at).astimezone(UTC)
        date.fromisoformat(fact.day)
        if isinstance(fact, GoodsIn):
            date.fromisoformat(fact.due)
    except (ValueError, OverflowError) as error:
        raise Refusal("bad-register-entry", expected="times as ISO 8601", got=str(error)) from error
    if str(goods_number(fact.number)) != fact.number:
        raise Refusal("bad-register-entry", expected="a bare number", got=fact.number)
    checked_pieces(fact.pieces, 0 if isinstance(fact, RegisterCorrected) else 1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that came in, as they were put right since; `first` is how many pieces were written down at first."""

    entry: str
    at: datetime
    by: str
    station: str
    pieces: int
    place: str
    carrier: str
    perishable: bool
    remark: str
    transaction: str
    due: date
    first: int


@dataclass(frozen=True, slots=True)
class Departure:
    """Goods that went out, as they were put right since. `sheet` and `row` are those of the proof, if it was one."""

    entry: str
    at: datetime
    by: str
    station: str
    pieces: int
    ground: str
    sheet: str
    page: int
    row: int
    proven: str
    presented: int
    carrier: str
    driver: str
    vehicle: str
    remark: str
    despite: str
    first: int


@dataclass(frozen=True, slots=True)
class Correction:
    """How an entry was put right, and why."""

    entry: str
    at: datetime
    by: str
    corrects: str
    pieces: int
    transaction: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a lot's entries disagree. `name` grows another one with each new trouble, so that none is settled beforehand.

    `what`: over (more out than in), without-in (out, and never in), held, elsewhere, not-taken.
    """

    name: str
    what: str
    pieces: int = 0
    entry: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Lot:
    """All that a warehouse has ever had of one number, each kind of entry in the order in which it happened."""

    sub_location: str
    number: str
    read_as: str = CCN.kind
    ins: tuple[Arrival, ...] = ()
    outs: tuple[Departure, ...] = ()
    corrections: tuple[Correction, ...] = ()
    seen: tuple[Difference, ...] = ()
    settled: frozenset[str] = frozenset()
    entries: int = field(default=0, compare=False)
    """How many entries of the record made it what it is."""
    known: frozenset[Written] = field(default=frozenset(), compare=False)
    """What was written, each once."""

    @property
    def pieces_in(self) -> int:
        """All that came in."""
        return sum(one.pieces for one in self.ins)

    @property
    def pieces_out(self) -> int:
        """All that went out."""
        return sum(one.pieces for one in self.outs)

    @property
    def inside(self) -> int:
        """What is there; what left too much is a difference, and makes nothing less than none."""
        return max(0, self.pieces_in - self.pieces_out)

    @cached_property
    def left(self) -> tuple[tuple[Arrival, int], ...]:
        """The arrivals of which something is there, and how much: what came first leaves first."""
        gone, found = self.pieces_out, []
        for one in self.ins:
            there = max(0, one.pieces - gone)
            gone = max(0, gone - one.pieces)
            if there:
                found.append((one, there))
        return tuple(found)

    @property
    def due(self) -> date | None:
        """Until when the first of what is there may stay."""
        return min((one.due for one, _ in self.left), default=None)

    @property
    def perishable(self) -> bool:
        """Whether anything that is there perishes."""
        return any(one.perishable for one, _ in self.left)

    @property
    def numbers(self) -> frozenset[tuple[str, str]]:
        """Every kind and number that its goods go by."""
        releases = {(TransactionNumber.kind, one.transaction) for one in self.ins if one.transaction}
        return frozenset({(self.read_as, self.number), *releases})

    def covered(self, proven: str) -> int:
        """How many pieces that are there may leave on the release of a number: all on its own, on a transaction's those it is for.

        One cargo control number may have several releases, and the first of them lets out no goods of the others.
        """
        if proven == self.number:
            return self.inside
        came = sum(one.pieces for one in self.ins if one.transaction == proven)
        return max(0, min(self.inside, came - sum(one.pieces for one in self.outs if one.proven == proven)))

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What nobody has settled yet."""
        return tuple(one for one in (*self._balance(), *self.seen) if one.name not in self.settled)

    def _balance(self) -> Iterator[Difference]:
        over = self.pieces_out - self.pieces_in
        if over > 0:
            what = "over" if self.pieces_in else "without-in"
            yield Difference(f"{what}-{over}-of-{self.pieces_out}", what, over)


def replay(sub_location: str, number: str, entries: Iterable[Entry]) -> Lot:
    """The lot as the entries of its subject left it, in whatever order they came; an entry that came twice counts once."""
    entries = tuple(entries)
    written = {fact.entry: (fact, one.by) for one in reversed(entries) if isinstance(fact := one.fact, Written)}
    ordered = sorted(written.values(), key=lambda one: (one[0].at, one[0].entry))
    lot = Lot(sub_location, number, entries=len(entries), known=frozenset(fact for fact, _ in ordered))
    for fact, by in ordered:
        lot = _happened(lot, fact, by)
    return _about(_corrected(lot), [one.fact for one in entries])


def _happened(lot: Lot, fact: Written, by: str) -> Lot:
    at = datetime.fromisoformat(fact.at)
    match fact:
        case GoodsIn():
            came = Arrival(
                fact.entry, at, by, fact.station, fact.pieces, fact.place, fact.carrier, fact.perishable, fact.remark,
                fact.transaction, date.fromisoformat(fact.due), fact.pieces,
            )  # fmt: skip
            return replace(lot, read_as=fact.read_as, ins=(*lot.ins, came))
        case GoodsOut():
            went = Departure(
                fact.entry, at, by, fact.station, fact.pieces, fact.ground, fact.sheet, fact.page, fact.row, fact.proven,
                fact.presented, fact.carrier, fact.driver, fact.vehicle, fact.remark, fact.despite, fact.pieces,
            )  # fmt: skip
            return replace(lot, read_as=lot.read_as if lot.ins else fact.read_as, outs=(*lot.outs, went))
        case RegisterCorrected():
            right = Correction(fact.entry, at, by, fact.corrects, fact.pieces, fact.transaction, fact.reason)
            return replace(lot, corrections=(*lot.corrections, right))


def _corrected(lot: Lot) -> Lot:
    """Each entry as its last correction has it: a correction may have come before what it corrects."""
    last = {one.corrects: one for one in lot.corrections}
    ins = tuple(
        replace(one, pieces=right.pieces, transaction=right.transaction) if (right := last.get(one.entry)) else one
        for one in lot.ins
    )
    outs = tuple(replace(one, pieces=right.pieces) if (right := last.get(one.entry)) else one for one in lot.outs)
    return replace(lot, ins=ins, outs=outs)


def _about(lot: Lot, facts: Iterable[Fact]) -> Lot:
    """What was seen of its entries, and what was settled."""
    seen, settled = dict[str, Difference](), set[str]()
    for fact in facts:
        match fact:
            case DifferenceSeen():
                name = f"{fact.what}-{fact.entry}"
                seen[name] = Difference(name, fact.what, entry=fact.entry, detail=fact.detail)
            case DifferenceSettled():
                settled.add(fact.difference)
            case _:
                pass
    return replace(lot, seen=tuple(seen[name] for name in sorted(seen)), settled=frozenset(settled))
