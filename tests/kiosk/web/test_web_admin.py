"""The users on the screen: an administrator manages them, a supervisor lifts delays."""

import re

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Refusal
from kiosk.core.user import Role
from tests.kiosk.web.staff_samples import OTHER, PIN, Office, hire

NEW = {"badge": "C3003", "name": "Cid Example", "role": "bso", "pin": OTHER, "again": OTHER}
ACTS = [
    ("/users", NEW),
    ("/users/B2002/role", {"name": "Ben", "role": "administrator"}),
    ("/users/B2002/pin", {"pin": OTHER, "again": OTHER}),
    ("/users/B2002/dismiss", {}),
]


@pytest.fixture
def journal(tmp_path):
    record = SqlJournal(f"sqlite:///{tmp_path / 'kiosk.db'}")
    yield record
    record.close()


@pytest.fixture
def office(journal):
    """With an officer, B2002, and a supervisor, S4004."""
    made = Office(journal)
    hire(made.staff, "B2002", Role.BSO)
    hire(made.staff, "S4004", Role.SUPERVISOR)
    return made


def fail(office, many=5, badge="B2002"):
    """So many log-ins of a badge fail."""
    for _ in range(many):
        office.clock.let_pass(seconds=office.staff.delay(badge))
        with pytest.raises(Refusal, match="wrong-badge-or-pin"):
            office.staff.log_in(badge, "111222")


def fault_of(page, field):
    """What is said at a field."""
    found = re.search(rf'id="field-{field}-error">(.*?)</span></span>', page.text, re.DOTALL)
    return re.sub("<[^>]*>", "", found[1]) if found else ""


def test_an_administrator_adds_somebody_who_can_log_in(office):
    browser = office.at_work()
    answer = browser.post("/users", **NEW)

    assert answer.location == "/users/C3003?done=added"
    assert "The user can log in" in browser.get(answer.location).text
    assert office.browser().log_in("C3003", OTHER).location.startswith("/pin")
    assert office.staff.roll.journal.entries("user/C3003")[0].entry.by == "A1001"


