"""The scanners at the opening self-test: by their lamps while the station runs, else tried (issue 4, 7; D5)."""

import threading
from datetime import timedelta

import pytest

from drivers.hotplug import Kind, Looks
from drivers.scan import ScannerLost
from kiosk.core.faults import Refusal, Unavailable
from kiosk.station.inspection import opened, scanners, sound
from kiosk.station.spool import Lamp, State
from kiosk.station.tones import Tones
from tests.kiosk.station.trigger_samples import NOON, Fired, World, device, scan


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.spool.close()


def lamp(name, state="ready", why="", kind="serial", at=NOON):
    return Lamp(name, f"Model {name}", kind, state, why, "", None, 0.0, 0, 0, at)


def found(world, *devices, at=NOON):
    parts = scanners(world.spool, world.rules(), lambda: devices, at)
    return [(part.name, part.state, part.code, part.about) for part in parts]


def test_a_station_that_runs_is_believed_by_its_lamps(world):
    world.expected["b"] = "Model b"
    lamps = [
        lamp("a"),
        lamp("b", "lost", "absent"),
        lamp("c", "lost", "gone"),
        lamp("d", "refused", "busy"),
        lamp("e", "not-taken"),
    ]
    world.spool.light([*lamps, lamp("f", kind="camera")], NOON)

    assert found(world, device("a")) == [
        ("station", "good", "running", ""),
        ("scanner", "good", "ready", "Model a"),
        ("scanner", "bad", "absent", "Model b"),
        ("scanner", "poor", "gone", "Model c"),
        ("scanner", "bad", "busy", "Model d"),
        ("camera", "good", "ready", "Model f"),
    ]
    assert not world.scanners


def test_a_station_that_lights_no_lamps_is_not_running_and_its_scanners_are_tried(world):
    """D5: what is shown as ready is ready now, and was not some time ago."""
    world.spool.light([lamp("a")], NOON)
    world.expected["c"] = "Counter 3"
    world.fired("b").refuses.append(ScannerLost("no", "no-permission"))

    assert found(world, device("a"), device("b"), device("k", looks=Looks.KEYBOARD), at=NOON + timedelta(seconds=16)) == [
        ("station", "bad", "not-running", ""),
        ("scanner", "good", "opens", "Model a"),
        ("scanner", "bad", "no-permission", "Model b"),
        ("scanner", "bad", "absent", "Counter 3"),
        ("camera", "good", "none", ""),
    ]
    assert world.fired("a").left == 1


def test_a_station_that_has_ended_is_not_running_though_its_lamps_are_new(world):
    world.spool.light([lamp("a", "lost", "ended")], NOON)

    assert found(world)[0] == ("station", "poor", "not-running", "")


def test_a_keyboard_scanner_that_was_never_made_known_is_told(world):
    """Fault 1: set for a German keyboard, it would send Y for Z, and no key would tell."""
    world.tables["known"] = "a table"
    devices = [device("new", kind=Kind.KEYBOARD), device("known", kind=Kind.KEYBOARD), device("line")]

    assert [one for one in found(world, *devices) if one[2] == "not-enrolled"] == [("scanner", "poor", "not-enrolled", "Model new")]


def test_without_any_scanner_the_counter_can_open(world):
    """Numbers come on forms too."""
    assert found(world) == [
        ("station", "poor", "not-running", ""),
        ("scanner", "poor", "none", ""),
        ("camera", "good", "none", ""),
    ]


def test_what_lies_there_unplaced_is_told(world):
    """Q10: a scan is not lost without a word."""
    world.spool.keep(scan(1))
    world.spool.settle(1, State.UNPLACED)
    (world.home / "station" / "spool.sqlite3.damaged-1").touch()
    codes = [(state, code) for _, state, code, _ in found(world)]

    assert ("poor", "kept") in codes
    assert ("poor", "memory-damaged") in codes


def test_a_memory_that_can_not_be_read_is_bad(world):
    def full():
        raise Unavailable("station", "disk-full")

    world.spool.lamps = full
    assert found(world) == [("station", "bad", "disk-full", "")]


@pytest.mark.parametrize(
    ("error", "why"),
    [(ScannerLost("no", "busy"), "busy"), (Refusal("bad-setting"), "bad-setting"), (RuntimeError("poison"), "failed")],
)
def test_a_device_that_can_not_be_opened_says_why(error, why):
    shell = Fired()
    shell.refuses.append(error)

    assert opened(device("a"), lambda _: shell) == why


def test_a_camera_is_looked_at_until_it_has_shown_that_it_moves():
    """D3: a frozen picture is told within two seconds of opening."""
    camera, well, before = Fired(), Fired(), set(threading.enumerate())
    camera.fire(ScannerLost("no", "frozen"))

    assert opened(device("c", kind=Kind.CAMERA), lambda _: camera) == "frozen"
    well.fire(scan(1))
    assert opened(device("c", kind=Kind.CAMERA), lambda _: well, 0.01) == ""
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("command", "setting", "expected"),
    [
        ("off", "off", ("good", "off")),
        ("true", "true", ("good", "played")),
        ("false", "false", ("poor", "player-failed")),
    ],
)
def test_a_tone_is_played_and_its_player_believed(command, setting, expected):
    part = sound(Tones(command), setting)

    assert (part.state, part.code) == expected
