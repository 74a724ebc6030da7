"""The six layouts: which character stands on which key.

A character is in a table only where the layout of xkeyboard-config and the Windows layout of the same name agree on it
(xkeyboard-config 2.35; `keyboards/windows` of Unicode CLDR, taken from Windows 7): scanners are built for Windows, this
machine is not, and where the two differ a key has no character here. So nothing is ever read that one of them would call a
guess. Only what Ctrl makes of the three bracket keys is Windows' word alone.

They differ, for instance, on AltGr and Shift together (no key left), on the key beside the left Shift of an American keyboard, and
on Caps Lock: on French, German and Canadian Multilingual keyboards one of them shifts the digits too and the other does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_letters
from typing import Final
from unicodedata import combining, normalize

from drivers.keymap.keys import SPACE
from drivers.manner import Layout

HAT, GRAVE, ACUTE, TREMA, CEDILLA = "\u0302\u0300\u0301\u0308\u0327"
"""Dead keys, written as the combining characters that they add."""
_COMPOSE: Final = {HAT: "aeiouAEIOU", GRAVE: "aeiouAEIOU", ACUTE: "aeiouyAEIOUY", TREMA: "aeiouyAEIOU", CEDILLA: "cC"}
_ALONE: Final = {HAT: "^", GRAVE: "`", CEDILLA: "¸"}
"""A dead key and then Space. On ´ and ¨ the two differ."""

_ROWS: Final = ((41, *range(2, 14)), tuple(range(16, 28)), (*range(30, 41), 43), (86, *range(44, 54)))
"""Codes as they lie on a keyboard of 105 keys: digits, then the three rows of letters, each from the left."""
_NOTHING: Final = "\0"
"""In a row: no character."""
_BRACKETS: Final = {26: "\x1b", 27: "\x1d", 43: "\x1c"}
"""What Ctrl makes of the keys that are [ ] \\ on an American keyboard, whatever stands on them."""

BASE, SHIFT, ALTGR = 0, 1, 2
"""The levels of a key."""


@dataclass(frozen=True, slots=True)
class Plate:
    """One layout. `cells`: a code and a level to a character, or to the combining character of a dead key."""

    cells: Mapping[tuple[int, int], str]
    unsure: frozenset[int] = frozenset()
    """Keys whose character under Caps Lock is not agreed upon."""
    altgr: bool = True
    """Whether the right Alt key is AltGr; else it is another Alt."""
    brackets: Mapping[int, str] = field(default_factory=dict)
    """Control characters of Ctrl and a key that is no letter."""
    dot: str = "."
    """The keypad's decimal key. Empty: unknown."""

    def at(self, code: int, level: int, *, caps: bool = False) -> str | None:
        """The character of a key, or None. Caps Lock turns Shift round, on letters only."""
        if caps and level != ALTGR:
            if code in self.unsure:
                return None
            level = level ^ self.letter(code)
        return self.cells.get((code, level))

    def letter(self, code: int) -> bool:
        """Whether this key carries a letter: the small one, and the capital with Shift."""
        low, high = self.cells.get((code, BASE), ""), self.cells.get((code, SHIFT), "")
        return low != high and low.isalpha() and low.upper() == high

    def control(self, code: int) -> str | None:
        """The control character of Ctrl and this key, or None."""
        base = self.cells.get((code, BASE), "")
        return chr(ord(base) & 0x1F) if base and base in ascii_letters else self.brackets.get(code)


def composed(mark: str, char: str) -> str | None:
    """What a dead key makes of the next character; None: these two don't go together.

    >>> composed(HAT, "e"), composed(HAT, " "), composed(HAT, "q")
    ('ê', '^', None)
    """
    if char == " ":
        return _ALONE.get(mark)
    return normalize("NFC", char + mark) if char in _COMPOSE[mark] else None


def is_dead(char: str) -> bool:
    """Whether a cell is a dead key."""
    return bool(combining(char))


