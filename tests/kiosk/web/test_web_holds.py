"""Holds on the screens and over the API: placed, lifted, told by the store, published, and asked for by a gate (P4)."""

import re
from datetime import timedelta

import pytest

from kiosk.adapters.ed25519 import read_holds, read_list
from kiosk.core.journal import Entry as RecordEntry
from kiosk.core.journal import HoldTooLate
from kiosk.station.holds import HoldKeeper
from kiosk.web import health
from kiosk.web.api.holds import AT_ONCE
from kiosk.web.pace import MOST_ADDRESSES, Pace
from tests.fakes import FakeClock, FakeSigner, FakeStore, ccn
from tests.kiosk.web.api_samples import OFFICER, STORE_TOKEN, V1, Kiosk, Program
from tests.kiosk.web.staff_samples import Browser

C, T = "XXXX0000012345", "99999001495788"
EVENT = {"event": "exam-1", "at": "2026-11-22T11:00:00+00:00", "transaction": T, "cargo": C, "office": "0453"}


@pytest.fixture
def kiosk(tmp_path):
    clock = FakeClock()
    made = Kiosk(tmp_path, None, FakeStore(clock), FakeSigner(), clock)
    made.store.put(ccn(C))
    yield made
    made.close()


@pytest.fixture
def officer(kiosk):
    browser = Browser(kiosk.app)
    browser.log_in(OFFICER)
    return browser


def sent(browser, path, **fields):
    """The page after a form was sent."""
    answer = browser.post(path, **fields)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def stamped(kiosk, *numbers):
    """A stamped sheet; its number."""
    program = kiosk.program()
    sheet = program.open(client_name="Fictitious Freight Ltd.")
    for number in numbers:
        program.scan(sheet, number)
    answer = program.post(f"{sheet}/stamp", seen=program.seen(sheet))
    assert answer.status_code == 201, answer.json
    return sheet.rpartition("/")[2]


def tell(kiosk, token=STORE_TOKEN, **event):
    return Program(kiosk.app).ask("POST", "/holds", json=EVENT | event, headers={"Authorization": f"Bearer {token}"})


def words_of(page):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_an_officer_puts_goods_on_hold_sees_what_is_out_and_lifts_it_with_a_reason(kiosk, officer):
    """P4: R today, on hold an hour later."""
    sheet = stamped(kiosk, C)

    shown = sent(officer, "/holds", number=C.lower(), reason="Notice by fax")
    assert "It is on hold now." in shown
    assert sheet in shown
    assert "Notice by fax" in officer.get("/holds").text
    assert C in words_of(officer.get("/holds?q=xxxx0000012345").text).replace(" ", "")

    assert "The hold is lifted." in sent(officer, "/holds/K7QD-1/lift", reason="Examined")
    assert "Nothing is on hold." in officer.get("/holds").text
    assert (kiosk.facts("HoldPlaced")[0].reason, kiosk.facts("HoldLifted")[0].reason) == ("Notice by fax", "Examined")


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"number": C, "reason": ""}, 422, "reason"),
        ({"number": "911", "reason": "why"}, 422, "911"),
        ({"number": "YYYY1", "reason": "why"}, 409, "on hold already"),
    ],
)
def test_what_can_t_be_put_on_hold_is_told_beside_its_field_and_nothing_is_lost(kiosk, officer, fields, status, said):
    kiosk.holds.place("YYYY1", "why", OFFICER)
    answer = officer.post("/holds", **fields)

    assert answer.status_code == status
    assert said in answer.text
    assert f'value="{fields["number"]}"' in answer.text
    assert len(kiosk.facts("HoldPlaced")) == 1


def test_a_hold_is_lifted_once_and_never_without_a_reason(kiosk, officer):
    kiosk.holds.place(C, "why", OFFICER)
    officer.get("/holds/K7QD-1")
    assert officer.post("/holds/K7QD-1/lift", reason=" ").status_code == 422
    assert officer.post("/holds/K7QD-1/lift", reason="done").status_code == 303
    assert officer.post("/holds/K7QD-1/lift", reason="done").status_code == 409
    assert officer.get("/holds/K7QD-9").status_code == 404


def test_the_page_says_how_fresh_holds_are_known_and_that_goods_are_out(kiosk, officer):
    """Q6, P4: an officer sees that gates ask him, and why."""
    assert "Gates let nothing out by themselves" in officer.get("/holds").text
    kiosk.holds.poll()
    assert "Gates let nothing out by themselves" not in officer.get("/holds").text
    kiosk.holds.place(C, "why", OFFICER)
    kiosk.heard.append([RecordEntry("hold/K7QD-1", kiosk.clock(), "K7QD", HoldTooLate([f"ccn {C}"], []))])
    assert "had left before" in officer.get("/holds").text
    assert "had left before" in officer.get("/holds/K7QD-1").text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_of_the_pages_is_said_in_both_languages(kiosk, officer, language):
    kiosk.store.down()
    kiosk.holds.place(C, "why", OFFICER)
    kiosk.store.up()
    kiosk.holds.poll()
    tell(kiosk)
    kiosk.house.hold_lists.keep()
    officer.client.set_cookie("lang", language)
    for path in ("/holds", "/holds/K7QD-1", "/holds/told.exam-1", "/holds?q=none", "/holds/K7QD-1?done=placed"):
        answer = officer.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text


# --- over the API -----------------------------------------------------------------------------------------------------


