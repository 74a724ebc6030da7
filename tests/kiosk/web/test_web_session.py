"""Sessions: proven by a signed cookie and by the record, at each request; changed by nobody from elsewhere."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Unavailable
from kiosk.core.journal import LoggedOut
from kiosk.core.user import Role
from kiosk.web.house import Rules
from kiosk.web.session import free, tokenless
from kiosk.web.ticket import LONGEST_SHIFT, Ticket, token_of
from tests.fakes import Fragile
from tests.kiosk.web.staff_samples import OTHER, PIN, Browser, Office, app_of, every_address, hire, staff_of, whole_app

SHEET = "/sheets/K7QD.000001"


@pytest.fixture
def journal(tmp_path):
    record = SqlJournal(f"sqlite:///{tmp_path / 'kiosk.db'}")
    yield record
    record.close()


@pytest.fixture
def office(journal):
    return Office(journal)


def with_cookie(office, value, name="session"):
    """A browser into which somebody has put a cookie."""
    browser = office.browser()
    browser.client.set_cookie(name, value)
    return browser


# --- who is let in ----------------------------------------------------------------------------------------------------


def test_nobody_sees_a_page_before_he_has_logged_in(office):
    answer = office.browser().get(f"{SHEET}?x=1&y=%2F")

    assert (answer.status_code, answer.location) == (303, "/login?next=/sheets/K7QD.000001?x%3D1%26y%3D%252F")


def test_a_view_that_does_not_say_who_may_see_it_is_closed(office):
    """It is an officer's."""
    hire(office.staff, "B2002", Role.BSO)
    assert office.browser().get("/unsaid").status_code == 303
    assert office.at_work("B2002").get("/unsaid").text == "for officers"
    assert office.at_work().get("/unsaid").status_code == 403
    assert office.browser().get("/").status_code == 303
    assert office.browser().get("/bare").text == "for everybody"
    assert office.at_work().get("/").text == "at work: A1001"


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"X_Background": "1"}, {"Accept": "text/event-stream"}])
def test_a_script_is_told_that_nobody_is_logged_in_and_keeps_what_it_has(office, headers):
    """A redirect would look like an answer to it."""
    answer = office.browser().get(SHEET, **headers)

    assert answer.status_code == 401
    assert answer.location is None


def test_a_script_is_told_in_problem_json(office):
    answer = office.browser().fetch(f"{SHEET}/scans")

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.json["code"] == "logged-out"


def test_after_log_in_one_is_where_one_wanted_to_be(office):
    browser = office.browser()
    browser.get(browser.get(SHEET).location)
    answer = browser.log_in(back=SHEET)

    assert answer.location == SHEET
    assert browser.get(answer.location).text == "K7QD.000001 by A1001"


def test_the_form_of_an_ended_session_leads_back_to_its_page(office):
    """The stamp was not given; the sheet is as it was, and one log-in away."""
    browser = office.at_work()
    office.clock.let_pass(minutes=31)
    answer = browser.post(f"{SHEET}/stamp", headers={"Referer": f"http://localhost{SHEET}"})

    assert (answer.status_code, answer.location) == (303, f"/login?why=idle&next={SHEET}")


@pytest.mark.parametrize(
    "referrer", ["", "http://evil.example/sheets/x", "//evil.example", "javascript:alert(1)", "http://localhost.evil.example/x"]
)
def test_a_form_from_elsewhere_leads_nowhere_else(office, referrer):
    answer = office.browser().post(f"{SHEET}/stamp", headers={"Referer": referrer})

    assert (answer.status_code, answer.location) == (303, "/login")


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_is_its_own(office, role):
    hire(office.staff, "B2002", role)
    answer = office.at_work("B2002").post("/void")

    assert answer.status_code == (200 if role is Role.SUPERVISOR else 403)


def test_a_page_that_is_not_there_is_not_there_for_anybody(office):
    assert office.browser().get("/no/such/page").status_code == 404
    assert office.at_work().get("/no/such/page").status_code == 404
    assert office.browser().fetch("/login", method="DELETE").status_code == 405


