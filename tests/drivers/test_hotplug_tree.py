"""What is read of sysfs and /dev: each node with its names, and never through a link."""

import os
from pathlib import Path

import pytest

from drivers.hotplug import Clue, Kind, Looks, Mute, mute, present
from drivers.hotplug.tree import captures, genuine
from tests.drivers.frames.hidpos import SETTINGS
from tests.drivers.machine import KEYS_ONLY, MOUSE, Machine, write


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def listed(machine):
    return present(**machine.where())


def only(machine):
    (device,) = listed(machine)
    return device


def test_a_scanner_that_types_is_read_whole(machine):  # D5
    machine.keyboard(7, "Symbol Bar Code Scanner", vendor="05e0", product="1200", serial="S7204A5", maker="Symbol", port="1-2.3")
    device = only(machine)

    assert (device.id, device.kind, device.node) == ("usb-05e0:1200-S7204A5-if00", Kind.KEYBOARD, f"{machine.dev}/input/event7")
    assert (device.name, device.vendor, device.product, device.serial, device.port) == (
        *("Symbol Bar Code Scanner", 0x05E0, 0x1200),
        *("S7204A5", "1-2.3"),
    )
    assert (device.looks, device.why, device.readable) == (Looks.SCANNER, Clue.KNOWN_MAKER, True)


def test_a_scanner_that_types_and_reports_is_two_devices(machine):
    machine.keyboard(vendor="05e0", product="1200", interface="00", port="1-2")
    machine.pos(vendor="05e0", product="1200", interface="01", port="1-2")

    assert {(device.id, device.kind) for device in listed(machine)} == {
        ("usb-05e0:1200@0000:00:14.0-2-if00", Kind.KEYBOARD),
        ("usb-05e0:1200@0000:00:14.0-2-if01-pos", Kind.HID_POS),
    }


def test_a_hidraw_node_that_reports_no_bar_codes_is_left_out(machine):
    machine.pos(descriptor=KEYS_ONLY)
    machine.pos(1, descriptor=SETTINGS)  # a keyboard that takes its settings on the page of scanners

    assert listed(machine) == []


def test_a_mouse_is_shown_and_looks_like_nothing_of_ours(machine):
    machine.keyboard(keys=MOUSE, name="USB Mouse Scanner")

    assert (only(machine).looks, only(machine).why) == (Looks.OTHER, Clue.NO_DIGITS)


def test_a_usb_serial_scanner_is_known_by_its_maker_and_a_bare_chip_is_not(machine):
    machine.serial("ttyACM0", vendor="1eab", product="0106", maker="Newland", says="EM20")
    machine.serial("ttyUSB0", vendor="0403", product="6001", port="1-4", says="FT232R USB UART")

    assert {device.node.rpartition("/")[2]: (device.looks, device.why) for device in listed(machine)} == {
        "ttyACM0": (Looks.SCANNER, Clue.SERIAL_SCANNER),
        "ttyUSB0": (Looks.OTHER, Clue.PLAIN_SERIAL),
    }


def test_the_serial_ports_that_the_kernel_only_keeps_in_stock_are_left_out(machine):
    machine.uart("ttyS0", kind="4")
    machine.uart("ttyS1", kind="0")

    assert (only(machine).id, only(machine).looks) == ("tty-ttyS0", Looks.OTHER)


def test_a_usb_camera_is_its_first_node_alone(machine):
    machine.camera(0, "Front camera", index="0", vendor="046d", port="1-5")
    machine.camera(1, "Front camera", index="1", vendor="046d", port="1-5")

    assert (only(machine).kind, only(machine).node, only(machine).name) == (Kind.CAMERA, f"{machine.dev}/video0", "Front camera")


@pytest.mark.parametrize("above", ["virtual/misc/uhid", "pci0000:00/0000:00:14.0/usb1/1-7/1-7:1.0/bluetooth/hci0/hci0:256"])
def test_a_bluetooth_scanner_is_known_by_its_address_and_not_by_the_radio(machine, above):
    machine.interface(machine.usb("1-7", vendor="8087", product="0a2b"))
    hid = machine.sys / "devices" / above / "0005:05E0:1200.0002"
    machine.input(hid, 5, "RS6000 Scanner", bus="0005", uniq="aa:bb:cc:00:11:22", phys="00:00:00:00:00:01", ids=("05e0", "1200"))

    assert (only(machine).id, only(machine).serial) == ("bluetooth-05e0:1200-aa:bb:cc:00:11:22", "aa:bb:cc:00:11:22")


def test_a_program_s_devices_are_told_apart_by_name(machine):
    for number, name in enumerate(("first", "second")):
        machine.input(machine.sys / "devices/virtual", number, name, phys="py-evdev-uinput")
    machine.hidraw(machine.sys / "devices/virtual/misc/uhid/0003:05E0:1300.0003", 0, "third")

    assert [device.id for device in listed(machine)] == [
        *("virtual-0001:0002@py-evdev-uinput-first", "virtual-0001:0002@py-evdev-uinput-second"),
        "virtual-05e0:1300@third-pos",
    ]


