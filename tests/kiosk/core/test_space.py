"""Free space: what is placed stands on nothing, and on the paper (P1)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.space import EDGE, MARGIN, Space, Spot


@st.composite
def spaces(draw):
    """A page of any shape with blots of any size on it; the blots."""
    w, h = draw(st.floats(30, 320)), draw(st.floats(30, 320))
    columns, rows = draw(st.integers(5, 70)), draw(st.integers(5, 70))
    blots = draw(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.5, 90), st.floats(0.5, 90)), max_size=6))
    space = Space.of(w, h, columns, bytes(columns * rows))
    spots = [Spot(x * w, y * h, bw, bh) for x, y, bw, bh in blots]
    for spot in spots:
        space = space.without(spot)
    return space, spots


def distance(spot, corner):
    return (spot.x - corner[0]) ** 2 + (spot.y - corner[1]) ** 2


@settings(max_examples=60, deadline=None)
@given(spaces(), st.floats(1, 120), st.floats(1, 120), st.floats(0, 1), st.floats(0, 1))
def test_what_is_placed_meets_nothing_and_lies_inside_of_the_edges(page, w, h, x, y):
    space, blots = page
    corner = x * space.width, y * space.height
    spot = space.nearest(w, h, *corner)
    slowly = min(space.places(w, h), default=None, key=lambda one: distance(one, corner))

    assert (spot is None) == (slowly is None)
    if spot is not None:
        assert distance(spot, corner) == pytest.approx(distance(slowly, corner))
        assert (spot.w, spot.h) == (w, h)
        assert space.free(spot)
        assert not any(spot.meets(blot) for blot in blots)
        assert min(spot.x, spot.y, space.width - spot.right, space.height - spot.bottom) >= EDGE - 1e-9


@settings(max_examples=60, deadline=None)
@given(spaces(), st.floats(1, 60), st.floats(1, 60))
def test_no_place_is_missed_and_the_margin_is_kept(page, w, h):
    """Looked for square by square, without any trick."""
    space, blots = page
    across, down = space.width / space.columns, space.height / len(space.taken)
    wide, tall = -(-(w + 2 * MARGIN) // across), -(-(h + 2 * MARGIN) // down)

    def fits(left, top):
        square = [space.taken[y] >> x & 1 for y in range(top, top + int(tall)) for x in range(left, left + int(wide))]
        x, y = left * across + MARGIN, top * down + MARGIN
        return not any(square) and EDGE <= x <= space.width - EDGE - w and EDGE <= y <= space.height - EDGE - h

    corners = [
        (left, top)
        for top in range(len(space.taken) - int(tall) + 1)
        for left in range(space.columns - int(wide) + 1)
        if fits(left, top)
    ]
    spot = space.nearest(w, h, 0, 0)

    assert (spot is None) == (not corners)
    if spot is not None:
        around = Spot(spot.x - MARGIN + 1e-6, spot.y - MARGIN + 1e-6, w + 2 * MARGIN - 2e-6, h + 2 * MARGIN - 2e-6)
        assert not any(around.meets(blot) for blot in blots)


def test_the_place_nearest_to_what_was_asked_for_is_taken():
    space = Space.blank(100, 100).without(Spot(0, 0, 100, 50))

    assert space.nearest(20, 10, 100, 100).middle == pytest.approx((83, 88), abs=2)
    assert space.nearest(20, 10, 0, 0).y == pytest.approx(51.5, abs=1)
    assert {spot.y >= 70 and spot.bottom <= 85 for spot in space.places(20, 10, within=(70, 85))} == {True}


def test_a_full_page_has_no_place_and_two_things_are_never_put_on_one():
    assert Space.of(100, 100, 10, bytes([1]) * 100).nearest(5, 5, 0, 0) is None
    space = Space.blank(60, 40)
    first = space.nearest(20, 20, 0, 0)
    second = space.without(first).nearest(20, 20, 0, 0)

    assert second is not None
    assert not first.meets(second)


@pytest.mark.parametrize(("columns", "squares", "w"), [(3, 4, 10), (0, 4, 10), (4, 0, 10), (2, 4, 0), (2, 4, -1)])
def test_squares_that_make_no_page_are_refused(columns, squares, w):
    with pytest.raises(ValueError, match="squares"):
        Space.of(w, 10, columns, bytes(squares))
