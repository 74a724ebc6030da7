"""What draws, seals and signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from kiosk.core.book import Book
from kiosk.core.day import DayReport
from kiosk.core.endorsement import Draft
from kiosk.core.hold import HoldList
from kiosk.core.printing import Mark
from kiosk.core.proof import Checkpoint, Statement
from kiosk.core.sheet import Header, QuerySheet, Where
from kiosk.core.stamp import Stamp


class Seal(Protocol):
    """A digital signature over a statement."""

    def seal(self, statement: Statement) -> bytes:
        """The sealed statement, as base32 text that every Canadian keyboard can type."""
        ...

    def open(self, seal: bytes) -> Statement:
        """The statement, if a trusted key sealed it; or `Forged`, with the reason."""
        ...

    def hold_list(self, holds: HoldList) -> bytes:
        """A hold list as a text, signed by the same key."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One faulty row of a form that goes back: what to mend, and a PNG of its place."""

    row: int
    text: str | None
    code: str
    fields: Mapping[str, str]
    where: Where | None
    cutout: bytes | None


class Paper(Protocol):
    """What is printed. The same input gives the same bytes."""

    @property
    def rows_per_page(self) -> int:
        """How many rows a page of the sheet has; each page has its own seal."""
        ...

    def sheet(
        self,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        *,
        copy: int = 0,
        void: str = "",
        mark: Mark = "",
    ) -> bytes:
        """The stamped sheet (Q9, P5), a PDF without signature; `checkpoint` is `Checkpoint.short`.

        From the second `copy` on it says on each page which copy it is; `void` is the reason why it proves nothing any more;
        `mark` says whose original it is where there are two (P7).
        """
        ...

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip that goes back to the client with his form (Q4)."""
        ...

    def form(self, header: Header, numbers: Sequence[str | tuple[str, str]], symbology: str, blank_rows: int) -> bytes:
        """The query form itself (Q2), blank or filled; a pair is what is printed and what stands in the bars."""
        ...

    def report(self, report: DayReport, at: datetime, language: Literal["en", "fr"]) -> bytes:
        """A day's figures, drawn up at a time, with charts (Q10)."""
        ...

    def register(self, book: Book, at: datetime) -> bytes:
        """A warehouse's register of a time, drawn up at a time, in both languages; or blank pages for a pen (P3)."""
        ...


class Signer(Protocol):
    """A signature of a PDF as a file."""

    def sign(self, pdf: bytes, at: datetime) -> bytes:
        """The signed PDF: the given bytes are an exact prefix of it."""
        ...

    def fill(self, draft: Draft, original: bytes, at: datetime) -> bytes:
        """The draft with the signature in its place, unopened; `Refusal` where it is no draft of that document's bytes."""
        ...


class Press(Protocol):
    """Whatever is sealed, drawn and signed: the only part that reads the sealing keys. `Unavailable("press", …)` if it can't."""

    def prove(self, sheet: QuerySheet, stamp: Stamp, checkpoint: Checkpoint) -> tuple[tuple[bytes, ...], bytes]:
        """The seal of each page, and the stamped and signed sheet as a PDF (Q9, P2, P5)."""
        ...

    def copy(
        self,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        number: int,
        at: datetime,
        mark: Mark = "",
    ) -> bytes:
        """A stamped sheet once more, around the same seals, signed at `at`; `checkpoint` as printed on the first one.

        It says COPY with its number from the second on, whose original it is where there are two (`mark`), and VOID with the
        reason where the sheet's proof was taken back.
        `Forged` where the seals say anything else than what would be drawn, or are no longer trusted.
        """
        ...

    def hold_list(self, holds: HoldList) -> bytes:
        """The list as a text, signed by the sealing key; `Forged` where nobody would believe that key."""
        ...

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip that goes back to the client with his form (Q4)."""
        ...

    def report(self, report: DayReport, at: datetime, language: Literal["en", "fr"]) -> bytes:
        """A day's figures, drawn up at a time (Q10); nothing in it is sealed or signed."""
        ...

    def register(self, book: Book, at: datetime) -> bytes:
        """A warehouse's register of a time, drawn up at a time (P3); nothing in it is sealed or signed."""
        ...


class Shelf(Protocol):
    """Where the newest hold list lies, for whoever asks for it."""

    def publish_holds(self, text: bytes) -> None:
        """Put it there, whole; or `Unavailable`."""
        ...

    def published_holds(self) -> bytes | None:
        """The list as it was put there last; None where there was none yet."""
        ...
