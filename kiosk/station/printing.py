"""Sends what was asked to be printed, follows it to its end, and keeps an eye on the printer (P7).

A round asks the printer how it is, then gives every document that is not over its turn. A printer that does not answer is called
offline after three rounds in a row, and not before: one lost packet makes nobody print a thing twice. What is on its way is in the
record, so that a restart goes on with it.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final, Self

from kiosk.core.condition import NOT_ASKED, Condition
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import Entry, PrintAsked, PrintSettled
from kiosk.core.printing import Print, State, begun
from kiosk.desks.dispatch import LOOK_BACK, Dispatch
from kiosk.station.loop import Loop

MISSES: Final = 3
"""How often in a row a printer is silent before it is called offline."""
FOLLOW, LINGER, IDLE = 1.0, 5.0, 20.0
"""Seconds between two rounds: while something is on its way; while only the unknown is left; while nothing is."""
UNHEARD: Final = timedelta(minutes=10)
"""How far back it looks, while nothing moves, for what it was not told of."""
_log: Final = logging.getLogger("kiosk")


class Printing:
    """The documents of a station that are on their way. Entered, it works in a thread of its own until it is left.

    `round` is one round, without any thread; `follow` is the seconds between two while something is on its way.
    """

    def __init__(self, dispatch: Dispatch, follow: float = FOLLOW) -> None:
        self.dispatch: Final = dispatch
        self._follow: Final = follow
        self._jobs: dict[str, Print] = {}
        self._stale: set[str] = set()
        self._loop: Final = Loop("printing", self._run)
        self._condition, self._silence = NOT_ASKED, Unavailable("printer", "unreachable")
        self._misses = 0
        self._searched = self._rung = False

    def __enter__(self) -> Self:
        self._loop.begin()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self, seconds: float = 1.0) -> None:
        """End, after the question that is under way; harmless twice. What is being sent then is looked for at the next start."""
        self._loop.end(seconds)

    @property
    def alive(self) -> bool:
        """Whether it works by itself."""
        return self._loop.alive

    @property
    def condition(self) -> Condition:
        """How the printer is, as of the last round; not known before the first."""
        return self._condition

    @property
    def jobs(self) -> tuple[Print, ...]:
        """What is not over, oldest first."""
        with self._loop.bell:
            return tuple(self._jobs.values())

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was just written here: documents to be printed, and decisions about them."""
        for entry in entries:
            match entry.fact:
                case PrintAsked(station=self.dispatch.station):
                    self._put(begun(entry))
                case PrintSettled():
                    self._ring(entry.subject)
                case _:
                    pass

    def round(self) -> float:
        """Ask the printer, give each document its turn; the seconds until the next round."""
        self._rung = False
        if not self._searched or all(job.state is State.UNKNOWN for job in self.jobs):
            self._search()
        self._look()
        for job in self.jobs:
            if self._loop.over:
                break
            self._turn(job)
        return self._pause()

    def _search(self) -> None:
        """Find what was on its way before the start; from then on, what was written and not heard, as its writer got no answer."""
        try:
            found = self.dispatch.since(UNHEARD if self._searched else LOOK_BACK)
        except Unavailable as no:
            _log.warning("the record can't be searched for what is to be printed: %s", no.code)
            return
        for job in reversed(found):
            if not job.over:
                self._put(job)
        self._searched = True

    def _look(self) -> None:
        """Ask the printer how it is. Until it has been silent three times it is what it was."""
        try:
            self._condition, self._misses = self.dispatch.printer.condition(), 0
        except Unavailable as no:
            self._misses, self._silence = self._misses + 1, no
            if self._misses >= MISSES:
                self._condition = Condition((no.code,), detail=no.detail)

    def _turn(self, job: Print) -> None:
        """One document's turn. Whatever goes wrong with it is its own affair."""
        try:
            job = self._current(job)
            self._keep(self._after(job))
        except Conflict:
            self._stale.add(job.subject)
        except (Refusal, Unavailable) as no:
            _log.warning("%s can't be followed: %s", job.subject, no)
        except Exception as error:  # noqa: BLE001 - one document never stops the others
            _log.exception("%s can't be followed", job.subject, exc_info=error)

    def _current(self, job: Print) -> Print:
        """As the record has it, where somebody else was at it."""
        if job.subject not in self._stale:
            return job
        self._stale.discard(job.subject)
        job = self.dispatch.find(job.subject)
        if job.settled in {"copied", "given-up"} and job.job and not self._misses:
            with suppress(Unavailable):  # what comes out all the same, comes out: the next one says COPY
                if self.dispatch.printer.word(job.job, job.name).state is not State.UNKNOWN:  # else the number is another's now
                    self.dispatch.printer.cancel(job.job)
        return job

    def _after(self, job: Print) -> Print:
        """The document after what can be done for it now."""
        if job.over:
            return job
        if job.state is State.WAITING and not job.tried:
            return self._sent(job)
        if self._misses:
            return self.dispatch.overdue(job, self._silence)
        if not job.job:
            return self.dispatch.seek(job)
        try:
            self.dispatch.withdraw(job)
            return self.dispatch.follow(job, self._condition)
        except Unavailable as no:
            return self.dispatch.overdue(job, no)

    def _sent(self, job: Print) -> Print:
        """Sent, where the printer answers and is not at the work that it refused this one for."""
        if self._misses >= MISSES:
            return self.dispatch.refuse(job, self._silence)
        if self._misses or (job.reasons and self._condition.busy):
            return job
        return self.dispatch.send(job)

    def _keep(self, job: Print) -> None:
        with self._loop.bell:
            if job.over:
                self._jobs.pop(job.subject, None)
            else:
                self._jobs[job.subject] = job

    def _put(self, job: Print) -> None:
        with self._loop.bell:
            self._jobs.setdefault(job.subject, job)
            self._rung = True
            self._loop.bell.notify_all()

    def _ring(self, subject: str) -> None:
        with self._loop.bell:
            if subject in self._jobs:
                self._stale.add(subject)
                self._rung = True
                self._loop.bell.notify_all()

    def _pause(self) -> float:
        jobs = self.jobs
        if self._rung or not self._searched or 0 < self._misses < MISSES or any(job.state is not State.UNKNOWN for job in jobs):
            return self._follow
        return LINGER if jobs else IDLE

    def _safely(self) -> float:
        """A round. Whatever goes wrong in it, there is another: else nothing would be printed, without a word."""
        try:
            return self.round()
        except Exception as error:  # noqa: BLE001 - as it says
            _log.exception("a round of the printer failed", exc_info=error)
            return self._follow

    def _run(self) -> None:
        while not self._loop.over:
            pause = self._safely()
            with self._loop.bell:
                self._loop.bell.wait_for(lambda: self._loop.over or self._rung, pause)
