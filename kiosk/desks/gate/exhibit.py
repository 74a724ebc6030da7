"""What somebody puts before the gate: the text of a seal, a file, a picture of the paper, or the number of a sheet (P1, P2)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final, Literal, Protocol

from drivers.picture import Page, Unopened
from drivers.scan import Symbology
from kiosk.core.faults import Forged, Refusal
from kiosk.core.meaning import SEAL_PREFIX, is_sheet_number
from kiosk.core.proof import Statement
from kiosk.core.reference import NotAReference, candidates, plain
from kiosk.core.verdict import Opener, Verdict

LONGEST: Final = 64 * 1024
"""Characters of a text; the seals of a whole sheet have some thousands."""
MOST_BYTES: Final = 25_000_000
"""Of one file: ten pages, scanned in colour at 300 dots per inch."""
_EACH: Final = re.compile(rf"[\r\n]+(?=[ \t]*{SEAL_PREFIX})", re.IGNORECASE)
_PDF: Final = re.compile(rb"(?s).{0,1019}%PDF-")
_PICTURE: Final = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*|BM")


class Brought(StrEnum):
    """As what a proof is brought."""

    TEXT = "text"
    SHEET = "sheet"
    FILE = "file"
    PICTURE = "picture"


Code = tuple[Symbology, str]
SealsFrom = Literal["", "record", "office"]
"""Where the seals of a sheet come from that was named by its number; empty where they were brought."""


class Eyes(Protocol):
    """What reads the symbols of a document: `drivers.pages.Reader`."""

    def codes(self, source: bytes) -> list[list[Code]]:
        """Page by page, each QR, Code 128 and Code 39 symbol. Raises `Unopened`."""
        ...

    def read(self, source: bytes, *, first: int = 0, compare: bool = True) -> Iterator[Page]:
        """Page by page, each row of bars that all the evidence agrees on."""
        ...


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What was brought. `pages` are the seals found on each page, `codes` the other symbols on each.

    `withdrawn` is why the proof was taken back, by the word of whoever gave the seals; None where he does not say so.
    """

    brought: Brought
    pages: tuple[tuple[bytes, ...], ...]
    codes: tuple[tuple[str, ...], ...] = ()
    document: bytes = b""
    seals_from: SealsFrom = ""
    withdrawn: str | None = None

    @property
    def sealed(self) -> tuple[tuple[bytes, ...], ...]:
        """The pages that have a seal: of a file that is as it was signed, the others are vouched for by its signature."""
        return tuple(page for page in self.pages if page)


def is_pdf(data: bytes) -> bool:
    """Whether a file is a PDF by its beginning."""
    return _PDF.match(data) is not None


def brought(given: str | bytes) -> Brought:
    """As what something is brought, before anything looks into it."""
    if isinstance(given, str):
        return Brought.SHEET if is_sheet_number(given) else Brought.TEXT
    return Brought.FILE if is_pdf(given) else Brought.PICTURE


def of_text(text: str) -> Exhibit:
    r"""The seals of a text, wrapped or not: each begins on a line of its own.

    >>> of_text("rs1xAAAA\nBBBB\r\nRS1XCCCC").pages
    ((b'rs1xAAAA\nBBBB',), (b'RS1XCCCC',))
    """
    bare = text.strip()
    if len(bare) > LONGEST:
        raise Forged("malformed", expected=f"at most {LONGEST} characters", got=len(bare))
    return Exhibit(Brought.TEXT, tuple((seal.encode("utf-8", "replace"),) for seal in _EACH.split(bare)))


def sheet_named(text: str) -> str:
    """The number of the sheet that a text is, as it is written; empty where it is none."""
    return plain(text) if is_sheet_number(text) else ""


def of_file(data: bytes, eyes: Eyes) -> Exhibit:
    """The seals on the pages of a PDF or a picture, and what else stands there in bars; `Refusal` where it can't be opened."""
    if not data:
        raise Refusal("form-empty")
    if len(data) > MOST_BYTES:
        raise Refusal("form-too-large", expected=f"{MOST_BYTES / 1e6:g} MB", got=f"{len(data) / 1e6:.1f} MB")
    pdf = is_pdf(data)
    if not pdf and not _PICTURE.match(data):
        raise Refusal("not-a-form")
    try:
        found = eyes.codes(data)
    except Unopened as no:
        raise Refusal("not-read", why=no.fault.problem) from no
    seals = tuple(tuple(text.encode() for kind, text in page if _is_seal(kind, text)) for page in found)
    others = tuple(tuple(text for kind, text in page if not _is_seal(kind, text)) for page in found)
    return Exhibit(brought(data), seals, others, data)


def _is_seal(kind: Symbology, text: str) -> bool:
    return kind is Symbology.QR and text.upper().startswith(SEAL_PREFIX)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A number in the bars of a page (from 0) that no seal on that page has; `statement` is what the first of those seals says."""

    page: int
    text: str
    statement: Statement


def strangers(exhibit: Exhibit, verdict: Verdict, opener: Opener) -> Iterator[Stranger]:
    """The numbers on the paper that its seals do not have.

    Only what reads as a number of the trade counts: what can't be read, or is none, says nothing against a proof.
    """
    held = {statement.page: statement for statement in verdict.statements}
    for page, (seals, codes) in enumerate(zip(exhibit.pages, exhibit.codes, strict=False)):
        stated = [held[opener.opened(seal)[0].page] for seal in seals]
        known = {_key(row.number) for one in stated for row in one.rows} | {_key(one.sheet) for one in stated}
        if stated:
            yield from (Stranger(page, text, stated[0]) for text in codes if _key(text) not in known and _speaks(text))


def confirmed(exhibit: Exhibit, found: Iterable[Stranger], eyes: Eyes) -> Stranger | None:
    """The first of them whose bars say so by all the evidence there is: nobody is refused for what was only misread."""
    for number, there in groupby(found, key=lambda one: one.page):
        page = next(eyes.read(exhibit.document, first=number, compare=False), None)
        read = {_key(symbol.text) for symbol in page.symbols} if page else set()
        sure = next((one for one in there if _key(one.text) in read), None)
        if sure is not None:
            return sure
    return None


def _speaks(text: str) -> bool:
    """Whether a barcode is a number that goods could leave on, or the number of another sheet."""
    if is_sheet_number(text):
        return True
    try:
        return bool(candidates(text))
    except NotAReference:
        return False


def _key(number: str) -> str:
    """A number as it is compared: a transaction number is the same with and without its hyphen."""
    bare = plain(number)
    return bare.replace("-", "") if re.fullmatch(r"[0-9]{5}-[0-9]{9}", bare) else bare


def numbers_of(statement: Statement) -> str:
    """The numbers of a page, as a person compares them."""
    return ", ".join(row.number for row in statement.rows)


def seals_of(pages: Sequence[Sequence[bytes]]) -> list[list[str]]:
    """Seals as the record has them."""
    return [[seal.decode("utf-8", "replace") for seal in page] for page in pages]
