"""Who somebody is, as the record left him, and how long a log-in waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Refusal
from kiosk.core.journal import (
    DelayLifted,
    Entry,
    LoggedIn,
    LoggedOut,
    LogInFailed,
    PinSet,
    UserAdded,
    UserChanged,
    UserDismissed,
)
from kiosk.core.user import LONGEST, LONGEST_OF_LAST, Role, Task, check_pin, ended, failures, may, replay, wait

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BADGE, STATION = "A1001", "K7QD"
roles = st.sampled_from([role.value for role in Role])
user_facts = st.one_of(
    st.builds(UserAdded, st.just(BADGE), st.sampled_from(["Ann", "Ben"]), roles),
    st.builds(UserChanged, st.just(BADGE), st.sampled_from(["Ann", "Ben"]), roles),
    st.builds(PinSet, st.just(BADGE), st.sampled_from(["d1", "d2"])),
    st.builds(UserDismissed, st.just(BADGE)),
)
histories = st.lists(st.tuples(user_facts, st.sampled_from([BADGE, STATION, "B2002"])), max_size=12)
door_facts = st.one_of(
    st.builds(LogInFailed, st.just("wrong-pin"), st.sampled_from([STATION, "OTHR"])),
    st.builds(LoggedIn, st.just("s"), st.sampled_from([STATION, "OTHR"])),
    st.builds(DelayLifted),
    st.builds(LoggedOut, st.sampled_from(["s", "t"]), st.just("asked")),
)


def user(*facts, by=STATION):
    """The user whom facts make."""
    return replay(Entry(f"user/{BADGE}", NOON, by, fact) for fact in facts)


def entries(facts):
    """Entries of a door, a second apart."""
    return [Entry(f"door/{BADGE}/2026-11-22", NOON + timedelta(seconds=n), STATION, fact) for n, fact in enumerate(facts)]


RIGHTS = {
    Role.CLIENT: "ask",
    Role.WAREHOUSE: "gate register",
    Role.BSO: "ask counter day devices gate hold",
    Role.SUPERVISOR: "ask counter day devices gate hold lift record register report void wholeness",
    Role.ADMINISTRATOR: "devices lift users wholeness",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role):
    """Issue 6, 8: least privilege."""
    assert sorted(task for task in Task if may(role, task)) == RIGHTS[role].split()


def test_nobody_who_manages_users_or_keys_stamps():
    """Who could make himself another badge must not be able to release goods with it; nor does he need what clients asked."""
    both = {Task.COUNTER, Task.VOID, Task.HOLD, Task.REGISTER, Task.DAY, Task.REPORT, Task.RECORD}

    assert not any(may(role, task) for role in Role for task in both if may(role, Task.USERS))


def test_every_task_is_somebodys():
    assert all(any(may(role, task) for role in Role) for task in Task)


def test_nobody_is_a_user_before_he_was_added():
    assert user() is None
    assert user(PinSet(BADGE, "d"), UserDismissed(BADGE)) is None


def test_a_user_added_again_has_no_pin_of_before():
    again = user(UserAdded(BADGE, "Ann", "bso"), PinSet(BADGE, "d"), UserDismissed(BADGE), UserAdded(BADGE, "Ann", "bso"))

    assert (again.active, again.pin, again.state) == (True, None, "no-pin")


@pytest.mark.parametrize(("by", "state"), [(BADGE, "active"), (STATION, "first-pin"), ("B2002", "first-pin")])
def test_a_pin_is_ones_own_only_if_one_set_it_oneself(by, state):
    assert user(UserAdded(BADGE, "Ann", "bso"), PinSet(BADGE, "d"), by=by).state == state


@given(histories)
def test_whatever_changes_role_pin_or_standing_makes_another_edition(history):
    """P5: a session of an earlier edition is over, so no role outlives its withdrawal."""
    before = None
    for n in range(1, len(history) + 1):
        now = replay(Entry("user", NOON, by, fact) for fact, by in history[:n])
        fact = history[n - 1][0]
        if before and now:
            same = (before.role, before.pin, before.active) == (now.role, now.pin, now.active)
            assert same or now.edition > before.edition
            assert now.edition >= before.edition
            assert not isinstance(fact, PinSet) or now.edition > before.edition
        before = now


@given(histories)
def test_a_dismissed_user_has_neither_standing_nor_pin(history):
    left = replay(Entry("user", NOON, by, fact) for fact, by in [*history, (UserDismissed(BADGE), STATION)])

    assert left is None or (left.active, left.pin, left.state) == (False, None, "dismissed")


@given(histories)
def test_a_user_knows_how_many_entries_made_him(history):
    """A change is written only if nobody has written meanwhile."""
    added = (UserAdded(BADGE, "Ann", "bso"), STATION)

    found = replay(Entry("user", NOON, by, fact) for fact, by in [added, *history])
    assert found.entries == 1 + len(history)


@given(st.lists(door_facts, max_size=20))
def test_what_counts_is_what_failed_here_since_the_last_that_did_not(facts):
    found = failures(entries(facts), STATION)
    over = [n for n, fact in enumerate(facts) if isinstance(fact, DelayLifted) or fact == LoggedIn("s", STATION)]
    rest = facts[over[-1] + 1 :] if over else facts

    assert len(found) == sum(fact == LogInFailed("wrong-pin", STATION) for fact in rest)
    assert list(found) == sorted(found)


@given(st.lists(door_facts, max_size=20))
def test_every_session_that_was_logged_out_is_ended(facts):
    assert ended(entries(facts)) == {fact.session for fact in facts if isinstance(fact, LoggedOut)}


@given(st.integers(0, 3000), st.integers(-(10**6), 10**6))
def test_the_wait_is_never_negative_nor_longer_than_the_longest(many, later):
    seconds = wait([NOON] * many, NOON + timedelta(seconds=later))

    assert 0 <= seconds <= LONGEST.total_seconds()
    assert seconds == 0 or many > 2


@given(st.integers(0, 40), st.floats(0, 2000))
def test_the_wait_is_over_exactly_when_it_says(many, later):
    now = NOON + timedelta(seconds=later)
    seconds = wait([NOON] * many, now)

    assert wait([NOON] * many, now + timedelta(seconds=seconds)) == 0
    assert seconds == 0 or wait([NOON] * many, now + timedelta(seconds=seconds - 1)) == 1


@given(st.integers(0, 40))
def test_one_failure_more_never_makes_the_wait_shorter(many):
    assert wait([NOON] * (many + 1), NOON) >= wait([NOON] * many, NOON)


def test_the_wait_doubles_after_two_free_failures():
    assert [wait([NOON] * many, NOON) for many in range(14)] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


def test_the_last_administrator_waits_a_minute_at_most():
    assert wait([NOON] * 50, NOON, LONGEST_OF_LAST) == 60


def test_a_clock_set_back_makes_nobody_wait_longer():
    assert wait([NOON] * 3, NOON - timedelta(days=1)) == 1


@pytest.mark.parametrize("pin", ["483920", "000001", "112233", "483920770183"])
def test_a_pin_of_6_to_12_digits_is_taken(pin):
    check_pin(pin, BADGE)


@pytest.mark.parametrize("pin", ["", "12345", "4839201234567", "48392a", "48 3920", "４８３９２０", "²³⁴⁵⁶⁷", "483920\n", "-48392"])
def test_what_is_not_6_to_12_digits_is_no_pin(pin):
    with pytest.raises(Refusal, match="pin-form"):
        check_pin(pin, BADGE)


@pytest.mark.parametrize("pin", ["000000", "777777777", "123456", "654321", "234567890", "890123", "098765"])
def test_one_digit_repeated_or_a_run_is_no_pin(pin):
    with pytest.raises(Refusal, match="pin-too-simple"):
        check_pin(pin, BADGE)


@pytest.mark.parametrize(("pin", "badge"), [("483920", "483920"), ("483920", "4839"), ("483920", "X483920")])
def test_a_pin_is_not_like_the_badge(pin, badge):
    with pytest.raises(Refusal, match="pin-too-simple"):
        check_pin(pin, badge)


@given(st.text(max_size=14).filter(lambda pin: not (pin.isdigit() and pin.isascii() and 6 <= len(pin) <= 12)))
def test_a_refused_pin_stands_in_no_refusal(pin):
    """What is refused is recorded and shown: a PIN must not be."""
    with pytest.raises(Refusal) as refused:
        check_pin(pin, BADGE)

    assert refused.value.fields == {}
