"""Why a place gave no text: what is amiss is measured, and said so that a client can mend it."""

import inspect

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from drivers.picture import Unreadable
from drivers.picture.bars import Bars
from drivers.picture.measure import Measures, measured, reason, why
from tests.drivers import spoilt_symbols
from tests.drivers.spoilt_symbols import FAULTS, symbol

SOUND = {"contrast": 200, "paper": 250, "narrow": 3, "softness": 2, "quiet": 40, "beyond": 90}
TEXTS = ("99999001495785", "8XXXPARS123456", "XXXX7700112")


def noisy(page, rng):
    return np.clip(page + rng.normal(0, 4, page.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({}, Unreadable.UNREADABLE),
        ({"beyond": 2}, Unreadable.CUT_OFF),
        ({"beyond": 12, "part": True}, Unreadable.CUT_OFF),
        ({"part": True}, Unreadable.CUT_OFF),
        ({"contrast": 20}, Unreadable.LOW_CONTRAST),
        ({"contrast": 60}, Unreadable.LOW_CONTRAST),
        ({"contrast": 60, "paper": 65}, Unreadable.UNREADABLE),
        ({"narrow": 1}, Unreadable.TOO_FINE),
        ({"narrow": 1.5}, Unreadable.TOO_FINE),
        ({"narrow": 1.5, "ink": 0.05}, Unreadable.COVERED),
        ({"softness": 9}, Unreadable.BLURRED),
        ({"softness": 2.9, "narrow": 6}, Unreadable.UNREADABLE),
        ({"softness": 9, "ink": 0.05}, Unreadable.COVERED),
        ({"pale": 0.9}, Unreadable.COVERED),
        ({"pale": 0.3}, Unreadable.BROKEN),
        ({"holes": 0.02}, Unreadable.BROKEN),
        ({"ink": 0.03, "holes": 0.03, "rough": 0.06}, Unreadable.BROKEN),
        ({"rough": 0.3, "narrow": 1}, Unreadable.BROKEN),
        ({"dark": 0.8}, Unreadable.BROKEN),
        ({"spread": 0.6}, Unreadable.BROKEN),
        ({"ink": 0.1, "holes": 0.1, "rough": 0.01}, Unreadable.BENT),
        ({"quiet": 3}, Unreadable.NO_QUIET_ZONE),
        ({"quiet": 3, "part": True}, Unreadable.NO_QUIET_ZONE),
    ],
)
def test_what_is_plainest_is_the_reason(fault, expected):
    """Q4: the form goes back saying why."""
    assert reason(Measures(**{**SOUND, **fault})) is expected


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_symbol_with_one_known_fault_is_told_that_fault(fault, symbology):
    """Q4: of fifteen faults in ten sizes each, at most one in ten is taken for another."""
    rng = np.random.default_rng(7)
    told = []
    for n in range(10):
        drawn = fault(symbol(TEXTS[n % 3], symbology, narrow=2.0 + 0.25 * n), rng)
        told.append(why(noisy(drawn.page, rng), drawn.place, None).reason)

    assert told.count(FAULTS[fault]) >= 9, told


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
@pytest.mark.parametrize("narrow", [2.0, 2.3, 3.1, 4.6])
def test_nothing_is_made_up_about_a_sound_symbol(symbology, narrow):
    rng = np.random.default_rng(1)
    drawn = symbol(symbology=symbology, narrow=narrow)

    assert why(noisy(drawn.page, rng), drawn.place, None).reason is Unreadable.UNREADABLE
    assert why(drawn.page, drawn.place, None, Unreadable.UNSURE).reason is Unreadable.UNSURE


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
@pytest.mark.parametrize("narrow", [1.5, 1.7, 2.0, 2.6, 3.3, 5.0])
def test_the_narrow_bar_is_measured_to_a_tenth(symbology, narrow):
    drawn = symbol(symbology=symbology, narrow=narrow)

    assert measured(drawn.page, drawn.place).narrow == pytest.approx(drawn.narrow, rel=0.1)


def test_ink_that_spread_does_not_change_the_narrow_bar():
    """Bar and space together are what was printed, however the ink ran."""
    drawn = symbol(narrow=4.0)

    assert measured(cv2.erode(drawn.page, np.ones((1, 2))), drawn.place).narrow == pytest.approx(drawn.narrow, rel=0.05)


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
def test_bars_that_are_too_fine_come_with_mil_and_the_dpi_they_need(symbology):
    """Q4: 7.5 mil at 133 dpi is one pixel."""
    drawn = symbol(symbology=symbology, narrow=1.0)
    told = why(drawn.page, drawn.place, 1000 * drawn.narrow / 7.5)

    assert (told.reason, told.dpi) == (Unreadable.TOO_FINE, 300)
    assert told.mil == pytest.approx(7.5, rel=0.5)  # bars that ran together seem wider
    assert why(drawn.page, drawn.place, None).dpi == why(drawn.page, drawn.place, None).mil == 0
    assert why(drawn.page, drawn.place, None).narrow > 0


@pytest.mark.parametrize("fault", ["out_of_focus", "of_dots"])
def test_a_width_that_cannot_be_measured_is_not_told(fault):
    spoil = next(one for one in FAULTS if one.__name__ == fault)
    drawn = spoil(symbol(narrow=3.0), np.random.default_rng(1))
    told = why(drawn.page, drawn.place, 300.0)

    assert (told.narrow, told.mil, told.dpi) == (0, 0, 0)


def test_a_reason_that_no_scan_mends_names_no_dpi():
    drawn = symbol(narrow=3.0)
    told = why(drawn.page, drawn.place, 300.0)

    assert (told.dpi, told.mil) == (0, pytest.approx(10, rel=0.05))


@pytest.mark.parametrize("turned", [0.0, 0.4, np.pi / 2, np.pi, 2.5])
def test_a_place_may_lie_any_way_round(turned):
    """Q4: upside down and on its side, a symbol that is struck through is that."""
    drawn = next(fault for fault in FAULTS if fault.__name__ == "struck_through")(symbol(narrow=3.0), np.random.default_rng(3))
    page = np.full((900, 900), 255, np.uint8)
    page[400 : 400 + len(drawn.page), 100 : 100 + drawn.page.shape[1]] = drawn.page
    place = drawn.place.moved(100, 400)
    middle = place.point((place.u0 + place.u1) / 2, (place.v0 + place.v1) / 2)
    page = cv2.warpAffine(page, cv2.getRotationMatrix2D(middle, -np.degrees(turned), 1.0), (900, 900), borderValue=255)

    assert why(page, place.turned(turned), None).reason is Unreadable.COVERED


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 80), st.integers(1, 120))),
    st.builds(Bars, st.floats(-4, 4), *(st.floats(-50, 200),) * 4),
    st.none() | st.floats(72, 1200),
)
def test_any_pixels_at_any_place_have_a_reason(grey, bars, dpi):
    """Q4: a place of a few pixels, or off the page, is no crash."""
    told = why(grey, bars, dpi)

    assert isinstance(told.reason, Unreadable)
    assert all(np.isfinite(n) and n >= 0 for n in (told.narrow, told.mil, told.dpi))


def test_every_fault_that_can_be_drawn_is_tried():
    """A fault that is drawn and in no table would never be looked at."""
    drawn = {one for one in vars(spoilt_symbols).values() if inspect.isfunction(one) and one.__code__.co_argcount == 2}
    assert {one.__name__ for one in drawn} - {"_on"} == {one.__name__ for one in FAULTS}
