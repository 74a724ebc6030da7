"""What can be measured at a place that gave no text, so that its owner learns what to mend. Runs in the limited process.

The place is turned upright, with some paper round it, and its rows are laid over one another. The *profile* is the middle
value of each column. Its edges give the ends, the narrow bars and how soft the picture is; its height gives the contrast.
Where a pixel differs from its column's profile, there is *ink* between the bars or there are *holes* in them: whole bars
have neither. All lengths are in pixels of the page, light from 0 to 255, shares from 0 to 1.
"""

from dataclasses import dataclass

import numpy as np

from drivers.picture import Unread, Unreadable
from drivers.picture.bars import Bars
from drivers.picture.condition import Edges, Real, crossings, dirt, level, middle, part, quiet, uneven, unframed
from drivers.picture.find import straight
from drivers.picture.profile import Grey

_ACROSS = 40
"""Paper looked at before and after the bars."""
_LEAST = 8
"""Pixels of a place, with less of which there is nothing to measure."""
_ROWS = 32
"""As many rows are looked at, however tall the bars are."""
_EDGE = 4
_LOST, _FINE = 1.3, 1.6
"""Narrower bars run into one another; or are too fine for this reader, if nothing else is amiss."""
_GOOD = 2.0
"""As wide as narrow bars should be in a new scan."""
_HEAVY, _SPREAD = 0.66, 0.35
"""Share of a symbol that can't be dark, and of a narrow bar by which it can't be wider, but where ink spread."""
_INK = 0.02
"""Share of the white between the bars that is dark but where something lies over them."""
_TORN = 0.12
"""Share of a place that differs from row to row, with which none of its edges can be trusted."""
_DPIS = (150, 200, 300, 400, 600, 1200)
_QUIET = 5
"""Narrow bars of white without which a reader can't tell where a symbol begins; the standards ask for ten."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one place."""

    contrast: float
    paper: float
    """How light the paper is."""
    narrow: float
    """The narrow bars and spaces; where they run into one another, more than they are."""
    softness: float
    """How long an edge takes from dark to light."""
    quiet: float
    """White before or after the bars, whichever is less."""
    beyond: float
    """From the first or last bar to the edge of the picture, whichever is nearer."""
    part: bool = False
    """One end is that of a Code 39 or Code 128 symbol, and the other is not."""
    ink: float = 0.0
    """Share of the white between the bars that is dark."""
    holes: float = 0.0
    """Share of the bars that is light."""
    rough: float = 0.0
    """Share of the place that is another thing than a row before."""
    pale: float = 0.0
    """How much paler the palest stretch of the bars is than the darkest: as paper at 1."""
    dark: float = 0.5
    """Share of the profile that is dark: about half, of every symbol."""
    spread: float = 0.0
    """By how much narrow bars are wider than narrow spaces, of both together."""
    bend: float = 0.0
    """How far its rows stand aside from a straight line."""


def why(grey: Grey, bars: Bars, dpi: float | None, otherwise: Unreadable = Unreadable.UNREADABLE) -> Unread:
    """A place that was not read, with the reason and the width of its narrow bars.

    `dpi` is the picture's, where it is known; `otherwise` is the reason of a place at which nothing can be found amiss.
    """
    if bars.length < _LEAST or bars.height < 1:
        return Unread(bars.box, otherwise)
    found = measured(grey, bars)
    said = reason(found)
    said = otherwise if said is Unreadable.UNREADABLE else said
    narrow = 0.0 if said is Unreadable.BLURRED or found.rough > _TORN else found.narrow  # edges that are none tell no width
    mil = 1000 * narrow / dpi if dpi else 0.0
    needed = _needed(mil, dpi) if said is Unreadable.TOO_FINE and dpi else 0
    return Unread(bars.box, said, narrow=round(narrow, 2), mil=round(mil, 1), dpi=needed)


def _needed(mil: float, dpi: float) -> int:
    """What to scan such bars at; at least half as fine again as now, since bars that run together seem wider than they are.

    >>> _needed(7.5, 100), _needed(5.0, 300)
    (300, 600)
    """
    least = max(1000 * _GOOD / max(mil, 0.1), 1.5 * dpi)
    return next((usual for usual in _DPIS if usual >= least), _DPIS[-1])


def reason(found: Measures) -> Unreadable:
    """What is plainest first: what hides the bars, then what spoils the picture of them, then what spoils them."""
    if found.beyond < _EDGE or (found.part and found.beyond < _QUIET * found.narrow):
        return Unreadable.CUT_OFF
    if found.contrast < 25 or found.contrast < 0.3 * found.paper:
        return Unreadable.LOW_CONTRAST
    soft = found.softness > 2.2 and found.softness > 0.6 * found.narrow
    if found.rough > _TORN and not _bent(found):
        return Unreadable.BROKEN
    if found.narrow < _LOST and not soft:
        return Unreadable.TOO_FINE
    spoilt = _spoilt(found)
    if soft and (spoilt is not Unreadable.COVERED or found.ink < _INK):
        return Unreadable.BLURRED
    if spoilt is not None:
        return spoilt
    if found.narrow < _FINE:
        return Unreadable.TOO_FINE
    return _ended(found)


