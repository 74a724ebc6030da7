"""The holds as the record has them: read once, then kept up with what is written, by this process or by another (P4).

A hold bears the numbers that were named, and those bound to them by an answer: a release request is bound to the cargo that it is
on. An answer that comes later binds more.
"""

from dataclasses import replace
from datetime import UTC, datetime

from kiosk.core.hold import SHEET, digest, listed, senses
from kiosk.core.journal import (
    Answered,
    Entry,
    Fact,
    HoldLifted,
    HoldListMade,
    HoldNoticesRead,
    HoldPlaced,
    HoldTooLate,
    HoldWidened,
    KeyMade,
    Voided,
)
from kiosk.desks.holds.bound import bound_by
from kiosk.desks.holds.hold import PREFIX, Hold, Number, happened, hold_of
from kiosk.ports import Found, Journal

_SOME = 10_000
"""Entries that are looked through at a time."""
_LATER = (HoldLifted, HoldWidened, HoldTooLate, HoldListMade, HoldNoticesRead, Voided, KeyMade)
"""Read before the holds that they are about: what is written meanwhile is then never missed for want of its beginning."""


class Book:
    """What is on hold, and what was voided. `read` brings it up to the record; nothing else changes it. One thread at a time."""

    def __init__(self, journal: Journal, station: str) -> None:
        self._journal, self._station = journal, station
        self._low = dict[str, int]()
        self._said = dict[Number, set[str]]()
        self.holds = dict[str, Hold]()
        self.active = dict[str, Hold]()
        self.digests = dict[bytes, tuple[str, ...]]()
        """What is on hold, and by which holds."""
        self.events = set[str]()
        self.voided = dict[str, str]()
        self.stations = {station}
        self.made: Entry | None = None
        self.cursor = 0
        self.fresh = dict[str, tuple[Number, ...]]()
        """Numbers that an answer has bound to a hold, and of which the record does not know yet."""
        self.answered = journal.checkpoint().size
        """Up to where answers were looked through for what they bind."""
        self.later = set[str]()
        """The holds that were placed since this station's last list; all, where there was none yet."""
        self.begun = self.answered
        """From which position on nothing but this book has looked at the record."""
        self._content: tuple[bytes, bytes] | None = None
        self._take_up()

    @property
    def listed_to(self) -> datetime:
        """Up to when this station's last list was complete."""
        made = self.made.fact if self.made else None
        return datetime.fromisoformat(made.issued_at) if isinstance(made, HoldListMade) else datetime.min.replace(tzinfo=UTC)

    def whole(self, hold: Hold) -> Hold:
        """A hold with the numbers too that the record does not know yet."""
        return replace(hold, bound=(*hold.bound, *self.fresh.get(hold.name, ())))

    def read(self) -> set[str]:
        """Everything that was written since; the names of the holds that there was something about."""
        later = [found for kind in _LATER for found in self._new(kind)]
        placed = self._new(HoldPlaced)
        for found in sorted((*placed, *later), key=lambda found: found.position):
            self._take(found.entry)
        self._look_from(min([self.answered, *(_searched(found.entry.fact) for found in placed)]))
        return {found.entry.subject.removeprefix(PREFIX) for found in (*placed, *later)} | set(self.fresh)

    def _take_up(self) -> None:
        """Begin where this station's last list ended: what was bound until then is on record."""
        lists = [one for one in self._new(HoldListMade) if one.entry.by == self._station]
        ended, placed = -1, self._new(HoldPlaced)
        for found in (*lists[-1:], *placed):
            self._take(found.entry)
        if lists and isinstance(fact := lists[-1].entry.fact, HoldListMade):
            ended, self.answered, self.begun = lists[-1].position, fact.position, fact.position
        later = [one.entry for one in placed if one.position > ended]
        self.later = {entry.subject.removeprefix(PREFIX) for entry in later}
        self._look_from(min([self.answered, *(_searched(entry.fact) for entry in later)]))

    def content(self) -> tuple[bytes, bytes]:
        """What stands on a list: digests of numbers, and of sheets."""
        if self._content is None:
            self._content = listed(self.digests), listed(digest(SHEET, sheet) for sheet in self.voided)
        return self._content

    def _look_from(self, position: int) -> None:
        """Look answers through from a position on, some at a time where there are many."""
        if position < self.answered:
            end = self.answered
            for low in range(position, end, _SOME):
                for found in self._journal.span(low, min(low + _SOME, end)):
                    self._bind(found.entry)
        newest = self._journal.find(kind=Answered.__name__, low=self.answered)
        for one in newest:
            self._bind(one.entry)
        self.answered = newest[-1].position + 1 if newest else self.answered

    def _new(self, kind: type[Fact]) -> tuple[Found, ...]:
        name = kind.__name__
        found = self._journal.find(kind=name, low=self._low.get(name, 0))
        if found:
            self._low[name] = found[-1].position + 1
        return found

    def _take(self, entry: Entry) -> None:
        match entry.fact:
            case Voided(reason=reason):
                self.voided[entry.subject] = reason
                self._content = None
            case KeyMade():
                self.stations.add(entry.by)
            case HoldListMade() if entry.by == self._station:
                self.made = entry
            case HoldNoticesRead(cursor=cursor) if entry.by == self._station:
                self.cursor = cursor
            case HoldPlaced() as fact:
                self._put(hold_of(entry.subject.removeprefix(PREFIX), entry, fact))
                self.events |= {fact.event} - {""}
            case _ if hold := self.holds.get(entry.subject.removeprefix(PREFIX)):
                self._drop(hold)
                self._put(happened(hold, entry))

    def _put(self, hold: Hold) -> None:
        self.holds[hold.name] = hold
        if hold.lifted:
            self.fresh.pop(hold.name, None)
            return
        self.active[hold.name] = hold
        left = tuple(one for one in self.fresh.pop(hold.name, ()) if one not in hold.numbers)
        if left:
            self.fresh[hold.name] = left
        for number in (*hold.numbers, *left):
            self._mark(number, hold.name)
        for number in hold.said:
            self._said.setdefault(number, set()).add(hold.name)

    def _drop(self, hold: Hold) -> None:
        if self.active.pop(hold.name, None) is None:
            return
        for one in (one for number in self.whole(hold).numbers for one in senses(*number)):
            left = tuple(name for name in self.digests.get(one, ()) if name != hold.name)
            if left:
                self.digests[one] = left
            else:
                self.digests.pop(one, None)
        self._content = None
        for number in hold.said:
            self._said[number].discard(hold.name)

    def _bind(self, entry: Entry) -> None:
        """What an answer binds to goods on hold, one step far."""
        bound = bound_by(entry)
        for said, other in ((said, other) for said in bound for other in bound if (said[0] == "ccn") != (other[0] == "ccn")):
            for name in self._said.get(said, ()):
                hold, fresh = self.active[name], self.fresh.get(name, ())
                if other not in hold.numbers and other not in fresh:
                    self.fresh[name] = (*fresh, other)
                    self._mark(other, name)

    def _mark(self, number: Number, name: str) -> None:
        for one in senses(*number):
            names = self.digests.get(one, ())
            self.digests[one] = names if name in names else (*names, name)
        self._content = None


def _searched(fact: Fact) -> int:
    return fact.position if isinstance(fact, HoldPlaced) else 0
