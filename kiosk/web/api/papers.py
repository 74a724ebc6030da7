"""What leaves the kiosk on paper: the stamped sheet and its copies, the slip that goes back, and every document once more."""

import hashlib

from flask import g

from kiosk.core.printing import PRINTER
from kiosk.web import counter as desk
from kiosk.web import forms as pictures
from kiosk.web.api.asked import Digest, Page, Printing, SheetNumber, Width
from kiosk.web.api.operation import Pdf, Png
from kiosk.web.api.replies import Handed, Slip
from kiosk.web.counter import found
from kiosk.web.house import house
from kiosk.web.queue import asked


def return_form(number: SheetNumber) -> Slip:
    """Return a form: the slip with each faulty row, its place and what to mend. Its PDF is the `document`."""
    sheet = found(number)
    return Slip(number, _digest(desk.returned(sheet)), sheet.faults)


def print_sheet(number: SheetNumber, body: Printing) -> Handed:
    """Hand over a stamped sheet: the original first, then COPY n. Its PDF is the `document`.

    Each request is another copy; the same one is got again as a document. Where two originals are set, the printer is given
    both at first: one marked for the client, of which this is the answer, and one to be retained.
    """
    sheet = found(number)
    if body.how == PRINTER:
        first, *_ = asked(sheet)
        return Handed(number, first.document, first.copy, first.job or None)
    pdf, copy = house().counter.hand_over(sheet, body.how, house().press, g.session.badge)
    return Handed(number, _digest(pdf), copy, None)


def get_document(digest: Digest) -> Pdf:
    """Get a document that the kiosk drew: a proof, a copy, a slip."""
    return desk.document(digest)


def get_document_page(digest: Digest, page: Page, query: Width) -> Png:
    """Get a page (from 0) of such a document as a picture."""
    del query  # the view of the screens reads it from the same address
    return pictures.document_picture(digest, page)


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
