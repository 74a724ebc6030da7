"""What is on its way to paper, on the screens: the lamp, the panel of a sheet, the queue, and who decides (P7, T18, T19)."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from kiosk.core.condition import Condition
from kiosk.core.journal import Failed, HandedOver, PrintSettled
from kiosk.core.printing import State
from kiosk.core.sheet import Header
from kiosk.desks.dispatch import PATIENCE, Dispatch
from kiosk.station.printing import Printing
from kiosk.web import create_app
from kiosk.web.overheard import listen
from kiosk.words import words
from tests.fakes import FakeClock, FakeSigner, FakeStore, scan, transaction
from tests.kiosk.web.api_samples import ADMINISTRATOR, OFFICER, SUPERVISOR, Kiosk
from tests.kiosk.web.staff_samples import Browser
from tests.printers import FakePrinter, wait_until

NUMBER = "99999001495785"
JSON = {"Accept": "application/json"}
EN, FR = words("en"), words("fr")


class Post(Kiosk):
    """A kiosk whose printer a test drives, and an officer before a stamped sheet."""

    def __init__(self, folder):
        time = FakeClock()
        store = FakeStore(time)
        store.put(transaction(NUMBER))
        super().__init__(folder, None, store, FakeSigner(), time)
        self.printer = FakePrinter()
        self.queue = Printing(Dispatch(self.heard, self.printer, time, "K7QD"), 0.01)
        listen(self.heard, self.queue.heard)
        self.house = replace(self.house, printer=self.printer, printing=self.queue)
        self.app = create_app(self.house)
        self.browser = self.at_work(OFFICER)
        sheet = self.counter.scan(self.counter.open(Header("0453"), OFFICER), [scan(NUMBER)], OFFICER)
        self.sheet = self.counter.stamp(sheet, OFFICER, self.house.press).sheet.number

    def set(self, **parts):
        self.app.extensions["house"] = replace(self.house, **parts)

    def at_work(self, badge):
        browser = Browser(self.app)
        assert browser.log_in(badge).status_code == 303
        return browser

    def post(self, path, browser=None, **fields):
        browser = browser or self.browser
        return browser.client.post(path, data={"csrf": browser.csrf, **fields}, headers=JSON)

    def print(self):
        answer = self.post(f"/sheets/{self.sheet}/print", how="printer")
        assert answer.status_code == 200, answer.json
        return answer.json

    def panel(self):
        told = self.browser.client.get(f"/printing/state?sheet={self.sheet}", headers=JSON).json
        return told | {name: unescape(told[name]) for name in ("lamp", "panel")}

    def until(self, state):
        wait_until(lambda: self.job.state is state, lambda: self.job)
        return self.job

    @property
    def job(self):
        return self.queue.dispatch.of(self.sheet)[0]

    def lose(self):
        """One whose answer was lost, told after half a minute."""
        self.printer.swallows = True
        self.print()
        wait_until(lambda: self.job.tried)
        self.clock.now += PATIENCE
        self.until(State.UNKNOWN)
        self.printer.swallows = False


@pytest.fixture
def post(tmp_path):
    made = Post(tmp_path)
    with made.queue:
        yield made
    made.close()


def test_an_officer_is_told_that_it_is_in_the_queue_and_no_more(post):
    """P7: never "printed"."""
    post.printer.no = "busy"
    told = post.print()

    assert (told["copy"], told["job"]) == (1, None)
    assert told["said"] == EN.say("screen.printing.asked", which="original")
    post.until(State.WAITING)


def test_the_panel_follows_the_job_in_words_with_its_reasons(post):
    """P7, T19."""
    assert EN.say("screen.printing.none-yet") in post.panel()["panel"]
    post.print()
    post.until(State.SENT)
    post.printer.now = Condition(("media-empty",), busy=True)
    post.printer.says(State.PRINTING)
    wait_until(lambda: post.job.reasons == ("media-empty",))
    panel = post.panel()
    assert EN.say("printer.state.printing") in panel["panel"]
    assert EN.say("printer.why.media-empty") in panel["panel"]
    assert (panel["moving"], panel["open"]) == (True, False)
    assert panel["said"] == "original: The printer is at it. No paper: fill the tray."

    post.printer.now = Condition()
    post.printer.says(State.DONE)
    post.until(State.DONE)
    panel = post.panel()
    assert EN.say("printer.state.done") in panel["panel"]
    assert (panel["moving"], panel["open"]) == (False, False)


def test_it_is_said_in_french_to_who_reads_french(post):
    """P5."""
    post.browser.client.set_cookie("lang", "fr")
    post.print()
    post.until(State.SENT)

    assert FR.say("printer.state.sent") in post.panel()["panel"]
    assert FR.say("screen.printing.title") in post.browser.get("/printing").text


@pytest.mark.parametrize("path", ["/", "/printing", "/sheets/{open}", "/sheets/{stamped}"])
def test_each_page_of_the_counter_shows_how_the_printer_is_before_anything_is_sent(post, path):
    """P7: "paper?" before the query is taken."""
    post.printer.now = Condition(("media-empty", "toner-low"))
    wait_until(lambda: (post.queue.round(), post.queue.condition.reasons)[1])
    opened = post.counter.open(Header("0453"), OFFICER).number
    page = post.browser.get(path.format(open=opened, stamped=post.sheet)).text
    (lamp,) = re.findall(r'(?s)<a [^>]*id="printer".*?</a>', page)

    assert 'data-lamp="bad"' in lamp
    assert EN.say("printer.lamp.bad") in lamp
    assert EN.say("printer.why.media-empty") in lamp
    assert EN.say("printer.why.toner-low") in lamp


def test_a_reason_without_words_of_ours_is_shown_as_the_printer_says_it(post):
    post.printer.now = Condition(("acme-flux-low",))
    wait_until(lambda: (post.queue.round(), post.queue.condition.reasons)[1])

    assert "“acme-flux-low”" in post.panel()["lamp"]


def test_who_does_not_know_decides_and_a_further_try_is_a_copy(post):
    """T18: never a second original."""
    post.lose()
    panel = post.panel()
    assert panel["open"]
    assert EN.say("screen.printing.decide") in panel["panel"]
    answer = post.post("/printing/settle", subject=post.job.subject, how="copied")
    assert answer.json["url"] == f"/sheets/{post.sheet}"

    post.until(State.SENT)
    assert [fact.copy for fact in post.facts("HandedOver")] == [1, 2]
    assert post.facts("PrintSettled") == [PrintSettled("copied")]
    assert len(post.printer.jobs) == 1


def test_another_paper_of_a_sheet_is_shown_by_its_kind_and_its_further_try_is_a_copy_of_its_own(post):
    """P7, T18, P5: the sheet's own numbers stay as they were."""
    post.printer.swallows = True
    told = post.post(f"/sheets/{post.sheet}/notices/1", how="printer").json
    assert (told["said"], told["url"]) == (EN.say("screen.printing.asked", which=f"RNS message, {NUMBER}, original"), None)
    wait_until(lambda: post.job.tried)
    post.clock.now += PATIENCE
    post.until(State.UNKNOWN)
    assert f"RNS message, {NUMBER}, original" in post.panel()["panel"]
    post.printer.swallows = False
    assert post.post("/printing/settle", subject=post.job.subject, how="copied").json["url"] == f"/sheets/{post.sheet}"
    post.until(State.SENT)

    assert [fact.copy for fact in post.facts("Noticed")] == [1, 2]
    post.browser.client.set_cookie("lang", "fr")
    assert f"message SNM, {NUMBER}, copie 2" in unescape(post.browser.get("/printing").text)
    listed = post.program().get(f"/sheets/{post.sheet}/prints").json["prints"]
    assert [(one["kind"], one["title"], one["copy"], one["settled"]) for one in listed] == [
        ("notice", NUMBER, 2, None),
        ("notice", NUMBER, 1, "copied"),
    ]
    assert post.print()["copy"] == 1


