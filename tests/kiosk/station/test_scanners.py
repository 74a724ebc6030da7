"""Scanners as they come and go: each scan kept before it is acknowledged, no fault of one the fault of another (D5)."""

import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from drivers.hotplug import Came, Gone, Kind, Looks
from drivers.scan import NoRead, Scan, ScannerLost, Why
from kiosk.core.faults import Refusal, Unavailable
from kiosk.station import holder as holders
from kiosk.station.scanners import REMEMBERED, STILL, Scanners
from kiosk.station.throttle import BUSY, MOST, STRETCH, Throttle, Verdict
from tests.kiosk.station.trigger_samples import Fired, World, device, no_read, scan, until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(holders, "PAUSES", (0.001, 0.002))
    made = World(tmp_path)
    yield made
    made.spool.close()


@pytest.fixture
def scanners(world):
    made = Scanners(world.rules(), world.keeping())
    yield made
    made.stop()


def lamp(scanners, name):
    return next(one for one in scanners.lamps() if one.device == name)


def state(scanners, name):
    found = lamp(scanners, name)
    return found.state, found.why


def is_ready(scanners, *names):
    until(lambda: all(lamp(scanners, name).state == "ready" for name in names))


def test_a_scan_is_kept_and_then_rung_and_then_acknowledged(world, scanners):
    scanners.take([Came(device("left"))])
    kept = world.spool.keep
    world.spool.keep = lambda item: kept(item) and world.heard.append("kept")
    world.fired("left").fire(scan(1), no_read(2))
    until(lambda: len(world.heard) == 6)

    assert world.heard == ["kept", "ring", "KEPT", "kept", "ring", "NOT_READ"]
    assert world.kept() == ["1", "2"]


def test_a_lamp_tells_what_its_scanner_did(world, scanners):
    world.expected["left"] = "Counter 1"
    scanners.renew(world.rules())
    scanners.take([Came(device("left"))])
    world.fired("left").fire(scan(1), scan(2, "99999001495788"), no_read(3))
    until(lambda: lamp(scanners, "left").errors)
    found = lamp(scanners, "left")

    assert (found.name, found.kind, found.state, found.why) == ("Counter 1", "serial", "ready", "garbled")
    assert (found.last, found.rate, found.scans, found.errors) == ("99999001495788", 2.0, 2, 1)
    world.hands.seconds += 61
    assert lamp(scanners, "left").rate == 0.0


def test_what_to_do_before_a_camera_is_on_its_lamp_while_it_is_held(world, scanners):
    """D3: the station is told when that is another thing, and a camera that went says nothing."""
    camera = world.fired("left")
    camera.hint, camera.hinted = "", lambda: None
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")
    before = world.stirs

    camera.hint = "closer"
    camera.hinted()

    assert world.stirs == before + 1
    assert lamp(scanners, "left").hint == "closer"

    camera.refuses.append(ScannerLost("no", "not-a-device"))  # so that it does not come back at once
    camera.fire(ScannerLost("gone", "gone"))
    until(lambda: lamp(scanners, "left").state != "ready")

    assert lamp(scanners, "left").hint == ""


def test_many_devices_at_once_are_all_read(world, scanners):
    """D5: ten at once, each in its order."""
    names = [f"s{n}" for n in range(10)]
    scanners.take([Came(device(name)) for name in names])
    for n in range(15):
        for name in names:
            world.fired(name).fire(scan(f"{name}-{n}"))
    until(lambda: len(world.kept()) == 150)

    for name in names:
        assert [one for one in world.kept() if one.startswith(f"{name}-")] == [f"{name}-{n}" for n in range(15)]


def test_what_can_not_be_kept_is_never_acknowledged_as_kept(world, scanners):
    """Q10: an error tone, the reason on the lamp; and the next one is kept."""
    scanners.take([Came(device("left"))])
    kept = world.spool.keep

    def full(item):
        world.spool.keep = kept
        raise Unavailable("station", "disk-full")

    world.spool.keep = full
    world.fired("left").fire(scan(1))
    until(lambda: world.heard)
    assert world.heard == ["NOT_KEPT"]
    assert state(scanners, "left") == ("ready", "disk-full")
    world.fired("left").fire(scan(2))
    until(world.kept)

    assert world.kept() == ["2"]
    until(lambda: state(scanners, "left") == ("ready", ""))


