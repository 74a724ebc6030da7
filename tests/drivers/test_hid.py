"""The shell over the keyboard decoder, driven from the far side: a pipe that carries `struct input_event` (D1, D5).

Real event devices are in `tests/devices`.
"""

import errno
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from evdev import ecodes

from drivers import hid
from drivers.contract import ScannerContract
from drivers.hid import EVENT, Evdev, Keyboard
from drivers.keymap import Key, Locks, Stroke, presses, strokes
from drivers.keymap.keys import LEFT_SHIFT
from drivers.manner import Layout, Manner
from drivers.scan import NoRead, Scan, ScannerLost, Voice, Why

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
VOICE = Voice("scanner/counter", lambda: NOON)
REPORT = (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
DROPPED = (ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
GRABBED_AT = 100.0


class Fake:
    """An event device: what is put in, it says, until it is unplugged."""

    def __init__(self, held=(), locks=None):
        self.fd, self.far = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.down, self.locks = set(held), locks or Locks()
        self.done: list[str] = []
        self.faults: dict[str, int] = {}
        self.now = GRABBED_AT

    def _do(self, what):
        self.done.append(what)
        if what in self.faults:
            raise OSError(self.faults[what], os.strerror(self.faults[what]))

    def grab(self):
        self._do("grab")

    def close(self):
        self._do("close")
        os.close(self.fd)

    def held(self):
        self._do("held")
        return self.down

    def settle(self):
        self._do("settle")
        return self.locks

    def clock(self):
        return self.now

    def put(self, at, *events):
        seconds = divmod(round(at * 1e6), 1_000_000)
        os.write(self.far, b"".join(EVENT.pack(*seconds, *event) for event in events))

    def type(self, keys):
        for key in keys:
            self.put(key.at, (ecodes.EV_MSC, ecodes.MSC_SCAN, 0x70004), (ecodes.EV_KEY, key.code, key.value), REPORT)
            self.now = key.at if "grab" in self.done else self.now

    def unplug(self):
        os.close(self.far)


def keys(text, at=GRABBED_AT + 1, layout=Layout.US):
    return presses(strokes(text, layout), at)


def keyboard(device, manner=None):
    return Keyboard("/dev/input/event7", voice=VOICE, manner=manner, opened=lambda _: device, clock=device.clock)


def all_of(scanner):
    """What it says until it is lost; the loss."""
    said = []
    with pytest.raises(ScannerLost) as lost:  # noqa: PT012 - what came before counts
        for one in scanner:
            said.append(one)  # noqa: PERF402 - until it raises
    return [one.text if isinstance(one, Scan) else one.reason for one in said], lost.value.why


class Ending(Keyboard):
    """One that ends when its device is unplugged."""

    def __iter__(self):
        with suppress(ScannerLost):
            yield from super().__iter__()


class TestKeyboard(ScannerContract):
    texts = ("99999001495785", "00000000000001", "$(touch x)")
    no_reads = 2

    @pytest.fixture
    def make(self):
        def made():
            device = Fake()
            for at, text in enumerate([*self.texts, "7"]):
                device.type(keys(text + "\r", GRABBED_AT + 1 + at))
            device.type(keys("123", GRABBED_AT + 20))
            device.unplug()
            return Ending("event7", voice=VOICE, opened=lambda _: device, clock=device.clock)

        return made


def test_it_is_grabbed_before_it_is_asked_and_let_go_at_the_end():
    """D1: no keystroke leaks."""
    device = Fake()
    with keyboard(device):
        assert device.done == ["grab", "settle", "held"]
    assert device.done[3:] == ["close"]


def test_a_scan_says_who_read_it_and_what_was_sent():
    device = Fake()
    device.type(keys("]C0XXXX-1\r", layout=Layout.CA_FR))
    with keyboard(device, Manner(Layout.CA_FR)) as scanner:
        scan = next(iter(scanner))

    assert (scan.text, scan.raw, scan.source, scan.at) == ("XXXX-1", b"]C0XXXX-1\r", "scanner/counter", NOON)


def test_a_device_pulled_in_the_middle_of_a_code_leaves_a_no_read_and_is_lost():
    """D5."""
    device = Fake()
    device.type(keys("12\r99999"))
    device.unplug()
    with keyboard(device) as scanner:
        assert all_of(scanner) == (["12", Why.BROKEN_OFF], "gone")
        assert all_of(scanner) == ([], "gone")


def test_a_device_pulled_between_codes_is_only_lost():
    device = Fake()
    device.type(keys("12\r"))
    device.unplug()
    with keyboard(device) as scanner:
        assert all_of(scanner) == (["12"], "gone")


def test_half_a_code_and_then_silence_is_a_no_read(monkeypatch):
    """Found out by the clock when it is due, with no event behind it, however long it would sleep otherwise."""
    monkeypatch.setattr("drivers.turns.IDLE", 3600)
    device = Fake()
    device.type(keys("99999"))
    with keyboard(device) as scanner:
        device.now += 5
        one = next(iter(scanner))

    assert (one.reason, one.source) == (Why.BROKEN_OFF, "scanner/counter")


def test_half_a_code_and_then_the_rest_is_never_one():
    """D5: joined to nothing, and no code of its own."""
    device = Fake()
    device.type(keys("99999") + keys("001495785\r", GRABBED_AT + 1.5) + keys("8XXX\r", GRABBED_AT + 3))
    device.unplug()
    with keyboard(device) as scanner:
        assert all_of(scanner)[0] == [Why.BROKEN_OFF, Why.BROKEN_OFF, "8XXX"]


def test_ten_scanners_that_fire_together_are_not_mixed():
    """T1, T2, D5: key by key in turn, one of them silent."""
    devices = [Fake() for _ in range(10)]
    typed = [keys(f"9999900149578{n}\r") for n in range(9)]
    for step in zip(*typed, strict=True):
        for device, key in zip(devices, step, strict=False):
            device.type([key])
    heard = []
    for device in devices:
        device.unplug()
        with keyboard(device) as scanner:
            heard.append(all_of(scanner)[0])

    assert heard == [[f"9999900149578{n}"] for n in range(9)] + [[]]


def test_a_busy_machine_tears_no_code_apart():
    """The times are the kernel's: the clock is far beyond each of them when they are read."""
    device = Fake()
    device.type(keys("99999001495785\r"))
    with keyboard(device) as scanner:
        device.now += 1000
        assert next(iter(scanner)).text == "99999001495785"


def test_the_first_code_is_right_if_shift_was_down_when_it_was_grabbed():
    """T4."""
    device = Fake(held={LEFT_SHIFT})
    device.type([Key(LEFT_SHIFT, 0, GRABBED_AT + 0.9), *keys("8XXX-4\r")])
    device.unplug()
    with keyboard(device) as scanner:
        assert all_of(scanner)[0] == ["8XXX-4"]


def test_what_comes_right_after_grabbing_may_be_the_rest_of_a_code():
    """Fault 1."""
    device = Fake()
    with keyboard(device) as scanner:
        device.type(keys("5785\r", GRABBED_AT + 0.1) + keys("8XXX-4\r", GRABBED_AT + 1))
        device.unplug()
        assert all_of(scanner)[0] == [Why.BROKEN_OFF, "8XXX-4"]


def test_a_code_in_which_the_kernel_dropped_keys_is_void_and_the_next_is_right():
    """T5. The kernel is asked for its keys anew. What was read with the news is void: asking has emptied the rest of the queue."""
    device = Fake()
    with keyboard(device) as scanner:
        device.type(keys("99999"))
        device.put(device.now, DROPPED, REPORT)
        device.type(keys("85\r12", device.now + 0.01))
        device.done.clear()
        said = iter(scanner)
        assert next(said).reason == Why.KEYS_LOST
        assert device.done == ["settle", "held"]
        device.type(keys("34\r", device.now + 0.01) + keys("5678\r", device.now + 0.1))
        assert next(said).text == "5678"


def test_keys_that_are_down_after_dropped_ones_count_as_up():
    """T4, T5."""
    device = Fake()
    with keyboard(device) as scanner:
        device.put(GRABBED_AT + 1, DROPPED, REPORT)
        device.down = {LEFT_SHIFT}
        assert next(said := iter(scanner)).reason == Why.KEYS_LOST
        device.type(keys("8-4\r", GRABBED_AT + 9))
        assert next(said).text == "8-4"


def test_a_code_that_was_whole_before_the_device_failed_is_not_lost():
    """The device goes while the kernel is asked about dropped keys."""
    device = Fake()
    with keyboard(device) as scanner:
        device.type(keys("12\r"))
        device.put(device.now, DROPPED, REPORT)
        device.faults["held"] = errno.ENODEV
        assert all_of(scanner) == (["12"], "gone")


def test_caps_lock_that_was_on_is_reckoned_with():
    device = Fake(locks=Locks(caps=True))
    device.type(keys("aB1\r"))
    with keyboard(device) as scanner:
        assert next(iter(scanner)).text == "Ab1"


def test_lamps_that_somebody_turned_are_turned_back():
    """Some scanners turn Shift round by the Caps Lock lamp."""
    device = Fake()
    with keyboard(device) as scanner:
        device.done.clear()
        device.put(GRABBED_AT + 1, (ecodes.EV_LED, ecodes.LED_CAPSL, 1), REPORT)
        device.put(GRABBED_AT + 1, (ecodes.EV_LED, ecodes.LED_CAPSL, 0), (ecodes.EV_LED, ecodes.LED_NUML, 1), REPORT)
        device.type(keys("12\r"))
        assert next(iter(scanner)).text == "12"
        assert device.done == ["settle"]


def test_every_turn_of_the_loop_is_a_beat():
    """The watchdog is fed by loops that moved."""
    device = Fake()
    with keyboard(device) as scanner:
        assert scanner.beats == 0
        device.type(keys("12\r"))
        next(said := iter(scanner))
        before = scanner.beats
        device.type(keys("34\r", GRABBED_AT + 2))
        next(said)
        assert 0 < before < scanner.beats


def test_it_lives_on_through_silence(monkeypatch):
    """Nothing was scanned for as long as it sleeps at most: a beat, and nothing said."""
    device = Fake()
    monkeypatch.setattr("drivers.turns.IDLE", 0.001)
    with keyboard(device) as scanner:
        assert scanner._turns._turn() == ([], None)
        assert scanner.beats == 1


def test_it_may_be_left_from_another_thread():
    """D5: the iteration ends at once, asleep or not, and nobody uses the closed device."""
    device = Fake()
    scanner = keyboard(device).__enter__()
    said = []
    thread = threading.Thread(target=lambda: said.extend(scanner), daemon=True)
    thread.start()
    scanner.__exit__(None, None, None)
    thread.join(60)

    assert not thread.is_alive()
    assert said == []
    assert device.done[-1] == "close"


def test_it_may_be_left_in_the_middle_of_what_it_says_and_entered_again():
    """D5: replugged, the same scanner is opened again."""
    first, second = Fake(), Fake()
    first.type(keys("12\r34\r"))
    second.type(keys("56\r"))
    devices = iter([first, second])
    scanner = Keyboard("event7", voice=VOICE, opened=lambda _: next(devices), clock=lambda: GRABBED_AT)
    with scanner:
        said = iter(scanner)
        assert next(said).text == "12"
    assert [one.text for one in said] == ["34"], "what was heard before is not lost"
    with scanner:
        assert next(iter(scanner)).text == "56"
    assert first.done[-1] == second.done[-1] == "close"


def test_not_entered_it_says_nothing_and_may_be_left():
    scanner = keyboard(Fake())

    assert list(scanner) == []
    scanner.__exit__(None, None, None)


def test_a_wrong_alarm_is_no_loss():
    """Nothing to read after all."""
    device = Fake()
    with keyboard(device):
        assert list(hid.Keyboard._events(keyboard(device), device)) == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (errno.EBUSY, "busy"),
        (errno.EACCES, "no-permission"),
        (errno.EPERM, "no-permission"),
        (errno.ENODEV, "gone"),
        (errno.ENOENT, "gone"),
        (errno.ENOTTY, "not-a-device"),
        (errno.EMFILE, "failed"),
    ],
)
@pytest.mark.parametrize("step", ["grab", "settle", "held"])
def test_why_it_could_not_be_opened_is_told_and_nothing_stays_open(step, code, why):
    """Bad input of issue 4: held by another program, no permission."""
    device = Fake()
    device.faults[step] = code
    with pytest.raises(ScannerLost, match="/dev/input/event7: expected a keyboard scanner, got") as lost, keyboard(device):
        pass

    assert lost.value.why == why
    assert device.done[-1] == "close"