OPEN = {"/login", "/look", "/health", "/metrics", "/api/v1/openapi.json", "/api/v1/health"}
OPEN |= {"/verify", "/verify/page", "/verify/lists", "/api/v1/trust", "/api/v1/standing"}
"""What everybody may ask for: nothing of a sheet is there."""
MACHINES = {"/api/v1/holds", "/api/v1/register/entries", "/api/v1/seals"}
"""Where other machines prove themselves by what they send."""
SCREEN = "/client"
"""A client's screen is left to clients by an officer, and has tests of its own (test_web_client, test_web_rights)."""
DOOR = ("POST", "/api/v1/session")
"""Where programs log in."""


def test_no_address_of_the_kiosk_is_open_but_these(office):
    """Every desk's, also those that are made later: who forgets to say who may see a view has closed it."""
    app = whole_app(office)
    asked = [(method, path) for method, path, _ in every_address(app) if path not in OPEN | MACHINES and (method, path) != DOOR]
    asked = [one for one in asked if not one[1].startswith(SCREEN)]
    answers = [(app.test_client().open(path, method=method), method, path) for method, path in asked]

    assert len(asked) > 40
    assert [(method, path) for answer, method, path in answers if answer.status_code not in (303, 401)] == []
    assert all(answer.location.startswith("/login") for answer, _, _ in answers if answer.status_code == 303)


def test_no_address_of_the_kiosk_changes_anything_without_the_token(office):
    app = whole_app(office)
    ticket = office.at_work().ticket.value
    before = office.journal.checkpoint()
    for method, path, _ in every_address(app):
        if method in {"POST", "PUT", "PATCH", "DELETE"} and (method, path) != DOOR and path not in MACHINES:
            client = app.test_client()
            client.set_cookie("session", ticket)
            assert (path, client.open(path, method=method).status_code) == (path, 403)

    assert office.journal.checkpoint() == before


# --- the cookie -------------------------------------------------------------------------------------------------------


def test_no_script_and_no_other_site_gets_the_cookie(office):
    browser = office.at_work()

    assert browser.ticket.http_only
    assert (browser.ticket.same_site, browser.ticket.path, browser.ticket.expires) == ("Strict", "/", None)


def test_with_tls_the_cookie_is_for_tls_and_this_host_alone(journal):
    office = Office(journal, Rules(secure=True))
    browser = office.browser()
    page = browser.client.get("/login", base_url="https://kiosk.example")
    token = page.text.split('name="csrf" content="')[1].split('"')[0]
    form = {"badge": "A1001", "pin": PIN, "csrf": token}
    cookies = browser.client.post("/login", data=form, base_url="https://kiosk.example").headers.getlist("Set-Cookie")

    assert cookies[0].startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookies[0].split("; "))
    assert "Domain" not in cookies[0]


def test_a_cookie_of_before_the_log_in_is_worth_nothing_after_it(office):
    """Session fixation: whoever planted what the browser held before knows neither session nor token."""
    browser = office.browser()
    browser.get("/login")
    planted, token = browser.client.get_cookie("door").value, browser.csrf
    browser.log_in()
    thief = with_cookie(office, planted, "door")

    assert browser.ticket.value not in (planted, token)
    assert browser.csrf != token
    assert thief.get("/").status_code == 303
    assert browser.fetch(f"{SHEET}/scans", token).status_code == 403


def test_a_planted_session_is_replaced_at_log_in_and_ended(office):
    """Session fixation, with a real session of the attacker's own."""
    hire(office.staff, "B2002", Role.BSO)
    attacker = office.at_work("B2002")
    victim = with_cookie(office, attacker.ticket.value)
    victim.csrf = attacker.csrf
    answer = victim.post("/login", badge="A1001", pin=PIN)

    assert answer.status_code == 303
    assert victim.ticket.value != attacker.ticket.value
    assert attacker.get("/").status_code == 303
    assert office.facts("LoggedOut")[-1].fact.why == "replaced"