def test_a_copy_that_can_not_be_made_is_refused_and_nothing_is_settled(post):
    """P4: else it were settled, and there were no copy."""
    post.printer.no = "busy"
    told = post.program().post(f"/sheets/{post.sheet}/notices", row=1, how="printer")
    assert (told.status_code, told.json["document"], post.job.kind) == (201, post.job.document, "notice")
    post.set(counter=replace(post.counter, held=lambda *_: True))
    answer = post.post("/printing/settle", subject=post.job.subject, how="copied")
    assert (answer.status_code, answer.json["code"], post.job.settled) == (422, "on-hold", "")
    post.set()
    post.counter.void(post.counter.find(post.sheet), "wrong client", SUPERVISOR)
    answer = post.post("/printing/settle", subject=post.job.subject, how="copied")

    assert (answer.json["code"], post.job.settled) == ("endorse-voided", "")


@pytest.mark.parametrize("how", ["there", "given-up"])
def test_one_that_is_settled_asks_nobody_any_more(post, how):
    post.lose()
    subject = post.job.subject
    assert post.post("/printing/settle", subject=subject, how=how, back="queue").json["url"] == "/printing"
    panel = post.panel()

    assert not panel["open"]
    assert EN.say("screen.printing.settled", which=EN.say(f"printer.settled.{how}")) in panel["panel"]
    assert "<form" not in panel["panel"]
    again = post.post("/printing/settle", subject=subject, how=how)
    assert (again.status_code, again.json["code"]) == (422, "print-over")


