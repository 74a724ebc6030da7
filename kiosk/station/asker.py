"""Asks the rows again that could not be asked, by itself, until they are (Q6).

Each sheet that waits has its own turn and its own pause, which grows while it fails: a sheet that the store chokes on never stops
the others. A turn begins with one question whose answer is thrown away. While that gets none, nothing is written: a long outage
neither fills the record nor moves a sheet under the officer's hands.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import Answered, CouldNotAsk, Entry
from kiosk.desks.counter import Counter
from kiosk.station.loop import Loop

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before a sheet's next turn after its first failure, its second, and so on."""
_GONE: Final = frozenset({"no-such-sheet", "stamped-already"})
"""Refusals of sheets on which nothing can wait any more."""
_log: Final = logging.getLogger("kiosk")


class _Choked(Exception):
    """The store answers, but not for this sheet."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a sheet is next (monotonic seconds), and how often it has failed. `alone`: it has failed while the store was there."""

    due: float
    failures: int = 0
    alone: bool = False

    def after(self, error: Exception, now: float) -> "Turn":
        """Its turn after this one has failed like that. Somebody else at the sheet is no failure: he has perhaps asked already."""
        if isinstance(error, Conflict):
            return Turn(now + PAUSES[0], self.failures, self.alone)
        pause = PAUSES[min(self.failures, len(PAUSES) - 1)]
        return Turn(now + pause, self.failures + 1, not isinstance(error, Unavailable))


class Asker:
    """The sheets of a station that wait. Entered, it asks them again in a thread of its own until it is left.

    `turns` is one round, without any thread; `now` gives monotonic seconds.
    """

    def __init__(self, counter: Counter, now: Callable[[], float] = time.monotonic) -> None:
        self._counter, self._now = counter, now
        self._turns: dict[str, Turn] = {}
        self._loop: Final = Loop("asker", self._run)
        self._searched = False

    def __enter__(self) -> Self:
        self._loop.begin()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self, seconds: float = 1.0) -> None:
        """End, after the question that is under way; harmless twice."""
        self._loop.end(seconds)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The numbers of the sheets that wait."""
        with self._loop.bell:
            return tuple(self._turns)

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was just written here: rows that wait from now on, and the sign that the store answers again."""
        for entry in entries:
            if isinstance(entry.fact, CouldNotAsk):
                self.watch(entry.subject)
        if any(isinstance(entry.fact, Answered) for entry in entries):
            self.hurry()

    def watch(self, number: str, pause: float = PAUSES[0]) -> None:
        """This sheet has rows that wait, if it is one of ours: its first turn is after a pause, in seconds. Harmless twice."""
        if number.partition(".")[0] == self._counter.station:
            self._put(number, Turn(self._now() + pause, 1))

    def hurry(self) -> None:
        """The store has just answered somebody: every sheet that only waits for it is due at once."""
        with self._loop.bell:
            for number, turn in self._turns.items():
                if not turn.alone:
                    self._turns[number] = Turn(min(turn.due, self._now()), turn.failures)
            self._loop.bell.notify_all()

    def turns(self) -> float | None:
        """Give every sheet that is due its turn; the seconds until the next one is, None while no sheet waits."""
        if not self._searched:
            self._search()
        while taken := self._take():
            self._turn(*taken)
        return self._pause()

    def _search(self) -> None:
        """Find the sheets that wait since before the start: those of today and of yesterday."""
        today = self._counter.clock()
        try:
            for day in (today - timedelta(days=1), today):
                for found in self._counter.journal.find(kind=CouldNotAsk.__name__, day=f"{day:%Y-%m-%d}"):
                    self.watch(found.entry.subject, 0)
        except Unavailable as no:
            _log.warning("the record can't be searched for sheets that wait: %s", no.code)
        else:
            self._searched = True

    def _take(self) -> tuple[str, Turn] | None:
        """Take out the sheet that has been due longest: what puts it in again meanwhile is then no mistake."""
        with self._loop.bell:
            due = [(turn.due, number) for number, turn in self._turns.items() if turn.due <= self._now()]
            if not due or self._loop.over:
                return None
            _, number = min(due)
            return number, self._turns.pop(number)

    def _put(self, number: str, turn: Turn) -> None:
        with self._loop.bell:
            if number not in self._turns:
                self._turns[number] = turn
                self._loop.bell.notify_all()

    def _turn(self, number: str, turn: Turn) -> None:
        """One sheet's turn. Whatever goes wrong with it is its own affair."""
        try:
            self._ask(number)
        except Exception as error:  # noqa: BLE001 - one poison sheet never stops the others
            if isinstance(error, Refusal) and error.code in _GONE:
                return
            if not isinstance(error, Refusal | Unavailable | _Choked):
                _log.exception("a sheet can't be asked again", exc_info=error)
            with self._loop.bell:  # instead of the first turn that this failure itself, being heard, has put in
                self._turns[number] = turn.after(error, self._now())

    def _ask(self, number: str) -> None:
        """Ask a sheet's waiting rows, or raise why that can't be done."""
        sheet = self._counter.find(number)
        if not sheet.waiting or sheet.stamped:
            return
        self._counter.store.ask(sheet.waiting[0].references)
        self.hurry()
        if self._counter.ask_again(sheet, self._counter.station).waiting:
            raise _Choked

    def _pause(self) -> float | None:
        """The seconds until the next sheet is due, or the search is tried again."""
        with self._loop.bell:
            due = [turn.due for turn in self._turns.values()]
        due += [] if self._searched else [self._now() + PAUSES[-1]]
        return max(min(due) - self._now(), 0) if due else None

    def _run(self) -> None:
        while not self._loop.over:
            self.turns()
            self._rest()

    def _rest(self) -> None:
        """Wait for the next turn. It is computed anew: a sheet may have come since the last, whose bell nobody would hear."""
        with self._loop.bell:
            pause = 0 if self._loop.over else self._pause()
            if pause != 0:
                self._loop.bell.wait(pause)
