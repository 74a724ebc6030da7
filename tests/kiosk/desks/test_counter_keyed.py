"""Numbers that were typed, rows that a scan stands for, copies, and proofs that were taken back: on a real record."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scan import NoRead, Place
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import Confirmed, HandedOver, Voided
from kiosk.core.sheet import Faulty, Header, Line, Removed
from kiosk.desks.counter import Counter
from kiosk.desks.press import OwnPress
from tests.fakes import NOON, FakeClock, FakePaper, FakeSigner, FakeStore, ccn, real_seal, scan, transaction

BADGE, NUMBER, OTHER = "12345", "99999001495785", "99999001495786"
SEAL = real_seal()


@pytest.fixture
def store():
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    store.put(transaction(OTHER))
    return store


@pytest.fixture
def journal(tmp_path):
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    yield journal
    journal.close()


@pytest.fixture
def counter(store, journal):
    return Counter(store, journal, store.clock, "K7QD")


@pytest.fixture
def sheet(counter):
    return counter.open(Header("0453"), BADGE)


@pytest.fixture
def press():
    return OwnPress.of(FakePaper(), SEAL, FakeSigner())


def keyed(number=NUMBER):
    return scan(number, symbology=None, keyed=True)


# --- typed numbers -----------------------------------------------------------------------------------------------------


def test_a_released_number_that_was_only_typed_is_never_stamped(counter, sheet, press, journal):
    """Q9: one wrong digit would let other goods out."""
    sheet = counter.scan(sheet, [scan(OTHER), keyed()], BADGE)

    with pytest.raises(Refusal) as caught:
        counter.stamp(sheet, BADGE, press)

    assert (caught.value.code, caught.value.fields) == ("keyed-rows", {"rows": "2"})
    assert not counter.find(sheet.number).stamped


def test_a_typed_number_that_is_not_released_hinders_nothing(counter, store, sheet, press):
    """Q3: a typed NR or N/A lets nothing out."""
    store.put(transaction(NUMBER), Reason.EXAM)
    sheet = counter.scan(sheet, [scan(OTHER), keyed()], BADGE)

    assert counter.stamp(sheet, BADGE, press).sheet.number == sheet.number


def test_a_typed_number_that_is_released_only_when_it_is_stamped_is_not_stamped(counter, store, sheet, press):
    """Q9: between the look and the stamp it became R; the officer sees the change, and then the rule."""
    store.put(transaction(NUMBER), Reason.EXAM)
    sheet = counter.scan(sheet, [keyed()], BADGE)
    store.put(transaction(NUMBER))

    with pytest.raises(Refusal, match="changed"):
        counter.stamp(sheet, BADGE, press)
    with pytest.raises(Refusal, match="keyed-rows"):
        counter.stamp(counter.find(sheet.number), BADGE, press)


def test_where_the_setting_allows_it_keyed_stands_under_the_seal(counter, sheet, press):
    """Q9, Q10."""
    counter = replace(counter, keyed=True)
    proof = counter.stamp(counter.scan(sheet, [keyed()], BADGE), BADGE, press)

    assert [row.keyed for row in SEAL.open(proof.seals[0]).rows] == [True]


def test_a_scan_of_a_typed_number_confirms_its_row(counter, sheet, press, journal):
    """Q9: the row is the scan's from now on, and the record has both."""
    sheet = counter.scan(sheet, [keyed("99999-001495785")], BADGE)
    sheet = counter.scan(sheet, [scan(NUMBER)], BADGE)

    (row,) = sheet.rows
    assert isinstance(row, Line)
    assert (row.asked.keyed, row.asked.text) == (False, NUMBER)
    assert sheet == counter.find(sheet.number)
    assert [type(one.entry.fact) for one in journal.find(number=NUMBER)].count(Confirmed) == 1
    assert [row.keyed for row in SEAL.open(counter.stamp(sheet, BADGE, press).seals[0]).rows] == [False]


def test_a_confirmed_row_is_asked_in_every_sense_of_what_was_scanned(counter, store, sheet):
    """Q8: 14 digits without a hyphen can be a cargo control number too, which is held here."""
    store.put(ccn(NUMBER), Reason.EXAM)
    sheet = counter.scan(sheet, [keyed("99999-001495785")], BADGE)
    assert sheet.count["R"] == 1

    sheet = counter.scan(sheet, [scan(NUMBER)], BADGE)

    assert (sheet.count["R"], sheet.count["NR"]) == (0, 1)


