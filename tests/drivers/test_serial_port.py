"""A scanner at a serial port (D2, D5), on real pseudo-terminals: the port's settings, its faults, and that it lets go."""

import fcntl
import itertools
import os
import struct
import termios
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers import serial_port
from drivers.contract import ScannerContract
from drivers.manner import Manner, Terminator
from drivers.scan import NoRead, Scan, ScannerLost, Symbology, Voice
from drivers.serial_port import Line, SerialPort, overruns
from drivers.turns import IDLE, milliseconds

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
PATIENT = Manner(gap=60.0)
BRISK = Manner(gap=0.01)


class Cable:
    """A pseudo-terminal: the scanner's end of a serial line. `node` is ours."""

    def __init__(self):
        self.scanner, self.ours = os.openpty()
        self.node = os.ttyname(self.ours)

    def says(self, data):
        while data:
            data = data[os.write(self.scanner, data) :]

    def pulled(self):
        if self.scanner >= 0:
            os.close(self.scanner)
            self.scanner = -1

    def close(self):
        self.pulled()
        os.close(self.ours)


@pytest.fixture
def cable():
    cable = Cable()
    yield cable
    cable.close()


def settled():
    """A clock on which the quiet after opening is over at once, and no silence ever after: however slow the machine is."""
    return itertools.chain([0.0], itertools.repeat(1000.0)).__next__


def port(cable, manner=PATIENT, line=None, now=None):
    voice = Voice("scanner/one", lambda: NOON)
    return SerialPort(getattr(cable, "node", cable), voice=voice, manner=manner, line=line, now=now or settled())


