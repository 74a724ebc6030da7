"""The page of log-in, log-out and one's own PIN."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adapters.sql import SqlJournal
from kiosk.core.user import Role
from kiosk.web.login import MOST, Tries
from kiosk.words import words
from tests.kiosk.web.staff_samples import OTHER, PIN, Office, hire

WRONG = "111222"


@pytest.fixture
def journal(tmp_path):
    record = SqlJournal(f"sqlite:///{tmp_path / 'kiosk.db'}")
    yield record
    record.close()


@pytest.fixture
def office(journal):
    return Office(journal)


def tag(page, name):
    """The field of a name, as its tag."""
    return re.search(rf'<input[^>]* name="{name}"[^>]*>', page)[0]


def described(page, name):
    """What a screen reader says after the label of a field."""
    ids = re.search(r'aria-describedby="([^"]*)"', tag(page, name))[1].split()
    return " ".join(re.sub("<[^>]*>", "", re.search(rf'id="{one}"[^>]*>(.*?)</span>(?=<|\n)', page, re.DOTALL)[1]) for one in ids)


# --- log in -----------------------------------------------------------------------------------------------------------


def test_every_field_has_its_label_and_the_badge_the_focus(office):
    page = office.browser().get("/login").text

    for name in ("badge", "pin"):
        assert f'<label for="{re.search("id=.([a-z-]+)", tag(page, name))[1]}">' in page
    assert "autofocus" in tag(page, "badge")
    assert 'type="password"' in tag(page, "pin")


def test_a_scanner_that_ends_with_enter_is_asked_for_the_pin(office):
    """It is no failed log-in: nothing has been tried yet."""
    browser = office.browser()
    browser.get("/login")
    page = browser.post("/login", badge="A1001", pin="", next="/sheets/X")

    assert page.status_code == 200
    assert 'value="A1001"' in tag(page.text, "badge")
    assert "autofocus" in tag(page.text, "pin")
    assert 'value="/sheets/X"' in tag(page.text, "next")
    assert office.facts("LogInFailed") == []


@pytest.mark.parametrize("badge", ["A1001", "a1001", "*A1001*", " A1001\r\n"])
def test_a_badge_is_taken_as_it_is_scanned_or_typed(office, badge):
    assert office.browser().log_in(badge).status_code == 303


@pytest.mark.parametrize(("badge", "pin"), [("A1001", WRONG), ("Z9999", PIN), ("", PIN), ("<b>", PIN), ("A1001", "abc")])
def test_whatever_is_wrong_the_page_says_the_same(office, badge, pin):
    page = office.browser().log_in(badge, pin)

    assert page.status_code == 422
    assert "Badge or PIN is wrong." in described(page.text, "pin")
    assert 'aria-invalid="true"' in tag(page.text, "pin")
    assert pin not in page.text.replace(badge, "") or not pin
    assert "<b>" not in page.text.partition("<main")[2]


def test_what_was_wrong_can_be_mended_at_once(office):
    """The address is kept, and the token is still good."""
    browser = office.browser()
    browser.log_in(pin=WRONG, back="/sheets/X")
    answer = browser.post("/login", badge="A1001", pin=PIN, next="/sheets/X")

    assert (answer.status_code, answer.location) == (303, "/sheets/X")


@pytest.mark.parametrize(("lang", "said"), [("en", "Wait 4 seconds."), ("fr", "Attendez 4 secondes.")])
def test_a_delay_is_said_with_its_seconds_and_in_the_language_chosen(office, lang, said):
    browser = office.browser()
    browser.client.set_cookie("lang", lang)
    for _ in range(5):
        office.clock.let_pass(seconds=office.staff.delay("A1001"))
        browser.log_in(pin=WRONG)
    page = browser.log_in()

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "4"
    assert said in described(page.text, "pin")
    office.clock.let_pass(seconds=4)
    assert browser.log_in().status_code == 303


def test_language_and_look_are_chosen_before_log_in_and_stay(office):
    browser = office.browser()
    browser.get("/login?next=/sheets/X")
    answer = browser.post("/look", lang="fr", theme="dark", back="/login?next=/sheets/X")
    page = browser.get(answer.location)

    assert answer.location == "/login?next=/sheets/X"
    assert "Ouvrir une session" in page.text
    assert 'data-theme="dark"' in page.text
    assert 'value="/sheets/X"' in tag(page.text, "next")


FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "%2f%2fevil.example",
    "evil.example",
    "@evil.example",
    "/sheets\r\nSet-Cookie: x=y",
]


@pytest.mark.parametrize("address", FOREIGN)
def test_log_in_leads_nowhere_else(office, address):
    """Open redirect."""
    assert office.browser().log_in(back=address).location == "/"
    assert office.at_work().get("/login").location == "/"
    browser = office.at_work()
    assert browser.client.get("/login", query_string={"next": address}).location == "/"
    assert 'name="next" value="/"' in office.browser().client.get("/login", query_string={"next": address}).text


@given(st.text(max_size=20))
def test_no_text_leads_log_in_elsewhere(text):
    from urllib.parse import urljoin, urlsplit

    from kiosk.web.address import local_path

    there = urlsplit(urljoin("http://kiosk.example/login", local_path(text)))
    assert (there.scheme, there.netloc) == ("http", "kiosk.example")


def test_who_is_logged_in_has_no_page_of_log_in(office):
    browser = office.at_work()

    assert browser.get("/login?next=/sheets/X").location == "/sheets/X"


def test_what_a_page_is_told_about_the_end_is_one_of_our_sentences(office):
    page = office.browser().get("/login?why=<script>alert(1)</script>").text

    assert "<script>alert" not in page
    for why in ("idle", "shift", "ended", "asked"):
        assert words("en").say(f"screen.staff.over.{why}") in office.browser().get(f"/login?why={why}").text


# --- the pace ---------------------------------------------------------------------------------------------------------


def test_one_address_may_try_thirty_badges_a_minute(office):
    """Against whoever tries one PIN with every badge: each badge's own delay does not stop him."""
    browser = office.browser()
    codes = [browser.log_in(f"Z{n:04}", WRONG).status_code for n in range(MOST + 5)]

    assert codes == [422] * MOST + [429] * 5
    assert len(office.facts("LogInFailed")) == MOST
    assert browser.log_in().status_code == 429
    office.clock.let_pass(seconds=60)
    assert browser.log_in().status_code == 303


