"""The number printed beside a symbol, and whether it contradicts the bars (Q7).

In the sample form of SOCP 4.2 the last row prints ...789 while its bars say ...788: such a row is refused with both shown.

>>> contradiction("12345001495788", ("12345001495789", "12345-001495788"))
'12345001495789'
>>> contradiction("12345001495788", ("12345", "-", "001495789"))
'12345 - 001495789'
>>> contradiction("XXXXPARS0000471", ("XXXXPARS0000471", "WINDSOR", "2026-11-22")) is None
True
"""

import re
from collections.abc import Iterator, Sequence

from kiosk.core.reference import plain

_FOURTEEN = re.compile(r"[0-9]{5}-?[0-9]{9}")
_IN_PIECES = re.compile(r"[0-9]{5}[ -]*[0-9](?: ?[0-9]){8}")
_CCN_LIKE = re.compile(r"(?=(?:[^0-9]*[0-9]){4})[0-9A-Z-]{8,25}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{4}|(?:(?:1-)?[0-9]{3}-)?[0-9]{3}-[0-9]{4}")
"""Dates and telephone numbers, which have the shape of a cargo control number."""
_TOKEN = re.compile(r"[0-9A-Z-]+")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
"""What word processors make of a hyphen."""
_MOST_PIECES = 5


def contradiction(text: str, words: Sequence[str]) -> str | None:
    """The printed number that is of the same kind as the bars' `text` but not the same, as printed; None where there is none."""
    bars = _key(text)
    numbers = list(_numbers(bars, words))
    agreed = any(number == bars for number, _ in numbers)
    return next((shown for number, shown in numbers if number != bars and _rivals(bars, number, agreed=agreed)), None)


def agrees(text: str, words: Sequence[str]) -> bool:
    """Whether the bars' `text` is printed among the words."""
    return any(number == _key(text) for number, _ in _numbers(_key(text), words))


def _numbers(bars: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What may be a number, and the words that it stands in: within one word, or in some that follow each other."""
    for start, word in enumerate(words):
        yield from ((_key(token), word) for token in _TOKEN.findall(_plainer(word)))
        for end in range(start + 2, min(start + _MOST_PIECES, len(words)) + 1):
            shown = " ".join(words[start:end])
            spaced = _plainer(shown)
            whole = spaced.replace(" ", "")
            begun = spaced.startswith(f"{bars[:4]} ") and len(whole) == len(bars)
            if begun or _IN_PIECES.fullmatch(spaced):
                yield _key(whole), shown


def _plainer(word: str) -> str:
    return plain(word).translate(_DASHES)


def _key(word: str) -> str:
    bare = plain(word)
    return bare.replace("-", "") if _FOURTEEN.fullmatch(bare) else bare


def _rivals(bars: str, number: str, *, agreed: bool) -> bool:
    """Whether a number speaks of the same thing as the bars. With the right one printed too, only a near one is a rival."""
    if _near(bars, number):
        return True
    if _DATE.fullmatch(number):
        return False
    if _FOURTEEN.fullmatch(bars):
        return _may_be_transaction(bars, number.replace("-", ""))
    if _FOURTEEN.fullmatch(number):
        return False  # a transaction number beside a cargo control number: a form may carry both (Q8)
    if number[:4] == bars[:4]:
        return len(number) > 4 and re.search("[0-9]", number) is not None
    return not agreed and _CCN_LIKE.fullmatch(number) is not None


def _may_be_transaction(bars: str, number: str) -> bool:
    """Fourteen digits; or some more or less, with the account security number or the serial of the bars."""
    akin = len(number) >= 10 and (number.startswith(bars[:5]) or number.endswith(bars[5:]))
    return number.isdigit() and (len(number) == 14 or akin)


def _near(one: str, other: str) -> bool:
    """The same but for a few characters: a misprint, not another number. A word without digits is no number."""
    if len(one) != len(other) or not re.search("[0-9]", other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) <= (2 if len(one) > 9 else 1)
