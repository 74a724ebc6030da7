"""The power goes at the counter, or another officer comes: every scan is on its sheet once, in its order, as his who made it."""

import os
import shutil
import signal
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Error

from tests.browser.chromium import COUNTER, FLAGS, WHOLE, desk, installed, outside
from tests.browser.conftest import PIN, arrive
from tests.browser.fake_counter import said

SCANS = ["99999001495785", "99999001495786", "99999001495787", "XXXXPARS0000471"]
TONES = ["released", "held", "unknown", "released"]
VAULT = """() => new Promise((given) => {
  const asked = indexedDB.open("kiosk", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction("scans").objectStore("scans").getAll();
    all.onsuccess = () => { asked.result.close(); given(all.result.map((one) => one.text)); };
  };
})"""


@contextmanager
def at_home(browser, folder: Path):
    """A browser with a folder of its own, as the one of a counter has it; it may be dead at the end."""
    path = installed(WHOLE)
    context = browser.browser_type.launch_persistent_context(folder, executable_path=path, args=FLAGS, viewport=COUNTER)
    asked = outside(context)
    try:
        yield context
    finally:
        with suppress(Error):
            context.close()
    assert not asked


def family(folder: Path) -> list[int]:
    """The browser of a folder, and every process that it has begun."""
    parents, found = {}, []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(one.name)] = int((one / "stat").read_text().rpartition(")")[2].split()[1])
            if f"--user-data-dir={folder}".encode() in (one / "cmdline").read_bytes().split(b"\0"):
                found.append(int(one.name))
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return found


def cut_power(folder: Path) -> None:
    """No process of the browser gets a word in."""
    victims = family(folder)
    assert len(victims) > 2
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kept(page) -> list[str]:
    """The texts in the vault."""
    return page.evaluate(VAULT)


def wait_kept(page, n: int) -> None:
    """Until so many scans are on the disk."""
    page.wait_for_function(f"async (n) => (await ({VAULT})()).length === n", arg=n)


def test_the_power_goes_during_an_outage_and_every_scan_is_on_the_sheet_once_and_in_order(browser, fragile, tmp_path):
    """Q10. Chromium writes localStorage seconds late; here none of it had come to the disk: only the vault knows."""
    with at_home(browser, tmp_path / "chromium") as window:
        officer = arrive(window, fragile)
        sheet = officer.begin()
        officer.scan(SCANS[0])
        officer.wait_tones(TONES[0])
        fragile.kill()
        officer.scan(*SCANS[1:])
        officer.page.wait_for_function("() => document.querySelectorAll('#rows > .row-asking').length === 3")
        wait_kept(officer.page, 3)
        cut_power(tmp_path / "chromium")
    shutil.rmtree(tmp_path / "chromium" / "Default" / "Local Storage")

    fragile.start()
    with at_home(browser, tmp_path / "chromium") as window:
        officer = arrive(window, fragile)
        officer.go(f"/sheets/{sheet}")
        officer.wait_tones(*TONES)
        wait_kept(officer.page, 0)
        officer.page.reload()
        officer.wait_tones(*TONES)
        numbers = officer.page.eval_on_selector_all(
            "#rows td.number", "all => all.map((one) => one.textContent.replace(/\\s/g, ''))"
        )
        assert numbers == SCANS


def test_what_was_answered_is_in_neither_store(officer):
    """What stays would be sent for ever."""
    officer.begin()
    officer.scan(*SCANS)
    officer.wait_tones(*TONES)
    wait_kept(officer.page, 0)
    assert officer.page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('kiosk.outbox/'))") == []


def leave(officer, window):
    """His session is over, and no page of it asks for anything any more."""
    officer.page.goto("about:blank")
    window.clear_cookies()


def test_a_scan_waits_for_the_badge_that_made_it_whoever_logs_in_meanwhile(browser, fragile):
    """Each row is his who scanned it."""
    with desk(browser) as window:
        officer = arrive(window, fragile)
        sheet = officer.begin()
        fragile.kill()
        officer.scan(*SCANS[:2])
        officer.page.wait_for_selector("#outbox[data-why=away]")
        leave(officer, window)
        fragile.start()
        officer.log_in("B1002")
        told = said("others", 2, badge="B1001")
        officer.page.wait_for_function("(told) => document.querySelector('#alarm').textContent.includes(told)", arg=told)
        officer.go(f"/sheets/{sheet}")
        officer.scan(SCANS[3])
        officer.wait_tones("released")
        assert said("waits-for", badge="B1001") in officer.page.inner_text(".row-asking >> nth=0")

        leave(officer, window)
        officer.log_in("B1001")
        officer.go(f"/sheets/{sheet}")
        officer.wait_tones("released", "released", "held")
        officer.go("/")
        assert officer.page.inner_text("#alarm") == ""


def test_a_page_of_one_badge_records_nothing_as_another(browser, station):
    """Somebody else logs in at another tab of the same browser: the page that stands there is no longer anybody's."""
    with desk(browser) as window:
        officer = arrive(window, station)
        sheet = officer.begin()
        second = officer.__class__(window.new_page(), station, [], None)
        second.go("/")
        second.page.click("form[action='/logout'] button")
        second.page.wait_for_selector("input[name=pin]")
        second.log_in("B1002", PIN)
        officer.scan(SCANS[0])
        officer.page.wait_for_selector("#outbox[data-why=other]:not([hidden])")
        assert said("why-other") in officer.page.inner_text("#alarm")

        second.go(f"/sheets/{sheet}")
        assert second.tones() == []
        assert said("waits-for", badge="B1001") in second.page.inner_text(".row-asking")
