"""The rows of the record: what an entry is written as, and the head that it is written after."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Self

from kiosk.adapters.sql import lots
from kiosk.adapters.sql.database import Transaction
from kiosk.core.faults import Unavailable
from kiosk.core.journal import (
    DocumentExpired,
    Endorsed,
    Entry,
    Fact,
    FormReceived,
    GivenOut,
    HandedOver,
    Noticed,
    Overprinted,
    PaperAccepted,
    PinSet,
    Returned,
    Stamped,
)
from kiosk.core.reference import plain
from kiosk.core.tree import Edge, leaf_hash, peaks, root

CHUNK: Final = 4096
"""How many entries are held in memory at once, at most."""

Progress = Callable[[int, int], None]
"""Called now and then with how much is done, of how much: what takes longer than two seconds shows it."""

NEWEST = (
    "SELECT position, at, (SELECT hash FROM nodes WHERE level = 0 AND idx = position) AS hash"
    " FROM entries ORDER BY position DESC LIMIT 1"
)
NODE = "SELECT hash FROM nodes WHERE level = :level AND idx = :idx"
FROM = "SELECT position, leaf FROM entries WHERE position >= :low ORDER BY position LIMIT :many"
ADD_ENTRY = 'INSERT INTO entries (position, subject, at, "by", kind, leaf) VALUES (:position, :subject, :at, :by, :kind, :leaf)'
ADD_NODE = "INSERT INTO nodes (level, idx, hash) VALUES (:level, :idx, :hash)"
ADD_MENTION = "INSERT INTO mentions (number, position) VALUES (:number, :position)"
ADD_DOCUMENT = (
    "INSERT INTO documents (digest, bytes) VALUES (:digest, :bytes) ON CONFLICT (digest) DO UPDATE SET bytes = excluded.bytes"
)
KEEP_DOCUMENT = "UPDATE documents SET kind = :kind, position = :position WHERE digest = :digest"

_HYPHENATED = re.compile(r"([0-9]{5})-([0-9]{9})")
_UNFIT = re.compile("[\0\ud800-\udfff]")
"""What a column can't hold; the leaf holds it."""
_LONGEST = 100
"""Characters of a column that is indexed. Numbers have 25; what is longer is found by its beginning."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the record ends: its size, the time of its newest entry and the hash of that leaf."""

    size: int = 0
    at: str = ""
    leaf: bytes = b""

    @classmethod
    def read(cls, transaction: Transaction) -> Self:
        """The head as it is now."""
        if not (row := transaction.first(NEWEST)):
            return cls()
        position, at, leaf = row
        return cls(position + 1, at, leaf)

    @property
    def time(self) -> datetime | None:
        """The time of the newest entry, UTC."""
        return datetime.fromisoformat(self.at) if self.size else None


def silent(done: int, total: int) -> None:
    """Show no progress."""


def edge_of(transaction: Transaction, size: int) -> Edge:
    """The right edge of the tree when it had `size` leaves."""
    return Edge(size, tuple(_node(transaction, level, index) for level, index in peaks(size)))


def root_of(transaction: Transaction, size: int) -> bytes:
    """The root of the tree when it had `size` leaves."""
    return root(edge_of(transaction, size).hashes)


def _node(transaction: Transaction, level: int, index: int) -> bytes:
    row = transaction.first(NODE, level=level, idx=index)
    if row is None:
        raise Unavailable("journal", "corrupt", f"node {level}/{index}: expected a hash, got none")
    return bytes(row[0])


