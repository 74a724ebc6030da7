"""What a seal seals: the statement of one page, whole, so that no page needs another (P2).

The statement holds every row of its page, NR and N/A and removed ones too: else NR could be made R outside of what is sealed.
It is a value; an adapter encodes and seals it.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.reference import Reference
from kiosk.core.sheet import Line, QuerySheet, Removed, Row, row_text
from kiosk.core.stamp import Act, Stamp

REMOVED = "removed"
"""The mark of a row that was struck out, beside R, NR and N/A."""
LONGEST_STRUCK = 60
"""Bytes of what was struck out that a seal holds: more than any number has."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the record: how many entries, and the root of the tree over them (32 bytes)."""

    size: int
    root: bytes

    @property
    def short(self) -> str:
        """As it is printed on every sheet: the size and the first 12 hexadecimal digits of the root."""
        return f"{self.size}-{self.root.hex()[:12]}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """One row of a statement. `number` is what stands in the bars; `as_of` and `office` are None for a removed row."""

    place: int
    mark: str
    number: str
    kind: str | None
    as_of: datetime | None
    office: str | None
    keyed: bool = False
    reason: str = ""
    """Why the row was removed."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One page's rows, and the stamp over them. `page` counts from 1."""

    sheet: str
    page: int
    pages: int
    client: str
    stamp: Stamp
    checkpoint: str
    rows: tuple[Sealed, ...]

    @property
    def released(self) -> tuple[Sealed, ...]:
        """The R rows: all that the page proves (Q9); none under a stamp for another act."""
        return () if self.stamp.act is not Act.RELEASED else tuple(row for row in self.rows if row.mark == "R")


@dataclass(frozen=True, slots=True)
class Proof:
    """A stamped and sealed sheet. `seals` has one for each page; `pdf` is the signed document."""

    sheet: QuerySheet
    stamp: Stamp
    seals: tuple[bytes, ...]
    pdf: bytes


def statements(sheet: QuerySheet, stamp: Stamp, checkpoint: str, rows_per_page: int) -> tuple[Statement, ...]:
    """The statement of each page of a sheet that can be stamped; `checkpoint` is `Checkpoint.short`."""
    sheet.check_stampable()
    pages = sheet.pages(rows_per_page)
    return tuple(
        Statement(
            sheet.number,
            n,
            len(pages),
            sheet.header.client_name,
            stamp,
            checkpoint,
            tuple(_sealed(*row) for row in page),
        )
        for n, page in enumerate(pages, 1)
    )


def _sealed(place: int, row: Row) -> Sealed:
    match row:
        case Line():
            answer = row.answer
            kind = _kind(answer.reference)
            return Sealed(place, answer.status, row.asked.text, kind, answer.as_of, answer.office, row.asked.keyed)
        case Removed():
            return Sealed(place, REMOVED, _sealable(row_text(row)), None, None, None, reason=row.reason)
        case _:
            raise AssertionError(f"row {place} has no answer and is not removed: {row}")


def _sealable(text: str) -> str:
    """What stands in the seal of a row that was struck out: the record has all of it.

    Bars may hold thousands of characters, another seal for one, and half a surrogate pair: neither may keep a sheet from its stamp.
    """
    whole = text.encode("utf-8", "backslashreplace")
    cut = whole[: LONGEST_STRUCK - len("…".encode())].decode(errors="ignore")
    return whole.decode() if len(whole) <= LONGEST_STRUCK else f"{cut}…"


def _kind(reference: Reference) -> str:
    return reference.kind
