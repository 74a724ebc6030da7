"""Bars from numbers: the widths of Code 39 and Code 128, and numbers to put in them. The patterns are zxing-cpp's writer's."""

import string
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import zxingcpp
from numpy.random import Generator

ALNUM = string.digits + string.ascii_uppercase


@dataclass(frozen=True, slots=True)
class Strip:
    """The bars and spaces of one symbol, in modules, from its first bar to its last."""

    text: str
    symbology: str
    widths: tuple[float, ...]

    @property
    def modules(self) -> float:
        return float(sum(self.widths))


def strip(text: str, symbology: str, ratio: float = 2.5, gap: float = 1.0) -> Strip:
    """The bars of a text. Of Code 39, `ratio` is wide to narrow and `gap` the white between characters, in modules.

    >>> strip("XXXX1", "Code128").modules, strip("1", "Code39", ratio=3).modules
    (90.0, 47.0)
    """
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
    row = np.asarray(made.to_image(scale=1, add_quiet_zones=False))[0] < 128
    runs = [len(list(same)) for dark, same in groupby(row.tolist())]
    if symbology == "Code39":
        runs = [gap if n % 10 == 9 else ratio if run > 1 else 1.0 for n, run in enumerate(runs)]
    return Strip(text, symbology, tuple(map(float, runs)))


def picture(text: str, symbology: str) -> np.ndarray:
    """Another kind of code as zxing-cpp draws it, one pixel a module, dark is True."""
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
    return np.asarray(made.to_image(scale=1, add_quiet_zones=False)) < 128


def broken(of: Strip, rng: Generator) -> Strip:
    """The strip with one character that is none (Code 39) or does not fit the check (Code 128)."""
    widths = list(of.widths)
    if of.symbology == "Code39":
        at = 10 * int(rng.integers(2, len(widths) // 10 - 1))
        wide = max(widths[at : at + 9])
        for n in rng.choice(9, 2, replace=False):
            widths[at + n] = wide if widths[at + n] == 1 else 1.0
        if sum(w > 1 for w in widths[at : at + 9]) == 3:
            widths[at + 4] = wide if widths[at + 4] == 1 else 1.0
    else:
        one, two = 6 * rng.choice(np.arange(2, len(widths) // 6 - 2), 2, replace=False)
        swapped = widths[one : one + 6], widths[two : two + 6]
        if swapped[0] == swapped[1]:
            return broken(of, rng)
        widths[one : one + 6], widths[two : two + 6] = swapped[1], swapped[0]
    return Strip("!" + of.text, of.symbology, tuple(widths))


def balanced(rng: Generator) -> str:
    """Digits of which a beginning is a whole Code 128 by its check: the pair after it is what the check would be."""
    pairs = rng.integers(0, 100, 7).tolist()
    keep = int(rng.integers(3, 6))
    check = (105 + sum(n * pair for n, pair in enumerate(pairs[:keep], 1))) % 103
    return "".join(f"{pair:02d}" for pair in [*pairs[:keep], check, *pairs[keep + 1 :]]) if check < 100 else balanced(rng)


def transaction(rng: Generator) -> tuple[str, str]:
    """A transaction number of 14 digits, and how it is printed: sometimes with a hyphen."""
    text = "".join(map(str, rng.integers(0, 10, 14)))
    return text, f"{text[:5]}-{text[5:]}" if rng.random() < 0.3 else text


def ccn(rng: Generator) -> tuple[str, str]:
    """A cargo control number: four characters of a carrier, and a shipment number in one of the usual makes."""
    carrier = _some(rng, 4) if rng.random() < 0.5 else f"{rng.integers(0, 10)}-{_some(rng, 2)}"
    make = rng.integers(0, 4)
    if make == 0:
        rest = "PARS" + _some(rng, int(rng.integers(5, 9)), string.digits)
    elif make == 1:
        rest = _some(rng, int(rng.integers(6, 13)), string.digits)
    elif make == 2:
        rest = _some(rng, int(rng.integers(4, 15)))
    else:
        rest = f"{_some(rng, 5)}-{_some(rng, int(rng.integers(4, 8)))}"
    return carrier + rest, carrier + rest


def number(rng: Generator) -> tuple[str, str, str]:
    """Text, how it is printed, and its kind."""
    made, kind = (transaction, "transaction") if rng.random() < 0.5 else (ccn, "ccn")
    return *made(rng), kind


def _some(rng: Generator, count: int, of: str = ALNUM) -> str:
    return "".join(rng.choice(list(of), count))
