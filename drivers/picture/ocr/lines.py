"""The lines of print that belong to a symbol: under or above its bars, and beside them in its row. Pictures only; no engine.

A place is straightened along its bars, whatever their angle, and turned upright as the bars read. What is left there without
rules and bars, joined across, are the lines; sizes are measured in narrow bars, since a photograph has no dpi.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture import Symbol
from drivers.picture.engines import zxing
from drivers.scan import Box, Symbology

Grey = NDArray[np.uint8]

_LOWEST, _TALLEST = 4.0, 26.0
"""Height of print, in narrow bars; and at least this many pixels, since below that no engine reads it."""
_PIXELS: Final = 7
_REACH: Final = 30.0
"""How far under or above its bars a symbol's number ends at most."""
_GAP: Final = 9.0
"""Characters of one number are not farther apart."""
_APART: Final = 1.2
"""Nor words of one line, in their heights."""
_STEEP: Final = 3.0
_BEYOND: Final = 80.0
"""How far a number under its bars may reach beyond their ends."""
_WIDE: Final = 4000
"""Widest picture of a row; a larger one is shrunk."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print: its picture, upright; on the page, its middle and its height; how far from the bars, and whether beside."""

    picture: Grey
    middle: tuple[float, float]
    height: float
    way: float
    beside: bool

    def fits(self, text: str) -> bool:
        """Whether it is as long as the text may be in print, narrow or spaced out."""
        tall, wide = self.picture.shape
        return bool(0.2 * len(text) <= wide / tall <= 3 * len(text))


@dataclass(frozen=True, slots=True)
class Frame:
    """A symbol's bars: their middle, the unit vector along them as they read, length and height, and a narrow bar, in pixels."""

    middle: tuple[float, float]
    along: tuple[float, float]
    length: float
    height: float
    narrow: float

    def turned(self) -> "Frame":
        """The same upside down."""
        return Frame(self.middle, (-self.along[0], -self.along[1]), self.length, self.height, self.narrow)

    def straight(self, grey: Grey, u: tuple[float, float], v: tuple[float, float], scale: float) -> Grey:
        """A part of the page, `u` along the bars and `v` across them from their middle, straightened; white where the page ends."""
        size = max(1, round((u[1] - u[0]) * scale)), max(1, round((v[1] - v[0]) * scale))
        corners = np.array(
            [self.point(u[0], v[0]), self.point(u[0] + size[0] / scale, v[0]), self.point(u[0], v[0] + size[1] / scale)]
        )
        to = np.array([(0, 0), (size[0], 0), (0, size[1])])
        move = cv2.getAffineTransform(corners.astype(np.float32), to.astype(np.float32))
        return np.asarray(cv2.warpAffine(grey, move, size, flags=cv2.INTER_LINEAR, borderValue=255), np.uint8)

    def way(self, line: Line) -> float:
        """How far the middle of a line is from the bars, 0 inside of them; down counts more than along: numbers stand in rows."""
        (x, y), (c, s) = self.middle, self.along
        u, v = (line.middle[0] - x) * c + (line.middle[1] - y) * s, (line.middle[1] - y) * c - (line.middle[0] - x) * s
        return float(np.hypot(max(abs(u) - self.length / 2, 0), _STEEP * max(abs(v) - self.height / 2, 0)))

    def point(self, u: float, v: float) -> tuple[float, float]:
        """A place given along and across the bars, on the page."""
        (x, y), (c, s) = self.middle, self.along
        return x + u * c - v * s, y + u * s + v * c


def framed(grey: Grey, box: Box, modules: float) -> Frame:
    """The bars in a box, which stands upright on the page though the bars may not; they are so many narrow bars long."""
    x0, y0, x1, y1 = box
    angle = _angle(grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)])
    length, height = _sides(x1 - x0, y1 - y0, angle)
    along = float(np.cos(angle)), float(np.sin(angle))
    frame = Frame(((x0 + x1) / 2, (y0 + y1) / 2), along, length, height, length / modules)
    strip = frame.straight(grey, (-length / 2 - 20, length / 2 + 20), (-height / 4, height / 4), 1.0)
    read = zxing(strip, view="upright", hard=False)
    return frame.turned() if read and read[0].corners[1][0] < read[0].corners[0][0] else frame


def lines(grey: Grey, frame: Frame) -> list[Line]:
    """Under and above the bars, then beside them, the nearest first."""
    height, width = grey.shape
    half, reach = frame.length / 2, frame.height / 2 + _REACH * frame.narrow
    near = _found(grey, frame, (-half - _BEYOND * frame.narrow, half + _BEYOND * frame.narrow), (-reach, reach))
    far = float(np.hypot(width, height))
    row = frame.height / 2 + _TALLEST / 2 * frame.narrow
    beside = [
        line
        for u in (
            (-min(far, _side(frame, width, height, -1)), -half - 2 * frame.narrow),
            (half + 2 * frame.narrow, _side(frame, width, height, 1)),
        )
        if u[1] - u[0] > 20 * frame.narrow
        for line in _found(grey, frame, u, (-row, row))
    ]
    return sorted(near, key=lambda one: one.way) + sorted(beside, key=lambda one: one.way)


