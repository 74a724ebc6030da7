"""From a client's bytes to pictures of pages: the door to pdfium and Pillow. Runs in the limited process only.

What a document is, its content says and not its name. Limits are asked before anything is drawn. A PDF page is drawn at
300 dpi in grey, forms and annotations with it; a picture keeps its own pixels, turned upright by its EXIF orientation,
transparency over white, 16 bits cut to 8.
"""

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from drivers.picture import DPI, Fault, Limits, Problem, Unopened
from drivers.picture.text import Word
from drivers.scan import Box

Grey = NDArray[np.uint8]

_SCALE = DPI / 72 * (1 - 1e-9)  # pdfium's binding rounds up, and 792 * 300 / 72 is a hair over 3300
_FINEST = 1200 / DPI
_MOST_FINE = 16_000_000
_DPI_OF_SCANS = (50, 2400)
_LONGEST_PAPER = 25.0
"""Inches. A telephone says 72 dpi of whatever it takes, and its pictures would be as large as a door."""
_KINDS = ("PNG", "JPEG", "TIFF", "BMP")
_MOST_CHARACTERS = 50_000
_PASSWORD = 4
Image.MAX_IMAGE_PIXELS = None  # Limits.pixels is asked before a picture is unpacked


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in grey, the words of its text layer, if it has one, and a way to draw a part of it finer."""

    grey: Grey
    words: tuple[Word, ...] = ()
    finer: "Finer | None" = None
    """Of a PDF only: a part of the page drawn again. A scan inside it may have more pixels than 300 dpi show, bars always have."""
    dpi: float | None = None
    """Of paper in pixels of the page, where the document says so in earnest."""


class Finer(Protocol):
    """Draws a part of a page again."""

    def __call__(self, box: Box, scale: float = 2.0) -> Grey:
        """The box, in pixels of the page, `scale` times as fine, but no finer than 1200 dpi and 16 megapixels: ask its shape.

        What of the box lies off the page is left out; at least one pixel of the page is drawn.
        """


class Document(Protocol):
    """Something with pages."""

    @property
    def pages(self) -> int:
        """How many."""

    def picture(self, number: int) -> Picture:
        """One of them, drawn. Raises `Unopened`."""


def opened(data: bytes, limits: Limits) -> Document:
    """The document that the bytes hold. Raises `Unopened`."""
    if not data:
        raise Unopened(Fault(Problem.EMPTY_FILE, "a PDF or a picture", "0 bytes"))
    if len(data) > limits.file_bytes:
        raise Unopened(Fault(Problem.FILE_TOO_LARGE, f"at most {limits.file_bytes} bytes", f"{len(data)} bytes"))
    document = _Pdf(data, limits) if b"%PDF-" in data[:1024] else _Images(data, limits)
    if document.pages < 1:
        raise Unopened(Fault(Problem.NO_PAGES, "at least one page", "none"))
    if document.pages > limits.pages:
        raise Unopened(Fault(Problem.TOO_MANY_PAGES, f"at most {limits.pages} pages", f"{document.pages} pages"))
    return document


def png(grey: Grey, width: int | None) -> bytes:
    """A PNG of a picture, no wider than `width`."""
    image = Image.fromarray(np.ascontiguousarray(grey))
    if width is not None and image.width > width:
        image = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


class _Pdf:
    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as no:
            raise Unopened(_unopened_pdf(no, data)) from no
        # pdfium mends a PDF without its end by guessing, and rows may be missing: the form goes back instead
        if not _ended(data):
            raise Unopened(Fault(Problem.TRUNCATED, "%%EOF at the end", "none"))
        if self._pdf.get_formtype():
            self._pdf.init_forms()

    @property
    def pages(self) -> int:
        return len(self._pdf)

    def picture(self, number: int) -> Picture:
        try:
            page = self._pdf[number]
        except pypdfium2.PdfiumError as no:
            raise Unopened(Fault(Problem.UNREADABLE_FILE, f"page {number + 1}", str(no))) from no
        self._check(*page.get_size())
        bitmap = page.render(scale=_SCALE, grayscale=True)
        return Picture(_pixels(bitmap), tuple(_words(page, bitmap)), partial(_finer, page), DPI)

    def _check(self, width: float, height: float) -> None:
        """Raises `Unopened` for a page larger than any form; sizes in points."""
        most = self._limits.side_inches
        pixels = width * height * (DPI / 72) ** 2
        if not min(width, height) * _SCALE > 1e-6:  # nor is what is no number
            raise Unopened(Fault(Problem.UNREADABLE_FILE, "a page with an area", f"{width:g} x {height:g} points"))
        if not (max(width, height) <= 72 * most and pixels <= self._limits.pixels):
            got = f"{width / 72:.0f} x {height / 72:.0f} inches"
            raise Unopened(Fault(Problem.PAGE_TOO_LARGE, f"at most {most:g} inches a side", got))


def _unopened_pdf(no: pypdfium2.PdfiumError, data: bytes) -> Fault:
    if getattr(no, "err_code", None) == _PASSWORD or "assword" in str(no):
        return Fault(Problem.ENCRYPTED, "a PDF without a password", "one that needs a password")
    if not _ended(data):
        return Fault(Problem.TRUNCATED, "%%EOF at the end", "none")
    return Fault(Problem.UNREADABLE_FILE, "a sound PDF", str(no))


def _ended(data: bytes) -> bool:
    """Readers look for the end mark in the last kilobyte; so do we."""
    return b"%%EOF" in data[-1024:]


def _words(page: pypdfium2.PdfPage, bitmap: pypdfium2.PdfBitmap) -> Iterator[Word]:
    """The words of the text layer with their boxes in pixels of the bitmap. Characters of one word follow one another."""
    textpage = page.get_textpage()
    count = min(textpage.count_chars(), _MOST_CHARACTERS)
    text = textpage.get_text_range(0, count) if count > 0 else ""
    if len(text) != count:  # characters beyond the basic plane: their index is not ours
        return
    place = bitmap.get_posconv(page)
    for word in re.finditer(r"\S+", text):
        lefts, bottoms, rights, tops = zip(*(textpage.get_charbox(i) for i in range(*word.span())), strict=True)
        corners = [place.to_bitmap(min(lefts), min(bottoms)), place.to_bitmap(max(rights), max(tops))]
        yield Word(word.group(), _hull(corners))


def _finer(page: pypdfium2.PdfPage, box: Box, scale: float = 2.0) -> Grey:
    """A `Finer` of a page that was drawn at 300 dpi."""
    width, height = (math.ceil(side * _SCALE) for side in page.get_size())
    x0, y0 = (max(0, min(n, most - 1)) for n, most in zip(box[:2], (width, height), strict=True))
    x1, y1 = max(x0 + 1, min(box[2], width)), max(y0 + 1, min(box[3], height))
    fine = max(1.0, min(scale, _FINEST, math.sqrt(_MOST_FINE / ((x1 - x0) * (y1 - y0)))))
    crop = (x0, height - y1, width - x1, y0)  # left, bottom, right, top, from the page's edges
    whole = tuple(math.floor(n * fine + 1e-6) / (fine * _SCALE) * (1 - 1e-9) for n in crop)  # the binding rounds up
    return _pixels(page.render(scale=fine * _SCALE, grayscale=True, crop=whole))


def _pixels(bitmap: pypdfium2.PdfBitmap) -> Grey:
    return np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width])


def _hull(points: list[tuple[int, int]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


class _Images:
    """PNG, JPEG, BMP: one page. TIFF: as many as it has."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        with _damage():
            try:
                self._image = Image.open(io.BytesIO(data), formats=_KINDS)
            except UnidentifiedImageError as no:
                raise Unopened(Fault(Problem.NOT_A_PICTURE_OR_PDF, f"PDF, {', '.join(_KINDS)}", _looks(data))) from no
            self.pages = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1

    def picture(self, number: int) -> Picture:
        with _damage():
            self._image.seek(number)
            self._check(*self._image.size)
            return Picture(_grey(self._image), dpi=_dpi(self._image))

    def _check(self, width: int, height: int) -> None:
        if width * height > self._limits.pixels:
            got = f"{width} x {height} pixels"
            raise Unopened(Fault(Problem.PAGE_TOO_LARGE, f"at most {self._limits.pixels} pixels", got))


