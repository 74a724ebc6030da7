"""What several readings of one place add up to: one text, or none and why. Pure.

No misread is the law, since a wrong number can let goods go. So:

* A text needs two witnesses that do not stand on the same ground: scan lines as zxing reads them, scan lines as zbar does,
  rows averaged to one profile (by whichever engine: a stroke spoils that profile for both), and the pattern check
  (`drivers.picture.pattern`), which matches each claimed character with the bars in both halves of their height. Averages
  of the upper and of the lower rows are two grounds, since no row is in both.
* Code 39 has no check character, so the pattern check is one of its witnesses or it is not believed.
* zbar reports whatever one scan line gave, so fewer than three agreeing lines are no witness, and no rival either.
* Two texts at one place refuse each other. Nothing is ever chosen by a majority, or by what looks like a number.
* A shorter text inside a longer one's place is a rival too: a cut-off or merged symbol never gives a shorter number.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.picture import Dial, Evidence, Symbol, Unread, Unreadable
from drivers.picture.bars import Corners, hull, overlaps
from drivers.picture.scanline import Guess
from drivers.scan import ACCEPTED, Symbology

Verdict = Symbol | Unread

ENOUGHLINES = 3
_SHORTEST = 3
SLIVER = 12
"""Rows that are too few to tell a stroke from a bar: one wrong number in 9,000 damaged symbols came from four."""
_OURS = frozenset({"pattern", "cells"})
LINES = frozenset({"page", "straight", "registered"})
"""Views in which an engine follows scan lines of the picture itself."""
_AVERAGES = frozenset({"rows", "upper", "middle", "lower"})
"""Views in which it reads the average of rows (`drivers.picture.views`)."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What our own decoder must show. Leads are natural logarithms, see `drivers.picture.scanline.cells`."""

    lead: float
    """For a ground beside an engine's."""
    alone39: float
    """To be believed alone: Code 39 has no check character."""
    alone128: float
    halves: float
    """Of the upper and of the lower rows, to be believed alone."""
    least: float
    """Correlation of the worst character, to be believed alone."""


_DIALS = {
    Dial.STRICT: _Rule(lead=0.2, alone39=0.45, alone128=0.3, halves=0.15, least=0.75),
    Dial.BALANCED: _Rule(lead=0.1, alone39=0.25, alone128=0.15, halves=0.0, least=0.6),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One engine's text of one symbol in one view. `corners` go round from the start of the bars, in pixels of the page."""

    text: str
    symbology: Symbology
    engine: str
    view: str
    lines: int
    corners: Corners

    @property
    def witness(self) -> str:
        """Who read it, and in which view: two readings of one witness count once."""
        return f"{self.engine}:{self.view}"


def credible(readings: Sequence[Reading]) -> list[Reading]:
    """Without what counts neither for nor against a text: single scan lines, scraps of a character or two, no room for it."""
    return [r for r in readings if _enough(r) and len(r.text) >= _SHORTEST and _room(r)]


def _enough(reading: Reading) -> bool:
    return reading.lines >= (ENOUGHLINES if reading.engine == "zbar" else 1)


def _room(reading: Reading) -> bool:
    """A character of either symbology is at least five narrow bars wide, and no picture shows half a bar."""
    return math.dist(*reading.corners[:2]) >= 3 * len(reading.text)


def strength(guess: Guess, dial: Dial, height: float) -> int:
    """What our own decoder's guess counts for: 0 nothing, 1 one ground, 2 two. `height`: of the bars, in pixels.

    Of wrong texts on the pages that the rules were set with, the largest lead was 0.33 (`docs/recognition.md`).
    """
    rule = _DIALS[dial]
    if guess.text is None or guess.lead < rule.lead or min(guess.halves) < 0:
        return 0
    enough = rule.alone39 if guess.symbology is Symbology.CODE39 else rule.alone128
    sure = guess.lead >= enough and min(guess.halves) >= rule.halves and guess.least >= rule.least
    return 2 if sure and height >= SLIVER else 1


def _grounds(witnesses: Sequence[str]) -> set[str]:
    """What the witnesses stand on.

    >>> sorted(_grounds(["zbar:rows", "zxing:rows sharp", "zxing:page"]))
    ['average', 'zxing lines']
    >>> sorted(_grounds(["cells:all", "cells:halves"]))
    ['cells', 'cells of halves']
    """
    views = {(witness.split(":")[0], witness.split(":")[1].split()[0]) for witness in witnesses}
    bands = {view for engine, view in views if engine not in _OURS}
    grounds = {f"{engine} lines" for engine, view in views if view in LINES and engine not in _OURS}
    grounds |= {"average"} if bands & _AVERAGES else set()
    grounds |= {"average of other rows"} if bands >= {"upper", "lower"} else set()
    grounds |= {"cells of halves"} if ("cells", "halves") in views else set()
    return grounds | {engine for engine, _ in views if engine in _OURS}


def grouped(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings in groups, each over one place: whoever overlaps one of a group belongs to it."""
    group = list(range(len(readings)))
    for i, j in np.argwhere(np.triu(overlaps([r.corners for r in readings]), 1)):
        old, new = group[j], group[i]
        group = [new if g == old else g for g in group]
    return [[r for r, g in zip(readings, group, strict=True) if g == name] for name in dict.fromkeys(group)]


def verdict(readings: Sequence[Reading]) -> Verdict:
    """The one verdict on credible readings of one place; there must be at least one.

    >>> box = ((0.0, 0.0), (90.0, 0.0), (90.0, 30.0), (0.0, 30.0))
    >>> first = Reading("99999001495785", Symbology.CODE39, "zxing", "page", 2, box)
    >>> verdict([first]).reason
    <Unreadable.UNSURE: 'unsure'>
    >>> verdict([first, Reading("99999001495785", Symbology.CODE39, "pattern", "halves", 1, box)]).text
    '99999001495785'
    >>> verdict([first, Reading("99999001495788", Symbology.CODE39, "zbar", "straight", 3, box)]).got
    ('99999001495785', '99999001495788')
    """
    box = hull([corner for r in readings for corner in r.corners])
    said = sorted({(r.text, r.symbology) for r in readings})
    if len(said) > 1:
        engines = {r.engine for r in readings} - {"pattern"}
        reason = Unreadable.ENGINES_DISAGREE if len(engines) > 1 else Unreadable.RIVALS
        return Unread(box, reason, tuple(dict.fromkeys(text for text, _ in said)))
    text, symbology = said[0]
    if symbology not in ACCEPTED:
        return Unread(box, Unreadable.SYMBOLOGY_NOT_ACCEPTED, (symbology.name,))
    witnesses = tuple(sorted({r.witness for r in readings}))
    grounds = _grounds(witnesses)
    if len(grounds) < 2 or (symbology is Symbology.CODE39 and not grounds & _OURS):
        return Unread(box, Unreadable.UNSURE, (text,))
    return Symbol(text, symbology, box, Evidence(witnesses, max(r.lines for r in readings)))
