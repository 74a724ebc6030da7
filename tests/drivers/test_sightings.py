"""One presentation, one scan: what a camera sees, picture by picture. No pixels here, and no clock but the numbers given."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scan import Broken, Heard, Symbology, Why
from drivers.sightings import FOLLOWS, LINGER, Presentations, Sighting, same_place, whole

BOX = (300, 300, 700, 380)
BELOW = (300, 420, 700, 500)


def sighting(text="99999001495785", kind=Symbology.CODE128, box=BOX):
    return Sighting(text, kind, box)


def run(pictures, step=0.1):
    """What a sequence of pictures gives: (time, texts or None for a quarrel)."""
    presentations = Presentations()
    said = [(n * step, one) for n, seen in enumerate(pictures) for one in presentations.seen(n * step, seen)]
    return [(round(at, 6), one.text if isinstance(one, Heard) else None) for at, one in said]


def texts(pictures, step=0.1):
    return [text for _, text in run(pictures, step)]


A, B = sighting("99999001495785"), sighting("99999001495786")
ITF = sighting("12345678", Symbology.ITF)


@pytest.mark.parametrize("kind", [Symbology.CODE128, Symbology.CODE39, Symbology.QR])
def test_one_picture_is_never_enough(kind):
    """D3, T10: a camera that is frozen when it is opened has but one."""
    one = sighting(kind=kind)

    assert texts([[one], [], []]) == []
    assert texts([[one], [one]]) == [one.text]


def test_a_symbol_held_still_is_one_scan():
    """D3."""
    assert texts([[A]] * 600) == [A.text]


@given(st.lists(st.floats(0.01, LINGER), min_size=3, max_size=40))
def test_a_symbol_that_drops_out_for_no_longer_than_a_second_is_still_one_scan(gaps):
    """D3: by time, whatever the pace of the pictures."""
    presentations, at, told = Presentations(), 0.0, 0
    for gap in gaps:
        at += gap * 0.999
        told += len(presentations.seen(at, [A]))

    assert told == 1


@given(away=st.floats(LINGER * 1.001, 60), pace=st.floats(0.02, 0.5))
def test_a_symbol_taken_away_and_shown_again_is_a_new_scan(away, pace):
    presentations = Presentations()
    first = [one for n in range(5) for one in presentations.seen(n * pace, [A])]
    presentations.seen(4 * pace + away / 2, [])
    again = [one for n in range(5) for one in presentations.seen(4 * pace + away + n * pace, [A])]

    assert [one.text for one in first + again] == [A.text, A.text]


def test_on_a_slow_machine_two_pictures_in_a_row_still_make_a_scan():
    """Two seconds from one picture to the next, and nothing seen of what was between."""
    assert texts([[A]] * 5, step=2.0) == [A.text]
    assert texts([[A]] * 5, step=3.5) == []
    assert texts([[A], [A], [], [A], [A]], step=2.0) == [A.text] * 2


def test_a_new_presentation_needs_its_own_two_pictures():
    """What was seen before it was taken away does not count for the next."""
    assert texts([[A], *[[]] * 15, [A], []]) == []


def test_several_symbols_in_one_picture_are_each_told_once_from_top_to_bottom():
    """D5."""
    low = sighting("XXXX7700112", Symbology.CODE39, BELOW)

    assert texts([[low, A]] * 20) == [A.text, low.text]


def test_the_same_text_twice_in_one_picture_is_one_scan():
    """A reflection, or a symbol parted by glare."""
    assert texts([[A, sighting(A.text, box=BELOW)]] * 5) == [A.text]


def test_two_texts_at_one_place_are_told_as_a_quarrel_and_neither_counts():
    """D3: no majority."""
    assert texts([[A], [B], [B], [B], [A], [B]] + [[B]] * 20) == [None]


def test_two_texts_at_one_place_of_one_picture_quarrel_too():
    assert texts([[A, B]] * 20) == [None]


def test_after_a_quarrel_and_a_second_away_the_symbol_counts_again():
    assert texts([[A], [B], *[[]] * 12, [A], [A]]) == [None, A.text]


def test_a_sheet_laid_down_right_after_a_quarrel_is_not_passed_over_without_a_word():
    """Q5: too soon after it to be believed, and so said to be unread."""
    third = sighting("99999001495787")

    assert texts([[A], [B], [], [third], *[[third]] * 20]) == [None, None]


def test_what_lies_still_and_reads_badly_is_one_scan():
    """D3: nothing moved, so nothing was taken away; then it was."""
    presentations, said = Presentations(), []
    seen = [[A]] * 4 + [[]] * 40 + [[A]] * 4
    for n, one in enumerate(seen):
        said += presentations.seen(n / 10, one, 0.1)
    assert [one.text for one in said] == [A.text]

    for n, one in enumerate([[]] * 15 + [[A]] * 4):
        said += presentations.seen(5 + n / 10, one, 5.0)
    assert [one.text for one in said] == [A.text] * 2


def test_two_pictures_of_what_lies_still_count_together_only_within_a_second():
    """D3: one smudge may be misread the same way once in a minute."""
    presentations = Presentations()

    assert [said for at in range(0, 60, 5) for said in presentations.seen(float(at), [A] if at % 2 else [], 0.0)] == []


def test_a_shorter_text_inside_the_place_of_a_longer_one_is_its_rival():
    """T12: part of a symbol is never a number of its own."""
    part = sighting("0014957", box=(420, 310, 640, 370))

    assert texts([[part], [A], [A], [part], [part]]) == [None]


def test_the_next_sheet_of_a_pile_is_read_at_the_same_place():
    """Told, then gone while another is seen: no quarrel."""
    said = run([[A]] * 4 + [[B]] * 8)

    assert [text for _, text in said] == [A.text, B.text]
    assert said[1][0] - 0.3 >= FOLLOWS - 1e-9


def test_a_text_that_comes_back_under_another_is_a_quarrel():
    """Told, another seen, the first again: one of both is wrong, so no further one counts."""
    assert texts([[A]] * 4 + [[B], [A]] + [[B]] * 30) == [A.text, None]


def test_rows_that_move_under_the_camera_are_no_rivals():
    """A form pushed up by one row: the second row stands where the first was, which that picture missed."""
    up = sighting(B.text, box=BOX)

    assert texts([[A, sighting(B.text, box=BELOW)], [up], [up], [A, sighting(B.text, box=BELOW)]]) == [B.text, A.text]


def test_a_kind_that_is_not_accepted_counts_after_three_pictures():
    assert texts([[ITF], [ITF], []]) == []
    assert texts([[ITF]] * 3) == [ITF.text]


@pytest.mark.parametrize("firm", [A, sighting("K1:ABC", Symbology.QR)])
def test_a_phantom_kind_in_the_bars_of_another_is_never_told_and_no_rival(firm):
    """T12: Interleaved 2 of 5 is seen in the bars of Code 128."""
    phantom = sighting("9004", Symbology.ITF, (400, 310, 500, 370))

    assert texts([[phantom], [phantom, firm], [phantom], [phantom], [firm], [phantom]]) == [firm.text]


def test_what_is_heard_says_text_bytes_and_kind():
    presentations = Presentations()
    presentations.seen(0.0, [A])

    assert presentations.seen(0.1, [A]) == [Heard(A.text, A.text.encode(), Symbology.CODE128)]
    assert presentations.told(A)
    assert not presentations.open()


def test_a_quarrel_names_its_reason():
    assert Presentations().seen(0.0, [A, B]) == [Broken(Why.DISAGREE)]


@pytest.mark.parametrize(
    ("box", "inside"),
    [((300, 300, 700, 380), True), ((3, 300, 400, 380), False), ((880, 300, 1277, 380), False), ((300, 2, 380, 400), False)],
)
def test_a_symbol_must_lie_well_inside_the_picture(box, inside):
    """T12: the border is taken for paper, so a cut-off symbol could end there."""
    assert whole(sighting(box=box), 1280, 720) is inside


@pytest.mark.parametrize("box", [(300, 300, 700, 315), (300, 300, 315, 700)])
def test_a_sliver_of_rows_is_no_symbol(box):
    """T12: where an oblique edge of one sheet crosses another, a few rows may read as a number that neither has."""
    assert not whole(sighting(box=box), 1280, 720)


def test_a_matrix_code_may_touch_the_border():
    """It has its own frame, and is not read in part."""
    assert whole(sighting("K1", Symbology.QR, (0, 0, 90, 90)), 1280, 720)


BOXES = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(1, 300), st.integers(1, 300)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(BOXES, BOXES)
def test_being_at_one_place_goes_both_ways(one, other):
    assert same_place(one, other) == same_place(other, one)
    assert same_place(one, one)


SEEN = st.lists(
    st.lists(
        st.builds(
            Sighting,
            st.sampled_from(["99999001495785", "99999001495786", "1495785"]),
            st.sampled_from([Symbology.CODE128, Symbology.CODE39, Symbology.ITF, Symbology.QR]),
            st.sampled_from([BOX, BELOW, (310, 310, 600, 370)]),
        ),
        max_size=3,
    ),
    max_size=30,
)


@settings(max_examples=150)
@given(SEEN, st.floats(0.02, 0.6))
def test_nothing_is_told_that_two_pictures_of_this_presentation_did_not_show(pictures, step):
    """D3, whatever comes: each scan has its pictures, and between two scans of one text it was away, or it is one."""
    presentations = Presentations()
    shown: dict = {}
    for n, seen in enumerate(pictures):
        at = n * step
        for one in {one.key: one for one in seen}.values():
            shown.setdefault(one.key, []).append(at)
        for heard in presentations.seen(at, seen):
            if isinstance(heard, Heard):
                times = shown[(heard.symbology, heard.text)]
                assert len(times) >= 2
                assert times[-1] - times[-2] <= LINGER
                assert times[-1] == at
                shown[(heard.symbology, heard.text)] = times[-1:]


@settings(max_examples=100)
@given(SEEN, st.floats(0.02, 0.6))
def test_between_two_scans_of_one_text_it_was_away(pictures, step):
    presentations, shown, told = Presentations(), {}, {}
    for n, seen in enumerate(pictures):
        at = n * step
        for one in seen:
            shown.setdefault(one.key, []).append(at)
        for heard in presentations.seen(at, seen):
            if isinstance(heard, Heard):
                told.setdefault((heard.symbology, heard.text), []).append(at)
    for key, times in told.items():
        for first, second in pairwise(times):
            between = [at for at in shown[key] if first <= at <= second]
            assert max(b - a for a, b in pairwise(between)) > LINGER
