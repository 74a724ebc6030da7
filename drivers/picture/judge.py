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
from itertools import combinations

from drivers.picture import Evidence, Symbol, Unread, Unreadable
from drivers.picture.bars import Corners, hull, overlap
from drivers.scan import ACCEPTED, Symbology

Verdict = Symbol | Unread

ENOUGH_LINES = 3
_SHORTEST = 3
_LINES = frozenset({"page", "straight"})
_AVERAGES = frozenset({"rows", "upper", "middle", "lower"})
"""Views of the reading (`drivers.picture.reading`)."""


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


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one place. Lengths in pixels of the page, light from 0 to 255."""

    contrast: float
    narrow: float
    """The narrower elements of the bars."""
    softness: float
    """How long an edge takes from dark to light."""
    quiet: float
    """White before or after the bars, whichever is less."""
    at_edge: bool
    """The bars run out of the picture."""


def credible(readings: Sequence[Reading]) -> list[Reading]:
    """Without what counts neither for nor against a text: single scan lines, scraps of a character or two, no room for it."""
    return [r for r in readings if _enough(r) and len(r.text) >= _SHORTEST and _room(r)]


def _enough(reading: Reading) -> bool:
    return reading.lines >= (ENOUGH_LINES if reading.engine == "zbar" else 1)


def _room(reading: Reading) -> bool:
    """A character of either symbology is at least five narrow bars wide, and no picture shows half a bar."""
    return math.dist(*reading.corners[:2]) >= 3 * len(reading.text)


def _grounds(witnesses: Sequence[str]) -> set[str]:
    """What the witnesses stand on.

    >>> sorted(_grounds(["zbar:rows", "zxing:rows sharp", "zxing:page"]))
    ['average', 'zxing lines']
    """
    views = {(witness.split(":")[0], witness.split(":")[1].split()[0]) for witness in witnesses}
    bands = {view for engine, view in views if engine != "pattern"}
    grounds = {f"{engine} lines" for engine, view in views if view in _LINES and engine != "pattern"}
    grounds |= {"average"} if bands & _AVERAGES else set()
    grounds |= {"average of other rows"} if bands >= {"upper", "lower"} else set()
    return grounds | {engine for engine, _ in views if engine == "pattern"}


def grouped(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings in groups, each over one place: whoever overlaps one of a group belongs to it."""
    group = list(range(len(readings)))
    for i, j in combinations(range(len(readings)), 2):
        if group[i] != group[j] and overlap(readings[i].corners, readings[j].corners):
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
    if len(grounds) < 2 or (symbology is Symbology.CODE39 and "pattern" not in grounds):
        return Unread(box, Unreadable.UNSURE, (text,))
    return Symbol(text, symbology, box, Evidence(witnesses, max(r.lines for r in readings)))


def reason(measures: Measures) -> Unreadable:
    """Why a place with no text at all may not have been readable: what is plainest first."""
    if measures.at_edge:
        return Unreadable.CUT_OFF
    if measures.contrast < 40:
        return Unreadable.LOW_CONTRAST
    if measures.narrow < 1.6:
        return Unreadable.TOO_FINE
    if measures.softness > 2.5 * measures.narrow:
        return Unreadable.BLURRED
    if measures.quiet < 5 * measures.narrow:
        return Unreadable.NO_QUIET_ZONE
    return Unreadable.UNREADABLE
