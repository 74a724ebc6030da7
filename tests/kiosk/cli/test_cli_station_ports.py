"""`kiosk station` with real serial ports: killed, unplugged, flooded; what was acknowledged is there, once (D2, D5)."""

import os
import signal
import time
from contextlib import suppress

import pytest

from drivers.scan import NoRead
from kiosk.station.spool import Spool
from tests.kiosk.station.trigger_samples import until
from tests.kiosk.station.wired_samples import Station, Wired

FLOOD = "99999888888888"
VOID = 0.3
"""Seconds after the opening of a port whose codes are void: they may have begun before."""


class Counter:
    """A machine, a station and its spool."""

    def __init__(self, home, root):
        self.home, self.machine, self.spool, self.stations = home, Wired(root), Spool(home), []
        self.sent = 0

    def start(self, many):
        self.stations.append(Station(self.home, self.machine))
        before = sum(one.said.count('"state": "ready"') for one in self.stations[:1]) if len(self.stations) > 1 else 0
        self.stations[-1].ready(before + many)
        time.sleep(VOID)
        return self.stations[-1]

    def fire(self, port):
        """Scan a number that was never scanned before."""
        self.sent += 1
        number = f"99999{self.sent:09d}"
        self.machine.fire(port, number)
        return number

    def texts(self):
        return [one.scan.text for one in self.spool.waiting(10_000) if not isinstance(one.scan, NoRead)]

    def no_reads(self):
        return [one.scan.reason for one in self.spool.waiting(10_000) if isinstance(one.scan, NoRead)]

    def lamp(self, port):
        return next((one for one in self.spool.lamps() if port in one.device), None)

    def close(self):
        for one in self.stations:
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()
        self.machine.close()
        self.spool.close()


@pytest.fixture
def counter(home, tmp_path):
    made = Counter(home, tmp_path / "machine")
    yield made
    made.close()


def test_what_two_scanners_read_at_once_is_kept_whole_and_in_order(counter):
    """D5, T1."""
    ports = ["ttyACM0", "ttyACM1"]
    for port in ports:
        counter.machine.wire(port)
    station = counter.start(2)
    sent = {port: [] for port in ports}
    for n in range(20):
        for port in ports:
            sent[port].append(counter.fire(port))
        until(lambda n=n: len(counter.texts()) == 2 * (n + 1))
    sources = {one.scan.text: one.scan.source for one in counter.spool.waiting(100)}

    for port in ports:
        assert [text for text in counter.texts() if port in sources[text]] == sent[port]
    assert not counter.no_reads()
    assert station.end() == 0


def test_killed_again_and_again_it_loses_nothing_that_was_kept_and_doubles_nothing(counter):
    """T16: what was not kept was not acknowledged."""
    counter.machine.wire("ttyACM0")
    sent = []
    for life in range(3):
        station = counter.start(1)
        for _ in range(4):
            sent.append(counter.fire("ttyACM0"))
            until(lambda: sent[-1] in counter.texts())
        station.process.send_signal(signal.SIGKILL)
        station.process.wait()
        assert counter.texts() == sent, life


def test_a_cable_pulled_in_the_middle_of_a_code_is_a_no_read_and_a_replug_resumes(counter):
    """D5: half a code is never a number, and never joined to the next."""
    plugged = counter.machine.wire("ttyACM0")
    counter.machine.wire("ttyACM1")
    station = counter.start(2)
    os.write(counter.machine.ends["ttyACM0"], b"999990000")
    time.sleep(0.05)
    counter.machine.cut("ttyACM0", plugged)
    until(lambda: counter.lamp("ttyACM0").state == "lost")
    other = counter.fire("ttyACM1")
    until(lambda: other in counter.texts())
    counter.machine.wire("ttyACM0")
    until(lambda: counter.lamp("ttyACM0").state == "ready")
    time.sleep(VOID)
    again = counter.fire("ttyACM0")
    until(lambda: again in counter.texts())

    assert counter.texts() == [other, again]
    assert counter.no_reads() == ["broken-off"]
    until(lambda: counter.lamp("ttyACM0").scans == 1)
    assert station.process.poll() is None


def test_a_flood_of_garbage_disturbs_nobody_else(counter):
    """D5, T15: ten thousand codes at once, and a NUL in each second one."""
    for port in ("ttyACM0", "ttyACM1"):
        counter.machine.wire(port)
    counter.start(2)
    flood, left = counter.machine.ends["ttyACM0"], f"{FLOOD}\r99\0099\r".encode() * 5000
    os.set_blocking(flood, False)
    sent = []
    while left:
        with suppress(BlockingIOError):
            left = left[os.write(flood, left[:4096]) :]
        if len(left) % 7 == 0 and len(sent) < 10:  # more than twenty in three seconds would be a flood of its own
            sent.append(counter.fire("ttyACM1"))
        if counter.lamp("ttyACM0").state == "flood":
            break
    until(lambda: counter.lamp("ttyACM0").state == "flood")
    last = counter.fire("ttyACM1")
    until(lambda: last in counter.texts())

    assert [text for text in counter.texts() if text != FLOOD] == [*sent, last]
    assert counter.no_reads().count("flood") == 1
    assert counter.lamp("ttyACM1").state == "ready"
    assert len(counter.texts()) < 100
