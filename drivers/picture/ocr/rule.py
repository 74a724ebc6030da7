"""What a line of print says of the bars: the same number, another one, or nothing that can be relied on (Q7). Pure.

The engine is wrong at times, and a row refused for its mistake is a good row that goes back to the client. So another number is
believed only where all of this holds, in three looks at the line, as it is, squeezed and stretched, that read the same:

* it has as many letters and digits as the bars, and the same ones but for two, or fourteen digits as the bars have; or it is what
  the bars of another row on the page say, so that two rows were mixed up;
* every character that differs is all but certain, and the bars' own character all but excluded there, mere look-alikes
  (5 and S, 8 and B) aside; one at least is none.

Print that is like the bars' number but for what can't be relied on is neither the same nor another: then nothing is said.

0 and O, and 1, I and L, are the same in many fonts, and count as the same. Hyphens and blanks are thin and may be lost: letters
and digits alone are compared.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.picture.ocr.recogniser import ALPHABET, Table

SURE: Final = 0.99
"""How likely a character is at least that differs from the bars'."""
RULED_OUT: Final = 0.002
"""How likely the bars' character is there at most."""
CLEAR: Final = 0.6
"""How likely every other character of such a line is at least."""

_TWINS: Final = str.maketrans("OIL", "011")
_LIKE: Final = ("0QD", "1T", "2Z", "5S", "6G", "8B", "UVY", "CG", "EF", "MN", "PR", "4A")
_MOST_WRONG: Final = 2
_FAR: Final = 3
"""Characters in which another row's number differs that can't be mistakes of the engine, all of them."""
_TRANSACTION: Final = 14
_LEAST: Final = 5
"""Letters and digits of the shortest cargo control number."""
_OTHER: Final = len(ALPHABET) + 1


class Says(Enum):
    """What a line says of the bars."""

    NOTHING = 0
    UNCLEAR = 1
    """A number like the bars', but what differs can't be relied on."""
    OTHER = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line says, and the number as read."""

    says: Says
    number: str = ""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as read, with the likelihood of each that it might be."""

    text: str
    likely: NDArray[np.float32]

    def of(self, character: str) -> float:
        """How likely the character is, or its twin."""
        return float(max(self.likely[1 + n] for n, one in enumerate(ALPHABET) if twinned(one) == twinned(character)))


NOTHING: Final = Claim(Says.NOTHING)
UNCLEAR: Final = Claim(Says.UNCLEAR)


def twinned(text: str) -> str:
    """Letters and digits of a text, with one character for those that look the same.

    >>> twinned("8XXX-0IL")
    '8XXX011'
    """
    return "".join(one for one in text if one.isalnum()).translate(_TWINS)


def glyphs(table: Table) -> list[Glyph]:
    """The characters of a line from left to right; one that is no letter, digit, hyphen or blank is a question mark."""
    best = table.argmax(axis=1)
    starts = [n for n in range(len(best)) if n == 0 or best[n] != best[n - 1]]
    runs = pairwise([*starts, len(best)])
    return [_glyph(table[start:end], int(best[start])) for start, end in runs if best[start]]


def _glyph(run: Table, best: int) -> Glyph:
    """A run of rows with the same best character: the likelihoods where it is likeliest."""
    return Glyph("?" if best == _OTHER else ALPHABET[best - 1], run[int(run[:, best].argmax())])


def claim(table: Table, bars: str, others: Collection[str] = ()) -> Claim:
    """What one look at a line says of the `bars`; `others` are the texts of the page's other bars."""
    line = glyphs(table)
    claims = [_claimed(part, bars, others) for part in _parts(line)]
    return max(claims, key=lambda one: one.says.value, default=NOTHING)


def agreed(looks: Iterable[Claim]) -> Claim:
    """What several looks at a line say together: another number only where all say so. None is taken that is not needed."""
    coming = iter(looks)
    first = next(coming)
    if first.says is not Says.OTHER:
        return first
    return first if all(one == first for one in coming) else UNCLEAR


def _parts(line: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Words of a line, and all of it: a number may be printed in groups, or after a word such as PARS."""
    words: list[list[Glyph]] = [[]]
    for glyph in line:
        if glyph.text in " ?":
            words.append([])
        elif glyph.text != "-":
            words[-1].append(glyph)
    words = [word for word in words if word]
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield [glyph for word in words[start:end] for glyph in word]


def _claimed(part: list[Glyph], bars: str, others: Collection[str]) -> Claim:
    read, wanted = "".join(glyph.text for glyph in part), twinned(bars)
    if twinned(read) == wanted:
        return Claim(Says.SAME, bars)
    other = _another(read, bars, others) if len(read) >= _LEAST else None
    if other is None:
        return NOTHING
    clear = min(glyph.likely.max() for glyph in part) >= CLEAR
    far = other in others and sum(a != b for a, b in zip(twinned(read), wanted, strict=False)) > _FAR
    return Claim(Says.OTHER, other) if clear and (far or _differs(part, wanted)) else UNCLEAR


def _another(read: str, bars: str, others: Collection[str]) -> str | None:
    """The number that was read, where it may be meant for the bars' and is another: of another row, or a misprint."""
    mixed = next((other for other in others if twinned(other) == twinned(read)), None)
    if mixed is not None:
        return mixed
    got, wanted = twinned(read), twinned(bars)
    few = sum(a != b for a, b in zip(got, wanted, strict=False)) <= _MOST_WRONG
    transactions = len(wanted) == _TRANSACTION and got.isdigit() and wanted.isdigit()
    return _spelled(read, bars) if len(got) == len(wanted) and (few or transactions) else None


def _spelled(read: str, bars: str) -> str:
    """The letters and digits that were read, with the hyphens of the bars."""
    rest = iter(read)
    return "".join(next(rest) if one.isalnum() else one for one in bars)


def _differs(part: list[Glyph], wanted: str) -> bool:
    """Whether the print is another number for certain: all that differs is credible, look-alikes aside."""
    pairs = [(glyph, one) for glyph, one in zip_longest(part, wanted) if glyph and twinned(glyph.text) != one]
    telling = [(glyph, one) for glyph, one in pairs if one is None or not _alike(twinned(glyph.text), one)]
    return bool(telling) and all(
        glyph.of(glyph.text) >= SURE and (one is None or glyph.of(one) <= RULED_OUT) for glyph, one in telling
    )


def _alike(one: str, other: str) -> bool:
    return any(one in group and other in group for group in _LIKE)
