"""The client's kiosk: a screen that asks about numbers and does nothing else, and the slip that an officer takes over (Q1)."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pypdfium2
import pytest

from drivers.pages import Reader
from drivers.scan import Scan
from kiosk.adapters.pdf.claim import PdfSlips
from kiosk.core.answer import Reason
from kiosk.core.condition import Condition
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.storm import Patience
from kiosk.desks.dispatch import Dispatch
from kiosk.web import create_app
from kiosk.web.house import Rules
from kiosk.web.visit import Misses
from tests.fakes import FakeClock, FakeSigner, FakeStore, real_seal, transaction
from tests.kiosk.web.api_samples import CLIENT, OFFICER, SUPERVISOR, Kiosk
from tests.kiosk.web.staff_samples import PIN, Browser
from tests.printers import FakePrinter

FREED, HELD, ELSEWHERE, UNKNOWN = "99999001495785", "99999001495786", "99999001495787", "99999001400000"
_serial = count(1)


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.fixture
def kiosk(tmp_path, reader):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(FREED))
    store.put(transaction(HELD), Reason.EXAM)
    store.put(transaction(ELSEWHERE), office="0495")
    kiosk = Kiosk(tmp_path, reader, store, FakeSigner(), clock)
    yield kiosk
    kiosk.close()


class Screen(Browser):
    """A client's screen, and what its script sends."""

    def __init__(self, kiosk, badge=OFFICER):
        super().__init__(kiosk.app)
        self.log_in(badge, PIN)
        assert self.post("/client/open").location == "/client"
        self.get("/client")

    def begin(self, lang="en"):
        assert self.post("/client/start", lang=lang).status_code == 303
        page = self.get("/client")
        self.code, self.number = (re.search(one, page.text)[1] for one in ('data-code="([^"]*)"', r"([A-Z2-7]{4}\.[0-9]{6})"))
        return page

    def send(self, path, **body):
        headers = {"X-CSRF-Token": self.csrf, "Accept": "application/json"}
        return self.client.post(f"/client/{path}", json=body | {"visit": self.code}, headers=headers)

    def scan(self, text):
        return self.send("scans", id=f"scan-{next(_serial):06}", text=text)

    def look(self):
        return self.client.get(f"/client/rows?visit={self.code}", headers={"X-Background": "1", "Accept": "application/json"})


@pytest.fixture
def screen(kiosk):
    return Screen(kiosk)


def officer(kiosk, badge=OFFICER):
    browser = Browser(kiosk.app)
    assert browser.log_in(badge, PIN).status_code == 303
    return browser


def facts(kiosk, number):
    """What happened to a sheet, in order, and by whom."""
    return [(type(one.entry.fact).__name__, one.entry.by) for one in kiosk.journal.entries(number)]


# --- the screen -------------------------------------------------------------------------------------------------------


def test_an_officer_leaves_a_browser_to_clients_and_is_logged_out_of_it(kiosk, screen):
    """Issue 6, 9: a sign-in without PIN that was given by somebody with one, and that can do one thing."""
    assert screen.ticket is None
    assert [(fact.office, one.entry.by) for one in kiosk.journal.find(kind="DeskOpened") for fact in [one.entry.fact]] == [
        ("0453", OFFICER)
    ]
    for path in ("/", "/one", "/find", "/scanners", "/days", "/gate", "/api/v1/sheets", "/sheets/K7QD.000001", "/users", "/record"):
        assert screen.client.get(path).status_code in (303, 401)


def test_nobody_else_gets_a_clients_screen(kiosk):
    stranger = Browser(kiosk.app)

    assert stranger.get("/client").location == "/login?next=/client"
    assert stranger.client.get("/client/rows", headers={"Accept": "application/json"}).status_code == 401
    stranger.client.set_cookie("desk", "abc")
    assert stranger.get("/client").status_code == 303


def test_the_language_is_chosen_first_and_both_are_offered(screen):
    """P5."""
    page = screen.get("/client").text

    assert "Start in English" in page
    assert "Commencer en français" in page
    assert "Balayez vos codes à barres" in screen.begin("fr").text
    screen.post("/client/start", lang="en")
    assert screen.number in screen.get("/client").text
    assert "Scan your barcodes" in screen.get("/client").text


