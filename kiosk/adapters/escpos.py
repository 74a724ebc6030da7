"""Receipt printers (ESC/POS): the client's slip. python-escpos writes their language; what goes over the wire is ours.

A printer is asked how it is before anything is sent, and again after: one that is out of paper, open or silent is told as such.
That is all there is to follow: it keeps no jobs, and the client stands before it. So a slip goes to it at once, and by no queue.
"""

import contextlib
import io
import os
import select
import socket
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import serial
from escpos.printer import Dummy

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.slip import Slip
from kiosk.words import LANGUAGES, Words, words

PART: Final = "receipt"
ONLINE: Final = b"\x10\x04\x01"
"""DLE EOT 1: is it on line?"""
CAUSE: Final = b"\x10\x04\x02"
"""DLE EOT 2: if not, why?"""
PAPER: Final = b"\x10\x04\x04"
"""DLE EOT 4: has it paper?"""
_OFF, _OPEN, _END, _GONE = 0x08, 0x04, 0x20, 0x60
_FIXED, _FIXED_IS = 0x93, 0x12
"""Of each answer, bits 1 and 4 are set and bits 0 and 7 are not: anything else is no answer to a question of ours."""
ANSWER: Final = 1.0
"""Seconds that a printer has for an answer."""
PLAIN: Final = {"’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "œ": "oe", "Œ": "OE", "…": "...", "\u00a0": " ", "\u202f": " "}
"""What stands for a character that a printer's code page lacks; never a question mark in the middle of a word."""


class Wire(Protocol):
    """What goes to a printer and comes from it."""

    def write(self, data: bytes) -> None:
        """All of it, or OSError."""
        ...

    def read(self, seconds: float) -> bytes:
        """A byte, or nothing within so many seconds."""
        ...


class EscposSlips:
    """The `Slips` of a receipt printer: `device` (/dev/ttyUSB0, /dev/usb/lp0) or `host` and `port`.

    `columns` is how many characters a line has, `codepage` one of the printer's that has French accents. `status = false` is for
    printers, and cables, that say nothing.
    """

    def __init__(
        self,
        zone: str,
        *,
        device: str = "",
        host: str = "",
        port: int = 9100,
        baud: int = 9600,
        columns: int = 42,
        codepage: str = "CP1252",
        status: bool = True,
    ) -> None:
        if bool(device) == bool(host):
            raise Refusal("bad-setting", name="receipt", expected="device or host", got=f"{device!r} and {host!r}")
        "".encode(codepage)
        self._zone: Final = ZoneInfo(zone)
        self._device, self._host, self._port, self._baud = device, host, port, baud
        self._columns, self._codepage, self._status = columns, codepage, status

    @property
    def name(self) -> str:
        """Which printer it is, for people."""
        return self._device or f"{self._host}:{self._port}"

    def give(self, slip: Slip) -> str:
        """Print a slip; the printer's name. `Unavailable("receipt", code)`: paper-out, lid-open, receipt-offline, receipt-away."""
        said = drawn(slip, self._zone, self._columns, self._codepage)
        try:
            with self._wire() as wire:
                self._check(wire)
                wire.write(said)
                self._check(wire)  # it may have come to the end of its paper
        except OSError as error:
            raise Unavailable(PART, "receipt-away", f"{self.name}: {error}") from error
        return self.name

    def _check(self, wire: Wire) -> None:
        """Go on only if the printer says that it can."""
        if not self._status:
            return
        if self._answer(wire, PAPER) & _GONE:
            raise Unavailable(PART, "paper-out", self.name)
        if self._answer(wire, ONLINE) & _OFF:
            why = self._answer(wire, CAUSE)
            code = "paper-out" if why & _END else "lid-open" if why & _OPEN else "receipt-offline"
            raise Unavailable(PART, code, self.name)

    def _answer(self, wire: Wire, question: bytes) -> int:
        wire.write(question)
        end = time.monotonic() + ANSWER
        while (left := end - time.monotonic()) > 0:
            got = wire.read(left)
            if got and got[0] & _FIXED == _FIXED_IS:
                return got[0]
        raise Unavailable(PART, "receipt-offline", f"{self.name}: no answer to DLE EOT {question[-1]}")

    @contextmanager
    def _wire(self) -> Iterator[Wire]:
        if self._host:
            with socket.create_connection((self._host, self._port), ANSWER) as connection:
                yield _Network(connection)
        elif self._device.startswith("/dev/tty") or self._device.startswith("/dev/pts/"):
            with serial.Serial(self._device, self._baud, timeout=ANSWER, write_timeout=10) as port:
                yield _Serial(port)
        else:
            descriptor = os.open(self._device, os.O_RDWR | os.O_NONBLOCK)
            with contextlib.closing(_File(descriptor)) as file:
                yield file


class _Serial:
    def __init__(self, port: serial.Serial) -> None:
        self._port: Final = port

    def write(self, data: bytes) -> None:
        self._port.write(data)
        self._port.flush()

    def read(self, seconds: float) -> bytes:
        self._port.timeout = seconds
        return bytes(self._port.read(1))


class _Network:
    def __init__(self, connection: socket.socket) -> None:
        self._connection: Final = connection

    def write(self, data: bytes) -> None:
        self._connection.settimeout(10)
        self._connection.sendall(data)

    def read(self, seconds: float) -> bytes:
        self._connection.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            return self._connection.recv(1)
        return b""


class _File:
    """A USB printer's own device, which may be full for a while."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: Final = descriptor

    def write(self, data: bytes) -> None:
        end = time.monotonic() + 10
        while data:
            if not select.select([], [self._descriptor], [], max(0.0, end - time.monotonic()))[1]:
                raise TimeoutError("it takes nothing")
            data = data[os.write(self._descriptor, data) :]

    def read(self, seconds: float) -> bytes:
        return os.read(self._descriptor, 1) if select.select([self._descriptor], [], [], seconds)[0] else b""

    def close(self) -> None:
        os.close(self._descriptor)


def drawn(slip: Slip, zone: tzinfo, columns: int = 42, codepage: str = "CP1252") -> bytes:
    """A slip in the printer's language: the client's words first, the sheet's number as its own Code 128, the other language."""
    first, other = (words(one) for one in sorted(LANGUAGES, key=lambda one: one != slip.language))
    pen = Dummy()
    pen.hw("INIT")
    pen.charcode(codepage)

    def write(text: str) -> None:
        for line in textwrap.wrap(encodable(text, codepage), columns) or [""]:
            pen.text(f"{line}\n")

    pen.set(align="center", bold=True, double_width=True, double_height=True)
    write(first.say("paper.claim-title"))
    pen.set(align="center", bold=False, normal_textsize=True)
    write(_facts(first, slip, zone))
    write(first.say("paper.claim-lead"))
    pen.text("\n")
    _bars(pen, slip.sheet)
    pen.set(align="center", bold=True)
    write(first.say("paper.claim-not-proof"))
    pen.set(align="center", bold=False)
    for key in ("claim-title", "claim-lead", "claim-not-proof"):
        write(other.say(f"paper.{key}"))
    pen.cut()
    return bytes(pen.output)


def _facts(said: Words, slip: Slip, zone: tzinfo) -> str:
    at = f"{slip.at.astimezone(zone):%Y-%m-%d %H:%M}"
    office = said.say("paper.claim-office", office=slip.office.removeprefix("0"))
    return f"{office} · {at} · {said.count('paper.claim-rows', slip.rows)}"


def _bars(pen: Dummy, number: str) -> None:
    """The number in code set B of Code 128, drawn by the printer itself, with the number below."""
    with contextlib.redirect_stdout(io.StringIO()):  # the library says there what it does
        pen.barcode(f"{{B{number}", "CODE128", height=80, width=2, pos="BELOW", function_type="B", align_ct=True)


def encodable(text: str, codepage: str) -> str:
    """A text that a code page has: what it lacks is written with what it has.

    >>> encodable("l’œuvre", "CP1252"), encodable("l’œuvre é", "CP850")
    ('l’œuvre', "l'oeuvre é")
    """
    return "".join(one if _has(codepage, one) else PLAIN.get(one, "?") for one in text)


def _has(codepage: str, character: str) -> bool:
    try:
        character.encode(codepage)
    except UnicodeEncodeError:
        return False
    return True
