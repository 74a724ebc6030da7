"""What happened to the kiosk itself: its record, its keys, its parts."""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class RecordBegun(Fact):
    """The first entry of a record: an empty one was never begun, or was taken away."""

    station: str


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
    """A part of the kiosk failed: what, and how. `copy` is the one that a printer did not take, where one was to be printed."""

    part: str
    code: str
    detail: str
    copy: int | None = None
    mark: str = ""
    """As of `HandedOver`."""
    document: str = ""
    """The digest of what a printer did not take, where it is not the sheet itself but something that goes with it."""


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
