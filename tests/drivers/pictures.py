"""Pages drawn for tests: forms, labels, scans of them. Plain functions from facts to bytes or pixels."""

import io

import numpy as np
import zxingcpp
from PIL import Image
from reportlab.graphics.barcode import code39, code128
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

ROWS = ("99999-001495785", "99999-001495786", "99999-001495787", "8XXXPARS123456", "XXXX7700112")


def form(rows=ROWS, printed=None, symbology="Code128", per_page=10):
    """A query form as SOCP 4.2 has it: the number at the left, the bars in the middle, the number again under them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter, invariant=1)
    printed = printed or rows
    for start in range(0, max(1, len(rows)), per_page):
        _form_page(canvas, list(zip(rows, printed, strict=True))[start : start + per_page], symbology)
    canvas.save()
    return out.getvalue()


def _form_page(canvas, rows, symbology):
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(60, 740, "Multiple Import Shipment Release Query form")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(60, 715, "Release office: 0453    Client name: Example Customs Brokers")
    for n, (text, words) in enumerate(rows):
        y = 650 - 58 * n
        canvas.rect(50, y - 18, 500, 54)
        canvas.drawString(60, y + 8, words)
        _bars(symbology, text).drawOn(canvas, 230, y)
        canvas.drawString(250, y - 11, words)
    canvas.showPage()


def _bars(symbology, text):
    if symbology == "Code39":
        return code39.Standard39(text, barWidth=0.86, ratio=2.5, barHeight=28, checksum=0, stop=1)
    return code128.Code128(text, barWidth=0.86, barHeight=28)


def bars(text, symbology="Code128", module=3, height=90):
    """The bars of one symbol as a picture, without a quiet zone."""
    symbol = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
    drawn = np.asarray(symbol.to_image(scale=module))
    return np.repeat(drawn[len(drawn) // 2][None], height, axis=0)


def sheet(*placed, size=(1700, 2200), paper=255):
    """A page with symbols at places: (text, symbology, x, y) each."""
    page = np.full((size[1], size[0]), paper, np.uint8)
    for text, symbology, x, y in placed:
        symbol = bars(text, symbology)
        page[y : y + symbol.shape[0], x : x + symbol.shape[1]] = symbol
    return page


def saved(page, kind="PNG", **options):
    """A picture's bytes in a file format."""
    out = io.BytesIO()
    (page if isinstance(page, Image.Image) else Image.fromarray(page)).save(out, kind, **options)
    return out.getvalue()


def tiff(*pages):
    """A TIFF of several pages."""
    first, *rest = (Image.fromarray(page) for page in pages)
    return saved(first, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")
