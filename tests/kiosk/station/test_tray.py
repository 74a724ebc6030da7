"""What is shown of a station: well only if it is, and anew only when something on it is another (D5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Unavailable
from kiosk.station.spool import Lamp
from kiosk.station.tray import SILENT, health_of, name_of
from tests.fakes import NOON
from tests.kiosk.station.scanner_samples import BADGE, SESSION, Desk

STATES = ("ready", "lost", "refused", "flood", "fault", "not-taken")


def lamp(state, at=NOON, name="desk"):
    return Lamp("usb-1", name, "hid-pos", state, "", "", None, 0.0, 0, 0, at)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@given(states=st.lists(st.sampled_from(STATES), max_size=5), age=st.integers(-60, 60))
def test_a_station_is_well_only_if_it_was_heard_of_lately_and_every_scanner_of_it_is_ready(states, age):
    """Whichever way the clock has jumped."""
    health = health_of(NOON - timedelta(seconds=age), [lamp(state) for state in states], NOON)

    assert (health == "ended") == (timedelta(seconds=abs(age)) > SILENT)
    assert (health == "ready") <= ("ready" in states and set(states) <= {"ready", "not-taken"})
    assert health_of(None, [], NOON) == "absent"


def test_listeners_are_told_when_the_board_is_another_and_not_else(desk):
    told = []
    desk.tray.listeners.append(told.append)
    for _ in range(3):
        desk.tray.look()
    desk.tray.spool.light([lamp("ready")], NOON)
    desk.tray.look()
    desk.tray.spool.light([lamp("ready")], NOON + timedelta(seconds=5))
    desk.tray.look()
    desk.clock.let_pass(seconds=21)  # and nobody has lit them since
    desk.tray.look()

    assert len(told) == len(set(told)) == 3
    assert told[-1] == desk.tray.board().version


def test_what_to_do_before_a_camera_is_shown_as_it_changes_and_makes_no_scanner_lost(desk):
    """D3: `hint` is whatever the camera last said."""
    told = []
    desk.tray.listeners.append(told.append)
    for hint in ("", "closer", "closer", "less-light", ""):
        desk.tray.spool.light([replace(lamp("ready"), hint=hint), replace(lamp("lost", name="door"), hint="closer")], NOON)
        desk.tray.look()
        board = desk.tray.board()
        assert [one.hint for one in board.guiding] == [hint] * bool(hint)
        assert [one.name for one in board.lost] == ["door"]

    assert len(told) == 4


def test_a_memory_that_can_t_be_read_looks_like_no_station_that_is_well(desk, monkeypatch):
    def shut(*given, **more):
        raise Unavailable("station", "locked", "as told by the test")

    desk.tray.spool.light([lamp("ready")], NOON)
    monkeypatch.setattr(desk.tray.spool, "lamps", shut)

    assert desk.tray.board().health == "unreadable"


def test_the_lamps_that_are_lost_are_named(desk):
    desk.tray.spool.light([lamp("ready"), lamp("lost", name="front"), lamp("not-taken", name="keys")], NOON)
    board = desk.tray.board()

    assert ([one.name for one in board.lost], [one.name for one in board.ready]) == (["front"], ["desk"])


def test_a_failed_read_without_a_name_is_named_by_its_place_and_put_on_a_sheet_once(desk):
    from drivers.scan import NoRead

    assert desk.tray.spool.keep(NoRead("too-short", "scanner/desk", NOON))
    desk.delivery.turns()
    (kept,) = desk.tray.kept()
    sheet = desk.open()
    desk.tray.place(sheet, BADGE, [kept.seq])
    desk.delivery.turns()

    assert desk.rows(sheet) == [name_of(kept)] == [f"unnamed-{kept.seq}"]


def test_whose_the_newest_scans_are_is_known_for_his_own_page(desk):
    sheet = desk.open()
    desk.take(sheet)
    scan = desk.scan()
    desk.delivery.turns()

    assert (desk.tray.expected(sheet, BADGE), desk.tray.expected(sheet, "54321")) == ([scan], [])


def test_a_scan_that_comes_late_is_not_expected(desk):
    """The web server was dead for a while: what comes then is looked at before anybody stamps."""
    sheet = desk.open()
    desk.take(sheet)
    desk.scan()
    desk.clock.let_pass(seconds=6)
    desk.delivery.turns()

    assert desk.tray.expected(sheet, BADGE) == []


def test_what_can_t_be_ended_now_is_ended_before_anything_more_is_delivered(desk, monkeypatch):
    """A log-out in the moment in which the memory is held by somebody."""

    def shut(*given, **more):
        raise Unavailable("station", "locked", "as told by the test")

    desk.take(desk.open())
    with monkeypatch.context() as fault:
        fault.setattr(desk.tray.claims, "leave", shut)
        desk.tray.over(desk.clock(), session=SESSION)
    assert desk.tray.claims.now(desk.clock()) is not None
    desk.delivery.turns()
    scan = desk.scan()
    desk.delivery.turns()

    assert desk.kept() == [(scan, "nothing-open")]
