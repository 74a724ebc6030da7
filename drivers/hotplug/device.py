"""A device that could be a scanner: what it is, and what it looks like."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a device is read: the `kind` of a scanner in kiosk.toml."""

    KEYBOARD = "keyboard"
    HID_POS = "hid-pos"
    SERIAL = "serial"
    CAMERA = "camera"


class Looks(StrEnum):
    """What a device looks like. Only what looks like a scanner is taken unasked."""

    SCANNER = "scanner"
    KEYBOARD = "keyboard"
    CAMERA = "camera"
    OTHER = "other"


class Clue(StrEnum):
    """Why a device looks so: what was seen of it."""

    KNOWN_MAKER = "known-maker"
    """Its USB vendor makes scanners and no keyboards."""
    SAYS_SCANNER = "says-scanner"
    """Its name says so."""
    POS_USAGE = "pos-usage"
    """Its reports are those of a bar code scanner (HID usage page 0x8C)."""
    SERIAL_SCANNER = "serial-scanner"
    """A serial port of a maker of scanners."""
    PLAIN_KEYBOARD = "plain-keyboard"
    """Digits and Enter, and nothing that speaks of a scanner."""
    PLAIN_SERIAL = "plain-serial"
    """A serial port of who knows what."""
    NO_DIGITS = "no-digits"
    """Keys or buttons, but not those that a number takes: a mouse, a lid, a power button."""
    CAPTURES = "captures"
    """It gives pictures."""


@dataclass(frozen=True, slots=True)
class Device:
    """One node that could be read. A scanner with two interfaces is two devices."""

    id: str
    """Stable over replug and restart: by serial number, else by port."""
    kind: Kind
    node: str
    name: str
    vendor: int
    """USB vendor id, and `product`; 0 where there is none."""
    product: int
    serial: str
    port: str
    """The USB port, such as 1-2.3; elsewhere the physical path the kernel gives."""
    looks: Looks
    why: Clue
    readable: bool
    """Whether this process may open it as its kind needs."""
    also: tuple[str, ...] = ()
    """Other ids that it answers to: by port where `id` is by serial number; by serial number where two devices bear that number."""


@dataclass(frozen=True, slots=True)
class Came:
    """A device is there, or something about it has changed."""

    device: Device


@dataclass(frozen=True, slots=True)
class Gone:
    """A device is no longer there."""

    id: str
    node: str
