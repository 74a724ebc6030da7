"""The record verified while others work: begun by whoever asks, carried on by itself, its result kept with what it was about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock, Thread

from kiosk.core.faults import Refusal, Unavailable
from kiosk.ports import Clock, Finding, Journal

Verify = Callable[[str | None, Callable[[int, int], None]], tuple[Finding, ...]]
"""As `Journal.verify` does it: a checkpoint or None, and whom to tell how far it is."""


@dataclass(frozen=True, slots=True)
class Examined:
    """How far an examination is, or what it found. `findings` is None until it has ended; `failure` is why it could not."""

    began: datetime
    by: str
    against: str | None
    size: int
    checkpoint: str
    done: int = 0
    total: int = 0
    ended: datetime | None = None
    findings: tuple[Finding, ...] | None = None
    failure: str = ""

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.ended is None

    @property
    def sound(self) -> bool:
        """Whether it has ended and nothing is wrong."""
        return self.findings == ()


class Examination:
    """One examination at a time, in a thread of its own; the last one's result stays until the next begins.

    `verify` does the work, where the record itself is not to: it may be a process's next door.
    """

    def __init__(self, journal: Journal, clock: Clock, verify: Verify | None = None) -> None:
        self._journal, self._clock, self._verify = journal, clock, verify or journal.verify
        self._turn = Lock()
        self._state: Examined | None = None
        self._thread: Thread | None = None

    @property
    def state(self) -> Examined | None:
        """How far it is; None before the first."""
        return self._state

    def begin(self, by: str, against: str | None = None) -> Examined:
        """Begin, unless one is under way: then that one."""
        with self._turn:
            if self._state is None or not self._state.running:
                head = self._journal.checkpoint()
                self._state = Examined(self._clock(), by, against, head.size, head.short)
                self._thread = Thread(target=self._examine, args=(self._state,), name="examination", daemon=True)
                self._thread.start()
            return self._state

    def _examine(self, state: Examined) -> None:
        def progress(done: int, total: int) -> None:
            self._state = replace(state, done=done, total=total)

        findings, failure = None, "stopped"
        try:
            findings, failure = self._verify(state.against, progress), ""
        except (Refusal, Unavailable) as no:
            failure = no.code
        finally:
            self._state = replace(state, done=state.size, total=state.size, ended=self._clock(), findings=findings, failure=failure)

    def wait(self, seconds: float | None = None) -> None:
        """Until it has ended."""
        if self._thread:
            self._thread.join(seconds)
