"""What was, and who works here, by the API: the same figures, the same rights as on the screens (Q10)."""

import csv
import io

import pytest

from drivers.pages import Reader
from kiosk.adapters.pdf import PdfPaper
from kiosk.core.answer import Reason
from kiosk.core.journal import FormReceived
from kiosk.core.sheet import Header
from tests.fakes import FakeClock, FakeSigner, FakeStore, transaction
from tests.kiosk.web.api_samples import ADMINISTRATOR, OFFICER, SUPERVISOR, Kiosk
from tests.kiosk.web.staff_samples import OTHER, PIN

NUMBERS = ["99999-000000001", "99999-000000002"]
FORM = PdfPaper().form(Header("0453"), NUMBERS, "code128", 0)
FAULTY = PdfPaper().form(Header("0453"), [NUMBERS[0], (NUMBERS[1], NUMBERS[0])], "code128", 0)
RELEASED, HELD = "99999-000000011", "99999-000000022"
DAY = "2026-11-22"


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


@pytest.fixture
def supervisor(kiosk):
    return kiosk.program(SUPERVISOR)


@pytest.fixture
def administrator(kiosk):
    return kiosk.program(ADMINISTRATOR)


@pytest.fixture
def busy(kiosk, officer, supervisor):
    """Two sheets, of two people; the first is stamped."""
    sheet = officer.open(client_name="Déménagements Zoé", client_id="12345-RM")
    for text in (RELEASED, HELD):
        officer.scan(sheet, text)
    officer.post(f"{sheet}/stamp", seen=officer.seen(sheet))
    other = supervisor.open()
    supervisor.scan(other, RELEASED)
    supervisor.scan(other, "911")
    return sheet[8:], other[8:]


# --- found ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "senses"),
    [
        ({"q": RELEASED}, {"number": [1, 0]}),
        ({"q": "zoe"}, {"client": [0]}),
        ({"q": OFFICER}, {"badge": [0]}),
        ({"q": DAY}, {"day": [1, 0]}),
        ({"q": "nobody"}, {}),
        ({"q": ""}, {}),
        ({"number": RELEASED, "client": "zoe"}, {"fields": [0]}),
        ({"day": DAY, "badge": SUPERVISOR}, {"fields": [1]}),
    ],
)
def test_sheets_are_found_by_whatever_is_known_of_them(officer, busy, query, senses):
    found = officer.get("/find", **query).json["found"]

    assert {one["sense"]: [busy.index(sheet["sheet"]) for sheet in one["sheets"]] for one in found} == senses


def test_a_found_sheet_says_what_it_is(officer, busy):
    ((sheet,),) = [one["sheets"] for one in officer.get("/find", q=busy[0]).json["found"]]

    assert (sheet["state"], sheet["counts"]["R"], sheet["header"]["client_id"]) == ("stamped", 1, "12345-RM")


def test_a_number_has_its_history(officer, busy):
    history = officer.get(f"/numbers/{RELEASED}").json

    assert [one["sheet"]["sheet"] for one in history["standings"]] == [busy[1], busy[0]]
    assert {one["what"] for one in history["moments"]} == {"scanned", "answered", "stamped"}


def test_a_day_is_everybody_s_for_those_who_may_and_else_one_s_own(officer, supervisor, busy):
    assert supervisor.get(f"/days/{DAY}").json["scans"] == 4
    assert supervisor.get(f"/days/{DAY}", badge=OFFICER).json["scans"] == 2
    own = officer.get(f"/days/{DAY}", badge=SUPERVISOR).json
    assert (own["badge"], own["scans"], own["marks"], own["sheets"]["stamped"]) == (OFFICER, 2, {"R": 1, "NR": 1, "N/A": 0}, 1)


def test_a_day_comes_as_a_table_and_on_paper(supervisor, busy):
    table = supervisor.get(f"/days/{DAY}/table")
    paper = supervisor.get(f"/days/{DAY}/paper")

    assert (table.mimetype, len(list(csv.reader(io.StringIO(table.text))))) == ("text/csv", 5)
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("day", ["2026-02-30", "20261122", "today", "0000-01-01"])
def test_what_is_no_day_is_not_there(officer, day):
    assert officer.get(f"/days/{day}").status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_day_is_too_far_to_be_told(officer, day):
    assert officer.get(f"/days/{day}").status_code in {200, 422}


