"""Pages that invite a wrong number: neighbours, frames, covered and broken symbols. From a generator to a paper or a shot."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.random import Generator

from bench.corpus import barren, codes, damage, pages, view
from bench.corpus.codes import strip
from bench.corpus.paper import DPI, Paper
from bench.corpus.truth import Code, worse
from bench.corpus.view import Shot

Make = Callable[[Generator], Shot]


def mismatch(rng: Generator) -> Paper:
    """A form whose printed numbers are not those in the bars."""
    paper = Paper()
    for n in range(8):
        one = pages.row(rng, 4.5)
        wrong = list(one.printed)
        at = int(rng.integers(5, len(wrong) - 1))
        wrong[at] = str(rng.choice([c for c in codes.ALNUM[:10] if c != wrong[at]]))
        y = 0.9 + 1.2 * n
        paper.words("".join(wrong), 0.6, y + 0.1)
        paper.bars(one.strip, 2.6, y, one.mil, 0.4, one.kind)
        paper.words("".join(wrong), 3.0, y + 0.43)
    return paper


def stacked(rng: Generator) -> Paper:
    """Consecutive numbers one close under the other: a scan line on the slant passes from one into the next."""
    paper, symbology = Paper(), str(rng.choice(["Code39", "Code39", "Code128"]))
    start, ratio = int(rng.integers(10**12, 10**14 - 20)), round(float(rng.uniform(2, 3)), 2)
    tall, gap = rng.uniform(0.12, 0.25), rng.uniform(0.006, 0.04)
    for n in range(12):
        made = strip(f"{start + n:014d}", symbology, ratio)
        paper.bars(made, 1.5, 1 + n * (tall + gap), 10, tall, "transaction")
    return paper


def adjacent(rng: Generator, low: float, high: float) -> Paper:
    """Two symbols side by side with so many modules of white between them."""
    paper = Paper()
    for n in range(9):
        mil, white = float(rng.choice([7.5, 10])), float(rng.uniform(low, high))
        symbology = "Code39" if rng.random() < 0.6 else "Code128"
        texts = codes.transaction(rng)[0], codes.ccn(rng)[0][:10]
        x, y = 0.6, 0.9 + 1.05 * n
        for text, kind in zip(texts, ("transaction", "ccn"), strict=True):
            code = paper.bars(strip(text, symbology, 2.5), x, y, mil, 0.4, kind)
            ok = True if white >= 5 else None
            paper.codes[-1] = replace(code, quiet=white, readable=ok)
            x += (code.modules + white) * mil / 1000
    return paper


def boxed(rng: Generator, modules: float) -> Paper:
    """A frame nearer to the bars than the quiet zone asks for."""
    paper = Paper()
    for n in range(9):
        one = pages.row(rng, 5.5)
        y, white = 0.9 + 1.05 * n, modules * one.mil / 1000
        code = paper.bars(one.strip, 0.9, y, one.mil, 0.4, one.kind)
        line = float(rng.uniform(7, 18))
        side = white + line / 2000
        paper.frame(0.9 - side, y - white - 0.01, 0.9 + one.width + side, y + 0.41 + white, line)
        paper.codes[-1] = replace(code, quiet=modules)
        paper.words(one.printed, 1.2, y + 0.5 + white)
    return paper


def ruled(rng: Generator, *, across: bool) -> Paper:
    """Lines of a form through the bars: along the rows, or beside the first and the last bar."""
    paper = Paper()
    for n in range(9):
        one = pages.row(rng, 5.5)
        y = 0.9 + 1.05 * n
        code = paper.bars(one.strip, 0.9, y, one.mil, 0.4, one.kind)
        paper.words(one.printed, 1.2, y + 0.45)
        if across:
            for share in rng.uniform(0.05, 0.95, int(rng.integers(1, 4))):
                paper.rule(0.5, y + 0.4 * share, 7.8, y + 0.4 * share, float(rng.uniform(5, 20)))
        else:
            white = rng.uniform(2.5, 6)
            for x in (0.9 - white * one.mil / 1000, 0.9 + one.width + white * one.mil / 1000):
                paper.rule(x, y - 0.2, x, y + 0.6, float(rng.uniform(5, 20)))
            paper.codes[-1] = replace(code, quiet=float(white))
    return paper


def partial39(rng: Generator) -> Paper:
    """Code 39 without its start, its stop, its middle; a label over half of it with another half beside it."""
    paper = Paper()
    for n in range(9):
        text = codes.ccn(rng)[0][:13] if n % 2 else codes.transaction(rng)[0]
        y, mil = 0.9 + 1.05 * n, float(rng.choice([10, 13]))
        code = paper.bars(strip(text, "Code39", round(float(rng.uniform(2, 3)), 2)), 0.9, y, mil, 0.4, "ccn")
        paper.words(text, 1.2, y + 0.44)
        _hidden(paper, rng, code, y, mil)
        paper.codes[-1] = replace(code, readable=False)
    return paper


def _hidden(paper: Paper, rng: Generator, code: Code, y: float, mil: float) -> None:
    """Paper, white or grey, over a part of the symbol, whole characters mostly; at times another symbol's part on it."""
    characters = len(code.text) + 2
    size = code.modules / characters * mil / 1000
    first = int(rng.choice([0, 0, characters - 3, rng.integers(1, characters - 3)]))
    x0 = 0.9 + size * (first + rng.choice([0, rng.uniform(-0.3, 0.3)]))
    x1 = x0 + size * int(rng.integers(2, 4))
    x0 -= 0.2 if first == 0 else 0
    box = [round(v * DPI) for v in (x0, y - 0.05, x1, y + 0.45)]
    paper.grey[box[1] : box[3], max(0, box[0]) : box[2]] = int(rng.choice([255, 255, 200, 120, 0]))


