"""The stamp on the client's own papers, from the page of a stamped sheet (P1, P6, Q1)."""

import re
from contextlib import closing, nullcontext
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from kiosk.adapters.pades import PdfBinder, PdfSigner, check
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.core.answer import Reason
from kiosk.core.journal import Failed, GivenOut
from kiosk.core.printing import State
from kiosk.core.sheet import Header
from kiosk.desks.bindery import OwnBindery
from kiosk.desks.dispatch import Dispatch
from kiosk.desks.endorsing import Endorsing
from kiosk.words import words
from tests.fakes import FakeClock, FakeStore, ccn, real_seal, scan
from tests.kiosk.adapters import endorse_samples as samples
from tests.kiosk.desks.test_endorsing import CERTIFICATE, KEY, TRUSTED
from tests.kiosk.web.api_samples import ADMINISTRATOR, OFFICER, OPERATOR, SUPERVISOR, Kiosk
from tests.kiosk.web.staff_samples import PIN, Browser
from tests.printers import FakePrinter

HEADER = Header("0453", "Fictitious Freight Ltd.")
CCD = samples.ccd()
JSON = {"Accept": "application/json"}
EN = words("en")


class Post(Kiosk):
    """A kiosk with a bindery."""

    def _house(self, *parts):
        house = super()._house(*parts)
        seal, signer, paper = real_seal(), PdfSigner(KEY, CERTIFICATE), PdfPaper()
        bindery = OwnBindery(PdfOverlays(paper.imprint), PdfBinder(), lambda: nullcontext((seal, signer)))
        return replace(house, endorsing=Endorsing(self.heard, self.clock, "K7QD"), bindery=bindery)

    def at_work(self, badge=OFFICER):
        browser = Browser(self.app)
        assert browser.log_in(badge, PIN).status_code == 303
        return browser

    def stamped(self, *numbers, document=None):
        """A stamped sheet: of a document that was put on it, and of numbers that were scanned."""
        sheet = self.counter.open(HEADER, OFFICER)
        if document:
            self.forms.submit(self.intake.receive(sheet.number, "ccd.pdf", document, OFFICER))
            while any(form.open for form in self.intake.forms(sheet.number)):
                self.told.get(timeout=60)
        sheet = self.counter.scan(self.counter.find(sheet.number), [scan(number) for number in numbers], OFFICER)
        return self.counter.stamp(sheet, OFFICER, self.house.press).sheet.number


def send(browser, path, headers=None, **fields):
    """A form of the last page, whose answer may be a document."""
    return browser.client.post(path, data={"csrf": browser.csrf, **fields}, headers=headers or {})


@pytest.fixture(scope="module")
def reader():
    with samples.reader() as reader:
        yield reader


@pytest.fixture
def post(tmp_path, reader):
    clock = FakeClock()
    store = FakeStore(clock)
    for n, reason in ((1, Reason.RELEASED), (2, Reason.EXAM), (3, Reason.RELEASED)):
        store.put(ccn(f"8XXX-00000{n}"), reason)
    post = Post(tmp_path, reader, store, PdfSigner(KEY, CERTIFICATE), clock)
    yield post
    post.close()


def test_a_clients_document_is_stamped_from_the_sheets_page_and_shown_there(post):  # P1
    number = post.stamped(document=CCD)
    browser = post.at_work()
    shown = browser.get(f"/sheets/{number}").text
    assert "Stamp ccd.pdf" in shown
    (document,) = re.findall(r'name="document" value="([0-9a-f]{64})"', shown)

    answer = browser.client.post(f"/sheets/{number}/endorsements", data={"csrf": browser.csrf, "document": document}, headers=JSON)
    assert answer.json == {"url": f"/sheets/{number}"}
    (fact,) = post.facts("Endorsed")
    shown = browser.get(f"/sheets/{number}").text
    assert f"/documents/{fact.document}.pdf" in shown
    assert "ccd.pdf, stamped" in shown
    pdf = browser.client.get(f"/documents/{fact.document}.pdf").data
    assert pdf.startswith(CCD)
    assert check(pdf, TRUSTED).genuine


def test_it_goes_to_the_printer_and_that_is_recorded(post, tmp_path):  # Q10
    number = post.stamped(document=CCD)
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    send(browser, f"/sheets/{number}/endorsements", document=post.intake.forms(number)[0].document)
    (fact,) = post.facts("Endorsed")
    path = f"/sheets/{number}/endorsements/{fact.document}/print"

    assert send(browser, path, headers=JSON, how="printer").status_code == 200
    assert [one.read_bytes().startswith(CCD) for one in tmp_path.rglob("*.pdf")] == [True]
    assert post.facts("GivenOut") == [GivenOut(fact.document, "printer")]
    assert send(browser, path.replace(fact.document, "0" * 64), how="printer").status_code == 404
    assert send(browser, path, how="pigeon").status_code == 400