def test_a_cookie_is_worth_nothing_after_log_out(office):
    """Replay of a cookie that was copied before."""
    browser = office.at_work()
    copied = browser.ticket.value
    assert with_cookie(office, copied).get("/").status_code == 200
    answer = browser.post("/logout")

    assert answer.location == "/login?why=asked"
    assert browser.ticket is None
    assert with_cookie(office, copied).get("/").status_code == 303
    assert [entry.fact.why for entry in office.facts("LoggedOut")] == ["asked"]


def test_a_cookie_is_worth_nothing_after_log_out_and_a_restart(office):
    browser = office.at_work()
    copied = browser.ticket.value
    browser.post("/logout")
    anew = Browser(app_of(staff_of(office.journal, office.clock), office.clock, office.rules))
    anew.client.set_cookie("session", copied)

    assert anew.get("/").status_code == 303


def test_a_restart_ends_no_session(office):
    copied = office.at_work().ticket.value
    anew = Browser(app_of(staff_of(office.journal, office.clock), office.clock, office.rules))
    anew.client.set_cookie("session", copied)

    assert anew.get("/").text == "at work: A1001"


def forged(office):
    """Cookies that somebody made who knows all but the secret."""
    real = office.at_work().ticket.value
    content = {"id": "x", "badge": "A1001", "edition": 2, "began": 1795348800, "seen": 1795348800, "csrf": "y"}
    plain = urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    body, _, signature = real.rpartition(".")
    return {
        "empty": "",
        "rubbish": "x.y.z",
        "unsigned": plain,
        "other-secret": URLSafeSerializer(b"other", salt="kiosk session").dumps(content),
        "other-salt": URLSafeSerializer(b"only for tests", salt="kiosk door").dumps(content),
        "sha1": URLSafeSerializer(b"only for tests", salt="kiosk session").dumps(content),
        "cut": real[:-1],
        "signature-alone": f".{signature}",
        "turned": f"{body}.{signature[::-1]}",
        "changed": f"{'A' + body[1:]}.{signature}",
        "surrogate": "\udc80",
        "long": "x" * 4000,
    }


@pytest.mark.parametrize(
    "kind",
    ["empty", "rubbish", "unsigned", "other-secret", "other-salt", "sha1", "cut", "signature-alone", "turned", "changed", "long"],
)
def test_a_forged_cookie_is_no_cookie(office, kind):
    browser = with_cookie(office, forged(office)[kind])

    assert browser.get("/").status_code == 303
    assert browser.get("/login").status_code == 200


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_whatever_is_sent_as_a_cookie_opens_nothing(tmp_path_factory, text):
    office = _office(tmp_path_factory)
    headers = {"Cookie": f"session={text.encode('ascii', 'replace').decode()}".replace("\n", "").replace("\r", "")}

    assert office.app.test_client(use_cookies=False).get("/", headers=headers).status_code == 303


_OFFICES = []


def _office(tmp_path_factory):
    if not _OFFICES:
        _OFFICES.append(Office(SqlJournal(f"sqlite:///{tmp_path_factory.mktemp('record') / 'kiosk.db'}")))
    return _OFFICES[0]


def test_a_signed_cookie_of_another_shape_is_no_cookie(office):
    """An older or a newer kiosk wrote it: log in again, and no error."""
    with office.app.test_request_context():
        from kiosk.web.ticket import _signer

        odd = [_signer("session").dumps(value) for value in ({}, [], "x", 7, None, {"id": "x"}, {"more": 1})]

    assert [with_cookie(office, value).get("/").status_code for value in odd] == [303] * 7