def cut128(rng: Generator) -> Paper:
    """Code 128 cut where what is left has a right check, and no stop: white, or another thing, stands where the rest was."""
    paper = Paper()
    for n in range(9):
        y, mil = 0.9 + 1.05 * n, float(rng.choice([7.5, 10, 13]))
        text = codes.balanced(rng)
        code = paper.bars(strip(text, "Code128"), 0.9, y, mil, 0.4, "transaction")
        paper.codes[-1] = replace(code, readable=False)
        pairs = next(k for k in (3, 4, 5) if int(text[2 * k : 2 * k + 2]) == (105 + _weighed(text, k)) % 103)
        left = 11 * (pairs + 2) + rng.choice([0, rng.uniform(0, 6), 11, rng.uniform(11, 15)])
        box = [round(v * DPI) for v in (0.9 + left * mil / 1000, y - 0.05, 0.9 + code.modules * mil / 1000 + 0.1, y + 0.45)]
        paper.grey[box[1] : box[3], box[0] : box[2]] = int(rng.choice([255, 255, 200, 90]))
    return paper


def _weighed(text: str, pairs: int) -> int:
    return sum(n * int(text[2 * n - 2 : 2 * n]) for n in range(1, pairs + 1))


def broken(rng: Generator) -> Paper:
    """Symbols with a character that is none, or that fails the check. The right answer is none at all."""
    paper = Paper()
    for n in range(9):
        text, printed, kind = codes.number(rng)
        made = codes.broken(strip(text, "Code39" if n % 2 else "Code128"), rng)
        y = 0.9 + 1.05 * n
        code = paper.bars(made, 0.9, y, float(rng.choice([10, 13])), 0.37, kind)
        paper.words(printed, 1.2, y + 0.4)
        paper.codes[-1] = replace(code, readable=False, kind="broken")
    return paper


def overprint(rng: Generator) -> Paper:
    """Two symbols over each other, moved along and down."""
    paper = Paper()
    for n in range(7):
        y, symbology = 1 + 1.3 * n, "Code39" if rng.random() < 0.6 else "Code128"
        dx, dy = rng.uniform(0.0, 0.7), rng.uniform(-0.1, 0.1) * (n % 2)
        for x, top in ((0.95, y), (0.95 + dx, y + dy)):
            code = paper.bars(strip(codes.transaction(rng)[0], symbology), x, top, 10, 0.37, "transaction")
            paper.codes[-1] = replace(code, readable=False)
    return paper


def doubled(rng: Generator) -> Paper:
    """A label stuck over the half of another: its left part stands out at the left, the upper one is whole."""
    paper = Paper()
    for n in range(8):
        y, symbology = 0.9 + 1.2 * n, "Code39" if n % 2 else "Code128"
        under = paper.bars(strip(codes.transaction(rng)[0], symbology), 0.9, y, 10, 0.4, "transaction")
        paper.codes[-1] = replace(under, readable=False)
        x = 0.9 + under.modules * 0.01 * rng.uniform(0.3, 0.8)
        one = strip(codes.transaction(rng)[0], symbology)
        top = y + rng.uniform(-0.15, 0.15)
        box = [round(v * DPI) for v in (x, top - 0.1, x + one.modules * 0.01 + 0.3, top + 0.5)]
        paper.grey[box[1] : box[3], box[0] : box[2]] = 255
        paper.bars(one, x + 0.12, top, 10, 0.4, "transaction")
    return paper


