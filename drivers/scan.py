"""What scanners yield: a `Scan`, one symbol as it was sent, or a `NoRead`, a try that failed.

A scanner may put a *symbology identifier* (AIM, ISO/IEC 15424) before the text:

>>> identified("]C012345001495785")
('12345001495785', <Symbology.CODE128: 'C'>)
>>> identified("12345001495785")
('12345001495785', None)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self


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
    """Words printed beside or under the symbol, where the page has a text layer (Q7). Empty: not compared."""


@dataclass(frozen=True, slots=True)
class NoRead:
    """A scanner tried and failed: overrun, unknown key, half a frame, an unreadable place. `reason` is a code of the driver."""

    reason: str
    source: str
    at: datetime
    place: Place | None = None
    id: str = ""
    """Where the try may be sent twice: it counts once."""


class ScannerLost(OSError):
    """The device is gone, or never was there. Time may bring it back."""


class Scanner(Protocol):
    """Enter to open; iterate until `ScannerLost` or the end of what there is."""

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
