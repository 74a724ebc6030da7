"""A document on its way to paper, and the printer's condition. Nothing here says "printed": a printer's word is all there is.

`waiting` -> `sent` -> `printing` -> `done`, by the printer's word; `failed`; or `unknown`: an answer was lost, or a job stands
still without a reason. What is unknown is never sent again by itself: a further try is COPY n, and somebody's decision (P7).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from kiosk.core.faults import Unavailable
from kiosk.core.journal import (
    Entry,
    Fact,
    GivenOut,
    HandedOver,
    PrintAsked,
    PrintEnded,
    PrintMoved,
    PrintSent,
    PrintSettled,
    PrintTried,
    SlipPrinted,
)

Kind = Literal["sheet", "document", "paper", "notice", "slip"]
"""What is printed: a stamped sheet, the client's document, a stamp for his paper, an RNS message; the slip of a client's query."""
KINDS: Final[tuple[Kind, ...]] = ("sheet", "document", "paper", "notice", "slip")
Mark = Literal["", "client", "retained"]
MARKS: Final[tuple[Mark, ...]] = ("client", "retained")
"""The two originals, where two copies are asked for (P7)."""
SUBJECT: Final = "print/"
PRINTER: Final = "printer"
"""How a document is handed over that the kiosk has printed itself."""
HOW: Final = ("there", "copied", "given-up")
"""What somebody can decide about one whose fate is not known, or that has failed."""
_LEAVES: Final = HandedOver | GivenOut | SlipPrinted


class AnswerLost(Unavailable):
    """A document was sent, and no answer came: the printer may have it, or not."""


class State(StrEnum):
    """How far a document is."""

    WAITING = "waiting"
    SENT = "sent"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """What a printer says of one job: how far it is, and why (IPP keywords, bare)."""

    state: State
    reasons: tuple[str, ...] = ()
    detail: str = ""


def subject_of(sheet: str, n: int) -> str:
    """What the record calls the n-th paper of a sheet, if it goes to a printer."""
    return f"{SUBJECT}{sheet}/{n}"


@dataclass(frozen=True, slots=True)
class Paper:
    """What is to be printed: `document` is its digest; `title` says which of its kind, the client's file or the number of a row."""

    document: str
    kind: Kind = "sheet"
    copy: int = 1
    mark: Mark = ""
    title: str = ""


def job_name(sheet: str, paper: Paper, n: int) -> str:
    """What a printer is to call the n-th paper of a sheet: no two are the same, so that one can be looked for by it.

    The beginning of the document's digest is in it, for another record may have had a sheet of that number at the same printer.

    >>> job_name("K7QD.000001", Paper("d27b73ed37b5", mark="client"), 1)
    'K7QD.000001 copy 1 client (1, d27b73ed)'
    >>> job_name("K7QD.000001", Paper("0142b2a1c3d4", "notice", 2), 3)
    'K7QD.000001 notice copy 2 (3, 0142b2a1)'
    """
    kind = "" if paper.kind == "sheet" else paper.kind
    return " ".join(filter(None, (sheet, kind, f"copy {paper.copy}", paper.mark, f"({n}, {paper.document[:8]})")))


def papers(facts: Iterable[Fact]) -> int:
    """How many papers of a sheet left, or were to: of each kind, on whatever way."""
    return sum(isinstance(fact, _LEAVES) for fact in facts)


def to_print(sheet: str, before: Sequence[Fact], paper: Paper, station: str, made: tuple[datetime, str]) -> Entry:
    """That a paper is to be printed: the entry from which its printing begins, written with the fact that it leaves.

    `before` is all that happened to the sheet until then; `made` is when, and by whom.
    """
    n = papers(before) + 1
    name = job_name(sheet, paper, n)
    asked = PrintAsked(paper.document, name, station, paper.copy, paper.mark, paper.kind, paper.title)
    return Entry(subject_of(sheet, n), *made, asked)


@dataclass(frozen=True, slots=True)
class Print:
    """One document on its way to paper, as the record has it."""

    subject: str
    at: datetime
    by: str
    document: str
    name: str
    station: str
    copy: int = 1
    mark: Mark = ""
    kind: Kind = "sheet"
    title: str = ""
    state: State = State.WAITING
    tried: bool = False
    job: str = ""
    reasons: tuple[str, ...] = ()
    code: str = ""
    detail: str = ""
    taken: bool = False
    settled: str = ""
    moved: datetime | None = None
    entries: int = 1

    @property
    def sheet(self) -> str:
        """The number of its sheet."""
        return self.subject.removeprefix(SUBJECT).rpartition("/")[0]

    @property
    def proves(self) -> bool:
        """Whether it proves a release: what does not may go out whatever became of its goods, and is never a copy."""
        return self.kind != "slip"

    @property
    def choices(self) -> tuple[str, ...]:
        """What somebody can decide about it. Another slip is asked for where the first was: by the client, at his screen."""
        return HOW if self.proves else tuple(how for how in HOW if how != "copied")

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done or heard: the printer says so, somebody has decided, or it never left."""
        return bool(self.settled) or self.state in {State.DONE, State.FAILED}

    @property
    def trouble(self) -> bool:
        """Whether it is not on paper by anybody's word: it has failed, or nobody knows."""
        return not self.settled and self.state in {State.UNKNOWN, State.FAILED}

    @property
    def open(self) -> bool:
        """Whether somebody has to decide about it: it may be on paper, or in part."""
        return self.trouble and (self.state is State.UNKNOWN or self.taken)


def replay(entries: Iterable[Entry]) -> Mapping[str, Print]:
    """Every document that the entries speak of, by subject, as they left it."""
    found: dict[str, Print] = {}
    for entry in entries:
        if isinstance(entry.fact, PrintAsked):
            found[entry.subject] = begun(entry)
        elif entry.subject in found:
            found[entry.subject] = happened(found[entry.subject], entry.at, entry.fact)
    return found


def begun(entry: Entry) -> Print:
    """A document that was asked for."""
    fact = entry.fact
    if not isinstance(fact, PrintAsked):
        raise TypeError(f"{entry.subject}: expected PrintAsked, got {type(fact).__name__}")
    mark: Mark = next((one for one in MARKS if one == fact.mark), "")
    kind: Kind = next((one for one in KINDS if one == fact.kind), "sheet")
    return Print(entry.subject, entry.at, entry.by, fact.document, fact.name, fact.station, fact.copy, mark, kind, fact.title)


def happened(job: Print, at: datetime, fact: Fact) -> Print:
    """The document after one more fact."""
    return replace(_after(job, fact), moved=at, entries=job.entries + 1)


def _after(job: Print, fact: Fact) -> Print:
    match fact:
        case PrintTried():
            return replace(job, tried=True)
        case PrintSent():
            return replace(job, state=State.SENT, job=fact.job, code="", detail="", reasons=())
        case PrintMoved():
            state = State(fact.state)
            return replace(job, state=state, reasons=tuple(fact.reasons), code="", detail="", tried=state is not State.WAITING)
        case PrintEnded():
            return replace(job, state=State(fact.state), code=fact.code, detail=fact.detail, taken=fact.taken, reasons=())
        case PrintSettled():
            return replace(job, settled=fact.how)
        case _:
            return job
