"""Printed numbers against bars on paper (Q7): of planted differences, how many are found; of honest rows, how many are refused."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image

from bench.corpus import damage, families, pages
from bench.corpus.paper import Paper
from bench.corpus.truth import Grey
from bench.corpus.view import Shot
from bench.measure import Report, interleaved
from drivers.pages import Reader
from drivers.picture import Symbol
from drivers.picture.ocr import compared
from kiosk.core.printed import agrees, contradiction

SEED, PAGES, ROWS = 5, 4, 9
HOW = ("digit", "digits", "swap", "row")
WHERE = ("column", "under", "both")
FACES = ("sans", "serif", "typed")


@dataclass(frozen=True, slots=True)
class Planted:
    """A row: its bars, what is printed in the column and under them, and how that was made to differ; "" where it was not."""

    bars: pages.Row
    column: str
    under: str
    how: str


def run(report: Report) -> None:
    report.title(f"printed number against bars: {PAGES} forms of {ROWS} rows for each kind of paper, every other row planted")
    with Reader() as reader:
        for name, made in WAYS.items():
            _measured(report, reader, name, made)
        _timed(report, reader)


def _measured(report: Report, reader: Reader, name: str, made: Callable[[Generator, Paper], Shot]) -> None:
    found: Counter[tuple[bool, str]] = Counter()
    for n in range(PAGES):
        rng = np.random.default_rng([SEED, n])
        rows = planted(rng)
        grey = made(rng, form(rng, rows)).grey
        (page,) = reader.read(saved(grey), compare=False)
        done = compared(grey, page.symbols, [one.box for one in page.unread], budget=60, patience=60)
        known = {row.bars.strip.text: row for row in rows}
        found.update((known[one.text].how != "", judged(one)) for one in done if one.text in known)
    wrong, honest = (sum(count for (planted_, _), count in found.items() if planted_ is kind) for kind in (True, False))
    report.value(f"{name}: planted differences refused", 100 * found[True, "refused"] / max(1, wrong), "%", note=f" of {wrong}")
    report.value(f"{name}: planted, said to be the same", found[True, "same"], "rows", 0)
    report.value(f"{name}: honest rows compared", 100 * found[False, "same"] / max(1, honest), "%", note=f" of {honest}")
    report.value(f"{name}: honest rows refused", found[False, "refused"], "rows", 0)


def _timed(report: Report, reader: Reader) -> None:
    """What comparing costs on a page of 20 rows, each with a number under it and one beside it."""
    rng = np.random.default_rng(SEED)
    halves = [_scanned(300)(rng, form(rng, planted(rng, 10), 0.85)).grey[:, :2550] for _ in range(2)]
    data = saved(np.vstack([half[:3300] for half in halves]))
    work = {str(compare): lambda compare=compare: list(reader.read(data, compare=compare)) for compare in (False, True)}
    taken = interleaved(work, rounds=5)
    report.line("20 rows at 300 dpi, read", taken["False"])
    report.line("20 rows at 300 dpi, read and compared", taken["True"])


def judged(symbol: Symbol) -> str:
    """What the kiosk makes of it: refused, same, or not compared."""
    if contradiction(symbol.text, symbol.printed) is not None:
        return "refused"
    return "same" if agrees(symbol.text, symbol.printed) else "not compared"


def planted(rng: Generator, count: int = ROWS) -> list[Planted]:
    """The rows of a form, every other one with a number in print that is not the bars'."""
    rows = [pages.row(rng, 3.75) for _ in range(count)]
    made = []
    for n, row in enumerate(rows):
        right = row.printed
        how = str(rng.choice(HOW)) if n % 2 else ""
        akin = [one.printed for one in rows if one.kind == row.kind and one is not row]
        wrong = str(rng.choice(akin)) if how == "row" and akin else misprinted(rng, right, "digit" if how == "row" else how)
        where = str(rng.choice(WHERE))
        made.append(Planted(row, right if where == "under" else wrong, right if where == "column" else wrong, how))
    return made


def misprinted(rng: Generator, number: str, how: str) -> str:
    """A number with one digit changed, or two, or two neighbours swapped; the number itself for no way."""
    wrong = list(number)
    places = [n for n, one in enumerate(wrong) if one.isdigit()]
    if how == "swap":
        pairs = [n for n in places if n + 1 in places and wrong[n] != wrong[n + 1]]
        at = int(rng.choice(pairs)) if pairs else places[0]
        if not pairs:
            return misprinted(rng, number, "digit")
        wrong[at], wrong[at + 1] = wrong[at + 1], wrong[at]
    for at in rng.choice(places, min(len(places), {"digit": 1, "digits": 2}.get(how, 0)), replace=False):
        wrong[at] = str(rng.choice([one for one in "0123456789" if one != wrong[at]]))
    return "".join(wrong)


def form(rng: Generator, rows: list[Planted], pitch: float = 0.95) -> Paper:
    """The query form with these rows, in one of three faces."""
    paper, face = Paper(), str(rng.choice(FACES))
    paper.words("Multiple Import Shipment Release Query form", 0.9, 0.7, 14, "bold")
    top = 1.5
    for x in (0.8, 2.55, 6.75, 7.75):
        paper.rule(x, top, x, top + pitch * len(rows))
    for n, row in enumerate(rows):
        y, one = top + pitch * n, row.bars
        paper.rule(0.8, y, 7.75, y)
        paper.words(row.column, 0.86, y + pitch / 2 - 0.06, 9, face)
        paper.bars(one.strip, 2.75, y + 0.1, one.mil, 0.45, one.kind)
        paper.words(row.under, 2.75 + one.width * rng.uniform(0, 0.3), y + 0.6, 9, face)
    return paper


def saved(grey: Grey) -> bytes:
    """The picture's file."""
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _scanned(dpi: float) -> Callable[[Generator, Paper], Shot]:
    def made(rng: Generator, paper: Paper) -> Shot:
        shot = families.scanned(rng, dpi, paper=paper)
        damage.jpeg(shot, 75)
        return shot

    return made


def _photographed(rng: Generator, paper: Paper) -> Shot:
    shot = families.photographed(rng, paper=paper)
    damage.noise(shot, rng, 6)
    damage.jpeg(shot, 75)
    return shot


def _faxed(rng: Generator, paper: Paper) -> Shot:
    shot = families.scanned(rng, 200, paper=paper)
    damage.fax(shot, rng, standard=False)
    return shot


def _copied(rng: Generator, paper: Paper) -> Shot:
    shot = families.scanned(rng, 200, paper=paper)
    damage.blur(shot, 0.5)
    damage.contrast(shot, rng, 0.35)
    damage.noise(shot, rng, 12)
    return shot


WAYS = {
    "scan at 300 dpi": _scanned(300),
    "scan at 200 dpi": _scanned(200),
    "scan at 150 dpi": _scanned(150),
    "photo": _photographed,
    "fine fax": _faxed,
    "pale copy": _copied,
}
