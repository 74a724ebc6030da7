"""All that happened: facts in the past tense, each in an `Entry`, in one order, under one Merkle tree (Q10).

What a desk shows is replayed from the entries of its subject; nothing else is stored. A wrong entry is put right by another one.
An entry's bytes are canonical JSON, the same on every machine and engine; they are the leaf that the tree hashes.
"""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. Its class is its kind; its fields are JSON values, so that old entries are read for ever."""

    def numbers(self) -> tuple[str, ...]:
        """The numbers that this fact speaks of: it is found by them."""
        return ()


@dataclass(frozen=True, slots=True)
class RecordBegun(Fact):
    """The first entry of a record: an empty one was never begun, or was taken away."""

    station: str


@dataclass(frozen=True, slots=True)
class Opened(Fact):
    """A sheet was begun."""

    office: str
    client_name: str
    client_id: str
    client_contact: str


@dataclass(frozen=True, slots=True)
class Scanned(Fact):
    """A symbol came from a scanner, a page or a keyboard. `raw` is base64 of what the device sent."""

    scan: str
    text: str
    raw: str
    source: str
    symbology: str | None
    keyed: bool
    where: dict[str, Any] | None
    compared: bool

    def numbers(self) -> tuple[str, ...]:
        """The text of the bars."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class NotRead(Fact):
    """A scanner tried and failed, or a place on a page looks like a symbol and was not read."""

    scan: str
    reason: str
    source: str
    where: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Refused(Fact):
    """A scan was refused: the form goes back to the client, with row and reason."""

    scan: str
    text: str | None
    code: str
    fields: dict[str, str]

    def numbers(self) -> tuple[str, ...]:
        """The text of the bars, where there was one."""
        return (self.text,) if self.text else ()


@dataclass(frozen=True, slots=True)
class Answered(Fact):
    """The store answered for one scan. `answer` is the whole answer; `changed_from` the mark it replaced, when asked again."""

    scan: str
    number: str
    mark: str
    answer: dict[str, Any]
    changed_from: str | None = None

    def numbers(self) -> tuple[str, ...]:
        """The number asked."""
        return (self.number,)


@dataclass(frozen=True, slots=True)
class CouldNotAsk(Fact):
    """The store did not answer for these scans; nothing is known of them."""

    scans: list[str]
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RowRemoved(Fact):
    """The officer took a row (from 1) off, with his reason."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stamped(Fact):
    """A sheet was stamped and sealed. `document` is the digest of its PDF, kept in the same transaction."""

    act: str
    authority: str
    office: str
    badge: str
    specimen: bool
    document: str
    seals: list[str]
    checkpoint: str
    marks: dict[str, int]


@dataclass(frozen=True, slots=True)
class NotStamped(Fact):
    """A stamp was asked for and refused."""

    badge: str
    code: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class HandedOver(Fact):
    """A document left the kiosk: `how` is a folder, a printer or an address; `copy` counts from 1."""

    document: str
    how: str
    copy: int


@dataclass(frozen=True, slots=True)
class Returned(Fact):
    """A form went back to the client for correction; `document` is the digest of the slip."""

    document: str
    faults: int


@dataclass(frozen=True, slots=True)
class KeyMade(Fact):
    """A sealing key was made, at first start or by rotation; `retired` is the key that it replaces."""

    kid: str
    public: str
    retired: str | None


@dataclass(frozen=True, slots=True)
class KeyRevoked(Fact):
    """A sealing key is no longer trusted, whatever it sealed."""

    kid: str


@dataclass(frozen=True, slots=True)
class Failed(Fact):
    """A part of the kiosk failed: what, and how."""

    part: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class DocumentExpired(Fact):
    """A document was dropped when its time of keeping was over. Its digest stays, and so do all the leaves of the tree."""

    document: str
    kept_for: str


@dataclass(frozen=True, slots=True)
class BackedUp(Fact):
    """The record was copied to a folder."""

    folder: str
    checkpoint: str


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

FACTS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__()}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in FACTS.values()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact: what about (`subject`: a sheet's number, or a part of the kiosk), when (UTC), by whom (a badge or a station)."""

    subject: str
    at: datetime
    by: str
    fact: Fact

    def encode(self) -> bytes:
        """Canonical JSON: keys sorted, no spaces, UTF-8. This is the leaf of the tree.

        Half a surrogate pair, which a keyboard or a pipe can yield, is kept as it is: no scan is lost for its text.
        """
        fact = {name: getattr(self.fact, name) for name in _FIELDS[type(self.fact)]}
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        whole = {"at": at, "by": self.by, "fact": type(self.fact).__name__, "is": fact, "subject": self.subject}
        return _CANONICAL.encode(whole).encode("utf-8", "surrogatepass")

    @classmethod
    def decode(cls, leaf: bytes) -> Self:
        """The entry of a leaf; ValueError or KeyError for what was never written by `encode`."""
        whole = json.loads(leaf)
        fact = FACTS[whole["fact"]](**whole["is"])
        return cls(whole["subject"], datetime.fromisoformat(whole["at"]), whole["by"], fact)