def test_a_poison_scan_costs_itself_alone(world, scanners, caplog):
    """T15."""
    scanners.take([Came(device("left"))])
    poison = Scan("\ud800", "text", b"raw", "scanner/left", world.hands.clock())
    world.fired("left").fire(scan(1), poison, scan(2))
    until(lambda: len(world.kept()) == 2)

    assert world.heard == ["ring", "KEPT", "NOT_KEPT", "ring", "KEPT"]
    assert "scanner/left" in caplog.text


def test_a_poison_driver_costs_its_device_alone_and_is_tried_again(world, scanners, caplog):
    """T15: named in the log, once however often it fails."""
    for _ in range(6):
        world.fired("bad").refuses.append(RuntimeError("poison"))
    scanners.take([Came(device("bad")), Came(device("good"))])
    until(lambda: state(scanners, "bad") == ("fault", "failed") or world.fired("bad").opened > 6)
    world.fired("good").fire(scan(1))
    until(world.kept)
    is_ready(scanners, "bad", "good")

    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == ["scanner/bad: RuntimeError"]
    world.fired("bad").fire(scan(2))
    until(lambda: world.kept() == ["1", "2"])


@pytest.mark.parametrize(
    ("why", "shown"), [("busy", "refused"), ("no-permission", "refused"), ("failed", "fault"), ("black", "fault")]
)
def test_what_time_can_put_right_is_tried_again(world, scanners, why, shown, monkeypatch):
    monkeypatch.setattr(holders, "PAUSES", (60.0,))
    world.fired("left").refuses.append(ScannerLost("no", why))
    scanners.take([Came(device("left"))])
    until(lambda: state(scanners, "left") == (shown, why))
    scanners.take([Came(device("left", readable=False))])  # its permissions have changed
    is_ready(scanners, "left")

    assert world.fired("left").opened == 2


def test_pauses_grow_and_end_growing():
    assert list(holders.PAUSES) == sorted(holders.PAUSES)
    assert (holders.PAUSES[0], holders.PAUSES[-1]) == (0.2, 5.0)


@pytest.mark.parametrize("error", [ScannerLost("no", "not-a-device"), Refusal("bad-setting")])
def test_what_only_a_plug_or_a_setting_puts_right_is_not_tried_again(world, scanners, error):
    world.fired("left").refuses.append(error)
    scanners.take([Came(device("left"))])
    until(lambda: state(scanners, "left")[1] == getattr(error, "why", "bad-setting"))
    time.sleep(0.02)  # ten of its pauses

    assert world.fired("left").opened == 1
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")


def test_a_device_that_did_not_answer_at_once_and_is_there_is_tried_again(world, scanners):
    """D5: a port that is not ready yet when it is told."""
    world.fired("left").refuses.extend([ScannerLost("no", "gone"), ScannerLost("no", "gone")])
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")

    assert world.fired("left").opened == 3


@pytest.mark.parametrize("why", ["gone", "busy"])
def test_a_node_that_was_made_anew_is_not_opened_under_the_old_name(world, scanners, tmp_path, why):
    """D5: it may be another device's by now, and its codes would bear the wrong scanner's name."""
    node, other = tmp_path / "ttyACM0", tmp_path / "other"
    node.touch()
    other.touch()
    scanners.take([Came(device("left", node=str(node)))])
    is_ready(scanners, "left")
    other.replace(node)
    world.fired("left").fire(ScannerLost("no", why))
    until(lambda: state(scanners, "left") == ("lost", "gone"))
    time.sleep(0.02)  # ten of its pauses

    assert world.fired("left").opened == 1
    scanners.take([Gone("left", str(node)), Came(device("left", node=str(node)))])
    is_ready(scanners, "left")


