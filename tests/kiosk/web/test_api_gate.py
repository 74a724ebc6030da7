"""The gate by the API: a program at a barrier presents what it reads, and lets through on `release` alone (P2, P4)."""

import io

import pytest

from drivers.pages import Reader
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Header
from kiosk.desks.gate import Alarm
from tests.fakes import NOON
from tests.kiosk.desks.gate_samples import HELD, OTHER, RELEASED, drawn, png
from tests.kiosk.web.gate_kiosk import KEEPER, GateKiosk


@pytest.fixture(scope="module")
def reader():
    with Reader(processes=1) as reader:
        yield reader


@pytest.fixture
def kiosk(reader, tmp_path):
    kiosk = GateKiosk(tmp_path, reader)
    yield kiosk
    kiosk.close()


def test_a_program_is_told_row_by_row_what_may_go(kiosk):
    """P2, Q9: and the same when it asks again, judged anew."""
    program = kiosk.program(KEEPER)
    answer = program.post("/gate/presentations", text=kiosk.text, id="scan-000001")

    assert (answer.status_code, answer.json["verdict"], answer.json["holds_from"]) == (201, "some", "list")
    assert [(row["number"], row["outcome"]) for row in answer.json["rows"]] == [(RELEASED, "release"), (HELD, "not-released")]
    again = program.post("/gate/presentations", text=kiosk.text, id="scan-000001")
    assert again.json["presentation"] == answer.json["presentation"]

    kiosk.held = [RELEASED]
    later = program.get(f"/gate/presentations/{answer.json['presentation']}")
    assert (later.json["verdict"], later.json["rows"][0]["outcome"]) == ("held", "held")


def test_a_refused_proof_is_an_answer_with_its_reason_and_no_rows(kiosk):
    """P2: no program takes an error for a verdict, or the other way round."""
    answer = kiosk.program(KEEPER).post("/gate/presentations", text=kiosk.text[:-20], id="scan-000002")

    assert (answer.status_code, answer.json["verdict"], answer.json["rows"]) == (201, "refused", [])
    assert answer.json["refusal"]["code"] in {"truncated", "malformed"}
    assert answer.json["refusal"]["message"]


def test_an_office_that_could_not_be_asked_is_a_verdict_of_its_own(kiosk):
    """Q6: no refusal, no rows, and it may be presented again."""

    def elsewhere(sheet):
        raise Unavailable("office", "gone", sheet)

    object.__setattr__(kiosk.house.gate, "elsewhere", elsewhere)
    answer = kiosk.program(KEEPER).post("/gate/presentations", text="ABCD.000007", id="scan-000003").json

    assert (answer["verdict"], answer["refusal"], answer["rows"], answer["unasked"]["code"]) == ("unasked", None, [], "gone")
    assert (answer["sheet"], answer["seals_from"]) == ("ABCD.000007", "")
    assert "ABCD.000007" in answer["unasked"]["message"]


def test_a_picture_and_what_is_none(kiosk):
    """P2."""
    program = kiosk.program(KEEPER)
    picture = png(drawn(kiosk.journal.document(kiosk.counter.stamping(kiosk.sheet).document).split(b"\nsigned")[0]))

    good = program.ask("POST", "/gate/files", data={"file": (io.BytesIO(picture), "a.png")}, content_type="multipart/form-data")
    bad = program.ask("POST", "/gate/files", data={"file": (io.BytesIO(b"PK"), "a.zip")}, content_type="multipart/form-data")

    assert (good.status_code, good.json["verdict"], good.json["brought"]) == (201, "some", "picture")
    assert (bad.status_code, bad.json["code"]) == (422, "not-a-form")
    assert program.ask("POST", "/gate/files", data="{}", content_type="application/json").status_code == 415
    assert program.get("/gate/presentations/1").status_code == 404


def test_goods_on_hold_that_are_inside_are_listed(kiosk):
    """P4."""
    kiosk.rings = (Alarm("transaction", OTHER, 4, "9453", NOON, "exam"),)

    (alarm,) = kiosk.program(KEEPER).get("/gate/alarms").json["alarms"]

    assert (alarm["number"], alarm["pieces"], alarm["sub_location"]) == (OTHER, 4, "9453")


def test_a_paper_without_a_seal_is_accepted_with_its_picture(kiosk):
    """P1: and shown as what it is."""
    program = kiosk.program(KEEPER)
    picture = png(drawn(kiosk.house.press.slip(Header("0453"), [], NOON))[:400])
    query = {"number": OTHER, "paper_kind": "ccd", "office": "453", "stamped_on": "2026-11-21", "reason": "by phone"}
    send = lambda file: program.ask(  # noqa: E731
        "POST", "/gate/papers", query_string=query, data={"file": (io.BytesIO(file), "a.png")}, content_type="multipart/form-data"
    )

    answer, bad = send(picture), send(b"\x89PNG\r\n\x1a\n broken")
    path = f"/gate/papers/{answer.json['paper']}"

    assert (answer.status_code, answer.json["number"], answer.json["badge"]) == (201, OTHER, KEEPER)
    assert program.get(path).json == answer.json
    assert program.get(f"{path}/picture").data.startswith(b"\x89PNG")
    assert (bad.status_code, bad.json["code"]) == (422, "not-read")
    assert program.get("/gate/papers/1").status_code == 404
