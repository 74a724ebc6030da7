"""Where pictures come from, each with its time: a V4L2 camera, or a folder or video file in its place. The child's side.

A live camera gives its newest picture whenever the last one has been dealt with: there is no queue that could grow. Its
pictures are taken by a thread, since OpenCV may wait in it for ever.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.controls import Device, set_up
from drivers.camera.health import LIMIT
from drivers.camera.node import there
from drivers.camera.view import Opened, Source, View
from drivers.scan import ScannerLost

_SIMULATED_FPS = 10.0

cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, grey or BGR, and when it was taken: seconds of its source's clock."""

    at: float
    picture: NDArray[np.uint8]

    def grey(self, *, mirror: bool = False) -> NDArray[np.uint8]:
        """Its light alone, turned back if it is a mirror image."""
        flat = self.picture if self.picture.ndim == 2 else cv2.cvtColor(self.picture, cv2.COLOR_BGR2GRAY)
        return np.asarray(cv2.flip(flat, 1) if mirror else flat, np.uint8)


class Live:
    """A V4L2 camera. Raises `ScannerLost` when it is gone, or gives no picture for `limit` seconds."""

    def __init__(
        self, node: str, device: Device, view: View, *, limit: float = LIMIT, there: Callable[[str], bool] = there
    ) -> None:
        self._node, self._device, self._limit, self._there = node, device, limit, there
        self.opened = set_up(device, view)
        self._turn = threading.Condition()
        self._wanted = False
        self._newest: Frame | None = None
        self._gone = False

    def frames(self) -> Iterator[Frame]:
        """The newest picture each time one is asked for; its time is the monotonic clock's."""
        threading.Thread(target=self._grab, daemon=True).start()
        while True:
            yield self._next()

    def _next(self) -> Frame:
        with self._turn:
            self._newest, self._wanted = None, True
            self._turn.wait_for(lambda: self._newest is not None or self._gone, self._limit)
            return self._checked(self._newest)

    def _checked(self, newest: Frame | None) -> Frame:
        if self._gone:
            raise ScannerLost(f"{self._node}: the camera is gone")
        if newest is None:
            raise ScannerLost(f"{self._node}: expected pictures, got none for {self._limit:g} s", "frozen")
        return newest

    def _grab(self) -> None:
        """Takes every picture, so that none is old; unpacks only what is asked for."""
        while not self._gone:
            good = self._device.grab()
            at = time.monotonic()
            if good and self._wanted:
                good, picture = self._device.retrieve()
                if good:
                    self._hand_over(Frame(at, picture))
            if not good:
                self._without(at)

    def _hand_over(self, frame: Frame) -> None:
        with self._turn:
            self._newest, self._wanted = frame, False
            self._turn.notify()

    def _without(self, at: float) -> None:
        """An unplugged camera fails at once; one that only falters is asked again."""
        if not self._there(self._node):
            with self._turn:
                self._gone = True
                self._turn.notify()
        time.sleep(max(0.0, 0.05 - (time.monotonic() - at)))


class Played:
    """Simulated: the pictures of a folder in the order of their names, or of a video file; each 1 / fps after the last."""

    def __init__(self, source: Source, view: View) -> None:
        self._fps = view.fps or _SIMULATED_FPS
        self._pictures = _of_folder(source.path) if source.kind == "folder" else _of_video(source.path)
        first = next(self._pictures, None)
        if first is None:
            raise ScannerLost(f"{source.path}: expected pictures, got none", "not-a-device")
        self._first = first
        height, width = first.shape[:2]
        self.opened = Opened(width, height, self._fps, source.kind)

    def frames(self) -> Iterator[Frame]:
        """All of them, as fast as they are asked for."""
        yield Frame(0.0, self._first)
        for number, picture in enumerate(self._pictures, start=1):
            yield Frame(number / self._fps, picture)


def opened(source: Source, view: View) -> Live | Played:
    """The camera, or what stands for one. Raises `ScannerLost`."""
    if source.kind != "v4l2":
        return Played(source, view)
    device = cv2.VideoCapture(source.path, cv2.CAP_V4L2)
    if not device.isOpened():
        raise ScannerLost(f"{source.path}: expected a camera, got none that OpenCV can open", "failed")
    return Live(source.path, device, view)


def _of_folder(path: str) -> Iterator[NDArray[np.uint8]]:
    for file in sorted(Path(path).glob("*.*")):
        picture = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        if picture is not None:
            yield picture


def _of_video(path: str) -> Iterator[NDArray[np.uint8]]:
    video = cv2.VideoCapture(path)
    good, picture = video.read()
    while good:
        yield picture
        good, picture = video.read()
