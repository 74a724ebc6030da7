"""Rows of a straightened place brought into register, so that their average is sharp. Runs in the limited process only.

Bars fan out under perspective, lean where a page was fed askew, and bend where paper curls: then the rows of a straightened
crop no longer lie above one another, and averaging them blurs the bars that it should make clear. Here each row is shifted
and stretched into register with all others:

1. *Lean.* Of a fan of slopes, the one whose average has most contrast.
2. *Bend.* Bands of rows, in stretches along the bars, are compared with the average; a low polynomial through the shifts,
   weighted by how alike they are, says for each pixel how far it lies from its place.

What does not make the average clearer is not done: a straight crop comes back as it was.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.profile import Grey

Real = NDArray[np.float32]

_BANDS = 16
_REACH = 3
"""Pixels that a band may lie off after the lean is taken out."""
_STEEPEST = 0.12
"""Pixels across for each along."""
_GAIN = 1.01
_STILL = 0.12
"""Pixels that are no shift."""


def registered(crop: Grey) -> Grey:
    """The crop with its rows in register; the very same where they are already.

    `crop` is upright: the bars stand. Its size stays. Nothing is moved up or down.
    """
    height, width = crop.shape
    if height < 8 or width < 48:
        return crop
    bands = _bands(crop)
    if _in_register(bands):
        return crop
    field = np.broadcast_to(_levels(len(bands), height)[:, None] * _lean(bands, height), bands.shape).astype(np.float32)
    for _ in range(2):
        field = field + _bend(_shifted(bands, field))
    drawn = _drawn(crop, field)
    return drawn if _clear(drawn) > _GAIN * _clear(crop) else crop


def lean(crop: Grey) -> float:
    """The slope of the bars of a crop: pixels across for each along; 0 where they stand, or nothing can be said."""
    height, width = crop.shape
    return _lean(_bands(crop), height) if height >= 8 and width >= 48 else 0.0


def _in_register(bands: Real) -> bool:
    """Whether nearly every band is most like the average where it lies."""
    shifts, weights = _strays(bands, int(np.clip(bands.shape[1] // 128, 1, 4)))
    return bool(weights.mean() > 0.6 and np.percentile(np.abs(shifts), 90) < _STILL)


def _bands(crop: Grey) -> Real:
    """Averages of neighbouring rows, without their shading."""
    height, width = crop.shape
    count = min(_BANDS, max(3, height // 3))
    bands = cv2.resize(crop, (width, count), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(bands - cv2.blur(bands, (min(81, width // 2 * 2 - 1), 1)), np.float32)


def _levels(count: int, height: int) -> Real:
    """How far below the middle each band lies, in pixels."""
    return np.asarray(((np.arange(count) + 0.5) / count - 0.5) * height, np.float32)


def _field(count: int, width: int) -> Real:
    return np.broadcast_to(np.arange(width, dtype=np.float32), (count, width))


def _shifted(bands: Real, field: Real) -> Real:
    """Each pixel taken from as far to the right as the field says."""
    count, width = bands.shape
    across = _field(count, width) + field
    down = np.broadcast_to(np.arange(count, dtype=np.float32)[:, None], (count, width))
    out = cv2.remap(bands, across.astype(np.float32), down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.float32)


def _clear(crop: Grey) -> float:
    """The fine contrast of the average of its rows."""
    return float(np.square(np.diff(crop.mean(axis=0, dtype=np.float32))).sum())


def _lean(bands: Real, height: int) -> float:
    """The slope of the bars, in pixels across for each along."""
    levels = _levels(len(bands), height)[:, None]
    widest = float(levels[-1, 0])
    soft = cv2.blur(bands, (3, 1))

    def gain(slope: float) -> float:
        return float(np.square(_shifted(soft, np.broadcast_to(levels * slope, soft.shape)).mean(axis=0)).sum())

    step = 1.0 / widest
    most = max(2, min(12, int(_STEEPEST / step)))
    slopes = step * np.arange(-most, most + 1)
    gains = np.array([gain(s) for s in slopes])
    best = int(gains.argmax())
    if not 0 < best < len(gains) - 1:
        return 0.0
    return float(slopes[best] + step * _vertex(*gains[best - 1 : best + 2]))


def _vertex(left: float, middle: float, right: float) -> float:
    """Where between its neighbours a peak has its top."""
    bow = left - 2 * middle + right
    return float(np.clip(0.5 * (left - right) / bow, -0.5, 0.5)) if bow < 0 else 0.0


def _bend(bands: Real) -> Real:
    """How far each pixel still lies from its place: a low polynomial through what bands and stretches say."""
    count, width = bands.shape
    pieces = int(np.clip(width // 64, 1, 8))
    shifts, weights = _strays(bands, pieces)
    v, u = np.meshgrid(np.linspace(-1, 1, count), (np.arange(pieces) + 0.5) / pieces * 2 - 1, indexing="ij")
    terms = _terms(u.ravel(), v.ravel(), pieces)
    weight = weights.ravel()
    for _ in range(3):
        scaled = terms * weight[:, None]
        ridge = 1e-2 * weights.mean() * len(terms) / terms.shape[1] * np.eye(terms.shape[1])
        found = np.linalg.solve(scaled.T @ terms + ridge + 1e-6 * np.eye(terms.shape[1]), scaled.T @ shifts.ravel())
        weight = weights.ravel() / (1 + np.square((terms @ found - shifts.ravel()) / 0.4))
    columns = (np.arange(width) + 0.5) / width * 2 - 1
    v, u = np.meshgrid(np.linspace(-1, 1, count), columns, indexing="ij")
    return np.asarray((_terms(u.ravel(), v.ravel(), pieces) @ found).reshape(count, width), np.float32)


def _terms(u: NDArray[np.float64], v: NDArray[np.float64], pieces: int) -> NDArray[np.float64]:
    """Nothing that is the same in all rows: that moves the bars, and brings no row nearer to another."""
    along = [v, v * v - 1 / 3, v**3 - 0.6 * v]
    across = [np.ones_like(u), u, u * u, u**3][: min(4, pieces)]
    return np.stack([a * b for b in across for a in along], axis=1)


def _strays(bands: Real, pieces: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each band and stretch: the shift at which it is most like the average, and how far that can be believed."""
    count, width = bands.shape
    mean = bands.mean(axis=0)
    part = width // pieces
    used = part * pieces
    padded = np.pad(bands, ((0, 0), (_REACH, _REACH)), mode="edge")
    ways = range(2 * _REACH + 1)
    sums = np.stack([(padded[:, s : s + used] * mean[:used]).reshape(count, pieces, part).sum(axis=2) for s in ways])
    best = np.clip(sums.argmax(axis=0), 1, 2 * _REACH - 1)
    rows, cols = np.indices(best.shape)
    left, middle, right = (sums[best + n, rows, cols] for n in (-1, 0, 1))
    bow = np.minimum(left - 2 * middle + right, -1e-6)
    shifts = best - _REACH + np.clip(0.5 * (left - right) / bow, -0.5, 0.5)
    power = np.square(bands[:, :used]).reshape(count, pieces, part).sum(axis=2) + 1e-3
    whole = np.square(mean[:used]).reshape(pieces, part).sum(axis=1) + 1e-3
    alike = np.clip(middle / np.sqrt(power * whole), 0, 1)
    return shifts.astype(np.float64), np.asarray(np.square(alike), np.float64)


def _drawn(crop: Grey, field: Real) -> Grey:
    """The crop with each pixel taken from where the field of its bands says."""
    height, width = crop.shape
    across = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR) + _field(height, width)
    down = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], (height, width))
    out = cv2.remap(crop, across.astype(np.float32), down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)
