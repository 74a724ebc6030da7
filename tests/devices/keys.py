"""Which keys a scanner presses for a character: HID usages (page 7) for three layouts, and Linux key codes for the first.

Written from the layouts' pictures, apart from the drivers' own tables: two tables that agree were not copied from each other.
"""

Press = tuple[int, int]
"""Modifiers (as the first byte of a boot keyboard's report) and one usage."""

SHIFT = 0x02
ENTER: Press = (0, 0x28)
TAB: Press = (0, 0x2B)

_LETTERS = {letter: 0x04 + number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_DIGITS = {digit: 0x1E + number for number, digit in enumerate("1234567890")}
_AZERTY = _LETTERS | {"a": 0x14, "q": 0x04, "z": 0x1A, "w": 0x1D, "m": 0x33}


def _layout(letters: dict[str, int], digits: int, others: dict[str, Press]) -> dict[str, Press]:
    small = {letter: (0, usage) for letter, usage in letters.items()}
    large = {letter.upper(): (SHIFT, usage) for letter, usage in letters.items()}
    return small | large | {digit: (digits, usage) for digit, usage in _DIGITS.items()} | others


US = _layout(_LETTERS, 0, {"-": (0, 0x2D)})
FR = _layout(_AZERTY, SHIFT, {"-": (0, 0x23)})
"""AZERTY: the digits need Shift, the hyphen stands on the 6."""

# fmt: off
LINUX = dict(zip("1234567890-", range(2, 13), strict=True)) | dict(zip("qwertyuiop", range(16, 26), strict=True)) \
    | dict(zip("asdfghjkl", range(30, 39), strict=True)) | dict(zip("zxcvbnm", range(44, 51), strict=True)) | {"\n": 28, "\t": 15}
# fmt: on
"""Key codes of input-event-codes.h, US layout."""
LEFT_SHIFT = 42


def presses(text: str, layout: dict[str, Press], end: Press) -> list[tuple[bytes, bytes]]:
    """The reports of a boot keyboard that types this text and its terminator: each key pressed and let go."""
    return [(bytes((held, 0, usage, 0, 0, 0, 0, 0)), bytes(8)) for held, usage in (*(layout[sign] for sign in text), end)]
