"""Lots of a warehouse: whatever came in which order, the same is there, and nothing leaves without a word (P3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Refusal
from kiosk.core.journal import DifferenceSeen, DifferenceSettled, Entry, GoodsIn, GoodsOut, RegisterCorrected
from kiosk.core.register import check_written, goods_number, lot_subject, release_number, replay
from tests.fakes import NOON

HERE, NUMBER, RELEASE, SECOND = "9453", "XXXXPARS0000471", "99999001495785", "99999001495786"
SUBJECT = lot_subject(HERE, NUMBER)


def name(n):
    return f"{n:032x}"


def at(n):
    return (NOON + timedelta(minutes=n)).isoformat(timespec="microseconds")


def came(n, pieces=10, **more):
    values = {"place": "", "carrier": "Exemple", "perishable": False, "remark": "", "transaction": "", "due": "2027-01-01"}
    return GoodsIn(name(n), "K7QD", HERE, "ccn", NUMBER, pieces=pieces, at=at(n), day="2026-11-22", **(values | more))


def went(n, pieces=4, proven=NUMBER, **more):
    values = {"ground": "proof", "sheet": "K7QD.000001", "page": 1, "row": 1, "presented": 7, "carrier": "Exemple"}
    empty = dict.fromkeys(("driver", "vehicle", "remark", "despite"), "")
    return GoodsOut(
        name(n), "K7QD", HERE, "ccn", NUMBER, pieces=pieces, proven=proven, at=at(n), day="2026-11-22", **(values | empty | more)
    )


def right(n, of, pieces, transaction=""):
    return RegisterCorrected(
        name(n), "K7QD", HERE, "ccn", NUMBER, name(of), pieces, transaction, "counted again", at(n), "2026-11-22"
    )


def lot(*facts):
    return replay(HERE, NUMBER, [Entry(SUBJECT, NOON, "W7001", fact) for fact in facts])


NUMBERS = st.integers(1, 20)
FACTS = st.lists(
    st.one_of(
        st.builds(lambda n, pieces: came(n, pieces, transaction=RELEASE if n % 2 else ""), st.integers(1, 20), NUMBERS),
        st.builds(went, st.integers(21, 40), NUMBERS),
        st.builds(right, st.integers(41, 60), st.integers(1, 40), st.integers(0, 20)),
        st.builds(DifferenceSeen, st.integers(21, 40).map(name), st.sampled_from(["held", "elsewhere"]), st.just("")),
        st.builds(DifferenceSettled, st.sampled_from(["over-1-of-2", f"held-{name(21)}"]), st.just("seen")),
    ),
    max_size=15,
    unique_by=lambda fact: getattr(fact, "entry", None) if not isinstance(fact, DifferenceSeen) else (fact.entry, fact.what),
)


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_come_is_nothing_to_a_lot(facts, random):
    """P3: two records that know the same entries show the same lot."""
    mixed = list(facts)
    random.shuffle(mixed)

    assert lot(*mixed) == lot(*facts)
    assert lot(*mixed).differences == lot(*facts).differences


@given(FACTS)
def test_an_entry_that_comes_twice_counts_once(facts):
    assert lot(*facts, *facts) == lot(*facts)


@given(FACTS)
def test_what_is_inside_is_what_came_less_what_went_and_never_less_than_nothing(facts):
    """P3: never more out than in without a word."""
    found = lot(*facts)
    over = found.pieces_out - found.pieces_in

    assert found.inside == max(0, -over) == sum(pieces for _, pieces in found.left)
    said = {one.what for one in (*found.differences, *(one for one in found._balance() if one.name in found.settled))}
    assert bool(said & {"over", "without-in"}) == (over > 0)
    assert all(0 < there <= arrival.pieces for arrival, there in found.left)


@given(FACTS, st.sampled_from([NUMBER, RELEASE, SECOND]))
def test_no_release_covers_more_than_is_inside_or_than_came_under_it(facts, proven):
    found = lot(*facts)

    assert 0 <= found.covered(proven) <= found.inside
    if proven != NUMBER:
        assert found.covered(proven) <= sum(one.pieces for one in found.ins if one.transaction == proven)


def test_what_came_first_leaves_first_and_is_due_first():
    found = lot(came(1, 10, due="2026-11-26", perishable=True), came(2, 5, due="2026-12-31"))
    assert (found.due, found.perishable) == (date(2026, 11, 26), True)

    found = lot(came(1, 10, due="2026-11-26", perishable=True), came(2, 5, due="2026-12-31"), went(3, 12))

    assert (found.inside, found.due, found.perishable) == (3, date(2026, 12, 31), False)
    assert [(one.entry, there) for one, there in found.left] == [(name(2), 3)]


def test_the_first_of_two_releases_lets_out_no_goods_of_the_second():
    """One cargo control number may have several releases."""
    facts = came(1, 10, transaction=RELEASE), came(2, 5, transaction=SECOND), went(3, 4, RELEASE)

    assert {one: lot(*facts).covered(one) for one in (NUMBER, RELEASE, SECOND)} == {NUMBER: 11, RELEASE: 6, SECOND: 5}


def test_a_correction_may_come_before_what_it_corrects_and_the_last_one_counts():
    facts = right(9, 1, 8), right(8, 1, 7, RELEASE), came(1, 10), went(2, 8)

    assert (lot(*facts).inside, lot(*facts).ins[0].first, lot(*facts).differences) == (0, 10, ())
    assert lot(came(1, 10), right(2, 1, 0)).due is None


def test_each_new_trouble_is_a_new_difference():
    """What was settled is settled; what comes after it is not."""
    facts = [came(1, 10), went(2, 12)]
    settled = DifferenceSettled(lot(*facts).differences[0].name, "two cartons too many")

    assert lot(*facts, settled).differences == ()
    assert [one.pieces for one in lot(*facts, settled, went(3, 1)).differences] == [3]
    assert [one.what for one in lot(went(2, 12)).differences] == ["without-in"]


def test_fourteen_digits_on_a_document_are_its_cargo_control_number():
    assert goods_number("12345001495785").kind == "ccn"
    assert str(goods_number("*xxxx-1*")) == "XXXX-1"
    assert release_number("12345-001495785") == "12345001495785"
    for text in ("12345", "XXXX0042", "1234500149578"):
        with pytest.raises(Refusal, match="not-a-transaction"):
            release_number(text)


@pytest.mark.parametrize(
    "fact",
    [
        replace(came(1), at="yesterday"),
        replace(came(1), due=""),
        replace(came(1), day="2026-11-31"),
        replace(came(1), number="xxxx0042"),
        replace(came(1), number="911"),
        replace(came(1), pieces=0),
        replace(went(1), pieces=10_000_000),
        replace(came(1), at="9999-12-31T23:59:59-23:59"),
    ],
)
def test_an_entry_that_nobody_could_have_written_is_not_taken(fact):
    """It would be unreadable for ever."""
    with pytest.raises(Refusal):
        check_written(fact)
    check_written(right(1, 2, 0))
