"""The record: entries in order, and what is kept with them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk.core.journal import Entry
from kiosk.core.proof import Checkpoint


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