def test_who_comes_by_a_link_from_elsewhere_keeps_his_session(office):
    """The browser sends no strict cookie then: the page that is shown must not put another in its place."""
    browser = office.at_work()
    held = browser.ticket.value
    strange = office.app.test_client(use_cookies=False).get("/login")

    assert not any(cookie.startswith("session=") for cookie in strange.headers.getlist("Set-Cookie"))
    assert browser.get("/login").location == "/"
    assert browser.ticket.value == held


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_has_done_anything_for_half_an_hour(office):
    browser = office.at_work()
    office.clock.let_pass(minutes=29, seconds=59)
    assert browser.get("/").status_code == 200
    office.clock.let_pass(minutes=29, seconds=59)
    assert browser.get("/").status_code == 200
    office.clock.let_pass(minutes=30)
    answer = browser.get(SHEET)

    assert answer.location == f"/login?why=idle&next={SHEET}"
    assert "nothing was done here" in browser.get(answer.location).text
    assert [entry.fact.why for entry in office.facts("LoggedOut")] == ["idle"]
    assert office.facts("LoggedOut")[0].by == "K7QD"


def test_a_session_ends_with_the_shift_whoever_is_there(office):
    browser = office.at_work()
    for _ in range(71):
        office.clock.let_pass(minutes=10)
        assert browser.get("/").status_code == 200
    office.clock.let_pass(minutes=10)
    answer = browser.get("/")

    assert answer.location == "/login?why=shift"
    assert "end of the shift" in browser.get(answer.location).text


@pytest.mark.parametrize("ask", ["poll", "stream", "warning"])
def test_what_a_page_asks_by_itself_keeps_nobody_logged_in(office, ask):
    browser = office.at_work()
    for _ in range(10):
        office.clock.let_pass(minutes=3)
        if ask == "poll":
            last = browser.fetch(f"{SHEET}/scans", background=True).status_code
        elif ask == "stream":
            last = browser.get("/", Accept="text/event-stream").status_code
        else:
            last = browser.fetch("/session", method="GET").status_code

    assert last == 401
    assert browser.get("/").status_code == 303


def test_the_warning_knows_how_long_is_left_and_can_be_answered(office):
    browser = office.at_work()
    office.clock.let_pass(minutes=28)
    left = browser.fetch("/session", method="GET", background=True).json
    assert (left["idle"], left["shift"], left["badge"]) == (120, 12 * 3600 - 28 * 60, "A1001")
    stayed = browser.fetch("/session/stay")

    assert stayed.json["idle"] == 1800
    office.clock.let_pass(minutes=29)
    assert browser.get("/").status_code == 200


def test_a_late_request_with_an_older_cookie_ends_nothing(office):
    """Two requests at once, the second with the cookie of before: the answer to the first has prolonged the session."""
    browser = office.at_work()
    older = browser.ticket.value
    office.clock.let_pass(minutes=29)
    assert browser.fetch("/session/stay").status_code == 200
    office.clock.let_pass(minutes=2)

    assert with_cookie(office, older).fetch("/session", method="GET", background=True).json["idle"] == 28 * 60
    assert browser.get("/").status_code == 200
    assert office.facts("LoggedOut") == []


def test_after_a_restart_a_cookie_speaks_for_itself(office):
    browser = office.at_work()
    older = browser.ticket.value
    office.clock.let_pass(minutes=20)
    browser.get("/")
    newer = browser.ticket.value
    office.clock.let_pass(minutes=20)
    office.app = app_of(staff_of(office.journal, office.clock), office.clock, office.rules)

    assert with_cookie(office, newer).get("/").status_code == 200
    office.app = app_of(staff_of(office.journal, office.clock), office.clock, office.rules)
    assert with_cookie(office, older).get("/").status_code == 303


def test_sessions_without_end_take_no_memory_without_end(office):
    from kiosk.web.ticket import MOST, freshest

    with office.app.app_context():
        given = office.app.extensions.setdefault("tickets", {})
        given.update({f"s{n}": n for n in range(MOST + 1)})
        ticket = Ticket("s", "A1001", 1, 0, 7, "t")

        assert freshest(ticket) == ticket
        assert given == {}


@pytest.mark.parametrize(("hours", "minutes"), [(1000, 30), (12, 100_000)])
def test_no_setting_makes_a_session_outlive_a_day(hours, minutes):
    """The log-outs of yesterday and today are looked at, and no older ones."""
    ticket = Ticket("s", "A1001", 1, 0, LONGEST_SHIFT, "t")

    assert ticket.over(LONGEST_SHIFT, Rules(shift_hours=hours, idle_minutes=minutes)) == "shift"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.1, 24), st.floats(0.1, 10**4))
