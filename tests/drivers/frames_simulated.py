"""Simulated camera frames: symbols drawn on paper or on a screen, held before a camera. Facts and a seed in, pixels out.

Nothing here is a real camera. What is modelled: lens and motion blur, sensor noise, perspective, rotation, a screen's pixel
grid beating with the sensor's (moire), glare, flicker, dark mode, mirror image, JPEG. Figures from these are labelled so.
"""

from functools import cache

import cv2
import numpy as np
import zxingcpp

SIZE = (1280, 720)


def symbol(text, kind="Code128", module=4, height=110):
    """A symbol with its quiet zone, black on white."""
    drawn = np.asarray(zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=module))
    if kind in {"QRCode", "DataMatrix", "Aztec", "PDF417"}:
        return np.pad(drawn, 4 * module, constant_values=255)
    rows = np.repeat(drawn[len(drawn) // 2][None], height, axis=0)
    return np.pad(rows, ((2 * module, 2 * module), (12 * module, 12 * module)), constant_values=255)


def page(*placed, size=(1400, 1000), paper=255):
    """A sheet with (picture, x, y) each; a shade of grey for the paper."""
    sheet = np.full((size[1], size[0]), 255, np.uint8)
    for picture, x, y in placed:
        sheet[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return np.minimum(sheet, paper).astype(np.uint8)


def on_screen(sheet, *, dark=False, grid=3):
    """A screen showing it: each pixel as three stripes and a gap, drawn `grid` times as large."""
    shown = 255 - sheet if dark else sheet
    large = np.repeat(np.repeat(shown, grid, axis=0), grid, axis=1).astype(np.float32)
    across = np.array([1.0, 1.0, 0.55])[np.arange(large.shape[1]) % grid % 3]
    down = np.where(np.arange(large.shape[0]) % grid == grid - 1, 0.6, 1.0)
    return np.clip(large * across * down[:, None] * 1.1, 0, 255).astype(np.uint8)


def held(sheet, *, width=900.0, x=640.0, y=360.0, angle=0.0, tilt=(0.0, 0.0), size=SIZE, table=90):
    """The sheet before the camera: its width in the frame, its middle, turned by degrees, tilted (shares of far sides)."""
    h, w = sheet.shape
    half = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * (width, width * h / w)
    far = 1 + np.array([-1, 1, 1, -1]) * tilt[0] / 2 + np.array([-1, -1, 1, 1]) * tilt[1] / 2
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    there = (half * far[:, None]) @ rotation + (x, y)
    here = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(here, there.astype(np.float32))
    shrunk = max(1.0, w / width)
    smooth = cv2.GaussianBlur(sheet, (0, 0), 0.35 * shrunk) if shrunk > 1.2 else sheet
    return cv2.warpPerspective(smooth, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=table)


def blurred(frame, lens=0.8, motion=0, angle=0.0):
    """Lens blur in pixels, and a hand that moves by so many pixels."""
    out = cv2.GaussianBlur(frame, (0, 0), lens) if lens else frame
    if motion < 2:
        return out
    kernel = np.zeros((motion, motion), np.float32)
    kernel[motion // 2] = 1
    turn = cv2.getRotationMatrix2D(((motion - 1) / 2, (motion - 1) / 2), angle, 1)
    kernel = cv2.warpAffine(kernel, turn, (motion, motion))
    return cv2.filter2D(out, -1, kernel / kernel.sum())


def glare(frame, x, y, radius=120, strength=180):
    """A lamp's reflection."""
    ys, xs = np.mgrid[: frame.shape[0], : frame.shape[1]]
    spot = strength * np.exp(-(((xs - x) ** 2 + (ys - y) ** 2) / (2 * radius**2)))
    return np.clip(frame + spot, 0, 255).astype(np.uint8)


def flicker(frame, phase, depth=0.25, period=240):
    """Bands of a screen's backlight or a lamp, wandering from frame to frame."""
    rows = 1 - depth * (0.5 + 0.5 * np.sin(2 * np.pi * (np.arange(frame.shape[0]) / period + phase)))
    return (frame * rows[:, None]).astype(np.uint8)


@cache
def _grain():
    """Noise of one sensor, made once: each picture takes another part of it."""
    return np.random.default_rng(0).standard_normal((1600, 2400), np.float32)


def sensed(frame, rng, noise=4.0, light=1.0, jpeg=0):
    """What the sensor makes of it: less light, more noise; JPEG quality, 0 for none."""
    y, x = rng.integers(0, 400, 2)
    grain = cv2.resize(_grain()[y : y + 1200, x : x + 2000], frame.shape[::-1]) if frame.size > 2_400_000 else _grain()[y:, x:]
    grain = grain[: frame.shape[0], : frame.shape[1]]
    out = cv2.addWeighted(frame.astype(np.float32), light, grain, noise, 0).clip(0, 255).astype(np.uint8)
    if jpeg:
        out = cv2.imdecode(cv2.imencode(".jpg", out, (cv2.IMWRITE_JPEG_QUALITY, jpeg))[1], cv2.IMREAD_GRAYSCALE)
    return out


def empty(rng, noise=4.0, size=SIZE):
    """The table with nothing on it."""
    return sensed(np.full((size[1], size[0]), 90, np.uint8), rng, noise)


def saved(folder, frames):
    """The frames as numbered files; the folder as a camera's node."""
    folder.mkdir(exist_ok=True)
    for number, frame in enumerate(frames):
        cv2.imwrite(str(folder / f"{number:05}.png"), frame, (cv2.IMWRITE_PNG_COMPRESSION, 1))
    return f"folder:{folder}"


KINDS = (
    "paper",
    "rotated",
    "soft",
    "motion",
    "glare",
    "dim",
    "noisy",
    "jpeg",
    "mirrored",
    "phone",
    "screen close up",
    "dark mode",
    "screen with glare",
    "flicker",
)
"""What `presentation` can show."""

_SCREENS = {"phone", "screen close up", "dark mode", "screen with glare", "flicker"}


def number(rng):
    """A synthetic cargo control or transaction number."""
    forms = (f"99999{rng.integers(10**9):09d}", f"8XXXPARS{rng.integers(10**6):06d}", f"XXXX{rng.integers(10**7):07d}")
    return str(rng.choice(forms))


def presentation(kind, rng, pictures=8, symbology=None, size=SIZE):
    """A symbol in a hand that trembles: its text, and the pictures. Narrow bars are 1.6 to 3 pixels, near up to 4.4."""
    text = number(rng)
    near = kind == "screen close up"  # so that its own pixels are seen, and beat with the sensor's: moire
    symbology = symbology or ("Code128" if near else str(rng.choice(["Code128", "Code39"])))
    drawn = symbol(text, symbology, 2 if near else 3, int(rng.integers(80, 160)))
    wide = drawn.shape[1] + 20 if near else 1200
    sheet = page((drawn, max(0, (wide - drawn.shape[1]) // 2), 20 if near else 200), size=(wide, 220 if near else 520))
    sheet = on_screen(sheet, dark=kind == "dark mode") if kind in _SCREENS else sheet
    place = {
        "width": wide * (rng.uniform(1.5, 2.2) if near else rng.uniform(1.6, 3.0) / 3),
        "angle": rng.uniform(0, 360) if kind == "rotated" else rng.uniform(-12, 12),
        "tilt": tuple(rng.uniform(-0.15, 0.15, 2)),
    }
    at = np.array(size) / 2 + rng.uniform(-100, 100, 2)
    lamp = at + rng.uniform(-200, 200, 2)
    return text, [_picture(kind, rng, sheet, place, at, lamp, size) for _ in range(pictures)]


def _picture(kind, rng, sheet, place, at, lamp, size):
    x, y = at + rng.normal(0, 1.5, 2)
    frame = held(sheet, x=x, y=y, size=size, **place)
    lens = rng.uniform(0.3, 0.5) if kind == "screen close up" else rng.uniform(0.5, 0.9) * (1.6 if kind == "soft" else 1)
    frame = blurred(frame, lens, int(rng.integers(3, 7)) if kind == "motion" else 0, rng.uniform(0, 180))
    if kind in {"glare", "screen with glare"}:
        frame = glare(frame, *lamp, radius=90, strength=140)
    if kind == "flicker":
        frame = flicker(frame, rng.uniform(), depth=0.4)
    noise, light = (8 if kind in {"noisy", "dim"} else 4), (0.35 if kind == "dim" else 1.0)
    frame = sensed(frame, rng, noise, light, 60 if kind == "jpeg" else 0)
    return cv2.flip(frame, 1) if kind == "mirrored" else frame
