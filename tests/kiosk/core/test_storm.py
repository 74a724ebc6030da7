"""Storms of unknown numbers: pure decisions (issue 6, 8)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.answer import Answer, Reason
from kiosk.core.faults import Refusal
from kiosk.core.reference import TransactionNumber
from kiosk.core.sheet import Asked, Faulty, Line, Removed, Waiting
from kiosk.core.storm import CLIENT, PROGRAM, WINDOW, breaks_out, is_miss, recent, wait

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NUMBER = TransactionNumber("99999", "001495785")
ASKED = Asked("s", "99999001495785", (NUMBER,))


def answered(reason):
    return Line(ASKED, Answer(NUMBER, reason, NOON, "0453"))


@pytest.mark.parametrize(
    ("row", "miss"),
    [
        (answered(Reason.NOT_ON_FILE), True),
        (answered(Reason.RELEASED), False),
        (answered(Reason.EXAM), False),
        (Waiting(ASKED, "down"), False),
        (Faulty("s", "911", Refusal("service-option")), True),
        (Faulty("s", None, Refusal("not-read", why="torn")), False),
        (Faulty("s", "99999001495785", Refusal("repeat")), False),
        (Removed(answered(Reason.NOT_ON_FILE), "x"), False),
    ],
)
def test_a_miss_is_what_is_not_on_file_or_no_number(row, miss):
    """Q6: what could not be asked is never counted against anybody."""
    assert is_miss(row) is miss


moments = st.lists(st.integers(-2000, 2000), max_size=60).map(lambda offsets: [NOON + timedelta(seconds=n) for n in offsets])


@given(moments, st.sampled_from([CLIENT, PROGRAM]))
def test_nobody_waits_longer_than_the_limit_whatever_the_clock_does(misses, patience):
    assert 0 <= wait(misses, NOON, patience) <= patience.longest.total_seconds()


@given(moments)
def test_who_has_waited_may_ask(misses):
    seconds = wait(misses, NOON, CLIENT)
    later = NOON + timedelta(seconds=seconds)

    assert seconds == 0 or wait([at for at in misses if at <= NOON], later, CLIENT) == 0


@given(moments)
def test_each_miss_makes_the_wait_no_shorter(misses):
    assert wait([*misses, NOON], NOON, CLIENT) >= wait(misses, NOON, CLIENT)


def test_misses_are_forgotten():
    assert recent([NOON - WINDOW, NOON], NOON) == (NOON,)
    assert wait([NOON - WINDOW] * 50, NOON, CLIENT) == 0


def test_a_storm_breaks_out_once_until_it_is_over():
    twelve = [NOON] * CLIENT.storm

    assert breaks_out(twelve[:-1], twelve, NOON, CLIENT)
    assert not breaks_out(twelve, [*twelve, NOON], NOON, CLIENT)
    assert breaks_out([], twelve, NOON, CLIENT)
