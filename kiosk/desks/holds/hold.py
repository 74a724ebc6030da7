"""A hold, as its entries left it (P4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.core.hold import senses
from kiosk.core.journal import Entry, HoldLifted, HoldPlaced, HoldTooLate, HoldWidened
from kiosk.core.journal.holds import told_apart
from kiosk.ports import Found

Number = tuple[str, str]
"""Kind and number."""
PREFIX = "hold/"
"""Before the name of a hold, in the subject of its entries."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Goods on hold, or that were. `said` are the numbers as they were named, `bound` those bound to them."""

    name: str
    at: datetime
    by: str
    said: tuple[Number, ...]
    bound: tuple[Number, ...]
    reason: str
    source: str
    event: str = ""
    referred_at: str = ""
    office: str = ""
    unasked: str = ""
    lifted: Entry | None = None
    late: HoldTooLate | None = None
    entries: int = 1

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number that it bears."""
        return (*self.said, *(one for one in self.bound if one not in self.said))

    @property
    def digests(self) -> frozenset[bytes]:
        """What a list has of it."""
        return frozenset(one for number in self.numbers for one in senses(*number))


def hold_of(name: str, entry: Entry, fact: HoldPlaced) -> Hold:
    """A hold as it was placed."""
    said, bound = _numbers(fact.said), _numbers(fact.bound)
    more = (fact.reason, fact.source, fact.event, fact.referred_at, fact.office, fact.unasked)
    return Hold(name, entry.at, entry.by, said, bound, *more)


def happened(hold: Hold, entry: Entry) -> Hold:
    """The hold after one more entry."""
    after = replace(hold, entries=hold.entries + 1)
    match entry.fact:
        case HoldLifted():
            return replace(after, lifted=entry)
        case HoldWidened() as fact:
            new = tuple(one for one in _numbers(fact.bound) if one not in hold.numbers)
            return replace(after, bound=(*hold.bound, *new))
        case HoldTooLate() as fact:
            return replace(after, late=fact)
    return after


def replayed(name: str, entries: Iterable[Found]) -> Hold | None:
    """A hold by its entries; None where there is none of that name."""
    hold: Hold | None = None
    for found in entries:
        if hold is not None:
            hold = happened(hold, found.entry)
        elif isinstance(found.entry.fact, HoldPlaced):
            hold = hold_of(name, found.entry, found.entry.fact)
    return hold


def _numbers(named: Iterable[str]) -> tuple[Number, ...]:
    return tuple(map(told_apart, named))