def test_what_fails_again_and_again_is_not_shown_as_ready_in_between(world, scanners):
    """D3: a frozen camera opens well each time."""
    camera = world.fired("camera")
    scanners.take([Came(device("camera", kind=Kind.CAMERA))])
    is_ready(scanners, "camera")
    for n in range(2, 5):
        camera.fire(ScannerLost("it does not move", "frozen"))
        until(lambda n=n: camera.opened == n)
        until(camera.items.empty)
        scanners.tick()
        assert state(scanners, "camera") == ("fault", "frozen")
    world.hands.seconds += holders.PROVEN
    until(lambda: scanners.tick() or lamp(scanners, "camera").state == "ready")


def test_a_device_that_goes_is_missed_and_one_that_comes_back_goes_on_counting(world, scanners):
    scanners.take([Came(device("left"))])
    world.fired("left").fire(scan(1))
    until(lambda: lamp(scanners, "left").scans == 1)
    scanners.take([Gone("left", "/dev/left")])
    assert state(scanners, "left") == ("lost", "gone")
    world.scanners.clear()
    scanners.take([Came(device("left", node="/dev/other"))])
    is_ready(scanners, "left")
    world.fired("left").fire(scan(2))
    until(lambda: lamp(scanners, "left").scans == 2)

    assert world.kept() == ["1", "2"]


def test_a_device_that_went_before_it_was_told_that_it_came_back_elsewhere_is_not_let_go_of(world, scanners):
    scanners.take([Came(device("left", node="/dev/a"))])
    scanners.take([Came(device("left", node="/dev/b"))])
    scanners.take([Gone("left", "/dev/a")])

    is_ready(scanners, "left")


def test_half_a_code_in_a_device_that_goes_is_kept_as_a_no_read(world, scanners):
    """D5: though the plug is told before its shell has found out."""
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")
    scanners.take([Gone("left", "/dev/left")])
    world.fired("left").fire(no_read("half", "broken-off"), ScannerLost("no", "gone"))
    until(world.kept)

    assert world.kept() == ["half"]
    until(lambda: world.fired("left").left)
    assert world.fired("left").opened == 1


def test_one_that_no_setting_names_is_not_missed_for_ever(world, scanners):
    world.expected["right"] = "Right"
    scanners.renew(world.rules())
    for name in ("left", "right"):
        scanners.take([Came(device(name)), Gone(name, f"/dev/{name}")])
    world.hands.seconds += REMEMBERED

    assert [one.device for one in scanners.lamps()] == ["right"]


def test_a_named_scanner_that_never_came_is_missed(world, scanners):
    world.expected["left"] = "Counter 1"
    scanners.renew(world.rules())
    (found,) = scanners.lamps()

    assert (found.device, found.name, found.state, found.why) == ("left", "Counter 1", "lost", "absent")


def test_a_named_scanner_that_goes_by_another_id_now_is_not_missed(world, scanners):
    """D5: enrolled by its port, it tells a serial number since."""
    world.expected["old"] = "Counter 1"
    scanners.renew(world.rules())
    scanners.take([Came(replace(device("left"), also=("old",)))])

    assert [one.device for one in scanners.lamps()] == ["left"]


def test_a_scanner_that_goes_by_another_id_since_its_twin_came_is_not_missed(world, scanners):
    """D5: its serial number names nobody any more; the lamp of the old id would stay dark for ever."""
    world.expected["serial"] = "Counter 1"
    scanners.renew(world.rules())
    scanners.take([Came(device("serial", node="/dev/a"))])
    renamed = [
        Came(replace(device(port, node=node), also=("serial",))) for port, node in (("port-1", "/dev/a"), ("port-2", "/dev/b"))
    ]
    scanners.take([Gone("serial", "/dev/a"), *renamed])

    assert sorted(one.device for one in scanners.lamps()) == ["port-1", "port-2"]


def test_an_officers_own_keyboard_is_never_touched(world, scanners):
    world.ignored.add("old")
    scanners.renew(world.rules())
    scanners.take([Came(device("keys", kind=Kind.KEYBOARD, looks=Looks.KEYBOARD)), Came(device("old"))])

    assert state(scanners, "keys") == ("not-taken", "says-scanner")
    assert state(scanners, "old") == ("not-taken", "ignored")
    assert not world.scanners


