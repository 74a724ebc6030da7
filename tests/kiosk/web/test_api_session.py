"""Programs log in by badge and PIN and show a token; each does what its role may, and what no other site can make a browser do."""

import pytest

from drivers.pages import Reader
from kiosk.core.user import Role, Task, may
from kiosk.web.api.table import TABLE
from tests.fakes import FakeClock, FakeSigner, FakeStore
from tests.kiosk.web.api_samples import ADMINISTRATOR, OFFICER, ROLES, V1, Kiosk, Program
from tests.kiosk.web.staff_samples import OTHER, PIN, Browser, address

GUARDED = [one for one in TABLE if one.who != "free"]
NEEDING = [one for one in TABLE if isinstance(one.who, Task)]


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def shared(tmp_path_factory, reader):
    """A kiosk in which nothing is done."""
    yield from made(tmp_path_factory.mktemp("shared"), reader)


@pytest.fixture
def kiosk(tmp_path, reader):
    yield from made(tmp_path, reader)


def made(folder, reader):
    clock = FakeClock()
    kiosk = Kiosk(folder, reader, FakeStore(clock), FakeSigner(), clock)
    yield kiosk
    kiosk.close()


@pytest.fixture(scope="module")
def programs(shared):
    """One program of each role."""
    assert set(ROLES.values()) == set(Role)
    return {role: shared.program(badge) for badge, role in ROLES.items()}


def path(operation):
    """Its path, to something that is not there."""
    return address(operation.rule)


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
@pytest.mark.parametrize("token", ["", "x", "x.y", "Bearer"])
def test_nobody_does_anything_without_a_token_of_ours(shared, operation, token):
    answer = Program(shared.app, token).ask(operation.method, path(operation), json={})

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert (answer.json["code"], answer.headers["WWW-Authenticate"]) == ("logged-out", "Bearer")


@pytest.mark.parametrize("operation", NEEDING, ids=lambda one: one.name)
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_it_may_and_nothing_else(programs, operation, role):
    """What it may do is then refused for what was sent: nothing is there under these numbers."""
    answer = programs[role].ask(operation.method, path(operation), json=None if operation.method == "GET" else {"no-such": 1})

    assert (answer.status_code == 403) == (not may(role, operation.who))
    assert answer.status_code != 403 or answer.json["code"] == "not-allowed"


def test_the_door_the_state_and_what_gates_go_by_alone_are_open():
    gates = {"getTrustList", "getHoldLists", "getStanding"}  # what a gate goes by: signed, and without a number in it
    machines = {"sendRegisterEntry", "getSeals", "tellReferral"}  # another machine shows its own token

    assert {one.name for one in TABLE if one.who == "free"} == {"logIn", "getHealth"} | gates | machines


def test_the_state_and_the_document_are_for_everybody(shared):
    nobody = Program(shared.app)

    assert nobody.get("/health").json["parts"]["record"]["state"] == "good"
    assert nobody.get("/openapi.json").json["openapi"].startswith("3.1")


# --- in and out -------------------------------------------------------------------------------------------------------


def test_who_logs_in_is_told_who_he_is_and_what_he_may(kiosk):
    answer = Program(kiosk.app).post("/session", badge=OFFICER.lower(), pin=PIN)

    assert (answer.status_code, answer.json["badge"], answer.json["role"]) == (201, OFFICER, "bso")
    assert (answer.json["tasks"], answer.json["own_pin"]) == (["counter", "day", "devices", "hold", "gate", "ask"], True)
    assert (answer.json["idle"], answer.json["shift"]) == (30 * 60, 12 * 3600)
    assert "Set-Cookie" not in answer.headers
    assert kiosk.program().get("/session").json | {"token": answer.json["token"]} == answer.json


def test_a_wrong_pin_is_a_no_and_then_a_wait(kiosk):
    """The delay of the screens: it is one door."""
    nobody = Program(kiosk.app)
    answers = [nobody.post("/session", badge=OFFICER, pin=OTHER) for _ in range(4)]

    assert [one.json["code"] for one in answers] == ["wrong-badge-or-pin"] * 3 + ["wait"]
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "1")
    assert nobody.post("/session", badge=OFFICER, pin=PIN).status_code == 429
    kiosk.program(ADMINISTRATOR).post(f"/users/{OFFICER}/lift")
    assert nobody.post("/session", badge=OFFICER, pin=PIN).status_code == 201


def test_who_tries_every_badge_is_held_up(kiosk):
    nobody = Program(kiosk.app)
    answers = [nobody.post("/session", badge=f"X{n:04}", pin=PIN) for n in range(31)]

    assert (answers[-2].json["code"], answers[-1].json["code"]) == ("wrong-badge-or-pin", "too-many-tries")
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")


