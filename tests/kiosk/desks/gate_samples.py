"""A gate with real keys, real paper and a real record, and what forgers do: cut, paint, photograph, seal with keys of their own."""

import io
from dataclasses import dataclass, field
from datetime import timedelta

import cbor2
import cv2
import numpy as np
import pypdfium2
import zxingcpp

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.ed25519.cose import as_text, encode, from_text, sign1
from kiosk.adapters.pades import PdfSigner, certificate_der, check
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.hold import HoldList, digest, listed
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.sheet import Header
from kiosk.core.trust import TrustList
from kiosk.desks.counter import Counter
from kiosk.desks.gate import Gate, Known
from kiosk.desks.press import OwnPress
from tests.fakes import AUTHORITY, NOON, FakeClock, FakeStore, Fragile, real_seal, scan, transaction, trusted
from tests.kiosk.adapters.ed25519_samples import identity

HEADER = Header("0453", "Fictitious Freight Ltd.", "C-1", "555-0100")
RELEASED, HELD, OTHER = "99999001495785", "99999001495786", "99999001495787"
BSO, KEEPER = "12345", "W7001"


@dataclass
class Yard:
    """An office's counter, and a gate that knows its keys and its holds; what is on hold is put there from outside."""

    folder: object
    reader: object
    clock: FakeClock = field(default_factory=FakeClock)
    source: str = "list"

    def __post_init__(self):
        self.journal = Fragile(SqlJournal(f"sqlite:///{self.folder / 'record.sqlite3'}"))
        self.store = FakeStore(self.clock)
        for number, reason in ((RELEASED, Reason.RELEASED), (HELD, Reason.EXAM), (OTHER, Reason.RELEASED)):
            self.store.put(transaction(number), reason)
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        private, certificate = identity()
        self.press = OwnPress.of(PdfPaper(), real_seal(), PdfSigner(private, certificate))
        self.certificates = [certificate_der(certificate)]
        self.keys = [trusted()[1]]
        self.numbers, self.sheets, self.listed_at = [], [], None
        self.went = {}
        self.gate = Gate(
            self.journal,
            self.clock,
            lambda: Ed25519Seal(TrustList(1, NOON, tuple(self.keys))),
            lambda pdf: check(pdf, self.certificates).code,
            self.known,
            self.reader,
            gone=lambda kind, number: self.went.get(number, ()),
        )

    def known(self, verdict):
        """A hold list of this station, as old as the test says."""
        numbers = listed(digest(kind, number) for kind, number in self.numbers)
        sheets = listed(digest("sheet", number) for number in self.sheets)
        at = self.listed_at or self.clock()
        return Known({"K7QD": HoldList(AUTHORITY, "K7QD", 1, at, numbers, sheets)}, self.source)

    def stamped(self, *numbers):
        """A sheet that was stamped over these numbers."""
        sheet = self.counter.open(HEADER, BSO)
        sheet = self.counter.scan(sheet, [scan(number) for number in numbers], BSO)
        self.counter.stamp(sheet, BSO, self.press, specimen=False)
        return sheet.number

    def seals(self, sheet):
        """The seals of a sheet, as text."""
        return list(self.counter.stamping(sheet).seals)

    def pdf(self, sheet):
        """The signed PDF."""
        return self.journal.document(self.counter.stamping(sheet).document)

    def present(self, given, by=KEEPER, **more):
        """Somebody brings something."""
        return self.gate.present(given, by, **more)


def repacked(text, change, key=None):
    """A seal whose statement was changed; sealed again with a key, or left under the signature that it had."""
    protected, header, payload, signature = cbor2.loads(from_text(SEAL_PREFIX, text.encode())).value
    values = cbor2.loads(payload)
    change(values)
    if key is not None:
        return as_text(SEAL_PREFIX, sign1(key, encode(values))).decode()
    message = encode(cbor2.CBORTag(18, [protected, header, encode(values), signature]))
    return as_text(SEAL_PREFIX, message).decode()


