"""From a picture to its symbols and unread places. Runs in the limited process only.

First zxing-cpp reads the page as it is. What it read, and whose bars say the same (`pattern`), is done with: on a clean page
that is all. Every other place that looks like bars is looked at more closely, straightened and enlarged, its rows averaged,
by both engines, until two witnesses agree or all views are used up. A budget bounds the work on a page; what is left when
it is spent is unread, not lost.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from drivers.picture import Symbol, Unread, Unreadable
from drivers.picture.bars import Bars, around, overlap
from drivers.picture.engines import Grey, others, seals, zbar, zxing
from drivers.picture.find import enlarged, grown, levelled, places, straight
from drivers.picture.judge import Reading, Verdict, credible, grouped, reason, verdict
from drivers.picture.measure import measured
from drivers.picture.pattern import agrees
from drivers.picture.render import Picture
from drivers.picture.settle import Ruled, settled
from drivers.picture.text import printed

BUDGET = 2.0
"""Seconds for one page."""

_MARGIN = 12
_SLIVER = 12
"""Rows that are too few to tell a stroke from a bar: one wrong number in 9,000 damaged symbols came from four."""
Profile = NDArray[np.float64]


def examined(picture: Picture, clock: Callable[[], float] = time.perf_counter) -> tuple[tuple[Symbol, ...], tuple[Unread, ...]]:
    """All that the page says. Symbols and unread places from top to bottom."""
    found = sorted(_verdicts(picture, clock() + BUDGET, clock), key=lambda one: (one.box[1], one.box[0]))
    symbols = [one for one in found if isinstance(one, Symbol)]
    words = printed([one.box for one in symbols], picture.words)
    named = tuple(replace(one, printed=near) for one, near in zip(symbols, words, strict=True))
    return named, tuple(one for one in found if isinstance(one, Unread))


def codes(grey: Grey) -> list[tuple[str, str]]:
    """Symbology and text of each QR, Code 128 and Code 39 symbol; a faint one gets a second look at twice the size."""
    found = {(r.symbology, r.text): None for r in seals(grey)}
    if not found and grey.size < 16_000_000:
        found = {(r.symbology, r.text): None for r in seals(enlarged(grey, 2 * grey.shape[1], 2 * grey.shape[0]))}
    return [(str(kind), text) for kind, text in found]


def _verdicts(picture: Picture, end: float, clock: Callable[[], float]) -> list[Verdict]:
    grey = picture.grey
    page = credible(zxing(grey))
    sure, unsure = _easy(grey, page)
    found = places(grey, [bars for bars, _ in sure])
    found += [around(r.corners) for r in unsure if not any(overlap(r.corners, bars.corners) for bars in found)]
    ruled: list[Ruled] = list(sure)
    for bars in found:
        if clock() > end:
            ruled.append((bars, Unread(bars.box, Unreadable.UNREADABLE)))
        else:
            ruled += _drawn_finer(picture, _looked_at(grey, bars, unsure))
    return settled(grey, ruled)


def _drawn_finer(picture: Picture, ruled: list[Ruled]) -> list[Ruled]:
    """The same, but what stayed unread in a PDF is drawn twice as fine and looked at again."""
    again: list[Ruled] = []
    for bars, one in ruled:
        open_still = isinstance(one, Unread) and one.reason not in {Unreadable.ENGINES_DISAGREE, Unreadable.RIVALS}
        finer = _fine(picture, bars) if open_still else []
        again += finer if any(isinstance(two, Symbol) for _, two in finer) else [(bars, one)]
    return again


def _fine(picture: Picture, bars: Bars) -> list[Ruled]:
    """What a finer drawing of a place says."""
    height, width = picture.grey.shape
    x0, y0, x1, y1 = bars.box
    box = max(0, x0 - 40), max(0, y0 - 40), min(width, x1 + 40), min(height, y1 + 40)
    if picture.finer is None or box[0] >= box[2] or box[1] >= box[3]:
        return []
    drawn = picture.finer(box)
    ruled = _looked_at(drawn, bars.moved(-box[0], -box[1]).scaled(2), [])
    back = [(there.scaled(0.5).moved(box[0], box[1]), one) for there, one in ruled]
    return [(there, replace(one, box=there.box)) for there, one in back]


def _easy(grey: Grey, page: list[Reading]) -> tuple[list[tuple[Bars, Symbol]], list[Reading]]:
    """Readings whose bars say the same in all of their rows and that nothing contradicts; and the others."""
    sure, unsure = [], []
    for group in grouped(page):
        bars = grown(grey, levelled(grey, around(group[0].corners)))
        u0, u1, v0, v1 = bars.spans(group[0].corners)
        whole = v0 > bars.v0 - 4 and v1 < bars.v1 + 4
        checked = _checked(grey, replace(bars, u0=u0, u1=u1), group) if whole and len(group) == 1 else group
        one = verdict([replace(r, corners=bars.corners) for r in checked])
        if isinstance(one, Symbol):
            sure.append((bars, one))
        else:
            unsure += group
    return sure, unsure


def _checked(grey: Grey, bars: Bars, readings: list[Reading]) -> list[Reading]:
    """The readings, and the pattern check as one more of each text that it bears out; a sliver of rows bears out nothing."""
    if bars.height < _SLIVER:
        return readings
    claims = {(r.text, r.symbology): r for r in readings}
    halves = [_profile(grey, bars, part) for part in ((0.0, 0.5), (0.5, 1.0))]
    borne = [
        replace(claim, engine="pattern", view="halves", lines=1)
        for (text, symbology), claim in claims.items()
        if all(agrees(half, text, symbology) for half in halves)
    ]
    return [*readings, *borne]


def _profile(grey: Grey, bars: Bars, part: tuple[float, float]) -> Profile:
    band = bars.cut(0, bars.height * part[0], bars.length, bars.height * part[1])
    return np.asarray(straight(grey, band, across=6).mean(axis=0), np.float64)


def _looked_at(grey: Grey, bars: Bars, page: list[Reading], *, cut: bool = False) -> list[Ruled]:
    """One place, view by view, until each symbol in it has two witnesses. Rows that hold together are first cut apart."""
    readings = [r for r in page if _on(r, bars)]
    for number, view in enumerate(_views(grey, bars)):
        readings += credible(view())
        rows = _rows_apart(grey, bars, readings) if number == 0 and not cut else []
        if rows:
            return [ruled for row in rows for ruled in _looked_at(grey, row, page, cut=True)]
        verdicts = _ruled(grey, bars, readings)
        if verdicts and all(isinstance(one, Symbol) for _, one in verdicts) and _covered(bars, readings):
            return verdicts
    return _ruled(grey, bars, readings) or [(bars, _nothing(grey, bars))]


def _rows_apart(grey: Grey, bars: Bars, readings: list[Reading]) -> list[Bars]:
    """The rows of a place that holds several symbols one above the other; none if one symbol fills it."""
    seen = sorted((bars.spans(grown(grey, levelled(grey, around(g[0].corners))).corners)[2:] for g in grouped(readings)), key=sum)
    seen = [span for n, span in enumerate(seen) if not n or sum(span) - sum(seen[n - 1]) > bars.height / 10]
    filled = sum(min(v1, bars.v1) - max(v0, bars.v0) for v0, v1 in seen)
    if not seen or (len(seen) == 1 and filled > 0.7 * bars.height):
        return []
    cuts = [bars.v0, *(v for span in seen for v in span), bars.v1]
    return [replace(bars, v0=v0, v1=v1) for v0, v1 in pairwise(cuts) if v1 - v0 >= 10]


def _ruled(grey: Grey, bars: Bars, readings: list[Reading]) -> list[Ruled]:
    groups = grouped(readings)
    extents = [(_extent(bars, group, alone=len(groups) == 1), group) for group in groups]
    return [(part, verdict(_checked(grey, part, group))) for part, group in extents]


def _extent(bars: Bars, group: list[Reading], *, alone: bool) -> Bars:
    """The part of the place that a symbol takes up: its whole height, where it is alone and the place was not another's."""
    own = around(group[0].corners)
    if abs(math.sin(own.angle - bars.angle)) > 0.5:
        return own
    u0, u1, v0, v1 = bars.spans([corner for r in group for corner in r.corners])
    return replace(bars, u0=u0, u1=u1) if alone else replace(bars, u0=u0, u1=u1, v0=v0, v1=v1)


