"""Pages with no code of ours, or with others among them: textures, tables, prose, blank paper, other kinds of barcode."""

import numpy as np
from numpy.random import Generator

from bench.corpus import codes, pages
from bench.corpus.paper import DPI, Paper
from bench.corpus.truth import Code
from bench.corpus.view import Shot

OTHERS = (("EAN13", 12, 13), ("ITF", 14, 10), ("Codabar", 10, 13), ("QRCode", 20, 25), ("DataMatrix", 14, 25))


def texture(rng: Generator, what: int) -> Paper:
    """Bars that are no code: random stripes, even stripes, hatching, rows of strokes."""
    paper = Paper()
    for n in range(10):
        y, x = 0.7 + 0.98 * n, rng.uniform(0.4, 1.2)
        if what == 0:
            widths = rng.choice([1, 2, 3, 4], int(rng.integers(50, 400)) | 1).astype(float)
            _stripes(paper, widths, x, y, rng.uniform(6, 14))
        elif what == 1:
            widths = np.tile(rng.choice([1, 2, 3], 4), 60)[: int(rng.integers(40, 200)) | 1].astype(float)
            _stripes(paper, widths, x, y, rng.uniform(8, 20))
        else:
            text = "".join(rng.choice(list("|||||||!!IIl[]/\\"), 60))
            paper.words(text, x, y, float(rng.uniform(10, 28)), "typed" if n % 2 else "sans")
    return paper


def _stripes(paper: Paper, widths: np.ndarray, x: float, y: float, mil: float) -> None:
    paper.bars(codes.Strip("", "none", tuple(widths.tolist())), x, y, mil, 0.45)
    paper.codes.pop()


def table(rng: Generator) -> Paper:
    """A dense table with words in its cells."""
    paper, tall = Paper(), float(rng.uniform(0.12, 0.3))
    across = np.cumsum(rng.uniform(0.06, 0.6, 40)) + 0.5
    for y in np.arange(0.6, 10.2, tall):
        paper.rule(0.5, float(y), 8, float(y), 7)
        paper.words(" ".join(rng.choice(pages.WORDS, 9)), 0.55, float(y) + 0.01, 8)
    for x in across[across < 8]:
        paper.rule(float(x), 0.6, float(x), 10.2, float(rng.choice([5, 10, 20])))
    return paper


def prose(rng: Generator) -> Paper:
    """Running text in several sizes, columns of figures, rules."""
    paper, y = Paper(), 0.6
    while y < 10:
        size = float(rng.choice([6, 8, 9, 11, 14]))
        of = pages.WORDS if rng.random() < 0.7 else [str(v) for v in rng.integers(0, 10**8, 20)]
        paper.words(" ".join(rng.choice(of, int(rng.integers(4, 11)))), 0.7, y, size, str(rng.choice(["sans", "serif", "typed"])))
        y += size / 72 * 1.3
    return paper


def blank(rng: Generator, what: str) -> Shot:
    """Nothing at all, on paper of several kinds."""
    shape = (1650, 1275)
    if what == "dark":
        grey = np.clip(25 + rng.standard_normal(shape) * 6, 0, 255)
    elif what == "noise":
        grey = rng.uniform(0, 255, shape)
    else:
        grey = np.full(shape, 250.0)
    if what == "lined":
        grey[:: int(rng.integers(20, 60))] = 60
    return Shot(grey.astype(np.uint8), [])


def others(rng: Generator) -> Paper:
    """Other kinds of barcode, and some of ours among them."""
    paper = Paper()
    for n in range(8):
        y = 0.8 + 1.2 * n
        if n % 2:
            one = pages.row(rng, 5)
            paper.bars(one.strip, 0.9, y, one.mil, 0.4, one.kind)
            continue
        name, digits, mil = OTHERS[int(rng.integers(len(OTHERS)))]
        text = "".join(map(str, rng.integers(0, 10, digits)))
        text = f"A{text}B" if name == "Codabar" else text
        _other(paper, name, text, y, mil)
    return paper


def _other(paper: Paper, name: str, text: str, y: float, mil: float) -> None:
    made = codes.picture(text, name)
    square = made.shape[0] > 1 and made.shape[0] == made.shape[1]
    scale = round(mil / 1000 * DPI)
    rows = np.repeat(made, scale, axis=0) if square else np.repeat(made[len(made) // 2][None], round(0.4 * DPI), axis=0)
    patch = np.where(np.repeat(rows, scale, axis=1), 0, 255)
    paper.press(round(0.9 * DPI), round(y * DPI), patch)
    x1, y1 = 0.9 + patch.shape[1] / DPI, y + patch.shape[0] / DPI
    spot = ((0.9, y), (x1, y), (x1, y1), (0.9, y1))
    read = text if name != "EAN13" else text + str(-sum(int(c) * (3 if n % 2 else 1) for n, c in enumerate(text)) % 10)
    paper.codes.append(Code(read, name, "offtarget", mil, made.shape[1], spot, None))
