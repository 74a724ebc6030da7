"""A pen: draws on the pages of one PDF, in millimetres from the top left corner, with our two fonts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from typing import Any, Final, Literal

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kiosk.adapters.pdf import bars
from kiosk.adapters.pdf.layout import Box
from kiosk.adapters.pdf.lettering import MM, Face, fitted, font_of, lacking, printable, width_of, wrapped

Align = Literal["left", "centre", "right"]
DOT: Final = 25.4 / 300
"""One dot of a 300 dpi printer, mm. Symbols begin on a dot, so that all their modules are equally wide."""
_CAP: Final = 0.729
"""Height of Vera's capitals, in ems: what is centred in a box is the capital, not the descender."""
_ALIGN: Final = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws one document, on pages `height` mm high."""

    canvas: Any
    height: float
    into: BytesIO = field(default_factory=BytesIO)

    @classmethod
    def of(cls, w: float, h: float, title: str, author: str, subject: str) -> "Pen":
        """A pen over an empty document with pages of w by h mm. What did not fit on the paper stands whole in the subject."""
        into = BytesIO()
        canvas = Canvas(into, pagesize=(w * MM, h * MM), invariant=1, pageCompression=1, lang="en-CA")
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(subject)
        canvas.setCreator("release kiosk")
        return cls(canvas, h, into)

    def text(self, box: Box, text: str, face: Face, align: Align = "left") -> None:
        """One line in the middle of a box: shrunk to fit, and cut where that is not enough; never beyond the box.

        Text is drawn as it is: no markup in it is ever read. What the font lacks shows as a box, and stays in the text layer.
        """
        shown = printable(text)
        size, shown = fitted(shown, face, box.w)
        if not shown:
            return
        font = font_of(face)
        x = (box.x + (box.w - width_of(shown, font, size) / MM) * _ALIGN[align]) * MM
        y = (self.height - box.y - box.h / 2) * MM - size * _CAP / 2
        self.canvas.setFont(font, size)
        self.canvas.setFillGray(face.grey)
        self._draw(x, y, shown, font)

    def _draw(self, x: float, y: float, shown: str, font: str) -> None:
        if lacking(shown, font):
            kept = shown.encode("utf-16-be").hex()
            self.canvas.addLiteral(f"/Span <</ActualText <FEFF{kept}>>> BDC")
            self.canvas.drawString(x, y, shown)
            self.canvas.addLiteral("EMC")
        else:
            self.canvas.drawString(x, y, shown)

    def lines(self, box: Box, lines: Sequence[str], face: Face) -> None:
        """Lines one under the other, from the top of a box, a line in each equal part."""
        for part, line in zip(box.slices(len(lines)), lines, strict=True):
            self.text(part, line, face)

    def block(self, box: Box, text: str, face: Face) -> None:
        """A text of any length: one line, or two smaller ones, or two that end in an ellipsis."""
        small = replace(face, size=max(face.least, face.size * 0.7))
        lines = wrapped(text, small, box.w)
        if len(lines) == 1 or fitted(printable(text), face, box.w)[0] > small.size:
            self.text(box, text, face)
        else:
            self.lines(box, (lines[0], " ".join(lines[1:])), small)

    def fill(self, box: Box, grey: float = 0.0) -> None:
        """A filled rectangle."""
        self._say(f"{grey:g} g {self._rectangle(box)} f")

    def frame(self, box: Box, width: float, dash: Sequence[float] = ()) -> None:
        """The outline of a rectangle, its line `width` mm thick and inside of the box."""
        inner = box.inset(width / 2, width / 2)
        self._say(f"q {width * MM:.3f} w [{_numbers(dash)}] 0 d {self._rectangle(inner)} S Q")

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float) -> None:
        """A line."""
        ends = f"{x0 * MM:.3f} {self._y(y0)} m {x1 * MM:.3f} {self._y(y1)} l"
        self._say(f"q {width * MM:.3f} w {ends} S Q")

    def cross(self, box: Box, width: float) -> None:
        """Both diagonals of a box."""
        self.rule(box.x, box.y, box.right, box.bottom, width)
        self.rule(box.x, box.bottom, box.right, box.y, width)

    def hatch(self, box: Box, width: float, step: float) -> None:
        """Slanting lines over a box, `step` mm apart."""
        starts = [box.x - box.h + i * step for i in range(int((box.w + box.h) / step) + 1)]
        strokes = " ".join(f"{x * MM:.2f} {self._y(box.bottom)} m {(x + box.h) * MM:.2f} {self._y(box.y)} l" for x in starts)
        self._say(f"q {self._rectangle(box)} W n {width * MM:.3f} w {strokes} S Q")

    def symbol(self, box: Box, symbology: str, text: str, modules: Sequence[float]) -> None:
        """A linear symbol with its quiet zones, at the left of a box and as high as it; `Refusal` where it does not fit."""
        width = bars.module(symbology, text, box.w, modules)
        runs = bars.runs(symbology, text)
        x = round((box.x + bars.QUIET * width) / DOT) * DOT
        self.fill(Box(box.x, box.y, (sum(runs) + 2 * bars.QUIET) * width, box.h), 1.0)
        place = f"1 0 0 1 {x * MM:.4f} {self._y(box.bottom)} cm"
        self._say(f"q 0 g {place} {_bars(runs, width, box.h)} f Q")

    def qr(self, box: Box, text: str, module: float) -> None:
        """A QR symbol at the top left of a box, its quiet zone included."""
        rows = bars.qr(text)
        quiet = bars.QUIET_QR * module
        self.fill(Box(box.x, box.y, *[(len(rows) + 2 * bars.QUIET_QR) * module] * 2), 1.0)
        x, y = (round((edge + quiet) / DOT) * DOT for edge in (box.x, box.y))
        self._say(f"q 0 g 1 0 0 -1 {x * MM:.4f} {self._y(y)} cm {_modules(text, module)} f Q")

    def picture(self, box: Box, png: bytes) -> None:
        """A picture, as large as fits, in the middle of a box; ValueError for bytes that are no picture."""
        try:
            reader = ImageReader(BytesIO(png))
            w, h = reader.getSize()
            reader.getRGBData()  # all of it, before anything is drawn: it may be cut off
        except OSError as error:
            raise ValueError(f"expected a PNG, got {len(png)} bytes that begin with {png[:8]!r}") from error
        scale = min(box.w / w, box.h / h)
        x, y = box.x + (box.w - w * scale) / 2, box.y + (box.h + h * scale) / 2
        self.canvas.drawImage(reader, x * MM, (self.height - y) * MM, w * scale * MM, h * scale * MM, mask="auto")

    def slanted(self, centre: tuple[float, float], angle: float, text: str, face: Face) -> None:
        """Text across the page, its middle at a point, turned by an angle in degrees."""
        self.canvas.saveState()
        self.canvas.translate(centre[0] * MM, (self.height - centre[1]) * MM)
        self.canvas.rotate(angle)
        self.canvas.setFont(font_of(face), face.size)
        self.canvas.setFillGray(face.grey)
        self.canvas.drawCentredString(0, -face.size * _CAP / 2, text)
        self.canvas.restoreState()

    def turn(self) -> None:
        """End the page."""
        self.canvas.showPage()

    def done(self) -> bytes:
        """The document."""
        self.canvas.save()
        return self.into.getvalue()

    def _say(self, operations: str) -> None:
        self.canvas.addLiteral(operations)

    def _y(self, y: float) -> str:
        return f"{(self.height - y) * MM:.4f}"

    def _rectangle(self, box: Box) -> str:
        return f"{box.x * MM:.4f} {self._y(box.bottom)} {box.w * MM:.4f} {box.h * MM:.4f} re"


def _bars(runs: tuple[float, ...], module: float, height: float) -> str:
    return _drawn(runs, round(module * MM, 5), round(height * MM, 4))


@lru_cache(maxsize=4096)
def _drawn(runs: tuple[float, ...], module: float, height: float) -> str:
    """One path for all bars of a symbol, from its own corner: a reprint draws the same again."""
    said, x = [], 0.0
    for i, width in enumerate(runs):
        if i % 2 == 0:
            said.append(f"{x * module:.4f} 0 {width * module:.4f} {height:g} re")
        x += width
    return " ".join(said)


@lru_cache(maxsize=64)
def _modules(text: str, module: float) -> str:
    """One path for a QR symbol. Each run reaches a hair into the next row, or viewers show white seams between them."""
    m = module * MM
    return " ".join(
        f"{start * m:.3f} {row * m:.3f} {length * m:.3f} {m * 1.02:.3f} re"
        for row, dark in enumerate(bars.qr(text))
        for start, length in dark
    )


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value * MM:.3f}" for value in values)
