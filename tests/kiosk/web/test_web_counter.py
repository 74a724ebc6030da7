"""The counter's routes: what a page may ask, what it is told, and what is refused; on a real record."""

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.adapters.folder import FolderPrinter
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.journal import Failed, HandedOver, Scanned, Stamped
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from kiosk.desks.counter import Counter
from kiosk.desks.intake import Intake
from kiosk.desks.press import OwnPress
from kiosk.desks.record import Record
from kiosk.station.asker import Asker
from kiosk.web import create_app
from kiosk.web.house import House
from kiosk.web.overheard import listen, overheard
from tests.fakes import FakeClock, FakeSigner, FakeStore, Fragile, real_seal, transaction
from tests.kiosk.web.staff_samples import Browser, hire, staff_of

NUMBER, OTHER, NEVER = "99999001495785", "99999001495786", "99999001495787"
ZONE = ZoneInfo("America/Toronto")


class Desk:
    """A kiosk with an officer B1001 and a supervisor S2001, whose browsers are open."""

    def __init__(self, folder):
        self.clock = FakeClock()
        self.store = FakeStore(self.clock)
        self.store.put(transaction(NUMBER))
        self.store.put(transaction(OTHER), Reason.EXAM)
        self.disk = Fragile(SqlJournal(f"sqlite:///{folder / 'record.sqlite3'}"))
        self.journal = overheard(self.disk)
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        self.printed = folder / "printed"
        self.staff = staff_of(self.journal, self.clock)
        for badge, role in (("B1001", Role.BSO), ("S2001", Role.SUPERVISOR)):
            hire(self.staff, badge, role)
        self.asker = Asker(self.counter)
        listen(self.journal, self.asker.heard)
        self.app = create_app(self._house(folder))
        self.browser, self.supervisor = self.at_work("B1001"), self.at_work("S2001")

    def _house(self, folder):
        return House(
            counter=self.counter,
            staff=self.staff,
            record=Record(self.journal, self.clock, ZONE),
            intake=Intake(self.journal, self.clock),
            press=OwnPress.of(PdfPaper(), real_seal(), FakeSigner()),
            reader=None,
            forms=None,
            asker=self.asker,
            printer=FolderPrinter(folder),
            journal=self.journal,
            clock=self.clock,
            zone=ZONE,
            station="K7QD",
            office="0453",
            badge="[A-Z0-9]{3,8}",
            agency="",
            authority="fake-store",
            secret=b"only for tests",
        )

    def at_work(self, badge):
        browser = Browser(self.app)
        browser.log_in(badge)
        return browser

    def begin(self):
        """A sheet that the officer has before him."""
        return self.counter.open(Header("0453", "Example"), "B1001").number

    def scan(self, sheet, text=NUMBER, number="scan-0001", **more):
        """What the page sends for a scan, and what it is told."""
        return self.post(f"/sheets/{sheet}/scans", json={"id": number, "text": text, "keyed": False, "instead": None} | more)

    def post(self, path, browser=None, **given):
        browser = browser or self.browser
        headers = {"Accept": "application/json", "X-CSRF-Token": browser.csrf}
        return browser.client.post(path, headers=headers, **given)

    def facts(self, sheet, kind):
        return [one.entry.fact for one in self.journal.entries(sheet) if isinstance(one.entry.fact, kind)]

    def stamped(self):
        """A sheet with a proof."""
        sheet = self.begin()
        entries = self.scan(sheet).json["entries"]
        assert self.post(f"/sheets/{sheet}/stamp", data={"seen": entries}).status_code == 200
        return sheet


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.disk.real.close()


def test_a_scan_is_told_with_its_row_and_how_far_the_sheet_was(desk):
    """Q3: the page learns from `before` whether somebody else was at the sheet."""
    sheet = desk.begin()
    told = desk.scan(sheet).json

    assert (told["before"], told["entries"]) == (1, 3)
    (row,) = told["rows"]
    assert (row["place"], row["kind"], row["tone"]) == (1, "line", "released")
    assert "99999 0014 95785" in row["said"]
    assert 'data-tone="released"' in row["html"]


def test_a_scan_sent_twice_counts_once_and_gets_its_first_answer_again(desk):
    """Q10: also when the world has changed meanwhile: the row is as it was, until it is asked again."""
    sheet = desk.begin()
    first = desk.scan(sheet).json
    desk.store.put(transaction(NUMBER), Reason.EXAM)
    again = desk.scan(sheet).json

    assert again["rows"] == first["rows"]
    assert len(desk.facts(sheet, Scanned)) == 1


