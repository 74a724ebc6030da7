"""How one scanner sends: its keyboard layout, what stands around each code, how fast it is. Enrolment finds it out (D1, D2)."""

from dataclasses import dataclass
from enum import StrEnum

from drivers.scan import Broken, Heard, Symbology, Why, identified

TAIL = 1.0
"""Seconds. What comes so soon after a code broke off is perhaps the rest of it, and would be a wrong number."""
GS = "\x1d"
"""What separates the fields of a GS1 symbol: the one control character that is data."""
LONGEST = 4096
"""Characters: a QR symbol holds 4,296 digits at most, a seal of ours some 1,500."""


class Layout(StrEnum):
    """The keyboard that a scanner types for. What the desktop is set to does not matter: raw key codes are read."""

    US = "us"
    CA_FR = "ca-fr"
    """Canadian French (CAN/CSA Z243.200 keys as Windows calls "Canadian French", xkb ca(fr))."""
    CA_MULTI = "ca-multi"
    """Canadian Multilingual Standard, CSA (xkb ca(multix))."""
    UK = "uk"
    DE = "de"
    FR = "fr"
    """AZERTY."""


class Terminator(StrEnum):
    """What a scanner sends after each code."""

    ENTER = "enter"
    """Enter on the main block or the keypad; CR, LF or both on a serial line."""
    TAB = "tab"
    ANY = "any"
    """Enter or Tab, whichever comes: until the scanner is enrolled."""
    NONE = "none"
    """Nothing: a code ends with `gap` seconds of silence, and its length must be one of `shortest` to `longest`."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one scanner sends. `gap` is the longest silence inside a code, in seconds."""

    layout: Layout = Layout.US
    terminator: Terminator = Terminator.ANY
    prefix: str = ""
    suffix: str = ""
    gap: float = 0.25
    shortest: int = 2
    longest: int = LONGEST

    def whole(self, text: str, raw: bytes, symbology: Symbology | None = None) -> Heard | Broken:
        """A code as it stood in its symbol: prefix, suffix and identifier taken off, its length looked at."""
        if not (text.startswith(self.prefix) and text.endswith(self.suffix) and len(text) >= len(self.prefix) + len(self.suffix)):
            return Broken(Why.MISSING_PREFIX)
        inside = text[len(self.prefix) : len(text) - len(self.suffix)]
        bare, named = identified(inside) if symbology is None else (inside, symbology)
        if len(bare) < self.shortest:
            return Broken(Why.TOO_SHORT)
        if len(bare) > self.longest:
            return Broken(Why.TOO_LONG)
        return Heard(bare, raw, named)

    def decoded(self, raw: bytes) -> str | None:
        """The text of a code's bytes, prefix and suffix still around it; None if they are no text."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        inside = text.removeprefix(self.prefix).removesuffix(self.suffix).replace(GS, "")
        return text if inside.isprintable() else None
