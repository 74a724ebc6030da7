"""Rectangles of bars, turned any way."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture.bars import Bars, around, overlap

angles = st.floats(-math.pi, math.pi)
places = st.floats(-2000, 2000)
rectangles = st.builds(
    lambda angle, u, v, length, height: Bars(angle, u, u + length, v, v + height),
    angles,
    places,
    places,
    st.floats(20, 1000),
    st.floats(8, 300),
)


@given(rectangles)
def test_corners_lead_back_to_the_rectangle(bars):
    back = around(bars.corners)

    assert back.length == pytest.approx(bars.length)
    assert back.height == pytest.approx(bars.height)
    assert math.cos(back.angle - bars.angle) == pytest.approx(1)


@given(rectangles, angles)
def test_turning_keeps_the_middle_and_the_size(bars, more):
    turned = bars.turned(more)

    middles = [tuple(sum(values) / 4 for values in zip(*one.corners, strict=True)) for one in (bars, turned)]
    assert middles[0] == pytest.approx(middles[1], abs=1e-6)
    assert (turned.length, turned.height) == pytest.approx((bars.length, bars.height))


@given(rectangles, places, places)
def test_moving_moves_every_corner(bars, x, y):
    moved = bars.moved(x, y).corners

    assert all(b == pytest.approx((a[0] + x, a[1] + y), abs=1e-6) for a, b in zip(bars.corners, moved, strict=True))


@given(rectangles)
def test_a_symbol_lies_over_itself_and_not_over_the_next_row(bars):
    """Q4: rows one above the other are never taken for one."""
    below = Bars(bars.angle, bars.u0, bars.u1, bars.v1 + 8, bars.v1 + 8 + bars.height)

    assert overlap(bars.corners, bars.corners)
    assert not overlap(bars.corners, below.corners)


@given(rectangles, rectangles)
def test_lying_over_one_another_does_not_depend_on_who_is_asked(one, other):
    assert overlap(one.corners, other.corners) == overlap(other.corners, one.corners) or one.length == other.length


leaning = st.builds(lambda bars, lean: replace(bars, lean=lean), rectangles, st.floats(-0.5, 0.5))


@given(leaning, places, places)
def test_a_place_on_the_page_leads_back_to_where_it_lies_along_and_across(bars, u, v):
    assert bars.place(*bars.point(u, v)) == pytest.approx((u, v), abs=1e-5)


@given(leaning, angles, places, places)
def test_a_leaning_place_turns_moves_and_leans_round_its_middle(bars, more, x, y):
    def middle(one):
        return tuple(sum(values) / 4 for values in zip(*one.corners, strict=True))

    was = middle(bars)

    assert middle(bars.turned(more)) == pytest.approx(was, abs=1e-5)
    assert middle(bars.leaning(0.2)) == pytest.approx(was, abs=1e-5)
    assert middle(bars.moved(x, y)) == pytest.approx((was[0] + x, was[1] + y), abs=1e-5)
    assert bars.spans(bars.corners) == pytest.approx((bars.u0, bars.u1, bars.v0, bars.v1), abs=1e-5)
