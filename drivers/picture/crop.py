"""Places turned upright: crops of a page. Runs in the limited process only."""

import math

import cv2
import numpy as np

from drivers.picture.bars import Bars
from drivers.picture.profile import Grey


def straight(grey: Grey, bars: Bars, scale: float = 1.0, across: float = 0.0, along: float = 0.0) -> Grey:
    """The place turned upright, with margins before and after (`across` the bars) and at both ends of them (`along`)."""
    width = max(1, round((bars.length + 2 * across) * scale))
    height = max(1, round((bars.height + 2 * along) * scale))
    cos, sin = math.cos(bars.angle) / scale, math.sin(bars.angle) / scale
    x, y = bars.point(bars.u0 - across, bars.v0 - along)
    matrix = np.array([[cos, bars.lean * cos - sin, x], [sin, bars.lean * sin + cos, y]])
    flags = (cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(grey, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def enlarged(grey: Grey, width: int, height: int) -> Grey:
    """Stretched to a size, smoothly."""
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def sharpened(grey: Grey) -> Grey:
    """With its edges steeper than they are: what two pixels of blur have run together stands apart again."""
    return np.asarray(cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 2.5), -1.5, 0), np.uint8)


def halved(grey: Grey) -> Grey:
    """At half the size: each pixel the average of four."""
    height, width = (n // 2 for n in grey.shape)
    return np.asarray(cv2.resize(grey[: height * 2, : width * 2], (width, height), interpolation=cv2.INTER_AREA), np.uint8)
