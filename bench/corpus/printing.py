"""Damage that a printer does: needles instead of bars, heads with dead dots, faded rolls. On the 600-dpi paper."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.random import Generator

from bench.corpus.paper import DPI, Paper
from bench.corpus.truth import Code, Grey, covered


def needles(paper: Paper, rng: Generator, strength: float) -> None:
    """Printed anew by a head of nine needles: dots 1/120 inch apart, lines 1/72, passes that miss each other, an old ribbon."""
    across, down = DPI / 120, DPI / 72
    rows, columns = int(paper.grey.shape[0] / down), int(paper.grey.shape[1] / across)
    y = ((np.arange(rows) + 0.5) * down).astype(int)
    x = ((np.arange(columns) + 0.5) * across).astype(int)
    struck = cv2.blur(paper.grey, (5, 8))[np.ix_(y, x)] < 110
    struck &= rng.random(struck.shape) > 0.12 * strength
    r, c = np.nonzero(struck)
    off = rng.normal(0, 2.5 * strength, rows // 9 + 1)[r // 9]
    px = np.clip(x[c] + off + rng.normal(0, 0.8 * strength, len(c)), 0, paper.grey.shape[1] - 1).astype(int)
    py = np.clip(y[r] + rng.normal(0, 0.6, len(c)), 0, paper.grey.shape[0] - 1).astype(int)
    blank = np.zeros_like(paper.grey)
    blank[py, px] = np.clip(255 - rng.gamma(2, 25 * strength, len(c)), 60, 255)
    wide = round(8 - 2 * strength)
    paper.grey = 255 - cv2.dilate(blank, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))


def heated(paper: Paper, rng: Generator, strength: float) -> None:
    """A thermal roll: pale by places, with dots of the head dead, so that white lines run down or across the page."""
    mask = np.zeros_like(paper.grey)
    dot = round(DPI / 203)
    for _ in range(int(rng.integers(3, 6 + round(10 * strength)))):
        at = int(rng.integers(0, paper.grey.shape[0] - 10))
        mask[at : at + dot * int(rng.integers(1, 4))] = 255
    if strength > 0.5 and rng.random() < 0.5:
        for at in rng.integers(0, paper.grey.shape[1], int(rng.integers(1, 4))):
            mask[:, at : at + dot] = 255
    coarse = rng.standard_normal((6, 5)).astype(np.float32)
    pale = cv2.resize(coarse, paper.grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    pale = np.clip(90 * strength + 50 * strength * pale, 0, 170)
    paper.grey = np.maximum(paper.grey, pale.astype(np.uint8))
    paper.grey[mask > 0] = 255
    paper.codes = [_struck(code, mask) for code in paper.codes]


def _struck(code: Code, mask: Grey) -> Code:
    """The code, whose corners are in inches, under a mask of the paper."""
    inch = replace(code, corners=tuple((DPI * x, DPI * y) for x, y in code.corners))
    return replace(code, readable=covered(inch, mask).readable)
