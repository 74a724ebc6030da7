"""A camera that sees what it is shown: `vivid`, whose HDMI output is looped into its HDMI input."""

import fcntl
import mmap
import os
import struct
import subprocess
import threading
from itertools import count
from pathlib import Path

CLASS = Path("/sys/class/video4linux")
DRIVER = Path("/sys/bus/platform/drivers/vivid")
GUEST = Path("/run/guest")

WIDTH, HEIGHT = 640, 480
_TIMINGS = (WIDTH, HEIGHT, 0, 0, 25_175_000, 16, 96, 48, 10, 2, 33)
"""CEA-861's 640x480p59.94: at 1280x720, vivid's own size, the guest reads a picture in a second or more."""

_S_FMT, _REQBUFS, _QUERYBUF, _QBUF, _DQBUF = 0xC0D05605, 0xC0145608, 0xC0585609, 0xC058560F, 0xC0585611
_STREAMON, _QUERYCTRL, _S_CTRL, _NEXT, _S_DV_TIMINGS = 0x40045612, 0xC0445624, 0xC008561C, 0x80000000, 0xC0845657
_CAPTURE, _OUTPUT, _MMAP = 1, 2, 1
_BUFFERS = 4
_NOISE = 3 * WIDTH * 8
_FAINT = bytes(byte & 3 for byte in range(256))
"""As faint as a sensor's in the dark: a black picture stays one."""


def load() -> None:
    """Load what the initramfs holds of it."""
    for line in (GUEST / "modules/late").read_text().splitlines():
        name, _, options = line.partition(" ")
        subprocess.run([GUEST / "busybox", "insmod", GUEST / f"modules/{name}.ko", *options.split()], check=True)


def nodes() -> tuple[Path, Path]:
    """The camera's node and the screen's."""
    named = {(node / "name").read_text().strip(): Path("/dev") / node.name for node in CLASS.iterdir()}
    camera, screen = (next(node for name, node in named.items() if end in name) for end in ("vid-cap", "vid-out"))
    return camera, screen


def pull() -> None:
    """Pull the camera out, and the screen with it; harmless twice."""
    if (DRIVER / "vivid.0").exists():
        (DRIVER / "unbind").write_text("vivid.0")


def plug() -> None:
    """Plug both in again."""
    (DRIVER / "bind").write_text("vivid.0")


class Screen(threading.Thread):
    """Shows one grey picture (`WIDTH` by `HEIGHT` bytes) until another is shown; noise at its edge makes each frame a new one."""

    def __init__(self, camera: Path, screen: Path) -> None:
        super().__init__(daemon=True)
        self._file = os.open(screen, os.O_RDWR)
        _looped(camera)
        _set_format(self._file, _OUTPUT)
        self._buffers = self._mapped()
        self._stopped = threading.Event()
        self.frozen = False
        self.show(bytes((255,)) * (WIDTH * HEIGHT))

    def show(self, picture: bytes) -> None:
        """From the next frame on, show this."""
        self._picture = coloured(picture)

    def stop(self) -> None:
        """Show nothing more."""
        self._stopped.set()
        self.join()
        os.close(self._file)

    def run(self) -> None:
        """Ten frames a second; vivid keeps the last one, so there is always one to be seen."""
        for frame in count():
            index = frame % _BUFFERS
            if frame >= _BUFFERS:
                index = struct.unpack_from("<I", fcntl.ioctl(self._file, _DQBUF, _buffer(0, 0)))[0]
            self._draw(self._buffers[index])
            fcntl.ioctl(self._file, _QBUF, _buffer(index, len(self._buffers[index])))
            if frame == 1:
                fcntl.ioctl(self._file, _STREAMON, struct.pack("<I", _OUTPUT))
            if self._stopped.wait(0.1):
                return

    def _draw(self, buffer: mmap.mmap) -> None:
        buffer[:] = self._picture
        if not self.frozen:
            buffer[:_NOISE] = os.urandom(_NOISE).translate(_FAINT)

    def _mapped(self) -> list[mmap.mmap]:
        fcntl.ioctl(self._file, _REQBUFS, struct.pack("<5I", _BUFFERS, _OUTPUT, _MMAP, 0, 0))
        mapped = []
        for index in range(_BUFFERS):
            said = fcntl.ioctl(self._file, _QUERYBUF, _buffer(index, 0))
            (offset,), (length,) = struct.unpack_from("<Q", said, 64), struct.unpack_from("<I", said, 72)
            mapped.append(mmap.mmap(self._file, length, offset=offset))
        return mapped


def _looped(camera: Path) -> None:
    """Let the camera see the screen. Unless both have the same size and pixels, it sees noise."""
    file = os.open(camera, os.O_RDWR)
    try:
        set_control(file, "Loop Video", 1)
        set_control(file, "OSD Text Mode", 2)  # no clock over the picture
        _set_format(file, _CAPTURE)
    finally:
        os.close(file)


def _set_format(file: int, end: int) -> None:
    """What OpenCV asks a camera for first: three bytes a pixel, blue, green, red."""
    fcntl.ioctl(file, _S_DV_TIMINGS, struct.pack("<I4IQ6I", 0, *_TIMINGS).ljust(132, b"\0"))
    fcntl.ioctl(file, _S_FMT, struct.pack("<II2I4sII", end, 0, WIDTH, HEIGHT, b"BGR3", 1, 0).ljust(208, b"\0"))


def coloured(grey: bytes) -> bytes:
    """Grey pixels, three bytes each."""
    out = bytearray(3 * len(grey))
    out[::3] = out[1::3] = out[2::3] = grey
    return bytes(out)


def set_control(file: int, name: str, value: int) -> None:
    """Set a control of a video device that has no number in the headers."""
    number = _NEXT
    while True:
        said = fcntl.ioctl(file, _QUERYCTRL, struct.pack("<I", number).ljust(68, b"\0"))
        (number,) = struct.unpack_from("<I", said)
        if said[8:40].rstrip(b"\0").decode() == name:
            fcntl.ioctl(file, _S_CTRL, struct.pack("<Ii", number, value))
            return
        number |= _NEXT


def _buffer(index: int, used: int) -> bytes:
    return struct.pack("<5I", index, _OUTPUT, used, 0, 1).ljust(60, b"\0") + struct.pack("<I", _MMAP) + bytes(24)