def _cells(base: tuple[str, ...], shift: tuple[str, ...], altgr: Mapping[int, str]) -> dict[tuple[int, int], str]:
    """The cells of rows as they lie, of AltGr's keys one by one, and of Space."""
    cells = {(SPACE, BASE): " ", (SPACE, SHIFT): " "} | {(code, ALTGR): char for code, char in altgr.items()}
    for level, rows in ((BASE, base), (SHIFT, shift)):
        for codes, row in zip(_ROWS, rows, strict=True):
            cells |= {(code, level): char for code, char in zip(codes, row, strict=True) if char != _NOTHING}
    return cells


US: Final = Plate(
    _cells(
        ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "\0zxcvbnm,./"),
        ("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "\0ZXCVBNM<>?"),
        {},
    ),
    altgr=False,
    brackets=_BRACKETS,
)
"""American. xkb us; Windows "US"."""

UK: Final = Plate(
    _cells(
        ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "\\zxcvbnm,./"),
        ('¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?"),
        {5: "€"},
    ),
    brackets=_BRACKETS,
)
"""British. xkb gb; Windows "United Kingdom"."""

DE: Final = Plate(
    _cells(
        (f"{HAT}1234567890ß{ACUTE}", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"),
        (f'°!"§$%&/()=?{GRAVE}', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"),
        {3: "²", 4: "³", 8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 18: "€", 27: "~", 86: "|"},
    ),
    unsure=frozenset({*range(2, 13), 27, 43, 51, 52}),
    brackets=_BRACKETS,
    dot=",",
)
"""German. xkb de; Windows "German"."""

FR: Final = Plate(
    _cells(
        ("²&é\"'(-è_çà)=", f"azertyuiop{HAT}$", "qsdfghjklmù*", "<wxcvbn,;:!"),
        ("\x001234567890°+", f"AZERTYUIOP{TREMA}£", "QSDFGHJKLM%µ", ">WXCVBN?./§"),
        {4: "#", 5: "{", 6: "[", 7: "|", 9: "\\", 10: "^", 11: "@", 12: "]", 13: "}", 18: "€", 27: "¤"},
    ),
    unsure=frozenset({*range(2, 14), 26, 27, 40, 43, *range(50, 54)}),
    brackets=_BRACKETS,
    dot="",
)
"""French, AZERTY. xkb fr; Windows "French"."""

CA_FR: Final = Plate(
    _cells(
        ("#1234567890-=", f"qwertyuiop{HAT}{CEDILLA}", f"asdfghjkl;{GRAVE}<", "«zxcvbnm,.é"),
        ('|!"/$%?&*()_+', f"QWERTYUIOP{HAT}{TREMA}", f"ASDFGHJKL:{GRAVE}>", "»ZXCVBNM'.É"),
        dict(zip((41, *range(2, 14)), "\\±@£¢¤¬¦²³¼½¾", strict=True))
        | {24: "§", 25: "¶", 26: "[", 27: "]", 39: "~", 40: "{", 43: "}", 86: "°", 51: "¯", 52: "\u00ad", 53: ACUTE},
    ),
    brackets=_BRACKETS,
    dot="",
)
"""Canadian French. xkb ca(fr); Windows "Canadian French"."""

CA_MULTI: Final = Plate(
    _cells(
        ("/1234567890-=", f"qwertyuiop{HAT}ç", "asdfghjkl;èà", "ùzxcvbnm,.é"),
        ("\\!@#$%?&*()_+", f"QWERTYUIOP{TREMA}Ç", "ASDFGHJKL:ÈÀ", "ÙZXCVBNM'\"É"),
        {41: "|", 8: "{", 9: "}", 10: "[", 11: "]", 13: "¬", 26: GRAVE, 39: "°", 44: "«", 45: "»", 51: "<", 52: ">"},
    ),
    unsure=frozenset({*range(2, 14), 41, 51, 52}),
    dot="",
)
"""Canadian Multilingual Standard, CSA. xkb ca(multix); Windows "Canadian Multilingual Standard"."""

PLATES: Final = {
    Layout.US: US,
    Layout.CA_FR: CA_FR,
    Layout.CA_MULTI: CA_MULTI,
    Layout.UK: UK,
    Layout.DE: DE,
    Layout.FR: FR,
}
