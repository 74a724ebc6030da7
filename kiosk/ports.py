"""The small interfaces between the desks and the outside world. A port grows only with its second user."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from kiosk.core.answer import Answer
from kiosk.core.book import Book
from kiosk.core.condition import Condition
from kiosk.core.day import DayReport
from kiosk.core.endorsement import Draft, Endorsement, Measured, Onto, Original, Overprint, Stamped
from kiosk.core.hold import HoldList
from kiosk.core.journal import Entry
from kiosk.core.notice import Notices
from kiosk.core.printing import Mark, Word
from kiosk.core.proof import Checkpoint, Statement
from kiosk.core.reference import Reference
from kiosk.core.sheet import Header, QuerySheet, Where
from kiosk.core.slip import Slip
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

    def holds(self, after: int) -> Notices:
        """What was referred for exam after it had been released, from a cursor on (0: the first); or `Unavailable` (P4).

        `Unavailable("store", "no-feed")` where the store tells nothing of that.
        """
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


class Lots(Protocol):
    """The lots of a register, each with one line that is written with its entries. Of every warehouse, where none is named."""

    def open(self, most: int, sub_location: str = "", after: tuple[str, str] = ("", "")) -> tuple[tuple[str, str], ...]:
        """The lots of which something is there: until which day it may stay, and the subject; in that order, after such a pair."""
        ...

    def count(self, sub_location: str = "", before: str = "") -> int:
        """How many of them may stay no longer than to before a day; with no day, how many there are."""
        ...

    def numbers(self, sub_location: str = "") -> tuple[tuple[str, str], ...]:
        """Every lot of which something is there, with all the numbers that its goods go by: `ccn:… transaction:…`."""
        ...

    def differing(self, most: int, sub_location: str = "") -> tuple[str, ...]:
        """The subjects of the lots with a difference that nobody has settled."""
        ...


class Journal(Protocol):
    """The record: append-only, all or nothing."""

    @property
    def lots(self) -> Lots:
        """What of the lots of a register is there."""
        ...

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

    def holding(self, kind: str, part: str) -> tuple[Found, ...]:
        """The entries of a kind in whose canonical JSON this text stands, oldest first; all of that kind are looked through."""
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


class Overlays(Protocol):
    """What is drawn for other paper than our own sheet. The same input gives the same bytes."""

    @property
    def rows_per_page(self) -> int:
        """How many rows a page of the sheet has."""
        ...

    def pictures(self, original: Original) -> bytes:
        """A document that came as pictures, as a PDF."""
        ...

    def endorsement(
        self,
        original: Original,
        measured: Sequence[Measured],
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
    ) -> tuple[bytes, tuple[Onto, ...], Stamped]:
        """The pages that go onto a client's document, where each goes, and what the result bears."""
        ...

    def overprint(self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str) -> bytes:
        """A page with nothing but the stamp and the seal of a row; `Refusal` for a row that is not released."""
        ...

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How wide and high, in mm, stamp and seal of an overprint are."""
        ...

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int) -> bytes:
        """The printed RNS message (P1); `Refusal` for a sheet that says anything but one release."""
        ...


class Binder(Protocol):
    """What extends a client's own PDF. It needs no key."""

    def measure(self, pdf: bytes) -> tuple[Measured, ...]:
        """The pages of a document; `Refusal` for one that can't be extended, with the reason."""
        ...

    def bind(self, pdf: bytes, overlay: bytes, onto: Sequence[Onto]) -> bytes:
        """The document with each page of the overlay where it belongs; the document's own bytes are an exact prefix."""
        ...

    def prepare(self, pdf: bytes, at: datetime) -> Draft:
        """The document with an empty place for its signature, as of a time; its bytes are an exact prefix."""
        ...


class Bindery(Protocol):
    """Stamp and seal of a sheet on other paper, signed. `Forged` where the seals say anything else; `Unavailable` if it can't."""

    def endorse(
        self, original: Original, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, at: datetime
    ) -> Endorsement:
        """A client's own document under the stamp of its sheet (P1, P5, P6)."""
        ...

    def overprint(
        self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, at: datetime
    ) -> bytes:
        """A page with nothing but stamp and seal, for a client's own paper (Q1)."""
        ...

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How wide and high, in mm, these are."""
        ...

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int, at: datetime) -> bytes:
        """The printed RNS message of a sheet of one released row (P1)."""
        ...


class Printer(Protocol):
    """Where paper comes out."""

    @property
    def name(self) -> str:
        """Which one it is, for people."""
        ...

    def submit(self, pdf: bytes, name: str) -> str:
        """Have a document printed; the job, by which the printer's people find it. It was taken, and no more is said.

        `AnswerLost` where it may have been taken, or not; any other `Unavailable("printer", code)`: it was not, for sure.
        """
        ...

    def word(self, job: str, name: str) -> Word:
        """What the printer says of a job, which it was given under that name; `Unavailable` if it says nothing."""
        ...

    def find(self, name: str) -> str | None:
        """The newest job of that name, if it knows of one: for one whose answer was lost. `Unavailable` if it says nothing."""
        ...

    def cancel(self, job: str) -> None:
        """Have a job not printed, as far as that can still be; `Unavailable` if it says nothing."""
        ...

    def condition(self) -> Condition:
        """How it is, before anything is sent to it; `Unavailable` if it says nothing."""
        ...


class Peer(Protocol):
    """The office's kiosk, for a warehouse that works apart from it. `Unavailable("office", code)` where nothing is known of it."""

    def trust(self) -> bytes:
        """Its trust list, as text, unchecked."""
        ...

    def holds(self) -> bytes:
        """Its hold list, as text, unchecked."""
        ...

    def push(self, entry: Mapping[str, Any]) -> None:
        """Give it an entry of the register: it has it then, however often it was sent. `Refusal` where it will never take it."""
        ...


class Slips(Protocol):
    """Where the slips come out that clients take to the counter."""

    def give(self, slip: Slip) -> str | bytes:
        """Print one: where it came out. Or a PDF, where it is still to be printed. `Unavailable("receipt", code)` if it can't."""
        ...


class Pins(Protocol):
    """What makes a PIN a thing that can be checked and not be read."""

    def hash(self, pin: str) -> str:
        """A hash of the PIN, another one each time; it names its own parameters."""
        ...

    def matches(self, hashed: str | None, pin: str) -> bool:
        """Whether the hash is of this PIN. None is nobody's: it takes as long, and is of no PIN."""
        ...
