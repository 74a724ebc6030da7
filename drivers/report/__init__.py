r"""Reports of a HID-POS scanner -> codes (D1): text and symbology, with no keyboard layout in between.

Where a report's fields stand is read from the device's own report descriptor. The fields are those of usage page 0x8C:

==================  ===========  ================================================================
Symbology Id. 1-3   8C:FB-FD     the AIM identifier, "]C0"; all NUL: not told
Decoded Data        8C:FE        the text, padded behind
Decode Data Cont'd  8C:FF        bit 0: the next report goes on with this code
Byte Count          01:3B        how much of the room for data is used; without it, NULs behind are padding
==================  ===========  ================================================================

Usages: HID Point of Sale Usage Tables 1.02 (5 March 2001) and HID Usage Tables 1.5, page 0x8C, both of the USB Implementers' Forum;
the descriptor's items: Device Class Definition for HID 1.11, section 6.2.2. `HAND_HELD` below is the layout that Hand Held Products
(now Honeywell) publishes in its "USB Interfaces User's Guide", and Access-IS in its manuals (LSR118, appendix B): 64 bytes.
No other maker's descriptor was seen; that is why the descriptor is parsed and not taken for granted.

>>> HAND_HELD.part(bytes([2, 14]) + b"]C0" + b"00000000000001".ljust(56, b"\0") + bytes(3))
Part(data=b'00000000000001', identifier=b']C0', more=False)
"""

import re
from typing import Final

from drivers.manner import TAIL, Manner, Terminator
from drivers.report.descriptor import shapes
from drivers.report.shape import HAND_HELD, Part, Shape
from drivers.scan import Broken, Heard, Why, identified

__all__ = ["HAND_HELD", "Part", "Reports", "Shape", "shapes"]

_ENDS: Final = {
    Terminator.ENTER: re.compile(rb"(\r\n?|\n)\Z"),
    Terminator.TAB: re.compile(rb"\t\Z"),
    Terminator.ANY: re.compile(rb"(\r\n?|\n|\t)\Z"),
    Terminator.NONE: re.compile(rb"(?!)"),
}


class Reports:
    """Takes reports with the time they were read at, in seconds of one monotonic clock, and gives codes.

    A code in several reports is joined only if they follow one another within the manner's gap. `due` is when `silent` wants to
    be called, if nothing comes before; only `silent` proves silence. Reports have no numbers: that none was lost in between is for
    USB to see to, and for the shell, which says so (`lost`).

    A terminator that the scanner adds though reports need none is taken off. Reports of other kinds are passed over: status and
    answers, no codes.

    `opened`: when the device was opened. What comes within a gap of it is perhaps the end of a longer code, and is void.
    """

    def __init__(self, shapes: tuple[Shape, ...], manner: Manner, opened: float | None = None) -> None:
        self._shapes = {shape.report: shape for shape in shapes}
        self._numbered = 0 not in self._shapes
        self._manner = manner
        self._most = 4 * (manner.longest + len(manner.prefix) + len(manner.suffix))
        self._part: Part | None = None
        self._void = False
        self._last = 0.0
        self._suspect = None if opened is None else opened + manner.gap

    @property
    def due(self) -> float | None:
        """When `silent` is to be called; None: not before another report has come."""
        return self._last + self._manner.gap if self._under_way else self._suspect

    def feed(self, report: bytes, at: float) -> list[Heard | Broken]:
        """What this report completes."""
        shape = self._shapes.get(report[0] if self._numbered and report else 0)
        if shape is None:
            return []
        late = self._under_way and at > self._last + self._manner.gap
        self._last = at
        told = self._voided(Why.BROKEN_OFF) if late or self._suspect is not None else []
        return told + self._took(shape.part(report))

    def silent(self, now: float) -> list[Heard | Broken]:
        """What it means that nothing has come until now. Earlier than `due`: nothing yet."""
        if self.due is None or now < self.due:
            return []
        told = self.gone()
        self._suspect = now + TAIL if self._under_way else None
        self._part, self._void = None, False
        return told

    def lost(self, at: float) -> list[Heard | Broken]:
        """Reports were lost, nobody knows where: void is what is under way, and what comes until an end or silence."""
        self._last = at
        return self._voided(Why.KEYS_LOST)

    def gone(self) -> list[Heard | Broken]:
        """The device is gone, and with it the rest of what was under way."""
        return [Broken(Why.BROKEN_OFF)] if self._part else []

    @property
    def _under_way(self) -> bool:
        return self._void or self._part is not None

    def _took(self, part: Part | None) -> list[Heard | Broken]:
        if part is None:
            return self._voided(Why.GARBLED)
        if self._void:
            self._void = part.more
            return []
        before = self._part or Part(b"", part.identifier, more=True)
        whole = Part(before.data + part.data, part.identifier, part.more)
        wrong = Why.GARBLED if part.identifier != before.identifier else Why.TOO_LONG if len(whole.data) > self._most else None
        self._part = whole if part.more and not wrong else None
        self._void = part.more and wrong is not None
        if wrong:
            return [Broken(wrong)]
        return [] if part.more else [judged(whole, self._manner)]

    def _voided(self, why: Why) -> list[Heard | Broken]:
        """From here to the next report that ends a code, or to silence, nothing counts; that is said once."""
        told: list[Heard | Broken] = [] if self._void else [Broken(why)]
        self._part, self._void, self._suspect = None, True, None
        return told


def judged(whole: Part, manner: Manner) -> Heard | Broken:
    """A code whose reports are all there. `raw` is its identifier and its data as they came, without padding."""
    bare, symbology = identified(whole.identifier.decode("latin-1"))
    text = manner.decoded(_ENDS[manner.terminator].sub(b"", whole.data))
    if text is None or bare:
        return Broken(Why.GARBLED)
    return manner.whole(text, whole.identifier + whole.data, symbology)
