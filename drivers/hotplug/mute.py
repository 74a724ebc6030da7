"""Scanners that say nothing that we could hear: plugged in, and in a mode that has no keyboard, HID-POS or serial port."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from drivers.hotplug.device import Device
from drivers.hotplug.makers import MAKERS, says_scanner
from drivers.hotplug.sysfs import usb_devices


@dataclass(frozen=True, slots=True)
class Mute:
    """A scanner in a mode of its maker's own (IBM hand-held, SNAPI, OPOS): its manual's codes put it into another."""

    vendor: int
    product: int
    port: str
    name: str


def mute(devices: Collection[Device], sys: Path = Path("/sys")) -> list[Mute]:
    """The USB devices that look like scanners and are none of `devices`, by port."""
    heard = {device.port for device in devices}
    found = [one for one in usb_devices(sys) if one.port not in heard and (one.vendor in MAKERS or says_scanner(one.name))]
    return sorted((Mute(one.vendor, one.product, one.port, one.name) for one in found), key=lambda one: one.port)
