"""Which devices are read, and how: what looks like a scanner, and what kiosk.toml says (D1 to D3, D5)."""

import os
import pty
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from drivers.camera import Camera
from drivers.hid import Keyboard
from drivers.hidpos import HidPos
from drivers.hotplug import Device, Kind, Looks
from drivers.hotplug.device import Clue
from drivers.scan import Scan
from drivers.serial_port import SerialPort
from kiosk.config import Parts
from kiosk.core.faults import Refusal
from kiosk.fitting import Fitting

ID = "usb-05e0:1200-S1-if00"
PORT = "usb-05e0:1200@1-2-if00"


def device(kind=Kind.KEYBOARD, looks=Looks.SCANNER, node="/dev/input/event7", also=()):
    return Device(ID, kind, node, "Scanner", 0x05E0, 0x1200, "S1", "1-2", looks, Clue.KNOWN_MAKER, readable=True, also=also)


@pytest.fixture
def fitting(tmp_path):
    """The scanners of a kiosk as its settings have them."""

    def of(text=""):
        (tmp_path / "kiosk.toml").write_text("station = 'K7QD'\n" + text)
        return Fitting(Parts.of(str(tmp_path)).settings)

    return of


def test_only_what_looks_like_a_scanner_is_read_unasked(fitting):
    """D1: an officer's keyboard is never grabbed, and nor is a camera that nobody named."""
    taken = {looks for looks in Looks if fitting().taken(device(looks=looks))}

    assert taken == {Looks.SCANNER}


@pytest.mark.parametrize(("line", "taken"), [("", True), ("ignore = true", False)])
@pytest.mark.parametrize("looks", list(Looks))
def test_what_the_settings_name_is_read_or_left_as_they_say(fitting, line, taken, looks):
    assert fitting(f"[[scanner]]\ndevice = '{ID}'\n{line}").taken(device(looks=looks)) is taken


def test_a_table_is_found_under_another_id_of_the_same_device(fitting):
    """D5: enrolled by its port, before it told its serial number."""
    known = fitting(f"[[scanner]]\ndevice = '{PORT}'\nname = 'counter 1'")

    assert known.source(device(also=(PORT,))) == "scanner/counter 1"
    assert known.source(device()) == f"scanner/{ID}"
    assert known.table(device()) is None


@pytest.mark.parametrize(
    ("kind", "shell"), [(Kind.KEYBOARD, Keyboard), (Kind.HID_POS, HidPos), (Kind.SERIAL, SerialPort), (Kind.CAMERA, Camera)]
)
def test_each_kind_of_device_has_its_driver(fitting, kind, shell):
    assert isinstance(fitting().scanner(device(kind)), shell)


def test_a_scanner_reads_as_its_table_says(fitting):
    """D2: on a real line, with the prefix and the terminator of its table, under its name."""
    known = fitting(f"[[scanner]]\ndevice = '{ID}'\nname = 'dock'\nprefix = '~'\nterminator = 'tab'\nspeed = 19200\ngap = 0.01")
    ours, theirs = pty.openpty()
    with known.scanner(device(Kind.SERIAL, node=os.ttyname(theirs))) as scanner, ThreadPoolExecutor(1) as threads:
        os.close(theirs)
        coming = threads.submit(next, iter(scanner))
        while not scanner.beats:
            time.sleep(0.001)  # it listens for silence first
        os.write(ours, b"~XXXXPARS0000471\t")
        scan = coming.result(30)
    os.close(ours)

    assert isinstance(scan, Scan)
    assert (scan.text, scan.source) == ("XXXXPARS0000471", "scanner/dock")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (Kind.SERIAL, "parity = 'strange'"),
        (Kind.SERIAL, "speed = -1"),
        (Kind.CAMERA, "width = 0"),
        (Kind.CAMERA, "height = 720.5"),
        (Kind.CAMERA, "fps = 'fast'"),
        (Kind.CAMERA, "exposure = 'dark'"),
        (Kind.CAMERA, "focus = true"),
        (Kind.CAMERA, "mirror = 1"),
        (Kind.CAMERA, "fourcc = 'MJPEG'"),
    ],
)
def test_what_a_driver_can_not_take_is_refused_by_its_name(fitting, kind, line):
    with pytest.raises(Refusal) as no:
        fitting(f"[[scanner]]\ndevice = '{ID}'\n{line}").scanner(device(kind))

    assert no.value.code == "bad-setting"
    assert line.partition(" ")[0] in no.value.fields["got"]