def test_a_printer_that_takes_nothing_leaves_the_number_for_the_next_one(post):
    """P7: of the message; the sheet's own numbers are others."""
    number = post.stamped("8XXX-000001")
    printer = printed_by(post, no="away")
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    answer = send(browser, f"/sheets/{number}/notices/1", headers=JSON, how="printer")
    (fact,) = post.facts("Noticed")

    assert (answer.status_code, answer.json["code"]) == (503, "away")
    assert post.facts("Failed") == [Failed("printer", "away", "as told by the test", 1, document=fact.document)]
    printer.no = ""
    assert "COPY" not in said(send(browser, f"/sheets/{number}/notices/1", how="browser").data)
    assert "COPY 2" in said(send(browser, f"/sheets/{number}/notices/1", how="browser").data)


def test_what_is_given_out_again_of_a_stamped_document_says_copy(post):
    """P7: the stamp on the client's paper is an original too."""
    number = post.stamped(document=CCD)
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    send(browser, f"/sheets/{number}/endorsements", document=post.intake.forms(number)[0].document)
    (fact,) = post.facts("Endorsed")
    path = f"/sheets/{number}/endorsements/{fact.document}/print"
    first, second, third = (send(browser, path, how="browser").data for _ in range(3))

    assert first == post.journal.document(fact.document)
    assert [made.copy for made in post.facts("Endorsed")] == [1, 2, 3]
    assert second.startswith(CCD)
    assert check(second, TRUSTED).genuine
    assert ["COPY 2" in said(first), "COPY 2" in said(second), "COPY 3" in said(third)] == [False, True, True]
    assert [one.document for one in post.facts("GivenOut")] == [made.document for made in post.facts("Endorsed")]


def said(pdf):
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return " ".join(page.get_textpage().get_text_range() for page in opened)


def test_where_the_printers_answer_was_lost_the_document_may_be_on_paper(post):
    """P7: "failed" would be a guess, and the next one another original."""
    number = post.stamped(document=CCD)
    printer = printed_by(post, swallows=True)
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    send(browser, f"/sheets/{number}/endorsements", document=post.intake.forms(number)[0].document)
    (fact,) = post.facts("Endorsed")
    path = f"/sheets/{number}/endorsements/{fact.document}/print"
    answer = send(browser, path, headers=JSON, how="printer")

    assert answer.json["said"] == EN.say("screen.printing.asked", which="client's document ccd.pdf, original")
    assert (printer.jobs, len(post.facts("GivenOut")), post.facts("Failed")) == ({}, 1, [])
    (job,) = Dispatch(post.heard, printer, post.clock, "K7QD").of(number)
    assert (job.kind, job.title, job.document, job.tried, job.state) == ("document", "ccd.pdf", fact.document, True, State.WAITING)
    send(browser, path, how="browser")
    assert [made.copy for made in post.facts("Endorsed")] == [1, 2]


def printed_by(post, **so):
    """The kiosk with a printer that is so, and no loop at work."""
    printer = FakePrinter(**so)
    post.app.extensions["house"] = replace(post.house, printer=printer)
    return printer


def test_what_can_not_leave_is_not_made_and_uses_no_number_up(post):
    """P4, P7: on hold, or asked for in no way that there is; else what comes out later says COPY, and there is no original."""
    number = post.stamped("8XXX-000001")
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    place = {"paper": "letter", "x": "30", "y": "30"}
    assert send(browser, f"/sheets/{number}/overprint/1", **place).status_code == 400
    assert send(browser, f"/sheets/{number}/notices/1").status_code == 400
    post.app.extensions["house"] = replace(post.house, counter=replace(post.counter, held=lambda *_: True))
    for path in ("overprint/1", "notices/1", "endorsements"):
        assert send(browser, f"/sheets/{number}/{path}", headers=JSON, how="browser", **place).json["code"] == "on-hold"

    assert post.facts("Overprinted") == post.facts("Noticed") == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_document_that_can_not_be_stamped_is_refused_in_words_and_pointed_to_the_sheet(lang, post):
    locked = samples.changed(CCD, encryption=pikepdf.Encryption(user="", owner="secret"))
    number = post.stamped(document=locked)
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    browser.client.set_cookie("lang", lang)
    answer = send(browser, f"/sheets/{number}/endorsements", headers=JSON, document=post.intake.forms(number)[0].document)

    assert (answer.status_code, answer.json["code"]) == (422, "endorse-encrypted")
    assert ("own stamped sheet" if lang == "en" else "feuille estampillée du kiosque") in answer.json["detail"]
    assert post.facts("Endorsed") == []


def test_a_stamp_for_paper_is_placed_and_its_place_is_remembered(post):  # Q1, P6
    number = post.stamped("8XXX-000001")
    browser = post.at_work()
    page = browser.get(f"/sheets/{number}/overprint/1").text
    assert 'viewBox="0 0 215.9 279.4"' in page
    answer = send(browser, f"/sheets/{number}/overprint/1", how="browser", paper="a4", across="yes", x="31,5", y="40")

    assert answer.content_type == "application/pdf"
    with pikepdf.open(BytesIO(answer.data)) as opened:
        assert [round(float(side) * 25.4 / 72) for side in opened.pages[0].MediaBox] == [0, 0, 297, 210]
    (fact,) = post.facts("Overprinted")
    assert (fact.x, fact.y, fact.paper, fact.copy, fact.number) == (31.5, 40.0, "a4-across", 1, "8XXX-000001")
    page = browser.get(f"/sheets/{number}/overprint/1").text
    assert 'value="31.5"' in page
    assert re.search('value="a4"[^>]* selected', page)


