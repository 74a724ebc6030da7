"""`kiosk devices enrol`: from what a scanner sends to its table in kiosk.toml (D1, D2, D5). Sockets and a pty stand for devices."""

import json
import os
import re
import socket
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from drivers.enrol import FINISH, FULL, PLAIN
from drivers.hid import EVENT
from drivers.hotplug import Came, Clue, Device, Gone, Kind, Looks
from drivers.keymap import Locks, presses, strokes
from drivers.manner import Layout, Manner, Terminator
from drivers.scan import ScannerLost
from drivers.serial_port import Line
from kiosk.cli import enrol as command
from kiosk.cli.ears import QUIET, Ears, KeyEar, LineEar, ReportEar, ear
from kiosk.cli.enrol import Enrolment, blocks
from kiosk.cli.lessons import sentence
from kiosk.cli.terminal import Terminal
from kiosk.core.faults import Unavailable
from kiosk.settings import load
from kiosk.words import LANGUAGES, words

ROOT = Path(__file__).parents[3]
NAME = ".NAME-COUNTER-2"
DESCRIPTOR = bytes.fromhex(
    "058c0902a1010912a1028502150026ff00750895010501093b81029503058c09fb09fc09fd8102953809fe8202010666ff9502090409008102"
    "058c250175019508 09ff8102c0c0".replace(" ", "")
)


def device(kind=Kind.KEYBOARD, looks=Looks.SCANNER, id_="usb-1"):
    return Device(id_, kind, "/dev/none", "Scanner", 0x0C2E, 1, "", "1-1", looks, Clue.KNOWN_MAKER, readable=True)


class Scanner:
    """A device with a far side: what is scanned with it arrives at `near`."""

    def __init__(self, kind=Kind.KEYBOARD, layout=Layout.CA_FR, end="\r", before=""):
        self.kind, self.layout, self.end, self.before = kind, layout, end, before
        if kind is Kind.SERIAL:
            self.far, self.near = os.openpty()
        else:
            pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if kind is Kind.HID_POS else socket.SOCK_STREAM)
            self.far, self.near = (one.detach() for one in pair)
            os.set_blocking(self.near, False)

    def ear(self, *_):
        match self.kind:
            case Kind.SERIAL:
                return LineEar(os.ttyname(self.near), Line())
            case Kind.HID_POS:
                return ReportEar("", lambda _: (self.near, DESCRIPTOR))
            case _:
                return KeyEar("", lambda _: FakeNode(self.near))

    def scan(self, text):
        sent = self.before + text + self.end
        match self.kind:
            case Kind.SERIAL:
                os.write(self.far, sent.encode())
            case Kind.HID_POS:
                parts = [sent[i : i + 56].encode() for i in range(0, len(sent), 56)]
                for n, part in enumerate(parts, 1):
                    os.write(self.far, bytes([2, len(part)]) + b"]C0" + part.ljust(56, b"\0") + b"\0\0" + bytes([n < len(parts)]))
            case _:
                keys = presses(strokes(sent, self.layout), pace=0.004)
                packed = [EVENT.pack(int(key.at), round(key.at % 1 * 1e6), 1, key.code, key.value) for key in keys]
                os.write(self.far, b"".join(packed))

    def unplug(self):
        os.close(self.far)


class FakeNode:
    def __init__(self, fd):
        self.fd, self.grabbed, self.closed = fd, False, False

    def grab(self):
        self.grabbed = True

    def settle(self):
        return Locks()

    def held(self):
        return set()

    def close(self):
        self.closed = True


class Story:
    """What happens, turn by turn: devices that come and go, scans, and at last an end."""

    def __init__(self, *turns):
        self.turns = iter(turns)

    def __call__(self, seconds):
        turn = next(self.turns, KeyboardInterrupt)
        if turn is KeyboardInterrupt:
            raise KeyboardInterrupt
        if callable(turn):
            turn()
            return []
        return turn

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    changes = __call__


def scans(scanner, *texts):
    return [lambda text=text: scanner.scan(text) for text in texts]


def told(home, story, scanner=None, *, opens=None, capfd=None, **more):
    """What an enrolment says, and the scanners of kiosk.toml after it."""
    clock = count()
    enrolment = Enrolment(Terminal(home=str(home)), opens=opens or scanner.ear, ears=Ears(lambda: float(next(clock))), **more)
    enrolment.run(story)
    return capfd.readouterr().out if capfd else None, load(home).scanner


@pytest.mark.parametrize("layout", [Layout.US, Layout.CA_FR, Layout.CA_MULTI, Layout.FR])
def test_a_keyboard_scanner_is_known_by_three_scans(home, capfd, layout):  # D1
    scanner = Scanner(layout=layout)
    story = Story([Came(device())], [], *scans(scanner, FULL, PLAIN, NAME, FINISH))

    said, (table,) = told(home, story, scanner, capfd=capfd)

    assert (table.device, table.name) == ("usb-1", "counter 2")
    assert table.manner == Manner(layout, Terminator.ENTER, gap=0.1)
    assert words("en").say(f"enrol.layout.{layout}") in said
    assert "Finished" in said


