"""Bands of rows, averaged to profiles, evenly lit, and where their bars begin and end. Pure."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.profile import edges
from drivers.picture.scanline.shapes import Real

Grey = NDArray[np.uint8]

STEPS: Final = 8
FINER: Final = 2
"""Samples of a profile for each pixel: bars of one pixel are told apart between pixels."""
_BANDS = 6
_STEEP = 0.18
_APART = 1.2


@dataclass(frozen=True, slots=True)
class Profiles:
    """The bands of one place, from its upper rows to its lower, and their average; `FINER` samples a pixel."""

    bands: Real
    mean: Real
    fine: Real
    """The average once more, `STEPS` times as fine: where hypotheses are only weighed, the nearest value does."""

    @classmethod
    def of(cls, crop: Grey) -> Self:
        """From a straightened place whose rows lie in register."""
        count = min(_BANDS, len(crop))
        ends = np.linspace(0, len(crop), count + 1).round().astype(int)
        bands = np.array([crop[a:b].mean(axis=0) for a, b in pairwise(ends)], np.float32)
        finer = cv2.resize(bands, (FINER * bands.shape[1], count), interpolation=cv2.INTER_CUBIC).reshape(count, -1)
        lit = _lit(np.asarray(finer, np.float32))
        mean = lit.mean(axis=0)
        between = np.arange(STEPS * (len(mean) - 1) + 1) / STEPS
        return cls(lit, mean, np.interp(between, np.arange(len(mean)), mean).astype(np.float32))

    def turned(self) -> "Profiles":
        """As seen from the other side."""
        return Profiles(*(np.ascontiguousarray(values[..., ::-1]) for values in (self.bands, self.mean, self.fine)))


def sampled(values: Real, at: NDArray[np.float64] | Real) -> Real:
    """The values between samples, for each row of `values`: shape of rows, then of `at`."""
    inside = np.asarray(np.clip(at, 0, values.shape[-1] - 1.001), np.float64)
    low = inside.astype(np.intp)
    part = np.asarray(inside - low, np.float32)
    return np.asarray(values[..., low] * (1 - part) + values[..., low + 1] * part, np.float32)


def nearest(fine: Real, at: Real) -> Real:
    """The values of a fine average nearest to some places, which are counted in samples of the average itself."""
    steps = at * np.float32(STEPS)
    steps += np.float32(0.5)
    return fine.take(steps.astype(np.int32), mode="clip")


def borders(mean: Real, most: int) -> tuple[list[float], list[float]]:
    """Where a symbol may begin, and where it may end, the outermost first.

    A blurred narrow bar never falls half way to black, and a bar beside a dark frame never rises half way to white: so both
    the half-way crossings and the steepest places are tried.
    """
    falls, rises = _halfway(mean)
    steep_falls, steep_rises = _steepest(mean, most)
    return _merged(falls[:2], steep_falls, most), _merged(rises[:2], steep_rises, most)


def changes(mean: Real) -> int:
    """How often it changes between dark and light: exact where the bars are resolved."""
    return len(edges(mean))


def _lit(bands: Real) -> Real:
    """Paper to one, ink to nought, wherever shade, glare or a fold make them otherwise."""
    wide = max(31, bands.shape[1] // 8) | 1
    soft = cv2.blur(bands.mean(axis=0)[None], (3, 1))
    window = np.ones((1, wide), np.uint8)
    paper, ink = (cv2.GaussianBlur(f(soft, window), (0, 0), wide / 3)[0] for f in (cv2.dilate, cv2.erode))
    return np.asarray((bands - ink) / np.maximum(paper - ink, 8), np.float32)


def _halfway(mean: Real) -> tuple[list[float], list[float]]:
    low, high = np.percentile(mean, (8, 92))
    middle = (low + high) / 2
    dark = mean < middle
    at = np.flatnonzero(dark[1:] != dark[:-1])
    exact = at + (mean[at] - middle) / (mean[at] - mean[at + 1] + 1e-9)
    return exact[~dark[at]].tolist(), exact[dark[at]][::-1].tolist()


def _steepest(mean: Real, most: int) -> tuple[list[float], list[float]]:
    slope = np.diff(mean)
    least = _STEEP * np.percentile(np.abs(slope), 96)
    before, here, after = slope[:-2], slope[1:-1], slope[2:]
    falls = np.flatnonzero((here < -least) & (here <= before) & (here < after)) + 1
    rises = np.flatnonzero((here > least) & (here >= before) & (here > after)) + 1
    return [_peak(slope, int(i)) for i in falls[:most]], [_peak(slope, int(i)) for i in rises[::-1][:most]]


def _peak(slope: Real, i: int) -> float:
    a, b, c = (float(v) for v in slope[i - 1 : i + 2])
    bend = a - 2 * b + c
    return i + 0.5 + (0.5 * (a - c) / bend if bend else 0.0)


def _merged(first: list[float], second: list[float], most: int) -> list[float]:
    out = list(first)
    out += [x for x in second if all(abs(x - y) >= _APART for y in first)]
    return out[: most + 1]
