"""Loading a feed into the store, against sqlite3's own executemany of the parsed rows into the same tables and indexes."""

import sqlite3
from itertools import count
from pathlib import Path

from acros_stub import database, instant, seed
from acros_stub.feed import Row
from acros_stub.load import load
from acros_stub.models import CCN_ONLY
from acros_stub.shapes import HEADER
from bench import stores
from bench.measure import Report, interleaved

ROWS = 200_000
INSERTS = (
    ("INSERT OR IGNORE INTO requests (request) VALUES (?)", lambda row: row[:1]),
    ("INSERT OR IGNORE INTO cargo (ccn, request) VALUES (?, ?)", lambda row: (row[1], row[0])),
    (
        "INSERT OR IGNORE INTO events (request, at, indicator, office, sub_location, service_option) VALUES (?, ?, ?, ?, ?, ?)",
        lambda row: (row[0], *row[2:]),
    ),
)


def run(report: Report) -> None:
    report.title(f"loading {ROWS:,} rows into an empty store (floor: executemany of the parsed rows, same tables and indexes)")
    rows, feed, serial = list(seed.rows(ROWS, instant.now() - instant.DAY)), stores.folder() / "feed.csv", count()
    feed.write_text("\n".join([",".join(HEADER), *map(line, rows)]) + "\n", encoding="utf-8")

    def empty() -> Path:
        path = stores.folder() / f"load-{next(serial)}.sqlite3"
        opened(path).dispose()
        return path

    def whole() -> None:
        engine = opened(path := empty())
        done = load(engine, feed)
        engine.dispose()
        path.unlink()
        assert (done.rows, len(done.bad)) == (ROWS, 0), done

    def bare() -> None:
        connection = sqlite3.connect(path := empty())
        connection.execute("PRAGMA synchronous=FULL")
        for sql, values in INSERTS:
            connection.executemany(sql, [values(row) for row in rows if row[1] or "cargo" not in sql])
        connection.commit()
        connection.close()
        path.unlink()

    taken = interleaved({"whole": whole, "floor": bare}, rounds=5)
    report.line("sqlite3's executemany", taken["floor"])
    report.line("load: read, checked, staged, published", taken["whole"], taken["floor"], 2.0)
    report.value("a million rows at this speed", 1e6 / ROWS * sorted(taken["whole"])[2], "s")


def opened(path: Path):
    """A writer on a store, which is made if it is not there."""
    return database.create(f"sqlite:///{path}")


def line(row: Row) -> str:
    """The row as a feed has it."""
    request, ccn, at, indicator, office, sub_location, option = row
    number = "" if request.startswith(CCN_ONLY) else request
    return ",".join((number, ccn, option, office, sub_location, indicator, instant.iso(at)))