@pytest.mark.parametrize(
    "given", [{"x": ""}, {"x": "abc"}, {"x": "nan"}, {"x": "-3"}, {"x": "1e9"}, {"y": "270"}, {"paper": "a3"}, {"paper": ""}]
)
def test_a_place_beside_the_paper_is_refused(given, post):
    number = post.stamped("8XXX-000001")
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    fields = {"paper": "letter", "x": "30", "y": "30", "how": "browser"} | given

    assert send(browser, f"/sheets/{number}/overprint/1", headers=JSON, **fields).json["code"] == "endorse-place"
    assert post.facts("Overprinted") == []


def test_only_released_rows_are_offered_and_none_other_is_taken(post):  # fault 1
    number = post.stamped("8XXX-000001", "8XXX-000002", "8XXX-000009")
    browser = post.at_work()
    shown = browser.get(f"/sheets/{number}").text

    assert f"/sheets/{number}/overprint/1" in shown
    assert f"/sheets/{number}/overprint/2" not in shown
    for row in (2, 3, 4, 0):
        assert browser.get(f"/sheets/{number}/overprint/{row}").status_code == 422
        for path, fields in (("notices", {}), ("overprint", {"paper": "letter", "x": "30", "y": "30"})):
            assert send(browser, f"/sheets/{number}/{path}/{row}", how="browser", **fields).status_code == 422
    assert post.facts("Noticed") == post.facts("Overprinted") == []


def test_a_message_of_one_row_of_many_is_made_by_a_sheet_of_its_own_once(post):  # P1: sealed as any other
    number = post.stamped("8XXX-000001", "8XXX-000002", "8XXX-000003")
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    first = send(browser, f"/sheets/{number}/notices/3", how="browser")
    send(browser, f"/sheets/{number}/notices/3", how="browser")

    assert first.content_type == "application/pdf"
    subjects = {one.entry.subject for one in post.journal.find(kind="Noticed")}
    assert len(subjects) == 1
    assert number not in subjects
    (alone,) = subjects
    assert [str(row.answer.reference) for row in post.counter.find(alone).released] == ["8XXX-000003"]
    assert len(post.facts("Opened")) == 2


def test_a_row_that_was_released_and_is_not_any_more_gets_no_message(post):  # fault 1: asked anew
    number = post.stamped("8XXX-000001", "8XXX-000003")
    post.store.put(ccn("8XXX-000003"), Reason.EXAM)
    browser = post.at_work()
    browser.get(f"/sheets/{number}")

    assert send(browser, f"/sheets/{number}/notices/2", headers=JSON, how="browser").json["code"] == "endorse-not-released"
    assert post.facts("Noticed") == []
    assert len(post.facts("Stamped")) == 1
    post.store.put(ccn("8XXX-000003"))
    assert send(browser, f"/sheets/{number}/notices/2", how="browser").status_code == 200
    assert len(post.facts("Stamped")) == 2


def test_what_was_made_is_not_shown_once_the_proof_was_taken_back(post):  # fault 4
    number = post.stamped("8XXX-000001")
    browser = post.at_work()
    browser.get(f"/sheets/{number}")
    send(browser, f"/sheets/{number}/notices/1", how="browser")
    (fact,) = post.facts("Noticed")
    post.counter.void(post.counter.find(number), "wrong client", SUPERVISOR)

    assert "/notices/" not in browser.get(f"/sheets/{number}").text
    assert browser.get(f"/documents/{fact.document}.pdf").status_code == 422
    assert send(browser, f"/sheets/{number}/notices/1", how="browser").status_code == 422


@pytest.mark.parametrize("badge", [ADMINISTRATOR, OPERATOR])
def test_who_stamps_nothing_stamps_nothing_here_either(badge, post):
    number = post.stamped("8XXX-000001")
    browser = post.at_work(badge)
    browser.get("/look")

    assert browser.get(f"/sheets/{number}/overprint/1").status_code == 403
    for path in ("endorsements", "notices/1", "overprint/1", f"endorsements/{'0' * 64}/print"):
        assert send(browser, f"/sheets/{number}/{path}", how="browser", document="x").status_code == 403


def test_a_kiosk_without_a_bindery_has_no_such_pages(post):
    number = post.stamped("8XXX-000001")
    browser = post.at_work()
    post.app.extensions["house"] = replace(post.house, endorsing=None, bindery=None)

    assert "endorse" not in browser.get(f"/sheets/{number}").text
    assert browser.get(f"/sheets/{number}/overprint/1").status_code == 404
