"""A printer over IPP (RFC 8011), driverless: it is given the PDF as it is, by CUPS or by itself, and asked what becomes of it.

No library of others is between us and the wire: pyipp 0.17 leaves attributes out that it does not know, takes a value that ends
early for a whole one, and brings ten packages. What is needed of RFC 8010 is `codec`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from kiosk.adapters.ipp.answers import (
    NOT_FOUND,
    OF_A_JOB,
    OF_ITSELF,
    PDF,
    PERHAPS,
    REFUSED,
    SUCCESS,
    called,
    condition_of,
    numbered,
    word_of,
)
from kiosk.adapters.ipp.codec import Garbled, Group, Message, Operation, Tag, Value, boolean, number, text
from kiosk.adapters.ipp.wire import Wire
from kiosk.core.condition import Condition
from kiosk.core.faults import Unavailable
from kiosk.core.printing import AnswerLost, State, Word

USER: Final = "kiosk"
"""Who asks: the same for all, so that each of them may see what becomes of a job."""
_LIMIT: Final = 500
"""Jobs that are looked through for one of a name."""
_Attributes = dict[str, tuple[Value, ...]]


class IppPrinter:
    """The `Printer` at a URI. `media` is what a page is printed on, where that is not what lies in its tray.

    `ca`, `pin` and `budget` are those of `Wire`; a `ca` without a path lies in the `home`.
    """

    def __init__(self, home: Path, uri: str, *, ca: str = "", pin: str = "", media: str = "", budget: float = 10.0) -> None:
        self._wire: Final = Wire(uri, str(home / ca) if ca else "", pin, float(budget))
        self._media: Final = media
        self._serial = count(1)

    @property
    def name(self) -> str:
        """Where it is."""
        return self._wire.uri

    def submit(self, pdf: bytes, name: str) -> str:
        """The printer's number of the job (Print-Job)."""
        answer = self._wire.ask(self._printing(name), pdf)
        if answer.code in PERHAPS:
            raise AnswerLost("printer", REFUSED[answer.code], f"{self.name}: status {answer.code:#06x}")
        self._check(answer)
        try:
            job = answer.group(Tag.JOB).number("job-id")
        except Garbled as error:
            raise AnswerLost("printer", "garbled", f"{self.name}: {error}") from error
        if job is None:
            raise AnswerLost("printer", "garbled", f"{self.name}: a job without a number")
        return str(job)

    def word(self, job: str, name: str) -> Word:
        """The job's state and reasons; one that the printer does not know, or has by another name, is unknown."""
        answer = self._ask(Operation.GET_JOB_ATTRIBUTES, {"job-id": (number(int(job)),), **_wanted(OF_A_JOB)})
        if answer.code == NOT_FOUND:
            return Word(State.UNKNOWN, ("job-gone",))
        self._check(answer)
        with self._reading():
            return word_of(answer.group(Tag.JOB), name)

    def find(self, name: str) -> str | None:
        """The job with the highest number of that name, done or not."""
        found = [job for which in ("not-completed", "completed") for job in self._jobs(which, name)]
        return str(max(found)) if found else None

    def cancel(self, job: str) -> None:
        """Cancel-Job; one that is over or gone is none that can be printed."""
        self._ask(Operation.CANCEL_JOB, {"job-id": (number(int(job)),)})

    def condition(self) -> Condition:
        """What it says of itself (Get-Printer-Attributes)."""
        answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, _wanted(OF_ITSELF))
        self._check(answer)
        with self._reading():
            return condition_of(answer.group(Tag.PRINTER))

    def _printing(self, name: str) -> Message:
        """Print-Job: each page in its own size, for a seal that was made to fit is one that no scanner reads."""
        wanted: _Attributes = {"print-scaling": (text(Tag.KEYWORD, "none"),), "sides": (text(Tag.KEYWORD, "one-sided"),)}
        if self._media:
            wanted["media"] = (text(Tag.KEYWORD, self._media),)
        asked: _Attributes = {
            "job-name": (text(Tag.NAME, called(name)),),
            "ipp-attribute-fidelity": (boolean(False),),
            "document-format": (text(Tag.MIME, PDF),),
        }
        question = self._question(Operation.PRINT_JOB, asked)
        return Message(question.code, question.request, (*question.groups, Group(Tag.JOB, wanted)))

    def _jobs(self, which: str, name: str) -> list[int]:
        asked = {"limit": (number(_LIMIT),), "which-jobs": (text(Tag.KEYWORD, which),), **_wanted(("job-id", "job-name"))}
        answer = self._ask(Operation.GET_JOBS, asked)
        self._check(answer)
        with self._reading():
            return [job for one in answer.groups_of(Tag.JOB) if (job := numbered(one, name)) is not None]

    def _ask(self, operation: Operation, more: _Attributes) -> Message:
        """A question that changes nothing, or can be asked twice: without an answer, there is nothing that may have happened."""
        try:
            return self._wire.ask(self._question(operation, more))
        except AnswerLost as no:
            raise Unavailable("printer", "no-answer" if no.code == "answer-lost" else no.code, no.detail) from no

    def _question(self, operation: Operation, more: _Attributes) -> Message:
        """A question; its first attributes stand in the order of RFC 8011, 4.1.4 and 4.1.5."""
        target: _Attributes = {name: more[name] for name in ("job-id",) if name in more}
        asked: _Attributes = {
            "attributes-charset": (text(Tag.CHARSET, "utf-8"),),
            "attributes-natural-language": (text(Tag.LANGUAGE, "en"),),
            "printer-uri": (text(Tag.URI, self._wire.uri),),
            **target,
            "requesting-user-name": (text(Tag.NAME, USER),),
            **more,
        }
        return Message(operation, next(self._serial), (Group(Tag.OPERATION, asked),))

    def _check(self, answer: Message) -> None:
        """`Unavailable` for a printer's no."""
        if answer.code in SUCCESS:
            return
        with self._reading():
            said = answer.group(Tag.OPERATION).text("status-message")
        raise Unavailable("printer", REFUSED.get(answer.code, "refused"), f"{self.name}: {answer.code:#06x} {said}".rstrip())

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Answers whose values are of no kind that they should be are no answers."""
        try:
            yield
        except Garbled as error:
            raise Unavailable("printer", "garbled", f"{self.name}: {error}") from error


def _wanted(names: tuple[str, ...]) -> _Attributes:
    return {"requested-attributes": tuple(text(Tag.KEYWORD, name) for name in names)}
