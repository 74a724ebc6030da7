"""The small interfaces between the desks and the outside world. A port grows only with its second user."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from kiosk.core.answer import Answer
from kiosk.core.day import DayReport
from kiosk.core.journal import Entry
from kiosk.core.proof import Checkpoint, Statement
from kiosk.core.reference import Reference
from kiosk.core.sheet import Header, QuerySheet, Where
from kiosk.core.stamp import Stamp


class Clock(Protocol):
    """The time, in UTC. Nothing asks for it in any other way."""

    def __call__(self) -> datetime:
        """Now."""
        ...


class Store(Protocol):
    """The release system."""

    @property
    def authority(self) -> str:
        """Whose answers these are; it stands on every stamp."""
        ...

    def ask(self, references: Sequence[Reference]) -> tuple[Answer, ...]:
        """One answer for each reference, in order, in one round trip; or `Unavailable`. Never a guess, never a part (Q6)."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of the record and its position, from 0."""

    position: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the record: `code` of altered, missing, reordered, cut-off, projection, document, checkpoint."""

    code: str
    position: int | None
    detail: str


class Journal(Protocol):
    """The record: append-only, all or nothing."""

    def append(
        self,
        entries: Sequence[Entry],
        documents: Mapping[str, bytes] | None = None,
        after: Mapping[str, int] | None = None,
    ) -> int:
        """Write entries and documents (by SHA-256, hexadecimal) durably in one transaction; the position of the first.

        `after` names how many entries a subject had when the caller read it: `Conflict` if it has another number now.
        `Refusal("clock-behind")` for an entry that is older than the newest in the record; `Unavailable` if it can't be written.
        """
        ...

    def entries(self, subject: str) -> tuple[Found, ...]:
        """Everything about one subject, oldest first."""
        ...

    def length(self, subject: str) -> int:
        """How many entries there are about one subject."""
        ...

    def since(self, position: int) -> Iterator[Found]:
        """Everything from a position on, oldest first, without holding all of it in memory."""
        ...

    def find(
        self,
        *,
        number: str | None = None,
        badge: str | None = None,
        day: str | None = None,
        kind: str | None = None,
        low: int | None = None,
    ) -> tuple[Found, ...]:
        """The entries that fit all that is given; `day` is a UTC date, 2026-11-22; `low` is the first position."""
        ...

    def span(self, low: int, high: int) -> tuple[Found, ...]:
        """The entries from a position to before another, oldest first."""
        ...

    def not_before(self, at: datetime) -> int:
        """The position of the first entry of a time or later; the number of entries where there is none."""
        ...

    def named(self, beginning: str, most: int) -> tuple[Found, ...]:
        """The newest entries that speak of a name with a word (as `name_words` gives it) with this beginning, newest first."""
        ...

    def tally(self, kind: str, low: int = 0) -> Mapping[str, int]:
        """How many entries of a kind each subject has, from a position on."""
        ...

    def subjects(
        self,
        kind: str,
        most: int,
        *,
        subject: str | None = None,
        number: str | None = None,
        names: Sequence[str] = (),
        badge: str | None = None,
        span: tuple[int, int] | None = None,
    ) -> tuple[str, ...]:
        """The subjects with an entry of a kind that fit all that is given, newest first.

        `names` are beginnings of words in that entry; `number`, `badge` and `span`, positions from one to before another, are of
        any entry of the subject.
        """
        ...

    def count(self, kind: str) -> int:
        """How many entries of a kind there are."""
        ...

    def document(self, digest: str) -> bytes:
        """A document; `Refusal` when there is none, or its time of keeping is over."""
        ...

    def newest(self) -> datetime | None:
        """The time of the newest entry."""
        ...

    def checkpoint(self) -> Checkpoint:
        """The head: size and root."""
        ...

    def verify(self, against: str | None = None, progress: Callable[[int, int], None] = ...) -> tuple[Finding, ...]:
        """All that is wrong: the whole tree computed anew from the entries; `against` is a checkpoint as printed on a sheet.

        `progress` is called now and then with how much is done, of how much.
        """
        ...


class Seal(Protocol):
    """A digital signature over a statement."""

    def seal(self, statement: Statement) -> bytes:
        """The sealed statement, as base32 text that every Canadian keyboard can type."""
        ...

    def open(self, seal: bytes) -> Statement:
        """The statement, if a trusted key sealed it; or `Forged`, with the reason."""
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
        self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, *, copy: int = 0, void: str = ""
    ) -> bytes:
        """The stamped sheet (Q9, P5), a PDF without signature; `checkpoint` is `Checkpoint.short`.

        From the second `copy` on it says on each page which copy it is; `void` is the reason why it proves nothing any more.
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


class Signer(Protocol):
    """A signature of a PDF as a file."""

    def sign(self, pdf: bytes, at: datetime) -> bytes:
        """The signed PDF: the given bytes are an exact prefix of it."""
        ...


class Press(Protocol):
    """Whatever is sealed, drawn and signed: the only part that reads the sealing keys. `Unavailable("press", …)` if it can't."""

    def prove(self, sheet: QuerySheet, stamp: Stamp, checkpoint: Checkpoint) -> tuple[tuple[bytes, ...], bytes]:
        """The seal of each page, and the stamped and signed sheet as a PDF (Q9, P2, P5)."""
        ...

    def copy(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, number: int, at: datetime) -> bytes:
        """A stamped sheet once more, around the same seals, signed at `at`; `checkpoint` as printed on the first one.

        It says COPY with its number from the second on, and VOID with the reason where the sheet's proof was taken back.
        `Forged` where the seals say anything else than what would be drawn, or are no longer trusted.
        """
        ...

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip that goes back to the client with his form (Q4)."""
        ...

    def report(self, report: DayReport, at: datetime, language: Literal["en", "fr"]) -> bytes:
        """A day's figures, drawn up at a time (Q10); nothing in it is sealed or signed."""
        ...


class Printer(Protocol):
    """Where paper comes out."""

    def submit(self, pdf: bytes, name: str) -> str:
        """Print a document; the job, by which the printer's people find it. `Unavailable("printer", code)` if it can't."""
        ...


class Pins(Protocol):
    """What makes a PIN a thing that can be checked and not be read."""

    def hash(self, pin: str) -> str:
        """A hash of the PIN, another one each time; it names its own parameters."""
        ...

    def matches(self, hashed: str | None, pin: str) -> bool:
        """Whether the hash is of this PIN. None is nobody's: it takes as long, and is of no PIN."""
        ...
