"""Where on a page there are bars, whichever way they are turned: the door to OpenCV. Runs in the limited process only.

1. *Texture.* Differences of neighbouring pixels in four directions, averaged over cells, give at each cell a direction and
   how much of the contrast goes that way: the structure tensor, from whole-number arithmetic. Bars all go one way; text,
   lines and noise do not. A second look at half the size finds broken and noisy prints.
2. *Cutting.* Each region that goes one way is straightened and cut along white gaps, until each piece is one symbol.
3. *Test.* A piece is bars if its upper, middle and lower thirds say the same, at enough edges, and it is tall enough for
   its bars: text of the same height has fewer and other edges.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.bars import Bars
from drivers.picture.profile import Grey, Real, barlike, edges, thirds

_CELL = 4
_LEAST_HEIGHT = 8

cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True)
class Look:
    """How to look for texture: window in cells, share of the contrast that must go one way, least contrast and length."""

    window: int
    share: float
    contrast: float
    length: int


_CLOSE = Look(window=9, share=0.165, contrast=8, length=60)
_HALF = Look(window=7, share=0.10, contrast=4, length=40)


def places(grey: Grey, known: Sequence[Bars] = ()) -> list[Bars]:
    """Everything on the page that looks like the bars of one symbol, but for what is known; nothing twice."""
    if min(grey.shape) < 2 * _LEAST_HEIGHT:
        return []
    half = cv2.resize(grey[: len(grey) // 2 * 2, : grey.shape[1] // 2 * 2], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    halves = _look(half, _HALF, [bars.scaled(0.5) for bars in known])
    found = [*_look(grey, _CLOSE, known), *(bars.scaled(2) for bars in halves)]
    kept: list[Bars] = []
    for bars in sorted(found, key=lambda one: -one.length * one.height):
        if not any(_within(bars, other) for other in kept):
            kept.append(bars)
    return kept


def straight(grey: Grey, bars: Bars, scale: float = 1.0, across: float = 0.0, along: float = 0.0) -> Grey:
    """The place turned upright, with margins before and after (`across` the bars) and at both ends of them (`along`)."""
    width = max(1, round((bars.length + 2 * across) * scale))
    height = max(1, round((bars.height + 2 * along) * scale))
    cos, sin = math.cos(bars.angle) / scale, math.sin(bars.angle) / scale
    x, y = bars.point(bars.u0 - across, bars.v0 - along)
    matrix = np.array([[cos, -sin, x], [sin, cos, y]])
    flags = (cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(grey, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def levelled(grey: Grey, bars: Bars) -> Bars:
    """Turned by what the edges of its own pixels say; a band of its rows is enough."""
    spare = max(0.0, bars.height - 48) / 2 if bars.height < bars.length else 0.0
    crop = straight(grey, bars.cut(0, spare, bars.length, bars.height - spare))
    gx, gy = cv2.Sobel(crop, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(crop, cv2.CV_32F, 0, 1, ksize=3)
    steep = np.abs(gx) > 1.5 * np.abs(gy)
    a, b = gx[steep], gy[steep]
    more = 0.5 * math.atan2(2 * float((a * b).sum()), float((a * a - b * b).sum())) if a.size else 0.0
    return bars.turned(more) if abs(more) > 0.003 else bars


def grown(grey: Grey, bars: Bars) -> Bars:
    """As far up and down as rows look like those in the middle: an engine gives only the lines that it read."""
    reach = min(150.0, bars.length)
    scale = 0.5 if bars.length > 500 else 1.0
    rows = cv2.blur(straight(grey, bars, scale, along=reach), (1, 3)).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    middle, half = len(rows) // 2, max(1, int(bars.height * scale / 4))
    sample = rows[middle - half : middle + half + 1].mean(axis=0)
    length, most = np.linalg.norm(rows, axis=1), np.linalg.norm(sample)
    strays = np.nonzero((rows @ sample < 0.5 * length * most) | (length < 0.4 * most))[0]
    above, below = strays[strays < middle], strays[strays >= middle]
    top = float(above[-1] + 1) if len(above) else 0.0
    bottom = float(below[0]) if len(below) else float(len(rows))
    return Bars(bars.angle, bars.u0, bars.u1, bars.v0 - reach + top / scale, bars.v0 - reach + bottom / scale)


def enlarged(grey: Grey, width: int, height: int) -> Grey:
    """Stretched to a size, smoothly."""
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _look(grey: Grey, look: Look, known: Sequence[Bars]) -> Iterator[Bars]:
    for region in _joined(list(_regions(grey, look, known))):
        bars = _margined(levelled(grey, region))
        for cut in _pieces(straight(grey, bars)):
            piece = _tested(grey, bars.cut(*cut))
            if piece is not None:
                yield piece


def _regions(grey: Grey, look: Look, known: Sequence[Bars]) -> Iterator[Bars]:
    """Regions of the page whose texture goes one way. What is known is wiped out before it can blur into its neighbours."""
    if min(grey.shape) < 3 * _CELL:
        return
    texture = _texture(grey)
    for bars in known:
        wider = Bars(bars.angle, bars.u0 - _CELL, bars.u1 + _CELL, bars.v0 - _CELL, bars.v1 + _CELL)
        for part in texture:
            cv2.fillConvexPoly(part, np.array(wider.corners, np.float32).astype(np.int32) // _CELL, 0)
    cosine, sine, contrast = (cv2.blur(part, (look.window, look.window)) for part in texture)
    strength = np.hypot(cosine, sine)
    mask = ((strength > look.share * contrast) & (strength > look.contrast)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    for region in _parted(mask, (cosine, sine, strength), look.contrast, look.length):
        if region.length >= look.length and region.height >= _LEAST_HEIGHT:
            yield region


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
    u0, u1, v0, v1 = one.spans(other.corners)
    gap = max(u0 - one.u1, one.u0 - u1)
    level = min(v1, one.v1) - max(v0, one.v0)
    turned = abs(math.remainder(other.angle - one.angle, math.pi))
    return turned < 0.15 and gap < max(48, 3 * min(one.height, other.height)) and level > 0.6 * max(other.height, one.height)


def _both(short: Bars, long: Bars) -> Bars:
    u0, u1, v0, v1 = long.spans(short.corners)
    return Bars(long.angle, min(u0, long.u0), max(u1, long.u1), min(v0, long.v0), max(v1, long.v1))


def _texture(grey: Grey) -> tuple[Real, Real, Real]:
    """For each cell: cosine and sine of twice the direction, as strong as its contrast, and the contrast of all ways."""
    height, width = ((n - 2) // _CELL for n in grey.shape)
    down, right = height * _CELL, width * _CELL  # whole cells, which are averaged ten times faster

    def mean(y0: int, x0: int, y1: int, x1: int) -> Real:
        step = cv2.absdiff(grey[y0 : y0 + down, x0 : x0 + right], grey[y1 : y1 + down, x1 : x1 + right])
        return np.asarray(cv2.resize(step, (width, height), interpolation=cv2.INTER_AREA), np.float32)

    level, upright, falling, rising = mean(1, 0, 1, 2), mean(0, 1, 2, 1), mean(0, 0, 2, 2), mean(0, 2, 2, 0)
    return level - upright, falling - rising, level + upright + falling + rising


def _parted(mask: Grey, field: tuple[Real, Real, Real], contrast: float, least: float, level: int = 0) -> Iterator[Bars]:
    """Connected regions; one that fills its rectangle badly is joined by something faint, so it is parted higher up."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    for label, (x, y, width, height, area) in enumerate(stats[1:], start=1):
        if math.hypot(width, height) * _CELL < least or area < 12:
            continue
        here = (slice(y, y + height), slice(x, x + width))
        part = labels[here] == label
        cosine, sine, strength = (values[here] for values in field)
        bars = _rectangle(part, cosine, sine)
        if level < 5 and area > 100 and area * _CELL**2 < 0.75 * bars.length * bars.height:
            higher = (part & (strength > 1.5 * contrast)).astype(np.uint8)
            for inner in _parted(higher, (cosine, sine, strength), 1.5 * contrast, least, level + 1):
                yield inner.moved(x * _CELL, y * _CELL)
        else:
            yield bars.moved(x * _CELL, y * _CELL)