def test_the_scans_of_a_confirmed_row_count_once_both(counter, sheet):
    """A scan that is sent again after an outage adds nothing, whichever it was."""
    typed, scanned = keyed(), scan(NUMBER)
    sheet = counter.scan(counter.scan(sheet, [typed], BADGE), [scanned], BADGE)

    assert counter.scan(sheet, [typed, scanned], BADGE) == sheet


def test_a_typed_number_is_no_confirmation_and_a_second_scan_is_a_repeat(counter, sheet):
    """Q4."""
    sheet = counter.scan(sheet, [keyed(), keyed(), scan(NUMBER), scan(NUMBER)], BADGE)

    assert [type(row) for row in sheet.rows] == [Line, Faulty, Faulty]
    assert [row.refusal.code for row in sheet.rows[1:]] == ["repeat", "repeat"]


def test_a_typed_row_is_confirmed_while_the_store_is_down_and_has_no_mark_then(counter, store, sheet):
    """Q6: nothing is known of what was scanned, whatever was known of what was typed."""
    sheet = counter.scan(sheet, [keyed()], BADGE)
    store.down()
    sheet = counter.scan(sheet, [scan(NUMBER)], BADGE)

    assert (len(sheet.waiting), sum(sheet.count.values())) == (1, 0)
    store.up()
    assert counter.ask_again(sheet, BADGE).count["R"] == 1


def test_a_removed_row_is_not_confirmed(counter, sheet):
    """Q10: what was struck out stays so; the scan is a row of its own."""
    sheet = counter.scan(sheet, [keyed()], BADGE)
    sheet = counter.remove(sheet, 1, "mistyped", BADGE)
    sheet = counter.scan(sheet, [scan(NUMBER)], BADGE)

    assert [type(row) for row in sheet.rows] == [Removed, Line]


@settings(max_examples=30)
@given(keys=st.lists(st.tuples(st.sampled_from([NUMBER, OTHER, "99999-001495785"]), st.booleans()), max_size=8))
def test_whatever_is_typed_and_scanned_an_unconfirmed_release_is_never_on_a_proof(keys, tmp_path_factory):
    """Q9, by property."""
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    store.put(transaction(OTHER))
    journal = SqlJournal(f"sqlite:///{tmp_path_factory.mktemp('k') / 'r.sqlite3'}")
    try:
        counter = Counter(store, journal, clock, "K7QD")
        sheet = counter.open(Header("0453"), BADGE)
        for number, typed in keys:
            sheet = counter.scan(sheet, [keyed(number) if typed else scan(number)], BADGE)
        for place in sheet.faults:
            sheet = counter.remove(sheet, place, "repeat", BADGE)
        try:
            proof = counter.stamp(sheet, BADGE, OwnPress.of(FakePaper(), SEAL, FakeSigner()))
        except Refusal:
            return
        scanned = {number.replace("-", "") for number, typed in keys if not typed}
        assert {row.number.replace("-", "") for row in SEAL.open(proof.seals[0]).released} <= scanned
    finally:
        journal.close()


# --- a row that was not read, scanned by hand ---------------------------------------------------------------------------


def test_a_scan_by_hand_strikes_out_the_row_that_it_stands_for(counter, sheet):
    """Q4, Q10: in one transaction, and both stay on the sheet."""
    sheet = counter.scan(sheet, [NoRead("blurred", "pages", NOON, Place("form.pdf", 0, (1, 2, 3, 4)))], BADGE)
    sheet = counter.scan(sheet, [scan(NUMBER)], BADGE, instead=1)

    assert [type(row) for row in sheet.rows] == [Removed, Line]
    assert sheet.rows[0].reason == "→ 2"
    assert not sheet.hindrances


def test_a_scan_by_hand_that_is_refused_leaves_the_row_as_it_was(counter, sheet):
    """Q4: nothing is struck out for a number that is none."""
    sheet = counter.scan(sheet, [NoRead("blurred", "pages", NOON, Place("form.pdf", 0, (1, 2, 3, 4)))], BADGE)
    sheet = counter.scan(sheet, [scan("911")], BADGE, instead=1)

    assert sheet.faults == (1, 2)


def test_a_scan_by_hand_that_is_sent_twice_strikes_out_once(counter, sheet):
    sheet = counter.scan(sheet, [NoRead("blurred", "pages", NOON)], BADGE)
    by_hand = scan(NUMBER)
    sheet = counter.scan(sheet, [by_hand], BADGE, instead=1)

    assert counter.scan(sheet, [by_hand], BADGE, instead=1) == sheet


