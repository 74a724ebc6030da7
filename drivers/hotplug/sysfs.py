"""What the kernel says of a device, in sysfs: without udev, and without a word that it may not have written yet."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

BUSES = {0x03: "usb", 0x05: "bluetooth", 0x06: "virtual", 0x11: "i8042", 0x18: "i2c", 0x19: "host", 0x1E: "cec"}
"""BUS_* of linux/input.h."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a device hangs, and what it says of itself there."""

    bus: str
    vendor: int = 0
    product: int = 0
    serial: str = ""
    port: str = ""
    name: str = ""
    part: str = ""
    """Of a USB device its interface: -if00, -if01, …"""
    socket: str = ""
    """The port for good: of a USB device without the number of its bus, which is another one after each start."""


def usb(place: Path) -> Origin | None:
    """The USB device that a place in sysfs belongs to; None if it belongs to none."""
    interface = ""
    for folder in (place, *place.parents):
        if folder.name == "devices":
            return None
        if not interface and (number := text(folder / "bInterfaceNumber")):
            interface = f"-if{number}"
        if vendor := text(folder / "idVendor"):
            maker, product = text(folder / "manufacturer"), text(folder / "product")
            ids, serial = (hexadecimal(vendor), hexadecimal(text(folder / "idProduct"))), text(folder / "serial")
            return Origin("usb", *ids, serial, folder.name, f"{maker} {product}".strip(), interface, _socket(folder))
    return None


def _socket(folder: Path) -> str:
    """The controller and the way from it: 0000:00:14.0-2.3 for 1-2.3. Controllers are numbered in the order in which they answer.

    The fast half of a USB 3 controller has ports of its own, with the same numbers.
    """
    root = next((one for one in (folder, *folder.parents) if re.fullmatch(r"usb\d+", one.name)), None)
    if root is None:
        return folder.name
    fast = text(root / "speed").isdecimal() and int(text(root / "speed")) >= 5000
    return f"{root.parent.name}{'-fast' if fast else ''}-{folder.name.partition('-')[2]}"


def usb_devices(sys: Path) -> list[Origin]:
    """Every USB device that is neither a hub nor a printer."""
    folders = [Path(os.path.realpath(sys / "bus/usb/devices" / name)) for name in names(sys / "bus/usb/devices")]
    return [there for one in folders if _may_scan(one) and (there := usb(one))]


def _may_scan(folder: Path) -> bool:
    """By the classes that USB-IF gives: 07 is a printer, 09 a hub. An interface has a class, and no class of a device."""
    parts = [folder / name for name in names(folder) if name.startswith(f"{folder.name}:")]
    return text(folder / "bDeviceClass") not in {"", "09"} and all(text(part / "bInterfaceClass") != "07" for part in parts)


def of_input(folder: Path) -> Origin:
    """Where an input device hangs that is on no USB port."""
    bus, vendor, product = (hexadecimal(text(folder / "id" / name)) for name in ("bustype", "vendor", "product"))
    return _elsewhere(bus, vendor, product, text(folder / "uniq"), text(folder / "phys"), text(folder / "name"))


def of_hid(folder: Path) -> Origin:
    """Where a HID device hangs that is on no USB port: Bluetooth, or a program's."""
    said = properties(folder / "uevent")
    ids = [hexadecimal(one) for one in said.get("HID_ID", "").split(":")]
    bus, vendor, product = ids if len(ids) == 3 else (0, 0, 0)
    return _elsewhere(bus, vendor, product, said.get("HID_UNIQ", ""), said.get("HID_PHYS", ""), said.get("HID_NAME", ""))


def _elsewhere(bus: int, vendor: int, product: int, serial: str, port: str, name: str) -> Origin:
    """A program's device may call itself a USB device; it has no port, so its name must tell it from others."""
    label = BUSES.get(bus, f"bus{bus:02x}")
    virtual = label in {"usb", "virtual"}
    part = f"-{name}" if virtual and not serial else ""
    return Origin("virtual" if virtual else label, vendor, product, serial, port, name, part, port)


def text(path: Path) -> str:
    """A file of sysfs in one printable line; empty where there is none, or is none any more."""
    said = data(path).decode("utf-8", "replace")
    return re.sub(r"\s+", " ", "".join(one if one.isprintable() else " " for one in said)).strip()


def data(path: Path) -> bytes:
    """A file of sysfs as it is; empty where there is none. A device may leave while it is read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def properties(path: Path) -> dict[str, str]:
    """The lines NAME=value of a `uevent`."""
    lines = data(path).decode("utf-8", "replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition("=") for line in lines)}


def names(folder: Path) -> list[str]:
    """What is in a folder; nothing where there is none."""
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def hexadecimal(said: str) -> int:
    """A number as sysfs writes it; 0 where it is none."""
    try:
        return int(said, 16)
    except ValueError:
        return 0
