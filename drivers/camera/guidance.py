"""What whoever holds a barcode before the camera should do, while it is not read: closer, turn, less light. Runs in its process.

The largest place that looks like a barcode is measured: its light, its contrast, its narrow bars, its edges. A hint is given
when half of the last pictures call for it, and taken back when they no longer do: nobody follows a sign that flickers.
"""

from collections import Counter, deque
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from drivers.picture import Unread
from drivers.picture.bars import Bars
from drivers.picture.find import places, straight
from drivers.picture.profile import Grey
from drivers.scan import Box

_LOOKS = 4
_WIDTH = 80
"""Pixels. What looks like bars and is smaller is a detail of whatever lies there."""
_DARK, _LIGHT = 70.0, 200.0
"""Light of the paper, of 255."""
_FAINT = 0.3
"""Of the light of the paper: less contrast is none."""
_FINE, _FIT = 1.7, 2.5
"""Narrow bars in pixels: too few to be read, and enough for it."""
_SHARP = 3.2
"""Pixels from dark to light: in a softer picture narrow bars are lost, and with them how many there are."""
_NEAR = 0.6
"""Of the picture's width: what takes up more of it and is not sharp is too near for the lens."""
_PARTS = 8
_BORDER = 4
Real = NDArray[np.float64]


class Hint(StrEnum):
    """What to do. Each has its words in `templates/words/scanners.*.toml`."""

    INTO_VIEW = "into-view"
    MORE_LIGHT = "more-light"
    LESS_LIGHT = "less-light"
    CLOSER = "closer"
    FARTHER = "farther"
    HOLD_STILL = "hold-still"
    TURN = "turn"


class Guidance:
    """The hint of one camera, picture by picture."""

    def __init__(self) -> None:
        self._last: deque[Hint | None] = deque(maxlen=_LOOKS)
        self.now: Hint | None = None

    def seen(self, one: Hint | None) -> bool:
        """What the newest picture calls for; whether the hint is another one now.

        >>> guidance = Guidance()
        >>> [guidance.seen(Hint.CLOSER) for _ in range(3)], guidance.now
        ([False, True, False], <Hint.CLOSER: 'closer'>)
        """
        self._last.append(one)
        before, (most, times) = self.now, Counter(self._last).most_common(1)[0]
        if times >= _LOOKS // 2:
            self.now = most
        return self.now is not before


def hint(grey: Grey, unread: Sequence[Unread]) -> Hint | None:
    """What the largest place of a picture calls for that looks like a barcode and was not read; None where there is none."""
    boxes = [one.box for one in unread if max(one.box[2] - one.box[0], one.box[3] - one.box[1]) >= _WIDTH]
    if not boxes:
        return None
    bars = _bars(grey, max(boxes, key=lambda box: (box[2] - box[0]) * (box[3] - box[1])))
    if bars is None:
        return None
    height, width = grey.shape
    if any(x < _BORDER or y < _BORDER or x > width - _BORDER or y > height - _BORDER for x, y in bars.corners):
        return Hint.INTO_VIEW
    return called_for(np.asarray(straight(grey, bars).mean(axis=0), np.float64), bars.length / width)


def called_for(profile: Real, share: float) -> Hint | None:
    """By the rows of a place, averaged, light high; `share`: how much of the picture's width it takes up.

    What is plainest first: what hides bars, then what is seen of them.
    """
    low, paper = (float(p) for p in np.percentile(profile, (5, 95)))
    if paper < _DARK:
        return Hint.MORE_LIGHT
    if _glare(profile, paper):
        return Hint.LESS_LIGHT
    if paper - low < _FAINT * paper:
        return Hint.LESS_LIGHT if paper > _LIGHT else Hint.MORE_LIGHT
    edges = np.nonzero(np.diff(profile < (low + paper) / 2))[0]
    narrow = float(np.percentile(edges[2:] - edges[:-2], 10)) / 2 if len(edges) > 6 else 0.0
    if narrow < _FINE:
        return Hint.CLOSER
    softness = (paper - low) / max(float(np.percentile(np.abs(np.diff(profile)), 98)), 1e-3)
    if softness < _SHARP and _tilted(edges, len(profile)):
        return Hint.TURN
    if softness > 2.3 and softness > 0.75 * narrow:
        return Hint.FARTHER if share > _NEAR else Hint.HOLD_STILL
    return Hint.CLOSER if narrow < _FIT else None


def _bars(grey: Grey, box: Box) -> Bars | None:
    """The largest bars in a box and a little round it."""
    height, width = grey.shape
    x0, y0, x1, y1 = max(0, box[0] - 16), max(0, box[1] - 16), min(width, box[2] + 16), min(height, box[3] + 16)
    found = places(grey[y0:y1, x0:x1])
    largest = max(found, key=lambda bars: bars.length * bars.height, default=None)
    return largest and largest.moved(x0, y0)


def _glare(profile: Real, paper: float) -> bool:
    """Whether a stretch of the bars is washed out: as light there as the middle of what is elsewhere."""
    darkest = [float(part.min()) for part in np.array_split(profile, _PARTS) if part.size > 2]
    return paper > _LIGHT and max(darkest, default=0.0) - min(darkest, default=0.0) > paper / 2


def _tilted(edges: NDArray[np.intp], length: int) -> bool:
    """Whether the bars at one end are much narrower than at the other: the sheet is held obliquely.

    Of numbers held flat, the first and the last third differ by a tenth at most (measured on 150).
    """
    first, last = int((edges < length / 3).sum()), int((edges >= length * 2 / 3).sum())
    return len(edges) > 30 and max(first, last) > 1.4 * max(1, min(first, last))
