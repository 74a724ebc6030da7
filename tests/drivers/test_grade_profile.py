"""Scan reflectance profiles of known measures: each parameter of ISO/IEC 15416 by its definition, at its exact edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from drivers.picture.grade import Parameter
from drivers.picture.grade.profile import Extent, edges, line, span
from drivers.scan import Symbology
from tests.drivers.profiles_graded import STEP, element, profile, widths

C39, C128 = Symbology.CODE39, Symbology.CODE128
TEXT = "99999001495785"
RUNS = widths(TEXT, C128)
NARROW_SPACE = next(n for n in range(7, len(RUNS), 2) if RUNS[n] == 1)
WIDE_SPACE = next(n for n in range(7, len(RUNS), 2) if RUNS[n] >= 3)
WIDE_BAR = next(n for n in range(6, len(RUNS), 2) if RUNS[n] >= 3)
both = pytest.mark.parametrize("symbology", [C39, C128])


def graded(values, extent, symbology=C128, text=TEXT):
    return line(values, extent, symbology, text)


def spotted(n, light, part=slice(8, 12), **how):
    """A profile with a part of its n-th element at another reflectance."""
    values, extent = profile(RUNS, **how)
    values[element(RUNS, n)][part] = light
    return values, extent


@both
def test_a_perfect_profile_has_every_mark_at_4(symbology):
    values, extent = profile(widths(TEXT, symbology, wide=2.5))

    marks = graded(values, extent, symbology)

    assert {mark.grade for mark in marks.values()} == {4.0}
    assert set(marks) == set(Parameter) - ({Parameter.RATIO} if symbology is C128 else set())


@pytest.mark.parametrize(("contrast", "grade"), [(0.70, 4.0), (0.55, 3.0), (0.40, 2.0), (0.20, 1.0), (0.19, 0.0)])
def test_symbol_contrast_is_the_lightest_less_the_darkest(contrast, grade):
    values, extent = profile(RUNS, low=0.1, high=0.1 + contrast)

    marks = graded(values, extent)

    assert marks[Parameter.SYMBOL_CONTRAST].value == pytest.approx(contrast)
    assert marks[Parameter.SYMBOL_CONTRAST].grade == grade
    assert marks[Parameter.DECODE].grade == 4.0


@pytest.mark.parametrize(("low", "grade"), [(0.45, 4.0), (0.46, 0.0)])
def test_the_darkest_may_have_half_of_the_lightest(low, grade):
    values, extent = profile(RUNS, low=low, high=0.9)

    assert graded(values, extent)[Parameter.MINIMUM_REFLECTANCE].grade == grade


@pytest.mark.parametrize(("share", "grade"), [(0.70, 4.0), (0.60, 3.0), (0.59, 2.9), (0.49, 0.0)])
def test_modulation_is_the_faintest_step_by_the_contrast(share, grade):
    """At half of the contrast the space no longer crosses the threshold: it is no element, and nothing decodes."""
    values, extent = spotted(NARROW_SPACE, 0.1 + 0.8 * share, part=slice(None))

    marks = graded(values, extent)

    assert marks[Parameter.MODULATION].grade == pytest.approx(grade) or share < 0.5
    assert marks[Parameter.DECODE].grade == (4.0 if share > 0.5 else 0.0)
    if share > 0.5:
        assert marks[Parameter.EDGE_CONTRAST].value == pytest.approx(0.8 * share)


@pytest.mark.parametrize(("step", "grade"), [(0.15, 4.0), (0.14, 0.0)])
def test_the_faintest_step_is_at_least_15_percent(step, grade):
    values, extent = spotted(NARROW_SPACE, 0.3 + step, part=slice(None), low=0.3, high=0.3 + 1.9 * step)

    assert graded(values, extent)[Parameter.EDGE_CONTRAST].grade == grade


@pytest.mark.parametrize("n", [WIDE_SPACE, WIDE_BAR])
@pytest.mark.parametrize(("share", "grade"), [(0.15, 4.0), (0.20, 3.0), (0.25, 2.0), (0.30, 1.0), (0.31, 0.0)])
def test_defects_are_the_deepest_spot_or_void_within_one_element_by_the_contrast(n, share, grade):
    light = 0.9 - 0.8 * share if n == WIDE_SPACE else 0.1 + 0.8 * share
    values, extent = spotted(n, light)

    marks = graded(values, extent)

    assert marks[Parameter.DEFECTS].value == pytest.approx(share)
    assert marks[Parameter.DEFECTS].grade == grade
    assert marks[Parameter.DECODE].grade == 4.0


def test_a_spot_in_a_quiet_zone_is_a_defect_too_and_one_beyond_it_is_none():
    values, extent = profile(RUNS, quiet=(14, 14))
    inside, beyond = values.copy(), values.copy()
    inside[8 * STEP : 8 * STEP + 4] = 0.6
    beyond[STEP : STEP + 4] = 0.2

    assert graded(inside, extent)[Parameter.DEFECTS].grade == 0.0
    assert {mark.grade for mark in graded(beyond, extent).values()} == {4.0}


def test_edges_that_rise_slowly_are_no_defects():
    """A peak and its own slopes are one peak: ERN is 0."""
    values, extent = profile(RUNS)
    soft = np.convolve(np.pad(values, 2, mode="edge"), np.full(5, 0.2), "valid")

    marks = graded(soft, extent)

    assert marks[Parameter.DEFECTS].value == 0.0
    assert {mark.grade for mark in marks.values()} == {4.0}


@pytest.mark.parametrize(("white", "grade"), [((10, 12), 4.0), ((12, 10), 4.0), ((9.5, 12), 0.0), ((12, 9.5), 0.0), ((1, 12), 0.0)])
def test_ten_narrow_bars_of_white_are_wanted_on_both_sides(white, grade):
    """Where the picture ends, so does the white."""
    values, extent = profile(RUNS, quiet=white)

    mark = graded(values, extent)[Parameter.QUIET_ZONE]

    assert mark.grade == grade
    assert mark.value == pytest.approx(min(white), abs=0.1)


def test_a_line_in_the_quiet_zone_ends_it_and_spoils_nothing_else():
    values, extent = profile(RUNS, quiet=(14, 14))
    values[8 * STEP : 9 * STEP] = 0.0

    marks = graded(values, extent)

    assert marks[Parameter.QUIET_ZONE].value == pytest.approx(5.0, abs=0.1)
    assert {name for name, mark in marks.items() if mark.grade < 4} == {Parameter.QUIET_ZONE}


@pytest.mark.parametrize("change", ["space filled", "bar broken", "other text"])
def test_a_line_that_does_not_decode_to_the_text_fails(change):
    n, light = {"space filled": (NARROW_SPACE, 0.1), "bar broken": (WIDE_BAR, 0.9)}.get(change, (0, 0.1))
    values, extent = spotted(n, light)

    marks = graded(values, extent, text=TEXT if change != "other text" else "99999001495786")

    assert change == "space filled" or marks[Parameter.DECODE].grade == 0.0
    assert change != "other text" or marks[Parameter.DECODABILITY].grade == 0.0


@both
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_mirror_image_has_the_same_marks(symbology, data):
    runs = widths(TEXT, symbology, wide=2.5)
    values, extent = profile(runs, quiet=(data.draw(st.integers(3, 14)), data.draw(st.integers(3, 14))))
    n, light = data.draw(st.integers(0, len(runs) - 1)), data.draw(st.floats(0.1, 0.9))
    values[element(runs, n, quiet=(extent.start + 0.5) / STEP)][2:5] = light
    last = len(values) - 1

    one = graded(values, extent, symbology)
    other = graded(values[::-1], Extent(last - extent.end, last - extent.start, extent.module), symbology)

    assert one.keys() == other.keys()
    for name, mark in one.items():
        assert (other[name].value, other[name].grade) == pytest.approx((mark.value, mark.grade))


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 0.4), st.floats(0.5, 1.0), st.floats(0, 1), st.floats(0, 1))
def test_more_contrast_never_lowers_the_grade_of_the_contrast(low, high, darker, lighter):
    values, extent = profile(RUNS, low=low, high=high)
    more, _ = profile(RUNS, low=low * darker, high=high + (1 - high) * lighter)

    one, other = (graded(v, extent) for v in (values, more))

    for name in (Parameter.SYMBOL_CONTRAST, Parameter.MINIMUM_REFLECTANCE, Parameter.MODULATION):
        assert other[name].grade >= one[name].grade


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.integers(1, 400), elements=st.floats(0, 1)), st.floats(0, 300), st.floats(1, 300), st.floats(0.1, 20))
def test_any_profile_whatever_has_marks_of_0_to_4(values, start, length, module):
    marks = graded(values, Extent(start, start + length, module))

    assert all(0 <= mark.grade <= 4 and np.isfinite(mark.value) for mark in marks.values())


def test_edges_lie_where_the_profile_crosses_half_way():
    values, extent = profile(RUNS, low=0.2, high=1.0)

    assert edges(values)[0] == extent.start
    assert np.allclose(span(values, extent).widths, np.array(RUNS) * STEP)
