"""What the station's scanners read is on the screen, whatever has the focus: a real kiosk, Chromium and spool (D5, Q3)."""

import re
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from drivers.scan import NoRead, Scan, Symbology
from kiosk.station.bell import ring
from kiosk.station.claims import GRACE, Claims
from kiosk.station.spool import Lamp, Spool, State
from tests.browser.axe import sideways, violations
from tests.browser.chromium import complaints, desk
from tests.browser.conftest import BADGES, arrive, furnish, serving
from tests.browser.scanner import Keyboard

RELEASED, HELD, UNKNOWN, CARGO = "99999001495785", "99999001495786", "99999001495787", "XXXXPARS0000471"
_serial = count(1)


def now():
    return datetime.now(UTC)


def lamp(name="desk", state="ready", **more):
    known = {"device": f"usb-{name}", "kind": "hid-pos", "why": "", "last": "", "last_at": None}
    return Lamp(**known | {"rate": 0.0, "scans": 0, "errors": 0, "at": now(), "name": name, "state": state} | more)


class Scanners:
    """The scan station of a home, as far as the desk sees it: lamps that are lit, scans that are kept, a bell that is rung."""

    def __init__(self, home):
        self.home, self.spool = home, Spool(home)
        self.light(lamp())

    def light(self, *lamps):
        self.spool.light(lamps, now())
        ring(self.home, "desk")

    def scan(self, *texts):
        for text in texts:
            name = f"station-{next(_serial):06}-{now():%H%M%S%f}"
            assert self.spool.keep(Scan(name, text, text.encode(), "scanner/desk", now(), Symbology.CODE128))
            ring(self.home, "desk")

    def fail(self, reason="broken-off"):
        assert self.spool.keep(NoRead(reason, "scanner/desk", now(), id=f"station-{next(_serial):06}-{now():%H%M%S%f}"))
        ring(self.home, "desk")


@pytest.fixture(scope="module")
def post(tmp_path_factory, loaded_store):
    """A station of these tests' own: its lamps are nobody else's."""
    with serving(furnish(tmp_path_factory.mktemp("post"), loaded_store)) as station:
        yield station


@pytest.fixture
def scanners(post):
    """Its scanners; nothing is kept when a test begins, and no window that was closed a moment ago has them still."""
    scanners = Scanners(post.home)
    claims = Claims(post.home)
    for badge in BADGES:
        claims.leave(now(), badge=badge)
    claims.close()
    for one in scanners.spool.unplaced():
        scanners.spool.settle(one.seq, State.ASIDE)
    scanners.light(lamp())
    yield scanners
    scanners.spool.close()


@pytest.fixture
def officer(browser, post):
    """An officer at that station; his page complained of nothing."""
    with desk(browser) as context:
        yield (one := arrive(context, post))
        assert not one.complaints


def text(officer, selector):
    """The words of one element, as they are seen."""
    return re.sub(r"\s+", " ", officer.page.inner_text(selector)).strip()


def held(officer, claim="here"):
    """Whose the scanners are, as the page has it."""
    officer.page.wait_for_selector(f"#board[data-claim={claim}]", state="attached")


def kept(officer, n):
    """How many scans no sheet has, as the page has it."""
    officer.page.wait_for_selector(f"#board[data-kept='{n}']", state="attached")


def hide(page, *, hidden=True):
    """Another tab is looked at: a browser without a screen takes all of them for visible."""
    state = "hidden" if hidden else "visible"
    page.evaluate(
        """([hidden, state]) => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }""",
        [hidden, state],
    )


def test_a_scan_of_the_station_is_a_row_of_the_sheet_on_the_screen_with_its_tone(officer, scanners):
    """Q3, D5: each mark with its own tone; nothing had the focus."""
    officer.begin(client_name="Courtage Exemple")
    held(officer)
    for number, tone in ((RELEASED, "released"), (HELD, "held"), (UNKNOWN, "unknown"), ("911", "unread")):
        scanners.scan(number)
        officer.page.wait_for_selector(f"#rows > [data-tone={tone}]")
        assert officer.page.get_attribute("html", "data-tone") == tone
    officer.wait_tones("released", "held", "unknown", "unread")
    assert text(officer, "#claim") == "The scanners write on this sheet."
    assert text(officer, "#strip") == "Scanner ready"


