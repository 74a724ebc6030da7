"""Grades of whole pages: drawn, scanned, damaged on purpose."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from drivers.pages import Reader
from drivers.picture import Evidence, Limits, Problem, Symbol, Unread, Unreadable
from drivers.picture.grade import LINES, Parameter
from drivers.picture.grade.advice import Advice, advice
from drivers.picture.grade.symbol import aperture, graded, lines
from drivers.picture.render import Picture, opened
from drivers.scan import Symbology
from tests.drivers.pictures import ROWS, bars, form, saved, sheet

TEXT = "99999-001495785"
both = pytest.mark.parametrize("symbology", ["Code128", "Code39"])


def one(page, symbology="Code128", box=(300, 300), **more):
    """The grade of the one symbol of a page."""
    height, width = bars(TEXT, symbology).shape
    x, y = box
    kind = Symbology.CODE128 if symbology == "Code128" else Symbology.CODE39
    symbol = Symbol(TEXT, kind, (x, y, x + width, y + height), Evidence(("test",)))
    (found,) = graded(Picture(page, **more), [symbol], [])
    return found


def page_with(symbology="Code128", paper=255):
    return sheet((TEXT, symbology, 300, 300), size=(1600, 700), paper=paper)


@both
def test_a_clean_page_is_an_a_with_nothing_to_do(symbology):
    found = one(page_with(symbology), symbology)

    assert (found.grade, found.letter, found.fault, advice(found)) == (4.0, "A", None, ())
    assert len(found.lines) == LINES
    assert found.narrow == pytest.approx(3.0, abs=0.01)
    assert found.mil == 0.0


@both
def test_a_clean_pdf_is_an_a_and_its_narrow_bar_is_known_in_mil(symbology):
    """A bar of 0.86 points is 11.9 thousandths of an inch; it is drawn finer than the page to be graded."""
    document = opened(form(symbology=symbology), Limits())

    with Reader() as reader:
        (page,) = reader.grades(form(symbology=symbology), file="form.pdf")

    assert document.pages == 1
    assert (page.file, page.page, page.fault) == ("form.pdf", 0, None)
    assert tuple(found.text for found in page.places) == ROWS
    assert all((found.letter, found.drawn) == ("A", True) for found in page.places)
    assert all(found.mil == pytest.approx(0.86 / 72 * 1000, abs=0.2) for found in page.places)


def test_the_same_symbol_turned_any_right_way_has_the_same_grade():
    page = page_with()
    page[300:390, 400:402] = 120
    upright = one(page)
    turned = np.ascontiguousarray(np.rot90(page))
    height, width = bars(TEXT).shape
    y = 1600 - 300 - width
    symbol = Symbol(TEXT, Symbology.CODE128, (300, y, 300 + height, y + width), Evidence(("test",)))

    (found,) = graded(Picture(turned), [symbol], [])

    assert found.marks.keys() == upright.marks.keys()
    assert found.grade == pytest.approx(upright.grade, abs=0.11)


def test_a_symbol_that_lies_askew_is_graded_along_its_own_rows():
    askew = Image.fromarray(page_with()).rotate(20, Image.Resampling.BICUBIC, expand=True, fillcolor=255)

    with Reader() as reader:
        (page,) = reader.grades(saved(askew))

    (found,) = page.places
    assert found.text == TEXT
    assert found.letter == "A"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("pale", Parameter.MINIMUM_REFLECTANCE),
        ("blurred", Parameter.MODULATION),
        ("spotted", Parameter.DEFECTS),
        ("boxed", Parameter.QUIET_ZONE),
        ("dark paper", Parameter.SYMBOL_CONTRAST),
        ("struck through", Parameter.DECODE),
    ],
)
def test_the_parameter_that_pulls_a_damaged_symbol_down_is_named(name, fault):
    found = one(damaged(name))

    assert found.fault is fault
    assert found.grade < 3.5
    assert advice(found)


def damaged(name):
    """A page with one thing wrong."""
    page = page_with()
    match name:
        case "pale":
            return (255 - (255 - page.astype(int)) * 0.4).astype(np.uint8)
        case "dark paper":
            return (page.astype(int) * 0.45).astype(np.uint8)
        case "blurred":
            return np.array(Image.fromarray(page).filter(ImageFilter.GaussianBlur(1.9)))
        case "spotted":
            page[300:390] = np.where(np.arange(1600) % 3 == 1, np.where(page[300:390] == 255, 185, page[300:390]), page[300:390])
        case "boxed":
            page[290:400, 310:312] = 0
        case "struck through":
            for n in range(90):
                page[300 + n, 420 + 2 * n : 440 + 2 * n] = 0  # wider than any bar, so that none hides it
    return page


def test_a_faint_line_across_costs_some_lines_and_so_a_part_of_the_mean():
    """The overall grade is the mean of ten lines over the middle 80 % of the bars."""
    page = page_with()
    page[300 + 9 : 300 + 24, 420:432] = 0  # two of the ten

    found = one(page)

    assert sum(line == 0.0 for line in found.lines) == 2
    assert found.grade == pytest.approx(3.2)


def test_what_lies_outside_the_inspection_band_costs_nothing():
    page = page_with()
    page[300:308, 420:432] = 0
    page[383:390, 420:432] = 0

    assert one(page).grade == 4.0


@pytest.mark.parametrize(("mil", "spot"), [(6.9, 3), (7, 5), (12.9, 5), (13, 10), (24.9, 10), (25, 20), (40, 20)])
def test_the_spot_is_the_standards_for_the_narrow_bar(mil, spot):
    """At 1000 dpi a pixel is a thousandth of an inch. ISO/IEC 15416: 3, 5, 10, 20."""
    assert aperture(mil, mil) == pytest.approx(spot)


def test_a_wider_spot_softens_edges_and_keeps_the_light():
    band = np.repeat(np.array([[0] * 20 + [255] * 20], np.uint8), 40, axis=0)

    sharp, soft = lines(band, 1.0), lines(band, 6.0)

    assert len(sharp) == len(soft) == LINES
    assert np.array_equal(sharp[0], band[0] / 255)
    assert soft[0].sum() == pytest.approx(sharp[0].sum())
    assert 0 < soft[0][19] < 0.5 < soft[0][20] < 1


def test_a_known_resolution_gives_the_narrow_bar_in_mil():
    assert one(page_with(), dpi=300.0).mil == pytest.approx(10.0, abs=0.1)


def test_a_place_that_was_not_read_is_an_f_with_its_reason():
    unread = Unread((10, 20, 100, 60), Unreadable.BLURRED)

    (found,) = graded(Picture(page_with()), [], [unread])

    assert (found.grade, found.letter, found.reason, found.text) == (0.0, "F", Unreadable.BLURRED, "")
    assert advice(found) == ()


def test_places_come_from_top_to_bottom():
    page = sheet(*((TEXT, "Code128", 300, y) for y in (900, 300, 600)), size=(1600, 1200))

    with Reader() as reader:
        (found,) = reader.grades(saved(page))

    assert [round(place.box[1] / 300) for place in found.places] == [1, 2, 3]


def test_a_symbol_at_the_pictures_border_has_no_white_beyond_it():
    """What the picture does not show is no quiet zone."""
    page = page_with()[:, 300 + 20 :]

    found = one(page, box=(0, 300))

    assert found.marks[Parameter.QUIET_ZONE].grade == 0.0


@pytest.mark.parametrize("box", [(0, 0, 2, 2), (0, 0, 1600, 700), (1590, 690, 1600, 700), (100, 100, 101, 400)])
def test_a_box_without_bars_is_an_f_and_no_error(box):
    symbol = Symbol(TEXT, Symbology.CODE39, box, Evidence(("test",)))

    (found,) = graded(Picture(np.full((700, 1600), 255, np.uint8)), [symbol], [])

    assert found.letter == "F"


def test_a_document_that_can_not_be_opened_comes_with_its_fault():
    with Reader() as reader:
        pages = list(reader.grades(b"nothing", file="x"))

    assert [(page.file, page.fault.problem, page.places) for page in pages] == [("x", Problem.NOT_A_PICTURE_OR_PDF, ())]


def test_a_page_that_can_not_be_drawn_costs_one_page_and_no_other():
    """P3: the pages after it are graded."""
    good = Image.fromarray(page_with())
    huge = Image.new("1", (9000, 9000), 1)
    out = io.BytesIO()
    good.save(out, "TIFF", save_all=True, append_images=[huge, good], compression="tiff_lzw")

    with Reader() as reader:
        pages = list(reader.grades(out.getvalue()))

    assert [page.fault and page.fault.problem for page in pages] == [None, Problem.PAGE_TOO_LARGE, None]
    assert [len(page.places) for page in pages] == [1, 0, 1]


def test_bars_too_fine_for_a_scan_are_first_to_be_scanned_finer():
    small = Image.fromarray(page_with()).resize((672, 294), Image.Resampling.BOX)
    height, width = bars(TEXT).shape
    symbol = Symbol(TEXT, Symbology.CODE128, (126, 126, 126 + int(0.42 * width), 126 + int(0.42 * height)), Evidence(("test",)))

    (found,) = graded(Picture(np.array(small), dpi=126.0), [symbol], [])

    assert found.fault in {Parameter.MODULATION, Parameter.DECODABILITY, Parameter.EDGE_CONTRAST}
    assert advice(found)[0] is Advice.SCAN_FINER
