"""Where the lines of print stand that may be a symbol's number (Q5, Q7)."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture import Evidence, Symbol
from drivers.picture.ocr.lines import Frame, Line, distinct, framed, lines, modules
from drivers.scan import Symbology
from tests.drivers.pictures import sheet

SYMBOL = Symbol("8XXXPARS123456", Symbology.CODE128, (600, 500, 1160, 590), Evidence(("zxing",)))


def page(*words):
    """A symbol, and words at places."""
    drawn = sheet((SYMBOL.text, "Code128", 600, 500))
    for text, x, y in words:
        cv2.putText(drawn, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return drawn


def seen(drawn, box=SYMBOL.box):
    return lines(drawn, framed(drawn, box, modules(SYMBOL)))


def test_the_line_under_the_bars_and_the_number_in_the_row_are_found_and_no_other():
    """Q7."""
    found = seen(page(("8XXXPARS123456", 700, 630), ("8XXXPARS123456", 100, 560), ("Title of the form", 600, 200)))

    assert [line.beside for line in found] == [False, True]
    assert found[0].middle == pytest.approx((838, 619), abs=12)
    assert found[1].middle == pytest.approx((238, 549), abs=12)
    assert all(line.fits(SYMBOL.text) for line in found)


def test_rules_and_bars_are_no_lines():
    drawn = page()
    drawn[595:598], drawn[480:483], drawn[300:800, 590:593] = 0, 0, 0

    assert seen(drawn) == []


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_gives_the_same_lines_upright(turns):
    """Q5."""
    drawn = page(("8XXXPARS123456", 700, 630), ("8XXXPARS123456", 100, 560))
    upright = seen(drawn)
    mask = np.zeros_like(drawn)
    x0, y0, x1, y1 = SYMBOL.box
    mask[y0:y1, x0:x1] = 1
    ys, xs = np.nonzero(np.rot90(mask, turns))
    turned = np.ascontiguousarray(np.rot90(drawn, turns))
    found = seen(turned, (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1))

    assert len(found) == len(upright)
    for line, as_printed in zip(found, upright, strict=True):
        assert line.picture.shape == pytest.approx(as_printed.picture.shape, abs=4)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(0, 6.3))
def test_a_place_is_as_far_from_the_bars_as_it_lies_beyond_them(u, v, angle):
    frame = Frame((500.0, 700.0), (float(np.cos(angle)), float(np.sin(angle))), 400.0, 80.0, 3.0)
    line = Line(np.zeros((20, 200), np.uint8), frame.point(u, v), 20.0, 0.0, beside=False)

    assert frame.way(line) == pytest.approx(np.hypot(max(abs(u) - 200, 0), 3 * max(abs(v) - 40, 0)), abs=1e-6)


def test_a_line_between_two_symbols_is_one_line_of_both():
    """Q7: it speaks for one of them only."""
    one = Line(np.zeros((20, 200), np.uint8), (100.0, 50.0), 20.0, 5.0, beside=False)
    same, other = (Line(one.picture, (x, 50.0), 20.0, 9.0, beside=False) for x in (104.0, 400.0))

    assert [owners for _, owners in distinct([[one], [same, other]])] == [[0, 1], [1]]
