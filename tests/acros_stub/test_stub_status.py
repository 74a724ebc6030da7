"""The pure table: from history to R, NR, N/A (Q3: nothing else, and never a guess; fault 1: never R for what is not released)."""

from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acros_stub.instant import DAY, SECOND
from acros_stub.status import AIR_REUSE_WINDOW, REASONS, REUSE_WINDOW, SEVERITY, TOLERANCE, Event, Request, judge

NOW = 1_795_359_845_123_456
REFUSING = sorted(set(REASONS) - {"4", "CANCELLED"})


def event(indicator, ago=0, office="0453", sub_location="9453", option="911"):
    return Event(NOW - ago, indicator, office, sub_location, option)


def request(*events, number="99999001495785"):
    return Request(number, events)


def decided(*requests):
    judgement = judge(requests, as_of=NOW)
    return judgement.status, judgement.reason


# Times crowd around the edges: now, the tolerance, the reuse window; so ties and both sides of each edge are common.
AGES = st.sampled_from(
    [0, 1, 2, SECOND, DAY, REUSE_WINDOW - 1, REUSE_WINDOW, REUSE_WINDOW + 1, 4 * 365 * DAY, -1, -TOLERANCE, -TOLERANCE - 1, -DAY]
)
CODES = st.sampled_from([*REASONS, "1", "2", "14", "", "77", "04", "40", "X"])
EVENTS = st.builds(event, CODES, AGES, st.sampled_from(["0453", "0495", ""]))
REQUESTS = st.builds(lambda events: request(*events), st.lists(EVENTS, max_size=4))
FILES = st.lists(REQUESTS, max_size=4)
# Requests whose last word is mostly a release: half of these files are R.
PAST = st.builds(event, CODES, st.sampled_from([1, SECOND, DAY, REUSE_WINDOW + 1]))
ENDED = st.builds(
    lambda events, last: request(*events, *last), st.lists(PAST, max_size=2), st.just([event("4")]) | st.lists(EVENTS, max_size=1)
)
MOSTLY_RELEASED = st.lists(ENDED, min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("indicator", "reason"),
    [
        ("5", "exam"),
        ("8", "detain-destination"),
        ("9", "awaiting-arrival"),
        ("23", "csa-deliver"),
        ("24", "accepted"),
        ("34", "in-process"),
        ("1", "no-decision"),
        ("2", "no-decision"),
        ("14", "no-decision"),
        ("", "no-decision"),
        ("77", "unknown-indicator"),
        ("04", "unknown-indicator"),
        ("CANCELLED", "cancelled"),
    ],
)
def test_every_code_but_4_is_nr_with_its_reason(indicator, reason):
    assert decided(request(event(indicator))) == ("NR", reason)


def test_indicator_4_is_r():
    assert decided(request(event("4"))) == ("R", "released")


def test_a_number_with_no_request_is_not_on_file():
    assert decided() == ("N/A", "not-on-file")


def test_a_request_without_any_history_is_on_file():
    """Q6: on file and undecided is never N/A."""
    assert decided(request()) == ("NR", "no-decision")


@given(FILES.filter(bool))
def test_what_is_on_file_is_never_n_a(requests):
    assert decided(*requests)[0] in {"R", "NR"}


@given(FILES)
def test_r_and_the_reason_released_always_go_together(requests):
    judgement = judge(requests, as_of=NOW)

    assert (judgement.status == "R") == (judgement.reason == "released") == (judgement.released_at is not None)
    assert all((verdict.status == "R") == (verdict.reason == "released") for verdict in judgement.verdicts)


