"""The officer's desk by the API: the same rules as on the screen, and the same record (Q1 to Q11)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drivers.pages import Reader
from kiosk.core.answer import Reason
from kiosk.core.journal import Failed, HandedOver
from tests.fakes import FakeClock, FakeSigner, FakeStore, transaction
from tests.kiosk.web.api_samples import OFFICER, SUPERVISOR, Kiosk

RELEASED, HELD, NOWHERE = "99999-000000011", "99999-000000022", "99999-000000099"


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


@pytest.fixture
def officer(kiosk):
    return kiosk.program()


def stamped(officer, *texts):
    """A stamped sheet."""
    sheet = officer.open()
    for text in texts or (RELEASED,):
        officer.scan(sheet, text)
    assert officer.post(f"{sheet}/stamp", seen=officer.seen(sheet)).status_code == 201
    return sheet


# --- scanning ---------------------------------------------------------------------------------------------------------


def test_a_sheet_has_the_kiosk_s_office_where_none_is_named(officer):
    sheet = officer.get(officer.open(client_name=" Zoé & Fils ")).json

    assert (sheet["header"]["office"], sheet["header"]["client_name"]) == ("0453", "Zoé & Fils")
    assert [one["sheet"] for one in officer.get("/sheets").json["sheets"]] == [sheet["sheet"]]
    assert officer.get("/clients", text="zoe").json["clients"] == [sheet["header"]]


def test_three_scans_have_three_marks(officer):
    """Q3."""
    sheet = officer.open()
    rows = [officer.scan(sheet, text).json["rows"] for text in (RELEASED, HELD, NOWHERE)]

    assert [[(row["row"], row["status"]) for row in one] for one in rows] == [[(1, "R")], [(2, "NR")], [(3, "N/A")]]
    assert officer.get(sheet).json["rows"] == [row for one in rows for row in one]
    assert officer.get(sheet).json["counts"]["R"] == 1


def test_a_scan_sent_twice_counts_once_and_gets_its_first_answer_again(kiosk, officer):
    sheet = officer.open()
    first = officer.scan(sheet, RELEASED, id="scan-twice").json
    kiosk.store.down()
    again = officer.scan(sheet, RELEASED, id="scan-twice").json

    assert again["rows"] == first["rows"]
    assert (again["before"], again["entries"]) == (first["entries"], first["entries"])
    assert len(kiosk.facts("Scanned")) == 1


def test_a_store_that_is_down_leaves_a_row_without_a_mark_and_never_n_a(kiosk, officer):
    """Q6."""
    sheet = officer.open()
    kiosk.store.down()
    answer = officer.scan(sheet, NOWHERE)
    (row,) = answer.json["rows"]

    assert (answer.status_code, row["status"], row["reason"], row["number"]) == (200, None, None, None)
    assert (row["error"]["part"], row["error"]["code"]) == ("store", "down")
    assert answer.json["error"] == row["error"]
    assert officer.post(f"{sheet}/stamp", seen=officer.seen(sheet)).json["code"] == "not-stampable"
    kiosk.store.up()
    assert officer.post(f"{sheet}/ask").json["rows"][0]["status"] == "N/A"


def test_what_is_no_number_is_refused_in_words(officer):
    """Q4."""
    sheet = officer.open()
    (row,) = officer.scan(sheet, "911").json["rows"]

    assert (row["status"], row["refusal"]["code"]) == (None, "service-option")
    assert row["refusal"]["message"]
    assert [one["row"] for one in officer.get(sheet).json["hindrances"]] == [1]


def test_a_row_is_scanned_anew_in_the_place_of_a_faulty_one(officer):
    sheet = officer.open()
    officer.scan(sheet, "911")
    rows = officer.scan(sheet, RELEASED, instead=1).json["rows"]

    assert [(row["row"], row["status"], row["removed"]) for row in rows] == [(1, None, "→ 2"), (2, "R", None)]
    assert officer.scan(sheet, HELD, instead=2).json["code"] == "not-faulty"


def test_a_lost_scan_is_a_row(officer):
    sheet = officer.open()
    answer = officer.post(f"{sheet}/unread", id="scan-lost-1")

    assert [row["refusal"]["fields"]["why"] for row in answer.json["rows"]] == ["keys-lost"]
    assert officer.post(f"{sheet}/unread", id="scan-lost-1").json["entries"] == answer.json["entries"]


def test_a_keyed_row_is_no_r_on_a_proof_before_it_is_scanned(officer):
    sheet = officer.open()
    assert officer.scan(sheet, RELEASED, keyed=True).json["rows"][0]["keyed"] is True
    assert officer.get(sheet).json["keyed_released"] == [1]
    assert officer.post(f"{sheet}/stamp", seen=officer.seen(sheet)).json["code"] == "keyed-rows"

    assert officer.scan(sheet, RELEASED).json["rows"][0]["keyed"] is False
    assert officer.post(f"{sheet}/stamp", seen=officer.seen(sheet)).status_code == 201


def test_a_row_is_struck_out_with_a_reason(officer):
    sheet = officer.open()
    officer.scan(sheet, HELD)
    path, seen = f"{sheet}/rows/1/remove", officer.seen(sheet)

    assert officer.post(path, seen=seen, reason=" ").json["code"] == "no-reason"
    assert officer.post(f"{sheet}/rows/2/remove", seen=seen, reason="x").json["code"] == "no-such-row"
    removed = officer.post(path, seen=seen, reason="wrong paper").json["rows"][0]
    assert (removed["removed"], removed["status"]) == ("wrong paper", None)


def test_who_decides_on_what_has_changed_meanwhile_is_told(kiosk, officer):
    sheet = officer.open()
    officer.scan(sheet, HELD)
    seen = officer.seen(sheet)
    kiosk.program(SUPERVISOR).scan(sheet, RELEASED)

    assert officer.post(f"{sheet}/rows/1/remove", seen=seen, reason="x").json["code"] == "moved-on"
    answer = officer.post(f"{sheet}/stamp", seen=seen)
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (409, "application/problem+json", "moved-on")


def test_of_many_scans_at_once_none_is_lost_and_none_counts_twice(kiosk):
    """Issue 3, 6: whoever gets no answer sends it again, with the same id."""
    programs = [kiosk.program() for _ in range(4)]
    sheet = programs[0].open()

    def work(n):
        for serial in range(5):
            scan = {"text": f"99999-0000{n:02}{serial:03}", "id": f"scan-of-{n}-{serial}"}
            while programs[n].scan(sheet, **scan).status_code != 200:
                pass
            assert programs[n].scan(sheet, **scan).json["rows"][0]["text"] == scan["text"]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    rows = programs[0].get(sheet).json["rows"]
    assert sorted(row["scan"] for row in rows) == [f"scan-of-{n}-{serial}" for n in range(4) for serial in range(5)]


# --- stamping ---------------------------------------------------------------------------------------------------------


def test_an_answer_that_changed_is_shown_before_anything_is_stamped(kiosk, officer):
    """Q6, Q9: 409, with what changed and the sheet as it is now."""
    sheet = officer.open()
    officer.scan(sheet, RELEASED)
    officer.scan(sheet, HELD)
    kiosk.store.put(transaction(RELEASED), Reason.EXAM)
    answer = officer.post(f"{sheet}/stamp", seen=officer.seen(sheet))

    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (409, "application/problem+json", "changed")
    assert answer.json["changes"] == [{"row": 1, "before": "R", "now": "NR"}]
    assert [row["status"] for row in answer.json["sheet"]["rows"]] == ["NR", "NR"]
    assert not kiosk.facts("Stamped")
    assert officer.post(f"{sheet}/stamp", seen=answer.json["sheet"]["entries"]).json["act"] == "status-given"


def test_a_stamped_sheet_has_its_proof(kiosk, officer):
    """P5: the PDF is the record's, and it is got as often as one likes without being a copy."""
    sheet = stamped(officer, RELEASED, HELD)
    proof = officer.get(f"{sheet}/proof").json
    (fact,) = kiosk.facts("Stamped")

    assert (proof["act"], proof["badge"], proof["specimen"]) == (fact.act, OFFICER, True)
    assert (proof["marks"], proof["document"], proof["voided"]) == (fact.marks, fact.document, None)
    for _ in range(2):
        pdf = officer.get(f"/documents/{proof['document']}")
        assert (pdf.mimetype, pdf.data) == ("application/pdf", kiosk.journal.document(fact.document))
    assert not kiosk.facts("HandedOver")
    assert officer.get(f"/documents/{proof['document']}/pages/0", width=200).mimetype == "image/png"
    assert officer.get(f"/documents/{proof['document']}/pages/9").json["code"] == "no-such-page"


