"""Paper to print on: bars, words, lines, at 600 dots per inch in grey, or as a vector PDF. All measures in inches."""

import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from bench.corpus.codes import Strip
from bench.corpus.truth import Code, Grey

DPI = 600
_FONTS = Path(reportlab.__file__).parent / "fonts"
FACES = {"sans": "_a______.pfb", "bold": "_ab_____.pfb", "serif": "_er_____.pfb", "typed": "com_____.pfb"}
_PDF_FACES = {"sans": "Helvetica", "bold": "Helvetica-Bold", "serif": "Times-Roman", "typed": "Courier"}


@dataclass(frozen=True, slots=True)
class Ink:
    """How bars are printed: wider or thinner by so many mil, on a grid of so many dots per inch (0: none)."""

    spread: float = 0.0
    dots: int = 0
    tone: int = 0
    """The grey of the ink."""


@dataclass
class Paper:
    """A sheet in the press."""

    width: float = 8.5
    height: float = 11.0
    ink: Ink = Ink()
    codes: list[Code] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grey: Grey = np.full((round(self.height * DPI), round(self.width * DPI)), 255, np.uint8)

    def bars(self, strip: Strip, x: float, y: float, mil: float, height: float, kind: str = "ccn") -> Code:
        """Prints a symbol with its top left corner at x, y."""
        edges = np.cumsum([0.0, *strip.widths]) * mil / 1000
        self._inked(x + edges, y, height, mil)
        code = Code(strip.text, strip.symbology, kind, mil, strip.modules, corners(x, y, x + edges[-1], y + height))
        self.codes.append(code)
        return code

    def _inked(self, edges: np.ndarray, y: float, height: float, mil: float) -> None:
        at = edges * (self.ink.dots or DPI)
        at = (np.round(at) if self.ink.dots else at) * DPI / (self.ink.dots or DPI)
        grow = self.ink.spread / 1000 * DPI / 2
        starts, ends = at[0::2] - grow, at[1::2] + grow
        ends = np.maximum(ends, starts + 0.05 * mil / 1000 * DPI)
        left, right = int(starts[0]) - 2, int(ends[-1]) + 3
        grid = np.arange(left, right + 1, dtype=float)
        dark = sum((np.clip(grid, a, b) - a for a, b in zip(starts, ends, strict=True)), np.zeros_like(grid))
        row = 255 - (255 - self.ink.tone) * np.clip(np.diff(dark), 0, 1)
        self.press(left, round(y * DPI), np.repeat(row[None], round(height * DPI), axis=0))

    def press(self, left: int, top: int, patch: np.ndarray) -> None:
        """Darkens the paper by a patch of 600-dpi pixels; what hangs over the edge is lost."""
        height, width = self.grey.shape
        x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + patch.shape[1]), min(height, top + patch.shape[0])
        if x0 < x1 and y0 < y1:
            part = patch[y0 - top : y1 - top, x0 - left : x1 - left]
            self.grey[y0:y1, x0:x1] = np.minimum(self.grey[y0:y1, x0:x1], np.clip(part, 0, 255).astype(np.uint8))

    def words(self, text: str, x: float, y: float, points: float = 9, face: str = "sans") -> None:
        """Prints a line of text, its top left corner at x, y."""
        type_ = font(face, round(points / 72 * DPI))
        box = type_.getbbox(text)
        patch = Image.new("L", (max(1, round(box[2])) + 4, max(1, round(box[3])) + 4), 255)
        ImageDraw.Draw(patch).text((0, 0), text, fill=self.ink.tone, font=type_)
        self.press(round(x * DPI), round(y * DPI), np.asarray(patch))

    def rule(self, x0: float, y0: float, x1: float, y1: float, mil: float = 10) -> None:
        """Prints a straight line along an edge of the paper."""
        half = mil / 2000
        left, top, right, bottom = (round(v * DPI) for v in (x0 - half, y0 - half, x1 + half, y1 + half))
        self.press(left, top, np.full((max(1, bottom - top), max(1, right - left)), self.ink.tone, np.uint8))

    def frame(self, x0: float, y0: float, x1: float, y1: float, mil: float = 10) -> None:
        """Prints a box."""
        for edge in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.rule(*edge, mil)


class Vector:
    """The same press for a vector PDF."""

    def __init__(self, width: float = 8.5, height: float = 11.0) -> None:
        self.width, self.height = width, height
        self.codes: list[Code] = []
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=(72 * width, 72 * height), invariant=1)
        self._page = 0

    def bars(self, strip: Strip, x: float, y: float, mil: float, height: float, kind: str = "ccn") -> Code:
        edges = x + np.cumsum([0.0, *strip.widths]) * mil / 1000
        for a, b in zip(edges[0::2], edges[1::2], strict=True):
            self._canvas.rect(72 * a, 72 * (self.height - y - height), 72 * (b - a), 72 * height, stroke=0, fill=1)
        spot = corners(x, y, edges[-1], y + height)
        code = Code(strip.text, strip.symbology, kind, mil, strip.modules, spot, page=self._page)
        self.codes.append(code)
        return code

    def words(self, text: str, x: float, y: float, points: float = 9, face: str = "sans") -> None:
        self._canvas.setFont(_PDF_FACES[face], points)
        self._canvas.drawString(72 * x, 72 * (self.height - y) - 0.8 * points, text)

    def rule(self, x0: float, y0: float, x1: float, y1: float, mil: float = 10) -> None:
        self._canvas.setLineWidth(mil * 0.072)
        self._canvas.line(72 * x0, 72 * (self.height - y0), 72 * x1, 72 * (self.height - y1))

    def frame(self, x0: float, y0: float, x1: float, y1: float, mil: float = 10) -> None:
        self._canvas.setLineWidth(mil * 0.072)
        self._canvas.rect(72 * x0, 72 * (self.height - y1), 72 * (x1 - x0), 72 * (y1 - y0))

    def turned(self) -> None:
        """Goes on to the next page."""
        self._canvas.showPage()
        self._page += 1

    def picture(self, grey: Grey) -> None:
        """Fills the page with a scan."""
        self._canvas.drawInlineImage(Image.fromarray(grey), 0, 0, 72 * self.width, 72 * self.height)

    def bytes(self) -> bytes:
        self._canvas.save()
        return self._out.getvalue()


def corners(x0: float, y0: float, x1: float, y1: float) -> tuple:
    return ((float(x0), float(y0)), (float(x1), float(y0)), (float(x1), float(y1)), (float(x0), float(y1)))


@lru_cache(64)
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / FACES[face]), size)