def test_a_failed_read_is_a_row_that_says_so(officer, scanners):
    """D1: half a code is never joined to the next, and never passed over."""
    officer.begin()
    held(officer)
    scanners.fail("broken-off")
    officer.wait_tones("unread")

    assert "stopped in its middle" in text(officer, "#row-1 .why")
    assert officer.page.is_disabled("#stamp-form button")


def test_one_s_own_scan_does_not_keep_the_stamp_waiting(officer, scanners):
    """An officer never waits: what he has just scanned himself, he has seen."""
    officer.begin()
    held(officer)
    scanners.scan(RELEASED)
    officer.page.wait_for_selector("#stamp-form button:enabled")

    assert officer.page.get_attribute("#stamp-form button", "aria-disabled") is None


def test_rows_and_tones_come_to_a_page_that_nobody_looks_at(officer, scanners):
    """Issue 4, 7: the tab in the background as well."""
    officer.begin()
    held(officer)
    hide(officer.page)
    scanners.scan(HELD)
    officer.wait_tones("held")

    assert officer.page.get_attribute("html", "data-tone") == "held"


def test_the_sheet_that_was_opened_last_gets_what_is_scanned(officer, scanners, browser):
    """The sheet on the screen, and no other; the other page says where the scanners write."""
    officer.begin()
    held(officer)
    tab = officer.page.context.new_page()
    second = type(officer)(tab, officer.station, complaints(tab), Keyboard(tab))
    sheet = second.begin()
    held(second)
    held(officer, "other")
    scanners.scan(RELEASED)
    second.wait_tones("released")
    assert text(officer, "#claim") == f"The scanners write on sheet {sheet} (badge B1001)."
    assert officer.tones() == []

    hide(officer.page)
    hide(officer.page, hidden=False)
    held(officer)
    scanners.scan(HELD)
    officer.wait_tones("held")
    assert second.tones() == ["released"]


def test_another_badge_s_page_takes_the_scanners_only_when_it_is_asked_to(officer, scanners, browser):
    """By a key that the list of keys shows."""
    sheet = officer.begin()
    held(officer)
    with desk(browser) as window:
        second = arrive(window, officer.station, "B1002")
        second.begin()
        held(second, "other")
        assert text(second, "#claim") == f"The scanners write on sheet {sheet} (badge B1001)."
        held(officer)
        second.page.keyboard.press("?")
        second.page.wait_for_selector("dialog#keys[open]")
        assert "The scanners write here" in text(second, "#keys-list")
        second.page.keyboard.press("Escape")
        second.page.keyboard.press("Alt+w")
        held(second)
        held(officer, "other")
        scanners.scan(RELEASED)
        second.wait_tones("released")
        assert officer.tones() == []


def test_what_is_scanned_while_nothing_is_open_is_shown_and_put_on_a_sheet_by_keys_alone(officer, scanners):
    """Issue 4, 7: kept and shown, not lost; in the order in which it was scanned."""
    sheet = officer.begin(client_name="Courtage Exemple")
    held(officer)
    officer.go("/")
    scanners.scan(RELEASED, HELD)
    kept(officer, 2)
    assert text(officer, "#alarm") == "2 scans were kept: no sheet has them."
    officer.page.keyboard.press("Alt+k")
    officer.page.wait_for_selector("#kept-list [data-seq]")
    officer.awake()
    assert "No sheet was open at the station." in text(officer, "#kept-list")
    officer.page.select_option("#field-sheet", sheet)
    officer.page.keyboard.press("Alt+p")
    officer.page.wait_for_selector(f"#sheet[data-sheet='{sheet}']")
    officer.wait_tones("released", "held")
    officer.awake()
    kept(officer, 0)


def test_a_slip_that_is_scanned_at_the_home_page_opens_there_and_keeps_nothing(officer, scanners):
    """Issue 6, 9: as with a scanner that types."""
    number = officer.begin(client_name="Courtage Exemple")
    held(officer)
    officer.go("/")
    held(officer)
    scanners.scan(number)
    officer.page.wait_for_url(f"**/sheets/{number}")
    held(officer)
    kept(officer, 0)


