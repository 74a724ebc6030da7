"""How characters look after print and scan: drawn from their widths, blurred, with bars grown or shrunk by ink. Pure.

A shape is a row of samples over one character cell, light high, brought to mean 0 and length 1, so that its product with an
equally treated cell of a profile is their correlation. Lengths are in modules (the narrow bar).
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.picture.scanline.alphabet import FINAL128, STARTS128, STOP128, WIDE39, WIDTHS128
from drivers.scan import Symbology

Real = NDArray[np.float32]

BLURS: Final = (0.3, 0.55, 0.8, 1.05, 1.3)
"""Standard deviations, in modules. At 1.3 two narrow bars and the space between them are one grey."""
SPREADS: Final = (-0.35, 0.0, 0.35)
"""What ink adds to each bar, in modules."""
RATIOS: Final = (2.0, 2.25, 2.5, 2.75, 3.0)
"""Of wide to narrow, Code 39."""

_STEPS = np.linspace(-6.0, 6.0, 4801)
_RISE = np.array([0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) for x in _STEPS])
_ASTERISK = 43


@dataclass(frozen=True, slots=True)
class Model:
    """A symbology, and for Code 39 its ratio.

    >>> Model(Symbology.CODE128).cell, Model(Symbology.CODE39, 2.5).cell
    (11.0, 14.5)
    """

    symbology: Symbology
    ratio: float = 0.0

    @property
    def code39(self) -> bool:
        """Whether it is Code 39."""
        return self.symbology is Symbology.CODE39

    @property
    def cell(self) -> float:
        """Modules of a character; Code 39 with the gap after it."""
        return 7.0 + 3.0 * self.ratio if self.code39 else 11.0

    @property
    def opening(self) -> float:
        """Modules of the first character's bars."""
        return self.cell - 1.0 if self.code39 else 11.0

    @property
    def closing(self) -> float:
        """Modules of the last character's bars: of Code 128 the stop and the bar after it."""
        return self.cell - 1.0 if self.code39 else 11.0 + FINAL128

    @property
    def tail(self) -> float:
        """What a symbol is longer than its cells."""
        return -1.0 if self.code39 else float(FINAL128)

    @property
    def samples(self) -> int:
        """Of one cell."""
        return 48 if self.code39 else 33

    def modules(self, cells: int) -> float:
        """Of a whole symbol."""
        return self.cell * cells + self.tail

    def inside(self, modules: float) -> Real:
        """Where the samples of a stretch lie, in modules from its start, as close as those of a cell."""
        count = round(self.samples * modules / self.cell)
        return ((np.arange(count) + 0.5) / count * modules).astype(np.float32)


def levelled(cells: Real) -> Real:
    """Brought to mean 0 and length 1 along the last axis."""
    about = cells - cells.mean(axis=-1, keepdims=True)
    return np.asarray(about / (np.sqrt(np.square(about).sum(axis=-1, keepdims=True)) + 1e-6), np.float32)


def alike(cells: Real, shapes: Real) -> Real:
    """The correlation of cells, as they were sampled, with levelled shapes. Shape: shapes, then as the cells, but for samples."""
    flat = cells.reshape(-1, cells.shape[-1])
    power = np.einsum("ij,ij->i", flat, flat) - np.square(flat.sum(axis=1)) / flat.shape[1]
    found = shapes @ flat.T
    found /= np.sqrt(np.maximum(power, 0)) + np.float32(1e-6)
    return np.asarray(found, np.float32).reshape(len(shapes), *cells.shape[:-1])


@cache
def characters(model: Model, blur: float, spread: float) -> Real:
    """Each character in the midst of others, whose edges near it are taken as they mostly are."""
    at = model.inside(model.cell)
    if model.code39:
        return _drawn([(1.4, 1.0, *_widths39(code, model.ratio), 1.0, 1.4) for code in WIDE39], at + 2.4, blur, spread)
    return _drawn([(1.7, 1.8, *map(float, code), 1.8) for code in WIDTHS128], at + 3.5, blur, spread)


@cache
def openings(model: Model, blur: float, spread: float) -> Real:
    """The characters that may come first, after clear paper."""
    at = model.inside(model.opening)
    if model.code39:
        return _drawn([(*_widths39(WIDE39[_ASTERISK], model.ratio), 1.0, 1.4)], at, blur, spread)
    return _drawn([(*map(float, WIDTHS128[word]), 1.8) for word in STARTS128], at, blur, spread)


@cache
def closings(model: Model, blur: float, spread: float) -> Real:
    """The character that must come last, before clear paper."""
    at = model.inside(model.closing)
    if model.code39:
        return _drawn([(1.4, 1.0, *_widths39(WIDE39[_ASTERISK], model.ratio))], at + 2.4, blur, spread)
    return _drawn([(1.7, 1.8, *map(float, WIDTHS128[STOP128]), float(FINAL128))], at + 3.5, blur, spread)


def _widths39(code: str, ratio: float) -> tuple[float, ...]:
    return tuple(ratio if wide == "1" else 1.0 for wide in code)


def _drawn(codes: list[tuple[float, ...]], at: Real, blur: float, spread: float) -> Real:
    """The light along runs of as many elements each, the first a bar that begins at 0."""
    edges = np.cumsum(np.pad(np.array(codes), ((0, 0), (1, 0))), axis=1)
    begin, end = edges[:, 0:-1:2], edges[:, 1::2]
    risen = _risen((at[None, :, None] - begin[:, None] + spread / 2) / blur)
    fallen = _risen((at[None, :, None] - end[:, None] - spread / 2) / blur)
    return levelled((1.0 - (risen - fallen).sum(axis=2)).astype(np.float32))


def _risen(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.interp(x, _STEPS, _RISE), np.float64)
