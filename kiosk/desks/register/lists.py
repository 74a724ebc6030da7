"""Lists of the register: what is there and until when, what has left on a row, what was written on a day; and searches."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kiosk.core.book import Line
from kiosk.core.journal.register import day_mark, row_mark, vehicle_mark
from kiosk.core.reference import plain
from kiosk.core.register import LOT, Departure, Lot, Written
from kiosk.ports import Journal

PAGE: Final = 50
"""Lots on a page of the open goods, and of a search."""
Find = Callable[[str, str], Lot]
"""The lot of a sub-location and a number."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is there: a page of lots, how many there are in all, how many are late, and where the next page begins."""

    lots: tuple[Lot, ...]
    total: int
    late: int
    after: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Gone:
    """What has left on a row of a proof."""

    sub_location: str
    number: str
    departure: Departure


@dataclass(frozen=True, slots=True)
class Search:
    """The lots that were found; `more` where there are others."""

    lots: tuple[Lot, ...]
    more: bool = False


def open_goods(journal: Journal, find: Find, sub_location: str, after: tuple[str, str], today: date) -> Open:
    """A page of what is there."""
    found = journal.lots.open(PAGE + 1, sub_location, after)
    lots = tuple(find(*place_of(subject)) for _, subject in found[:PAGE])
    total, late = journal.lots.count(sub_location), journal.lots.count(sub_location, today.isoformat())
    return Open(lots, total, late, found[PAGE - 1] if len(found) > PAGE else None)


def gone(journal: Journal, find: Find, sheet: str, row: int) -> tuple[Gone, ...]:
    """What has left on a row, as it was put right since."""
    lots = lots_of(journal, find, row_mark(sheet, row))
    found = (Gone(lot.sub_location, lot.number, one) for lot in lots for one in lot.outs if (one.sheet, one.row) == (sheet, row))
    return tuple(sorted(found, key=lambda one: one.departure.at))


def gone_of(journal: Journal, find: Find, number: str) -> tuple[Gone, ...]:
    """What of a number has left, or on its release."""
    lots = lots_of(journal, find, number)
    found = (Gone(lot.sub_location, lot.number, one) for lot in lots for one in lot.outs if number in (lot.number, one.proven))
    return tuple(sorted(found, key=lambda one: one.departure.at))


def held_inside(journal: Journal, held: Callable[[str, str], bool], sub_location: str) -> list[str]:
    """The subjects of lots of which something is there that is on hold."""
    inside = journal.lots.numbers(sub_location)
    return [subject for subject, numbers in inside if any(held(*one.split(":", 1)) for one in numbers.split())]


def search(journal: Journal, find: Find, text: str, sub_location: str) -> Search:
    """The lots of a number, a sheet or a vehicle, newest first."""
    numbers = (text, vehicle_mark(text)) if plain(text) else ()
    found = dict.fromkeys(subject for number in numbers for subject in subjects_of(journal, number))
    within = [subject for subject in found if subject.startswith(f"{LOT}{sub_location}")]
    return Search(tuple(find(*place_of(subject)) for subject in within[:PAGE]), len(within) > PAGE)


def lots_of(journal: Journal, find: Find, number: str) -> Iterator[Lot]:
    """The lots with an entry that mentions a number, newest first."""
    return (find(*place_of(subject)) for subject in subjects_of(journal, number))


def subjects_of(journal: Journal, number: str) -> list[str]:
    """Their subjects. By the mentions alone: among a million lots nothing else finds one quickly."""
    found = (one.entry.subject for one in reversed(journal.find(number=number)))
    return [subject for subject in dict.fromkeys(found) if subject.startswith(LOT)]


def lines(journal: Journal, sub_location: str, days: Iterable[date]) -> tuple[Line, ...]:
    """What was written on these days, in the order in which it happened; what came twice stands once."""
    entries = (one.entry for day in days for one in journal.find(number=day_mark(sub_location, day.isoformat())))
    found = (_line(one.by, one.fact) for one in entries if isinstance(one.fact, Written))
    written = {(one.fact.entry, one.fact.number): one for one in found}  # an id may have come with the goods of another lot
    return tuple(sorted(written.values(), key=lambda one: (one.at, one.fact.entry)))


def place_of(subject: str) -> tuple[str, str]:
    """Sub-location and number of a lot's subject.

    >>> place_of("lot/9453/XXXX0042")
    ('9453', 'XXXX0042')
    """
    _, sub_location, number = subject.split("/", 2)
    return sub_location, number


def _line(by: str, fact: Written) -> Line:
    return Line(datetime.fromisoformat(fact.at), by, fact)
