"""Free space on a page: where a stamp can stand without hiding anything. Arithmetic, no pictures.

A page is a grid of squares, as whoever has seen it says; each row of the grid is one whole number whose bits are the squares that
are taken. A place is looked for with all its squares free, and a margin around it; what is placed is taken from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from math import ceil, floor
from operator import or_
from typing import Final

MARGIN: Final = 1.5
"""Millimetres between what is placed and what stands there."""
EDGE: Final = 6.0
"""Millimetres at the edge of a page that no printer is sure to print."""
_HAIR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle on a page as it is seen: its top left corner, width and height, in mm."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def meets(self, other: "Spot") -> bool:
        """Whether the two have a part in common."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class Space:
    """A page of `width` by `height` mm. `taken` has a number for each row of squares; its lowest bit is the square at the left."""

    width: float
    height: float
    columns: int
    taken: tuple[int, ...]

    @classmethod
    def of(cls, width: float, height: float, columns: int, squares: bytes) -> "Space":
        """The space of a page whose squares are given a byte each, row by row; ValueError where they make no rectangle.

        >>> Space.of(40, 20, 4, bytes([0, 0, 0, 1, 0, 0, 0, 0])).taken
        (8, 0)
        """
        if columns < 1 or not squares or len(squares) % columns or min(width, height) <= 0:
            raise ValueError(f"expected rows of {columns} squares on a page, got {len(squares)} on {width} x {height} mm")
        lines = (squares[start : start + columns] for start in range(0, len(squares), columns))
        return cls(width, height, columns, tuple(int("".join("1" if one else "0" for one in reversed(line)), 2) for line in lines))

    @classmethod
    def blank(cls, width: float, height: float) -> "Space":
        """A page on which nothing stands, in squares of a millimetre."""
        return cls(width, height, ceil(width), (0,) * ceil(height))

    @property
    def _across(self) -> float:
        return self.width / self.columns

    @property
    def _down(self) -> float:
        return self.height / len(self.taken)

    def without(self, spot: Spot) -> "Space":
        """The space that is left when something stands there."""
        top, bottom = max(0, floor(spot.y / self._down)), min(len(self.taken), ceil(spot.bottom / self._down))
        left, right = max(0, floor(spot.x / self._across)), min(self.columns, ceil(spot.right / self._across))
        bits = ((1 << max(0, right - left)) - 1) << left
        rows = enumerate(self.taken)
        return replace(self, taken=tuple(row | bits if top <= n < bottom else row for n, row in rows))

    def free(self, spot: Spot) -> bool:
        """Whether nothing stands there, and it is inside of the page's edges."""
        alone = replace(self, taken=(0,) * len(self.taken)).without(spot)
        inside = min(spot.x, spot.y, self.width - spot.right, self.height - spot.bottom) >= EDGE
        return inside and not any(mine & its for mine, its in zip(self.taken, alone.taken, strict=True))

    def places(self, w: float, h: float, within: tuple[float, float] | None = None) -> Iterator[Spot]:
        """Every place of w by h mm with its corner at a square's; `within` are the heights, from the top, that it lies between."""
        return (Spot(x, y, w, h) for y, free in self._rows(w, h, within) for x in self._begins(free))

    def nearest(self, w: float, h: float, x: float, y: float) -> Spot | None:
        """The place of w by h mm whose corner is nearest to a point; None where there is none."""
        at = round((x - MARGIN) / self._across)
        spots = []
        for top, free in self._rows(w, h, None):
            low, high = free & ((1 << max(at + 1, 0)) - 1), free >> max(at, 0) << max(at, 0)
            ends = ([low.bit_length() - 1] if low else []) + ([(high & -high).bit_length() - 1] if high else [])
            spots += [Spot(bit * self._across + MARGIN, top, w, h) for bit in ends]
        return min(spots, default=None, key=lambda spot: (spot.x - x) ** 2 + (spot.y - y) ** 2)

    def _rows(self, w: float, h: float, within: tuple[float, float] | None) -> Iterator[tuple[float, int]]:
        """For each height, where something of that size has room inside of the page's edges, its margin included: a bit each."""
        wide, tall = ceil((w + 2 * MARGIN) / self._across), ceil((h + 2 * MARGIN) / self._down)
        highest, lowest = within or (0.0, self.height)
        left, right = ceil((EDGE - MARGIN) / self._across - _HAIR), floor((self.width - EDGE - w - MARGIN) / self._across + _HAIR)
        inside = ((1 << max(0, right + 1)) - 1) >> left << left
        for top in range(len(self.taken) - tall + 1):
            y = top * self._down + MARGIN
            if max(EDGE, highest) <= y and y + h <= min(self.height - EDGE, lowest):
                free = ~reduce(or_, self.taken[top : top + tall]) & ((1 << self.columns) - 1)
                yield y, _runs(free, wide) & inside

    def _begins(self, free: int) -> Iterator[float]:
        """Where, in mm, each bit is; the margin is left of it."""
        while free:
            bit = free & -free
            free ^= bit
            yield (bit.bit_length() - 1) * self._across + MARGIN


def _runs(free: int, wide: int) -> int:
    """The bits at which so many free ones begin.

    >>> bin(_runs(0b1110111, 3))
    '0b10001'
    """
    have = 1
    while have < wide and free:
        step = min(have, wide - have)
        free &= free >> step
        have += step
    return free