def _spoilt(found: Measures) -> Unreadable | None:
    """What is wrong with the bars themselves."""
    if found.ink > _INK and found.ink > 2 * found.holes and found.dark < _HEAVY:
        return Unreadable.COVERED
    if found.pale > 0.6:  # no print fades as much over one symbol: glare, or paper over it
        return Unreadable.COVERED
    dirt = found.ink + found.holes
    if _bent(found):
        return Unreadable.BENT
    faded = found.pale > (0.25 if found.narrow > _GOOD else 0.4)  # fine bars do not get as dark as wide ones
    torn = dirt > 0.05 or found.rough > 0.035 or found.holes > 0.015
    return Unreadable.BROKEN if torn or faded or found.dark > _HEAVY or found.spread > _SPREAD else None


def _bent(found: Measures) -> bool:
    """Whether rows that follow one another agree, and distant ones do not."""
    dirt = found.ink + found.holes
    return found.bend > 0.55 * found.narrow > 0 or (dirt > 0.1 and found.rough < 0.3 * dirt)


def _ended(found: Measures) -> Unreadable:
    """What is wrong at the ends of bars that are sound."""
    if found.quiet < _QUIET * found.narrow:
        return Unreadable.NO_QUIET_ZONE
    if found.part:
        return Unreadable.CUT_OFF
    return Unreadable.LOW_CONTRAST if found.contrast < 0.6 * found.paper else Unreadable.UNREADABLE


def measured(grey: Grey, bars: Bars) -> Measures:
    """Measures of the bars at a place."""
    crop = straight(grey, bars, across=_ACROSS).astype(np.float32)
    spare = len(crop) // 10  # where bars end, rows are not theirs alone
    rows, bend = level(crop[spare : len(crop) - spare][:: max(1, len(crop) // _ROWS)])
    profile = middle(rows)
    edges = _edges(profile)
    first, last = (int(edges[0]), int(edges[-1]) + 2) if len(edges) > 6 else (_ACROSS, len(profile) - _ACROSS)
    inner = profile[first:last]
    low, high = (float(p) for p in np.percentile(inner, (5, 95)))
    ink, holes, rough = dirt(rows[:, first:last], inner, low, high)
    return Measures(
        contrast=high - low,
        paper=high,
        narrow=_narrow(edges),
        softness=(high - low) / max(float(np.percentile(np.abs(np.diff(inner)), 98)), 1e-3),
        quiet=quiet(profile, first, last, (low + high) / 2),
        beyond=_beyond(grey, bars, edges),
        part=part(np.diff(edges)),
        ink=ink,
        holes=holes,
        rough=rough,
        pale=uneven(inner),
        dark=float((inner < (low + high) / 2).mean()),
        spread=_spread(edges),
        bend=bend,
    )


def _edges(profile: Real) -> Edges:
    """The edges of the place itself, from the first bar to the end of the last, without a line round it."""
    low, high = np.percentile(profile[_ACROSS:-_ACROSS], (5, 95))
    edges = crossings(profile, max(6.0, 0.12 * float(high - low)))
    own = edges[(edges > _ACROSS - 3) & (edges < len(profile) - _ACROSS + 3)]
    if len(own) > 1 and profile[round((own[0] + own[1]) / 2)] > (low + high) / 2:
        own = own[1:]  # the end of something before the first bar
    own = own[: len(own) // 2 * 2]
    return unframed(own, _narrow(own))


def _narrow(edges: Edges) -> float:
    """From bar and space together, which ink that spread leaves as they were: the narrower ones are two narrow elements."""
    return float(np.percentile(edges[2:] - edges[:-2], 10)) / 2 if len(edges) > 6 else 0.0


def _spread(edges: Edges) -> float:
    elements = np.diff(edges)
    if len(elements) < 6:
        return 0.0
    bar, space = (float(np.percentile(elements[first::2], 20)) for first in (0, 1))
    return float((bar - space) / (bar + space))


def _beyond(grey: Grey, bars: Bars, edges: Edges) -> float:
    """How much picture there is beyond the first or last bar; negative where they run out of it."""
    if not len(edges):
        return float(max(grey.shape))
    ends = (bars.u0 + edges[0] - _ACROSS, bars.u0 + edges[-1] - _ACROSS)
    points = [bars.point(u, v) for u in ends for v in (bars.v0 + 4, (bars.v0 + bars.v1) / 2, bars.v1 - 4)]
    height, width = grey.shape
    return float(min(min(x, y, width - 1 - x, height - 1 - y) for x, y in points))
