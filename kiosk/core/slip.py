"""The slip that a client takes from the self-service screen to the counter. It says no mark, so that nobody takes it for proof."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.core.sheet import Line, QuerySheet, Removed, Waiting


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip. `sheet` is the number that its bars hold; `rows` how many numbers the query has; `language` the client's."""

    sheet: str
    office: str
    rows: int
    at: datetime
    language: Literal["en", "fr"]


def slip_of(sheet: QuerySheet, at: datetime, language: Literal["en", "fr"]) -> Slip:
    """The slip of a query."""
    rows = sum(not isinstance(row, Removed) for row in sheet.rows)
    return Slip(sheet.number, sheet.header.office, rows, at, language)


def machine_read(sheet: QuerySheet) -> bool:
    """Whether every number of a query came from a scanner, and none from a keyboard."""
    return not any(row.asked.keyed for row in sheet.rows if isinstance(row, Line | Waiting))
