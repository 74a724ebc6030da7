"""Holds in the browser: by a scan and the keys alone; what the store refers shows by itself; no fault of axe (P4)."""

import re

from tests.browser.axe import sideways, violations
from tests.browser.chromium import ZOOMED, desk
from tests.browser.conftest import arrive

RELEASED = "99999001495785"


def test_a_hold_is_placed_seen_and_lifted_by_scan_and_keys_alone(browser, fragile):
    """P4: R today, on hold an hour later; every page is clean in both languages, also at 200 %."""
    with desk(browser, reduced_motion="reduce") as window:
        officer = arrive(window, fragile)
        page = officer.page
        officer.go("/holds")
        officer.scan(RELEASED)
        page.wait_for_function("() => document.activeElement.name === 'reason'")
        assert page.input_value("input[name=number]") == RELEASED
        page.keyboard.type("Notice by fax", delay=120)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/holds/[A-Z0-9]{4}-1"))
        officer.awake()
        assert violations(page) == []

    for language, size in (("en", None), ("fr", ZOOMED)):
        with desk(browser, reduced_motion="reduce", **({"viewport": size} if size else {})) as window:
            officer = arrive(window, fragile)
            window.add_cookies([{"name": "lang", "value": language, "url": fragile.address}])
            for path in ("/holds", f"/holds?q={RELEASED}", "/holds?q=XXXX1", page_of(officer)):
                officer.go(path)
                assert (path, violations(officer.page), sideways(officer.page)) == (path, [], False)

    with desk(browser, reduced_motion="reduce") as window:
        officer = arrive(window, fragile)
        officer.go(page_of(officer))
        officer.page.focus("input[name=reason]")
        officer.page.keyboard.type("Examined", delay=120)
        officer.page.keyboard.press("Enter")
        officer.page.wait_for_selector(".banner-success")
        officer.go("/holds")
        assert officer.page.locator("tbody tr").count() == 0
        assert officer.complaints == []


def page_of(officer):
    """The address of the only hold."""
    officer.go("/holds")
    return officer.page.get_attribute("tbody th a", "href")
