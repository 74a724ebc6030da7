"""From a client's bytes to pictures of pages: the door to pdfium and Pillow. Runs in the limited process only.

What a document is, its content says and not its name. Limits are asked before anything is drawn. A PDF page is drawn at
300 dpi in grey, forms and annotations with it; a picture keeps its own pixels, turned upright by its EXIF orientation,
transparency over white, 16 bits cut to 8.
"""

import io
import re
from collections.abc import Callable, Iterator
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
_KINDS = ("PNG", "JPEG", "TIFF", "BMP")
_MOST_CHARACTERS = 50_000
_PASSWORD = 4
_END = re.compile(rb"%%EOF[\s\0]*$")
Image.MAX_IMAGE_PIXELS = None  # Limits.pixels is asked before a picture is unpacked


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in grey, the words of its text layer, if it has one, and a way to draw a part of it twice as fine."""

    grey: Grey
    words: tuple[Word, ...] = ()
    finer: Callable[[Box], Grey] | None = None


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
        return Picture(_pixels(bitmap), tuple(_words(page, bitmap)), partial(_finer, page))

    def _check(self, width: float, height: float) -> None:
        """Raises `Unopened` for a page larger than any form; sizes in points."""
        most = self._limits.side_inches
        pixels = width * height * (DPI / 72) ** 2
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
        boxes = [textpage.get_charbox(i) for i in range(*word.span())]
        corners = [place.to_bitmap(x, y) for x0, y0, x1, y1 in boxes for x, y in ((x0, y0), (x1, y1))]
        yield Word(word.group(), _hull(corners))


def _finer(page: pypdfium2.PdfPage, box: Box) -> Grey:
    """A part of the page at 600 dpi; the box is in pixels at 300."""
    width, height = page.get_size()
    x0, y0, x1, y1 = (72 / DPI * n for n in box)
    crop = (x0, height - y1, width - x1, y0)  # left, bottom, right, top, in points from the page's edges
    return _pixels(page.render(scale=2 * _SCALE, grayscale=True, crop=crop))


def _pixels(bitmap: pypdfium2.PdfBitmap) -> Grey:
    return np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width])


def _hull(points: list[tuple[int, int]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


class _Images:
    """PNG, JPEG, BMP: one page. TIFF: as many as it has."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._image = Image.open(io.BytesIO(data), formats=_KINDS)
            self.pages = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
        except UnidentifiedImageError as no:
            raise Unopened(Fault(Problem.NOT_A_PICTURE_OR_PDF, f"PDF, {', '.join(_KINDS)}", _looks(data))) from no
        except (OSError, SyntaxError, ValueError, EOFError) as no:
            raise Unopened(Fault(Problem.TRUNCATED, "a whole picture", str(no))) from no

    def picture(self, number: int) -> Picture:
        try:
            self._image.seek(number)
            self._check(*self._image.size)
            return Picture(_grey(self._image))
        except (OSError, SyntaxError, ValueError, EOFError) as no:
            if isinstance(no, Unopened):
                raise
            raise Unopened(Fault(Problem.TRUNCATED, "a whole picture", str(no))) from no

    def _check(self, width: int, height: int) -> None:
        if width * height > self._limits.pixels:
            got = f"{width} x {height} pixels"
            raise Unopened(Fault(Problem.PAGE_TOO_LARGE, f"at most {self._limits.pixels} pixels", got))


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
