"""The register for programs: the same rules as on the screens, and a machine's token for its own warehouse alone (P3, P4)."""

from uuid import uuid4

import pytest

from kiosk.core.faults import Unavailable
from tests.kiosk.web.register_samples import CCN, HERE, OTHER, RELEASE, SUPERVISOR, THERE, RegisterKiosk


@pytest.fixture
def kiosk(tmp_path):
    kiosk = RegisterKiosk(tmp_path)
    yield kiosk
    kiosk.close()


OPERATOR = "W1001"
"""Of warehouse 9453, as the samples hire him."""


def coming(**more):
    return {"id": uuid4().hex, "sub_location": HERE, "number": CCN, "pieces": 10, **more}


def leaving(presented, **more):
    values = {"id": uuid4().hex, "sub_location": HERE, "number": CCN, "pieces": 4, "presentation": presented, "page": 1, "row": 1}
    return {**values, "carrier": "Exemple", **more}


def test_goods_come_and_go_by_the_api(kiosk):
    program = kiosk.program(OPERATOR)

    came = program.post("/register/in", **coming(place="A-12"))
    went = program.post("/register/out", **leaving(kiosk.presented(CCN)))

    assert (came.status_code, came.json["inside"], came.json["due"]) == (201, 10, "2027-01-01")
    assert (went.status_code, went.json["inside"], went.json["outs"][0]["carrier"]) == (201, 6, "Exemple")
    assert program.get(f"/register/lots/{HERE}/{CCN}").json["inside"] == 6
    assert program.get("/register/lots").json["total"] == 1


@pytest.mark.parametrize(
    ("more", "code"), [({"row": 2}, "row-not-released"), ({"pieces": 11}, "more-out-than-in"), ({"number": OTHER}, "other-goods")]
)
def test_what_may_not_leave_does_not_by_the_api_either(kiosk, more, code):
    kiosk.took_in()

    answer = kiosk.program(OPERATOR).post("/register/out", **leaving(kiosk.presented(CCN), **more))

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert kiosk.journal.count("GoodsOut") == 0


def test_what_the_office_could_not_be_asked_of_is_no_refused_row(kiosk):
    """Q6, fault 2: nothing leaves on it, and nobody says that it was not released."""

    def silent(sheet):
        raise Unavailable("office", "gone", sheet)

    kiosk.took_in()
    object.__setattr__(kiosk.house.gate, "elsewhere", silent)
    shown = kiosk.house.gate.present("ABCD.000001", OPERATOR)

    answer = kiosk.program(OPERATOR).post("/register/out", **leaving(shown.id))

    assert (answer.status_code, answer.json["code"], answer.json["fields"]) == (422, "proof-unasked", {"got": "ABCD.000001"})
    assert "could not be asked" in kiosk.browser().get(f"/register/out?presentation={shown.id}").text


def test_an_operator_s_program_has_his_warehouse_and_no_other(kiosk):
    kiosk.took_in(OTHER, sub_location=THERE)
    program = kiosk.program(OPERATOR)

    assert program.post("/register/in", **coming(sub_location=THERE)).status_code == 403
    assert program.post("/register/out", **leaving(kiosk.presented(CCN), sub_location=THERE)).status_code == 403
    assert program.get(f"/register/lots/{THERE}/{OTHER}").status_code == 403
    assert program.get("/register/lots", sub_location=THERE).status_code == 403
    assert program.get("/register/lots").json["total"] == 0
    assert kiosk.program(SUPERVISOR).get("/register/lots").json["total"] == 1


def test_corrections_and_differences_by_the_api(kiosk):
    entry = kiosk.took_in(transaction=RELEASE).ins[0].entry
    presented, operator, supervisor = kiosk.presented(RELEASE), kiosk.program(OPERATOR), kiosk.program(SUPERVISOR)
    path = f"/register/lots/{HERE}/{CCN}"
    operator.post("/register/out", **leaving(presented, pieces=10))
    righted = operator.post(f"{path}/correct", id=uuid4().hex, entry=entry, pieces=9, reason="counted again", transaction=RELEASE)
    (difference,) = righted.json["differences"]

    assert (difference["what"], difference["pieces"]) == ("over", 1)
    assert [lot["number"] for lot in operator.get("/register/differences").json["lots"]] == [CCN]
    settled = {"difference": difference["name"], "reason": "one came back"}
    assert operator.post(f"{path}/settle", **settled).status_code == 403
    assert supervisor.post(f"{path}/settle", **settled).json["differences"] == []
    assert operator.get("/register/differences").json["lots"] == []


def test_a_correction_that_says_nothing_of_the_transaction_keeps_it(kiosk):
    """Fault 3: pieces are corrected, and by which release they may go out is not lost with them; empty takes it away."""
    entry, operator = kiosk.took_in(transaction=RELEASE).ins[0].entry, kiosk.program(OPERATOR)
    one, two, three = sorted(uuid4().hex for _ in range(3))  # in one instant of this clock, the id decides

    def righted(id_, **more):
        path = f"/register/lots/{HERE}/{CCN}/correct"
        answer = operator.post(path, id=id_, entry=entry, pieces=9, reason="counted again", **more)
        return [(came["pieces"], came["transaction"].replace("-", "")) for came in answer.json["ins"]]

    kept = [(9, RELEASE.replace("-", ""))]
    assert righted(one) == kept
    assert righted(two, transaction=None) == kept
    assert righted(three, transaction="") == [(9, "")]
    assert righted(one) == [(9, "")]  # sent once more, it changes nothing


def test_the_books_are_the_screen_s(kiosk):
    kiosk.took_in()
    program = kiosk.program(OPERATOR)

    assert program.get("/register/books/2026-11-22/paper").data.startswith(b"%PDF")
    assert CCN in program.get("/register/books/2026-11/table").text
    assert program.get("/register/books/2026-11/workbook").data.startswith(b"PK")


def test_a_session_is_no_token_and_a_token_no_session(kiosk):
    """Least privilege: a machine writes its entries, and sees nothing."""
    machine = kiosk.app.test_client()
    shown = {"Authorization": "Bearer 0123456789abcdef"}

    assert machine.get("/api/v1/register/lots", headers=shown).status_code == 401
    assert kiosk.program(SUPERVISOR).post("/register/entries", entry="x").status_code in (400, 401)
