"""The warehouse's register with 1,000,000 rows: goods in, goods out, what is inside, a search, a second presentation, a day's book.

The floor of what is written is a bare durable INSERT of the same bytes; of what is read, a bare SELECT of as many rows by an index.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from bench import stores
from bench.measure import Report, interleaved
from kiosk.adapters.sql import SqlJournal
from kiosk.core.hold import digest
from kiosk.core.journal import Entry, GoodsIn, GoodsOut
from kiosk.core.register import subject_of
from kiosk.desks.register import Going, Ground, Incoming, Register, Transport

ROWS, OPEN, HOLDS = 1_000_000, 10_000, 100_000
CHUNK, MANY = 5000, 50
HERE = "9453"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def run(report: Report, rows: int = ROWS) -> None:
    path = stores.folder() / "registering.sqlite3"
    journal = SqlJournal(f"sqlite:///{path}")
    fill(journal, rows)
    held = holds()
    desk = Register(
        journal,
        lambda: datetime.now(UTC),
        "K7QD",
        ZoneInfo("America/Toronto"),
        held=lambda: lambda kind, one: digest(kind, one) in held,
    )
    report.title(f"the register: {rows:,} rows, {journal.lots.count():,} lots inside, {HOLDS:,} holds")
    writes(report, desk, rows)
    reads(report, desk, path, rows)
    journal.close()


def fill(journal: SqlJournal, rows: int) -> None:
    """Every lot came in and went out again, but for the newest."""
    facts = (fact for n in range(rows) for fact in lot(n, gone=n < (rows - OPEN) // 2) if n < (rows + OPEN) // 2)
    chunk: list[Entry] = []
    for fact in facts:
        chunk.append(Entry(subject_of(fact), NOON, "W7001", fact))
        if len(chunk) == CHUNK:
            journal.append(chunk)
            chunk = []
    if chunk:
        journal.append(chunk)


def number(n: int) -> str:
    return f"XXXXPARS{n:07}"


def lot(n: int, *, gone: bool):
    at = NOON - timedelta(minutes=n // 5)
    told, day = at.isoformat(timespec="microseconds"), f"{at:%Y-%m-%d}"
    yield GoodsIn(
        UUID(int=2 * n).hex, "K7QD", HERE, "ccn", number(n), "", 10, "A-12", "Exemple", n % 9 == 0, "", told, day, f"{at:%Y-%m-%d}"
    )
    if gone:
        sheet, row = f"K7QD.{n // 20:06}", n % 20 + 1
        rest = ("Exemple", "J. Tremblay", f"L {n % 5000}", "", "", told, day)
        yield GoodsOut(UUID(int=2 * n + 1).hex, "K7QD", HERE, "ccn", number(n), 10, "proof", sheet, 1, row, number(n), 7, *rest)


def holds() -> frozenset[bytes]:
    """As the office has them: by digest, in memory."""
    return frozenset(digest("ccn", f"8XXX{n:07}") for n in range(HOLDS))


def writes(report: Report, desk: Register, rows: int) -> None:
    table, serial = stores.durable(stores.folder() / "registering-bare.sqlite3"), count(rows)
    leaf = Entry("lot/9453/XXXXPARS0000000", NOON, "W7001", next(lot(0, gone=False))).encode()
    inside = [number(n) for n in range((rows - OPEN) // 2, (rows + OPEN) // 2)]
    left = iter(inside)

    def take_in() -> None:
        for _ in range(MANY):
            n = next(serial)
            desk.take_in(Incoming(UUID(int=10 * n).hex, HERE, number(n), 10, "A-12", "Exemple"), "W7001")

    def let_out() -> None:
        for _ in range(MANY):
            n, one = next(serial), next(left)
            ground = Ground("proof", "ccn", one, 7, "K7QD.999999", 1, 1)
            desk.let_out(Transport(UUID(int=10 * n).hex, HERE, "Exemple"), [Going(one, 4, ground)], "W7001")

    def floor() -> None:
        for _ in range(MANY):
            stores.insert(table, leaf)

    taken = interleaved({"in": take_in, "out": let_out, "floor": floor}, rounds=7)
    each = {name: [seconds / MANY for seconds in rounds] for name, rounds in taken.items()}
    report.line("bare durable INSERT (floor)", each["floor"])
    report.line("goods in", each["in"], each["floor"], 5.0)
    report.line("goods out, one lot", each["out"], each["floor"], 6.0)
    table.close()


def reads(report: Report, desk: Register, path, rows: int) -> None:
    bare = sqlite3.connect(path)
    page = "SELECT leaf FROM entries WHERE subject IN (SELECT subject FROM lots WHERE due > '' ORDER BY due, subject LIMIT 50)"
    one = "SELECT leaf FROM entries WHERE subject = ?"
    subject, wanted, day = f"lot/{HERE}/{number(rows // 4)}", number(rows // 4), (NOON - timedelta(days=30)).date()
    sheet, row = f"K7QD.{rows // 4 // 20:06}", rows // 4 % 20 + 1
    work = {
        "SELECT of one lot's entries (floor)": lambda: bare.execute(one, (subject,)).fetchall(),
        "SELECT of 50 open lots (floor)": lambda: bare.execute(page).fetchall(),
        "open goods, a page of 50": lambda: desk.open_goods(HERE),
        "one lot": lambda: desk.lot(HERE, wanted),
        "search by number": lambda: desk.search(wanted, HERE),
        "inside(kind, number)": lambda: desk.inside("ccn", wanted),
        "second presentation of a row": lambda: desk.gone(sheet, row),
        "a vehicle's lots": lambda: desk.search("L 77", HERE),
        "all lots inside against all holds": lambda: desk.alarmed(HERE),
        "differences": lambda: desk.differing(HERE),
        "a day's book, 14,400 entries": lambda: desk.day(HERE, day),
    }
    taken = interleaved(work, rounds=9)
    floors = {"open goods, a page of 50": "SELECT of 50 open lots (floor)"}
    for name in work:
        floor = taken[floors.get(name, "SELECT of one lot's entries (floor)")]
        report.line(name, taken[name], None if "floor" in name else floor)
    bare.close()
