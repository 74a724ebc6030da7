"""Ways to look at one place of a page: what each engine, and our own decoder, read there. Runs in the limited process only.

A view gives readings with their corners on the page. The cheap views come first, and whoever asks stops when two witnesses
agree (`drivers.picture.place`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.picture import Dial
from drivers.picture.bars import Bars
from drivers.picture.engines import zbar, zxing
from drivers.picture.find import enlarged, straight
from drivers.picture.judge import SLIVER, Reading, credible, strength
from drivers.picture.pattern import agrees
from drivers.picture.profile import Grey
from drivers.picture.register import registered
from drivers.picture.scanline import Claim, Guess, read
from drivers.scan import Symbology

_MARGIN: Final = 12
Profile = NDArray[np.float64]
View = Callable[[Sequence[Reading]], list[Reading]]
"""What was read so far -> what this view adds."""
_BANDS: Final = (("rows", 0.0, 1.0), ("upper", 0.05, 0.4), ("middle", 0.3, 0.7), ("lower", 0.6, 0.95))


class Spot:
    """One place of a page, straightened; each picture of it is made once, when it is first asked for."""

    def __init__(self, grey: Grey, bars: Bars, dial: Dial) -> None:
        self.grey, self.bars, self.dial = grey, bars, dial
        self._known: dict[tuple[Bars, str, Symbology], bool] = {}

    margin: Final = _MARGIN
    """Pixels before and after the place in its pictures."""

    @cached_property
    def crop(self) -> Grey:
        """The place with paper before and after its bars."""
        return straight(self.grey, self.bars, across=_MARGIN)

    @cached_property
    def even(self) -> Grey:
        """The same with its rows in register: what lens and paper bent is straight."""
        return registered(self.crop)

    def views(self) -> Iterator[View]:
        """The cheap ones first."""
        yield self._straightened
        yield self._cells
        if self.even is not self.crop:
            yield self._registered
        yield self._by_zbar
        for name, above, below in _BANDS:
            yield partial(self._averaged, name, above, below)
        yield self._cells_of_claims

    def borne_out(self, readings: Sequence[Reading], within: Bars) -> list[Reading]:
        """The pattern check as one more reading of each text whose bars say so in both halves; a sliver of rows says nothing."""
        if within.height < SLIVER:
            return []
        claims = {(r.text, r.symbology): r for r in readings if r.engine != "cells"}
        return [
            replace(claim, engine="pattern", view="halves", lines=1)
            for (text, symbology), claim in claims.items()
            if self._agreed(within, text, symbology)
        ]

    def _agreed(self, within: Bars, text: str, symbology: Symbology) -> bool:
        """Whether both halves of a part say a text; asked after every view, and worked out once."""
        key = within, text, symbology
        if key not in self._known:
            halves = (_profile(straight(self.grey, _half(within, part), across=6)) for part in (0, 1))
            self._known[key] = all(agrees(half, text, symbology) for half in halves)
        return self._known[key]

    def _straightened(self, _: Sequence[Reading]) -> list[Reading]:
        scale = 2.0 if self.bars.length < 1200 else 1.0
        crop = straight(self.grey, self.bars, scale, across=_MARGIN, along=2)
        return credible([self._back(r, scale, 2) for r in zxing(crop, view="straight", hard=False)])

    def _registered(self, _: Sequence[Reading]) -> list[Reading]:
        scale = 2 if self.bars.length < 1200 else 1
        crop = enlarged(self.even, scale * self.even.shape[1], scale * self.even.shape[0]) if scale > 1 else self.even
        return credible([self._back(r, scale, 0) for r in zxing(crop, view="registered", hard=False)])

    def _by_zbar(self, _: Sequence[Reading]) -> list[Reading]:
        return credible([self._back(r, 1.0, 0) for r in zbar(self.even, view="straight")])

    def _cells(self, seen: Sequence[Reading]) -> list[Reading]:
        guesses = read(self.even, [self._claim(r) for r in seen if r.engine != "cells"])
        return credible(self._weighed(guesses[0])) if guesses else []

    def _cells_of_claims(self, seen: Sequence[Reading]) -> list[Reading]:
        """Once more, where an engine has meanwhile read what our own decoder did not think of."""
        return [] if any(r.engine == "cells" for r in seen) or not seen else self._cells(seen)

    def _claim(self, reading: Reading) -> Claim:
        u0, u1, _, _ = self.bars.spans(reading.corners)
        return reading.text, reading.symbology, u0 - self.bars.u0 + _MARGIN, u1 - self.bars.u0 + _MARGIN

    def _weighed(self, guess: Guess) -> list[Reading]:
        """As many readings as it counts for: none, one, or two."""
        there = replace(self.bars, u0=self.bars.u0 - _MARGIN + guess.start, u1=self.bars.u0 - _MARGIN + guess.end)
        corners = (*there.corners[2:], *there.corners[:2]) if guess.flipped else there.corners
        views = ("all", "halves")[: strength(guess, self.dial, self.bars.height)]
        return [Reading(guess.text or "", guess.symbology, "cells", view, 1, corners) for view in views]

    def _averaged(self, name: str, above: float, below: float, _: Sequence[Reading]) -> list[Reading]:
        """A band of rows averaged to one profile, on clean paper, read by both engines; again sharpened, and without a frame."""
        height = len(self.even)
        first = int(above * height)
        profile = _profile(self.even[first : max(first + 1, int(below * height))])
        readings = self._strip(profile, name)
        for change, kind in ((_sharpened, "sharp"), (_unframed, "unframed")):
            if not readings:
                readings = self._strip(change(profile), f"{name} {kind}")
        return readings

    def _strip(self, profile: Profile, name: str) -> list[Reading]:
        """A profile drawn as bars, three times as wide, on clean paper."""
        paper = float(np.percentile(profile, 95))
        quiet = max(20, int(0.1 * self.bars.length))
        padded = np.clip(np.pad(profile, quiet, constant_values=paper), 0, 255).astype(np.uint8)[None]
        strip = enlarged(padded, padded.shape[1] * 3, 24)
        found = zxing(strip, view=name, hard=False) + [replace(r, lines=3) for r in zbar(strip, view=name)]
        return credible([self._whole_height(r, quiet + _MARGIN) for r in found])

    def _back(self, reading: Reading, scale: float, above: float) -> Reading:
        """Its corners, given in a straightened crop, on the page."""
        bars = self.bars
        points = [bars.point(bars.u0 - _MARGIN + x / scale, bars.v0 - above + y / scale) for x, y in reading.corners]
        return replace(reading, corners=tuple(points))

    def _whole_height(self, reading: Reading, margin: float) -> Reading:
        """Its corners, given in a strip, on the page: over the whole height of the place."""
        bars = self.bars
        us = [bars.u0 - margin + x / 3 for x, _ in reading.corners]
        if max(us) - min(us) < 0.3 * bars.length:  # zbar at times gives one end of a symbol for the whole
            us = [bars.u0, bars.u1]
        there = replace(bars, u0=min(us), u1=max(us))
        return replace(reading, corners=there.corners)


def _half(bars: Bars, part: int) -> Bars:
    return bars.cut(0, bars.height * part / 2, bars.length, bars.height * (part + 1) / 2)


def _profile(crop: Grey) -> Profile:
    return np.asarray(crop.mean(axis=0), np.float64)


def _sharpened(profile: Profile) -> Profile:
    """Against the blur of lens, hand and scanner: what differs from the surroundings differs more."""
    spread = np.exp(-0.5 * (np.arange(-6, 7) / 2.0) ** 2)
    soft = np.convolve(np.pad(profile, 6, mode="edge"), spread / spread.sum(), "valid")
    return profile + 3.0 * (profile - soft)


def _unframed(profile: Profile) -> Profile:
    """Without the outermost dark lines: a box drawn close round the bars hides their quiet zone."""
    low, high = np.percentile(profile, (5, 95))
    changes = np.nonzero(np.diff((profile > (low + high) / 2).astype(np.int8)))[0]
    bare = profile.copy()
    if len(changes) > 8:
        first, last = changes[1 if profile[0] > (low + high) / 2 else 0] + 1, changes[-2 if profile[-1] > (low + high) / 2 else -1]
        bare[:first], bare[last:] = high, high
    return bare
