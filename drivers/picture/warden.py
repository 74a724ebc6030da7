"""Keeps one limited process (`drivers.picture.child`), asks it, and ends it when it is late.

Decoders of pictures and PDFs abort, hang and eat memory on hostile input, and pdfium is not safe in threads. So none of
them is ever loaded here: they run in a process of their own, whose end costs one answer. The process stays warm between
answers and is started when first asked.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Self

import drivers
from drivers.picture import Dial, Fault, Limits, Problem
from drivers.picture.wire import Message, receive, send

OUT_OF_MEMORY = 86
"""What the child exits with when Python itself ran out of memory."""

_TRACE = 4000
_LATE = frozenset({signal.SIGXCPU, signal.SIGKILL})
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


class ChildDied(Exception):
    """The process ended instead of answering. `fault` says how."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault}\n{fault.trace}")
        self.fault = fault


class Warden:
    """One limited process at a time; a new one after each that died."""

    def __init__(self, limits: Limits, dial: Dial = Dial.STRICT) -> None:
        self._limits, self._dial = limits, dial
        self._process: subprocess.Popen[bytes] | None = None
        self._said = -1
        self._late = False
        self.generation = 0
        """How many processes there have been: what the present one was told is forgotten when this changes."""

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether there is a process, and it has not ended by itself."""
        process = self._process
        return process is not None and not _ended(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts the process, if it does not run; one that ended while nothing was asked of it is no answer's fault.

        Raises `ChildDied` where the system has no process, descriptor or memory left for it.
        """
        if self._process is not None and _ended(self._process):
            self._buried("ended idle")
        if self._process is None:
            try:
                self._said, self._process = _spawn(self._limits, self._dial)
            except OSError as no:
                raise ChildDied(Fault(Problem.ENGINE_CRASHED, "a process", str(no))) from no
            self._late = False
            self.generation += 1

    def ask(self, message: Message, raw: bytes = b"", *, seconds: float) -> tuple[Message, bytes]:
        """One question, one answer. Raises `ChildDied` when the process ended, or was ended after `seconds`."""
        self.start()
        process = self._process
        assert process is not None  # noqa: S101 - start() has just made it
        watch = threading.Timer(seconds, self._too_late)
        watch.daemon = True
        watch.start()
        try:
            send(_pipe(process.stdin), message, raw)
            return receive(_pipe(process.stdout))
        except (EOFError, OSError, ValueError) as end:
            raise ChildDied(self._buried(str(end))) from end
        finally:
            watch.cancel()

    def close(self) -> None:
        """Ends the process. Twice is harmless."""
        if self._process is not None:
            self._buried("closed")

    def _too_late(self) -> None:
        self._late = True
        self.kill()

    def kill(self) -> None:
        """Ends the process by force, from any thread: whoever waits for its answer is told that it died."""
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def _buried(self, end: str) -> Fault:
        """Ends what is left of the process and says how it ended; gives back each descriptor."""
        process, said = self._process, self._said
        assert process is not None  # noqa: S101 - the callers have one
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()
        code, peak = _reaped(process, grace=threading.Timer(0.5, self.kill))
        trace = _tail(said)
        os.close(said)
        self._process, self._said = None, -1
        problem = self._judged(code, peak)
        return Fault(problem, expected=_allowed(problem, self._limits), got=_ending(code) or end, trace=trace)

    def _judged(self, code: int, peak: int) -> Problem:
        """An abort after half of the memory was used is taken for a lack of it: pdfium aborts when it gets none."""
        if self._late or -code in _LATE:
            return Problem.TOO_SLOW
        if code == OUT_OF_MEMORY or (code < 0 and peak > self._limits.memory_bytes // 2):
            return Problem.TOO_MUCH_MEMORY
        return Problem.ENGINE_CRASHED


def _spawn(limits: Limits, dial: Dial) -> tuple[int, subprocess.Popen[bytes]]:
    """A process, and the descriptor of what it says beside its answers."""
    said = os.memfd_create("child-stderr", os.MFD_CLOEXEC)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "drivers.picture.child", json.dumps(asdict(limits)), dial],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=surroundings(),
            cwd="/",
            start_new_session=True,  # a group of its own, so that all of it can be ended
        )
    except OSError:
        os.close(said)
        raise
    return said, process


def surroundings() -> dict[str, str]:
    """What a limited process gets to know: no proxy, no key, no setting goes to where others' bytes and pictures are."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
    here = str(Path(drivers.__file__).parents[1])
    return kept | dict.fromkeys(_ONE_THREAD, "1") | {"PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": "1"}


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended; its exit is left to be collected."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _reaped(process: subprocess.Popen[bytes], grace: threading.Timer) -> tuple[int, int]:
    """Waits for the end: exit code (a signal as its negative) and peak resident bytes. Ended by force after the grace."""
    grace.daemon = True
    grace.start()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    grace.cancel()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # a copy that it made of itself; the number is still its own until it is collected
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024


def _tail(said: int) -> str:
    length = os.fstat(said).st_size
    return os.pread(said, _TRACE, max(0, length - _TRACE)).decode("utf-8", "replace")


def _ending(code: int) -> str:
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}" if code else ""


def _allowed(problem: Problem, limits: Limits) -> str:
    if problem is Problem.TOO_SLOW:
        return f"an answer in {limits.cpu_seconds} s of work, {limits.wall_seconds:g} s in all"
    if problem is Problem.TOO_MUCH_MEMORY:
        return f"at most {limits.memory_bytes >> 20} MiB"
    return "an answer"


def _pipe(stream: object) -> BinaryIO:
    """The pipe that was asked for when the process was started."""
    return stream  # type: ignore[return-value]