def until(true, seconds=20.0):
    """Waits for what another thread brings about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        threading.Event().wait(0.0005)


class Listening:
    """A port that is sent `reads`, each when the one before was taken; its cable is pulled when `expect` things were said.

    It ends where the port is lost (`lost`).
    """

    def __init__(self, port, cable, *reads, expect):
        self.port, self._cable, self._reads, self._expect = port, cable, reads, expect
        self.said, self.lost, self._left = [], None, False
        self._thread = threading.Thread(target=self._speak)

    def __enter__(self):
        self.port.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._left = True
        self.port.__exit__(*exc)
        while self._thread.is_alive():
            with suppress(termios.error):
                termios.tcflush(self._cable.ours, termios.TCIFLUSH)  # it may wait for somebody to read
            self._thread.join(0.01)

    def __iter__(self):
        try:
            for one in self.port:
                self.said.append(one)
                yield one
        except ScannerLost as lost:
            self.lost = lost

    def _speak(self):
        for number, data in enumerate(self._reads):
            # The first beat: the quiet after opening is over. Each one more: what was sent is taken.
            until(lambda number=number: self._left or self.port.beats > number)
            if self._left:
                return
            self._cable.says(data)
        until(lambda: self._left or (self.port.beats > len(self._reads) and len(self.said) >= self._expect))
        self._cable.pulled()


def told(cable, *reads, expect, **how):
    """What a port says of these reads, in short, and how it was lost."""
    with Listening(port(cable, **how), cable, *reads, expect=expect) as listening:
        said = [one.text if isinstance(one, Scan) else str(one.reason) for one in listening]
    return said, listening.lost


class TestSerialPort(ScannerContract):
    texts = ("99999001495785", "XXXX7700112", "00000000000001")
    no_reads = 2

    @pytest.fixture
    def make(self):
        cables = []

        def make():
            cables.append(Cable())
            reads = [b"99999001495785\r\n]C0XXXX7700112", b"\r\n\x00\r\x00\x01\r00000000000001\r"]
            return Listening(port(cables[-1]), cables[-1], *reads, expect=5)

        yield make
        for cable in cables:
            cable.close()


def test_joined_and_split_codes_come_whole_and_in_order(cable):
    """D2: several in one read, one in many."""
    said, _ = told(cable, b"AAAA1\r\nBBBB2\rCC", b"CC", b"3", b"\r", b"\nDDDD4\t", expect=4)

    assert said == ["AAAA1", "BBBB2", "CCCC3", "DDDD4"]


def test_a_scan_says_what_was_sent_by_whom_and_when(cable):
    """Q10."""
    with Listening(port(cable), cable, b"]A0XXXX7700112\r", expect=1) as listening:
        (scan,) = listening

    assert (scan.text, scan.raw, scan.symbology) == ("XXXX7700112", b"]A0XXXX7700112\r", Symbology.CODE39)
    assert (scan.source, scan.at) == ("scanner/one", NOON)


def test_noise_on_the_line_voids_its_code_and_no_other(cable):
    """D2: NUL, a byte FF (which the kernel doubles), bytes that are no text."""
    said, _ = told(cable, b"AAAA1\rBB\x00B2\rCC\xffC3\rDD\xc3\xa9\x1bD4\rEEEE5\r", expect=5)

    assert said == ["AAAA1", "garbled", "garbled", "garbled", "EEEE5"]


def test_megabytes_without_a_terminator_are_told_once(cable):
    """Bad input: 10 MB; and the code after them is whole."""
    said, _ = told(cable, b"7" * 10_000_000 + b"\rXXXX1\r", expect=2)

    assert said == ["too-long", "XXXX1"]


def test_a_terminator_that_never_comes_is_told_when_the_gap_is_over(cable):
    """D2, promise 1: and with nothing after it, too."""
    said, _ = told(cable, b"99999001", expect=1, manner=BRISK, now=time.monotonic)

    assert said == ["broken-off"]


def test_a_scanner_without_terminator_is_heard_when_the_gap_is_over(cable):
    """D2, T34."""
    manner = Manner(terminator=Terminator.NONE, shortest=14, longest=14, gap=0.01)
    said, _ = told(cable, b"00000000000001", expect=1, manner=manner, now=time.monotonic)

    assert said == ["00000000000001"]


class TestUnplugged:
    """D5, T6."""

    def test_a_cable_pulled_in_the_middle_of_a_code_is_told_before_the_loss(self, cable):
        with Listening(port(cable), cable, b"99999001", expect=0) as listening:
            assert [one.reason for one in listening] == ["broken-off"]

        assert isinstance(listening.said[0], NoRead)
        assert listening.lost.why == "gone"
        assert cable.node in str(listening.lost)

    def test_a_cable_pulled_between_codes_is_a_loss_and_no_more(self, cable):
        said, lost = told(cable, b"XXXX1\r", expect=1)

        assert (said, lost.why) == (["XXXX1"], "gone")

    def test_thirty_times_leave_no_file_open(self):
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(30):
            cable = Cable()
            said, lost = told(cable, b"XXXX1\r9999", expect=1)
            cable.close()
            assert (said[0], lost.why) == ("XXXX1", "gone")

        assert len(list(Path("/proc/self/fd").iterdir())) == before


class TestOpening:
    """What a port says that does not open, and what it makes of a port that is not quiet."""

    def test_the_rest_of_a_code_from_before_is_no_code(self, cable):
        cable.says(b"99999001")
        with port(cable, now=time.monotonic) as scanner:
            cable.says(b"495785\rXXXX1\r")
            said = iter(scanner)

            assert next(said).reason == "broken-off"
            assert next(said).text == "XXXX1"

    def test_what_the_port_held_is_thrown_away(self, cable):
        cable.says(b"99999001495785\rAB")
        said, _ = told(cable, b"XXXX1\r", expect=1)

        assert said == ["XXXX1"]

    def test_a_port_that_another_holds_is_busy(self, cable):
        with port(cable), pytest.raises(ScannerLost) as lost, port(cable):
            pass

        assert lost.value.why == "busy"

    def test_a_port_that_was_left_is_free_again(self, cable):
        for _ in range(2):
            with port(cable) as scanner:
                assert scanner.beats == 0

    def test_a_link_to_a_port_is_followed(self, cable, tmp_path):
        (tmp_path / "kiosk-scanner").symlink_to(cable.node)
        with port(str(tmp_path / "kiosk-scanner")) as scanner:
            assert scanner._port.fileno() >= 0

    @pytest.mark.parametrize("target", ["file", "folder", "/dev/null", "loop"])
    def test_anything_else_in_place_of_a_port_is_not_a_device(self, tmp_path, target):
        """Bad input: a symbolic link in place of a device."""
        (tmp_path / "file").write_bytes(b"99999001495785\r")
        (tmp_path / "folder").mkdir()
        (tmp_path / "link").symlink_to("link" if target == "loop" else tmp_path / target)

        assert refusal(tmp_path / "link").why == "not-a-device"
        assert (tmp_path / "file").read_bytes() == b"99999001495785\r"

    def test_a_port_that_is_not_there_is_gone(self, tmp_path):
        (tmp_path / "link").symlink_to("nothing")

        assert refusal(tmp_path / "nothing").why == refusal(tmp_path / "link").why == "gone"

    def test_a_port_without_permission_says_so(self, cable):
        Path(cable.node).chmod(0)

        assert elsewhere(lambda: refusal(cable.node).why) == "no-permission"

    def test_another_user_cannot_open_a_port_that_is_held(self, cable):
        """TIOCEXCL: also a program that asks for no lock is kept out."""
        Path(cable.node).chmod(0o666)
        with port(cable):
            assert "Device or resource busy" in elsewhere(lambda: os.open(cable.node, os.O_RDWR | os.O_NOCTTY))
        assert elsewhere(lambda: port(cable).__enter__().beats) == "0"

    def test_a_speed_that_the_kernel_refuses_is_a_failure_and_leaves_nothing_open(self, cable, monkeypatch):
        before = len(list(Path("/proc/self/fd").iterdir()))
        monkeypatch.setattr(serial_port, "_strict", broken)

        assert refusal(cable.node).why == "failed"
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def broken(fd):
    raise termios.error(22, "Invalid argument")


def refusal(node):
    with pytest.raises(ScannerLost) as lost, port(str(node)):
        pass
    assert str(node) in str(lost.value)
    return lost.value


def elsewhere(does):
    """What comes of it when another user does it, whom permissions bind."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            os.write(writing, str(does()).encode())
        except BaseException as no:  # noqa: BLE001 - the child ends here, whatever it is
            os.write(writing, str(no).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode()
    os.waitpid(child, 0)
    return said


class TestSettings:
    """What termios is told."""

    def test_damaged_bytes_are_marked_and_an_empty_read_means_the_end(self, cable):
        with port(cable):
            flags, _, _, _, _, _, characters = termios.tcgetattr(cable.ours)

        assert flags & (termios.INPCK | termios.PARMRK) == termios.INPCK | termios.PARMRK
        assert not flags & (termios.IGNPAR | termios.BRKINT | termios.ISTRIP | termios.ICRNL | termios.IGNCR)
        assert characters[termios.VMIN] in (1, b"\x01")

    def test_speed_stop_bits_and_flow_control_are_those_of_the_line(self, cable):
        with port(cable, line=Line(speed=19200, stop=2, flow="rtscts")) as scanner:
            _, _, flags, _, speed, _, _ = termios.tcgetattr(cable.ours)
            given = (scanner._port.bytesize, scanner._port.parity)

        assert (speed, given) == (termios.B19200, (8, "N"))
        assert flags & termios.CSTOPB
        assert flags & termios.CRTSCTS

    def test_bits_and_parity_are_those_of_the_line(self, cable):
        """A pseudo-terminal has no parity to look at; pyserial was told."""
        with port(cable, line=Line(bits=7, parity="even", flow="xonxoff")) as scanner:
            assert (scanner._port.bytesize, scanner._port.parity, scanner._port.xonxoff) == (7, "E", True)

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"speed": 9601}, "speed: expected one of 300, 600"),
            ({"speed": True}, "got True"),
            ({"speed": "9600"}, "got '9600'"),
            ({"bits": 9}, "bits: expected one of 7, 8; got 9"),
            ({"parity": "mark"}, "parity: expected one of none, even, odd; got 'mark'"),
            ({"stop": True}, "stop: expected one of 1, 2; got True"),
            ({"flow": "dtr"}, "flow: expected one of none, rtscts, xonxoff; got 'dtr'"),
        ],
    )
    def test_a_line_that_cannot_be_is_refused_by_its_field(self, wrong, message):
        with pytest.raises(ValueError) as refused:
            Line(**wrong)
        assert message in str(refused.value)


