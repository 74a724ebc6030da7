"""Where there are bars: none passed over, and nothing else taken for them."""

import io
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from drivers.picture import Limits
from drivers.picture.bars import Bars
from drivers.picture.find import grown, levelled, places
from drivers.picture.render import opened
from tests.drivers.pictures import bars, sheet

ONE = "99999-001495785"


def lines_of_text():
    """A page full of words, as a contract is."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter, invariant=1)
    for n in range(60):
        canvas.setFont("Helvetica" if n % 2 else "Courier", 8 + n % 5)
        canvas.drawString(50, 750 - 12 * n, "Transaction number 99999-001495785 minimum will illuminate cargo control " * 2)
    canvas.save()
    return opened(out.getvalue(), Limits()).picture(0).grey


def table():
    page = np.full((2200, 1700), 255, np.uint8)
    page[100:2100:60, 100:1600] = 0
    for x in range(100, 1601, 150):
        page[100:2100, x : x + 3] = 0
    return page


def lined(pitch):
    """Paper with lines, as a notebook has them."""
    page = np.full((1100, 850), 250, np.uint8)
    page[60:1040:pitch, 30:820] = 90
    page[61:1041:pitch, 30:820] = 90
    return page


def bare(text, symbology, module=3, height=90):
    """A symbol without any white round it."""
    drawn = bars(text, symbology, module, height)
    dark = np.nonzero(drawn[0] < 128)[0]
    return drawn[:, dark[0] : dark[-1] + 1]


def placed(symbol, size=(900, 1500), at=(400, 300)):
    """A symbol on white paper, and its rectangle."""
    page = np.full(size, 255, np.uint8)
    y, x = at
    page[y : y + symbol.shape[0], x : x + symbol.shape[1]] = symbol
    return page


def covered(places_, corners):
    """Whether the middle of a symbol lies in one of the places."""
    x, y = corners
    return any(b.box[0] <= x <= b.box[2] and b.box[1] <= y <= b.box[3] for b in places_)


@pytest.mark.parametrize("angle", [0, 3, 20, 45, 70, 90, 135, 180])
def test_bars_are_found_whichever_way_they_are_turned(angle):
    """Q5: reading never depends on the layout."""
    page = sheet(("99999-001495785", "Code128", 700, 800), ("XXXX7700112", "Code39", 600, 1300), size=(2000, 2000))
    matrix = cv2.getRotationMatrix2D((1000, 1000), angle, 1)
    turned = cv2.warpAffine(page, matrix, (2000, 2000), borderValue=255)

    found = places(turned)

    for middle in ((930, 845), (870, 1345)):
        assert covered(found, matrix @ np.array([*middle, 1]))


@settings(max_examples=25, deadline=None)
@given(
    st.floats(-180, 180),
    st.sampled_from(["Code39", "Code128"]),
    st.sampled_from([2, 3, 4]),
    st.text("0123456789", min_size=9, max_size=14),
    st.integers(30, 120),
)
def test_a_place_has_the_angle_and_the_ends_of_its_bars(angle, symbology, module, digits, height):
    """Q4: a place that begins or ends within the bars would give a shorter number, or none."""
    symbol = bare(digits, symbology, module, height)
    page = np.full((1700, 1700), 255, np.uint8)
    y, x = (850 - symbol.shape[0] // 2, 850 - symbol.shape[1] // 2)
    page[y : y + symbol.shape[0], x : x + symbol.shape[1]] = symbol
    matrix = cv2.getRotationMatrix2D((849.5, 849.5), -angle, 1)
    turned = cv2.warpAffine(page, matrix, page.shape[::-1], flags=cv2.INTER_AREA, borderValue=255)

    (found,) = places(turned)

    assert abs(math.remainder(found.angle - math.radians(angle), math.pi)) < math.radians(0.5)
    assert found.length == pytest.approx(symbol.shape[1], abs=1.5 * module)
    assert found.height == pytest.approx(height, abs=5)


@pytest.mark.parametrize("digit", "0158")
@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_a_number_of_one_digit_again_and_again_is_no_grating(digit, symbology):
    """Q4: what tells ruled lines and lines of text from bars must not take a number away."""
    assert len(places(placed(bare(digit * 14, symbology, 2)))) == 1


@pytest.mark.parametrize("height", [16, 24])
@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_bars_as_low_as_a_line_of_text_are_found(symbology, height):
    """Q4."""
    assert len(places(placed(bare("99999001495785", symbology, 2, height), at=(403, 300)))) == 1


def test_bars_seen_askew_lean_and_keep_their_rows():
    """D4: held before a camera, a page is no rectangle."""
    symbol = bare(ONE, "Code128", 3, 100)
    width = symbol.shape[1]
    page = placed(symbol)
    askew = np.array([[1, 0.0, 0], [0.1, 1, -60.0]])
    seen = cv2.warpAffine(page, askew, page.shape[::-1], borderValue=255)

    (found,) = places(seen)

    assert found.angle == pytest.approx(math.atan(0.1), abs=0.01)
    assert found.lean == pytest.approx(0.1, abs=0.02)
    assert found.length == pytest.approx(width / math.cos(math.atan(0.1)), abs=8)


def test_a_line_of_a_table_that_touches_no_bar_is_none():
    """Q4: a frame drawn close is not the first bar, though it stands upright."""
    symbol = bare(ONE, "Code128", 3, 90)
    page = placed(symbol)
    right = 300 + symbol.shape[1]
    page[350:540, 300 - 15 : 300 - 12] = 0
    page[350:540, right + 12 : right + 15] = 0

    (found,) = places(page)

    assert found.box[0] == pytest.approx(300, abs=2)
    assert found.box[2] == pytest.approx(right, abs=2)


@pytest.mark.parametrize("gap", [4, 20, 80])
def test_rows_one_close_above_the_other_are_places_of_their_own(gap):
    """Q4: a row is never lost in its neighbour."""
    rows = [(f"9999900149578{n}", "Code128", 200, 100 + (90 + gap) * n) for n in range(6)]

    assert len(places(sheet(*rows))) == 6


def test_two_labels_side_by_side_are_places_of_their_own():
    """Q4, Q5."""
    assert len(places(sheet(("XXXX12345", "Code128", 100, 300), ("XXXX67890", "Code128", 700, 300)))) == 2


def test_what_is_known_is_not_found_again_and_its_neighbour_is():
    """The search for what zxing did not read."""
    page = sheet((ONE, "Code128", 200, 300), ("XXXX7700112", "Code128", 200, 460))
    first, second = sorted(places(page), key=lambda one: one.v0)

    (left,) = places(page, [first])

    assert left.box == pytest.approx(second.box, abs=2)


@pytest.mark.parametrize("spread", [2.0, 4.0])
def test_blurred_and_noisy_bars_are_found(spread):
    """Q4: none is passed over in silence because it can't be read."""
    page = cv2.GaussianBlur(placed(bare(ONE, "Code128", 3, 110)), (0, 0), spread).astype(np.float32)
    noisy = np.clip(page + np.random.default_rng(3).normal(0, 12, page.shape), 0, 255).astype(np.uint8)

    (found,) = places(noisy)

    assert found.box[0] == pytest.approx(300, abs=12)


