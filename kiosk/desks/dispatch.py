"""The dispatch: what was asked to be printed goes to the printer once, and is followed to its end (P7).

Each verb reads a document as the record has it and writes what came of it, if nobody has written meanwhile. That it is being sent
is on record before it is: whoever finds it so after a crash knows that the printer may have it, and looks for it by its name. It is
sent anew only where the printer said no before it took it; where nobody knows, that is for somebody to decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Final

from kiosk.core.condition import NOT_ASKED, NOTHING_COMES, Condition
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import (
    Entry,
    Fact,
    Failed,
    HandedOver,
    PrintAsked,
    PrintEnded,
    PrintMoved,
    PrintSent,
    PrintSettled,
    PrintTried,
    Voided,
)
from kiosk.core.printing import SUBJECT, AnswerLost, Print, State, Word, happened, papers, replay, subject_of
from kiosk.ports import Clock, Journal, Printer

PATIENCE: Final = timedelta(seconds=30)
"""After so long without a word of the printer, or without its job moving for a reason, somebody is told."""
TOO_LATE: Final = timedelta(minutes=5)
"""What was asked for so long ago and never left is not printed any more: nobody is there to take it."""
STANDS: Final = "stands-still"
"""The code of one that is unknown since its job no longer moves."""
LOOK_BACK: Final = timedelta(days=31)
"""How far back a start looks for what is not over: a kiosk may have been off over holidays."""
_FACTS: Final = (PrintAsked, PrintTried, PrintSent, PrintMoved, PrintEnded, PrintSettled)
_PASSING: Final = frozenset({"busy", "unreachable"})
"""Noes that pass: it is sent when they have."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The dispatch of one station's printer."""

    journal: Journal
    printer: Printer
    clock: Clock
    station: str
    patience: timedelta = PATIENCE
    held: Callable[[str], bool] = lambda _: False
    """Whether goods that a sheet proves the release of are on hold now: what waits in the queue is not sent then (P4)."""

    def since(self, ago: timedelta) -> tuple[Print, ...]:
        """All that was asked to be printed at this station since then, newest first."""
        low = self.journal.not_before(self.clock() - ago)
        found = sorted(
            (one for kind in _FACTS for one in self.journal.find(kind=kind.__name__, low=low)), key=lambda one: one.position
        )
        jobs = tuple(replay(one.entry for one in found).values())
        return tuple(job for job in reversed(jobs) if job.station == self.station)

    def of(self, sheet: str) -> tuple[Print, ...]:
        """All that was asked to be printed of a sheet, newest first."""
        left = papers(one.entry.fact for one in self.journal.entries(sheet))
        subjects = [subject_of(sheet, n) for n in range(left, 0, -1)]
        return tuple(job for subject in subjects for job in self._replayed(subject))

    def find(self, subject: str) -> Print:
        """One document as the record has it; `Refusal` where there is none."""
        found = self._replayed(subject) if subject.startswith(SUBJECT) else ()
        if not found:
            raise Refusal("no-such-print", got=subject)
        return found[0]

    def _replayed(self, subject: str) -> tuple[Print, ...]:
        return tuple(replay(one.entry for one in self.journal.entries(subject)).values())

    def send(self, job: Print) -> Print:
        """The document after it was offered to the printer; what is being sent already, or was, is not sent again."""
        if job.tried or job.over or job.state is not State.WAITING:
            return job
        if self.clock() - job.at > TOO_LATE:
            return self.refuse(job, Unavailable("printer", "too-late"))
        if why := self._withheld(job):
            return self.refuse(job, Unavailable("printer", why))
        pdf = self.journal.document(job.document)
        job = self._write(job, [PrintTried(self.printer.name)])
        try:
            number = self.printer.submit(pdf, job.name)
        except AnswerLost as no:
            return self.seek(job, no)
        except Unavailable as no:
            return self._write(job, [PrintMoved(State.WAITING, [no.code])]) if no.code in _PASSING else self.refuse(job, no)
        return self._write(job, [PrintSent(number)])

    def _withheld(self, job: Print) -> str:
        """Why a document may not go out any more: since it was asked for, its proof was taken back, or its goods put on hold.

        A client's slip may: it says no mark, and with it an officer asks for the goods anew.
        """
        if not job.proves:
            return ""
        facts = [one.entry.fact for one in self.journal.entries(job.sheet)]
        voided = next((n for n, fact in enumerate(facts) if isinstance(fact, Voided)), None)
        if voided is None:
            return "on-hold" if self.held(job.sheet) else ""
        says_so = any(isinstance(fact, HandedOver) and fact.document == job.document for fact in facts[voided:])
        return "" if says_so else "proof-voided"

    def seek(self, job: Print, no: Unavailable | None = None) -> Print:
        """One whose answer was lost, looked for at the printer by its name; in vain for too long, it is told."""
        try:
            found = self.printer.find(job.name)
        except Unavailable as other:
            found, no = None, no or other
        if found is not None:
            return self._write(job, [PrintSent(found)])
        return self.overdue(job, no or Unavailable("printer", "answer-lost"))

    def follow(self, job: Print, condition: Condition = NOT_ASKED) -> Print:
        """One that the printer has, with what it says of it now; `condition` is what it says of itself. `Unavailable`: nothing."""
        word = self.printer.word(job.job, job.name)
        match word.state:
            case State.DONE:
                return self._write(job, [PrintEnded(State.DONE, "", word.detail, taken=True)])
            case State.FAILED | State.UNKNOWN:
                return self._ended(job, word.state, next(iter(word.reasons), word.state), word.detail)
            case _:
                return self._moved(job, word, condition)

    def withdraw(self, job: Print) -> None:
        """Have the printer drop one that it has not begun and that may not go out any more; what it then says of it is followed."""
        if job.state is State.SENT and self._withheld(job) and self.printer.word(job.job, job.name).state is State.SENT:
            self.printer.cancel(job.job)

    def overdue(self, job: Print, no: Unavailable) -> Print:
        """One of which nothing is heard, told if that has been so for too long."""
        return self._ended(job, State.UNKNOWN, no.code, no.detail) if self._stands(job) else job

    def refuse(self, job: Print, no: Unavailable) -> Print:
        """One that the printer has not taken, for sure: it failed, and the same number is handed over next."""
        ended = PrintEnded(State.FAILED, no.code, no.detail, taken=False)
        return self._write(job, [ended], also=[Entry(job.sheet, self.clock(), self.station, _freed(job, no.code, no.detail))])

    def settle(self, subject: str, how: str, by: str) -> Print:
        """Somebody's decision about one that may be on paper: he has it, has asked for a copy, or gives it up."""
        job = self.find(subject)
        if how not in job.choices:
            raise Refusal("bad-text", name="how", expected=", ".join(job.choices), got=how[:40])
        if job.settled or job.state is State.DONE or (job.state is State.FAILED and not job.taken):
            raise Refusal("print-over", got=job.name)
        free = [Entry(job.sheet, self.clock(), by, _freed(job, "given-up"))]
        unsent = how == "given-up" and not job.tried
        return self._write(job, [PrintSettled(how)], by, free if unsent else ())

    def _moved(self, job: Print, word: Word, condition: Condition) -> Print:
        """With the printer's reasons; one that stands still without any is told."""
        if job.code == STANDS and not condition.reasons:
            return job  # somebody has been told, and it stands as it stood
        if (word.state, condition.reasons) != (job.state, job.reasons):
            return self._write(job, [PrintMoved(word.state, list(condition.reasons))])
        waits = any(reason in NOTHING_COMES for reason in condition.reasons) or (word.state is State.SENT and condition.busy)
        return job if waits or not self._stands(job) else self._ended(job, State.UNKNOWN, STANDS, word.detail)

    def _stands(self, job: Print) -> bool:
        return job.state is not State.UNKNOWN and self.clock() - (job.moved or job.at) >= self.patience

    def _ended(self, job: Print, state: State, code: str, detail: str) -> Print:
        if (job.state, job.code) == (state, code):
            return job
        return self._write(job, [PrintEnded(state, code, detail, taken=True)])

    def _write(self, job: Print, facts: Sequence[Fact], by: str = "", also: Sequence[Entry] = ()) -> Print:
        """Record what came of it, and give it as that leaves it; `Conflict` if somebody else was at it."""
        at = self.clock()
        entries = [Entry(job.subject, at, by or self.station, fact) for fact in facts]
        self.journal.append([*entries, *also], after={job.subject: job.entries})
        return reduce(lambda job, fact: happened(job, at, fact), facts, job)


def _freed(job: Print, code: str, detail: str = "") -> Failed:
    """That nobody has a document: its number is the next one's. A sheet's own goes by copy and mark, all else by its digest."""
    return Failed("printer", code, detail, job.copy, job.mark, "" if job.kind == "sheet" else job.document)
