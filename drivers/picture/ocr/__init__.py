"""Printed numbers of scans and photographs, compared with their bars (Q7). Runs in the limited process only.

What a text layer says of a PDF, an engine says of a picture: the line under or above each symbol and the numbers in its row are
found (`lines`), read (`recogniser`), and judged (`rule`). What comes out is what may be relied on: the bars' own text where the
print says the same, another number where it certainly says another, and nothing where it can't be told.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.picture import Symbol
from drivers.picture.ocr.apart import apart
from drivers.picture.ocr.lines import Line, distinct, framed, lines, modules
from drivers.picture.ocr.recogniser import Recogniser, installed, loaded
from drivers.picture.ocr.rule import NOTHING, Claim, Says, agreed, claim, twinned
from drivers.scan import Box

Grey = NDArray[np.uint8]

BUDGET: Final = 1.5
"""Seconds of work for one page, about 28 rows. What is left when it is spent is not compared."""
PATIENCE: Final = 2.0
"""Seconds that an officer waits for it at most, however busy the machine is."""
_STRETCHES: Final = (0.8, 1.2)
"""Of the second look at a line, and the third."""
_CLEARLY: Final = 1.2
"""How much farther from a line other bars must be than those that it contradicts."""
_MODULES: Final = 200.0
"""Narrow bars of a symbol that was not read: only where it lies is asked."""
_MOST_LINES: Final = 3
"""Read for a symbol, on each side."""


@dataclass(slots=True)
class _Row:
    """What the print near one symbol says, by whether it stands beside the bars."""

    said: dict[bool, list[Claim]] = field(default_factory=lambda: {True: [], False: []})

    @property
    def refused(self) -> bool:
        """Whether the rest needs no reading."""
        return any(
            one.says is Says.OTHER and not any(two.says is Says.SAME for two in side) for side in self.said.values() for one in side
        )

    def words(self) -> tuple[str, ...]:
        """The numbers that may be relied on; another one stands alone, since the row is refused for it."""
        settled = [max(claims, key=lambda one: one.says is Says.SAME) for claims in self.said.values() if claims]
        other = next((one.number for one in settled if one.says is Says.OTHER), None)
        if other is not None:
            return (other,)
        if any(one.says is Says.UNCLEAR for one in settled):
            return ()
        return tuple({one.number: None for one in settled})


@dataclass(frozen=True, slots=True)
class _Print:
    """A line of print, the symbols that it may belong to, nearest first, and whether it can be no other bars' than the first's."""

    line: Line
    owners: tuple[int, ...]
    clear: bool


proven: Final[list[bool]] = []
"""Not empty once a copy of this process has done its work with the engine: one that crashes is never loaded here."""


def compared(
    grey: Grey,
    symbols: Sequence[Symbol],
    unread: Collection[Box] = (),
    *,
    budget: float = BUDGET,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.process_time,
) -> tuple[Symbol, ...]:
    """The symbols, each that had no printed number from a text layer with what the picture says of it.

    `unread` are the places that were not read: the numbers there are theirs.
    """
    if not any(map(_open, symbols)) or not installed():
        return tuple(symbols)
    if proven:
        loaded()  # once for all pages: a copy has it from here
    last = time.monotonic() + patience

    def work() -> list[Symbol]:
        end = clock() + budget  # the copy's own time begins at 0
        return _compared(loaded(), grey, symbols, unread, lambda: clock() > end or time.monotonic() > last)

    done = apart(symbols, work, round(patience) + 2)
    if done is not None:
        proven.append(True)
    return done or tuple(symbols)


def _compared(
    engine: Recogniser, grey: Grey, symbols: Sequence[Symbol], unread: Collection[Box], late: Callable[[], bool]
) -> list[Symbol]:
    rows = {n: _Row() for n, one in enumerate(symbols) if _open(one)}
    for print_ in _prints(grey, symbols, unread):
        if late():
            for n in print_.owners:  # what was said of it so far is not all, unless it refuses the row
                if n in rows and not rows[n].refused:
                    del rows[n]
        elif any(n in rows and not rows[n].refused for n in print_.owners):
            n, said = _heard(print_, [one.text for one in symbols], engine)
            if n in rows and said.says is not Says.NOTHING:
                rows[n].said[print_.line.beside].append(said)
    return [replace(one, printed=rows[n].words() or one.printed) if n in rows else one for n, one in enumerate(symbols)]


def _open(symbol: Symbol) -> bool:
    """Whether no text layer had a number for it."""
    return not any(map(str.isdigit, "".join(symbol.printed)))


def _prints(grey: Grey, symbols: Sequence[Symbol], unread: Collection[Box]) -> Iterator[_Print]:
    """The lines that may be a symbol's number, row by row."""
    frames = [framed(grey, one.box, modules(one)) for one in symbols]
    every = [*frames, *(framed(grey, box, _MODULES) for box in unread)]
    found = []
    for one, frame in zip(symbols, frames, strict=True):
        free = [line for line in lines(grey, frame) if line.fits(one.text) and all(bars.way(line) for bars in every)]
        near, beside = ([line for line in free if line.beside is side] for side in (False, True))
        found.append(near[:_MOST_LINES] + beside[:_MOST_LINES])
    for line, some in distinct(found):
        owners = tuple(sorted(some, key=lambda n: frames[n].way(line)))
        own = frames[owners[0]]
        yield _Print(line, owners, all(bars is own or bars.way(line) > _CLEARLY * own.way(line) for bars in every))


def _heard(print_: _Print, texts: Sequence[str], engine: Recogniser) -> tuple[int, Claim]:
    """For which symbol a line speaks, and what it says: for the one whose number it is, else for the nearest."""
    table = engine(print_.line.picture)
    same = next((n for n in print_.owners if claim(table, texts[n]).says is Says.SAME), None)
    nearest = print_.owners[0]
    if same is not None or not print_.clear:
        return (nearest, NOTHING) if same is None else (same, Claim(Says.SAME, texts[same]))
    others = {text for text in texts if twinned(text) != twinned(texts[nearest])}
    looks = chain([table], (engine(print_.line.picture, stretch=stretch) for stretch in _STRETCHES))
    return nearest, agreed(claim(look, texts[nearest], others) for look in looks)
