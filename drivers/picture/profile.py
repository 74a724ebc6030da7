"""What the profile of a place says: its edges, how alike its rows are, and whether that is a barcode or a line of text. Pure.

A profile is the average of some rows, light high.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]

_LEAST_EDGES = 12
_LEAST_SHARP = 22
"""The shortest number has over thirty edges; blur leaves a third of them, and a sharp picture most."""
_TEXT = 0.78
"""Upper and lower third of low bars are alike by at least this; of a line of text, which may be as low, they are not."""


def profile_of(rows: Grey) -> Real:
    """The average of some rows."""
    return np.asarray(rows.mean(axis=0), np.float32)


def edges(profile: Real) -> NDArray[np.intp]:
    """Where a profile changes between dark and light, against the local middle; faint changes do not count."""
    around = _windows(profile, 41)
    low, high = _box(around.min(axis=1), 41), _box(around.max(axis=1), 41)
    swing = high - low
    side = np.where(profile > (high + low) / 2 + 0.15 * swing, 1, np.where(profile < (high + low) / 2 - 0.15 * swing, -1, 0))
    side[swing < 0.25 * np.percentile(swing, 90)] = 0
    clear = np.nonzero(side)[0]
    changes: NDArray[np.intp] = clear[np.nonzero(np.diff(side[clear]))[0]]
    return changes


def likeness(one: Real, other: Real, reach: int) -> tuple[float, int]:
    """How alike two profiles are, shading apart, at the best shift within reach: from -1 to 1, and the shift."""
    a, b = (p - _box(p, 61) for p in (one, other))
    a, b = a - a.mean(), b - b.mean()
    middle = len(a) - 1
    sums = np.correlate(a, b, "full")[max(0, middle - reach) : middle + reach + 1]
    best = int(sums.argmax())
    return float(sums[best] / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-6)), best - min(reach, middle)


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
    most = max(len(edges(p)) for p in (profile, profile_of(crop[:third]), profile_of(crop[-third:])))
    changes = edges(profile)
    if most < _LEAST_EDGES or alike < 0.4 or len(changes) < 2 or profile.std() < 4:
        return False
    element = float(changes[-1] - changes[0]) / (1 + len(changes))
    repeated = _repeated(crop)
    low = height < 8 * element  # as a line of text
    if low and (ends < _TEXT * repeated or (most < _LEAST_SHARP and not _soft(profile))):
        return False
    lowest = 2.2 if ends > 0.9 * repeated else 3.5
    return height >= lowest * element and element < 25


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
    padded = np.pad(values.astype(np.float64), window // 2, mode="reflect" if len(values) > window // 2 else "edge")
    sums = np.cumsum(np.r_[0.0, padded])
    return np.asarray((sums[window:] - sums[:-window]) / window, np.float32)


def _windows(values: Real, window: int) -> Real:
    """Each value's surroundings."""
    return sliding_window_view(np.pad(values, window // 2, mode="edge"), window)
