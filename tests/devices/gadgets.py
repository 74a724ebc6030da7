"""Scanners that are USB gadgets in the guest: own maker, product and serial number, at a scanner's own speed.

A gadget hangs on one of the sockets of `dummy_hcd`; bound to it, the same kernel sees a device come, and unbound, go.
"""

import contextlib
import os
import termios
import time
import tty
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

from tests.devices.keys import ENTER, US, Press, presses

CONFIG = Path("/sys/kernel/config/usb_gadget")

ALL: Final = slice(None)
"""All units of a code: keys, bytes or reports."""
PACES = (0.001, 0.004, 0.002, 0.008)
"""Seconds a key, at least: scanners are set to 1 to 100 ms, and the kernel keeps 64 events (10 keys) for a slow reader."""

KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508150025650507190029658100c0"
)
"""The boot keyboard of the HID specification, appendix B.1."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What a device says of itself."""

    vendor: int
    product: int
    serial: str
    name: str


class Gadget:
    """One gadget with one function; `socket` is which of dummy_hcd's it hangs on."""

    def __init__(self, socket: int, maker: Maker, function: str) -> None:
        self.maker = maker
        self._socket = f"dummy_udc.{socket}"
        self._root = CONFIG / f"g{socket}"
        strings, configuration = self._root / "strings/0x409", self._root / "configs/c.1"
        self.function = self._root / "functions" / function
        for folder in (strings, configuration, self.function):
            folder.mkdir(parents=True)
        write(self._root, idVendor=hex(maker.vendor), idProduct=hex(maker.product), bcdUSB="0x0200")
        write(strings, serialnumber=maker.serial, product=maker.name, manufacturer=maker.name.split()[0])

    def join(self) -> None:
        """The function is described: put it into the gadget's one configuration."""
        (self._root / "configs/c.1" / self.function.name).symlink_to(self.function)

    def plug(self) -> None:
        """Bind: the device comes."""
        write(self._root, UDC=self._socket)

    def pull(self) -> None:
        """Unbind: the device goes, in whatever it is doing."""
        with contextlib.suppress(OSError):  # not bound
            write(self._root, UDC="")


class HidGadget(Gadget):
    """A gadget of the HID class; `width` is how many bytes its reports have."""

    def __init__(self, socket: int, maker: Maker, descriptor: bytes, width: int, protocol: int) -> None:
        super().__init__(socket, maker, f"hid.s{socket}")
        write(self.function, protocol=protocol, subclass=protocol, report_length=width)
        (self.function / "report_desc").write_bytes(descriptor)
        self.join()
        minor = (self.function / "dev").read_text().strip().partition(":")[2]
        self._node = f"/dev/hidg{minor}"
        self._file = -1

    def plug(self) -> None:
        super().plug()
        self._file = os.open(self._node, os.O_RDWR)

    def pull(self) -> None:
        super().pull()
        os.close(self._file)

    def put(self, said: Sequence[bytes], pause: float = 0) -> None:
        """Send these reports, so many seconds apart at least: each waits until the host has taken the one before."""
        for report in said:
            os.write(self._file, report)
            if pause:
                time.sleep(pause)


class Keyboard(HidGadget):
    """A keyboard wedge: what it types depends on the layout that it was programmed for."""

    def __init__(self, socket: int, maker: Maker, layout: dict[str, Press] = US, end: Press = ENTER) -> None:
        super().__init__(socket, maker, KEYBOARD, 8, protocol=1)
        self.layout, self.end = layout, end
        self._paces = cycle(PACES)

    def send(self, text: str, units: slice = ALL) -> None:
        """Type this text and the terminator, or these of its keys; each code at another pace."""
        keys = presses(text, self.layout, self.end)[units]
        self.put([report for key in keys for report in key], next(self._paces) / 2)


class Serial(Gadget):
    """A scanner in USB-COM mode (CDC-ACM)."""

    def __init__(self, socket: int, maker: Maker) -> None:
        super().__init__(socket, maker, f"acm.s{socket}")
        self.join()
        self._node = f"/dev/ttyGS{(self.function / 'port_num').read_text().strip()}"

    def send(self, text: str, units: slice = ALL) -> None:
        """Send this text and CR, or these of its bytes."""
        data = text.encode() + b"\r"
        file = os.open(self._node, os.O_RDWR | os.O_NOCTTY)
        try:
            raw(file)
            os.write(file, data[units])
            time.sleep(0.05)  # closed at once, it would drop what it holds
        finally:
            os.close(file)


def raw(file: int) -> None:
    """A line that neither echoes nor edits."""

    tty.setraw(file, termios.TCSANOW)


def write(folder: Path, **values: object) -> None:
    """Write kernel attributes."""
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")
