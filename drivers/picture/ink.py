"""Where ink is on a page: whatever is darker or brighter than the paper around it, and whatever is no paper at all.

Runs in the limited process. Paper is the brightest that there is nearby, so that the shadow on a photograph is no ink and a pale
watermark is. A speck, as every scan has them, is none either.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.space import Ink

Grey = NDArray[np.uint8]
LONGEST: Final = 300
"""Squares along the longer side of a page: about a millimetre of letter paper."""
FINE: Final = 6
"""Pixels of the picture that is looked at for each square: 150 dpi of letter paper."""
_PALE: Final = 0.07
"""By which part of the paper's brightness ink differs from it: the palest watermark that a reader still sees."""
_SPECK: Final = 3
"""Pixels of a speck, at most: a full stop of the smallest type has more."""
_DARK: Final = 0.55
"""What is less bright than this part of the page's paper is no paper: a table, a hand, a shadow at the edge."""


def inked(grey: Grey, width: float = 0.0, height: float = 0.0) -> Ink:
    """The squares of a page picture, `width` by `height` mm."""
    tall, wide = grey.shape
    square = max(tall, wide) / LONGEST
    columns, rows = max(1, round(wide / square)), max(1, round(tall / square))
    small = cv2.resize(grey, (columns * FINE, rows * FINE), interpolation=cv2.INTER_AREA)
    ink = _ink(np.asarray(small, np.uint8))
    taken = ink.reshape(rows, FINE, columns, FINE).any(axis=(1, 3))
    return Ink(columns, rows, taken.astype(np.uint8).tobytes(), wide, tall, width, height)


def _ink(grey: Grey) -> NDArray[np.bool_]:
    """Each pixel that differs from its paper."""
    paper = _paper(grey)
    differs = cv2.absdiff(grey, paper) > np.maximum(paper.astype(np.float32) * _PALE, 6)
    brightest = float(np.percentile(paper, 90))
    found: NDArray[np.bool_] = _without_specks(differs) | (paper < brightest * _DARK)
    return found


def _paper(grey: Grey) -> Grey:
    """The brightness of the paper at each pixel: the brightest there is nearby, smoothed."""
    kernel = np.ones((5 * FINE, 5 * FINE), np.uint8)
    calm = cv2.medianBlur(grey, 3)
    return np.asarray(cv2.blur(cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel), (5 * FINE, 5 * FINE)), np.uint8)


def _without_specks(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] > _SPECK
    large[0] = False  # the paper
    found: NDArray[np.bool_] = large[labels]
    return found