def test_two_officers_who_decide_the_same_make_one_copy(post):
    """T18: the second is told that it was decided."""
    post.lose()
    subject = post.job.subject
    first, second = (post.post("/printing/settle", subject=subject, how="copied") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 422)
    assert [fact.copy for fact in post.facts("HandedOver")] == [1, 2]


def test_a_printer_that_did_not_take_it_leaves_the_number_for_the_next_click(post):
    """P7."""
    post.printer.no = "not-accepting"
    post.print()
    post.until(State.FAILED)
    panel = post.panel()["panel"]
    assert EN.say("unavailable.not-accepting") in panel
    assert EN.say("screen.printing.again-same-hint") in panel
    assert "<form" not in panel
    post.printer.no = ""

    assert post.print()["copy"] == 1
    assert len(post.facts("Failed")) == 1


def test_two_originals_are_asked_for_with_one_click(post):
    """P7: marked client and retained."""
    post.set(originals=2)
    told = post.print()
    wait_until(lambda: len(post.printer.jobs) == 2)

    assert told["said"] == EN.say("screen.printing.asked", which="original for the client, original to retain")
    assert [(fact.copy, fact.mark) for fact in post.facts("HandedOver")] == [(1, "client"), (1, "retained")]
    first, second = (pdf for _, pdf in post.printer.jobs.values())
    assert first != second
    assert EN.say("screen.printing.original-retained") in post.panel()["panel"]
    assert post.print()["copy"] == 2


def test_a_printer_that_is_off_is_told_and_the_officer_waits_for_nothing(post):
    """Q11."""
    post.printer.down = "unreachable"
    assert post.print()["copy"] == 1
    post.until(State.FAILED)

    assert EN.say("unavailable.unreachable") in post.panel()["panel"]
    assert 'data-lamp="bad"' in post.panel()["lamp"]
    part = post.browser.fetch("/health", method="GET").json["parts"]["printer"]
    assert (part["state"], part["code"]) == ("bad", "unreachable")


