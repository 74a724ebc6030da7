"""What is on its way to paper, and how the printer is (P7): by the printer's word; and the decisions about what nobody knows."""

from dataclasses import dataclass
from typing import Annotated, Literal

from flask import g

from kiosk.core.condition import Condition, Lamp
from kiosk.core.printing import Kind, Mark, State, subject_of
from kiosk.web import printing as shown
from kiosk.web.api.asked import SheetNumber
from kiosk.web.api.replies import Instant
from kiosk.web.api.shape import Whole
from kiosk.web.counter import found
from kiosk.web.house import house

Nth = Annotated[int, Whole(1, 9999)]


@dataclass(frozen=True, slots=True)
class PrintSettling:
    """What is decided about a print that may be on paper.

    `there`: the paper is in hand; `copied`: the next copy is sent instead; `given-up`: it is cancelled as far as that can be.
    """

    how: Literal["there", "copied", "given-up"]


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: an IPP keyword or a code, and its sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PrinterState:
    """How the printer says that it is; `lamp` is unknown where nobody has asked it."""

    name: str
    lamp: Lamp
    reasons: tuple[Why, ...]
    model: str


@dataclass(frozen=True, slots=True)
class PrintJob:
    """The `n`-th paper of a sheet, given to the printer. `done` is the printer's word, and no more.

    `kind`: the sheet itself, a client's stamped document, the stamp for a paper of his, an RNS message, the slip of a client's
    query; `title` is which of its kind, the file's name or the row's number. A slip is never `copied`.

    `taken`: it may be on paper. `open`: somebody must decide. `settled`: how somebody did, or null.
    """

    sheet: str
    n: int
    kind: Kind
    title: str
    copy: int
    mark: Mark
    document: str
    state: State
    reasons: tuple[Why, ...]
    job: str | None
    asked: Instant
    by: str
    taken: bool
    open: bool
    settled: str | None


@dataclass(frozen=True, slots=True)
class Prints:
    """The printer, and what it was asked to print, newest first."""

    printer: PrinterState
    prints: tuple[PrintJob, ...]


def list_prints() -> Prints:
    """List what was asked to be printed in the last day, newest first, and how the printer is."""
    return Prints(_printer(), tuple(map(_told, map(shown.told, shown.lately()))))


def get_prints(number: SheetNumber) -> Prints:
    """Get what was asked to be printed of a sheet, newest first, and how the printer is."""
    return Prints(_printer(), tuple(map(_told, shown.prints_of(found(number).number))))


def settle_print(number: SheetNumber, n: Nth, body: PrintSettling) -> Prints:
    """Decide about a print that may be on paper: it is there, or another copy is sent instead, or it is given up."""
    shown.settled(subject_of(number, n), body.how, g.session.badge)
    return get_prints(number)


def _printer() -> PrinterState:
    now = shown.printer() or Condition(asked=False)
    return PrinterState(house().printer.name, now.lamp, _reasons(now.reasons), now.model)


def _told(one: shown.Told) -> PrintJob:
    job = one.job
    return PrintJob(
        sheet=job.sheet,
        n=int(job.subject.rpartition("/")[2]),
        kind=job.kind,
        title=job.title,
        copy=job.copy,
        mark=job.mark,
        document=job.document,
        state=job.state,
        reasons=_reasons(shown.reasons(job)),
        job=job.job or None,
        asked=job.at.isoformat(),
        by=job.by,
        taken=job.taken,
        open=job.open,
        settled=job.settled or None,
    )


def _reasons(codes: tuple[str, ...]) -> tuple[Why, ...]:
    return tuple(Why(code, shown.why(code)) for code in codes)