def test_new_settings_open_anew_what_they_change_and_nothing_else(world, scanners):
    names = ("left", "right", "old")
    scanners.take([Came(device(name)) for name in names])
    is_ready(scanners, *names)
    world.tables["left"] = "another layout"
    world.ignored.add("old")
    left, old = world.scanners.pop("left"), world.fired("old")
    scanners.renew(world.rules())
    is_ready(scanners, "left", "right")

    assert (left.opened, world.fired("left").opened, world.fired("right").opened) == (1, 1, 1)
    until(lambda: old.left)
    assert state(scanners, "old") == ("not-taken", "ignored")


def test_a_flood_is_named_once_and_disturbs_nobody(world, scanners):
    """D5: throttled; what it sends meanwhile is not kept, and it is taken again after it was quiet."""
    scanners.take([Came(device("left")), Came(device("right"))])
    world.fired("left").fire(*(scan(n) for n in range(MOST + 5)))
    until(lambda: lamp(scanners, "left").errors == 5)
    world.fired("right").fire(scan("r"))
    until(lambda: "r" in world.kept())

    assert state(scanners, "left") == ("flood", "flood")
    assert state(scanners, "right")[0] == "ready"
    floods = [one.scan for one in world.spool.waiting(100) if isinstance(one.scan, NoRead)]
    assert [(one.reason, one.source) for one in floods] == [(Why.FLOOD, "scanner/left")]
    assert len(world.kept()) == MOST + 2
    world.hands.seconds += 3
    scanners.tick()
    assert state(scanners, "left")[0] == "ready"
    world.fired("left").fire(scan("after"))
    until(lambda: "after" in world.kept())


def test_a_flood_that_never_ends_is_let_go_of_all_the_same(world, scanners, monkeypatch):
    """T15: a driver that goes on after it was closed must not keep a processor busy for ever."""
    before = set(threading.enumerate())
    monkeypatch.setattr(Fired, "__iter__", lambda self: repeat(no_read("x")))
    scanners.take([Came(device("left"))])
    until(lambda: state(scanners, "left")[0] == "flood")
    scanners.stop()

    until(lambda: not [one for one in threading.enumerate() if one not in before and one.name == "scanner/left"])


def test_a_flood_that_ends_with_the_next_scan_ends_without_a_tick(world, scanners):
    scanners.take([Came(device("left"))])
    world.fired("left").fire(*(no_read(n) for n in range(MOST + 1)))
    until(lambda: state(scanners, "left")[0] == "flood")
    world.hands.seconds += 3
    world.fired("left").fire(no_read("after"))
    until(lambda: "after" in world.kept())

    assert lamp(scanners, "left").state == "ready"


def test_a_stuck_key_without_any_code_is_a_flood(world, scanners):
    """D5: 500 keys a second, and never a whole code."""
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")
    left = world.fired("left")
    for _ in range(4):
        left.beats += 1000 * int(STRETCH)
        world.hands.seconds += STRETCH
        scanners.tick()
    floods = [one.scan.reason for one in world.spool.waiting() if isinstance(one.scan, NoRead)]

    assert floods == [Why.FLOOD]
    assert state(scanners, "left")[0] == "flood"
    world.hands.seconds += STRETCH
    scanners.tick()
    assert state(scanners, "left")[0] == "ready"


def test_a_quick_scanner_with_long_codes_is_no_flood():
    """D1: a thousand keys a second, in bursts, each a whole code."""
    throttle, beats = Throttle(), 0
    for second in range(60):
        beats += 1500
        assert throttle.heard(float(second)) is Verdict.TAKEN
        assert not throttle.beaten(float(second), beats)
    assert not throttle.flooded
    assert BUSY < 1000


def test_a_shell_whose_loop_stands_still_is_seen(world, scanners):
    """Issue 4, 8: the watchdog is fed by what moves."""
    scanners.take([Came(device("left")), Came(device("right"))])
    is_ready(scanners, "left", "right")
    assert scanners.moved()
    world.hands.seconds += STILL - 1
    world.fired("left").beats += 1
    assert scanners.moved()
    world.hands.seconds += 1

    assert not scanners.moved()
    world.fired("right").beats += 1
    assert scanners.moved()


