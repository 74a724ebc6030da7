"""The gate's page: whatever is brought, the verdict first, and no older one beside it (P1, P2, P4)."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from drivers.pages import Reader
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from kiosk.desks.gate import Alarm, Kept, Went
from kiosk.web import create_app
from tests.fakes import NOON, scan, transaction
from tests.kiosk.desks.gate_samples import OTHER, RELEASED, drawn, png
from tests.kiosk.web.gate_kiosk import BSO, KEEPER, GateKiosk
from tests.kiosk.web.staff_samples import Browser, hire

PARTS = "multipart/form-data"


@pytest.fixture(scope="module")
def reader():
    with Reader(processes=1) as reader:
        yield reader


@pytest.fixture
def kiosk(reader, tmp_path):
    kiosk = GateKiosk(tmp_path, reader)
    yield kiosk
    kiosk.close()


def words_of(html):
    """What stands on a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def verdict(html):
    """The part of a page that holds the verdict."""
    return html[html.index('<section id="verdict"') : html.index("</aside>")] if "</aside>" in html else html


def shown(browser, **form):
    """What a browser without scripts sees after it has presented something."""
    browser.get("/gate")
    answer = browser.post("/gate", **form)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def told(browser, **form):
    """What a script is answered."""
    return browser.client.post(
        "/gate", data={"csrf": browser.csrf, **form}, headers={"Accept": "application/json"}, content_type=PARTS
    )


def test_a_released_row_is_told_in_shape_and_word_and_a_held_one_too(kiosk):
    """P2, Q9."""
    html = verdict(shown(kiosk.browser(), text=kiosk.text))

    assert "RELEASE 1 OF 2" in html
    assert 'class="answer tone-faulty in-part"' in html  # the green tick is for the whole alone
    assert "#warning" in html.partition("</h2>")[0]
    assert [*re.findall(r'data-row="(\d)" data-outcome="([a-z-]+)"', html)] == [("1", "release"), ("2", "not-released")]
    assert "marks.svg" in html


def test_pages_that_are_missing_are_no_release_of_the_whole(kiosk):
    """Q9, P2: what nobody has seen is not said to be released, as on the page that checks alone."""
    numbers = [f"9999900149{n:04d}" for n in range(6000, 6040)]
    for number in numbers:
        kiosk.store.put(transaction(number))
    text = kiosk.counter.stamping(kiosk._stamped(*numbers)).seals[0]

    answer = told(browser := kiosk.browser(), text=text)
    html = verdict(browser.get(answer.json["url"]).text)

    assert answer.json["code"] == "some"
    assert "PAGES MISSING" in html
    assert not re.search(r"RELEASE\b", words_of(html))


def test_no_r_stands_beside_anything_but_release(kiosk):
    """P4, Q9: not beside a row that is on hold now, whatever its seal says."""
    page = shown(browser := kiosk.browser(), text=kiosk.text)
    assert "<b>R</b>" in verdict(page)
    kiosk.held = [RELEASED]

    assert "<b>R</b>" not in verdict(shown(browser, text=kiosk.text))


def test_a_warehouse_lets_out_and_an_officer_only_checks(kiosk):
    """P3: the link is for those who keep the register."""
    page = shown(kiosk.browser(), text=kiosk.text)
    (number,) = re.findall(r'data-presented="(\d+)"', page)

    assert f'href="/register/out?presentation={number}"' in page
    assert "/register/out" not in shown(kiosk.browser(BSO), text=kiosk.text)


def test_goods_on_hold_are_told_first_and_by_when_it_is_known(kiosk):
    """P4."""
    kiosk.held, kiosk.aged = [RELEASED], timedelta(minutes=7)

    html = verdict(shown(kiosk.browser(), text=kiosk.text))

    assert "ON HOLD" in html
    assert "from a hold list, 7 min 00 s old" in html
    assert "/register/out" not in html


def test_an_old_list_asks_and_shows_its_age(kiosk):
    """P4."""
    kiosk.aged = timedelta(hours=5)

    html = verdict(shown(kiosk.browser(), text=kiosk.text))

    assert "ASK THE OFFICE" in html
    assert "300 min" in html
    assert "RELEASE" not in words_of(html).replace("RELEASED", "")


@pytest.mark.parametrize(
    ("lang", "word", "why"), [("en", "NOT GENUINE", "signature does not hold"), ("fr", "NON AUTHENTIQUE", "signature")]
)
def test_a_forgery_is_told_with_its_reason_in_both_languages(kiosk, lang, word, why):
    """P2."""
    browser = kiosk.browser()
    browser.client.set_cookie("lang", lang)
    place = len(kiosk.text) - 40

    html = verdict(shown(browser, text=kiosk.text[:place] + ("A" if kiosk.text[place] != "A" else "B") + kiosk.text[place + 1 :]))

    assert word in html
    assert why in html
    assert "data-outcome" not in html


