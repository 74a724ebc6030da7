"""How often one address may ask what needs no log-in: more than a gate ever asks is somebody who tries numbers."""

from collections.abc import Callable
from math import ceil
from threading import Lock
from typing import Final

from flask import request

from kiosk.core.faults import Refusal

MOST_ADDRESSES: Final = 4096


class Pace:
    """So many questions of an address at once, and then so many a second.

    >>> now = [0.0]
    >>> pace = Pace(2, 1.0, lambda: now[0])
    >>> [pace.wait("a"), pace.wait("a"), pace.wait("a"), pace.wait("b")]
    [0, 0, 1, 0]
    >>> now[0] = 1.0
    >>> pace.wait("a")
    0
    """

    def __init__(self, most: int, per_second: float, now: Callable[[], float]) -> None:
        self._most, self._rate, self._now = most, per_second, now
        self._left: dict[str, tuple[float, float]] = {}
        self._turn = Lock()

    def wait(self, address: str) -> int:
        """Count a question; after how many seconds it may be asked, 0 if it may be now."""
        with self._turn:
            now = self._now()
            left, at = self._left.pop(address, (float(self._most), now))
            left = min(self._most, left + (now - at) * self._rate)
            self._left[address] = (left - 1 if left >= 1 else left), now
            while len(self._left) > MOST_ADDRESSES:
                del self._left[next(iter(self._left))]  # the one that asked longest ago
            return 0 if left >= 1 else ceil((1 - left) / self._rate)

    def check(self) -> None:
        """Count a question of who asks now; `Refusal` too-many-questions, with the seconds to wait."""
        if early := self.wait(request.remote_addr or ""):
            raise Refusal("too-many-questions", seconds=early)