def test_bars_that_run_out_of_the_picture_are_found():
    """Q4: cut off, and named."""
    page = placed(bare(ONE, "Code39", 3, 90))[:, :700]

    (found,) = places(np.ascontiguousarray(page))

    assert found.box[2] >= 695


@pytest.mark.parametrize(
    "page", [table(), lined(22), lined(40), np.full((900, 700), 255, np.uint8), np.zeros((900, 700), np.uint8)]
)
def test_lines_and_blank_pages_hold_no_bars(page):
    """Q4: a page sent back for bars that are none is an officer waiting."""
    assert places(page) == []


def test_a_page_full_of_words_holds_no_bars():
    """Q4."""
    assert places(lines_of_text()) == []


def test_noise_holds_no_bars():
    assert places(np.random.default_rng(7).integers(0, 256, (1100, 850), dtype=np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (11, 11), (17, 18), (40, 41), (16, 300), (33, 2600)])
def test_a_picture_of_any_shape_is_looked_at(shape):
    assert places(np.full(shape, 128, np.uint8)) == []
    places(np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8))


def test_a_scan_line_grows_to_the_height_of_its_bars_and_stands():
    """An engine gives only the lines that it read, and its corners are rough."""
    page = placed(bare(ONE, "Code128", 3, 90))
    (whole,) = places(page)

    line = levelled(page, whole.cut(0, 30, whole.length, 50).turned(0.01))
    found = grown(page, line)

    assert abs(found.angle) < 0.003
    assert found.height == pytest.approx(90, abs=5)


@pytest.mark.parametrize("angle", [20, 45, 70, 110])
def test_fine_bars_aslant_on_a_large_page_are_found(angle):
    """Q4: between pixels two apart they seem to go all ways. One of a hundred was passed over in silence."""
    fine = cv2.resize(bare("8-BRJADAQ-YWGJ37W", "Code39", 3, 176), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    page = placed(fine, size=(2400, 2400), at=(1150, 900))
    matrix = cv2.getRotationMatrix2D((1200, 1200), angle, 1)
    turned = cv2.warpAffine(page, matrix, (2400, 2400), borderValue=255)

    (found,) = places(turned)

    assert abs(math.remainder(found.angle + math.radians(angle), math.pi)) < 0.02


@pytest.mark.parametrize("height", [25, 28])
def test_a_row_close_between_two_that_are_known_is_found(height):
    """Q4: what is known must not be taken out with its neighbour."""
    page = np.full((1400, 1300), 255, np.uint8)
    tops = [300 + n * (height + 3) for n in range(3)]
    for n, top in enumerate(tops):
        row = bare(f"9999900149578{n}", "Code128", 2, height)
        page[top : top + height, 200 : 200 + row.shape[1]] = row
    known = [Bars(0.0, 200, 200 + row.shape[1], top, top + height) for top in (tops[0], tops[2])]

    (found,) = places(page, known)

    assert found.box == pytest.approx((200, tops[1], 200 + row.shape[1], tops[1] + height), abs=3)


def test_bars_that_run_together_on_a_page_shown_too_small_are_found():
    """Q4: half a pixel a bar is never read; it must be said of each code."""
    page = placed(bare("99999001495785", "Code128", 4, 110), size=(2400, 3200), at=(800, 700))
    small = cv2.resize(page, (400, 300), interpolation=cv2.INTER_AREA)

    (found,) = places(small)

    assert found.box == pytest.approx((88, 100, 143, 114), abs=6)
