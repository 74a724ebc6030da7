"""Frightens the reader of pages: `python -m tests.drivers.fuzz --cases 10000 --seed 0`.

Whatever a document does to an engine costs a reason on a page. A case fails where the reader raises, says nothing, takes longer
or more memory than its limits allow, reads what does not stand there, or leaves a process or a descriptor behind.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from drivers.pages import Reader
from drivers.picture import Limits, Page
from tests.drivers.fuzz_cases import Case, case

LIMITS = Limits(cpu_seconds=4, wall_seconds=30.0, document_seconds=40.0)
_SLACK = 1 << 28
"""What a process has before it opens anything, and what the system counts besides."""


@dataclass(slots=True)
class Tally:
    """What came of all cases."""

    cases: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    peak: int = 0

    def __str__(self) -> str:
        slow = "".join(f"\n  {seconds:5.1f} s  {name}" for seconds, name in sorted(self.slow, reverse=True)[:10])
        said = ", ".join(f"{problem} {count}" for problem, count in self.problems.most_common())
        failed = "".join(f"\n  {failure}" for failure in self.failures) or " none"
        return f"{self.cases} cases; pages: {said}; most memory {self.peak >> 20} MB\nslowest:{slow}\nfailures:{failed}"


def frightened(numbers: Iterable[int], seed: int, keep: Path | None = None, limits: Limits = LIMITS) -> Tally:
    """Reads each case with one reader, which must come out of it as it went in."""
    tally, open_before, children_before = Tally(), _descriptors(), _children()
    with Reader(limits, processes=1) as reader:
        for number in numbers:
            one = case(seed, number)
            start = time.perf_counter()
            faults = list(_judged(reader, one, tally))
            tally.slow.append((time.perf_counter() - start, f"{seed}/{number} {one.name}"))
            for fault in faults:
                tally.failures.append(f"{seed}/{number} {one.name}: {fault}")
                sys.stderr.write(f"{tally.failures[-1]}\n")
            if faults and keep is not None:
                (keep / f"{seed}-{number}").write_bytes(one.data)
            tally.cases += 1
            if tally.cases % 500 == 0:
                sys.stderr.write(f"{tally.cases} cases, {len(tally.failures)} failures\n")
    left = [f"{_descriptors() - open_before} descriptors left open"] * (_descriptors() > open_before)
    left += [f"processes left: {_children() - children_before}"] * bool(_children() - children_before)
    tally.failures += left
    return tally


def _judged(reader: Reader, one: Case, tally: Tally) -> Iterator[str]:
    """What is wrong with how a case was read."""
    try:
        pages = list(reader.read(one.data))
    except Exception as no:  # noqa: BLE001 - that it raised is the finding
        yield f"raised {no!r}"
        return
    tally.problems.update(str(page.problem or "read") for page in pages)
    tally.peak = max(tally.peak, peak := _peak(reader.pid))
    if [page.page for page in pages] != list(range(len(pages))) or not pages:
        yield f"pages {[page.page for page in pages]}"
    if peak > LIMITS.memory_bytes + _SLACK:
        yield f"{peak >> 20} MB"
    yield from (f"{page.page}: {wrong}" for page in pages for wrong in _wrong(page, one.texts))


def _wrong(page: Page, texts: frozenset[str]) -> Iterator[str]:
    yield from (f"read {symbol.text!r}" for symbol in page.symbols if symbol.text not in texts)
    if page.fault is not None and (page.symbols or page.unread):
        yield "a fault and symbols"
    if page.fault is not None and "Traceback" in page.fault.trace:
        yield f"a fault of our own: {page.fault.trace[-300:]}"
    for x0, y0, x1, y1 in [one.box for one in (*page.symbols, *page.unread)]:
        if not (x0 < x1 and y0 < y1 and x1 > 0 and y1 > 0 and x0 < page.width and y0 < page.height):
            yield f"a place off the page: {(x0, y0, x1, y1)} of {page.width} x {page.height}"


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _children() -> set[str]:
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {pid for pid in found if Path(f"/proc/{pid}").exists()}


def _peak(pid: int | None) -> int:
    """The most memory that a process ever had resident, in bytes; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> int:
    """Runs as a program."""
    words = argparse.ArgumentParser(prog="python -m tests.drivers.fuzz", description=__doc__)
    words.add_argument("--cases", type=int, default=10_000)
    words.add_argument("--first", type=int, default=0, help="number of the first case: a finding alone is --first N --cases 1")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--keep", type=Path, help="folder for the documents that failed")
    given = words.parse_args()
    tally = frightened(range(given.first, given.first + given.cases), given.seed, given.keep)
    sys.stdout.write(f"{tally}\n")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