def drawn(pdf, page=0, dpi=200):
    """A page as grey pixels."""
    return np.ascontiguousarray(pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_numpy().squeeze())


def png(grey):
    """Pixels as a file."""
    return cv2.imencode(".png", grey)[1].tobytes()


def photographed(grey, *, turn=1.5, blur=0.6, quality=80):
    """What a phone makes of a page on a table: turned a little, in perspective, not quite sharp, as a JPEG."""
    height, width = grey.shape
    frame = cv2.copyMakeBorder(grey, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=200)
    tilt = np.float32([[60, 60], [width + 60, 60], [width + 60, height + 60], [60, height + 60]])
    seen = tilt + np.float32([[18, 12], [-14, 4], [2, -10], [-6, 2]])
    frame = cv2.warpPerspective(frame, cv2.getPerspectiveTransform(tilt, seen), frame.shape[::-1], borderValue=200)
    spin = cv2.getRotationMatrix2D((frame.shape[1] / 2, frame.shape[0] / 2), turn, 1)
    frame = cv2.warpAffine(frame, spin, frame.shape[::-1], borderValue=200)
    frame = cv2.GaussianBlur(frame, (0, 0), blur)
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def bars_of(grey, text):
    """Where the bars of a number are on a page: x, y, width, height."""
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.barcode_formats_from_str("Code128"))
    place = next(one.position for one in found if one.text.replace("-", "") == text)
    xs, ys = zip(*((p.x, p.y) for p in (place.top_left, place.bottom_right)), strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def painted(grey, text, other):
    """A photocopy on which the bars of a number were painted over, and those of another drawn there."""
    copy = grey.copy()
    x, y, width, height = bars_of(grey, text)
    x, y, width, height = x - 12, y - 14, width + 24, height + 28
    copy[y : y + height, x : x + width] = 255
    code = zxingcpp.create_barcode(other, zxingcpp.BarcodeFormat.Code128)
    bars = np.array(code.to_image(scale=1, add_quiet_zones=False))[:1]
    wide = cv2.resize(bars, (bars.shape[1] * 3, height - 8), interpolation=cv2.INTER_NEAREST)
    copy[y + 4 : y + height - 4, x + 14 : x + 14 + wide.shape[1]] = wide
    return copy


def later(**by):
    """A moment after noon."""
    return NOON + timedelta(**by)


def overlaid(pdf, text="R"):
    """The same PDF with something drawn over its first page, by a program that writes it anew."""
    import pikepdf
    from reportlab.pdfgen.canvas import Canvas

    ink = io.BytesIO()
    canvas = Canvas(ink)
    canvas.setFont("Helvetica-Bold", 30)
    canvas.drawString(300, 500, text)
    canvas.save()
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document, pikepdf.open(io.BytesIO(ink.getvalue())) as over:
        document.pages[0].add_overlay(over.pages[0])
        document.save(into)
    return into.getvalue()


def appended(pdf):
    """The same PDF with an incremental update that draws over its first page: the signed bytes stay an exact prefix."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    drawing = generic.StreamObject(stream_data=b"q 0 0 0 rg 300 500 40 40 re f Q")
    page, _ = writer.find_page_for_modification(0)
    contents = page.get_object()["/Contents"]
    before = list(contents) if isinstance(contents, generic.ArrayObject) else [page.get_object().raw_get("/Contents")]
    page.get_object()["/Contents"] = generic.ArrayObject([*before, writer.add_object(drawing)])
    writer.update_container(page.get_object())
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def joined(*pages):
    """One PDF of pages of others: (pdf, page)."""
    import pikepdf

    into = io.BytesIO()
    with pikepdf.new() as document:
        for pdf, page in pages:
            with pikepdf.open(io.BytesIO(pdf)) as source:
                if "/Annots" in source.pages[page]:
                    del source.pages[page]["/Annots"]  # the frame of a signature that is lost
                document.pages.append(source.pages[page])
        document.save(into)
    return into.getvalue()
