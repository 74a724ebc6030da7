"""A HID-POS scanner at its node (D1, D5). A socket that keeps the borders of reports stands for the device.

The ioctls are played by a function; real nodes are the rig's business (`tests/devices`).
"""

import errno
import fcntl
import itertools
import os
import socket
import struct
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.contract import ScannerContract
from drivers.hidpos import HIDIOCGRDESC, HIDIOCGRDESCSIZE, KEPT, HidPos, hidraw
from drivers.manner import Manner
from drivers.scan import Scan, ScannerLost, Symbology, Voice
from drivers.turns import IDLE, milliseconds
from tests.drivers.frames.hidpos import HAND_HELD_DESCRIPTOR, KEYBOARD, SETTINGS, reports

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
PATIENT = Manner(gap=60.0)


class Device:
    """A scanner's end, and ours."""

    def __init__(self, descriptor=HAND_HELD_DESCRIPTOR):
        self._scanner, self._ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.setblocking(False)
        self._descriptor = descriptor

    def opens(self, node):
        return os.dup(self._ours.fileno()), self._descriptor

    def says(self, *sent):
        for report in sent:
            self._scanner.send(report)

    def pulled(self):
        self._scanner.close()

    def close(self):
        self.pulled()
        self._ours.close()


@pytest.fixture
def device():
    device = Device()
    yield device
    device.close()


def settled():
    """A clock on which the quiet after opening is over at once, and no silence ever after: however slow the machine is."""
    return itertools.chain([0.0], itertools.repeat(1000.0)).__next__


def scanner(device, manner=PATIENT, now=None):
    voice = Voice("scanner/one", lambda: NOON)
    return HidPos("/dev/hidraw0", voice=voice, manner=manner, now=now or settled(), opens=device.opens)


