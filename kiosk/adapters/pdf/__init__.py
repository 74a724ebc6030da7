"""Paper: the stamped sheet, the slip, the form and the day's report, drawn by reportlab; their symbols are encoded by zxing-cpp.

Nothing asks the clock and nothing is drawn at random: the same input gives the same bytes.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.adapters.pdf.form import Number, draw_form
from kiosk.adapters.pdf.layout import layout
from kiosk.adapters.pdf.register import draw_register
from kiosk.adapters.pdf.report import draw_report
from kiosk.adapters.pdf.sheet import draw_sheet
from kiosk.adapters.pdf.slip import draw_slip
from kiosk.adapters.pdf.stamp import Imprint, Issue
from kiosk.core.book import Book
from kiosk.core.day import DayReport
from kiosk.core.printing import Mark
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Stamp
from kiosk.ports import Fault
from kiosk.words import Language, words


class PdfPaper:
    """The `Paper` of PDFs. `zone` is the office's time zone, by its IANA name; times stand on the paper in it.

    `agency` names whose stamp it is, in both languages; without it, the style `templates/paper/stamp.toml` does, or nobody.
    """

    def __init__(self, zone: str = "America/Toronto", agency: str = "") -> None:
        self.imprint = Imprint(agency, ZoneInfo(zone))
        self.rows_per_page = layout("sheet").rows

    def sheet(
        self,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        *,
        copy: int = 0,
        void: str = "",
        mark: Mark = "",
    ) -> bytes:
        """The stamped sheet (Q9, P5), `rows_per_page` rows and one seal a page; `copy`, `void` and `mark` as `Paper` says.

        `Refusal` for a sheet that can't be stamped, and for a seal that no code can hold; ValueError where a page lacks its seal.
        """
        return draw_sheet(sheet, seals, Issue(stamp, checkpoint, self.imprint, copy, void, mark))

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip that goes back to the client with his form (Q4)."""
        return draw_slip(header, faults, at, self.imprint.zone)

    def form(self, header: Header, numbers: Sequence[Number], symbology: str, blank_rows: int) -> bytes:
        """The query form (Q2), in `code128` or `code39`; a pair is what is printed and what stands in the bars.

        `Refusal("not-encodable")` or `Refusal("does-not-fit")` for a number that can't be drawn as bars.
        """
        return draw_form(header, numbers, symbology, blank_rows)

    def register(self, book: Book, at: datetime) -> bytes:
        """A warehouse's register (P3), in both languages, as many pages as it takes; or blank pages."""
        return draw_register(book, at, self.imprint.zone)

    def report(self, report: DayReport, at: datetime, language: Language) -> bytes:
        """A day's figures (Q10), in one language, as many pages as it takes."""
        return draw_report(report, at, words(language), self.imprint.zone)
