"""A warehouse's day in the browser: goods in by a wedge, out on a proof that was just scanned; no fault of axe (P3)."""

import re

import pytest

from tests.browser.axe import sideways, violations
from tests.browser.chromium import ZOOMED, complaints, desk
from tests.browser.conftest import PIN, Officer
from tests.browser.scanner import Keyboard
from tests.browser.test_browser_gate import KEEPER, RELEASED, office, stamped

__all__ = ["office"]
CCN = "XXXXPARS0000471"
PAGES = (
    "/gate",
    "/gate/paper",
    "/register",
    "/register/in",
    "/register/out",
    "/register/differences",
    "/register/books",
    f"/register/find?q={CCN}",
)


def keeper(window, office):
    """The keeper of warehouse 9453, logged in: his work begins at the gate."""
    page = window.new_page()
    one = Officer(page, office, complaints(page), Keyboard(page))
    one.go("/login")
    page.fill("input[name=badge]", KEEPER)
    page.fill("input[name=pin]", PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/gate$"))
    one.awake()
    return one


@pytest.mark.usefixtures("office")
def test_goods_come_in_by_scan_and_go_out_on_a_proof_by_keyboard_alone(browser, office):
    """P3: nothing is touched but the scanner and the keys; every page is clean in both languages, also at 200 %."""
    seal, *_ = stamped(office)
    with desk(browser, reduced_motion="reduce") as window:
        one = keeper(window, office)
        page = one.page
        one.go("/register/in")
        one.scan(CCN)
        page.wait_for_function("() => document.activeElement.name === 'pieces'")
        assert page.input_value("input[name=number]") == CCN
        page.keyboard.type("10", delay=120)
        page.fill("input[name=transaction]", RELEASED)
        page.fill("input[name=place]", "A-12")
        page.keyboard.press("Enter")
        page.wait_for_selector("#taken")
        one.awake()

        one.go("/gate")
        one.scan(seal)
        page.wait_for_selector("a[href^='/register/out']")
        page.click("a[href^='/register/out']")
        one.awake()
        assert violations(page) == []
        page.fill("#let-out input[name^='pieces.']", "4")
        page.fill("#let-out input[name=carrier]", "Transport Exemple")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"/register/lots/9453/{CCN}$"))
        one.awake()
        assert page.locator("dl.facts dd").first.inner_text() == "6"
        assert violations(page) == []
        assert one.complaints == []

    for language, size in (("en", None), ("fr", ZOOMED)):
        with desk(browser, reduced_motion="reduce", **({"viewport": size} if size else {})) as window:
            one = keeper(window, office)
            window.add_cookies([{"name": "lang", "value": language, "url": office.address}])
            found = []
            for path in (*PAGES, f"/register/lots/9453/{CCN}"):
                one.go(path)
                found += [f"{path}: {fault}" for fault in violations(one.page)]
                found += [f"{path}: scrolls sideways"] * sideways(one.page)
            assert found == []
