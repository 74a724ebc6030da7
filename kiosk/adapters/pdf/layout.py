"""Layout: where everything stands on the paper, as `templates/paper/*.toml` says it, in millimetres. Arithmetic, no drawing.

A page has *areas* (the page itself, a row, the foot); an area has named boxes, written for the area's nominal size and stretched
to the size that there is. x goes right and y goes down from the top left corner.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.words import templates


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in mm: its top left corner, its width and its height."""

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

    def inset(self, dx: float, dy: float = 0.0) -> "Box":
        """The box without a margin on both sides, and above and below."""
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def slices(self, n: int) -> tuple["Box", ...]:
        """The box cut into n equal boxes, from above.

        >>> Box(0, 0, 10, 6).slices(2)[1]
        Box(x=0, y=3.0, w=10, h=3.0)
        """
        return tuple(Box(self.x, self.y + self.h * i / n, self.w, self.h / n) for i in range(n))

    def holds(self, other: "Box") -> bool:
        """Whether the other lies inside (to a hundredth of a millimetre)."""
        near = 0.01
        return (
            other.x >= self.x - near
            and other.y >= self.y - near
            and other.right <= self.right + near
            and other.bottom <= self.bottom + near
        )


@dataclass(frozen=True, slots=True)
class Area:
    """Named boxes of an area with the nominal size `w` by `h`."""

    w: float
    h: float
    boxes: Mapping[str, Box]

    def box(self, name: str, on: Box | None = None) -> Box:
        """A box, on the area as large as it really is; without `on`, in its nominal size at the corner of the page."""
        box = self.boxes[name]
        if on is None:
            return box
        across, down = on.w / self.w, on.h / self.h
        return Box(on.x + box.x * across, on.y + box.y * down, box.w * across, box.h * down)


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of paper. `type` has sizes of type in points, `mm` lengths, `modules` the module widths of bars, widest first."""

    areas: Mapping[str, Area]
    type: Mapping[str, float]
    mm: Mapping[str, float]
    modules: tuple[float, ...]
    rows: int

    @property
    def page(self) -> Area:
        """The whole page."""
        return self.areas["page"]


@dataclass(frozen=True, slots=True)
class Style:
    """How the stamp looks: whose it is, in both languages, and a picture; empty where nobody has said (decision 7)."""

    agency: Mapping[str, str]
    artwork: str


@cache
def layout(name: str) -> Layout:
    """The layout of sheet, slip or form; KeyError or ValueError for a file that is no layout."""
    table = _table(name)
    areas = {key: _area(boxes) for key, boxes in table["area"].items()}
    return Layout(areas, table["type"], table["mm"], tuple(table.get("modules", ())), table["rows"])


@cache
def style() -> Style:
    """The style of the stamp."""
    table = _table("stamp")
    return Style(table["agency"], table["artwork"])


def artwork(name: str) -> bytes:
    """The picture (PNG) of a style, which stands beside the layouts."""
    return (templates() / "paper" / name).read_bytes()


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((templates() / "paper" / f"{name}.toml").read_text(encoding="utf-8"))


def _area(table: Mapping[str, list[float]]) -> Area:
    w, h = table["of"]
    return Area(w, h, {name: Box(*place) for name, place in table.items() if name != "of"})
