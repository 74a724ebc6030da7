"""What is drawn for other paper than our own: onto a client's document, onto his paper, and the printed RNS message."""

from collections.abc import Sequence

from kiosk.adapters.pdf.endorse import Overlay
from kiosk.adapters.pdf.layout import layout
from kiosk.adapters.pdf.notice import draw_notice, draw_overprint, extent
from kiosk.adapters.pdf.onto import draw_endorsement, draw_pictures, stamped
from kiosk.adapters.pdf.stamp import Imprint, Issue
from kiosk.core.bond import check_sense
from kiosk.core.endorsement import Measured, Onto, Original, Overprint, Stamped
from kiosk.core.sheet import QuerySheet
from kiosk.core.stamp import Stamp


class PdfOverlays:
    """The `Overlays` of PDFs, under the imprint of the kiosk's paper."""

    def __init__(self, imprint: Imprint) -> None:
        self._imprint = imprint
        self.rows_per_page = layout("sheet").rows

    def pictures(self, original: Original) -> bytes:
        """A document that came as pictures, as a PDF."""
        return draw_pictures(original)

    def endorsement(
        self,
        original: Original,
        measured: Sequence[Measured],
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
    ) -> tuple[bytes, tuple[Onto, ...], Stamped]:
        """The pages that go onto a client's document, where each goes, and what the result bears.

        ValueError for a stamp that its rows belie.
        """
        check_sense(stamp.act, sheet)
        overlay = self._overlay(sheet, stamp, seals, checkpoint, original.copy)
        drawn, onto, plan = draw_endorsement(overlay, original, measured)
        return drawn, onto, stamped(onto, plan, overlay.formats()[0].pages_of(original.rows))

    def overprint(self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str) -> bytes:
        """A page with nothing but the stamp and the seal of a row; `Refusal` for a row that is not released."""
        return draw_overprint(self._overlay(sheet, stamp, seals, checkpoint, place.copy), place, self.rows_per_page)

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How wide and high, in mm, stamp and seal of an overprint are."""
        return extent(seal.decode("ascii"))

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int) -> bytes:
        """The printed RNS message; `Refusal` for a sheet that says anything but one release (P1)."""
        return draw_notice(self._overlay(sheet, stamp, seals, checkpoint, copy))

    def _overlay(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int = 0) -> Overlay:
        sheet.check_stampable()
        issue = Issue(stamp, checkpoint, self._imprint, copy)
        return Overlay(sheet, issue, [seal.decode("ascii") for seal in seals])