def test_a_stamped_sheet_takes_nothing_more(officer):
    sheet = stamped(officer)
    answers = [officer.scan(sheet, HELD), officer.post(f"{sheet}/stamp", seen=officer.seen(sheet)), officer.post(f"{sheet}/ask")]

    assert [(one.status_code, one.json["code"]) for one in answers] == [(422, "stamped-already")] * 3


def test_the_first_print_is_the_original_and_the_next_a_copy(kiosk, officer):
    """P7: by the printer and by a screen, in one count."""
    sheet = stamped(officer)
    first = officer.post(f"{sheet}/print", how="browser").json
    second = officer.post(f"{sheet}/print", how="printer").json

    assert (first["copy"], first["job"], first["document"]) == (1, None, officer.get(f"{sheet}/proof").json["document"])
    assert second["copy"] == 2
    assert Path(second["job"]).read_bytes() == officer.get(f"/documents/{second['document']}").data
    assert [(fact.copy, fact.how) for fact in kiosk.facts("HandedOver")] == [(1, "browser"), (2, "printer")]


def test_a_printer_that_cannot_print_says_so_and_the_record_too(kiosk, officer, tmp_path):
    """P7."""
    sheet = stamped(officer)
    (tmp_path / "printed").write_text("no folder")
    answer = officer.post(f"{sheet}/print", how="printer")

    assert (answer.status_code, answer.json["part"], answer.headers["Retry-After"]) == (503, "printer", "1")
    assert [type(one.entry.fact) for one in kiosk.journal.entries(sheet[8:])][-2:] == [HandedOver, Failed]
    (tmp_path / "printed").unlink()
    assert officer.post(f"{sheet}/print", how="printer").json["copy"] == 1