def test_each_number_has_its_mark_what_it_means_and_what_to_do(kiosk, screen):
    """Q1, Q3."""
    screen.begin()
    for number in (FREED, HELD, UNKNOWN):
        screen.scan(number)
    html = screen.look().json["html"]

    for said in ("<b>R</b>", "The goods are released.", "<b>NR</b>", "Do not pick up the goods.", "<b>N/A</b>", "not on file"):
        assert said in html
    assert [by for _, by in facts(kiosk, screen.number)] == ["K7QD"] * len(facts(kiosk, screen.number))


def test_could_not_ask_is_said_as_such_and_no_mark_is_shown(kiosk, screen):
    """Q6."""
    screen.begin()
    kiosk.store.down()
    told = screen.scan(FREED).json

    assert "could not be asked" in told["html"]
    assert "neither released nor not released" in told["html"]
    assert not re.search("<b>(R|NR|N/A)</b>", told["html"])
    assert told["tone"] == "unasked"


def test_a_scan_sent_twice_counts_once(screen):
    screen.begin()
    one = {"id": "scan-twice", "text": FREED}

    assert screen.send("scans", **one).json["html"] == screen.send("scans", **one).json["html"]
    assert screen.look().json["html"].count("data-place") == 1


def test_a_row_that_came_to_nothing_can_be_taken_off_and_no_other(screen):
    screen.begin()
    screen.scan("911")
    screen.scan(FREED)

    assert screen.send("rows/2/remove").status_code == 422
    assert "taken off" in screen.send("rows/1/remove").json["html"].lower()


def test_whatever_a_bar_code_holds_is_shown_and_not_obeyed(screen):
    screen.begin()

    assert "<script>" not in screen.scan("<script>alert(1)</script>").json["html"]
    assert screen.client.post("/client/scans", data="x", headers={"X-CSRF-Token": screen.csrf}).status_code == 415
    for body in ({}, {"id": "x", "text": FREED}, {"id": "scan-000001", "text": ""}, {"id": "scan-000001", "text": 7}, []):
        assert screen.client.post("/client/scans", json=body, headers={"X-CSRF-Token": screen.csrf}).status_code == 400


# --- cleared ----------------------------------------------------------------------------------------------------------


def test_after_done_nothing_of_the_client_can_be_reached(kiosk, screen):
    """Issue 6, 9: not by the back button, not by what the page of before sends, not by the browser's storage."""
    screen.begin("fr")
    screen.scan(FREED)
    answer = screen.post("/client/done")

    assert (answer.location, answer.headers["Clear-Site-Data"]) == ("/client", '"cache", "storage"')
    assert screen.client.get_cookie("lang") is None
    assert FREED[-5:] not in screen.get("/client").text
    assert screen.get("/client").headers["Cache-Control"] == "no-store"
    assert screen.look().status_code == screen.scan(HELD).status_code == screen.send("slip").status_code == 410
    assert facts(kiosk, screen.number)[-1] == ("QueryCleared", "K7QD")


def test_the_page_of_a_client_before_is_not_the_next_ones(screen):
    """A scan that was sent late must not stand among somebody else's numbers."""
    screen.begin()
    old = screen.code
    screen.post("/client/done")
    screen.begin()
    screen.code = old

    assert screen.scan(FREED).status_code == 410
    assert "data-place" not in screen.get("/client").text


def test_the_kiosk_clears_a_screen_at_which_nobody_is_even_if_the_browser_does_nothing(kiosk, screen):
    screen.begin()
    screen.scan(FREED)
    kiosk.clock.let_pass(seconds=60)
    assert screen.look().status_code == 200  # the warning stands
    screen.send("stay")
    kiosk.clock.let_pass(seconds=104)
    assert screen.look().status_code == 200  # looking is not touching
    kiosk.clock.let_pass(seconds=2)

    assert screen.look().status_code == 410
    assert [one.entry.fact.why for one in kiosk.journal.find(kind="QueryCleared")] == ["idle"]


