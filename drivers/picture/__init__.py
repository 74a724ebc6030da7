"""What a picture of a page says: the symbols read, the places not read, and why. Values only; nothing here opens a file.

A page is a picture, whatever it came from. Boxes are `(x0, y0, x1, y1)` in its pixels: a PDF page is drawn at 300 dpi, a
photograph or scan keeps its own pixels, turned upright as its EXIF orientation says.

Every place that looks like a barcode ends as a `Symbol` (read, with the evidence) or as an `Unread` (with the reason).
Reasons and problems are codes with fields; the sentences, in each language, belong to whoever shows them.
"""

from dataclasses import dataclass
from enum import StrEnum

from drivers.scan import Box, Symbology

DPI = 300
"""What PDF pages are drawn at: 200 loses dense rows, 300 reads them all (measured)."""


class Dial(StrEnum):
    """How much evidence a text needs before it is believed (`drivers.picture.judge`)."""

    STRICT = "strict"
    """No wrong number, at the cost of some rows that a person has to scan by hand."""
    BALANCED = "balanced"
    """More rows read; what it costs is in the documentation."""


class Unreadable(StrEnum):
    """Why a place that looks like a barcode was not read."""

    CUT_OFF = "cut-off"
    """It runs into the edge of the picture."""
    NO_QUIET_ZONE = "no-quiet-zone"
    TOO_FINE = "too-fine"
    """Its narrow bars are thinner than this picture can show."""
    LOW_CONTRAST = "low-contrast"
    BLURRED = "blurred"
    """Out of focus, or moved."""
    COVERED = "covered"
    """Struck through, or something lies over a part of it: pen, stamp, glare."""
    BROKEN = "broken"
    """Faded, broken or smeared print: its bars are not whole."""
    BENT = "bent"
    """The paper is creased or curled, so that its rows do not agree."""
    ENGINES_DISAGREE = "engines-disagree"
    """Two decoders read two texts. `Unread.got` has both."""
    RIVALS = "rivals"
    """One decoder read two texts at one place. `Unread.got` has both."""
    UNSURE = "unsure"
    """Read once, and nothing vouched for it."""
    SYMBOLOGY_NOT_ACCEPTED = "symbology-not-accepted"
    """A barcode of another kind. `Unread.got` names it."""
    UNREADABLE = "unreadable"


class Problem(StrEnum):
    """Why a document, or a page of it, was not read at all."""

    EMPTY_FILE = "empty-file"
    MISSING_FILE = "missing-file"
    UNREADABLE_FILE = "unreadable-file"
    """It is there and cannot be opened: rights, a folder, a device, damage."""
    NOT_A_PICTURE_OR_PDF = "not-a-picture-or-pdf"
    TRUNCATED = "truncated"
    """Its end is missing, and rows may be missing with it."""
    ENCRYPTED = "encrypted"
    NO_PAGES = "no-pages"
    TOO_MANY_PAGES = "too-many-pages"
    PAGE_TOO_LARGE = "page-too-large"
    FILE_TOO_LARGE = "file-too-large"
    TOO_SLOW = "too-slow"
    TOO_MUCH_MEMORY = "too-much-memory"
    ENGINE_CRASHED = "engine-crashed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem with its particulars.

    >>> print(Fault(Problem.TOO_MANY_PAGES, expected="at most 100 pages", got="200000 pages"))
    too-many-pages: expected at most 100 pages, got 200000 pages
    """

    problem: Problem
    expected: str = ""
    got: str = ""
    trace: str = ""
    """What the reading process said before it ended; for the log, never for a client."""

    def __str__(self) -> str:
        """For logs, in English."""
        parts = [f"{name} {text}" for name, text in (("expected", self.expected), ("got", self.got)) if text]
        return f"{self.problem}: {', '.join(parts)}" if parts else str(self.problem)


class Unopened(ValueError):
    """A document could not be looked at. `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Evidence:
    """What vouches for a text: who read it, in which views, and on how many scan lines at most."""

    witnesses: tuple[str, ...]
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode that was read. `text` is what stands in its bars, control characters and all; not yet interpreted."""

    text: str
    symbology: Symbology
    box: Box
    evidence: Evidence
    printed: tuple[str, ...] = ()
    """Words beside and under it, as printed, in reading order, where the page has a text layer; else the number read there in the
    picture, where it may be relied on (`drivers.picture.ocr`). Empty: not compared."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A place that looks like a barcode and was not read."""

    box: Box
    reason: Unreadable
    got: tuple[str, ...] = ()
    """What the reason speaks of: rival texts, or the name of a symbology. Never to be taken for a reading."""
    narrow: float = 0.0
    """Its narrow bars in pixels of the page; 0 where they could not be measured."""
    mil: float = 0.0
    """The same in thousandths of an inch, where the picture's dpi is known; else 0."""
    dpi: int = 0
    """What a scan of it would need; 0 where there is nothing to say."""

    @property
    def particulars(self) -> dict[str, str]:
        """What the sentence of its reason can name, as text, so far as it is known; rival texts are never in it.

        >>> Unread((0, 0, 9, 9), Unreadable.TOO_FINE, narrow=0.75, mil=7.5, dpi=300).particulars
        {'narrow': '0.8', 'mil': '7.5', 'now': '100', 'dpi': '300'}
        """
        known = {
            "narrow": f"{self.narrow:.1f}" if self.narrow else "",
            "mil": f"{self.mil:g}" if self.mil else "",
            "now": f"{1000 * self.narrow / self.mil:.0f}" if self.mil else "",
            "dpi": str(self.dpi or ""),
            "got": ", ".join(self.got) if self.reason is Unreadable.SYMBOLOGY_NOT_ACCEPTED else "",
        }
        return {name: text for name, text in known.items() if text}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document. `page` counts from 0. With a `fault`, it was not read, and nothing may be said of its rows."""

    file: str
    page: int
    width: int
    height: int
    symbols: tuple[Symbol, ...] = ()
    unread: tuple[Unread, ...] = ()
    ms: float = 0.0
    fault: Fault | None = None
    dial: Dial = Dial.STRICT
    """How much evidence its texts needed."""

    @property
    def problem(self) -> Problem | None:
        """The code of the fault, if there is one."""
        return self.fault.problem if self.fault else None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost before it is refused."""

    file_bytes: int = 50_000_000
    pages: int = 100
    side_inches: float = 40.0
    pixels: int = 60_000_000
    memory_bytes: int = 1 << 30
    """Address space of the reading process beyond what it has when idle."""
    cpu_seconds: int = 10
    """For each answer of the reading process: opening, or one page."""
    wall_seconds: float = 20.0
    """Likewise."""
    document_seconds: float = 180.0
    crashes: int = 3
    """Pages of one document that may end the reading process before the rest is left unread."""
