"""Ears: scanners that are listened to raw, before anything is known of how they send (enrolment, D1, D2, D5).

What comes until a device is silent is one scan. All are waited for in one place, so that no two are ever mixed.
"""

import os
import select
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from drivers.enrol import Lessons, Told
from drivers.hid import EVENT, Evdev, Node
from drivers.hidpos import hidraw
from drivers.hotplug import Device, Kind
from drivers.keymap import Key
from drivers.report import shapes
from drivers.scan import ScannerLost
from drivers.serial_port import Line, closed, opened

QUIET: Final = 0.6
"""Seconds of silence that end a scan: more than the slowest scanner halts between two keys."""
_AT_ONCE: Final = 4096
_SYNCHRONISATION, _KEY, _DROPPED = 0, 1, 3
"""Of <linux/input-event-codes.h>: EV_SYN, EV_KEY, SYN_DROPPED."""


class Ear(Protocol):
    """One open device."""

    fd: int

    def take(self) -> bool:
        """Take what has come; False where the device is gone."""

    def teach(self, lessons: Lessons) -> Told | None:
        """What has come since the last silence, as one scan; None where it was nothing."""

    def close(self) -> None:
        """Let go of it."""


class KeyEar:
    """A scanner that types, grabbed."""

    def __init__(self, path: str, opens: Callable[[str], Node] = Evdev) -> None:
        self._node = opens(path)
        try:
            self._node.grab()
            self._node.settle()
        except OSError:
            self._node.close()
            raise
        self.fd = self._node.fd
        self._keys: list[Key] = []
        self._lost = False

    def take(self) -> bool:
        """Take the keys that have come."""
        data = _read(self.fd)
        if data is None:
            return False
        for seconds, micros, kind, code, value in EVENT.iter_unpack(data[: len(data) // EVENT.size * EVENT.size]):
            if kind == _KEY:
                self._keys.append(Key(code, value, seconds + micros / 1e6))
            self._lost |= kind == _SYNCHRONISATION and code == _DROPPED
        return True

    def teach(self, lessons: Lessons) -> Told | None:
        """What the keys say."""
        keys, lost = self._keys, self._lost
        self._keys, self._lost = [], False
        if lost:
            return Told("keys-lost")
        return lessons.keyed(keys) if any(key.value == 1 for key in keys) else None

    def close(self) -> None:
        """Let go of it."""
        self._node.close()


class LineEar:
    """A serial port."""

    def __init__(self, path: str, line: Line) -> None:
        self._port = opened(path, line)
        self.fd: int = self._port.fileno()
        self._bytes = b""

    def take(self) -> bool:
        """Take the bytes that have come."""
        data = _read(self.fd)
        self._bytes += data or b""
        return data is not None

    def teach(self, lessons: Lessons) -> Told | None:
        """What the bytes say."""
        text, self._bytes = self._bytes.decode("latin-1"), b""
        return lessons.sent(text) if text else None

    def close(self) -> None:
        """Give the port back."""
        closed(self._port)


class ReportEar:
    """A HID-POS scanner."""

    def __init__(self, path: str, opens: Callable[[str], tuple[int, bytes]] = hidraw) -> None:
        self.fd, descriptor = opens(path)
        self._shapes = {shape.report: shape for shape in shapes(descriptor)}
        self._bytes = b""

    def take(self) -> bool:
        """Take one report: its data, whatever the code goes on in."""
        report = _read(self.fd)
        shape = self._shapes.get(report[0] if report and 0 not in self._shapes else 0)
        part = shape.part(report) if shape and report else None
        self._bytes += part.data if part else b""
        return report is not None

    def teach(self, lessons: Lessons) -> Told | None:
        """What the reports say."""
        text, self._bytes = self._bytes.decode("latin-1"), b""
        return lessons.sent(text) if text else None

    def close(self) -> None:
        """Close the node."""
        os.close(self.fd)


def ear(device: Device, line: Line) -> Ear:
    """An ear at a device; `OSError` or `ScannerLost` where it does not open."""
    match device.kind:
        case Kind.KEYBOARD:
            return KeyEar(device.node)
        case Kind.SERIAL:
            return LineEar(device.node, line)
        case Kind.HID_POS:
            return ReportEar(device.node)
        case _:
            raise ScannerLost(f"{device.node}: expected a scanner that sends text, got a {device.kind}", "not-a-device")


class Ears:
    """The devices that are listened to, by their ids. `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now: Final = now
        self._open: Final[dict[str, Ear]] = {}
        self._heard: Final[dict[str, float]] = {}
        self._waits: Final = select.poll()

    def __contains__(self, device: str) -> bool:
        return device in self._open

    def open(self, device: str, one: Ear) -> None:
        """Listen to one more."""
        self._open[device] = one
        self._waits.register(one.fd, select.POLLIN)

    def drop(self, device: str) -> None:
        """Listen to one no longer; harmless twice."""
        one = self._open.pop(device, None)
        self._heard.pop(device, None)
        if one is not None:
            self._waits.unregister(one.fd)
            one.close()

    def close(self) -> None:
        """Let go of all."""
        for device in list(self._open):
            self.drop(device)

    def wait(self, seconds: float) -> Iterator[tuple[str, Ear]]:
        """Wait so long; those that have fallen silent after something came. Who is gone is dropped."""
        ready = {fd for fd, _ in self._waits.poll(seconds * 1000)}
        for device, one in list(self._open.items()):
            if one.fd in ready and not one.take():
                self.drop(device)
            elif one.fd in ready:
                self._heard[device] = self._now()
        for device, at in list(self._heard.items()):
            if self._now() - at >= QUIET:
                del self._heard[device]
                yield device, self._open[device]


def _read(fd: int) -> bytes | None:
    """What is there; None where the device is gone."""
    try:
        return os.read(fd, _AT_ONCE) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None
