"""The preview: a small picture with the symbols outlined and named. Runs in the camera's own process.

A symbol that was told has a thick closed outline and its text; one still waited for a thin outline and dots before the text.
Nothing is said by colour alone.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.sightings import Sighting

WIDTH = 640
_QUALITY = 70
_FONT, _SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.5
_DARK, _LIGHT = (0, 0, 0), (255, 255, 255)


def drawn(picture: NDArray[np.uint8], sightings: Sequence[Sighting], told: Callable[[Sighting], bool]) -> bytes:
    """The picture as a JPEG, `WIDTH` pixels wide."""
    scale = WIDTH / picture.shape[1]
    small = cv2.resize(picture, (WIDTH, max(1, round(picture.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    canvas = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR) if small.ndim == 2 else small
    for one in sightings:
        _outlined(canvas, one, scale, done=told(one))
    return bytes(cv2.imencode(".jpg", canvas, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1])


def _outlined(canvas: NDArray[np.uint8], one: Sighting, scale: float, *, done: bool) -> None:
    """Light on dark, so that it shows on paper and on wood."""
    x0, y0, x1, y1 = (round(side * scale) for side in one.box)
    width = 3 if done else 1
    for color, more in ((_DARK, 2), (_LIGHT, 0)):
        cv2.rectangle(canvas, (x0, y0), (x1, y1), color, width + more, cv2.LINE_AA)
    _labelled(canvas, _label(one, done=done), x0, y0)


def _labelled(canvas: NDArray[np.uint8], words: str, x: int, y: int) -> None:
    """Words on a dark ground above a point, wholly inside the picture."""
    (width, height), below = cv2.getTextSize(words, _FONT, _SIZE, 1)
    left, base = max(2, min(x, WIDTH - width - 6)), max(height + 4, y - below - 6)
    cv2.rectangle(canvas, (left - 2, base - height - 3), (left + width + 3, base + below + 1), _DARK, cv2.FILLED)
    cv2.putText(canvas, words, (left, base), _FONT, _SIZE, _LIGHT, 1, cv2.LINE_AA)


def _label(one: Sighting, *, done: bool) -> str:
    """The text, cut short; the drawing font has ASCII only."""
    text = "".join(c if " " <= c <= "~" else "?" for c in one.text)
    return ("" if done else "... ") + (text if len(text) <= 32 else text[:29] + "...")