def test_while_the_store_is_down_a_row_has_no_mark(desk):
    """Q6: neither NR nor N/A, in no attribute and no word."""
    sheet = desk.begin()
    desk.store.down()
    (row,) = desk.scan(sheet).json["rows"]

    assert (row["kind"], row["tone"]) == ("waiting", "unasked")
    assert "<b>" not in row["html"]
    assert not any(word in row["html"] for word in ("Not released", "Not on file", "mark-held", "mark-unknown"))
    assert desk.asker.waiting == (sheet,)


def test_while_the_record_can_not_be_written_nothing_is_shown(desk):
    """Q10: an answer that was not recorded is no answer; the page keeps the scan."""
    sheet = desk.begin()
    desk.disk.healthy = 0
    reply = desk.scan(sheet)

    assert (reply.status_code, reply.json["code"]) == (503, "disk-full")
    assert "R" not in reply.json.get("rows", [])
    desk.disk.healthy = None
    assert desk.scan(sheet).json["rows"][0]["tone"] == "released"


@pytest.mark.parametrize(("lang", "words"), [("en", "badge B1001 is logged in now"), ("fr", "L’insigne B1002 a lu ceci")])
def test_a_scan_of_another_badge_is_not_recorded_as_this_one_s(desk, lang, words):
    """Each row is his who scanned it: what a page kept for B1002 is not B1001's."""
    sheet = desk.begin()
    desk.browser.client.set_cookie("lang", lang)
    entries = desk.journal.checkpoint().size
    reply = desk.post(f"/sheets/{sheet}/scans", json={"id": "scan-0001", "text": NUMBER, "keyed": False, "badge": "B1002"})
    begun = desk.post("/sheets", data={"mode": "one", "badge": "B1002"})

    assert (reply.status_code, reply.json["code"]) == (begun.status_code, begun.json["code"]) == (401, "other-badge")
    assert words in reply.json["title"]
    assert "B1002" in reply.json["detail"]
    assert desk.journal.checkpoint().size == entries


def test_a_scan_of_the_badge_at_work_is_recorded(desk):
    sheet = desk.begin()
    sent = {"id": "scan-0001", "text": NUMBER, "keyed": False, "badge": "B1001"}
    assert desk.post(f"/sheets/{sheet}/scans", json=sent).json["rows"][0]["tone"] == "released"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"id": "scan-0001"},
        {"id": "x", "text": NUMBER, "keyed": False},
        {"id": "scan 0001", "text": NUMBER, "keyed": False},
        {"id": "scan-0001", "text": "", "keyed": False},
        {"id": "scan-0001", "text": NUMBER, "keyed": "no"},
        {"id": "scan-0001", "text": 99999001495785, "keyed": False},
        {"id": "scan-0001", "text": NUMBER, "keyed": False, "instead": True},
        {"id": "scan-0001", "text": NUMBER, "keyed": False, "instead": "1"},
        {"id": "scan-0001", "text": "9" * 5000, "keyed": False},
        {"id": "scan-0001", "noread": "whatever"},
        [],
        "scan",
    ],
)
def test_what_no_page_of_ours_sends_is_not_understood(desk, sent):
    sheet = desk.begin()
    reply = desk.post(f"/sheets/{sheet}/scans", json=sent)

    assert reply.status_code == 400
    assert desk.counter.find(sheet).rows == ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60), serial=st.uuids(), keyed=st.booleans())
def test_whatever_is_scanned_it_is_a_row_or_a_clear_no(desk, text, serial, keyed):
    """Q4: any text at all, hostile or broken; never an error of ours, and never lost."""
    sheet = desk.begin()
    reply = desk.post(f"/sheets/{sheet}/scans", json={"id": str(serial), "text": text, "keyed": keyed})

    assert reply.status_code == 200
    (row,) = reply.json["rows"]
    assert row["tone"] in {"released", "held", "unknown", "unread"}
    assert "<script" not in row["html"].lower()


def test_the_stamp_is_for_what_was_seen(desk):
    """Q9: another's row between the look and the key is shown first."""
    sheet = desk.begin()
    seen = desk.scan(sheet).json["entries"]
    desk.scan(sheet, OTHER, "scan-0002")
    reply = desk.post(f"/sheets/{sheet}/stamp", data={"seen": seen})

    assert (reply.status_code, reply.json["code"]) == (409, "moved-on")
    assert not desk.facts(sheet, Stamped)


def test_a_changed_answer_is_told_with_the_rows_as_they_are_now(desk):
    """Q9."""
    sheet = desk.begin()
    seen = desk.scan(sheet).json["entries"]
    desk.store.put(transaction(NUMBER), Reason.EXAM)
    reply = desk.post(f"/sheets/{sheet}/stamp", data={"seen": seen})

    assert (reply.status_code, reply.json["code"]) == (409, "changed")
    assert reply.json["changes"] == [{"row": 1, "before": "R", "now": "NR"}]
    assert reply.json["rows"][0]["tone"] == "held"
    assert not desk.facts(sheet, Stamped)