def test_where_no_more_files_may_be_opened_nothing_stays_grabbed(monkeypatch):
    """A process that has reached its limit: the device is free again, for the next try and for everybody else."""
    device = Fake()

    def none_left(*_):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "eventfd", none_left)
    with pytest.raises(OSError, match="Too many open files"), keyboard(device):
        pass

    assert device.done[-1] == "close"


def test_a_node_without_permission_is_told():
    """Bad input of issue 4. (Whoever runs these tests may be root, whom no mode stops.)"""

    def refused(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    with pytest.raises(ScannerLost, match="Permission denied") as lost, Keyboard("event7", voice=VOICE, opened=refused):
        pass
    assert lost.value.why == "no-permission"


def link_to(path, target):
    path.symlink_to(target)
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path, "gone"),
        (lambda path: link_to(path, path.with_name("nothing")), "gone"),
        (lambda path: link_to(path, path), "failed"),
        (lambda path: link_to(path, "/dev/null"), "not-a-device"),
        (lambda path: link_to(path, "/etc/passwd"), "not-a-device"),
        (lambda path: (path.write_bytes(EVENT.pack(0, 0, 1, 30, 1)), path)[1], "not-a-device"),
        (lambda path: (os.mkfifo(path), path)[1], "not-a-device"),
        (lambda path: (path.mkdir(), path)[1], "not-a-device"),
    ],
    ids=["none", "dangling", "circle", "null", "file-link", "file", "fifo", "folder"],
)
def test_what_is_no_input_device_is_never_opened(tmp_path, monkeypatch, make, why):
    """Bad input of issue 4: a symbolic link in place of a device. A FIFO would block for ever, a tape would rewind."""
    monkeypatch.setattr(hid.evdev, "InputDevice", lambda path: pytest.fail(f"{path} was opened"))
    with pytest.raises(ScannerLost) as lost, Keyboard(str(make(tmp_path / "event7")), voice=VOICE):
        pass
    assert lost.value.why == why


