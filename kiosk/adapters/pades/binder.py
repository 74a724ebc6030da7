"""Something drawn on a client's own PDF, as an incremental update: his bytes are an exact prefix of what comes out (P1).

A page is drawn on as it is seen, whichever way it is turned, cut or scaled; what was on it before cannot bend what is drawn.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject

from kiosk.adapters.pades.anatomy import box_of, check_extensible, measured, turned, unit_of
from kiosk.adapters.pades.opening import reader_of, writer_of
from kiosk.adapters.pades.signature import prepared
from kiosk.core.endorsement import Draft, Measured, Onto
from kiosk.core.faults import Refusal

_NAME: Final = "/KioskOverlay"


class PdfBinder:
    """The `Binder` of PDFs. It needs no key."""

    def measure(self, pdf: bytes) -> tuple[Measured, ...]:
        """The pages of a document that can be extended; `Refusal` for one that can't."""
        with _told():
            reader = reader_of(pdf)
            check_extensible(reader)
            return measured(reader)

    def bind(self, pdf: bytes, overlay: bytes, onto: Sequence[Onto]) -> bytes:
        """The document with each page of the overlay where it belongs; it begins with the document's own bytes."""
        with _told():
            writer, drawn = writer_of(pdf), PdfFileReader(BytesIO(overlay))
            for n, to in enumerate(onto):
                if to.how == "on":
                    _draw(writer, to.page, n, writer.import_page_as_xobject(drawn, n))
            last_first = sorted(enumerate(onto), key=lambda one: (one[1].page, one[1].how == "after", one[0]), reverse=True)
            for n, to in last_first:
                if to.how != "on":
                    _insert(writer, to, drawn, n)
            into = BytesIO()
            writer.write(into)
            return into.getvalue()

    def prepare(self, pdf: bytes, at: datetime) -> Draft:
        """The document with an empty place for its signature; it begins with the document's own bytes."""
        with _told():
            return prepared(pdf, at)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever a hostile or broken file breaks in the library is a reason of its own."""
    try:
        yield
    except (Refusal, MemoryError):
        raise
    except Exception as error:
        raise Refusal("endorse-broken", why=type(error).__name__) from error


def _draw(writer: IncrementalPdfFileWriter, page: int, n: int, form: generic.IndirectObject) -> None:
    """Over all that is on a page. What was there is kept between q and Q, so that its state ends where it does."""
    reference, resources = writer.find_page_for_modification(page)
    target = reference.get_object()
    drawn = generic.DictionaryObject(resources.get_object())
    known = generic.DictionaryObject(drawn["/XObject"]) if "/XObject" in drawn else generic.DictionaryObject()
    name = next(one for one in (f"{_NAME}{n}{'x' * more}" for more in range(1000)) if one not in known)
    known[pdf_name(name)] = form
    drawn[pdf_name("/XObject")] = known
    target[pdf_name("/Resources")] = writer.add_object(drawn)
    before, after = _stream(writer, b"q"), _stream(writer, f"Q q {_matrix(target)} cm {name} Do Q".encode())
    target[pdf_name("/Contents")] = generic.ArrayObject([before, *_contents(writer, target), after])
    writer.mark_update(reference)


def _contents(writer: IncrementalPdfFileWriter, page: Any) -> list[generic.IndirectObject]:  # noqa: ANN401
    """The streams that a page is made of."""
    if "/Contents" not in page:
        return []
    contents = page["/Contents"]
    if isinstance(contents, generic.ArrayObject):
        return list(contents)
    raw = page.raw_get("/Contents")
    return [raw if isinstance(raw, generic.IndirectObject) else writer.add_object(raw)]


def _matrix(page: Any) -> str:  # noqa: ANN401
    """From points of the page as it is seen, upright and from its lower left corner, to its own units."""
    left, low, right, high = box_of(page)
    s = 1 / unit_of(page)
    numbers = {
        0: (s, 0, 0, s, left, low),
        90: (0, s, -s, 0, right, low),
        180: (-s, 0, 0, -s, right, high),
        270: (0, -s, s, 0, left, high),
    }[turned(page)]
    return " ".join(f"{number:.6f}" for number in numbers)


def _insert(writer: IncrementalPdfFileWriter, to: Onto, drawn: PdfFileReader, n: int) -> None:
    """A page of our own; nothing of the document's pages is inherited by it."""
    form = writer.import_page_as_xobject(drawn, n)
    box = [float(one) for one in form.get_object()["/BBox"]]
    resources = generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject({pdf_name(_NAME): form})})
    page = PageObject(_stream(writer, f"{_NAME} Do".encode()), box, resources)
    page[pdf_name("/CropBox")] = generic.ArrayObject(map(generic.FloatObject, box))
    page[pdf_name("/Rotate")] = generic.NumberObject(0)
    writer.insert_page(page, after=to.page if to.how == "after" else to.page - 1)


def _stream(writer: IncrementalPdfFileWriter, data: bytes) -> generic.IndirectObject:
    return writer.add_object(generic.StreamObject(stream_data=data))
