"""The move in bond from the officer's page and from a program to the warehouse: chosen, shown, and no release (P3, P5, P6)."""

from dataclasses import replace
from uuid import uuid4

import pytest

from kiosk.adapters.pades import PdfSigner
from kiosk.core.answer import Reason
from kiosk.core.stamp import Act
from tests.fakes import FakeClock, FakeStore, ccn, scan
from tests.kiosk.adapters import endorse_samples as samples
from tests.kiosk.adapters.pdf_samples import text
from tests.kiosk.desks.test_endorsing import CERTIFICATE, KEY
from tests.kiosk.web.api_samples import OFFICER
from tests.kiosk.web.register_samples import BSO, CCN, HERE, KEEPER, OTHER, RegisterKiosk, words_of
from tests.kiosk.web.test_web_endorse import HEADER, Post, send

MOVES = {"act": "authorized-to-move-in-bond"}
CHOICE = 'name="act" value="authorized-to-move-in-bond"'


@pytest.fixture
def kiosk(tmp_path):
    made = RegisterKiosk(tmp_path)
    made.store.put(ccn(CCN), Reason.AWAITING_ARRIVAL)
    yield made
    made.close()


def scanned(kiosk, *numbers):
    """An open sheet; its path and its entries."""
    sheet = kiosk.counter.open(kiosk.counter.find(kiosk.stamped(OTHER)).header, BSO)
    sheet = kiosk.counter.scan(sheet, [scan(number) for number in numbers], BSO)
    return f"/sheets/{sheet.number}", sheet.entries


def test_an_officer_chooses_it_and_what_he_then_sees_reads_as_no_release(kiosk):
    """P5, P6, fault 1: its own control beside the stamp; the ordinary stamp needs no key more."""
    path, seen = scanned(kiosk, CCN, OTHER)
    officer = kiosk.browser(BSO)
    shown = officer.get(path).text
    assert CHOICE in shown.split('id="stamp-form"')[1].split("</form>")[0]
    assert "Nothing is on file for the rows marked N/A" in shown

    assert officer.post(f"{path}/stamp", seen=seen, **MOVES).status_code == 303
    stamped = officer.get(path).text
    said = words_of(stamped)
    for words in ("Authorized to move in bond", "This is no release", "the stamp stands on the reverse", "NR Not released"):
        assert words in said
    assert "Proof of release" not in said
    assert "It proves release" not in said
    assert f"{path}/overprint/1" in stamped
    assert f"{path}/notices/" not in stamped
    assert "so that its reverse is printed" in officer.get(f"{path}/overprint/1").text
    assert officer.post(f"{path}/notices/1", how="browser").status_code == 422
    officer.client.set_cookie("lang", "fr")
    french = words_of(officer.get(path).text)
    assert "Mouvement sous douane autorisé" in french
    assert "Ce n’est pas une mainlevée" in french


def test_a_sheet_with_a_released_row_says_why_not_and_is_stamped_as_ever(kiosk):
    """Q9, fault 1: R never stands under this stamp."""
    kiosk.store.put(ccn(OTHER))
    path, seen = scanned(kiosk, CCN, OTHER)
    officer = kiosk.browser(BSO)
    shown = officer.get(path).text
    assert "Rows 2 are released" in shown
    assert f"{CHOICE} disabled" in shown

    assert "Rows 2 are released" in officer.post(f"{path}/stamp", seen=seen, **MOVES).text
    assert officer.post(f"{path}/stamp", seen=seen, act="released").status_code == 400
    assert officer.get(path).text.count(CHOICE) == 1
    seen = kiosk.counter.find(path.split("/")[2]).entries
    assert officer.post(f"{path}/stamp", seen=seen).status_code == 303
    assert "Proof of release" in officer.get(path).text


def test_a_program_authorizes_it_and_no_goods_leave_on_it(kiosk):
    """P3, P6, fault 1: from the stamp over the gate to the warehouse's register."""
    kiosk.app.extensions["house"] = replace(kiosk.house, specimen=False)
    officer, keeper = kiosk.program(BSO), kiosk.program(KEEPER)
    path, seen = scanned(kiosk, CCN)
    assert officer.post(f"{path}/stamp", seen=seen, act="released").status_code == 400
    proof = officer.post(f"{path}/stamp", seen=seen, **MOVES)
    assert (proof.status_code, proof.json["act"]) == (201, Act.IN_BOND)
    assert officer.get(path).json["in_bond"]
    message = officer.post(f"{path}/notices", row=1)
    assert (message.status_code, message.json["code"]) == (422, "endorse-in-bond")

    kiosk.took_in()
    seal = kiosk.counter.stamping(path.split("/")[2]).seals[0]
    shown = kiosk.house.gate.present(seal, KEEPER)
    assert [row.why for row in shown.rows] == ["in-bond"]
    goods = {"id": uuid4().hex, "sub_location": HERE, "number": CCN, "pieces": 1, "page": 1, "row": 1, "carrier": "Exemple"}
    left = keeper.post("/register/out", presentation=shown.id, **goods)
    assert (left.status_code, left.json["code"]) == (422, "row-not-released")


def test_the_client_s_own_document_has_it_on_its_reverse(tmp_path):
    """P6: the second page of two, which had no barcode and was struck out; nothing on its face but the mark."""
    clock, document = FakeClock(), samples.ccd(pages=2)
    store = FakeStore(clock)
    store.put(ccn("8XXX-000001"), Reason.ACCEPTED)
    with samples.reader() as reader:
        post = Post(tmp_path, reader, store, PdfSigner(KEY, CERTIFICATE), clock)
        number = post.counter.open(HEADER, OFFICER).number
        post.forms.submit(form := post.intake.receive(number, "ccd.pdf", document, OFFICER))
        while any(one.open for one in post.intake.forms(number)):
            post.told.get(timeout=60)
        sheet = post.counter.remove(post.counter.find(number), 2, "the reverse", OFFICER)
        browser = post.at_work()
        browser.get(f"/sheets/{number}")
        send(browser, f"/sheets/{number}/stamp", seen=sheet.entries, **MOVES)
        send(browser, f"/sheets/{number}/endorsements", document=form.document)
        (made,) = post.facts("Endorsed")
        pdf = post.journal.document(made.document)
        post.close()

    assert (made.act, made.pages, made.cover) == (Act.IN_BOND, [2], False)
    assert pdf.startswith(document)
    assert "BOND" not in text(pdf)
    assert "AUTHORIZED TO MOVE IN BOND" in text(pdf, 1)
    assert "This is no release" in text(pdf, 1)
