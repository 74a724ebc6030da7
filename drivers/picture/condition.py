"""The condition of the bars at a place: their edges and ends, what lies over them, what is missing of them. Pure.

`rows` are the place, turned upright; a `profile` is one value for each of its columns, light high.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from drivers.picture.scanline.alphabet import CODE39, FINAL128, STARTS128, STOP128, WIDE39, WIDTHS128

Real = NDArray[np.float32]
Edges = NDArray[np.float64]
"""Places on a profile, to a fraction of a pixel, or what lies between them."""

_REACH = 8
"""As far as rows may stand aside from one another, where a place is not quite level."""
_BANDS = 8
_DIRT = 0.35
"""Share of the contrast by which a pixel differs from its column, to count as another thing than the bars."""
_WINDOWS = 10
_STARTS_128 = np.array([[int(width) for width in WIDTHS128[word]] for word in STARTS128], float)
_STOP_128 = np.array([*map(int, WIDTHS128[STOP128]), FINAL128], float)
_WIDE_39 = tuple(at for at, wide in enumerate(WIDE39[CODE39.index("*")]) if wide == "1")
"""The wide elements of the asterisk, with which Code 39 starts and stops."""


def level(rows: Real) -> tuple[Real, float]:
    """The rows, each band of them moved aside to where it fits the others best; and by how much that is no straight line."""
    bands = np.array_split(np.arange(len(rows)), min(_BANDS, len(rows)))
    means = np.array([rows[band].mean(axis=0) for band in bands])
    means -= means.mean(axis=1, keepdims=True)
    width = rows.shape[1] - 2 * _REACH
    base = means[len(means) // 2, _REACH : _REACH + width]
    fits = np.array([means[:, _REACH + by : _REACH + by + width] @ base for by in range(-_REACH, _REACH + 1)])
    moves = fits.argmax(axis=0) - _REACH
    lined = np.concatenate([np.roll(rows[band], -int(by), axis=1) for band, by in zip(bands, moves, strict=True)])
    return lined, _bend(moves)


def _bend(moves: NDArray[np.intp]) -> float:
    """How far some moves are from a straight line, the farthest but one of them."""
    if len(moves) < 4:
        return 0.0
    at = np.arange(len(moves)) - (len(moves) - 1) / 2
    lean = float(at @ moves) / float(at @ at)
    return float(np.sort(np.abs(moves - moves.mean() - lean * at))[-2])


def middle(rows: Real) -> Real:
    """The profile: the middle value of each column, which a stroke over a few rows does not change."""
    half = len(rows) // 2
    return np.asarray(np.partition(rows, half, axis=0)[half], np.float32)


def crossings(profile: Real, least: float) -> Edges:
    """Where the profile passes half way from one extreme to the next, to a fraction of a pixel; steps below `least` are none.

    >>> crossings(np.array([9, 9, 9, 1, 1, 9, 9], np.float32), 4).tolist()
    [2.5, 4.5]
    """
    values = profile.tolist()
    return np.array([_half_way(values, a, b) for a, b in pairwise(_turns(values, least))])


def _turns(values: list[float], least: float) -> list[int]:
    """Extremes by turns, each at least so far from the last."""
    turns: list[int] = []
    top = bottom = 0
    rising = falling = True  # until the first turn says which
    for i, value in enumerate(values):
        top = i if value > values[top] else top
        bottom = i if value < values[bottom] else bottom
        if rising and values[top] - value > least:
            turns.append(top)
            rising, falling, bottom = False, True, i
        elif falling and value - values[bottom] > least:
            turns.append(bottom)
            rising, falling, top = True, False, i
    return [*turns, top if rising else bottom] if turns else []


def _half_way(values: list[float], start: int, end: int) -> float:
    """Where it is half way between two extremes, which lie apart."""
    half = (values[start] + values[end]) / 2
    rising = values[end] > values[start]
    at = next(i for i in range(start, end) if (values[i + 1] >= half if rising else values[i + 1] <= half))
    return at + (half - values[at]) / (values[at + 1] - values[at])


def dirt(rows: Real, profile: Real, low: float, high: float) -> tuple[float, float, float]:
    """Shares of ink between the bars, of holes in them, and of pixels that are another thing than the row above has there.

    The shade that a whole row lies in is neither ink nor hole.
    """
    swing = high - low
    light, dark = profile > high - 0.3 * swing, profile < low + 0.3 * swing
    if not (light.any() and dark.any()):
        return 0.0, 0.0, 0.0
    off = rows - profile
    off -= np.clip(np.median(off[:, ::4], axis=1, keepdims=True), -0.2 * swing, 0.2 * swing)
    ink, holes = (off[:, light] < -_DIRT * swing).mean(), (off[:, dark] > _DIRT * swing).mean()
    return float(ink), float(holes), float((np.abs(np.diff(rows, axis=0)) > _DIRT * swing).mean()) if len(rows) > 1 else 0.0


def uneven(profile: Real) -> float:
    """How much paler the palest stretch of the bars is than the darkest: 0 is as dark, 1 is as paper."""
    width = max(24, len(profile) // _WINDOWS)
    starts = range(0, max(1, len(profile) - width + 1), max(1, width // 2))
    stretches = np.sort(np.array([profile[at : at + width] for at in starts]), axis=1)
    darks, lights = stretches[:, stretches.shape[1] // 12], stretches[:, -1 - stretches.shape[1] // 12]
    return float(darks.max() - darks.min()) / max(1.0, float(lights.max() - darks.min()))


def unframed(edges: Edges, narrow: float) -> Edges:
    """The edges without a line's before or after the bars: what is left is a whole symbol, or the line stands far off."""
    elements = np.diff(edges)
    if whole(elements) or len(edges) < 18:
        return edges
    for before, after in ((2, 0), (0, 2), (2, 2)):
        if whole(elements[before : len(elements) - after]):
            return edges[before : len(edges) - after]
    far = 15 * narrow
    return edges[2 if elements[1] > far else 0 : len(edges) - (2 if elements[-2] > far else 0)]


