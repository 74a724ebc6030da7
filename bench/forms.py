"""A whole form: 40 rows read, asked in one round trip, recorded. Floor: rendering, zxing-cpp alone, and the durable INSERTs."""

import pypdfium2
import zxingcpp

from bench import stores
from bench.measure import Report, added, interleaved
from drivers.pages import Pages, Reader
from kiosk.adapters.acros import Acros
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.config import clock
from kiosk.core.sheet import Header, Line
from kiosk.desks.counter import Counter

ROWS = 40
HEADER = Header("0453", "Example Brokerage", "99999", "519-555-0199")
FORMATS = zxingcpp.barcode_formats_from_str("Code39,Code128")


def pictures(pdf: bytes) -> list:
    """The pages at 300 dpi, grey."""
    document = pypdfium2.PdfDocument(pdf)
    return [document[n].render(scale=300 / 72, grayscale=True).to_numpy() for n in range(len(document))]


def run(report: Report) -> None:
    report.title(f"a whole form of {ROWS} rows -> answers, recorded")
    numbers = stores.numbers(1_000)[:ROWS]
    form = PdfPaper().form(HEADER, numbers, "code128", 0)
    store = Acros(clock, authority="acros-stub", app="acros_stub.web:create_app", database=f"sqlite:///{stores.store(1_000)}")
    journal = SqlJournal(f"sqlite:///{stores.folder() / 'forms.sqlite3'}")
    table = stores.durable(stores.folder() / "forms-bare.sqlite3")
    counter = Counter(store, journal, clock, "K7QD")
    sheets = [pictures(form)]
    with Reader() as reader:

        def whole() -> None:
            with Pages([form], clock=clock, reader=reader) as pages:
                sheet = counter.scan(counter.open(HEADER, "bench"), list(pages), "bench")
            assert sum(isinstance(row, Line) for row in sheet.rows) == ROWS, sheet.rows

        work = {
            "whole": whole,
            "zxing": lambda: [zxingcpp.read_barcodes(page, formats=FORMATS) for page in sheets[0]],
            "render": lambda: pictures(form),
            "insert": lambda: [stores.insert(table, b"x" * 20_000) for _ in range(2)],
        }
        taken = interleaved(work, rounds=7)
    report.line("rendering at 300 dpi alone (pdfium)", taken["render"])
    report.line("zxing-cpp alone on the same pictures", taken["zxing"])
    report.line(
        "form -> answers (floor: rendering + zxing-cpp + INSERTs)", taken["whole"], added(*(taken[n] for n in work if n != "whole"))
    )
    journal.close()
    table.close()
