"""Where on a page there are bars, whichever way they are turned: the door to OpenCV. Runs in the limited process only.

1. *Texture* (`texture`). Bars all go one way; text, lines and noise do not. A second look at half the size finds broken and
   noisy prints, a third at a quarter what is blurred. A page shown tiny is first looked at twice as large.
2. *Cutting.* Each region that goes one way is straightened and cut along white gaps, until each piece is one symbol.
3. *Test* (`profile`). A piece is bars if its upper, middle and lower thirds say the same, at enough edges, if it is tall
   enough for its bars, and if nothing in it comes again and again: text and ruled lines fail.
4. *Frame* (`frame`). Exact ends, rows and angle; rows that a thread of white parts are places of their own.

Two symbols side by side with less than seven narrow bars of white between them are one place: nobody but a decoder can tell.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.bars import Bars
from drivers.picture.crop import enlarged, halved, straight
from drivers.picture.frame import ended, framed, turned
from drivers.picture.profile import Grey, Real, barlike, crossings, edges, profile_of, ranked, stretches, thirds, wordlike
from drivers.picture.texture import Look, Texture, regions, texture, wiped

_CELL = 4
_LEAST_HEIGHT = 8
_PLAUSIBLE = 0.3
"""How alike rows must be to be worth turning."""

cv2.setNumThreads(1)

__all__ = ["enlarged", "grown", "levelled", "places", "straight", "upright"]


_FINE = (
    Look(window=(9, 9), share=0.115, contrast=4, length=80),
    Look(window=(15, 3), share=0.2, contrast=14, length=110),
    Look(window=(3, 15), share=0.2, contrast=14, length=110),
)
_TINY = (
    Look(window=(9, 9), share=0.115, contrast=4, length=56),
    Look(window=(15, 3), share=0.2, contrast=14, length=88),
    Look(window=(3, 15), share=0.2, contrast=14, length=88),
)
"""Through which a page is seen at twice its size that is shown so small that bars run together: that must be said of each."""
_COARSE = (
    Look(window=(5, 5), share=0.115, contrast=4, length=88),
    Look(window=(9, 1), share=0.2, contrast=5, length=110),
    Look(window=(1, 9), share=0.2, contrast=5, length=110),
)
_COARSEST = (
    Look(window=(5, 5), share=0.13, contrast=4, length=120),
    Look(window=(9, 3), share=0.24, contrast=14, length=150),
    Look(window=(3, 9), share=0.24, contrast=14, length=150),
)
_HALF = Look(window=(7, 7), share=0.09, contrast=3, length=72)
_BLURRED = Look(window=(3, 3), share=0.13, contrast=3, length=64)
_HALF_LARGE = Look(window=(7, 7), share=0.12, contrast=3, length=110)
_FEWEST = 10
"""Changes between dark and light that make a region worth cutting up."""
_THREAD = 0.7
"""How much of the usual contrast a row must have to be no gap, where rows are level."""
_NEAR = 16.0
"""Pixels above and below what an engine read, within which most bars end."""
_LARGE = 5_000_000
"""Pixels of a page."""
_SMALL, _TINIEST = 1_500_000, 300_000


def places(grey: Grey, known: Sequence[Bars] = ()) -> list[Bars]:
    """Everything on the page that looks like the bars of one symbol, but for what is known; nothing twice."""
    kept = list[Bars]()
    for picture, seen, windows in _looks(grey):
        scale = 2.0 if len(picture) > len(grey) else 1.0 if picture is grey else 0.5
        wiped(seen, [bars.scaled(scale) for bars in (*known, *kept)])
        for look in windows:
            near = [framed(grey, bars.scaled(1 / scale)) for bars in _look(picture, seen, look)]
            found = [row for bars in near for row in _rows_of(grey, bars) if not wordlike(straight(grey, row))]
            wiped(seen, [bars.scaled(scale) for bars in found])
            kept += found
    return _once(kept)


def _looks(grey: Grey) -> Iterator[tuple[Grey, Texture, tuple[Look, ...]]]:
    """The page, a tiny one at twice the size, at half the size; its texture, at last at a quarter; and windows to look through."""
    small, large = grey.size < _SMALL, grey.size > _LARGE
    if min(grey.shape) < 4 * _CELL:
        return
    fine = small or min(grey.shape) < 8 * _CELL
    if grey.size < _TINIEST:
        double = enlarged(grey, 2 * grey.shape[1], 2 * grey.shape[0])
        yield double, texture(double, _CELL, 2), _TINY
    yield grey, texture(grey, _CELL if fine else 2 * _CELL, 2), _FINE if fine else _COARSEST if large else _COARSE
    half = halved(grey)
    if min(half.shape) >= 4 * _CELL:
        yield half, texture(half, _CELL, 1 if large else 2), (_HALF_LARGE if large else _HALF,)
    if min(half.shape) >= 8 * _CELL and not large:
        yield half, replace(texture(halved(half), _CELL, 2), cell=2 * _CELL), (_BLURRED,)


def _once(found: Sequence[Bars]) -> list[Bars]:
    """Each place once: the largest first, and no part of it."""
    kept: list[Bars] = []
    for bars in sorted(found, key=lambda one: -one.length * one.height):
        if not any(_within(bars, other) for other in kept):
            kept.append(bars)
    return kept


def levelled(grey: Grey, bars: Bars) -> Bars:
    """Turned until its bars stand: by their edges, and then until all rows are in register."""
    return turned(grey, upright(grey, bars))


def upright(grey: Grey, bars: Bars) -> Bars:
    """Turned by what the edges of its own pixels say; a band of its rows is enough."""
    spare = max(0.0, bars.height - 48) / 2 if bars.height < bars.length else 0.0
    for _ in range(2):
        gx, gy = cv2.spatialGradient(straight(grey, bars.cut(0, spare, bars.length, bars.height - spare)))
        steep = cv2.compare(cv2.absdiff(gx, 0) * 2, cv2.absdiff(gy, 0) * 3, cv2.CMP_GT)
        a, b = (cv2.copyTo(way, steep).astype(np.float32).ravel() for way in (gx, gy))
        more = 0.5 * math.atan2(2 * float(a @ b), float(a @ a - b @ b))
        if abs(more) < 0.003:
            break
        bars = bars.turned(more)
    return bars


def grown(grey: Grey, bars: Bars) -> Bars:
    """As far up and down as rows look like those in the middle: an engine gives only the lines that it read."""
    scale = 0.5 if bars.length > 500 else 1.0
    far = min(150.0, bars.length)
    for reach in (min(_NEAR, far), far):
        rows = cv2.blur(straight(grey, bars, scale, along=reach), (1, 3)).astype(np.float32)
        top, bottom = _like_middle(rows, bars.height * scale)
        if top > 0 and bottom < len(rows):
            break
    return replace(bars, v0=bars.v0 - reach + top / scale, v1=bars.v0 - reach + bottom / scale)


def _like_middle(rows: Real, tall: float) -> tuple[int, int]:
    """The first row, and one past the last, of those that look like the middle half of so tall a stretch."""
    middle, half = len(rows) // 2, max(1, int(tall / 4))
    sample = rows[middle - half : middle + half + 1].mean(axis=0)
    sample -= sample.mean()
    most = float(sample @ sample)
    power = np.einsum("ij,ij->i", rows, rows) - np.square(rows.sum(axis=1)) / rows.shape[1]
    strays = np.nonzero((rows @ sample < 0.5 * np.sqrt(np.maximum(power, 0) * most)) | (power < 0.16 * most))[0]
    above, below = strays[strays < middle], strays[strays >= middle]
    return int(above[-1] + 1) if len(above) else 0, int(below[0]) if len(below) else len(rows)


def _look(grey: Grey, seen: Texture, look: Look) -> Iterator[Bars]:
    for region in _joined(list(regions(seen, look))):
        bars = _margined(upright(grey, region))
        crop = straight(grey, bars)
        for cut in _pieces(crop) if crossings(crop) >= _FEWEST else ():
            piece = _tested(grey, bars.cut(*cut))
            if piece is not None:
                yield piece


def _joined(regions: list[Bars]) -> list[Bars]:
    """With the pieces of one row of bars put together: blur and strokes part them. White between rows stays a cut."""
    done: list[Bars] = []
    for region in sorted(regions, key=lambda one: -one.length):
        now = region
        for other in [one for one in done if _goes_on(now, one) or _goes_on(one, now)]:
            done.remove(other)
            now = _both(*sorted((now, other), key=lambda one: one.length))
        done.append(now)
    return done


def _goes_on(one: Bars, other: Bars) -> bool:
    """Whether the other lies in the same row, turned alike, a short way before or behind."""
    turned = abs(math.remainder(other.angle - one.angle, math.pi))
    if turned >= 0.15 or one.height <= 0.6 * other.height:
        return False
    u0, u1, v0, v1 = one.spans(other.corners)
    gap = max(u0 - one.u1, one.u0 - u1)
    level = min(v1, one.v1) - max(v0, one.v0)
    return gap < max(48, 3 * min(one.height, other.height)) and level > 0.6 * max(other.height, one.height)


def _both(short: Bars, long: Bars) -> Bars:
    u0, u1, v0, v1 = long.spans(short.corners)
    return Bars(long.angle, min(u0, long.u0), max(u1, long.u1), min(v0, long.v0), max(v1, long.v1))


def _margined(bars: Bars) -> Bars:
    """With room for white at the ends, which is what places are cut by."""
    return bars.cut(-8, -2, bars.length + 8, bars.height + 2)


def _pieces(crop: Grey) -> Iterator[tuple[float, float, float, float]]:
    """The crop cut along white gaps, rows and columns by turns, until nothing comes off: u0, v0, u1, v1 of each."""
    todo = [(0, 0, crop.shape[1], crop.shape[0], 0, 0)]
    while todo:
        u0, v0, u1, v1, depth, stale = todo.pop()
        part = crop[v0:v1, u0:u1]
        if min(part.shape) < _LEAST_HEIGHT:
            continue
        if depth > 6 or stale == 2:
            yield u0, v0, u1, v1
            continue
        cuts = _columns(part) if depth % 2 else [(0, a, u1 - u0, b) for a, b in _rows(part)]
        whole = len(cuts) == 1 and (cuts[0][2] - cuts[0][0]) * (cuts[0][3] - cuts[0][1]) > 0.9 * part.size
        todo += [(u0 + a, v0 + b, u0 + c, v0 + d, depth + 1, stale + 1 if whole else 0) for a, b, c, d in cuts]


def _rows_of(grey: Grey, bars: Bars) -> list[Bars]:
    """The place, or the rows in it: a thread of white between two shows only once they are level."""
    busy = _steps(straight(grey, bars)).mean(axis=1)
    runs = _runs(busy >= _THREAD * ranked(busy, 0.5), gap=1)
    rows = [bars.cut(0, a, bars.length, b) for a, b in runs]
    if len(rows) < 2 or sum(row.height for row in rows) < 0.8 * bars.height or not all(_tested(grey, row) for row in rows):
        return [bars]
    return [ended(grey, row) for row in rows]


def _rows(part: Grey) -> list[tuple[int, int]]:
    """Runs of rows with bars in them."""
    busy = _steps(part).mean(axis=1)
    return _runs(busy >= 0.45 * ranked(busy, 0.75), gap=2)


def _columns(part: Grey) -> list[tuple[int, int, int, int]]:
    """Runs of columns with bars, cut where there is white for seven narrow bars: no character holds that much."""
    runs = [(a, b) for a, b in stretches(profile_of(part)) if b - a >= _LEAST_HEIGHT]
    return [(max(0, a - 2), 0, min(part.shape[1], b + 2), part.shape[0]) for a, b in runs]


def _steps(part: Grey) -> Real:
    return np.asarray(cv2.absdiff(part[:, 2:], part[:, :-2]), np.float32)


def _runs(busy: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Stretches that are busy, over gaps shorter than `gap`; those too short for anything are left out."""
    on = np.nonzero(busy)[0]
    if not len(on):
        return []
    breaks = np.nonzero(np.diff(on) > gap)[0]
    starts, ends = on[np.r_[0, breaks + 1]], on[np.r_[breaks, len(on) - 1]] + 1
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b - a >= _LEAST_HEIGHT]


def _tested(grey: Grey, bars: Bars) -> Bars | None:
    """The piece, if it is a barcode: as it lies, or turned until its rows are in register."""
    crop = straight(grey, bars)
    alike, ends, shift = thirds(crop)
    if barlike(crop, alike, ends) and abs(shift) < 2:
        return bars
    if alike < _PLAUSIBLE or len(edges(profile_of(crop[len(crop) // 3 : -(len(crop) // 3) or None]))) < 8:
        return None
    bars = turned(grey, bars)
    crop = straight(grey, bars)
    alike, ends, _ = thirds(crop)
    return bars if barlike(crop, alike, ends) else None


def _within(bars: Bars, other: Bars) -> bool:
    """Whether most of a place has been found already."""
    u0, u1, v0, v1 = other.spans(bars.corners)
    common = max(0.0, min(u1, other.u1) - max(u0, other.u0)) * max(0.0, min(v1, other.v1) - max(v0, other.v0))
    return common > 0.6 * bars.length * bars.height
