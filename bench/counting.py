"""The counter in the browser: last key -> row visible, with 1,000,000 rows in the store and 24 open event streams; what a page
weighs; a scan at the server, alone and with 20 officers at once; what the processes hold.

The floor of a row on the screen is what any page must do: a bare round trip to that server, one element put in, one frame drawn.
The floor of a scan at the server is a bare round trip, the bare SELECT and the bare durable INSERT.
"""

import http.client
import json
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Barrier, Thread
from urllib.parse import urlencode
from uuid import uuid4

import psutil

from bench import stores
from bench.answering import SELECT
from bench.measure import Report, added, p99
from kiosk.adapters.pins import ArgonPins
from kiosk.config import Parts, clock
from kiosk.core.user import Role
from kiosk.desks.staff import Staff

ROWS = 1_000_000
STREAMS, OFFICERS = 24, 20
BURSTS, SCANS = 80, 400
BADGE, PIN = "B1001", "483920"
LIMIT_MS, PAGE_KB, WEB_MB = 60, 150, 120

FLOOR = """async () => {
  const start = performance.now();
  await fetch("/session", {headers: {"X-Background": "1", Accept: "application/json"}}).then((reply) => reply.json());
  document.querySelector("#announce").append(document.createElement("p"));
  await new Promise(requestAnimationFrame);
  const channel = new MessageChannel();
  await new Promise((drawn) => { channel.port1.onmessage = drawn; channel.port2.postMessage(0); });
  return performance.now() - start;
}"""
KEYS = """addEventListener("keydown", (event) => { if (event.key === "Enter") window.keys = event.timeStamp; }, true);"""
WATCH = """() => {
  window.shown = [];
  const drawn = () => { const channel = new MessageChannel(), at = window.keys;
    channel.port1.onmessage = () => window.shown.push(performance.now() - at); channel.port2.postMessage(0); };
  const rows = document.querySelector("#rows");
  new MutationObserver((changes) => { for (const change of changes) for (const node of change.addedNodes)
    if (node.dataset?.tone && !node.counted && !document.querySelector(`[data-counted="${node.dataset.place}"]`)) {
      node.dataset.counted = node.dataset.place; requestAnimationFrame(drawn); } }).observe(rows, {childList: true});
}"""


def run(report: Report) -> None:
    with ExitStack() as stack:
        station = stack.enter_context(serving())
        report.title(f"the counter: {ROWS:,} rows in the store, {STREAMS} open event streams")
        stack.enter_context(streams(station))
        on_screen(report, station)
        report.title(f"a scan at the server, {STREAMS} streams open (HTTP, keep-alive)")
        at_the_server(report, station)
        report.title("what the processes hold after that")
        memory(report, station)


@dataclass
class Station:
    home: Path
    process: subprocess.Popen
    port: int


