"""From a page to the grades of its places. Runs in the limited process only.

A symbol's bars are found anew in its box and turned upright; of a PDF, that part is drawn four times as fine. Ten scan lines,
equally spaced over the middle 80 % of the bars, are each averaged over a round spot and graded.

The spot: ISO/IEC 15416 gives its diameter by the narrow bar (3, 5, 10 or 20 thousandths of an inch). Where the resolution is not
known, it is half a narrow bar, the middle of what that table comes to. A pixel is a spot already, of its own square; so the spot
that is averaged over is the one that makes up, with the pixel's, the one that is wanted (their variances add). The grey of a
pixel, from 0 to 255, is taken for its reflectance, from 0 to 1.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from drivers.picture import Symbol, Unread
from drivers.picture.bars import Bars
from drivers.picture.find import grown, levelled, places, straight
from drivers.picture.grade import BAND, LINES, Graded, Mark, Parameter
from drivers.picture.grade.profile import Extent, edges, line
from drivers.picture.grade.reference import decoded, elements, modules
from drivers.picture.grade.scale import LESS_IS_BETTER
from drivers.picture.profile import Grey
from drivers.picture.render import Picture
from drivers.scan import Box, Symbology

Real = NDArray[np.float64]
_APERTURES = ((7.0, 3.0), (13.0, 5.0), (25.0, 10.0), (math.inf, 20.0))
"""For narrow bars below so many thousandths of an inch, a spot of so many (ISO/IEC 15416)."""
_HALF = 0.5
_PIXEL = 16 / 12
"""A square of side 1 spreads light as a disc of this squared diameter does."""
_FINER = 4.0
_LIKE = 0.25
_WIDER = 12
"""Narrow bars of surroundings on each side: the quiet zone and a little more."""


def graded(picture: Picture, symbols: Sequence[Symbol], unread: Sequence[Unread]) -> list[Graded]:
    """The grade of every place of a page, from top to bottom."""
    found = [_graded(picture, symbol) for symbol in symbols]
    found += [Graded(one.box, narrow=one.narrow, mil=one.mil, unread=one) for one in unread]
    return sorted(found, key=lambda one: (one.box[1], one.box[0]))


def _graded(picture: Picture, symbol: Symbol) -> Graded:
    grey, bars, scale = _part(picture, symbol)
    band, start, end = _straightened(grey, bars)
    extent = _extent(band, symbol, start, end)
    mil = 1000 * extent.module / (scale * picture.dpi) if picture.dpi else 0.0
    spot = aperture(extent.module, mil)
    profiles = lines(band, spot)
    marks = [line(profile, extent, symbol.symbology, symbol.text) for profile in profiles]
    return Graded(
        box=symbol.box,
        text=symbol.text,
        symbology=symbol.symbology,
        lines=tuple(min(mark.grade for mark in one.values()) for one in marks),
        marks=_over(marks),
        narrow=round(extent.module / scale, 2),
        mil=round(mil, 1),
        aperture=round(spot / scale, 2),
        drawn=picture.finer is not None,
    )


def aperture(module: float, mil: float = 0.0) -> float:
    """The diameter of the spot in pixels, for a narrow bar of `module` pixels and, where that is known, `mil` / 1000 inches.

    >>> aperture(4.0), aperture(4.0, 10.0), aperture(6.0, 20.0)
    (2.0, 2.0, 3.0)
    """
    if not mil:
        return _HALF * module
    return module / mil * next(spot for least, spot in _APERTURES if mil < least)


def lines(band: Grey, spot: float) -> list[Real]:
    """The scan reflectance profiles of an upright symbol; `spot` is their aperture in pixels."""
    weights = _disc(round(math.sqrt(max(0.0, spot * spot - _PIXEL)), 2))
    reach, height = len(weights) // 2, len(band)
    light = np.pad(band.astype(np.float64) / 255, reach, mode="edge")
    rows = [int(height * ((1 - BAND) / 2 + BAND * (n + 0.5) / LINES)) for n in range(LINES)]
    return [_spotted(light[row : row + 2 * reach + 1], weights) for row in rows]


def _spotted(rows: Real, weights: Real) -> Real:
    """The rows under a spot that moves along them."""
    parts = [np.convolve(row, weight, "valid") for row, weight in zip(rows, weights, strict=True)]
    return np.asarray(np.sum(parts, axis=0), np.float64)


@cache
def _disc(diameter: float) -> Real:
    """How much of each pixel a disc round the middle one covers; together 1."""
    reach = max(0, math.ceil(diameter / 2 - 0.5))
    fine = (np.arange(16 * (2 * reach + 1)) + 0.5) / 16 - reach - 0.5
    inside = np.hypot(*np.meshgrid(fine, fine)) <= max(diameter / 2, 0.1)
    cover = inside.reshape(2 * reach + 1, 16, 2 * reach + 1, 16).mean(axis=(1, 3))
    return np.asarray(cover / cover.sum(), np.float64)


def _over(marks: Sequence[Mapping[Parameter, Mark]]) -> dict[Parameter, Mark]:
    """The marks of a symbol from those of its lines."""
    each = {name: [one[name] for one in marks if name in one] for name in Parameter}
    return {name: _whole(name, known) for name, known in each.items() if known}


def _whole(name: Parameter, known: Sequence[Mark]) -> Mark:
    worst = min(known, key=lambda mark: (mark.grade, mark.value * (-1 if name in LESS_IS_BETTER else 1)))
    mean = sum(mark.grade for mark in known) / len(known)
    share = sum(mark.value for mark in known) / len(known)
    return Mark(round(share if name is Parameter.DECODE else worst.value, 3), round(mean, 1))


def _part(picture: Picture, symbol: Symbol) -> tuple[Grey, Bars, float]:
    """The symbol with its surroundings, its bars in there, and how many pixels of it make one of the page."""
    x0, y0, x1, y1 = symbol.box
    height, width = picture.grey.shape
    room = 20 + max(x1 - x0, y1 - y0) // 5
    left, top, right, bottom = max(0, x0 - room), max(0, y0 - room), min(width, x1 + room), min(height, y1 + room)
    part = picture.grey[top:bottom, left:right]
    bars = _bars(part, (x0 - left, y0 - top, x1 - left, y1 - top))
    if picture.finer is None:
        return part, _snapped(bars), 1.0
    finer = picture.finer((left, top, right, bottom), _FINER)
    scale = finer.shape[1] / part.shape[1]
    return finer, _snapped(bars.scaled(scale)), scale


def _bars(grey: Grey, box: Box) -> Bars:
    """The bars in a box: the place there whose own box is most like it, else the box itself."""
    x0, y0, x1, y1 = box
    bars = max(places(grey), key=lambda one: _alike(one.box, box), default=None)
    if bars is None or _alike(bars.box, box) < _LIKE:
        bars = Bars(0.0, x0, x1, y0, y1) if x1 - x0 >= y1 - y0 else Bars(math.pi / 2, y0, y1, -x1, -x0)
    return grown(grey, levelled(grey, bars))


def _alike(one: Box, other: Box) -> float:
    """What two boxes have in common, of what they have together."""
    across, down = (max(0, min(one[n + 2], other[n + 2]) - max(one[n], other[n])) for n in (0, 1))
    areas = ((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other))
    return across * down / max(1, sum(areas) - across * down)


def _snapped(bars: Bars) -> Bars:
    """On whole pixels, and upright if it hardly leans: so no pixel is mixed of others."""
    upright = round(bars.angle / (math.pi / 2)) * math.pi / 2
    lean = abs(bars.angle - upright)
    if lean * bars.height <= 1 and lean * bars.length <= 0.1 * bars.height:
        bars = bars.turned(upright - bars.angle)
    return Bars(bars.angle, math.floor(bars.u0), math.ceil(bars.u1), math.ceil(bars.v0), math.floor(bars.v1))


def _straightened(grey: Grey, bars: Bars) -> tuple[Grey, float, float]:
    """The bars upright, with as much on both sides as the picture has, and where they begin and end in that."""
    before, after = _reach(grey, bars, -1), _reach(grey, bars, 1)
    return straight(grey, replace(bars, u0=bars.u0 - before, u1=bars.u1 + after)), before, before + bars.length


def _reach(grey: Grey, bars: Bars, way: int) -> float:
    """How many whole pixels all scan lines may go on before, or beyond, the bars and still be in the picture."""
    height, width = grey.shape
    most = 0.3 * bars.length + 40
    ahead = way * math.cos(bars.angle), way * math.sin(bars.angle)
    u = bars.u0 if way < 0 else bars.u1
    for v, (axis, size) in product((bars.v0, bars.v1), enumerate((width, height))):
        at, step = bars.point(u, v)[axis], ahead[axis]
        if abs(step) > 1e-6:
            most = min(most, ((size - 1 if step > 0 else 0) - at) / step)
    return float(max(0, math.floor(most + 1e-6)))


def _extent(band: Grey, symbol: Symbol, start: float, end: float) -> Extent:
    """Where the symbol begins and ends: where its reference decode does, in the mean of all rows, or in one of them."""
    height = len(band)
    tries = [band[height // 4 : -(height // 4) or None], *(band[n : n + 1] for n in range(height // 10, height, height // 5 or 1))]
    for rows in tries:
        found = _decoding(rows.mean(axis=0) / 255, symbol.text, symbol.symbology, start, end)
        if found is not None:
            return found
    return Extent(start, end, (end - start) / modules(symbol.text, symbol.symbology))


def _decoding(profile: Real, text: str, symbology: Symbology, start: float, end: float) -> Extent | None:
    """The stretch of a profile that decodes to the text; the threshold is that of the bars themselves."""
    own = profile[int(start) : int(end) + 1]
    crossed = edges(profile, float(own.max() + own.min()) / 2) if own.size else np.array([])
    falling = 0 if profile[0] >= (own.max() + own.min()) / 2 else 1
    for count, first in product(elements(text, symbology), range(falling, len(crossed), 2)):
        stretch = crossed[first : first + count + 1]
        found = decoded(np.diff(stretch).tolist(), symbology) if len(stretch) == count + 1 else None
        if found and found.text == text:
            return Extent(float(stretch[0]), float(stretch[-1]), found.module)
    return None