def test_two_screens_know_nothing_of_each_other(kiosk, screen):
    other = Screen(kiosk)
    screen.begin()
    screen.scan(FREED)
    other.begin()

    assert other.number != screen.number
    assert "data-place" not in other.look().json["html"]
    other.code = screen.code
    assert other.scan(HELD).status_code == 410


def test_a_screen_is_closed_from_afar_and_with_the_shift(kiosk, screen):
    screen.begin()
    browser = officer(kiosk)
    name = re.search('name="screen" value="([^"]*)"', browser.get("/client").text)[1]
    browser.post("/client/close", screen=name)

    assert screen.get("/client").location == "/login?next=/client"
    other = Screen(kiosk)
    kiosk.clock.let_pass(hours=24)
    assert other.get("/client").status_code == 303


def test_a_client_with_a_badge_asks_and_nothing_else(kiosk):
    """Issue 6, 8."""
    browser = officer(kiosk, CLIENT)

    assert browser.get("/").location == "/client"
    assert "Start in English" in browser.get("/client").text
    assert browser.post("/client/start", lang="en").status_code == 303
    assert kiosk.journal.find(kind="Opened")[0].entry.fact.client_id == CLIENT
    assert [browser.get(path).status_code for path in ("/one", "/find", "/scanners", "/gate")] == [403] * 4
    assert browser.post("/client/open").status_code == browser.post("/client/take", code="K7QD.000001").status_code == 403


def test_an_officer_is_no_client_whatever_cookie_lies_beside(kiosk, screen):
    screen.begin()
    screen.log_in(OFFICER, PIN, "/client")

    assert screen.scan(FREED).status_code == 403


# --- the slip ---------------------------------------------------------------------------------------------------------


def test_one_scan_of_the_slip_gives_the_officer_the_whole_query_asked_anew(kiosk, screen):
    """Q1, Q10: what was R an hour ago is asked again, and is never taken as answered long ago."""
    screen.begin("fr")
    screen.scan(FREED)
    screen.scan(HELD)
    assert "billet" in screen.send("slip").json["html"]
    (slip,) = kiosk.slips.given
    assert (slip.sheet, slip.rows, slip.language) == (screen.number, 2, "fr")
    screen.post("/client/done")
    kiosk.clock.let_pass(hours=1)
    kiosk.store.put(transaction(FREED), Reason.EXAM)
    browser = officer(kiosk)
    answer = browser.post("/client/take", code=screen.number.lower())

    assert answer.location == f"/sheets/{screen.number}"
    sheet = kiosk.counter.find(screen.number)
    assert [str(line.answer.status) for _, line in sheet.lines] == ["NR", "NR"]
    assert [fact for fact in facts(kiosk, screen.number) if fact[1] == OFFICER] == [
        ("TakenOver", OFFICER),
        ("Answered", OFFICER),
        ("Answered", OFFICER),
    ]


def test_what_could_not_be_asked_again_has_no_answer_for_the_officer(kiosk, screen):
    """Q6."""
    screen.begin()
    screen.scan(FREED)
    screen.send("slip")
    kiosk.store.down()
    officer(kiosk).post("/client/take", code=screen.number)
    sheet = kiosk.counter.find(screen.number)

    assert (list(sheet.lines), len(sheet.waiting)) == ([], 1)
    kiosk.store.up()
    assert len(list(kiosk.counter.ask_again(sheet, OFFICER).lines)) == 1


def test_the_clients_screen_lets_go_of_what_an_officer_has_taken(kiosk, screen):
    screen.begin()
    screen.scan(FREED)
    screen.send("slip")
    officer(kiosk).post("/client/take", code=screen.number)

    assert screen.look().status_code == screen.scan(HELD).status_code == 410
    assert "Start in English" in screen.get("/client").text


def test_a_query_that_ended_without_a_slip_is_not_taken_over(kiosk, screen):
    screen.begin()
    screen.scan(FREED)
    screen.post("/client/done")
    browser = officer(kiosk)
    browser.get("/client")
    answer = browser.post("/client/take", {"Accept": "application/json"}, code=screen.number)

    assert (answer.status_code, answer.json["code"]) == (422, "query-cleared")
    assert ("TakenOver", OFFICER) not in facts(kiosk, screen.number)


