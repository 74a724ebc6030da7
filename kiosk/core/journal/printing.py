"""What happened to a document that was to be printed: asked for, sent, and what the printer said of it.

Their subject is `print/<sheet>/<n>`: the n-th paper that leaves of the sheet, whatever its kind.
"""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class PrintAsked(Fact):
    """A document is to be printed at a station; it is on record before anything is sent.

    `name` is what the printer calls the job. `copy` counts from 1; `mark` is client or retained where there are two originals.
    `kind` is what it is; `title` which of its kind: the client's file, or the number of a row.
    """

    document: str
    name: str
    station: str
    copy: int
    mark: str = ""
    kind: str = "sheet"
    title: str = ""


@dataclass(frozen=True, slots=True)
class PrintTried(Fact):
    """It is being sent: from here on until another word the printer may have it, and nobody knows."""

    printer: str


@dataclass(frozen=True, slots=True)
class PrintSent(Fact):
    """The printer took it, as its job: no more than that."""

    job: str


@dataclass(frozen=True, slots=True)
class PrintMoved(Fact):
    """What the printer says of the job has changed: its state, sent or printing, and what keeps it (IPP keywords)."""

    state: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class PrintEnded(Fact):
    """The printer says that it is done, or has failed; or nobody knows (`unknown`), which a later word of the printer can mend.

    `taken`: it may be on paper, whole or in part, and what is printed next is another copy.
    """

    state: str
    code: str
    detail: str
    taken: bool


@dataclass(frozen=True, slots=True)
class PrintSettled(Fact):
    """Somebody decided what becomes of it: `there` (he holds the paper), `copied` (a further copy was asked for), `given-up`."""

    how: str
