"""Which sheet the scanners write on: the one that was on the screen when it was scanned, and never another's (D5)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scan import NoRead
from kiosk.desks.scanners import ONE, TEST
from kiosk.station.claims import FRESH, PATIENCE, Claims
from kiosk.station.spool import Spool
from tests.fakes import NOON, scan

A, B = "K7QD.000001", "K7QD.000002"
SECOND = timedelta(seconds=1)


class Station:
    """A spool, and the claims beside it."""

    def __init__(self, home):
        self.spool, self.claims = Spool(home), Claims(home)

    def keep(self, at=NOON):
        """What the station kept just now, as the desk finds it."""
        one = scan("99999001495785", at=at)
        assert self.spool.keep(one)
        return self.spool.find(one.id)

    def sheet(self, kept):
        claim = self.claims.of(kept)
        return claim.sheet if claim else None


@pytest.fixture
def station(tmp_path):
    station = Station(tmp_path)
    yield station
    station.spool.close()
    station.claims.close()


def test_a_scan_belongs_to_the_sheet_that_was_open_then_whatever_was_opened_since(station):
    """D5: the web server may have been dead meanwhile."""
    before = station.keep()
    station.claims.take(A, "12345", "s", NOON)
    first = station.keep()
    station.claims.take(B, "12345", "s", NOON)
    second = station.keep()
    station.claims.leave(NOON, session="s")
    after = station.keep()

    assert [station.sheet(one) for one in (before, first, second, after)] == [None, A, B, None]


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-400), timedelta(minutes=-9)])
def test_no_clock_that_was_set_back_brings_a_scan_to_another_sheet(station, jump):
    """Two sheets were open at the same time of day; only the second was on the screen."""
    station.claims.take(A, "12345", "s", NOON + jump)
    station.claims.take(B, "12345", "s", NOON)

    assert station.sheet(station.keep(NOON + jump)) == B


def test_a_page_that_was_not_seen_for_long_has_no_scanners(station):
    station.claims.take(A, "12345", "s", NOON)

    assert station.sheet(station.keep(NOON + FRESH)) == A
    assert station.sheet(station.keep(NOON + FRESH + SECOND)) is None
    assert station.claims.now(NOON + FRESH + SECOND) is None
    station.claims.seen("s", A, NOON + FRESH)
    assert station.sheet(station.keep(NOON + FRESH + SECOND)) == A


def test_nobody_but_its_own_page_keeps_a_claim_fresh(station):
    station.claims.take(A, "12345", "s", NOON)
    station.claims.seen("other", A, NOON + FRESH)
    station.claims.seen("s", B, NOON + FRESH)

    assert station.claims.now(NOON + FRESH + SECOND) is None


def test_politely_means_not_from_another_badge(station):
    held = station.claims.take(A, "12345", "s", NOON)

    assert station.claims.take(B, "54321", "t", NOON, politely=True) is None
    assert station.claims.now(NOON) == held
    assert station.claims.take(B, "12345", "u", NOON, politely=True).sheet == B
    assert station.claims.take(A, "54321", "t", NOON).sheet == A


def test_politely_takes_what_an_abandoned_page_has(station):
    station.claims.take(A, "12345", "s", NOON)

    assert station.claims.take(B, "54321", "t", NOON + FRESH + SECOND, politely=True).sheet == B


def test_a_page_that_goes_ends_its_own_claim_and_no_later_one(station):
    """A page is loaded again: the old one's last word comes after the new one's first."""
    station.claims.take(A, "12345", "s", NOON, page="page-old")
    new = station.claims.take(A, "12345", "s", NOON, page="page-new")

    assert not station.claims.gone("s", "page-old", NOON)
    assert station.claims.now(NOON) == new
    assert not station.claims.gone("other", "page-new", NOON)
    assert station.claims.now(NOON) == new
    assert station.claims.gone("s", "page-new", NOON)
    assert station.claims.now(NOON) is None


def test_a_page_that_has_gone_gets_nothing_even_if_its_wish_comes_late(station):
    """Its last word may overtake its first."""
    assert not station.claims.gone("s", "page-1", NOON)
    assert station.claims.take(A, "12345", "s", NOON, page="page-1") is None
    assert station.claims.now(NOON) is None
    assert station.claims.take(A, "12345", "s", NOON, page="page-2").sheet == A


def test_a_sheet_that_is_done_is_left_whoever_has_it(station):
    station.claims.take(A, "12345", "s", NOON)

    assert not station.claims.leave(NOON, sheet=B)
    assert station.claims.leave(NOON, sheet=A)
    assert station.sheet(station.keep()) is None


def test_a_test_takes_one_scan_and_the_sheet_has_the_next(station):
    station.claims.take(A, "12345", "s", NOON)
    test = station.claims.test("12345", "s", NOON)
    first, second = station.keep(NOON + PATIENCE), station.keep(NOON + PATIENCE)
    assert station.sheet(first) == TEST
    station.claims.tested(test.id, first)

    assert station.sheet(first) == TEST  # asked again, after a crash
    assert station.sheet(second) == A
    assert station.claims.last_test("s").got == first.scan.id
    assert station.claims.last_test("other") is None


def test_a_test_waits_no_longer_than_it_says(station):
    station.claims.take(A, "12345", "s", NOON)
    station.claims.test("12345", "s", NOON)

    assert station.sheet(station.keep(NOON + PATIENCE + SECOND)) == A


def test_a_test_leaves_the_scanners_where_they_are(station):
    held = station.claims.take(ONE, "12345", "s", NOON)
    station.claims.test("54321", "t", NOON)

    assert station.claims.now(NOON) == held


def test_a_failed_read_belongs_to_a_sheet_as_a_scan_does(station):
    station.claims.take(A, "12345", "s", NOON)
    assert station.spool.keep(NoRead("broken-off", "scanner/desk", NOON, id="no-1"))

    assert station.sheet(station.spool.find("no-1")) == A


def test_two_processes_see_the_same(station, tmp_path):
    other = Claims(tmp_path)
    held = station.claims.take(A, "12345", "s", NOON)
    assert other.now(NOON) == held
    other.take(B, "12345", "s", NOON)
    assert station.claims.now(NOON).sheet == B
    other.close()


STEPS = st.lists(st.sampled_from(["take A", "take B", "leave", "scan", "back", "on"]), max_size=25)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_a_scan_belongs_to_whatever_was_last_taken_before_it(steps, tmp_path_factory):
    """Any interleaving, and clocks that jump as far as pages stay fresh: the newest claim before the scan, and nothing else."""
    station, at, open_, expected = Station(tmp_path_factory.mktemp("home")), NOON, None, []
    for step in steps:
        match step.split():
            case ["take", name]:
                open_ = {"A": A, "B": B}[name]
                station.claims.take(open_, "12345", "s", at)
            case ["leave"]:
                station.claims.leave(at, session="s")
                open_ = None
            case ["scan"]:
                expected.append((station.keep(at), open_))
            case [way]:
                at += timedelta(hours=-1) if way == "back" else SECOND
    assert [station.sheet(kept) for kept, _ in expected] == [sheet for _, sheet in expected]
    station.spool.close()
    station.claims.close()
