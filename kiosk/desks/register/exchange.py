"""Entries of a register that go from one record to another: each arrives once, in any order, and none is lost (P3).

What happened at a warehouse has happened: an entry that does not agree with what else is known is taken all the same, and what does
not agree waits for a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import DifferenceSeen, Entry, GoodsIn, GoodsOut, RegisterCorrected
from kiosk.core.register import Lot, Written, check_written, subject_of
from kiosk.desks.register import TRIES, Register
from kiosk.desks.register.asked import check_id, checked_sub_location, checked_words

WHATS: Final[Mapping[type[Written], str]] = {GoodsIn: "in", GoodsOut: "out", RegisterCorrected: "correction"}
"""What each kind of entry is called on its way."""


@dataclass(frozen=True, slots=True)
class Own:
    """An entry that this station wrote itself, where in the record it is, and whose it was."""

    position: int
    by: str
    fact: Written


def packed(own: Own) -> dict[str, Any]:
    """An entry as it goes to another record: flat, each field under its name."""
    return {"what": WHATS[type(own.fact)], "by": own.by, **asdict(own.fact)}


def unpacked(values: Mapping[str, Any]) -> tuple[Written, str]:
    """An entry that came from another record, checked, and whose it was; KeyError where it lacks something."""
    kind = next(kind for kind, what in WHATS.items() if what == values["what"])
    fact = kind(**{field.name: values[field.name] for field in fields(kind)})
    check_id(fact.entry)
    checked_sub_location(fact.sub_location)
    checked_words(**{name: value for name, value in asdict(fact).items() if isinstance(value, str)})
    check_written(fact)
    return fact, checked_words(by=str(values["by"]))["by"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a register gives and takes."""

    register: Register

    def receive(self, fact: Written, by: str) -> bool:
        """Take an entry that was written elsewhere; whether it was new. `Refusal("entry-differs")` where its id is another's."""
        for _ in range(TRIES):
            lot = self.register.lot_of(fact)
            if fact in lot.known:
                return False
            if fact.entry in {one.entry for one in lot.known}:
                raise Refusal("entry-differs", got=fact.entry)
            subject = subject_of(fact)
            try:
                facts = [fact, *self._seen(fact, lot)]
                self.register.append(facts, f"{by}@{fact.station}", {subject: lot.entries}, subject)
            except Conflict:
                continue
            return True
        raise Conflict("moved-on", subject=subject_of(fact), expected="the lot as it was read", got="other entries")

    def not_taken(self, fact: Written, code: str) -> None:
        """The office did not take an entry of ours: that waits for a person too, and holds up no other."""
        seen, subject = DifferenceSeen(fact.entry, "not-taken", code), subject_of(fact)
        if seen not in (one.entry.fact for one in self.register.journal.entries(subject)):
            self.register.append([seen], self.register.station, {}, subject)

    def written_here(self, position: int) -> tuple[Own, ...]:
        """The entries that this station wrote itself, from a position of the record on, oldest first."""
        journal = self.register.journal
        found = (one for kind in WHATS for one in journal.find(kind=kind.__name__, low=position))
        own = (_own(one.position, one.entry) for one in found)
        return tuple(sorted((one for one in own if one.fact.station == self.register.station), key=lambda one: one.position))

    def _seen(self, fact: Written, lot: Lot) -> Iterator[DifferenceSeen]:
        """What does not agree with goods that went out elsewhere."""
        if not isinstance(fact, GoodsOut):
            return
        held = self.register.held()
        if self.register.on_hold(lot) or held(fact.read_as, fact.number) or held("transaction", fact.proven):
            yield DifferenceSeen(fact.entry, "held", "")
        gone = self.register.gone(fact.sheet, fact.row) if fact.sheet else ()
        others = {one.sub_location for one in gone} - {fact.sub_location}
        if others:
            yield DifferenceSeen(fact.entry, "elsewhere", ", ".join(sorted(others)))


def _own(position: int, entry: Entry) -> Own:
    assert isinstance(entry.fact, Written)  # noqa: S101 - looked for by its kind
    return Own(position, entry.by, entry.fact)