def test_everybody_is_listed_with_role_and_state(office):
    office.staff.dismiss("B2002", "A1001")
    office.staff.add("C3003", "Cid <i>Example</i>", Role.BSO, PIN, "A1001")
    page = office.at_work().get("/users").text

    for shown in ("A1001", "Administrator", "S4004", "Supervisor", "dismissed", "must change the PIN"):
        assert shown in page
    assert "Cid &lt;i&gt;Example&lt;/i&gt;" in page


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"badge": "x"}, "badge", "not a badge number"),
        ({"badge": "b2002"}, "badge", "a user's already"),
        ({"badge": "K7QD"}, "badge", "not a badge number"),
        ({"name": " "}, "name", "name is missing"),
        ({"name": "x" * 101}, "name", "too long"),
        ({"role": "chief"}, "role", "no role"),
        ({"role": ""}, "role", "no role"),
        ({"pin": "123456", "again": "123456"}, "pin", "Anybody would try"),
        ({"pin": "12", "again": "12"}, "pin", "6 to 12 digits"),
        ({"again": PIN}, "again", "not the same"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(office, wrong, field, said):
    before = office.staff.all()
    page = office.at_work().post("/users", **(NEW | wrong))

    assert page.status_code == 422
    assert said in fault_of(page, field).replace("&#39;", "'")
    assert field == "role" or re.search(rf'<input id="field-{field}"[^>]* autofocus[ >]', page.text)
    assert wrong.get("name", "Cid Example").strip() in page.text
    assert f'value="{OTHER}"' not in page.text
    assert office.staff.all() == before


def test_a_name_or_a_role_is_changed(office):
    browser = office.at_work()
    answer = browser.post("/users/B2002/role", name="Ben Other", role="supervisor")

    assert answer.location == "/users/B2002?done=role"
    assert (office.staff.find("B2002").name, office.staff.find("B2002").role) == ("Ben Other", Role.SUPERVISOR)


def test_an_operator_is_given_his_warehouse_and_keeps_no_other(office):
    """Issue 6, 8: it is asked for where it is missing, and is gone with the role."""
    browser = office.at_work()
    operator = NEW | {"role": "warehouse"}
    no = browser.post("/users", **operator, sub_location="94")

    assert (no.status_code, "4 digits" in fault_of(no, "sub_location")) == (422, True)
    assert browser.post("/users", **operator, sub_location="9453").location == "/users/C3003?done=added"
    assert "Warehouse operator" in browser.get("/users").text
    assert 'value="9453"' in browser.get("/users/C3003").text
    browser.post("/users/C3003/role", name="Cid", role="warehouse", sub_location="9454")
    assert office.staff.find("C3003").sub_location == "9454"
    browser.post("/users/C3003/role", name="Cid", role="bso", sub_location="9454")
    assert office.staff.find("C3003").sub_location == ""


def test_whoever_has_no_business_at_the_counter_sees_only_his_own_places(office):
    hire(office.staff, "W5005", Role.WAREHOUSE)
    page = office.at_work("W5005").get("/pin").text

    assert re.findall(r'<li><a href="([^"]*)"', page) == ["/gate", "/register"]


def test_a_new_pin_is_good_for_one_log_in(office):
    office.at_work().post("/users/B2002/pin", pin=OTHER, again=OTHER)

    assert office.browser().log_in("B2002", PIN).status_code == 422
    assert office.browser().log_in("B2002", OTHER).location.startswith("/pin")


def test_ones_own_pin_is_not_set_without_the_old_one(office):
    """A browser that was left alone for a moment must not be enough to take a badge over."""
    browser = office.at_work()
    page = browser.post("/users/A1001/pin", pin=OTHER, again=OTHER)

    assert page.status_code == 422
    assert 'action="/users/A1001/pin"' not in browser.get("/users/A1001").text
    assert office.browser().log_in().status_code == 303


def test_who_is_dismissed_is_out_at_once(office):
    officer = office.at_work("B2002")
    office.at_work().post("/users/B2002/dismiss")

    assert officer.get("/").location == "/login?why=ended"
    assert office.browser().log_in("B2002").status_code == 422


@pytest.mark.parametrize(("path", "fields"), [("/users/A1001/dismiss", {}), ("/users/A1001/role", {"name": "Ann", "role": "bso"})])
def test_the_last_administrator_stays_one(office, path, fields):
    browser = office.at_work()
    page = browser.post(path, **fields)

    assert page.status_code == 422
    assert "last administrator" in page.text
    assert browser.get("/users").status_code == 200


def test_an_administrator_who_dismisses_himself_is_out(office):
    office.staff.change("B2002", "A1001", role=Role.ADMINISTRATOR)
    browser = office.at_work()
    browser.post("/users/A1001/dismiss")

    assert browser.get("/users").location == "/login?why=ended&next=/users"


def test_a_supervisor_lifts_a_delay_and_manages_nobody(office):
    fail(office)
    browser = office.at_work("S4004")
    page = browser.get("/users/B2002").text
    assert "Log-in delayed by 4 seconds" in page
    assert 'action="/users/B2002/lift"' in page
    assert not any(f'action="/users/B2002/{act}"' in page for act in ("role", "pin", "dismiss"))
    assert 'method="post" action="/users"' not in browser.get("/users").text
    answer = browser.post("/users/B2002/lift")

    assert "The delay is lifted." in browser.get(answer.location).text
    assert office.browser().log_in("B2002").status_code == 303
    assert office.facts("DelayLifted")[0].by == "S4004"


@pytest.mark.parametrize(("path", "fields"), ACTS)
@pytest.mark.parametrize("badge", ["B2002", "S4004"])
def test_nobody_but_an_administrator_changes_anything(office, badge, path, fields):
    before = office.staff.all()
    answer = office.at_work(badge).post(path, **fields)

    assert answer.status_code == 403
    assert office.staff.all() == before


def test_an_officer_sees_no_users_and_lifts_no_delay(office):
    browser = office.at_work("B2002")

    assert [browser.get(path).status_code for path in ("/users", "/users/A1001")] == [403, 403]
    assert browser.post("/users/B2002/lift").status_code == 403


@pytest.mark.parametrize(("path", "fields"), [*ACTS, ("/users/B2002/lift", {})])
def test_nothing_is_done_without_a_session(office, path, fields):
    before = office.journal.checkpoint()

    assert office.browser().post(path, **fields).status_code == 303
    assert office.journal.checkpoint() == before


@pytest.mark.parametrize("act", ["", "/role", "/pin", "/dismiss", "/lift"])
def test_a_user_who_is_not_there_is_not_there(office, act):
    browser = office.at_work()
    answer = (
        browser.post(f"/users/Z9999{act}", role="bso", name="x", pin=OTHER, again=OTHER) if act else browser.get("/users/Z9999")
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/login", "/pin", "/users", "/users/B2002"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_page_speaks_both_languages_and_each_field_has_one_name(office, path, lang):
    fail(office)
    browser = office.browser() if path == "/login" else office.at_work()
    browser.client.set_cookie("lang", lang)
    page = browser.get(path).text
    ids = re.findall(r' id="([^"]+)"', page)

    assert f'<html lang="{lang}"' in page
    assert "style=" not in page
    assert not re.search(r"\son[a-z]+=", page)
    for field in re.findall(r'<(?:input|select)(?![^>]*type="(?:hidden|range)")[^>]* id="([^"]+)"', page):
        assert f'<label for="{field}"' in page
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
        assert 'name="csrf"' in form
    assert len(ids) == len(set(ids))
