"""What systemd is told, through a real socket (issue 4, 8)."""

import secrets
import socket

import pytest

from kiosk.station.notify import LEAST, Keeper


@pytest.fixture(params=["path", "abstract"])
def systemd(request, tmp_path):
    name = str(tmp_path / "notify") if request.param == "path" else f"@kiosk-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name if name.startswith("/") else "\0" + name[1:])
        listener.settimeout(10)
        yield name, lambda: listener.recv(4096).decode()


def test_every_sign_is_told(systemd):
    name, told = systemd
    keeper = Keeper(name)
    keeper.ready()
    keeper.alive()
    keeper.status("3 lecteurs prêts\nsur 4")
    keeper.stopping()

    assert [told() for _ in range(4)] == ["READY=1", "WATCHDOG=1", "STATUS=3 lecteurs prêts sur 4", "STOPPING=1"]


def test_where_nobody_keeps_it_nothing_is_told(tmp_path):
    Keeper().ready()
    Keeper(str(tmp_path / "nobody")).ready()
    Keeper("/" + "x" * 500).ready()


def test_a_keeper_that_does_not_listen_keeps_nobody_waiting(tmp_path):
    """More than its socket holds."""
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name)
        for _ in range(5000):
            Keeper(name).alive()


@pytest.mark.parametrize(
    ("environment", "watchdog"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "42"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "43"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_as_the_environment_says_if_it_is_this_processs(environment, watchdog):
    assert Keeper.of(environment, 42) == Keeper("", watchdog)


def test_a_sign_of_life_comes_at_least_twice_in_the_keepers_patience():
    assert Keeper("", None).pause(5.0) == 5.0
    assert Keeper("", 30.0).pause(5.0) == 5.0
    assert Keeper("", 4.0).pause(5.0) == 2.0
    assert Keeper("", 0.001).pause(5.0) == LEAST