def test_the_pace_holds_for_the_old_pin_too(office):
    browser = office.at_work()
    for _ in range(MOST - 1):
        browser.post("/pin", old="", pin="1", again="2")

    assert browser.post("/pin", old=PIN, pin=OTHER, again=OTHER).status_code == 429


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), max_size=150))
def test_in_no_minute_are_there_more_tries_than_allowed(steps):
    tries, at, taken = Tries(), 0, {"a": [], "b": []}
    for address, later in steps:
        at += later // 10
        early = tries.wait(address, at)
        if not early:
            taken[address].append(at)
        else:
            assert 0 < early <= 60
    for times in taken.values():
        assert all(sum(start <= time < start + 60 for time in times) <= MOST for start in times)


def test_addresses_without_end_take_no_memory_without_end():
    tries = Tries()
    for n in range(30_000):
        tries.wait(str(n), n)

    assert len(tries._when) <= 10_001


# --- log out ----------------------------------------------------------------------------------------------------------


def test_log_out_is_a_form_and_no_link(office):
    browser = office.at_work()

    assert browser.get("/logout").status_code == 405
    assert browser.get("/").status_code == 200


def test_after_log_out_the_page_says_so_and_another_may_log_in(office):
    hire(office.staff, "B2002", Role.BSO)
    browser = office.at_work()
    answer = browser.post("/logout")
    assert "You are logged out." in browser.get(answer.location).text

    assert browser.log_in("B2002").status_code == 303
    assert browser.get("/").text == "at work: B2002"


# --- one's own PIN ----------------------------------------------------------------------------------------------------


def test_a_pin_from_an_administrator_is_changed_before_anything_else(office):
    office.staff.add("B2002", "Ben Example", Role.BSO, PIN, "A1001")
    browser = office.browser()
    answer = browser.log_in("B2002", back="/sheets/X")
    assert answer.location == "/pin?next=/sheets/X"

    assert browser.get("/").location == "/pin"
    assert browser.fetch("/sheets/X/scans").json["code"] == "first-pin"
    assert "Choose a PIN of your own" in browser.get("/pin?next=/sheets/X").text
    answer = browser.post("/pin", old=PIN, pin=OTHER, again=OTHER, next="/sheets/X")
    assert (answer.status_code, answer.location) == (303, "/sheets/X")
    assert browser.get("/sheets/X").text == "X by B2002"


def test_who_must_change_the_pin_can_leave(office):
    office.staff.add("B2002", "Ben Example", Role.BSO, PIN, "A1001")
    browser = office.at_work("B2002")

    assert browser.post("/logout").location == "/login?why=asked"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"old": WRONG, "pin": OTHER, "again": OTHER}, "old", "current PIN is wrong"),
        ({"old": PIN, "pin": OTHER, "again": PIN}, "again", "not the same"),
        ({"old": PIN, "pin": "1234", "again": "1234"}, "pin", "6 to 12 digits"),
        ({"old": PIN, "pin": "123456", "again": "123456"}, "pin", "Anybody would try"),
        ({"old": PIN, "pin": PIN, "again": PIN}, "pin", "is the old one"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_no_pin_on_the_page(office, fields, field, said):
    browser = office.at_work()
    page = browser.post("/pin", **fields)

    assert page.status_code == 422
    assert said in described(page.text, field)
    assert "autofocus" in tag(page.text, field)
    assert all(f'value="{pin}"' not in page.text for pin in fields.values())
    assert office.browser().log_in().status_code == 303


def test_another_pin_ends_the_sessions_elsewhere_and_not_this_one(office):
    here, there = office.at_work(), office.at_work()
    assert here.post("/pin", old=PIN, pin=OTHER, again=OTHER).status_code == 303

    assert here.get("/").status_code == 200
    assert there.get("/").location == "/login?why=ended"
    assert office.browser().log_in(pin=PIN).status_code == 422
    assert office.browser().log_in(pin=OTHER).status_code == 303
