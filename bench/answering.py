"""A number's answer: asked, answered, recorded; in this process and over HTTP, in a small and a large store.

The floor is the sum of what any such answer must cost: the bare SELECT, the bare durable INSERT, over HTTP the bare round trip too.
"""

import http.client
import json
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count, cycle

from bench import stores
from bench.measure import Report, added, interleaved
from drivers.scan import Scan, Symbology
from kiosk.adapters.acros import Acros
from kiosk.adapters.sql import SqlJournal
from kiosk.config import clock
from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter

MANY = 50
ROUNDS = 7
SIZES = (1_000, 1_000_000)
SELECT = (
    "SELECT e.* FROM events e WHERE e.request = ?"
    " UNION ALL SELECT e.* FROM cargo c JOIN events e ON e.request = c.request WHERE c.ccn = ?"
)
TRIVIAL = """
import sys
from acros_stub.server import run
def app(environ, start):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body = b'{"answers": []}'
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
run(app, sys.argv[1])
"""


def run(report: Report) -> None:
    medians: dict[tuple[str, int], float] = {}
    for rows in SIZES:
        url = f"sqlite:///{stores.store(rows)}"
        report.title(f"number -> answer, recorded: {rows:,} rows in the store, {MANY} numbers a round")
        own = Acros(clock, authority="acros-stub", app="acros_stub.web:create_app", database=url)
        with served("-m", "acros_stub", "serve", "--database", url) as port, served("-c", TRIVIAL) as bare:
            far = Acros(clock, authority="acros-stub", url=f"http://127.0.0.1:{port}")
            taken = measured(rows, own, far, bare)
        floor = added(taken["select"], taken["insert"])
        report.line("bare SELECT", taken["select"])
        report.line("bare durable INSERT", taken["insert"])
        report.line("bare round trip (http.client, keep-alive)", taken["trip"])
        report.line("in this process (floor: SELECT + INSERT)", taken["own"], floor, 3.0)
        report.line("over HTTP (floor: round trip + SELECT + INSERT)", taken["far"], added(floor, taken["trip"]), 3.0)
        medians |= {(name, rows): sorted(taken[name])[len(taken[name]) // 2] for name in ("own", "far")}
    report.title("a million rows against a thousand (1.00: no slower)")
    for name in ("own", "far"):
        report.value(f"{name}: median at 1,000,000 / median at 1,000", medians[name, SIZES[1]] / medians[name, SIZES[0]], "x", 1.25)


def measured(rows: int, own: Acros, far: Acros, bare: int) -> dict[str, list[float]]:
    """Each single answer's seconds, taken in rounds that take turns."""
    journal = SqlJournal(f"sqlite:///{stores.folder() / f'answering-{rows}.sqlite3'}")
    table = stores.durable(stores.folder() / f"answering-bare-{rows}.sqlite3")
    source = sqlite3.connect(stores.store(rows))
    trip = http.client.HTTPConnection("127.0.0.1", bare)
    numbers = cycle(stores.numbers(rows))
    leaf = b"x" * 400
    question = json.dumps({"references": [{"kind": "transaction", "number": "99999001495785"}] * 2})

    def post() -> None:
        trip.request("POST", "/v1/answers", question, {"Content-Type": "application/json"})
        trip.getresponse().read()

    work = {
        "select": lambda number: source.execute(SELECT, (number, number)).fetchall(),
        "insert": lambda _: stores.insert(table, leaf),
        "trip": lambda _: post(),
        "own": asking(own, journal),
        "far": asking(far, journal),
    }
    single: dict[str, list[float]] = {name: [] for name in work}

    def round_of(name: str):
        def go() -> None:
            for _ in range(MANY):
                number, start = next(numbers), time.perf_counter()
                work[name](number)
                single[name].append(time.perf_counter() - start)

        return go

    interleaved({name: round_of(name) for name in work}, rounds=ROUNDS)
    for opened in (journal, table, source, trip):
        opened.close()
    return {name: seconds[MANY:] for name, seconds in single.items()}


def asking(store: Acros, journal: SqlJournal):
    """One scan on a sheet of its own, as at the counter; the sheet is open before the clock starts."""
    counter, serial = Counter(store, journal, clock, "K7QD"), count()
    sheets = [counter.open(Header("0453"), "bench") for _ in range(MANY * (ROUNDS + 1))]

    def ask(number: str) -> None:
        scan = Scan(f"{id(store)}-{next(serial)}", number, number.encode(), "bench", clock(), Symbology.CODE128)
        (row,) = counter.scan(sheets.pop(), [scan], "bench").rows
        assert row.answer.status, row

    return ask


@contextmanager
def served(*command: str):
    """A server of ours on a free port of this machine; the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tail = [f"127.0.0.1:{port}"] if command[0] == "-c" else ["--port", str(port)]
    process = subprocess.Popen([sys.executable, *command, *tail], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()
