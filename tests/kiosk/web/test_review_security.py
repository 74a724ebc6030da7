"""What an attacker tried on the screens, by hand first: each try stays here (issue 3, point 9)."""

import json
import os
import stat
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adapters import pins
from kiosk.adapters.pins import ROOM, ArgonPins
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Refusal, Unavailable
from kiosk.premises import SECRET_BYTES, secret
from kiosk.settings import load
from kiosk.web.address import local_path, own_path
from kiosk.web.login import MOST, Tries
from kiosk.web.screen import seen
from kiosk.web.security import FIELD_BYTES, HEADERS, behind_proxy
from tests.fakes import FakeClock, FakeSigner, FakeStore
from tests.kiosk.web.api_samples import ADMINISTRATOR, OFFICER, SUPERVISOR, Kiosk
from tests.kiosk.web.service_samples import Small
from tests.kiosk.web.staff_samples import OTHER, PIN, Browser

TURNED = "\u202e587594100-99999"
"""On a screen that obeys it: another number than the bars hold."""


@pytest.fixture
def kiosk(tmp_path):
    clock = FakeClock()
    reader = SimpleNamespace(pid=1)
    kiosk = Kiosk(tmp_path, reader, FakeStore(clock), FakeSigner(), clock)
    yield kiosk
    kiosk.close()


@pytest.fixture
def officer(kiosk):
    return at_work(kiosk)


def at_work(kiosk, badge=OFFICER):
    browser = Browser(kiosk.app)
    assert browser.log_in(badge, PIN).status_code == 303
    return browser


def opened(officer):
    return officer.post("/sheets", {"Accept": "application/json"}, client_name="ACME").json["url"]


def sent(officer, url, body):
    """A scan as a page sends it, or as none would."""
    headers = {"Accept": "application/json", "X-CSRF-Token": officer.csrf}
    text = body if isinstance(body, str) else json.dumps(body)
    return officer.client.post(f"{url}/scans", data=text, content_type="application/json", headers=headers)


# --- addresses and headers that no browser sends ----------------------------------------------------------------------

NO_ADDRESSES = ["//[", "http://[", "//ℂ℀", "http://evil.example/", "/\\evil.example", "/\t/evil.example"]


@pytest.mark.parametrize("bad", NO_ADDRESSES)
def test_what_is_no_address_leads_home_and_breaks_nothing(kiosk, officer, bad):
    """Before: 500 to anybody, from gunicorn itself and without a single header of ours."""
    nobody = Browser(kiosk.app)
    referrer = {"Referer": bad} if bad.isascii() and bad.isprintable() else {}

    assert nobody.client.get("/login", query_string={"next": bad}).status_code == 200
    assert nobody.client.post("/sheets", headers=referrer).location == "/login"
    assert nobody.client.post("/login", headers=referrer).status_code == 403
    assert officer.post("/look", referrer, back=bad).location == "/"
    assert officer.client.get("/login", query_string={"next": bad}).location == "/"


@given(st.text(), st.sampled_from(["", "/", "//", "http://localhost", "http://["]))
def test_an_address_from_outside_is_always_a_path_of_ours(text, before):
    for path in (local_path(before + text), own_path(before + text, "localhost")):
        assert path.startswith("/")
        assert not path.startswith(("//", "/\\"))
        assert path.isprintable()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "x"])
@pytest.mark.parametrize("kind", ["", ".csv", ".pdf"])
def test_a_day_without_a_day_before_it_or_after_it_is_none(officer, day, kind):
    """Before: 500, and a table that broke off in the middle."""
    assert officer.get(f"/days/{day}{kind}").status_code == 422


# --- what a scan may hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        "",
        "null",
        "NaN",
        {"id": 12345678, "text": "99999001495785"},
        {"id": None, "text": "99999001495785"},
        {"id": ["scan-00001"], "text": "99999001495785"},
        {"id": "scan-00001", "noread": ["keys-lost"]},
        {"id": "scan-00001", "noread": {}},
        {"id": "scan-00001", "text": {}},
        {"id": "scan-00001", "text": "x", "instead": "1"},
        {"id": "scan-00001", "text": "x", "keyed": "yes"},
    ],
)
def test_what_no_page_of_ours_sends_is_not_understood_and_not_recorded(kiosk, officer, body):
    """Before: brackets too deep and lists were 500, and a number for an id went into the record."""
    url = opened(officer)

    answer = sent(officer, url, body)

    assert answer.status_code == 400, answer.text
    assert answer.mimetype == "application/problem+json"
    assert not kiosk.facts("Scanned")
    assert not kiosk.facts("NotRead")


@pytest.mark.parametrize(
    "text", [TURNED, "\ud800ABCDE", "AB\0CDE", "<script>alert(1)</script>", "\u2066A\u200bB\u2069CDE", "\x1b[2J"]
)
def test_no_page_obeys_what_a_bar_code_holds(kiosk, officer, text):
    """U+202E turns a number around on the screen; half a surrogate pair made the record's own page 500 for ever."""
    url = opened(officer)
    assert sent(officer, url, {"id": "scan-00001", "text": text}).status_code == 200
    supervisor = at_work(kiosk, SUPERVISOR)

    for path in (url, f"{url}/rows", "/record", "/", "/find?q=ACME", "/days/2026-11-22", f"/days/{kiosk.clock():%Y-%m-%d}"):
        answer = supervisor.get(path)
        assert answer.status_code == 200, path
        assert not any(one in answer.text for one in ("\u202e", "\u2066", "\u200b", "\0", "\x1b", "<script>alert"))
    rows = supervisor.get(f"{url}/rows").json["rows"]
    assert all(one not in rows[0]["html"] + rows[0]["said"] for one in ("\u202e", "\u2066", "\u200b", "\0", "\x1b", "<script>"))


