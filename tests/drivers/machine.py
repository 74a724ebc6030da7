"""A machine with devices that are plugged in and out: sysfs as the kernel lays it out, and nodes that are plain files."""

import os
import shutil
import stat
from dataclasses import dataclass
from itertools import count
from pathlib import Path

KEYBOARD = "10000 7 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
MOUSE = "1f0000 0 0 0 0"
POWER = "10000000000000 0"
POS = bytes.fromhex("058c0902a101 0912a102 85 02 1500 26ff00 7508 95 38 09fe 8102 c0 c0")
KEYS_ONLY = bytes.fromhex("05010906a101 0507 19e0 29e7 1500 2501 7501 9508 8102 c0")


def plain(seen: os.stat_result, _number: str) -> bool:
    """What stands for a character device here."""
    return stat.S_ISREG(seen.st_mode)


@dataclass
class Plugged:
    """What was plugged in: to be taken out again."""

    folder: Path
    link: Path
    node: Path


class Machine:
    """`dev` and `sys` of a machine."""

    def __init__(self, root: Path) -> None:
        self.dev, self.sys, self._grave = root / "dev", root / "sys", root / "grave"
        for folder in (self.dev, self.sys, self._grave):
            folder.mkdir(parents=True)
        self._numbers = count(1)

    def where(self):
        """What `present` and `Watch` are given."""
        return {"dev": self.dev, "sys": self.sys, "genuine": plain}

    def usb(
        self, port="1-2", vendor="046d", product="c31c", serial="", maker="", says="", controller="0000:00:14.0", bus="usb1"
    ) -> Path:
        """A USB device at a port."""
        folder = self.sys / "devices/pci0000:00" / controller / bus / port
        write(folder, idVendor=vendor, idProduct=product, manufacturer=maker, product=says, serial=serial)
        if not serial:
            (folder / "serial").unlink()
        write(folder, bDeviceClass="00")
        link = self.sys / "bus/usb/devices" / port
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(folder)
        return folder

    def interface(self, usb: Path, number="00") -> Path:
        """An interface of a USB device."""
        folder = usb / f"{usb.name}:1.{int(number, 16)}"
        write(folder, bInterfaceNumber=number)
        return folder

    def keyboard(self, number=3, name="A keyboard", interface="00", keys=KEYBOARD, mode=0o600, **usb) -> Plugged:
        """A USB device that types."""
        return self.input(
            self.interface(self.usb(says=name, **usb), interface) / f"0003:1:2.{next(self._numbers):04X}", number, name, keys, mode
        )

    def input(
        self, above: Path, number: int, name: str, keys=KEYBOARD, mode=0o600, bus="0003", uniq="", phys="", ids=("0001", "0002")
    ) -> Plugged:
        """An input device anywhere."""
        place = above / f"input/input{next(self._numbers)}"
        write(place, name=name, uniq=uniq, phys=phys)
        write(place / "id", bustype=bus, vendor=ids[0], product=ids[1])
        write(place / "capabilities", key=keys)
        return self._entry("input", place, place / f"event{number}", f"input/event{number}", mode)

    def pos(self, number=0, name="Bar Code Scanner", descriptor=POS, interface="00", mode=0o600, **usb) -> Plugged:
        """A HID device that reports."""
        hid = self.interface(self.usb(says=name, **usb), interface) / f"0003:1:2.{next(self._numbers):04X}"
        return self.hidraw(hid, number, name, descriptor, mode=mode)

    def hidraw(
        self, hid: Path, number: int, name: str, descriptor=POS, uniq="", ident="0003:000005E0:00001300", mode=0o600
    ) -> Plugged:
        """A HID device anywhere."""
        write(hid, uevent=f"DRIVER=hid-generic\nHID_ID={ident}\nHID_NAME={name}\nHID_PHYS=\nHID_UNIQ={uniq}")
        (hid / "report_descriptor").write_bytes(descriptor)
        return self._entry("hidraw", hid, hid / f"hidraw/hidraw{number}", f"hidraw{number}", mode)

    def serial(self, name="ttyACM0", interface="00", mode=0o600, **usb) -> Plugged:
        """A USB device with a serial port."""
        above = self.interface(self.usb(**usb), interface)
        return self._entry("tty", above, above / f"tty/{name}", name, mode)

    def uart(self, name="ttyS0", kind="4") -> Plugged:
        """A serial port of the machine's own; of kind 0, it is not there."""
        above = self.sys / "devices/pnp0/00:05"
        above.mkdir(parents=True, exist_ok=True)
        plugged = self._entry("tty", above, above / f"tty/{name}", name, 0o600)
        write(plugged.folder, type=kind)
        return plugged

    def camera(self, number=0, name="A camera", index="0", mode=0o600, **usb) -> Plugged:
        """A node of a USB camera."""
        above = self.interface(self.usb(says=name, **usb))
        plugged = self._entry("video4linux", above, above / f"video4linux/video{number}", f"video{number}", mode)
        write(plugged.folder, name=name, index=index)
        return plugged

    def unplug(self, plugged: Plugged) -> None:
        """Take it out. Like devtmpfs, never give an inode twice, and keep no empty folder."""
        os.link(plugged.node, self._grave / str(next(self._numbers)))
        plugged.link.unlink()
        shutil.rmtree(plugged.folder.parent if plugged.folder.name.startswith("event") else plugged.folder)
        plugged.node.unlink()
        if plugged.node.parent != self.dev and not any(plugged.node.parent.iterdir()):
            plugged.node.parent.rmdir()

    def _entry(self, group: str, above: Path, folder: Path, node: str, mode: int) -> Plugged:
        number = next(self._numbers)
        write(folder, dev=f"13:{number}", uevent=f"MAJOR=13\nMINOR={number}\nDEVNAME={node}")
        (folder / "device").symlink_to(os.path.relpath(above, folder))
        link = self.sys / "class" / group / folder.name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(folder, link.parent))
        path = self.dev / node
        path.parent.mkdir(exist_ok=True)
        made = os.open(path, os.O_CREAT | os.O_EXCL, mode)  # with its mode, as the kernel makes it
        os.close(made)
        return Plugged(folder, link, path)


def write(folder: Path, **files: str) -> None:
    """Files of sysfs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, said in files.items():
        (folder / name).write_text(f"{said}\n")
