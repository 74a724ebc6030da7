"""A client's screen in a real browser: from the choice of a language to the officer's counter, and everything cleared."""

import pytest

from tests.browser.axe import sideways, violations
from tests.browser.chromium import complaints, desk
from tests.browser.conftest import PIN, furnish, serving
from tests.browser.scanner import Keyboard

IDLE = "idle_seconds = 10"


@pytest.fixture(scope="module")
def selfservice(tmp_path_factory, loaded_store):
    """A station that lets clients help themselves; its screens are cleared soon."""
    home = furnish(tmp_path_factory.mktemp("client"), loaded_store)
    settings = home / "kiosk.toml"
    text = settings.read_text().replace("# self_service = false", "self_service = true").replace("# stamp = false", "stamp = true")
    settings.write_text(text.replace("# idle_seconds = 60", IDLE))
    with serving(home) as station:
        yield station


def log_in(page, station, badge="B1001"):
    page.goto(f"{station.address}/login")
    page.fill("#field-badge", badge)
    page.fill("#field-pin", PIN)
    page.press("#field-pin", "Enter")
    page.wait_for_selector("[data-takes]")


def test_a_client_asks_takes_a_slip_and_leaves_nothing_behind(browser, selfservice):
    """Q1, Q3, Q10, issue 6, 9."""
    with desk(browser) as window, desk(browser) as counter:
        page = window.new_page()
        said = complaints(page)
        log_in(page, selfservice)
        page.goto(f"{selfservice.address}/client")
        page.get_by_role("button", name="Leave this screen to clients").click()
        page.wait_for_selector("text=Choisissez votre langue")
        assert violations(page) == []
        page.get_by_role("button", name="Commencer en français").click()
        page.wait_for_selector("#client-rows")
        scanner = Keyboard(page)
        for number in ("99999001495785", "99999001495786"):
            scanner.burst(number)
            page.wait_for_selector(f".client-number:has-text('{number[-4:]}')")
        page.wait_for_selector(".mark-released")
        assert violations(page) == []
        assert not sideways(page)
        page.get_by_role("button", name="Imprimer un billet").click()
        page.wait_for_selector(".banner-success")
        number = page.text_content(".page-title .quiet").split()[-1]

        officer = counter.new_page()
        log_in(officer, selfservice)
        Keyboard(officer).burst(number)
        officer.wait_for_url(f"**/sheets/{number}")
        officer.wait_for_selector("#row-2 .mark")
        page.wait_for_url("**/client")
        page.wait_for_selector("text=Choose your language")

        page.get_by_role("button", name="Start in English").click()
        page.wait_for_selector("#client-rows")
        Keyboard(page).burst("99999001495785")
        page.wait_for_selector(".mark-released")
        page.get_by_role("button", name="Done").click()
        page.wait_for_selector("text=Choose your language")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        page.go_back()
        page.wait_for_selector("text=Choose your language")
        assert "5785" not in page.content()
        assert [one for one in said if "410" not in one] == []  # the query was the officer's then


def test_a_screen_at_which_nobody_is_warns_and_then_clears_itself(browser, selfservice):
    """Issue 6, 9: the warning can be answered; nobody else sees what was there."""
    with desk(browser) as window:
        page = window.new_page()
        log_in(page, selfservice)
        page.goto(f"{selfservice.address}/client")
        page.get_by_role("button", name="Leave this screen to clients").click()
        page.get_by_role("button", name="Start in English").wait_for()
        page.clock.install()
        page.reload()
        page.get_by_role("button", name="Start in English").click()
        page.wait_for_selector("#client-rows")
        page.clock.fast_forward(11_000)
        page.wait_for_selector("dialog#idle[open]")
        assert violations(page) == []
        page.get_by_role("button", name="I am still here").click()
        page.wait_for_selector("dialog#idle", state="hidden")
        page.clock.fast_forward(11_000)
        page.wait_for_selector("dialog#idle[open]")
        page.clock.fast_forward(21_000)
        page.get_by_role("button", name="Start in English").wait_for()
