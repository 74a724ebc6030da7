"""A document as it comes in: its bytes, taken once, before anything looks into them. Runs in the kiosk's own process."""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from drivers.picture import Fault, Limits, Problem, Unopened

Source = str | os.PathLike[str] | bytes
"""A path, or the bytes themselves, as a mail or an upload brings them."""


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of a document as they were when it was first looked at, and how it is called."""

    file: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def taken(source: Source, limits: Limits, *, file: str | None = None) -> Document:
    """The bytes of a document. Raises `Unopened`: nothing is opened but an ordinary file, and none beyond its limit."""
    if isinstance(source, bytes):
        return Document(file or "document", source)
    path = Path(source)
    try:
        data = _bytes(path, limits)
    except FileNotFoundError as no:
        raise Unopened(Fault(Problem.MISSING_FILE, "a file", str(path))) from no
    except OSError as no:
        raise Unopened(Fault(Problem.UNREADABLE_FILE, "a file that can be read", f"{path}: {no.strerror}")) from no
    return Document(file or path.name, data)


def _bytes(path: Path, limits: Limits) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        state = os.fstat(stream.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file")
        data = stream.read(limits.file_bytes + 1) if state.st_size <= limits.file_bytes else b""
    size = max(state.st_size, len(data))
    if size > limits.file_bytes:
        raise Unopened(Fault(Problem.FILE_TOO_LARGE, f"at most {limits.file_bytes} bytes", f"{size} bytes"))
    return data


def named(source: Source) -> str:
    """What a document is called where nothing else is said."""
    return "document" if isinstance(source, bytes) else Path(source).name