def test_a_program_places_looks_at_and_lifts_holds(kiosk):
    sheet, program = stamped(kiosk, "XXXX9", C) if kiosk.store.put(ccn("XXXX9")) is None else "", kiosk.program()

    placed = program.post("/held", number=C, reason="why")
    assert (placed.status_code, placed.json["given"][0]["sheet"], placed.json["given"][0]["rows"]) == (201, sheet, [2])
    assert [one["hold"] for one in program.get("/held", number=C).json["holds"]] == ["K7QD-1"]
    assert program.get("/held/K7QD-1").json["lifted_at"] is None
    assert program.post("/held/K7QD-1/lift", reason="done").json["lifted_because"] == "done"
    assert program.get("/held").json["holds"] == []
    assert program.post("/held/K7QD-1/lift", reason="done").status_code == 409
    assert program.get("/held/K7QD-7").status_code == 404


def test_the_store_tells_with_its_token_and_each_event_counts_once(kiosk):
    """P4."""
    assert tell(kiosk).json == {"new": True}
    assert tell(kiosk).json == {"new": False}
    assert kiosk.holds.held("ccn", C)
    assert kiosk.holds.held("transaction", T)
    assert [fact.source for fact in kiosk.facts("HoldPlaced")] == ["push"]


@pytest.mark.parametrize("token", ["", "what the store show", "another"])
def test_nobody_else_can_tell_of_exams(kiosk, token):
    answer = tell(kiosk, token)
    assert (answer.status_code, answer.json["code"]) == (401, "not-the-store")
    assert kiosk.facts("HoldPlaced") == []


def test_while_no_token_is_set_nobody_can_tell(kiosk):
    object.__setattr__(kiosk.house, "store_token", "")
    assert tell(kiosk, "").status_code == 401


@pytest.mark.parametrize("event", [{"transaction": "", "cargo": ""}, {"at": "2026-11-22T11:00:00"}, {"at": "yesterday at noon"}])
def test_an_event_that_says_nothing_is_refused(kiosk, event):
    assert tell(kiosk, **event).status_code == 422
    assert kiosk.facts("HoldPlaced") == []


# --- what gates go by -------------------------------------------------------------------------------------------------


def test_the_lists_are_there_for_everybody_and_a_gate_can_check_them(kiosk):
    """P2, P4: with nothing but the pinned root."""
    gate, root = Program(kiosk.app), bytes.fromhex(kiosk.lists().root)
    trust = read_list(gate.get("/trust").data, root)
    assert gate.get("/holds").data.split() == []

    kiosk.holds.place(C, "why", OFFICER)
    kiosk.holds.poll()
    kiosk.house.hold_lists.keep()
    answer = gate.get("/holds")

    assert read_holds(answer.data, trust, kiosk.clock()).holds("ccn", C)
    again = kiosk.app.test_client().get(f"{V1}/trust", headers={"If-None-Match": gate.get("/trust").headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_gate_asks_how_a_sheet_stands_just_now(kiosk):
    """P4: voided, or which of its rows are on hold, and up to when all is known."""
    kiosk.store.put(ccn("XXXX9"))
    sheet, gate = stamped(kiosk, "XXXX9", C), Program(kiosk.app)
    told = gate.get("/standing", sheet=sheet).json
    assert (told["voided"], told["held"], told["known_to"], told["stamped"]) == (False, [], None, True)

    kiosk.holds.poll()
    kiosk.holds.place(C, "why", OFFICER)
    kiosk.counter.void(kiosk.counter.find(sheet), "wrong client", OFFICER)

    told = gate.get("/standing", sheet=sheet).json
    assert (told["voided"], told["held"], told["known_to"]) == (True, [2], kiosk.clock().isoformat())
    assert gate.get("/standing", sheet="K7QD.000099").status_code == 404
    assert C not in gate.get("/standing", sheet=sheet).text, "who has the paper has the numbers"


def test_whoever_tries_sheet_numbers_is_slowed(kiosk):
    """A gate asks a few times a minute."""
    gate = Program(kiosk.app)
    answers = [gate.get("/standing", sheet=f"K7QD.{n:06}").status_code for n in range(AT_ONCE + 1)]

    assert set(answers[:-1]) == {404}
    assert answers[-1] == 429
    kiosk.clock.let_pass(seconds=60)
    assert gate.get("/standing", sheet="K7QD.000001").status_code == 404


def test_the_pace_forgets_whoever_asked_longest_ago():
    now = [0.0]
    pace = Pace(1, 0.1, lambda: now[0])
    assert [pace.wait("first"), pace.wait("first")] == [0, 10]
    for n in range(MOST_ADDRESSES):
        pace.wait(str(n))
    assert pace.wait("first") == 0
    now[0] += timedelta(seconds=3).total_seconds()
    assert pace.wait("first") == 7


def test_the_state_of_the_kiosk_says_when_holds_are_not_known(kiosk):
    """Q6: never better than it is."""
    state = lambda: (health.holds(kiosk.house).state, health.holds(kiosk.house).code)  # noqa: E731
    keeper = HoldKeeper(kiosk.holds, kiosk.house.hold_lists)
    object.__setattr__(kiosk.house, "hold_keeper", keeper)
    assert state() == ("poor", "holds-old")
    keeper.turn()
    assert state() == ("good", "holds-known")
    keeper.trouble = "down"
    assert state() == ("poor", "holds-unasked")
    kiosk.clock.let_pass(hours=4, seconds=1)
    assert state() == ("poor", "holds-old")
    keeper.unlisted = "crashed"
    assert state() == ("poor", "holds-unlisted")
