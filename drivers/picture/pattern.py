"""Whether bars say what an engine claims: each character of the text is matched with its cell of the bars. Pure.

The rows of a straightened symbol are averaged to one profile, cut into cells of one character, and each cell is compared
with the shapes of *all* characters of its symbology, blurred as print and scan blur them. The claim holds only if in every
cell the claimed character is the best, by a margin. This is the second witness that makes one engine's reading count: a
pen stroke, a void or a scan line that wandered from one row into the next turns characters, and their cells say so.
"""

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from drivers.scan import Symbology

Real = NDArray[np.float64]

_MARGIN = 0.02
_UNEVEN = 0.15
_BLURS = (0.35, 0.7)
_FINE = 8
"""Samples of a module in the drawing of a shape; divisible by what cells are sampled at."""

_CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*"
_WIDE39 = re.findall(
    r"\d+",
    "000110100 100100001 001100001 101100000 000110001 100110000 001110000 000100101 100100100 001100100 "
    "100001001 001001001 101001000 000011001 100011000 001011000 000001101 100001100 001001100 000011100 "
    "100000011 001000011 101000010 000010011 100010010 001010010 000000111 100000110 001000110 000010110 "
    "110000001 011000001 111000000 010010001 110010000 011010000 010000101 110000100 011000100 010101000 "
    "010100010 010001010 000101010 010010100",
)
_WIDTHS128 = re.findall(
    r"\d+",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232",
)
_STOP128 = "2331112"
_A, _B, _C = 103, 104, 105
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
    if not set(text) <= set(_CODE39):
        return False
    claim = np.array([_CODE39.index(c) for c in f"*{text}*"])
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
        bounds = np.arange(words + 1, dtype=np.float64) * (11 / modules)
        for blur in _BLURS:
            best = _best(bars.cells(bounds, 44), _shapes128(blur))
            if best is not None and decoded128(best) == text:
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
    widths = [[ratio if wide == "1" else 1.0 for wide in code] + [1.0] for code in _WIDE39]
    return _drawn([tuple(w) for w in widths], blur, 64)


@cache
def _shapes128(blur: float) -> Real:
    return _drawn([tuple(float(w) for w in code) for code in _WIDTHS128], blur, 44)


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


def decoded128(words: list[int]) -> str | None:
    """The text of code words from start to check; None where the check is wrong or a word has no place.

    >>> decoded128([104, 33, 34, 102])
    'AB'
    """
    if len(words) < 3 or words[0] not in {_A, _B, _C}:
        return None
    *body, check = words
    if (body[0] + sum(i * word for i, word in enumerate(body))) % 103 != check:
        return None
    return _spelled(body)


def _spelled(body: list[int]) -> str | None:
    sets = {_A: "A", _B: "B", _C: "C", 101: "A", 100: "B", 99: "C"}
    now, shifted, text = sets[body[0]], "", ""
    for word in body[1:]:
        here, shifted = shifted or now, ""
        if here == "C" and word < 100:
            text += f"{word:02d}"
        elif word >= 96 or here == "C":
            if word == 98 and here != "C":
                shifted = "B" if here == "A" else "A"
            elif word in sets and sets[word] != here:
                now = sets[word]
            else:
                return None  # function codes: no number of ours has them
        else:
            text += chr(word + 32 if here == "B" or word < 64 else word - 64)
    return text
