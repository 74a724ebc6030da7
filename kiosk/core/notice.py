"""What the store tells without being asked: goods that it had released are referred for exam (SOCP 2.7, P4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.core.faults import Refusal
from kiosk.core.reference import CCN, Reference, TransactionNumber

MOST_NUMBERS: Final = 5000
"""Numbers that one notice may name."""
_EVENT: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,79}")
_OFFICE: Final = re.compile("([0-9]{4})?", re.ASCII)
_TRANSACTION: Final = re.compile("[0-9]{14}", re.ASCII)
_CCN: Final = re.compile("[0-9A-Z-]{5,25}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Goods were referred for exam at a time. `event` is the store's own name of it, the same however often it is told.

    The first of `numbers` is the release request's own where that has one; the others are the cargo that it is on.
    """

    event: str
    at: datetime
    numbers: tuple[Reference, ...]
    office: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """Some of the store's notices, oldest first. `cursor` is where to go on; `whole`: there are no more for now."""

    notices: tuple[Notice, ...]
    cursor: int
    whole: bool


def check_notices(notices: Sequence[Notice]) -> None:
    """Refuse notices that name nothing, or one event twice."""
    events = [one.event for one in notices]
    if len(set(events)) != len(events):
        raise Refusal("bad-notices", expected="each event once", got=next(one for one in events if events.count(one) > 1))
    for one in notices:
        if not 0 < len(one.numbers) <= MOST_NUMBERS:
            raise Refusal("bad-notices", expected=f"1 to {MOST_NUMBERS} numbers", got=f"{one.event}: {len(one.numbers)}")


def notice_of(event: str, at: str, numbers: Sequence[Mapping[str, str]], office: str | None = None) -> Notice:
    """A notice as the store's messages have it; `Refusal` for one that says something else.

    >>> notice_of("exam-1", "2026-11-22T10:04:05-05:00", [{"kind": "ccn", "number": "XXXX0000012345"}]).numbers
    (CCN(carrier='XXXX', shipment='0000012345'),)
    """
    for name, value, form in (("event", event, _EVENT), ("office", office or "", _OFFICE)):
        if not form.fullmatch(value):
            raise Refusal("bad-notices", expected=f"{name} {form.pattern}", got=ascii(value)[:80])
    moment = datetime.fromisoformat(at)
    if moment.utcoffset() is None:
        raise Refusal("bad-notices", expected="a time with its offset", got=at)
    return Notice(event, moment, tuple(_reference(**one) for one in numbers), office or "")


def _reference(kind: str, number: str) -> Reference:
    form = {"transaction": _TRANSACTION, "ccn": _CCN}.get(kind)
    if form is None or not form.fullmatch(number):
        raise Refusal("bad-notices", expected="a transaction or a ccn", got=ascii((kind, number))[:80])
    return TransactionNumber(number[:5], number[5:]) if kind == "transaction" else CCN(number[:4], number[4:])