def until(true, seconds=20.0):
    """Waits for what another thread brings about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        threading.Event().wait(0.0005)


class Quiet:
    """A scanner that was quiet; then `sent` comes, and the device is pulled. It ends where the device is lost (`lost`)."""

    def __init__(self, device, *sent, manner=PATIENT):
        self._scanner, self._device, self._sent = scanner(device, manner), device, sent
        self.lost = None

    def __enter__(self):
        self._scanner.__enter__()
        return self

    def __exit__(self, *exc):
        self._scanner.__exit__(*exc)

    def __iter__(self):
        heard, lost = self._scanner._turns._turn()
        assert (heard, lost) == ([], None)
        self._device.says(*self._sent)
        self._device.pulled()
        try:
            yield from self._scanner
        except ScannerLost as lost:
            self.lost = lost


def told(device, *sent):
    """What a scanner says of these reports, in short, and how it was lost."""
    with Quiet(device, *sent) as quiet:
        said = [one.text if isinstance(one, Scan) else str(one.reason) for one in quiet]
    return said, quiet.lost


class TestHidPos(ScannerContract):
    texts = ("99999001495785", "7" * 130, "00000000000001")
    no_reads = 2

    @pytest.fixture
    def make(self):
        devices = []

        def make():
            devices.append(Device())
            codes = ("99999001495785", "7" * 130, "\0", "\0\0", "00000000000001")
            return Quiet(devices[-1], *(report for code in codes for report in reports(code)))

        yield make
        for device in devices:
            device.close()


def test_a_scan_says_what_was_sent_by_whom_and_when(device):
    """Q10, Q4: the symbology always comes with it."""
    with Quiet(device, *reports("XXXX7700112", b"]A0")) as quiet:
        (scan,) = quiet

    assert (scan.text, scan.raw, scan.symbology) == ("XXXX7700112", b"]A0XXXX7700112", Symbology.CODE39)
    assert (scan.source, scan.at) == ("scanner/one", NOON)


class TestUnplugged:
    """D5."""

    def test_in_the_middle_of_a_code_that_is_told_before_the_loss(self, device):
        said, lost = told(device, *reports("XXXX1"), reports("7" * 60)[0])

        assert (said, lost.why) == (["XXXX1", "broken-off"], "gone")
        assert "/dev/hidraw0" in str(lost)

    def test_between_codes_it_is_a_loss_and_no_more(self, device):
        said, lost = told(device, *reports("XXXX1"))

        assert (said, lost.why) == (["XXXX1"], "gone")

    def test_an_input_output_error_is_the_same(self, device, monkeypatch):
        """What hidraw says: poll has POLLERR and POLLHUP, read EIO."""

        def gone(fd, size):
            raise OSError(errno.EIO, "Input/output error")

        with Quiet(device, b"") as quiet:
            monkeypatch.setattr("drivers.hidpos.os.read", gone)
            assert list(quiet) == []

        assert quiet.lost.why == "gone"

    def test_thirty_times_leave_no_file_open(self):
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(30):
            device = Device()
            told(device, *reports("XXXX1"), reports("7" * 60)[0])
            device.close()

        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_rest_of_a_code_from_before_is_no_code(device):
    """D1: opened in its middle."""
    _, second = reports("7" * 60)
    with scanner(device, now=time.monotonic) as opened:
        device.says(second, *reports("XXXX1"))
        said = iter(opened)

        assert next(said).reason == "broken-off"
        assert next(said).text == "XXXX1"


def test_a_code_whose_rest_never_comes_is_told_when_the_gap_is_over(device):
    with scanner(device, Manner(gap=0.01), now=time.monotonic) as opened:
        threading.Thread(target=lambda: (until(lambda: opened.beats), device.says(reports("7" * 60)[0]))).start()

        assert next(iter(opened)).reason == "broken-off"


def test_as_many_reports_as_the_kernel_keeps_may_be_less_than_were_sent(device):
    """It drops the rest without a word: what comes next is void up to an end."""
    said, _ = told(device, *(report for n in range(KEPT + 2) for report in reports(f"XXXX{n:04}")))

    assert said == [*(f"XXXX{n:04}" for n in range(KEPT)), "keys-lost", f"XXXX{KEPT + 1:04}"]


class TestOpening:
    """What a node says that does not open."""

    @pytest.mark.parametrize("descriptor", [KEYBOARD, SETTINGS, b""])
    def test_a_device_without_decoded_data_is_not_a_device_for_us(self, descriptor):
        """A keyboard's raw node, and one that takes its settings on page 0x8C."""
        before = len(list(Path("/proc/self/fd").iterdir()))
        device = Device(descriptor)

        assert refusal(scanner(device)).why == "not-a-device"
        device.close()
        assert len(list(Path("/proc/self/fd").iterdir())) == before

    @pytest.mark.parametrize(
        ("number", "why"),
        [
            (errno.EACCES, "no-permission"),
            (errno.EPERM, "no-permission"),
            (errno.EBUSY, "busy"),
            (errno.ENODEV, "gone"),
            (errno.EIO, "gone"),
            (errno.ENOMEM, "failed"),
        ],
    )
    def test_an_error_of_the_kernel_has_its_reason(self, number, why):
        def opens(node):
            raise OSError(number, os.strerror(number))

        lost = refusal(HidPos("/dev/hidraw0", voice=Voice("scanner/one", lambda: NOON), opens=opens))

        assert lost.why == why
        assert "/dev/hidraw0" in str(lost)

    @pytest.mark.parametrize("target", ["file", "folder", "/dev/null", "link"])
    def test_anything_else_in_place_of_a_node_is_not_a_device(self, tmp_path, target):
        """Bad input: a symbolic link in place of a device. `/dev/null` is one, but knows no such ioctl."""
        (tmp_path / "file").write_bytes(b"99999001495785")
        (tmp_path / "folder").mkdir()
        (tmp_path / "link").symlink_to("link" if target == "link" else tmp_path / target)

        assert refusal(HidPos(str(tmp_path / "link"), voice=Voice("scanner/one", lambda: NOON))).why == "not-a-device"

    def test_a_node_that_is_not_there_is_gone(self, tmp_path):
        assert refusal(HidPos(str(tmp_path / "none"), voice=Voice("scanner/one", lambda: NOON))).why == "gone"

    def test_a_node_without_permission_says_so(self, node):
        Path(node).chmod(0)
        reading, writing = os.pipe()
        if not (child := os.fork()):
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                os.write(writing, refusal(HidPos(node, voice=Voice("scanner/one", lambda: NOON))).why.encode())
            finally:
                os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as answer:
            assert answer.read() == b"no-permission"