def test_a_session_is_over_exactly_when_nothing_is_left(began, later, hours, minutes):
    ticket, rules = Ticket("s", "A1001", 1, began, began, "t"), Rules(shift_hours=hours, idle_minutes=minutes)
    left = ticket.left(began + later, rules)

    assert (min(left.values()) <= 0) == bool(ticket.over(began + later, rules))


# --- what the record says meanwhile -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "happens",
    [
        lambda staff: staff.change("B2002", "A1001", role=Role.SUPERVISOR),
        lambda staff: staff.change("B2002", "A1001", role=Role.BSO),
        lambda staff: staff.set_pin("B2002", OTHER, "A1001"),
        lambda staff: staff.dismiss("B2002", "A1001"),
    ],
    ids=["raised", "lowered", "pin", "dismissed"],
)
def test_a_session_ends_at_once_with_the_role_the_pin_or_the_user(office, happens):
    hire(office.staff, "B2002", Role.SUPERVISOR)
    office.staff.change("B2002", "A1001", role=Role.ADMINISTRATOR)
    browser = office.at_work("B2002")
    assert browser.post(f"{SHEET}/stamp").status_code == 200
    happens(staff_of(office.journal, office.clock, "OTHR"))
    answer = browser.post(f"{SHEET}/stamp")

    assert (answer.status_code, answer.location) == (303, "/login?why=ended")
    assert browser.ticket is None


def test_a_record_that_can_not_be_read_lets_nobody_in(journal):
    """Q6: whether he may is not known then; and nobody is logged out for it."""
    record = Fragile(journal)
    office = Office(record)
    browser = office.at_work()
    held = browser.ticket.value

    def broken(subject):
        raise Unavailable("journal", "gone", "as told by the test")

    record.length = broken
    answer = browser.get("/")

    assert answer.status_code == 503
    assert browser.ticket.value == held
    assert browser.csrf in answer.text
    assert browser.get("/bare").text == "for everybody"
    assert browser.post("/look", theme="dark").status_code == 303


# --- requests from elsewhere ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "é", "\udc80"])
@pytest.mark.parametrize(
    "path", [f"{SHEET}/stamp", f"{SHEET}/scans", "/void", "/logout", "/pin", "/session/stay", "/users", "/look"]
)
def test_nothing_is_changed_without_the_token_of_the_page(office, path, token):
    browser, before = office.at_work(), office.journal.checkpoint()
    browser.csrf = token.encode("utf-8", "replace").decode()
    answer = browser.post(path, badge="C3003", name="Cid", role="bso", pin=PIN, again=PIN, theme="dark")

    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert office.journal.checkpoint() == before
    assert browser.client.get_cookie("theme") is None


def test_the_token_of_another_session_is_foreign(office):
    hire(office.staff, "B2002", Role.BSO)
    mine, other = office.at_work(), office.at_work("B2002")
    answer = mine.fetch(f"{SHEET}/scans", other.csrf)

    assert (answer.status_code, answer.json["code"]) == (403, "stale-page")
    assert mine.fetch(f"{SHEET}/scans").status_code == 200


def test_a_stale_token_can_be_had_anew_by_a_script(office):
    """Somebody logged in again in another tab: the scans of this one wait in its outbox, and are sent again."""
    browser = office.at_work()
    old = browser.csrf
    browser.post("/logout")
    browser.log_in()
    assert browser.fetch(f"{SHEET}/scans", old).status_code == 403
    fresh = browser.fetch("/session", method="GET", background=True).json["csrf"]

    assert browser.fetch(f"{SHEET}/scans", fresh).status_code == 200


