"""Draws the programming symbols of `hardware/scanners/codes.toml` as pictures: `python hardware/symbols.py`."""  # noqa: INP001

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

SCANNERS = Path(__file__).parent / "scanners"
# The widths of bar, space, ... of the Code 128 values 0 to 102, the starts A, B and C, and the stop (ISO/IEC 15417, table 1).
_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 "
    "223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 "
    "311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
WIDTHS = _TABLE.split()
FNC3, TO_A, START_B, STOP = 96, 101, 104, 106
MODULE, HEIGHT, QUIET = 4, 120, 10
"""Pixels of a module and of a bar's height; modules of white at each end."""


def codes() -> list[dict[str, Any]]:
    """The symbols, as codes.toml lists them."""
    listed: list[dict[str, Any]] = tomllib.loads((SCANNERS / "codes.toml").read_text(encoding="utf-8"))["code"]
    return listed


def values(text: str, fnc3: str) -> list[int]:
    """The Code 128 values of a text in set B, its control characters in set A, and FNC3 before or behind it."""
    data = [FNC3] if fnc3 == "start" else []
    for character in text:
        data += [TO_A, ord(character) + 64] if character < " " else [ord(character) - 32]
    if any(character < " " for character in text[:-1]):
        raise ValueError(f"expected control characters at the end only, got {text!r}")
    data += [FNC3] if fnc3 == "end" else []
    check = (START_B + sum(place * value for place, value in enumerate(data, 1))) % 103
    return [START_B, *data, check, STOP]


def draw(text: str, fnc3: str) -> Image.Image:
    """The symbol as a black and white picture, quiet zones included."""
    row = [1] * (QUIET * MODULE) + list(_pixels(values(text, fnc3))) + [1] * (QUIET * MODULE)
    picture = Image.new("1", (len(row), HEIGHT + 2 * MODULE), 1)
    for y in range(MODULE, HEIGHT + MODULE):
        for x, white in enumerate(row):
            picture.putpixel((x, y), white)
    return picture


def _pixels(symbol: list[int]) -> Iterator[int]:
    for i, width in enumerate("".join(WIDTHS[value] for value in symbol)):
        yield from [i % 2] * (int(width) * MODULE)


def main() -> None:
    """Draw them all."""
    for code in codes():
        draw(code["text"], code["fnc3"]).save(SCANNERS / "symbols" / f"{code['file']}.png", optimize=True)


if __name__ == "__main__":
    main()
