"""Where there are bars: none passed over, and nothing else taken for them."""

import io

import cv2
import numpy as np
import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from drivers.picture import Limits
from drivers.picture.find import places
from drivers.picture.render import opened
from tests.drivers.pictures import sheet


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


def test_rows_one_close_above_the_other_are_places_of_their_own():
    """Q4: a row is never lost in its neighbour."""
    rows = [(f"9999900149578{n}", "Code128", 200, 100 + 110 * n) for n in range(6)]

    assert len(places(sheet(*rows))) == 6


def test_two_labels_side_by_side_are_places_of_their_own():
    """Q4, Q5."""
    assert len(places(sheet(("XXXX12345", "Code128", 100, 300), ("XXXX67890", "Code128", 700, 300)))) == 2


@pytest.mark.parametrize("page", [table(), np.full((900, 700), 255, np.uint8), np.zeros((900, 700), np.uint8)])
def test_lines_and_blank_pages_hold_no_bars(page):
    """Q4: a page sent back for bars that are none is an officer waiting."""
    assert places(page) == []


def test_a_page_full_of_words_holds_no_bars():
    """Q4."""
    assert places(lines_of_text()) == []


def test_noise_holds_no_bars():
    assert places(np.random.default_rng(7).integers(0, 256, (1100, 850), dtype=np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (11, 11), (40, 41)])
def test_a_picture_of_any_shape_is_looked_at(shape):
    assert places(np.full(shape, 128, np.uint8)) == []
