"""Every node that could be a scanner's, from sysfs and /dev.

A link in /dev is never followed: a node is what sysfs names, and it must be the character device of sysfs's number.
"""

import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from drivers.hotplug.device import Device, Kind
from drivers.hotplug.identity import Node
from drivers.hotplug.looks import can_type, keys, looks
from drivers.hotplug.sysfs import Origin, data, names, of_hid, of_input, properties, text, usb
from drivers.report import shapes

NAMES = {
    "input": re.compile(r"event\d+"),
    "hidraw": re.compile(r"hidraw\d+"),
    "tty": re.compile(r"tty(?:USB|ACM|AMA|S)\d+"),
    "video4linux": re.compile(r"video\d+"),
}
"""The classes of sysfs, and which of their entries could be scanners."""

_QUERYCAP, _CAPTURE = 0x80685600, 0x1
"""VIDIOC_QUERYCAP and V4L2_CAP_VIDEO_CAPTURE of linux/videodev2.h."""

_NOTHING: Mapping[Path, Node] = MappingProxyType({})

Genuine = Callable[[os.stat_result, str], bool]


def genuine(seen: os.stat_result, number: str) -> bool:
    """Whether a node is the character device of a number such as 13:67."""
    return stat.S_ISCHR(seen.st_mode) and f"{os.major(seen.st_rdev)}:{os.minor(seen.st_rdev)}" == number


def ours(name: str) -> bool:
    """Whether something called so in /dev could be a scanner.

    >>> [ours(name) for name in ("input/event3", "ttyACM0", "video0", "hidraw1", "event3", "sda", "input/by-id")]
    [True, True, True, True, False, False, False]
    """
    folder, _, bare = name.rpartition("/")
    return any(pattern.fullmatch(bare) for group, pattern in NAMES.items() if folder == ("input" if group == "input" else ""))


@dataclass(frozen=True, slots=True)
class Spot:
    """One entry of a class of sysfs, and its node."""

    link: Path
    place: Path
    """Where in sysfs the link leads."""
    node: Path
    stamp: int

    @property
    def above(self) -> Path:
        """The device that the entry belongs to."""
        return self.link / "device"


@dataclass(frozen=True, slots=True)
class Tree:
    """Where to look. Tests plant their own, with nodes that are no character devices."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys")
    genuine: Genuine = genuine

    def look(self, known: Mapping[Path, Node] = _NOTHING) -> tuple[dict[Path, Node], bool]:
        """Every node that could be a scanner's, by its link in sysfs; and whether sysfs was not done: a node or name was missing.

        What is `known` of before, and still is the same, is not read again.
        """
        there = {*names(self.dev), *(f"input/{name}" for name in names(self.dev / "input"))}
        strange, nodes = set(filter(ours, there)), {}
        for group, link in self._links():
            name, node = self._entry(group, link, known.get(link))
            strange.discard(name)
            if node:
                nodes[link] = node
        return nodes, bool(strange) or not all(node.device.name for node in nodes.values())

    def _links(self) -> Iterator[tuple[str, Path]]:
        for group, pattern in NAMES.items():
            for name in filter(pattern.fullmatch, names(self.sys / "class" / group)):
                yield group, self.sys / "class" / group / name

    def _entry(self, group: str, link: Path, known: Node | None) -> tuple[str, Node | None]:
        """The name of an entry's node in /dev, and what is to be known of it."""
        try:
            place = Path(os.path.normpath(link.parent / link.readlink()))
            if known and known.device.name and known.place == str(place) and os.lstat(known.device.node).st_ino == known.stamp:
                return known.device.node.removeprefix(f"{self.dev}/"), _again(known)
            name = properties(link / "uevent").get("DEVNAME", "")
            seen = os.lstat(self.dev / name) if ours(name) else None
        except OSError:
            return "", None
        if seen is None or not self.genuine(seen, text(link / "dev")):
            return name, None
        node = _READERS[group](Spot(link, place, self.dev / name, seen.st_ino))
        return name, node if os.path.lexists(link) else None  # what was read of a device that was leaving is half of the truth