@contextmanager
def _damage() -> Iterator[None]:
    """Whatever Pillow raises at a damaged picture, and it raises almost anything, is a reason; a lack of memory is another's."""
    try:
        yield
    except (Unopened, MemoryError):
        raise
    except Exception as no:
        raise Unopened(Fault(Problem.TRUNCATED, "a whole picture", str(no) or type(no).__name__)) from no


def _dpi(image: Image.Image) -> float | None:
    """What the picture says of itself, where that makes a sheet of paper; None of a fax whose pixels are no squares."""
    try:
        across, down = (float(n) for n in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    least, most = _DPI_OF_SCANS
    sound = least <= across <= most and abs(across - down) < 0.05 * across and max(image.size) <= _LONGEST_PAPER * across
    return across if sound else None


def _looks(data: bytes) -> str:
    return f"a file that begins {data[:8]!r}"


def _grey(image: Image.Image) -> Grey:
    """Any mode of Pillow, in 8 bits of grey, upright."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"I", "F"} or upright.mode.startswith("I;16"):
        return _cut_to_8(np.asarray(upright))
    if upright.has_transparency_data:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    return np.array(upright.convert("L"), np.uint8)


def _cut_to_8(deep: NDArray[Any]) -> Grey:
    """Whole numbers have 16 bits, or 8; floating ones are spread between the least and the most."""
    if deep.dtype.kind == "f":
        least, most = float(np.nanmin(deep)), float(np.nanmax(deep))
        return np.nan_to_num((deep - least) * (255 / max(most - least, 1e-6))).astype(np.uint8)
    wide = deep.astype(np.int64)
    return np.clip(wide >> 8 if wide.max(initial=0) > 255 else wide, 0, 255).astype(np.uint8)
