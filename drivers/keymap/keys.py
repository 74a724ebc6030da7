"""What a keyboard's events are: keys by their evdev codes (`linux/input-event-codes.h`), the locks, events lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TAB: Final = 15
ENTER: Final = 28
PAD_ENTER: Final = 96
SPACE: Final = 57
LEFT_CTRL: Final = 29
RIGHT_CTRL: Final = 97
LEFT_SHIFT: Final = 42
RIGHT_SHIFT: Final = 54
LEFT_ALT: Final = 56
RIGHT_ALT: Final = 100
LEFT_META: Final = 125
RIGHT_META: Final = 126
CAPS_LOCK: Final = 58
NUM_LOCK: Final = 69
SCROLL_LOCK: Final = 70

MODIFIERS: Final = frozenset(
    {LEFT_CTRL, RIGHT_CTRL, LEFT_SHIFT, RIGHT_SHIFT, LEFT_ALT, RIGHT_ALT, LEFT_META, RIGHT_META},
)
PAD_DIGITS: Final = {82: "0", 79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9"}
"""The digits of the keypad: digits while Num Lock is on, and in an Alt code."""
PAD_DOT: Final = 83
PAD_SIGNS: Final = {98: "/", 55: "*", 74: "-", 78: "+"}
"""The keypad's signs, whatever Num Lock says."""

UP: Final = 0
DOWN: Final = 1
REPEAT: Final = 2


@dataclass(frozen=True, slots=True)
class Key:
    """One key event: an evdev code, its value (0 up, 1 down, 2 auto-repeat) and the kernel's time, in seconds that never jump."""

    code: int
    value: int
    at: float


@dataclass(frozen=True, slots=True)
class Locks:
    """Which locks are on."""

    caps: bool = False
    num: bool = True


@dataclass(frozen=True, slots=True)
class Dropped:
    """The kernel lost events (SYN_DROPPED). What it says of keys and locks since; `at`: when it was asked."""

    at: float
    held: Iterable[int] = ()
    locks: Locks = Locks()
