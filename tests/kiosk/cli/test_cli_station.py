"""`kiosk station` as a process: one for each home, said in words, ended at once, no number in what it says (issue 4, 7)."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time

import pytest

from kiosk.cli.station import rules, told
from kiosk.cli.terminal import Terminal
from kiosk.config import Parts
from kiosk.station.spool import Lamp, Spool
from tests.kiosk.station.trigger_samples import NOON, device, until

LONG = 60


class Running:
    """A station that is a process of its own."""

    def __init__(self, home, *arguments, **environment):
        self.log = home / "said"
        env = {**os.environ, "KIOSK_HOME": str(home), "LANG": "C.UTF-8", **environment}
        with self.log.open("wb") as out:
            command = [sys.executable, "-m", "kiosk", "station", *arguments]
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    @property
    def said(self):
        return self.log.read_text()

    def ready(self, word):
        until(lambda: word in self.said or self.process.poll() is not None)
        assert word in self.said, self.said
        return self

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(LONG)


@pytest.fixture
def station(home):
    started = []

    def start(*arguments, **environment):
        started.append(Running(home, *arguments, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def settings(home, text):
    path = home / "kiosk.toml"
    path.write_text(path.read_text() + text)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_that_it_began_and_ends_in_peace(station, home, number):
    running = station().ready("has begun")
    until((home / "station" / "spool.sqlite3").exists)

    assert running.end(number) == 0
    assert "has ended" in running.said


def test_it_speaks_french(station):
    assert station("--lang", "fr").ready("a commencé").end() == 0


def test_systemd_is_told_and_it_ends_within_two_seconds(station, tmp_path):
    """Issue 4, 8."""
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name)
        running = station(NOTIFY_SOCKET=name, WATCHDOG_USEC="2000000")
        told_ = []
        while "READY=1" not in told_ or told_.count("WATCHDOG=1") < 2:
            assert select.select([listener], [], [], LONG)[0]
            told_.append(listener.recv(4096).decode())
        start = time.monotonic()
        assert running.end() == 0
        assert time.monotonic() - start < 10  # of a busy machine; 2 s of one that is not


def test_a_second_one_of_the_same_home_is_refused_in_words(station, kiosk):
    """Q10: two would grab each other's devices."""
    station().ready("has begun")
    second = kiosk("station")

    assert second.code == 1
    assert "Another scan station works in this folder already" in second.err


def test_after_a_kill_the_next_one_starts_at_once(station):
    """T16."""
    running = station().ready("has begun")
    running.end(signal.SIGKILL)

    assert station().ready("has begun").end() == 0


def test_a_named_scanner_that_is_not_there_is_said_and_lit(station, home):
    settings(home, '\n[[scanner]]\ndevice = "serial-by-nobody"\nname = "Counter 1"\n')
    running = station("--json").ready('"lost"')
    spool = Spool(home)
    lamp = next(one for one in until(spool.lamps) if one.device == "serial-by-nobody")
    spool.close()
    documents = [json.loads(line) for line in running.said.splitlines()]

    assert (lamp.name, lamp.state, lamp.why) == ("Counter 1", "lost", "absent")
    assert documents[0]["state"] == "began"
    assert {"name": "Counter 1", "state": "lost", "why": "absent"}.items() <= documents[1].items()
    assert running.end() == 0


def test_settings_that_can_not_be_used_are_said_and_those_of_before_stay(station, home):
    running = station().ready("has begun")
    good = (home / "kiosk.toml").read_text()
    settings(home, "\n[[scanner]]\ndevice = 3\n")
    running.process.send_signal(signal.SIGHUP)
    running.ready("The settings of before stay in force")
    (home / "kiosk.toml").write_text(good + '\n[[scanner]]\ndevice = "nobody"\nname = "Counter 2"\n')
    running.process.send_signal(signal.SIGHUP)
    running.ready("Counter 2: not there. It is not plugged in.")

    assert running.end() == 0


def test_settings_that_are_moved_away_stay_in_force_and_no_other_station_is_made(station, home):
    """Q10: a kiosk.toml of its own making would name another station, and read each scanner as if it were an American one."""
    running = station().ready("has begun")
    (home / "kiosk.toml").rename(home / "kept")
    running.process.send_signal(signal.SIGHUP)
    running.ready("The settings of before stay in force")

    assert not (home / "kiosk.toml").exists()
    (home / "kept").rename(home / "kiosk.toml")
    assert running.end() == 0


def test_settings_that_can_not_be_used_forbid_the_start(kiosk, home):
    settings(home, "\n[[scanner]]\ndevice = 3\n")
    run = kiosk("station")

    assert run.code == 1
    assert "scanner.device" in run.err


def test_a_home_that_can_not_be_written_is_said(kiosk, home):
    (home / "station").write_text("in the way")
    run = kiosk("station")

    assert run.code == 3
    assert str(home) in run.err


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_it_says_of_a_scanner_never_holds_what_that_read(home, capfd, lang):
    """The house rule of logs: no number of a client."""
    terminal = Terminal(str(home), lang)
    for state, why in (
        ("ready", ""),
        ("lost", "gone"),
        ("refused", "busy"),
        ("flood", "flood"),
        ("fault", "frozen"),
        ("fault", "?"),
    ):
        told(terminal, Lamp("id", "Left\x1b[31m", "serial", state, why, "12345001495785", NOON, 1.0, 1, 1, NOON))
    said = capfd.readouterr().err

    assert len(said.splitlines()) == 6
    assert "12345001495785" not in said
    assert "\x1b" not in said


def test_the_settings_say_what_is_taken_and_what_is_expected(home):
    settings(home, '\n[[scanner]]\ndevice = "left"\nname = "Counter 1"\n[[scanner]]\ndevice = "right"\nignore = true\n')
    set_ = rules(Parts.of(str(home)))
    left, right, other = device("left"), device("right"), device("other")

    assert [set_.taken(one) for one in (left, right, other)] == [True, False, True]
    assert [set_.called(one) for one in (left, right, other)] == ["Counter 1", "Model right", "Model other"]
    assert set_.expected == {"left": "Counter 1"}
