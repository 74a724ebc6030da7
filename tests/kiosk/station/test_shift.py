"""One shift of a station: lamps lit, settings read again, signs of life only where something moves (D5)."""

import socket
import threading

import pytest

from drivers.hotplug import Came, Gone
from drivers.scan import ScannerLost
from kiosk.core.faults import Unavailable
from kiosk.station import shift as shifts
from kiosk.station.bell import Bell, ring
from kiosk.station.notify import Keeper
from kiosk.station.scanners import STILL
from kiosk.station.shift import KEPT, SOON, TURN, Shift
from kiosk.station.spool import State
from tests.kiosk.station.trigger_samples import FakeWatch, World, device, scan, until


class Running:
    """A shift in a thread, at a world of its own."""

    def __init__(self, home):
        self.world, self.watch, self.lamps, self.reads = World(home), FakeWatch(), [], []
        address = str(home / "notify")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listener.bind(address)
        self.listener.setblocking(False)
        self.told = []
        self.shift = Shift(
            home=home,
            watch=self.watch,
            keeping=self.world.keeping(),
            rules=self.world.rules(),
            reread=self.reread,
            told=lambda lamp: self.lamps.append((lamp.device, lamp.state, lamp.why)),
            summed=lambda ready, everything: f"{ready}/{everything}",
            keeper=Keeper(address),
        )
        self.thread = threading.Thread(target=self.shift.run, daemon=True)

    def reread(self):
        self.reads.append(1)
        return self.world.rules() if self.world.tables is not None else None

    def start(self):
        self.thread.start()
        until(lambda: "READY=1" in self.signs())
        return self

    def signs(self):
        while True:
            try:
                self.told.append(self.listener.recv(4096).decode())
            except BlockingIOError:
                return self.told

    def turn(self):
        """Have it turn once more."""
        rests = len(self.watch.rests)
        self.watch.wake()
        until(lambda: len(self.watch.rests) > rests)

    def passes(self, condition):
        """Let time pass until a condition comes to pass."""

        def later():
            self.world.hands.seconds += SOON
            self.watch.wake()
            return condition()

        until(later)

    def end(self):
        self.shift.end()
        self.thread.join(30)
        assert not self.thread.is_alive()


@pytest.fixture
def running(tmp_path):
    made = Running(tmp_path)
    made.watch.wake()
    yield made
    if made.thread.ident is None:
        made.start()
    made.end()
    made.listener.close()
    made.world.spool.close()


def test_a_device_that_comes_is_lit_and_told(running):
    running.start()
    running.watch.happens(Came(device("left")))
    running.passes(lambda: ("left", "ready", "") in running.lamps)
    until(lambda: [one.state for one in running.world.spool.lamps()] == ["ready"])  # told first, then written
    running.watch.happens(Gone("left", "/dev/left"))
    running.passes(lambda: ("left", "lost", "gone") in running.lamps)

    assert running.lamps == [("left", "ready", ""), ("left", "lost", "gone")]
    assert "STATUS=1/1" in running.signs()
    assert "ring" in running.world.heard


def test_lamps_are_lit_at_changes_but_not_more_often_than_four_times_a_second(running):
    lit = []
    light = running.world.spool.light
    running.world.spool.light = lambda lamps, at: lit.append(at) or light(lamps, at)
    running.start()
    running.watch.happens(Came(device("left")))
    until(lambda: running.world.fired("left").opened)
    first = len(lit)
    running.world.fired("left").fire(*(scan(n) for n in range(15)))
    until(lambda: len(running.world.kept()) == 15)
    running.turn()
    assert len(lit) == first
    running.world.hands.seconds += SOON
    running.turn()

    until(lambda: len(lit) > first)
    until(lambda: running.world.spool.lamps()[0].scans == 15)


def test_while_nothing_happens_it_turns_every_five_seconds_and_lights_its_lamps(running):
    """Issue 4, 10: and it costs nothing."""
    running.start()
    running.world.hands.seconds += TURN
    running.turn()
    until(lambda: running.world.spool.lit_at() == running.world.hands.clock())
    rung = len(running.world.heard)
    running.world.hands.seconds += TURN
    running.turn()
    until(lambda: running.world.spool.lit_at() == running.world.hands.clock())

    assert running.watch.rests[-1] == TURN
    assert len(running.world.heard) == rung


def test_signs_of_life_stop_when_a_shell_stands_still(running):
    """Issue 4, 8: fed by what moves, not by a timer."""
    running.start()
    running.watch.happens(Came(device("left")))
    until(lambda: running.world.fired("left").opened)
    running.turn()
    running.world.hands.seconds += STILL
    running.turn()
    running.turn()
    before = running.signs().count("WATCHDOG=1")
    running.turn()
    running.turn()
    assert running.signs().count("WATCHDOG=1") == before
    running.world.fired("left").beats += 1
    running.turn()

    until(lambda: running.signs().count("WATCHDOG=1") > before)


