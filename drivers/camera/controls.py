"""A camera's controls: what is asked of it, and what it makes of that. The child's side."""

from contextlib import suppress
from typing import Any, Protocol

import cv2

from drivers.camera.view import Opened, Setting, View

_AUTO_EXPOSURES, _MANUAL_EXPOSURE = (3, 0), 1
"""V4L2_EXPOSURE_APERTURE_PRIORITY, which most webcams have, V4L2_EXPOSURE_AUTO; V4L2_EXPOSURE_MANUAL."""
_SLOW = 10
"""Pictures a second. Unpacked ones of 1280 x 720 hardly go through USB 2 as fast as that; JPEG does."""


class Device(Protocol):
    """What a `cv2.VideoCapture` is to us."""

    def grab(self) -> bool:
        """Waits for the next picture; whether one came."""

    def retrieve(self) -> tuple[bool, Any]:
        """Whether it could be unpacked, and the picture."""

    def set(self, setting: int, value: float, /) -> bool:
        """Whether the camera says that it follows."""

    def get(self, setting: int, /) -> float:
        """What the camera says; 0 where it has no such setting."""


def set_up(device: Device, view: View) -> Opened:
    """Sets what was asked, size last of the format, since a format may change it; reads back what the camera made of it."""
    ignored = [] if not view.fourcc or device.set(cv2.CAP_PROP_FOURCC, _code(view.fourcc)) else ["fourcc"]
    for name, property_ in (("width", cv2.CAP_PROP_FRAME_WIDTH), ("height", cv2.CAP_PROP_FRAME_HEIGHT)):
        device.set(property_, getattr(view, name))
    if view.fps and not device.set(cv2.CAP_PROP_FPS, view.fps):
        ignored.append("fps")
    if not view.fourcc and 0 < device.get(cv2.CAP_PROP_FPS) < _SLOW:
        device.set(cv2.CAP_PROP_FOURCC, _code("MJPG"))
    ignored += _controls(device, view)
    width, height = int(device.get(cv2.CAP_PROP_FRAME_WIDTH)), int(device.get(cv2.CAP_PROP_FRAME_HEIGHT))
    ignored += ["width"] * (width != view.width) + ["height"] * (height != view.height)
    return Opened(width, height, device.get(cv2.CAP_PROP_FPS), _letters(int(device.get(cv2.CAP_PROP_FOURCC))), tuple(ignored))


def _controls(device: Device, view: View) -> list[str]:
    """The names of those that the camera does not follow."""
    exposure, focus = (cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE), (cv2.CAP_PROP_AUTOFOCUS, cv2.CAP_PROP_FOCUS)
    ignored = [] if _follows(device, view.exposure, *exposure, _AUTO_EXPOSURES, _MANUAL_EXPOSURE) else ["exposure"]
    return ignored + ([] if _follows(device, view.focus, *focus, (1,), 0) else ["focus"])


def _follows(device: Device, setting: Setting, switch: int, number: int, auto: tuple[int, ...], manual: int) -> bool:
    """A camera without the switch may have the number nevertheless."""
    if setting is None:
        return True
    if setting == "auto":
        return any(device.set(switch, way) for way in auto)
    device.set(switch, manual)
    return device.set(number, setting)


def _code(fourcc: str) -> int:
    return int(cv2.VideoWriter.fourcc(*fourcc))


def _letters(code: int) -> str:
    with suppress(UnicodeDecodeError):
        return (code & 0xFFFFFFFF).to_bytes(4, "little").decode("ascii").strip("\0 ")
    return ""
