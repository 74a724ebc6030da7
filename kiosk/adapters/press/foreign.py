"""What opens strangers' PDFs, in a process that has no key and can open none (fault 4): one that takes it over can sign nothing."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import ClassVar, Final

from kiosk.adapters.press import PressProcess
from kiosk.adapters.press.plain import Told
from kiosk.core.endorsement import Draft, Measured, Onto, Original, Picture
from kiosk.core.faults import Unavailable
from kiosk.ports import Binder

LIMIT: Final = 12.0
"""Seconds for one piece of work: less than the bindery has, which waits for it."""


_DOT: Final = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==")
"""A picture of one white point (PNG)."""


class ForeignProcess(PressProcess):
    """What works on foreign bytes next door; what it says is plain, and it is confined once it is warm."""

    plain: ClassVar = True

    def __init__(self, make: Callable[[], object], limit: float = LIMIT) -> None:
        super().__init__(make, limit)  # type: ignore[arg-type]  # it is asked its own questions

    def check(self, pdf: bytes, trusted: Sequence[bytes]) -> str:
        """The code of a PDF's own signature (`kiosk.gatehouse.FileCheck`)."""
        return str(self._ask("check", pdf, trusted)[0])


class BinderProcess(ForeignProcess):
    """The `Binder` next door, and what makes a document of pictures; made by a function that gives a `FarBinder`."""

    def measure(self, pdf: bytes) -> tuple[Measured, ...]:
        """The pages of a document, by its own word."""
        pages, _ = self._ask("measure", pdf)
        try:
            return tuple(Measured(float(width), float(height), steady is True) for width, height, steady in pages)
        except (TypeError, ValueError) as error:
            raise _senseless(pages) from error

    def bind(self, pdf: bytes, overlay: bytes, onto: Sequence[Onto]) -> bytes:
        """The document with each page of the overlay where it belongs."""
        return bytes(self._ask("bind", pdf, overlay, onto)[1])

    def prepare(self, pdf: bytes, at: datetime) -> Draft:
        """The document with an empty place for its signature."""
        place, draft = self._ask("prepare", pdf, at)
        match place:
            case [int(start), int(end)]:
                return Draft(draft, start, end)
            case _:
                raise _senseless(place)

    def pictures(self, original: Original) -> bytes:
        """A document that came as pictures, as a PDF."""
        return bytes(self._ask("pictures", original)[1])


@dataclass(frozen=True, slots=True)
class FarBinder:
    """The far side of a `BinderProcess`."""

    binder: Binder
    draw: Callable[[Original], bytes]

    def rehearse(self, at: datetime) -> None:
        """Do once, for nobody, all that is ever done here: what is loaded at first use could not be loaded later."""
        pdf = self.draw(Original("", "", (Picture(1, b"\0"),) * 2, pngs=(_DOT,) * 2))
        self.binder.measure(pdf)
        self.binder.prepare(self.binder.bind(pdf, pdf, [Onto(0, "on"), Onto(0, "after")]), at)

    def measure(self, pdf: bytes) -> Told:
        """Width, height and steadiness of each page."""
        return [astuple(page) for page in self.binder.measure(pdf)], b""

    def bind(self, pdf: bytes, overlay: bytes, onto: Sequence[Onto]) -> Told:
        """The document."""
        return None, self.binder.bind(pdf, overlay, onto)

    def prepare(self, pdf: bytes, at: datetime) -> Told:
        """Where the empty place begins and ends, and the document."""
        draft = self.binder.prepare(pdf, at)
        return [draft.start, draft.end], draft.pdf

    def pictures(self, original: Original) -> Told:
        """The document."""
        return None, self.draw(original)


def _senseless(said: object) -> Unavailable:
    return Unavailable("press", "crashed", f"no such answer was asked for: {said!a}"[:200])
