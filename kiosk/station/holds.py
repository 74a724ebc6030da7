"""Keeps the holds: asks the store for its notices again and again, and makes the hold list anew whenever it is due (P4).

It has the patience of who asks for rows that wait: after a failure it asks less and less often, never less than every 15 seconds
more. What it has heard is on record with the place where it goes on, so that a restart loses nothing. While the store can't be
asked, `Holds.known_to` stands still, and with it how fresh a list is.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final, Self

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import Answered, Entry, GoodsOut, HoldLifted, HoldPlaced, Voided
from kiosk.desks.holds import HoldLists, Holds
from kiosk.station.asker import PAUSES
from kiosk.station.loop import Loop

EVERY: Final = 30.0
"""Seconds between two questions for notices."""
_STIRS: Final = (HoldPlaced, HoldLifted, Voided, GoodsOut)
"""What makes a list due, or an entry for the officer, the moment it is written."""
_log: Final = logging.getLogger("kiosk")


class HoldKeeper:
    """The loop of a station. Entered, it works in a thread of its own until it is left; `turn` is one round, without any thread.

    `now` gives monotonic seconds.
    """

    def __init__(self, holds: Holds, lists: HoldLists, now: Callable[[], float] = time.monotonic) -> None:
        self._holds, self._lists, self._now = holds, lists, now
        self._loop: Final = Loop("holds", self._run)
        self._stirred = False
        self._failures = 0
        self._due = 0.0
        self.trouble = ""
        """The code of why the store could not be asked last; empty where it could."""
        self.unlisted = ""
        """The code of why no list could be made last; empty where there was none to make, or it was made."""

    def __enter__(self) -> Self:
        self._loop.begin()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self, seconds: float = 1.0) -> None:
        """End, after what is under way; harmless twice."""
        self._loop.end(seconds)

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was just written here: a hold or a sheet taken back goes on a list at once; the store answers again."""
        stirs = any(isinstance(entry.fact, _STIRS) for entry in entries)
        answers = self.trouble != "" and any(isinstance(entry.fact, Answered) for entry in entries)
        if stirs or answers:
            with self._loop.bell:
                self._stirred = True
                self._due = min(self._due, self._now()) if answers else self._due
                self._loop.bell.notify_all()

    def turn(self) -> None:
        """Ask the store if that is due, write down what follows, make a list if one is due."""
        if self._holds.feed and self._now() >= self._due:
            self._poll()
        try:
            self._lists.keep()
        except (Refusal, Unavailable) as no:
            self.unlisted = no.code
            _log.warning("the hold list can't be made: %s", no)
        else:
            self.unlisted = ""

    def _poll(self) -> None:
        try:
            self._holds.poll()
        except (Refusal, Unavailable) as no:
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
            if self.trouble != no.code:
                _log.warning("the store can't be asked for holds: %s", no)
            self.trouble = no.code
        else:
            pause, self._failures, self.trouble = EVERY, 0, ""
        self._due = self._now() + pause

    def _run(self) -> None:
        while not self._loop.over:
            with self._loop.bell:
                self._stirred = False
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001 - the loop outlives what nobody has thought of
                _log.exception("holds", exc_info=error)
                self._due = self._now() + PAUSES[-1]
            self._rest()

    def _rest(self) -> None:
        """Wait until the store is to be asked again, or something is written."""
        with self._loop.bell:
            pause = PAUSES[0] if self.unlisted else max(self._due - self._now(), 0) if self._holds.feed else EVERY
            if not (self._loop.over or self._stirred) and pause:
                self._loop.bell.wait(pause)
