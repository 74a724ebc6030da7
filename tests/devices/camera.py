"""The scene of the camera: a screen that it looks at, shown one picture after another."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.hotplug import present
from tests.devices import screen
from tests.devices.stage import Stage
from tests.devices.station import wait
from tests.devices.storm import PATIENCE

CODES = ("99999001495785", "XXXX7700112", "8XXXPARS123456")
PICTURES = Path("/run/out/pictures")
HELD = 2.0
"""Seconds that a code stays in sight after it was read, and then nothing is."""


def a_camera_reads_each_code_once(stage: Stage) -> None:
    """Codes held before a camera are read once each; shown again later, again. A picture that stands still or is black is a fault.

    Unplugged, it is lost; plugged in again, it reads.
    """
    screen.load()
    camera, _ = screen.nodes()
    stage.ids["camera"] = next(device.id for device in present() if device.node == str(camera))
    try:
        _looks(stage)
    finally:
        stage.settings()
        screen.pull()


def _looks(stage: Stage) -> None:
    with _shown() as shown:
        stage.settings(extra=[{"name": "camera", "device": stage.ids["camera"], "width": screen.WIDTH, "height": screen.HEIGHT}])
        stage.times["camera named -> ready"] = stage.lamp("camera", "ready")
        for code in (*CODES, CODES[0]):
            _show(stage, shown, code)
        _faults(stage, shown)
    screen.pull()
    stage.lamp("camera", "lost", "gone")
    screen.plug()
    with _shown() as shown:
        stage.lamp("camera", "ready")
        _show(stage, shown, CODES[1])


def _show(stage: Stage, shown: screen.Screen, code: str) -> None:
    """Show a code until it is read, and longer, and then nothing: it is kept once."""
    begun, read = time.monotonic(), [*seen(stage), code]
    shown.show((PICTURES / code).read_bytes())
    wait(lambda: seen(stage) == read, PATIENCE, lambda: f"{read} of the camera; it kept {seen(stage)}", stage.station.alive)
    stage.times["shown -> kept, camera"] = time.monotonic() - begun
    time.sleep(HELD)
    shown.show((PICTURES / "blank").read_bytes())
    time.sleep(HELD)
    assert seen(stage) == read


def _faults(stage: Stage, shown: screen.Screen) -> None:
    """A picture that stands still, and one that is black."""
    shown.frozen = True
    stage.lamp("camera", "fault", "frozen")
    shown.frozen = False
    stage.lamp("camera", "ready")
    shown.show((PICTURES / "black").read_bytes())
    stage.lamp("camera", "fault", "black")
    shown.show((PICTURES / "blank").read_bytes())


def seen(stage: Stage) -> list[str | None]:
    """What the camera has read."""
    return [text for name, text in stage.station.seen() if name == "camera"]


@contextmanager
def _shown() -> Iterator[screen.Screen]:
    """The screen, on for a while."""
    shown = screen.Screen(*screen.nodes())
    shown.start()
    try:
        yield shown
    finally:
        shown.stop()
