"""Clients' documents as they come: CCDs and forms, upright and turned, scanned and photographed, with room and without."""

import io
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from drivers.pages import Reader, scans
from kiosk.adapters.pades import PdfBinder
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.endorse import Overlay
from kiosk.adapters.pdf.layout import Box
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.onto import Sheaf, draw_endorsement, draw_pictures
from kiosk.adapters.pdf.stamp import Imprint, Issue
from kiosk.core.endorsement import Original, Picture, rows_on
from kiosk.core.proof import statements
from kiosk.core.sheet import Asked, Header, Line, QuerySheet, Removed, Where
from kiosk.core.stamp import Act, Stamp
from tests.fakes import AUTHORITY, NOON, real_seal
from tests.kiosk.adapters.pdf_samples import CHECKPOINT, PAPER, line

HEADER = Header("0453", "Example Brokerage", "12345", "Jo Doe 519-555-0100")
WORDS = "fictitious freight of no great weight in wooden boxes without marks "


def ccd(number="8XXX-000001", *, size=(215.9, 279.4), lines=6, pages=1):
    """A cargo control document: bars, framed fields, and a lot of empty paper below; further pages say more and have no bars."""
    sheaf = Sheaf("CCD", "")
    for page in range(pages):
        pen = sheaf.page(*size)
        pen.text(Box(12, 10, 120, 8), "CARGO CONTROL DOCUMENT" if not page else f"CONTINUED {page + 1}", Face(15, bold=True))
        if not page:
            pen.symbol(Box(size[0] - 95, 10, 85, 14), "code128", number, [0.338667])
            pen.text(Box(size[0] - 90, 25, 70, 5), number, Face(10))
        for n in range(lines):
            box = Box(12, 34 + 12 * n, size[0] - 24, 11)
            pen.frame(box, 0.25)
            pen.text(Box(box.x + 2, box.y + 1, box.w - 4, 4), f"Field {n}", Face(6))
            pen.text(Box(box.x + 2, box.y + 5, box.w - 4, 5), WORDS, Face(9))
        pen.turn()
    return sheaf.done()


def dense(number="8XXX-000001"):
    """A page that is full of type from edge to edge, with its bars in between."""
    sheaf = Sheaf("dense", "")
    pen = sheaf.page(215.9, 279.4)
    for n in range(66):
        if not 20 <= n <= 24:
            pen.text(Box(5, 6 + 4 * n, 205, 4), WORDS * 3, Face(9))
    pen.text(Box(5, 6 + 4 * 22, 55, 4), WORDS, Face(9))
    pen.symbol(Box(70, 6 + 4 * 20.4, 90, 15), "code128", number, [0.338667])
    pen.text(Box(160, 6 + 4 * 22, 50, 4), WORDS, Face(9))
    pen.turn()
    return sheaf.done()


def form(numbers, blank=0):
    """The query form, as the kiosk itself draws it for clients."""
    return PAPER.form(HEADER, numbers, "code128", blank)


def rendered(pdf, page=0, dpi=200):
    """A page as anybody's viewer shows it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / 72).to_pil().convert("L")


def png(picture, **more):
    """A picture as a file."""
    into = io.BytesIO()
    picture.save(into, "PNG", **more)
    return into.getvalue()


def scanned(pdf, *, rotate=0, turned=0, dpi=200):
    """A PDF that is the scan of one: a picture on a page, laid in turned and turned back by the page's own rotation."""
    picture = rendered(pdf, dpi=dpi).rotate(turned, expand=True)
    rng = np.random.default_rng(7)
    noisy = np.clip(np.asarray(picture, np.int16) * 0.93 + 8 + rng.normal(0, 3, picture.size[::-1]), 0, 255).astype(np.uint8)
    into = io.BytesIO()
    Image.fromarray(noisy).save(into, "PDF", resolution=dpi)
    return changed(into.getvalue(), lambda page: page.__setitem__("/Rotate", rotate)) if rotate else into.getvalue()


