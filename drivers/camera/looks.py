"""The symbols in one picture of a camera. Runs in the camera's own process.

A picture is read as a page is (`drivers.picture`), by the same judge, in a fraction of the time. What a page has not: a
screen's light, glare, dark mode, a lens out of focus. So a picture that leaves something unread is looked at in a second
way, another one each time; the way that last found something goes first.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import cv2
import numpy as np

from drivers.picture import Unread, Unreadable
from drivers.picture.bars import hull
from drivers.picture.engines import Grey, others, qr
from drivers.picture.judge import Reading
from drivers.picture.reading import BUDGET, examined
from drivers.picture.render import Picture
from drivers.scan import Box
from drivers.sightings import Sighting, whole

FRAME = 0.06
"""Seconds of work for the places of one picture that are hard to read; the last one that is begun is finished."""
_SECOND = 0.05
"""A first look that took more work is the only one: ten pictures a second are better than two looks at five."""

Found = tuple[list[Sighting], bool]
"""What was read, and whether there is nothing left to read."""
Look = Callable[[Grey], Grey]
Way = Callable[[Grey], Found]


def plain(grey: Grey) -> Grey:
    """As it came."""
    return grey


def sharp(grey: Grey) -> Grey:
    """Against a lens out of focus: what differs from its surroundings differs more."""
    return np.asarray(cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 2.0), -1.5, 0), np.uint8)


def even(grey: Grey) -> Grey:
    """Against glare, shadow and flicker: contrast made even from place to place."""
    return np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(grey), np.uint8)


def half(grey: Grey) -> Grey:
    """Against moire: at half the size, a screen's own pixels melt together."""
    height, width = grey.shape
    return np.asarray(cv2.resize(grey, (width // 2 or 1, height // 2 or 1), interpolation=cv2.INTER_AREA), np.uint8)


def negative(grey: Grey) -> Grey:
    """Light bars on a dark screen."""
    return np.asarray(cv2.bitwise_not(grey), np.uint8)


class Eye:
    """Looks at one picture after another; remembers only which way of looking was of use."""

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._plain, sharpened = self._by(plain), self._by(sharp)
        ways = (sharpened, self._by(negative), self._by(half), sharpened, _foreign, self._by(even), self._plain)
        self._turns = cycle(ways)
        self._best = self._plain
        self.unread: tuple[Unread, ...] = ()
        """What looks like a barcode in the last picture and was not read, as the first look at it has it."""

    def sightings(self, grey: Grey) -> list[Sighting]:
        """What stands in the picture, wholly inside it."""
        start, height, width = self._clock(), *grey.shape
        found, done = self._best(grey)
        unread = self.unread
        if not done and self._clock() - start < _SECOND:
            way = next(way for way in self._turns if way is not self._best)
            more, _ = way(grey)
            self._best = way if more and not found else self._best
            found += more
        elif not found:  # no time for a second look: the next picture is looked at in another way, every other one plainly
            self._best = next(self._turns) if self._best is self._plain else self._plain
        self.unread = unread
        return [one for one in found if whole(one, width, height)]

    def _by(self, look: Look) -> Way:
        return lambda grey: self._read(look(grey), grey.shape[1])

    def _read(self, grey: Grey, width: int) -> Found:
        """As a page is read, in a hurry. `width` is that of the picture that came."""
        symbols, unread = examined(Picture(grey), _Hurry(self._clock))
        found = [Sighting(one.text, one.symbology, one.box) for one in symbols] + _placed(qr(grey))
        scale = width / grey.shape[1]
        there = [replace(one, box=_scaled(one.box, scale)) for one in found] if scale != 1 else found
        self.unread = tuple(replace(one, box=_scaled(one.box, scale)) for one in unread)
        return there, bool(there) and not any(_readable(one) for one in unread)


class _Hurry:
    """A clock that runs so fast that the time for a page is over when that for a picture is.

    It starts when the first hard place is to be looked at, its second question: one at least is, however slow the machine.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = clock()
        self._asked = 0

    def __call__(self) -> float:
        self._asked += 1
        if self._asked <= 2:
            self._start = self._clock()
        return (self._clock() - self._start) * BUDGET / FRAME


def _scaled(box: Box, scale: float) -> Box:
    x0, y0, x1, y1 = (round(side * scale) for side in box)
    return x0, y0, x1, y1


def _readable(one: Unread) -> bool:
    """Whether another look may help: not where the bars run out of the picture."""
    return one.reason is not Unreadable.CUT_OFF


def _foreign(grey: Grey) -> Found:
    """Kinds that are not accepted, so that they are refused by name."""
    found = _placed(others(grey))
    return found, bool(found)


def _placed(readings: list[Reading]) -> list[Sighting]:
    return [Sighting(one.text, one.symbology, hull(one.corners)) for one in readings]
