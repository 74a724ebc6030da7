"""The loop of a shell: it waits for its device, for the silence that its decoder waits for, or for whoever leaves it."""

import errno
import math
import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from drivers.scan import Broken, Heard, NoRead, Scan, ScannerLost, Voice

IDLE: Final = 5.0
"""Seconds after which a silent loop turns nevertheless: the watchdog sees that it lives."""
WHY: Final = {
    errno.ENOENT: "gone",
    errno.ENODEV: "gone",
    errno.ENXIO: "gone",
    errno.EIO: "gone",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EBUSY: "busy",
    errno.ENOTTY: "not-a-device",
}
"""What the kernel's no means for any device, as `ScannerLost.why`; a shell adds what is its own."""
Said = tuple[list[Heard | Broken], ScannerLost | None]
"""What one turn brought, and how the device was lost if it was."""


@dataclass(frozen=True, slots=True)
class Held:
    """A device that is open: its file descriptor, and the shell's own part of a turn."""

    fd: int
    read: Callable[[], Said]
    """What it has to say; called when it has something, or is gone."""
    silent: Callable[[], list[Heard | Broken]]
    """What it means that it has said nothing."""
    due: Callable[[], float | None]
    """When `silent` is to be called, in monotonic seconds; None: no matter when."""
    close: Callable[[], None]
    """Gives the device back; called once."""


class Turns:
    """The turns of one opening. It may be left from any thread, and ends at once then; twice is harmless."""

    def __init__(self, held: Held, now: Callable[[], float] = time.monotonic) -> None:
        self._held, self._now = held, now
        try:
            self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        except OSError:
            held.close()  # nobody else has it yet: it would stay held
            raise
        self._poll = select.poll()
        for fd in (held.fd, self._bell):
            self._poll.register(fd, select.POLLIN)
        self._turning, self._leaving = threading.RLock(), threading.RLock()
        self._left = False
        self.beats = 0
        """Turns so far, silent ones too: the loop moves."""

    def scans(self, voice: Voice) -> Iterator[Scan | NoRead]:
        """What the device says, until it is left; `ScannerLost` when it is gone, after all that it had said."""
        lost = None
        while lost is None:
            with self._turning:
                if self._left:
                    return
                heard, lost = self._turn()
            # All are given their time now: whoever takes the first may be slow.
            yield from [voice.says(one) for one in heard]
        raise lost

    def leave(self) -> None:
        """End the iteration and give the device back."""
        with self._leaving:
            if self._bell < 0:
                return
            self._left = True
            os.eventfd_write(self._bell, 1)
            with self._turning:
                self._held.close()
                os.close(self._bell)
                self._bell = -1

    def _turn(self) -> Said:
        ready = {fd for fd, _ in self._poll.poll(milliseconds(self._held.due(), self._now()))}
        self.beats += 1
        if self._bell in ready:
            return [], None
        return self._held.read() if self._held.fd in ready else (self._held.silent(), None)


def milliseconds(due: float | None, now: float) -> int:
    """How long to wait for a device: until `due`, but never longer than `IDLE`."""
    return math.ceil(1000 * max(0.0, min(IDLE, IDLE if due is None else due - now)))
