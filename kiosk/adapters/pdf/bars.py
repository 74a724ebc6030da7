"""Bars: what stands in a Code 128, a Code 39 or a QR symbol, module by module (encoded by zxing-cpp, drawn by `pen`)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from math import isqrt
from typing import Final

import zxingcpp

from kiosk.core.faults import Refusal

QUIET: Final = 10
"""Modules of white that belong to a linear symbol on each side (ISO/IEC 15417, 16388)."""
QUIET_QR: Final = 4
"""Modules of white around a QR symbol (ISO/IEC 18004)."""
WIDE: Final = 2.5
"""Width of a wide element of Code 39, in narrow ones: between 2 and 3, and readable by laser scanners too."""
_FORMATS: Final = {"code128": zxingcpp.BarcodeFormat.Code128, "code39": zxingcpp.BarcodeFormat.Code39}
_ROWS: Final = 50
"""How high zxing-cpp draws a linear symbol, in pixels."""
SYMBOLOGIES: Final = tuple(_FORMATS)


@lru_cache(maxsize=4096)
def runs(symbology: str, text: str) -> tuple[float, ...]:
    """The widths of bar, space, bar, ... in modules; `Refusal("not-encodable")` for what the symbology cannot say.

    >>> runs("code128", "A")[:6]
    (2, 1, 1, 2, 1, 4)
    """
    row = _encoded(symbology, text)
    widths = [sum(1 for _ in run) for _, run in groupby(row)]
    if symbology == "code39":
        return tuple(WIDE if width == 2 else width for width in widths)
    return tuple(widths)


def module(symbology: str, text: str, room: float, modules: Sequence[float]) -> float:
    """The widest of the module widths with which text and quiet zones fit into the room (mm); `Refusal("does-not-fit")`."""
    wanted = sum(runs(symbology, text)) + 2 * QUIET
    for width in modules:
        if wanted * width <= room:
            return width
    raise Refusal("does-not-fit", got=text, symbology=symbology, expected=f"{room:.0f} mm, needs {wanted * modules[-1]:.0f} mm")


@lru_cache(maxsize=64)
def qr(text: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """A QR symbol, ECC level M: for each row of modules its dark runs as (start, length); `Refusal("seal-too-long")`."""
    try:
        image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(add_quiet_zones=False)
    except ValueError:
        raise Refusal("seal-too-long", expected="at most 3391 characters", got=len(text)) from None
    pixels = bytes(memoryview(image))
    side = isqrt(len(pixels))
    return tuple(tuple(_dark(pixels[start : start + side])) for start in range(0, len(pixels), side))


def _encoded(symbology: str, text: str) -> bytes:
    """One row of pixels, a pixel for each module."""
    try:
        symbol = zxingcpp.create_barcode(text, _FORMATS[symbology])
    except ValueError:
        raise Refusal("not-encodable", got=f"{text!a}", symbology=symbology) from None
    if symbol.text != text or not text.isascii():
        # Code 39 would turn lower case into capitals, and Code 128 would put another character set's bytes.
        raise Refusal("not-encodable", got=f"{text!a}", symbology=symbology)
    pixels = bytes(memoryview(symbol.to_image(add_quiet_zones=False)))
    return pixels[: len(pixels) // _ROWS]


def _dark(row: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    for pixel, run in groupby(row):
        length = sum(1 for _ in run)
        if not pixel:
            yield start, length
        start += length
