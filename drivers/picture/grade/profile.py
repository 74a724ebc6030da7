"""One scan reflectance profile, measured after ISO/IEC 15416. Pure.

A profile is what a spot of light sees that crosses a symbol: reflectances from 0 to 1, evenly spaced, from one quiet zone to the
other. Edges lie where it crosses the global threshold, half way between its lightest and its darkest.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from drivers.picture.grade import Mark, Parameter
from drivers.picture.grade.reference import Decoded, decoded
from drivers.picture.grade.scale import marked
from drivers.scan import Symbology

Real = NDArray[np.float64]
QUIET = 10
"""Narrow bars of white that both symbologies ask for on each side."""
_GRAIN = 1.5 / 255
"""A dip of a grey level is the picture's own grain, no spot."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a symbol begins and ends in a profile, in samples, and how wide its narrow bar is."""

    start: float
    end: float
    module: float


@dataclass(frozen=True, slots=True)
class Span:
    """A symbol's own part of a profile: its elements between its quiet zones, cut where these end."""

    values: Real
    edges: Real
    quiet: float
    """Samples of white on the side that has less."""

    @property
    def widths(self) -> list[float]:
        """Of bar, space, bar, ..., in samples."""
        return [float(width) for width in np.diff(self.edges)]

    @property
    def elements(self) -> list[Real]:
        """The samples of the first quiet zone, of each bar and space, and of the last quiet zone."""
        return list(np.split(self.values, np.ceil(self.edges).astype(int)))

    @property
    def edge_contrast(self) -> float:
        """ECmin: the least step between neighbours, from the lightest of a space to the darkest of a bar."""
        extremes = [float(part.min() if n % 2 else part.max()) for n, part in enumerate(self.elements) if part.size]
        whole = len(extremes) == len(self.edges) + 1 and len(extremes) > 1
        return min(abs(one - other) for one, other in pairwise(extremes)) if whole else 0.0

    @property
    def unevenness(self) -> float:
        """ERNmax: the most that a peak and a valley of one element differ."""
        return max(_unevenness(1 - part if n % 2 else part) for n, part in enumerate(self.elements))


def line(values: Real, extent: Extent, symbology: Symbology, text: str) -> dict[Parameter, Mark]:
    """Every mark of one scan line of a symbol whose text is known. Beyond the ends of `values` there is no white."""
    cut = span(values, extent)
    found = _read(cut, symbology, text)
    low, high = float(cut.values.min()), float(cut.values.max())
    share = 1 / (high - low) if high > low else 0.0
    measures = {
        Parameter.QUIET_ZONE: round(cut.quiet / (found.module if found else extent.module), 1),
        Parameter.SYMBOL_CONTRAST: high - low,
        Parameter.MINIMUM_REFLECTANCE: low / high if high > 0 else 1.0,
        Parameter.EDGE_CONTRAST: cut.edge_contrast,
        Parameter.MODULATION: cut.edge_contrast * share,
        Parameter.DEFECTS: cut.unevenness * share,
        Parameter.DECODE: float(found is not None),
        Parameter.DECODABILITY: found.decodability if found else 0.0,
    }
    if found and found.ratio:
        measures[Parameter.RATIO] = found.ratio
    return {name: marked(name, value) for name, value in measures.items()}


def edges(values: Real, threshold: float | None = None) -> Real:
    """Where a profile crosses its global threshold, or another, to a fraction of a sample.

    >>> edges(np.array([0.8, 0.8, 0.2, 0.2, 0.6])).tolist()
    [1.5, 3.75]
    """
    level = float(values.max() + values.min()) / 2 if threshold is None else threshold
    dark = values < level
    at = np.nonzero(dark[1:] != dark[:-1])[0]
    before, after = values[at], values[at + 1]
    return np.asarray(at + (before - level) / (before - after), np.float64)


def span(values: Real, extent: Extent) -> Span:
    """The symbol with ten narrow bars of quiet zone on each side, or as much of it as is white."""
    room = QUIET * extent.module
    near = _between(values, extent.start - room, extent.end + room)
    if not near.size:
        return Span(values, np.array([]), 0.0)
    crossed = edges(values, float(near.max() + near.min()) / 2)
    inside = _own(crossed, extent)
    start, end = (float(inside[0]), float(inside[-1])) if len(inside) > 1 else (extent.start, extent.end)
    before, after = crossed[crossed < start - 1e-6], crossed[crossed > end + 1e-6]
    left, right = float(max(before, default=-0.5)), float(min(after, default=len(values) - 0.5))
    first = max(0, int(np.ceil(max(left, start - room))))
    cut = _between(values, first, min(right, end + room))
    own = _own(edges(cut), Extent(extent.start - first, extent.end - first, extent.module))
    return Span(cut, own, min(start - left, right - end))


def _between(values: Real, first: float, last: float) -> Real:
    return values[max(0, int(np.ceil(first))) : max(0, int(last)) + 1]


def _own(crossed: Real, extent: Extent) -> Real:
    """The edges that are the symbol's; not those of a frame or of words in its quiet zones."""
    slack = 0.7 * extent.module
    return crossed[(crossed > extent.start - slack) & (crossed < extent.end + slack)]


def _read(cut: Span, symbology: Symbology, text: str) -> Decoded | None:
    found = decoded(cut.widths, symbology)
    return found if found and found.text == text else None


def _unevenness(part: Real) -> float:
    """Of one element, a space: the highest peak less the lowest valley. What falls off towards its edges is no valley."""
    if part.size < 3:
        return 0.0
    peak = int(part.argmax())
    left, right = part[: peak + 1], part[peak:][::-1]
    valleys = [side[np.maximum.accumulate(side) - side > _GRAIN] for side in (left, right)]
    return float(part[peak] - min((float(one.min()) for one in valleys if one.size), default=part[peak]))
