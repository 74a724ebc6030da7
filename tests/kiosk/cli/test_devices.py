"""`kiosk devices`: what is there, what it looks like and why, whether it is read, and what to do where it is not (D5)."""

import json
import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from drivers.hotplug import Watch, mute, present
from kiosk.cli import devices
from kiosk.config import clock
from kiosk.station.spool import Lamp, Spool
from kiosk.words import words
from tests.drivers.machine import MOUSE, Machine

RULES = Path(__file__).parents[3] / "hardware/udev/60-kiosk-scanner.rules"
SCANNER = "usb-05e0:1200-S7204A5-if00"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    machine = Machine(tmp_path / "machine")
    monkeypatch.setattr(devices, "present", partial(present, **machine.where()))
    monkeypatch.setattr(devices, "mute", partial(mute, sys=machine.sys))
    return machine


@pytest.fixture
def scanner(machine):
    return machine.keyboard(3, "Symbol Bar Code Scanner", vendor="05e0", product="1200", serial="S7204A5")


@pytest.fixture
def keyboard(machine):
    return machine.keyboard(4, "USB Keyboard", port="1-3")


@pytest.fixture
def named(home):
    """Writes a `[[scanner]]` table."""

    def write(**table):
        lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in table.items())
        with (home / "kiosk.toml").open("a") as file:
            file.write(f"\n[[scanner]]\n{lines}\n")

    return write


def lit(home, at, **changed):
    """The lamps of a station that is running."""
    lamp = {"device": SCANNER, "name": "", "kind": "keyboard", "state": "ready", "why": "", "last": "12345001495785"}
    spool = Spool(home)
    spool.light([Lamp(**{**lamp, **changed}, last_at=at, rate=1.0, scans=1, errors=0, at=at)], at)
    spool.close()


def test_a_scanner_is_listed_with_what_it_looks_like_and_why(kiosk, scanner, keyboard):
    done = kiosk("devices")
    head, first, second = done.out.splitlines()

    assert done.code == 0
    assert head.split() == ["Device", "Kind", "Node", "Looks", "like", "Read", "Id"]
    assert first.startswith("Symbol Bar Code Scanner  keyboard  ")
    assert "a scanner (made by Symbol (Zebra))  yes  " in first
    assert first.endswith(SCANNER)
    assert "a keyboard (nothing says scanner)" in second
    assert "  no  " in second


def test_the_list_is_in_french_too(kiosk, scanner, keyboard):
    done = kiosk("devices", "--lang", "fr")

    assert "un lecteur (fabriqué par Symbol (Zebra))  oui  " in done.out
    assert "un clavier (rien n’indique un lecteur)" in done.out


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No device was found. What to check:"), ("fr", "Aucun appareil n’a été trouvé.")]
)
def test_without_a_device_it_is_said_what_to_check(kiosk, machine, language, said):
    done = kiosk("devices", "--lang", language)

    assert done.code == 0
    assert done.out.startswith(said)


def test_where_nothing_is_read_it_is_said_how_to_make_a_scanner_known(kiosk, keyboard):
    assert "kiosk devices enrol" in kiosk("devices").out


def test_where_a_scanner_is_read_nothing_more_is_said(kiosk, scanner, keyboard):
    assert "enrol" not in kiosk("devices").out


def test_what_can_not_be_a_scanner_comes_last(kiosk, machine, scanner, keyboard):
    machine.keyboard(1, "A mouse", port="1-1", keys=MOUSE)

    assert [line.split("  ")[0] for line in kiosk("devices").out.splitlines()] == [
        *("Device", "Symbol Bar Code Scanner", "USB Keyboard", "A mouse"),
    ]


def test_a_keyboard_that_kiosk_toml_names_is_read_under_its_name(kiosk, keyboard, named):
    named(device="usb-046d:c31c@0000:00:14.0-3-if00", name="counter 1")
    done = kiosk("devices", "--json").json["devices"][0]

    assert (done["taken"], done["taken_why"], done["called"]) == (True, "named", "counter 1")
    assert kiosk("devices").out.splitlines()[1].startswith("counter 1  keyboard")


def test_a_scanner_that_kiosk_toml_ignores_is_not_read(kiosk, scanner, named):
    named(device=SCANNER, ignore=True)
    done = kiosk("devices", "--json")

    assert (done.json["devices"][0]["taken"], done.json["devices"][0]["taken_why"], done.code) == (False, "ignored", 0)


def test_a_scanner_that_is_named_and_not_there_is_told(kiosk, machine, named):
    named(device=SCANNER, name="counter 1")
    done = kiosk("devices")

    assert done.code == 1
    assert f"counter 1 is named in kiosk.toml and is not there: {SCANNER}" in done.out
    assert kiosk("devices", "--json").json["missing"] == [{"id": SCANNER, "called": "counter 1"}]


@pytest.mark.parametrize(
    ("make", "group"),
    [
        (lambda machine: machine.keyboard(3, vendor="05e0", mode=0), "input"),
        (lambda machine: machine.serial("ttyACM0", vendor="05e0", mode=0), "dialout"),
        (lambda machine: machine.pos(0, vendor="05e0", mode=0), "udev"),
    ],
)
def test_a_scanner_that_may_not_be_opened_is_told_with_the_remedy(kiosk, machine, make, group, monkeypatch):
    make(machine)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # what this user may, root may not lose
    done = kiosk("devices")

    assert done.code == 1
    assert "no permission" in done.out.splitlines()[1]
    assert "can't be opened: no permission." in done.out.splitlines()[-1]
    assert group in done.out.splitlines()[-1]


