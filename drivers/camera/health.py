"""Whether a camera still sees: new pictures, and not only black. Times are those of the pictures."""

import zlib
from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.scan import ScannerLost

LIMIT = 1.5
"""Seconds without a new picture, or black, until that is a fault: with a slow camera's next picture it is within two."""

_WARM = 0.4
"""Seconds after opening in which many cameras give black."""
_RING = 8
"""A stuck driver may give its few buffers over and over, so a picture is new if it is none of the last ones."""
_DARK, _EVEN = 32, 3.0
"""Covered: as dark as that on average, and nothing stands out once noise is averaged away. A dark room shows a shape or a
lamp; one that shows neither cannot be told from a covered lens, and cannot be read in either."""

_AWAKE, _PAUSE = 2.0, 0.3
"""Seconds after the last movement in which every picture is looked at, and between two looks from then on."""
_MOVED = 8
"""A difference in light, of one of the picture's cells, that is no noise."""

Grey = NDArray[np.uint8]


class Rest:
    """Spares the processor where nothing moves: what was there to be read has been read."""

    def __init__(self) -> None:
        self._looked = 0.0
        self.moved = 0.0
        """When something last did."""
        self._scene: Grey | None = None

    def needed(self, at: float, grey: Grey) -> bool:
        """Whether nothing has moved for a while and the last look was a moment ago."""
        scene = _small(grey)
        if self._scene is None or cv2.absdiff(scene, self._scene).max() >= _MOVED:
            self.moved, self._scene = at, scene
        if at - self.moved > _AWAKE and at - self._looked < _PAUSE:
            return True
        self._looked = at
        return False


class Health:
    """Looks at every picture of one camera."""

    def __init__(self, *, still: bool = False) -> None:
        self._still = still
        self._last: deque[int] = deque(maxlen=_RING)
        self._begun = False
        self._new = self._lit = 0.0

    def fresh(self, at: float, grey: Grey) -> bool:
        """Whether there is anything to read in it: neither seen before nor black. Raises `ScannerLost`: black, frozen."""
        if not self._begun:
            self._begun, self._new, self._lit = True, at, at + _WARM
        if not self._sees(at, grey):
            self._new = at  # black is the reason that helps, frozen or not
            return False
        return self._moves(at, grey)

    def _sees(self, at: float, grey: Grey) -> bool:
        small = _small(grey)
        if small.mean() >= _DARK or small.std() >= _EVEN:
            self._lit = max(self._lit, at)
            return True
        if at - self._lit >= LIMIT:
            raise ScannerLost(f"camera: expected light, got black pictures for {at - self._lit:.1f} s", "black")
        return False

    def _moves(self, at: float, grey: Grey) -> bool:
        mark = zlib.crc32(grey.tobytes())
        new = self._still or mark not in self._last
        self._last.append(mark)
        if new:
            self._new = at
        elif at - self._new >= LIMIT:
            raise ScannerLost(f"camera: expected new pictures, got the same for {at - self._new:.1f} s", "frozen")
        return new


def _small(grey: Grey) -> Grey:
    """Its light in cells, without noise."""
    return np.asarray(cv2.resize(grey, (32, 18), interpolation=cv2.INTER_AREA), np.uint8)