def test_nobody_is_logged_in_as_somebody_else_from_elsewhere(office):
    """Log-in CSRF: the page of log-in has a token too, signed, in a cookie of its own."""
    browser = office.browser()
    browser.get("/login")
    for cookie, token in (("x", "x"), (browser.csrf, browser.csrf)):
        strange = with_cookie(office, cookie, "door")
        strange.csrf = token
        answer = strange.post("/login", badge="A1001", pin=PIN)
        assert answer.status_code == 403
        assert strange.ticket is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_only_looks_needs_no_token(office, method):
    assert office.at_work().fetch("/", "", method=method).status_code == 200


def test_the_same_fact_is_not_written_twice_for_one_end(office):
    browser = office.at_work()
    office.clock.let_pass(hours=1)
    copied = browser.ticket.value
    for _ in range(3):
        with_cookie(office, copied).get("/")

    assert [entry.fact for entry in office.facts("LoggedOut")] == [LoggedOut(office.facts("LoggedIn")[0].fact.session, "idle")]


# --- programs ---------------------------------------------------------------------------------------------------------


def borne(office, badge="A1001"):
    """A program that bears the token of a session of its own."""
    session, user = office.staff.log_in(badge, PIN)
    began = int(office.clock().timestamp())
    with office.app.test_request_context():
        return token_of(Ticket(session, user.badge, user.edition, began, began, "c"))


def ask(office, token, path="/", method="GET", scheme="Bearer", **headers):
    """What a program gets."""
    headers = {"Authorization": f"{scheme} {token}", "Accept": "application/json"} | headers
    return office.app.test_client().open(path, method=method, headers=headers)


def test_a_program_bears_its_ticket_and_needs_no_token_of_a_page(office):
    token = borne(office)

    assert ask(office, token).text == "at work: A1001"
    assert ask(office, token, f"{SHEET}/stamp", "POST", scheme="bearer").text == "K7QD.000001 stamped"
    assert ask(office, token).headers.getlist("Set-Cookie") == []


def test_a_cookie_is_no_token_and_a_token_no_cookie(office):
    token = borne(office)

    assert ask(office, office.at_work().ticket.value).status_code == 401
    assert with_cookie(office, token).get("/").status_code == 303


def test_beside_a_token_no_cookie_counts(office):
    """A bad token is not made good by whoever sits at this browser."""
    client = office.app.test_client()
    client.set_cookie("session", office.at_work().ticket.value)

    assert client.get("/", headers={"Authorization": "Bearer x"}).status_code == 303
    assert client.post("/void", headers={"Authorization": "Bearer x"}).status_code == 303
    assert client.get_cookie("session") is not None


@pytest.mark.parametrize("authorization", ["Basic YTpi", "Bearer", "x", ""])
def test_what_a_browser_sends_by_itself_is_no_token(office, authorization):
    """A proxy's own log-in (Basic) must neither end a session nor stand for the token of the page."""
    browser = office.at_work()
    held = {"Authorization": authorization}

    assert browser.client.post("/void", headers=held, data={}).status_code in (303, 403)
    assert authorization == "Bearer" or browser.client.get("/", headers=held).status_code == 200


def test_without_a_session_a_token_opens_no_form(office):
    """Log-in CSRF: only a view that is marked so asks for no token at all."""
    answer = office.app.test_client().post("/login", headers={"Authorization": "Bearer x"}, data={"badge": "A1001", "pin": PIN})

    assert answer.status_code == 403


def test_a_view_that_asks_for_no_token_can_be_reached_without(office):
    office.app.add_url_rule("/token", "token", tokenless(free(lambda: "token")), methods=["POST"])

    assert office.app.test_client().post("/token").text == "token"


def test_a_token_goes_on_as_a_new_one_and_ends_with_its_session(office):
    token = borne(office)
    office.clock.let_pass(minutes=20)
    fresh = ask(office, token).headers["Session-Token"]
    assert "Session-Token" not in ask(office, token, **{"X-Background": "1"}).headers
    office.clock.let_pass(minutes=20)

    assert ask(office, fresh).status_code == 200
    office.clock.let_pass(minutes=30)
    assert [ask(office, one).status_code for one in (token, fresh)] == [401, 401]
