"""The record: an append, against a bare durable INSERT of the same bytes."""

from datetime import UTC, datetime
from itertools import count

from bench import stores
from bench.measure import Report, interleaved
from kiosk.adapters.sql import SqlJournal
from kiosk.core.journal import Entry, Scanned

MANY = 200
FACT = Scanned(
    "5d41402abc4b2a76b9719d911017c592", "99999001495785", "OTk5OQ==", "bench", "CODE128", keyed=False, where=None, compared=False
)


def run(report: Report) -> None:
    report.title(f"the record: {MANY} appends a round (floor: as many bare durable INSERTs of the same bytes)")
    journal = SqlJournal(f"sqlite:///{stores.folder() / 'recording.sqlite3'}")
    table, serial = stores.durable(stores.folder() / "bare.sqlite3"), count()
    leaf = Entry("K7QD.000001", datetime.now(UTC), "K7QD", FACT).encode()

    def append() -> None:
        for _ in range(MANY):
            journal.append([Entry(f"K7QD.{next(serial):06}", datetime.now(UTC), "K7QD", FACT)])

    def insert() -> None:
        for _ in range(MANY):
            stores.insert(table, leaf)

    taken = interleaved({"append": append, "floor": insert}, rounds=9)
    each = {name: [seconds / MANY for seconds in rounds] for name, rounds in taken.items()}
    report.line("bare durable INSERT", each["floor"])
    report.line("append of one entry", each["append"], each["floor"], 2.0)
    journal.close()
    table.close()