@pytest.mark.parametrize(("row", "code"), [(1, "not-faulty"), (2, "no-such-row"), (0, "no-such-row"), (-1, "no-such-row")])
def test_only_a_faulty_row_can_be_stood_for(counter, sheet, row, code):
    sheet = counter.scan(sheet, [scan(OTHER)], BADGE)

    with pytest.raises(Refusal, match=code):
        counter.scan(sheet, [scan(NUMBER)], BADGE, instead=row)


def test_an_unread_place_that_is_found_again_is_no_news(counter, sheet):
    """A page that is read again after a crash: its rows are there already, removed or not."""
    place = NoRead("blurred", "pages", NOON, Place("form.pdf", 0, (1, 2, 3, 4)))
    sheet = counter.scan(sheet, [place], BADGE)
    assert counter.scan(sheet, [place], BADGE) == sheet

    sheet = counter.remove(sheet, 1, "smudge", BADGE)
    assert counter.scan(sheet, [place], BADGE) == sheet


# --- copies --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def proof(counter, sheet, press):
    return counter.stamp(counter.scan(sheet, [scan(NUMBER)], BADGE), BADGE, press)


def test_the_first_is_the_original_and_the_others_say_which_copy_they_are(counter, proof, press, journal):
    """P7: with the same seals, so that a copy is the same proof."""
    original = counter.hand_over(proof.sheet, "printer", press, BADGE)
    second = counter.hand_over(proof.sheet, "printer", press, BADGE)
    third = counter.hand_over(proof.sheet, "browser", press, BADGE)

    assert original == (proof.pdf, 1)
    assert (second[1], third[1]) == (2, 3)
    assert b'"copy": 2' in second[0]
    assert proof.seals[0] in third[0]
    handed = [one.entry.fact for one in journal.entries(proof.sheet.number) if isinstance(one.entry.fact, HandedOver)]
    assert [journal.document(fact.document) for fact in handed] == [proof.pdf, second[0], third[0]]


def test_what_the_printer_did_not_take_is_not_counted(counter, proof, press):
    """Else the client would be handed a copy of an original that nobody has."""
    counter.hand_over(proof.sheet, "printer", press, BADGE)
    counter.failed(proof.sheet, Unavailable("printer", "disk-full"), BADGE, 1)

    assert counter.hand_over(proof.sheet, "printer", press, BADGE) == (proof.pdf, 1)


def test_two_who_print_at_once_never_get_the_same_copy(counter, proof, press, journal):
    """Somebody prints between reading and writing: the second is told, and no number is given twice."""
    drawing = OwnPress.of(
        FakePaper(while_drawing=lambda: counter.hand_over(proof.sheet, "browser", press, "67890")), SEAL, FakeSigner()
    )
    counter.hand_over(proof.sheet, "browser", press, BADGE)

    with pytest.raises(Conflict):
        counter.hand_over(proof.sheet, "browser", drawing, BADGE)

    handed = [one.entry.fact.copy for one in journal.entries(proof.sheet.number) if isinstance(one.entry.fact, HandedOver)]
    assert handed == [1, 2]


def test_a_sheet_that_was_not_stamped_is_not_handed_over(counter, sheet, press):
    with pytest.raises(Refusal, match="not-stamped"):
        counter.hand_over(sheet, "browser", press, BADGE)


# --- proofs that were taken back ---------------------------------------------------------------------------------------------


def test_a_proof_that_was_taken_back_is_never_printed_without_saying_so(counter, proof, press, journal):
    """Not even the first time: the original would be a good proof in somebody's hand."""
    sheet = counter.void(proof.sheet, " wrong client ", "90001")
    pdf, number = counter.hand_over(sheet, "browser", press, BADGE)

    assert (sheet.voided, number) == ("wrong client", 1)
    assert pdf != proof.pdf
    assert b"wrong client" in pdf
    assert isinstance(journal.entries(sheet.number)[-2].entry.fact, Voided)


@pytest.mark.parametrize(
    ("reason", "code"), [("", "no-reason"), ("  ", "no-reason"), ("a\x00b", "bad-text"), ("x" * 101, "long-text")]
)
def test_a_proof_is_taken_back_for_a_legible_reason_only(counter, proof, reason, code):
    with pytest.raises(Refusal, match=code):
        counter.void(proof.sheet, reason, "90001")


def test_a_proof_is_taken_back_once_and_only_where_there_is_one(counter, sheet, proof):
    counter.void(proof.sheet, "wrong client", "90001")

    with pytest.raises(Refusal, match="voided-already"):
        counter.void(proof.sheet, "again", "90001")
    with pytest.raises(Refusal, match="not-stamped"):
        counter.void(counter.open(Header("0453"), BADGE), "none", "90001")
