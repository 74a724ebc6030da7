"""The rig's own book can tell each fault that it is there to find (demand 9 of the device layer; D1, D5)."""

import pytest

from tests.devices.ledger import PULLED, Sent, judged

SENT = {"a": [Sent("a1"), Sent("a2"), Sent("a3")], "b": [Sent("b1"), Sent("b2")]}
ALL = [("a", "a1"), ("b", "b1"), ("a", "a2"), ("a", "a3"), ("b", "b2")]


def test_all_that_was_sent_and_kept_in_order_is_no_fault():
    verdict = judged(SENT, ALL)

    assert (verdict.faults, verdict.sent, verdict.kept) == ([], 5, 5)


@pytest.mark.parametrize(
    ("kept", "fault"),
    [
        ([*ALL, ("a", "a")], ["wrong: a a"]),
        ([*ALL, ("c", "c9")], ["wrong: c c9"]),
        ([*ALL[:-1], ("a", "b2")], ["mixed: a b2", "lost: b b2"]),
        ([row for row in ALL if row[1] != "a2"], ["lost: a a2"]),
        (ALL[1:], ["lost: a a1"]),
        (ALL[:-1], ["lost: b b2"]),
        ([*ALL, ("b", "b2")], ["doubled: b b2"]),
        ([ALL[2], ALL[0], *ALL[3:], ALL[1]], ["lost: a a1", "disordered: a a1", "disordered: b b1"]),
    ],
)
def test_each_fault_is_named_with_its_scanner(kept, fault):
    assert set(fault) <= set(judged(SENT, kept).faults)


def test_a_no_read_speaks_for_the_codes_between_its_neighbours_alone():
    sent = {"a": [Sent(f"a{number}") for number in range(6)]}
    kept = [("a", "a0"), ("a", None), ("a", "a2"), ("a", "a4"), ("a", "a5")]

    assert judged(sent, kept).faults == ["lost: a a3"]


def test_another_scanners_no_read_excuses_nothing():
    assert judged(SENT, [("b", "b1"), ("b", None), ("a", "a1"), ("a", "a2"), ("b", "b2")]).faults == ["lost: a a3"]


def test_an_unplug_excuses_the_code_right_before_it_and_no_other():
    sent = {"a": [Sent("a0"), Sent("a1"), PULLED, Sent("a2"), Sent("a3")]}

    assert judged(sent, [("a", "a3")]).faults == ["lost: a a0", "lost: a a2"]


def test_half_a_code_that_was_kept_is_wrong_even_where_all_of_it_came():
    """Without its terminator nobody knows that it was all: pulled out in the middle, it is a no-read (D1)."""
    sent = {"a": [Sent("a0", whole=False), PULLED]}

    assert judged(sent, [("a", "a0")]).faults == ["wrong: a a0"]
    assert judged(sent, [("a", None)]).faults == []
    assert judged(sent, []).faults == []