def could_not(code, sheet):
    """An office that can't be asked."""
    raise Unavailable("office", code, "K7QD.000099")


WHY = ("gone", "slow", "strange", "other-sheet", "unknown-token", "too-soon", "choked", "tangled")


@pytest.mark.parametrize(
    ("lang", "word", "todo", "lately"),
    [
        ("en", "COULD NOT ASK", "Scan the square code at the bottom right of the paper", "Could not ask"),
        ("fr", "PAS PU DEMANDER", "Balayez le code carré au bas à droite du papier", "Sans réponse"),
    ],
)
def test_an_office_that_could_not_be_asked_is_told_as_that_and_never_as_a_refusal(kiosk, lang, word, todo, lately):
    """Q6, fault 2: each why in its own words, what to do, and nothing of forged, unknown or released."""
    browser, found = kiosk.browser(), set()
    browser.client.set_cookie("lang", lang)
    for code in WHY:
        object.__setattr__(kiosk.house.gate, "elsewhere", partial(could_not, code))
        answer = told(browser, text="ABCD.000007").json
        page = words_of(verdict(browser.get(answer["url"]).text)).replace("&#39;", "'")
        assert (answer["code"], answer["sound"]) == ("unasked", "unasked")
        assert word in page
        assert todo in page
        assert not re.search(
            r"NOT GENUINE|NO PROOF|RELEASE|AUTHENTIQUE|AUCUNE PREUVE|MAINLEVÉE|no stamped sheet|register/out", page
        )
        found.add(answer["said"])

    assert len(found) == len(WHY)
    assert lately in browser.get("/gate").text


def test_a_sheet_that_the_office_was_asked_for_says_so(kiosk, tmp_path):
    """P2: where its seals come from, or that the office has no such sheet."""
    browser = kiosk.browser()
    office = {kiosk.sheet: Kept((kiosk.text.encode(),)), "ABCD.000007": Kept(())}
    object.__setattr__(kiosk.house.gate, "elsewhere", office.get)
    journal = SqlJournal(f"sqlite:///{tmp_path / 'warehouse.sqlite3'}")
    object.__setattr__(kiosk.house.gate, "journal", journal)

    page = words_of(shown(browser, text=kiosk.sheet))

    assert "RELEASE 1 OF 2" in page
    assert "given by the office when it was asked, and checked here" in page
    assert "it has no stamped sheet ABCD.000007" in words_of(shown(browser, text="ABCD.000007"))
    journal.close()


def test_the_second_presentation_says_when_the_first_was_and_what_went_out(kiosk):
    """P3: and who let it out."""
    shown(kiosk.browser(BSO), text=kiosk.text)
    kiosk.clock.let_pass(minutes=3)
    kiosk.went = {RELEASED: (Went(NOON, 2, "Fictitious Haulage", "W7001"),)}

    html = verdict(shown(kiosk.browser(), text=kiosk.text))

    assert "were presented before" in html
    assert "Presented 2026-11-22 07:00:00 EST by B1001." in html
    assert "2 pieces went out 2026-11-22 07:00:00 EST to Fictitious Haulage (W7001)." in html


def test_a_presentation_is_judged_anew_whenever_it_is_looked_at(kiosk):
    """P4: a hold that came meanwhile."""
    browser = kiosk.browser()
    answer = told(browser, text=kiosk.text)
    kiosk.held = [RELEASED]

    assert answer.json["code"] == "some"
    assert "ON HOLD" in browser.get(answer.json["url"]).text


def test_a_script_is_given_the_verdict_how_it_sounds_and_what_is_said(kiosk):
    """P2: with the list of today."""
    browser = kiosk.browser()
    answer = told(browser, text=kiosk.sheet, scan="scan-000001").json

    assert (answer["code"], answer["sound"]) == ("some", "released")
    assert answer["said"].startswith("RELEASE 1 OF 2")
    assert "no paper was checked" in answer["html"]
    assert told(browser, text=kiosk.sheet, scan="scan-000001").json["id"] == answer["id"]


def test_a_picture_of_the_paper_is_a_proof_too(kiosk):
    """P2: photo or scan."""
    picture = png(drawn(kiosk.journal.document(kiosk.counter.stamping(kiosk.sheet).document).split(b"\nsigned")[0]))

    answer = told(kiosk.browser(), file=(io.BytesIO(picture), "photo.png"))

    assert answer.json["code"] == "some"


