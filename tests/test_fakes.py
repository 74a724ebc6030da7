"""The fakes do what the tests that lean on them believe."""

import json
from datetime import timedelta

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason, Status
from kiosk.core.faults import Forged, Unavailable
from kiosk.core.journal import CouldNotAsk, Entry
from kiosk.core.proof import Checkpoint, Statement
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Act, Stamp
from kiosk.ports import Fault
from tests.fakes import (
    AUTHORITY,
    NOON,
    FakeClock,
    FakePaper,
    FakeSeal,
    FakeSigner,
    FakeStore,
    Fragile,
    ccn,
    real_seal,
    scan,
    transaction,
)

KNOWN, UNKNOWN = transaction("99999-001495785"), ccn("XXXX471")
STAMP = Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOON)
STATEMENT = Statement("K7QD.000001", 1, 1, "", STAMP, "0-e3b0c44298fc", ())


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store(clock):
    store = FakeStore(clock)
    store.put(KNOWN)
    return store


def test_the_clock_stands_still_until_it_is_moved(clock):
    assert clock() == clock() == NOON

    clock.let_pass(days=-14)

    assert clock() == NOON - timedelta(days=14)


def test_the_store_answers_what_was_put_on_file_and_n_a_for_the_rest(store, clock):
    clock.let_pass(minutes=1)

    known, unknown = store.ask([KNOWN, UNKNOWN])

    assert (known.status, known.office, known.released_at) == (Status.RELEASED, "0453", NOON - timedelta(hours=1))
    assert (unknown.status, unknown.office, unknown.released_at) == (Status.NOT_ON_FILE, None, None)
    assert {known.as_of, unknown.as_of} == {clock()}
    assert [known.reference, unknown.reference] == [KNOWN, UNKNOWN]


def test_a_later_decision_replaces_the_one_before_and_what_is_forgotten_is_not_on_file(store):
    store.put(KNOWN, Reason.EXAM)
    assert store.ask([KNOWN])[0].reason is Reason.EXAM

    store.forget(KNOWN)
    assert store.ask([KNOWN])[0].reason is Reason.NOT_ON_FILE


def test_a_store_that_is_down_says_so_and_remembers_the_question(store):
    store.down("slow")
    with pytest.raises(Unavailable, match="store: slow"):
        store.ask([KNOWN])

    store.up()

    assert store.ask([KNOWN])[0].status is Status.RELEASED
    assert store.asked == [(KNOWN,), (KNOWN,)]
    assert [[answer.status for answer in given] for given in store.given] == [[Status.RELEASED]]


def test_the_world_can_change_just_after_an_answer_and_only_once(store):
    store.after_next(lambda: store.put(KNOWN, Reason.EXAM))

    assert [store.ask([KNOWN])[0].reason for _ in range(3)] == [Reason.RELEASED, Reason.EXAM, Reason.EXAM]


def test_answers_can_be_bent_and_late(store, clock):
    store.behind(seconds=40)
    store.bend(lambda answers: answers[::-1])

    first, last = store.ask([KNOWN, UNKNOWN])

    assert (first.reference, last.reference) == (UNKNOWN, KNOWN)
    assert first.as_of == clock() - timedelta(seconds=40)


def test_the_paper_shows_what_was_drawn_the_same_for_the_same():
    drawing = []
    paper = FakePaper(while_drawing=lambda: drawing.append("sheet"))
    given = QuerySheet("K7QD.000001", Header("0453")), STAMP, [b"SEAL"], Checkpoint(0, bytes(32)).short

    pdf = paper.sheet(*given)

    assert json.loads(pdf) == {
        "sheet": "K7QD.000001",
        "rows": 0,
        "badge": "12345",
        "seals": ["SEAL"],
        "checkpoint": "0-000000000000",
    }
    assert paper.sheet(*given) == pdf
    assert drawing == ["sheet", "sheet"]
    slip = json.loads(paper.slip(Header("0453"), [Fault(2, "911", "service-option", {"got": "911"}, None, None)], NOON))
    assert slip["faults"] == [{"row": 2, "text": "911", "code": "service-option", "got": "911", "cutout": False}]
    assert json.loads(paper.form(Header("0453"), ["XXXX471"], "code39", 3))["numbers"] == ["XXXX471"]


def test_what_the_signer_signs_begins_with_the_given_bytes():
    assert FakeSigner().sign(b"%PDF", NOON).startswith(b"%PDF\n")


@pytest.mark.parametrize("seal", [FakeSeal(), real_seal()], ids=["fake", "real"])
def test_a_seal_opens_what_it_sealed_and_nothing_else(seal):
    assert seal.open(seal.seal(STATEMENT)) == STATEMENT

    with pytest.raises(Forged):
        seal.open(b"FAKE.7")


def test_two_seeds_are_two_keys():
    with pytest.raises(Forged, match="unknown-key"):
        real_seal(1).open(real_seal(2).seal(STATEMENT))


def test_a_fragile_record_is_a_real_one_until_the_disk_is_full(tmp_path):
    seen = []
    journal = Fragile(SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}"), healthy=1, before_append=seen.append)
    entry = Entry("K7QD.000001", NOON, "12345", CouldNotAsk([], "down", ""))

    assert journal.append([entry], after={"K7QD.000001": 0}) == 0
    with pytest.raises(Unavailable, match="disk-full"):
        journal.append([entry])

    assert [found.entry for found in journal.entries("K7QD.000001")] == [entry]
    assert seen == [[entry], [entry]]
    journal.close()


def test_every_scan_has_a_number_of_its_own_unless_it_is_given_one():
    assert scan("XXXX471").id != scan("XXXX471").id
    assert scan("XXXX471", id="again").id == "again"
    assert scan("XXXX471", "XXXX471", "WINDSOR").printed == ("XXXX471", "WINDSOR")