# The seam to the kernel: python-evdev


class Device:
    """What python-evdev opens: here, a device whose lamps can be looked at."""

    def __init__(self, path):
        self.fd, self.far = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.lit, self.lamps, self.done = {ecodes.LED_CAPSL}, [ecodes.LED_NUML, ecodes.LED_CAPSL], []

    def capabilities(self):
        return {ecodes.EV_LED: self.lamps} if self.lamps else {}

    def leds(self):
        return sorted(self.lit)

    def active_keys(self):
        return [42]

    def grab(self):
        self.done.append("grab")

    def ungrab(self):
        self.done.append("ungrab")
        raise OSError(errno.ENODEV, "No such device")

    def close(self):
        self.done.append("close")


@pytest.fixture
def node(monkeypatch):
    asked = []
    monkeypatch.setattr(hid, "_look", lambda path: None)
    monkeypatch.setattr(hid.evdev, "InputDevice", Device)
    monkeypatch.setattr(hid.fcntl, "ioctl", lambda *what: asked.append(what))
    node = Evdev("/dev/input/event7")
    assert asked == [(node.fd, 1 << 30 | 4 << 16 | ord("E") << 8 | 0xA0, b"\x01\0\0\0")]
    return node


def test_times_are_asked_for_on_the_clock_that_nobody_sets(node):
    """EVIOCSCLOCKID, CLOCK_MONOTONIC: the fixture has looked."""
    assert node.held() == {42}


