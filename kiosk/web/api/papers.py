"""What leaves the kiosk on paper: the stamped sheet and its copies, the slip that goes back, and every document once more."""

import hashlib

from flask import g

from kiosk.core.faults import Unavailable
from kiosk.web import counter as desk
from kiosk.web import forms as pictures
from kiosk.web.api.asked import Digest, Page, Printing, SheetNumber, Width
from kiosk.web.api.operation import Pdf, Png
from kiosk.web.api.replies import Handed, Slip
from kiosk.web.counter import found
from kiosk.web.house import house


def return_form(number: SheetNumber) -> Slip:
    """Return a form: the slip with each faulty row, its place and what to mend. Its PDF is the `document`."""
    sheet, badge = found(number), g.session.badge
    pdf = house().counter.give_back(sheet, house().press, pictures.cutouts(sheet), badge)
    house().counter.handed_over(sheet, pdf, "browser", badge)
    return Slip(number, _digest(pdf), sheet.faults)


def print_sheet(number: SheetNumber, body: Printing) -> Handed:
    """Hand over a stamped sheet: the original first, then COPY n. Its PDF is the `document`.

    Each request is another copy; the same one is got again as a document.
    """
    kiosk, badge, sheet = house(), g.session.badge, found(number)
    pdf, copy = kiosk.counter.hand_over(sheet, body.how, kiosk.press, badge)
    job = None
    if body.how == "printer":
        try:
            job = kiosk.printer.submit(pdf, number)
        except Unavailable as no:
            kiosk.counter.failed(sheet, no, badge, copy)
            raise
    return Handed(number, _digest(pdf), copy, job)


def get_document(digest: Digest) -> Pdf:
    """Get a document that the kiosk drew: a proof, a copy, a slip."""
    return desk.document(digest)


def get_document_page(digest: Digest, page: Page, query: Width) -> Png:
    """Get a page (from 0) of such a document as a picture."""
    del query  # the view of the screens reads it from the same address
    return pictures.document_picture(digest, page)


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
