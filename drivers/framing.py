r"""Bytes of a serial line -> codes (D2): where one begins, where it ends, and whether it is whole.

A code ends with its terminator, or with silence where the manner has none.

>>> Frames(Manner()).feed(b"]C0XXXX0001\r\n00000000000001\r", 0.0)
[Heard(text='XXXX0001', raw=b']C0XXXX0001\r', symbology=<Symbology.CODE128: 'C'>), Heard(text='00000000000001', ...

What may be data: text in UTF-8 without control characters, but for GS (0x1D), which separates the fields of GS1 symbols. FS, RS,
NUL and the rest are noise. STX and ETX belong where the manner says: in its prefix and suffix, nowhere else.

Bytes come as termios marks them (PARMRK, see termios(3)): FF 00 x is a byte x with a parity or framing error, FF FF one byte FF.
Text in UTF-8 has no FF, so either makes a code garbled; and a damaged byte that looks like a terminator is none.
"""

import re
from collections.abc import Iterator
from typing import Final

from drivers.manner import TAIL, Manner, Terminator
from drivers.scan import Broken, Heard, Why

_IDENTIFIER: Final = 3
_MARKS: Final = rb"\xff(?:\xff|\x00.)|\xff\x00?\Z"
_CUT: Final = frozenset({b"\xff", b"\xff\x00"})
_ENDS: Final = {
    Terminator.ENTER: rb"|\r\n?|\n",
    Terminator.TAB: rb"|\t",
    Terminator.ANY: rb"|\r\n?|\n|\t",
    Terminator.NONE: b"",
}


class Frames:
    """Takes bytes with the time they were read at, in seconds of one monotonic clock, and gives codes.

    How the bytes are split over `feed` makes no difference. `due` is when `silent` wants to be called, if nothing comes before.
    Only `silent` proves silence: bytes that were read late may have waited in the kernel, so a code that they would end or
    begin is void.

    `opened`: when the line was opened. What comes within a gap of it began perhaps before, and is void up to its end.
    """

    def __init__(self, manner: Manner, opened: float | None = None) -> None:
        self._manner = manner
        self._ends = re.compile(_MARKS + _ENDS[manner.terminator], re.DOTALL)
        self._most = 4 * (manner.longest + len(manner.prefix) + len(manner.suffix) + _IDENTIFIER)
        self._part = bytearray()
        self._held = b""
        self._last = 0.0
        self._void = self._after_cr = False
        self._suspect = None if opened is None else opened + manner.gap

    @property
    def due(self) -> float | None:
        """When `silent` is to be called; None: not before more bytes have come."""
        return self._last + self._manner.gap if self._under_way else self._suspect

    def feed(self, data: bytes, at: float) -> list[Heard | Broken]:
        """What these bytes complete, in order."""
        told = self._voided(Why.BROKEN_OFF) if self._under_way and at > self._last + self._manner.gap else []
        self._last = at
        for piece, end in self._pieces(data):
            told += self._took(piece, end)
        return told

    def silent(self, now: float) -> list[Heard | Broken]:
        """What it means that nothing has come until now. Earlier than `due`: nothing yet."""
        if self.due is None or now < self.due:
            return []
        if not self._under_way:
            self._suspect = None
            return []
        self._part += self._held
        ends = self._manner.terminator is Terminator.NONE
        told = [] if self._void else [self._judged(b"") if ends else Broken(Why.BROKEN_OFF)]
        self._fresh()
        self._suspect = None if ends else now + TAIL
        return told

    def lost(self, data: bytes, at: float) -> list[Heard | Broken]:
        """Bytes were lost somewhere before the end of these: void is all of them, and what comes until an end or silence."""
        self._last = at
        told = self._voided(Why.KEYS_LOST)
        for _ in self._pieces(data):
            pass  # they may end in half a mark
        return told

    def gone(self) -> list[Heard | Broken]:
        """The line is gone, and with it the rest of what was under way."""
        told = self._voided(Why.BROKEN_OFF) if self._under_way else []
        self._fresh()
        return told

    @property
    def _under_way(self) -> bool:
        return bool(self._part or self._held or self._void)

    def _pieces(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The bytes up to each terminator, with it; the last without one. Half a mark is held back until its rest is there."""
        if self._after_cr and data:
            self._after_cr, data = False, data.removeprefix(b"\n")
        data, self._held, start = self._held + data, b"", 0
        for found in self._ends.finditer(data):
            if found[0] in _CUT:
                self._held = found[0]
            elif not found[0].startswith(b"\xff"):
                yield data[start : found.start()], found[0]
                start = found.end()
                self._after_cr = found[0] == b"\r" and start == len(data)
        yield data[start : len(data) - len(self._held)], b""

    def _took(self, piece: bytes, end: bytes) -> list[Heard | Broken]:
        """One piece; with its end, the code is complete."""
        told: list[Heard | Broken] = []
        if self._suspect is not None and (piece or end or self._held):
            told += self._voided(Why.BROKEN_OFF)
        if not self._void:
            self._part += piece
            if end:
                told.append(self._judged(end))
            elif len(self._part) > self._most:
                told += self._voided(Why.TOO_LONG)
        if end:
            self._fresh()
        return told

    def _voided(self, why: Why) -> list[Heard | Broken]:
        """From here to the next end, or to silence, nothing counts; that is said once."""
        told: list[Heard | Broken] = [] if self._void else [Broken(why)]
        self._part.clear()
        self._void, self._suspect = True, None
        return told

    def _fresh(self) -> None:
        self._part.clear()
        self._held, self._void = b"", False

    def _judged(self, end: bytes) -> Heard | Broken:
        """A complete code. Of CR LF, `raw` has the CR: the LF comes perhaps later."""
        raw = bytes(self._part)
        if len(raw) > self._most:
            return Broken(Why.TOO_LONG)
        text = self._manner.decoded(raw)
        return Broken(Why.GARBLED) if text is None else self._manner.whole(text, raw + end[:1])
