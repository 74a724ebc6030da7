"""What a proof is worth: whether its seals hold, and then, row by row, whether goods may leave on it (P1, P2, P4, Q9).

What is said is what the seals say, never what the paper says. Of every doubt there is one outcome, and it is not release.
This is the same for the gate, the command line and the small verifier; it needs neither record nor network.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from kiosk.core.faults import Forged
from kiosk.core.proof import REMOVED, Sealed, Statement
from kiosk.core.stamp import Act
from kiosk.core.trust import AHEAD

OWN: Final = "*"
"""In the place of a station: a record that keeps goods in, and lets none out, for no key is of a station of this name."""


class Opener(Protocol):
    """What opens seals."""

    def opened(self, seal: bytes) -> tuple[Statement, str]:
        """The statement, and the station whose key sealed it; or `Forged`."""
        ...


class Standing(Protocol):
    """What is known of holds: a list, or the record itself."""

    @property
    def issued_at(self) -> datetime:
        """Up to when everything is known."""
        ...

    def holds(self, kind: str, number: str) -> bool:
        """Whether a number is on hold."""
        ...

    def voided(self, sheet: str) -> bool:
        """Whether a sheet's proof was taken back."""
        ...


class Outcome(StrEnum):
    """What a row comes to."""

    RELEASE = "release"
    HELD = "held"
    NOT_RELEASED = "not-released"
    SPECIMEN = "specimen"
    ASK = "ask"


class Ruling(NamedTuple):
    """A row, what it comes to, and why: a code."""

    row: Sealed
    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a proof is worth. `statements` are the pages whose seals hold, by page; `missing` the pages that were not presented."""

    statements: tuple[Statement, ...]
    missing: tuple[int, ...]
    stations: tuple[str, ...] = ()
    """Whose key sealed each of the statements."""

    @property
    def released(self) -> tuple[Sealed, ...]:
        """The R rows of the pages presented: all that is proven (Q9)."""
        return tuple(row for page in self.statements for row in page.released)


def examine(pages: Sequence[Sequence[bytes]], seal: Opener, now: datetime) -> Verdict:
    """The verdict over the seals found on each page that was presented; `Forged`, with the reason, if anything is wrong."""
    if not any(pages):
        raise Forged("no-seal")
    statements: dict[int, tuple[Statement, str]] = {}
    for place, found in enumerate(pages, 1):
        if not found:
            raise Forged("page-without-seal", place=place)
        for text in found:
            statement, station = seal.opened(text)
            _check_beside(statement, {page: other for page, (other, _) in statements.items()}, now)
            statements[statement.page] = statement, station
    ordered = tuple(statements[page] for page in sorted(statements))
    missing = tuple(page for page in range(1, ordered[0][0].pages + 1) if page not in statements)
    return Verdict(tuple(statement for statement, _ in ordered), missing, tuple(station for _, station in ordered))


def outcomes(verdict: Verdict, standings: Mapping[str, Standing], now: datetime, limit: timedelta) -> tuple[Ruling, ...]:
    """What every row comes to; `standings` are by station.

    A hold counts whichever of them knows of it, and however old that is; release needs one of the very station whose key sealed
    the row, not older than `limit`. `Forged("withdrawn")` where one of them knows that the proof was taken back.
    """
    sheet = verdict.statements[0].sheet
    if any(one.voided(sheet) for one in standings.values()):
        raise Forged("withdrawn", got=sheet)
    return tuple(
        Ruling(row, *(_barred(page, row, standings.values()) or unbarred(standings.get(station), now, limit)))
        for page, station in zip(verdict.statements, verdict.stations, strict=True)
        for row in page.rows
    )


def _barred(page: Statement, row: Sealed, standings: Iterable[Standing]) -> tuple[Outcome, str] | None:
    """What keeps a row from release, and why; None where nothing does that is known. The order is of what lets least out."""
    if page.stamp.specimen:
        return Outcome.SPECIMEN, "specimen"
    if page.stamp.act is Act.IN_BOND and row.mark != REMOVED:
        return Outcome.NOT_RELEASED, "in-bond"
    if row.mark != "R" or row.kind is None:
        return Outcome.NOT_RELEASED, _UNRELEASED.get(row.mark, "not-released")
    if page.stamp.act is not Act.RELEASED:
        return Outcome.NOT_RELEASED, "other-act"
    if any(one.holds(row.kind, row.number) for one in standings):
        return Outcome.HELD, "held"
    return None


def unbarred(standing: Standing | None, now: datetime, limit: timedelta) -> tuple[Outcome, str]:
    """What a row comes to that nothing bars: release, if enough is known; by a clock that was set back, nothing is."""
    if standing is None or standing.issued_at > now + AHEAD:
        return Outcome.ASK, "no-list"
    if standing.issued_at < now - limit:
        return Outcome.ASK, "old-list"
    return Outcome.RELEASE, "released"


_UNRELEASED = {"N/A": "not-on-file", REMOVED: "removed"}


def _check_beside(statement: Statement, others: Mapping[int, Statement], now: datetime) -> None:
    """Refuse a page of another sheet or another stamping, a page twice with two contents, and a stamp from the future."""
    if statement.stamp.at > now + AHEAD:
        raise Forged("from-the-future", got=f"{statement.stamp.at:%Y-%m-%d %H:%M} UTC")
    first = next(iter(others.values()), statement)
    if replace(statement, page=first.page, rows=first.rows) != first:
        raise Forged("mixed-sheets", expected=first.sheet, got=statement.sheet)
    if others.get(statement.page, statement) != statement:
        raise Forged("page-twice", page=statement.page)