class TestOverrun:
    """Bytes that the kernel lost: it only counts them."""

    def test_a_code_that_lost_bytes_is_no_code(self, cable, monkeypatch):
        with Listening(port(cable), cable, b"AAAA1\r", b"99999", b"785\rXXXX1\r", expect=3) as listening:
            monkeypatch.setattr(serial_port, "overruns", lambda fd: 3 if listening.said else 0)
            first, lost, last = listening

        assert [first.text, lost.reason, last.text] == ["AAAA1", "keys-lost", "XXXX1"]

    def test_the_counters_are_those_of_the_kernel(self, monkeypatch):
        """struct serial_icounter_struct: cts dsr rng dcd rx tx frame overrun parity brk buf_overrun reserved[9]."""

        def counted(fd, request, counters):
            assert (fd, request) == (7, 0x545D)
            struct.pack_into("20i", counters, 0, 0, 0, 0, 0, 500, 0, 9, 2, 9, 9, 40, *[0] * 9)

        monkeypatch.setattr(serial_port.fcntl, "ioctl", counted)

        assert overruns(7) == 42

    def test_a_port_that_does_not_count_has_lost_nothing(self, cable):
        with pytest.raises(OSError):
            fcntl.ioctl(cable.ours, 0x545D, bytearray(80))

        assert overruns(cable.ours) == 0


