"""What became of the codes of a page: read, named as unread, or passed over in silence; and what was made up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.corpus.truth import Code

Box = tuple[float, float, float, float]


@dataclass
class Tally:
    """Counts over any number of pages."""

    pages: int = 0
    readable: int = 0
    read: int = 0
    destroyed: int = 0
    silent: int = 0
    """Readable, neither read nor named."""
    silent_destroyed: int = 0
    alarms: int = 0
    """Named places that lie over no code."""
    wrong: list[str] = field(default_factory=list)
    """Texts that stand for no code of their page."""
    texts: int = 0
    """Texts given, right or wrong."""
    missed: list[str] = field(default_factory=list)
    """Readable, not read."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def rate(self) -> float:
        """Readable codes read, in percent."""
        return 100 * self.read / self.readable if self.readable else float("nan")


def tallied(codes: Iterable[Code], texts: Iterable[str], unread: Iterable[Box] = ()) -> Tally:
    """One page: its codes, the texts a reader gave, and the boxes it named as unread."""
    codes, texts, unread = list(codes), set(texts), list(unread)
    silent = [code for code in codes if code.text not in texts and not any(over(code.box, box) > 0.2 for box in unread)]
    asked = [code for code in codes if code.readable is True]
    return Tally(
        pages=1,
        readable=len(asked),
        read=sum(code.text in texts for code in asked),
        destroyed=sum(code.readable is False for code in codes),
        silent=sum(code.readable is True for code in silent),
        silent_destroyed=sum(code.readable is False for code in silent),
        alarms=sum(not any(over(code.box, box) > 0.2 for code in codes) for box in unread),
        wrong=sorted(texts - {code.text for code in codes}),
        texts=len(texts),
        missed=[code.text for code in asked if code.text not in texts],
    )


def over(one: Box, two: Box) -> float:
    """How much of the smaller box lies in the other."""
    wide, tall = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / max(1e-9, min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, two)))


def bound(wrong: int, texts: int) -> float:
    """How often a reader may be wrong at most, at 95 %, that was wrong so often in so many texts: 3 in n where it never was.

    >>> round(1 / bound(0, 3000))
    1000
    """
    few = (3.0, 4.74, 6.3, 7.75, 9.15)
    return (few[wrong] if wrong < len(few) else wrong + 2 * wrong**0.5 + 1.5) / max(1, texts)
