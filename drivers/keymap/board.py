"""One keyboard as it is typed on: which keys are down, which locks are on, what each press says."""

from collections.abc import Iterable

from drivers.keymap.keys import (
    CAPS_LOCK,
    DOWN,
    ENTER,
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_SHIFT,
    MODIFIERS,
    NUM_LOCK,
    PAD_DIGITS,
    PAD_DOT,
    PAD_ENTER,
    PAD_SIGNS,
    REPEAT,
    RIGHT_ALT,
    RIGHT_SHIFT,
    SCROLL_LOCK,
    TAB,
    UP,
    Key,
    Locks,
)
from drivers.keymap.layouts import ALTGR, BASE, SHIFT, Plate, composed, is_dead
from drivers.scan import Broken, Why

_LOCKS = frozenset({CAPS_LOCK, NUM_LOCK, SCROLL_LOCK})
_SHIFTS = frozenset({LEFT_SHIFT, RIGHT_SHIFT})
_ALTGRS = (frozenset({RIGHT_ALT}), frozenset({LEFT_CTRL, RIGHT_ALT}), frozenset({LEFT_CTRL, LEFT_ALT}))
"""What AltGr is: for Windows, Ctrl and Alt together."""
_FIXED = PAD_SIGNS | {ENTER: "\r", PAD_ENTER: "\r", TAB: "\t"}
"""What means the same on every layout."""
_LOST = Broken(Why.KEYS_LOST)
_UNKNOWN = Broken(Why.UNKNOWN_KEY)
_LONGEST_ALT = 4
_NO_ALT = b"\t\n\r\x7f"
"""A scanner's end is a key. Unplugged in an Alt code, its Alt goes up by itself: of Alt+0100 Alt+010 may be left, a line feed."""


class Board:
    r"""Takes key events, one by one, and says what each typed: a character, nothing (""), or that it can't be told (`Broken`).

    Enter is "\r" and Tab is "\t". What nobody can tell for certain is `unknown-key`: a key without a character, a right Ctrl,
    Shift with anything but a character key, a dead key before a letter that can't bear it.

    A key that was down when the board was taken over counts as up until it is pressed anew.
    """

    def __init__(self, plate: Plate, held: Iterable[int] = (), locks: Locks | None = None) -> None:
        self._plate = plate
        self._alts = {LEFT_ALT} if plate.altgr else {LEFT_ALT, RIGHT_ALT}
        self.reset(held, locks or Locks())

    def reset(self, held: Iterable[int], locks: Locks) -> None:
        """Begin anew, with what the kernel says of keys and locks."""
        self._stale, self._down, self._locks = set(held), set[int](), locks
        self._pressed_at: float | None = None
        self.settle()
        self.clear()

    def settle(self) -> None:
        """The locks are as they were when the kernel was asked."""
        self._caps, self._num = self._locks.caps, self._locks.num

    def clear(self) -> None:
        """Forget half a character: a dead key, the digits of an Alt code."""
        self._mark = self._digits = ""

    @property
    def half(self) -> bool:
        """Whether a character is half typed."""
        return bool(self._mark or self._digits)

    @property
    def shifted(self) -> bool:
        """Whether a modifier is down."""
        return not self._down.isdisjoint(MODIFIERS)

    def deaf_to(self, key: Key) -> bool:
        """Whether this is only a key repeating that was down already when the board was taken over."""
        return key.value == REPEAT and key.code in self._stale

    def take(self, key: Key) -> str | Broken:
        """What this event typed."""
        if self.deaf_to(key):
            return ""
        if key.code in self._stale:
            self._stale.discard(key.code)
            if key.value == UP:
                return ""
        if key.value == DOWN:
            return self._press(key)
        return self._release(key.code) if key.value == UP else _LOST

    def _release(self, code: int) -> str | Broken:
        if code not in self._down:
            return _LOST
        self._down.discard(code)
        return self._marked(self._alt_code()) if code in self._alts and self._digits else ""

    def _press(self, key: Key) -> str | Broken:
        if key.code in self._down:
            return _LOST
        self._down.add(key.code)
        if key.code in MODIFIERS:
            return _UNKNOWN if self._digits else ""
        if key.code in _LOCKS:
            return self._lock(key.code)
        if key.at == self._pressed_at:  # by the HID standard, two keys that come down in one report have no order
            return _LOST
        self._pressed_at = key.at
        return self._marked(self._character(key.code))

    def _lock(self, code: int) -> str:
        self._caps ^= code == CAPS_LOCK
        self._num ^= code == NUM_LOCK
        return ""

    def _character(self, code: int) -> str | None:
        """What a key says under the modifiers that are down; "" for the digit of an Alt code, None for what nobody can tell."""
        shift = not self._down.isdisjoint(_SHIFTS)
        others = self._down & MODIFIERS - _SHIFTS
        if not others:
            return self._shifted(code) if shift else self._plain(code)
        if shift:
            return None
        if others <= self._alts:
            return self._alt_digit(code)
        if others == {LEFT_CTRL}:
            return self._plate.control(code)
        return self._plate.at(code, ALTGR) if self._plate.altgr and others in _ALTGRS else None

    def _plain(self, code: int) -> str | None:
        if code in PAD_DIGITS or code == PAD_DOT:
            return (PAD_DIGITS.get(code) or self._plate.dot or None) if self._num else None
        return _FIXED.get(code) or self._plate.at(code, BASE, caps=self._caps)

    def _shifted(self, code: int) -> str | None:
        return self._plate.at(code, SHIFT, caps=self._caps)

    def _alt_digit(self, code: int) -> str | None:
        if code not in PAD_DIGITS or len(self._digits) == _LONGEST_ALT:
            return None
        self._digits += PAD_DIGITS[code]
        return ""

    def _alt_code(self) -> str | None:
        """The character of Alt and these digits.

        With a 0 before it the code is one of Windows' code page 1252, control characters among them; without, it is of an
        older page, of which only ASCII is the same everywhere.
        """
        value, older = int(self._digits), self._digits[0] != "0"
        self._digits = ""
        if value not in (range(32, 127) if older else range(1, 256)) or value in _NO_ALT:
            return None
        return bytes([value]).decode("cp1252", errors="ignore") or None

    def _marked(self, char: str | None) -> str | Broken:
        """A character, under the dead key before it if there was one."""
        if char and self._mark:
            char, self._mark = composed(self._mark, char), ""
        elif char and is_dead(char):
            self._mark, char = char, ""
        return _UNKNOWN if char is None else char