@given(MOSTLY_RELEASED)
def test_r_means_that_every_live_request_has_a_4_in_the_window_and_none_later(requests):
    """Fault 1, told another way than the code tells it."""
    assume(decided(*requests)[0] == "R")
    blocking = []
    for each in requests:
        status = [e for e in each.events if e.indicator not in {"1", "2", "14", ""}]
        past = [e for e in status if e.at <= NOW + TOLERANCE]
        last = max((e.at for e in status if e.indicator != "4" or e in past), default=None)
        final = {e.indicator for e in status if e.at == last}
        released = final == {"4"} and last >= NOW - REUSE_WINDOW
        cancelled = last is not None and last <= NOW + TOLERANCE and final <= {"4", "CANCELLED"} and "CANCELLED" in final
        known = [e.at for e in each.events if e.indicator != "4" or e.at <= NOW + TOLERANCE]
        old = bool(known) and max(known) < NOW - REUSE_WINDOW
        blocking += [] if released or cancelled or old else [each]

    assert not blocking


@given(FILES | MOSTLY_RELEASED, st.data())
def test_removing_a_4_never_makes_r(requests, data):
    assume(decided(*requests)[0] != "R")
    places = [(i, j) for i, each in enumerate(requests) for j, e in enumerate(each.events) if e.indicator == "4"]
    assume(places)
    i, j = data.draw(st.sampled_from(places))
    fewer = [e for k, e in enumerate(requests[i].events) if k != j]

    assert decided(*requests[:i], request(*fewer), *requests[i + 1 :])[0] != "R"


@given(MOSTLY_RELEASED, st.sampled_from([*REFUSING, "77", "04"]), st.data())
def test_a_later_state_that_is_no_4_never_leaves_r(requests, indicator, data):
    """domain.md, 12.5: an exam can follow a release."""
    assume(decided(*requests)[0] == "R")
    i = data.draw(st.integers(0, len(requests) - 1))
    latest = max((e.at for e in requests[i].events), default=NOW)
    later = Event(max(latest, NOW - DAY) + data.draw(st.sampled_from([0, 1, DAY])), indicator, "", "", "")

    assert decided(*requests[:i], request(*requests[i].events, later), *requests[i + 1 :])[0] == "NR"


@given(FILES | MOSTLY_RELEASED, st.sampled_from([*REFUSING, "77", "1", "2", "14", ""]), AGES, st.data())
def test_a_state_that_neither_releases_nor_cancels_never_makes_r(requests, indicator, ago, data):
    assume(requests and decided(*requests)[0] != "R")
    i = data.draw(st.integers(0, len(requests) - 1))
    assume(requests[i].events)  # without an event a request has no age; with its first, it may be too old to count

    assert decided(*requests[:i], request(*requests[i].events, event(indicator, ago)), *requests[i + 1 :])[0] != "R"


@given(st.lists(EVENTS, min_size=2, max_size=4), st.randoms())
def test_the_order_of_arrival_changes_nothing(events, chance):
    shuffled = events.copy()
    chance.shuffle(shuffled)

    assert judge([request(*events)], as_of=NOW) == judge([request(*shuffled)], as_of=NOW)


@given(FILES, MOSTLY_RELEASED)
def test_one_more_request_on_a_ccn_that_is_held_makes_r_only_if_the_held_ones_are_out_of_account(requests, more):
    held = [v for v in judge(requests, as_of=NOW).verdicts if v.live and v.status != "R"]
    assume(held)

    assert decided(*requests, *more)[0] == "NR"


def test_at_the_same_time_the_code_that_lets_least_out_decides():
    for first, second in permutations([*REASONS, "77"], 2):
        reasons = {REASONS.get(first, "unknown-indicator"), REASONS.get(second, "unknown-indicator")}
        assert decided(request(event(first), event(second)))[1] == max(reasons, key=SEVERITY.__getitem__)


def test_nothing_ties_with_a_4_and_leaves_r():
    for other in (*REFUSING, "CANCELLED", "77"):
        assert decided(request(event("4"), event(other)))[0] == "NR"


def test_an_acknowledgement_after_the_release_changes_nothing():
    for silent in ("1", "2", "14", ""):
        assert decided(request(event("4", DAY), event(silent))) == ("R", "released")