@pytest.mark.parametrize(("language", "said"), [("en", "do not know its maker"), ("fr", "ne connaissent pas son fabricant")])
def test_a_scanner_whose_maker_the_rules_do_not_know_is_told_with_the_line_for_it(kiosk, machine, monkeypatch, language, said):
    """D5: with the rules installed it would stay shut, and nobody would know why."""
    machine.pos(0, vendor="1a86", product="5723", mode=0)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    done = kiosk("devices", "--lang", language)

    assert said in done.out
    assert done.out.splitlines()[-1].strip() == 'ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="5723", ENV{KIOSK_SCANNER}="1"'
    assert "59-kiosk-own.rules" in done.out
    assert "59-kiosk-own.rules" in (RULES.read_text())


def test_a_keyboard_that_may_not_be_opened_is_nobody_s_trouble(kiosk, keyboard, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_, **__: False)

    assert kiosk("devices").code == 0


def test_a_scanner_in_a_mode_that_is_not_read_is_told_with_the_remedy(kiosk, machine):
    machine.usb("1-2", vendor="05e0", product="1900", says="Symbol SNAPI Imager")

    assert "Symbol SNAPI Imager at USB port 1-2 looks like a scanner and is in a mode that is not read" in kiosk("devices").out
    assert kiosk("devices", "--json").json["mute"] == [
        {"vendor": "05e0", "product": "1900", "port": "1-2", "name": "Symbol SNAPI Imager"},
    ]


def test_the_json_has_everything(kiosk, scanner, machine):
    (device,) = kiosk("devices", "--json").json["devices"]

    assert device == {
        "id": SCANNER,
        "kind": "keyboard",
        "node": f"{machine.dev}/input/event3",
        "name": "Symbol Bar Code Scanner",
        "vendor": "05e0",
        "product": "1200",
        "serial": "S7204A5",
        "port": "1-2",
        "looks": "scanner",
        "why": "known-maker",
        "readable": True,
        "also": ["usb-05e0:1200@0000:00:14.0-2-if00"],
        "taken": True,
        "taken_why": "looks",
        "called": "",
        "lamp": None,
    }


def test_where_the_station_is_running_its_lamp_is_shown(kiosk, scanner, home):
    lit(home, clock())
    done = kiosk("devices")

    assert f"yes; {words('en').say('station.state.ready')}; last: 12345001495785" in done.out
    assert done.code == 0
    assert kiosk("devices", "--json").json["devices"][0]["lamp"]["state"] == "ready"


def test_a_scanner_that_the_station_could_not_open_is_told(kiosk, scanner, home):
    lit(home, clock(), state="refused", why="busy")
    done = kiosk("devices")

    assert "yes; " in done.out.splitlines()[1]
    assert done.out.splitlines()[-1] == f"{scanner.node} is not read: {words('en').say('station.why.busy')}"
    assert done.code == 1


def test_a_lamp_of_a_station_that_has_ended_is_not_shown(kiosk, scanner, home):
    lit(home, clock() - timedelta(minutes=1))

    assert kiosk("devices", "--json").json["devices"][0]["lamp"] is None


def test_a_listing_makes_no_spool(kiosk, scanner, home):
    kiosk("devices")

    assert not (home / "station").exists()


def test_a_name_that_a_device_gives_itself_is_shown_and_not_obeyed(kiosk, machine):
    machine.keyboard(3, "{looks} Scanner \x1b[31m", vendor="05e0")
    done = kiosk("devices")

    assert "{looks} Scanner [31m" in done.out
    assert "\x1b" not in done.out


@pytest.fixture
def played(machine, monkeypatch):
    """The watch of a machine to which something happens each time that it is asked for changes; at the end, somebody interrupts."""

    def play(*steps):
        remaining = iter(steps)

        class Played(Watch):
            listed = False

            def changes(self, seconds=None):
                if self.listed:
                    step = next(remaining, None)
                    if step is None:
                        raise KeyboardInterrupt
                    step()
                self.listed = True
                return super().changes(20)

        monkeypatch.setattr(devices, "Watch", partial(Played, **machine.where()))

    return play


def test_devices_are_shown_as_they_come_and_go(kiosk, machine, scanner, played):
    played(lambda: machine.serial("ttyACM0", vendor="1eab", port="1-5", says="EM20"), lambda: machine.unplug(scanner))
    done = kiosk("devices", "--watch")
    came, gone = done.out.splitlines()[-2:]

    assert done.code == 130
    assert "  +  EM20: serial port " in came
    assert "a scanner (a serial port by Newland); read: yes; usb-1eab:c31c@0000:00:14.0-5-if00" in came
    assert f"  -  {SCANNER} ({scanner.node})" in gone


def test_devices_come_and_go_in_json_each_on_its_line(kiosk, machine, scanner, played):
    played(lambda: machine.serial("ttyACM0", vendor="1eab", port="1-5"), lambda: machine.unplug(scanner))
    first, came, gone = map(json.loads, kiosk("devices", "--watch", "--json").out.splitlines())

    assert first["devices"][0]["id"] == SCANNER
    assert came["came"]["kind"] == "serial"
    assert gone["gone"] == {"id": SCANNER, "node": str(scanner.node)}
    assert came["at"] <= gone["at"]


def test_where_the_kernel_has_no_watch_to_give_it_is_said(kiosk, machine, monkeypatch):
    monkeypatch.setattr(devices, "Watch", partial(Watch, machine.dev / "nothing", machine.sys))
    done = kiosk("devices", "--watch")

    assert done.code == 3
    assert "No such file or directory" in done.err


def test_the_commands_below_are_listed_without_being_loaded():
    assert devices.devices.list_commands(None) == ["enrol"]
