"""A real kiosk at work, a real Chromium before it: what an officer does is done here key by key."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.adapters.pins import ArgonPins
from kiosk.config import Parts, clock
from kiosk.core.user import Role
from kiosk.desks.staff import Staff
from tests.browser.chromium import OPEN, chromium, complaints, desk, seen
from tests.browser.scanner import Keyboard

PIN = "483920"
BADGES = {"B1001": Role.BSO, "B1002": Role.BSO, "S2001": Role.SUPERVISOR, "A3001": Role.ADMINISTRATOR}
FAST = ArgonPins(memory=8, passes=1, lanes=1)
"""PINs that are quick to check: the hash says itself what it takes."""
HOMES: set[Path] = set()
"""The homes of the stations that serve now."""
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A test that failed tells what stood on its pages: on a machine that is busy elsewhere nobody sees it twice."""
    report = yield
    if report.failed:
        report.sections += [(f"window {n}", seen(context)) for n, context in enumerate(OPEN, 1)]
        report.sections += [(f"log of {home}", _tail(home)) for home in HOMES if home.exists()]
    return report


def _tail(home: Path, lines: int = 30) -> str:
    log = home / "web.log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "-"


@dataclass
class Station:
    """A kiosk's home, and the process that serves it."""

    home: Path
    process: subprocess.Popen | None = None
    address: str = ""
    port: int = 0

    def start(self) -> None:
        """Serve, at the port that it had before; returns when it listens."""
        command = [sys.executable, "-m", "kiosk", "web", "--home", str(self.home), "--port", str(self.port)]
        with (self.home / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, env=ENVIRONMENT, start_new_session=True, text=True
            )
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:([0-9]+)", line)
            if found:
                self.address, self.port = found[0], int(found[1])
                return
        raise AssertionError((self.home / "web.log").read_text())

    def kill(self) -> None:
        """The power goes: no process of it gets a word in."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self) -> None:
        """End it as a system would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        if self.process is not None:
            self.process.stdout.close()

    def release(self, number: str, indicator: str = "4") -> None:
        """The release system gets a decision about a transaction number, now."""
        feed = self.home / "feed.csv"
        head = "transaction_number,ccn,service_option,release_office,sub_location,indicator,processed_at"
        feed.write_text(
            f"{head}\n{number},XXXX{number},911,453,9453,{indicator},{datetime.now(UTC).isoformat(timespec='seconds')}\n"
        )
        self.store("load", str(feed))

    def store(self, *words: str) -> None:
        """Do something at the release system: `fault down`, `status …`."""
        env = {**ENVIRONMENT, "KIOSK_HOME": str(self.home)}
        subprocess.run([sys.executable, "-m", "acros_stub", *words], env=env, check=True, capture_output=True)


def furnish(home: Path, database: Path) -> Path:
    """A home with an office, a store on file and a staff."""
    parts = Parts.of(str(home))
    shutil.copy(database, home / "acros.sqlite3")
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('# office = ""', 'office = "0453"', 1))
    staff = Staff.of(parts.journal, FAST, clock, parts.settings.station)
    for badge, role in BADGES.items():
        staff.add(badge, f"Officer {badge}", role, PIN, badge)
    parts.journal.close()
    return home


@contextmanager
def serving(home: Path) -> Iterator[Station]:
    """A station that serves until the end of the block."""
    station = Station(home)
    station.start()
    HOMES.add(home)
    try:
        yield station
    finally:
        HOMES.discard(home)
        station.stop()


@pytest.fixture(scope="session")
def loaded_store(tmp_path_factory) -> Path:
    """The stub's database with the demonstration's releases."""
    home = tmp_path_factory.mktemp("stub")
    env = {**ENVIRONMENT, "KIOSK_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "acros_stub", "load", "--demo"], env=env, check=True, capture_output=True)
    return home / "acros.sqlite3"


@pytest.fixture(scope="session")
def station(tmp_path_factory, loaded_store) -> Iterator[Station]:
    """A station for all tests that break nothing."""
    with serving(furnish(tmp_path_factory.mktemp("station"), loaded_store)) as station:
        yield station


@pytest.fixture
def fragile(tmp_path, loaded_store) -> Iterator[Station]:
    """A station of a test's own, to be killed or to be robbed of its store."""
    with serving(furnish(tmp_path / "home", loaded_store)) as station:
        yield station


@pytest.fixture(scope="session")
def browser():
    """One Chromium for a test process."""
    with chromium() as browser:
        yield browser


@dataclass
class Officer:
    """Somebody before a browser, who has logged in."""

    page: object
    station: Station
    complaints: list[str]
    keyboard: Keyboard

    def go(self, path: str) -> None:
        """Open a page, and wait until it is awake."""
        self.page.goto(self.station.address + path)
        self.awake()

    def awake(self) -> None:
        """The scripts of the page are at work."""
        self.page.wait_for_function("() => document.documentElement?.dataset.ready === 'yes'")

    def log_in(self, badge: str = "B1001", pin: str = PIN) -> None:
        """By badge and PIN."""
        self.go("/login")
        self.page.fill("input[name=badge]", badge)
        self.page.fill("input[name=pin]", pin)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.station.address}/")
        self.awake()

    def begin(self, **head: str) -> str:
        """Start a sheet; its number."""
        self.go("/")
        for name, value in head.items():
            self.page.fill(f"#begin input[name={name}]", value)
        self.page.click("#begin button:not([type=button])")
        self.page.wait_for_selector("#sheet[data-sheet]")
        self.awake()
        return self.page.get_attribute("#sheet", "data-sheet")

    def scan(self, *numbers: str) -> None:
        """Bursts of a scanner that types: no field is chosen first."""
        for number in numbers:
            self.keyboard.burst(number)

    def row(self, place: int):
        """A row by its place, when it is there."""
        return self.page.wait_for_selector(f"#row-{place}")

    def tones(self) -> list[str]:
        """What each row is, from the top."""
        return self.page.eval_on_selector_all("#rows > [data-tone]", "rows => rows.map(row => row.dataset.tone)")

    def wait_tones(self, *tones: str) -> None:
        """Wait until the rows are these."""
        self.page.wait_for_function(
            "tones => JSON.stringify([...document.querySelectorAll('#rows > [data-tone]')].map(r => r.dataset.tone)) === tones",
            arg="[" + ",".join(f'"{tone}"' for tone in tones) + "]",
        )


@pytest.fixture
def officer(browser, station) -> Iterator[Officer]:
    """An officer at the counter, logged in; his page complained of nothing, and asked for nothing outside, when the test ends."""
    with desk(browser) as context:
        yield (one := arrive(context, station))
        assert not one.complaints


def arrive(context, station: Station, badge: str = "B1001") -> Officer:
    """An officer in a window, logged in: by the requests that the page of `log_in` would send, without the page."""
    page = context.new_page()
    officer = Officer(page, station, complaints(page), Keyboard(page))
    asked = context.request.get(f"{station.address}/login").text()
    form = {"csrf": re.search(r'name="csrf" value="([^"]+)"', asked)[1], "next": "/", "badge": badge, "pin": PIN}
    assert context.request.post(f"{station.address}/login", form=form).url == f"{station.address}/"
    officer.go("/")
    return officer
