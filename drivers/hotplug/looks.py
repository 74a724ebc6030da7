"""What a device looks like, from what sysfs says of it. Decisions only."""

from drivers.hotplug.device import Clue, Kind, Looks
from drivers.hotplug.makers import MAKERS, says_scanner

_DIGITS = (frozenset(range(2, 12)), frozenset({71, 72, 73, 75, 76, 77, 79, 80, 81, 82}))
"""KEY_1 to KEY_0, and those of the keypad (linux/input-event-codes.h)."""
_ENDS = frozenset({28, 96, 15})
"""KEY_ENTER, KEY_KPENTER, KEY_TAB."""


def looks(kind: Kind, vendor: int, said: str, *, types: bool = True) -> tuple[Looks, Clue]:
    """What a device of a kind looks like and why. `said` are its names; `types`: it has the keys that a number takes."""
    if kind == Kind.CAMERA:
        return Looks.CAMERA, Clue.CAPTURES
    if kind == Kind.HID_POS:
        return Looks.SCANNER, Clue.POS_USAGE
    if kind == Kind.KEYBOARD and not types:
        return Looks.OTHER, Clue.NO_DIGITS
    if vendor in MAKERS:
        return Looks.SCANNER, Clue.KNOWN_MAKER if kind == Kind.KEYBOARD else Clue.SERIAL_SCANNER
    if says_scanner(said):
        return Looks.SCANNER, Clue.SAYS_SCANNER
    return (Looks.KEYBOARD, Clue.PLAIN_KEYBOARD) if kind == Kind.KEYBOARD else (Looks.OTHER, Clue.PLAIN_SERIAL)


def keys(bitmap: str) -> frozenset[int]:
    """The key codes of sysfs's `capabilities/key`: words of 64 bits in hexadecimal, the highest first.

    >>> sorted(keys("10000000 3"))
    [0, 1, 92]
    """
    try:
        words = [int(word, 16) for word in reversed(bitmap.split())]
    except ValueError:
        return frozenset()
    return frozenset(64 * place + bit for place, word in enumerate(words) for bit in range(word.bit_length()) if word >> bit & 1)


def can_type(codes: frozenset[int]) -> bool:
    """Whether a device with these keys can type a number and end it: mice, lids and power buttons can't."""
    return any(digits <= codes for digits in _DIGITS) and not _ENDS.isdisjoint(codes)