def test_one_kept_scan_is_put_on_the_open_sheet_and_the_other_set_aside_with_a_reason(officer, scanners):
    scanners.scan(RELEASED, "https://example.com/a-poster")
    kept(officer, 2)
    sheet = officer.begin()
    officer.page.keyboard.press("Alt+k")
    officer.page.wait_for_selector("#kept-list [data-seq]")
    assert officer.page.input_value("#field-sheet") == sheet
    officer.page.click("#kept-list tr:has-text('5785') button[form=place]")
    officer.page.wait_for_function("() => document.querySelectorAll('#kept-list [data-seq]').length === 1")
    officer.awake()
    officer.page.fill("#field-reason", "a poster")
    officer.page.click("#kept-list [data-seq] button[form=aside]")
    officer.page.wait_for_selector("#kept-list .empty")

    officer.go(f"/sheets/{sheet}")
    officer.wait_tones("released")


def test_failed_reads_are_dismissed_together(officer, scanners):
    scanners.fail()
    scanners.fail("too-short")
    kept(officer, 2)
    officer.go("/scanners")
    assert "Less came than this scanner's codes have." in text(officer, "#kept-list")
    officer.page.keyboard.press("Alt+d")
    officer.page.wait_for_selector("#kept-list .empty")


def test_a_sheet_that_is_no_longer_on_the_screen_gets_nothing(officer, scanners):
    """The officer has gone back to the counter: nobody knows whose paper he scans next."""
    sheet = officer.begin()
    held(officer)
    officer.go("/find")
    scanners.scan(RELEASED)
    officer.go("/")
    kept(officer, 1)
    officer.go(f"/sheets/{sheet}")
    held(officer)

    assert officer.tones() == []


def test_a_page_that_is_loaded_again_has_the_scanners_still(officer, scanners):
    officer.begin()
    held(officer)
    officer.page.reload()
    officer.awake()
    held(officer)
    scanners.scan(RELEASED)
    officer.wait_tones("released")


def test_after_the_stamp_nothing_more_comes_to_the_sheet(officer, scanners):
    officer.begin()
    held(officer)
    scanners.scan(RELEASED)
    officer.page.wait_for_selector("#stamp-form button:enabled")
    officer.page.keyboard.press("Alt+s")
    officer.page.wait_for_selector("#proof")
    officer.awake()
    scanners.scan(HELD)
    kept(officer, 1)


def test_after_the_log_out_nothing_comes_to_anybody_s_sheet(officer, scanners):
    sheet = officer.begin()
    held(officer)
    officer.page.click('form[action="/logout"] button')
    officer.page.wait_for_selector("input[name=pin]")
    scanners.scan(RELEASED)
    officer.log_in()
    kept(officer, 1)
    officer.go(f"/sheets/{sheet}")
    assert officer.tones() == []


def test_one_document_after_another_fills_the_screen_with_its_answer(officer, scanners):
    """Q1: each on a sheet of its own."""
    officer.go("/one")
    held(officer)
    scanners.scan(RELEASED)
    officer.page.wait_for_selector(".answer[data-tone=released]")
    first = officer.page.get_attribute("#sheet", "data-sheet")
    scanners.scan(HELD)
    officer.page.wait_for_selector(".answer[data-tone=held]")

    assert officer.page.get_attribute("#sheet", "data-sheet") != first
    assert officer.page.get_attribute("html", "data-tone") == "held"


def test_lamps_say_which_scanner_is_lost_why_and_what_to_do(officer, scanners):
    """Word, shape and colour; while the page is open."""
    officer.begin()
    held(officer)
    scanners.light(lamp(), lamp("front", "lost", why="gone", last=HELD, last_at=now(), errors=3))
    officer.page.wait_for_selector("[data-health=lost]")
    assert text(officer, "#strip") == "Scanner lost: front"
    officer.page.click("#strip")
    officer.page.wait_for_selector("#lamps .device[data-state=lost]")

    told = text(officer, "#lamps .device[data-state=lost]")
    assert "Lost" in told
    assert "It was unplugged, or has no power. Plug it in again." in told
    assert f"Last code {HELD}" in told
    scanners.light(lamp(), lamp("front"))
    officer.page.wait_for_function("() => document.querySelectorAll('#lamps .device[data-state=ready]').length === 2")


