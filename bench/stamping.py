"""A sheet of 40 rows drawn, sealed, signed and recorded; floor: reportlab drawing the same sheet, and the signatures alone."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime

from bench import stores
from bench.measure import Report, added, interleaved
from drivers.scan import Scan, Symbology
from kiosk.config import Parts, sealing
from kiosk.core.proof import statements
from kiosk.core.sheet import Header
from kiosk.core.stamp import Act, Stamp
from kiosk.desks.counter import Counter
from kiosk.desks.press import OwnPress
from kiosk.ports import Paper, Seal, Signer

ROWS = 40


def run(report: Report) -> None:
    report.title(f"a sheet of {ROWS} rows: asked again, drawn, sealed, signed, recorded")
    with tempfile.TemporaryDirectory(dir=stores.folder()) as home:
        numbers = stores.numbers(1_000)[:ROWS]
        database = {"database": f"sqlite:///{stores.store(1_000)}"}
        parts = Parts(replace(Parts.of(home).settings, store=database))
        with sealing(parts.keys) as keys:
            taken = interleaved(candidates(parts.counter, parts.paper, *keys, numbers), rounds=9)
        parts.journal.close()
    floor = added(taken["drawing"], taken["signing"], taken["sealing"])
    report.line("drawing alone (reportlab)", taken["drawing"])
    report.line("the two signatures alone: PAdES", taken["signing"])
    report.line("the two signatures alone: Ed25519, a seal for each page", taken["sealing"])
    limit = (2.5 * median(taken["drawing"]) + median(taken["signing"]) + median(taken["sealing"])) / median(floor)
    report.line("stamped, sealed, signed, recorded (floor: all of these)", taken["whole"], floor, limit)
    print(f"  (target: 2.5 x drawing + the signatures = {limit:.2f} x floor)")


def median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def candidates(counter: Counter, paper: Paper, seal: Seal, signer: Signer, numbers):
    """The whole stamp of a fresh sheet each time, and its parts alone on one like it."""
    model = filled(counter, numbers)
    stamp = Stamp(Act.RELEASED, "acros-stub", "0453", "12345", datetime.now(UTC))
    head = counter.journal.checkpoint().short
    pages = statements(model, stamp, head, paper.rows_per_page)
    seals = [seal.seal(page) for page in pages]
    pdf = paper.sheet(model, stamp, seals, head)
    ready = [filled(counter, numbers) for _ in range(10)]
    return {
        "whole": lambda: counter.stamp(ready.pop(), "12345", OwnPress.of(paper, seal, signer)),
        "drawing": lambda: paper.sheet(model, stamp, seals, head),
        "signing": lambda: signer.sign(pdf, stamp.at),
        "sealing": lambda: [seal.seal(page) for page in pages],
    }


def filled(counter: Counter, numbers):
    """A sheet with its rows answered."""
    now = datetime.now(UTC)
    sheet = counter.open(Header("0453", "Example Brokerage", "99999"), "12345")
    scans = [
        Scan(f"{sheet.number}-{n}", number, number.encode(), "bench", now, Symbology.CODE128) for n, number in enumerate(numbers)
    ]
    return counter.scan(sheet, scans, "12345")
