"""The process that holds one camera, as its shell sees it: two pipes, a log in memory, and its end."""

import io
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from drivers.picture.warden import surroundings
from drivers.picture.wire import Message, receive, send
from drivers.scan import ScannerLost

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_TRACE = 2000


class Process:
    """Starts `drivers.camera.child` with some words."""

    def __init__(self, words: list[str]) -> None:
        self._said = os.memfd_create("camera-stderr", os.MFD_CLOEXEC)
        self._hearing = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drivers.camera.child", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            bufsize=0,
            env=surroundings(),
            cwd="/",
            start_new_session=True,  # a group of its own, so that all of it can be ended
        )
        self.pid = self._process.pid
        self._patient = _Patient(_pipe(self._process.stdout))
        self._ear = io.BufferedReader(self._patient)

    def hear(self, node: str, seconds: float) -> tuple[Message, bytes]:
        """The next message. Raises `ScannerLost`: the process ended, or said nothing for so long."""
        with self._hearing:
            if self._said < 0:
                raise ScannerLost(f"{node}: expected its process, got none: it was closed", "failed")
            try:
                self._patient.seconds = seconds
                return receive(self._ear)
            except (EOFError, OSError, ValueError) as end:
                raise ScannerLost(f"{node}: expected its process to go on, got {self._ending(end)}", "failed") from end

    def ask(self, message: Message) -> bool:
        """Whether it was there to be asked."""
        with suppress(OSError, ValueError):
            send(_pipe(self._process.stdin), message)
            return True
        return False

    def close(self) -> None:
        """Ends it and gives every descriptor back; twice is harmless. Whoever listens meanwhile hears the end of the pipe."""
        self._end()
        with self._hearing:
            for pipe in (self._process.stdin, self._process.stdout):
                _pipe(pipe).close()
            if self._said >= 0:
                os.close(self._said)
                self._said = -1

    def _end(self) -> None:
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):  # the kernel holds it: it ends when the driver lets it go
                self._process.wait(2)

    def _ending(self, end: Exception) -> str:
        """How it ended, with the last that it said."""
        if isinstance(end, TimeoutError):
            return str(end)
        self._end()
        code = self._process.returncode
        how = f"its end by {signal.Signals(-code).name}" if code is not None and code < 0 else f"its end, exit code {code}"
        return f"{how}\n{self._tail()}".strip()

    def _tail(self) -> str:
        if self._said < 0:
            return ""
        length = os.fstat(self._said).st_size
        return os.pread(self._said, _TRACE, max(0, length - _TRACE)).decode("utf-8", "replace")


class _Patient(io.FileIO):
    """A pipe that may be silent only for so long."""

    def __init__(self, pipe: BinaryIO) -> None:
        super().__init__(pipe.fileno(), closefd=False)
        self.seconds = 0.0
        self._poll = select.poll()
        self._poll.register(self, select.POLLIN)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """What there is, as soon as there is something; 0 at the pipe's end. Raises `TimeoutError`."""
        if not self._poll.poll(self.seconds * 1000):
            raise TimeoutError(f"silence for {self.seconds:g} s")
        return super().readinto(buffer) or 0


def _pipe(stream: object) -> BinaryIO:
    """The pipe that was asked for when the process was started."""
    return stream  # type: ignore[return-value]
