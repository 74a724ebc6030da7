"""What the kernel and OpenCV say of a camera, and what we make of it. The device is a stand-in that the test drives (D3, D5)."""

import errno
import itertools
import threading

import cv2
import numpy as np
import pytest

from drivers.camera.capture import Live
from drivers.camera.node import lost
from drivers.camera.view import Source, View
from drivers.scan import ScannerLost

HANG = object()


class Stage:
    """A camera of which the test says when it gives a picture: numbers are pictures, None a failed grab; then it hangs."""

    def __init__(self, *deaf, pictures=(), size=(1280, 720), fps=30.0):
        self.settings = {cv2.CAP_PROP_FRAME_WIDTH: size[0], cv2.CAP_PROP_FRAME_HEIGHT: size[1], cv2.CAP_PROP_FPS: fps}
        self.deaf, self.fixed = set(deaf), size != (1280, 720)
        self.asked = []
        self.turn = threading.Condition()
        self.pictures = iter(pictures)
        self.now = -1
        self.unpacked = 0

    def set(self, setting, value):
        self.asked.append((setting, value))
        if {setting, (setting, value)} & self.deaf or (
            self.fixed and setting in {cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT}
        ):
            return False
        self.settings[setting] = value
        return True

    def get(self, setting):
        return self.settings.get(setting, 0.0)

    def until(self, number):
        """Waits until that picture has been taken."""
        with self.turn:
            assert self.turn.wait_for(lambda: self.now >= number, 60)

    def grab(self):
        with self.turn:
            self.now = next(self.pictures, HANG)
            self.turn.notify_all()
        if self.now is HANG:
            threading.Event().wait()
        threading.Event().wait(0.001)  # a driver waits for the sensor
        return self.now is not None

    def retrieve(self):
        self.unpacked += 1
        return True, np.full((2, 2), self.now, np.int64)


def opened(stage, view=None):
    return Live("/dev/video9", stage, view or View(), there=lambda node: True).opened


def test_a_camera_that_follows_ignores_nothing():
    """Demand 4: exposure and focus controls where there are any."""
    stage = Stage()
    made = opened(stage, View(fps=15, exposure=120, focus=30, fourcc="MJPG"))

    assert (made.width, made.height, made.fps, made.fourcc, made.ignored) == (1280, 720, 15, "MJPG", ())
    assert (cv2.CAP_PROP_AUTO_EXPOSURE, 1) in stage.asked
    assert (cv2.CAP_PROP_EXPOSURE, 120) in stage.asked
    assert (cv2.CAP_PROP_AUTOFOCUS, 0) in stage.asked
    assert stage.asked.index((cv2.CAP_PROP_FOCUS, 30)) > stage.asked.index((cv2.CAP_PROP_AUTOFOCUS, 0))


def test_automatic_controls_are_switched_on_and_no_number_is_set():
    stage = Stage()
    made = opened(stage, View(exposure="auto", focus="auto"))

    assert made.ignored == ()
    assert (cv2.CAP_PROP_AUTO_EXPOSURE, 3) in stage.asked
    assert not {cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_FOCUS} & {setting for setting, _ in stage.asked}


def test_a_camera_with_another_kind_of_automatic_exposure_is_set_to_that():
    stage = Stage((cv2.CAP_PROP_AUTO_EXPOSURE, 3))

    assert opened(stage, View(exposure="auto")).ignored == ()
    assert stage.settings[cv2.CAP_PROP_AUTO_EXPOSURE] == 0


def test_what_is_not_asked_for_is_left_alone():
    """None: as the camera has it."""
    stage = Stage()
    opened(stage)

    assert {setting for setting, _ in stage.asked} == {cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT}


def test_a_camera_that_ignores_what_is_asked_is_reported():
    """Demand 4: a setting without effect is said, not assumed."""
    stage = Stage(
        cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_AUTOFOCUS, cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FPS, size=(640, 480)
    )
    made = opened(stage, View(exposure=5, focus="auto", fourcc="GREY", fps=60))

    assert made.ignored == ("fourcc", "fps", "exposure", "focus", "width", "height")
    assert (made.width, made.height) == (640, 480)


def test_a_camera_too_slow_in_its_own_format_is_asked_for_jpeg():
    """Ten pictures a second do not go through USB 2 unpacked at 1280 x 720."""
    stage = Stage(fps=5.0)
    opened(stage)

    assert (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")) in stage.asked


def test_the_newest_picture_comes_and_no_queue_grows():
    """Demand 4: what was passed over is not even unpacked."""
    stage = Stage(pictures=itertools.count())
    frames = Live("/dev/video9", stage, View(), limit=60, there=lambda node: True).frames()
    first = next(frames)
    stage.until(first.picture[0, 0] + 50)
    second = next(frames)

    assert second.picture[0, 0] >= first.picture[0, 0] + 50
    assert second.at >= first.at
    assert stage.unpacked == 2


def test_a_camera_that_hangs_is_frozen():
    """T10: no picture at all."""
    live = Live("/dev/video9", Stage(), View(), limit=0.05, there=lambda node: True)

    with pytest.raises(ScannerLost, match="got none for") as no:
        next(live.frames())
    assert no.value.why == "frozen"


def test_a_camera_that_fails_and_is_no_longer_there_is_gone():
    """D5: OpenCV says nothing but False."""
    live = Live("/dev/video9", Stage(pictures=[None]), View(), limit=60, there=lambda node: False)

    with pytest.raises(ScannerLost) as no:
        next(live.frames())
    assert no.value.why == "gone"


def test_a_camera_that_only_falters_goes_on():
    stage = Stage(pictures=[None, None, 7])

    assert next(Live("/dev/video9", stage, View(), limit=60, there=lambda node: True).frames()).picture[0, 0] == 7


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.EACCES, "no-permission"),
        (errno.EPERM, "no-permission"),
        (errno.EBUSY, "busy"),
        (errno.ENOENT, "gone"),
        (errno.ENODEV, "gone"),
        (errno.ENXIO, "gone"),
        (errno.ENOTTY, "not-a-device"),
        (errno.EINVAL, "not-a-device"),
    ],
)
def test_each_error_of_the_kernel_has_its_reason(number, why):
    """Bad input: another program holds it (EBUSY), no camera answers (ENOTTY), and so on."""
    no = lost("/dev/video0", OSError(number, "words of the kernel"))

    assert (no.why, str(no)) == (why, "/dev/video0: expected a camera, got words of the kernel")


def test_a_reason_already_known_is_kept():
    known = ScannerLost("told before", "frozen")

    assert lost("/dev/video0", known) is known


@pytest.mark.parametrize("node", ["/dev/video0", "/dev/v4l/by-id/usb-x:y-index0", "folder", "other:/tmp"])
def test_only_the_two_words_for_simulated_sources_make_one(node):
    assert Source.of(node) == Source("v4l2", node)
