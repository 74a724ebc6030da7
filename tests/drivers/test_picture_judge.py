"""No misread is the law: what counts as enough to believe a text, and what refuses it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.picture import Symbol, Unread, Unreadable
from drivers.picture.bars import Bars
from drivers.picture.judge import Reading, credible, grouped, verdict
from drivers.scan import Symbology

HERE = Bars(0.0, 100, 600, 100, 180).corners
NEXT = Bars(0.0, 100, 600, 220, 300).corners

texts = st.text("0123456789ABCDEF-", min_size=5, max_size=20)
readings = st.builds(
    Reading,
    text=texts,
    symbology=st.sampled_from([Symbology.CODE39, Symbology.CODE128]),
    engine=st.sampled_from(["zxing", "zbar", "pattern"]),
    view=st.sampled_from(["page", "straight", "rows"]),
    lines=st.integers(3, 100),
    corners=st.just(HERE),
)


def read(text="99999001495785", engine="zxing", view="page", lines=5, corners=HERE, symbology=Symbology.CODE39):
    return Reading(text, symbology, engine, view, lines, corners)


@given(st.lists(readings, min_size=1, max_size=8))
def test_a_symbol_has_one_text_and_two_witnesses(group):
    """Q4: one engine alone, or two that differ, never make a number."""
    one = verdict(group)

    if isinstance(one, Symbol):
        assert {(r.text, r.symbology) for r in group} == {(one.text, one.symbology)}
        assert len({r.witness for r in group}) >= 2


@pytest.mark.parametrize(
    ("views", "believed"),
    [
        (["zxing:page"], False),
        (["zxing:page", "zxing:straight"], False),  # the same lines, looked at twice
        (["zxing:rows", "zbar:rows"], False),  # one profile, spoilt for both by one stroke
        (["zxing:rows", "zbar:upper"], False),  # the upper rows are among all rows
        (["zxing:rows", "zxing:rows sharp"], False),
        (["zxing:upper", "zbar:lower"], True),
        (["zxing:page", "zbar:straight"], True),
        (["zxing:page", "zbar:rows"], True),
        (["zbar:rows", "pattern:halves"], True),
        (["pattern:halves"], False),
    ],
)
def test_witnesses_stand_on_different_ground(views, believed):
    """Q4: what one stroke can spoil for both is one witness. Pairs like the first two refused gave wrong numbers when tried."""
    group = [read(engine=view.split(":")[0], view=view.split(":")[1], symbology=Symbology.CODE128) for view in views]

    assert isinstance(verdict(group), Symbol) is believed


def test_code_39_is_never_believed_without_its_pattern():
    """Q4: it has no check character, so the shape of each character has to vouch for it."""
    engines = [read(), read(engine="zbar", view="straight"), read(engine="zbar", view="lower")]

    assert verdict(engines).reason is Unreadable.UNSURE
    assert isinstance(verdict([*engines, read(engine="pattern", view="halves")]), Symbol)


@given(st.lists(readings, min_size=2, max_size=6), texts)
def test_one_more_reading_of_another_text_always_refuses_the_place(group, other):
    """Q4: nothing is chosen by majority."""
    assume(all(r.text != other for r in group))

    one = verdict([*group, read(other)])

    assert isinstance(one, Unread)
    assert other in one.got


@given(st.lists(readings, min_size=1, max_size=6), st.randoms())
def test_the_order_of_readings_changes_nothing(group, random):
    shuffled = random.sample(group, len(group))

    assert verdict(shuffled) == verdict(group)


def test_a_shorter_text_inside_a_longer_one_refuses_both():
    """Q4: a cut-off or merged symbol never gives a shorter number."""
    part = Bars(0.0, 100, 300, 100, 180).corners
    (group,) = grouped([read(), read(engine="zbar"), read("9999900", corners=part)])

    assert isinstance(verdict(group), Unread)


def test_two_engines_that_differ_and_one_engine_that_does_are_told_apart():
    """Q4: the reason is one that a client can act on."""
    assert verdict([read(), read("99999001495788", "zbar")]).reason is Unreadable.ENGINES_DISAGREE
    assert verdict([read(), read("99999001495788", view="rows")]).reason is Unreadable.RIVALS


def test_one_scan_line_of_zbar_is_neither_witness_nor_rival():
    """Q4: zbar reports whatever a single line gave; measured, that is where its wrong numbers come from."""
    assert credible([read(engine="zbar", lines=2), read(engine="zbar", lines=3)]) == [read(engine="zbar", lines=3)]


def test_a_text_without_room_for_its_characters_does_not_count():
    assert credible([read(corners=Bars(0.0, 100, 130, 100, 180).corners)]) == []


def test_a_scrap_of_two_characters_does_not_count():
    """Q4: zbar has been seen to read a piece of a longer Code 39."""
    assert credible([read("12")]) == []


def test_another_symbology_is_refused_by_its_kind_whatever_it_says():
    """Q4: fourteen digits in Interleaved 2 of 5 look like a transaction number."""
    foreign = [read(symbology=Symbology.ITF), read(engine="zbar", symbology=Symbology.ITF)]

    assert verdict(foreign) == Unread((100, 100, 600, 180), Unreadable.SYMBOLOGY_NOT_ACCEPTED, ("ITF",))


def test_rows_stay_apart_and_readings_of_one_place_come_together():
    """Q4."""
    upper, again, lower = read(), read(engine="zbar"), read(corners=NEXT)

    assert grouped([upper, lower, again]) == [[upper, again], [lower]]
