"""Finding and reporting in the browser: who may see what, and that every page says what the record has (Q10)."""

import csv
import io
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from drivers.scan import NoRead
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.journal import Entry, Voided
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from kiosk.desks.counter import Counter
from kiosk.desks.press import OwnPress
from kiosk.desks.record import Record
from kiosk.web import errors, screen, security, session
from kiosk.web.chart import columns
from kiosk.web.house import House, Rules, settle
from kiosk.web.login import login
from kiosk.web.look import look
from kiosk.web.record import record
from tests.fakes import FakeClock, FakePaper, FakeSeal, FakeSigner, FakeStore, scan, transaction
from tests.kiosk.web.staff_samples import PIN, Browser, hire, staff_of

TORONTO = ZoneInfo("America/Toronto")
NUMBER, OTHER = "99999-001495785", "99999-000000016"
ZOE = Header("0453", "Déménagements Zoé & Fils", "12345-RM0001", "555-0100")
NASTY = Header("0453", "<script>alert(1)</script>", "", "")


class Office:
    """A kiosk: an officer A1001, a supervisor S2002, an administrator S1001, and a day's work in its record."""

    def __init__(self, journal):
        self.journal, self.clock = journal, FakeClock(datetime(2026, 11, 22, 15, 0, tzinfo=UTC))
        self.staff = staff_of(journal, self.clock)
        hire(self.staff, "S1001", Role.ADMINISTRATOR)
        hire(self.staff, "A1001", Role.BSO)
        hire(self.staff, "S2002", Role.SUPERVISOR)
        self.store = FakeStore(self.clock)
        self.store.put(transaction(NUMBER))
        self.counter = Counter(self.store, journal, self.clock, "K7QD")
        self.record = Record(journal, self.clock, TORONTO)
        self.press = OwnPress.of(FakePaper(), FakeSeal(), FakeSigner())
        self.app = self._app()

    def _app(self):
        nothing = dict.fromkeys(name for name in House.__dataclass_fields__ if name not in {"language", "specimen", "rules"})
        own = {"staff": self.staff, "clock": self.clock, "zone": TORONTO, "station": "K7QD", "journal": self.journal}
        more = {"counter": self.counter, "record": self.record, "office": "0453", "agency": "", "secret": b"only for tests"}
        press = OwnPress.of(PdfPaper("America/Toronto"), FakeSeal(), FakeSigner())
        app = Flask("kiosk.web", static_folder="static", static_url_path="/static")
        settle(app.extensions, House(**{**nothing, **own, **more, "press": press, "badge": "[A-Z0-9]{3,8}"}))
        screen.furnish(app)
        errors.install(app)
        security.install(app, Rules())
        session.install(app)
        for desk in (login, look, record):
            app.register_blueprint(desk)
        app.add_url_rule("/", "counter.home", lambda: "home")
        return app

    def at_work(self, badge="A1001"):
        browser = Browser(self.app)
        assert browser.log_in(badge, PIN).status_code == 303
        return browser

    def sheet(self, *texts, header=ZOE, by="A1001", **more):
        sheet = self.counter.open(header, by)
        return self.counter.scan(sheet, [one if isinstance(one, NoRead) else scan(one, **more) for one in texts], by)


@pytest.fixture
def office(tmp_path):
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    yield Office(journal)
    journal.close()


@pytest.fixture
def busy(office):
    """The office after some work; its sheets by what became of them."""
    office.store.put(transaction(OTHER), Reason.EXAM)
    mixed = office.sheet(NUMBER, OTHER, "8XXX32201095", "911", NoRead("blurred", "scanner", office.clock()))
    office.counter.remove(mixed, 4, "not a number", "A1001")
    done = office.sheet(NUMBER)
    office.counter.stamp(done, "A1001", office.press)
    void = office.sheet("=1+1", NUMBER, header=NASTY, by="BBB")
    office.journal.append([Entry(void.number, office.clock(), "S2002", Voided("0" * 64, "wrong goods"))])
    office.store.down()
    waiting = office.sheet(OTHER, by="BBB")
    return SimpleNamespace(office=office, mixed=mixed, done=done, void=void, waiting=waiting)


