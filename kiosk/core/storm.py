"""Storms of unknown numbers: somebody tries numbers out, or reads nonsense. They are slowed and told; nobody is shut out.

A miss is a number that is not on file, or that is no number at all. The first ones cost nothing: labels are worn, and releases are
late. After that each miss of one source doubles the wait before its next question, up to a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from kiosk.core.answer import Status
from kiosk.core.sheet import Faulty, Line, Row

WINDOW: Final = timedelta(minutes=10)
"""Misses that are older are forgotten."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much is let pass: so many misses cost nothing, and `longest` is the longest wait; `storm` of them are told."""

    free: int
    longest: timedelta
    storm: int


CLIENT: Final = Patience(6, timedelta(seconds=60), 12)
"""At the self-service screen, where a client has a handful of papers in his hand."""
PROGRAM: Final = Patience(100, timedelta(seconds=30), 120)
"""By the API, where whole lists are asked for."""

WAREHOUSE: Final = Patience(20, timedelta(seconds=30), 30)
"""By a warehouse's own machine, where numbers of sheets are typed in."""


def is_miss(row: Row) -> bool:
    """Whether a row's number is not on file, or no number. One that could not be asked, or not be read, is neither."""
    if isinstance(row, Line):
        return row.answer.status is Status.NOT_ON_FILE
    return isinstance(row, Faulty) and row.text is not None and row.refusal.code != "repeat"


def recent(misses: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """The misses that still count. One from the future, since a clock was set back, does not."""
    return tuple(at for at in misses if timedelta(0) <= now - at < WINDOW)


def wait(misses: Sequence[datetime], now: datetime, patience: Patience) -> int:
    """How many seconds must still go by before the next question: none at first, then 1, 2, 4, ... since the last miss.

    >>> noon = datetime(2026, 11, 22, 12, 0)
    >>> [wait([noon] * misses, noon, CLIENT) for misses in (6, 7, 9, 99)]
    [0, 1, 4, 60]
    """
    counted = recent(misses, now)
    over = len(counted) - patience.free
    if over <= 0:
        return 0
    delay = min(timedelta(seconds=2 ** min(over - 1, 20)), patience.longest)
    return max(0, ceil((max(counted) + delay - now).total_seconds()))


def breaks_out(before: Sequence[datetime], misses: Sequence[datetime], now: datetime, patience: Patience) -> bool:
    """Whether a storm has just begun: enough misses now, and not enough before."""
    return len(recent(before, now)) < patience.storm <= len(recent(misses, now))