def test_a_port_keeps_its_name_although_its_bus_has_another_number_after_a_start(tmp_path):
    """Two controllers that answer in another order swap the numbers of their buses; the names of the controllers stay."""
    before, after = Machine(tmp_path / "before"), Machine(tmp_path / "after")
    before.keyboard(3, "Scanner", port="1-2.3", controller="0000:00:14.0", bus="usb1")
    after.keyboard(3, "Scanner", port="5-2.3", controller="0000:00:14.0", bus="usb5")

    assert only(before).id == only(after).id == "usb-046d:c31c@0000:00:14.0-2.3-if00"
    assert (only(before).port, only(after).port) == ("1-2.3", "5-2.3")


def test_the_ports_of_a_controller_s_fast_half_are_others(machine):
    write(machine.sys / "devices/pci0000:00/0000:00:14.0/usb1", speed="480")
    write(machine.sys / "devices/pci0000:00/0000:00:14.0/usb2", speed="5000")
    machine.camera(0, "Camera", port="1-2", bus="usb1")
    machine.camera(2, "Camera", port="2-2", bus="usb2")

    assert [device.id for device in listed(machine)] == [
        "usb-046d:c31c@0000:00:14.0-2-if00",
        "usb-046d:c31c@0000:00:14.0-fast-2-if00",
    ]


def test_ten_equal_scanners_are_ten_devices(machine):
    for number in range(10):
        machine.keyboard(number, "Scanner", vendor="05e0", product="1200", serial="1234567890", port=f"1-2.{number}")

    assert len({device.id for device in listed(machine)}) == 10


def test_a_link_in_place_of_a_node_is_no_device(machine):  # "a symbolic link in place of a device"
    plugged = machine.keyboard()
    plugged.node.rename(machine.dev / "elsewhere")
    plugged.node.symlink_to(machine.dev / "elsewhere")

    assert listed(machine) == []


def test_a_node_must_be_the_character_device_of_its_number(tmp_path):
    null, link, file = Path("/dev/null"), tmp_path / "link", tmp_path / "file"
    link.symlink_to(null)
    file.touch()

    assert genuine(null.lstat(), f"{os.major(null.stat().st_rdev)}:{os.minor(null.stat().st_rdev)}")
    assert not genuine(null.lstat(), "13:67")
    assert not genuine(link.lstat(), "1:3")
    assert not genuine(file.lstat(), "0:0")


def test_a_name_out_of_a_device_is_one_printable_line(machine):
    machine.keyboard(name="Scan\x1b[2Jner\nUSB\t\u202e reader ")

    assert only(machine).name == "Scan [2Jner USB reader"


def test_an_entry_that_names_a_node_elsewhere_is_no_device(machine):
    plugged = machine.keyboard()
    (machine.dev / "sda").touch()
    for name in ("../dev/sda", "sda", "/etc/passwd", "input/../sda", ""):
        write(plugged.folder, uevent=f"MAJOR=13\nDEVNAME={name}")

        assert listed(machine) == []


def test_a_device_that_leaves_while_it_is_read_is_not_there(machine):
    """Half of what it was would give it another id: its port's, for want of its serial number."""
    plugged = machine.keyboard(3, serial="S7204A5")

    def leaving(_seen, _number):
        machine.unplug(plugged)
        return True

    assert present(machine.dev, machine.sys, genuine=leaving) == []


def test_a_machine_without_devices_has_none(tmp_path):
    assert present(tmp_path / "dev", tmp_path / "sys") == []
    assert isinstance(present(), list)  # and the one that this runs on can be listed


def test_a_video_node_that_is_none_gives_no_pictures(tmp_path):
    file = tmp_path / "video0"
    file.touch()

    assert not captures(file)
    assert not captures(tmp_path / "nothing")


def test_a_scanner_in_a_mode_of_its_maker_s_own_is_found_mute(machine):
    machine.interface(machine.usb("1-2", vendor="05e0", product="1900", says="Symbol SNAPI"))
    machine.keyboard(3, "Symbol Bar Code Scanner", vendor="05e0", product="1200", port="1-3")
    machine.usb("1-4", vendor="046d", product="c31c", says="USB Keyboard")

    assert mute(listed(machine), machine.sys) == [Mute(0x05E0, 0x1900, "1-2", "Symbol SNAPI")]


def test_neither_a_hub_nor_a_printer_is_a_mute_scanner(machine):
    write(machine.usb("1-2", vendor="05e0", says="Cradle hub"), bDeviceClass="09")
    write(machine.interface(machine.usb("1-3", vendor="067e", says="Label printer")), bInterfaceClass="07")

    assert mute([], machine.sys) == []
