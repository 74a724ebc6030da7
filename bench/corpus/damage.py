"""Damage to pictures, each from a generator and a strength: light, lens, sensor, fax, paper. All change the shot in place."""

import cv2
import numpy as np
from numpy.random import Generator

from bench.corpus.codes import ALNUM
from bench.corpus.truth import Grey
from bench.corpus.view import Shot, warped


def module(shot: Shot) -> float:
    """Pixels per module of the middling code of a picture."""
    sizes = [code.ppm for code in shot.codes if code.kind != "offtarget"]
    return float(np.median(sizes)) if sizes else 2.0


def blur(shot: Shot, modules: float) -> None:
    """Out of focus, by a sigma in modules of the middling code."""
    sigma = modules * module(shot)
    shot.grey = cv2.GaussianBlur(shot.grey, (0, 0), sigma)
    shot.sigma = float(np.hypot(shot.sigma, sigma))


def drag(shot: Shot, rng: Generator, modules: float, angle: float | None = None) -> None:
    """Moved during the exposure, mostly across the bars, by a length in modules of the middling code."""
    turn = np.radians(rng.normal(0, 25) if angle is None else angle)
    along = shot.codes[0].along if shot.codes else np.array([1.0, 0])
    way = np.array([along[0] * np.cos(turn) - along[1] * np.sin(turn), along[0] * np.sin(turn) + along[1] * np.cos(turn)])
    way *= modules * module(shot)
    side = int(2 * np.ceil(np.abs(way).max() / 2 + 1) + 1)
    kernel = np.zeros((side * 8, side * 8), np.uint8)
    middle = side * 4
    ends = [tuple(round(v) for v in middle + s * way * 4) for s in (-1, 1)]
    cv2.line(kernel, *ends, 255, 8)
    small = cv2.resize(kernel, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    shot.grey = cv2.filter2D(shot.grey, -1, small / small.sum(), borderType=cv2.BORDER_REPLICATE)
    shot.drag = way


def contrast(shot: Shot, rng: Generator, span: float) -> None:
    """Faded to a span (1 is all) of grey somewhere in the range."""
    low = rng.uniform(0, 1 - span) * 255
    shot.grey = (low + shot.grey * span).astype(np.uint8)


def noise(shot: Shot, rng: Generator, deviation: float) -> None:
    """A sensor's grain."""
    grain = rng.standard_normal(shot.grey.shape, np.float32)
    shot.grey = np.clip(shot.grey + grain * deviation, 0, 255).astype(np.uint8)


def salt_and_pepper(shot: Shot, rng: Generator, share: float) -> None:
    """Pixels gone black or white."""
    dice = rng.random(shot.grey.shape, np.float32)
    shot.grey[dice < share / 2] = 0
    shot.grey[dice > 1 - share / 2] = 255


def jpeg(shot: Shot, quality: int) -> None:
    """Saved and opened again."""
    shot.grey = cv2.imdecode(cv2.imencode(".jpg", shot.grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)


def cloud(rng: Generator, shape: tuple[int, int], wave: float) -> np.ndarray:
    """A smooth random field of about unit size, `wave` pixels from hill to hill."""
    coarse = rng.standard_normal((int(shape[0] / wave) + 3, int(shape[1] / wave) + 3)).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def crumple(shot: Shot, rng: Generator, strength: float) -> None:
    """Bent and folded: waves of up to `strength` times 8 pixels, and folds that take light."""
    shape, wave = shot.grey.shape, rng.uniform(250, 500)
    warped(shot, cloud(rng, shape, wave) * 5 * strength, cloud(rng, shape, wave) * 8 * strength)
    light = np.ones(shape, np.float32)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    for _ in range(int(2 + 5 * strength)):
        turn = rng.uniform(0, np.pi)
        side = (x - rng.uniform(0, shape[1])) * np.cos(turn) + (y - rng.uniform(0, shape[0])) * np.sin(turn)
        light *= 1 - rng.uniform(0.05, 0.45) * strength * np.exp(-np.abs(side) / rng.uniform(30, 200)) * (side > 0)
    shot.grey = np.clip(shot.grey * light, 0, 255).astype(np.uint8)


def curl(shot: Shot, rng: Generator, strength: float) -> None:
    """A page that bulges: its lines become bows, its sides draw together."""
    height, width = shot.grey.shape
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    bow = rng.choice([-1, 1]) * strength * 0.03 * height * (1 - x[None] ** 2) * (1 + 0.3 * y[:, None])
    draw = strength * 0.03 * width * x[None] ** 3 * np.ones_like(y)[:, None]
    warped(shot, draw.astype(np.float32), bow.astype(np.float32))


def shadow(shot: Shot, rng: Generator, dark: float) -> None:
    """The shadow of a hand or a wall: light falls to `dark` behind soft and hard edges."""
    shape = shot.grey.shape
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    light = np.ones(shape, np.float32)
    for _ in range(int(rng.integers(1, 3))):
        turn, soft = rng.uniform(0, 2 * np.pi), rng.uniform(2, 80)
        middle = rng.uniform(0.25, 0.75, 2) * shape
        side = (x - middle[1]) * np.cos(turn) + (y - middle[0]) * np.sin(turn)
        light *= dark ** (1 / 1.5) + (1 - dark ** (1 / 1.5)) / (1 + np.exp(np.clip(side / soft, -40, 40)))
    shot.grey = (shot.grey * light).astype(np.uint8)


def glare(shot: Shot, rng: Generator, strength: float) -> None:
    """A lamp mirrored in plastic: where it is brightest, nothing is left of the ink."""
    shape = shot.grey.shape
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    shine = np.zeros(shape, np.float32)
    for _ in range(1 + int(strength > 0.5)):
        middle, wide = _spot(shot, rng), rng.uniform(0.03, 0.09, 2) * max(shape) * (0.6 + strength)
        shine += np.exp(-(((x - middle[0]) / wide[0]) ** 2) - ((y - middle[1]) / wide[1]) ** 2)
    lit = shot.grey + shine * 330 * (0.5 + strength / 2)
    shot.hidden(np.where(shine * 330 * (0.5 + strength / 2) > 235, 255, 0).astype(np.uint8))
    shot.grey = np.clip(lit, 0, 255).astype(np.uint8)


def _spot(shot: Shot, rng: Generator) -> np.ndarray:
    """A point near one of the codes."""
    if not shot.codes:
        return rng.uniform(0, 1, 2) * shot.grey.shape[::-1]
    code = shot.codes[int(rng.integers(len(shot.codes)))]
    x0, y0, x1, y1 = code.box
    return np.array([rng.uniform(x0, x1), rng.normal((y0 + y1) / 2, (y1 - y0) * 0.7)])


def pen(shot: Shot, rng: Generator, strength: float) -> None:
    """Struck through, ticked off, signed over. Strength 1 crosses nearly every code."""
    mask = np.zeros(shot.grey.shape, np.uint8)
    for code in shot.codes:
        if rng.random() < 0.3 + 0.65 * strength:
            _stroke(mask, np.asarray(code.corners), rng, max(2, round(module(shot) * rng.uniform(0.8, 1.8))), strength)
    _painted(shot, mask, float(rng.choice([0, 25, 70])))
    shot.hidden(mask)


def _stroke(mask: Grey, corners: np.ndarray, rng: Generator, thick: int, strength: float) -> None:
    a, b, _, d = corners
    along, down = b - a, d - a
    kind = rng.random()
    t = np.linspace(-0.1, 1.1, 60)
    if kind < 0.45:
        across = rng.uniform(0.1, 0.9) + rng.normal(0, 0.5) * (t - 0.5) + 0.08 * np.sin(t * rng.uniform(4, 14))
    elif kind < 0.75:
        across = 0.5 + rng.uniform(0.2, 0.7) * np.sin(t * 2 * np.pi * rng.uniform(1, 2 + 4 * strength) + rng.uniform(0, 6))
    else:
        t = rng.uniform(0.1, 0.9) + rng.uniform(0.05, 0.3) * (np.linspace(0, 1, 60) - 0.5) * rng.choice([-1, 1])
        across = np.linspace(-0.3, 1.3, 60)
    points = a + t[:, None] * along + np.asarray(across)[:, None] * down
    cv2.polylines(mask, [np.round(points * 8).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 3)


def _painted(shot: Shot, mask: Grey, tone: float, opaque: float = 1.0) -> None:
    """Ink over the picture, darkening only."""
    share = mask / 255 * opaque
    shot.grey = np.minimum(shot.grey, shot.grey * (1 - share) + tone * share).astype(np.uint8)


def highlighter(shot: Shot, rng: Generator, strength: float) -> None:
    """Bands of a marker, grey in grey; its ends are darker."""
    for code in shot.codes:
        if rng.random() < 0.4 + 0.4 * strength:
            mask = np.zeros(shot.grey.shape, np.uint8)
            a, b, _, d = np.asarray(code.corners)
            y0, t0, t1 = rng.uniform(-0.2, 0.5), rng.uniform(-0.3, 0.4), rng.uniform(0.6, 1.3)
            ends = [a + t * (b - a) + (y0 + 0.4) * (d - a) for t in (t0, t1)]
            thick = max(3, int(np.hypot(*(d - a)) * rng.uniform(0.4, 1.2)))
            cv2.line(mask, *[tuple(int(v) for v in e) for e in ends], 255, thick, cv2.LINE_AA)
            shot.grey = (shot.grey * (1 - mask / 255 * rng.uniform(0.1, 0.25 + 0.4 * strength))).astype(np.uint8)


def stamp(shot: Shot, rng: Generator, strength: float) -> None:
    """Round and square stamps with words, half over the codes."""
    for _ in range(1 + round(2 * strength)):
        mask, middle, big = np.zeros(shot.grey.shape, np.uint8), _spot(shot, rng), module(shot) * rng.uniform(35, 70)
        turn = float(rng.uniform(-25, 25))
        if rng.random() < 0.6:
            for share in (1.0, 0.85):
                cv2.ellipse(
                    mask,
                    (tuple(middle.tolist()), (2 * big * share, 1.3 * big * share), turn),
                    255,
                    max(1, round(big / 30)),
                    cv2.LINE_AA,
                )
        else:
            box = cv2.boxPoints((tuple(middle.tolist()), (2 * big, big), turn))
            cv2.polylines(mask, [box.astype(np.int32)], True, 255, max(1, round(big / 25)), cv2.LINE_AA)
        for n, line in enumerate(("RELEASED", "2026-11-" + str(rng.integers(10, 30)), "".join(rng.choice(list(ALNUM), 6)))):
            at = middle + np.array([-0.6, (n - 0.7) * 0.36]) * big
            cv2.putText(
                mask,
                line,
                tuple(at.astype(int).tolist()),
                cv2.FONT_HERSHEY_DUPLEX,
                big / 90,
                255,
                max(1, round(big / 40)),
                cv2.LINE_AA,
            )
        patchy = np.clip(0.8 + 0.4 * cloud(rng, shot.grey.shape, 30), 0, 1)
        _painted(shot, (mask * patchy).astype(np.uint8), float(rng.uniform(20, 110)), rng.uniform(0.6, 1))
        if strength > 0.3:
            shot.hidden(mask)


def voids(shot: Shot, rng: Generator, strength: float) -> None:
    """Toner that did not hold: white streaks across the page, white spots in the bars, black specks beside them."""
    shape, mask = shot.grey.shape, np.zeros(shot.grey.shape, np.uint8)
    for _ in range(int(strength * 14)):
        y, thick = rng.uniform(0, shape[0]), int(rng.integers(1, 2 + round(3 * strength)))
        cv2.line(mask, (0, int(y)), (shape[1], int(y + rng.normal(0, 6))), 255, thick)
    for code in shot.codes:
        a, b, _, d = np.asarray(code.corners)
        for _ in range(int(rng.poisson(5 + 60 * strength**2))):
            at = a + rng.uniform(0, 1) * (b - a) + rng.uniform(0, 1) * (d - a)
            cv2.circle(mask, tuple(at.astype(int).tolist()), int(rng.integers(0, 2 + round(module(shot) * strength))), 255, -1)
    shot.grey = np.maximum(shot.grey, cv2.GaussianBlur(mask, (0, 0), 0.5))
    for _ in range(int(60 * strength)):
        at = rng.uniform(0, 1, 2) * shape[::-1]
        cv2.circle(shot.grey, tuple(at.astype(int).tolist()), int(rng.integers(0, 3)), 0, -1)
    shot.hidden(mask)


def fax(shot: Shot, rng: Generator, lost: float = 0.0, *, standard: bool) -> None:
    """To one bit, by a threshold that leans either way; of `standard` each line twice; a share of the lines lost."""
    tone = float(rng.uniform(110, 160))
    bits = np.where(shot.grey > tone, 255, 0).astype(np.uint8)
    bad = rng.random(len(bits)) < lost
    for y in np.flatnonzero(bad):
        burst = int(rng.integers(1, 3))
        bits[y : y + burst] = bits[y - 1] if y and rng.random() < 0.6 else 255
        if rng.random() < 0.2:
            x = int(rng.integers(0, bits.shape[1]))
            bits[y, x : x + int(rng.integers(100, 900))] = 0
    shot.grey = np.repeat(bits, 2, axis=0) if standard else bits
    if standard:
        shot.moved(lambda points: points * [1, 2])


def covers(shot: Shot, rng: Generator, share: float) -> None:
    """Another sheet or a thumb over the ends of a share of the codes."""
    mask = np.zeros(shot.grey.shape, np.uint8)
    tone = np.zeros(shot.grey.shape, np.uint8)
    for code in shot.codes:
        if rng.random() < share:
            a, b, c, d = np.asarray(code.corners)
            cut, left = rng.uniform(0.08, 0.6), rng.random() < 0.5
            near, far = (-0.15, cut) if left else (1 - cut, 1.15)
            quad = [
                a + near * (b - a) - 0.15 * (d - a),
                a + far * (b - a) - 0.15 * (d - a),
                d + far * (c - d) + 0.15 * (d - a),
                d + near * (c - d) + 0.15 * (d - a),
            ]
            cv2.fillPoly(mask, [np.round(quad).astype(np.int32)], 255)
            cv2.fillPoly(tone, [np.round(quad).astype(np.int32)], int(rng.choice([0, 90, 170, 255])))
    shot.grey = np.where(mask > 0, tone, shot.grey)
    shot.hidden(mask)
