"""Where something stands on a page: no ink is taken for paper, and neither shade nor speck for ink (P1)."""

import cv2
import numpy as np
import pytest

from drivers.pages import Reader
from drivers.picture import Unopened
from drivers.picture.ink import LONGEST, inked
from drivers.picture.space import Ink, ink_of

PAGE = (1100, 850)


def squares(grey):
    ink = inked(grey)
    return np.frombuffer(ink.taken, np.uint8).reshape(ink.rows, ink.columns)


def page(value=255):
    return np.full(PAGE, value, np.uint8)


def written(grey, text, at, colour=0, scale=0.8):
    return cv2.putText(grey, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, int(colour), 1, cv2.LINE_AA)


@pytest.mark.parametrize("value", [255, 235, 160])
def test_empty_paper_has_no_ink_however_bright_it_is(value):
    assert not squares(page(value)).any()


@pytest.mark.parametrize("colour", [0, 120, 200, 228])
def test_type_is_ink_also_where_it_is_pale(colour):
    taken = squares(written(page(), "SPECIMEN / COPY", (100, 500), colour, 1.6))

    assert taken[int(475 / 1100 * LONGEST) : int(498 / 1100 * LONGEST), 30:110].mean() > 0.4
    assert not taken[:100].any()
    assert not taken[170:].any()


def test_a_full_stop_is_ink_and_a_speck_is_none():
    grey = page()
    grey[300:306, 200:206] = 0  # half a millimetre and more
    assert squares(grey).any()

    speckled = page()
    rng = np.random.default_rng(1)
    speckled[rng.integers(0, 1100, 300), rng.integers(0, 850, 300)] = 90
    assert squares(cv2.resize(speckled, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)).mean() < 0.01


def test_a_shadow_over_a_photograph_is_no_ink_and_type_in_it_is():
    shade = np.linspace(1.0, 0.55, 850)[None, :] * np.ones((1100, 1))
    noise = np.random.default_rng(2).normal(0, 2, PAGE)
    plain = np.clip(250 * shade + noise, 0, 255).astype(np.uint8)
    assert squares(plain).mean() < 0.01

    dark = np.clip(written(page(250), "8XXX-000001", (500, 900)) * shade + noise, 0, 255).astype(np.uint8)
    assert squares(dark)[230:250].any()


def test_what_is_no_paper_is_taken():
    """A dark table around the page is no place for a stamp."""
    grey = page(40)
    grey[100:1000, 100:750] = 240
    taken = squares(grey)

    assert taken[:20].all()
    assert taken[:, :20].all()
    assert not taken[60:240, 60:180].any()


def test_white_type_on_black_is_ink_too():
    assert squares(written(page(20), "RELEASED", (100, 500), 255, 2)).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (3000, 2), (37, 61)])
def test_a_picture_of_any_shape_is_looked_at(shape):
    ink = inked(np.full(shape, 255, np.uint8), 10.0, 20.0)

    assert len(ink.taken) == ink.columns * ink.rows
    assert max(ink.columns, ink.rows) == LONGEST
    assert (ink.across, ink.down, ink.width, ink.height) == (shape[1], shape[0], 10.0, 20.0)


def test_the_limited_process_tells_it_of_a_picture_and_says_no_for_what_it_can_not_open():
    _, png = cv2.imencode(".png", written(page(), "8XXX", (300, 500)))
    with Reader(processes=1) as reader:
        ink = reader.ink(png.tobytes(), 0)
        with pytest.raises(Unopened):
            reader.ink(b"%PDF-1.7 nothing", 0)

    assert ink == inked(cv2.imdecode(png, cv2.IMREAD_GRAYSCALE))


@pytest.mark.parametrize(
    ("change", "squares_"),
    [({}, b"1"), ({"columns": 0}, b""), ({"rows": -2, "columns": -2}, b"1234"), ({"across": 0}, b"1234"), ({"down": "x"}, b"1234")],
)
def test_squares_that_can_not_be_meant_are_refused(change, squares_):
    """The process is in the hands of a hostile picture."""
    said = {"columns": 2, "rows": 2, "across": 9, "down": 9, "width": 1.0, "height": 1.0} | change
    with pytest.raises(ValueError):
        ink_of(said, squares_)
    assert ink_of({**said, "columns": 2, "rows": 2, "across": 9, "down": 9}, b"1234") == Ink(2, 2, b"1234", 9, 9, 1.0, 1.0)
