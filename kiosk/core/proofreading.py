"""What was drawn on a client's document, looked at again: it is where it was meant, and nothing else has changed (P1)."""

from collections.abc import Sequence
from typing import Final

from kiosk.core.endorsement import Picture
from kiosk.core.space import Spot

AROUND: Final = 10.0
"""Millimetres around what was drawn in which its white may change how its neighbourhood is seen."""
LEAST: Final = 0.25
"""The part of a place that is inked at least when something stands there."""


def as_drawn(before: Picture, after: Picture, size: tuple[float, float], spots: Sequence[Spot]) -> bool:
    """Whether a page, `size` mm large, looks as it did but for what was drawn at these places, which is there."""
    if (before.columns, len(before.squares)) != (after.columns, len(after.squares)):
        return False
    across, down = size[0] / before.columns, size[1] * before.columns / len(before.squares)
    inked = [0] * len(spots)
    for n, (was, now) in enumerate(zip(before.squares, after.squares, strict=True)):
        if was == now:
            continue
        x, y = (n % before.columns + 0.5) * across, (n // before.columns + 0.5) * down
        if not any(_near(spot, x, y, AROUND) for spot in spots):
            return False
        for i, spot in enumerate(spots):
            inked[i] += _near(spot, x, y, 0.0)
    return all(count * across * down >= LEAST * spot.w * spot.h for count, spot in zip(inked, spots, strict=True))


def _near(spot: Spot, x: float, y: float, by: float) -> bool:
    return spot.x - by <= x <= spot.right + by and spot.y - by <= y <= spot.bottom + by