def _on(reading: Reading, bars: Bars) -> bool:
    """Whether a reading of the page was of this place alone."""
    _, _, v0, v1 = bars.spans(reading.corners)
    return overlap(reading.corners, bars.corners) and v0 > bars.v0 - 8 and v1 < bars.v1 + 8


def _covered(bars: Bars, readings: list[Reading]) -> bool:
    u0, u1, _, _ = bars.spans([corner for r in readings for corner in r.corners])
    return min(u1, bars.u1) - max(u0, bars.u0) > 0.85 * bars.length


def _nothing(grey: Grey, bars: Bars) -> Unread:
    """No text at all: another kind of symbol, or the reason why not."""
    crop = straight(grey, bars, across=_MARGIN, along=4)
    foreign = others(crop)
    if foreign:
        return Unread(bars.box, Unreadable.SYMBOLOGY_NOT_ACCEPTED, (foreign[0].symbology.name,))
    return Unread(bars.box, reason(measured(grey, bars)))


def _views(grey: Grey, bars: Bars) -> Iterator[Callable[[], list[Reading]]]:
    """Ways to look at a place, the cheap ones first. Each gives readings with corners on the page."""
    yield partial(_straightened, grey, bars)
    for name, part in (("rows", (0.0, 1.0)), ("upper", (0.05, 0.4)), ("middle", (0.3, 0.7)), ("lower", (0.6, 0.95))):
        yield partial(_averaged, grey, bars, name, part)
    yield partial(_by_zbar, grey, bars)