def test_signs_of_life_stop_when_its_turns_fail(running, monkeypatch, caplog):
    monkeypatch.setattr(shifts, "AGAIN", 0.001)
    running.start()
    monkeypatch.setattr(running.shift._scanners, "tick", lambda: 1 / 0)
    running.turn()
    until(lambda: "a turn of the station failed" in caplog.text)
    before = running.signs().count("WATCHDOG=1")
    for _ in range(3):
        running.turn()

    assert running.signs().count("WATCHDOG=1") == before


def test_lamps_that_can_not_be_written_stop_nothing(running, caplog):
    """Q10: scans are kept as soon as there is room; one line in the log, however long it takes."""
    running.start()
    light = running.world.spool.light

    def full(lamps, at):
        raise Unavailable("station", "disk-full")

    running.world.spool.light = full
    for _ in range(3):
        running.world.hands.seconds += TURN
        running.turn()
    until(lambda: "disk-full" in caplog.text)
    running.world.spool.light = light
    running.world.hands.seconds += TURN
    running.turn()
    until(lambda: running.world.spool.lit_at() == running.world.hands.clock())

    assert caplog.text.count("the lamps can't be written") == 1


def test_lamps_that_were_locked_are_written_as_soon_as_that_is_over(running):
    """The officer sees what his scanner did, not five seconds later."""
    running.start()
    running.watch.happens(Came(device("left")))
    running.passes(lambda: [one.state for one in running.world.spool.lamps()] == ["ready"])
    light, tries = running.world.spool.light, []

    def locked(lamps, at):
        tries.append(at)
        raise Unavailable("station", "locked")

    running.world.spool.light = locked
    running.world.fired("left").fire(scan(1))
    running.passes(lambda: running.world.kept() and tries)
    running.world.spool.light = light
    running.world.hands.seconds += SOON
    running.turn()

    until(lambda: running.world.spool.lamps()[0].scans == 1)


@pytest.mark.parametrize("how", ["file", "bell", "signal"])
def test_settings_that_change_are_read_again(running, tmp_path, how):
    running.start()
    running.watch.happens(Came(device("left")))
    until(lambda: running.world.fired("left").opened)
    running.world.tables["left"] = "another layout"
    match how:
        case "file":
            (tmp_path / "kiosk.toml").write_text("# changed")
            running.turn()
        case "bell":
            until(lambda: ring(tmp_path, "station") or running.reads)
        case "signal":
            running.shift.renew()

    until(lambda: running.world.fired("left").opened == 2)


def test_settings_that_can_not_be_used_change_nothing(running):
    running.start()
    running.watch.happens(Came(device("left")))
    until(lambda: running.world.fired("left").opened)
    running.world.tables = None
    running.shift.renew()
    until(lambda: running.reads)
    running.turn()

    assert running.world.fired("left").opened == 1


def test_what_is_settled_and_old_is_forgotten_and_nothing_else(running):
    """Q10: a month is enough to answer who asks what became of his scan; the record has it for ever."""
    for number in (1, 2):
        running.world.spool.keep(scan(number))
    running.world.spool.settle(1, State.PLACED)
    running.world.hands.seconds += KEPT.total_seconds() + 1
    running.start()
    until(lambda: running.world.spool.find("1") is None)

    assert running.world.kept() == ["2"]


def test_its_end_lets_go_of_everything_and_says_so(running):
    running.start()
    running.watch.happens(Came(device("left")))
    until(lambda: running.world.fired("left").opened)
    running.end()
    lamps = running.world.spool.lamps()

    assert running.world.fired("left").left
    assert "STOPPING=1" in running.signs()
    assert [(one.state, one.why) for one in lamps] == [("lost", "ended")]


def test_a_lamp_is_told_when_its_state_changes_and_not_at_each_no_read(running):
    running.start()
    left = running.world.fired("left")
    left.refuses.append(ScannerLost("no", "no-permission"))
    running.watch.happens(Came(device("left")))
    running.passes(lambda: len(running.lamps) == 1)
    running.watch.happens(Came(device("left", readable=False)))
    running.passes(lambda: len(running.lamps) == 2)

    assert running.lamps == [("left", "refused", "no-permission"), ("left", "ready", "")]


def test_who_waits_at_the_desk_is_rung_by_the_station(tmp_path):
    with Bell(tmp_path) as desk:
        desk.wait(0)
        world = World(tmp_path)
        ring(tmp_path)
        world.spool.close()

        assert desk.wait(10)
