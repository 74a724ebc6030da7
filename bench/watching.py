"""A camera: frame -> scan, what one core keeps up with, what is read of simulated pictures, what its process holds.

All pictures are simulated (`tests/drivers/frames_simulated.py`): drawn, blurred, with noise; no figure here is of a real lens.
The floor is zxing-cpp alone, Code 39 and Code 128, on the same picture in the same run.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import cycle
from pathlib import Path

import numpy as np
import psutil
import zxingcpp

from bench.forms import FORMATS
from bench.measure import Report, interleaved
from drivers.camera import Camera
from drivers.camera.capture import Frame
from drivers.camera.child import Watching
from drivers.camera.looks import Eye
from drivers.camera.view import View
from drivers.scan import Heard, Voice
from kiosk.config import clock
from tests.drivers.frames_simulated import KINDS, blurred, empty, held, page, presentation, saved, sensed, symbol

SIZES = ((640, 480), (1280, 720), (1920, 1080))
LIMIT_FPS = 10
PRESENTATIONS, PICTURES = 6, 8


def run(report: Report) -> None:
    report.title("camera frame -> symbols, SIMULATED, one symbol on paper (floor: zxing-cpp alone on the same picture)")
    for size in SIZES:
        one_picture(report, size)
    report.title(f"{PRESENTATIONS} presentations of each kind, {PICTURES} pictures each at 1280x720, SIMULATED, none skipped")
    read_rates(report)
    report.title("the camera's process, SIMULATED source")
    process(report)


def one_picture(report: Report, size: tuple[int, int]) -> None:
    """Every picture is another one, as a camera's are; two of them make a scan."""
    rng = np.random.default_rng(1)
    drawn = symbol("99999001495785", "Code128", 3)
    sheet = page((drawn, 20, 60), size=(drawn.shape[1] + 40, drawn.shape[0] + 120))
    place = {"width": 0.7 * size[0], "x": size[0] / 2, "y": size[1] / 2, "size": size}
    pictures = [sensed(blurred(held(sheet, angle=n, **place), 0.6), rng) for n in range(5)]
    eye, turns = Eye(), cycle(pictures)

    def scan() -> None:
        watching = Watching(View())
        (heard,) = [one for n in range(2) for one in watching.look(Frame(n / 10, pictures[n]))]
        assert heard.text == "99999001495785"

    def look() -> None:
        assert eye.sightings(next(turns))

    floor = partial(zxingcpp.read_barcodes, pictures[0], formats=FORMATS)
    taken = interleaved({"look": look, "scan": scan, "floor": floor}, rounds=15)
    name = f"{size[0]}x{size[1]}"
    report.line(f"{name}: zxing-cpp alone", taken["floor"])
    report.line(f"{name}: frame -> symbols", taken["look"], taken["floor"])
    report.line(f"{name}: the two frames of a scan, all work", taken["scan"], taken["floor"])


def read_rates(report: Report) -> None:
    """The work is the processor's, so that neighbours do not count."""
    wrong, works = 0, []
    for kind in KINDS:
        first = []
        for n in range(PRESENTATIONS):
            text, pictures = presentation(kind, np.random.default_rng((n, KINDS.index(kind))), PICTURES)
            heard = watched(pictures, works)
            wrong += sum(one != text for _, one in heard)
            first += [at + 1 for at, one in heard if one == text]
        at = f" (at picture {statistics.mean(first):.1f})" if first else ""
        report.value(f"read, simulated: {kind}", 100 * len(first) / PRESENTATIONS, "%", note=at)
    report.value("wrong numbers, all kinds", wrong, "", 0)
    report.line("work for a frame, all kinds", works)
    report.value("mean work for a frame", statistics.mean(works) * 1000, "ms", 1000 / LIMIT_FPS)
    report.value("frames a second that one core keeps up with", 1 / statistics.mean(works), "", note=f" (at least {LIMIT_FPS})")


def watched(pictures: list[np.ndarray], works: list[float]) -> list[tuple[int, str]]:
    """At which picture what was heard; the work for each is added."""
    watching, said = Watching(View()), []
    for n, picture in enumerate(pictures):
        start = time.process_time()
        said += [(n, one.text) for one in watching.look(Frame(n / 10, picture)) if isinstance(one, Heard)]
        works.append(time.process_time() - start)
    return said


def process(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        node = saved(Path(folder) / "frames", [empty(np.random.default_rng(n)) for n in range(40)])
        start = time.perf_counter()
        with Camera(node, voice=Voice("bench", clock)) as camera:
            report.value("start of the process -> first picture", (time.perf_counter() - start) * 1000, "ms")
            child = psutil.Process(camera.pid)
            for _ in range(3):
                camera._next(10)  # a beat each second of its pictures
            report.value("its resident memory", child.memory_info().rss / 2**20, "MB")
    words = "import {}psutil; print(psutil.Process().memory_info().rss)"
    with_shell, bare = (
        int(subprocess.check_output([sys.executable, "-c", words.format(shell)])) for shell in ("drivers.camera, ", "")
    )
    report.value("the shell's part in the station's memory", (with_shell - bare) / 2**20, "MB")
