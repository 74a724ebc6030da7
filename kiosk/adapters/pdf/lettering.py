"""Lettering: how wide a text is, how it is fitted into a line or broken into several, and what shows of what the fonts lack."""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

MM: Final = 72 / 25.4
"""Points in a millimetre."""
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Face:
    """How text is set: size in points, and the least size that it may shrink to before it is cut with an ellipsis."""

    size: float
    bold: bool = False
    least: float = 5.0
    grey: float = 0.0


def printable(text: str) -> str:
    r"""The text as it is drawn: composed, and with a visible sign for what has no shape or would turn the line round.

    >>> printable("Zoe\u0308\u202eab\n")
    'Zoë\ufffdab\ufffd'
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join("\ufffd" if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in composed)


def fitted(text: str, face: Face, room: float) -> tuple[float, str]:
    """The size, and what can be shown of the text, so that it is at most `room` mm wide."""
    font = font_of(face)
    width = width_of(text, font, face.size) / MM
    if width <= room:
        return face.size, text
    size = face.size * room / width
    if size >= face.least:
        return size, text
    keep = _longest(text, font, face.least, room - width_of(_ELLIPSIS, font, face.least) / MM)
    return face.least, text[:keep].rstrip() + _ELLIPSIS if keep else ""


def wrapped(text: str, face: Face, room: float) -> tuple[str, ...]:
    """The text in lines at most `room` mm wide, broken at spaces, and inside a word that is wider than a line."""
    font, lines, line = font_of(face), [], ""
    for word in printable(text).split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, font, face.size) / MM > room:
            lines.append(line)
            longer = word
        while width_of(longer, font, face.size) / MM > room:
            keep = max(1, _longest(longer, font, face.size, room))
            lines.append(longer[:keep])
            longer = longer[keep:]
        line = longer
    return (*lines, line)


def _longest(text: str, font: str, size: float, room: float) -> int:
    """How many characters fit."""
    return bisect_right(range(1, len(text) + 1), room, key=lambda n: width_of(text[:n], font, size) / MM)


@cache
def _fonts() -> dict[bool, Any]:
    """The fonts that come with reportlab (Bitstream Vera, free): registered once, embedded in every document."""
    fonts = {False: TTFont("Vera", "Vera.ttf"), True: TTFont("VeraBd", "VeraBd.ttf")}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return fonts


def font_of(face: Face) -> str:
    """The name of the font."""
    return str(_fonts()[face.bold].fontName)


def width_of(text: str, font: str, size: float) -> float:
    """How wide a text is, in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def lacking(text: str, font: str) -> bool:
    """Whether the font has no shape for a character of the text."""
    known = pdfmetrics.getFont(font).face.charToGlyph
    return any(ord(c) not in known for c in text)
