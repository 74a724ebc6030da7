"""How a camera is set, and what it made of that. Values only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Setting = float | Literal["auto"] | None
"""A number in the camera's own steps; `auto`: the camera decides; None: left as it is."""


@dataclass(frozen=True, slots=True)
class View:
    """What is asked of a camera; `ValueError` names a field that is wrong.

    Where the camera cannot, it goes on as it can, and `Opened.ignored` names what it ignored.
    """

    width: int = 1280
    height: int = 720
    fps: float = 0.0
    """Pictures a second; 0: the camera's own choice. Of simulated sources, the pace of their clock (0: 10)."""
    exposure: Setting = None
    focus: Setting = None
    mirror: bool = False
    """The camera shows a mirror image (front cameras): turn it back."""
    fourcc: str = ""
    """Pixel format, as `MJPG` or `YUYV`. Empty: the camera's own; `MJPG` if that is slower than ten pictures a second."""
    still: bool = False
    """The source has no noise and may repeat a picture byte for byte (a virtual camera): repeated pictures then count as new
    ones, and a frozen source is not noticed. Never for a real sensor, whose noise is what tells that it lives."""

    def __post_init__(self) -> None:
        for name, low, high in (("width", 160, 8192), ("height", 160, 8192), ("fps", 0, 240)):
            _check(name, getattr(self, name), low, high)
        for name in ("exposure", "focus"):
            if getattr(self, name) not in (None, "auto"):
                _check(name, getattr(self, name), -100_000, 100_000)
        for name, fits in (
            ("mirror", type(self.mirror) is bool),
            ("still", type(self.still) is bool),
            ("fourcc", _fourcc(self.fourcc)),
        ):
            if not fits:
                raise ValueError(f"{name}: expected true, false, or for fourcc four letters, got {getattr(self, name)!r}")


def _fourcc(given: object) -> bool:
    return isinstance(given, str) and given.isascii() and len(given) in (0, 4)


def _check(name: str, value: object, low: int, high: int) -> None:
    whole = name in {"width", "height"}
    if type(value) not in ((int,) if whole else (int, float)) or not low <= value <= high:  # type: ignore[operator]  # a number by now
        raise ValueError(f"{name}: expected {'a whole number' if whole else 'a number'} of {low} to {high}, got {value!r}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What the camera gives."""

    width: int
    height: int
    fps: float
    fourcc: str
    ignored: tuple[str, ...] = ()
    """Names of `View` fields that it does not follow."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where pictures come from: a V4L2 node, or for tests a folder of pictures or a video file.

    >>> Source.of("folder:/tmp/frames")
    Source(kind='folder', path='/tmp/frames')
    >>> Source.of("/dev/video0")
    Source(kind='v4l2', path='/dev/video0')
    """

    kind: str
    path: str

    @classmethod
    def of(cls, node: str) -> "Source":
        """From how a node is named."""
        kind, colon, path = node.partition(":")
        return cls(kind, str(Path(path).absolute())) if colon and kind in {"folder", "video"} else cls("v4l2", node)