def test_a_shell_that_is_not_open_is_not_waited_for(world, scanners):
    world.fired("left").refuses.append(ScannerLost("no", "not-a-device"))
    scanners.take([Came(device("left"))])
    until(lambda: state(scanners, "left") == ("refused", "not-a-device"))
    world.hands.seconds += 100

    assert scanners.moved()


def test_it_stops_though_a_driver_hangs(world, scanners, monkeypatch):
    """Issue 4, 8: and the others are let go of all the same."""
    forever = threading.Event()
    monkeypatch.setattr(type(world.fired("left")), "__iter__", lambda self: iter(lambda: forever.wait() and None, 1))
    world.fired("left").fire()
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")
    start = time.monotonic()
    scanners.stop(0.1)

    assert time.monotonic() - start < 2
    assert world.fired("left").left == 1
    assert state(scanners, "left") == ("lost", "ended")
    forever.set()


def test_a_device_opened_while_it_was_let_go_of_is_closed(world, scanners, monkeypatch):
    opening, closed = threading.Event(), threading.Event()
    left = world.fired("left")
    enter = type(left).__enter__
    monkeypatch.setattr(type(left), "__enter__", lambda self: opening.set() or (closed.wait() and enter(self)))
    scanners.take([Came(device("left"))])
    opening.wait()
    scanners.take([Gone("left", "/dev/left")])
    closed.set()

    until(lambda: left.left)


def test_a_driver_that_can_not_be_let_go_of_keeps_nobody(world, scanners, monkeypatch, caplog):
    scanners.take([Came(device("left"))])
    is_ready(scanners, "left")
    left = world.fired("left")

    def fails(self, *exc):
        self.items.put(self.opened)
        raise RuntimeError("poison")

    monkeypatch.setattr(type(left), "__exit__", fails)
    scanners.take([Gone("left", "/dev/left")])

    until(lambda: "scanner/left can't be let go of" in caplog.text)


KILLED = """
    import sys
    from pathlib import Path
    from drivers.hotplug import Came
    from drivers.scan import NoRead
    from kiosk.station.scanners import Scanners
    from tests.kiosk.station.trigger_samples import World, device, scan

    world = World(Path(sys.argv[1]))

    class Line:
        beats = 0
        def __enter__(self): return self
        def __exit__(self, *exc): pass
        def __iter__(self):
            for line in sys.stdin:
                yield scan(line.strip())

    said = world.keeping()
    world.scanners["left"] = Line()
    keeping = type(said)(said.spool, said.ring, lambda tone: print(tone.name, flush=True), said.changed, said.clock, said.now)
    scanners = Scanners(world.rules(), keeping)
    scanners.take([Came(device("left"))])
    scanners._holders["left"].join(60)
"""


def test_killed_and_started_again_it_has_lost_nothing_that_it_acknowledged_and_doubled_nothing(tmp_path):
    """T16: whoever hears no tone scans again, and that is the same scan."""
    import textwrap

    acknowledged, number = [], 0
    for life in range(3):
        run = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
        process = subprocess.Popen(
            run, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        )  # fmt: skip
        for _ in range(5 + 4 * life):
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "KEPT\n"
            acknowledged.append(str(number))
            number += 1
        process.stdin.write(f"{number}\n")  # the last is sent and, perhaps, not acknowledged: it comes again in the next life
        process.stdin.flush()
        process.kill()
        process.communicate()
    world = World(tmp_path)
    kept = world.kept()
    world.spool.close()

    assert kept[: len(acknowledged)] == acknowledged
    assert len(set(kept)) == len(kept) <= len(acknowledged) + 1


def test_nothing_heavy_is_loaded_to_read_a_scanner():
    """Issue 4, 10: the station's memory; a camera reads in a process of its own."""
    heavy = "{'flask', 'sqlalchemy', 'reportlab', 'cv2', 'numpy', 'cryptography', 'urllib3', 'jinja2'}"
    said = f"import sys, kiosk.station.shift, kiosk.cli.station; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
