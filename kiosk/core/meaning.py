"""What a scan can be: references to ask for, or something else of the trade, each refused in its own words.

Codes that we print hold a full stop or start with letters that no cargo control number reaches, so that no scan of ours is ever
asked as a reference:

>>> references("K7QD.000123", None)
Traceback (most recent call last):
kiosk.core.reference.NotAReference: our-sheet-number: expected a cargo control or transaction number, got K7QD.000123
"""

import re
from collections.abc import Collection

from kiosk.core.printed import contradiction
from kiosk.core.programming import programmed
from kiosk.core.reference import EXPECTED, NotAReference, Reference, candidates, plain

SEAL_PREFIX = "RS1X"
_SHEET_NUMBER = re.compile(r"[A-Z2-7]{4}\.[0-9]{6}")


def sheet_number(station: str, serial: int) -> str:
    """The number of a sheet: the station's 4 characters, and which of its sheets."""
    return f"{station}.{serial:06}"


def is_sheet_number(text: str) -> bool:
    """Whether a text is the number of one of our sheets."""
    return _SHEET_NUMBER.fullmatch(plain(text)) is not None


def references(
    text: str, symbology: str | None, printed: tuple[str, ...] = (), accepted: Collection[str] = ()
) -> tuple[Reference, ...]:
    """All that a scan can ask for, likeliest first; or `NotAReference` (Q4, Q7).

    `symbology` is None where the scanner did not say; `printed` are the words beside the bars, empty where there are none.
    """
    if is_sheet_number(text):
        raise NotAReference("our-sheet-number", expected=EXPECTED, got=plain(text))
    if plain(text).startswith(SEAL_PREFIX) and len(text) > 40:
        raise NotAReference("our-seal", expected=EXPECTED, got="a seal")
    maker = programmed(text)
    if maker is not None:
        raise NotAReference("scanner-programming", expected=EXPECTED, got=plain(text), maker=maker)
    if symbology is not None and accepted and symbology not in accepted:
        raise NotAReference("symbology-not-accepted", expected="Code 39 or Code 128", got=symbology)
    if symbology == "CODE128" and "*" in text:  # in Code 39 a star frames the text; in Code 128 it is data
        raise NotAReference("foreign-character", expected="A to Z, 0 to 9, hyphen", got="'*'", place=text.index("*") + 1)
    found = candidates(text)
    other = contradiction(text, printed)
    if other is not None:
        raise NotAReference("printed-differs", bars=text, printed=other)
    return found
