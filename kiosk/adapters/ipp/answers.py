"""What a printer's answers mean: a job's state, a printer's condition, the jobs of a name (RFC 8011, 5.3 and 5.4)."""

from typing import Final

from kiosk.adapters.ipp.codec import Group
from kiosk.core.condition import Condition, bare
from kiosk.core.printing import State, Word

PDF: Final = "application/pdf"
NAME_BYTES: Final = 127
"""Of a job's name. RFC 8011, 5.1.3 lets it have 255; printers make file names of it."""
NOT_FOUND: Final = 0x0406
SUCCESS: Final = range(0x0100)
REFUSED: Final = {
    0x0401: "not-allowed",
    0x0402: "not-allowed",
    0x0403: "not-allowed",
    NOT_FOUND: "no-such-printer",
    0x040A: "no-pdf",
    0x0500: "device-error",
    0x0502: "busy",  # service unavailable
    0x0504: "device-error",
    0x0505: "busy",  # for a while
    0x0506: "not-accepting",
    0x0507: "busy",
}
"""What a printer's no means; every other is `refused`."""
PERHAPS: Final = frozenset({0x0500, 0x0504})
"""Noes after which a document may be on paper all the same, in part: an error inside of the printer."""
OF_A_JOB: Final = ("job-id", "job-name", "job-state", "job-state-reasons", "job-state-message")
OF_ITSELF: Final = (
    *("printer-state", "printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs"),
    *("printer-make-and-model", "document-format-supported"),
)
_PROCESSING, _STOPPED = 4, 5
_STATES: Final = {
    3: State.SENT,  # pending
    4: State.SENT,  # held
    5: State.PRINTING,
    6: State.PRINTING,  # stopped in the middle
    7: State.FAILED,  # canceled
    8: State.FAILED,  # aborted
    9: State.DONE,
}
_ENDINGS: Final = (
    *("aborted-by-system", "job-canceled-by-user", "job-canceled-by-operator", "job-canceled-at-device"),
    *("document-format-error", "unsupported-document-format", "document-unprintable-error", "job-completed-with-errors"),
)
"""Why a job ended, the reasons that have words."""


def called(name: str) -> str:
    r"""A name as a printer takes it for a job: one line, not too long, never empty.

    >>> called("K7QD\0 copy\n"), called(""), len(called("é" * 200).encode())
    ('K7QD_ copy_', 'document', 126)
    """
    shown = "".join(character if character.isprintable() else "_" for character in name) or "document"
    return shown.encode()[:NAME_BYTES].decode(errors="ignore")


def word_of(job: Group, name: str) -> Word:
    """What is said of a job that was given under a name. One by another name is not ours: printers count from 1 again."""
    if job.text("job-name") not in ("", called(name)):
        return Word(State.UNKNOWN, ("job-gone",), f"job-name {job.text('job-name')}")
    said = set(job.texts("job-state-reasons"))
    state = _STATES.get(job.number("job-state") or 0, State.UNKNOWN)
    if state is State.DONE and "job-completed-with-errors" in said:
        state = State.FAILED
    ended = tuple(reason for reason in _ENDINGS if reason in said) if state is State.FAILED else ()
    return Word(state, ended, job.text("job-state-message"))


def condition_of(printer: Group) -> Condition:
    """What a printer says of itself; one that takes no jobs, or no PDF, says so among its reasons."""
    said = list(printer.texts("printer-state-reasons"))
    if printer.number("printer-is-accepting-jobs") == 0:
        said.append("not-accepting")
    formats = printer.texts("document-format-supported")
    if formats and PDF not in formats:
        said.append("no-pdf")
    state, reasons = printer.number("printer-state"), bare(said)
    if state == _STOPPED and not reasons:
        reasons = ("stopped",)
    model, detail = printer.text("printer-make-and-model"), printer.text("printer-state-message")
    return Condition(reasons, state == _PROCESSING, model, detail)


def numbered(job: Group, name: str) -> int | None:
    """The number of a job, if it has that name."""
    return job.number("job-id") if job.text("job-name") == called(name) else None
