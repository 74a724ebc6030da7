"""The record examined: the tree computed anew from the leaves, and compared with all that was kept or printed.

Every leaf must have the hash that the tree has for it, every node must follow from those below it, and the roots of old sizes must
be those that were stamped and printed then. So a leaf that was altered is named, and the rest of the record is still judged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from typing import Final

from kiosk.adapters.sql import lots
from kiosk.adapters.sql.database import Transaction
from kiosk.adapters.sql.leaves import CHUNK, Progress, columns, decoded, document_of, kept_as, mentions, number_of, root_of
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import BackedUp, Fact, Stamped
from kiosk.core.proof import Checkpoint
from kiosk.core.tree import Edge, Place, leaf_hash
from kiosk.ports import Finding

MOST: Final = 1000
"""Findings, at most: who has a thousand has enough."""

_CHECKPOINT = re.compile(r"([0-9]{1,12})-([0-9a-f]{12})")

_ENTRIES = (
    'SELECT position, leaf, subject, at, "by", kind FROM entries WHERE position >= :low AND position < :high ORDER BY position'
)
_NODES = "SELECT idx, hash FROM nodes WHERE level = :level AND idx >= :low AND idx < :high ORDER BY idx"
_END = "SELECT coalesce(max(position) + 1, 0) FROM entries"
_LEAVES = "SELECT coalesce(max(idx) + 1, 0) FROM nodes WHERE level = 0"
_MENTIONS = (
    "SELECT number, position FROM mentions WHERE (number, position) > (:number, :position) ORDER BY number, position LIMIT 4096"
)
_DOCUMENTS = "SELECT count(*) FROM documents"
_DIGESTS = "SELECT digest FROM documents WHERE digest > :after ORDER BY digest LIMIT 1000"
_DOCUMENT = "SELECT bytes FROM documents WHERE digest = :digest"
_EXPIRED = (
    "SELECT count(*) FROM mentions JOIN entries ON entries.position = mentions.position"
    " WHERE number = :number AND kind = 'DocumentExpired'"
)


def parsed(printed: str) -> tuple[int, str]:
    """Size and beginning of the root of a checkpoint as it is printed; `Refusal` for what is none.

    >>> parsed("3-0123456789AB")
    (3, '0123456789ab')
    """
    match = _CHECKPOINT.fullmatch(printed.strip().lower())
    if not match:
        raise Refusal("not-a-checkpoint", expected="a size, a hyphen, 12 hexadecimal digits", got=printed)
    return int(match[1]), match[2]


def findings(transaction: Transaction, printed: tuple[int, str] | None, progress: Progress) -> tuple[Finding, ...]:
    """All that is wrong with the record that a transaction sees, `MOST` at most; `printed` is a parsed checkpoint."""
    return tuple(islice(_Walk(transaction, progress).findings(printed), MOST))


@dataclass(slots=True)
class _Walk:
    """One walk through the record. Beyond a chunk it holds the tree's edge, sums, and what was found wrong."""

    transaction: Transaction
    progress: Progress
    edge: Edge = field(default_factory=Edge)
    stored: dict[Place, bytes] = field(default_factory=dict)
    wrong: set[Place] = field(default_factory=set)
    astray: dict[bytes, list[int]] = field(default_factory=dict)
    mentioned: int = 0
    newest: str = ""
    end: int = 0
    total: int = 0

    def findings(self, printed: tuple[int, str] | None) -> Iterator[Finding]:
        self.end = self._one(_END)
        self.total = self.end + self._one(_DOCUMENTS)
        for low in range(0, self.end, CHUNK):
            self.progress(low, self.total)
            yield from self._chunk(low, min(low + CHUNK, self.end))
        yield from self._astray()
        yield from self._cut_off(printed)
        yield from self._projection()
        yield from self._documents()
        self.progress(self.total, self.total)

    def _chunk(self, low: int, high: int) -> Iterator[Finding]:
        """The entries from `low` to before `high`, and the nodes that they complete."""
        self.stored = dict(self._nodes(low, high))
        for position, leaf, *said in self.transaction.rows(_ENTRIES, low=low, high=high):
            yield from self._missing(position)
            yield from self._leaf(position, leaf)
            yield from self._entry(position, leaf, said)
        yield from self._missing(high)

    def _nodes(self, low: int, high: int) -> Iterator[tuple[Place, bytes]]:
        for level in range(high.bit_length()):
            for index, found in self.transaction.rows(_NODES, level=level, low=low >> level, high=high >> level):
                yield (level, index), found

    def _missing(self, until: int) -> Iterator[Finding]:
        """Positions that are skipped. What the tree knows of them stands in, so that the rest is judged by itself."""
        if self.edge.size < until:
            yield Finding("missing", self.edge.size, f"expected {until - self.edge.size} entries, got none")
        while self.edge.size < until:
            yield from self._grow(self.stored.get((0, self.edge.size), b""))

    def _leaf(self, position: int, leaf: bytes) -> Iterator[Finding]:
        """A leaf, against the hash that the tree has for it. The tree grows by its own, so that the rest is judged by itself."""
        found, known = leaf_hash(leaf), self.stored.get((0, position))
        if known is None:
            yield Finding("altered", position, "expected its hash in the tree, got none")
        elif found != known and len(self.astray) == MOST:
            yield Finding("altered", position, "it does not have the hash that the tree has for it")
        elif found != known:
            self.astray.setdefault(found, []).append(position)
        yield from self._grow(known or found)

    def _grow(self, leaf: bytes) -> Iterator[Finding]:
        """One leaf more. A node that is wrong makes all above it wrong; the lowest is told."""
        self.edge, new = self.edge.grown(leaf)
        for (level, index), expected in new:
            if self.stored.get((level, index)) == expected or not level:
                continue
            if not {(level - 1, 2 * index), (level - 1, 2 * index + 1)} & self.wrong:
                yield Finding("altered", index << level, f"node {level}/{index} does not follow from those below it")
            self.wrong.add((level, index))

    def _entry(self, position: int, leaf: bytes, said: Sequence[str]) -> Iterator[Finding]:
        """What an entry says, against its columns, the entry before it, and the documents."""
        try:
            entry = decoded(position, leaf)
        except Unavailable as error:
            yield Finding("altered", position, error.detail)
            return
        expected = columns(entry)
        if list(expected.values()) != said:
            yield Finding("altered", position, f"columns: expected {list(expected.values())}, got {said}")
        if expected["at"] < self.newest:
            yield Finding("reordered", position, f"expected {self.newest} or later, got {expected['at']}")
        self.newest = max(self.newest, expected["at"])
        self.mentioned ^= _sum((number, position) for number in mentions(entry.fact))
        yield from self._fact(position, entry.fact)

    def _fact(self, position: int, fact: Fact) -> Iterator[Finding]:
        """A checkpoint that a fact holds must be the root of its time; a document that it brought must be there."""
        if isinstance(fact, Stamped | BackedUp):
            yield from self._checkpoint(fact.checkpoint, position)
        if kept_as(fact):
            digest = document_of(fact)[0]
            if self.transaction.first(_DOCUMENT, digest=digest) is None:
                yield Finding("document", position, f"{digest}: expected a document, got none")

    def _checkpoint(self, told: str, position: int) -> Iterator[Finding]:
        match = _CHECKPOINT.fullmatch(told)
        if not match or int(match[1]) > position:
            yield Finding("checkpoint", position, f"expected a checkpoint of an earlier record, got {told}")
        elif (got := self._short(int(match[1]))) != told:
            yield Finding("checkpoint", position, f"expected {told}, got {got}")

    def _short(self, size: int) -> str:
        """The checkpoint of an earlier size, from the nodes; that they follow from the leaves is looked at elsewhere."""
        try:
            return Checkpoint(size, root_of(self.transaction, size)).short
        except Unavailable as error:
            return error.detail

    def _astray(self) -> Iterator[Finding]:
        """Leaves that are not what the tree has there: reordered, if it has them elsewhere; else altered."""
        for low in range(0, self._one(_LEAVES) if self.astray else 0, CHUNK):
            for index, found in self.transaction.rows(_NODES, level=0, low=low, high=low + CHUNK):
                for position in self.astray.pop(found, ()):
                    yield Finding("reordered", position, f"it was written as entry {index}")
        for position in chain.from_iterable(self.astray.values()):
            yield Finding("altered", position, "it does not have the hash that the tree has for it")

    def _cut_off(self, printed: tuple[int, str] | None) -> Iterator[Finding]:
        """The end of the record, against the tree and against what was printed."""
        kept = self._one(_LEAVES)
        if kept > self.end:
            yield Finding("cut-off", self.end, f"expected {kept} entries, as in the tree, got {self.end}")
        if printed and printed[0] > self.end:
            yield Finding("cut-off", self.end, f"expected {printed[0]} entries or more, as printed, got {self.end}")
        elif printed and (got := self._short(printed[0])) != "{}-{}".format(*printed):
            yield Finding("checkpoint", None, f"expected {printed[0]}-{printed[1]}, as printed, got {got}")

    def _projection(self) -> Iterator[Finding]:
        """The mentions, against those that the entries make. Which differ is not told: they are made again as a whole."""
        number, position = "", -1
        while rows := self.transaction.rows(_MENTIONS, number=number, position=position):
            self.mentioned ^= _sum(rows)
            number, position = rows[-1]
        if self.mentioned:
            yield Finding("projection", None, "expected the mentions that the entries make, got others; rebuild makes them again")
        if lots.astray(self.transaction):
            yield Finding("projection", None, "expected the lots that the entries make, got others; rebuild makes them again")

    def _documents(self) -> Iterator[Finding]:
        after, done = "", self.end
        while digests := self.transaction.rows(_DIGESTS, after=after):
            for (after,) in digests:
                yield from self._document(after)
            done += len(digests)
            self.progress(done, self.total)

    def _document(self, digest: str) -> Iterator[Finding]:
        """The bytes of a document, against its digest; they are missing only where an entry says so."""
        (content,) = self.transaction.first(_DOCUMENT, digest=digest)
        if content is None:
            if not self._one(_EXPIRED, number=number_of(digest)):
                yield Finding("document", None, f"{digest}: expected its bytes or an entry that they were dropped, got neither")
        elif (got := sha256(content).hexdigest()) != digest:
            yield Finding("document", None, f"{digest}: expected bytes of this digest, got {got}")

    def _one(self, statement: str, **values: str) -> int:
        return int(self.transaction.first(statement, **values)[0])


def _sum(mentioned: Iterable[tuple[str, int]]) -> int:
    """A sum over mentions in any order: equal for the same ones, and for no others that anybody could find."""
    found = 0
    for number, position in mentioned:
        found ^= int.from_bytes(sha256(f"{position} {number}".encode()).digest())
    return found