def test_a_number_of_no_sheet_is_refused_and_an_officers_own_is_shown(kiosk):
    browser = officer(kiosk)
    browser.get("/client")
    own = kiosk.program().open().removeprefix("/sheets/")

    assert browser.post("/client/take", code="K7QD.999999").status_code == 404
    assert browser.post("/client/take", code="<script>").status_code == 404
    assert browser.post("/client/take", code=own).location == f"/sheets/{own}"
    assert ("TakenOver", OFFICER) not in facts(kiosk, own)


def test_a_slip_that_does_not_come_out_is_told_with_its_number_which_an_officer_can_type(kiosk, screen):
    screen.begin()
    screen.scan(FREED)
    kiosk.slips.broken = "paper-out"
    html = screen.send("slip").json["html"]

    assert "out of paper" in html
    assert screen.number in html
    screen.post("/client/done")
    browser = officer(kiosk)
    browser.get("/client")
    assert browser.post("/client/take", code=screen.number).status_code == 303


def test_a_slip_that_the_printer_does_not_take_is_told_at_the_screen_and_at_the_counter(kiosk, screen):
    """P7: as soon as the queue knows; with the number, by which an officer takes the query over all the same."""
    printer = FakePrinter(no="not-accepting")
    desk = replace(kiosk.house.desk, slips=PdfSlips("America/Toronto"))
    kiosk.app.extensions["house"] = replace(kiosk.house, printer=printer, desk=desk)
    screen.begin("fr")
    screen.scan(FREED)
    told = screen.send("slip").json

    assert "Il se peut que l’imprimante ne l’imprime pas" in told["html"]
    assert screen.number in told["said"]
    assert screen.number in screen.look().json["html"]
    browser = officer(kiosk)
    assert browser.post("/client/take", code=screen.number).status_code == 303
    queue = browser.get("/printing").text
    assert "client&#39;s slip" in queue
    assert "keeps its number" not in queue
    assert "client&#39;s slip" not in browser.get(f"/sheets/{screen.number}").text  # over, and of no use here
    desk.slip(kiosk.counter.find(screen.number), "en")
    assert "client&#39;s slip" in browser.get(f"/sheets/{screen.number}").text


# --- the sheet that is stamped without an officer ---------------------------------------------------------------------


def test_the_station_stamps_by_itself_what_leaves_nothing_to_judge(kiosk, screen):
    """Q9, P5: the stamp has no badge, and the record says that the station did it."""
    screen.begin()
    screen.scan(FREED)
    screen.scan(HELD)
    html = screen.send("stamp").json["html"]

    assert "goes to the printer" in html
    (stamped,) = kiosk.facts("Stamped")
    assert (stamped.badge, stamped.marks) == ("", {"R": 1, "NR": 1, "N/A": 0})
    assert {by for _, by in facts(kiosk, screen.number)} == {"K7QD"}
    assert [(fact.how, fact.copy) for fact in kiosk.facts("HandedOver")] == [("printer", 1)]
    assert "client/slip" not in screen.look().json["html"]
    said = pypdfium2.PdfDocument(kiosk.journal.document(stamped.document))[0].get_textpage().get_text_bounded()
    assert "station K7QD, no badge" in said
    assert "poste K7QD, aucun insigne" in said
    assert real_seal().open(stamped.seals[0].encode()).stamp.badge == ""
    browser = officer(kiosk)
    browser.get("/client")
    refused = browser.post("/client/take", {"Accept": "application/json"}, code=screen.number)
    assert refused.json["code"] == "stamped-already"


def test_one_of_two_originals_that_does_not_come_out_is_told_at_the_screen(kiosk, screen):
    """P7: the newer one, for the file, is in order; the client's own is not."""
    printer = FakePrinter()
    queue = Dispatch(kiosk.heard, printer, kiosk.house.clock, "K7QD")
    at_work = SimpleNamespace(alive=True, dispatch=queue, condition=Condition())
    kiosk.app.extensions["house"] = replace(kiosk.house, printer=printer, printing=at_work, originals=2)
    screen.begin()
    screen.scan(FREED)
    assert "goes to the printer" in screen.send("stamp").json["html"]
    retained, client = queue.of(screen.number)
    assert (retained.mark, client.mark) == ("retained", "client")
    queue.send(retained)
    queue.refuse(client, Unavailable("printer", "not-accepting"))

    assert "may not print it" in screen.look().json["html"]


