"""The warehouse's register in a browser: goods in, goods out on what the gate judged, what is there, and who sees what (P3, P4)."""

import csv
import io
import re
from datetime import timedelta
from zipfile import ZipFile

import pytest

from kiosk.desks.gate import Paper, PaperKind
from kiosk.desks.register import Going, Ground, Transport
from tests.kiosk.web.register_samples import (
    BSO,
    CCN,
    HERE,
    KEEPER,
    OTHER,
    RELEASE,
    SUPERVISOR,
    THERE,
    RegisterKiosk,
    fields_of,
    words_of,
)


@pytest.fixture
def kiosk(tmp_path):
    kiosk = RegisterKiosk(tmp_path)
    yield kiosk
    kiosk.close()


def take_in(browser, number=CCN, pieces="10", **more):
    """The form, filled in and sent."""
    fields = fields_of(browser.get("/register/in").text)
    return browser.post("/register/in", **{**fields, "number": number, "pieces": pieces, **more})


def let_out(browser, presentation, pieces, carrier="Exemple Transport", **more):
    """The form of a presentation, with so many pieces in its first field, sent."""
    html = browser.get(f"/register/out?presentation={presentation}").text
    field = re.search(r'name="(pieces\.[^"]*)"', html)[1]
    return browser.post("/register/out", **{**fields_of(html), field: pieces, "carrier": carrier, **more})


def test_goods_are_taken_in_by_scan_and_stand_on_the_list(kiosk):
    """P3."""
    browser = kiosk.browser()

    answer = take_in(browser, f"*{CCN.lower()}*", place="A-12", carrier="Exemple", remark="one pallet wet")

    assert answer.status_code == 303, words_of(answer.text)
    assert f"{CCN}: 10 pieces taken in." in words_of(browser.get(answer.location).text)
    said = words_of(browser.get("/register").text)
    assert "1 lot" in said
    assert "A-12" in said
    assert "2027-01-01" in said  # 40 days after 22 November


def test_perishable_goods_are_due_in_4_days_and_told_when_they_are_late(kiosk):
    """SOCP 2.7; storage of goods: 40 days, 4 for what perishes."""
    take_in(kiosk.browser(), perishable="yes")
    assert "2026-11-26" in words_of(kiosk.browser().get("/register").text)

    kiosk.clock.let_pass(days=5)

    said = words_of(kiosk.browser().get("/register").text)
    assert "1 lot has stayed longer than it may" in said
    assert "Too long" in said


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"pieces": "0"}, "Pieces are a number"),
        ({"pieces": "-3"}, "Pieces are a number"),
        ({"number": "911"}, "service option"),
        ({"number": "K7QD.000001"}, "sheet"),
        ({"transaction": "12"}, "transaction number"),
        ({"when": "yesterday"}, "no day and time"),
        ({"when": "2026-11-23T09:00"}, "future"),
        ({"id": "x"}, "page"),
    ],
)
def test_what_can_not_be_is_refused_and_what_was_typed_stays(kiosk, more, why):
    browser = kiosk.browser()
    answer = take_in(browser, **{"place": "A-12", **more})

    assert answer.status_code == 422
    assert why in words_of(answer.text)
    assert 'value="A-12"' in answer.text
    assert kiosk.journal.count("GoodsIn") == 0


def test_the_same_page_sent_twice_takes_in_once(kiosk):
    browser = kiosk.browser()
    fields = fields_of(browser.get("/register/in").text) | {"number": CCN, "pieces": "10"}

    for _ in range(2):
        assert browser.post("/register/in", **fields).status_code == 303
    assert kiosk.register.lot(HERE, CCN).inside == 10


def test_a_page_that_was_sent_and_then_changed_is_not_taken_for_the_same(kiosk):
    """What was changed would else be lost without a word."""
    kiosk.took_in()
    presented, browser = kiosk.presented(CCN), kiosk.browser()
    fields = fields_of(browser.get("/register/in").text) | {"number": CCN, "pieces": "10"}
    browser.post("/register/in", **fields)
    out = fields_of(browser.get(f"/register/out?presentation={presented}").text) | {"carrier": "x"}
    browser.post("/register/out", **out, **{f"pieces.1.1.{CCN}": "4"})

    assert browser.post("/register/in", **fields | {"pieces": "11"}).status_code == 422
    assert browser.post("/register/out", **out, **{f"pieces.1.1.{CCN}": "5"}).status_code == 422
    assert browser.post("/register/out", **out, **{f"pieces.1.1.{CCN}": "4"}).status_code == 303
    assert kiosk.register.lot(HERE, CCN).inside == 16


