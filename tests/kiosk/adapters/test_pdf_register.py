"""The warehouse's register on paper: every entry once, in both languages, and blank pages for a pen (P3, SOCP 2.7)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.layout import layout
from kiosk.adapters.xlsx import workbook
from kiosk.core.book import Book, Line
from kiosk.core.journal import GoodsIn, GoodsOut, RegisterCorrected

AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
NOON = AT - timedelta(hours=5)


def line(n, kind="in", text=""):
    """A line; its number is its own."""
    day, number = f"2026-11-{1 + n // 9:02}", f"XXXXPARS{n:07}"
    told = (NOON.isoformat(), day)
    head = (f"{n:032x}", "K7QD", "9453", "ccn", number)
    match kind:
        case "in":
            fact = GoodsIn(*head, "99999001495785", 10, "A-12", "Exemple", n % 2 == 0, text, *told, "2027-01-01")
        case "out":
            rest = ("proof", "K7QD.000012", 1, 3, number, 7, "Exemple", "J. Tremblay", "L 123", text, "", *told)
            fact = GoodsOut(*head, 4, *rest)
        case _:
            fact = RegisterCorrected(*head, "0" * 32, 9, "", text or "counted again", *told)
    return Line(NOON + timedelta(minutes=n), "W7001", fact)


def pages(book):
    """The text of each page."""
    document = pypdfium2.PdfDocument(PdfPaper().register(book, AT))
    return [page.get_textpage().get_text_bounded() for page in document]


def test_a_day_says_what_came_and_went_with_whom_and_on_what():
    (page,) = pages(Book("9453", "2026-11-01", (line(1), line(1, "out"), line(1, "correction", "one too many"))))

    for said in ("Warehouse register / Registre d’entrepôt", "Sub-location 9453 / Sous-emplacement 9453", "K7QD.000012 / 3"):
        assert said in page
    for said in (
        "J. Tremblay",
        "L 123",
        "99999001495785",
        "2027-01-01",
        "one too many",
        "Pieces in: 10. Pieces out: 4. Entries: 3.",
    ):
        assert said in page
    assert "Pièces entrées : 10. Pièces sorties : 4. Inscriptions : 3." in page


@settings(max_examples=12)
@given(st.lists(st.tuples(st.sampled_from(["in", "out", "correction"]), st.integers(0, 100)), max_size=60))
def test_every_entry_of_a_month_stands_on_it_once_and_within_the_page(entries):
    """P3: no row is lost at the end of a page, however long its remark is."""
    book = Book("9453", "2026-11", tuple(line(n, kind, "w" * long) for n, (kind, long) in enumerate(entries)))
    found = pages(book)

    for n in range(len(entries)):
        assert "".join(found).count(f"XXXXPARS{n:07}") == 1
    assert "".join(found).count("Entries:") == 1
    assert all(f"{n} / {len(found)}" in page for n, page in enumerate(found, 1))
    if not entries:
        assert "No entries." in found[0]


def test_blank_pages_have_lines_for_a_pen_and_a_place_for_initials():
    """SOCP 2.7: paper records during an outage."""
    first, second = pages(Book("9453", "", blank=2))

    for page in (first, second):
        assert "To be filled in with a pen / À remplir au stylo" in page
        assert "Initials" in page
        assert "Entries:" not in page
    assert layout("register").rows >= 12


def test_the_same_register_gives_the_same_bytes():
    book = Book("9453", "2026-11-01", (line(1), line(2, "out")))

    assert PdfPaper().register(book, AT) == PdfPaper().register(book, AT)


@given(st.lists(st.lists(st.text(max_size=9), min_size=2, max_size=2), max_size=5))
@settings(max_examples=25)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(rows):
    """A barcode may hold anything."""
    rows = [*rows, ["=1+1", "12"], ["@SUM(A1)", "٣"], ["https://example.invalid", "-1"]]

    content = workbook("Register 9453 [x]: all of November, whatever it holds", ["a", "b"], rows, {1})

    with ZipFile(BytesIO(content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "hyperlink" not in page
        assert "<v>12</v>" in page
    assert content == workbook("Register 9453 [x]: all of November, whatever it holds", ["a", "b"], rows, {1})
