"""Which device is which: an id that is the same after replug and restart, and never the same for two.

A USB device is known by its serial number where it has one that a maker gave to one device alone, else by the port that it is
plugged into. Cheap scanners all bear the same "serial number"; most such can be told by their looks, the rest by being there
twice. Vendor and product alone name nobody (Odoo's box and Home Assistant have both failed at that).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from drivers.hotplug.device import Device

Twin = tuple[int, int, str]
"""Vendor, product and serial number that more than one device bears."""


@dataclass(frozen=True, slots=True)
class Node:
    """A device that has no id yet, with what its id is made of."""

    device: Device
    bus: str
    """usb, bluetooth, i8042, virtual, …"""
    socket: str
    """Where it is plugged in, under a name that is the same after the next start."""
    part: str
    """Which of the device's nodes: its USB interface, and what tells two nodes of one interface apart."""
    place: str
    """Its place in sysfs; with `stamp`, another one after each plugging in."""
    stamp: int
    """The inode of its node."""

    @property
    def bears(self) -> Twin:
        """What names its device by serial number."""
        return self.device.vendor, self.device.product, self.device.serial


def telling(serial: str, said: str = "") -> bool:
    """Whether a serial number was given to one device alone, as far as can be seen. `said` are the device's names.

    >>> [telling(serial) for serial in ("S/N:71DA4F3E", "20042523022461", "A0K5C2")]
    [True, True, True]
    >>> [telling(serial) for serial in ("", "0000000000", "1234567890", "123456789ABC", "00000000011C", "V1.0", "Scanner")]
    [False, False, False, False, False, False, False]
    """
    plain = re.sub("[^0-9A-Z]", "", serial.upper())
    if len(plain) < 6 or not re.search("[0-9]", plain) or len(set(plain)) < 4:
        return False
    return not (_counts(plain) or plain in re.sub("[^0-9A-Z]", "", said.upper()))


def _counts(plain: str) -> bool:
    """Whether it only counts up, as 1234567890ABC does."""
    return all(left + right in "0123456789ABCDEF" or left + right == "90" for left, right in pairwise(plain))


def twins(nodes: Iterable[Node]) -> frozenset[Twin]:
    """What more than one of the USB devices bears, each of which has a port of its own."""
    ports = {(node.bears, node.device.port) for node in nodes if node.bus == "usb" and node.device.serial}
    return frozenset(bears for bears, number in Counter(bears for bears, _ in ports).items() if number > 1)


def named(nodes: Iterable[Node], doubtful: Collection[Twin] = ()) -> list[Device]:
    """The devices with their ids. `doubtful` are serial numbers that name nobody, because two devices bore them."""
    taken: Counter[str] = Counter()
    devices = []
    for node in sorted(nodes, key=lambda node: (_natural(node.place), node.device.node)):
        first, *others = _names(node, doubted=node.bears in doubtful)
        taken[first] += 1
        twice = "" if taken[first] == 1 else f"~{taken[first]}"
        devices.append(replace(node.device, id=first + twice, also=tuple(other + twice for other in others)))
    return devices


def _names(node: Node, *, doubted: bool) -> list[str]:
    """What a device can be called, the best first."""
    device = node.device
    bare = f"{node.bus}-{device.vendor:04x}:{device.product:04x}" if device.vendor or device.product else node.bus
    by_serial = f"{bare}-{_plain(device.serial + node.part)}"
    by_port = f"{bare}@{_plain(node.socket + node.part).lstrip('-')}"
    match node.bus:
        case "tty":
            return [f"tty-{node.socket}"]
        case "usb" if telling(device.serial, device.name):
            return [by_port, by_serial] if doubted else [by_serial, by_port]
        case "usb":
            return [by_port]
        case _:
            return [by_serial if device.serial else by_port]


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._:+-]", "_", text)


def _natural(text: str) -> list[tuple[int, str]]:
    """Sorts input9 before input10."""
    return [(int(digits or -1), other) for digits, other in re.findall(r"(\d+)|(\D+)", text)]
