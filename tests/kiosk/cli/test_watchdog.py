"""The watchdog of the counter: a counter that answers nobody is started anew (Q6)."""

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.cli.watchdog import OFTEN, Fed
from kiosk.station.notify import Keeper

ALIVE = b"WATCHDOG=1"


@pytest.fixture
def manager(tmp_path):
    """A service manager's end of the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(str(tmp_path / "n"))
        yield end


@pytest.fixture
def fed(manager, tmp_path):
    """A watchdog at which time passes with every look at the clock."""
    clock = iter(range(1000))
    return Fed(Keeper(str(tmp_path / "n"), 30.0), lambda: next(clock) * OFTEN)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as threads:
        yield threads


def heard(manager):
    """All that was told until now."""
    manager.setblocking(False)
    told = []
    while True:
        try:
            told.append(manager.recv(4096))
        except BlockingIOError:
            return told


def test_it_is_fed_while_loop_and_threads_work(manager, fed, pool):
    for _ in range(6):
        fed.turn(pool.submit)
        pool.submit(int).result()  # after it, the one thread has done what was asked before

    assert heard(manager) == [ALIVE] * 3


def test_it_starves_while_every_thread_hangs_and_is_fed_again_after(manager, fed, pool):
    held = threading.Event()
    pool.submit(held.wait)
    for _ in range(6):
        fed.turn(pool.submit)
    starved = heard(manager)
    held.set()
    pool.submit(int).result()
    fed.turn(pool.submit)

    assert (starved, heard(manager)) == ([], [ALIVE])


def test_where_nobody_watches_the_threads_are_left_alone(pool, tmp_path, manager):
    asked = []
    Fed(Keeper(str(tmp_path / "n"), None)).turn(asked.append)

    assert (asked, heard(manager)) == ([], [])


def test_the_counter_says_that_it_is_ready_when_it_serves_and_lives_on(kiosk, home, manager, tmp_path):
    """The real service: READY comes from the process that serves, once, and signs of life after it."""
    added = kiosk("users", "add", "A1001", "--name", "A", "--role", "administrator", "--pin-stdin", typed="739125\n")
    assert added.code == 0, added.err
    told = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "n"), "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "1"}
    manager.settimeout(30)
    with subprocess.Popen([sys.executable, "-m", "kiosk", "web", "--home", str(home), "--port", "0"], env=told) as web:
        try:
            first, second, third = (manager.recv(4096) for _ in range(3))
        finally:
            web.terminate()

    assert (first, second, third) == (b"READY=1", ALIVE, ALIVE)
