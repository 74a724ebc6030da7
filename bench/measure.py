"""How a figure is taken: rounds of all candidates in turn, so that whatever else the machine does falls on each alike.

A target is judged on medians, as a ratio to a floor of the same run; a limit in seconds is printed beside its floor.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Work = Callable[[], object]


@dataclass
class Report:
    """The figures of a run; `missed` names the targets that were not met."""

    missed: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        print(f"\n{text}")

    def line(self, name: str, seconds: list[float], floor: list[float] | None = None, most: float | None = None) -> None:
        """A median, the spread of p99, the ratio to the floor's median, and whether that is at most `most`."""
        mine = statistics.median(seconds)
        text = f"  {name:<58} {_time(mine):>9}  p99 {spread(seconds):>21}"
        if floor is not None:
            ratio = mine / statistics.median(floor)
            text += f"  {ratio:6.2f} x floor"
            text += self._judged(name, ratio, most)
        print(text, flush=True)

    def value(self, name: str, value: float, unit: str, most: float | None = None, note: str = "") -> None:
        print(f"  {name:<58} {value:9.2f} {unit}{note}{self._judged(name, value, most)}", flush=True)

    def _judged(self, name: str, value: float, most: float | None) -> str:
        if most is None:
            return ""
        if value > most:
            self.missed.append(f"{name}: {value:.2f}, target {most:g}")
        return f"  (target {most:g}: {'met' if value <= most else 'MISSED'})"


def interleaved(work: Mapping[str, Work], rounds: int = 7, warm: int = 1) -> dict[str, list[float]]:
    """The seconds of each round of each candidate; every other round goes through them backwards."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for n in range(rounds + warm):
        for name in sorted(work, reverse=n % 2 == 1):
            gc.collect()
            start = time.perf_counter()
            work[name]()
            if n >= warm:
                taken[name].append(time.perf_counter() - start)
    return taken


def p99(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]


def spread(seconds: list[float], parts: int = 5) -> str:
    """The 99th percentile, and between which values it lies in five parts of the run; of few rounds, the range of them all."""
    if len(seconds) < 20 * parts:
        return f"{_time(min(seconds))} - {_time(max(seconds))}"
    size = len(seconds) // parts
    each = [p99(seconds[n * size : (n + 1) * size]) for n in range(parts)]
    return f"{_time(min(each))} - {_time(max(each))}"


def added(*floors: list[float]) -> list[float]:
    """The sum of floors, round by round."""
    return [sum(parts) for parts in zip(*floors, strict=False)]


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"
