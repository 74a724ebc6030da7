"""The book of a warehouse: what was written in its register in a time, line by line, for paper and for spreadsheets (P3)."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.journal import GoodsIn, GoodsOut
from kiosk.core.register import Written


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a register, as it was written: when it happened, by whom, and what."""

    at: datetime
    by: str
    fact: Written


@dataclass(frozen=True, slots=True)
class Book:
    """The lines of a day or a month (`period`: 2026-11-22, 2026-11), in the order in which they happened.

    With `blank` pages it has no lines, and is filled in with a pen; `period` is empty then.
    """

    sub_location: str
    period: str
    lines: tuple[Line, ...] = ()
    blank: int = 0

    @property
    def came(self) -> int:
        """All pieces that came in, as they were written down."""
        return sum(line.fact.pieces for line in self.lines if isinstance(line.fact, GoodsIn))

    @property
    def went(self) -> int:
        """All pieces that went out, as they were written down."""
        return sum(line.fact.pieces for line in self.lines if isinstance(line.fact, GoodsOut))