def tiny(rng: Generator) -> Paper:
    """Numbers of two to four characters among long ones."""
    paper = Paper()
    for n in range(10):
        y = 0.8 + 0.98 * n
        if n % 2:
            text = "".join(map(str, rng.integers(0, 10, int(rng.integers(2, 5)))))
            one = pages.row(rng, 5, (text, text, "short"))
        else:
            one = pages.row(rng, 5)
        code = paper.bars(one.strip, 0.9, y, one.mil, 0.37, one.kind)
        paper.codes[-1] = replace(code, readable=None if one.kind == "short" else True)
        paper.words(one.printed, 1.2, y + 0.4)
    return paper


def unresolved(rng: Generator, how: int, scanned: Callable[..., Shot]) -> Shot:
    """Bars that nobody can read: too coarse, too blurred, moved too far."""
    paper = Paper()
    pages.any_page(paper, rng)
    if how == 1:
        finest = max(code.mil for code in paper.codes)
        shot = scanned(rng, 1000 * rng.uniform(0.4, 0.6) / finest, paper=paper)
    else:
        shot = scanned(rng, 150, paper=paper)
        size = max(code.ppm for code in shot.codes) / damage.module(shot)
        if how == 2:
            damage.blur(shot, rng.uniform(1.0, 1.6) * size)
        else:
            damage.drag(shot, rng, rng.uniform(2.3, 4) * size, 0.0)
    shot.codes = [worse(code, False) for code in shot.codes]
    return shot


def split(rng: Generator) -> Shot:
    """A page torn or folded across its codes: one half moved against the other."""
    paper = Paper()
    pages.numbers(paper, rng, 8)
    shot = view.scan(paper, rng, 200, 0)
    middle = float(np.median([np.mean(code.corners, axis=0)[0] for code in shot.codes])) + rng.uniform(-60, 60)
    shift, lost = int(rng.integers(20, 70)), int(rng.integers(0, 60))
    left, right = shot.grey[:, : int(middle)], shot.grey[:, int(middle) + lost :]
    right = np.roll(right, shift * int(rng.choice([-1, 1])), axis=0)
    shot.codes = [_torn(code, middle, lost, shift) for code in shot.codes]
    shot.grey = np.ascontiguousarray(np.hstack([left, right]))
    return shot


def _torn(code: Code, middle: float, lost: int, shift: int) -> Code:
    """A code across the tear is destroyed, its parts up to `shift` apart; one at the left is whole."""
    (x0, y0), (x1, y1) = code.corners[0], code.corners[2]
    if x1 < middle - 3:
        return code
    spot = ((x0, y0 - shift), (x1 - lost, y0 - shift), (x1 - lost, y1 + shift), (x0, y1 + shift))
    return replace(code, readable=False, corners=spot)


def families(scanned: Callable[..., Shot]) -> dict[str, dict[str, Make]]:
    """All of them, as scans; `scanned` is how a paper becomes a shot."""

    def scans(
        make: Callable[..., Paper], grades: dict[str, tuple], skew: float | None = None, dpi: tuple = (200,)
    ) -> dict[str, Make]:
        def shot(rng: Generator, given: tuple) -> Shot:
            paper = make(rng, *given)
            lean = None if skew is None else float(rng.uniform(0.3, 1) * skew)
            return scanned(rng, float(rng.choice(dpi)), lean, paper)

        return {grade: partial(shot, given=given) for grade, given in grades.items()}

    return {
        "tight_box": scans(boxed, {"6X": (6,), "3X": (3,), "1.5X": (1.5,)}),
        "ruled": scans(partial(ruled, across=True), {"across": ()}) | scans(partial(ruled, across=False), {"beside": ()}),
        "adv_mismatch": scans(mismatch, {"1": ()}),
        "adv_stacked": scans(stacked, dict.fromkeys("123", ()), 9, (150, 150, 200)),
        "adv_adjacent": scans(adjacent, {"1": (5, 10), "2": (1.5, 3)}),
        "adv_partial39": scans(partial39, dict.fromkeys("12", ())),
        "adv_cut128": scans(cut128, {"1": ()}),
        "adv_doubled": scans(doubled, {"1": ()}),
        "adv_split": {"1": split},
        "adv_broken": scans(broken, {"1": ()}),
        "adv_overprint": scans(overprint, {"1": ()}),
        "adv_texture": scans(barren.texture, {"1": (0,), "2": (1,), "3": (2,)}, None, (150, 200)),
        "adv_table": scans(barren.table, dict.fromkeys("12", ()), 4, (120, 150, 200)),
        "adv_prose": scans(barren.prose, {"1": ()}, 4, (150, 200)),
        "adv_blank": {what: partial(barren.blank, what=what) for what in ("white", "noise", "dark", "lined")},
        "adv_unresolved": {str(how): partial(unresolved, how=how, scanned=scanned) for how in (1, 2, 3)},
        "adv_offtarget": scans(barren.others, {"1": ()}),
        "adv_tiny_numbers": scans(tiny, {"1": ()}),
    }
