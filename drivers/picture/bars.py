"""Where bars lie on a page: a rectangle turned any way, or leaning. Pure geometry, in pixels of the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from drivers.scan import Box

Point = tuple[float, float]
Corners = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A rectangle whose `u` runs across the bars, as text reads, and whose `v` runs along them; `angle` in radians.

    Seen askew, bars do not stand upright on their row: `lean` says by how much `u` grows on the page for each pixel of `v`.

    >>> upright = Bars(0.0, 10.0, 110.0, 20.0, 60.0)
    >>> upright.length, upright.height, upright.box
    (100.0, 40.0, (10, 20, 110, 60))
    """

    angle: float
    u0: float
    u1: float
    v0: float
    v1: float
    lean: float = 0.0

    @property
    def length(self) -> float:
        """From the first bar to the last."""
        return self.u1 - self.u0

    @property
    def height(self) -> float:
        """Of the bars."""
        return self.v1 - self.v0

    @property
    def corners(self) -> Corners:
        """Round from the start of the reading direction."""
        ends = ((self.u0, self.v0), (self.u1, self.v0), (self.u1, self.v1), (self.u0, self.v1))
        return tuple(self.point(u, v) for u, v in ends)

    @property
    def box(self) -> Box:
        """The upright box round it."""
        return hull(self.corners)

    def point(self, u: float, v: float) -> Point:
        """A point of the page from its place along and across."""
        u += self.lean * v
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return u * cos - v * sin, u * sin + v * cos

    def place(self, x: float, y: float) -> Point:
        """Where a point of the page lies along and across: the other way round."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        v = y * cos - x * sin
        return x * cos + y * sin - self.lean * v, v

    def cut(self, u0: float, v0: float, u1: float, v1: float) -> "Bars":
        """A part, measured from the first corner."""
        return Bars(self.angle, self.u0 + u0, self.u0 + u1, self.v0 + v0, self.v0 + v1, self.lean)

    def turned(self, more: float) -> "Bars":
        """The same middle and size at another angle."""
        middle = self.point((self.u0 + self.u1) / 2, (self.v0 + self.v1) / 2)
        return replace(self, angle=self.angle + more).centred(middle)

    def leaning(self, lean: float) -> "Bars":
        """The same middle, size and row, its bars leaning otherwise."""
        middle = self.point((self.u0 + self.u1) / 2, (self.v0 + self.v1) / 2)
        return replace(self, lean=lean).centred(middle)

    def centred(self, middle: Point) -> "Bars":
        """The same shape round another middle."""
        u, v = self.place(*middle)
        wide, high = self.length / 2, self.height / 2
        return replace(self, u0=u - wide, u1=u + wide, v0=v - high, v1=v + high)

    def scaled(self, factor: float) -> "Bars":
        """The same place in a picture that is larger by a factor."""
        return Bars(self.angle, self.u0 * factor, self.u1 * factor, self.v0 * factor, self.v1 * factor, self.lean)

    def moved(self, x: float, y: float) -> "Bars":
        """The same elsewhere on the page."""
        u, v = self.place(x, y)
        return Bars(self.angle, self.u0 + u, self.u1 + u, self.v0 + v, self.v1 + v, self.lean)

    def spans(self, corners: Sequence[Point]) -> tuple[float, float, float, float]:
        """What some points take up along and across: u0, u1, v0, v1."""
        us, vs = zip(*(self.place(x, y) for x, y in corners), strict=True)
        return min(us), max(us), min(vs), max(vs)


def around(corners: Corners) -> Bars:
    """The bars that an engine's four corners speak of; the first two give the direction."""
    (x0, y0), (x1, y1) = corners[0], corners[1]
    turned = Bars(math.atan2(y1 - y0, x1 - x0), 0, 0, 0, 0)
    u0, u1, v0, v1 = turned.spans(corners)
    return Bars(turned.angle, u0, u1, v0, v1)


def hull(points: Sequence[Point]) -> Box:
    """The upright box round some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys))


def overlap(one: Corners, other: Corners) -> bool:
    """Whether two symbols lie over one another, whichever way they are turned."""
    return bool(overlaps((one, other))[0, 1])


def overlaps(symbols: Sequence[Corners]) -> NDArray[np.bool_]:
    """Which of some symbols lie over which: a square table.

    Measured along and across the longer one of two; a third of the smaller extent each way is enough. What an engine gives as
    a symbol's height may be one scan line, so less than a few pixels are widened.
    """
    if len(symbols) < 2:
        return np.ones((len(symbols), len(symbols)), bool)
    points = np.array(symbols) @ (1, 1j)
    along = points[:, 1] - points[:, 0]
    length = np.abs(along)
    ways = np.where(length > 0, along, 1) / np.where(length > 0, length, 1)
    turned = points * ways.conj()[:, None, None]  # all, as seen from each
    shared = _shared(turned.real) & _shared(turned.imag)
    return np.where(length[:, None] >= length, shared, shared.T)


def _shared(seen: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether what the corners take up, on one axis of each symbol, is shared with it."""
    low, high = seen.min(axis=2), seen.max(axis=2)
    pad = np.maximum(0.0, (6 - (high - low)) / 2)
    low, high = low - pad, high + pad
    own_low, own_high = low.diagonal()[:, None], high.diagonal()[:, None]
    common = np.minimum(high, own_high) - np.maximum(low, own_low)
    return np.asarray(common > np.minimum(high - low, own_high - own_low) / 3, np.bool_)
