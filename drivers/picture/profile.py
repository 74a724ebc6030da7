"""What the profile of a place says: its edges, how alike its rows are, and whether that is a barcode or a line of text. Pure.

A profile is the average of some rows, light high.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]

_LEAST_EDGES = 12
_LEAST_SHARP = 22
_LEAST_SOFT = 8
"""The shortest number has over thirty edges; blur leaves a third of them, and a sharp picture most."""
_QUIET = 7
"""Narrow bars of white that part symbols."""
_SAME = 0.95
_FAINTEST = 2.5
_WHITEST = 0.22
"""Share of ink: thin print has over 0.28 of it, vertical lines of tables and letters less than 0.2."""
_STUMPY = 2.9
"""Height, in elements as wide as the average one: a symbol has five at least, and a strip of one that a stroke left has more."""
_AGAIN = 0.97
"""No number has the same profile again and again; fourteen times the same digit comes to 0.94."""
_TEXT = 0.78
"""Upper and lower third of low bars are alike by at least this; of a line of text, which may be as low, they are not."""


def ranked(values: NDArray[np.number], share: float) -> float:
    """The value that so large a share of the values does not exceed: a percentile, ten times as fast."""
    n = int(share * (len(values) - 1) + 0.5)
    return float(np.partition(values, n)[n])


def crossings(crop: Grey) -> int:
    """How often the busiest of five bands of rows goes from dark to light or back: quickly, and no more exactly than that."""
    bands = cv2.resize(crop, (crop.shape[1], 5), interpolation=cv2.INTER_AREA).astype(np.float32)
    about = bands - cv2.blur(bands, (31, 1))
    clear = np.abs(about) > 0.25 * np.abs(about).max(axis=1, keepdims=True)
    sides = [band[far] > 0 for band, far in zip(about, clear, strict=True)]
    return max(int(np.count_nonzero(side[1:] != side[:-1])) for side in sides)


def profile_of(rows: Grey) -> Real:
    """The average of some rows."""
    return np.asarray(rows.mean(axis=0), np.float32)


def edges(profile: Real) -> NDArray[np.intp]:
    """Where a profile changes between dark and light, against the local middle; faint changes do not count."""
    low, high = _levels(profile)
    swing = high - low
    side = np.where(profile > (high + low) / 2 + 0.15 * swing, 1, np.where(profile < (high + low) / 2 - 0.15 * swing, -1, 0))
    side[swing < 0.25 * ranked(swing, 0.9)] = 0
    clear = np.nonzero(side)[0]
    changes: NDArray[np.intp] = clear[np.nonzero(np.diff(side[clear]))[0]]
    return changes


def stretches(profile: Real) -> list[tuple[int, int]]:
    """Where bars are, parted by white for more narrow bars than any character holds; grey that blur left is no white."""
    changes = edges(profile)
    if len(changes) < 4:
        return []
    low, high = _levels(profile)
    swing = high - low
    on = np.nonzero(profile < high - 0.3 * np.maximum(swing, 0.4 * ranked(swing, 0.9)))[0]
    breaks = np.nonzero(np.diff(on) > quiet(changes))[0]
    starts, ends = on[np.r_[0, breaks + 1]], on[np.r_[breaks, len(on) - 1]] + 1
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def quiet(changes: NDArray[np.intp]) -> float:
    """How much white parts symbols, in pixels, by the bars between some changes."""
    return max(6.0, _QUIET * ranked(np.diff(changes), 0.3))


def _levels(profile: Real) -> tuple[Real, Real]:
    """Dark and light round each pixel."""
    shape = np.ones((1, 41), np.uint8)
    low, high = (cv2.blur(far(profile[None], shape), (41, 1))[0] for far in (cv2.erode, cv2.dilate))
    return np.asarray(low, np.float32), np.asarray(high, np.float32)


def likeness(one: Real, other: Real, reach: int) -> tuple[float, int]:
    """How alike two profiles are, shading apart, at the best shift within reach: from -1 to 1, and the shift."""
    a, b = (p - _box(p, 61) for p in (one, other))
    a, b = a - a.mean(), b - b.mean()
    reach = min(reach, len(a) - 1)
    padded = np.pad(a, reach)
    sums = np.correlate(padded, b, "valid")
    best = int(sums.argmax())
    return float(sums[best] / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-6)), best - reach


def thirds(crop: Grey) -> tuple[float, float, int]:
    """How alike the two most alike of upper, middle and lower third are; upper and lower; the shift between these."""
    height, width = crop.shape
    third = max(2, height // 3)
    reach = min(max(3, height // 6), width // 4)
    starts = (0, (height - third) // 2, height - third)
    upper, middle, lower = (profile_of(crop[s : s + third]) for s in starts)
    ends, shift = likeness(upper, lower, reach)
    return max(ends, likeness(upper, middle, reach)[0], likeness(middle, lower, reach)[0]), ends, shift


def barlike(crop: Grey, alike: float, ends: float) -> bool:
    """Whether a straightened place holds bars, and no line of text; `alike` and `ends` as `thirds` says of it."""
    height = crop.shape[0]
    third = max(2, height // 3)
    profile = profile_of(crop)
    if alike < 0.4 or profile.std() < _FAINTEST:
        return False
    changes = edges(profile)
    if len(changes) < 4:
        return False
    most = max(len(changes), *(len(edges(profile_of(part))) for part in (crop[:third], crop[-third:])))
    if most < (_LEAST_SOFT if ends > _SAME and _soft(profile) else _LEAST_EDGES) or grating(profile, changes):
        return False
    element = float(changes[-1] - changes[0]) / (1 + len(changes))
    repeated = _repeated(crop)
    low = height < 8 * element  # as a line of text
    if low and (ends < _TEXT * repeated or (most < _LEAST_SHARP and ends < _SAME and not _soft(profile))):
        return False
    lowest = 2.2 if ends > 0.9 * repeated else 3.5
    return height >= lowest * element and element < 25


def wordlike(crop: Grey) -> bool:
    """Whether a framed place is the middle of a line of text after all: strokes hardly longer than they lie apart."""
    profile = profile_of(crop)
    changes = edges(profile)
    tall = len(crop) * (1 + len(changes)) / max(1.0, float(changes[-1] - changes[0])) if len(changes) > 1 else _STUMPY
    if tall >= _STUMPY:
        return False
    alike, ends, _ = thirds(crop)
    return not barlike(crop, alike, ends)


def grating(profile: Real, changes: NDArray[np.intp]) -> bool:
    """Whether what looks like bars comes again and again, as ruled lines and lines of text do, or is nearly all white."""
    widths = np.diff(changes)
    dark = widths[0 if profile[changes[0] + 1] < profile[changes[0]] else 1 :: 2].sum() / widths.sum()
    if dark < _WHITEST:
        return True
    again = _again(profile, 0.7 * float(np.median(widths[:-1] + widths[1:]))) if len(widths) > 4 else 0.0
    return again > _AGAIN or (again > 0.6 and dark < 1.45 * _WHITEST)


def _again(profile: Real, least: float) -> float:
    """How like itself a profile is a short way on: 1 for a grating."""
    a = profile - _box(profile, 61)
    size = len(a)
    first, last = int(max(4, least)), size // 2
    if last <= first:
        return 0.0
    sums = np.correlate(a, a[: size - first], "full")[size - first - 1 :][first:last]
    power = np.r_[0.0, np.cumsum(np.square(a, dtype=np.float64))]
    lags = np.arange(first, first + len(sums))
    both = np.sqrt(power[size - lags] * (power[size] - power[lags])) + 1e-6
    return float((sums / both).max())


def _soft(profile: Real) -> bool:
    """Whether it takes more than a few pixels from dark to light."""
    low, high = np.percentile(profile, (5, 95))
    return bool(np.percentile(np.abs(np.diff(profile)), 98) < 0.42 * (high - low))


def _repeated(crop: Grey) -> float:
    """How alike even and odd rows are: what noise leaves of the likeness of thirds."""
    even, odd = (profile_of(crop[n::2]) for n in (0, 1))
    return likeness(even, odd, 1)[0]


def _box(values: Real, window: int) -> Real:
    """The running mean, to the ends."""
    return np.asarray(cv2.blur(values[None], (window, 1), borderType=cv2.BORDER_REFLECT)[0], np.float32)


def widest_gaps(crop: Grey, most: int) -> list[float]:
    """The middles of the widest white stretches between two bars, the widest first."""
    profile = profile_of(crop)
    crossed = edges(profile)
    light = profile > np.median(profile)
    gaps = [(int(b - a), (a + b) / 2) for a, b in pairwise(crossed) if light[(a + b) // 2]]
    return [float(middle) for _, middle in sorted(gaps, reverse=True)[:most]]