def test_a_serial_scanner_is_known_by_its_prefix_and_its_end(home):  # D2
    scanner = Scanner(Kind.SERIAL, before="\x02", end="\t")
    story = Story([Came(device(Kind.SERIAL))], [], *scans(scanner, FULL, PLAIN, FINISH))

    _, (table,) = told(home, story, scanner)

    assert table.manner == Manner(terminator=Terminator.TAB, prefix="\x02")
    assert "layout" not in (home / "kiosk.toml").read_text().partition("[[scanner]]")[2]


@pytest.mark.parametrize("end", ["", "\r\n"])
def test_a_hid_pos_scanner_needs_neither_layout_nor_end(home, end):
    scanner = Scanner(Kind.HID_POS, end=end)
    story = Story([Came(device(Kind.HID_POS))], [], *scans(scanner, FULL, PLAIN, NAME, FINISH))

    _, (table,) = told(home, story, scanner)

    assert (table.name, table.manner) == ("counter 2", Manner())


def test_one_scan_alone_writes_nothing(home):
    scanner = Scanner()
    before = (home / "kiosk.toml").read_text()

    _, tables = told(home, Story([Came(device())], [], *scans(scanner, FULL, FINISH)), scanner)

    assert tables == ()
    assert (home / "kiosk.toml").read_text() == before


def test_two_scanners_at_once_are_never_mixed(home):  # D5
    one, other = Scanner(layout=Layout.DE), Scanner(Kind.SERIAL)
    devices = {"usb-1": one, "usb-2": other}
    turns = [[Came(device()), Came(device(Kind.SERIAL, id_="usb-2"))], []]
    for text in (FULL, PLAIN):
        turns += [lambda text=text: (one.scan(text), other.scan(text))]
    story = Story(*turns, [], *scans(one, FINISH))

    _, tables = told(home, story, opens=lambda found, _: devices[found.id].ear())

    assert {table.device: table.manner.layout for table in tables} == {"usb-1": Layout.DE, "usb-2": Layout.US}


def test_a_scanner_that_comes_later_or_is_unplugged_and_comes_again_goes_on(home, capfd):  # D5
    first, again = Scanner(), Scanner()
    both = iter([first, again])
    story = Story(
        [],
        [Came(device())],
        *scans(first, FULL),
        first.unplug,
        [Gone("usb-1", "/dev/none")],
        [Came(device())],
        *scans(again, PLAIN, FINISH),
    )

    said, (table,) = told(home, story, opens=lambda *_: next(both).ear(), capfd=capfd)

    assert table.manner.layout is Layout.CA_FR
    assert said.count("It is gone.") == 1


def test_a_second_enrolment_replaces_the_table_of_the_first(home):
    for layout, text in ((Layout.FR, NAME), (Layout.UK, ".NAME-KIOSK")):
        scanner = Scanner(layout=layout)
        _, tables = told(home, Story([Came(device())], [], *scans(scanner, FULL, PLAIN, text, FINISH)), scanner)

    assert [(table.name, table.manner.layout) for table in tables] == [("kiosk", Layout.UK)]


def test_a_name_that_another_scanner_has_is_refused_and_nothing_is_lost(home, capfd):
    with (home / "kiosk.toml").open("a") as file:
        file.write('\n[[scanner]]\ndevice = "usb-9"\nname = "counter 2"\n')
    scanner = Scanner()
    story = Story([Came(device())], [], *scans(scanner, FULL, PLAIN, NAME, ".NAME-KIOSK", FINISH))

    said, tables = told(home, story, scanner, capfd=capfd)

    assert "NOT written. Another scanner is called counter 2 already." in said
    assert {table.device: table.name for table in tables} == {"usb-9": "counter 2", "usb-1": "kiosk"}


def test_settings_that_cannot_be_written_are_told_and_the_lesson_goes_on(home, capfd, monkeypatch):
    def full(*_, **__):
        raise Unavailable("home", "disk-full", "kiosk.toml: no space")

    monkeypatch.setattr(command, "keep", full)
    scanner = Scanner()

    said, tables = told(home, Story([Came(device())], *scans(scanner, FULL, PLAIN, FINISH)), scanner, capfd=capfd)

    assert "NOT written." in said
    assert "The disk is full." in said
    assert tables == ()


def test_a_kernel_without_watches_is_said(kiosk, tmp_path, monkeypatch):
    def none():
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(command, "Watch", none)

    assert kiosk("devices", "enrol", "--out", tmp_path / "sheet.pdf").code == 3