def shown(answer):
    """What a page says: its words, without what they are marked up with."""
    assert answer.status_code == 200, answer.text
    assert "<script>alert" not in answer.text
    assert not re.search(r"<[^>]* (style|on[a-z]+)=", answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize(
    ("asked", "sense"),
    [
        (NUMBER, "As a number"),
        ("k7qd.000001", "As a sheet"),
        ("zoé", "As a client"),
        ("a1001", "As a badge"),
        ("2026-11-22", "As a day"),
    ],
)
def test_one_box_understands_all_that_is_known_of_a_sheet(busy, asked, sense):  # Q10
    said = shown(busy.office.at_work().client.get("/find", query_string={"q": asked}))

    assert sense in said
    assert busy.mixed.number in said


def test_fields_narrow_a_search_down(busy):  # Q10
    browser = busy.office.at_work()
    said = shown(browser.get(f"/find?number={NUMBER}&client=zoe&badge=a1001&day=2026-11-22"))

    assert busy.mixed.number in said
    assert busy.done.number in said
    assert busy.void.number not in said
    assert "Nothing in the record fits" in shown(browser.get("/find?client=nobody"))
    assert "Nothing in the record fits" in shown(browser.get("/find?q=nobody"))
    assert "is not a day such as" in shown(browser.get("/find?day=yesterday"))


def test_a_found_sheet_shows_its_state_and_its_rows_in_word_and_letter(busy):
    said = shown(busy.office.at_work().get(f"/find?sheet={busy.mixed.number}"))

    for words in (
        "Open",
        "1 R Released",
        "1 NR Not released",
        "1 N/A Not on file",
        "1 faulty",
        "1 removed",
        ZOE.client_name.replace("&", "&amp;"),
    ):
        assert words in said


def test_the_history_of_a_number_is_shown(busy):  # Q10
    said = shown(busy.office.at_work().get(f"/numbers/{NUMBER}"))

    for words in ("Scanned", "Answered", "Release on file", "Stamped", "Proof voided", busy.mixed.number, busy.void.number):
        assert words in said


def test_a_proof_that_was_taken_back_shows_no_mark_of_its_own(office):  # nothing that no longer holds looks released
    sheet = office.sheet(NUMBER)
    office.journal.append([Entry(sheet.number, office.clock(), "S2002", Voided("0" * 64, "wrong goods"))])
    standing = office.at_work().get(f"/numbers/{NUMBER}").text.split('id="history"')[0]

    assert "mark-removed" in standing
    assert "was R" in standing
    assert "mark-released" not in standing


@pytest.mark.parametrize("number", ["00000000000000", "x/y", "%3Cscript%3Ealert(1)%3C/script%3E", "%EF%BF%BD"])
def test_a_number_that_was_never_seen_has_no_history(busy, number):
    assert "never scanned or asked" in shown(busy.office.at_work().get(f"/numbers/{number}"))


def test_could_not_ask_is_told_as_such_in_a_history(busy):  # Q6
    said = shown(busy.office.at_work().get(f"/numbers/{OTHER}"))

    assert "Could not ask" in said
    assert "waiting" in said


def test_the_days_lead_to_a_day(busy):
    browser = busy.office.at_work()

    assert browser.get("/days").location == "/days/2026-11-22"
    assert browser.get("/days?day=2026-01-02&badge=x").location == "/days/2026-01-02?badge=x"
    assert browser.get("/days/2026-02-30").status_code == 422
    assert browser.get("/days/20261122").status_code == 422
    assert browser.get("/days/9999-12-31").status_code == 422


def test_an_officer_sees_his_own_day_and_a_supervisor_everybody_s(busy):  # roles
    own = shown(busy.office.at_work().get("/days/2026-11-22?badge=BBB"))
    whole = shown(busy.office.at_work("S2002").get("/days/2026-11-22"))
    one = shown(busy.office.at_work("S2002").get("/days/2026-11-22?badge=bbb"))

    assert "Badge A1001" in own
    assert "BBB" not in own
    assert "Everybody" in whole
    assert "BBB" in whole
    assert "Badge BBB" in one


def test_a_day_s_figures_are_on_the_page_as_chart_and_as_table(busy):  # Q10
    answer = busy.office.at_work("S2002").get("/days/2026-11-22")
    said = shown(answer)

    for words in (
        "Scans 8",
        "Service option 1",
        "Not read, by reason Blurred 1",
        "Sheets stamped 1",
        "Proofs voided 1",
        "10 8",
        "Never answered that day 1",
    ):
        assert words in said
    assert 'role="img"' in answer.text
    assert "10: 8" in answer.text


def table_of(answer):
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_a_day_s_table_has_a_line_for_each_scan_and_no_formula(busy):  # Q10
    lines = table_of(busy.office.at_work("S2002").get("/days/2026-11-22.csv"))

    assert [(line["sheet"], line["row"], line["number"], line["mark"]) for line in lines] == [
        (busy.mixed.number, "1", NUMBER, "R"),
        (busy.mixed.number, "2", OTHER, "NR"),
        (busy.mixed.number, "3", "8XXX32201095", "N/A"),
        (busy.mixed.number, "4", "911", ""),
        (busy.mixed.number, "5", "", ""),
        (busy.done.number, "1", NUMBER, "R"),
        (busy.void.number, "1", "'=1+1", ""),
        (busy.void.number, "2", NUMBER, "R"),
        (busy.waiting.number, "1", OTHER, ""),
    ]
    assert lines[3]["removed because"] == "not a number"
    assert (lines[5]["sheet is"], lines[7]["sheet is"]) == ("Stamped", "Voided")
    assert (lines[0]["time"], lines[8]["row is"]) == ("2026-11-22 10:00:00-05:00", "waiting")


def test_an_officer_s_table_and_paper_are_his_own(busy):
    browser = busy.office.at_work()
    answer = browser.get("/days/2026-11-22.csv?badge=BBB")

    assert {line["badge"] for line in table_of(answer)} == {"A1001"}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="2026-11-22-A1001.csv"'
    assert b"Badge A1001" in title_of(browser.client.get("/days/2026-11-22.pdf").data)


def title_of(pdf):
    import pypdfium2

    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().encode()


def test_a_day_s_paper_is_a_pdf_in_the_language_of_the_screen(busy):  # P5
    browser = busy.office.at_work("S2002")
    answer = browser.client.get("/days/2026-11-22.pdf")
    browser.client.set_cookie("lang", "fr")

    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert b"Day report" in title_of(answer.data)
    assert "Établi le".encode() in title_of(browser.client.get("/days/2026-11-22.pdf").data)


def test_an_administrator_learns_whether_the_record_is_whole_and_not_what_is_in_it(busy):  # issue 6, 8: least privilege
    browser = busy.office.at_work("S1001")
    said = shown(browser.get("/record"))

    assert busy.office.journal.checkpoint().short in said
    assert not [word for word in ("Zoé", NUMBER, "K7QD.0", "User added") if word in said]
    assert browser.get("/record/verification").status_code == 200
    assert browser.get("/days/2026-11-22").status_code == 403


@pytest.mark.parametrize("path", ["/record", "/record/verification"])
def test_the_record_is_for_supervisors(busy, path):  # roles
    assert busy.office.at_work().get(path).status_code == 403
    assert busy.office.at_work("S2002").get(path).status_code == 200
    assert Browser(busy.office.app).get(path).status_code == 303


def test_the_record_is_shown_page_by_page_with_every_fact_in_words(busy):  # Q10
    for _ in range(20):
        busy.office.sheet(NUMBER)
    browser = busy.office.at_work("S2002")
    said = shown(browser.get("/record"))
    size = busy.office.journal.checkpoint().size

    assert f"{size} entries" in said
    assert busy.office.journal.checkpoint().short in said
    older = shown(browser.get(f"/record?before={size - 50}"))
    assert "Newest" in older
    assert "Newest" not in said
    first = shown(browser.get("/record?before=50"))
    assert "User added" in first
    assert "PIN set" in first
    assert shown(browser.get("/record?before=nonsense"))


def test_the_record_is_verified_and_the_result_is_kept(busy):  # Q10
    browser = busy.office.at_work("S2002")
    assert "Not verified" in shown(browser.get("/record/verification"))
    begun = browser.post("/record/verification", against="")
    busy.office.app.extensions["examination"].wait(20)
    said = shown(browser.get("/record/verification"))

    assert begun.status_code == 303
    assert "Sound: nothing is altered" in said
    assert "by S2002" in said
    assert "Sound: nothing is altered" in shown(browser.get("/record"))
    state = browser.fetch("/record/verification", method="GET").json
    assert (state["findings"], state["failure"]) == ([], "")


def test_a_record_that_does_not_fit_the_paper_is_said_not_to(busy):  # Q10
    browser = busy.office.at_work("S2002")
    for against, words in (("99999-0123456789ab", "Cut off"), ("nonsense", "could not be verified")):
        browser.get("/record/verification")
        browser.post("/record/verification", against=against)
        busy.office.app.extensions["examination"].wait(20)

        assert words in shown(browser.get("/record/verification"))


def test_a_verification_is_not_begun_from_another_site(busy):
    browser = busy.office.at_work("S2002")

    assert browser.client.post("/record/verification", data={"csrf": "x"}).status_code == 403
    assert "examination" not in busy.office.app.extensions


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "path", ["/find?q=zoe", f"/find?number={NUMBER}", f"/numbers/{NUMBER}", "/days/2026-11-22", "/record", "/record/verification"]
)
def test_every_page_is_whole_in_both_languages(busy, path, language):  # Q11
    browser = busy.office.at_work("S2002")
    browser.client.set_cookie("lang", language)
    answer = browser.get(path)

    assert shown(answer)
    assert f'<html lang="{language}"' in answer.text
    assert "screen.record" not in answer.text
    ids = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_a_chart_is_told_to_those_who_do_not_see_it():
    drawn = columns("hours", [0, 3, 0, 12], "Scans <by> hour", "Hour")

    assert '<title id="hours">Scans &lt;by&gt; hour</title>' in drawn
    assert ">Hour – 1: 3, 3: 12</desc>" in drawn
    assert drawn.count("<rect") == 2
    assert "style" not in drawn
    assert columns("x", [0, 0], "a", "b").count("<rect") == 0
