"""A sheet of 40 rows through the press's own process, warm; floor: the same press in this process. And what that process costs."""

import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import stores
from bench.measure import Report, interleaved
from kiosk.adapters.press import PressProcess
from kiosk.config import Parts
from kiosk.core.answer import Answer, Reason
from kiosk.core.proof import Checkpoint
from kiosk.core.reference import candidates
from kiosk.core.sheet import Asked, Header, Line, QuerySheet
from kiosk.core.stamp import Act, Stamp
from kiosk.nextdoor import own_press

ROWS, HEAD = 40, Checkpoint(1_000, bytes(32))


def run(report: Report) -> None:
    report.title(f"a sheet of {ROWS} rows: drawn, sealed and signed in a process of its own")
    with tempfile.TemporaryDirectory(dir=stores.folder()) as home:
        parts = Parts.of(home)
        here = parts.own_press
        start = time.perf_counter()
        with PressProcess(partial(own_press, Path(home))) as press:
            report.value("started, nobody waits for it", (time.perf_counter() - start) * 1e3, "ms")
            press.ping()
            report.value("warm after", time.perf_counter() - start, "s ")
            first = timed(press)
            taken = interleaved({"process": lambda: stamped(press), "here": lambda: stamped(here)}, rounds=25)
            report.line("in this process", taken["here"])
            report.line("through the process", taken["process"], taken["here"], 1.3)
            report.value("the first one of the day", first * 1e3, "ms")
            report.value("most memory that the process had", peak(press.pid), "MB", note=" (beside the web process)")
        parts.journal.close()


def timed(press) -> float:
    start = time.perf_counter()
    stamped(press)
    return time.perf_counter() - start


def stamped(press):
    """Fresh numbers each time, so that nothing drawn before is drawn again."""
    now = datetime.now(UTC)
    start = time.perf_counter_ns() % 10**9
    rows = tuple(line(f"99999{(start + n) % 10**9:09d}", now) for n in range(ROWS))
    return press.prove(
        QuerySheet("K7QD.000001", Header("0453"), rows), Stamp(Act.RELEASED, "acros-stub", "0453", "12345", now), HEAD
    )


def line(text: str, now: datetime) -> Line:
    meant = candidates(text)
    return Line(Asked(text, text, meant), Answer(meant[0], Reason.RELEASED, now, "0453"))


def peak(pid: int) -> float:
    said = Path(f"/proc/{pid}/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) / 1024
