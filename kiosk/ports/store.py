"""The release system, as a desk sees it."""

from collections.abc import Sequence
from typing import Protocol

from kiosk.core.answer import Answer
from kiosk.core.notice import Notices
from kiosk.core.reference import Reference


class Store(Protocol):
    """The release system."""

    @property
    def authority(self) -> str:
        """Whose answers these are; it stands on every stamp."""
        ...

    def ask(self, references: Sequence[Reference]) -> tuple[Answer, ...]:
        """One answer for each reference, in order, in one round trip; or `Unavailable`. Never a guess, never a part (Q6)."""
        ...

    def holds(self, after: int) -> Notices:
        """What was referred for exam after it had been released, from a cursor on (0: the first); or `Unavailable` (P4).

        `Unavailable("store", "no-feed")` where the store tells nothing of that.
        """
        ...
