"""The gate in a browser, at a warehouse: scan, verdict, second presentation; by keyboard, and without a fault of axe (P1, P2)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.config import Parts, clock
from kiosk.core.answer import Reason
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from kiosk.desks.counter import Counter
from kiosk.desks.staff import Staff
from tests.browser.axe import sideways, violations
from tests.browser.chromium import ZOOMED, complaints, desk
from tests.browser.conftest import FAST, PIN, Officer, furnish, serving
from tests.browser.scanner import Keyboard
from tests.fakes import FakeStore, scan, transaction

KEEPER = "W7001"
RELEASED, HELD = "99999001495785", "99999001495786"


AUTHORITY = "store-of-the-tests"


@pytest.fixture(scope="module")
def office(tmp_path_factory, loaded_store):
    """An office whose sheets prove something, with somebody of a warehouse; its holds are placed by hand alone."""
    home = furnish(tmp_path_factory.mktemp("office"), loaded_store)
    settings = home / "kiosk.toml"
    text = settings.read_text()
    for old, new in (
        ('# agency = ""', 'agency = "Agency of the tests"'),
        ('# authority = "acros-stub"', f'authority = "{AUTHORITY}"'),
        ("# exam_feed = true", "exam_feed = false"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    settings.write_text(text)
    parts = Parts.of(str(home))
    staff = Staff.of(parts.journal, FAST, clock, parts.settings.station)
    staff.add(KEEPER, "Keeper", Role.WAREHOUSE, PIN, KEEPER, "9453")
    parts.journal.close()
    with serving(home) as station:
        yield station


def stamped(office):
    """The seal and the number of a sheet that was stamped there; in a thread, for the signer wants a loop of its own."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(_stamped, office).result()


def _stamped(office):
    parts, store = Parts.of(str(office.home)), FakeStore(clock, AUTHORITY)
    store.put(transaction(RELEASED))
    store.put(transaction(HELD), Reason.EXAM)
    counter = Counter(store, parts.journal, clock, parts.settings.station)
    sheet = counter.open(Header("0453", "Courtage Exemple"), "B1001")
    sheet = counter.scan(sheet, [scan(RELEASED), scan(HELD)], "B1001")
    counter.stamp(sheet, "B1001", parts.own_press, specimen=False)
    (seal,) = counter.stamping(sheet.number).seals
    parts.journal.close()
    return seal, sheet.number


def keeper(window, office):
    """Somebody of a warehouse, who has logged in: his work begins at the gate."""
    page = window.new_page()
    one = Officer(page, office, complaints(page), Keyboard(page))
    one.go("/login")
    page.fill("input[name=badge]", KEEPER)
    page.fill("input[name=pin]", PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gate")
    one.awake()
    return one


def verdict(officer, code):
    """The verdict, when it is there."""
    return officer.page.wait_for_selector(f'#verdict[data-code="{code}"]')


def test_a_scan_fills_the_page_with_its_verdict_and_the_second_one_says_when_the_first_was(browser, office):
    """P2: with a wedge scanner and no field chosen; then with the number typed; then on hold; axe finds nothing."""
    seal, number = stamped(office)
    with desk(browser, viewport=ZOOMED) as window:
        officer = keeper(window, office)
        officer.scan(seal)
        verdict(officer, "some")
        assert officer.page.inner_text("#verdict-word") == "RELEASE 1 OF 2"
        assert officer.page.get_attribute("html", "data-tone") == "released"
        assert "RELEASE 1 OF 2" in officer.page.text_content("#announce")
        assert re.fullmatch(r".*/gate/\d+", officer.page.url)
        assert not violations(officer.page)
        assert not sideways(officer.page)

        officer.scan(seal[:-30] + seal[-29:])
        officer.page.wait_for_selector("#verdict .answer.tone-faulty, #verdict .answer.tone-held")
        assert officer.page.locator("#verdict [data-outcome]").count() == 0

        officer.page.fill("input[name=text]", number.lower())
        officer.page.keyboard.press("Enter")
        officer.page.wait_for_selector("#verdict .banner")
        assert "presented before" in officer.page.inner_text("#verdict")
        assert officer.page.locator("#verdict .events li").count() == 1
        top = officer.page.locator("#verdict .answer").bounding_box()["y"]
        assert 0 <= top < ZOOMED["height"] / 2  # in sight, however far one has scrolled
        assert not violations(officer.page)
        assert not officer.complaints


def test_a_verdict_that_can_t_be_had_is_no_verdict_and_the_old_one_is_gone(browser, office):
    """Q6: while the kiosk is away, no paper has another paper's verdict."""
    seal, _ = stamped(office)
    with desk(browser) as window:
        officer = keeper(window, office)
        officer.scan(seal)
        verdict(officer, "some")
        officer.page.route("**/gate", lambda route: route.abort())
        officer.scan(seal)
        officer.page.wait_for_function(
            "() => document.querySelector('#verdict').ariaBusy === 'false' && !document.querySelector('#verdict').dataset.code"
        )
        assert officer.page.inner_text("#verdict-word") == "Could not be checked"


def test_a_hold_that_comes_while_a_verdict_stands_there_stops_it(browser, office):
    """P4: whoever looks up again, or has looked for a quarter of a minute, sees it."""
    seal, _ = stamped(office)
    with desk(browser) as window:
        officer = keeper(window, office)
        officer.scan(seal)
        verdict(officer, "some")
        with ThreadPoolExecutor(1) as apart:
            hold = apart.submit(_held, office, RELEASED).result()

        officer.page.evaluate("dispatchEvent(new Event('focus'))")

        verdict(officer, "held")
        assert officer.page.locator('#verdict [data-outcome="release"]').count() == 0
        with ThreadPoolExecutor(1) as apart:
            apart.submit(_lifted, office, hold).result()
        assert not officer.complaints


def _held(office, number):
    parts = Parts.of(str(office.home))
    name = parts.holds.place(number, "Notice by fax", "B1001").name
    parts.journal.close()
    return name


def _lifted(office, name):
    parts = Parts.of(str(office.home))
    parts.holds.lift(name, "Examined", "B1001")
    parts.journal.close()
