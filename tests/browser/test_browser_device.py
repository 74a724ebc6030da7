"""From the device to the desk, with every process that works there: scanner, station, counter, browser (D2, D5, Q3, Q10)."""

import time

import pytest

from drivers.scan import NoRead
from kiosk.station.spool import Spool
from tests.browser.chromium import desk
from tests.browser.conftest import arrive
from tests.kiosk.station.trigger_samples import until
from tests.kiosk.station.wired_samples import Station, Wired

RELEASED, HELD, UNKNOWN = "99999001495785", "99999001495786", "99999001495787"
LEFT, RIGHT = "ttyUSB0", "ttyUSB1"
VOID = 0.6
"""Seconds after a device was opened in which what comes may be the rest of a code, and is not read."""


@pytest.fixture
def machine(tmp_path):
    """Two serial scanners are plugged in."""
    machine = Wired(tmp_path / "machine")
    for name in (LEFT, RIGHT):
        machine.wire(name)
    yield machine
    machine.close()


@pytest.fixture
def reading(fragile, machine):
    """The scan station of the kiosk that the counter serves."""
    station = Station(fragile.home, machine)
    station.ready(2)
    time.sleep(VOID)
    yield station
    station.end()


@pytest.fixture
def officer(browser, fragile):
    with desk(browser) as context:
        yield arrive(context, fragile)


def kept(home, n):
    """Wait until so many scans are in the spool; what they are, in order."""
    spool = Spool(home)
    try:
        until(lambda: len(spool.waiting()) >= n)
        return ["-" if isinstance(one.scan, NoRead) else one.scan.text for one in spool.waiting()]
    finally:
        spool.close()


def sent(officer, machine, port, number, *tones):
    """Scan something, as an officer does: what was not read, soon after a device was opened, he scans again."""
    for _ in range(10):
        rows = len(officer.tones())
        machine.fire(port, number)
        officer.page.wait_for_function("n => document.querySelectorAll('#rows > [data-tone]').length > n", arg=rows)
        if officer.tones()[-1] != "unread":
            break
        time.sleep(VOID)
    assert [tone for tone in officer.tones() if tone != "unread"] == list(tones)


def test_what_scanners_send_is_on_the_screen_though_station_and_counter_die_meanwhile(officer, fragile, machine, reading):
    """Each once, in order, with its mark; what comes while nobody serves waits on the disk."""
    officer.begin(client_name="Courtage Exemple")
    officer.page.wait_for_selector("#board[data-claim=here]", state="attached")
    sent(officer, machine, LEFT, RELEASED, "released")
    sent(officer, machine, RIGHT, HELD, "released", "held")
    rows = officer.tones()

    fragile.kill()
    machine.fire(LEFT, UNKNOWN)
    assert kept(fragile.home, 1) == [UNKNOWN]
    reading.process.kill()  # what is on the disk needs nobody
    reading.process.wait()
    fragile.start()
    officer.wait_tones(*rows, "unknown")

    again = Station(fragile.home, machine)
    try:
        again.ready(4)  # both stations write into one file
        until(lambda: officer.page.inner_text("#strip") == "2 scanners ready")
        sent(officer, machine, RIGHT, "XXXXPARS0000471", "released", "held", "unknown", "released")
    finally:
        assert again.end() == 0