def _straightened(grey: Grey, bars: Bars) -> list[Reading]:
    scale = 2.0 if bars.length < 1200 else 1.0
    crop = straight(grey, bars, scale, across=_MARGIN, along=2)
    return [_back(r, bars, scale) for r in zxing(crop, view="straight", hard=False)]


def _by_zbar(grey: Grey, bars: Bars) -> list[Reading]:
    crop = straight(grey, bars, 1.0, across=_MARGIN, along=2)
    return [_back(r, bars, 1.0) for r in zbar(crop, view="straight")]


def _back(reading: Reading, bars: Bars, scale: float) -> Reading:
    """Its corners, given in a straightened crop, on the page."""
    points = [bars.point(bars.u0 - _MARGIN + x / scale, bars.v0 - 2 + y / scale) for x, y in reading.corners]
    return replace(reading, corners=tuple(points))


def _averaged(grey: Grey, bars: Bars, name: str, part: tuple[float, float]) -> list[Reading]:
    """A band of rows averaged to one profile, on clean paper, read by both engines; again sharpened, and without a frame."""
    profile = _profile(grey, bars, part)
    readings = _strip(profile, bars, name)
    for change, kind in ((_sharpened, "sharp"), (_unframed, "unframed")):
        if not readings:
            readings = _strip(change(profile), bars, f"{name} {kind}")
    return readings


def _strip(profile: Profile, bars: Bars, name: str) -> list[Reading]:
    """A profile drawn as bars, three times as wide, on clean paper."""
    paper = float(np.percentile(profile, 95))
    quiet = max(20, int(0.1 * bars.length))
    padded = np.clip(np.pad(profile, quiet, constant_values=paper), 0, 255).astype(np.uint8)[None]
    strip = enlarged(padded, padded.shape[1] * 3, 24)
    readings = zxing(strip, view=name, hard=False) + [replace(r, lines=3) for r in zbar(strip, view=name)]
    return [_on_page(r, bars, 3, quiet + 6) for r in readings]


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


def _on_page(reading: Reading, bars: Bars, scale: float, margin: float) -> Reading:
    """Its corners, given in a view, on the page: over the whole height of the place."""
    us = [bars.u0 - margin + x / scale for x, _ in reading.corners]
    if max(us) - min(us) < 0.3 * bars.length:  # zbar at times gives one end of a symbol for the whole
        us = [bars.u0, bars.u1]
    there = replace(bars, u0=min(us), u1=max(us))
    return replace(reading, corners=there.corners)
