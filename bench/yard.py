"""A record with a warehouse's years in it, to measure a gate with: written straight into its tables, as appends would leave it."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bench import stores
from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.leaves import mentions, stamp_of
from kiosk.core.journal import Entry, GoodsIn, GoodsOut, HoldPlaced
from kiosk.core.tree import leaf_hash, node_hash

CHUNK = 20_000


def ccn(n: int) -> str:
    """The cargo of a line of the register."""
    return f"8XXX{n:010}"


def held(n: int) -> str:
    """A transaction number on hold."""
    return f"99998{n:09}"


@cache
def record(rows: int, holds: int) -> Path:
    """A record of so many lines of the register, each second one of goods that have left, and so many numbers on hold."""
    path = stores.folder() / f"yard-{rows}-{holds}.sqlite3"
    print(f"  (making a record of {rows:,} register rows and {holds:,} holds)", flush=True)
    SqlJournal(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    level, position = list[bytes](), 0
    for entries in _chunks(rows, holds):
        connection.execute("BEGIN")
        level += _written(connection, entries, position)
        position += len(entries)
        connection.execute("COMMIT")
    _tree(connection, level)
    connection.execute("ANALYZE")
    connection.close()
    return path


def _chunks(rows: int, holds: int) -> Iterator[list[Entry]]:
    at, chunk = datetime.now(UTC) - timedelta(days=40), list[Entry]()
    for n in range(holds + rows):
        chunk.append(_hold(n, at) if n < holds else _goods(n - holds, at))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _hold(n: int, at: datetime) -> Entry:
    return Entry(f"hold/K7QD-{n + 1}", at, "B1001", HoldPlaced([f"transaction {held(n)}"], [], "exam", "hand"))


def _goods(n: int, at: datetime) -> Entry:
    number, lot = ccn(n // 2), f"lot/9453/{ccn(n // 2)}"
    shared = {"entry": f"e{n}", "station": "K7QD", "sub_location": "9453", "read_as": "ccn", "number": number, "pieces": 3}
    when = {"at": stamp_of(at), "day": str(at.date())}
    if n % 2 == 0:
        more = {"transaction": "", "place": "", "perishable": False, "due": "2099-01-01", "carrier": "Haulage", "remark": ""}
        return Entry(lot, at, "W7001", GoodsIn(**shared, **more, **when))
    proof = {"ground": "proof", "sheet": "K7QD.000001", "page": 1, "row": 1, "proven": number, "presented": 0}
    words = {"carrier": "Haulage", "driver": "", "vehicle": "ABC 123", "remark": "", "despite": ""}
    return Entry(lot, at, "W7001", GoodsOut(**shared, **proof, **words, **when))


def _written(connection: sqlite3.Connection, entries: list[Entry], first: int) -> list[bytes]:
    """Write some entries, and what they are found by; the hashes of their leaves."""
    leaves = [entry.encode() for entry in entries]
    lines = (
        (first + n, entry.subject, stamp_of(entry.at), entry.by, type(entry.fact).__name__, leaf)
        for n, (entry, leaf) in enumerate(zip(entries, leaves, strict=True))
    )
    connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", lines)
    named = ((one, first + n) for n, entry in enumerate(entries) for one in mentions(entry.fact))
    connection.executemany("INSERT INTO mentions VALUES (?, ?)", named)
    return list(map(leaf_hash, leaves))


def _tree(connection: sqlite3.Connection, level: list[bytes]) -> None:
    """Every full subtree over these leaves."""
    height = 0
    connection.execute("BEGIN")
    while level:
        connection.executemany("INSERT INTO nodes VALUES (?, ?, ?)", ((height, n, one) for n, one in enumerate(level)))
        level = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        height += 1
    connection.execute("COMMIT")
