"""How a page comes into a picture: scanned, turned, photographed, warped. What is known of its codes goes with it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bench.corpus.paper import DPI, Paper
from bench.corpus.truth import Code, Grey, covered, resolved

Matrix = NDArray[np.float64]


@dataclass
class Shot:
    """A picture on its way through the damages, and how sharp it still is."""

    grey: Grey
    codes: list[Code]
    sigma: float = 0.3
    """Of all round blurs together, in pixels."""
    drag: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    """Movement during the exposure, in pixels."""

    def moved(self, points: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> None:
        """The corners of the codes go where the picture's points went."""
        self.codes = [replace(c, corners=tuple(map(tuple, points(np.asarray(c.corners)).tolist()))) for c in self.codes]

    def hidden(self, mask: Grey) -> None:
        """Something lies over the picture where the mask is not 0."""
        self.codes = [covered(code, mask) for code in self.codes]

    def finished(self) -> list[Code]:
        """The codes that can be seen, at least in part, with what can be read of them. Of a sliver nothing is asked."""
        nothing = np.zeros(self.grey.shape, np.uint8)
        shares = [(code, _share(code, self.grey.shape)) for code in self.codes]
        whole = [(resolved(covered(code, nothing), self.sigma, self.drag), share) for code, share in shares if share > 0.01]
        return [code if share > 0.3 else replace(code, readable=None) for code, share in whole]


def seen(paper: Paper, matrix: Matrix, size: tuple[int, int], back: Grey | int = 255) -> Shot:
    """The paper through a matrix from inches to pixels, `size` wide and high; each pixel gathers the light of its own area."""
    middle = np.array([paper.width / 2, paper.height / 2])
    across = through(matrix, middle + np.array([[0, 0], [0.1, 0], [0, 0.1]]))
    scale = np.sqrt(abs(np.linalg.det(across[1:] - across[0]))) * 10  # pixels per inch
    grey, dpi = _softened(paper.grey, DPI / scale)
    turn = matrix @ np.diag([1 / dpi, 1 / dpi, 1]) @ np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    turn = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]]) @ turn
    canvas = np.full((size[1], size[0]), back, np.uint8) if isinstance(back, int) else back.copy()
    cv2.warpPerspective(grey, turn, size, canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    shot = Shot(canvas, list(paper.codes))
    shot.moved(lambda points: through(matrix, points))
    return shot


def _softened(grey: Grey, factor: float) -> tuple[Grey, float]:
    """The paper made ready for a picture `factor` times coarser, and its dots per inch."""
    whole = max(1, int(factor / 1.5))
    if whole > 1:
        height, width = grey.shape
        grey = cv2.resize(
            grey[: height - height % whole, : width - width % whole], None, fx=1 / whole, fy=1 / whole, interpolation=cv2.INTER_AREA
        )
    left = (0.3 * factor) ** 2 - (0.29 * whole) ** 2
    if left > 0.01:
        grey = cv2.GaussianBlur(grey, (0, 0), np.sqrt(left) / whole)
    return grey, DPI / whole


def scan(paper: Paper, rng: Generator, dpi: float = 200, angle: float = 0.0, down: float | None = None) -> Shot:
    """A flatbed scan, turned by so many degrees on a bed that is large enough. `down`: another resolution down the page."""
    turn = np.radians(angle)
    width = paper.width * abs(np.cos(turn)) + paper.height * abs(np.sin(turn))
    height = paper.width * abs(np.sin(turn)) + paper.height * abs(np.cos(turn))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shift = np.array([width, height]) / 2 - spin @ np.array([paper.width, paper.height]) / 2 + rng.uniform(0, 1, 2) / dpi
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = spin, shift
    matrix = np.diag([dpi, down or dpi, 1.0]) @ matrix
    return seen(paper, matrix, (round(width * dpi), round(height * (down or dpi))))


def photograph(paper: Paper, rng: Generator, size: tuple[int, int], dpi: float, tilt: float, aim: NDArray | None = None) -> Shot:
    """A photo from above, `dpi` pixels per inch where it aims (inches), the camera tilted by up to `tilt` (0 to 1)."""
    middle = np.array([paper.width, paper.height]) / 2 if aim is None else aim
    turn = np.radians(rng.uniform(-6, 6))
    spin = dpi * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = np.eye(3)
    matrix[:2, :2] = spin
    matrix[:2, 2] = np.array(size) / 2 - spin @ middle
    lean = rng.uniform(-1, 1, 2) * tilt * 0.35 / max(size)
    centre = np.array([[1, 0, size[0] / 2], [0, 1, size[1] / 2], [0, 0, 1.0]])
    matrix = centre @ np.array([[1, 0, 0], [0, 1, 0], [*lean, 1.0]]) @ np.linalg.inv(centre) @ matrix
    return seen(paper, matrix, size, desk(rng, size))


def desk(rng: Generator, size: tuple[int, int]) -> Grey:
    """What lies under the paper: dark or middling, with a grain."""
    tone, grain = rng.uniform(30, 150), rng.normal(0, 1, (size[1] // 8 + 2, size[0] // 8 + 2)).astype(np.float32)
    cloth = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC) * rng.uniform(2, 10)
    return np.clip(tone + cloth, 0, 255).astype(np.uint8)


def warped(shot: Shot, dx: NDArray, dy: NDArray) -> None:
    """Bends the picture: what is shown at x, y comes from x + dx, y + dy."""
    height, width = shot.grey.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    around = float(np.median(np.concatenate([shot.grey[:, 0], shot.grey[:, -1], shot.grey[0], shot.grey[-1]])))
    shot.grey = cv2.remap(shot.grey, x + dx, y + dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=around)

    def back(points: NDArray) -> NDArray:
        at = points.copy()
        for _ in range(4):
            c = np.clip(np.round(at[:, 0]).astype(int), 0, width - 1)
            r = np.clip(np.round(at[:, 1]).astype(int), 0, height - 1)
            at = points - np.stack([dx[r, c], dy[r, c]], axis=1)
        return at

    shot.moved(back)


def quarters(shot: Shot, times: int) -> None:
    """Turns the picture by quarters."""
    for _ in range(times % 4):
        height = shot.grey.shape[0]
        shot.grey = np.ascontiguousarray(np.rot90(shot.grey, -1))
        shot.moved(lambda p, h=height: np.stack([h - p[:, 1], p[:, 0]], axis=1))
        shot.drag = np.array([-shot.drag[1], shot.drag[0]])


def cropped(shot: Shot, x0: int, y0: int, x1: int, y1: int) -> None:
    """Keeps a part of the picture."""
    shot.grey = np.ascontiguousarray(shot.grey[y0:y1, x0:x1])
    shot.moved(lambda points: points - [x0, y0])


def through(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points through a perspective matrix."""
    flat = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return flat[:, :2] / flat[:, 2:]


def _share(code: Code, shape: tuple[int, int]) -> float:
    """How much of a code's box is in the picture."""
    x0, y0, x1, y1 = code.box
    inside = max(0.0, min(x1, shape[1]) - max(x0, 0)) * max(0.0, min(y1, shape[0]) - max(y0, 0))
    return inside / max(1e-9, (x1 - x0) * (y1 - y0))
