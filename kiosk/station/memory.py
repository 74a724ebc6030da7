"""The file that a station remembers with: SQLite, on the disk when it says so, written by two processes.

`kiosk station` keeps what was scanned in it, `kiosk web` what became of that. A damaged file is never thrown away: it is set aside
under another name, what can still be read of it goes into a new one, and `Memory.damaged` tells.
"""

import fcntl
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from kiosk.core.faults import Unavailable

PART: Final = "station"
BUSY: Final = 5.0
"""Seconds that one process waits for the other's transaction, which takes milliseconds."""
CLOSES: Final = 0.25
"""Seconds that closing waits for whoever is at work in the file."""
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS scan (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, at TEXT NOT NULL, said BLOB NOT NULL, raw BLOB, sum INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', sheet TEXT, badge TEXT, why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS scan_state ON scan (state, seq);
CREATE TABLE IF NOT EXISTS lamp (place INTEGER PRIMARY KEY, said BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS lit (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL);
"""
_GENERATION: Final = 1 << 40
"""Places of a new file begin beyond those of the damaged one: what somebody still knows of that is never another scan's."""
_CODES: Final = {
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
}
_ERRNO: Final = {28: "disk-full", 30: "read-only", 13: "read-only", 1: "read-only", 11: "locked"}
_log: Final = logging.getLogger("kiosk")

Done = TypeVar("Done")


class Damaged(sqlite3.DatabaseError):
    """A row is not what was written."""


def summed(said: bytes, raw: bytes | None) -> int:
    """The check sum of a row: a number with a flipped bit would be another client's."""
    return zlib.crc32(raw or b"", zlib.crc32(said))


class Memory:
    """The file of one station, opened when it is first needed. `schema` is SQL that makes further tables where they are missing.

    It waits `patience` seconds where another process is at work in the file. All of it can be called from any thread. Whatever
    can't be read or written is `Unavailable("station", …)`: disk-full, read-only, locked, gone.
    """

    def __init__(self, home: Path, schema: str = "", patience: float = BUSY) -> None:
        self.path: Final = home / "station" / "spool.sqlite3"
        self._patience: Final = patience
        self._schema, self._lock = SCHEMA + schema, threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)

    def do(self, work: Callable[[sqlite3.Connection], Done], *, durable: bool = True) -> Done:
        """What the work gives, done in one transaction, which is on the disk then; `durable` False: after a while.

        In a damaged file, or one that another process has just set aside, it is done again in the new one.
        """
        with self._lock:
            for _ in range(3):
                try:
                    done = self._transaction(work, durable=durable)
                except (sqlite3.Error, OSError) as error:
                    self._failed(error)
                else:
                    if self._current():
                        return done
        raise Unavailable(PART, "corrupt", str(self.path))

    def close(self) -> None:
        """Let go of the file, until it is needed again; harmless twice. One that a thread is waiting for is left to that."""
        if self._lock.acquire(timeout=CLOSES):
            try:
                self._drop()
            finally:
                self._lock.release()

    @property
    def damaged(self) -> list[Path]:
        """The files that were set aside, the oldest first. Somebody has to look at them; removed, they are forgotten."""
        found = self.path.parent.glob(f"{self.path.name}.damaged-*")
        return sorted((path for path in found if path.name.rpartition("-")[2].isdigit()), key=lambda path: (len(path.name), path))

    def _transaction(self, work: Callable[[sqlite3.Connection], Done], *, durable: bool) -> Done:
        connection = self._opened()
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise
        return done

    def _failed(self, error: sqlite3.Error | OSError) -> None:
        """Set a damaged file aside; any other failure is said."""
        code = code_of(error)
        if code != "corrupt":
            if code == "gone":
                self._drop()
            raise Unavailable(PART, code, f"{self.path}: {error}") from error
        try:
            self._set_aside(str(error))
        except OSError as no:
            raise Unavailable(PART, code_of(no), f"{self.path}: {no}") from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._current():
            return self._connection
        self._drop()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            if not self.path.exists():
                self._strays()
            self._connection = connection = _connected(str(self.path), self._patience)
            try:
                self._prepare(connection)
            except BaseException:
                self._drop()  # used as it is, it would never be made ready
                raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self._file = _identity(self.path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(self._schema)
        if self.damaged:
            self._carry(connection, self.damaged)

    def _carry(self, connection: sqlite3.Connection, damaged: list[Path]) -> None:
        """Begin the new file beyond the damaged one, with what can still be read of that."""
        if connection.execute("SELECT 1 FROM sqlite_sequence WHERE name = 'scan'").fetchone():
            return
        connection.execute("BEGIN IMMEDIATE")
        for row in _readable(damaged[-1]):
            connection.execute("INSERT OR IGNORE INTO scan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'scan'")
        (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM scan").fetchone()
        beyond = (newest // _GENERATION + 1) * _GENERATION
        connection.execute("INSERT INTO sqlite_sequence VALUES ('scan', ?)", [max(beyond, len(damaged) * _GENERATION)])
        connection.execute("COMMIT")

    def _set_aside(self, detail: str) -> None:
        self._drop()
        with self._alone():
            if not self.path.exists() or _identity(self.path) != self._file:
                return  # the other process has done it
            aside = self._aside()
            self.path.rename(aside)
            self._strays(aside)
        _log.error("the station's memory is damaged (%s); it was set aside as %s", detail, aside.name)

    def _strays(self, aside: Path | None = None) -> None:
        """What belongs to a file that was set aside goes with it: beside a new one, it would be taken for that one's."""
        for suffix in ("-wal", "-shm"):
            stray = Path(f"{self.path}{suffix}")
            if stray.exists():
                stray.rename(f"{aside or (self.damaged or [self._aside()])[-1]}{suffix}")

    def _aside(self) -> Path:
        number = next(n for n in range(1, 1 << 20) if not list(self.path.parent.glob(f"{self.path.name}.damaged-{n}*")))
        return Path(f"{self.path}.damaged-{number}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process opens the file or sets it aside meanwhile. One that hangs in it is not waited for without end."""
        descriptor = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            _locked(descriptor, self._patience)
            yield
        finally:
            os.close(descriptor)

    def _current(self) -> bool:
        """Whether the file that is open is the one that lies there."""
        with suppress(OSError):
            return _identity(self.path) == self._file
        return False

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def code_of(error: sqlite3.Error | OSError) -> str:
    """The word for a failure: corrupt, disk-full, read-only, locked, gone."""
    if isinstance(error, Damaged):
        return "corrupt"
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, "gone")
    return _CODES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "gone")


def _locked(descriptor: int, patience: float) -> None:
    """Lock a file that is open; `BlockingIOError` where that takes too long."""
    until = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
        time.sleep(0.01)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _connected(name: str, patience: float = BUSY, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=patience, isolation_level=None, check_same_thread=False, uri=uri)


def _readable(damaged: Path) -> Iterator[tuple[object, ...]]:
    """The rows of a damaged file whose check sums are right, as far as there are any."""
    with suppress(sqlite3.Error, OSError), closing(_connected(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        columns = "seq, id, at, said, raw, sum, state, sheet, badge, why"
        for row in connection.execute(f"SELECT {columns} FROM scan NOT INDEXED ORDER BY seq"):  # noqa: S608 - our own words
            with suppress(TypeError):
                if summed(row[3], row[4]) == row[5]:
                    yield row
