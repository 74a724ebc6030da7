"""What a place may hold: a symbology, a number of characters, a start and an end. Found by its first and last character. Pure.

Both symbologies begin and end with known characters, and a symbol's length and number of characters say how large these are.
So each number of characters is tried between each start and end, and what looks like an opening and a closing there is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.picture.scanline.profiles import FINER, Profiles, borders, changes, nearest
from drivers.picture.scanline.shapes import Model, Real, alike, closings, openings
from drivers.scan import Symbology

Numbers = NDArray[np.intp]
_FEWEST = 4
_MOST = 60
_FINEST = 0.62 * FINER
"""Samples in a module. No picture shows less."""
_SHORTEST = 30 * FINER
_LIKE = 0.6
"""Correlation of the first and of the last character."""
_SURE = 0.93
_BORDERS = 3
_COARSE = ((0.4, 0.0), (0.9, 0.0))
_STRETCHED: Final = np.array((0.88, 1.0, 1.13), np.float32)
"""Near its ends, a symbol on a bent page may be larger or smaller than in the mean."""
_DOUBT: Final = np.array((0.03, 0.0, 0.03), np.float32)[:, None, None]
_EDGES = 0.8
MODELS: Final = (Model(Symbology.CODE128), *(Model(Symbology.CODE39, ratio) for ratio in (2.0, 2.5, 3.0)))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """So many cells from start to end (samples of the profile, from the side that it is read from)."""

    likeness: float
    model: Model
    cells: int
    start: float
    end: float
    flipped: bool

    @property
    def module(self) -> float:
        """Samples of a narrow bar."""
        return (self.end - self.start) / self.model.modules(self.cells)

    def bounds(self) -> Real:
        """Where the cells begin and end, as on even paper."""
        at = np.arange(self.cells + 1) * self.model.cell * self.module
        return np.asarray(self.start + at, np.float32)

    @property
    def key(self) -> tuple[bool, Symbology, int, int, int]:
        """Two hypotheses with one key differ only in what is fitted later."""
        return self.flipped, self.model.symbology, self.cells, round(self.start / FINER), round(self.end / FINER)


def hypotheses(profiles: Profiles) -> list[Hypothesis]:
    """The likeliest first, each once."""
    found = [h for flipped in (False, True) for h in _from_one_side(profiles.turned() if flipped else profiles, flipped)]
    return once(sorted(found, key=lambda h: -h.likeness))


def counted(profiles: Profiles) -> list[Hypothesis]:
    """What the number of edges says: right where bars are resolved but bent."""
    falls, rises = borders(profiles.mean, 1)
    if not falls or not rises or rises[0] - falls[0] < _SHORTEST:
        return []
    number, last = changes(profiles.mean), len(profiles.mean) - 1
    spans = ((falls[0], rises[0], False), (last - rises[0], last - falls[0], True))
    models = ((MODELS[0], round((number - 2) / 6)), (MODELS[2], round(number / 10)))
    return [
        Hypothesis(_EDGES, model, cells, start, end, flipped)
        for start, end, flipped in spans
        for model, cells in models
        if _FEWEST <= cells <= _MOST
    ]


def claimed(profiles: Profiles, symbology: Symbology, length: int, span: tuple[float, float]) -> list[Hypothesis]:
    """Those that agree with a text of so many characters that an engine saw in a span of the profile, the likeliest first."""
    exact = symbology is Symbology.CODE39
    cells = [length + 2] if exact else range(length // 2 + 3, length + 7)
    found: list[Hypothesis] = []
    for flipped in (False, True):
        fine = profiles.turned().fine if flipped else profiles.fine
        last = len(profiles.mean) - 1
        start, end = (last - span[1], last - span[0]) if flipped else span
        for model in MODELS:
            if model.symbology is symbology and end - start > _SHORTEST:
                found += _likely(fine, [(start, end)], model, flipped, np.array(cells), least=-1.0)
    return sorted(found, key=lambda h: -h.likeness)


def _from_one_side(profiles: Profiles, flipped: bool) -> list[Hypothesis]:  # noqa: FBT001 - a field of the result
    falls, rises = borders(profiles.mean, _BORDERS)
    pairs = [(i + j, x, y) for i, x in enumerate(falls) for j, y in enumerate(rises) if y - x >= _SHORTEST]
    outer = [(x, y) for inward, x, y in pairs if inward < 2]
    inner = [(x, y) for inward, x, y in pairs if inward >= 2]
    found = _between_all(profiles.fine, outer, flipped)
    if max((h.likeness for h in found), default=0.0) > _SURE:
        return found
    return found + _between_all(profiles.fine, inner, flipped)


def _between_all(fine: Real, pairs: Sequence[tuple[float, float]], flipped: bool) -> list[Hypothesis]:  # noqa: FBT001
    if not pairs:
        return []
    longest = max(end - start for start, end in pairs)
    found: list[Hypothesis] = []
    for model in MODELS:
        cells = np.arange(_FEWEST, min(_MOST, int(longest / (model.cell * _FINEST))) + 1)
        found += _likely(fine, pairs, model, flipped, cells)
    return found


def _likely(
    fine: Real,
    pairs: Sequence[tuple[float, float]],
    model: Model,
    flipped: bool,  # noqa: FBT001 - a field of the result
    cells: Numbers,
    least: float = _LIKE,
) -> list[Hypothesis]:
    if not len(cells):
        return []
    likeness = _likeness(fine, np.array(pairs, np.float32), model, cells)
    best = np.argsort(-likeness, axis=1)[:, :3]
    return [
        Hypothesis(float(likeness[row, i]), model, int(cells[i]), start, end, flipped)
        for row, (start, end) in enumerate(pairs)
        for i in best[row]
        if likeness[row, i] > least and (least < 0 or end - start >= cells[i] * model.cell * _FINEST)
    ]


def _likeness(fine: Real, pairs: Real, model: Model, cells: Numbers) -> Real:
    """For each start and end, and each number of cells, how much the first and the last character look like one."""
    starts, ends = pairs[:, 0, None, None], pairs[:, 1, None, None]
    modules = (pairs[:, 1] - pairs[:, 0])[:, None] / np.asarray(model.cell * cells + model.tail, np.float32)
    stretched = (_STRETCHED[:, None, None] * modules)[..., None]
    opening, closing = model.inside(model.opening), np.float32(model.closing) - model.inside(model.closing)
    opened = _in_prints(nearest(fine, np.asarray(starts + stretched * opening, np.float32)), model, openings)
    closed = _in_prints(nearest(fine, np.asarray(ends - stretched * closing, np.float32)), model, closings)
    return np.asarray(np.minimum(opened, closed).max(axis=0), np.float32)


def _in_prints(cells: Real, model: Model, shapes: Callable[[Model, float, float], Real]) -> Real:
    """The correlation with the best shape and stretch, of each print. Shape: prints, starts and ends, numbers of cells."""
    found = alike(cells, np.vstack([shapes(model, *ink) for ink in _COARSE]))
    best = found.reshape(len(_COARSE), -1, *found.shape[1:]).max(axis=1)
    return np.asarray((best - _DOUBT).max(axis=1), np.float32)


def once(found: Sequence[Hypothesis]) -> list[Hypothesis]:
    """The first of each key."""
    seen: dict[object, Hypothesis] = {}
    for h in found:
        seen.setdefault(h.key, h)
    return list(seen.values())