def test_a_page_without_scripts_gets_the_sheet_with_what_changed(desk):
    """Q9: the same in a plain form."""
    sheet = desk.begin()
    seen = desk.scan(sheet).json["entries"]
    desk.store.put(transaction(NUMBER), Reason.EXAM)
    reply = desk.browser.client.post(f"/sheets/{sheet}/stamp", data={"seen": seen, "csrf": desk.browser.csrf})

    assert reply.status_code == 409
    assert "Row 1: R → NR" in reply.text


@pytest.mark.parametrize("seen", ["", "-1", "x", "1" * 20, "１"])
def test_a_stamp_without_what_was_seen_is_not_understood(desk, seen):
    sheet = desk.begin()
    desk.scan(sheet)

    assert desk.post(f"/sheets/{sheet}/stamp", data={"seen": seen}).status_code == 400


def test_the_original_is_handed_out_once_and_then_copies(desk):
    """P7."""
    sheet = desk.stamped()
    first, second = (desk.post(f"/sheets/{sheet}/print", data={"how": "browser"}) for _ in range(2))

    (stamped,) = desk.facts(sheet, Stamped)
    assert first.data == desk.journal.document(stamped.document)
    assert second.data != first.data
    assert f"{sheet}-copy-2.pdf" in second.headers["Content-Disposition"]
    assert [fact.copy for fact in desk.facts(sheet, HandedOver)] == [1, 2]


def test_a_printer_that_fails_is_told_and_recorded_and_the_original_is_still_to_come(desk):
    """P7: else the client is given a copy of an original that nobody has."""
    sheet = desk.stamped()
    desk.printed.write_text("a file where the folder should be")
    reply = desk.post(f"/sheets/{sheet}/print", data={"how": "printer"})
    assert (reply.status_code, reply.json["part"]) == (503, "printer")
    assert desk.facts(sheet, Failed)

    desk.printed.unlink()
    assert desk.post(f"/sheets/{sheet}/print", data={"how": "printer"}).json["copy"] == 1


def test_an_officer_may_not_take_a_proof_back_and_a_supervisor_may(desk):
    sheet = desk.stamped()
    assert desk.post(f"/sheets/{sheet}/void", data={"reason": "wrong client"}).status_code == 403

    assert desk.post(f"/sheets/{sheet}/void", desk.supervisor, data={"reason": "wrong client"}).status_code == 200
    assert desk.counter.find(sheet).voided == "wrong client"
    assert desk.journal.entries(sheet)[-1].entry.by == "S2001"


def test_a_form_goes_back_with_a_slip(desk):
    """Q4."""
    sheet = desk.begin()
    desk.scan(sheet, "911")
    reply = desk.post(f"/sheets/{sheet}/return")

    assert reply.data.startswith(b"%PDF-")
    assert (desk.post(f"/sheets/{desk.begin()}/return").status_code) == 422


def test_only_documents_of_ours_are_shown(desk):
    """A client's own bytes, or a PIN's hash, lie in the same table."""
    sheet = desk.stamped()
    (stamped,) = desk.facts(sheet, Stamped)
    assert desk.browser.client.get(f"/documents/{stamped.document}.pdf").data.startswith(b"%PDF-")

    pins = [one.entry.fact.document for one in desk.journal.find(kind="PinSet")]
    for digest in (*pins, "0" * 64, "x", "..%2f..%2fetc%2fpasswd"):
        assert desk.browser.client.get(f"/documents/{digest}.pdf").status_code == 404


@pytest.mark.parametrize("number", ["K7QD.999999", "user/B1001", "record", "x", "%00"])
def test_what_is_no_sheet_is_not_there(desk, number):
    """A subject of the record that is no sheet is none, whatever its address."""
    assert desk.browser.client.get(f"/sheets/{number}").status_code == 404


def test_a_stamped_sheet_of_one_document_is_shown_as_a_proof(desk):
    """Q1."""
    sheet = desk.stamped()
    reply = desk.browser.client.get(f"/one/{sheet}")

    assert (reply.status_code, reply.location) == (303, f"/sheets/{sheet}")


def test_earlier_heads_of_a_client_are_offered(desk):
    desk.begin()

    assert json.loads(desk.browser.client.get("/clients?text=exam").data) == [{"name": "Example", "id": "", "contact": ""}]


def test_waiting_rows_are_asked_again_on_demand(desk):
    """Q6."""
    sheet = desk.begin()
    desk.store.down()
    desk.scan(sheet)
    desk.store.up()

    assert desk.post(f"/sheets/{sheet}/ask").json["rows"][0]["tone"] == "released"
