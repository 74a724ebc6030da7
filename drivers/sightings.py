"""From symbols seen in one picture after another to one `Heard` for each presentation. Pure; times are handed in.

>>> seen = Sighting("99999001495785", Symbology.CODE128, (100, 100, 400, 160))
>>> presentations = Presentations()
>>> [presentations.seen(at / 10, [seen]) for at in range(3)]
[[], [Heard(text='99999001495785', raw=b'99999001495785', symbology=<Symbology.CODE128: 'C'>)], []]

The rules, since a wrong number can let goods go:

* A symbol counts when two pictures gave the same text. Each reading of a linear one has the two witnesses that a page
  needs as well (`drivers.picture.judge`): pictures of one smudge are alike, so a second picture alone is no second witness.
  A two-dimensional one corrects its own errors, and yet waits for its second picture: a frozen camera has but one.
* A symbol of a kind that is never accepted counts after three, and never where one that is accepted stands: Interleaved
  2 of 5 is seen in the bars of others.
* Two texts at one place refuse each other: `Broken`, once, and neither is told for as long as it stays. A text that was
  told may be followed at its place by another, after it was gone for some pictures: the next sheet of a pile.
* One text is one presentation for as long as it is seen anywhere, with gaps up to `LINGER`, and for as long as nothing moves
  before the camera, read or not; gone for longer, it is a new one. The same text twice in one picture is one: a reflection,
  or a symbol that glare has parted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from drivers.scan import ACCEPTED, Box, Broken, Heard, Symbology, Why

LINGER = 1.0
"""Seconds that a symbol may be out of sight and is still the same presentation."""
SLOW = 3.0
"""Likewise, where no picture was taken meanwhile."""
FOLLOWS = 0.3
"""Seconds that a text which was told must be gone before another counts at its place."""
MATRIX = frozenset({Symbology.QR, Symbology.DATA_MATRIX, Symbology.AZTEC, Symbology.PDF417})
"""Kinds that correct their own errors."""

_PICTURES, _PICTURES_FOREIGN, _PICTURES_FOLLOWING = 2, 3, 3
_QUIET = 5
"""Narrow bars of paper that must be seen between a linear symbol and the picture's border. The standards ask for ten of
white; fewer are enough to know that no character is cut off."""
_SLIVER = 16
"""Pixels. Fewer rows may be those where an oblique edge of one sheet crosses another, and read as a number that neither has
(seen in simulated pictures of that). A form's bars that are wide enough to be read are higher."""
_SAME = 0.8
"""Of the smaller of two boxes: readings of one symbol share nearly all, rows of a form that lies askew share less."""

