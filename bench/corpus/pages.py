"""Page layouts: the query form, a cargo control document, a sheet of labels, a lead sheet. From a generator, on a press."""

from collections.abc import Callable
from dataclasses import dataclass

from numpy.random import Generator

from bench.corpus.codes import Strip, number, strip
from bench.corpus.paper import Paper, Vector

Press = Paper | Vector
Layout = Callable[[Press, Generator], None]

WORDS = tuple(
    word
    for line in (
        "bond vessel manifest marks location voyage authority lading shipper consignee notify party pallets weight kilograms",
        "freight release port office description goods carrier prepaid warehouse numbers machine readable acquittal",
    )
    for word in line.split()
)
MILS, SHARES = (7.5, 10, 13, 15, 20), (0.4, 0.35, 0.2, 0.04, 0.01)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of a page asks for: the bars, how the number is printed, and what kind it is."""

    strip: Strip
    printed: str
    kind: str
    mil: float

    @property
    def width(self) -> float:
        """Inches."""
        return self.strip.modules * self.mil / 1000


def row(rng: Generator, widest: float, of: tuple[str, str, str] | None = None, mils: tuple[float, ...] = MILS) -> Row:
    """A number in bars that are no wider than `widest` inches."""
    text, printed, kind = of or number(rng)
    symbology = "Code39" if rng.random() < 0.5 else "Code128"
    ratio, gap = rng.uniform(2, 3), rng.choice([1, 1, 1, rng.uniform(1, 2.5)])
    made = strip(text, symbology, round(ratio, 2), round(gap, 2))
    mil = float(rng.choice(mils, p=SHARES if mils == MILS else None))
    while made.modules * mil / 1000 > widest and mil > min(mils):
        mil = max(m for m in mils if m < mil)
    if made.modules * mil / 1000 > widest:
        return row(rng, widest, None, mils)
    return Row(made, f"*{printed}*" if symbology == "Code39" and rng.random() < 0.3 else printed, kind, mil)


def query_form(
    press: Press, rng: Generator, count: int | None = None, height: float | None = None, mils: tuple[float, ...] = MILS
) -> None:
    """The Multiple Import Shipment Release Query form, with 2 to 9 rows."""
    face = str(rng.choice(["sans", "serif", "typed"]))
    press.words("Multiple Import Shipment Release Query form", 0.9, 0.7, 14, "bold")
    for n, line in enumerate(
        ("Release office: 0453", "Client name: Example Brokerage", f"Client ID: {rng.integers(10000, 99999)}")
    ):
        press.words(line, 0.9, 1.0 + 0.17 * n, 10, face)
    count = count or int(rng.integers(2, 10))
    pitch, top = min(0.9, 7.2 / count), 1.75
    for x in (0.8, 2.55, 6.75, 7.75):
        press.rule(x, top, x, top + 0.45 + pitch * count)
    for y in (top, *(top + 0.45 + pitch * n for n in range(count + 1))):
        press.rule(0.8, y, 7.75, y)
    for x, line in (
        (0.86, "Transaction number or CCN"),
        (2.6, "Barcoded cargo control OR transaction number"),
        (6.8, "For office use"),
    ):
        press.words(line, x, top + 0.08, 7, face)
    for n in range(count):
        _form_row(press, rng, top + 0.45 + pitch * n, pitch, height, face, mils)
    press.words("Stamp and badge number", 0.9, top + 0.7 + pitch * count, 9, face)
    press.frame(0.9, top + 0.95 + pitch * count, 3.2, min(10.7, top + 1.5 + pitch * count))


def _form_row(press: Press, rng: Generator, y: float, pitch: float, height: float | None, face: str, mils: tuple) -> None:
    one = row(rng, 3.75, None, mils)
    press.words(one.printed.strip("*"), 0.86, y + pitch / 2 - 0.06, 9, face)
    x = 2.7 + rng.uniform(0, max(0.0, 3.9 - one.width))
    tall = height or min(rng.uniform(0.25, 0.5), pitch - 0.3)
    press.bars(one.strip, x, y + 0.08, one.mil, tall, one.kind)
    press.words(one.printed, x + one.width * rng.uniform(0, 0.3), y + 0.11 + tall, 9, face)


def control_document(press: Press, rng: Generator) -> None:
    """A cargo control document: fields in boxes, one or two numbers in bars."""
    press.words("CARGO CONTROL DOCUMENT", 0.7, 0.5, 13, "bold")
    face = str(rng.choice(["sans", "serif", "typed"]))
    y = 0.9
    for n in range(6):
        tall = float(rng.uniform(0.9, 1.5)) if n < 2 else float(rng.uniform(0.4, 0.9))
        split = float(rng.uniform(3.0, 3.6))
        for x0, x1 in ((0.6, split), (split, 7.9)):
            press.frame(x0, y, x1, y + tall)
            _field(press, rng, x0 + 0.06, y + 0.05, x1, y + tall - 0.1, face)
        if n < 2:
            one = row(rng, 7.9 - split - 0.5)
            press.bars(one.strip, split + 0.25, y + 0.28, one.mil, 0.4, one.kind)
            press.words(one.printed, split + 0.5, y + 0.7, 9, face)
        y += tall
    paragraph(press, rng, 0.6, y + 0.2, 12, face)


def _field(press: Press, rng: Generator, x: float, y: float, right: float, bottom: float, face: str) -> None:
    press.words(" ".join(rng.choice(WORDS, 2)), x, y, 6, face)
    if right < 5:
        for n in range(max(0, int((bottom - y) / 0.16) - 1)):
            press.words(" ".join(rng.choice(WORDS, int(rng.integers(1, 4)))).upper(), x + 0.1, y + 0.16 * (n + 1), 9, face)


def label_sheet(press: Press, rng: Generator) -> None:
    """Ten labels, some of them used already."""
    for n in range(10):
        if rng.random() < 0.15:
            continue
        x, y = 0.5 + 3.8 * (n % 2), 0.6 + 2.0 * (n // 2)
        press.frame(x, y, x + 3.6, y + 1.75, 8)
        press.words(" ".join(rng.choice(WORDS, 2)).upper(), x + 0.15, y + 0.1, 10, "bold")
        one = row(rng, 3.2)
        tall = float(rng.uniform(0.35, 0.7))
        left = x + 0.2 + rng.uniform(0, 3.2 - one.width)
        press.bars(one.strip, left, y + 0.45, one.mil, tall, one.kind)
        press.words(one.printed, left + 0.1, y + 0.5 + tall, 8)
        press.words(" ".join(rng.choice(WORDS, 6)), x + 0.15, y + 1.5, 5)


def lead_sheet(press: Press, rng: Generator) -> None:
    """A lead sheet: one or two numbers, and words."""
    press.words("LEAD SHEET - SYSTEM OUTAGE", 0.9, 0.7, 16, "bold")
    for n in range(int(rng.integers(1, 3))):
        one = row(rng, 6.0)
        y = 1.6 + 1.6 * n
        press.words(" ".join(rng.choice(WORDS, 7)), 0.9, y - 0.25, 9)
        press.bars(one.strip, 1.2, y, one.mil, float(rng.uniform(0.4, 0.7)), one.kind)
        press.words(one.printed, 1.4, y + 0.75, 10)
    paragraph(press, rng, 0.9, 5.2, 14, "serif")


def numbers(press: Press, rng: Generator, count: int = 9, mils: tuple[float, ...] = MILS) -> None:
    """Bare numbers one under the other."""
    for n in range(count):
        one = row(rng, 5.5, None, mils)
        y = 0.9 + 9.4 / count * n
        press.bars(one.strip, 0.9, y, one.mil, 0.37, one.kind)
        press.words(one.printed, 1.3, y + 0.4, 9)


def paragraph(press: Press, rng: Generator, x: float, y: float, lines: int, face: str = "serif") -> None:
    """Running text."""
    for n in range(lines):
        press.words(" ".join(rng.choice(WORDS, int(rng.integers(6, 10)))), x, y + 0.19 * n, 9, face)


LAYOUTS: tuple[Layout, ...] = (query_form, query_form, control_document, label_sheet, lead_sheet)


def any_page(press: Press, rng: Generator) -> None:
    """One of the layouts; half of the pages are forms."""
    LAYOUTS[int(rng.integers(len(LAYOUTS)))](press, rng)
