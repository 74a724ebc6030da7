"""A page -> its symbols, 20 rows at 300 dpi, against zxing-cpp alone on the same picture; many pages; memory; the start."""

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image
from reportlab.graphics.barcode import code39, code128
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from bench.forms import FORMATS
from bench.measure import Report, interleaved
from drivers.pages import Reader
from drivers.picture import Dial, Limits
from drivers.picture.warden import Warden
from drivers.picture.wire import receive, send

ROWS = 20
LIBRARIES = "import numpy, cv2, PIL.Image, pypdfium2, zxingcpp, pyzbar.pyzbar"


def run(report: Report) -> None:
    clean(report)
    many(report)
    starting(report)


def form(pages: int, symbology: str = "code128", rows: int = ROWS) -> bytes:
    """Letter pages of 20 rows each, the number beside its bars: nothing on them is hard to read."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter, invariant=1)
    for page in range(pages):
        for row in range(rows):
            number, y = f"XXXX{page * rows + row:08}", 740 - 35 * row
            canvas.drawString(60, y + 6, number)
            bars = code39.Standard39(number, barWidth=0.86, ratio=2.5, barHeight=20, checksum=0, stop=1)
            (bars if symbology == "code39" else code128.Code128(number, barWidth=0.86, barHeight=20)).drawOn(canvas, 210, y)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def drawn(pdf: bytes) -> np.ndarray:
    """The first page at 300 dpi, grey."""
    bitmap = pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72 * (1 - 1e-9), grayscale=True)
    return np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width])


def read(reader: Reader, data: bytes, rows: int, **options: bool) -> None:
    found = list(reader.read(data, **options))
    assert sum(len(page.symbols) for page in found) == rows, [(len(page.symbols), page.fault) for page in found]


def clean(report: Report) -> None:
    """The page is decoded, or drawn, once and kept: what is timed is the reading, there and back through the process."""
    report.title("a clean letter page of 20 rows at 300 dpi -> symbols, warm (floor: zxing-cpp alone on the same picture)")
    for symbology in ("code128", "code39"):
        taken = page(form(1, symbology))
        report.line(f"{symbology}: zxing-cpp alone", taken["floor"])
        report.line(f"{symbology}: page -> symbols", taken["ours"], taken["floor"], most=1.5)
        report.line(f"{symbology}: and the numbers printed beside them, of a scan", taken["printed"], taken["floor"])
        report.line(f"{symbology}: decoding the PNG alone", taken["decode"])
        report.line(f"{symbology}: drawing the PDF page alone", taken["draw"])


def page(pdf: bytes) -> dict[str, list[float]]:
    picture, coded = drawn(pdf), io.BytesIO()
    Image.fromarray(picture).save(coded, "PNG", compress_level=1)
    png = coded.getvalue()
    with Reader(processes=1) as ours, Reader(processes=1) as whole:
        work = {
            "floor": lambda: zxingcpp.read_barcodes(picture, formats=FORMATS),
            "ours": lambda: read(ours, png, ROWS, compare=False),
            "printed": lambda: read(whole, png, ROWS),
            "decode": lambda: np.asarray(Image.open(io.BytesIO(png)).convert("L")),
            "draw": lambda: drawn(pdf),
        }
        return interleaved(work, rounds=11, warm=2)


def many(report: Report) -> None:
    """Pages of 20 rows of a vector PDF, drawing included."""
    cores = len(os.sched_getaffinity(0))
    report.title(f"many clean pages ({cores} processors; load {os.getloadavg()[0]:.1f} before)")
    ten, fifty, single = form(10), form(50, rows=10), form(1)
    with Reader(processes=1) as one, Reader(processes=2) as two:
        work = {"one": lambda: read(one, ten, 10 * ROWS), "two": lambda: read(two, ten, 10 * ROWS)}
        taken = interleaved(work, rounds=3)
        report.line("10 pages by one process", taken["one"])
        report.line("10 pages by two (floor: by one)", taken["two"], taken["one"], most=0.65 if cores > 1 else None)
        start, seen = time.perf_counter(), []
        pages = two.read(fifty)
        next(pages)
        seen.append(time.perf_counter() - start)
        between = time.perf_counter()
        read(two, single, ROWS)
        waited = time.perf_counter() - between
        assert sum(1 for _ in pages) == 49
        whole = time.perf_counter() - start
        report.value("peak resident memory of one process", peak(one.pids) / 1e6, "MB", 300)
        report.value(f"peak resident memory of {len(two.pids)} together", peak(two.pids) / 1e6, "MB", 600)
        report.value("50 pages: the first after", seen[0], "s")
        report.value("50 pages: all, a page of somebody else's between", whole, "s")
        report.value("50 pages: that page, asked for after the first, took", waited, "s")


def peak(pids: tuple[int, ...]) -> int:
    """The most memory that each ever had resident, in bytes, added up."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def starting(report: Report) -> None:
    """From nothing to the first answer; the file's own pages come on top of that."""
    report.title("the reading process from cold (floor: an interpreter that loads the same libraries)")
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    work = {
        "floor": lambda: subprocess.run([sys.executable, "-c", LIBRARIES], env=env, check=True),
        "ours": pinged,
    }
    taken = interleaved(work, rounds=9, warm=2)
    report.line("loading the libraries alone", taken["floor"])
    report.line("start -> first answer", taken["ours"], taken["floor"])
    report.value("start -> first answer, median", sorted(taken["ours"])[4], "s", 0.5)
    report.value("resident memory when idle", idle() / 1e6, "MB")


def pinged() -> None:
    with Warden(Limits(), Dial.STRICT) as warden:
        warden.ask({"do": "ping"}, seconds=60)


def idle() -> int:
    command = [sys.executable, "-m", "drivers.picture.child", json.dumps(asdict(Limits())), Dial.STRICT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        send(child.stdin, {"do": "ping"})  # type: ignore[arg-type]
        receive(child.stdout)  # type: ignore[arg-type]
        most = peak((child.pid,))
        child.stdin.close()  # type: ignore[union-attr]
    return most
