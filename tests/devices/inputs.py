"""Keyboards that no cable carries: by uinput, and QEMU's own, which QMP types on. And what QMP plugs into a serial port."""

import fcntl
import os
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.devices.gadgets import ALL, Maker
from tests.devices.keys import LEFT_SHIFT, LINUX
from tests.devices.qmp import Qmp

_EV_SYN, _EV_KEY, _EV_REP = 0, 1, 0x14
_SET_EVBIT, _SET_KEYBIT, _DEV_SETUP, _CREATE, _DESTROY = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x5502
_USB = 3


class Uinput:
    """A keyboard by uinput (`linux/uinput.h`): as fast as the kernel takes it."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self._file = -1

    def plug(self) -> None:
        """The device comes."""
        self._file = os.open("/dev/uinput", os.O_WRONLY)
        fcntl.ioctl(self._file, _SET_EVBIT, _EV_KEY)
        fcntl.ioctl(self._file, _SET_EVBIT, _EV_REP)
        for code in range(1, 128):
            fcntl.ioctl(self._file, _SET_KEYBIT, code)
        maker = self.maker
        setup = struct.pack("<HHHH80sI", _USB, maker.vendor, maker.product, 1, maker.name.encode(), 0)
        fcntl.ioctl(self._file, _DEV_SETUP, setup)
        fcntl.ioctl(self._file, _CREATE)

    def pull(self) -> None:
        """It goes."""
        fcntl.ioctl(self._file, _DESTROY)
        os.close(self._file)

    def send(self, text: str, units: slice = ALL, pause: float = 0.001) -> None:
        """Type this text and Enter, or these of its keys, with `pause` seconds between."""
        for sign in (text + "\n")[units]:
            shift = sign.isupper()
            if shift:
                self.key(LEFT_SHIFT, down=True)
            self.key(LINUX[sign.lower()], down=True)
            self.key(LINUX[sign.lower()], down=False)
            if shift:
                self.key(LEFT_SHIFT, down=False)
            if pause:
                time.sleep(pause)

    def key(self, code: int, *, down: bool) -> None:
        """One key goes down or up."""
        events = ((_EV_KEY, code, int(down)), (_EV_SYN, 0, 0))
        os.write(self._file, b"".join(struct.pack("<qqHHi", 0, 0, *event) for event in events))


@dataclass
class QemuKeyboard:
    """QEMU's own USB keyboard: its maker cannot be chosen, its serial number can."""

    qmp: Qmp
    serial: str
    name: str = "kbd"

    def plug(self) -> None:
        """Plug it into the guest's USB controller."""
        self.qmp.plug("usb-kbd", self.name, serial=self.serial)

    def pull(self) -> None:
        """Pull it out."""
        self.qmp.unplug(self.name)

    def send(self, text: str, units: slice = ALL) -> None:
        """Type this text and Enter, or these of its keys, as slowly as QEMU needs it."""
        self.qmp.type((text + "\n")[units])


@dataclass
class Ftdi:
    """A scanner on an FTDI serial adapter: QEMU's. Its other end is a virtio port, in the same guest."""

    qmp: Qmp
    serial: str
    wire: Path = Path("/dev/port-wire")
    end: str = "\r"
    _file: int = field(default=-1, init=False)

    def plug(self) -> None:
        """Plug the adapter in."""
        if self._file < 0:
            self._file = os.open(self.wire, os.O_RDWR | os.O_NONBLOCK)
        self.qmp.plug("usb-serial", "ftdi", chardev="line", serial=self.serial, **{"always-plugged": True})

    def pull(self) -> None:
        """Pull it out."""
        self.qmp.unplug("ftdi")

    def send(self, text: str, units: slice = ALL) -> None:
        """Send this text and its terminator, or these of its bytes."""
        os.write(self._file, (text + self.end).encode()[units])
