"""The record as the desks know it: appended whole or not at all, read, verified, copied, and its documents expired in time."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final

from kiosk.adapters.sql import audit, copies, retention, search
from kiosk.adapters.sql.database import Database, Transaction
from kiosk.adapters.sql.leaves import (
    CHUNK,
    FROM,
    Head,
    Progress,
    column,
    decoded,
    edge_of,
    number_of,
    silent,
    stamp_of,
    write,
    write_documents,
)
from kiosk.adapters.sql.lots import SqlLots
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import BackedUp, Entry
from kiosk.core.proof import Checkpoint
from kiosk.core.tree import Edge, leaf_hash
from kiosk.ports import Finding, Found

LATE: Final = timedelta(seconds=10)
"""By how much an entry may be older than the newest: writers wait for one another, at most half as long."""
_SUBJECT = "SELECT position, leaf FROM entries WHERE subject = :subject ORDER BY position"
_SIZE = "SELECT count(*) FROM entries WHERE subject = :subject"
_COUNT = "SELECT count(*) FROM entries WHERE kind = :kind"
_DOCUMENT = "SELECT bytes FROM documents WHERE digest = :digest"

_FIND = "SELECT position, leaf FROM entries WHERE"
_WANTED = {
    "number": "(position IN (SELECT position FROM mentions WHERE number = :number) OR subject IN (:subject, :number))",
    "badge": '"by" = :badge',
    "day": "at >= :begin AND at < :end",
    "kind": "kind = :kind",
    "low": "position >= :low",
}


class SqlJournal:
    """The record in a SQLite file (`sqlite:////path/kiosk.db`) or a PostgreSQL database (`postgresql://…`).

    Threads and processes may share it. `wait` is how many seconds a writer waits for another before the record is `locked`.
    Whatever the database fails at is `Unavailable("journal", code)`: disk-full, read-only, locked, gone, corrupt, schema.
    Nothing is tried again; a failed append has written nothing, and the next one starts afresh. (Where the connection to a
    server is lost while it commits, only the record can tell: read it again, as `after` does.)
    """

    def __init__(self, url: str, wait: float = 5.0) -> None:
        self._database: Final = Database(url, wait, "journal")
        self.lots: Final = SqlLots(self._database)
        self._turn: Final = Lock()
        self._known: tuple[int, bytes, Edge] = 0, b"", Edge()

    def close(self) -> None:
        """Close the database; harmless twice."""
        self._database.close()

    def append(
        self,
        entries: Sequence[Entry],
        documents: Mapping[str, bytes] | None = None,
        after: Mapping[str, int] | None = None,
    ) -> int:
        """Write entries and documents in one transaction; the position of the first. See `kiosk.ports.Journal`."""
        with self._turn:
            with self._database.writing() as transaction:
                head = Head.read(transaction)
                _check_after(transaction, after or {})
                encoded = [(entry, entry.encode()) for entry in _in_order(head, entries)]
                write_documents(transaction, documents or {})
                edge = write(transaction, self._edge(transaction, head), encoded)
            if encoded:
                self._known = edge.size, leaf_hash(encoded[-1][1]), edge
        return head.size

    def _edge(self, transaction: Transaction, head: Head) -> Edge:
        """The edge of the tree: as it was left here, if nobody has written since; else read."""
        size, leaf, edge = self._known
        return edge if (size, leaf) == (head.size, head.leaf) else edge_of(transaction, head.size)

    def entries(self, subject: str) -> tuple[Found, ...]:
        """Everything about one subject, oldest first."""
        with self._database.reading() as transaction:
            rows = transaction.rows(_SUBJECT, subject=column(subject))
        return _found(rows)

    def length(self, subject: str) -> int:
        """How many entries there are about one subject."""
        with self._database.reading() as transaction:
            return int(transaction.first(_SIZE, subject=column(subject))[0])

    def since(self, position: int) -> Iterator[Found]:
        """Everything from a position on, oldest first, a chunk at a time; what is appended meanwhile comes too."""
        while rows := self._chunk(position):
            yield from rows
            position = rows[-1].position + 1

    def _chunk(self, position: int) -> list[Found]:
        with self._database.reading() as transaction:
            rows = transaction.rows(FROM, low=position, many=CHUNK)
        return list(_found(rows))

    def find(
        self,
        *,
        number: str | None = None,
        badge: str | None = None,
        day: str | None = None,
        kind: str | None = None,
        low: int | None = None,
    ) -> tuple[Found, ...]:
        """The entries that fit all that is given, oldest first.

        `number`: one that was scanned, typed or asked, with its hyphen or without; a sheet's number; the digest of a document.
        `day`: a UTC date, or `Refusal` not-a-day. `low`: the first position.
        """
        given = {"number": number, "badge": badge, "day": day, "kind": kind, "low": low}
        wanted = {name: value for name, value in given.items() if value is not None}
        condition = " AND ".join(_WANTED[name] for name in wanted) or "true"
        values = [_VALUES[name](value) for name, value in wanted.items()]
        with self._database.reading() as transaction:
            rows = transaction.rows(f"{_FIND} {condition} ORDER BY position", **ChainMap(*values))
        return _found(rows)

    def span(self, low: int, high: int) -> tuple[Found, ...]:
        """The entries from a position to before another, oldest first."""
        with self._database.reading() as transaction:
            rows = search.span(transaction, low, high)
        return _found(rows)

    def not_before(self, at: datetime) -> int:
        """The position of the first entry of a time or later; the number of entries where there is none."""
        with self._database.reading() as transaction:
            return search.not_before(transaction, at)

    def named(self, beginning: str, most: int) -> tuple[Found, ...]:
        """The newest entries that speak of a name with a word (as `name_words` gives it) with this beginning, newest first."""
        with self._database.reading() as transaction:
            return _found(search.named(transaction, beginning, most))

    def holding(self, kind: str, part: str) -> tuple[Found, ...]:
        """The entries of a kind in whose canonical JSON this text stands, oldest first; all of that kind are looked through."""
        with self._database.reading() as transaction:
            return _found(search.holding(transaction, kind, part.encode()))

    def tally(self, kind: str, low: int = 0) -> dict[str, int]:
        """How many entries of a kind each subject has, from a position on."""
        with self._database.reading() as transaction:
            return search.tally(transaction, kind, low)

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
        """The subjects with an entry of a kind that fit all that is given, newest first. See `kiosk.ports.Journal`."""
        with self._database.reading() as transaction:
            return tuple(search.subjects(transaction, kind, search.wanted(subject, number, names, badge, span), most))

    def count(self, kind: str) -> int:
        """How many entries of a kind there are."""
        with self._database.reading() as transaction:
            return int(transaction.first(_COUNT, kind=kind)[0])

    def document(self, digest: str) -> bytes:
        """A document; `Refusal` no-document, or document-expired when its time of keeping is over; never other bytes."""
        with self._database.reading() as transaction:
            row = transaction.first(_DOCUMENT, digest=digest)
        if row is None:
            raise Refusal("no-document", expected="the digest of a document of the record", got=digest)
        if row[0] is None:
            raise Refusal("document-expired", expected="a document that is still kept", got=digest)
        content = bytes(row[0])
        if sha256(content).hexdigest() != digest:  # else a proof, or the hash of a PIN, could be put in another's place
            raise Unavailable("journal", "corrupt", f"document {digest}: expected the bytes of this SHA-256, got others")
        return content

    def newest(self) -> datetime | None:
        """The time of the newest entry; None when there is none."""
        with self._database.reading() as transaction:
            return Head.read(transaction).time

    def checkpoint(self) -> Checkpoint:
        """The head of the record."""
        with self._database.reading() as transaction:
            head = Head.read(transaction)
            return Checkpoint(head.size, self._edge(transaction, head).root)

    def verify(self, against: str | None = None, progress: Progress = silent) -> tuple[Finding, ...]:
        """All that is wrong, the worst thousand at most: the tree computed anew from the leaves, and compared with all there is.

        `against` is a checkpoint as printed on a sheet, `SIZE-ROOT12`; `Refusal` for what is none.
        """
        printed = audit.parsed(against) if against is not None else None
        with self._database.snapshot() as transaction:
            return audit.findings(transaction, printed, progress)

    def rebuild(self, progress: Progress = silent) -> None:
        """Make the projections (mentions, and what documents are kept as) again, from the entries alone."""
        with self._turn, self._database.writing() as transaction:
            retention.rebuild(transaction, progress)

    def expire(self, now: datetime, by: str, keep: Mapping[str, timedelta] = retention.KEEP) -> int:
        """Drop the bytes of documents that were kept long enough, each with a `DocumentExpired`; how many were dropped.

        `keep` is the time for each kind of record (sheet, slip); of a kind that it does not name, nothing is dropped.
        """
        dropped = 0
        while digests := self._expire_some(now, by, keep):
            dropped += digests
        return dropped

    def _expire_some(self, now: datetime, by: str, keep: Mapping[str, timedelta]) -> int:
        with self._turn, self._database.writing() as transaction:
            head = Head.read(transaction)
            expired = retention.drop(transaction, now, by, keep)
            leaves = [(entry, entry.encode()) for entry in _in_order(head, expired)]
            write(transaction, self._edge(transaction, head), leaves)
        return len(expired)

    def backup(self, folder: Path, now: datetime, by: str, progress: Progress = silent) -> tuple[Path, Checkpoint]:
        """Copy the record, as it is at one moment, to a file of its own in a folder, then append `BackedUp`; the file and its head.

        Others go on writing. The file is a SQLite record, whatever the engine; nothing is in the folder until it is whole.
        """
        with self._database.snapshot() as transaction:
            path, checkpoint = copies.backup(transaction, folder, progress)
        at = max(now, self.newest() or now)  # others wrote while the copy was made
        self.append([Entry("record", at, by, BackedUp(str(folder), checkpoint.short))])
        return path, checkpoint


def _found(rows: Iterable[tuple[int, bytes]]) -> tuple[Found, ...]:
    return tuple(Found(position, decoded(position, leaf)) for position, leaf in rows)


def _check_after(transaction: Transaction, after: Mapping[str, int]) -> None:
    for subject, expected in after.items():
        (got,) = transaction.first(_SIZE, subject=column(subject))
        if got != expected:
            raise Conflict("moved-on", subject=subject, expected=f"{expected} entries", got=f"{got} entries")


def _in_order(head: Head, entries: Sequence[Entry]) -> list[Entry]:
    """The entries, none older than the one before it. A clock that was set back would let the record lie, and is refused.

    Whoever waited for another writer is late by as long, which is no fault of his clock: his entries get the other's time.
    """
    newest, ordered = head.time, list[Entry]()
    for entry in entries:
        if newest and newest - entry.at > LATE:
            raise Refusal("clock-behind", expected=f"{stamp_of(newest)} or later", got=stamp_of(entry.at))
        ordered.append(replace(entry, at=newest) if newest and entry.at < newest else entry)
        newest = ordered[-1].at
    return ordered


def _numbered(number: str) -> dict[str, str]:
    return {"number": number_of(number), "subject": column(number)}


_VALUES: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {
    "number": _numbered,
    "badge": lambda badge: {"badge": column(badge)},
    "day": search.on_day,
    "kind": lambda kind: {"kind": kind},
    "low": lambda low: {"low": low},
}
