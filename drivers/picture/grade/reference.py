"""The reference decode algorithms of Code 39 (ISO/IEC 16388) and Code 128 (ISO/IEC 15417), and their decodability. Pure.

Widths are those of bar, space, bar, ... from the first bar to the last, in any unit. They may run either way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from drivers.picture.scanline.alphabet import CODE39, WIDE39, WIDTHS128, said128
from drivers.scan import Symbology

_LETTERS39: Final = dict(zip(WIDE39, CODE39, strict=True))
_E128: Final = {
    tuple(int(a) + int(b) for a, b in pairwise(code[:5])): (word, sum(map(int, code[:6:2]))) for word, code in enumerate(WIDTHS128)
}
"""Of each character of Code 128, its four edge-to-similar-edge sums name the word and how many modules are dark."""
_REVERSED_STOP: Final = (3, 2, 2, 4)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the reference decode algorithm makes of some widths. `module` is the mean narrow element, in their unit."""

    text: str
    decodability: float
    module: float
    ratio: float = 0.0
    """Of Code 39: wide to narrow."""


def decoded(widths: Sequence[float], symbology: Symbology) -> Decoded | None:
    """The text and its decodability; None where the algorithm rejects.

    >>> bars = "211214" "111323" "131123" "411131" "2331112"  # start B, A, B, check, stop
    >>> decoded([int(width) for width in bars], Symbology.CODE128)
    Decoded(text='AB', decodability=1.0, module=1.0, ratio=0.0)
    """
    if min(widths, default=0.0) <= 0:
        return None
    way = _decoded39 if symbology is Symbology.CODE39 else _decoded128
    return way(widths) or way(widths[::-1])


def elements(text: str, symbology: Symbology) -> range:
    """How many elements a text may have: of Code 128, that depends on its code sets."""
    if symbology is Symbology.CODE39:
        return range(10 * len(text) + 19, 10 * len(text) + 20)
    return range(6 * (len(text) // 2 + 2) + 7, 6 * (2 * len(text) + 4) + 8, 6)


def modules(text: str, symbology: Symbology) -> float:
    """About how many narrow bars wide a symbol is, from the first to the last."""
    if symbology is Symbology.CODE39:
        return 14 * len(text) + 27
    words = len(text) / 2 if text.isdigit() else len(text)
    return 11 * words + 35


def _decoded39(widths: Sequence[float]) -> Decoded | None:
    """Each character: nine elements, of which those wider than an eighth of their sum are wide."""
    if len(widths) % 10 != 9 or len(widths) < 29:
        return None
    characters = [list(widths[start : start + 9]) for start in range(0, len(widths), 10)]
    wide = ["".join("1" if width > sum(one) / 8 else "0" for width in one) for one in characters]
    text = "".join(_LETTERS39.get(one, "?") for one in wide)
    if "?" in text or text[0] != "*" or text[-1] != "*" or "*" in text[1:-1]:
        return None
    flat = [(width, kind) for one, kinds in zip(characters, wide, strict=True) for width, kind in zip(one, kinds, strict=True)]
    narrows, wides = ([width for width, kind in flat if kind == wanted] for wanted in "01")
    thin, thick = sum(narrows) / len(narrows), sum(wides) / len(wides)
    least = min(_margin39(one, kinds, thin, thick) for one, kinds in zip(characters, wide, strict=True))
    return Decoded(text[1:-1], least, thin, thick / thin)


def _margin39(one: list[float], kinds: str, thin: float, thick: float) -> float:
    """|RT - M| / |RT - A|: how near the threshold the nearest element comes, by how near those of its kind do on average."""
    threshold = sum(one) / 8
    if not thin < threshold < thick:
        return 0.0
    widest = max(width for width, kind in zip(one, kinds, strict=True) if kind == "0")
    slimmest = min(width for width, kind in zip(one, kinds, strict=True) if kind == "1")
    margins = (threshold - widest) / (threshold - thin), (slimmest - threshold) / (thick - threshold)
    return max(0.0, min(1.0, *margins))


def _decoded128(widths: Sequence[float]) -> Decoded | None:
    """Each character: its sums of neighbouring elements, rounded to modules, and the sum of its bars to check them."""
    if len(widths) % 6 != 1 or len(widths) < 25:
        return None
    words, margins = [], []
    for start in range(0, len(widths) - 1, 6):
        found = _character128(widths[start : start + 6])
        if found is None:
            return None
        words.append(found[0])
        margins.append(found[1])
    margins.append(_last_bar(widths))
    text = said128(words)
    return None if text is None else Decoded(text, max(0.0, min(margins)), sum(widths) / (11 * len(words) + 2))


def _character128(six: Sequence[float]) -> tuple[int, float] | None:
    """The word of six elements and its decodability: the lesser of V1 (sums) and V2 (bars)."""
    module = sum(six) / 11
    sums = [(a + b) / module for a, b in pairwise(six[:5])]
    found = _E128.get(tuple(int(one + 0.5) for one in sums))
    if found is None:
        return None
    word, dark = found
    astray = abs(sum(six[::2]) / module - dark)
    return (word, min(*_near(sums), (1.75 - astray) / 1.75)) if astray < 1.75 else None


def _near(sums: Sequence[float]) -> Iterator[float]:
    """How far each sum is from the next threshold, by the half module that it could be at most."""
    return (1 - 2 * abs(one - int(one + 0.5)) for one in sums)


def _last_bar(widths: Sequence[float]) -> float:
    """The stop character's seventh element: its last six, read backwards, are a character too."""
    six = widths[:-7:-1]
    sums = [(a + b) / (sum(six) / 11) for a, b in pairwise(six[:5])]
    return min(_near(sums)) if tuple(int(one + 0.5) for one in sums) == _REVERSED_STOP else 0.0
