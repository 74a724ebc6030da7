"""Whether bars say what an engine claims: each character of the text is matched with its cell of the bars. Pure.

The rows of a straightened symbol are averaged to one profile, cut into cells of one character, and each cell is compared
with the shapes of *all* characters of its symbology, blurred as print and scan blur them. The claim holds only if in every
cell the claimed character is the best, by a margin. This is the second witness that makes one engine's reading count: a
pen stroke, a void or a scan line that wandered from one row into the next turns characters, and their cells say so.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from drivers.picture.scanline.alphabet import CODE39, WIDE39, WIDTHS128, said128
from drivers.scan import Symbology

Real = NDArray[np.float64]

_MARGIN = 0.02
_UNEVEN = 0.15
_BLURS = (0.35, 0.7)
_FINE = 8
"""Samples of a module in the drawing of a shape; divisible by what cells are sampled at."""

_SHAPES39 = tuple((ratio, blur) for ratio in (2.0, 2.25, 2.5, 2.75, 3.0) for blur in _BLURS)
_BENDS = (0.0, -0.02, 0.02, -0.04, 0.04, -0.07, 0.07, -0.1, 0.1)
_SHIFTS = (0.0, -0.03, 0.03, -0.06, 0.06)


def agrees(profile: Real, text: str, symbology: Symbology) -> bool:
    """Whether a profile (light high, from before the first bar to after the last) holds the text, either way round."""
    inside = _inked(profile)
    if inside is None:
        return False
    holds = _holds39 if symbology is Symbology.CODE39 else _holds128
    return any(holds(way, text) for way in (inside, _Inked(inside.values[::-1], *inside.other_way())))


class _Inked:
    """A profile with the places of its first and last edge, to a fraction of a pixel."""

    def __init__(self, values: Real, start: float, end: float) -> None:
        self.values, self.start, self.end = values, start, end

    def other_way(self) -> tuple[float, float]:
        """Start and end, counted from the other side."""
        last = len(self.values) - 1
        return last - self.end, last - self.start

    def cells(self, bounds: Real, samples: int) -> Real:
        """Each cell at so many points, brought to mean 0 and length 1."""
        inside = (np.arange(samples) + 0.5) / samples
        at = bounds[:-1, None] + np.diff(bounds)[:, None] * inside
        return _levelled(np.interp(self.start + at * (self.end - self.start), np.arange(len(self.values)), self.values))


def _inked(profile: Real) -> _Inked | None:
    """Finds where the bars begin and end: half way between paper and ink."""
    values = np.asarray(profile, np.float64)
    low, high = np.percentile(values, (5, 95))
    dark = np.nonzero(values < (low + high) / 2)[0]
    if high - low < 8 or len(dark) < 10 or dark[0] == 0 or dark[-1] == len(values) - 1:
        return None
    middle = (low + high) / 2
    return _Inked(values, _crossing(values, dark[0] - 1, middle), _crossing(values, dark[-1], middle))


def _crossing(values: Real, i: int, middle: float) -> float:
    a, b = values[i], values[i + 1]
    return float(i + (a - middle) / (a - b)) if a != b else float(i)


def _levelled(cells: Real) -> Real:
    about = cells - cells.mean(axis=1, keepdims=True)
    return np.asarray(about / (np.linalg.norm(about, axis=1, keepdims=True) + 1e-9), np.float64)


def _holds39(bars: _Inked, text: str) -> bool:
    if not set(text) <= set(CODE39):
        return False
    claim = np.array([CODE39.index(c) for c in f"*{text}*"])
    shape, fit = max(((s, _fit39(bars, claim, s)) for s in _SHAPES39), key=_typical)
    if _borne(fit):
        return True
    bend = max(_BENDS, key=lambda bend: _typical((shape, _fit39(bars, claim, shape, bend))))
    return _borne(_fit39(bars, claim, shape, bend, _SHIFTS))


def _fit39(
    bars: _Inked, claim: NDArray[np.intp], shape: tuple[float, float], bend: float = 0.0, shifts: tuple[float, ...] = (0.0,)
) -> tuple[Real, Real]:
    """For each claimed character, how well it fits its cell, and how much better than any other does.

    `shape` is the ratio of wide to narrow and the blur. A page seen askew is `bend`ed: its cells grow from one end to the
    other; each cell may also lie a little to one side, by the best of `shifts` for each character alike.
    """
    cell = 6 + 3 * shape[0] + 1  # with the gap after it, one narrow bar wide
    bounds = np.arange(len(claim) + 1, dtype=np.float64) * (cell / (len(claim) * cell - 1))
    bent = bounds + bend * bounds * (1 - bounds)
    ways = [bars.cells(bent + shift / len(claim), 64) @ _shapes39(*shape).T for shift in shifts]
    scores = np.max(ways, axis=0)
    here = np.arange(len(claim)), claim
    mine = scores[here].copy()
    scores[here] = -1
    return mine, mine - scores.max(axis=1)


def _typical(fitted: tuple[tuple[float, float], tuple[Real, Real]]) -> float:
    return float(np.median(fitted[1][0]))


def _borne(fit: tuple[Real, Real]) -> bool:
    mine, lead = fit
    return bool((lead > _MARGIN).all()) and _even(mine)


def _even(mine: Real) -> bool:
    """Whether all characters fit about as well: one that a white streak or a stroke along the bars has changed does not."""
    return bool(mine.min() > np.median(mine) - _UNEVEN)


def _holds128(bars: _Inked, text: str) -> bool:
    """The number of code words follows from the text but for the code sets; the start, the check and the text decide."""
    for words in range(len(text) // 2 + 2, len(text) + 6):
        modules = 11 * words + 13
        bounds = np.arange(words + 2, dtype=np.float64) * (11 / modules)  # the stop is one more
        for blur in _BLURS:
            best = _best(bars.cells(bounds, 44), _shapes128(blur))
            if best is not None and said128(best) == text:
                return True
    return False


def _best(cells: Real, shapes: Real) -> list[int] | None:
    """The best shape of each cell; None where one is hardly better than the next."""
    scores = cells @ shapes.T
    order = np.partition(scores, -2, axis=1)
    clear = (order[:, -1] - order[:, -2] > _MARGIN / 2).all() and _even(order[:, -1])
    return [int(i) for i in scores.argmax(axis=1)] if clear else None


@cache
def _shapes39(ratio: float, blur: float) -> Real:
    widths = [[ratio if wide == "1" else 1.0 for wide in code] + [1.0] for code in WIDE39]
    return _drawn([tuple(w) for w in widths], blur, 64)


@cache
def _shapes128(blur: float) -> Real:
    return _drawn([tuple(float(w) for w in code) for code in WIDTHS128], blur, 44)


def _drawn(codes: list[tuple[float, ...]], blur: float, samples: int) -> Real:
    """The shapes of characters: bar and space by turns, a space before and a bar after, blurred, sampled, levelled."""
    return _levelled(np.array([_shape(widths, blur, samples) for widths in codes]))


def _shape(widths: tuple[float, ...], blur: float, samples: int) -> Real:
    total = sum(widths)
    margin = 3.0
    x = np.arange(-margin, total + margin, 1 / _FINE)
    changes = np.cumsum((0.0, *widths))
    light = np.searchsorted(changes, x, side="right") % 2 == 0
    kernel = np.exp(-0.5 * (np.arange(-2 * _FINE, 2 * _FINE + 1) / (blur * _FINE)) ** 2)
    soft = np.convolve(light.astype(np.float64), kernel / kernel.sum(), "same")
    return np.asarray(np.interp((np.arange(samples) + 0.5) / samples * total, x, soft))
