"""A printer that is a folder: every document becomes a file, whole or not at all, and no file is ever overwritten."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path
from typing import Final

from kiosk.core.condition import Condition
from kiosk.core.faults import Unavailable
from kiosk.core.printing import State, Word

_CODES: Final = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EROFS: "read-only",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
}
OWN: Final = "printed"
"""The kiosk's own folder, below its home."""
ROOM: Final = 1 << 20
"""Bytes that a disk must have free: a sheet takes a tenth of them."""


class FolderPrinter:
    """The `Printer` of a folder, seen from the kiosk's `home`.

    The kiosk's own is made when something is printed; another one must be there, for it may be a machine's that is away.
    """

    def __init__(self, home: Path, folder: str = OWN) -> None:
        self._folder: Final = home / folder
        self._own: Final = self._folder == home / OWN

    @property
    def name(self) -> str:
        """Where it lies."""
        return str(self._folder)

    def submit(self, pdf: bytes, name: str) -> str:
        """The path of the new file, under the name or, where that is taken, with a number behind it: `name-2.pdf`."""
        try:
            if self._own:
                self._folder.mkdir(mode=0o700, exist_ok=True)
            return str(next(path for path in _paths(self._folder, name) if _written(path, pdf)))
        except OSError as error:
            code = _CODES.get(error.errno or 0, "gone")
            raise Unavailable("printer", code, f"{self._folder}: {error.strerror}") from error

    def word(self, job: str, name: str) -> Word:
        """Done: a job is there when the whole document is, and whoever takes it away has it."""
        del job, name
        return Word(State.DONE)

    def find(self, name: str) -> str | None:
        """The document of that name with the highest number."""
        there = list(takewhile(Path.exists, _paths(self._folder, name)))
        return str(there[-1]) if there else None

    def cancel(self, job: str) -> None:
        """Nothing: what is there is there."""

    def condition(self) -> Condition:
        """Whether the folder is there, with room and the right to write in it."""
        try:
            return self._condition()
        except OSError as error:  # a share that is stale, or behind a folder that is locked
            raise Unavailable("printer", _CODES.get(error.errno or 0, "gone"), f"{self._folder}: {error.strerror}") from error

    def _condition(self) -> Condition:
        folder = self._folder.parent if self._own and not self._folder.exists() else self._folder
        if not folder.is_dir():
            return Condition(("gone",), detail=str(self._folder))
        if not os.access(folder, os.W_OK | os.X_OK):
            return Condition(("read-only",), detail=str(self._folder))
        return Condition() if shutil.disk_usage(folder).free > ROOM else Condition(("disk-full",), detail=str(self._folder))


def _paths(folder: Path, name: str) -> Iterator[Path]:
    """Where a document of this name may go, the first choice first.

    >>> str(next(_paths(Path("printed"), "../Zoë's proof")))
    'printed/Zo_s_proof.pdf'
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip("._-")[:100] or "document"
    return (folder / (f"{stem}.pdf" if n == 1 else f"{stem}-{n}.pdf") for n in count(1))


def _written(path: Path, pdf: bytes) -> bool:
    """Whether the document is there now, down to the disk; not where the name is taken.

    It is written beside its place under a name that only one can have. Whoever looks into the folder sees whole documents alone.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        file = part.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            if path.exists():
                return False
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def _sync(folder: Path) -> None:
    """Have the disk keep the name too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