def test_after_log_out_the_token_is_good_for_nothing(kiosk):
    program = kiosk.program()
    answer = program.ask("DELETE", "/session")

    assert (answer.status_code, answer.data) == (204, b"")
    assert program.get("/sheets").status_code == 401
    assert kiosk.facts("LoggedOut")[0].why == "asked"


def test_a_session_goes_on_while_something_is_asked_and_ends_when_nothing_is(kiosk):
    program = kiosk.program()
    kiosk.clock.let_pass(minutes=20)
    assert program.get("/sheets").headers["Session-Token"] != program.token
    kiosk.clock.let_pass(minutes=20)
    assert program.get("/session").json["idle"] == 600
    program.token = program.post("/session/stay").json["token"]
    assert program.get("/session").json["idle"] == 1800
    kiosk.clock.let_pass(minutes=31)
    assert program.get("/sheets").status_code == 401


def test_who_has_a_first_pin_chooses_his_own_before_anything_else(kiosk):
    kiosk.program(ADMINISTRATOR).post("/users", badge="N1001", name="New", role="bso", pin=PIN)
    program = kiosk.program("N1001")
    first = program.token

    assert program.get("/session").json["own_pin"] is False
    assert (program.get("/sheets").status_code, program.get("/sheets").json["code"]) == (401, "first-pin")
    assert program.send("PUT", "/session/pin", {"old": PIN, "new": "123456"}).json["code"] == "pin-too-simple"
    program.token = program.send("PUT", "/session/pin", {"old": PIN, "new": OTHER}).json["token"]
    assert program.get("/sheets").status_code == 200
    program.token = first
    assert program.get("/sheets").status_code == 401


# --- browsers ---------------------------------------------------------------------------------------------------------


def test_a_cookie_is_a_session_too_but_changes_nothing_without_its_page_s_token(kiosk):
    browser = Browser(kiosk.app)
    browser.log_in(OFFICER, PIN)
    csrf = browser.client.get(f"{V1}/session").json["csrf"]

    assert browser.client.post(f"{V1}/sheets", json={}).json["code"] == "stale-page"
    assert browser.client.post(f"{V1}/sheets", json={}, headers={"X-CSRF-Token": csrf}).status_code == 201


def test_where_a_token_is_shown_a_cookie_counts_for_nothing(kiosk):
    browser = Browser(kiosk.app)
    browser.log_in(OFFICER, PIN)

    assert browser.client.get(f"{V1}/sheets", headers={"Authorization": "Bearer x"}).status_code == 401
    assert browser.client.post(f"{V1}/sheets", json={}, headers={"Authorization": "Basic eDp5"}).json["code"] == "stale-page"


def test_a_cookie_is_no_token(kiosk):
    browser = Browser(kiosk.app)
    browser.log_in(OFFICER, PIN)

    assert Program(kiosk.app, browser.ticket.value).get("/sheets").status_code == 401


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_no_form_of_another_site_logs_in(kiosk, kind):
    body = b'{"badge": "%s", "pin": "%s"}' % (OFFICER.encode(), PIN.encode())
    answer = Program(kiosk.app).ask("POST", "/session", data=body, content_type=kind)

    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


# --- what does not fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"", "bad-json", None),
        (b"{", "bad-json", None),
        (b'{"office": "0453", "office": "0454"}', "bad-json", None),
        (b'{"offices": "0453"}', "unknown-field", None),
        (b'{"office": 453}', "bad-field", "office"),
        (b'{"client_name": "%s"}' % (b"x" * 201), "bad-field", "client_name"),
    ],
)
def test_what_does_not_fit_the_document_is_400(shared, programs, body, code, field):
    answer = programs[Role.BSO].ask("POST", "/sheets", data=body, content_type="application/json")

    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (400, "application/problem+json", code)
    assert answer.json["fields"].get("name") == field
    assert answer.json["title"]


@pytest.mark.parametrize("query", ["x=1", "text=a&text=b", "text=a&x=1", ""])
def test_so_are_parameters_that_it_does_not_know(programs, query):
    answer = programs[Role.BSO].ask("GET", "/clients", query_string=query)

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_large_body_is_not_read(programs):
    answer = programs[Role.BSO].ask("POST", "/sheets", data=b" " * 600_000, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (413, "http-413")


def test_a_method_that_is_not_there_says_which_are(programs):
    answer = programs[Role.BSO].ask("PATCH", "/sheets")

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
