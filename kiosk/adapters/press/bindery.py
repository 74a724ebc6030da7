"""The bindery in a process of its own, apart from the press: a client's file that takes long holds no stamp up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from kiosk.adapters.press import PressProcess
from kiosk.core.endorsement import Endorsement, Original, Overprint
from kiosk.core.sheet import QuerySheet
from kiosk.core.stamp import Stamp
from kiosk.ports import Bindery

LIMIT: Final = 15.0
"""Seconds for one document: one of fifty pages takes two."""


class BinderyProcess(PressProcess):
    """The `Bindery` next door; it starts with the first document."""

    def __init__(self, make: Callable[[], Bindery], limit: float = LIMIT) -> None:
        super().__init__(make, limit)  # type: ignore[arg-type]  # it is asked what a bindery is asked

    def endorse(
        self,
        original: Original,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        at: datetime,
    ) -> Endorsement:
        """A client's document with the stamp of its sheet."""
        found: Endorsement = self._ask("endorse", original, sheet, stamp, seals, checkpoint, at)
        return found

    def overprint(
        self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, at: datetime
    ) -> bytes:
        """A page with nothing but stamp and seal."""
        return bytes(self._ask("overprint", place, sheet, stamp, seals, checkpoint, at))

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How large stamp and seal are."""
        w, h = self._ask("extent", seal)
        return float(w), float(h)

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int, at: datetime) -> bytes:
        """The printed RNS message."""
        return bytes(self._ask("notice", sheet, stamp, seals, checkpoint, copy, at))