def quiet(profile: Real, start: float, end: float, middle: float) -> float:
    """White before the start or after the end, whichever is less; as much as the profile shows."""
    before, after = profile[: max(0, int(start))][::-1], profile[int(np.ceil(end)) + 1 :]
    return float(min(_run(before > middle), _run(after > middle)))


def _run(light: NDArray[np.bool_]) -> int:
    dark = np.nonzero(~light[1:])[0]
    return int(dark[0]) + 1 if len(dark) else len(light)


def whole(elements: Edges) -> bool:
    """Whether both ends of the bars are those of a symbol, whichever way round."""
    return len(elements) > 13 and any(_starts(way) and _stops(way) for way in (elements, elements[::-1]))


def part(elements: Edges) -> bool:
    """Whether exactly one end of the bars is that of a symbol, whichever way round."""
    ways = (elements, elements[::-1])
    return len(elements) > 13 and not whole(elements) and any(_starts(way) or _stops(way) for way in ways)


def _starts(elements: Edges) -> bool:
    return _asterisk(elements[:9]) or any(_like(elements[:6], shape) for shape in _STARTS_128)


def _stops(elements: Edges) -> bool:
    return _asterisk(elements[-9:]) or _like(elements[-7:], _STOP_128)


def _asterisk(nine: Edges) -> bool:
    wide = np.sort(np.argsort(nine)[-3:])
    return tuple(wide) == _WIDE_39 and nine[wide].min() > 1.25 * np.delete(nine, wide).max()


def _like(elements: Edges, shape: Edges) -> bool:
    """As wide as the shape's, each to half a module; ink that spread is taken off first."""
    found = elements * shape.sum() / max(float(elements.sum()), 1e-6)
    spread = float((found[::2] - shape[::2]).mean())
    found[::2] -= spread
    found[1::2] -= float((found[1::2] - shape[1::2]).mean())
    return bool(np.abs(found - shape).max() < 0.5)
