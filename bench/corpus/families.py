"""The families of damage: each turns a generator and a grade into a shot. `catalogue` names them all."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
from numpy.random import Generator

from bench.corpus import damage, pages, printing, view
from bench.corpus.paper import Ink, Paper
from bench.corpus.truth import Code
from bench.corpus.view import Shot


def page(rng: Generator, ink: Ink | None = None, layout: pages.Layout | None = None, **more: object) -> Paper:
    """A printed page. Toner spreads a little, or the printer's dots round the bars, as on any paper."""
    if ink is None:
        ink = Ink(float(rng.normal(0.3, 0.3)), int(rng.choice([0, 600, 1200])), int(rng.integers(0, 40)))
    paper = Paper(ink=ink)
    (layout or pages.any_page)(paper, rng, **more)
    return paper


def scanned(rng: Generator, dpi: float = 200, skew: float | None = None, paper: Paper | None = None) -> Shot:
    """A page through an office scanner: a little askew, a little soft."""
    paper = paper or page(rng)
    return view.scan(paper, rng, dpi, float(rng.normal(0, 0.5)) if skew is None else skew * rng.choice([-1, 1]))


def photographed(rng: Generator, tilt: float = 0.4, dpi: float | None = None, paper: Paper | None = None) -> Shot:
    """A page filling a photo of some 200 pixels per inch."""
    dpi = dpi or float(rng.uniform(180, 215))
    return view.photograph(paper or page(rng), rng, (round(8.7 * dpi), round(11.3 * dpi)), dpi, tilt)


def clean(rng: Generator, dpi: float) -> Shot:
    return scanned(rng, dpi, 0)


def resolution(rng: Generator, dpi: float) -> Shot:
    return scanned(rng, dpi)


def turned(rng: Generator, quarters: int) -> Shot:
    shot = scanned(rng)
    view.quarters(shot, quarters)
    return shot


def turned_any(rng: Generator, low: float, high: float) -> Shot:
    return scanned(rng, 180, float(rng.uniform(low, high)))


def camera(rng: Generator, width: int, height: int, *, near: bool) -> Shot:
    """A frame of a low-resolution camera, held so that the middling code has so many pixels per module."""
    paper = page(rng)
    code = paper.codes[int(rng.integers(len(paper.codes)))]
    fit = 0.85 * width / (code.modules * code.mil / 1000)
    dpi = min(fit, rng.uniform(1.9, 3.0) / code.mil * 1000) if near else min(fit, rng.uniform(1.05, 1.6) / code.mil * 1000)
    shot = view.photograph(paper, rng, (width, height), dpi, 0.5, np.mean(code.corners, axis=0))
    damage.blur(shot, rng.uniform(0.15, 0.3))
    damage.noise(shot, rng, rng.uniform(2, 6))
    return shot


def blurred(rng: Generator, low: float, high: float) -> Shot:
    shot = scanned(rng)
    damage.blur(shot, rng.uniform(low, high))
    damage.noise(shot, rng, 2)
    return shot


def dragged(rng: Generator, low: float, high: float) -> Shot:
    shot = scanned(rng)
    damage.drag(shot, rng, rng.uniform(low, high))
    damage.noise(shot, rng, 2)
    return shot


def faded(rng: Generator, span: float) -> Shot:
    shot = scanned(rng)
    damage.contrast(shot, rng, span)
    damage.noise(shot, rng, rng.uniform(0.5, 2))
    return shot


def faxed(rng: Generator, lost: float, *, standard: bool) -> Shot:
    paper = page(rng)
    shot = view.scan(paper, rng, 204, float(rng.normal(0, 0.5)), 98 if standard else 196)
    damage.fax(shot, rng, lost, standard=standard)
    return shot


def damaged(rng: Generator, what: Callable[[Shot, Generator, float], None], hard: float, dpi: float = 200) -> Shot:
    """A scan with one damage of a strength."""
    shot = scanned(rng, dpi)
    what(shot, rng, hard)
    return shot


def lit(rng: Generator, what: Callable[[Shot, Generator, float], None], hard: float) -> Shot:
    """A photo with one damage of light."""
    shot = photographed(rng)
    what(shot, rng, hard)
    damage.noise(shot, rng, 1.5)
    return shot