@pytest.mark.parametrize(
    ("form", "code"),
    [({}, "gate-nothing"), ({"text": "   "}, "gate-nothing"), ({"file": (io.BytesIO(b"PK\3\4"), "a.zip")}, "not-a-form")],
)
def test_what_is_nothing_to_be_judged_is_refused_in_words(kiosk, form, code):
    answer = told(kiosk.browser(), **form)

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["title"]


def test_another_badges_page_presents_nothing(kiosk):
    """Q10: who answers for it is who is at work now."""
    assert told(kiosk.browser(), text=kiosk.text, badge="B1001").status_code == 401
    assert kiosk.facts("Presented") == []


def test_goods_on_hold_that_are_inside_ring_at_the_gate(kiosk):
    """P4: on the page, and in what it asks for every few seconds."""
    kiosk.rings = (Alarm("transaction", OTHER, 4, "9453", NOON, "referred for exam"),)
    browser = kiosk.browser()

    page, board = browser.get("/gate").text, browser.client.get("/gate/board", headers={"Accept": "application/json"}).json

    for html in (page, board["alarms"]):
        assert "1 shipment inside is on hold" in html
        assert "4 pieces, warehouse 9453" in html
        assert 'data-alarms="1"' in html
    assert board["claim"] == "nobody"


def test_the_stations_scanners_present_what_they_read_once(kiosk):
    """D5, P2: by the same claim as the counter's pages; delivered twice after a crash, it is one presentation."""
    from kiosk.station.delivery import Delivery
    from kiosk.station.spool import State

    kiosk.tray.clock = kiosk.clock
    browser = kiosk.browser()
    assert browser.post("/gate/take", page="page-0001").status_code == 303
    taken = scan(kiosk.text, id="s-1", at=kiosk.clock())
    kiosk.tray.spool.keep(taken)
    delivery = Delivery(kiosk.tray, kiosk.counter, "0453", kiosk.house.gate)
    delivery.turns()

    (fact,) = kiosk.facts("Presented")
    board = browser.client.get("/gate/board", headers={"Accept": "application/json"}).json
    assert (fact.sheet, fact.scan) == (kiosk.sheet, "K7QD/s-1")
    assert board["begun"] == str(kiosk.house.gate.newest(1)[0].id)
    assert kiosk.tray.spool.count(State.UNPLACED) == 0
    kiosk.house.gate.present(kiosk.text, KEEPER, "K7QD/s-1")
    assert len(kiosk.facts("Presented")) == 1


def test_a_paper_without_a_seal_is_accepted_and_shown_as_not_proven(kiosk):
    """P1: with its picture, by who answers for it."""
    browser = kiosk.browser()
    assert browser.get("/gate/paper").status_code == 200
    form = {"number": OTHER, "paper_kind": "ccd", "office": "453", "stamped_on": "2026-11-21", "reason": "by phone"}

    answer = browser.post(
        "/gate/paper", **form, file=(io.BytesIO(png(drawn(kiosk.house.press.slip(Header("0453"), [], NOON)))), "ccd.png")
    )
    page = browser.get(answer.location).text
    (number,) = re.findall(r"/gate/paper/(\d+)\.png", page)

    assert "NOT PROVEN BY US" in page
    assert "W7001 accepted this paper and answers for it" in page
    assert f"/register/out?paper={number}" in page
    assert browser.client.get(f"/gate/paper/{number}.png").data.startswith(b"\x89PNG")


@pytest.mark.parametrize("form", [{"paper_kind": "ticket"}, {"paper_kind": ""}])
def test_what_no_page_of_ours_sends_is_no_paper(kiosk, form):
    browser = kiosk.browser()
    browser.get("/gate/paper")

    assert browser.post("/gate/paper", number=OTHER, **form).status_code == 400


def test_nobody_but_who_works_at_the_gate_gets_there(kiosk):
    """P2: a client, an administrator, a stranger."""
    hire(kiosk.staff, "C9001", Role.CLIENT)

    assert [kiosk.browser(badge).get("/gate").status_code for badge in ("C9001", "A1001")] == [403, 403]
    assert Browser(kiosk.app).get("/gate").status_code == 303


def test_a_kiosk_without_a_gate_says_so(kiosk):
    """Q6: it is no refusal of a proof."""
    bare = create_app(replace(kiosk.house, gate=None))
    browser = Browser(bare)
    browser.log_in(KEEPER)

    assert browser.get("/gate").status_code == 503
    assert browser.fetch("/gate/board", method="GET").status_code == 503