# --- the record -------------------------------------------------------------------------------------------------------


def test_the_record_s_entries_come_newest_first(kiosk, supervisor, busy):
    newest = supervisor.get("/record/entries").json
    older = supervisor.get("/record/entries", before=10).json

    assert newest["size"] == kiosk.journal.checkpoint().size
    assert (newest["entries"][0]["fact"], newest["entries"][0]["position"]) == ("Refused", newest["size"] - 1)
    assert newest["entries"][0]["particulars"]["code"] == "service-option"
    assert [one["position"] for one in older["entries"]] == list(range(9, -1, -1))
    assert (older["older"], older["newer"]) == (None, newest["size"])


def test_no_pin_and_no_hash_of_one_stands_in_an_entry(supervisor):
    text = supervisor.get("/record/entries").text

    assert PIN not in text
    assert "argon2" not in text


def test_the_record_is_verified(kiosk, supervisor, busy):
    head = supervisor.get("/record/checkpoint").json
    assert supervisor.get("/record/verification").json == {"verification": None}

    begun = supervisor.post("/record/verification", against=head["short"])
    assert (begun.status_code, begun.json["verification"]["by"]) == (202, SUPERVISOR)
    kiosk.app.extensions["examination"].wait()
    found = supervisor.get("/record/verification").json["verification"]
    assert (found["sound"], found["findings"], found["size"]) == (True, [], head["size"])


# --- forms ------------------------------------------------------------------------------------------------------------


def upload(program, sheet, *contents):
    files = [(io.BytesIO(content), f"form-{n}.pdf") for n, content in enumerate(contents)]
    return program.ask("POST", f"{sheet}/forms", data={"file": files}, content_type="multipart/form-data")


def read(kiosk, program, sheet):
    """The forms of a sheet, when they are read."""
    while any(one["state"] in {"waiting", "reading"} for one in program.get(f"{sheet}/forms").json["forms"]):
        kiosk.told.get(timeout=60)
    return program.get(f"{sheet}/forms").json["forms"]


def test_a_form_becomes_rows_beside_a_picture_of_its_page(kiosk, officer):
    """Q2, D4."""
    kiosk.store.put(transaction(NUMBERS[0]))
    sheet = officer.open()
    answer = upload(officer, sheet, FORM)
    assert (answer.status_code, answer.json["forms"][0]["file"]) == (201, "form-0.pdf")
    (form,) = read(kiosk, officer, sheet)
    rows = officer.get(sheet).json["rows"]

    assert (form["state"], form["page"], form["pages"]) == ("read", 1, 1)
    assert [(row["status"], row["file"], row["page"]) for row in rows] == [("R", "form-0.pdf", 0), ("N/A", "form-0.pdf", 0)]
    picture = officer.get(f"{sheet}/forms/{form['document']}/pages/0", width=300)
    cutout = officer.get(f"{sheet}/forms/{form['document']}/pages/0/cutouts/1")
    assert (picture.mimetype, cutout.mimetype) == ("image/png", "image/png")
    assert officer.get(f"{sheet}/forms/{form['document']}/pages/1").json["code"] == "no-such-page"
    assert officer.get(f"{sheet}/forms/{form['document']}/pages/0", width=10).status_code == 400
    assert officer.get(f"/documents/{form['document']}").status_code == 404  # a client's own bytes go to nobody


def test_a_file_that_is_no_form_holds_up_no_other(kiosk, officer):
    sheet = officer.open()
    answer = upload(officer, sheet, b"GIF89a", FAULTY)

    assert [one["code"] for one in answer.json["refused"]] == ["not-a-form"]
    assert len(answer.json["forms"]) == len(kiosk.facts(FormReceived.__name__)) == 1
    assert upload(officer, sheet, FAULTY).json["code"] == "form-again"
    assert upload(officer, sheet).json["code"] == "form-empty"
    assert officer.post(f"{sheet}/forms", file="x").status_code == 415
    assert read(kiosk, officer, sheet)


