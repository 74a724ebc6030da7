"""What happened at the screen at which clients help themselves (Q1, Q10), and what was tried with numbers that nobody knows.

A screen's subject is `desk/<station>/<its id>`; that of storms is `storm/<station>/<UTC day>`; all else stands with its sheet.
"""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class DeskOpened(Fact):
    """An officer left a browser to clients: from here on it asks, and does nothing else."""

    office: str


@dataclass(frozen=True, slots=True)
class DeskClosed(Fact):
    """A browser is no client's any more; why: closed by an officer, or replaced by another opening."""

    why: str


@dataclass(frozen=True, slots=True)
class SlipPrinted(Fact):
    """A slip with the sheet's number was given to a printer: with it, an officer takes the query over."""

    slip: str
    """The receipt printer, or the subject of its print."""
    amount: int


@dataclass(frozen=True, slots=True)
class QueryCleared(Fact):
    """The client's screen was cleared of a query; why: done, idle, restarted (the kiosk), or closed (by an officer)."""

    why: str


@dataclass(frozen=True, slots=True)
class TakenOver(Fact):
    """An officer took a client's query over: what was answered is not taken as answered, and all of it is asked anew."""

    amount: int


@dataclass(frozen=True, slots=True)
class StormSeen(Fact):
    """Many numbers from one source that are not on file or no numbers: somebody tries them out, or a reader is broken."""

    source: str
    amount: int
    began: str