def _rectangle(part: NDArray[np.bool_], cosine: Real, sine: Real) -> Bars:
    """The rectangle round the cells of a part, turned as its texture goes."""
    ys, xs = np.nonzero(part)
    angle = 0.5 * math.atan2(float(sine[part].sum()), float(cosine[part].sum()))
    px, py = (xs + 0.5) * _CELL, (ys + 0.5) * _CELL
    u, v = px * math.cos(angle) + py * math.sin(angle), py * math.cos(angle) - px * math.sin(angle)
    half = _CELL / 2
    return Bars(angle, float(u.min()) - half, float(u.max()) + half, float(v.min()) - half, float(v.max()) + half)


def _margined(bars: Bars) -> Bars:
    """With room for white at the ends, which is what places are cut by."""
    return Bars(bars.angle, bars.u0 - 8, bars.u1 + 8, bars.v0 - 2, bars.v1 + 2)


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


def _rows(part: Grey) -> list[tuple[int, int]]:
    """Runs of rows with bars in them."""
    busy = _steps(part).mean(axis=1)
    return _runs(busy >= 0.45 * np.percentile(busy, 75), gap=3)


def _columns(part: Grey) -> list[tuple[int, int, int, int]]:
    """Runs of columns with bars, cut where there is white for seven narrow bars: no character holds that much."""
    busy = cv2.dilate(cv2.blur(_steps(part).mean(axis=0)[None], (3, 1)), np.ones((1, 3)))[0]
    changes = edges(part.mean(axis=0, dtype=np.float32))
    narrow = float(np.percentile(np.diff(changes), 30)) if len(changes) > 8 else 3.0
    runs = _runs(busy >= 0.25 * np.percentile(busy, 80), gap=max(8, int(7 * narrow)))
    return [(max(0, a - 1), 0, min(part.shape[1], b + 3), part.shape[0]) for a, b in runs]


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
    """The piece, levelled once more by the shift between its upper and lower third; None where it is no barcode."""
    crop = straight(grey, bars)
    alike, ends, shift = thirds(crop)
    if alike > 0.4 and abs(shift) >= 2 and bars.height > 24:
        lean = math.atan2(shift, bars.height * 2 / 3)
        tries = [(abs(thirds(straight(grey, way))[2]), way) for way in (bars.turned(lean), bars.turned(-lean))]
        least, turned = min(tries, key=lambda one: one[0])
        if least < abs(shift):
            bars, crop = turned, straight(grey, turned)
            alike, ends, _ = thirds(crop)
    return bars if barlike(crop, alike, ends) else None


def _within(bars: Bars, other: Bars) -> bool:
    """Whether most of a place has been found already."""
    u0, u1, v0, v1 = other.spans(bars.corners)
    common = max(0.0, min(u1, other.u1) - max(u0, other.u0)) * max(0.0, min(v1, other.v1) - max(v0, other.v0))
    return common > 0.6 * bars.length * bars.height
