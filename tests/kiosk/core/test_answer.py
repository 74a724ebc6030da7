"""Three statuses and no fourth, and of several answers the one that lets least out (Q3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.answer import Answer, Reason, Status, cautious
from tests.fakes import NOON, ccn, transaction
from tests.strategies import plain_answers

NUMBER = "99999001495785"


def answer(reason, reference=None):
    return Answer(reference or transaction(NUMBER), reason, NOON)


def test_the_marks_are_those_of_the_form():
    """Q3, SOCP 4.2.1."""
    assert [str(status) for status in Status] == ["R", "NR", "N/A"]


@pytest.mark.parametrize("reason", Reason)
def test_only_a_release_is_r_and_only_what_is_not_on_file_is_n_a(reason):
    """Q3: every other reason holds the goods; a reason added later does too, until it is told otherwise."""
    expected = {Reason.RELEASED: "R", Reason.NOT_ON_FILE: "N/A"}.get(reason, "NR")

    assert answer(reason).status == reason.status == expected


@given(st.lists(plain_answers, min_size=1, max_size=4))
def test_of_any_mix_the_answer_that_lets_least_out_is_taken(answers):
    """Q3: held before released, and not on file only where nothing is."""
    statuses = {one.status for one in answers}

    chosen = cautious(answers)

    least = next(status for status in (Status.NOT_RELEASED, Status.RELEASED, Status.NOT_ON_FILE) if status in statuses)
    assert chosen.status is least
    assert any((one.reference, one.reason, one.as_of) == (chosen.reference, chosen.reason, chosen.as_of) for one in answers)


@given(st.lists(plain_answers, min_size=1, max_size=2))
def test_the_other_sense_is_shown_where_it_is_on_file_too_and_only_then(answers):
    """Q3: when both senses of fourteen digits are on file, the line shows both."""
    chosen = cautious(answers)

    both = len(answers) == 2 and all(one.status is not Status.NOT_ON_FILE for one in answers)
    assert (chosen.also is not None) == both
    assert chosen.also is None or chosen.also in answers


@pytest.mark.parametrize("held", [reason for reason in Reason if reason.status is Status.NOT_RELEASED])
@pytest.mark.parametrize("turned", [False, True])
def test_goods_held_under_either_sense_are_never_r(held, turned):
    """Q3: somebody whose held cargo control number is also a released transaction number gets NR."""
    mixed = [answer(Reason.RELEASED), answer(held, ccn(NUMBER))]

    chosen = cautious(mixed[::-1] if turned else mixed)

    assert (chosen.status, chosen.reason) == (Status.NOT_RELEASED, held)
    assert chosen.also == mixed[0]


def test_a_number_that_is_not_on_file_in_one_sense_has_the_answer_of_the_other():
    chosen = cautious([answer(Reason.NOT_ON_FILE), answer(Reason.RELEASED, ccn(NUMBER))])

    assert chosen == answer(Reason.RELEASED, ccn(NUMBER))
