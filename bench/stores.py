"""Release stores to measure with: made once for a run, in a folder that goes with it."""

import atexit
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """A folder on the disk that the project is on: durable writes are measured where they would be made."""
    made = Path(tempfile.mkdtemp(prefix=".bench-", dir="."))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def store(rows: int) -> Path:
    """A store with so many rows of a day."""
    path = folder() / f"acros-{rows}.sqlite3"
    if rows > 100_000:
        print(f"  (making a store of {rows:,} rows)", flush=True)
    url = f"sqlite:///{path}"
    subprocess.run([sys.executable, "-m", "acros_stub", "seed", str(rows), "--database", url], check=True, capture_output=True)
    return path


@cache
def numbers(rows: int, many: int = 500) -> tuple[str, ...]:
    """Transaction numbers that are on file, spread over the whole store."""
    connection = sqlite3.connect(store(rows))
    step = max(1, connection.execute("SELECT count(*) FROM requests").fetchone()[0] // many)
    found = [row[0] for row in connection.execute("SELECT request FROM requests WHERE request GLOB '[0-9]*' ORDER BY request")]
    connection.close()
    return tuple(found[::step][:many])


def durable(path: Path) -> sqlite3.Connection:
    """A table in a database that is as durable as the record: what writing one row must cost."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, leaf BLOB NOT NULL)")
    return connection


def insert(connection: sqlite3.Connection, leaf: bytes) -> None:
    """One durable row."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows (leaf) VALUES (?)", (leaf,))
    connection.execute("COMMIT")
