"""What the office says of a sheet just now, over a hold list: for it goods are kept, and for it alone none are let out (P4).

The office's word is not signed. So it adds to what the signed list has on hold, and never makes the list any fresher.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.verdict import Standing, Verdict
from kiosk.desks.gate.lookup import Elsewhere, Kept
from kiosk.desks.gate.presentation import Known
from kiosk.ports import Clock

REST: Final = timedelta(seconds=15)
"""So long an office that did not answer is not asked again: nobody at the gate waits for it twice in a row."""
_NOTHING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_log: Final = logging.getLogger("kiosk")


@dataclass(frozen=True, slots=True)
class Said:
    """What the office says of a sheet: whether it was taken back, and which of its rows are on hold."""

    voided: bool
    held: frozenset[int]


@dataclass(frozen=True, slots=True)
class Warned:
    """A `Standing`: the list, and beyond it what the office says of one sheet."""

    known: Standing
    sheet: str
    taken_back: bool
    numbers: frozenset[tuple[str, str]]

    @property
    def issued_at(self) -> datetime:
        """As of the list."""
        return self.known.issued_at

    def holds(self, kind: str, number: str) -> bool:
        """Whether a number is on hold by one or the other."""
        return (kind, number) in self.numbers or self.known.holds(kind, number)

    def voided(self, sheet: str) -> bool:
        """Whether a sheet's proof was taken back, by one or the other."""
        return (self.taken_back and sheet == self.sheet) or self.known.voided(sheet)


@dataclass
class Office:
    """The office, as a gate apart asks it: `ask` and `give` raise `Unavailable` soon where it can't be had."""

    ask: Callable[[str], Said]
    give: Elsewhere
    clock: Clock
    _silent: datetime = field(default=_NOTHING)

    def warned(self, verdict: Verdict, lists: Mapping[str, Standing]) -> Known:
        """What is known of holds for a verdict: by the lists, and by the office where it answers."""
        sheet = verdict.statements[0].sheet
        said = self._said(sheet)
        if said is None:
            return Known(lists, "list")
        rows = frozenset((row.kind or "", row.number) for page in verdict.statements for row in page.rows if row.place in said.held)
        stations = {one: lists.get(one) or HoldList("", one, 0, _NOTHING, b"", b"") for one in verdict.stations}
        return Known({**lists, **{name: Warned(one, sheet, said.voided, rows) for name, one in stations.items()}}, "office")

    def kept(self, sheet: str) -> Kept:
        """What it has of a sheet. It is asked each time: somebody waits who has the number alone."""
        try:
            return self.give(sheet)
        except Unavailable as no:
            self._heard(no)
            raise

    def _said(self, sheet: str) -> Said | None:
        """What the office says; None where it can't be had, or has not answered just now."""
        if timedelta() <= self.clock() - self._silent < REST:
            return None
        try:
            return self.ask(sheet)
        except (Unavailable, Refusal) as no:
            _log.warning("the office does not answer for sheet %s: %s", sheet, no)
            self._heard(no)
            return None

    def _heard(self, no: Unavailable | Refusal) -> None:
        """Remember an office that is not there: who scans the paper next does not wait for it."""
        if isinstance(no, Unavailable) and no.code in {"slow", "gone"}:
            self._silent = self.clock()
