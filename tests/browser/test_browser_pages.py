"""Every page, in both languages, every theme, large print and at 200 %: axe-core finds nothing, and nothing scrolls sideways."""

from datetime import UTC, datetime

import pytest

from tests.browser.axe import sideways, violations
from tests.browser.chromium import COUNTER, ZOOMED, desk
from tests.browser.conftest import PIN, arrive

LOOKS = {
    "en-contrast-large": ("en", "contrast", "large", COUNTER),
    "fr-dark-zoomed": ("fr", "dark", "normal", ZOOMED),
}
RELEASED, HELD, UNKNOWN = "99999001495785", "99999001495786", "99999001495787"


@pytest.fixture(scope="module")
def sheets(browser, station):
    """A sheet of every kind: open with each mark, stamped, taken back; and one document alone."""
    with desk(browser) as window:
        officer = arrive(window, station, "S2001")
        open_one = officer.begin(client_name="Courtage Exemple", client_id="99999")
        officer.scan(RELEASED, HELD, UNKNOWN, "911")
        officer.wait_tones("released", "held", "unknown", "unread")
        stamped = officer.begin(client_name="Courtage Exemple")
        officer.scan(RELEASED)
        officer.wait_tones("released")
        officer.page.wait_for_selector("#stamp-form button:enabled")
        officer.page.keyboard.press("Alt+s")
        officer.page.wait_for_selector("#proof")
        officer.go("/one")
        officer.scan(HELD)
        officer.page.wait_for_selector(".answer[data-tone=held]")
        alone = officer.page.get_attribute("#sheet", "data-sheet")
        return {"open": open_one, "stamped": stamped, "alone": alone, "day": f"{datetime.now(UTC):%Y-%m-%d}"}


PAGES = [
    *("/", "/one", "/scanners", "/one/{alone}", "/sheets/{open}", "/sheets/{stamped}", "/find", "/find?q=99999001495785", "/pin"),
    *("/numbers/99999001495785", "/days/{day}", "/record", "/record/verification", "/users", "/users/B1001", "/health", "/nowhere"),
]


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_fault_that_axe_finds_or_scrolls_sideways(browser, station, sheets, look):
    """Everyone: WCAG 2.2 AA and good practice, on what officers see; nothing is asked for outside."""
    language, theme, size, window_size = LOOKS[look]
    with desk(browser, viewport=window_size, reduced_motion="reduce") as window:
        officer = arrive(window, station, "S2001")
        choices = {"lang": language, "theme": theme, "print": size}
        window.add_cookies([{"name": name, "value": value, "url": station.address} for name, value in choices.items()])
        found = []
        for path in PAGES:
            officer.go(path.format(**sheets))
            found += [f"{path}: {one}" for one in violations(officer.page)]
            found += [f"{path}: scrolls sideways"] * sideways(officer.page)
            assert officer.page.get_attribute("html", "lang") == language

        assert found == []


def test_the_pages_of_an_administrator_have_no_fault_that_axe_finds(browser, station):
    with desk(browser, viewport=ZOOMED, reduced_motion="reduce") as window:
        page = window.new_page()
        page.goto(f"{station.address}/login")
        page.fill("#field-badge", "A3001")
        page.fill("#field-pin", PIN)
        page.press("#field-pin", "Enter")
        page.wait_for_url("**/scanners")  # nobody who manages users is at the counter
        for path in ("/scanners", "/users", "/users/B1001"):
            page.goto(f"{station.address}{path}")
            assert violations(page) == []
            assert not sideways(page)


def test_the_log_in_page_has_no_fault_that_axe_finds(browser, station):
    with desk(browser) as window:
        page = window.new_page()
        for language in ("en", "fr"):
            window.add_cookies([{"name": "lang", "value": language, "url": station.address}])
            page.goto(f"{station.address}/login")

            assert violations(page) == []


def test_a_client_s_earlier_head_is_offered(browser, station, sheets):
    """What was typed once is not typed again."""
    with desk(browser) as window:
        officer = arrive(window, station)
        officer.page.fill("#begin input[name=client_id]", "9999")
        officer.page.wait_for_selector("datalist#clients option[value='99999']", state="attached")
        officer.page.fill("#begin input[name=client_id]", "99999")

        officer.page.wait_for_function("() => document.querySelector('[name=client_name]').value !== ''")
        assert officer.page.input_value("[name=client_name]") == "Courtage Exemple"


def test_the_page_works_by_touch_on_a_tablet(browser, station):
    """A tablet: no hover, no keys; every target is large enough for a finger."""
    with desk(browser, has_touch=True, is_mobile=True, viewport={"width": 820, "height": 1180}) as window:
        officer = arrive(window, station)
        officer.begin()
        officer.page.fill("#typed", RELEASED)
        officer.page.tap("#type button")
        officer.wait_tones("released")
        small = officer.page.eval_on_selector_all(
            "main button, main a.button, main input:not([type=hidden])",
            "all => all.filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 44)"
            ".map(one => one.outerHTML)",
        )

        assert small == []