def spread(rng: Generator, low: float, high: float, dpi: float = 200) -> Shot:
    """Ink that ran (or did not take) by so many mil; a bar or space that is nearly gone cannot be read."""
    grow = float(rng.uniform(low, high))
    shot = scanned(rng, dpi, paper=page(rng, Ink(grow, int(rng.choice([0, 600])))))
    shot.codes = [_spread(code, grow) for code in shot.codes]
    return shot


def _spread(code: Code, grow: float) -> Code:
    share = abs(grow) / code.mil
    return replace(code, readable=True if share <= 0.5 else None if share <= 0.7 else False)


def short(rng: Generator, height: float) -> Shot:
    """Bars so low that a scan line hardly stays in them."""
    return scanned(rng, paper=page(rng, layout=partial(pages.query_form, count=10, height=height * rng.uniform(0.85, 1.15))))


def cut(rng: Generator) -> Shot:
    """A page that did not lie wholly on the scanner."""
    shot = scanned(rng, paper=page(rng, layout=pages.query_form))
    edge = float(np.median([code.corners[1][0] for code in shot.codes])) - rng.uniform(-0.3, 0.6) * 200
    width, height = shot.grey.shape[::-1]
    if rng.random() < 0.7:
        view.cropped(shot, 0, 0, min(width, int(edge)), height)
    else:
        view.cropped(shot, int(min(code.corners[0][0] for code in shot.codes) + rng.uniform(0, 150)), 0, width, height)
    return shot


def moire(rng: Generator, low: float, high: float) -> Shot:
    """A photo of a screen: its pixels, their gaps, and the camera's pixels beat."""
    screen = view.scan(page(rng), rng, float(rng.uniform(100, 130)), 0)
    one = [code for code in screen.codes if code.ppm >= 0.95] or screen.codes
    code = one[int(rng.integers(len(one)))]
    size = (1500, 1000)
    zoom = min(float(rng.uniform(low, high)), 0.85 * size[0] / (code.modules * code.ppm))
    middle = np.mean(code.corners, axis=0)
    fine = _pixels(screen.grey, 6)
    turn, lean = np.radians(rng.uniform(-5, 5)), rng.uniform(-1, 1, 2) * 1e-4
    spin = zoom * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = spin, np.array(size) / 2 - spin @ middle
    matrix = np.array([[1, 0, 0], [0, 1, 0], [*lean, 1 - lean @ (np.array(size) / 2)]]) @ matrix
    scaled = matrix @ np.diag([1 / 6, 1 / 6, 1]) @ np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    soft = cv2.GaussianBlur(fine, (0, 0), max(1.5, 0.5 * 6 / zoom))
    shot = Shot(cv2.warpPerspective(soft, scaled, size, borderValue=20), screen.codes, sigma=0.5)
    shot.moved(lambda points: view.through(matrix, points))
    damage.noise(shot, rng, rng.uniform(1, 5))
    return shot


