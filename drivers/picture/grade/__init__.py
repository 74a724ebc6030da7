"""How well a barcode is printed, after ISO/IEC 15416: its grades, as values. Nothing here opens a file.

A scan is no calibrated verifier: its light, its aperture and its white are unknown, so every grade here is an *estimate*. It says
what a client can mend; it is no certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.picture import Fault, Unread, Unreadable
from drivers.scan import Box, Symbology

LINES = 10
"""Scan lines of a symbol, equally spaced over its inspection band."""
BAND = 0.8
"""The inspection band: the middle of the bars' height."""


class Parameter(StrEnum):
    """What is graded of each scan line. In order of plainness: of several that are as bad, the first is named."""

    QUIET_ZONE = "quiet-zone"
    """White on both sides, ten narrow bars wide (ISO/IEC 15417, 16388)."""
    SYMBOL_CONTRAST = "symbol-contrast"
    MINIMUM_REFLECTANCE = "minimum-reflectance"
    """The darkest bar reflects at most half as much as the whitest space."""
    MODULATION = "modulation"
    """The faintest step from a bar to its neighbouring space, as a part of the symbol contrast."""
    EDGE_CONTRAST = "edge-contrast"
    """That step itself."""
    DEFECTS = "defects"
    """Spots in spaces and voids in bars, as a part of the symbol contrast."""
    RATIO = "ratio"
    """Of Code 39: wide bars are 1.8 to 3.4 times as wide as narrow ones (ISO/IEC 16388)."""
    DECODE = "decode"
    """The reference decode algorithm of the symbology gives the text."""
    DECODABILITY = "decodability"
    """How near the widths come to where they would be taken for others."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was measured of one parameter, and its grade from 0.0 to 4.0; of a symbol, the worst line's value and the mean grade.

    The value is a share (0 to 1) of what the parameter speaks of; of the quiet zone, narrow bars; of the ratio, the ratio; of
    the decode, the share of the lines that decode.
    """

    value: float
    grade: float


Marks = Mapping[Parameter, Mark]


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade of one place of a page: of a symbol that was read, or of a place that was not."""

    box: Box
    text: str = ""
    symbology: Symbology | None = None
    lines: tuple[float, ...] = ()
    """The grade of each scan line: that of its worst parameter."""
    marks: Marks = field(default_factory=dict)
    narrow: float = 0.0
    """The narrow bar (X) in pixels of the page picture."""
    mil: float = 0.0
    """The narrow bar in thousandths of an inch, where the picture's resolution is known; else 0."""
    aperture: float = 0.0
    """What the light was averaged over, in pixels across."""
    drawn: bool = False
    """Drawn from a PDF's lines: the drawing was graded, and no paper."""
    unread: Unread | None = None
    """The place as it was found, where it was not read. Such a place is an F."""

    @property
    def reason(self) -> Unreadable | None:
        """Why the place was not read, if it was not."""
        return None if self.unread is None else self.unread.reason

    @property
    def grade(self) -> float:
        """The mean of the lines, from 0.0 to 4.0.

        >>> Graded((0, 0, 9, 9), lines=(4.0, 3.5, 3.0)).grade
        3.5
        """
        return round(sum(self.lines) / len(self.lines) + 1e-9, 1) if self.lines else 0.0

    @property
    def letter(self) -> str:
        """The grade as a letter."""
        return letter(self.grade)

    @property
    def fault(self) -> Parameter | None:
        """What pulls the grade down most; None where nothing does."""
        below = [name for name in Parameter if name in self.marks and self.marks[name].grade < 4.0]
        return min(below, key=lambda name: self.marks[name].grade, default=None)


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of one page of a document, from top to bottom. `page` counts from 0. With a `fault`, it was not looked at."""

    file: str
    page: int
    places: tuple[Graded, ...] = ()
    fault: Fault | None = None


def letter(grade: float) -> str:
    """The letter of a grade from 0.0 to 4.0.

    >>> [letter(grade) for grade in (4.0, 3.5, 3.4, 2.5, 1.5, 0.5, 0.4)]
    ['A', 'A', 'B', 'B', 'C', 'D', 'F']
    """
    return next((name for name, least in (("A", 3.5), ("B", 2.5), ("C", 1.5), ("D", 0.5)) if grade >= least), "F")
