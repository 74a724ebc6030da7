"""Damaged and adversarial pages -> numbers: read rate, wrong numbers, bars passed over in silence, time, beside the engines alone.

The pages are the project's own (`bench.corpus`), all from one seed. `python -m bench.recognition --codes N --seed N` for a
campaign of any size, `--keep DIR` to save each page that gave a wrong number.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import zxingcpp
from pyzbar import pyzbar

from bench.corpus import CATALOGUE, Sheet, sheets
from bench.corpus.account import Tally, bound, tallied
from bench.measure import Report
from drivers.picture import Dial, Limits
from drivers.picture.reading import examined
from drivers.picture.render import Picture, opened

SEED = 5
FORMATS = zxingcpp.barcode_formats_from_str("Code39,Code128")
WANTED = [pyzbar.ZBarSymbol.CODE39, pyzbar.ZBarSymbol.CODE128]
BUSY = time.process_time  # all readers are one thread: work, not waiting, so that a busy machine says the same
Answer = tuple[list[str], list[tuple]]
Reader = Callable[[Picture], Answer]


def zxing(picture: Picture) -> Answer:
    return [found.text for found in zxingcpp.read_barcodes(picture.grey, formats=FORMATS) if found.valid], []


def zbar(picture: Picture) -> Answer:
    return [found.data.decode("latin-1") for found in pyzbar.decode(picture.grey, symbols=WANTED) if found.data], []


def both(picture: Picture) -> Answer:
    return zxing(picture)[0] + zbar(picture)[0], []


def ours(dial: Dial) -> Reader:
    def read(picture: Picture) -> Answer:
        symbols, unread = examined(picture, dial=dial, clock=BUSY)
        return [symbol.text for symbol in symbols], [one.box for one in unread]

    return read


READERS: dict[str, Reader] = {
    "zxing-cpp": zxing,
    "pyzbar": zbar,
    "both": both,
    "strict": ours(Dial.STRICT),
    "balanced": ours(Dial.BALANCED),
}
ALL = ",".join(READERS)


class Run:
    """The tallies and seconds of each reader, by family."""

    def __init__(self, readers: dict[str, Reader], keep: Path | None = None) -> None:
        self.readers, self.keep, self.turn = readers, keep, 0
        self.notes: list[str] = []
        self.tallies: dict[str, dict[str, Tally]] = {name: defaultdict(Tally) for name in readers}
        self.seconds: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in readers}

    def sheet(self, sheet: Sheet) -> None:
        """All readers on all pages of a sheet, in an order that changes; drawing the page is not counted."""
        document = opened(sheet.data, Limits())
        for number in range(document.pages):
            picture, codes = document.picture(number), [code for code in sheet.codes if code.page == number]
            self.turn += 1
            names = list(self.readers)
            for name in names[self.turn % len(names) :] + names[: self.turn % len(names)]:
                start = BUSY()
                texts, unread = self.readers[name](picture)
                self.seconds[name][sheet.family].append(BUSY() - start)
                tally = tallied(codes, texts, unread)
                self.tallies[name][sheet.family] += tally
                if name == "strict" and (tally.wrong or tally.silent):
                    self.notes.append(f"{sheet.name}: wrong {tally.wrong}, passed over {tally.silent}, not read {tally.missed}")
                if tally.wrong and self.keep and name in {"strict", "balanced"}:
                    self._kept(sheet, name, tally.wrong)

    def _kept(self, sheet: Sheet, name: str, wrong: list[str]) -> None:
        self.keep.mkdir(parents=True, exist_ok=True)
        file = self.keep / re.sub(r"\W", "_", f"{sheet.name}-{wrong[0]}")
        file.with_suffix("." + sheet.suffix).write_bytes(sheet.data)
        print(f"  WRONG {name} {sheet.name}: {wrong} of {[code.text for code in sheet.codes]} -> {file}", flush=True)

    def total(self, name: str) -> Tally:
        return sum(self.tallies[name].values(), Tally())

    def times(self, name: str, family: str = "") -> float:
        """The work of a reader, of all families or one, to that of zxing-cpp on the same pages."""
        mine, floor = (sum(sum(v) for f, v in self.seconds[n].items() if family in {"", f}) for n in (name, "zxing-cpp"))
        return mine / floor

    def slowest(self, name: str) -> float:
        return max(max(taken) for taken in self.seconds[name].values())

    @property
    def codes(self) -> int:
        return self.total(next(iter(self.readers))).readable


def run(report: Report, codes: int = 0, seed: int = SEED, only: str = "", readers: str = ALL, keep: Path | None = None) -> Run:
    """One round of the whole catalogue, or as many as give so many readable codes."""
    done = Run({name: READERS[name] for name in readers.split(",")}, keep)
    for sheet in sheets(seed, len(CATALOGUE) if not codes else 100 * len(CATALOGUE), only):
        done.sheet(sheet)
        if codes and done.codes >= codes:
            break
    _printed(report, done, seed)
    return done


def _printed(report: Report, done: Run, seed: int) -> None:
    whole = done.total("strict")
    report.title(f"damaged and adversarial pages -> numbers: {whole.readable} readable codes on {whole.pages} pages, seed {seed}")
    print("  read % (!n: n wrong numbers)\n")
    for line in families(done):
        print("  " + line)
    print()
    for line in totals(done):
        print("  " + line)
    print()
    for note in done.notes:
        print("  " + note)
    share = 100 * whole.silent_destroyed / max(1, whole.destroyed)
    report.value("strict: wrong numbers", len(whole.wrong), "", 0, note=_proved(whole))
    report.value("strict: readable codes not read", 100 - whole.rate, "%", 5)
    report.value("strict: readable codes passed over in silence", whole.silent, "", 0)
    report.value("strict: destroyed codes passed over in silence", share, "%", 1)
    report.value("strict: false alarms a page", whole.alarms / whole.pages, "", 1)
    report.value("strict: time, x zxing-cpp", done.times("strict"), "x", 10)
    report.value("strict: the slowest page", done.slowest("strict"), "s", 3)


def _proved(tally: Tally) -> str:
    return f"(of {tally.texts} given: at most 1 in {1 / bound(len(tally.wrong), tally.texts):.0f}, at 95 %)"


def families(done: Run) -> list[str]:
    """A table: a family a line."""
    names = list(done.readers)
    rows = [["family", "codes", *names, "strict x zxing"]]
    for family in sorted(done.tallies[names[0]]):
        tallies = [done.tallies[name][family] for name in names]
        rows.append([family, str(tallies[0].readable), *map(_rate, tallies), f"{done.times('strict', family):.0f}"])
    return _table(rows)


def _rate(tally: Tally) -> str:
    wrong = f" !{len(tally.wrong)}" if tally.wrong else ""
    return (f"{tally.rate:.0f}" if tally.readable else "-") + wrong


def totals(done: Run) -> list[str]:
    """A table: a reader a line."""
    rows = [["", "read %", "wrong", "silent", "of destroyed", "alarms a page", "x zxing-cpp", "slowest s"]]
    for name in done.readers:
        all_, names_places = done.total(name), name in {"strict", "balanced"}
        silent, gone = str(all_.silent), f"{all_.silent_destroyed} of {all_.destroyed}"
        alarms = f"{all_.alarms / all_.pages:.2f}"
        told = [silent, gone, alarms] if names_places else ["-", "-", "-"]
        rows.append([name, f"{all_.rate:.1f}", str(len(all_.wrong)), *told, f"{done.times(name):.1f}", f"{done.slowest(name):.2f}"])
    return _table(rows)


def _table(rows: list[list[str]]) -> list[str]:
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        " | ".join(cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, wide, strict=True)))
        for row in rows
    ]
    return ["| " + line + " |" for line in (lines[0], "-|-".join("-" * w for w in wide), *lines[1:])]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--codes", type=int, default=0)
    ask.add_argument("--seed", type=int, default=SEED)
    ask.add_argument("--only", default="")
    ask.add_argument("--readers", default=ALL, help=f"of {ALL}; zxing-cpp and strict at least")
    ask.add_argument("--keep", type=Path)
    asked = ask.parse_args()
    run(Report(), asked.codes, asked.seed, asked.only, asked.readers, asked.keep)


if __name__ == "__main__":
    main()