@pytest.mark.parametrize(
    ("scans", "code"),
    [
        ([HELD], "nothing-released"),
        ([FREED, "911"], "not-stampable"),
        ([ELSEWHERE], "officer-needed"),
        ([], "nothing-to-stamp"),
    ],
)
def test_what_an_officer_must_look_at_is_not_stamped_by_the_station(kiosk, screen, scans, code):
    """Q4, Q9, Q11."""
    screen.begin()
    for text in scans:
        screen.scan(text)

    assert "/client/stamp" not in screen.look().json["html"]
    screen.send("stamp")
    assert kiosk.facts("Stamped") == []
    assert kiosk.house.desk.hindrance(kiosk.counter.find(screen.number)).code == code


def test_what_has_changed_since_is_shown_and_not_stamped(kiosk, screen):
    """Q6, fault: a stale R."""
    screen.begin()
    screen.scan(FREED)
    kiosk.store.put(transaction(FREED), Reason.EXAM)

    assert "answer has changed" in screen.send("stamp").json["html"]
    assert kiosk.facts("Stamped") == []
    assert "<b>R</b>" not in screen.look().json["html"]


def test_the_store_that_does_not_answer_stamps_nothing(kiosk, screen):
    """Q6."""
    screen.begin()
    screen.scan(FREED)
    kiosk.store.down()
    screen.send("stamp")

    assert kiosk.facts("Stamped") == []
    assert [(fact.badge, fact.code) for fact in kiosk.facts("NotStamped")] == [("", "down")]


# --- storms -----------------------------------------------------------------------------------------------------------


def test_who_tries_numbers_out_is_slowed_and_told_once(kiosk, screen):
    """Issue 6, 8: the first ones cost nothing; nobody is shut out; a supervisor sees it, an officer's own work is not touched."""
    screen.begin()
    waits = []
    for n in range(20):
        answer = screen.scan(f"99999{n:09}")
        while answer.status_code == 429:
            waits.append(answer.json["wait"])
            kiosk.clock.let_pass(seconds=answer.json["wait"])
            screen.send("stay")
            answer = screen.scan(f"99999{n:09}")

    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 60
    assert len(kiosk.facts("StormSeen")) == 1
    assert kiosk.facts("StormSeen")[0].amount == 12
    program = kiosk.program()
    sheet = program.open()
    assert program.scan(sheet, UNKNOWN).status_code == 200
    assert "tries numbers out" in officer(kiosk, SUPERVISOR).get("/client").text
    assert "tries numbers out" not in officer(kiosk).get("/client").text


def test_what_is_scanned_while_a_storm_is_waited_out_is_not_shown_before(kiosk, screen):
    """The station's scanners write on the sheet by themselves: their answers wait, too."""
    screen.begin()
    for n in range(8):
        screen.scan(f"99999{n:09}")
        kiosk.clock.let_pass(seconds=1)
    shown = screen.look().json["html"].count("data-place")
    sheet = kiosk.counter.find(screen.number)
    kiosk.counter.scan(sheet, [Scan("scanner-000001", FREED, b"", "scanner/x", kiosk.clock())], "K7QD")

    told = screen.look().json
    assert told["wait"] > 0
    assert told["html"].count("data-place") == shown
    kiosk.clock.let_pass(seconds=told["wait"])
    assert screen.look().json["html"].count("data-place") == shown + 1


