"""What enrolment writes: one scanner's `[[scanner]]` table in kiosk.toml. All else in the file stays as its owner wrote it.

The file is replaced whole or not at all; as it was before, it stands beside it (`kiosk.toml.bak`).
"""

import fcntl
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from drivers.manner import Manner
from kiosk.core.faults import Refusal, Unavailable
from kiosk.settings.scanners import scanner_tables

FILE, BACKUP = "kiosk.toml", "kiosk.toml.bak"
_LEARNED: Final = ("ignore", "layout", "terminator", "prefix", "suffix", "gap")
"""What an enrolment settles: of an earlier one, nothing of these is left. A name stays until another is given."""
_PLAIN: Final = Manner()


def keep(home: Path, device: str, name: str, manner: Manner, *, keys: bool) -> Path:
    """Write a scanner's table, in place of the one that it had; the file that was written.

    `keys`: whether it types, so that layout and gap mean something. What is as it is without a table is not written.
    `Refusal` for a name that another scanner has, and for a file that is no settings; `Unavailable` where it can't be written.
    """
    values = _values(name, manner, keys=keys)
    path = home / FILE
    with _alone(home):
        old = _read(path)
        new = _changed(path, old, device, values)
        _check(new, name)
        if new != old:
            _write(home / BACKUP, old, path)
            _write(path, new, path)
    return path


def _values(name: str, manner: Manner, *, keys: bool) -> dict[str, str | float]:
    typed: dict[str, str | float] = {"layout": str(manner.layout), "gap": manner.gap} if keys else {}
    around = {what: text for what in ("prefix", "suffix") if (text := getattr(manner, what))}
    ended = {"terminator": str(manner.terminator)} if manner.terminator is not _PLAIN.terminator else {}
    return {**({"name": name} if name else {}), **typed, **ended, **around}


def _changed(path: Path, old: str, device: str, values: Mapping[str, str | float]) -> str:
    """The file's text with the table in it."""
    try:
        document = tomlkit.parse(old)
    except TOMLKitError as error:
        raise Refusal("bad-settings", got=f"{path}: {error}") from error
    tables = document.get("scanner")
    if tables is None:
        document.append("scanner", tables := tomlkit.aot())
    if not isinstance(tables, AoT):
        raise Refusal("bad-setting", name="scanner", expected="[[scanner]] tables", got=repr(tables))
    table = _table_of(tables, device)
    for what in _LEARNED:
        table.pop(what, None)
    table.update(values)
    return tomlkit.dumps(document)


def _table_of(tables: AoT, device: str) -> Table:
    """The device's table; a new one at the end where it has none."""
    found: Table | None = next((table for table in tables if table.get("device") == device), None)
    if found is not None:
        return found
    table = tomlkit.table()
    table.add("device", device)
    table.trivia.indent = "\n"  # an empty line before it
    tables.append(table)
    return table


def _check(text: str, name: str) -> None:
    """Refuse what the kiosk would not start with."""
    try:
        scanner_tables(tomllib.loads(text)["scanner"])
    except Refusal as no:
        if name and no.fields.get("got") == repr(name):
            raise Refusal("name-taken", got=name) from no
        raise


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()  # its line ends stay as they are
    except UnicodeDecodeError as error:
        raise Refusal("bad-settings", got=f"{path}: {error}") from error
    except OSError as error:
        raise _unavailable(path, error) from error


def _write(path: Path, text: str, like: Path) -> None:
    """A file, whole or not at all, for the eyes of those who may read the settings."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.unlink(missing_ok=True)  # what a crash left
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            was = like.stat()  # who runs this with more rights than the kiosk must not take its settings from it
            os.fchown(descriptor, was.st_uid, was.st_gid)
            os.fchmod(descriptor, was.st_mode & 0o777)
            os.fsync(descriptor)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise _unavailable(path, error) from error


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """While no other enrolment writes in this home."""
    try:
        descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unavailable(home, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _unavailable(path: Path, error: OSError) -> Unavailable:
    code = {28: "disk-full", 30: "read-only", 13: "read-only", 1: "read-only"}.get(error.errno or 0, "gone")
    return Unavailable("home", code, f"{path}: {error.strerror}")


def written(home: Path, device: str) -> Mapping[str, Any] | None:
    """The table of a device as it stands in the file now; None where it has none."""
    tables = tomllib.loads(_read(home / FILE)).get("scanner", [])
    return next((dict(table) for table in tables if table.get("device") == device), None)