def _again(node: Node) -> Node:
    """What may change of a node while it is plugged in: whether this process may open it."""
    readable = _readable(node.device.kind, node.device.node)
    return node if readable == node.device.readable else replace(node, device=replace(node.device, readable=readable))


def _readable(kind: Kind, node: str) -> bool:
    mode = os.R_OK if kind in {Kind.KEYBOARD, Kind.HID_POS} else os.R_OK | os.W_OK
    return os.access(node, mode, effective_ids=True)


def _keyboard(spot: Spot) -> Node:
    types = can_type(keys(text(spot.above / "capabilities" / "key")))
    origin = _beyond(spot, of_input(spot.above))
    part = origin.part + ("" if types else "-other")
    return _node(spot, Kind.KEYBOARD, origin, text(spot.above / "name"), part, types=types)


def _pos(spot: Spot) -> Node | None:
    if not shapes(data(spot.above / "report_descriptor")):  # the usage page alone is no sign: keyboards take settings on it
        return None
    origin = _beyond(spot, of_hid(spot.above))
    name = properties(spot.above / "uevent").get("HID_NAME", "")
    return _node(spot, Kind.HID_POS, origin, name, f"{origin.part}-pos")


def _beyond(spot: Spot, origin: Origin) -> Origin:
    """Its USB port, where it has one. What comes by Bluetooth hangs on a USB port too: that of the radio, which is not its own."""
    return (usb(spot.place) if origin.bus == "virtual" else None) or origin


def _serial(spot: Spot) -> Node | None:
    """On USB, or a UART that is really there: of the others, the kernel keeps 4 to 32 in stock."""
    origin = usb(spot.place)
    if origin is None:
        port = Origin("tty", port=spot.link.name, socket=spot.link.name)
        return _node(spot, Kind.SERIAL, port, port.port, "") if text(spot.link / "type") not in {"", "0"} else None
    number = text(spot.above / "port_number")
    part = origin.part + (f".{number}" if number not in {"", "0"} else "")
    return _node(spot, Kind.SERIAL, origin, origin.name or spot.link.name, part)


def _camera(spot: Spot) -> Node | None:
    """A USB camera's first node gives its pictures, the second only figures about them. Others must be asked."""
    origin = usb(spot.place)
    if not (text(spot.link / "index") == "0" if origin else captures(spot.node)):
        return None
    there = origin or _board(spot.place.parent.parent)
    return _node(spot, Kind.CAMERA, there, text(spot.link / "name"), there.part)


def _board(folder: Path) -> Origin:
    """What is built in: platform, and its place there."""
    return Origin(folder.parent.name, port=folder.name, socket=folder.name)


def _node(spot: Spot, kind: Kind, origin: Origin, name: str, part: str, *, types: bool = True) -> Node:
    look, why = looks(kind, origin.vendor, f"{name} {origin.name}", types=types)
    readable = _readable(kind, str(spot.node))
    name = re.sub(r"^(.+) (?=\1\b)", "", name)  # the kernel puts the maker's name before a name that begins with it
    device = Device("", kind, str(spot.node), name, origin.vendor, origin.product, origin.serial, origin.port, look, why, readable)
    return Node(device, origin.bus, origin.socket, part, str(spot.place), spot.stamp)


def captures(node: Path) -> bool:
    """Whether a video node gives pictures; what may not be asked is taken to."""
    answer = bytearray(104)
    try:
        video = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as no:
        return isinstance(no, PermissionError)
    try:
        fcntl.ioctl(video, _QUERYCAP, answer)
    except OSError:
        return False
    finally:
        os.close(video)
    return bool(int.from_bytes(answer[88:92], "little") & _CAPTURE)


_READERS: dict[str, Callable[[Spot], Node | None]] = {
    "input": _keyboard,
    "hidraw": _pos,
    "tty": _serial,
    "video4linux": _camera,
}
