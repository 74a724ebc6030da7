"""The bells of a station: a hint that costs nothing and never fails."""

import threading
from pathlib import Path

import pytest

from kiosk.station.bell import Bell, ring


def test_who_waits_hears_a_ring(tmp_path):
    with Bell(tmp_path) as bell:
        bell.wait(0)
        ring(tmp_path)

        assert bell.wait(10)
        assert not bell.wait(0)


def test_a_ring_from_elsewhere_ends_the_wait(tmp_path):
    with Bell(tmp_path) as bell:
        bell.fileno()
        threading.Timer(0.01, ring, [tmp_path]).start()

        assert bell.wait(60)


def test_many_rings_are_heard_once(tmp_path):
    """More than the pipe holds: who rings is never blocked."""
    with Bell(tmp_path) as bell:
        bell.wait(0)
        for _ in range(70_000):
            ring(tmp_path)

        assert bell.wait(10)
        assert not bell.wait(0)


def test_the_two_bells_are_not_mixed(tmp_path):
    with Bell(tmp_path) as desk, Bell(tmp_path, "station") as station:
        assert not desk.wait(0)
        assert not station.wait(0)
        ring(tmp_path, "station")

        assert not desk.wait(0)
        assert station.wait(10)


def test_ringing_where_nobody_is_does_nothing(tmp_path):
    ring(tmp_path)
    bell = Bell(tmp_path)
    bell.wait(0)
    bell.close()
    bell.close()
    ring(tmp_path)

    assert not bell.wait(0)
    bell.close()


@pytest.mark.parametrize("made", [lambda path: path.write_text("mine"), lambda path: path.symlink_to("/dev/null")])
def test_what_lies_in_its_place_is_not_written_to_and_makes_room(tmp_path, made):
    path = tmp_path / "station" / "desk.bell"
    path.parent.mkdir()
    made(path)
    ring(tmp_path)
    if path.is_file():
        assert path.read_text() == "mine"
    with Bell(tmp_path) as bell:
        bell.wait(0)
        ring(tmp_path)

        assert bell.wait(10)


def test_where_no_pipe_can_be_made_nobody_fails(tmp_path):
    (tmp_path / "station").write_text("in the way")
    ring(tmp_path)
    with Bell(tmp_path) as bell:
        assert not bell.wait(0)
        (tmp_path / "station").unlink()
        assert not bell.wait(0)
        ring(tmp_path)
        assert bell.wait(10)


def test_no_file_is_left_open(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Bell(tmp_path) as bell:
        bell.wait(0)
        for _ in range(50):
            ring(tmp_path)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