@contextmanager
def serving():
    home = stores.folder() / "counter"
    parts = Parts.of(str(home))
    shutil.copy(stores.store(ROWS), home / "acros.sqlite3")
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('# office = ""', 'office = "0453"', 1))
    staff = Staff.of(parts.journal, ArgonPins(memory=8, passes=1, lanes=1), clock, parts.settings.station)
    for n in range(OFFICERS):
        badge = f"B{1001 + n}"
        staff.add(badge, f"Officer {n}", Role.BSO if n else Role.ADMINISTRATOR, PIN, badge)
    parts.journal.close()
    command = [sys.executable, "-m", "kiosk", "web", "--home", str(home), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = next(line for line in process.stdout if "http://" in line)
        yield Station(home, process, int(re.search(r":([0-9]+)/", line)[1]))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Officer:
    """One who is logged in, without a browser: what a page would send."""

    def __init__(self, station: Station, badge: str = BADGE) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", station.port)
        self.cookies: dict[str, str] = {}
        self.csrf = self._token(self.ask("GET", "/login"))
        self.ask("POST", "/login", {"badge": badge, "pin": PIN, "csrf": self.csrf})
        self.csrf = self._token(self.ask("GET", "/"))
        self.begin()

    def begin(self) -> None:
        """A sheet of his own."""
        self.sheet = json.loads(self.ask("POST", "/sheets", {"office": "0453", "csrf": self.csrf}, accept="application/json"))[
            "sheet"
        ]

    def ask(self, method: str, path: str, form: dict | None = None, *, accept: str = "text/html") -> str:
        body = urlencode(form) if form else None
        return self._send(method, path, body, {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"})

    def scan(self, number: str) -> dict:
        body = json.dumps({"id": str(uuid4()), "text": number, "keyed": False, "instead": None})
        headers = {"Accept": "application/json", "Content-Type": "application/json", "X-CSRF-Token": self.csrf}
        return json.loads(self._send("POST", f"/sheets/{self.sheet}/scans", body, headers))

    def trip(self) -> None:
        self._send("GET", "/session", None, {"Accept": "application/json", "X-Background": "1"})

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        self.connection.request(method, path, body, headers | {"Cookie": self.cookie})
        reply = self.connection.getresponse()
        for line in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = reply.read().decode()
        assert reply.status < 400, (path, reply.status, text[:300])
        return text

    def _token(self, page: str) -> str:
        return re.search(r'name="csrf" content="([^"]*)"', page)[1]


@contextmanager
def streams(station: Station):
    """Screens that look at sheets, each with a stream of its own."""
    opened = []
    looker = Officer(station)
    for _ in range(STREAMS):
        connection = http.client.HTTPConnection("127.0.0.1", station.port)
        headers = {"Cookie": looker.cookie, "Accept": "text/event-stream"}
        connection.request("GET", f"/events?sheet={looker.sheet}", headers=headers)
        assert connection.getresponse().status == 200
        opened.append(connection)
    yield
    for connection in opened:
        connection.close()


def on_screen(report: Report, station: Station) -> None:
    from tests.browser.chromium import chromium, desk

    numbers = cycle(stores.numbers(ROWS))
    with chromium() as browser, desk(browser) as window:
        window.add_init_script(KEYS)  # before the page's own: it keeps a burst's keys to itself
        page = window.new_page()
        weight, first = weighed(page, station)
        floor, shown = [], []
        while len(shown) < BURSTS:
            page.goto(f"http://127.0.0.1:{station.port}/")
            page.click("#begin button:not([type=button])")
            page.wait_for_selector("#sheet[data-sheet]")
            page.wait_for_function("() => document.documentElement.dataset.ready === 'yes'")
            page.wait_for_timeout(300)  # a page that has just come doubts what is scanned
            page.evaluate(WATCH)
            for n in range(20):
                floor.append(page.evaluate(FLOOR) / 1000)
                for character in next(numbers):
                    page.keyboard.press(character)
                page.keyboard.press("Enter")
                page.wait_for_function("n => window.shown.length > n", arg=n)
            shown += [ms / 1000 for ms in page.evaluate("() => window.shown")[:20]]
    report.line("bare fetch, element, frame (floor)", floor)
    report.line("last key -> row visible", shown, floor)
    report.value("last key -> row visible, median", statistics.median(shown) * 1000, "ms", LIMIT_MS)
    report.value("last key -> row visible, p99", p99(shown) * 1000, "ms", LIMIT_MS, f" (floor's p99 {p99(floor) * 1000:.0f} ms)")
    report.value("first load of a sheet's page, all of it", weight / 1000, "KB", PAGE_KB)
    report.value("requests to anywhere outside", first, "", 0)


def weighed(page, station: Station) -> tuple[int, int]:
    """The bytes on the wire of a sheet's page with an empty cache, and how many requests went outside."""
    sizes, outside = [], []
    page.goto(f"http://127.0.0.1:{station.port}/login")
    page.fill("input[name=badge]", BADGE)
    page.fill("input[name=pin]", PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"http://127.0.0.1:{station.port}/")
    page.click("#begin button:not([type=button])")
    page.wait_for_selector("#sheet[data-sheet]")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready === 'yes'")
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    session.detach()
    return int(sum(sizes)), len(outside)


def at_the_server(report: Report, station: Station) -> None:
    numbers = cycle(stores.numbers(ROWS))
    table = stores.durable(stores.folder() / "counting-bare.sqlite3")
    source = sqlite3.connect(stores.store(ROWS))
    officer = Officer(station)
    floor = {"trip": [], "select": [], "insert": []}
    taken: list[float] = []
    for n in range(SCANS):
        if n % 40 == 0:
            officer.begin()
        number = next(numbers)
        floor["trip"].append(timed(officer.trip))
        floor["select"].append(timed(lambda: source.execute(SELECT, (number, number)).fetchall()))  # noqa: B023 - called at once
        floor["insert"].append(timed(lambda: stores.insert(table, b"x" * 400)))
        taken.append(timed(lambda: officer.scan(number)))  # noqa: B023 - likewise
    bare = added(*floor.values())
    report.line("bare round trip with a session", floor["trip"])
    report.line("round trip + bare SELECT + bare durable INSERT (floor)", bare)
    report.line("a scan", taken, bare, 3.0)
    report.value("a scan, p99 against the floor's p99", p99(taken) / p99(bare), "x")
    together = crowd(station, numbers)
    report.line(f"a scan while {OFFICERS} officers scan at once", together, taken)
    report.value(f"the same, p99 ({len(together)} scans)", p99(together) * 1000, "ms")


def crowd(station: Station, numbers) -> list[float]:
    """Every officer at a sheet of his own, one scan after the other, all at once."""
    officers = [Officer(station, f"B{1001 + n}") for n in range(OFFICERS)]  # log-ins from one address are 30 a minute, at most
    batches = [[next(numbers) for _ in range(30)] for _ in officers]
    taken: list[float] = []
    begin = Barrier(OFFICERS)

    def work(officer: Officer, batch: list[str]) -> None:
        begin.wait()
        for number in batch:
            taken.append(timed(lambda: officer.scan(number)))  # noqa: B023 - called at once
            time.sleep(0.2)  # nobody scans faster by hand

    threads = [Thread(target=work, args=pair) for pair in zip(officers, batches, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def memory(report: Report, station: Station) -> None:
    arbiter = psutil.Process(station.process.pid)
    for child in arbiter.children(recursive=True):
        line = " ".join(child.cmdline())
        name = (
            "the reader (helper)" if "drivers.picture" in line else "the press (helper)" if "press" in line else "the web process"
        )
        most = WEB_MB if name == "the web process" else None
        report.value(name, child.memory_info().rss / 1e6, "MB", most)
    report.value("gunicorn's own process", arbiter.memory_info().rss / 1e6, "MB")
