"""What the store says of a reference: a status, why, as of when (Q3).

There are three statuses and no fourth: where there is no answer there is no `Answer` (Q6).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kiosk.core.reference import Reference, TransactionNumber


class Status(StrEnum):
    """The mark on the form (SOCP 4.2.1)."""

    RELEASED = "R"
    NOT_RELEASED = "NR"
    NOT_ON_FILE = "N/A"


class Reason(StrEnum):
    """Why; each has a sentence in both languages. Only `RELEASED` goes with R, only `NOT_ON_FILE` with N/A."""

    RELEASED = "released"
    EXAM = "exam"
    DETAIN_DESTINATION = "detain-destination"
    AWAITING_ARRIVAL = "awaiting-arrival"
    CSA_DELIVER = "csa-deliver"
    ACCEPTED = "accepted"
    IN_PROCESS = "in-process"
    NO_DECISION = "no-decision"
    UNKNOWN_INDICATOR = "unknown-indicator"
    CANCELLED = "cancelled"
    TOO_OLD = "too-old"
    PART_RELEASED = "part-released"
    NOT_ON_FILE = "not-on-file"

    @property
    def status(self) -> Status:
        """The only status that this reason can stand for."""
        return {
            Reason.RELEASED: Status.RELEASED,
            Reason.NOT_ON_FILE: Status.NOT_ON_FILE,
        }.get(self, Status.NOT_RELEASED)


@dataclass(frozen=True, slots=True)
class Request:
    """One release request that the answer rests on; the store may know it by its CCN only."""

    transaction: TransactionNumber | None
    reason: Reason
    office: str | None
    service_option: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A status of one reference, as of when and from where."""

    reference: Reference
    reason: Reason
    as_of: datetime
    office: str | None = None
    """The release office, 4 digits; None where nothing is on file."""
    released_at: datetime | None = None
    requests: tuple[Request, ...] = ()
    also: "Answer | None" = None
    """The other sense of 14 digits, where that is on file too."""

    @property
    def status(self) -> Status:
        """R, NR or N/A."""
        return self.reason.status


def cautious(answers: Sequence[Answer]) -> Answer:
    """Of all that one scan can mean, the answer that lets least out: held, else on file, else the first."""
    on_file = [answer for answer in answers if answer.status is not Status.NOT_ON_FILE]
    held = [answer for answer in on_file if answer.status is Status.NOT_RELEASED]
    chosen = (held or on_file or list(answers))[0]
    others = [answer for answer in on_file if answer is not chosen]
    return replace(chosen, also=others[0]) if others else chosen
