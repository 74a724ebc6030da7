"""HID-POS scanners (D1): the shell over `drivers.report`, on Linux's hidraw. No keyboard layout, no modifiers.

Opened for reading only: nothing is ever sent to a scanner, and a reader can change nothing in it. hidraw has no grab, and none is
needed: a HID-POS scanner types nothing, and only who is let at the node can listen. flock keeps a second process of ours out; it
binds nobody else.

hidraw keeps some reports for a reader and drops what comes then without a word (HIDRAW_BUFFER_SIZE, drivers/hid/hidraw.c). So all
that is there is taken at once, and when that is as much as it keeps, what comes next is not trusted.
"""

import errno
import fcntl
import os
import stat
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Self

from drivers.manner import Manner
from drivers.report import Reports, Shape, shapes
from drivers.scan import Broken, Heard, NoRead, Scan, ScannerLost, Voice
from drivers.turns import WHY, Held, Said, Turns

KEPT: Final = 63
"""Reports that hidraw keeps: one less than its ring has places."""
_LARGEST: Final = 4096
HIDIOCGRDESCSIZE: Final = 0x80044801
HIDIOCGRDESC: Final = 0x90044802
"""_IOR('H', 1, int) and _IOR('H', 2, struct hidraw_report_descriptor), <linux/hidraw.h>."""
_WHY: Final = {**WHY, errno.EAGAIN: "busy", errno.EINVAL: "not-a-device", errno.ELOOP: "not-a-device"}
Ioctl = Callable[[int, int, bytearray], int]


def hidraw(node: str, ioctl: Ioctl = fcntl.ioctl) -> tuple[int, bytes]:
    """A hidraw node, held: its file descriptor, not blocking, and its report descriptor. Raises OSError."""
    if not stat.S_ISCHR(Path(node).stat().st_mode):
        raise OSError(errno.ENOTTY, "no device")
    fd = os.open(node, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return fd, described(fd, ioctl)
    except OSError:
        os.close(fd)
        raise


def described(fd: int, ioctl: Ioctl = fcntl.ioctl) -> bytes:
    """The report descriptor of an open hidraw node. Raises OSError."""
    size = bytearray(4)
    ioctl(fd, HIDIOCGRDESCSIZE, size)
    (length,) = struct.unpack("I", size)
    # A bytearray: bytes of this length are more than Python's fcntl takes.
    asked = bytearray(size) + bytearray(_LARGEST)
    ioctl(fd, HIDIOCGRDESC, asked)
    return bytes(asked[4 : 4 + length])


class HidPos:
    """The HID-POS scanner at `node`, "/dev/hidraw0" or a link to it.

    `now` gives monotonic seconds; `opens` gives the file descriptor and the report descriptor of a node, or raises OSError.
    """

    def __init__(
        self,
        node: str,
        *,
        voice: Voice,
        manner: Manner | None = None,
        now: Callable[[], float] = time.monotonic,
        opens: Callable[[str], tuple[int, bytes]] = hidraw,
    ) -> None:
        self._node, self._voice, self._now, self._opens = node, voice, now, opens
        self._manner = manner or Manner()
        self._fd = -1
        self._turns: Turns | None = None

    @property
    def beats(self) -> int:
        """Turns of the loop so far, silent ones too: it moves."""
        return self._turns.beats if self._turns else 0

    def __enter__(self) -> Self:
        """Opens the node. Raises `ScannerLost`: no-permission, busy, gone, not-a-device."""
        try:
            self._fd, descriptor = self._opens(self._node)
        except OSError as no:
            why = _WHY.get(no.errno or 0, "failed")
            raise ScannerLost(f"{self._node}: expected a hidraw node that opens, got {no}", why) from no
        self._reports = Reports(self._found(descriptor), self._manner, opened=self._now())
        fd, reports = self._fd, self._reports
        held = Held(fd, self._read, lambda: reports.silent(self._now()), lambda: reports.due, lambda: os.close(fd))
        self._turns = Turns(held, self._now)
        return self

    def __exit__(self, *exc: object) -> None:
        """Closes the node. From another thread too: the iteration ends at once. Twice is harmless."""
        if self._turns is not None:
            self._turns.leave()

    def __iter__(self) -> Iterator[Scan | NoRead]:
        return self._turns.scans(self._voice) if self._turns is not None else iter(())

    def _found(self, descriptor: bytes) -> tuple[Shape, ...]:
        found = shapes(descriptor)
        if not found:
            os.close(self._fd)
            self._fd = -1
            raise ScannerLost(f"{self._node}: expected reports with Decoded Data of usage page 0x8C, got none", "not-a-device")
        return found

    def _read(self) -> Said:
        """All the reports that are there, and whether the device is gone."""
        now, heard = self._now(), list[Heard | Broken]()
        for _ in range(KEPT):
            report = self._report()
            if report is None:
                return heard, None
            if not report:
                lost = ScannerLost(f"{self._node}: expected a scanner, got the end of the device")
                return heard + self._reports.gone(), lost
            heard += self._reports.feed(report, now)
        return heard + self._reports.lost(now), None

    def _report(self) -> bytes | None:
        """The next report; empty: the device is gone; None: there is none yet."""
        try:
            return os.read(self._fd, _LARGEST)
        except BlockingIOError:
            return None
        except OSError:
            return b""
