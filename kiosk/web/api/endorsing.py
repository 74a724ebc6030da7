"""A stamped sheet on other paper: the client's own document, the stamp alone for his sheet, a printed RNS message (P1, P6, Q1)."""

from dataclasses import dataclass
from typing import Annotated, Literal

from flask import g

from kiosk.core.endorsement import Overprint
from kiosk.core.printing import PRINTER
from kiosk.core.sheet import Removed
from kiosk.desks.endorsing import Endorsing, stampable
from kiosk.ports import Bindery
from kiosk.web import endorse as desk
from kiosk.web.api.asked import Digest, Row, SheetNumber
from kiosk.web.api.shape import Whole
from kiosk.web.house import house
from kiosk.web.queue import queued

Tenths = Annotated[int, Whole(0, 10_000)]
How = Literal["program", "printer"]
"""How it leaves: the program has it now, and prints it or not; or it goes through the queue of the kiosk's printer."""


@dataclass(frozen=True, slots=True)
class ClientsDocument:
    """A file of the sheet, by its digest. It is for the program, or for the printer of the kiosk."""

    document: Digest
    how: How = "program"


@dataclass(frozen=True, slots=True)
class PlacedStamp:
    """Where the stamp of a row goes on the client's paper: its upper left corner, in tenths of a millimetre from the paper's.

    It is for the program, or for the printer of the kiosk, where the paper lies.
    """

    row: Row
    paper: Literal["letter", "legal", "a4"]
    x: Tenths
    y: Tenths
    across: bool = False
    how: How = "program"


@dataclass(frozen=True, slots=True)
class OneRow:
    """A row of the sheet. It is for the program, or for the printer of the kiosk."""

    row: Row
    how: How = "program"


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What was made: the `sheet` whose seal it bears, and the digest of its PDF."""

    sheet: str
    document: str


def stamp_clients_document(number: SheetNumber, body: ClientsDocument) -> OnPaper:
    """Stamp the client's own document, which came as a file of this sheet. The same one again is the same document.

    What goes to the printer again says COPY n, and is another.
    """
    endorsing, bindery = _open(number)
    form = house().intake.form(number, body.document)
    data = house().intake.original(form)
    made = endorsing.endorse(number, data, form.file, house().reader, bindery, g.session.badge)
    if body.how == PRINTER:
        made = endorsing.hand_over(number, made.document, body.how, house().reader, bindery, g.session.badge)
    else:
        endorsing.given_out(number, made.document, body.how, g.session.badge)
    return _out(number, made.document, body.how)


def stamp_clients_paper(number: SheetNumber, body: PlacedStamp) -> OnPaper:
    """Make a page with nothing but the stamp and the seal of a row, to be printed onto the client's paper."""
    endorsing, bindery = _open(number)
    where = Overprint(body.row, body.paper, body.x / 10, body.y / 10, body.across)
    fact, _ = endorsing.overprint(number, where, body.how, bindery, g.session.badge)
    return _out(number, fact.document, body.how)


def make_release_message(number: SheetNumber, body: OneRow) -> OnPaper:
    """Make the printed RNS message of a released row; of a sheet with others on it, by a sheet of its own that is asked anew."""
    endorsing, bindery = _open(number)
    sealed = endorsing.find(number)
    line = stampable(sealed, body.row)
    if sum(not isinstance(one, Removed) for one in sealed.sheet.rows) > 1:
        number = desk.alone(sealed.sheet, body.row, line)
    fact, _ = endorsing.notice(number, body.how, bindery, g.session.badge)
    return _out(number, fact.document, body.how)


def _out(number: str, document: str, how: str) -> OnPaper:
    """It is with the program now, or in the queue."""
    if how == PRINTER:
        queued(number)
    return OnPaper(number, document)


def _open(number: str) -> tuple[Endorsing, Bindery]:
    """The desk and its bindery, for a sheet on which nothing is on hold."""
    house().counter.check_not_held(house().counter.find(number))
    return desk.parts()
