"""Where paper comes out."""

from typing import Protocol

from kiosk.core.condition import Condition
from kiosk.core.printing import Word
from kiosk.core.slip import Slip


class Printer(Protocol):
    """Where paper comes out."""

    @property
    def name(self) -> str:
        """Which one it is, for people."""
        ...

    def submit(self, pdf: bytes, name: str) -> str:
        """Have a document printed; the job, by which the printer's people find it. It was taken, and no more is said.

        `AnswerLost` where it may have been taken, or not; any other `Unavailable("printer", code)`: it was not, for sure.
        """
        ...

    def word(self, job: str, name: str) -> Word:
        """What the printer says of a job, which it was given under that name; `Unavailable` if it says nothing."""
        ...

    def find(self, name: str) -> str | None:
        """The newest job of that name, if it knows of one: for one whose answer was lost. `Unavailable` if it says nothing."""
        ...

    def cancel(self, job: str) -> None:
        """Have a job not printed, as far as that can still be; `Unavailable` if it says nothing."""
        ...

    def condition(self) -> Condition:
        """How it is, before anything is sent to it; `Unavailable` if it says nothing."""
        ...


class Slips(Protocol):
    """Where the slips come out that clients take to the counter."""

    def give(self, slip: Slip) -> str | bytes:
        """Print one: where it came out. Or a PDF, where it is still to be printed. `Unavailable("receipt", code)` if it can't."""
        ...
