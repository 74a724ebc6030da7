"""Where stamp, seals and marks go: beside their own bars, on nothing, and no word of release where none was given (P1, P6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.endorsement import REMOVED, Face, Format, OnPaper, Overprint, act_on
from kiosk.core.faults import Refusal
from kiosk.core.placing import QUIET, bars_on, planned
from kiosk.core.space import EDGE, Space, Spot
from kiosk.core.stamp import Act

FORMATS = (
    Format((100, 25), (26, 6), {1: (40, 43), 2: (50, 53)}, 20),
    Format((80, 20), (11, 5), {1: (32, 35), 2: (40, 43)}, 20),
)
BARS = (0.3, 0.1, 0.6, 0.14)


def blank(*inked, steady=True):
    """Letter paper with something on it."""
    space = Space.blank(216, 279)
    for spot in inked:
        space = space.without(Spot(*spot))
    return Face(space, steady)


def row(place=1, mark="R", page=0, bars=BARS):
    return OnPaper(place, mark, page, bars)


FULL = (0, 60, 216, 219)
"""All of a page below its head."""


def test_a_document_gets_its_stamp_and_seal_and_each_row_its_mark():  # P1, Q2
    plan = planned(Act.RELEASED, [row()], [blank()], FORMATS)
    (leaf,) = plan.leaves

    assert (plan.cover, plan.reverses, leaf.act) == (False, (), Act.RELEASED)
    assert [one.place for one, _, _ in leaf.marks] == [1]
    assert [page for page, _ in leaf.block.seals] == [1]


def test_a_page_without_an_r_row_is_never_stamped_as_released():  # fault 1
    plan = planned(Act.RELEASED, [row(1), row(2, "NR", page=1), row(3, "N/A", page=1)], [blank(), blank()], FORMATS)

    assert [(leaf.page, leaf.act) for leaf in plan.leaves] == [(0, Act.RELEASED), (1, Act.STATUS)]
    assert act_on(Act.RELEASED, [row(mark=REMOVED)]) is Act.STATUS
    assert act_on(Act.STATUS, [row()]) is Act.STATUS


def test_a_row_without_room_for_its_mark_sends_the_stamp_to_a_cover_page():  # fault 1: released over a row that is not, unmarked
    around = [(0, 0, 60, 279), (130.4, 0, 86, 279), (0, 0, 216, 27), (0, 40, 216, 100)]
    plan = planned(Act.RELEASED, [row(mark="NR"), row(2, bars=(0.3, 0.7, 0.6, 0.74))], [blank(*around)], FORMATS)

    assert plan.cover
    assert all(leaf.block is None for leaf in plan.leaves)


def test_a_document_that_can_change_its_looks_is_not_drawn_on():  # fault 4: what was hidden would cover the marks
    plan = planned(Act.RELEASED, [row()], [blank(steady=False)], FORMATS)

    assert (plan.cover, plan.leaves) == (True, ())


def test_a_full_page_gets_a_cover_and_keeps_its_marks():
    plan = planned(Act.RELEASED, [row()], [blank(FULL)], FORMATS)

    assert plan.cover
    assert [len(leaf.marks) for leaf in plan.leaves] == [1]


def test_the_stamp_of_a_full_page_goes_to_the_end_of_the_document():  # Q2: the form has its place for it there
    plan = planned(Act.RELEASED, [row(1), row(21, "NR", bars=(0.3, 0.16, 0.6, 0.18))], [blank(FULL), blank()], FORMATS)
    first, last = plan.leaves

    assert (plan.cover, first.block, last.page) == (False, None, 1)
    assert [page for page, _ in last.block.seals] == [1, 2]
    assert [one.place for one in last.rows] == [1, 21]


def test_rows_of_two_pages_of_the_sheet_bring_both_seals():  # P2: each row is under a seal that is there
    plan = planned(Act.RELEASED, [row(20), row(21, bars=(0.3, 0.3, 0.6, 0.34))], [blank()], FORMATS)

    assert [page for page, _ in plan.leaves[0].block.seals] == [1, 2]


def test_a_page_with_nothing_but_struck_out_rows_is_marked_and_not_stamped():
    plan = planned(Act.RELEASED, [row(1), row(2, REMOVED, page=1)], [blank(), blank()], FORMATS)

    assert [(leaf.page, leaf.block is not None, len(leaf.marks)) for leaf in plan.leaves] == [(0, True, 1), (1, False, 1)]


def test_a_move_in_bond_is_stamped_on_the_reverse():  # P6
    one, two = (planned(Act.IN_BOND, [row()], [blank()] * n, FORMATS) for n in (1, 2))

    assert [(leaf.page, leaf.block) for leaf in one.leaves] == [(0, None)]
    assert [(leaf.page, leaf.act) for leaf in one.reverses] == [(0, Act.IN_BOND)]
    assert [(leaf.page, leaf.block is not None) for leaf in two.leaves] == [(0, False), (1, True)]
    assert two.reverses == ()


def test_a_reverse_without_bars_that_was_struck_out_is_the_reverse_still():  # P6: as a page of its own it had no barcode
    backs = planned(Act.IN_BOND, [row(mark="NR"), row(2, REMOVED, page=1, bars=None)], [blank(), blank()], FORMATS)
    spoilt = planned(Act.IN_BOND, [row(mark="NR"), row(2, REMOVED, page=1)], [blank(), blank()], FORMATS)

    assert [(leaf.page, leaf.block is not None) for leaf in backs.leaves] == [(0, False), (1, True)]
    assert (backs.cover, backs.reverses) == (False, ())
    assert [leaf.page for leaf in spoilt.reverses] == [0]


def test_a_reverse_that_is_full_or_has_rows_of_its_own_gets_an_added_one():  # P6
    full = planned(Act.IN_BOND, [row()], [blank(), blank((0, 0, 216, 279))], FORMATS)
    rows = planned(Act.IN_BOND, [row(1), row(2, page=1)], [blank(), blank()], FORMATS)

    assert [leaf.page for leaf in full.reverses] == [0]
    assert [leaf.page for leaf in rows.reverses] == [0, 1]


@st.composite
def documents(draw):
    """Pages with type on them, rows with bars on free places of a grid, any marks."""
    faces, rows, place = [], [], 0
    for page in range(draw(st.integers(1, 3))):
        inked = draw(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 270), st.floats(5, 150), st.floats(2, 60)), max_size=5))
        faces.append(blank(*inked, steady=draw(st.integers(0, 9)) > 0))
        for n in draw(st.lists(st.integers(0, 11), unique=True, max_size=6)):
            place += draw(st.integers(1, 9))
            left, top = draw(st.sampled_from([0.05, 0.35, 0.6])), 0.03 + n * 0.08
            rows.append(
                OnPaper(place, draw(st.sampled_from(["R", "NR", "N/A", REMOVED])), page, (left, top, left + 0.3, top + 0.03))
            )
    return faces, [one for one in rows if one.place <= 40], draw(st.sampled_from([Act.RELEASED, Act.STATUS, Act.IN_BOND]))


@settings(max_examples=60, deadline=None)
@given(documents())
def test_what_is_put_on_a_page_hides_nothing_and_says_nothing_that_is_not_so(document):  # faults 1 and 2, P1, Q3, Q4
    faces, rows, act = document
    plan = planned(act, rows, faces, FORMATS)

    for leaf in plan.leaves:
        _hides_nothing(leaf, faces, rows)
        _marks_its_own(leaf, faces, rows)
    _says_release_only_over_marked_rows(plan)


def _hides_nothing(leaf, faces, rows):
    space = faces[leaf.page].space
    own = [bars_on(space, one.bars) for one in rows if one.page == leaf.page]
    spots = [spot for _, _, spot in leaf.marks]
    spots += [leaf.block.stamp, *(spot for _, spot in leaf.block.seals)] if leaf.block else []
    assert faces[leaf.page].steady
    for n, spot in enumerate(spots):
        assert space.free(spot)
        assert min(spot.x, spot.y, space.width - spot.right, space.height - spot.bottom) >= EDGE - 1e-9
        assert not any(spot.meets(other) for other in (*own, *spots[:n]))


def _says_release_only_over_marked_rows(plan):
    stamped = [leaf for leaf in (*plan.leaves, *plan.reverses) if leaf.block]
    assert not (plan.cover and stamped)
    for leaf in stamped:
        assert {one.place for one in leaf.rows} <= {one.place for other in plan.leaves for one, _, _ in other.marks}
        assert leaf.act is not Act.RELEASED or any(one.mark == "R" for one in leaf.rows)
        assert {page for page, _ in leaf.block.seals} == {(one.place - 1) // 20 + 1 for one in leaf.rows}


def _marks_its_own(leaf, faces, rows):
    """Nearer to its own bars than to any other, and with their white left to them."""
    bars = {one.place: bars_on(faces[leaf.page].space, one.bars) for one in rows if one.page == leaf.page}
    for one, _, spot in leaf.marks:
        own = bars[one.place]
        assert min(bars, key=lambda place: _far(spot, bars[place])) == one.place
        beside = max(spot.x - own.right, own.x - spot.right)
        assert beside >= QUIET or spot.y >= own.bottom or spot.bottom <= own.y


def _far(spot, bars):
    (x, y), right, bottom = spot.middle, bars.right, bars.bottom
    return max(bars.x - x, x - right, 0) + 3 * max(bars.y - y, y - bottom, 0)


def test_a_stamp_for_paper_must_lie_on_it():
    Overprint(1, "letter", 0, 0).check_on(120, 40)
    for place in (Overprint(1, "letter", 100, 0), Overprint(1, "letter", 0, 250), Overprint(1, "a4", -1, 0)):
        with pytest.raises(Refusal, match="endorse-place"):
            place.check_on(120, 40)
    Overprint(1, "letter", 150, 0, across=True).check_on(120, 40)
