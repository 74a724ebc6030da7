"""The gate: is this proof genuine, and what does it prove (P1, P2)?

What is shown is what the seals say, never what the paper says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.core.faults import Forged
from kiosk.core.journal import Voided
from kiosk.core.proof import Sealed, Statement
from kiosk.ports import Journal, Seal

AHEAD = timedelta(minutes=5)
"""By how much the clocks of kiosk and gate may differ."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a proof is worth. `statements` are the pages whose seals hold, by page; `missing` the pages that were not presented."""

    statements: tuple[Statement, ...]
    missing: tuple[int, ...]

    @property
    def released(self) -> tuple[Sealed, ...]:
        """The R rows of the pages presented: all that is proven (Q9)."""
        return tuple(row for page in self.statements for row in page.released)


def examine(pages: Sequence[Sequence[bytes]], seal: Seal, now: datetime) -> Verdict:
    """The verdict over the seals found on each page that was presented; `Forged`, with the reason, if anything is wrong."""
    if not any(pages):
        raise Forged("no-seal")
    statements: dict[int, Statement] = {}
    for place, found in enumerate(pages, 1):
        if not found:
            raise Forged("page-without-seal", place=place)
        for text in found:
            statement = seal.open(text)
            _check_beside(statement, statements, now)
            statements[statement.page] = statement
    ordered = tuple(statements[page] for page in sorted(statements))
    missing = tuple(page for page in range(1, ordered[0].pages + 1) if page not in statements)
    return Verdict(ordered, missing)


def check_not_withdrawn(journal: Journal, sheet: str) -> None:
    """Refuse a proof that a supervisor took back: its seals are genuine, and it proves nothing any more."""
    for found in journal.entries(sheet):
        if isinstance(found.entry.fact, Voided):
            raise Forged("withdrawn", got=sheet, reason=found.entry.fact.reason)


def _check_beside(statement: Statement, others: dict[int, Statement], now: datetime) -> None:
    """Refuse a page of another sheet or another stamping, a page twice with two contents, and a stamp from the future."""
    if statement.stamp.at > now + AHEAD:
        raise Forged("from-the-future", got=f"{statement.stamp.at:%Y-%m-%d %H:%M} UTC")
    first = next(iter(others.values()), statement)
    if replace(statement, page=first.page, rows=first.rows) != first:
        raise Forged("mixed-sheets", expected=first.sheet, got=statement.sheet)
    if others.get(statement.page, statement) != statement:
        raise Forged("page-twice", page=statement.page)
