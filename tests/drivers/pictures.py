"""Pages drawn for tests: forms, scans of them, and files that are out to do harm. Plain functions from facts to bytes."""

import io
import zlib

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


def pdf(*objects, root=1):
    """A PDF from its objects, numbered from 1: bytes, or (dictionary entries, stream)."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, item in enumerate(objects, start=1):
        places.append(len(out))
        body = item if isinstance(item, bytes) else _stream(*item)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def _stream(entries, stream):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(stream), stream)


def _one_page(contents, *more, box=b"0 0 612 792", resources=b""):
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>" % (box, resources),
        contents,
        *more,
    )


def huge_page(inches=200):
    """One page, 200 inches a side."""
    side = b"%d" % (72 * inches)
    return _one_page((b"", b"0 0 m"), box=b"0 0 %s %s" % (side, side))


def nested_flate(size=3_000_000_000):
    """A few kilobytes whose content stream wants gigabytes: zeros, deflated twice."""
    packer, inner = zlib.compressobj(9), bytearray()
    block = b"0 0 m 1 1 l S\n" * 74_900
    for _ in range(max(1, size // len(block))):
        inner += packer.compress(block)
    inner += packer.flush()
    return _one_page((b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(bytes(inner), 9)))


def endless(depth=8, width=10):
    """Form XObjects that call the next one ten times each: 10 ** depth drawings."""
    calls = b"/F Do " * width
    forms = [
        (b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /F %d 0 R >> >>" % (n + 6), calls)
        for n in range(depth)
    ]
    last = (b"/Type /XObject /Subtype /Form /BBox [0 0 612 792]", b"0 0 10 10 re f")
    return _one_page((b"", calls), *forms, last, resources=b"/XObject << /F 5 0 R >>")


def many_pages(count):
    """A PDF of so many empty pages."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count), *[page] * count)


def encrypted(data, password="secret"):
    """The same PDF behind a password."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, encryption=pikepdf.Encryption(user=password, owner=password))
    return out.getvalue()