def stamp_of(at: datetime) -> str:
    """A time as the columns and the leaves hold it: they order as they are."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def column(words: str) -> str:
    r"""A text as a column holds it, and as it is looked for.

    >>> column("a" + chr(0) + "b").encode()
    b'a\xef\xbf\xbdb'
    """
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", words)[:_LONGEST]


def number_of(words: str) -> str:
    """A number as it is mentioned: plain, and a transaction number without the hyphen that is only presentation.

    >>> number_of("12345-001495785"), number_of("*8xxx-1*")
    ('12345001495785', '8XXX-1')
    """
    return column(_HYPHENATED.sub(r"\1\2", plain(words)))


def document_of(fact: Fact) -> tuple[str, ...]:
    """The digest of the document that a fact speaks of."""
    match fact:
        case Stamped() | Returned() | HandedOver() | DocumentExpired() | FormReceived() | PinSet():
            return (fact.document,)
        case Endorsed() | Overprinted() | Noticed() | GivenOut() | PaperAccepted():
            return (fact.document,)
        case _:
            return ()


def kept_as(fact: Fact) -> str | None:
    """The kind of record that the fact's document is kept as: sheet, slip, form, pin; None where the fact brings no document."""
    match fact:
        case Stamped() | Endorsed() | Overprinted() | Noticed():
            return "sheet"
        case Returned():
            return "slip"
        case FormReceived() | PaperAccepted():
            return "form"
        case PinSet():
            return "pin"
        case _:
            return None


def name_of(word: str) -> str:
    """A word of a name as it is mentioned: its small letters keep it apart from every number.

    >>> name_of("zoe"), number_of("client:zoe")
    ('client:zoe', 'CLIENT:ZOE')
    """
    return column(f"client:{word}")


def mentions(fact: Fact) -> list[str]:
    """All that a fact is found by: its numbers, the digest of its document, and the names in it."""
    numbers = {number_of(words) for words in (*fact.numbers(), *document_of(fact))}
    return sorted((numbers | {name_of(word) for word in fact.names()}) - {""})


def decoded(position: int, leaf: bytes) -> Entry:
    """The entry of a leaf of the record; `Unavailable` for what no kiosk wrote."""
    try:
        return Entry.decode(leaf)
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("journal", "corrupt", f"entry {position}: {error!r}") from error


def stream(transaction: Transaction, low: int = 0) -> Iterator[tuple[int, bytes]]:
    """Positions and leaves from `low` on, a chunk at a time."""
    while rows := transaction.rows(FROM, low=low, many=CHUNK):
        yield from rows
        low = rows[-1][0] + 1


def write(transaction: Transaction, edge: Edge, leaves: Sequence[tuple[Entry, bytes]]) -> Edge:
    """Write entries at the edge, with the nodes and the projections that they make; the edge then."""
    nodes: list[dict[str, Any]] = []
    first = edge.size
    for _, leaf in leaves:
        edge, new = edge.grown(leaf_hash(leaf))
        nodes += [{"level": level, "idx": index, "hash": found} for (level, index), found in new]
    if leaves:
        transaction.run_many(ADD_ENTRY, [_row(first + n, *leaf) for n, leaf in enumerate(leaves)])
        transaction.run_many(ADD_NODE, nodes)
        project(transaction, ((first + n, entry.fact) for n, (entry, _) in enumerate(leaves)))
        lots.project(transaction, (entry for entry, _ in leaves))
    return edge


def write_documents(transaction: Transaction, documents: Mapping[str, bytes]) -> None:
    """Write documents by digest; what is there is there, and what has expired is back."""
    for digest, content in documents.items():
        if sha256(content).hexdigest() != digest:
            raise ValueError(f"document: expected the SHA-256 of its bytes, got {digest}")
        transaction.run(ADD_DOCUMENT, digest=digest, bytes=content)


def project(transaction: Transaction, facts: Iterable[tuple[int, Fact]]) -> None:
    """Write what follows from entries and is only there to find them by: mentions, and what documents are kept as."""
    found: list[dict[str, Any]] = []
    for position, fact in facts:
        found += [{"number": number, "position": position} for number in mentions(fact)]
        if kind := kept_as(fact):
            transaction.run(KEEP_DOCUMENT, kind=kind, position=position, digest=document_of(fact)[0])
    if found:
        transaction.run_many(ADD_MENTION, found)


def _row(position: int, entry: Entry, leaf: bytes) -> dict[str, Any]:
    return columns(entry) | {"position": position, "leaf": leaf}


def columns(entry: Entry) -> dict[str, str]:
    """The columns that repeat what an entry says, in their order."""
    kind = type(entry.fact).__name__
    return {"subject": column(entry.subject), "at": stamp_of(entry.at), "by": column(entry.by), "kind": kind}