Key = tuple[Symbology, str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One symbol in one picture. `box` in pixels, upright round the bars in their whole height."""

    text: str
    symbology: Symbology
    box: Box

    @property
    def key(self) -> Key:
        """What makes two sightings one symbol."""
        return self.symbology, self.text

    @property
    def firm(self) -> bool:
        """Of a kind that is hard to mistake: accepted, and so well witnessed, or correcting itself."""
        return self.symbology in ACCEPTED or self.symbology in MATRIX


def whole(sighting: Sighting, width: int, height: int) -> bool:
    """Whether a linear symbol is more than a sliver, and lies far enough inside a picture.

    A decoder takes the border for paper, so part of a symbol could be read there.

    >>> whole(Sighting("99999001495785", Symbology.CODE128, (2, 100, 300, 160)), 1280, 720)
    False
    """
    if sighting.symbology in MATRIX:
        return True
    x0, y0, x1, y1 = sighting.box
    if min(x1 - x0, y1 - y0) < _SLIVER:
        return False
    margin = _QUIET * max(x1 - x0, y1 - y0) / _modules(sighting)
    return min(x0, y0, width - x1, height - y1) >= margin


def _modules(sighting: Sighting) -> int:
    """About how many narrow bars wide, with start and stop."""
    each = 16 if sighting.symbology is Symbology.CODE39 else 11
    return each * (len(sighting.text) + 2)


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes are round one symbol, or one of them round a part of the other's.

    >>> same_place((0, 0, 100, 40), (2, 1, 60, 38)), same_place((0, 0, 100, 40), (0, 30, 100, 70))
    (True, False)
    """
    across, down = (min(one[n + 2], other[n + 2]) - max(one[n], other[n]) for n in (0, 1))
    smaller = min((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other))
    return across > 0 and down > 0 and across * down > _SAME * smaller


@dataclass(slots=True)
class _Track:
    """One presentation, as it goes on."""

    now: Sighting
    first: float
    last: float
    pictures: int = 0
    told: bool = False
    void: bool = False
    apart: set[Key] = field(default_factory=set)
    """Symbols that were seen beside it in one picture, elsewhere: no rivals of it when the camera moves."""

    def see(self, sighting: Sighting, at: float) -> None:
        self.now, self.last = sighting, at
        self.pictures += 1

    @property
    def enough(self) -> bool:
        return self.pictures >= (_PICTURES if self.now.firm else _PICTURES_FOREIGN)


class Presentations:
    """What is held before one camera. Feed it each picture that was looked at, those without symbols too."""

    def __init__(self) -> None:
        self._tracks: dict[Key, _Track] = {}
        self._before = 0.0

    def told(self, sighting: Sighting) -> bool:
        """Whether that symbol is in view and has been told."""
        return sighting.key in self._tracks and self._tracks[sighting.key].told

    def open(self) -> bool:
        """Whether one more picture could make a symbol count."""
        return any(not track.told and not track.void for track in self._tracks.values())

    def seen(self, at: float, sightings: Sequence[Sighting], moved: float = math.inf) -> list[Heard | Broken]:
        """What the picture taken `at` adds, from top to bottom; `moved`: when something last did. Seconds of the camera's clock."""
        kept = {
            key: track for key, track in self._tracks.items() if not self._gone(track, at) or (track.told and track.last >= moved)
        }
        self._tracks = kept
        self._before = at
        here = self._tracked(at, _without_phantoms(sightings))
        broken = self._disputed(here)
        heard = [_tell(track) for track in here if self._ready(track, at)]
        return [*broken, *heard]

    def _gone(self, track: _Track, at: float) -> bool:
        """Out of sight for too long. On a slow machine pictures are far apart: then it was in the one before."""
        missed = track.last < self._before
        return at - track.last > (LINGER if missed else SLOW)

    def _tracked(self, at: float, sightings: Sequence[Sighting]) -> list[_Track]:
        """The track of each text in this picture, in order of place."""
        each: dict[Key, Sighting] = {}
        for sighting in sorted(sightings, key=lambda one: (one.box[1], one.box[0])):
            each.setdefault(sighting.key, sighting)
        here = []
        for key, sighting in each.items():
            track = self._tracks.setdefault(key, _Track(sighting, at, at))
            track.see(sighting, at)
            here.append(track)
        for one, other in combinations(here, 2):
            if not same_place(one.now.box, other.now.box):
                one.apart.add(other.now.key)
                other.apart.add(one.now.key)
        return here

    def _disputed(self, here: Sequence[_Track]) -> list[Heard | Broken]:
        """Makes void what contradicts each other; one `Broken` for each quarrel that is new."""
        broken: list[Heard | Broken] = []
        for track in here:
            for other in self._rivals(track):
                if other.told and other.last < track.first:
                    continue  # perhaps the next sheet of a pile
                if not track.void and (not other.void or other.last < track.first):  # a new quarrel, or one more that has no chance
                    broken.append(Broken(Why.DISAGREE))
                track.void = other.void = True
        return broken

    def _rivals(self, track: _Track) -> list[_Track]:
        """Other texts at its place. A kind that is easy to mistake is no rival of the others."""
        return [
            other
            for key, other in self._tracks.items()
            if other is not track
            and key not in track.apart
            and other.now.firm == track.now.firm
            and same_place(track.now.box, other.now.box)
        ]

    def _ready(self, track: _Track, at: float) -> bool:
        if track.told or track.void or not track.enough or self._phantom(track):
            return False
        before = [other.last for other in self._rivals(track)]
        return not before or (at - max(before) >= FOLLOWS and track.pictures >= _PICTURES_FOLLOWING)

    def _phantom(self, track: _Track) -> bool:
        """Whether a firm symbol stood there a moment ago."""
        firm = [other for other in self._tracks.values() if other.now.firm]
        return not track.now.firm and any(same_place(track.now.box, other.now.box) for other in firm)


def _tell(track: _Track) -> Heard:
    track.told = True
    return Heard(track.now.text, track.now.text.encode("utf-8", "surrogateescape"), track.now.symbology)


def _without_phantoms(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Without what was taken for another kind where a firm symbol was read."""
    firm = [one.box for one in sightings if one.firm]
    return [one for one in sightings if one.firm or not any(same_place(one.box, box) for box in firm)]
