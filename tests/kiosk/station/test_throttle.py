"""The throttle decides what is more than any hand can scan: named once, over when it is quiet, never for what a hand does (D5)."""

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.station.throttle import BUSY, MOST, QUIET, STRETCH, WINDOW, Throttle, Verdict

PAUSES = st.lists(st.floats(0, 6, allow_nan=False), min_size=1, max_size=80)


def verdicts(times):
    throttle = Throttle()
    return [throttle.heard(time) for time in times]


@given(st.lists(st.floats(WINDOW / MOST + 0.001, 6), min_size=1, max_size=80))
def test_what_a_hand_can_do_is_never_a_flood(pauses):
    """Twenty in three seconds, however many there are."""
    assert set(verdicts(accumulate(pauses))) == {Verdict.TAKEN}


@given(PAUSES)
def test_a_flood_is_named_once_until_it_has_been_quiet(pauses):
    times = list(accumulate(pauses))
    said = verdicts(times)
    for (before, verdict), (now, after) in pairwise(zip(times, said, strict=True)):
        if verdict in {Verdict.FLOOD, Verdict.DROPPED}:
            assert after is (Verdict.TAKEN if now - before >= QUIET else Verdict.DROPPED)
        else:
            assert after is not Verdict.DROPPED


@given(PAUSES)
def test_never_more_than_twenty_are_taken_in_three_seconds(pauses):
    times = list(accumulate(pauses))
    taken = [time for time, verdict in zip(times, verdicts(times), strict=True) if verdict is Verdict.TAKEN]

    assert all(later - first >= WINDOW for first, later in zip(taken, taken[MOST:], strict=False))


@given(st.lists(st.tuples(st.floats(STRETCH, 20), st.floats(0, 0.99)), min_size=1, max_size=20))
def test_keys_below_the_speed_of_a_stuck_one_are_never_a_flood(stretches):
    """D1: a slow scanner with one very long code."""
    throttle, now, beats = Throttle(), 0.0, 0
    for seconds, share in stretches:
        now, beats = now + seconds, beats + int(seconds * BUSY * share)
        assert not throttle.beaten(now, beats)


def test_keys_and_keys_are_a_flood_at_the_second_stretch_and_once():
    throttle = Throttle()
    said = [throttle.beaten(n * STRETCH, int(n * STRETCH * 1000)) for n in range(6)]

    assert said == [False, False, True, False, False, False]
    assert not throttle.calm(5 * STRETCH + QUIET)  # nobody has seen yet that no more keys come
    assert not throttle.beaten(6 * STRETCH, int(5 * STRETCH * 1000))
    assert throttle.calm(6 * STRETCH)
    assert throttle.heard(6 * STRETCH) is Verdict.TAKEN


def test_no_reads_do_not_excuse_keys_without_end():
    """A stuck key whose codes are all too long is stuck, and not a scanner."""
    throttle, said = Throttle(), []
    for n in range(4):
        throttle.heard(n * STRETCH, whole=False)
        said.append(throttle.beaten(n * STRETCH, int(n * STRETCH * 1000)))

    assert said == [False, False, True, False]