def test_a_program_that_tries_numbers_out_is_slowed_and_no_officers_screen_is(kiosk):
    """Issue 6, 8."""
    kiosk.app.extensions["program misses"] = Misses(Patience(2, timedelta(seconds=4), 3))
    program = kiosk.program()
    sheet = program.open()
    answers = [program.scan(sheet, f"99999{n:09}") for n in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert (answers[-1].json["code"], answers[-1].headers["Retry-After"]) == ("too-many-unknown", "1")
    assert [fact.source for fact in kiosk.facts("StormSeen")] == [f"badge {OFFICER}"]
    storms = kiosk.program(SUPERVISOR).get("/storms").json["storms"]
    assert [(one["source"], one["numbers"], one["station"]) for one in storms] == [(f"badge {OFFICER}", 3, "K7QD")]
    browser = officer(kiosk)
    browser.get(f"{sheet}")
    scan = {"id": "scan-by-hand", "text": UNKNOWN}
    assert browser.client.post(f"{sheet}/scans", json=scan, headers={"X-CSRF-Token": browser.csrf}).status_code == 200
    assert "tries numbers out" in officer(kiosk, SUPERVISOR).get("/").text


def test_a_program_takes_a_query_over(kiosk, screen):
    screen.begin()
    screen.scan(FREED)
    screen.send("slip")
    program = kiosk.program()
    answer = program.post(f"/sheets/{screen.number}/take-over")

    assert (answer.status_code, answer.json["rows"][0]["status"]) == (200, "R")
    assert ("TakenOver", OFFICER) in facts(kiosk, screen.number)


def test_clients_queries_are_no_open_sheets_of_the_officers_until_they_are_taken(kiosk, screen):
    screen.begin()
    screen.scan(FREED)
    screen.send("slip")
    program = kiosk.program()
    assert program.get("/sheets").json["sheets"] == []
    program.post(f"/sheets/{screen.number}/take-over")

    assert [one["sheet"] for one in program.get("/sheets").json["sheets"]] == [screen.number]


def test_the_stations_scanners_read_for_the_screen_beside_them_until_it_is_cleared(kiosk, screen):
    """D5: unless an officer has them."""
    screen.begin()
    claim = kiosk.tray.claims.now(kiosk.clock())
    assert (claim.sheet, claim.badge) == (screen.number, "K7QD")
    screen.post("/client/done")
    assert kiosk.tray.claims.now(kiosk.clock()) is None
    kiosk.tray.claims.take("K7QD.000900", OFFICER, "s", kiosk.clock())
    screen.begin()
    assert kiosk.tray.claims.now(kiosk.clock()).badge == OFFICER


def test_what_the_next_client_scans_is_not_for_a_query_that_an_officer_has_taken_over(kiosk, screen):
    """D5, Q10: nobody has chosen a language yet, and the scanner beside the screen still reads."""
    screen.begin()
    screen.scan(FREED)
    screen.send("slip")
    kiosk.program().post(f"/sheets/{screen.number}/take-over")

    assert kiosk.tray.claims.now(kiosk.clock()) is None


def test_a_screen_whose_query_was_taken_over_elsewhere_lets_go_of_the_scanners(kiosk, screen):
    """The same, where another machine of the office has taken it over."""
    screen.begin()
    screen.scan(FREED)
    screen.send("slip")
    kiosk.house.desk.take_over(screen.number, OFFICER)
    assert kiosk.tray.claims.now(kiosk.clock()) is not None

    assert screen.look().status_code == 410
    assert kiosk.tray.claims.now(kiosk.clock()) is None


def test_the_station_stamps_no_query_that_is_an_officers_now(kiosk, screen):
    """Q9: what an officer has taken over is his to stamp."""
    screen.begin()
    screen.scan(FREED)
    desk = kiosk.house.desk
    desk.take_over(screen.number, OFFICER)

    with pytest.raises(Refusal, match="query-over"):
        desk.stamp(kiosk.counter.find(screen.number), kiosk.house.press, specimen=True)
    assert kiosk.facts("Stamped") == []


# --- where it is not offered ------------------------------------------------------------------------------------------


def test_where_the_office_does_not_offer_it_there_is_no_screen(kiosk):
    off = replace(kiosk.house, desk=replace(kiosk.house.desk, offered=False), rules=Rules())
    browser = Browser(create_app(off))
    browser.log_in(OFFICER, PIN)

    assert "do not help themselves" in browser.get("/client").text
    assert browser.post("/client/open").status_code == 422
    assert 'href="/client"' not in browser.get("/one").text
    assert timedelta(hours=24) == kiosk.house.desk.shift
