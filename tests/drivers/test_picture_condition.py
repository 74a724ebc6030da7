"""The edges and ends of bars, and what is over them or missing of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture.condition import crossings, dirt, level, middle, part, quiet, uneven, unframed, whole
from tests.drivers.pictures import bars

PATTERN = np.repeat(np.array([255, 0, 255, 0, 255, 0, 255], np.float32), (9, 3, 3, 6, 3, 3, 9))


def elements(text="99999001495785", symbology="Code128"):
    """Widths of bars and spaces, in modules."""
    row = bars(text, symbology, 1, 1)[0] < 128
    changes = np.nonzero(np.diff(np.r_[0, row.astype(int), 0]))[0]
    return np.diff(changes).astype(float)


def test_edges_are_found_to_a_fraction_of_a_pixel():
    smooth = np.convolve(np.pad(PATTERN, 1, mode="edge"), np.ones(3) / 3, "valid").astype(np.float32)

    assert crossings(PATTERN, 30).tolist() == [8.5, 11.5, 14.5, 20.5, 23.5, 26.5]
    assert crossings(smooth, 30) == pytest.approx([8.5, 11.5, 14.5, 20.5, 23.5, 26.5], abs=0.6)


@given(st.lists(st.integers(0, 255), max_size=60), st.integers(1, 200))
def test_edges_come_in_order_and_lie_inside(values, least):
    found = crossings(np.array(values, np.float32), least).tolist()

    assert found == sorted(found)
    assert all(0 <= one <= len(values) - 1 for one in found)


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
def test_a_symbol_is_whole_either_way_round_and_a_part_is_none(symbology):
    found = elements(symbology=symbology)

    for way in (found, found[::-1]):
        assert whole(way)
        assert not part(way)
        for torn in (way[12:], way[:-12]):
            assert part(torn)
            assert not whole(torn)
        assert not part(way[11:-12])


def test_ink_that_spread_leaves_the_ends_as_they_are():
    found = elements()
    found[::2] += 0.4
    found[1::2] -= 0.4

    assert whole(found)


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
@pytest.mark.parametrize(("before", "after"), [(0, 0), (2, 0), (0, 2), (2, 2)])
def test_a_line_round_the_bars_is_not_one_of_them(symbology, before, after):
    inside = elements(symbology=symbology)
    line = [2.0, 4.0]
    edges = np.cumsum(np.r_[10.0, line[: before or 0], inside, line[::-1][: after or 0]])

    assert np.diff(unframed(edges, 1.0)) == pytest.approx(inside)


def test_a_stroke_is_ink_a_void_is_a_hole_and_a_shade_is_neither():
    rows = np.tile(np.tile(PATTERN, 4), (20, 1))
    stroke, void, shade = rows.copy(), rows.copy(), rows.copy()
    stroke[5:8], void[5:8] = 0, 255
    shade[10:] *= 0.8
    told = [dirt(some, middle(some), 0, 255) for some in (rows, stroke, void, shade)]

    assert told[0] == (0, 0, 0)
    assert told[1][0] > 0.1
    assert told[1][1] == told[2][0] == 0
    assert told[2][1] > 0.1
    assert told[3][:2] == (0, 0)


def test_bars_that_fade_are_uneven():
    row = np.tile(PATTERN, 12)
    faded = 255 - (255 - row) * np.linspace(1, 0.4, len(row), dtype=np.float32)

    assert uneven(row) == 0
    assert uneven(faded) == pytest.approx(0.55, abs=0.08)


def test_white_is_measured_where_there_is_less_of_it():
    row = np.array([255] * 5 + [0] * 3 + [255] * 20 + [0] * 10 + [255] * 12, np.float32)

    assert quiet(row, 28, 37, 128) == 12
    assert quiet(row, 28, 37, 128) == quiet(row[::-1], 12, 21, 128)


def test_rows_that_stand_aside_are_brought_together():
    rows = np.tile(np.tile(PATTERN, 6), (32, 1))
    aside = np.concatenate([np.roll(rows[n * 4 : n * 4 + 4], n // 3, axis=1) for n in range(8)])

    lined, bend = level(aside)

    assert np.ptp(lined[:, 16:-16], axis=0).max() == 0
    assert bend < 1
    assert level(rows)[1] == 0


def test_rows_that_stand_aside_more_and_less_again_are_bent():
    rows = np.tile(np.tile(PATTERN, 6), (32, 1))
    aside = np.concatenate([np.roll(rows[n * 4 : n * 4 + 4], by, axis=1) for n, by in enumerate((0, 2, 4, 5, 5, 4, 2, 0))])

    assert level(aside)[1] > 2
