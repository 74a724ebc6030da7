"""Serial and USB-CDC scanners (D2): the shell over `drivers.framing`. pyserial opens the port; poll and an eventfd wait for it.

Kept exclusively (flock and TIOCEXCL), DTR and RTS on. What the port held before is thrown away: it may begin in the middle of a
code, and so may what comes within a gap of the opening (`Frames`, `opened`).

Three things of termios(3) that pyserial leaves alone are set here, so that a damaged byte damages its code and no other is made
of it: INPCK and PARMRK mark a byte with a parity or framing error, and a break; VMIN = 1 makes an empty read mean the end of the
line and nothing else. What the kernel lost to an overrun it does not mark, only count (TIOCGICOUNT), so the counters are read too.
"""

import contextlib
import errno
import fcntl
import os
import stat
import struct
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, Self

import serial

from drivers.framing import Frames
from drivers.manner import Manner
from drivers.scan import NoRead, Scan, ScannerLost, Voice
from drivers.turns import WHY, Held, Said, Turns

SPEEDS: Final = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
_AT_ONCE: Final = 65536
_TIOCGICOUNT: Final = 0x545D
_COUNTERS: Final = struct.Struct("20i")
_OVERRUN, _BUFFER_OVERRUN = 7, 10
"""Of struct serial_icounter_struct, <linux/serial.h>."""
_PARITIES: Final = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}
_WHY: Final = {**WHY, errno.EAGAIN: "busy", errno.ELOOP: "not-a-device"}


@dataclass(frozen=True, slots=True)
class Line:
    """How a port is set: baud, data bits, parity, stop bits, flow control. A USB-CDC scanner does not care.

    Raises ValueError, which names the field, what is expected and what was got.
    """

    speed: int = 9600
    bits: int = 8
    parity: str = "none"
    stop: int = 1
    flow: str = "none"

    CHOICES: ClassVar[dict[str, tuple[int | str, ...]]] = {
        "speed": SPEEDS,
        "bits": (7, 8),
        "parity": tuple(_PARITIES),
        "stop": (1, 2),
        "flow": ("none", "rtscts", "xonxoff"),
    }

    def __post_init__(self) -> None:
        for name, choices in self.CHOICES.items():
            got = getattr(self, name)
            if isinstance(got, bool) or got not in choices:
                raise ValueError(f"{name}: expected one of {', '.join(map(str, choices))}; got {got!r}")


class SerialPort:
    """The scanner at a serial port, `node`: "/dev/ttyACM0", or a link to it. `now` gives monotonic seconds."""

    def __init__(
        self,
        node: str,
        *,
        voice: Voice,
        manner: Manner | None = None,
        line: Line | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._node, self._voice, self._now = node, voice, now
        self._manner, self._line = manner or Manner(), line or Line()
        self._turns: Turns | None = None

    @property
    def beats(self) -> int:
        """Turns of the loop so far, silent ones too: it moves."""
        return self._turns.beats if self._turns else 0

    def __enter__(self) -> Self:
        """Opens the port. Raises `ScannerLost`: no-permission, busy, gone, not-a-device."""
        self._port = port = opened(self._node, self._line)
        fd = port.fileno()
        self._lost = overruns(fd)
        self._frames = frames = Frames(self._manner, opened=self._now())
        held = Held(fd, lambda: self._read(fd), lambda: frames.silent(self._now()), lambda: frames.due, lambda: closed(port))
        self._turns = Turns(held, self._now)
        return self

    def __exit__(self, *exc: object) -> None:
        """Closes the port. From another thread too: the iteration ends at once. Twice is harmless."""
        if self._turns is not None:
            self._turns.leave()

    def __iter__(self) -> Iterator[Scan | NoRead]:
        return self._turns.scans(self._voice) if self._turns is not None else iter(())

    def _read(self, fd: int) -> Said:
        """What the line brought, and whether the port is gone."""
        now = self._now()
        try:
            data = os.read(fd, _AT_ONCE)
        except BlockingIOError:
            return [], None
        except OSError:
            data = b""
        if not data:
            return self._frames.gone(), ScannerLost(f"{self._node}: expected a scanner at the port, got the end of the line")
        before, self._lost = self._lost, overruns(fd)
        return (self._frames.feed if before == self._lost else self._frames.lost)(data, now), None


def overruns(fd: int) -> int:
    """How many bytes the kernel has lost at this port so far, one loss at least for each time. 0 where it does not count."""
    counters = bytearray(_COUNTERS.size)
    try:
        fcntl.ioctl(fd, _TIOCGICOUNT, counters)
    except OSError:
        return 0
    counted = _COUNTERS.unpack(counters)
    return int(counted[_OVERRUN] + counted[_BUFFER_OVERRUN])


def opened(node: str, line: Line) -> Any:  # noqa: ANN401 - pyserial has no types
    """A port that is ours alone, as the line says; a link is followed to a device only. Raises `ScannerLost`."""
    try:
        if not stat.S_ISCHR(Path(node).stat().st_mode):
            raise ScannerLost(f"{node}: expected a serial port, got something that is no device", "not-a-device")
        port = serial.Serial(
            node,
            line.speed,
            line.bits,
            _PARITIES[line.parity],
            line.stop,
            timeout=0,
            rtscts=line.flow == "rtscts",
            xonxoff=line.flow == "xonxoff",
            exclusive=True,
        )
    except (OSError, ValueError, termios.error) as no:
        raise _why(node, no) from no
    try:
        _strict(port.fileno())
    except (OSError, termios.error) as no:
        closed(port)
        raise _why(node, no) from no
    return port


def _strict(fd: int) -> None:
    """Nobody else may open it; what is damaged is marked; an empty read means the end."""
    fcntl.ioctl(fd, termios.TIOCEXCL)
    settings = termios.tcgetattr(fd)
    settings[0] |= termios.INPCK | termios.PARMRK
    settings[0] &= ~(termios.IGNPAR | termios.IGNBRK | termios.BRKINT | termios.ISTRIP)
    settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSANOW, settings)


def closed(port: Any) -> None:  # noqa: ANN401 - pyserial has no types
    """Gives the port back; one that is gone cannot be asked to let others in."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(port.fileno(), termios.TIOCNXCL)
    port.close()


def _why(node: str, no: Exception) -> ScannerLost:
    """Which one it was. Some errors pyserial says in words alone: what it had caught then has the number."""
    if isinstance(no, ScannerLost):
        return no
    number = next((one.args[0] for one in (no, no.__context__) if one and one.args and isinstance(one.args[0], int)), 0)
    return ScannerLost(f"{node}: expected a serial port that opens, got {no}", _WHY.get(number, "failed"))