def test_the_queue_shows_what_was_asked_for_newest_first(post):
    post.print()
    post.until(State.SENT)
    post.printer.says(State.DONE)
    post.until(State.DONE)
    post.lose()
    page = post.browser.get("/printing").text

    assert re.findall(r'<tr data-print-state="(\w+)"', page) == ["unknown", "done"]
    assert page.count(f'href="/sheets/{post.sheet}"') == 2
    assert OFFICER in page
    assert post.printer.name in page


def test_a_queue_that_nobody_works_through_sends_while_the_officer_waits(post):
    """P7: a kiosk whose loop has ended prints all the same, and says what it could not."""
    post.queue.stop()
    told = post.print()
    assert (told["job"], post.job.state) == ("1", State.SENT)
    assert post.browser.fetch("/health", method="GET").json["parts"]["printer"]["code"] == "queue-ended"

    post.printer.no = "busy"
    answer = post.post(f"/sheets/{post.sheet}/print", how="printer")
    assert (answer.status_code, answer.json["part"], answer.json["code"]) == (503, "printer", "busy")
    assert post.facts("Failed") == [Failed("printer", "busy", "", 2)]
    assert [fact.copy for fact in post.facts("HandedOver")] == [1, 2]
    assert isinstance(post.facts("HandedOver")[0], HandedOver)


@pytest.mark.parametrize("subject", ["", "K7QD.000001", "print/K7QD.000001/99", "print/../users/1", "print/"])
def test_what_is_no_print_is_refused(post, subject):
    answer = post.post("/printing/settle", subject=subject, how="there")

    assert (answer.status_code, answer.json["code"]) == (422, "no-such-print")


def test_who_has_no_counter_has_no_queue(post):
    """Least privilege."""
    post.print()
    administrator, supervisor = post.at_work(ADMINISTRATOR), post.at_work(SUPERVISOR)

    assert [administrator.get(path).status_code for path in ("/printing", f"/printing/state?sheet={post.sheet}")] == [403, 403]
    assert post.post("/printing/settle", administrator, subject=post.job.subject, how="given-up").status_code == 403
    assert supervisor.get("/printing").status_code == 200


# --- programs ----------------------------------------------------------------------------------------------------------


def test_a_program_is_told_what_an_officer_is_told_and_may_decide_the_same(post):
    """P7, T18."""
    post.printer.now = Condition(("toner-low",), model="Example 1")
    wait_until(lambda: (post.queue.round(), post.queue.condition.reasons)[1])
    program = post.program()
    assert program.get(f"/sheets/{post.sheet}/prints").json["prints"] == []
    post.lose()
    told = program.get(f"/sheets/{post.sheet}/prints").json
    assert told["printer"] == {
        "name": post.printer.name,
        "lamp": "poor",
        "reasons": [{"code": "toner-low", "message": EN.say("printer.why.toner-low")}],
        "model": "Example 1",
    }
    (one,) = told["prints"]
    assert (one["n"], one["copy"], one["state"], one["open"], one["taken"], one["settled"]) == (1, 1, "unknown", True, True, None)
    assert one["reasons"] == [{"code": "answer-lost", "message": EN.say("unavailable.answer-lost")}]

    settled = program.post(f"/sheets/{post.sheet}/prints/1/settle", how="copied").json["prints"]
    assert [(one["copy"], one["settled"]) for one in settled] == [(2, None), (1, "copied")]
    assert program.post(f"/sheets/{post.sheet}/prints/1/settle", how="copied").json["code"] == "print-over"
    assert program.post(f"/sheets/{post.sheet}/prints/9/settle", how="there").json["code"] == "no-such-print"
    assert [one["n"] for one in program.get("/prints").json["prints"]] == [2, 1]
    assert program.get("/sheets/K7QD.000099/prints").status_code in {404, 422}


def test_one_that_nobody_knows_the_fate_of_stays_in_the_queue_for_as_long_as_it_takes(post):
    """Fault 3: after a day it would be out of everybody's sight."""
    post.lose()
    post.clock.now += timedelta(days=2)

    assert 'data-print-state="unknown"' in post.at_work(OFFICER).get("/printing").text
