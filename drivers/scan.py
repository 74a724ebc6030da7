"""What scanners yield: a `Scan`, one symbol as it was sent, or a `NoRead`, a try that failed.

A scanner may put a *symbology identifier* (AIM, ISO/IEC 15424) before the text:

>>> identified("]C012345001495785")
('12345001495785', <Symbology.CODE128: 'C'>)
>>> identified("12345001495785")
('12345001495785', None)
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self
from uuid import uuid4


class Symbology(StrEnum):
    """The kind of a symbol; the value is its code character in ISO/IEC 15424."""

    CODE39 = "A"
    CODE128 = "C"
    EAN_UPC = "E"
    CODABAR = "F"
    CODE93 = "G"
    ITF = "I"
    PDF417 = "L"
    DATA_MATRIX = "d"
    QR = "Q"
    AZTEC = "z"
    OTHER = "X"


ACCEPTED = frozenset({Symbology.CODE39, Symbology.CODE128})
"""What a cargo control number or a transaction number may stand in (`docs/duties.md`, Q4). Short reads of the others are
prone to error, Interleaved 2 of 5 above all, so these are refused by their kind, never by their text."""

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels of the page picture; a PDF page is drawn at 300 dpi."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page: `page` counts from 0."""

    file: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Scan:
    """One symbol, as a scanner sent it; sent twice, it counts once (`id`)."""

    id: str
    text: str
    """What stands in the symbol, without symbology identifier and terminator; not yet interpreted."""
    raw: bytes
    """What the device sent, for the record."""
    source: str
    """Which scanner: a stable name."""
    at: datetime
    symbology: Symbology | None = None
    keyed: bool = False
    """Typed by hand, so that nothing vouches for it but the typist."""
    place: Place | None = None
    printed: tuple[str, ...] = ()
    """Words printed beside or under the symbol, of the page's text layer or read in its picture (Q7). Empty: not compared."""
    dial: str = ""
    """How much evidence was asked of a reading from a picture, where that was less than the most there is."""


@dataclass(frozen=True, slots=True)
class NoRead:
    """A scanner tried and failed: overrun, unknown key, half a frame, an unreadable place. `reason` is a code of the driver."""

    reason: str
    source: str
    at: datetime
    place: Place | None = None
    id: str = ""
    """Where the try may be sent twice: it counts once."""
    particulars: Mapping[str, str] = field(default_factory=dict)
    """What the sentence of its reason can name."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a decoder took for one whole symbol: its text, without identifier, prefix, suffix and terminator, and all that came."""

    text: str
    raw: bytes
    symbology: Symbology | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """What a decoder could make no whole symbol of; `reason` is one of `Why`."""

    reason: str


class Why(StrEnum):
    """Why a device's try failed. Each has its words in `templates/words/devices.*.toml`."""

    KEYS_LOST = "keys-lost"
    """The kernel dropped keys, or they came as no scanner sends them."""
    UNKNOWN_KEY = "unknown-key"
    """A key that the scanner's layout has no character for."""
    BROKEN_OFF = "broken-off"
    """The code stopped in its middle: cable, power, or a terminator that never came."""
    TOO_LONG = "too-long"
    """More characters than any symbol holds, without an end."""
    TOO_SHORT = "too-short"
    """Nothing, or fewer characters than this scanner's codes have."""
    GARBLED = "garbled"
    """Bytes that are no text: noise, another speed or parity, a NUL."""
    MISSING_PREFIX = "missing-prefix"
    """Without the prefix or suffix that this scanner puts around every code: part of it is missing."""
    FLOOD = "flood"
    """More than any hand can scan: the device is stuck."""
    DISAGREE = "disagree"
    """Two looks at one symbol gave two texts."""


class ScannerLost(OSError):
    """The device is gone, or never was there. Time may bring it back. `why` is a code that has its words.

    gone, no-permission, busy (another program holds it), not-a-device, frozen, black, failed.
    """

    def __init__(self, message: str, why: str = "gone") -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Voice:
    """One scanner's voice: what its decoder makes of keys, bytes or pictures, under its name, with an id and a time."""

    source: str
    clock: Callable[[], datetime]
    number: Callable[[], str] = lambda: uuid4().hex

    def says(self, heard: Heard | Broken) -> "Scan | NoRead":
        """The scan, or the no-read."""
        if isinstance(heard, Broken):
            return NoRead(heard.reason, self.source, self.clock(), id=self.number())
        return Scan(self.number(), heard.text, heard.raw, self.source, self.clock(), heard.symbology)


class Scanner(Protocol):
    """Enter to open, or `ScannerLost`; iterate until `ScannerLost` or the end of what there is.

    Left from another thread, its iteration ends at once.
    """

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: object) -> None: ...
    def __iter__(self) -> Iterator[Scan | NoRead]: ...


_KINDS = {kind.value: kind for kind in Symbology}
_IDENTIFIER = re.compile(r"^\](?P<code>[A-Za-z])(?P<modifier>[0-9A-Za-z])")


def identified(text: str) -> tuple[str, Symbology | None]:
    """The text without its symbology identifier, and the symbology that this named; None where it named none."""
    found = _IDENTIFIER.match(text)
    if found is None:
        return text, None
    return text[found.end() :], _KINDS.get(found["code"], Symbology.OTHER)