def test_an_officers_own_keyboard_is_listened_to_only_if_it_is_named(home):
    keyboard = device(looks=Looks.KEYBOARD)
    opened = []

    with pytest.raises(KeyboardInterrupt):
        told(home, Story([Came(keyboard)], []), opens=lambda found, _: opened.append(found))
    scanner = Scanner()
    _, (table,) = told(home, Story([Came(keyboard)], [], *scans(scanner, FULL, PLAIN)), scanner, wanted="usb-1", called="mine")

    assert opened == []
    assert table.name == "mine"


def test_a_scanner_is_wanted_by_any_of_its_ids(home):
    scanner = Scanner()
    found = replace(device(id_="usb-serial"), also=("usb@1-1",))
    story = Story([Came(found), Came(device(id_="usb-2"))], [], *scans(scanner, FULL, PLAIN, NAME))

    _, (table,) = told(home, story, scanner, wanted="usb@1-1")

    assert table.device == "usb-serial"


def test_a_wanted_device_that_is_not_there_is_named(home, capfd):
    with pytest.raises(KeyboardInterrupt):
        told(home, Story([Came(device(id_="usb-2"))]), Scanner(), wanted="usb-1")

    assert capfd.readouterr().err.startswith("usb-1 is not there: plug it in.")


def test_a_device_that_kiosk_toml_ignores_is_listened_to_only_if_it_is_named(home):
    with (home / "kiosk.toml").open("a") as file:
        file.write('\n[[scanner]]\ndevice = "usb-1"\nignore = true\n')

    with pytest.raises(KeyboardInterrupt):
        told(home, Story([Came(device())], []), opens=lambda *_: pytest.fail("opened"))
    scanner = Scanner()
    _, (table,) = told(home, Story([Came(device())], *scans(scanner, FULL, PLAIN, NAME)), scanner, wanted="usb-1")

    assert not table.ignore


def test_the_terminal_shows_one_symbol_after_the_other(home, monkeypatch, capfd):
    monkeypatch.setenv("COLUMNS", "200")
    scanner = Scanner()

    said, _ = told(home, Story([Came(device())], *scans(scanner, FULL, PLAIN, FINISH)), scanner, capfd=capfd, screen=True)

    assert said.index(blocks("code39", PLAIN)) < said.index(blocks("code128", FINISH))


def test_a_camera_is_not_listened_to(home):
    with pytest.raises(KeyboardInterrupt):
        told(home, Story([Came(device(Kind.CAMERA))], []), opens=lambda *_: pytest.fail("opened"))
    with pytest.raises(ScannerLost, match="camera"):
        ear(device(Kind.CAMERA), Line())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ScannerLost("x", "busy"), "systemctl stop kiosk-station"),
        (OSError(16, "busy"), "systemctl stop kiosk-station"),
        (PermissionError(13, "no"), "no permission"),
        (FileNotFoundError(2, "no"), "It is gone"),
        (ScannerLost("x", "odd"), "can't be opened"),
        (ValueError("speed: expected one of 300"), "can't be opened"),
    ],
)
def test_a_device_that_does_not_open_says_why_and_what_to_do(home, capfd, fault, said):
    def refuses(*_):
        raise fault

    with pytest.raises(KeyboardInterrupt):
        told(home, Story([Came(device())], []), opens=refuses)

    assert said in capfd.readouterr().out


def test_a_device_becomes_ready_once_it_may_be_opened(home, capfd):  # T7
    tries = iter([PermissionError(13, "no"), None])
    scanner = Scanner()

    def opens(*_):
        if no := next(tries):
            raise no
        return scanner.ear()

    said, _ = told(home, Story([Came(device())], [Came(device())], *scans(scanner, FINISH)), opens=opens, capfd=capfd)

    assert said.index("no permission") < said.index("Ready")


def test_a_device_that_another_program_lets_go_becomes_ready_by_itself(home, capfd, monkeypatch):
    monkeypatch.setattr(command, "AGAIN", 2)
    tries = iter([OSError(16, "busy"), OSError(16, "busy"), None])
    scanner = Scanner()

    def opens(*_):
        if no := next(tries):
            raise no
        return scanner.ear()

    said, _ = told(home, Story([Came(device())], *[[]] * 4, *scans(scanner, FINISH)), opens=opens, capfd=capfd)

    assert said.count("Another program holds it") == 1
    assert said.index("Another program holds it") < said.index("Ready")


def test_another_code_and_a_scan_with_lost_keys_are_told(home, capfd):
    scanner = Scanner(layout=Layout.US)
    dropped = EVENT.pack(0, 0, 0, 3, 0)
    story = Story(
        [Came(device())], [], *scans(scanner, "12345-001495785"), lambda: os.write(scanner.far, dropped), *scans(scanner, FINISH)
    )

    said, tables = told(home, story, scanner, capfd=capfd)

    assert "no barcode of the sheet: 12345-001495785" in said
    assert "Keys were lost" in said
    assert tables == ()


