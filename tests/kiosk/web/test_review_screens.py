"""What a fresh look found at the counter's screens: each of these once showed or gave out what it must not."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from drivers.pages import Reader
from kiosk.core.answer import Reason
from kiosk.core.sheet import MAX_ROWS
from kiosk.web import create_app
from tests import fakes
from tests.fakes import FakeClock, FakeSigner, FakeStore, transaction
from tests.kiosk.web.api_samples import OFFICER, SUPERVISOR, Kiosk
from tests.kiosk.web.staff_samples import Browser

RELEASED, HELD, NOWHERE = "99999-000000011", "99999-000000022", "99999-000000099"
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.fixture
def kiosk(tmp_path, reader):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(RELEASED))
    store.put(transaction(HELD), Reason.EXAM)
    made = Kiosk(tmp_path, reader, store, FakeSigner(), clock)
    yield made
    made.close()


class Screen:
    """A browser with the counter open on a new sheet."""

    def __init__(self, kiosk, badge=OFFICER):
        self.browser = Browser(kiosk.app)
        assert self.browser.log_in(badge).status_code == 303
        self.sheet = self.post("/sheets").json["sheet"]

    def post(self, path, **fields):
        return self.browser.client.post(path, data={"csrf": self.browser.csrf, **fields}, headers=JSON)

    def get(self, path, **headers):
        return self.browser.client.get(path, headers=headers)

    def scan(self, text, name="scan-00001", **more):
        sent = {"id": name, "text": text, **more}
        headers = JSON | {"X-CSRF-Token": self.browser.csrf}
        return self.browser.client.post(f"/sheets/{self.sheet}/scans", json=sent, headers=headers)

    def rows(self):
        return self.get(f"/sheets/{self.sheet}/rows", **JSON).json

    def stamp(self):
        return self.post(f"/sheets/{self.sheet}/stamp", seen=self.rows()["entries"])

    def print(self, how="browser"):
        return self.post(f"/sheets/{self.sheet}/print", how=how)


@pytest.fixture
def screen(kiosk):
    return Screen(kiosk)


def proof_of(kiosk):
    return kiosk.facts("Stamped")[0].document


# --- what is stamped was seen -----------------------------------------------------------------------------------------


def test_a_scan_that_brings_waiting_rows_their_answers_tells_them_too(kiosk, screen):
    """Q3, Q6: else a page that is told how far the sheet is stamps a mark that was never on it."""
    kiosk.store.down()
    screen.scan(HELD, "scan-00001")
    screen.scan(NOWHERE, "scan-00002")
    kiosk.store.up()

    told = screen.scan(RELEASED, "scan-00003").json

    assert [(row["place"], row["tone"]) for row in told["rows"]] == [(1, "held"), (2, "unknown"), (3, "released")]


def test_a_program_is_told_of_waiting_rows_that_its_scan_brought_their_answers(kiosk):
    kiosk.store.down()
    officer = kiosk.program()
    sheet = officer.open()
    officer.scan(sheet, HELD)
    kiosk.store.up()

    told = officer.scan(sheet, RELEASED).json

    assert [(row["row"], row["status"]) for row in told["rows"]] == [(1, "NR"), (2, "R")]


def test_a_scan_alone_tells_its_own_row_alone(screen):
    """A page of five hundred rows is not sent with each scan."""
    for n in range(3):
        screen.scan(RELEASED[:-1] + str(n), f"scan-0000{n}")

    assert [row["place"] for row in screen.scan(HELD, "scan-00009").json["rows"]] == [4]


@pytest.mark.parametrize("more", [1, 999_000])
def test_a_page_that_has_seen_more_than_the_record_has_decides_nothing(kiosk, screen, more):
    """A record that was put back from a copy: the officer has seen rows that are not there."""
    screen.scan(RELEASED)
    seen = screen.rows()["entries"] + more

    answer = screen.post(f"/sheets/{screen.sheet}/stamp", seen=seen)

    assert (answer.status_code, answer.json["code"]) == (409, "moved-on")
    assert screen.post(f"/sheets/{screen.sheet}/rows/1/remove", seen=seen, reason="no").status_code == 409
    assert kiosk.program().post(f"/sheets/{screen.sheet}/stamp", seen=seen).status_code == 409
    assert not kiosk.facts("Stamped")


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_on_a_full_sheet_a_scan_sent_twice_gets_its_first_answer_again(kiosk, screen):
    """Else the officer is told that a row which is there was refused."""
    numbers = [f"99999-{n:09}" for n in range(MAX_ROWS)]
    sheet = kiosk.counter.find(screen.sheet)
    kiosk.counter.scan(sheet, [fakes.scan(number) for number in numbers[:-1]], OFFICER)
    screen.scan(numbers[-1], "scan-last")

    again = screen.scan(numbers[-1], "scan-last")

    assert (again.status_code, [row["place"] for row in again.json["rows"]]) == (200, [MAX_ROWS])
    assert screen.scan("99999-123456789", "scan-more").json["code"] == "sheet-full"


def test_two_scans_that_go_by_one_name_are_not_taken_for_one(kiosk, screen):
    """A program that numbers its scans anew after a restart must not lose one without a word."""
    screen.scan(RELEASED, "scan-00001")

    other = screen.scan(HELD, "scan-00001")

    assert (other.status_code, other.json["code"]) == (422, "scan-id-taken")
    assert len(kiosk.facts("Scanned")) == 1


def test_a_typed_row_that_was_confirmed_keeps_the_name_of_its_first_scan(kiosk, screen):
    screen.scan(RELEASED, "scan-typed", keyed=True)
    screen.scan(RELEASED.replace("-", ""), "scan-read")

    assert screen.scan(RELEASED, "scan-typed", keyed=True).status_code == 200
    assert screen.scan(HELD, "scan-typed", keyed=True).json["code"] == "scan-id-taken"


def test_a_scan_that_comes_while_the_clock_is_behind_is_sent_again(kiosk, screen):
    """Time puts that right: a page strikes out a scan that is refused, and keeps one that could not be written."""
    screen.scan(RELEASED)
    kiosk.clock.let_pass(minutes=-5)

    answer = screen.scan(HELD, "scan-00002")
    kiosk.clock.let_pass(minutes=6)

    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "clock-behind", "1")
    assert screen.scan(HELD, "scan-00002").status_code == 200


def test_one_answer_does_not_fill_the_screen_of_a_sheet_with_more(kiosk, screen):
    """Else whoever sees one R stamps rows that he does not see."""
    screen.scan(HELD, "scan-00001")
    assert screen.get(f"/one/{screen.sheet}").status_code == 200
    screen.scan(RELEASED, "scan-00002")

    answer = screen.get(f"/one/{screen.sheet}")

    assert (answer.status_code, answer.location) == (303, f"/sheets/{screen.sheet}")


def test_one_answer_fills_the_screen_where_the_others_were_struck_out(screen):
    screen.scan("?", "scan-00001")
    screen.scan(RELEASED, "scan-00002", instead=1)

    assert "Released" in screen.get(f"/one/{screen.sheet}").text


# --- a proof that was taken back --------------------------------------------------------------------------------------


@pytest.fixture
def voided(kiosk, screen):
    """A proof of which original and a copy were printed, taken back since; who printed it is still at work."""
    screen.scan(RELEASED)
    assert screen.stamp().status_code == 200
    assert screen.print().status_code == 200
    assert screen.print().status_code == 200
    kiosk.program(SUPERVISOR).post(f"/sheets/{screen.sheet}/void", reason="wrong client")
    return screen


def test_no_address_gives_out_a_proof_that_was_taken_back_as_if_it_held(kiosk, voided):
    """P2, P7: neither the original nor a copy that was drawn while it held, as a file or as a picture."""
    officer = kiosk.program()

    for digest in {proof_of(kiosk), *(fact.document for fact in kiosk.facts("HandedOver"))}:
        for path in (f"/documents/{digest}.pdf", f"/documents/{digest}/0.png"):
            answer = voided.get(path, **JSON)
            assert (answer.status_code, answer.json["code"]) == (422, "proof-voided"), path
        assert officer.get(f"/documents/{digest}").status_code == 422
        assert officer.get(f"/documents/{digest}/pages/0").status_code == 422


def test_what_is_printed_of_it_says_so_and_can_be_had_again(kiosk, voided):
    printed = voided.print()
    digest = kiosk.facts("HandedOver")[-1].document

    assert voided.get(f"/documents/{digest}.pdf").data == printed.data


def test_the_page_of_a_proof_that_was_taken_back_shows_and_offers_no_proof(kiosk, voided):
    page = voided.get(f"/sheets/{voided.sheet}").text

    assert "wrong client" in page
    assert proof_of(kiosk) not in page


def test_a_proof_that_holds_is_shown_and_offered(kiosk, screen):
    screen.scan(RELEASED)
    screen.stamp()

    shown = screen.get(f"/sheets/{screen.sheet}").text
    assert f"/documents/{proof_of(kiosk)}/0.png" in shown
    assert f"/documents/{proof_of(kiosk)}.pdf" not in shown  # P7: what is opened is printed, and would say nothing of a copy
    assert screen.get(f"/documents/{proof_of(kiosk)}.pdf").status_code == 200
    assert screen.get(f"/documents/{proof_of(kiosk)}/0.png?width=200").status_code == 200


def test_no_address_gives_out_the_proof_of_goods_that_are_on_hold_and_its_page_says_so(kiosk, screen):
    """P4, fault 1: neither as a file nor as a picture, also not what was drawn before."""
    screen.scan(RELEASED)
    screen.stamp()
    screen.print()
    app = create_app(replace(kiosk.house, counter=replace(kiosk.counter, held=lambda *_: True)))
    held = Screen(SimpleNamespace(app=app))
    digest = proof_of(kiosk)

    for path in (f"/documents/{digest}.pdf", f"/documents/{digest}/0.png?width=200", f"/api/v1/documents/{digest}"):
        answer = held.get(path, **JSON)
        assert (answer.status_code, answer.json["code"]) == (422, "on-hold"), path
    page = held.get(f"/sheets/{screen.sheet}").text
    assert "Rows 1 are on hold" in page
    assert digest not in page


# --- copies -----------------------------------------------------------------------------------------------------------


def test_no_two_prints_have_one_number_when_the_first_of_two_fails(kiosk, screen):
    """P7: somebody else prints while the printer takes its time to fail."""
    screen.scan(RELEASED)
    screen.stamp()
    broken = kiosk.house.printer.submit

    def fails(pdf, name):
        screen.print()
        (kiosk.house.folder / "printed").write_text("in the way")
        return broken(pdf, name)

    kiosk.house.printer.submit = fails
    assert screen.print("printer").status_code == 503

    screen.print()

    copies = [fact.copy for fact in kiosk.facts("HandedOver")]
    assert copies == [1, 2, 1]


# --- specimen ---------------------------------------------------------------------------------------------------------


def test_a_proof_says_what_it_was_when_it_was_stamped(kiosk, screen):
    """Not what the kiosk has been set to since."""
    screen.scan(RELEASED)
    screen.stamp()
    real = type(kiosk.house)(**{name: getattr(kiosk.house, name) for name in kiosk.house.__slots__} | {"specimen": False})
    kiosk.app.extensions["house"] = real

    page = screen.get(f"/sheets/{screen.sheet}").text

    assert re.search(r"(?i)specimen", page)
