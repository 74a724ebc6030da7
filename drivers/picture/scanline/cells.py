"""The characters of a hypothesis: where each cell begins, how its bars were printed, and what each says. Pure."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.picture.scanline.alphabet import said39, said128
from drivers.picture.scanline.hypotheses import Hypothesis
from drivers.picture.scanline.profiles import FINER, Profiles, nearest, sampled
from drivers.picture.scanline.shapes import BLURS, RATIOS, SPREADS, Model, Real, alike, characters, levelled
from drivers.scan import Symbology

_STEP = 0.35
_OFFSETS: Final = np.arange(-9, 10)
_STRETCHES: Final = np.arange(-2, 3)
_EVERY = 2
"""Of the samples of a cell, where only its bounds are looked for."""
_FREE = 3
"""Steps by which the first and the last bound may lie beside the edges found."""
_PULL = 0.03
_SHIFTS: Final = np.array([-0.4, -0.2, 0.0, 0.2, 0.4])
_DRAG = 0.05
_FLOOR = 0.01
"""Of what is left of a cell's variance: no picture is better than the shapes are drawn."""
_WEAKEST = 0.05
"""Lead below which a text is none on any setting of the dial, whatever else may be said against it."""
_NEVER = np.float32(-1e9)
_HERE = np.arange(len(_OFFSETS))
_STRETCHED: Final = np.arange(len(_STRETCHES))[:, None]
_BEGUN: Final = np.clip(_HERE - _STRETCHES[:, None], 0, len(_OFFSETS) - 1)
"""For each stretch of a cell and each offset at which it may end: the offset at which it begins."""
_OUTSIDE: Final = _HERE - _STRETCHES[:, None] != _BEGUN
_ENDS: Final = np.where(np.abs(_OFFSETS) <= _FREE, -_PULL * np.abs(_OFFSETS), _NEVER).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Guess:
    """What the bars of one hypothesis say, and how surely."""

    text: str | None
    """None where the cells make no symbol: no start, no stop, or a check that is wrong."""
    symbology: Symbology
    start: float
    """Of the bars, in pixels of the crop."""
    end: float
    flipped: bool
    lead: float
    """By how much the likeliest character of a cell leads the next, in natural logarithms of what is left unexplained, in the
    cell where it leads least: the mean of all bands. Below 0 where print or paper a little unlike would make it another."""
    halves: tuple[float, float]
    """The same from the upper and from the lower bands alone; below 0 another character is likelier there."""
    least: float
    """Correlation of the worst cell."""
    mean: float

    def order(self) -> tuple[bool, float]:
        """The better first."""
        return self.text is None, -self.lead


@dataclass(frozen=True, slots=True)
class Fit:
    """How bars were printed and seen."""

    likeness: float
    model: Model
    blur: float
    spread: float


def even(profiles: Profiles, h: Hypothesis) -> Guess:
    """Read as on even paper."""
    bounds = h.bounds()
    return _guess(profiles, h, [bounds], fitted(profiles.mean, h.model, bounds))


def followed(profiles: Profiles, h: Hypothesis) -> tuple[float, Real]:
    """The bounds of cells that may each be a little longer or shorter, as on a bent page; and how well they fit."""
    return _followed(profiles.fine, h, Fit(0.0, h.model, 0.55, 0.0))


def bent(profiles: Profiles, h: Hypothesis, bounds: Real) -> Guess:
    """Read with such bounds, which are looked for once more when the print is known."""
    fit = fitted(profiles.mean, h.model, bounds)
    _, again = _followed(profiles.fine, h, fit)
    return _guess(profiles, h, [again, bounds], fitted(profiles.mean, fit.model, again))


def fitted(mean: Real, model: Model, bounds: Real) -> Fit:
    """The blur, the ink, and for Code 39 the ratio, whose shapes the cells look like."""
    cells = levelled(_cells(mean, model, bounds, np.zeros(1))[0])
    blur = max(BLURS, key=lambda b: _typical(cells, characters(model, b, 0.0)))
    spread = max(SPREADS, key=lambda s: _typical(cells, characters(model, blur, s)))
    near = [m for m in (Model(model.symbology, r) for r in RATIOS) if abs(m.ratio - model.ratio) < 0.3] or [model]
    likeness, best = max(((_typical(cells, characters(m, blur, spread)), m) for m in near), key=lambda way: way[0])
    return Fit(likeness, best, blur, spread)


