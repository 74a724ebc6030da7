"""Rectangles of bars, turned any way."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture.bars import Bars, around, overlap, overlaps

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


@given(st.lists(rectangles, min_size=2, max_size=6))
def test_a_table_says_of_each_two_symbols_what_is_said_of_them_alone(symbols):
    """Q4: rivals are told by it, on a page of any number of rows."""
    corners = [one.corners for one in symbols]

    table = overlaps(corners)

    assert table.tolist() == [[overlap(one, other) for other in corners] for one in corners]


def test_of_rows_one_above_the_other_each_lies_over_itself_alone():
    rows = [Bars(0.02, 0, 700, 100 * n, 100 * n + 80).corners for n in range(20)]

    assert (overlaps(rows) == np.eye(20, dtype=bool)).all()


def test_one_scan_line_lies_over_the_bars_that_it_crosses_and_no_others():
    """An engine may give one line for a symbol's height."""
    line, bars = ((10.0, 50.0), (210.0, 50.0), (210.0, 50.0), (10.0, 50.0)), Bars(0.0, 0, 220, 20, 90)

    assert overlap(line, bars.corners)
    assert not overlap(line, bars.moved(0, 60).corners)
