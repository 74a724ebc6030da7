"""Where the texture of a page goes one way, as bars do and text, lines and noise do not. Runs in the limited process only.

Differences of neighbouring pixels in four directions, of a few rows of each cell, averaged over the cell, give a direction
and how much of the contrast goes that way: a structure tensor from whole-number arithmetic. Windows of several shapes are
laid over the cells: a square one sees bars turned any way, a flat one sees bars that are no higher than a line of text.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from drivers.picture.bars import Bars
from drivers.picture.profile import Grey, Real

_LEAST = 12
"""Cells of a region."""
_PLENTY = 30
"""Contrast of one way that is enough, whatever goes other ways: no words have so much. Fine bars aslant seem to go all ways."""
_FEW = 1 << 18
"""Cells that can't hold more regions than sixteen bits count."""


@dataclass(frozen=True, slots=True)
class Look:
    """How to look for texture: a window in cells, the share of the contrast that must go one way, least contrast and length."""

    window: tuple[int, int]
    share: float
    contrast: float
    length: int

    @property
    def square(self) -> bool:
        """Whether it sees all ways alike."""
        return self.window[0] == self.window[1]


@dataclass(frozen=True, slots=True)
class Texture:
    """For each cell: cosine and sine of twice the direction, as strong as its contrast, and the contrast of all ways."""

    cell: int
    cosine: Real
    sine: Real
    contrast: Real
    free: Grey
    """255, and 0 where something is known."""


def texture(grey: Grey, cell: int, rows: int) -> Texture:
    """The texture of a page in cells of so many pixels, from so many rows of each."""
    height, width = ((n - 2) // cell for n in grey.shape)
    down, right, step = height * cell, width * cell, cell // rows

    def mean(y0: int, x0: int, y1: int, x1: int) -> Grey:
        one, other = (grey[y : y + down : step, x : x + right] for y, x in ((y0, x0), (y1, x1)))
        return np.asarray(cv2.resize(cv2.absdiff(one, other), (width, height), interpolation=cv2.INTER_AREA), np.uint8)

    level, upright, falling, rising = mean(1, 0, 1, 2), mean(0, 1, 2, 1), mean(0, 0, 2, 2), mean(0, 2, 2, 0)
    sums = [cv2.add(a, b, dtype=cv2.CV_32F) for a, b in ((level, upright), (falling, rising))]
    ways = [cv2.subtract(a, b, dtype=cv2.CV_32F) for a, b in ((level, upright), (falling, rising))]
    cosine, sine, contrast = (np.asarray(part, np.float32) for part in (*ways, cv2.add(*sums)))
    return Texture(cell, cosine, sine, contrast, np.full((height, width), 255, np.uint8))


def wiped(seen: Texture, known: Sequence[Bars]) -> None:
    """Takes places out of a texture, with what they blur into. They alone are not free: their neighbours may be very near."""
    if known:
        taken, more = np.zeros_like(seen.free), seen.cell
        for bars in known:
            wider = bars.cut(-more, -more, bars.length + more, bars.height + more)
            cv2.fillConvexPoly(taken, (np.array(wider.corners) / seen.cell).astype(np.int32), 255)
            cv2.fillConvexPoly(seen.free, (np.array(bars.corners) / seen.cell).astype(np.int32), 0)
        for part in (seen.cosine, seen.sine, seen.contrast):
            cv2.copyTo(_nothing(part.shape), taken, part)


@cache
def _nothing(shape: tuple[int, int]) -> Real:
    return np.zeros(shape, np.float32)


def regions(seen: Texture, look: Look) -> Iterator[Bars]:
    """Regions of the page whose texture goes one way, as long as asked and two cells high at least, or as the window."""
    if min(seen.contrast.shape) < 3:
        return
    cosine, sine, contrast = (cv2.blur(part, look.window) for part in (seen.cosine, seen.sine, seen.contrast))
    strength = cv2.magnitude(cosine, sine)
    least = cv2.max(look.share * contrast, look.contrast)
    mask = cv2.compare(strength, cv2.min(least, _PLENTY) if look.square else least, cv2.CMP_GT)
    mask = cv2.bitwise_and(mask, seen.free)
    for way in _ways(cosine, sine, look):
        part = cv2.bitwise_and(mask, way)
        if min(look.window) > 3:
            part = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        if cv2.countNonZero(part) < _LEAST:
            continue
        for bars in _parted(part, (cosine, sine, strength), look.contrast, look.length / seen.cell):
            if bars.length * seen.cell >= look.length and bars.height >= min(2, *look.window):
                yield bars.scaled(seen.cell)


def _ways(cosine: Real, sine: Real, look: Look) -> Iterator[Grey]:
    """Where it goes rather across, rather up, rather aslant: a ruled line is no part of the bars that it crosses.

    A flat window sees one way only.
    """
    wide, high = look.window
    if wide >= high:
        yield cv2.compare(cosine, 0, cv2.CMP_GE)
    if high >= wide:
        yield cv2.compare(cosine, 0, cv2.CMP_LT)
    if look.square:
        yield cv2.compare(cv2.absdiff(sine, 0), cv2.absdiff(cosine, 0), cv2.CMP_GT)


def _parted(mask: Grey, field: tuple[Real, Real, Real], contrast: float, least: float, level: int = 0) -> Iterator[Bars]:
    """Connected regions; one that fills its rectangle badly is joined by something faint, so it is parted higher up."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, ltype=cv2.CV_16U if mask.size < _FEW else cv2.CV_32S)
    large = (np.hypot(stats[:, 2], stats[:, 3]) >= least) & (stats[:, 4] >= _LEAST)
    for label in np.nonzero(large)[0]:
        if label == 0:
            continue
        x, y, width, height, area = stats[label]
        here = (slice(y, y + height), slice(x, x + width))
        part = np.asarray(cv2.compare(labels[here], int(label), cv2.CMP_EQ), np.uint8)
        cosine, sine, strength = (values[here] for values in field)
        bars = _rectangle(part, cosine, sine)
        inner: list[Bars] = []
        if level < 5 and area > 100 and area < 0.75 * bars.length * bars.height:
            higher = cv2.bitwise_and(part, cv2.compare(strength, 1.5 * contrast, cv2.CMP_GT))
            inner = list(_parted(higher, (cosine, sine, strength), 1.5 * contrast, least, level + 1))
        for one in inner or [bars]:
            yield one.moved(float(x), float(y))


def _rectangle(part: Grey, cosine: Real, sine: Real) -> Bars:
    """The rectangle round the cells of a part, turned as its texture goes."""
    angle = 0.5 * math.atan2(cv2.mean(sine, part)[0], cv2.mean(cosine, part)[0])
    x, y = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0][0].reshape(-1, 2).T + 0.5
    u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    return Bars(angle, float(u.min()) - 0.5, float(u.max()) + 0.5, float(v.min()) - 0.5, float(v.max()) + 0.5)
