"""The stamp on the client's own papers, in a real browser: placed by mouse, by keys alone, by figures (P1, P6, Q1)."""

import re

import pytest

from tests.browser.axe import sideways, violations
from tests.browser.chromium import desk
from tests.browser.conftest import arrive
from tests.kiosk.adapters import endorse_samples as samples

RELEASED = "99999-001495785"
CCD = samples.ccd(RELEASED)


@pytest.fixture(scope="module")
def stamped(browser, station, tmp_path_factory):
    """A stamped sheet whose row came from a CCD as a file."""
    file = tmp_path_factory.mktemp("client") / "ccd.pdf"
    file.write_bytes(CCD)
    with desk(browser) as window:
        officer = arrive(window, station)
        number = officer.begin(client_name="Courtage Exemple")
        officer.page.set_input_files("#sheet input[type=file]", str(file))
        officer.wait_tones("released")
        officer.page.wait_for_selector("#stamp-form button:enabled:not([aria-disabled=true])")
        officer.page.keyboard.press("Alt+s")
        officer.page.wait_for_selector("#proof")
        assert not officer.complaints
        return number


def place(page):
    """What the fields say, in mm, and where the stamp is shown."""
    x, y = (float(page.input_value(f"#field-{name}")) for name in "xy")
    shown = re.findall(r"[0-9.]+", page.get_attribute("#placed", "transform"))
    assert [float(one) for one in shown] == [x, y]
    assert page.get_attribute("#placed", "aria-label").find(f"{x:g}") > 0
    return x, y


def test_the_stamp_is_placed_by_keys_by_mouse_and_by_figures_and_stays_on_the_paper(officer, stamped):
    """Q1: with the keyboard alone, too; and the place is there again for the next one."""
    page = officer.page
    officer.go(f"/sheets/{stamped}")
    page.click("#endorse summary")
    page.click(f"a[href='/sheets/{stamped}/overprint/1']")
    officer.awake()
    page.fill("#field-x", "30")
    page.fill("#field-y", "100")
    assert place(page) == (30, 100)

    page.focus("#placed")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown", "ArrowLeft", "ArrowLeft", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert place(page) == (29, 101)
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    assert place(page) == (0, 101)

    box = page.locator("#placed").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=4)
    page.mouse.up()
    x, y = place(page)
    assert x > 5
    assert y > 106
    page.select_option("#field-across", "yes")
    page.fill("#field-x", "140")
    page.select_option("#field-across", "no")
    assert 80 < place(page)[0] < 216 - 120
    assert violations(page) == []
    assert not sideways(page)

    page.keyboard.press("Alt+p")
    page.wait_for_url(f"**/sheets/{stamped}")
    officer.go(f"/sheets/{stamped}/overprint/1")
    assert place(page)[1] == pytest.approx(y)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_clients_document_is_stamped_with_one_press_and_can_be_opened(browser, station, stamped, language):
    """P1."""
    with desk(browser) as window:
        officer = arrive(window, station)
        window.add_cookies([{"name": "lang", "value": language, "url": station.address}])
        officer.go(f"/sheets/{stamped}")
        page = officer.page
        if page.locator("#endorse form[action$='/endorsements'] button").count():
            page.click("#endorse form[action$='/endorsements'] button")
        link = page.wait_for_selector("#endorse a[href^='/documents/']").get_attribute("href")
        answer = window.request.get(station.address + link)
        officer.awake()

        assert answer.body().startswith(CCD)
        assert violations(page, within="#endorse") == []
        assert not sideways(page)
        assert not officer.complaints
