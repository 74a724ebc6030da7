"""Clients' queries: taken over from their screens; and storms of unknown numbers."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.journal import StormSeen
from kiosk.web.api.asked import SheetNumber
from kiosk.web.api.replies import Sheet
from kiosk.web.api.rows import sheet_told
from kiosk.web.clients import taken
from kiosk.web.storms import storms_seen


@dataclass(frozen=True, slots=True)
class Storm:
    """Many numbers from one source that are not on file: `numbers` of them since `began`, when it was noticed."""

    at: datetime
    station: str
    source: str
    numbers: int
    began: str


@dataclass(frozen=True, slots=True)
class Storms:
    """The storms of the last day, the newest first."""

    storms: tuple[Storm, ...]


def take_over(number: SheetNumber) -> Sheet:
    """Take over a client's query, by the number on its slip.

    None of its answers is taken as one: all are asked anew. A sheet that is no client's query is given as it is.
    """
    return sheet_told(taken(number))


def list_storms() -> Storms:
    """List the storms of unknown numbers of the last day."""
    seen = [(one, one.fact) for one in storms_seen() if isinstance(one.fact, StormSeen)]
    return Storms(tuple(Storm(one.at, one.by, fact.source, fact.amount, fact.began) for one, fact in seen))