def test_a_station_that_does_not_run_is_said_loudly(officer, scanners):
    """Fault (3): nothing that is scanned arrives, and nobody must think that it does."""
    officer.begin()
    scanners.spool.light([lamp()], now() - timedelta(minutes=1))
    ring(scanners.home, "desk")
    officer.page.wait_for_selector("[data-health=ended]")
    assert text(officer, "#strip") == "The scan station is not running: nothing that its scanners read arrives"
    officer.go("/scanners")
    assert officer.page.query_selector("#station .banner-error")
    assert "Not known" in text(officer, "#lamps .device")


def test_a_test_scan_is_shown_in_all_its_particulars_and_goes_to_no_sheet(officer, scanners):
    sheet = officer.begin()
    held(officer)
    tab = officer.page.context.new_page()
    second = type(officer)(tab, officer.station, complaints(tab), Keyboard(tab))
    second.go("/scanners")
    tab.keyboard.press("Alt+t")
    tab.wait_for_selector("#scanners[data-testing=yes]")
    scanners.scan("]C1<i>99999</i>")
    tab.wait_for_selector("#tested .facts")
    told = text(second, "#tested")
    for shown in ("]C1<i>99999</i>", "CODE128", "5d 43 31 3c 69", "desk"):
        assert shown in told
    scanners.scan(RELEASED)
    officer.wait_tones("released")
    assert officer.page.get_attribute("#sheet", "data-sheet") == sheet
    assert second.complaints == []


def test_a_tab_that_another_badge_has_left_open_takes_nothing(officer, scanners):
    """One logs out in a second tab, the other officer logs in there, and looks at the first tab again: its sheet is not his."""
    sheet = officer.begin()
    held(officer)
    tab = officer.page.context.new_page()
    second = type(officer)(tab, officer.station, complaints(tab), Keyboard(tab))
    second.go("/")
    tab.click('form[action="/logout"] button')
    tab.wait_for_selector("input[name=pin]")
    second.log_in("B1002")
    for _ in range(3):  # the first look fetches the token of who is logged in now
        hide(officer.page)
        hide(officer.page, hidden=False)
        officer.page.wait_for_timeout(300)
    scanners.scan(RELEASED)
    kept(second, 1)
    officer.complaints.clear()  # it was refused, as it had to be

    second.go(f"/sheets/{sheet}")
    assert second.tones() == []


def test_the_sheet_that_was_chosen_for_kept_scans_stays_chosen_when_more_are_kept(officer, scanners):
    """Fault (1): what is shown as chosen is where they go."""
    first = officer.begin(client_name="Courtage Exemple")
    held(officer)
    officer.begin(client_name="Autre Exemple")
    officer.go("/")
    scanners.scan(RELEASED)
    kept(officer, 1)
    officer.go("/scanners")
    officer.page.select_option("#field-sheet", first)
    officer.page.fill("#field-reason", "a poster")
    officer.page.evaluate("() => document.activeElement.blur()")
    scanners.scan(HELD)
    officer.page.wait_for_function("() => document.querySelectorAll('#kept-list [data-seq]').length === 2")

    assert officer.page.input_value("#field-sheet") == first
    assert officer.page.input_value("#field-reason") == "a poster"


def test_of_two_windows_side_by_side_the_one_that_has_the_focus_gets_what_is_scanned(officer, scanners):
    """Both are visible; a scanner that types would type into that one, too."""
    officer.begin()
    held(officer)
    tab = officer.page.context.new_page()
    second = type(officer)(tab, officer.station, complaints(tab), Keyboard(tab))
    second.begin()
    held(officer, "other")
    officer.page.evaluate("() => dispatchEvent(new Event('focus'))")
    held(officer)
    scanners.scan(RELEASED)
    officer.wait_tones("released")
    assert second.tones() == []


def test_a_sheet_whose_scanners_write_elsewhere_is_not_ready_to_be_scanned_on(officer, scanners, browser):
    """Fault (1): what is scanned before it goes to another client's sheet."""
    officer.begin()
    held(officer)
    assert officer.page.is_visible("#ready")
    with desk(browser) as window:
        second = arrive(window, officer.station, "B1002")
        second.begin()
        held(second, "other")
        assert not second.page.is_visible("#ready")
        assert second.page.get_attribute(".rows-region", "data-empty") == ""
        second.page.keyboard.press("Alt+w")
        held(second)
        assert second.page.is_visible("#ready")
        assert second.page.get_attribute(".rows-region", "data-empty") == "Ready to scan"
        second.go("/")