def changed(pdf, *edits, whole=lambda pdf: None, **save):
    """A PDF with its first page, or all of it, changed."""
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for edit in edits:
            edit(opened.pages[0].obj)
        whole(opened)
        opened.save(into, **save)
    return into.getvalue()


def photo(pdf):
    """A telephone's picture: askew on a dark table, one side in the shade, a little noise."""
    page = np.asarray(rendered(pdf, dpi=250))
    h, w = page.shape
    onto = np.float32([[260, 180], [w + 210, 120], [w + 300, h + 190], [170, h + 240]])
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), onto)
    table = np.full((h + 420, w + 480), 58, np.uint8)
    picture = cv2.warpPerspective(page, matrix, table.shape[::-1], dst=table, borderMode=cv2.BORDER_TRANSPARENT)
    shade = np.linspace(1.0, 0.72, picture.shape[1])[None, :] * np.linspace(0.97, 0.86, picture.shape[0])[:, None]
    noise = np.random.default_rng(3).normal(0, 2.5, picture.shape)
    return png(Image.fromarray(np.clip(picture * shade + noise, 0, 255).astype(np.uint8)))


@cache
def _statement_seals(sheet, stamp):
    seal = real_seal()
    return tuple(seal.seal(page) for page in statements(sheet, stamp, CHECKPOINT.short, PAPER.rows_per_page))


def sheet_of(reader, document, *, marks=("R",), file="doc.pdf", number="K7QD.000123"):
    """The sheet that a document's bars make: its rows get these marks in turn, `removed` too; and the page pictures' sizes."""
    rows, sizes, n = [], {}, 0
    for page in reader.read(document, file=file, compare=False):
        sizes[page.page] = (page.width, page.height)
        for found in scans(page, clock=lambda: NOON, number=lambda: "scan"):
            if hasattr(found, "text"):
                rows.append(_row(found, n, marks[n % len(marks)]))
                n += 1
    return QuerySheet(number, HEADER, tuple(rows)), sizes


def _row(found, n, mark):
    from kiosk.core.answer import Reason

    reason = {"R": Reason.RELEASED, "NR": Reason.EXAM, "N/A": Reason.NOT_ON_FILE, "removed": Reason.RELEASED}[mark]
    row = line(found.text, reason, as_of=NOON)
    place = found.place
    row = Line(Asked(f"scan-{n}", found.text, row.asked.references, where=Where(place.file, place.page, place.box)), row.answer)
    return Removed(row, "not this one") if mark == "removed" else row


def original_of(reader, document, sheet, sizes, file="doc.pdf"):
    """The document as the kiosk hands it to its press."""
    pages = tuple(
        Picture(ink.columns, ink.taken, ink.width, ink.height)
        for ink in (reader.ink(document, n) for n in range(reader.pages(document)))
    )
    pdf = document if document.startswith(b"%PDF") else b""
    pngs = () if pdf else tuple(reader.picture(document, n, 1700) for n in range(len(pages)))
    return Original("ab" * 32, file, pages, pdf, pngs, rows_on(sheet, file, sizes))


def endorsed(reader, document, *, act=Act.RELEASED, specimen=True, cover=False, **sheet):
    """The document with what is put on it, the plan, and the document as a PDF."""
    query, sizes = sheet_of(reader, document, **sheet)
    original = replace(original_of(reader, document, query, sizes), cover=cover)
    stamp = Stamp(act, AUTHORITY, "0453", "12345", NOON, specimen)
    seals = [seal.decode() for seal in _statement_seals(query, stamp)]
    overlay = Overlay(query, Issue(stamp, CHECKPOINT.short, Imprint("", PdfPaper().imprint.zone)), seals)
    pdf = original.pdf or draw_pictures(original)
    binder = PdfBinder()
    drawn, onto, plan = draw_endorsement(overlay, original, binder.measure(pdf))
    return binder.bind(pdf, drawn, onto), plan, pdf, seals


def reader():
    """A reader of one process."""
    return Reader(processes=1)
