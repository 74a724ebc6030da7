"""A store that fails again and again is left alone for a while, so that nobody waits in vain; never for longer than that (Q6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adapters.acros import Breaker
from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.acros_samples import ASKED, body, good, http, over_http, saying


def rests(breaker, now):
    """Whether the store is being left alone now."""
    try:
        breaker.check(now)
    except Unavailable as no:
        return no.code == "resting"
    return False


def test_it_rests_after_three_failures_and_not_before():
    breaker = Breaker()
    for failure in (1, 2, 3):
        assert not rests(breaker, 100)
        breaker.note(100, failed=True)
        assert rests(breaker, 100) == (failure == 3)


def test_the_pauses_grow_and_end_growing():
    breaker, now, pauses = Breaker(), 100.0, []
    for _ in range(9):
        breaker.note(now, failed=True)
        pauses.append(breaker.until - now if breaker.until else 0)
        now = max(now, breaker.until)
        assert not rests(breaker, now)

    assert pauses == [0, 0, 1, 2, 4, 8, 15, 15, 15]


def test_one_success_ends_it_and_forgets_the_failures():
    breaker = Breaker()
    for now in range(0, 100, 20):
        breaker.note(now, failed=True)
    breaker.note(100, failed=False)
    assert not rests(breaker, 100)

    breaker.note(100, failed=True)
    breaker.note(100, failed=True)

    assert not rests(breaker, 100)


def test_a_failure_after_the_rest_rests_longer():
    breaker = Breaker()
    for _ in range(3):
        breaker.note(100, failed=True)
    assert (rests(breaker, 100.99), rests(breaker, 101)) == (True, False)

    breaker.note(101, failed=True)

    assert (rests(breaker, 102.99), rests(breaker, 103)) == (True, False)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 20))))
def test_nobody_waits_longer_than_the_longest_pause(notes):
    """Q6: whatever happened before, the store is asked again within 15 s."""
    breaker, now, streak = Breaker(), 0.0, 0
    for failed, later in notes:
        now += later
        breaker.note(now, failed=failed)
        streak = streak + 1 if failed else 0

        assert rests(breaker, now) == (streak >= 3)
        assert not rests(breaker, now + 15)


def test_the_words_say_how_long():
    breaker = Breaker()
    for _ in range(4):
        breaker.note(100, failed=True)

    with pytest.raises(Unavailable, match=r"4 failures, asked again in 1\.5 s"):
        breaker.check(100.5)


def test_a_resting_store_is_not_asked():
    """The third bad reply opens it; then nothing goes over the wire."""
    with saying(http(b"")) as server:
        store = over_http(server.url)
        codes = []
        for _ in range(6):
            with pytest.raises(Unavailable) as no:
                store.ask(ASKED)
            codes.append(no.value.code)

        assert codes == ["garbled"] * 3 + ["resting"] * 3
        assert len(server.asked) == 3


def test_failures_with_a_success_between_them_do_not_add_up():
    replies = [b"", b"", body(good())] * 3
    with saying(http(b"")) as server:
        server.say = iter(replies)
        server._script = lambda connection, _asked, _over: connection.sendall(http(next(server.say)))
        store = over_http(server.url)
        for reply in replies:
            if reply:
                assert len(store.ask(ASKED)) == len(ASKED)
            else:
                with pytest.raises(Unavailable, match="garbled"):
                    store.ask(ASKED)


def test_two_stores_rest_each_for_itself():
    with saying(http(b"")) as bad, saying(http(body(good()))) as sound:
        failing, other = over_http(bad.url), over_http(sound.url)
        for _ in range(4):
            with pytest.raises(Unavailable):
                failing.ask(ASKED)

        assert len(other.ask(ASKED)) == len(ASKED)
