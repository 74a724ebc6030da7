"""Whether bars say what an engine claims: each character of the text is matched with its cell of the bars. Pure.

The rows of a straightened symbol are averaged to one profile, cut into cells of one character, and each cell is compared
with the shapes of *all* characters of its symbology, blurred as print and scan blur them. The claim holds only if in every
cell the claimed character is the best, by a margin. This is the second witness that makes one engine's reading count: a
pen stroke, a void or a scan line that wandered from one row into the next turns characters, and their cells say so.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from drivers.picture.profile import ranked
from drivers.picture.scanline.alphabet import CODE39, WIDE39, WIDTHS128, said128
from drivers.scan import Symbology

Real = NDArray[np.float64]

_MARGIN = 0.02
_UNEVEN = 0.15
_BLURS = (0.35, 0.7)
_FINE = 8
"""Samples of a module in the drawing of a shape; divisible by what cells are sampled at."""

_RATIOS = (2.0, 2.25, 2.5, 2.75, 3.0)
_BENDS = (0.0, -0.02, 0.02, -0.04, 0.04, -0.07, 0.07, -0.1, 0.1)
_SHIFTS = (0.0, -0.03, 0.03, -0.06, 0.06)


def agrees(profile: Real, text: str, symbology: Symbology) -> bool:
    """Whether a profile (light high, from before the first bar to after the last) holds the text, either way round."""
    inside = _inked(profile)
    if inside is None:
        return False
    holds = _holds39 if symbology is Symbology.CODE39 else _holds128
    return holds(inside, text) or holds(inside.turned(), text)


class _Inked:
    """A profile with the places of its first and last edge, to a fraction of a pixel."""

    def __init__(self, values: Real, start: float, end: float, middle: float) -> None:
        self.values, self.start, self.end, self.middle = values, start, end, middle

    def turned(self) -> "_Inked":
        """As seen from the other side."""
        last = len(self.values) - 1
        return _Inked(self.values[::-1], last - self.end, last - self.start, self.middle)

    def at(self, places: Real) -> Real:
        """Its values between pixels, at places from 0 (the first edge) to 1 (the last)."""
        pixels = self.start + places * (self.end - self.start)
        np.clip(pixels, 0, len(self.values) - 1.001, out=pixels)
        before = pixels.astype(np.intp)
        pixels -= before
        low = self.values.take(before)
        return np.asarray(low + pixels * (self.values.take(before + 1) - low), np.float64)

    def edges(self) -> int:
        """How often it crosses the middle between paper and ink."""
        dark = self.values < self.middle
        return int(np.count_nonzero(dark[1:] != dark[:-1]))


def _inked(profile: Real) -> _Inked | None:
    """Finds where the bars begin and end: half way between paper and ink."""
    values = np.asarray(profile, np.float64)
    low, high = ranked(values, 0.05), ranked(values, 0.95)
    middle = (low + high) / 2
    dark = np.nonzero(values < middle)[0]
    if high - low < 8 or len(dark) < 10 or dark[0] == 0 or dark[-1] == len(values) - 1:
        return None
    return _Inked(values, _crossing(values, dark[0] - 1, middle), _crossing(values, dark[-1], middle), middle)


def _crossing(values: Real, i: int, middle: float) -> float:
    a, b = values[i], values[i + 1]
    return float(i + (a - middle) / (a - b)) if a != b else float(i)


def _levelled(cells: Real) -> Real:
    about = cells - cells.mean(axis=-1, keepdims=True)
    return np.asarray(about / (np.sqrt(np.square(about).sum(axis=-1, keepdims=True)) + 1e-9), np.float64)


def _holds39(bars: _Inked, text: str) -> bool:
    if not set(text) <= set(CODE39):
        return False
    claim = np.array([CODE39.index(c) for c in f"*{text}*"])
    here = np.arange(len(claim))
    scores = _levelled(bars.at(_places39(len(claim)))) @ _shapes39()  # ratios, cells, shapes of each blur
    mine = np.stack([scores[:, here, claim + n * len(CODE39)] for n in range(len(_BLURS))], axis=1)
    ratio, blur = divmod(int(_typical(mine).argmax()), len(_BLURS))
    shapes = slice(blur * len(CODE39), (blur + 1) * len(CODE39))
    return _borne(scores[ratio, :, shapes], claim) or _borne(_bent(bars, claim, ratio, _shapes39()[ratio][:, shapes]), claim)


def _bent(bars: _Inked, claim: NDArray[np.intp], ratio: int, shapes: Real) -> Real:
    """How well each character fits each cell of a page seen askew or bent.

    There cells grow from one end to the other; each may also lie a little to one side, by what is best for each character.
    """
    even = _places39(len(claim))[ratio]
    here = np.arange(len(claim))
    bends = [even + bend * even * (1 - even) for bend in _BENDS]
    best = max(bends, key=lambda places: float(_typical((_levelled(bars.at(places)) @ shapes)[here, claim])))
    return np.asarray(np.max([_levelled(bars.at(best + shift / len(claim))) @ shapes for shift in _SHIFTS], axis=0), np.float64)


def _typical(fits: Real) -> Real:
    """The fit of the middling character."""
    half = fits.shape[-1] // 2
    return np.asarray(np.partition(fits, half, axis=-1)[..., half], np.float64)


def _borne(scores: Real, claim: NDArray[np.intp]) -> bool:
    """Whether each claimed character fits its cell better than any other does, by a margin, and all fit about as well."""
    here = np.arange(len(claim)), claim
    mine, others = scores[here], scores.copy()
    others[here] = -1
    return bool((mine - others.max(axis=1) > _MARGIN).all()) and _even(mine)


def _even(mine: Real) -> bool:
    """Whether all characters fit about as well: one that a white streak or a stroke along the bars has changed does not."""
    return bool(mine.min() > _typical(mine) - _UNEVEN)


def _holds128(bars: _Inked, text: str) -> bool:
    """The number of code words follows from the text but for the code sets; the start, the check and the text decide."""
    counted = (bars.edges() - 8) // 6  # right where nothing spoils the bars; all others that may be are tried after it
    for words in sorted(range(len(text) // 2 + 2, len(text) + 6), key=lambda words: words != counted):
        cells = _levelled(bars.at(_places128(words)))
        for blur in _BLURS:
            best = _best(cells, _shapes128(blur))
            if best is not None and said128(best) == text:
                return True
    return False


def _best(cells: Real, shapes: Real) -> list[int] | None:
    """The best shape of each cell; None where one is hardly better than the next."""
    scores = cells @ shapes.T
    order = np.partition(scores, -2, axis=1)
    clear = (order[:, -1] - order[:, -2] > _MARGIN / 2).all() and _even(order[:, -1])
    return [int(i) for i in scores.argmax(axis=1)] if clear else None


def _places(bounds: int, width: float, samples: int) -> Real:
    """So many points of each cell between so many bounds. Shape: cells, samples."""
    inside = (np.arange(samples) + 0.5) / samples
    return np.asarray((np.arange(bounds - 1)[:, None] + inside) * width, np.float64)


@cache
def _places39(cells: int) -> Real:
    """Where the cells of a symbol lie, of each ratio: a cell has a gap after it, one narrow bar wide, but for the last."""
    wide = [7 + 3 * ratio for ratio in _RATIOS]
    return np.stack([_places(cells + 1, cell / (cells * cell - 1), 64) for cell in wide])


@cache
def _places128(words: int) -> Real:
    return _places(words + 2, 11 / (11 * words + 13), 44)  # the stop is one more


@cache
def _shapes39() -> Real:
    """The characters of each ratio, of each blur. Shape: ratios, samples, characters of the first blur and then of the next."""
    widths = [[[ratio if wide == "1" else 1.0 for wide in code] + [1.0] for code in WIDE39] for ratio in _RATIOS]
    return np.stack([np.vstack([_drawn([tuple(w) for w in codes], blur, 64) for blur in _BLURS]).T for codes in widths])


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
