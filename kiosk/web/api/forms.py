"""Whole forms: files of a client, read page by page, each barcode a row (Q4, D4)."""

from collections.abc import Iterable, Sequence

from flask import g, request
from werkzeug.exceptions import UnsupportedMediaType

from kiosk.core.faults import Refusal
from kiosk.desks.intake import Form
from kiosk.web import forms as desk
from kiosk.web.api.asked import Digest, Page, Reason, SheetNumber, Width
from kiosk.web.api.asked import Row as Place
from kiosk.web.api.operation import PARTS, Png
from kiosk.web.api.replies import Form as FormTold
from kiosk.web.api.replies import Forms, Leaf, RefusedFile
from kiosk.web.counter import found
from kiosk.web.forms import received
from kiosk.web.house import house
from kiosk.web.leaves import documents
from kiosk.web.screen import spoken
from kiosk.wording import mend, why


def upload_forms(number: SheetNumber) -> Forms:
    """Put files on a sheet: PDFs or pictures, each in a part named `file`.

    Each is recorded and read, or refused in words of its own; where all are refused, so is the request.
    """
    if request.mimetype != PARTS:
        raise UnsupportedMediaType
    return _told(number, *received(number, request.files.getlist("file")))


def list_forms(number: SheetNumber) -> Forms:
    """List the forms of a sheet, and how far each was read. One that nobody reads any more is read on."""
    kiosk, sheet = house(), found(number)
    known = kiosk.intake.forms(number)
    for form in known:
        if form.open and not sheet.stamped:
            kiosk.forms.submit(form)
    return _told(number, known)


def read_form_again(number: SheetNumber, document: Digest) -> Forms:
    """Read a form on that was not read to its end."""
    form = house().intake.form(number, document)
    found(number).check_open()
    house().forms.submit(form)
    return _told(number, [form])


def give_form_up(number: SheetNumber, document: Digest, body: Reason) -> Forms:
    """Do without the rest of a form, with the reason."""
    house().intake.give_up(number, document, body.reason, g.session.badge)
    return _told(number, [house().intake.form(number, document)])


def get_form_page(number: SheetNumber, document: Digest, page: Page, query: Width) -> Png:
    """Get a page (from 0) of a client's form, drawn in grey."""
    del query  # the view of the screens reads it from the same address
    return desk.picture(number, document, page)


def get_form_cutout(number: SheetNumber, document: Digest, page: Page, row: Place) -> Png:
    """Get the place of a row on a page (from 0) of a form."""
    return desk.cutout(number, document, page, row)


def _told(number: str, forms: Iterable[Form], refused: Sequence[tuple[str, Refusal]] = ()) -> Forms:
    said = spoken()
    no = (RefusedFile(file, one.code, why(said, one), mend(said, one)) for file, one in refused)
    told = (FormTold(**{**form, "read": tuple(Leaf(**page) for page in form["read"])}) for form in documents(forms))
    return Forms(number, found(number).entries, tuple(told), tuple(no))