def _typical(cells: Real, shapes: Real) -> float:
    """The likeness of the middling cell to its best shape."""
    return float(np.sort((cells @ shapes.T).max(axis=1))[len(cells) // 2])


def _cells(values: Real, model: Model, bounds: Real, shifts: NDArray[np.float64]) -> Real:
    """Shape: rows of `values`, shifts, cells, samples."""
    inside = (np.arange(model.samples) + 0.5) / model.samples
    width = np.diff(bounds)[:, None]
    at = (bounds[:-1, None] + width * inside) + shifts[:, None, None] * float(width.mean()) / model.cell
    return sampled(values, at)


def _followed(fine: Real, h: Hypothesis, fit: Fit) -> tuple[float, Real]:
    nominal = h.bounds()
    likeness = _stretched(fine, h, fit, nominal) - (_PULL * np.abs(_STRETCHES)).astype(np.float32)
    cells = likeness[:, _BEGUN, _STRETCHED]
    cells[:, _OUTSIDE] = _NEVER
    best, chosen = _ENDS, []
    for cell in cells:
        ways = cell + best[_BEGUN]
        chosen.append(ways.argmax(axis=0))
        best = ways[chosen[-1], _HERE]
    ended = best + _ENDS
    path = [int(ended.argmax())]
    for came in reversed(chosen):
        path.append(int(_BEGUN[came[path[-1]], path[-1]]))
    offsets = _OFFSETS[path[::-1]] * _STEP * h.module
    return float(ended.max()) / h.cells, np.asarray(nominal + offsets, np.float32)


def _stretched(fine: Real, h: Hypothesis, fit: Fit, nominal: Real) -> Real:
    """Likeness of each cell to its best shape, by where it begins and by how much it is stretched."""
    step = _STEP * h.module
    begin = (nominal[:-1, None] + _OFFSETS * step).astype(np.float32)
    width = h.model.cell * h.module + _STRETCHES * step
    inside = ((np.arange(h.model.samples) + 0.5) / h.model.samples)[::_EVERY]
    within = (width[:, None] * inside).astype(np.float32)
    shapes = levelled(characters(fit.model, fit.blur, fit.spread)[:, ::_EVERY])
    return np.asarray(alike(nearest(fine, begin[..., None, None] + within), shapes).max(axis=0), np.float32)


def _guess(profiles: Profiles, h: Hypothesis, ways: list[Real], fit: Fit) -> Guess:
    """Read with the first of some bounds; what the others, and prints a little unlike, say against it weakens its lead."""
    likeness = _in_bands(profiles.bands, ways[0], fit)
    cells = _explained(likeness).argmax(axis=1)
    text = (said39 if fit.model.code39 else said128)([int(cell) for cell in cells])
    lead = _lead(likeness, cells)
    if text and lead > _WEAKEST:
        others = [(ways[0], near) for near in _near(fit)] + [(bounds, fit) for bounds in ways[1:]]
        lead = min([lead, *(_lead(_in_bands(profiles.bands, *other), cells) for other in others)])
    half = (len(likeness) + 1) // 2
    mine = likeness.mean(axis=0)[np.arange(len(cells)), cells]
    start, end = _span(profiles, h, ways[0])
    return Guess(
        text=text,
        symbology=fit.model.symbology,
        start=start / FINER,
        end=end / FINER,
        flipped=h.flipped,
        lead=lead,
        halves=(_lead(likeness[:half], cells), _lead(likeness[-half:], cells)),
        least=float(mine.min()),
        mean=float(mine.mean()),
    )


def _near(fit: Fit) -> list[Fit]:
    """Other ratios of wide to narrow, near the best: Code 39 has no check character, so it must stand this too."""
    ratios = [r for r in RATIOS if fit.model.code39 and 0 < abs(r - fit.model.ratio) < 0.3]
    return [replace(fit, model=replace(fit.model, ratio=ratio)) for ratio in ratios]


def _span(profiles: Profiles, h: Hypothesis, bounds: Real) -> tuple[float, float]:
    """From the first bar to the last, in samples from the left."""
    first, last = float(bounds[0]), profiles.bands.shape[-1] - 1
    end = first + (float(bounds[-1]) - first) * h.model.modules(h.cells) / (h.model.cell * h.cells)
    return (last - end, last - first) if h.flipped else (first, end)


def _in_bands(bands: Real, bounds: Real, fit: Fit) -> Real:
    """Correlation of each band's cells with each character; every band may lie a little aside. Shape: bands, cells, characters."""
    likeness = levelled(_cells(bands, fit.model, bounds, _SHIFTS)) @ characters(fit.model, fit.blur, fit.spread).T
    path = _smooth(likeness.max(axis=3))
    rows, columns = np.arange(len(bands))[:, None], np.arange(likeness.shape[2])[None]
    return np.asarray(likeness[rows, path, columns], np.float32)


def _smooth(best: Real) -> NDArray[np.intp]:
    """For each band the shifts of its cells: as they fit, but not jumping from cell to cell."""
    bands, shifts, cells = best.shape
    drag = _DRAG * np.abs(np.subtract.outer(np.arange(shifts), np.arange(shifts))).astype(np.float32)
    cost, back = best[:, :, 0], np.zeros((cells, bands, shifts), np.intp)
    for i in range(1, cells):
        ways = cost[:, None, :] - drag
        back[i] = ways.argmax(axis=2)
        cost = ways.max(axis=2) + best[:, :, i]
    path = np.zeros((bands, cells), np.intp)
    path[:, -1] = cost.argmax(axis=1)
    for i in range(cells - 1, 0, -1):
        path[:, i - 1] = back[i][np.arange(bands), path[:, i]]
    return path


def _explained(likeness: Real) -> Real:
    """For each cell and character the logarithm of what it leaves unexplained, with its sign turned; the mean of all bands."""
    inside = np.clip(likeness, 0.0, 1.0)
    return np.asarray(-np.log(1.0 - np.square(inside) + _FLOOR).mean(axis=0), np.float32)


def _lead(likeness: Real, cells: NDArray[np.intp]) -> float:
    """The least lead of given characters over the next best; below 0 where another is likelier."""
    explained = _explained(likeness)
    here = np.arange(len(cells)), cells
    mine = explained[here].copy()
    explained[here] = -np.inf
    return float((mine - explained.max(axis=1)).min())
