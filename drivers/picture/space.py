"""Where something stands on a page, and where nothing does: a grid of small squares. Values only; nothing here opens a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ink:
    """A page as squares of paper. `taken` has a byte for each square, row by row from the top left: 1 where something stands.

    `across` and `down` are the pixels of its picture; `width` and `height` its paper in mm, 0 for a picture that does not say.
    """

    columns: int
    rows: int
    taken: bytes
    across: int
    down: int
    width: float = 0.0
    height: float = 0.0


def ink_of(message: Mapping[str, Any], squares: bytes) -> Ink:
    """A page's squares as the limited process sent them; KeyError, TypeError or ValueError for what it can't have meant."""
    columns, rows, across, down = (int(message[name]) for name in ("columns", "rows", "across", "down"))
    if min(columns, rows, across, down) < 1 or columns * rows != len(squares):
        raise ValueError(f"expected {columns} x {rows} squares, got {len(squares)}")
    return Ink(columns, rows, squares, across, down, float(message["width"]), float(message["height"]))
