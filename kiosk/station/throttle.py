"""How much a scanner may send: more than any hand can scan is a stuck key, a loose cable or a jammed trigger (D5).

>>> throttle = Throttle()
>>> [throttle.heard(0.1 * n) for n in range(21)][-2:]
[<Verdict.TAKEN: 'taken'>, <Verdict.FLOOD: 'flood'>]
>>> throttle.heard(2.5), throttle.heard(5.4), throttle.heard(8.4)
(<Verdict.DROPPED: 'dropped'>, <Verdict.DROPPED: 'dropped'>, <Verdict.TAKEN: 'taken'>)
"""

from collections import deque
from enum import StrEnum
from typing import Final

MOST: Final = 20
"""Scans or no-reads in `WINDOW` seconds; a hand that is quick scans two a second."""
WINDOW: Final = 3.0
QUIET: Final = 3.0
"""Seconds of silence after which a scanner is taken again."""
BUSY: Final = 300.0
"""Turns a second of a device's loop: keys, or pieces of a code. A scanner is faster in its bursts, and then it pauses."""
STRETCH: Final = 5.0
"""Seconds of which two in a row must be busy without one whole code: the longest code at the slowest of these speeds is shorter."""


class Verdict(StrEnum):
    """What becomes of what was heard."""

    TAKEN = "taken"
    FLOOD = "flood"
    """The flood begins: it is named once."""
    DROPPED = "dropped"


class Throttle:
    """The throttle of one device. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MOST)
        self._last = float("-inf")
        self._beats, self._since, self._busy = 0, float("-inf"), 0
        self.flooded = False

    def heard(self, now: float, *, whole: bool = True) -> Verdict:
        """Something was heard, a whole code or a try that failed."""
        quiet = self._quiet(now)
        self._last, self._busy = now, 0 if whole else self._busy
        if self.flooded and not quiet:
            return Verdict.DROPPED
        self.flooded = len(self._times) == MOST and now - self._times[0] < WINDOW
        if self.flooded:
            self._times.clear()
            return Verdict.FLOOD
        self._times.append(now)
        return Verdict.TAKEN

    def beaten(self, now: float, beats: int) -> bool:
        """Its loop has turned so often in all; whether a flood begins with this: keys and keys, and never a code."""
        if now - self._since < STRETCH:
            return False
        busy = beats - self._beats > BUSY * (now - self._since)
        self._beats, self._since = beats, now
        self._busy = self._busy + 1 if busy else 0
        if self.flooded or self._busy < 2:
            self._last = now if busy and self.flooded else self._last
            return False
        self.flooded, self._last = True, now
        return True

    def calm(self, now: float) -> bool:
        """Whether a flood is over with this: it has been quiet for long enough."""
        if self.flooded and self._quiet(now):
            self.flooded = False
            self._times.clear()
            return True
        return False

    def _quiet(self, now: float) -> bool:
        return now - self._last >= QUIET and not self._busy