def test_a_form_goes_back_with_a_slip(officer):
    """Q4."""
    sheet = officer.open()
    assert officer.post(f"{sheet}/return").json["code"] == "nothing-to-return"
    officer.scan(sheet, "911")
    slip = officer.post(f"{sheet}/return")

    assert (slip.status_code, slip.json["rows"]) == (201, [1])
    assert officer.get(f"/documents/{slip.json['document']}").data.startswith(b"%PDF")


def test_only_a_supervisor_takes_a_proof_back(kiosk, officer):
    sheet = stamped(officer)
    supervisor = kiosk.program(SUPERVISOR)

    assert officer.post(f"{sheet}/void", reason="x").json["code"] == "not-allowed"
    assert supervisor.post(f"{sheet}/void", reason="").json["code"] == "no-reason"
    assert supervisor.post(f"{sheet}/void", reason="wrong goods").json["voided"] == "wrong goods"
    assert supervisor.post(f"{sheet}/void", reason="again").json["code"] == "voided-already"
    assert officer.get(f"{sheet}/proof").json["voided"] == "wrong goods"


def test_what_is_not_there_is_not_there(officer):
    for path in ("/sheets/K7QD.000999", "/sheets/nonsense", f"/documents/{'0' * 64}", "/documents/x", "/sheets/K7QD.000999/forms"):
        answer = officer.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


# --- when something fails ---------------------------------------------------------------------------------------------


def test_a_scan_that_cannot_be_recorded_has_no_answer(kiosk, officer):
    """Fault 3: 503, and nothing is known; sent again, it is done once."""
    sheet = officer.open()
    kiosk.journal.healthy = 0
    answer = officer.scan(sheet, RELEASED, id="scan-again")

    assert (answer.status_code, answer.mimetype, answer.json["part"]) == (503, "application/problem+json", "journal")
    assert "rows" not in answer.json
    kiosk.journal.healthy = None
    assert officer.scan(sheet, RELEASED, id="scan-again").json["rows"][0]["status"] == "R"


def test_a_stamp_that_cannot_be_recorded_is_none(kiosk, officer):
    """Fault 3."""
    sheet = officer.open()
    officer.scan(sheet, RELEASED)
    seen = officer.seen(sheet)
    kiosk.journal.healthy = 1  # the rows are asked again, and then the disk is full
    answer = officer.post(f"{sheet}/stamp", seen=seen)

    assert (answer.status_code, answer.json["code"]) == (503, "disk-full")
    kiosk.journal.healthy = None
    assert officer.get(f"{sheet}/proof").json["code"] == "not-stamped"


def test_a_fault_of_ours_is_said_in_problem_json(kiosk, officer):
    sheet = officer.open()
    kiosk.store.bend(lambda answers: 1 / 0)
    answer = officer.scan(sheet, RELEASED)

    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (500, "application/problem+json", "http-500")


def test_half_a_character_in_the_record_comes_out_as_it_is(kiosk, officer):
    """A keyboard can yield half a surrogate pair, and the screen records it."""
    sheet = officer.open()
    browser = kiosk.app.test_client()
    headers = {"Authorization": f"Bearer {officer.token}", "Accept": "application/json"}
    browser.post(f"{sheet}/scans", json={"id": "scan-half", "text": "9\ud800"}, headers=headers)

    assert officer.get(sheet).json["rows"][0]["text"] == "9\ud800"
    assert (
        officer.ask(
            "POST", f"{sheet}/scans", data=b'{"id": "scan-half-2", "text": "9\\ud800"}', content_type="application/json"
        ).status_code
        == 400
    )


def test_half_a_character_comes_out_of_a_conflict_too(kiosk, officer):
    sheet = officer.open()
    headers = {"Authorization": f"Bearer {officer.token}", "Accept": "application/json"}
    kiosk.app.test_client().post(f"{sheet}/scans", json={"id": "scan-half", "text": "9\ud800"}, headers=headers)
    officer.scan(sheet, RELEASED)
    officer.post(f"{sheet}/rows/1/remove", seen=officer.seen(sheet), reason="a broken keyboard")
    kiosk.store.put(transaction(RELEASED), Reason.EXAM)

    assert officer.post(f"{sheet}/stamp", seen=officer.seen(sheet)).json["code"] == "changed"
