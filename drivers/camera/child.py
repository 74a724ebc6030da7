"""A camera's own process: pictures in, symbols out. `python -m drivers.camera.child SOURCE VIEW`.

OpenCV may hang, and a decoder may abort; here that costs one camera. It says on standard output (`drivers.picture.wire`):

* `open`, first: what the camera gives; then `heard` and `broken`, each symbol and failed try, as they come
* `beat`, about each second, as long as pictures come
* `hint`, when what should be done before the camera is another now (`drivers.camera.guidance`), empty for nothing
* `preview` (a JPEG follows), once for each `preview` asked on standard input
* `lost` and why, and `end` where a simulated source ends: last

When standard input ends, nobody is there any more, and so it ends too.
"""

import json
import os
import resource
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from drivers.camera.capture import Frame, opened
from drivers.camera.guidance import Guidance, hint
from drivers.camera.health import Health, Rest
from drivers.camera.looks import Eye
from drivers.camera.sketch import drawn
from drivers.camera.view import Source, View
from drivers.picture.wire import Message, receive, send
from drivers.scan import Broken, Heard, ScannerLost
from drivers.sightings import Presentations, Sighting

_BEAT = 1.0
_GUIDE = 0.2
"""Seconds between two pictures that guide: people are slower than cameras."""
_HELD = 10.0
"""Seconds without any movement after which nobody is there to be guided."""
_MEMORY = 1 << 30
"""Address space beyond what the process has when it starts."""


class Watching:
    """What one camera's pictures say, one after another."""

    def __init__(self, view: View, eye: Eye | None = None) -> None:
        self._mirror = view.mirror
        self._health = Health(still=view.still)
        self._rest = Rest()
        self._eye = eye or Eye()
        self._presentations = Presentations()
        self._sightings: Sequence[Sighting] = ()
        self.guidance = Guidance()
        self._guided = 0.0
        self.looks = 0
        """Pictures that were searched for symbols."""

    def look(self, frame: Frame) -> list[Heard | Broken]:
        """What this picture adds. Raises `ScannerLost` when the camera shows nothing new, or only black."""
        grey = frame.grey(mirror=self._mirror)
        if not self._health.fresh(frame.at, grey):
            return []
        if self._rest.needed(frame.at, grey) and not self._presentations.open():
            return []
        self.looks += 1
        self._sightings = self._eye.sightings(grey)
        self._guide(frame.at, grey)
        return self._presentations.seen(frame.at, self._sightings, self._rest.moved)

    def _guide(self, at: float, grey: NDArray[np.uint8]) -> None:
        """Only while somebody holds something there that is not read: nobody wants to hear of a table that looks like bars."""
        if at - self._guided >= _GUIDE:
            self._guided = at
            held = not self._sightings and at - self._rest.moved < _HELD
            self.guidance.seen(hint(grey, self._eye.unread) if held else None)

    def preview(self, frame: Frame) -> bytes:
        """The picture with what was last seen."""
        return drawn(frame.grey(mirror=self._mirror), self._sightings, self._presentations.told)


def watched(frames: Iterator[Frame], watching: Watching, asked: threading.Event) -> Iterator[tuple[Message, bytes]]:
    """All that is to be said about some frames."""
    beat, shown = 0.0, watching.guidance.now
    for number, frame in enumerate(frames):
        for one in watching.look(frame):
            yield _message(one), b""
        if watching.guidance.now is not shown:
            shown = watching.guidance.now
            yield {"say": "hint", "hint": shown or ""}, b""
        if asked.is_set():
            asked.clear()
            yield {"say": "preview"}, watching.preview(frame)
        if not number or frame.at - beat >= _BEAT:
            beat = frame.at
            yield {"say": "beat"}, b""


def _message(one: Heard | Broken) -> Message:
    if isinstance(one, Broken):
        return {"say": "broken", "reason": one.reason}
    return {"say": "heard", "text": one.text, "symbology": one.symbology}


def _obey(orders: BinaryIO, asked: threading.Event) -> None:
    """Takes orders until they end."""
    try:
        while True:
            receive(orders)
            asked.set()
    except (EOFError, OSError, ValueError):
        os._exit(0)


def _confine() -> None:
    """Limits that hold for good: no core file, nothing written, no picture that bursts the machine."""
    base = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (base + _MEMORY, base + _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))  # its traceback, nothing else


def _private_output() -> BinaryIO:
    """The pipe to the camera's shell; what a library prints goes to the log instead."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return ours


def main() -> None:
    """Runs as a program."""
    answers = _private_output()
    source, view = Source(**json.loads(sys.argv[1])), View(**json.loads(sys.argv[2]))
    _confine()
    asked = threading.Event()
    threading.Thread(target=_obey, args=(sys.stdin.buffer, asked), daemon=True).start()
    try:
        camera = opened(source, view)
        send(answers, {"say": "open", **asdict(camera.opened)})
        for message, raw in watched(camera.frames(), Watching(view), asked):
            send(answers, message, raw)
        send(answers, {"say": "end"})
    except ScannerLost as lost:
        send(answers, {"say": "lost", "why": lost.why, "message": str(lost)})
    os._exit(0)  # a thread may hang in the camera


if __name__ == "__main__":
    main()
