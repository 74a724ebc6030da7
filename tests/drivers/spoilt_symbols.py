"""Symbols with one known fault each, as they lie on a page: what a client's printer, pen, scanner or telephone does to them."""

from dataclasses import dataclass

import cv2
import numpy as np

from drivers.picture import Unreadable
from drivers.picture.bars import Bars
from tests.drivers.pictures import bars

FINE = 12
"""Pixels of a module while it is drawn."""
MARGIN = 60


@dataclass(frozen=True)
class Drawn:
    """A page, where the symbol lies on it, and the pixels of its narrow bar."""

    page: np.ndarray
    place: Bars
    narrow: float


def symbol(text="99999001495785", symbology="Code128", narrow=3.0, tall=80):
    """A sound symbol on white paper, its narrow bar any fraction of pixels."""
    drawn = bars(text, symbology, FINE, 1)
    inked = np.nonzero(drawn[0] < 128)[0]
    drawn = drawn[:, inked[0] : inked[-1] + 1]
    width, margin = round(drawn.shape[1] * narrow / FINE), MARGIN
    small = np.repeat(cv2.resize(drawn, (width, 1), interpolation=cv2.INTER_AREA), tall, axis=0)
    page = np.full((tall + 2 * margin, width + 2 * margin), 255, np.uint8)
    page[margin : margin + tall, margin : margin + width] = small
    return Drawn(page, Bars(0.0, margin, margin + width, margin, margin + tall), FINE * width / drawn.shape[1])


def _on(drawn, change):
    """The symbol's part of the page, changed in place."""
    page, at = drawn.page.copy(), drawn.place
    part = page[int(at.v0) : int(at.v1), int(at.u0) : int(at.u1)]
    part[:] = np.clip(change(part.astype(float)), 0, 255)
    return Drawn(page, at, drawn.narrow)


def cut_by_the_edge(drawn, _):
    whole = drawn.place
    end = int(whole.u0 + 0.66 * whole.length)
    return Drawn(np.ascontiguousarray(drawn.page[:, :end]), Bars(0.0, whole.u0, end, whole.v0, whole.v1), drawn.narrow)


def half_of_it_white(drawn, _):
    whole = drawn.place
    end = int(whole.u0 + 0.6 * whole.length)
    page = drawn.page.copy()
    page[:, end:] = 255
    return Drawn(page, Bars(0.0, whole.u0, end, whole.v0, whole.v1), drawn.narrow)


def boxed(drawn, _):
    """A box drawn round the bars, two narrow bars from them."""
    page, at, gap = drawn.page.copy(), drawn.place, round(2 * drawn.narrow)
    corners = (int(at.u0) - gap - 2, int(at.v0) - gap), (int(at.u1) + gap + 1, int(at.v1) + gap)
    cv2.rectangle(page, *corners, 0, 2)
    return Drawn(page, at, drawn.narrow)


def beside_text(drawn, _):
    page, at = drawn.page.copy(), drawn.place
    cv2.putText(page, "No 7", (2, int(at.v0) + 45), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 0, 3)
    page[:, int(at.u0) - 6 : int(at.u0)] = np.where(np.arange(len(page))[:, None] % 9 < 5, 0, 255)
    return Drawn(page, at, drawn.narrow)


def pale(drawn, _):
    return Drawn((170 + 0.2 * drawn.page).astype(np.uint8), drawn.place, drawn.narrow)


def out_of_focus(drawn, _):
    return Drawn(cv2.GaussianBlur(drawn.page, (0, 0), 1.1 * drawn.narrow), drawn.place, drawn.narrow)


def moved(drawn, _):
    return Drawn(cv2.blur(drawn.page, (round(2.2 * drawn.narrow), 1)), drawn.place, drawn.narrow)


def struck_through(drawn, rng):
    page, at = drawn.page.copy(), drawn.place
    ends = (int(at.u0) + 10, int(at.v1 - 5 - 20 * rng.random())), (int(at.u1) - 10, int(at.v0 + 5 + 20 * rng.random()))
    cv2.line(page, *ends, 30, 6)
    return Drawn(page, at, drawn.narrow)


def stamped(drawn, rng):
    page, at = drawn.page.copy(), drawn.place
    ink = np.full_like(page, 255)
    middle = int(at.u0 + at.length * (0.4 + 0.2 * rng.random())), int((at.v0 + at.v1) / 2)
    cv2.ellipse(ink, middle, (110, 48), -8, 0, 360, 60, 5)
    cv2.putText(ink, "RECEIVED", (middle[0] - 80, middle[1] + 8), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 60, 4)
    return Drawn(np.minimum(page, ink), at, drawn.narrow)


def in_glare(drawn, rng):
    page, at = drawn.page.astype(float), drawn.place
    x, y = np.meshgrid(np.arange(page.shape[1]), np.arange(page.shape[0]))
    centre = at.u0 + at.length * (0.3 + 0.4 * rng.random())
    light = 420 * np.exp(-(((x - centre) / 60) ** 2 + ((y - (at.v0 + at.v1) / 2) / 90) ** 2))
    return Drawn(np.clip(page + light, 0, 255).astype(np.uint8), at, drawn.narrow)


def of_dots(drawn, rng):
    """A needle printer with a worn ribbon."""
    return _on(drawn, lambda part: np.where(rng.random(part.shape) < 0.5, 255 - 0.25 * (255 - part), part))


def fading(drawn, _):
    """A thermal head, or a ribbon, that runs out along the symbol."""
    return _on(drawn, lambda part: 255 - (255 - part) * np.linspace(1.0, 0.45, part.shape[1]))


def with_voids(drawn, rng):
    def holed(part):
        for _ in range(60):
            at = int(rng.integers(part.shape[1])), int(rng.integers(part.shape[0]))
            cv2.circle(part, at, int(rng.integers(2, 5)), 255, -1)
        return part

    return _on(drawn, holed)


def run(drawn, _):
    """Ink that spread until the narrow spaces are almost gone."""
    return Drawn(cv2.erode(drawn.page, np.ones((1, int(np.ceil(0.8 * drawn.narrow))))), drawn.place, drawn.narrow)


def creased(drawn, _):
    """Paper that is curled: each row stands aside by a little more."""
    at, page = drawn.place, drawn.page
    x, y = np.meshgrid(np.arange(page.shape[1], dtype=np.float32), np.arange(page.shape[0], dtype=np.float32))
    aside = 2.5 * drawn.narrow * np.sin((y - at.v0) / at.height * np.pi)
    return Drawn(cv2.remap(page, (x + aside).astype(np.float32), y, cv2.INTER_LINEAR, borderValue=255), at, drawn.narrow)


FAULTS = {
    cut_by_the_edge: Unreadable.CUT_OFF,
    half_of_it_white: Unreadable.CUT_OFF,
    boxed: Unreadable.NO_QUIET_ZONE,
    beside_text: Unreadable.NO_QUIET_ZONE,
    pale: Unreadable.LOW_CONTRAST,
    out_of_focus: Unreadable.BLURRED,
    moved: Unreadable.BLURRED,
    struck_through: Unreadable.COVERED,
    stamped: Unreadable.COVERED,
    in_glare: Unreadable.COVERED,
    of_dots: Unreadable.BROKEN,
    fading: Unreadable.BROKEN,
    with_voids: Unreadable.BROKEN,
    run: Unreadable.BROKEN,
    creased: Unreadable.BENT,
}
"""What spoils a symbol, and what is to be said of it."""