def test_a_form_that_cannot_be_read_is_given_up_with_a_reason(kiosk, officer):
    sheet = officer.open()
    upload(officer, sheet, b"%PDF-1.4 broken")
    (form,) = read(kiosk, officer, sheet)
    path = f"{sheet}/forms/{form['document']}"

    answer = officer.post(f"{path}/give-up", reason="scanned by hand")
    assert answer.status_code == (422 if form["state"] == "read" else 200)
    assert officer.post(f"{sheet}/forms/{'0' * 64}/give-up", reason="x").json["code"] == "no-such-form"
    assert officer.post(f"{path}/again").status_code == 200


# --- users ------------------------------------------------------------------------------------------------------------


def test_a_user_comes_changes_and_goes(kiosk, administrator):
    new = {"badge": "n1001", "name": "New", "role": "bso", "pin": OTHER}
    added = administrator.post("/users", **new)
    changed = administrator.send("PATCH", "/users/N1001", {"role": "supervisor"})
    reset = administrator.send("PUT", "/users/N1001/pin", {"pin": PIN})
    gone = administrator.post("/users/N1001/dismiss")

    assert (added.status_code, added.json) == (
        201,
        {"badge": "N1001", "name": "New", "role": "bso", "sub_location": "", "state": "first-pin", "wait": 0},
    )
    assert (changed.json["name"], changed.json["role"]) == ("New", "supervisor")
    assert [one.json["state"] for one in (reset, gone, administrator.get("/users/N1001"))] == [
        "first-pin",
        "dismissed",
        "dismissed",
    ]
    assert [one["badge"] for one in administrator.get("/users").json["users"]] == [
        "A1001",
        "B1001",
        "C1001",
        "N1001",
        "S1001",
        "W1001",
    ]


def test_an_operator_has_one_warehouse_and_nobody_else_has_any(administrator):
    """Issue 6, 8."""
    new = {"badge": "N1001", "name": "New", "role": "warehouse", "pin": OTHER}
    no = administrator.post("/users", **new)
    added = administrator.post("/users", **new, sub_location="9453")
    moved = administrator.send("PATCH", "/users/N1001", {"sub_location": "9454"})
    left = administrator.send("PATCH", "/users/N1001", {"role": "bso"})
    back = administrator.send("PATCH", "/users/N1001", {"role": "warehouse"})

    assert (no.status_code, no.json["code"]) == (422, "bad-sub-location")
    assert [one.json["sub_location"] for one in (added, moved, left)] == ["9453", "9454", ""]
    assert back.json["code"] == "bad-sub-location"
    assert administrator.post("/users", **new | {"badge": "N1002"}, sub_location="94x3").status_code == 400


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"badge": OFFICER, "name": "x", "role": "bso", "pin": PIN}, 422, "user-there"),
        ({"badge": "N1001", "name": "x", "role": "bso", "pin": "123456"}, 422, "pin-too-simple"),
        ({"badge": "N1001", "name": " ", "role": "bso", "pin": PIN}, 422, "no-name"),
        ({"badge": "!", "name": "x", "role": "bso", "pin": PIN}, 422, "bad-badge"),
        ({"badge": "N1001", "name": "x", "role": "boss", "pin": PIN}, 400, "bad-field"),
        ({"badge": "N1001", "name": "x", "role": "bso", "pin": 483920}, 400, "bad-field"),
    ],
)
def test_who_cannot_be_a_user_is_refused_and_his_pin_is_not_repeated(administrator, body, status, code):
    answer = administrator.post("/users", **body)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert str(body["pin"]) not in answer.text


def test_the_last_administrator_stays(administrator):
    assert administrator.post(f"/users/{ADMINISTRATOR}/dismiss").json["code"] == "last-administrator"
    assert administrator.get("/users/N9999").status_code == 404


def test_a_supervisor_sees_how_long_somebody_waits_and_lifts_it(kiosk, supervisor):
    for _ in range(3):
        kiosk.app.test_client().post("/api/v1/session", json={"badge": OFFICER, "pin": OTHER})

    assert supervisor.get(f"/users/{OFFICER}").json["wait"] == 1
    assert supervisor.post(f"/users/{OFFICER}/lift").json["wait"] == 0