def test_the_keys_of_one_scan_are_joined_however_they_arrive():
    scanner, at = Scanner(), [0.0]
    ears = Ears(lambda: at[0])
    ears.open("usb-1", one := scanner.ear())
    keys = presses(strokes(FULL + "\r", Layout.CA_FR), pace=0.1)
    for key in keys:
        os.write(scanner.far, EVENT.pack(int(key.at), round(key.at % 1 * 1e6), 1, key.code, key.value))
        at[0] += QUIET / 2
        assert list(ears.wait(0)) == []
    at[0] += QUIET

    assert list(ears.wait(0)) == [("usb-1", one)]
    assert one.teach(command.Lessons()).code == "once"
    ears.close()


def test_a_device_is_grabbed_while_it_is_listened_to_and_let_go_after(home):  # D1
    scanner, nodes = Scanner(), []

    def opens(*_):
        return KeyEar("", lambda _: nodes.append(FakeNode(scanner.near)) or nodes[0])

    told(home, Story([Came(device())], [], *scans(scanner, FINISH)), opens=opens)

    assert nodes[0].grabbed
    assert nodes[0].closed


def test_a_node_that_cannot_be_grabbed_is_closed_again():
    node = FakeNode(0)
    node.grab = lambda: (_ for _ in ()).throw(OSError(16, "busy"))

    with pytest.raises(OSError, match="busy"):
        KeyEar("", lambda _: node)
    assert node.closed


def test_the_sheet_alone(kiosk, tmp_path):
    run = kiosk("devices", "enrol", "--sheet-only", "--out", tmp_path / "sheet.pdf")

    assert run.code == 0
    assert str(tmp_path / "sheet.pdf") in run.err
    assert len(pypdfium2.PdfDocument(tmp_path / "sheet.pdf")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_from_sheet_to_settings(kiosk, home, tmp_path, monkeypatch, language):
    scanner = Scanner()
    story = Story(
        [Came(device())],
        [],
        *scans(scanner, FULL),
        [],
        *scans(scanner, PLAIN),
        [],
        *scans(scanner, NAME),
        [],
        *scans(scanner, FINISH),
    )
    clock = count()
    monkeypatch.setattr(command, "Watch", lambda: story)
    monkeypatch.setattr(command, "Ears", lambda: Ears(lambda: float(next(clock))))
    monkeypatch.setattr(command, "ear", scanner.ear)

    run = kiosk("--lang", language, "devices", "enrol", "--json", "--out", tmp_path / "sheet.pdf")
    said = [json.loads(line) for line in run.out.splitlines()]

    assert [one["code"] for one in said] == ["listening", "once", "learned", "kept", "named", "kept", "finished"]
    assert run.code == 0
    assert load(home).scanner[0].name == {"en": "counter 2", "fr": "comptoir 2"}[language]


@pytest.mark.parametrize(("symbology", "text"), [("code128", FULL), ("code39", PLAIN), ("code128", FINISH)])
def test_what_the_terminal_shows_reads_as_the_symbol(symbology, text):
    halves = {" ": (255, 255), "█": (0, 0), "▌": (0, 255), "▐": (255, 0)}
    row = np.array([half for character in blocks(symbology, text) for half in halves[character]], dtype=np.uint8)
    picture = np.tile(row.repeat(4), (100, 1))

    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def test_a_terminal_that_is_wide_enough_shows_the_symbols(home, monkeypatch, capfd):
    monkeypatch.setenv("COLUMNS", "130")
    assert command.shown(Terminal(home=str(home)), "code128", FULL)
    monkeypatch.setenv("COLUMNS", "80")
    assert not command.shown(Terminal(home=str(home)), "code128", FULL)
    out, err = capfd.readouterr()

    assert out.count(blocks("code128", FULL)) == 8
    assert "121 columns are needed, 80 are there" in err


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_its_words(language):
    found = set()
    for path in ("drivers/enrol.py", "kiosk/cli/ears.py", "kiosk/cli/enrol.py"):
        found |= set(re.findall(r'Told\("([a-z0-9-]+)"', (ROOT / path).read_text()))
    found |= {"garbled", "no-layout", "prefix-varies", "differs", "once", "first-first"}
    found |= {f"shut-{why}" for why in ("gone", "no-permission", "busy", "not-a-device", "failed")}

    assert {key.removeprefix("enrol.said.") for key in words(language).sentences if key.startswith("enrol.said.")} == found


def test_what_a_scanner_sent_cannot_command_the_terminal():
    shown = sentence(words("en"), command.Told("other-code", {"got": "\x1b[2Jx"}))

    assert "\x1b" not in shown
