"""Whether a device node is a camera that can be opened, asked of the kernel before anything else touches it (V4L2 API).

Opening and streaming are two things in V4L2: a camera in use can be opened by many, and asking for a buffer says whether
another program holds it.
"""

import errno
import fcntl
import os
import stat
import struct
from contextlib import suppress
from pathlib import Path

from drivers.scan import ScannerLost

_MAJOR = 81
"""Of video4linux (kernel documentation, admin-guide/devices.txt)."""
_QUERYCAP, _CAPABILITY = 0x80685600, struct.Struct("=16s32s32s3I12x")
_REQBUFS, _BUFFERS = 0xC0145608, struct.Struct("=3I8x")
_CAPTURES, _STREAMS, _BY_NODE = 0x1, 0x04000000, 0x80000000
_CAPTURE, _MMAP = 1, 1

_WHY = {
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EBUSY: "busy",
    errno.ENOENT: "gone",
    errno.ENODEV: "gone",
    errno.ENXIO: "gone",
}


def free(node: str) -> None:
    """Raises `ScannerLost` unless the node, or what a link to it leads to, is a camera that nobody else holds."""
    try:
        _is_video(node)
        handle = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as no:
        raise lost(node, no) from no
    try:
        _captures(node, handle)
        _unheld(handle)
    except OSError as no:
        raise lost(node, no) from no
    finally:
        os.close(handle)


def there(node: str) -> bool:
    """Whether it still answers as a camera."""
    with suppress(OSError):
        handle = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _captures(node, handle)
        finally:
            os.close(handle)
        return True
    return False


def lost(node: str, error: OSError) -> ScannerLost:
    """What an error of the kernel means; what is a `ScannerLost` already stays as it is.

    >>> lost("/dev/video0", OSError(errno.EBUSY, "Device or resource busy")).why
    'busy'
    """
    if isinstance(error, ScannerLost):
        return error
    why = _WHY.get(error.errno or 0, "not-a-device")
    return ScannerLost(f"{node}: expected a camera, got {error.strerror or error}", why)


def _is_video(node: str) -> None:
    about = Path(node).stat()
    if not stat.S_ISCHR(about.st_mode) or os.major(about.st_rdev) != _MAJOR:
        raise ScannerLost(f"{node}: expected a camera, got another kind of file", "not-a-device")


def _captures(node: str, handle: int) -> None:
    """A camera has nodes for other things as well, as its metadata."""
    answer = bytearray(_CAPABILITY.size)
    fcntl.ioctl(handle, _QUERYCAP, answer)
    _, card, _, _, device, this = _CAPABILITY.unpack(answer)
    can = this if device & _BY_NODE else device
    if not (can & _CAPTURES and can & _STREAMS):
        name = card.split(b"\0")[0].decode("utf-8", "replace")
        raise ScannerLost(f"{node}: expected a camera that captures pictures, got {name!r}, which does not", "not-a-device")


def _unheld(handle: int) -> None:
    """Asks for one buffer and gives it back."""
    for count in (1, 0):
        fcntl.ioctl(handle, _REQBUFS, bytearray(_BUFFERS.pack(count, _CAPTURE, _MMAP)))
