"""A camera as a scanner (D3): paper, phones and screens, held before it. The shell; all pictures stay in a process of its own.

    with Camera("/dev/video0", voice=voice) as camera:
        for item in camera: ...

`drivers.camera.child` opens the camera, reads and decides what is one presentation; what is left here is a pipe. A decoder
that aborts or a camera that hangs ends that process, never this one: the iteration raises `ScannerLost`, `why` being gone,
no-permission, busy, not-a-device, frozen, black or failed.
"""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Self

from drivers.camera.node import free
from drivers.camera.process import Process
from drivers.camera.view import Opened, Source, View
from drivers.manner import Manner
from drivers.picture.wire import Message
from drivers.scan import Broken, Heard, NoRead, Scan, ScannerLost, Symbology, Voice

__all__ = ["Camera", "Opened", "View"]

_OPENING = 30.0
"""Seconds for libraries to load and a camera to open, on a slow machine."""


class Camera:
    """One camera. Left from another thread, its iteration ends at once; `preview` may be asked from any other thread."""

    def __init__(
        self, node: str, *, voice: Voice, manner: Manner | None = None, view: View | None = None, patience: float = 5.0
    ) -> None:
        """`node`: a V4L2 device, `folder:PATH` or `video:PATH`; `patience`: seconds that its process may be silent."""
        self._node = node
        self._voice = voice
        self._manner = replace(manner or Manner(), prefix="", suffix="")
        self._view = view or View()
        self._patience = patience
        self._process: Process | None = None
        self._left = threading.Event()
        self._asking = threading.Lock()
        self._drawn = threading.Event()
        self._preview: bytes | None = None
        self.beats = 0
        """Messages of its process: it sends one each second as long as pictures come."""
        self.hint = ""
        """What should be done before the camera, so that what is held there can be read (`guidance.Hint`); empty for nothing."""
        self.hinted: Callable[[], object] = lambda: None
        """Told, by the thread that iterates, when the hint is another one."""
        self.opened: Opened | None = None
        """What the camera gives, when it is open."""

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        """Raises `ScannerLost` if there is no such camera, or it cannot be opened."""
        source = Source.of(self._node)
        if source.kind == "v4l2":
            free(source.path)
        self._left.clear()
        self._process = Process([json.dumps(asdict(source)), json.dumps(asdict(self._view))])
        try:
            said = self._next(_OPENING)
            self.opened = Opened(said["width"], said["height"], said["fps"], said["fourcc"], tuple(said["ignored"]))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._left.set()
        if self._process is not None:
            self._process.close()

    def __iter__(self) -> Iterator[Scan | NoRead]:
        while not self._left.is_set():
            try:
                said = self._next(self._patience)
            except ScannerLost:
                if self._left.is_set():
                    return
                raise
            if said["say"] == "end":
                return
            if said["say"] in {"heard", "broken"}:
                yield self._voice.says(self._made(said))

    def preview(self, seconds: float = 1.0) -> bytes | None:
        """The newest picture as a small JPEG with the symbols outlined; None if there is none in time. Somebody must iterate."""
        process = self._process
        if process is None or self._left.is_set():
            return None
        with self._asking:
            self._drawn.clear()
            if not process.ask({"do": "preview"}):
                return None
            return self._preview if self._drawn.wait(seconds) else None

    def _next(self, seconds: float) -> Message:
        """The next message, but for previews and hints. Raises `ScannerLost` when the process has none, or says why."""
        assert self._process is not None  # noqa: S101 - entered
        while True:
            said, raw = self._process.hear(self._node, seconds)
            self.beats += 1
            if said["say"] == "lost":
                raise ScannerLost(str(said["message"]), str(said["why"]))
            if said["say"] == "hint":
                self.hint = str(said["hint"])
                self.hinted()
            elif said["say"] == "preview":
                self._preview = raw
                self._drawn.set()
            else:
                return said

    def _made(self, said: Message) -> Heard | Broken:
        if said["say"] == "broken":
            return Broken(str(said["reason"]))
        text, kind = str(said["text"]), Symbology(said["symbology"])
        return self._manner.whole(text, text.encode("utf-8", "surrogateescape"), kind)
