"""Bells between the processes of a station: "look again". A bell is only a hint; who waits looks once a second all the same.

"desk" is rung by the station (a scan was kept, a lamp has changed), "station" by the desk (the settings have changed).
"""

import os
import select
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

Name = Literal["desk", "station"]


def ring(home: Path, name: Name = "desk") -> None:
    """Ring a bell of the station whose home is given. It never blocks and never fails: perhaps nobody is there."""
    with suppress(OSError):
        descriptor = os.open(_path(home, name), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                os.write(descriptor, b"!")
        finally:
            os.close(descriptor)


class Bell:
    """One who waits for a bell: a named pipe, so that it costs nothing while nobody rings. One waits for each of them."""

    def __init__(self, home: Path, name: Name = "desk") -> None:
        self._home, self._name = home, name
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def wait(self, seconds: float) -> bool:
        """Wait so long for it; whether it rang. However often it rang meanwhile, that is once."""
        descriptor = self.fileno()
        if descriptor is None:
            time.sleep(seconds)
            return False
        waiter = select.poll()
        waiter.register(descriptor, select.POLLIN)
        if not waiter.poll(max(seconds, 0) * 1000):
            return False
        with suppress(BlockingIOError):
            while os.read(descriptor, 4096):
                pass
        return True

    def fileno(self) -> int | None:
        """What can be polled; None where the pipe can't be made: nobody rings then, and it is tried again."""
        if self._descriptor is None:
            with suppress(OSError):
                self._descriptor = _made(_path(self._home, self._name))
        return self._descriptor

    def close(self) -> None:
        """Wait no more; harmless twice. Who rings then is not heard."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _path(home: Path, name: Name) -> Path:
    return home / "station" / f"{name}.bell"


def _made(path: Path) -> int:
    """The pipe, open for reading; for writing too, so that it never ends."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or (path.exists() and not path.is_fifo()):
        path.unlink()
    with suppress(FileExistsError):
        os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
