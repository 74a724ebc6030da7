"""Which printed words belong to which symbol: beside it in its row, or just under or above its bars. Pure.

Each word goes to one symbol, the nearest. Down the page counts three times as much as across, since the number column of
a form may stand far to the left of the bars but in the same row. Words are given as printed; whoever asks compares (Q7).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.scan import Box

_STEEP = 3.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page's text layer and where it stands."""

    text: str
    box: Box


def printed(boxes: Sequence[Box], words: Sequence[Word]) -> list[tuple[str, ...]]:
    """For each symbol's box, the words that belong to it, in the order of `words`.

    >>> bars = [(300, 100, 700, 160), (300, 220, 700, 280)]
    >>> page = [Word("123", (50, 120, 150, 140)), Word("456", (400, 285, 500, 305)), Word("Title", (300, 10, 500, 30))]
    >>> printed(bars, page)
    [('123',), ('456',)]
    """
    found: list[list[str]] = [[] for _ in boxes]
    turned = [_turned(box) for box in boxes]
    for word in words:
        ways = [(way, i) for i, box in enumerate(boxes) if (way := _way(box, word.box, turned=turned[i])) is not None]
        if ways:
            found[min(ways)[1]].append(word.text)
    return [tuple(texts) for texts in found]


def _turned(box: Box) -> bool:
    """Taller than wide: the page was printed on its side."""
    return box[3] - box[1] > 1.2 * (box[2] - box[0])


def _way(bars: Box, word: Box, *, turned: bool) -> float | None:
    """How far a word is from the bars; None where it is out of their reach."""
    if turned:
        bars, word = (bars[1], bars[0], bars[3], bars[2]), (word[1], word[0], word[3], word[2])
    middle, height = (word[1] + word[3]) / 2, word[3] - word[1]
    across = max(bars[0] - word[2], word[0] - bars[2], 0)
    down = max(bars[1] - middle, middle - bars[3], 0.0)
    reach = 0.25 * height if across else 2.5 * height  # beside: in the row; under or above: the next line
    return across + _STEEP * down if down <= reach else None