def test_a_ccn_is_r_only_if_every_live_request_on_it_is():
    released, held = request(event("4")), request(event("24"))

    assert decided(released, released) == ("R", "released")
    assert decided(released, held) == ("NR", "part-released")
    assert decided(held, request(event("5"))) == ("NR", "exam")


def test_cancelled_requests_do_not_count_until_they_are_reinstated():
    cancelled = request(event("4", 2), event("CANCELLED", 1))

    assert decided(cancelled) == ("NR", "cancelled")
    assert decided(cancelled, request(event("4"))) == ("R", "released")
    assert decided(cancelled, request(event("24"))) == ("NR", "accepted")
    assert decided(request(*cancelled.events, event("24")), request(event("4"))) == ("NR", "part-released")
    assert decided(request(*cancelled.events, event("4"))) == ("R", "released")


def test_a_cancelled_and_an_old_request_are_together_too_old():
    assert decided(request(event("CANCELLED")), request(event("4", 4 * 365 * DAY))) == ("NR", "too-old")


@pytest.mark.parametrize("old", ["4", "5", "24", "77", "1"])
def test_an_old_request_alone_is_too_old(old):
    assert decided(request(event(old, REUSE_WINDOW + 1))) == ("NR", "too-old")


def test_the_window_ends_to_the_microsecond():
    assert decided(request(event("4", REUSE_WINDOW))) == ("R", "released")
    assert decided(request(event("4", REUSE_WINDOW + 1))) == ("NR", "too-old")


@pytest.mark.parametrize("old", ["4", "5", "24"])
def test_an_old_request_neither_releases_nor_blocks_a_new_one(old):
    """CCN numbers are reused: what is old is another shipment."""
    ancient = request(event(old, 4 * 365 * DAY))

    assert decided(ancient, request(event("24"))) == ("NR", "accepted")
    assert decided(ancient, request(event("4"))) == ("R", "released")


def test_an_air_waybill_is_too_old_after_a_year():
    judgement = judge([request(event("4", AIR_REUSE_WINDOW + 1))], as_of=NOW, window=AIR_REUSE_WINDOW)

    assert judgement.reason == "too-old"


def test_an_old_release_with_a_new_message_stands_in_the_way_of_an_r():
    """Something is going on with it, so it can't be put aside as another shipment's; and its release is too old to count."""
    ancient = request(event("4", 4 * 365 * DAY), event("14", DAY))

    assert decided(ancient) == ("NR", "too-old")
    assert decided(ancient, request(event("4"))) == ("NR", "part-released")


def test_a_release_from_the_future_is_not_there_yet():
    future = event("4", -TOLERANCE - 1)

    assert decided(request(event("4", -TOLERANCE))) == ("R", "released")
    assert decided(request(future)) == ("NR", "no-decision")
    assert decided(request(event("24", 1), future)) == ("NR", "accepted")


def test_a_refusal_from_the_future_holds_at_once():
    assert decided(request(event("4"), event("5", -DAY))) == ("NR", "exam")


def test_a_cancellation_from_the_future_neither_releases_nor_leaves_released():
    cancelled = request(event("24"), event("CANCELLED", -DAY))

    assert decided(request(event("4"), event("CANCELLED", -DAY))) == ("NR", "cancelled")
    assert decided(cancelled, request(event("4"))) == ("NR", "part-released")


def test_the_office_is_that_of_the_request_that_decided():
    """Q11: a row released elsewhere is shown as such."""
    here, there = event("4", 2, "0453"), event("4", 1, "0495")

    released = judge([request(here), request(there)], as_of=NOW)
    held = judge([request(here), request(event("24", 3, "0395"))], as_of=NOW)

    assert (released.office, released.released_at) == ("0495", there.at)
    assert (held.office, held.released_at) == ("0395", None)


def test_what_the_deciding_event_does_not_say_an_earlier_one_may():
    verdict = judge([request(event("24", 2, "0495", "9495", "174"), event("4", 1, "", "", ""))], as_of=NOW).verdicts[0]

    assert (verdict.office, verdict.sub_location, verdict.service_option) == ("0495", "9495", "174")
