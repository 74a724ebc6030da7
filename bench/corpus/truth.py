"""What stands on a page of the corpus, and where: the ground truth that a reader is judged by. Values only."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Point = tuple[float, float]
Readable = bool | None

FINEST, FINE = 0.85, 0.7
"""Pixels per module that an ideal reader needs; below the second nobody can."""
CLEAREST, CLEAR = 0.05, 0.02
"""The contrast that blur leaves of the finest pattern (one bar, one space): likewise."""
_ROWS, _COLUMNS = 48, 384


@dataclass(frozen=True, slots=True)
class Code:
    """One barcode. `readable`: True; False, destroyed on purpose; None, outside of the rules: neither asked nor punished."""

    text: str
    symbology: str
    kind: str
    """transaction, ccn, short, broken, offtarget."""
    mil: float
    modules: float
    """Its length in narrow bars."""
    corners: tuple[Point, Point, Point, Point]
    """Where its bars are, clockwise from the top left as printed: inches on paper, pixels in a picture."""
    readable: Readable = True
    quiet: float | None = None
    """The white beside its bars in modules, where it is less than asked for."""
    page: int = 0

    @property
    def ppm(self) -> float:
        """Pixels per module, at the side where it is smaller."""
        a, b, c, d = np.asarray(self.corners)
        return float(min(np.hypot(*(b - a)), np.hypot(*(c - d))) / self.modules)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Upright box round it."""
        points = np.asarray(self.corners)
        return (*map(float, points.min(0)), *map(float, points.max(0)))

    @property
    def along(self) -> NDArray[np.float64]:
        """The direction in which it is read, of length 1."""
        a, b, _, _ = np.asarray(self.corners)
        return (b - a) / max(1e-9, np.hypot(*(b - a)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of the corpus: its bytes, and what stands on it."""

    family: str
    grade: str
    suffix: str
    data: bytes
    codes: tuple[Code, ...]
    pages: int = 1

    @property
    def name(self) -> str:
        return f"{self.family}-{self.grade}"

    @property
    def grey(self) -> Grey:
        """The picture, as a reader gets it; of a PDF there is none."""
        return cv2.imdecode(np.frombuffer(self.data, np.uint8), cv2.IMREAD_GRAYSCALE)


def seen_through(mask: Grey, code: Code) -> NDArray[np.float64]:
    """For each of 384 parts along the code: the share of its height where the mask is clear (0). Outside counts as covered."""
    flat = np.array([(0, 0), (_COLUMNS, 0), (_COLUMNS, _ROWS), (0, _ROWS)], np.float32)
    turn = cv2.getPerspectiveTransform(np.asarray(code.corners, np.float32), flat)
    return (cv2.warpPerspective(mask, turn, (_COLUMNS, _ROWS), borderValue=255) < 96).mean(axis=0)


def covered(code: Code, mask: Grey) -> Code:
    """The code under a mask: destroyed where a part of it can be seen at no height."""
    blind = (seen_through(mask, code) < 0.12) * code.modules / _COLUMNS
    return worse(code, True if not blind.any() else None if blind.sum() < 0.8 else False)


def worse(code: Code, readable: Readable) -> Code:
    """The code with the worse of two verdicts."""
    order = [False, None, True]
    return replace(code, readable=min(code.readable, readable, key=order.index))


def resolved(code: Code, sigma: float, drag: NDArray[np.float64]) -> Code:
    """The code after a blur: of `sigma` pixels all round, and of a straight drag in pixels."""
    ppm = max(code.ppm, 1e-6)
    left = np.exp(-2 * (np.pi * 0.5 * sigma / ppm) ** 2) * abs(np.sinc(0.5 * float(drag @ code.along) / ppm))
    if float(abs(drag @ code.along)) > 2 * ppm:
        left = 0.0
    sharp = True if left >= CLEAREST else None if left >= CLEAR else False
    fine = True if ppm >= FINEST else None if ppm >= FINE else False
    return worse(worse(code, sharp), fine)


def written(sheet: Sheet, file: str) -> dict:
    """The sheet's entry in truth.json."""
    entry = {"case": sheet.name, "group": sheet.family, "severity": sheet.grade, "file": file, "pages": sheet.pages}
    if sheet.suffix != "pdf":
        height, width = sheet.grey.shape
        entry["size"] = [width, height]
    return entry | {"codes": [_written(code, pdf=sheet.suffix == "pdf") for code in sheet.codes]}


def _written(code: Code, *, pdf: bool) -> dict:
    entry = {"text": code.text, "symbology": code.symbology, "kind": code.kind, "page": code.page, "readable": code.readable}
    entry |= {"xmil": round(code.mil, 2)} | ({} if code.quiet is None else {"quiet": round(code.quiet, 1)})
    if code.kind == "offtarget":
        entry["offtarget"] = True
    if pdf:
        return entry
    points = [[round(x, 1), round(y, 1)] for x, y in code.corners]
    return entry | {"poly": points, "bbox": [round(v, 1) for v in code.box], "ppm": round(code.ppm, 2)}
