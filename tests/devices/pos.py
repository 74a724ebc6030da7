"""A scanner in HID-POS mode (usage page 0x8C), by uhid: no cable, so that it comes and goes in milliseconds."""

import os
import struct
from collections.abc import Iterator

from tests.devices.gadgets import ALL, HidGadget, Maker

DATA = 56
"""Bytes of a code in one report; a longer one goes on in the next."""

_ITEMS = (
    "05 8C 09 02 A1 01",  # page bar code scanner, usage scanner: application
    "09 12 A1 02 85 02",  # scanned data report: logical; report 2
    "15 00 26 FF 00 75 08",  # fields of a byte
    "95 01 05 01 09 3B 81 02",  # generic desktop: byte count
    "05 8C 95 03 09 FB 09 FC 09 FD 81 02",  # symbology identifier 1, 2, 3
    "95 38 09 FE 82 02 01",  # decoded data: buffered bytes
    "25 01 75 01 95 01 09 FF 81 02",  # decoded data continued: a bit
    "75 07 81 03 C0 C0",
)
DESCRIPTOR = bytes.fromhex("".join(_ITEMS))
WIDTH = 1 + 1 + 3 + DATA + 1

_CREATE, _DESTROY, _INPUT = 11, 1, 12
_USB = 3


def said(text: str, identifier: bytes = b"]C0") -> Iterator[bytes]:
    """The reports of one code."""
    data = text.encode()
    for start in range(0, len(data), DATA):
        piece = data[start : start + DATA]
        more = start + DATA < len(data)
        yield bytes((2, len(piece))) + identifier + piece.ljust(DATA, b"\0") + bytes((more,))


class Pos:
    """A HID-POS scanner by uhid (`linux/uhid.h`)."""

    def __init__(self, maker: Maker, port: str) -> None:
        self.maker, self._port = maker, port
        self._file = -1

    def plug(self) -> None:
        """The device comes."""
        self._file = os.open("/dev/uhid", os.O_RDWR | os.O_NONBLOCK)
        maker = self.maker
        names = struct.pack("128s64s64s", maker.name.encode(), self._port.encode(), maker.serial.encode())
        numbers = struct.pack("<HHIIII", len(DESCRIPTOR), _USB, maker.vendor, maker.product, 0x100, 0)
        self._event(_CREATE, names + numbers + DESCRIPTOR)

    def pull(self) -> None:
        """It goes, in whatever it is doing."""
        self._event(_DESTROY)
        os.close(self._file)

    def send(self, text: str, units: slice = ALL) -> None:
        """Send this text, or these of its reports."""
        for report in list(said(text))[units]:
            self._event(_INPUT, struct.pack("<H", len(report)) + report)

    def _event(self, kind: int, body: bytes = b"") -> None:
        os.write(self._file, struct.pack("<I", kind) + body)


class PosGadget(HidGadget):
    """A HID-POS scanner on a cable: a gadget."""

    def __init__(self, socket: int, maker: Maker) -> None:
        super().__init__(socket, maker, DESCRIPTOR, WIDTH, protocol=0)

    def send(self, text: str, units: slice = ALL) -> None:
        """Send this text, or these of its reports."""
        self.put(list(said(text))[units])
