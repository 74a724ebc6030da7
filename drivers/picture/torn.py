"""Whether a symbol was torn or folded across its bars, and its halves lie side by side no more. Runs in the limited process only.

Where the halves still overlap, each scan line reads the left of one row and the right of another place of the paper: engines
agree on a text that was never printed. What tells is the outline: left of the tear the bars begin and end higher or lower.
"""

import math
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.bars import Bars
from drivers.picture.find import straight
from drivers.picture.profile import Grey

Rows = NDArray[np.intp]
Real = NDArray[np.float64]
_BLOCKS = 12
"""Along the row. The outermost two may lie half beyond the bars, and do not count."""
_BEYOND = 0.6
"""Of the height, above and below, that is looked at."""
_STEP = 0.2
"""Of the height: a smaller step is skew, or a frayed end."""
_LEAST = 6
"""Pixels."""
_EMPTY = 0.25
"""Of what its other rows hold: a block with less in the middle has its bars above or below."""
_LEANING = 0.1
"""No lens makes bars lean so on their row; a row that was fitted through two halves at two heights does."""
_TALL = 60
_FLAT = 0.25
"""Of a step: ends that lie as level as this hold none, on whatever slope."""
_ROUGH = 0.25
"""Of the step: ends that lie otherwise by more are no step."""


def torn(grey: Grey, bars: Bars) -> bool:
    """Whether the upper and the lower ends of the bars step together somewhere."""
    if abs(bars.lean) > _LEANING:
        return True
    scale = 1.0 if bars.height < _TALL else 0.5
    crop = straight(grey, _upright(bars), scale)
    busy = _busy(crop)
    middle = busy[int(0.42 * len(busy)) : int(0.58 * len(busy)) + 1].mean(axis=0)
    high = int(0.9 * (len(busy) - 1) + 0.5)
    if (middle < _EMPTY * np.partition(busy, high, axis=0)[high])[1:-1].any():
        return True
    return _step(np.stack(_outline(busy, middle)).astype(np.float64), scale * max(_LEAST, _STEP * bars.height))


def _upright(bars: Bars) -> Bars:
    """What is looked at, turned so that bars stand: a tear may have been taken for a row that runs askew to its bars."""
    beyond = _BEYOND * bars.height + abs(math.tan(bars.lean)) * bars.length / 2
    turned = bars.leaning(0.0).turned(-bars.lean)
    return replace(turned, v0=turned.v0 - beyond, v1=turned.v1 + beyond)


def _busy(crop: Grey) -> Real:
    """How much each row changes along each block of columns."""
    wide = max(1, (crop.shape[1] - 2) // _BLOCKS) * _BLOCKS
    steps = cv2.absdiff(crop[:, 2 : 2 + wide], crop[:, :wide]).astype(np.float32)
    return np.asarray(cv2.resize(steps, (_BLOCKS, len(crop)), interpolation=cv2.INTER_AREA), np.float32)


def _outline(busy: Real, middle: Real) -> tuple[Rows, Rows]:
    """For each block the rows between which it holds bars, from the middle outwards."""
    dull, half, end = busy < 0.45 * middle, len(busy) // 2, np.ones((1, _BLOCKS), bool)
    tops = half - np.argmax(np.vstack([dull[half::-1], end]), axis=0)
    bottoms = half + np.argmax(np.vstack([dull[half:], end]), axis=0)
    return tops, bottoms


def _step(ends: Real, least: float) -> bool:
    """Whether both ends make a step at one block, higher than that, on a common slope; not where a curve is as good a reason."""
    inner = ends[:, 1:-1]
    if np.ptp(inner, axis=1).max() < _FLAT * least:
        return False
    smooth = float(np.abs(inner - inner @ _curve()).max())
    for used, model, solved in _models():
        seen = ends[:, used].ravel()
        found = solved @ seen
        step = abs(float(found[3]))
        if step > least and float(np.abs(seen - model @ found).max()) < min(_ROUGH * step, smooth / 2):
            return True
    return False


@cache
def _curve() -> Real:
    """What takes heights along a row to those of the smoothest curve through them: a page that is only bent."""
    along = np.vander(np.arange(_BLOCKS - 2, dtype=np.float64), 4)
    return np.asarray((along @ np.linalg.pinv(along)).T, np.float64)


@cache
def _models() -> list[tuple[Rows, Real, Real]]:
    """For each block that may be the first after a tear: the blocks that count (the tear may lie in one), and how ends lie there.

    Upper ends begin at one height, lower ends at another; both rise alike along the row, and step alike at the tear.
    """
    models = []
    inner = np.arange(1, _BLOCKS - 1)
    for at in inner[1:-1]:
        for used in (inner, inner[inner != at]):
            half = np.stack([np.ones(len(used)), np.zeros(len(used)), used, used >= at], axis=1)
            model = np.vstack([half, half[:, [1, 0, 2, 3]]])
            models.append((used, model, np.linalg.pinv(model)))
    return models