def test_goods_stay_whose_other_number_is_on_hold(kiosk):
    """P4: the proof names the release, the hold the cargo."""
    kiosk.took_in(transaction=RELEASE)
    presented, browser = kiosk.presented(RELEASE), kiosk.browser()
    kiosk.held.add(CCN)

    html = browser.get(f"/register/out?presentation={presented}").text
    answer = browser.post("/register/out", **fields_of(html), **{f"pieces.1.1.{CCN}": "4", "carrier": "x"})

    assert "disabled" in html
    assert answer.status_code == 422
    assert f"{CCN} is on hold: it stays." in words_of(answer.text)


def test_goods_leave_row_by_row_and_in_parts_on_a_proof_that_was_just_judged(kiosk):
    """P3."""
    kiosk.took_in()
    presented, browser = kiosk.presented(CCN), kiosk.browser()

    answer = let_out(browser, presented, "4", driver="J. Tremblay", vehicle="L 123")

    assert answer.location == f"/register/lots/{HERE}/{CCN}"
    lot = kiosk.register.lot(HERE, CCN)
    assert (lot.inside, lot.outs[0].driver, lot.outs[0].sheet, lot.outs[0].presented) == (
        6,
        "J. Tremblay",
        "K7QD.000001",
        presented,
    )
    again = browser.get(f"/register/out?presentation={presented}").text
    assert '<td data-label="May leave" class="n">6</td>' in again


def test_a_second_presentation_says_when_how_many_and_to_whom(kiosk):
    """P3: a proof that is used again is seen to be."""
    kiosk.took_in()
    browser = kiosk.browser()
    presented = kiosk.presented(CCN)
    let_out(browser, presented, "4", driver="J. Tremblay", vehicle="L 123")

    said = words_of(browser.get(f"/register/out?presentation={presented}").text)

    assert "Something has left on this proof before." in said
    assert re.search(
        rf"Left before: 4 pieces on 2026-11-22 07:00:\d\d EST with Exemple Transport, J. Tremblay, L 123, by {KEEPER}", said
    )


def test_what_was_presented_today_is_offered_and_judged_when_it_is_chosen(kiosk):
    """P3."""
    kiosk.took_in()
    presented = kiosk.presented(CCN)
    refused = kiosk.house.gate.present("RS1XAAAA", KEEPER).id

    html = kiosk.browser().get("/register/out").text

    assert f"presentation={presented}" in html
    assert f"presentation={refused}" not in html


def test_a_supervisor_lets_out_the_number_itself_however_it_was_scanned(kiosk):
    """P3: goods that never came in, on a number in small letters."""
    presented = kiosk.presented(CCN.lower())

    assert (
        let_out(kiosk.browser(SUPERVISOR), f"{presented}&at={HERE}", "2", despite="came before the kiosk", at=HERE).status_code
        == 303
    )
    assert kiosk.register.lot(HERE, CCN).pieces_out == 2


def test_what_is_put_on_hold_between_the_page_and_its_sending_stays(kiosk):
    """P4: the proof was good when the page was drawn."""
    kiosk.took_in()
    presented, browser = kiosk.presented(CCN), kiosk.browser()
    html = browser.get(f"/register/out?presentation={presented}").text
    field = re.search(r'name="(pieces\.[^"]*)"', html)[1]

    kiosk.held.add(CCN)
    answer = browser.post("/register/out", **{**fields_of(html), field: "4", "carrier": "x"})

    assert answer.status_code == 422
    assert kiosk.register.lot(HERE, CCN).inside == 10
    assert "1 lot inside is on hold" in words_of(browser.get("/register").text)


def test_an_old_hold_list_lets_nothing_out(kiosk):
    kiosk.took_in()
    presented, browser = kiosk.presented(CCN), kiosk.browser()
    kiosk.aged = timedelta(hours=5)

    html = browser.get(f"/register/out?presentation={presented}").text

    assert 'name="pieces.' not in html
    assert "Nothing of this can leave from here now." in html
    assert 'data-key="s"' not in html  # nothing is offered that could only be refused
    answer = browser.post("/register/out", **fields_of(html), **{f"pieces.1.1.{CCN}": "4", "carrier": "x"})
    assert (answer.status_code, kiosk.journal.count("GoodsOut")) == (422, 0)


