"""Every part of a kiosk at the opening self-test, by itself; never better than it is (Q6, Q10)."""

from datetime import timedelta

import pytest

from kiosk.adapters.ntp import synchronised
from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import file_url
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import Entry, RecordBegun
from kiosk.core.trust import TrustedKey, TrustList
from kiosk.desks import opening
from kiosk.desks.opening import Part, worst
from tests.fakes import FakeClock, FakeStore, Fragile


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def journal(tmp_path, clock):
    made = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    made.append([Entry("record", clock(), "K7QD", RecordBegun("K7QD"))])
    yield Fragile(made)
    made.close()


def said(part):
    return part.state, part.code


def test_a_record_that_can_be_written_is_good_and_nothing_is_written(journal):
    before = journal.checkpoint()

    assert said(opening.record(journal)) == ("good", "appendable")
    assert opening.record(journal).figures == {"entries": 1}
    assert journal.checkpoint() == before


def test_a_record_that_can_not_be_written_is_bad(journal):
    journal.healthy = 0

    assert opening.record(journal).state == "bad"


@pytest.mark.parametrize(
    ("told", "expected"), [(True, ("good", "synchronised")), (False, ("poor", "alone")), (None, ("poor", "not-told"))]
)
def test_a_clock_is_as_good_as_who_sets_it(journal, clock, told, expected):
    assert said(opening.clock(journal, clock, synchronised=told)) == expected


@pytest.mark.parametrize("told", [True, False, None])
def test_a_clock_behind_the_record_is_bad_whoever_sets_it(journal, clock, told):
    """T27: nothing can be stamped."""
    clock.let_pass(days=-14)

    assert said(opening.clock(journal, clock, synchronised=told)) == ("bad", "behind")


def test_a_clock_is_not_judged_by_a_record_that_can_not_be_read(clock):
    class Gone:
        def newest(self):
            raise Unavailable("journal", "gone")

    assert said(opening.clock(Gone(), clock, synchronised=True)) == ("unknown", "gone")


def test_the_kernel_tells_whether_the_network_sets_the_clock():
    assert synchronised() in {True, False, None}


@pytest.mark.parametrize(
    ("free", "expected"),
    [(opening.LOW_SPACE, ("good", "space")), (opening.LOW_SPACE - 1, ("poor", "little-space")), (1, ("bad", "little-space"))],
)
def test_a_disk_is_judged_by_what_is_free(tmp_path, monkeypatch, free, expected):
    class Usage:
        pass

    Usage.free = free
    monkeypatch.setattr(opening.shutil, "disk_usage", lambda _: Usage)

    assert said(opening.disk(tmp_path)) == expected


def test_a_disk_that_is_not_there_is_bad(tmp_path):
    assert said(opening.disk(tmp_path / "nowhere")) == ("bad", "gone")


def test_a_store_that_answers_anything_is_good_and_one_that_does_not_is_not_known(clock):
    """Q6: could not ask is no answer, here neither."""
    store = FakeStore(clock)
    assert said(opening.store(store)) == ("good", "answers")
    store.down("slow")

    assert said(opening.store(store)) == ("unknown", "slow")


def key(clock, **changes):
    day = timedelta(days=1)
    given = {"not_before": clock() - day, "not_after": clock() + 100 * day, "revoked_at": None} | changes
    return TrustedKey(b"12345678", bytes(32), "fake-store", "K7QD", **given)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("good", "trusted")),
        ({"not_after": timedelta(days=29)}, ("poor", "ends-soon")),
        ({"not_after": timedelta(seconds=-1)}, ("bad", "key-expired")),
        ({"not_before": timedelta(seconds=1)}, ("bad", "key-not-yet-valid")),
        ({"revoked_at": timedelta(seconds=-1)}, ("bad", "key-revoked")),
    ],
)
def test_a_key_is_judged_as_verifiers_will(clock, changes, expected):
    old = key(clock, revoked_at=clock())
    used = key(clock, **{name: clock() + by for name, by in changes.items()})

    assert said(opening.keys(TrustList(1, clock(), (old, used)), clock())) == expected


def test_a_list_without_keys_is_bad(clock):
    assert said(opening.keys(TrustList(1, clock(), ()), clock())) == ("bad", "unknown-key")


@pytest.mark.parametrize("error", [Refusal("not-a-key", got="x"), Unavailable("keys", "gone", "x"), ZeroDivisionError()])
def test_whatever_an_examination_ends_with_is_a_part_that_is_bad(error):
    assert opening.refused("keys", error).state == "bad"


def test_the_whole_is_as_its_worst_part():
    states = ["good", "poor", "unknown", "bad"]
    for n, state in enumerate(states, 1):
        assert worst([Part("x", one, "") for one in states[:n]]) == state