def refusal(opened):
    with pytest.raises(ScannerLost) as lost, opened:
        pass
    return lost.value


@pytest.fixture
def node():
    """Some character device of our own."""
    scanner, ours = os.openpty()
    yield os.ttyname(ours)
    os.close(scanner)
    os.close(ours)


class TestHidraw:
    """The node itself, with the kernel's part played."""

    def test_the_descriptor_is_asked_for_as_the_kernel_wants_it(self, node):
        """struct hidraw_report_descriptor: its size, then room for 4096 bytes."""
        fd, descriptor = hidraw(node, kernel)
        os.close(fd)

        assert descriptor == HAND_HELD_DESCRIPTOR

    def test_the_requests_are_those_of_linux_hidraw_h(self):
        """_IOR(type, number, size) of <asm-generic/ioctl.h>."""
        read, page = 2 << 30, ord("H") << 8

        assert (read | 4 << 16 | page | 1, read | 4100 << 16 | page | 2) == (HIDIOCGRDESCSIZE, HIDIOCGRDESC)

    def test_a_node_that_a_process_of_ours_holds_is_busy(self, node):
        fd, _ = hidraw(node, kernel)
        with pytest.raises(BlockingIOError):
            hidraw(node, kernel)
        os.close(fd)
        os.close(hidraw(node, kernel)[0])

    def test_it_is_opened_for_reading_only_and_never_waits(self, node):
        fd, _ = hidraw(node, kernel)
        flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        os.close(fd)

        assert flags & os.O_ACCMODE == os.O_RDONLY
        assert flags & os.O_NONBLOCK

    def test_an_ioctl_that_fails_leaves_nothing_open(self, node):
        before = len(list(Path("/proc/self/fd").iterdir()))
        with pytest.raises(OSError):
            hidraw(node)

        assert len(list(Path("/proc/self/fd").iterdir())) == before


def kernel(fd, request, buffer):
    """hidraw_ioctl, drivers/hid/hidraw.c."""
    if request == HIDIOCGRDESCSIZE:
        assert len(buffer) == 4
        struct.pack_into("I", buffer, 0, len(HAND_HELD_DESCRIPTOR))
    elif request == HIDIOCGRDESC:
        assert len(buffer) == 4100
        (size,) = struct.unpack_from("I", buffer)
        buffer[4 : 4 + size] = HAND_HELD_DESCRIPTOR[:size]
    return 0


class TestLeaving:
    """`__exit__`, from wherever."""

    def test_left_from_another_thread_the_iteration_ends_at_once(self, device, monkeypatch):
        """Not at the next turn of the loop, which is an hour off."""
        monkeypatch.setattr("drivers.turns.IDLE", 3600.0)
        opened = scanner(device).__enter__()
        said = []
        threads = [threading.Thread(target=lambda: said.extend(opened), daemon=True)]
        threads[0].start()
        until(lambda: opened.beats)
        threads.append(threading.Thread(target=opened.__exit__, daemon=True))
        threads[1].start()
        for thread in threads:
            thread.join(20)

        assert not any(thread.is_alive() for thread in threads)
        assert said == []

    def test_never_entered_it_is_left_without_harm(self, device):
        opened = scanner(device)
        opened.__exit__(None, None, None)

        assert list(opened) == []


def test_a_silent_loop_turns_every_five_seconds_and_sleeps_until_then():
    """D5."""
    assert milliseconds(None, 100.0) == 1000 * IDLE == 5000
    assert milliseconds(100.0101, 100.0) == 11
    assert milliseconds(99.0, 100.0) == 0
