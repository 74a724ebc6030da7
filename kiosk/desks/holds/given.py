"""The proofs that were given out for goods on hold: what is already out of the house (P4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.core.answer import Status
from kiosk.core.hold import digest
from kiosk.core.journal import GivenOut, HandedOver, Presented, Stamped
from kiosk.core.replay import replay
from kiosk.desks.holds.hold import Number
from kiosk.ports import Found, Journal

MOST: Final = 50
"""Proofs that are looked for of one number."""


@dataclass(frozen=True, slots=True)
class Given:
    """A stamped sheet with rows that were released, or may move in bond, and are on hold.

    `copies` is how many papers of it left the kiosk.
    """

    sheet: str
    stamped_at: datetime
    by: str
    client: str
    rows: tuple[int, ...]
    voided: str
    copies: int
    presented_at: datetime | None
    """When it was last presented at a gate of this record."""


def given_out(journal: Journal, numbers: Iterable[Number]) -> tuple[Given, ...]:
    """The proofs that were given out for numbers, newest first."""
    held = {digest(*one): one[1] for one in numbers}
    sheets = dict.fromkeys(sheet for number in held.values() for sheet in journal.subjects("Stamped", MOST, number=number))
    found = [_given(journal, sheet, frozenset(held)) for sheet in sheets]
    return tuple(sorted(filter(None, found), key=lambda one: one.stamped_at, reverse=True))


def _given(journal: Journal, number: str, held: frozenset[bytes]) -> Given | None:
    entries = journal.entries(number)
    stamped = next((one.entry for one in entries if isinstance(one.entry.fact, Stamped)), None)
    sheet = replay(number, (one.entry for one in entries))
    let_go = (one for one in sheet.lines if sheet.in_bond or one[1].answer.status is Status.RELEASED)
    rows = tuple(place for place, line in let_go if _bears(line.asked.text, held))
    if stamped is None or not rows:
        return None
    copies = sum(isinstance(one.entry.fact, HandedOver | GivenOut) for one in entries)
    return Given(
        number,
        stamped.at,
        stamped.by,
        sheet.header.client_name,
        rows,
        sheet.voided,
        copies,
        _presented(journal.find(number=number)),
    )


def _presented(entries: Iterable[Found]) -> datetime | None:
    times = [one.entry.at for one in entries if isinstance(one.entry.fact, Presented)]
    return max(times, default=None)


def _bears(text: str, held: frozenset[bytes]) -> bool:
    """Whether what stands in the bars is on hold in either sense."""
    return any(digest(kind, text) in held for kind in ("ccn", "transaction"))
