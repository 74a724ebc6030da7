"""Screens and programs before the scan station: who may, what is told, and that nothing that was scanned does harm (D5, T9)."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from time import monotonic

import pytest

from drivers.camera.guidance import Hint
from drivers.pages import Reader
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Header
from kiosk.desks.scanners import ONE
from kiosk.station.delivery import Delivery
from kiosk.station.memory import BUSY
from kiosk.station.spool import Lamp
from kiosk.web.health import scanners as examined
from kiosk.words import words
from tests.fakes import FakeClock, FakeSigner, FakeStore, scan, transaction
from tests.kiosk.web.api_samples import OFFICER, SUPERVISOR, Kiosk
from tests.kiosk.web.staff_samples import Browser

NUMBER = "99999001495785"
HERE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.fixture
def kiosk(tmp_path, reader):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    made = Kiosk(tmp_path, reader, store, FakeSigner(), clock)
    made.delivery = Delivery(made.tray, made.counter, "0453")
    yield made
    made.close()


@pytest.fixture
def browser(kiosk):
    return at_work(kiosk)


def at_work(kiosk, badge=OFFICER):
    browser = Browser(kiosk.app)
    assert browser.log_in(badge).status_code == 303
    return browser


def lamp(clock, state="ready", **more):
    known = {"device": "usb-1", "name": "desk", "kind": "hid-pos", "why": "", "last": "", "last_at": None, "rate": 0.4}
    return Lamp(**known | {"scans": 3, "errors": 1, "at": clock(), "state": state} | more)


def keep(kiosk, *texts):
    """Scanned while nothing is open, and delivered into the tray."""
    for text in texts:
        assert kiosk.tray.spool.keep(scan(text, at=kiosk.clock()))
    kiosk.delivery.turns()


def shown(browser):
    """What the button for all of them means, on the page as it is."""
    return re.search('name="scan" value="([0-9,]+)"', browser.get("/scanners").text)[1]


def sheet_of(kiosk, badge=OFFICER):
    return kiosk.counter.open(Header("0453"), badge).number


def told(browser, path, **fields):
    """What a script gets; a POST where there are fields."""
    headers = {"Accept": "application/json", "X-CSRF-Token": browser.csrf}
    if fields:
        return browser.client.post(path, data=fields, headers=headers)
    return browser.client.get(path, headers=headers)


POSTS = ("take", "leave", "test", "place", "aside", "dismiss")


@pytest.mark.parametrize("name", POSTS)
def test_nothing_is_done_for_who_is_not_logged_in_or_comes_from_elsewhere(kiosk, name):
    """Role, session and origin as everywhere."""
    nobody, somebody = Browser(kiosk.app), at_work(kiosk)
    assert told(nobody, f"/scanners/{name}", sheet="K7QD.000001").status_code == 401
    somebody.csrf = "another page's"
    assert told(somebody, f"/scanners/{name}", sheet="K7QD.000001").status_code == 403
    assert kiosk.tray.claims.now(kiosk.clock()) is None


@pytest.mark.parametrize("path", ["/scanners", "/scanners/board"])
def test_nothing_is_shown_to_who_is_not_logged_in(kiosk, path):
    assert told(Browser(kiosk.app), path).status_code == 401


def test_a_kiosk_where_no_station_was_started_shows_no_scanners_and_works(kiosk, browser):
    sheet = sheet_of(kiosk)
    page = browser.get(f"/sheets/{sheet}").text

    assert re.search(r'<div id="board"[^>]* hidden>', page)
    assert "No scan station on this machine" in browser.get("/scanners").text


def test_a_sheet_is_taken_and_its_page_says_so(kiosk, browser):
    kiosk.tray.spool.light([lamp(kiosk.clock)], kiosk.clock())
    sheet = sheet_of(kiosk)
    answer = told(browser, "/scanners/take", sheet=sheet, page="page-0001", politely="yes")

    assert (answer.status_code, answer.json["claim"]) == (200, "here")
    assert "The scanners write on this sheet." in browser.get(f"/sheets/{sheet}").text
    assert told(browser, f"/scanners/board?sheet={sheet_of(kiosk)}").json["claim"] == "other"
    assert told(browser, "/scanners/leave", page="page-0001").status_code == 204
    assert told(browser, f"/scanners/board?sheet={sheet}").json["claim"] == "nobody"


def test_without_a_script_the_button_takes_and_shows_the_page_again(kiosk, browser):
    sheet = sheet_of(kiosk)
    browser.get(f"/sheets/{sheet}")
    answer = browser.post("/scanners/take", sheet=sheet)

    assert (answer.status_code, answer.location) == (303, f"/sheets/{sheet}")
    assert kiosk.tray.claims.now(kiosk.clock()).sheet == sheet


def test_another_badge_s_claim_is_taken_on_demand_only(kiosk, browser):
    sheet = sheet_of(kiosk)
    other = at_work(kiosk, SUPERVISOR)
    told(browser, "/scanners/take", sheet=sheet)

    assert told(other, "/scanners/take", sheet=ONE, politely="yes").json["claim"] == "other"
    assert told(other, "/scanners/take", sheet=ONE).json["claim"] == "here"


@pytest.mark.parametrize("sheet", ["K7QD.999999", "nonsense", "", "../../etc"])
def test_only_an_open_sheet_is_taken(kiosk, browser, sheet):
    assert told(browser, "/scanners/take", sheet=sheet, page="page-0001").status_code in {400, 404}
    assert kiosk.tray.claims.now(kiosk.clock()) is None


def test_a_stamped_sheet_is_not_taken_and_one_that_is_stamped_is_left(kiosk, browser):
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    keep(kiosk, NUMBER)
    seen = kiosk.counter.find(sheet).entries
    assert told(browser, f"/sheets/{sheet}/stamp", seen=seen).status_code == 200
    assert kiosk.tray.claims.now(kiosk.clock()) is None

    assert told(browser, "/scanners/take", sheet=sheet).status_code == 422


@pytest.mark.parametrize("end", ["/logout", "idle"])
def test_a_session_that_is_over_has_no_scanners(kiosk, browser, end):
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    if end == "idle":
        kiosk.clock.let_pass(minutes=31)
        browser.get("/")
    else:
        told(browser, end, x="")
    keep(kiosk, NUMBER)

    assert [one.why for one in kiosk.tray.kept()] == ["nothing-open"]
    assert not kiosk.tray.claims.leave(kiosk.clock(), sheet=sheet)


@pytest.mark.parametrize(
    ("environ", "headers", "auto"),
    [
        (HERE, {}, True),
        ({"REMOTE_ADDR": "::1"}, {}, True),
        ({"REMOTE_ADDR": "192.0.2.7"}, {}, False),
        (HERE, {"X-Forwarded-For": "192.0.2.7"}, False),
        (HERE, {"Forwarded": "for=192.0.2.7"}, False),
        ({"REMOTE_ADDR": ""}, {}, False),
    ],
)
def test_pages_take_by_themselves_at_the_station_s_own_machine_only(kiosk, browser, environ, headers, auto):
    """The scanners are where the station is; elsewhere, one asks for them."""
    page = browser.client.get(f"/sheets/{sheet_of(kiosk)}", environ_base=environ, headers=headers).text

    assert bool(re.search(r'<div id="board"[^>]* data-auto', page)) is auto


def test_a_page_that_asks_stays_there_as_long_as_it_does(kiosk, browser):
    """Where there is no room for a stream, its questions are its sign of life."""
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    for _ in range(5):
        kiosk.clock.let_pass(minutes=4)
        assert told(browser, f"/scanners/board?sheet={sheet}").json["claim"] == "here"
    kiosk.clock.let_pass(minutes=11)

    assert told(browser, f"/scanners/board?sheet={sheet}").json["claim"] == "nobody"


HOSTILE = ["<script>alert(1)</script>", "\x1b[31m\x00", "\ud800", f"{chr(0x202E)}123", "9" * 4096, "{{ 7 * 7 }}", "';--"]


def test_what_was_scanned_is_shown_and_does_nothing(kiosk, browser):
    """T9: escaped, cut short, its unseen signs seen; in both languages, and to programs whole."""
    keep(kiosk, *HOSTILE)
    for language in ("en", "fr"):
        browser.client.set_cookie("lang", language)
        page = browser.get("/scanners").text
        assert "<script>alert" not in page
        assert "&lt;scr" in page
        assert not set("\x1b\x00\u202e") & set(page)
        assert page.count("9999") < 200
        assert "{{ 7" in re.sub("<[^>]*>", "", page)
    assert [one["text"] for one in kiosk.program().get("/scanners/kept").json["scans"]] == HOSTILE


def test_hostile_lamps_do_nothing_either(kiosk, browser):
    """A device names itself."""
    kiosk.tray.spool.light([lamp(kiosk.clock, "odd", name="<img src=x>", why="<b>", kind="<i>", last="<script>")], kiosk.clock())
    for path in ("/scanners", "/"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert not re.search("<img|<b>x|<i>|<script>", answer.text)


def test_kept_scans_are_put_on_an_open_sheet_and_on_no_other(kiosk, browser):
    keep(kiosk, NUMBER, "911")
    assert told(browser, "/scanners/place", sheet="K7QD.000009", scan="1").status_code == 404
    sheet = sheet_of(kiosk)
    first = kiosk.tray.kept()[0].seq
    answer = told(browser, "/scanners/place", sheet=sheet, scan=str(first))
    assert answer.json == {"url": f"/scanners?sheet={sheet}"}
    assert told(browser, "/scanners/place", sheet=sheet, scan=str(first)).json["code"] == "no-such-scan"
    assert told(browser, "/scanners/place", sheet=sheet, scan=shown(browser)).json == {"url": f"/sheets/{sheet}"}
    kiosk.delivery.turns()

    assert len(kiosk.counter.find(sheet).rows) == 2


@pytest.mark.parametrize("given", ["", "-1", "1e3", "9" * 40, "ⅷ", "all", "1,", ",1", "1,,2", "1\n"])
def test_what_names_no_scan_is_no_question_of_ours(kiosk, browser, given):
    keep(kiosk, NUMBER)
    assert told(browser, "/scanners/aside", reason="x", scan=given).status_code == 400
    assert len(kiosk.tray.kept()) == 1


def test_setting_aside_wants_a_reason_in_words(kiosk, browser):
    keep(kiosk, NUMBER)
    for reason in ("", "  ", "x\x00y", "x" * 200):
        assert told(browser, "/scanners/aside", reason=reason, scan=shown(browser)).status_code == 422
    assert told(browser, "/scanners/aside", reason="a poster", scan=shown(browser)).status_code == 200

    assert kiosk.facts("ScanSetAside")[0].reason == "a poster"


def test_a_memory_that_can_t_be_read_is_said_and_stops_no_sheet(kiosk, browser, monkeypatch):
    """Fault (3) and (5): the sheet is as it was, and nobody takes its scanners for well."""

    def shut(*given, **more):
        raise Unavailable("station", "disk-full", "as told by the test")

    for part in (kiosk.tray.spool, kiosk.tray.claims):
        monkeypatch.setattr(part._memory, "do", shut)
    sheet = sheet_of(kiosk)
    for path in (f"/sheets/{sheet}", "/", "/one", "/scanners"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "memory can" in answer.text
    assert told(browser, "/scanners/take", sheet=sheet).status_code == 503
    assert told(browser, f"/sheets/{sheet}/stamp", seen=1).status_code == 422  # as ever: it is empty


def test_health_says_how_the_station_is(kiosk):
    house = kiosk.house
    assert examined(house).code == "no-station"
    object.__setattr__(house, "delivery", kiosk.delivery)
    assert (examined(house).state, examined(house).code) == ("bad", "delivery-ended")
    with kiosk.delivery:
        assert (examined(house).state, examined(house).code) == ("unknown", "no-station")
        for lamps, state, code in (
            ([lamp(kiosk.clock)], "good", "scanners-ready"),
            ([lamp(kiosk.clock, "lost")], "poor", "scanners-lost"),
            ([], "poor", "scanners-lost"),
        ):
            kiosk.tray.spool.light(lamps, kiosk.clock())
            assert (examined(house).state, examined(house).code) == (state, code)
        kiosk.clock.let_pass(seconds=16)
        assert (examined(house).state, examined(house).code) == ("poor", "station-ended")
    object.__setattr__(house, "delivery", None)


def test_the_page_of_health_has_the_words_of_the_station(kiosk, browser):
    kiosk.tray.spool.light([lamp(kiosk.clock)], kiosk.clock() - timedelta(minutes=1))
    for language, word in (("en", "Scan station"), ("fr", "Poste de lecture")):
        browser.client.set_cookie("lang", language)
        assert word in browser.get("/health", Accept="text/html").text


def test_a_program_does_what_the_screens_do(kiosk):
    """Issue 4, 7 by the API: take, kept, place, set aside, dismiss, test, leave."""
    program = kiosk.program()
    sheet = program.open().removeprefix("/sheets/")
    kiosk.tray.spool.light([lamp(kiosk.clock, last=NUMBER, last_at=kiosk.clock())], kiosk.clock())
    keep(kiosk, NUMBER, "911", "912")
    state = program.get("/scanners").json
    assert (state["state"], state["kept"], state["claim"], state["scanners"][0]["last"]) == ("ready", 3, None, NUMBER)
    seqs = [one["seq"] for one in program.get("/scanners/kept").json["scans"]]

    assert program.post("/scanners/kept/place", sheet=sheet, seq=seqs[0]).json == {"scans": 1}
    assert program.post("/scanners/kept/set-aside", reason="a poster", seq=seqs[1]).json == {"scans": 1}
    assert program.ask("POST", "/scanners/kept/dismiss").json == {"scans": 0}
    taken = program.send("PUT", "/scanners/claim", {"sheet": sheet}).json["claim"]
    assert (taken["sheet"], taken["badge"], taken["mine"]) == (sheet, OFFICER, True)
    assert program.ask("POST", "/scanners/test").json["waits"]
    keep(kiosk, "tested", "913")
    tested = program.get("/scanners/test").json
    assert (tested["waits"], tested["scan"]["text"]) == (False, "tested")
    assert program.ask("DELETE", "/scanners/claim").json["claim"] is None

    assert [row["text"] for row in program.get(f"/sheets/{sheet}").json["rows"]] == [NUMBER, "913"]
    assert kiosk.program(SUPERVISOR).get("/scanners/test").json == {"until": None, "waits": False, "scan": None, "layout": None}


def test_the_board_s_version_moves_with_what_is_on_it_and_with_nothing_else(kiosk):
    """Screens are told by it: too little, and they stand still; too much, and they never rest."""
    seen = [kiosk.tray.board().version]
    clock, sheet = kiosk.clock, sheet_of(kiosk)
    for change in (
        lambda: kiosk.tray.spool.light([lamp(clock)], clock()),
        lambda: kiosk.tray.spool.light([lamp(clock, "lost", why="gone")], clock()),
        lambda: keep(kiosk, NUMBER),
        lambda: kiosk.tray.claims.take(sheet, OFFICER, "s", clock()),
        lambda: kiosk.tray.claims.leave(clock(), session="s"),
    ):
        change()
        seen.append(kiosk.tray.board().version)
    assert all(old != new for old, new in pairwise(seen))
    clock.let_pass(seconds=5)
    kiosk.tray.spool.light([lamp(clock, "lost", why="gone", rate=9.0, last="x", scans=4)], clock())
    assert kiosk.tray.board().version == seen[-1]


def test_all_means_what_stood_on_the_page_and_nothing_that_was_kept_since(kiosk, browser):
    """Fault (1): a scan of the next client, put unseen on this one's sheet; or set aside, by nobody's will."""
    keep(kiosk, NUMBER, "911")
    seen, sheet = shown(browser), sheet_of(kiosk)
    keep(kiosk, "99999001495786")
    assert told(browser, "/scanners/place", sheet=sheet, scan=seen).status_code == 200
    kiosk.delivery.turns()

    assert len(kiosk.counter.find(sheet).rows) == 2
    assert [one.scan.text for one in kiosk.tray.kept()] == ["99999001495786"]
    seen = shown(browser)
    keep(kiosk, "99999001495787")
    assert told(browser, "/scanners/aside", reason="a poster", scan=seen).status_code == 200
    assert [one.scan.text for one in kiosk.tray.kept()] == ["99999001495787"]


def test_of_what_stood_on_the_page_all_or_nothing_is_decided(kiosk, browser):
    """Another officer has put one of them on a sheet meanwhile: who decided about both looks again."""
    keep(kiosk, NUMBER, "911")
    seen, sheet = shown(browser), sheet_of(kiosk)
    told(browser, "/scanners/aside", reason="a poster", scan=seen.split(",")[0])
    answer = told(browser, "/scanners/place", sheet=sheet, scan=seen)

    assert (answer.status_code, answer.json["code"]) == (422, "no-such-scan")
    assert len(kiosk.tray.kept()) == 1


def test_a_page_that_another_badge_has_left_open_takes_nothing(kiosk, browser):
    """Two tabs: one logs out, the other officer logs in; what he scans is never his on a sheet that he did not open."""
    sheet = sheet_of(kiosk)
    answer = told(browser, "/scanners/take", sheet=sheet, page="page-0001", badge=SUPERVISOR)

    assert (answer.status_code, answer.json["code"]) == (401, "other-badge")
    assert kiosk.tray.claims.now(kiosk.clock()) is None
    assert told(browser, "/scanners/take", sheet=sheet, page="page-0001", badge=OFFICER).json["claim"] == "here"


def test_nobody_stamps_a_sheet_to_which_a_scan_is_on_its_way(kiosk, browser):
    """Q9: he decides about what he has seen; by the screen and by programs."""
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    keep(kiosk, NUMBER)
    late = scan("99999001495786", at=kiosk.clock())
    assert kiosk.tray.spool.keep(late)
    seen = kiosk.counter.find(sheet).entries
    answer = told(browser, f"/sheets/{sheet}/stamp", seen=seen)
    assert (answer.status_code, answer.json["code"]) == (422, "scans-coming")
    assert kiosk.program().post(f"/sheets/{sheet}/stamp", seen=seen).json["code"] == "scans-coming"
    assert not kiosk.counter.find(sheet).stamped

    kiosk.delivery.turns()
    assert told(browser, f"/sheets/{sheet}/stamp", seen=seen).json["code"] == "moved-on"
    assert told(browser, f"/sheets/{sheet}/stamp", seen=kiosk.counter.find(sheet).entries).status_code == 200


def test_a_scan_that_is_on_its_way_elsewhere_keeps_no_stamp_waiting(kiosk, browser):
    sheet, other = sheet_of(kiosk), sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    keep(kiosk, NUMBER)
    told(browser, "/scanners/take", sheet=other)
    assert kiosk.tray.spool.keep(scan("99999001495786", at=kiosk.clock()))

    assert told(browser, f"/sheets/{sheet}/stamp", seen=kiosk.counter.find(sheet).entries).status_code == 200


@pytest.mark.parametrize("change", ["dismiss", "set_pin"])
def test_a_badge_whose_rights_are_others_has_no_scanners(kiosk, browser, change):
    told(browser, "/scanners/take", sheet=sheet_of(kiosk))
    given = (OFFICER, "770183", SUPERVISOR) if change == "set_pin" else (OFFICER, SUPERVISOR)
    getattr(kiosk.staff, change)(*given)

    assert kiosk.tray.claims.now(kiosk.clock()) is None


def test_a_memory_that_another_process_holds_makes_no_officer_wait(kiosk, browser):
    """Fault (5): a page waits once, for a second; whoever comes after him does not; and a log-out is carried out later."""
    kiosk.tray.spool.light([lamp(kiosk.clock)], kiosk.clock())
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    began = monotonic()
    with closing(sqlite3.connect(kiosk.tray.home / "station" / "spool.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for path in (f"/sheets/{sheet}", "/scanners", "/", f"/scanners/board?sheet={sheet}"):
            assert "memory can" in browser.get(path).text
        told(browser, "/logout", x="")
        assert monotonic() - began < BUSY  # as long as one question to a memory that is held
        other.execute("ROLLBACK")
    while (now := kiosk.tray.board()).health != "ready" or now.claim is not None:
        assert monotonic() - began < 10 * BUSY


def test_scans_that_can_t_be_brought_to_their_sheet_are_told_on_every_page(kiosk, browser, monkeypatch):
    """Fault (3): a tone said that they are kept; the screen says why they are not there."""
    kiosk.tray.spool.light([lamp(kiosk.clock)], kiosk.clock())
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)
    before = kiosk.tray.board().version

    def shut(*given, **more):
        raise Unavailable("journal", "down", "as told by the test")

    with monkeypatch.context() as fault:
        fault.setattr(kiosk.tray.spool, "assign", shut)
        keep(kiosk, NUMBER)
        assert kiosk.tray.board().version != before
        for path in (f"/sheets/{sheet}", "/", "/one", "/scanners"):
            assert "1 scan waits to be put on its sheet" in browser.get(path).text
    kiosk.delivery.turns()
    assert "waits to be put" not in browser.get(f"/sheets/{sheet}").text


def test_every_page_of_the_counter_says_where_the_scanners_write(kiosk, browser):
    """Also one that has no sheet: what is scanned there goes where nobody at it looks."""
    sheet = sheet_of(kiosk)
    assert "The scanners write" not in browser.get("/").text
    told(browser, "/scanners/take", sheet=sheet)
    kiosk.tray.spool.light([lamp(kiosk.clock)], kiosk.clock())

    for path in ("/", "/scanners"):
        assert f"The scanners write on sheet {sheet} (badge {OFFICER})." in browser.get(path).text


def test_a_slip_that_is_scanned_while_its_officer_is_at_the_home_page_opens_there(kiosk, browser):
    """Issue 6, 9: as with a scanner that types; and for other pages nobody has the scanners then."""
    assert 'data-sheet="home"' in browser.get("/").text
    taken = told(browser, "/scanners/take", sheet="home", page="page-0001", politely="yes").json
    kiosk.tray.spool.light([lamp(kiosk.clock)], kiosk.clock())

    assert (taken["claim"], taken["taken"]) == ("here", "")
    assert "slip that is scanned opens here" in taken["html"]
    assert "The scanners write" not in browser.get("/scanners").text
    kiosk.tray.claims.begun(kiosk.tray.claims.now(kiosk.clock()).id, "taken K7QD.000007")
    assert told(browser, "/scanners/board?sheet=home").json["taken"] == "K7QD.000007"


@pytest.mark.parametrize("why", ["not-kept", "disk-full", "read-only", "locked"])
def test_a_scan_that_could_not_be_kept_is_told_on_every_page(kiosk, browser, why):
    """Fault (3): its scanner is well, and yet its last scan is nowhere: it has to be scanned again."""
    kiosk.tray.spool.light([lamp(kiosk.clock, why=why)], kiosk.clock())
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)

    for language in ("en", "fr"):
        browser.client.set_cookie("lang", language)
        for path in (f"/sheets/{sheet}", "/", "/one", "/scanners"):
            page = browser.get(path).text
            told_why = words(language).say("screen.scanners.failing", name="desk", why=words(language).say(f"station.why.{why}"))
            assert told_why.replace("'", "&#39;") in page


@pytest.mark.parametrize("hint", list(Hint))
def test_what_to_do_before_a_camera_is_told_on_every_page_in_both_languages(kiosk, browser, hint):
    """D3, P5."""
    kiosk.tray.spool.light([lamp(kiosk.clock, kind="camera", hint=hint.value)], kiosk.clock())
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet)

    for language in ("en", "fr"):
        browser.client.set_cookie("lang", language)
        what = words(language).say(f"screen.scanners.hint.{hint}")
        for path in (f"/sheets/{sheet}", "/", "/scanners"):
            page = browser.get(path).text
            assert words(language).say("screen.scanners.guide", name="desk", what=what).replace("'", "&#39;") in page


STATES = ("lost", "refused", "fault", "flood")


@pytest.mark.parametrize("state", STATES)
def test_whatever_a_scanner_lacks_is_told_in_words_with_what_to_do(kiosk, browser, state):
    codes = [key.removeprefix("station.why.") for key in words("en").sentences if key.startswith("station.why.")]
    kiosk.tray.spool.light([lamp(kiosk.clock, state, name=why, why=why) for why in codes], kiosk.clock())
    page = browser.get("/scanners").text

    assert not re.findall(r"<p>[a-z-]+</p>", page)
    assert "bad-setting" in codes


def test_a_keyboard_that_is_no_scanner_is_not_to_be_unplugged(kiosk, browser):
    kiosk.tray.spool.light([lamp(kiosk.clock, "not-taken", why=why) for why in ("plain-keyboard", "ignored")], kiosk.clock())
    page = browser.get("/scanners").text

    assert "nothing says scanner" in page
    assert "kiosk devices enrol" in page
    assert "nplug it" not in page


def test_a_browser_that_was_killed_has_no_scanners_for_long(kiosk, browser):
    """Fault (1): nobody looks at that sheet any more, and the next officer has begun another."""
    sheet = sheet_of(kiosk)
    told(browser, "/scanners/take", sheet=sheet, page="page-0001")
    claims, session = kiosk.tray.claims, kiosk.tray.claims.now(kiosk.clock()).session
    claims.lost(session, sheet, kiosk.clock())
    kiosk.clock.let_pass(minutes=1)
    assert claims.now(kiosk.clock()).sheet == sheet  # it may have been its connection alone
    kiosk.clock.let_pass(minutes=2)
    assert claims.now(kiosk.clock()) is None

    claims.seen(session, sheet, kiosk.clock())
    assert claims.now(kiosk.clock()).sheet == sheet