def _pixels(grey: np.ndarray, fine: int) -> np.ndarray:
    """A screen, each of its pixels `fine` by `fine` with a dark gap and its green brighter than red and blue."""
    cell = np.full((fine, fine), 1.0)
    cell[-1, :], cell[:, -1] = 0.7, 0.7
    cell[:, : fine // 3] *= 0.9
    cell[:, 2 * fine // 3 : -1] *= 0.8
    big = np.repeat(np.repeat(grey.astype(np.float32) + 12, fine, axis=0), fine, axis=1)
    return np.clip(big * np.tile(cell, grey.shape).astype(np.float32), 0, 255).astype(np.uint8)


def dotted(rng: Generator, hard: float) -> Shot:
    paper = page(rng, Ink(0, 120), pages.numbers if rng.random() < 0.5 else pages.query_form, mils=(1000 / 60,))
    printing.needles(paper, rng, 0.8 * hard)
    return scanned(rng, paper=paper)


def thermal(rng: Generator, hard: float) -> Shot:
    paper = page(rng, Ink(float(rng.uniform(-0.5, 1)), 203))
    printing.heated(paper, rng, hard)
    return scanned(rng, paper=paper)


def office(rng: Generator) -> Shot:
    """What comes out of an office: turned, pale, saved small."""
    shot = scanned(rng, float(rng.choice([120, 150, 150, 200])), float(rng.uniform(0, 3)))
    damage.blur(shot, rng.uniform(0.2, 0.5))
    if rng.random() < 0.5:
        damage.contrast(shot, rng, rng.uniform(0.4, 0.8))
    if rng.random() < 0.3:
        damage.voids(shot, rng, 0.2)
    damage.noise(shot, rng, rng.uniform(1, 6))
    view.quarters(shot, int(rng.choice([0, 0, 1, 2, 3])))
    damage.jpeg(shot, int(rng.integers(35, 75)))
    return shot


def phone(rng: Generator) -> Shot:
    """What comes out of a telephone: tilted, curled, in a shadow, out of focus or shaken."""
    shot = photographed(rng, 0.8, float(rng.uniform(145, 220)))
    if rng.random() < 0.5:
        damage.curl(shot, rng, rng.uniform(0.2, 0.8))
    damage.shadow(shot, rng, rng.uniform(0.3, 0.8))
    if rng.random() < 0.6:
        damage.blur(shot, rng.uniform(0.35, 0.68))
    else:
        damage.drag(shot, rng, rng.uniform(0.7, 1.6))
    damage.noise(shot, rng, rng.uniform(2, 10))
    damage.jpeg(shot, int(rng.integers(35, 80)))
    return shot


def webcam(rng: Generator) -> Shot:
    width, height = [(1280, 720), (1280, 720), (1920, 1080), (640, 480)][int(rng.integers(4))]
    shot = camera(rng, width, height, near=bool(rng.random() < 0.7))
    damage.shadow(shot, rng, rng.uniform(0.4, 0.9))
    damage.blur(shot, rng.uniform(0.2, 0.5))
    damage.noise(shot, rng, rng.uniform(3, 10))
    damage.jpeg(shot, int(rng.integers(40, 75)))
    return shot


def fax_mixed(rng: Generator) -> Shot:
    """A worn page, faxed."""
    paper = page(rng, Ink(float(rng.uniform(-1, 2.5)), int(rng.choice([0, 300, 600]))))
    standard = bool(rng.random() < 0.5)
    shot = view.scan(paper, rng, 204, float(rng.normal(0, 1)), 98 if standard else 196)
    damage.blur(shot, rng.uniform(0.1, 0.3))
    damage.noise(shot, rng, rng.uniform(5, 25))
    damage.fax(shot, rng, rng.uniform(0, 0.03), standard=standard)
    damage.voids(shot, rng, rng.uniform(0.05, 0.25))
    return shot


def anything(rng: Generator) -> Shot:
    """Three damages drawn by lot, then a JPEG."""
    shot = photographed(rng, 0.5) if rng.random() < 0.5 else scanned(rng, float(rng.choice([150, 200])), float(rng.uniform(0, 4)))
    drawn = {
        "crumple": lambda: damage.crumple(shot, rng, rng.uniform(0.2, 0.7)),
        "curl": lambda: damage.curl(shot, rng, rng.uniform(0.2, 0.6)),
        "shadow": lambda: damage.shadow(shot, rng, rng.uniform(0.4, 0.8)),
        "pen": lambda: damage.pen(shot, rng, rng.uniform(0.1, 0.6)),
        "highlighter": lambda: damage.highlighter(shot, rng, rng.uniform(0.2, 0.8)),
        "stamp": lambda: damage.stamp(shot, rng, rng.uniform(0.2, 0.8)),
        "voids": lambda: damage.voids(shot, rng, rng.uniform(0.1, 0.4)),
        "contrast": lambda: damage.contrast(shot, rng, rng.uniform(0.4, 0.8)),
        "glare": lambda: damage.glare(shot, rng, rng.uniform(0.2, 0.6)),
    }
    order = list(drawn)
    for name in sorted(rng.choice(order, 3, replace=False), key=order.index):
        drawn[name]()
    damage.blur(shot, rng.uniform(0.2, 0.55))
    damage.noise(shot, rng, rng.uniform(2, 10))
    damage.jpeg(shot, int(rng.integers(40, 80)))
    return shot


def screenshot(rng: Generator, dpi: float) -> Shot:
    paper = page(rng, Ink(0, 0))
    return view.seen(paper, np.diag([dpi, dpi, 1.0]), (round(8.5 * dpi), round(11 * dpi)))


def saved(rng: Generator, dpi: float, quality: int) -> Shot:
    shot = scanned(rng, dpi)
    damage.jpeg(shot, quality)
    return shot


def strewn(rng: Generator, what: Callable[..., None], amount: float, dpi: float) -> Shot:
    shot = scanned(rng, dpi)
    what(shot, rng, amount * rng.uniform(0.8, 1.2))
    return shot