@pytest.mark.parametrize("path", ["/numbers/{}", "/find?q={}", "/find?number={}", "/find?client={}", "/login?badge={}"])
def test_no_page_obeys_what_its_own_address_holds(officer, kiosk, path):
    for browser in (officer, Browser(kiosk.app)):
        assert "\u202e" not in browser.get(path.format(TURNED)).text


@given(st.text())
def test_what_is_shown_can_be_sent_and_says_all_that_is_seen(text):
    shown = seen(text)

    assert shown.encode().decode() == shown
    assert seen(shown) == shown
    assert all(one in shown for one in text if one.isprintable())


def test_names_with_accents_and_french_spaces_stay_as_they_are():
    assert seen("Zoë – n° 5 :\n») = " + "ê") == "Zoë – n° 5 :\n») = ê"


# --- what a no gives away ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("badge", "told"), [(None, False), (OFFICER, False), (SUPERVISOR, True), (ADMINISTRATOR, True)])
def test_files_and_machines_are_named_to_those_who_keep_the_kiosk_and_to_the_log(kiosk, caplog, badge, told):
    """A detail may be a path, a statement or a host; who has not logged in learns none of them."""
    browser = at_work(kiosk, badge) if badge else Browser(kiosk.app)
    browser.get("/login" if badge is None else "/")
    kiosk.journal.healthy = 0

    for headers in ({}, {"Accept": "application/json"}):
        path, fields = ("/pin", {"old": PIN, "pin": OTHER, "again": OTHER}) if badge else ("/login", {"badge": OFFICER, "pin": PIN})
        answer = browser.post(path, headers, **fields)
        assert answer.status_code == 503
        assert ("as told by the test" in answer.text) is told
    assert "as told by the test" in caplog.text


def test_a_no_in_json_can_always_be_sent(kiosk):
    """Before: half a surrogate pair in what was refused made the refusal itself 500."""
    program = kiosk.program()
    body = b'{"badge": "\\ud800", "pin": "1"}'

    answer = program.ask("POST", "/session", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


# --- what who is not logged in may send -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login", "/look"])
def test_nobody_fills_the_disk_before_he_has_logged_in(kiosk, path):
    """Files are large, and only an officer sends any: before, forty megabytes to the page of the log-in lay on the disk."""
    head = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    sent = {"data": head + b"x" * (FIELD_BYTES + 1) + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}

    assert kiosk.app.test_client().post(path, **sent).status_code == 413


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "127.0.0.1"}])
def test_behind_a_proxy_nobody_is_believed_to_be_this_machine(tmp_path, headers):
    """Who reaches us beside the proxy says what he likes; a proxy here that says nothing would open the figures to everybody."""
    record = SqlJournal(f"sqlite:///{tmp_path / 'kiosk.db'}")
    app = Small(record).app
    behind_proxy(app)

    assert app.test_client().get("/metrics", headers=headers).status_code == 403
    record.close()


def test_who_waits_for_his_pin_takes_no_thread_from_the_scans(monkeypatch):
    """A hundred log-ins at once: so many wait as leave room, the others are told to come again; no wrong PIN is counted."""
    monkeypatch.setattr(pins, "ROOM", 2)
    checks = ArgonPins(memory=8, passes=1, lanes=1)
    waiting, go = threading.Barrier(3), threading.Event()

    class Turn:
        def __enter__(self):
            waiting.wait(10)
            assert go.wait(10)

        def __exit__(self, *exc):
            pass

    checks._turn = Turn()
    threads = [threading.Thread(target=checks.matches, args=(None, "1")) for _ in range(2)]
    for thread in threads:
        thread.start()
    waiting.wait(10)

    with pytest.raises(Refusal, match="too-many-tries"):
        checks.matches(None, "1")

    go.set()
    for thread in threads:
        thread.join(10)
    waiting.reset()
    checks._turn = threading.Lock()
    assert checks.matches(checks.hash("483920"), "483920")
    assert ROOM < 8, "threads that no stream may take"


def test_a_clock_that_was_set_back_keeps_an_address_out_for_a_minute_at_most():
    tries = Tries()
    for _ in range(MOST):
        assert tries.wait("192.0.2.7", 100_000) == 0

    assert tries.wait("192.0.2.7", 100) == 60


# --- what lies in the home --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [b"", b"short", b"x" * (SECRET_BYTES - 1)])
def test_a_key_that_anybody_could_guess_signs_no_session(tmp_path, held):
    """Before: an empty file, as a full disk leaves it, was a key; whoever knew that made himself an administrator."""
    (tmp_path / "web.key").write_bytes(held)

    with pytest.raises(Unavailable, match=r"web\.key"):
        secret(tmp_path / "web.key")


def test_settings_are_for_the_owner_s_eyes(tmp_path):
    """The password of the record's database and the token of the figures stand in them."""
    before = os.umask(0)
    try:
        load(tmp_path / "home")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "home" / "kiosk.toml").stat().st_mode) == 0o600


# --- every answer -----------------------------------------------------------------------------------------------------


def test_every_no_has_every_header(kiosk, officer):
    for answer in (
        officer.get("/nowhere"),
        officer.get("/sheets/K7QD.999999"),
        officer.client.post("/login"),
        officer.client.put("/"),
        officer.client.get("/", headers={"Host": "["}),
        Browser(kiosk.app).fetch("/sheets"),
    ):
        assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
        assert answer.headers["Cache-Control"] == "no-store"