def test_a_row_that_is_not_released_lets_nothing_out_whatever_is_sent(kiosk):
    """Q9: only R rows."""
    kiosk.took_in(OTHER)
    presented, browser = kiosk.presented(CCN, OTHER), kiosk.browser()
    fields = fields_of(browser.get(f"/register/out?presentation={presented}").text)

    for row in ("2", "9"):
        answer = browser.post("/register/out", **fields, **{f"pieces.1.{row}.{OTHER}": "4", "carrier": "x"})
        assert answer.status_code == 422
    answer = browser.post("/register/out", **fields, **{f"pieces.1.1.{OTHER}": "4", "carrier": "x"})  # on another's release
    assert answer.status_code == 422
    assert kiosk.journal.count("GoodsOut") == 0


def test_more_than_came_in_is_refused_to_an_operator_and_listed_where_a_supervisor_does_it(kiosk):
    """P3: never more out than in without a word."""
    kiosk.took_in()
    presented = kiosk.presented(CCN)
    operator, supervisor = kiosk.browser(), kiosk.browser(SUPERVISOR)

    assert let_out(operator, presented, "11", despite="I say so").status_code == 422
    html = supervisor.get(f"/register/out?presentation={presented}&at={HERE}").text
    fields = {**fields_of(html), f"pieces.1.1.{CCN}": "11", "carrier": "x"}
    assert supervisor.post("/register/out", **fields).status_code == 422
    assert supervisor.post("/register/out", **fields, despite="counted again: 11").status_code == 303

    said = words_of(operator.get("/register/differences").text)
    assert "More out than in" in said
    assert "1 pieces left that never came in" in said


def test_a_difference_stays_until_a_supervisor_has_settled_it(kiosk):
    kiosk.took_in(pieces=1)
    presented, supervisor, operator = kiosk.presented(CCN), kiosk.browser(SUPERVISOR), kiosk.browser()
    html = supervisor.get(f"/register/out?presentation={presented}&at={HERE}").text
    supervisor.post("/register/out", **fields_of(html), **{f"pieces.1.1.{CCN}": "2", "carrier": "x", "despite": "so"})
    page = f"/register/lots/{HERE}/{CCN}"
    name = re.search(r'name="difference" value="([^"]*)"', supervisor.get(page).text)[1]

    operator.get(page)
    assert operator.post(f"{page}/settle", difference=name, reason="looked").status_code == 403
    assert supervisor.post(f"{page}/settle", difference=name, reason="").status_code == 422
    assert supervisor.post(f"{page}/settle", difference=name, reason="the second was never counted in").status_code == 303
    assert "All entries agree." in words_of(operator.get("/register/differences").text)


def test_a_correction_is_another_entry(kiosk):
    lot = kiosk.took_in(RELEASE[:5] + "PARS1", pieces=10)
    browser, page = kiosk.browser(), f"/register/lots/{HERE}/{RELEASE[:5]}PARS1"
    fields = fields_of(browser.get(page).text, "correct")

    answer = browser.post(f"{page}/correct", **fields, pieces="9", transaction=RELEASE, reason="counted twice")

    assert answer.status_code == 303
    assert "corrected from 10" in words_of(browser.get(page).text)
    assert kiosk.register.lot(HERE, lot.number).numbers == {("ccn", lot.number), ("transaction", RELEASE)}
    assert browser.post(f"{page}/correct", **fields, pieces="9", transaction="", reason="").status_code in (303, 422)


def test_goods_leave_on_the_transaction_number_that_came_in_with_them(kiosk):
    """A proof may name the release only; other goods do not go on it."""
    kiosk.took_in(transaction=RELEASE)
    kiosk.took_in(OTHER)
    presented, browser = kiosk.presented(RELEASE), kiosk.browser()

    assert let_out(browser, presented, "10").status_code == 303
    assert kiosk.register.lot(HERE, CCN).inside == 0
    fields = fields_of(browser.get(f"/register/out?presentation={presented}").text)
    answer = browser.post("/register/out", **fields, **{f"pieces.1.1.{OTHER}": "1", "carrier": "x"})
    assert "The release is for" in words_of(answer.text)


def test_an_operator_sees_his_own_warehouse_and_no_other(kiosk):
    """Least privilege: his sub-location only."""
    kiosk.took_in(OTHER, sub_location=THERE)
    browser = kiosk.browser()

    assert OTHER not in browser.get("/register").text
    assert OTHER not in browser.get(f"/register?at={THERE}").text
    assert "/register/lots/" not in browser.get(f"/register/find?q={OTHER}&at={THERE}").text
    assert OTHER not in browser.get(f"/register/books?day=2026-11-22&at={THERE}").text
    assert browser.get(f"/register/lots/{THERE}/{OTHER}").status_code == 403
    assert browser.post(f"/register/lots/{THERE}/{OTHER}/correct", reason="x").status_code == 403
    take_in(browser, at=THERE)
    assert kiosk.register.lot(THERE, CCN).entries == 0
    assert kiosk.register.lot(HERE, CCN).inside == 10


