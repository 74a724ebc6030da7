"""A press in a process of its own: drawing and signing hold no officer up, and the private keys are read there alone.

The process is warm before the first stamp, does one thing at a time, and ends with the process that started it, however that ends.
What it is asked and what it answers are pickled values between two ends of one program.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any, ClassVar, Final, Self

import kiosk
from kiosk.adapters.press.plain import hear
from kiosk.core.book import Book
from kiosk.core.day import DayReport
from kiosk.core.faults import Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.printing import Mark
from kiosk.core.proof import Checkpoint
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Stamp
from kiosk.ports import Fault, Press
from kiosk.words import Language

LIMIT: Final = 20.0
"""Seconds that one piece of work may take, and that others before it may: a sheet of 40 rows takes a tenth of one."""


class PressProcess:
    """The `Press` next door. `make` is called there for the press that does the work, and must be picklable.

    A process that dies, or works longer than the limit and is ended, is `Unavailable`; the next call finds a new one. Threads
    may share it. It is to be started in the process that uses it: one that is forked off afterwards would keep it alive.
    """

    plain: ClassVar = False
    """Whether strangers' bytes are opened there: then it is confined, and heard as one that is not to be trusted."""

    def __init__(self, make: Callable[[], Press], limit: float = LIMIT) -> None:
        self._make: Final = make
        self._limit: Final = limit
        self._turn: Final = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that is there now, if one is."""
        child = self._child
        return child.pid if child and not child.ended else None

    def start(self) -> None:
        """Have the process made; it warms up while this one goes on."""
        with self._in_turn():
            self._ready()

    def close(self) -> None:
        """End the process, whatever it is doing. Twice is harmless."""
        if self._child is not None:
            self._child.kill()
        with self._in_turn():
            if self._child is not None:
                self._child.end()
            self._child = None

    def prove(self, sheet: QuerySheet, stamp: Stamp, checkpoint: Checkpoint) -> tuple[tuple[bytes, ...], bytes]:
        """The seal of each page, and the signed sheet."""
        seals, pdf = self._ask("prove", sheet, stamp, checkpoint)
        return seals, pdf

    def copy(
        self,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        number: int,
        at: datetime,
        mark: Mark = "",
    ) -> bytes:
        """The sheet once more."""
        return bytes(self._ask("copy", sheet, stamp, seals, checkpoint, number, at, mark))

    def hold_list(self, holds: HoldList) -> bytes:
        """A hold list, signed."""
        return bytes(self._ask("hold_list", holds))

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip that goes back."""
        return bytes(self._ask("slip", header, faults, at))

    def register(self, book: Book, at: datetime) -> bytes:
        """A warehouse's register."""
        return bytes(self._ask("register", book, at))

    def report(self, report: DayReport, at: datetime, language: Language) -> bytes:
        """A day's figures."""
        return bytes(self._ask("report", report, at, language))

    def ping(self) -> None:
        """Return when the process is there, warm, and has nothing else to do; or `Unavailable`."""
        self._ask("ping")

    def _ask(self, verb: str, *given: object) -> Any:  # noqa: ANN401 - as the verb says
        with self._in_turn():
            child = self._ready()
            try:
                done, answer = child.ask((verb, given), self._limit)
            except (EOFError, OSError):
                code = "slow" if child.late else "crashed"
                detail = child.end()
                self._ready()  # so that it is warm when somebody tries again
                raise Unavailable("press", code, detail) from None
        if not done:
            raise answer
        return answer

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._limit):
            raise Unavailable("press", "slow", f"busy for {self._limit:g} s")
        try:
            yield
        finally:
            self._turn.release()

    def _ready(self) -> "_Child":
        """The process; a new one where it has ended."""
        if self._child is not None and self._child.ended:
            self._child.end()
            self._child = None
        if self._child is None:
            try:
                self._child = _Child(self._make, plain=self.plain)
            except OSError as error:
                raise Unavailable("press", "crashed", str(error)) from error
        return self._child


class _Child:
    """One process, from its start to its end."""

    def __init__(self, make: Callable[[], Press], *, plain: bool) -> None:
        self.late, self._plain = False, plain
        self._line, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.adapters.press.child", str(theirs.fileno()), *["plain"] * plain],
                stdin=subprocess.DEVNULL,
                stdout=2,  # what a library prints is for the log
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": _found_by()},
                start_new_session=True,  # an interrupt at the terminal is for the one who asks
            )
        self._line.send(make)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self.late or self._process.poll() is not None

    def ask(self, question: tuple[str, tuple[object, ...]], seconds: float) -> Any:  # noqa: ANN401
        """Whether it was done, and the answer, or why not; EOFError or OSError where the process ended meanwhile."""
        watch = threading.Timer(seconds, self._too_late)
        watch.daemon = True
        watch.start()
        try:
            self._line.send(question)
            return hear(self._line) if self._plain else self._line.recv()
        finally:
            watch.cancel()

    def end(self) -> str:
        """End it at once, if it has not ended, and say how it did."""
        self._line.close()
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()

    def _too_late(self) -> None:
        self.late = True
        self.kill()


def _found_by() -> str:
    """Where the process finds what this one can import."""
    return os.pathsep.join([str(Path(kiosk.__file__).parents[1]), *filter(None, sys.path)])