class TestLeaving:
    """`__exit__`, from wherever."""

    def test_left_from_another_thread_the_iteration_ends_at_once(self, cable, monkeypatch):
        """Not at the next turn of the loop, which is an hour off."""
        monkeypatch.setattr("drivers.turns.IDLE", 3600.0)
        scanner = port(cable).__enter__()
        said = []
        threads = [threading.Thread(target=lambda: said.extend(scanner), daemon=True)]
        threads[0].start()
        until(lambda: scanner.beats)
        threads.append(threading.Thread(target=scanner.__exit__, daemon=True))
        threads[1].start()
        for thread in threads:
            thread.join(20)

        assert not any(thread.is_alive() for thread in threads)
        assert said == []

    def test_left_in_a_flood_it_ends_all_the_same(self, cable):
        """A scanner that never falls silent keeps nobody in."""
        with Listening(port(cable), cable, *[b"7" * 4000] * 10**6, expect=0) as listening:
            listener = threading.Thread(target=list, args=(listening,))
            listener.start()
            until(lambda: listening.port.beats > 100)
            listening.port.__exit__(None, None, None)
            listener.join(IDLE / 2)

            assert not listener.is_alive()

    def test_left_while_a_scan_is_being_kept_it_ends_after_it(self, cable):
        said = []
        with Listening(port(cable), cable, b"AAAA1\r", expect=2) as listening:
            for scan in listening:
                said.append(scan.text)
                listening.port.__exit__(None, None, None)

        assert (said, listening.lost) == (["AAAA1"], None)

    def test_never_entered_it_is_left_without_harm(self, cable):
        scanner = port(cable)
        scanner.__exit__(None, None, None)

        assert list(scanner) == []


def test_two_scanners_at_once_do_not_mix_and_a_silent_third_stops_nobody(cable):
    """T1, T2, D5: each number in two writes, both lines at once."""
    cables = [Cable(), Cable()]
    numbers = [[f"{n}XXX{i:05}" for i in range(100)] for n in range(2)]
    lines = [
        Listening(port(line), line, *(half for code in codes for half in halves(code)), expect=100)
        for line, codes in zip(cables, numbers, strict=True)
    ]
    with port(cable), lines[0], lines[1]:
        threads = [threading.Thread(target=list, args=(line,)) for line in lines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for line in cables:
        line.close()

    assert [[one.text for one in line.said] for line in lines] == numbers


def halves(code):
    return code[:4].encode(), code[4:].encode() + b"\r"


def test_a_silent_loop_turns_every_five_seconds_and_sleeps_until_then():
    """D5: idle costs nothing, and the watchdog sees that it lives."""
    assert milliseconds(None, 100.0) == 1000 * IDLE == 5000
    assert milliseconds(100.0101, 100.0) == 11
    assert milliseconds(99.0, 100.0) == 0
    assert milliseconds(999.0, 100.0) == 5000