def test_lamps_that_are_not_as_believed_are_set(node, monkeypatch):
    device, written = node._device, []
    monkeypatch.setattr(
        hid.os, "write", lambda fd, what: (written.append(EVENT.unpack(what)[2:]), device.lit.clear(), device.lit.add(0))
    )

    assert node.settle() == Locks(caps=False, num=True)
    assert written == [(ecodes.EV_LED, ecodes.LED_CAPSL, 0)]


def test_lamps_that_can_not_be_set_are_taken_as_they_are(node):
    """A node that may only be read; here, the reading end of a pipe."""
    assert node.settle() == Locks(caps=True, num=False)


def test_without_lamps_no_lock_is_on_that_a_scanner_could_see(node):
    node._device.lamps, node._device.lit = [], set()

    assert node.settle() == Locks(caps=False, num=True)


def test_the_grab_is_let_go_before_the_node_and_a_device_that_is_gone_is_no_fault(node):
    node.grab()
    node.close()

    assert node._device.done == ["grab", "ungrab", "close"]


def test_scans_and_no_reads_are_all_that_is_said():
    device = Fake()
    device.type(keys("12\r") + presses([Stroke((59,))], GRABBED_AT + 5))
    with keyboard(device) as scanner:
        said = iter(scanner)
        assert isinstance(next(said), Scan)
        assert isinstance(next(said), NoRead)
