"""The service manager's watchdog of the counter: fed only while its loop turns and its threads answer."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from kiosk.station.notify import Keeper

OFTEN: Final = 5.0
"""Seconds between two signs of life at most."""


class Fed:
    """A watchdog fed at the turns of a loop. Between two signs of life a thread of the pool has done something, be it nothing.

    Where every thread hangs, the loop alone would still say that all is well, while no officer gets an answer.
    """

    def __init__(self, keeper: Keeper, now: Callable[[], float] = time.monotonic) -> None:
        self._keeper, self._now = keeper, now
        self._due = float("-inf")
        self._asked: Future[None] | None = None

    def turn(self, submit: Callable[[Callable[[], None]], "Future[None]"]) -> None:
        """The loop has turned; `submit` gives work to the threads."""
        if self._keeper.watchdog is None or self._now() < self._due:
            return
        if self._asked is None:
            self._asked = submit(_nothing)
        elif self._asked.done():
            self._asked = None
            self._keeper.alive()
            self._due = self._now() + self._keeper.pause(OFTEN)


def _nothing() -> None:
    """What a thread does that is there."""