def test_a_supervisor_chooses_and_an_officer_has_no_register(kiosk):
    kiosk.took_in()
    kiosk.took_in(OTHER, sub_location=THERE)

    supervisor = kiosk.browser(SUPERVISOR)
    assert "2 lots" in words_of(supervisor.get("/register").text)
    assert "1 lot" in words_of(supervisor.get(f"/register?at={THERE}").text)
    assert "Choose the warehouse first." in words_of(supervisor.get("/register/in").text)
    assert kiosk.browser(BSO).get("/register").status_code == 403


def test_lots_are_found_by_number_sheet_and_vehicle(kiosk):
    kiosk.took_in()
    ground = Ground("proof", "ccn", CCN, 3, "K7QD.000009", 1, 2)
    kiosk.register.let_out(Transport("0" * 32, HERE, "Exemple", vehicle="abc-123 / T9"), [Going(CCN, 1, ground)], KEEPER)
    browser = kiosk.browser()

    for text in (CCN, CCN.lower(), "K7QD.000009", "ABC 123-t9"):
        assert f"/register/lots/{HERE}/{CCN}" in browser.client.get("/register/find", query_string={"q": text}).text
    for text in (OTHER, "", "K7QD.000010", "'; DROP"):
        assert "/register/lots/" not in browser.client.get("/register/find", query_string={"q": text}).text


def test_on_a_paper_nothing_goes_while_it_cant_be_told_whether_its_goods_are_on_hold(kiosk):
    """P1, P4: an old list lets out no more by somebody's word than on a seal; and the page says why, and what to do."""
    kiosk.took_in()
    browser, given = kiosk.browser(), ("0453", "2026-11-21", "confirmed by phone", b"a picture", "ccd.png")
    paper = kiosk.house.gate.accept(Paper(CCN, PaperKind.CCD, *given), KEEPER).id
    html = browser.get(f"/register/out?paper={paper}").text
    sent = {**fields_of(html), "carrier": "Exemple", re.search(r'name="(pieces\.[^"]*)"', html)[1]: "4"}
    kiosk.aged = timedelta(hours=5)

    page, answer = browser.get(f"/register/out?paper={paper}").text, browser.post("/register/out", **sent)

    assert "Ask the office The hold list is too old." in words_of(page)
    assert 'name="pieces' not in page
    assert answer.status_code == 422
    assert f"It can't be told whether {CCN} is on hold" in words_of(answer.text).replace("&#39;", "'")
    kiosk.aged = timedelta()
    assert browser.post("/register/out", **sent).status_code == 303


def test_a_day_and_a_month_go_out_on_paper_and_as_tables_that_no_spreadsheet_obeys(kiosk):
    """P3, SOCP 2.7: paper record keeping. A formula in a remark is text."""
    kiosk.took_in(remark="=HYPERLINK(1)", carrier="+1")
    browser = kiosk.browser()

    for period in ("2026-11-22", "2026-11"):
        assert browser.client.get(f"/register/books/{period}.pdf").data.startswith(b"%PDF")
        rows = list(csv.DictReader(io.StringIO(browser.client.get(f"/register/books/{period}.csv").data.decode("utf-8-sig"))))
        assert [(row["Number"], row["In"], row["Remark"], row["Carrier"]) for row in rows] == [(CCN, "10", "'=HYPERLINK(1)", "'+1")]
        with ZipFile(io.BytesIO(browser.client.get(f"/register/books/{period}.xlsx").data)) as book:
            page = book.read("xl/worksheets/sheet1.xml").decode()
            assert "<f>" not in page
            assert "=HYPERLINK(1)" in book.read("xl/sharedStrings.xml").decode()
    assert browser.client.get("/register/books/blank.pdf?pages=2").data.startswith(b"%PDF")
    for period in ("2026-13", "2026-11-31", "0000-01", "x"):
        assert browser.get(f"/register/books/{period}.pdf").status_code == 422


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_page_speaks_both_languages(kiosk, lang):
    kiosk.took_in(transaction=RELEASE)
    presented, browser = kiosk.presented(CCN, RELEASE, OTHER), kiosk.browser()
    let_out(browser, presented, "4")
    browser.client.set_cookie("lang", lang)

    for path in (
        *("/register", "/register/in", "/register/out", f"/register/out?presentation={presented}", "/register/differences"),
        *(f"/register/lots/{HERE}/{CCN}", f"/register/find?q={CCN}", "/register/books", "/register/books?month=2026-11"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, words_of(answer.text))
        assert f'<html lang="{lang}"' in answer.text
