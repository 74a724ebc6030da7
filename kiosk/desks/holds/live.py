"""What is known of holds just now, as verdicts ask for it (P4)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kiosk.core.hold import SHEET, digest, normalised
from kiosk.desks.holds.book import Book

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Up to when holds are known where the store has never told any."""


@dataclass(frozen=True, slots=True)
class Live:
    """What the record knows of holds just now: a `Standing` for verdicts."""

    issued_at: datetime
    _book: Book

    def holds(self, kind: str, number: str) -> bool:
        """Whether a number is on hold."""
        return digest(kind, number) in self._book.digests

    def voided(self, sheet: str) -> bool:
        """Whether a sheet's proof was taken back."""
        return normalised(SHEET, sheet) in self._book.voided