def _side(frame: Frame, width: int, height: int, sign: int) -> float:
    """How far the page goes on along the bars, one way."""
    (x, y), (c, s) = frame.middle, (sign * frame.along[0], sign * frame.along[1])
    ends = [((width if c > 0 else 0) - x) / c] if abs(c) > 1e-6 else []
    ends += [((height if s > 0 else 0) - y) / s] if abs(s) > 1e-6 else []
    return max(0.0, min(ends))


def _found(grey: Grey, frame: Frame, u: tuple[float, float], v: tuple[float, float]) -> Iterator[Line]:
    scale = min(1.0, _WIDE / (u[1] - u[0]))
    area = frame.straight(grey, u, v, scale)
    narrow = frame.narrow * scale
    for x0, y0, x1, y1 in _blobs(area, narrow):
        middle = (u[0] + (x0 + x1) / 2 / scale, v[0] + (y0 + y1) / 2 / scale)
        across, down = max(abs(middle[0]) - frame.length / 2, 0.0), abs(middle[1]) - frame.height / 2
        beside = across > 0
        if beside is not (down <= 0):
            continue
        edge = max(2, round(0.2 * (y1 - y0)))
        cut = np.ascontiguousarray(area[max(0, y0 - edge) : y1 + edge, max(0, x0 - 2 * edge) : x1 + 2 * edge])
        way = max(0.0, min(abs(u[0] + x0 / scale), abs(u[0] + x1 / scale)) - frame.length / 2) if beside else down
        yield Line(cut, frame.point(*middle), (y1 - y0) / scale, way, beside)


def _blobs(area: Grey, narrow: float) -> list[Box]:
    """Where lines of print stand in a straightened place."""
    ink = _ink(area, narrow)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * narrow))), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    low, high = max(_PIXELS, _LOWEST * narrow), _TALLEST * narrow
    words = [(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist() if low <= h <= high and w >= 0.5 * h]
    height, width = area.shape
    return [
        (x0, y0, x1, y1)
        for x0, y0, x1, y1 in _rows(words)
        if x1 - x0 >= 2.5 * (y1 - y0) and x0 > 0 and x1 < width and y0 > 0 and y1 < height
    ]


def _rows(words: list[Box]) -> list[Box]:
    """Words that stand in one line, not far from each other, as one."""
    rows: list[Box] = []
    for x0, y0, x1, y1 in sorted(words):
        tall = y1 - y0
        for n, (a0, b0, a1, b1) in enumerate(rows):
            if abs((b0 + b1) - (y0 + y1)) < 0.8 * tall and 0.6 < tall / (b1 - b0) < 1.7 and x0 - a1 < _APART * tall:
                rows[n] = (a0, min(b0, y0), max(a1, x1), max(b1, y1))
                break
        else:
            rows.append((x0, y0, x1, y1))
    return rows


def _ink(area: Grey, narrow: float) -> Grey:
    """What is dark against its surroundings and neither a rule nor a bar."""
    block = max(15, round(30 * narrow)) | 1
    ink = cv2.adaptiveThreshold(area, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 18)
    for size in ((round(45 * narrow), 1), (1, round((_TALLEST + 4) * narrow))):
        kernel = np.ones((max(9, size[1]) if size[1] > 1 else 1, max(9, size[0]) if size[0] > 1 else 1), np.uint8)
        rules = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))
        ink = cv2.bitwise_and(ink, cv2.bitwise_not(rules))
    return np.asarray(ink, np.uint8)


def _angle(bars: Grey) -> float:
    """Of the line that crosses the bars, in radians, from the brightness' slopes."""
    if min(bars.shape, default=0) < 4:
        return 0.0
    across, down = cv2.Sobel(bars, cv2.CV_32F, 1, 0), cv2.Sobel(bars, cv2.CV_32F, 0, 1)
    return 0.5 * float(np.arctan2(2 * (across * down).sum(), (across * across - down * down).sum()))


def _sides(width: int, height: int, angle: float) -> tuple[float, float]:
    """Length and height of a rectangle that lies at an angle in an upright box."""
    c, s = abs(np.cos(angle)), abs(np.sin(angle))
    if abs(c - s) < 0.2:
        return max(width, height) / float(c + s) * 1.4, max(width, height) / float(c + s) * 0.4
    length, tall = (width * c - height * s) / (c * c - s * s), (height * c - width * s) / (c * c - s * s)
    return max(float(length), 10.0), max(float(tall), 4.0)


def modules(symbol: Symbol) -> float:
    """About how many narrow bars long it is."""
    text = symbol.text
    if symbol.symbology is Symbology.CODE39:
        return 14.5 * (len(text) + 2)
    digits = sum(one.isdigit() for one in text)
    return 11.0 * (len(text) - digits / 2 * (digits > 5) + 3)


def distinct(found: Sequence[Sequence[Line]]) -> list[tuple[Line, list[int]]]:
    """Each line once, in the order in which they were found, with the symbols that it was found for."""
    merged: list[tuple[Line, list[int]]] = []
    for n, own in enumerate(found):
        for line in own:
            same = next((owners for one, owners in merged if _same(one, line)), None)
            if same is None:
                merged.append((line, [n]))
            else:
                same.append(n)
    return merged


def _same(one: Line, other: Line) -> bool:
    apart = max(abs(one.middle[0] - other.middle[0]), abs(one.middle[1] - other.middle[1]))
    return apart < 0.7 * min(one.height, other.height)
