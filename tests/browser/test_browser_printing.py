"""Printing as an officer has it before him: a real printer, and a page that follows it by itself (P7, T19)."""

import pytest

from tests.browser.axe import sideways, violations
from tests.browser.chromium import desk
from tests.browser.conftest import arrive, furnish, serving
from tests.printers import ipp_service, wait_until

RELEASED = "99999001495785"


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    with ipp_service(tmp_path_factory.mktemp("printer")) as service:
        yield service


@pytest.fixture(scope="module")
def office(tmp_path_factory, loaded_store, printer):
    """A station whose printer is a real one."""
    home = furnish(tmp_path_factory.mktemp("office") / "home", loaded_store)
    settings = home / "kiosk.toml"
    settings.write_text(
        settings.read_text().replace('# kind = "folder" ', f'kind = "ipp"\nuri = "{printer.uri}"\noriginals = 2\n# ')
    )
    with serving(home) as station:
        yield station


@pytest.fixture
def officer(browser, office):
    with desk(browser) as context:
        yield (one := arrive(context, office))
        assert not one.complaints


def states(officer):
    """How far each document of the sheet is, newest first, as the page shows it."""
    return officer.page.eval_on_selector_all(
        "[data-part=panel] [data-print-state]", "all => all.map(one => one.dataset.printState)"
    )


def until(officer, happens):
    wait_until(lambda: officer.page.wait_for_timeout(50) or happens(), lambda: officer.page.inner_text("main"))


def test_a_sheet_is_followed_to_the_tray_and_paper_that_is_missing_is_told_on_the_page(officer, printer):
    """P7, T19: by keyboard alone, in both languages, with nothing loaded anew; two originals, then a copy that is given up."""
    page = officer.page
    assert "Printer ready" in page.inner_text("#printer")
    officer.begin()
    officer.scan(RELEASED)
    officer.wait_tones("released")
    page.wait_for_selector("#stamp-form button:enabled")
    page.keyboard.press("Alt+s")
    page.wait_for_selector("#proof")
    officer.awake()

    printer.hold("media-empty")
    page.keyboard.press("Alt+f")
    until(officer, lambda: "No paper: fill the tray." in page.inner_text("[data-part=panel]"))
    until(officer, lambda: page.get_attribute("#printer", "data-lamp") == "bad")
    assert "original for the client" in page.inner_text("#printed")
    assert violations(page) == []
    assert not sideways(page)
    assert printer.tray == []

    printer.go_on()
    until(officer, lambda: states(officer) == ["done", "done"])
    assert len(printer.tray) == 2
    assert "Done, says the printer" in page.inner_text("[data-part=panel]")
    page.click("#endorse summary")
    page.click("button:has-text('RNS message at the printer: row 1')")
    until(officer, lambda: states(officer) == ["done", "done", "done"])
    assert f"RNS message, {RELEASED}, original" in page.inner_text("[data-part=panel]")
    assert len(printer.tray) == 3

    printer.hold()
    page.keyboard.press("Alt+f")
    until(officer, lambda: states(officer) == ["printing", "done", "done", "done"])
    officer.go("/printing")
    page.click("header button[name=lang]")
    officer.awake()
    assert "L’imprimante s’en occupe" in page.inner_text("main")
    assert violations(page) == []
    assert not sideways(page)
    page.focus("form[action='/printing/settle'] button[value=given-up]")
    page.keyboard.press("Enter")
    until(officer, lambda: "abandonné" in page.inner_text("main"))
    printer.go_on()
    assert len(printer.tray) == 3