def test_the_page_of_a_browser_that_was_killed_keeps_nobody_s_scanners(officer, scanners, browser):
    """Fault (1): its sheet is on no screen; the server sees that the connection is gone."""
    with desk(browser) as window:
        second = arrive(window, officer.station, "B1002")
        second.begin()
        held(second)
    claims = Claims(officer.station.home)
    until = time.monotonic() + 30
    while claims.now(now() + GRACE) is not None:
        assert time.monotonic() < until
    claims.close()


def test_a_page_whose_kiosk_is_gone_says_what_becomes_of_scans(browser, fragile):
    """Fault (3): the scanner's tone says that it is kept, the screen why it is not there; and no longer than it is so."""
    scanners = Scanners(fragile.home)
    with desk(browser) as window:
        officer = arrive(window, fragile)
        officer.begin()
        held(officer)
        fragile.kill()
        officer.page.wait_for_selector("#alarm [data-kind=board]")
        assert "comes to this sheet" in text(officer, "#alarm")
        scanners.scan(RELEASED)
        fragile.start()
        officer.wait_tones("released")
        officer.page.wait_for_selector("#alarm [data-kind=board]", state="detached")
    scanners.spool.close()


def test_the_web_server_is_killed_while_the_station_goes_on_and_every_scan_comes_once_in_its_order(browser, fragile):
    """Issue 4, 7: SIGKILL; the page that was open follows as soon as there is somebody to follow."""
    numbers = [f"99999{n:09d}" for n in range(7, 19)]
    scanners = Scanners(fragile.home)
    with desk(browser) as window:
        officer = arrive(window, fragile)
        sheet = officer.begin()
        held(officer)
        scanners.scan(*numbers[:6])
        officer.page.wait_for_selector("#row-1")
        fragile.kill()
        scanners.scan(*numbers[6:])
        fragile.start()
        officer.page.wait_for_function("() => document.querySelectorAll('#rows > [data-tone]').length >= 12", timeout=60_000)
        scanned = officer.page.eval_on_selector_all(
            "#rows td.number", "all => all.map((one) => one.textContent.replace(/\\s/g, ''))"
        )
        assert (officer.page.get_attribute("#sheet", "data-sheet"), scanned) == (sheet, numbers)
        officer.page.reload()
        officer.awake()
        assert len(officer.tones()) == len(numbers)
    scanners.spool.close()


@pytest.mark.parametrize("look", [("fr", "dark", "normal"), ("en", "contrast", "large")])
def test_the_pages_have_no_fault_that_axe_finds_and_scroll_in_one_direction(browser, post, scanners, look):
    """Everyone: with scans kept, a scanner lost, and a test begun; in four themes and two languages."""
    with desk(browser, reduced_motion="reduce") as window:
        officer = arrive(window, post)
        choices = dict(zip(("lang", "theme", "print"), look, strict=True))
        window.add_cookies([{"name": name, "value": value, "url": post.address} for name, value in choices.items()])
        scanners.light(lamp(), lamp("front", "lost", why="gone"), lamp("office", "not-taken", why="plain-keyboard"))
        sheet = officer.begin()
        officer.go("/")
        scanners.scan(RELEASED, "<script>alert(1)</script>" * 20)
        scanners.fail()
        kept(officer, 3)
        found = []
        for path in ("/scanners", f"/sheets/{sheet}"):
            officer.go(path)
            if path == "/scanners":
                officer.page.keyboard.press("Alt+t")
                officer.page.wait_for_selector("#scanners[data-testing=yes]")
                officer.awake()
                scanners.scan(HELD)  # else the next look's first scan would be the test
                officer.page.wait_for_selector("#tested .facts")
            found += [f"{path}: {one}" for one in violations(officer.page)]
            found += [f"{path}: scrolls sideways"] * sideways(officer.page)
        assert found == []
        assert not officer.complaints
