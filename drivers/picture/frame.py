"""Where exactly bars begin and end: the outline of a place that holds them. Runs in the limited process only.

1. *Turn.* The place is turned until the upper and the lower rows lie above one another.
2. *Rows.* In stretches along the place, rows that look like those in the middle are counted up and down: printed words,
   ruled lines and the next row do not. A line through their ends is the direction of the row; where the bars do not stand
   upright on it, the page was seen askew and they lean.
3. *Ends.* The first and the last bar, before white for more than any character holds. A line that goes on above and below
   the bars is the frame of a table, and none of them.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.bars import Bars
from drivers.picture.crop import straight
from drivers.picture.profile import Grey, Real, edges, profile_of, quiet, stretches
from drivers.picture.register import lean

_BEYOND = 8
"""Rows that are looked at above and below the bars."""
Rows = NDArray[np.float64]


def framed(grey: Grey, bars: Bars) -> Bars:
    """The place with exact ends, rows and angle; as it was where nothing can be said."""
    return ended(grey, rowed(grey, turned(grey, bars)))


def turned(grey: Grey, bars: Bars) -> Bars:
    """Turned until its rows are in register."""
    slope = lean(straight(grey, bars))
    return bars.turned(-math.atan(slope)) if abs(slope) > 0.001 else bars


def rowed(grey: Grey, bars: Bars) -> Bars:
    """From where to where the bars go, and the direction of their row."""
    margin = float(np.clip(bars.height / 2, 12, 60))
    crop = straight(grey, bars, along=margin)
    middles, tops, bottoms = _reached(crop, int(margin))
    if not len(middles):
        return bars
    slope = _slope(middles, tops, bottoms) if bars.length > 1.5 * bars.height else 0.0
    middle = crop.shape[1] / 2
    top, bottom = (_median(ends - slope * (middles - middle)) for ends in (tops, bottoms))
    v0, v1 = bars.v0 - margin + top, bars.v0 - margin + bottom
    if math.isnan(top) or math.isnan(bottom) or v1 - v0 < 0.5 * min(bars.height, 40):
        return bars
    return _askew(Bars(bars.angle, bars.u0, bars.u1, v0, v1, bars.lean), slope)


def _median(values: Rows) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else math.nan


def _askew(bars: Bars, slope: float) -> Bars:
    """The same bars on a row that goes down by a slope."""
    if abs(slope) < 0.004:
        return bars
    middle = bars.point((bars.u0 + bars.u1) / 2, (bars.v0 + bars.v1) / 2)
    more = math.atan(slope)
    wide, high = bars.length / 2 / math.cos(more), bars.height / 2 * math.cos(more)
    return Bars(bars.angle + more, -wide, wide, -high, high, math.tan(more + math.atan(bars.lean))).centred(middle)


def _reached(crop: Grey, margin: int) -> tuple[Rows, Rows, Rows]:
    """The middles of stretches, and the first and the last row of each that looks as its middle does."""
    height, width = crop.shape
    count = int(np.clip(width // 48, 1, 10))
    bounds = np.linspace(0, width, count + 1).astype(int)
    rows = cv2.blur(crop, (1, 3)).astype(np.float32)
    found: dict[int, tuple[float, float]] = {}
    for way in (range(count // 2, count), range(count // 2 - 1, -1, -1)):
        centre = height / 2
        for n in way:
            span = _span(rows[:, bounds[n] : bounds[n + 1]], centre, height - 2 * margin)
            if span is not None:
                found[n] = span
                centre = sum(span) / 2
    order = sorted(found)
    spans = np.array([found[n] for n in order]).reshape(-1, 2)
    spans[spans[:, 0] <= 0, 0] = np.nan
    spans[spans[:, 1] >= height, 1] = np.nan
    return (bounds[order] + bounds[np.array(order, int) + 1]) / 2, spans[:, 0], spans[:, 1]


def _span(rows: Real, centre: float, tall: int) -> tuple[float, float] | None:
    """The rows like those in the middle: first, and one past the last."""
    middle, half = int(np.clip(centre, 1, len(rows) - 2)), max(1, tall // 6)
    about = rows - rows.mean(axis=1, keepdims=True)
    inside = slice(max(0, middle - half), middle + half + 1)
    sample = about[inside].mean(axis=0)
    most = float(np.linalg.norm(sample))
    if most < 1:
        return None
    fits = about @ sample / most**2
    typical = float(np.median(fits[inside]))
    strays = np.nonzero(fits < 0.5 * typical)[0]
    above, below = strays[strays < middle], strays[strays > middle]
    return (float(above[-1] + 1) if len(above) else 0.0), (float(below[0]) if len(below) else float(len(rows)))


def _slope(middles: Rows, tops: Rows, bottoms: Rows) -> float:
    """How many rows down for each pixel across: the median over pairs of stretches, if top and bottom say alike."""
    slopes = [_median_slope(middles, ends) for ends in (tops, bottoms)]
    sure = [s for s in slopes if not math.isnan(s)]
    if not sure or (len(sure) == 2 and abs(sure[0] - sure[1]) > max(0.02, 0.5 * max(map(abs, sure)))):
        return 0.0
    return sum(sure) / len(sure)


def _median_slope(middles: Rows, ends: Rows) -> float:
    known = ~np.isnan(ends)
    x, y = middles[known], ends[known]
    if len(x) < 4:
        return math.nan
    i, j = np.triu_indices(len(x), 1)
    return float(np.median((y[j] - y[i]) / (x[j] - x[i])))


def ended(grey: Grey, bars: Bars) -> Bars:
    """From the first bar to the last, however far they go on."""
    margin = int(np.clip(bars.length / 6, 16, 64))
    for _ in range(6):
        found = _ends(straight(grey, bars, across=margin, along=_BEYOND))
        if found is None:
            return bars
        (start, end, white), wide = found, bars.length + 2 * margin
        if end - start < 0.5 * bars.length:
            return bars
        bars = bars.cut(start - margin, 0, end - margin, bars.height)
        if min(start, wide - end) >= white:
            break
        margin = int(max(2 * white, bars.length / 3))
    return bars


def _ends(crop: Grey) -> tuple[float, float, float] | None:
    """Where the longest stretch of bars begins and ends, in a crop that shows some rows above and below; the white it needs."""
    profile = profile_of(crop[_BEYOND:-_BEYOND] if len(crop) > 3 * _BEYOND else crop)
    changes = edges(profile)
    if len(changes) < 12:
        return None
    first, last = _longest(changes, profile)
    near = slice(_BEYOND - 4, _BEYOND - 2)
    first, last = _unruled(changes, first, last, profile, (crop[near].max(axis=0), crop[::-1][near].max(axis=0)))
    return _crossing(profile, int(changes[first])), _crossing(profile, int(changes[last])), quiet(changes)


def _longest(changes: NDArray[np.intp], profile: Real) -> tuple[int, int]:
    """The first and last change of the longest stretch of bars."""
    start, end = max(stretches(profile), key=lambda one: one[1] - one[0])
    inside = np.nonzero((changes >= start - 3) & (changes <= end + 2))[0]
    return (int(inside[0]), int(inside[-1])) if len(inside) else (0, len(changes) - 1)


def _unruled(
    changes: NDArray[np.intp], first: int, last: int, profile: Real, beyond: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> tuple[int, int]:
    """Without bars at either end that go on above and below."""
    low, high = np.percentile(profile, (5, 95))
    through = (np.maximum(*beyond) < (low + high) / 2) & (profile < (low + high) / 2)
    if last - first > 16 and through[changes[first] : changes[first + 1] + 2].any():
        first += 2
    if last - first > 16 and through[changes[last - 1] : changes[last] + 2].any():
        last -= 2
    return first, last


def _crossing(profile: Real, n: int) -> float:
    """Where between two pixels the profile crosses the middle between its neighbours' levels."""
    around = profile[max(0, n - 4) : n + 6]
    middle = (float(around.min()) + float(around.max())) / 2
    for i in (n, n - 1, n + 1, n - 2, n + 2):
        if 0 <= i < len(profile) - 1 and (profile[i] - middle) * (profile[i + 1] - middle) < 0:
            return i + 0.5 + float((profile[i] - middle) / (profile[i] - profile[i + 1]))
    return n + 1.0
