"""What puts the stamp on other paper."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kiosk.core.endorsement import Draft, Endorsement, Measured, Onto, Original, Overprint, Stamped
from kiosk.core.sheet import QuerySheet
from kiosk.core.stamp import Stamp


class Overlays(Protocol):
    """What is drawn for other paper than our own sheet. The same input gives the same bytes."""

    @property
    def rows_per_page(self) -> int:
        """How many rows a page of the sheet has."""
        ...

    def pictures(self, original: Original) -> bytes:
        """A document that came as pictures, as a PDF."""
        ...

    def endorsement(
        self,
        original: Original,
        measured: Sequence[Measured],
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
    ) -> tuple[bytes, tuple[Onto, ...], Stamped]:
        """The pages that go onto a client's document, where each goes, and what the result bears."""
        ...

    def overprint(self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str) -> bytes:
        """A page with nothing but the stamp and the seal of a row; `Refusal` for a row that is not released."""
        ...

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How wide and high, in mm, stamp and seal of an overprint are."""
        ...

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int) -> bytes:
        """The printed RNS message (P1); `Refusal` for a sheet that says anything but one release."""
        ...


class Binder(Protocol):
    """What extends a client's own PDF. It needs no key."""

    def measure(self, pdf: bytes) -> tuple[Measured, ...]:
        """The pages of a document; `Refusal` for one that can't be extended, with the reason."""
        ...

    def bind(self, pdf: bytes, overlay: bytes, onto: Sequence[Onto]) -> bytes:
        """The document with each page of the overlay where it belongs; the document's own bytes are an exact prefix."""
        ...

    def prepare(self, pdf: bytes, at: datetime) -> Draft:
        """The document with an empty place for its signature, as of a time; its bytes are an exact prefix."""
        ...


class Bindery(Protocol):
    """Stamp and seal of a sheet on other paper, signed. `Forged` where the seals say anything else; `Unavailable` if it can't."""

    def endorse(
        self, original: Original, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, at: datetime
    ) -> Endorsement:
        """A client's own document under the stamp of its sheet (P1, P5, P6)."""
        ...

    def overprint(
        self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, at: datetime
    ) -> bytes:
        """A page with nothing but stamp and seal, for a client's own paper (Q1)."""
        ...

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How wide and high, in mm, these are."""
        ...

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int, at: datetime) -> bytes:
        """The printed RNS message of a sheet of one released row (P1)."""
        ...
