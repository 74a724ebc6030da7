"""The counter: nothing is R that the store does not call R, nothing is stamped that the officer has not seen (Q1 to Q11).

The record is the real one, in SQLite; seals are real. Store, paper and clock are driven by the test.
"""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from drivers.scan import NoRead, Place, Symbology
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason, Status
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import (
    Answered,
    CouldNotAsk,
    Failed,
    HandedOver,
    NotRead,
    NotStamped,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
)
from kiosk.core.reference import candidates
from kiosk.core.replay import replay
from kiosk.core.sheet import MAX_ROWS, Faulty, Header, Line, QuerySheet, Removed, Waiting, Where
from kiosk.core.stamp import Act
from kiosk.core.trust import ANY
from kiosk.desks.counter import FRESH, Changed, Counter
from kiosk.desks.gate import examine
from kiosk.desks.press import OwnPress
from tests.fakes import AUTHORITY, NOON, FakeClock, FakePaper, FakeSigner, FakeStore, Fragile, ccn, real_seal, scan, transaction

BADGE, STATION, HEADER = "12345", "K7QD", Header("0453", "Fictitious Freight Ltd.", "C-1", "555-0100")
NUMBER, CARGO, OTHER = "99999-001495785", "XXXXPARS0000471", "8XXX32201095"
SEAL = real_seal()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store(clock):
    """A store with a released transaction number and a released cargo control number on file."""
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    store.put(ccn(CARGO))
    return store


@pytest.fixture
def journal(tmp_path):
    journal = Fragile(SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}"))
    yield journal
    journal.close()


@pytest.fixture
def counter(store, journal, clock):
    return Counter(store, journal, clock, STATION)


@pytest.fixture
def sheet(counter):
    return counter.open(HEADER, BADGE)


@pytest.fixture
def press():
    return OwnPress.of(FakePaper(), SEAL, FakeSigner())


@pytest.fixture
def facts(journal):
    """The facts of a sheet in the record, all or of one kind."""

    def facts(sheet, kind=object):
        return [found.entry.fact for found in journal.entries(sheet.number) if isinstance(found.entry.fact, kind)]

    return facts


def marks(sheet):
    """R, NR or N/A; None for a row that has no mark."""
    return [str(row.answer.status) if isinstance(row, Line) else None for row in sheet.rows]


def refusal(verb, *given, kind=Refusal, **more):
    with pytest.raises(kind) as caught:
        verb(*given, **more)
    return caught.value


def unavailable(verb, *given, **more):
    return refusal(verb, *given, kind=Unavailable, **more)


def proven(proof):
    """What a gate reads from the seals of a proof."""
    return examine([[seal] for seal in proof.seals], SEAL, proof.stamp.at)


# --- opening and finding ----------------------------------------------------------------------------------------------


def test_a_sheet_is_opened_under_a_number_of_its_own(counter):
    """Q2: with the head of the form."""
    first, second = counter.open(HEADER, BADGE), counter.open(Header("0495"), BADGE)

    assert (first.number, second.number) == ("K7QD.000001", "K7QD.000002")
    assert counter.find(first.number) == first == QuerySheet("K7QD.000001", HEADER)
    assert counter.find(second.number).header.office == "0495"


def test_two_processes_that_open_at_once_get_two_numbers(counter, journal, store, clock):
    """Q10: no sheet is ever two."""
    taken = []

    def other_first(entries):
        journal.before_append = lambda entries: None
        taken.append(Counter(store, journal.real, clock, STATION).open(HEADER, "67890"))

    journal.before_append = other_first

    assert (counter.open(HEADER, BADGE).number, taken[0].number) == ("K7QD.000002", "K7QD.000001")


def test_a_sheet_that_is_not_in_the_record_is_not_found(counter):
    assert refusal(counter.find, "K7QD.000009") == Refusal("no-such-sheet", got="K7QD.000009")


# --- scanning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "mark"),
    [(reason, {"released": "R", "not-on-file": "N/A"}.get(reason, "NR")) for reason in Reason],
)
def test_a_scan_gets_the_mark_that_the_store_gives(counter, sheet, store, reason, mark):
    """Q1, Q3: one paper, one number, one of three marks."""
    store.put(ccn(CARGO), reason)

    after = counter.scan(sheet, [scan(CARGO)], BADGE)

    assert marks(after) == [mark]
    assert after.rows[0].answer == store.given[-1][0]
    assert counter.find(sheet.number) == after


def test_a_form_with_both_kinds_of_number_is_one_question(counter, sheet, store, facts):
    """Q2, Q3, Q8: any number of rows, each kind, in one round trip; and every row is kept in its order."""
    after = counter.scan(sheet, [scan(NUMBER), scan(CARGO), scan(OTHER)], BADGE)

    assert marks(after) == ["R", "R", "N/A"]
    assert store.asked == [(transaction(NUMBER), ccn(CARGO), ccn(OTHER))]
    assert [(fact.number, fact.mark) for fact in facts(sheet, Answered)] == [
        ("99999001495785", "R"),
        (CARGO, "R"),
        (OTHER, "N/A"),
    ]


def test_every_scan_is_on_record_as_the_device_sent_it(counter, sheet, facts):
    """Q10."""
    place = Place("form.pdf", 2, (10, 20, 300, 90))
    one = scan("*xxxx471*", "XXXX471", "WINDSOR", raw=b"\x02*xxxx471*\x03", symbology=Symbology.CODE39, keyed=True, place=place)

    after = counter.scan(sheet, [one, scan(CARGO, symbology=None)], BADGE)

    first, second = facts(sheet, Scanned)
    assert (first.scan, first.text, base64.b64decode(first.raw)) == (one.id, "*xxxx471*", b"\x02*xxxx471*\x03")
    assert (first.source, first.symbology, first.keyed, first.compared) == ("fake-scanner", "CODE39", True, True)
    assert first.where == {"file": "form.pdf", "page": 2, "box": [10, 20, 300, 90]}
    assert (second.symbology, second.where, second.compared) == (None, None, False)
    assert after.rows[0].asked.where == Where("form.pdf", 2, (10, 20, 300, 90))


def test_words_that_are_not_the_number_do_not_count_as_a_comparison(counter, sheet, facts):
    """Q7: that a row was compared is said only where it was."""
    counter.scan(sheet, [scan(CARGO, "WINDSOR", "911")], BADGE)

    assert [fact.compared for fact in facts(sheet, Scanned)] == [False]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("911", "service-option"),
        ("XXXX 471", "inner-space"),
        ("K7QD.000001", "our-sheet-number"),
        ("\x1b[2J", "foreign-character"),
    ],
)
def test_what_is_no_number_is_a_row_that_says_why(counter, sheet, store, facts, text, code):
    """Q4: never dropped, never asked."""
    after = counter.scan(sheet, [scan(text)], BADGE)

    (row,) = after.rows
    assert (type(row), row.text, row.refusal.code) == (Faulty, text, code)
    assert [(fact.text, fact.code) for fact in facts(sheet, Refused)] == [(text, code)]
    assert store.asked == []
    assert counter.find(sheet.number) == after


@pytest.mark.parametrize(
    "text", ["\0", "\x00\x1d\x7f", "\ud800", "XXXX\udcff471", "'; DROP TABLE entries; --", "=cmd|' /C calc'!A0", "é" * 5000]
)
def test_whatever_a_barcode_holds_is_a_row_on_record(counter, sheet, text):
    """Q4: half a character from a terminal, control characters, injections."""
    after = counter.scan(sheet, [scan(text), scan(CARGO)], BADGE)

    assert isinstance(after.rows[0], Faulty)
    assert marks(after) == [None, "R"]
    assert counter.find(sheet.number) == after


def test_a_symbol_of_another_kind_is_refused_by_its_kind(counter, sheet, store):
    """Q4: Interleaved 2 of 5 drops digits."""
    after = counter.scan(sheet, [scan(NUMBER, symbology=Symbology.ITF)], BADGE)

    assert after.rows[0].refusal.code == "symbology-not-accepted"
    assert store.asked == []


def test_a_place_that_could_not_be_read_is_a_row(counter, sheet, facts):
    """Q4: which row, and why."""
    place = Place("form.pdf", 0, (1, 2, 3, 4))

    after = counter.scan(
        sheet, [scan(CARGO), NoRead("no-quiet-zone", "pages", NOON, place), NoRead("overrun", "wedge", NOON)], BADGE
    )

    assert after.faults == (2, 3)
    assert after.rows[1] == Faulty(
        "K7QD.000001/2", None, Refusal("not-read", why="no-quiet-zone"), Where("form.pdf", 0, (1, 2, 3, 4))
    )
    assert [fact.reason for fact in facts(sheet, NotRead)] == ["no-quiet-zone", "overrun"]
    assert counter.find(sheet.number) == after


def test_what_is_known_of_a_place_that_was_not_read_is_in_the_record(counter, sheet, facts):
    """Q4, Q10: bars in mil, and the dpi that they need."""
    known = {"narrow": "0.8", "mil": "7.5", "now": "100", "dpi": "300"}
    after = counter.scan(sheet, [NoRead("too-fine", "pages", NOON, Place("f", 0, (1, 2, 3, 4)), particulars=known)], BADGE)

    assert after.rows[0].refusal == Refusal("not-read", why="too-fine", **known)
    assert facts(sheet, NotRead)[0].fields == known
    assert counter.find(sheet.number) == after


@pytest.mark.parametrize("dial", ["", "balanced"])
def test_a_reading_that_took_less_evidence_is_marked_in_the_record(counter, sheet, facts, dial):
    """Q4, Q10: so that each of them can be found again."""
    counter.scan(sheet, [scan(CARGO, dial=dial)], BADGE)

    assert [fact.dial for fact in facts(sheet, Scanned)] == [dial]


def test_the_last_row_of_the_sample_form_is_refused_with_both_numbers(counter, sheet, store, press):
    """Q7: SOCP 4.2 prints ...789 under bars that say ...788; though ...788 is released, the row is never R."""
    for last in "56789":
        store.put(transaction(f"9999900149578{last}"))
    rows = [scan(f"99999-00149578{last}", f"99999-00149578{last}") for last in "5678"]

    after = counter.scan(sheet, [*rows, scan("99999-001495788", "99999-001495789")], BADGE)

    assert marks(after) == ["R", "R", "R", "R", None]
    assert after.rows[4].refusal == Refusal("printed-differs", bars="99999-001495788", printed="99999-001495789")
    assert refusal(counter.stamp, after, BADGE, press) == Refusal("not-stampable", rows="5")


@pytest.mark.parametrize("again", [NUMBER, NUMBER.replace("-", ""), f"*{NUMBER}*"])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_number_twice_is_refused_the_second_time_however_it_is_spelt(counter, sheet, again, at_once):
    """Q8: row 2 repeats row 1, on one form or scanned later."""
    first, second = scan(NUMBER), scan(again, symbology=Symbology.CODE39)

    if at_once:
        after = counter.scan(sheet, [first, second], BADGE)
    else:
        after = counter.scan(counter.scan(sheet, [first], BADGE), [second], BADGE)

    assert marks(after) == ["R", None]
    assert after.rows[1].refusal == Refusal("repeat", row=2, of=1, got=again)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_scan_that_is_sent_twice_counts_once(counter, sheet, facts, at_once):
    """D4: a device that did not hear the acknowledgement sends again."""
    one = scan(CARGO)

    after = counter.scan(sheet, [one, one] if at_once else [one], BADGE)
    after = counter.scan(after, [one], BADGE)

    assert marks(after) == ["R"]
    assert len(facts(sheet, Scanned)) == 1


def test_a_refused_scan_that_is_sent_twice_counts_once(counter, sheet):
    one = scan("911")

    after = counter.scan(counter.scan(sheet, [one], BADGE), [one], BADGE)

    assert len(after.rows) == 1


def test_more_rows_than_a_sheet_can_hold_are_refused_before_any_is_taken(counter, sheet, facts):
    """Q2: with a word, and not half of them."""
    assert refusal(counter.scan, sheet, [scan(f"XXXX{n}") for n in range(MAX_ROWS + 1)], BADGE).code == "sheet-full"
    assert facts(sheet, Scanned) == []


def test_a_sheet_of_five_hundred_rows_is_asked_at_once_and_stamped(counter, sheet, store, press):
    """Q2: every one of them with both senses of fourteen digits."""
    after = counter.scan(sheet, [scan(f"{99999000000000 + n}") for n in range(MAX_ROWS)], BADGE)

    assert len(store.asked[0]) == 2 * MAX_ROWS
    assert marks(after) == ["N/A"] * MAX_ROWS
    assert len(counter.stamp(after, BADGE, press).seals) == MAX_ROWS / 20


# --- fourteen digits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_transaction", "as_cargo", "mark", "kind", "also"),
    [
        (Reason.RELEASED, None, "R", "transaction", None),
        (None, Reason.RELEASED, "R", "ccn", None),
        (None, None, "N/A", "transaction", None),
        (Reason.RELEASED, Reason.RELEASED, "R", "transaction", "R"),
        (Reason.RELEASED, Reason.EXAM, "NR", "ccn", "R"),
        (Reason.EXAM, Reason.RELEASED, "NR", "transaction", "R"),
        (Reason.EXAM, Reason.IN_PROCESS, "NR", "transaction", "NR"),
        (None, Reason.EXAM, "NR", "ccn", None),
    ],
)
def test_fourteen_digits_are_asked_in_both_senses_and_the_least_counts(
    counter, sheet, store, as_transaction, as_cargo, mark, kind, also
):
    """Q3, Q8: held goods get no R because their number is a released number of the other kind too."""
    digits = "99999000000016"
    for reference, reason in ((transaction(digits), as_transaction), (ccn(digits), as_cargo)):
        if reason:
            store.put(reference, reason)

    (row,) = counter.scan(sheet, [scan(digits)], BADGE).rows

    assert store.asked == [(transaction(digits), ccn(digits))]
    assert (str(row.answer.status), row.answer.reference.kind) == (mark, kind)
    assert (row.answer.also and str(row.answer.also.status)) == also


def test_the_hyphen_of_a_transaction_number_decides_the_sense(counter, sheet, store):
    """Q8: 5-9 is no cargo control number, so a held one of those digits is another thing."""
    store.put(ccn(NUMBER.replace("-", "")), Reason.EXAM)

    assert marks(counter.scan(sheet, [scan(NUMBER)], BADGE)) == ["R"]


# --- outages ----------------------------------------------------------------------------------------------------------


def test_during_an_outage_a_row_waits_without_a_mark_and_is_asked_again_after(counter, sheet, store, facts):
    """Q6: neither N/A nor NR; and the row is not lost."""
    store.down("slow")

    during = counter.scan(sheet, [scan(CARGO), scan("911")], BADGE)

    assert isinstance(during.rows[0], Waiting)
    assert during.rows[0].code == "slow"
    assert marks(during) == [None, None]
    assert not any(during.count.values())
    assert facts(sheet, CouldNotAsk) == [CouldNotAsk([during.rows[0].asked.scan], "slow", "as told by the test")]
    assert marks(counter.ask_again(during, BADGE)) == [None, None]

    store.up()
    after = counter.ask_again(during, BADGE)

    assert marks(after) == ["R", None]
    assert counter.find(sheet.number) == after


def test_a_new_scan_brings_the_waiting_ones_with_it(counter, sheet, store):
    """Q6: one question for all that is open, and none for what is answered."""
    answered = counter.scan(sheet, [scan(NUMBER)], BADGE)
    store.down()
    waiting = counter.scan(answered, [scan(CARGO)], BADGE)
    store.up()

    after = counter.scan(waiting, [scan(OTHER)], BADGE)

    assert marks(after) == ["R", "R", "N/A"]
    assert store.asked[-1] == (ccn(CARGO), ccn(OTHER))


def test_asking_again_where_nothing_waits_is_no_question(counter, sheet, store, facts):
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    before = facts(sheet)

    assert counter.ask_again(after, BADGE) == after
    assert len(store.asked) == 1
    assert facts(sheet) == before


@pytest.mark.parametrize(
    "bent",
    [
        lambda answers: answers[::-1],
        lambda answers: answers[:-1],
        lambda answers: (*answers, answers[0]),
        lambda answers: (answers[0], answers[0]),
        lambda answers: tuple(replace(answer, reference=ccn(OTHER)) for answer in answers),
        lambda answers: (),
    ],
    ids=["swapped", "one too few", "one too many", "one twice", "another number", "none"],
)
def test_an_answer_for_another_number_is_no_answer(counter, sheet, store, press, bent):
    """Q3, Q6: a store whose rows are mixed up gives nobody's R to somebody else."""
    store.put(ccn(OTHER), Reason.EXAM)
    rows = [scan(CARGO), scan(OTHER)]
    store.bend(bent)
    assert marks(counter.scan(sheet, rows, BADGE)) == [None, None]

    store.bend(tuple)
    good = counter.ask_again(counter.find(sheet.number), BADGE)
    assert marks(good) == ["R", "NR"]

    store.bend(bent)
    assert unavailable(counter.stamp, good, BADGE, press).code == "garbled"


# --- removing ---------------------------------------------------------------------------------------------------------


def test_a_removed_row_stays_with_its_reason_and_no_longer_forbids_the_stamp(counter, sheet, press, facts):
    """Q4, Q9: on the sheet, in the seal, in the record."""
    after = counter.scan(sheet, [scan(CARGO), scan("911"), scan(NUMBER)], BADGE)
    after = counter.remove(after, 2, " not a number \n", BADGE)
    after = counter.remove(after, 3, "withdrawn by the client", BADGE)

    assert [type(row) for row in after.rows] == [Line, Removed, Removed]
    assert facts(sheet, RowRemoved) == [RowRemoved(2, "not a number"), RowRemoved(3, "withdrawn by the client")]
    (page,) = proven(counter.stamp(after, BADGE, press)).statements
    assert [(row.mark, row.number, row.reason) for row in page.rows] == [
        ("R", CARGO, ""),
        ("removed", "911", "not a number"),
        ("removed", NUMBER, "withdrawn by the client"),
    ]
    assert [row.number for row in page.released] == [CARGO]


def test_a_waiting_row_can_be_removed_and_is_never_asked_again(counter, sheet, store):
    store.down()
    after = counter.remove(counter.scan(sheet, [scan(CARGO)], BADGE), 1, "client left", BADGE)
    store.up()

    assert counter.ask_again(after, BADGE) == after
    assert len(store.asked) == 1


@pytest.mark.parametrize(("row", "reason", "code"), [(0, "x", "no-such-row"), (2, "x", "no-such-row"), (1, " ", "no-reason")])
def test_a_removal_that_makes_no_sense_changes_nothing(counter, sheet, facts, row, reason, code):
    after = counter.scan(sheet, [scan("911")], BADGE)

    assert refusal(counter.remove, after, row, reason, BADGE).code == code
    assert facts(sheet, RowRemoved) == []


def test_a_row_is_removed_once(counter, sheet, facts):
    after = counter.remove(counter.scan(sheet, [scan("911")], BADGE), 1, "x", BADGE)

    assert refusal(counter.remove, after, 1, "y", BADGE).code == "removed-already"
    assert len(facts(sheet, RowRemoved)) == 1


# --- stamping ---------------------------------------------------------------------------------------------------------


def test_a_stamped_sheet_is_the_proof_and_the_record_has_all_of_it(counter, sheet, store, press, journal, clock, facts):
    """Q1, Q10, P1: what was stamped, when, by which badge, from which office, with which answers."""
    store.put(ccn(OTHER), Reason.EXAM)
    after = counter.scan(sheet, [scan(NUMBER), scan(OTHER), scan("XXXX1")], BADGE)
    clock.let_pass(minutes=3)
    size = journal.checkpoint().size

    proof = counter.stamp(after, "67890", press)

    stamp = proof.stamp
    assert (stamp.act, stamp.authority, stamp.office, stamp.badge, stamp.at) == (Act.RELEASED, AUTHORITY, "0453", "67890", clock())
    assert stamp.specimen
    (fact,) = facts(sheet, Stamped)
    assert (fact.act, fact.authority, fact.office, fact.badge, fact.specimen) == ("released", AUTHORITY, "0453", "67890", True)
    assert (fact.document, fact.seals) == (sha256(proof.pdf).hexdigest(), [seal.decode() for seal in proof.seals])
    assert fact.marks == {"R": 1, "NR": 1, "N/A": 1}
    assert fact.checkpoint.startswith(f"{size + 3}-")
    assert journal.document(fact.document) == proof.pdf
    assert proof.pdf.endswith(f"signed {clock().isoformat()}".encode())
    assert [found.entry.by for found in journal.find(kind="Stamped")] == ["67890"]
    assert counter.find(sheet.number) == replace(proof.sheet, stamped=True)
    assert journal.verify() == ()


def test_every_row_is_asked_again_for_the_stamp_in_one_question(counter, sheet, store, press, clock):
    """Q6, Q9: the answers under the seal are those of the last question."""
    after = counter.scan(sheet, [scan(NUMBER), scan(CARGO), scan(OTHER)], BADGE)
    after = counter.remove(after, 2, "withdrawn", BADGE)
    clock.let_pass(hours=5)

    proof = counter.stamp(after, BADGE, press)

    assert store.asked[1:] == [(transaction(NUMBER), ccn(OTHER))]
    (page,) = proven(proof).statements
    assert [(row.mark, row.as_of) for row in page.rows] == [("R", clock()), ("removed", None), ("N/A", clock())]


def test_a_sheet_without_one_release_says_that_a_status_was_given(counter, sheet, store, press):
    """P5, Q9: no stamp says released over nothing."""
    store.put(ccn(CARGO), Reason.EXAM)

    proof = counter.stamp(counter.scan(sheet, [scan(CARGO), scan(OTHER)], BADGE), BADGE, press)

    assert proof.stamp.act is Act.STATUS
    assert proven(proof).released == ()


def test_a_row_released_elsewhere_is_shown_as_such_and_sealed_with_its_office(counter, sheet, store, press):
    """Q11."""
    store.put(ccn(CARGO), office="0495")
    after = counter.scan(sheet, [scan(CARGO)], BADGE)

    assert after.rows[0].advice(after.header.office) == ("other-office",)
    assert [row.office for row in proven(counter.stamp(after, BADGE, press)).released] == ["0495"]


def test_each_page_of_a_long_sheet_has_its_own_seal(counter, sheet, press):
    """P2: and each row is under exactly one of them."""
    texts = [f"XXXX{n:04}" for n in range(41)]

    proof = counter.stamp(counter.scan(sheet, [scan(text) for text in texts], BADGE), BADGE, press)

    verdict = proven(proof)
    assert [len(page.rows) for page in verdict.statements] == [20, 20, 1]
    assert [row.number for page in verdict.statements for row in page.rows] == texts
    assert json.loads(proof.pdf.split(b"\n")[0])["seals"] == [seal.decode() for seal in proof.seals]


def test_only_a_configured_authority_stamps_without_specimen(counter, sheet, press, facts):
    proof = counter.stamp(counter.scan(sheet, [scan(CARGO)], BADGE), BADGE, press, specimen=False)

    assert not proof.stamp.specimen
    assert [fact.specimen for fact in facts(sheet, Stamped)] == [False]


@pytest.fixture
def not_stamped(facts, journal, counter):
    """Nothing was stamped; and the record says that a stamp was refused, by whom and why."""

    def not_stamped(sheet, *codes, closed=False):
        assert [(fact.badge, fact.code) for fact in facts(sheet, NotStamped)] == [(BADGE, code) for code in codes]
        assert len(facts(sheet, Stamped)) == closed
        assert counter.find(sheet.number).stamped is closed
        assert journal.verify() == ()

    return not_stamped


@pytest.mark.parametrize("bad", [scan("911"), NoRead("overrun", "wedge", NOON), scan(NUMBER), scan(CARGO, "XXXXPARS0000472")])
def test_a_sheet_with_a_row_that_goes_back_is_not_stamped(counter, sheet, press, not_stamped, bad):
    """Q4, Q7: not read, refused, a repeat, another number printed."""
    after = counter.scan(sheet, [scan(NUMBER), bad], BADGE)

    assert refusal(counter.stamp, after, BADGE, press) == Refusal("not-stampable", rows="2")
    not_stamped(sheet, "not-stampable")


def test_a_sheet_with_a_row_that_waits_is_not_stamped_even_when_the_store_is_back(counter, sheet, store, press, not_stamped):
    """Q6: the officer has not seen its answer."""
    store.down()
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    store.up()

    assert refusal(counter.stamp, after, BADGE, press) == Refusal("not-stampable", rows="1")
    not_stamped(sheet, "not-stampable")
    assert len(store.asked) == 1


@pytest.mark.parametrize("removed", [True, False])
def test_a_sheet_without_an_answered_row_is_not_stamped(counter, sheet, press, not_stamped, removed):
    if removed:
        sheet = counter.remove(counter.scan(sheet, [scan(CARGO)], BADGE), 1, "withdrawn", BADGE)

    assert refusal(counter.stamp, sheet, BADGE, press) == Refusal("nothing-to-stamp")
    not_stamped(sheet, "nothing-to-stamp")


def test_nothing_is_stamped_during_an_outage(counter, sheet, store, press, not_stamped, facts):
    """Q6: though every row was answered before it."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    store.down()

    assert unavailable(counter.stamp, after, BADGE, press).code == "down"
    not_stamped(sheet, "down")
    assert facts(sheet, NotStamped)[0].fields == {"part": "store", "detail": "as told by the test"}
    assert counter.find(sheet.number) == after

    store.up()
    assert [row.number for row in proven(counter.stamp(after, BADGE, press)).released] == [CARGO]


@pytest.mark.parametrize(
    ("before", "now", "old", "new"),
    [
        (Reason.RELEASED, Reason.EXAM, "R", "NR"),
        (Reason.RELEASED, None, "R", "N/A"),
        (Reason.EXAM, Reason.RELEASED, "NR", "R"),
        (None, Reason.RELEASED, "N/A", "R"),
        (Reason.EXAM, Reason.IN_PROCESS, "NR", "NR"),
    ],
)
def test_a_row_that_changed_since_it_was_read_is_shown_and_not_stamped_as_it_was(
    counter, sheet, store, press, not_stamped, facts, before, now, old, new
):
    """Q9: nor as it is now, before the officer has seen it; then it is, when he stamps again."""
    for reason in (before, now):
        store.put(ccn(CARGO), reason) if reason else store.forget(ccn(CARGO))
        if reason is before:
            after = counter.scan(sheet, [scan(NUMBER), scan(CARGO)], BADGE)

    changed = refusal(counter.stamp, after, BADGE, press, kind=Changed)

    assert (changed.code, changed.rows) == ("changed", ((2, old, new),))
    assert changed.fields == {"rows": f"2: {old} → {new}"}
    assert marks(changed.sheet) == ["R", new]
    assert changed.sheet == counter.find(sheet.number)
    assert [(fact.mark, fact.changed_from) for fact in facts(sheet, Answered)[2:]] == [("R", None), (new, old)]
    not_stamped(sheet, "changed")

    proof = counter.stamp(changed.sheet, BADGE, press)

    assert [row.mark for row in proven(proof).statements[0].rows] == ["R", new]
    assert CARGO not in {row.number for row in proven(proof).released} or new == "R"


def test_the_sheet_as_it_was_before_the_change_is_not_stamped_however_often_it_is_tried(counter, sheet, store, press, not_stamped):
    """Q9: whoever did not look at the new answer stamps nothing."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    store.put(ccn(CARGO), Reason.EXAM)
    refusal(counter.stamp, after, BADGE, press, kind=Changed)
    store.put(ccn(CARGO))

    assert refusal(counter.stamp, after, BADGE, press, kind=Conflict).code == "moved-on"
    not_stamped(sheet, "changed", "moved-on")


@pytest.mark.parametrize("what", ["office", "time of release", "other sense"])
def test_an_office_a_time_or_another_sense_that_changed_is_a_change_too(counter, sheet, store, clock, press, what):
    """Q11, Q3: the mark alone is not all that the officer saw."""
    digits = "99999000000016"
    store.put(transaction(digits), Reason.EXAM)
    store.put(ccn(digits))
    after = counter.scan(sheet, [scan(digits), scan(CARGO)], BADGE)
    clock.let_pass(hours=1)
    match what:
        case "office":
            store.put(transaction(digits), Reason.EXAM, office="0495")
        case "time of release":
            store.put(ccn(CARGO))
        case "other sense":
            store.put(ccn(digits), Reason.EXAM)

    changed = refusal(counter.stamp, after, BADGE, press, kind=Changed)

    assert changed.rows == (((2, "R", "R"),) if what == "time of release" else ((1, "NR", "NR"),))


def test_what_changes_just_after_the_last_question_is_not_in_the_proof_but_in_the_next_answer(counter, sheet, store, press):
    """Q9: the proof says as of when; an R under a seal was R in the last question."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    store.after_next(lambda: store.put(ccn(CARGO), Reason.EXAM))

    (row,) = proven(counter.stamp(after, BADGE, press)).released

    assert [answer.status for answer in store.given[-1]] == [Status.RELEASED]
    assert row.as_of == store.given[-1][0].as_of


def test_a_store_that_changes_its_mind_with_every_question_never_gets_an_unseen_answer_stamped(counter, sheet, store, press):
    """Q9."""

    def flip(to):
        store.put(ccn(CARGO), to)
        store.after_next(lambda: flip(Reason.EXAM if to is Reason.RELEASED else Reason.RELEASED))

    flip(Reason.RELEASED)
    seen = counter.scan(sheet, [scan(CARGO)], BADGE)
    for _ in range(5):
        changed = refusal(counter.stamp, seen, BADGE, press, kind=Changed)
        assert marks(changed.sheet) != marks(seen)
        seen = changed.sheet


@pytest.mark.parametrize(
    "moves",
    [
        lambda other, sheet: other.remove(sheet, 1, "held back", "67890"),
        lambda other, sheet: other.scan(sheet, [scan(OTHER)], "67890"),
        lambda other, sheet: other.scan(sheet, [scan("911")], "67890"),
    ],
    ids=["removed a row", "added a row", "added a faulty row"],
)
@pytest.mark.parametrize("verb", ["stamp", "scan", "remove", "ask_again"])
def test_a_sheet_that_another_process_moved_on_is_looked_at_again_first(
    counter, sheet, store, journal, clock, press, not_stamped, moves, verb
):
    """Q9, Q10: nobody stamps or changes what he does not see; and the sheet can still be read."""
    mine = counter.scan(sheet, [scan(NUMBER), scan(CARGO)], BADGE)
    theirs = moves(Counter(store, journal.real, clock, STATION), mine)
    verbs = {
        "stamp": lambda: counter.stamp(mine, BADGE, press),
        "scan": lambda: counter.scan(mine, [scan("XXXX1")], BADGE),
        "remove": lambda: counter.remove(mine, 1, "x", BADGE),
        "ask_again": lambda: counter.ask_again(mine, BADGE),
    }

    assert refusal(verbs[verb], kind=Conflict) == Conflict("moved-on", subject=sheet.number)
    assert counter.find(sheet.number) == theirs
    not_stamped(sheet, *(["moved-on"] if verb == "stamp" else []))


def test_a_sheet_that_is_moved_on_while_it_is_drawn_is_not_stamped(counter, sheet, store, journal, clock, not_stamped):
    """Q9: the other one came between the question and the seal."""
    mine = counter.scan(sheet, [scan(NUMBER), scan(CARGO)], BADGE)
    other = Counter(store, journal.real, clock, STATION)
    press = OwnPress.of(
        FakePaper(while_drawing=lambda: other.remove(other.find(sheet.number), 1, "held back", "67890")), SEAL, FakeSigner()
    )

    assert refusal(counter.stamp, mine, BADGE, press, kind=Conflict).code == "moved-on"
    not_stamped(sheet, "moved-on")


def test_a_sheet_is_stamped_by_one_of_two_at_once(counter, sheet, store, journal, clock, press, facts):
    """Q10: nothing is stamped twice."""
    mine = counter.scan(sheet, [scan(CARGO)], BADGE)
    other, proofs = Counter(store, journal.real, clock, STATION), []
    meanwhile = OwnPress.of(FakePaper(while_drawing=lambda: proofs.append(other.stamp(mine, "67890", press))), SEAL, FakeSigner())

    assert refusal(counter.stamp, mine, BADGE, meanwhile, kind=Conflict).code == "moved-on"
    assert [fact.seals for fact in facts(sheet, Stamped)] == [[seal.decode() for seal in proofs[0].seals]]


def test_a_stamped_sheet_is_closed_to_every_verb_whether_or_not_the_officer_has_seen_it(
    counter, sheet, store, press, not_stamped, facts
):
    """Q10: and what the record says of it stays what was stamped, though the store says otherwise now."""
    store.put(ccn(OTHER), Reason.EXAM)
    seen = counter.scan(sheet, [scan(CARGO), scan(OTHER)], BADGE)
    counter.stamp(seen, BADGE, press)
    stamped = counter.find(sheet.number)
    store.put(ccn(OTHER))

    for old in (seen, stamped):
        no = Refusal("stamped-already", got=sheet.number)
        assert refusal(counter.scan, old, [scan("XXXX1")], BADGE) == no
        assert refusal(counter.remove, old, 1, "x", BADGE) == no
        assert refusal(counter.ask_again, old, BADGE) == no
        assert refusal(counter.stamp, old, BADGE, press) == no
    assert counter.find(sheet.number) == stamped
    assert marks(stamped) == ["R", "NR"]
    not_stamped(sheet, "stamped-already", "stamped-already", closed=True)


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "stamped"), [(FRESH.total_seconds(), True), (FRESH.total_seconds() + 1, False), (86400, False)]
)
def test_an_answer_that_went_stale_while_the_sheet_was_drawn_is_not_stamped(counter, sheet, clock, not_stamped, seconds, stamped):
    """Q9: the clock jumps, or the machine slept; between question and seal lies no more than half a minute."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    press = OwnPress.of(FakePaper(while_drawing=lambda: clock.let_pass(seconds=seconds)), SEAL, FakeSigner())

    if stamped:
        counter.stamp(after, BADGE, press)
        not_stamped(sheet, closed=True)
    else:
        no = unavailable(counter.stamp, after, BADGE, press)
        assert (no.part, no.code) == ("store", "stale")
        not_stamped(sheet, "stale")


def test_a_store_whose_answers_are_old_gets_nothing_stamped(counter, sheet, store, press, not_stamped):
    """Q6, Q9: a replica that hangs behind."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    store.behind(minutes=5)

    assert unavailable(counter.stamp, after, BADGE, press).code == "stale"
    not_stamped(sheet, "stale")


def test_one_old_answer_among_fresh_ones_is_enough(counter, sheet, store, press, not_stamped):
    """Q9: every R under the seal is as fresh as the rest."""
    after = counter.scan(sheet, [scan(CARGO), scan(NUMBER)], BADGE)
    store.bend(lambda answers: (replace(answers[0], as_of=NOON - timedelta(hours=1)), *answers[1:]))

    assert unavailable(counter.stamp, after, BADGE, press).code == "stale"
    not_stamped(sheet, "stale")


def test_a_stamp_that_failed_can_be_tried_again_with_the_sheet_that_the_officer_has(counter, sheet, clock, press):
    """Q1: the answers are the same, only newer."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    slow = OwnPress.of(FakePaper(while_drawing=lambda: clock.let_pass(minutes=5)), SEAL, FakeSigner())
    unavailable(counter.stamp, after, BADGE, slow)

    assert len(counter.stamp(after, BADGE, press).seals) == 1


@pytest.mark.parametrize("back", [{"days": -14}, {"seconds": -11}])
def test_with_the_clock_set_back_nothing_is_stamped_nor_answered(counter, sheet, clock, press, facts, journal, back):
    """Q10: no stamp while the clock is behind the last entry, so no date on a sheet ever lies behind the record."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    before = facts(sheet)
    clock.let_pass(**back)

    for verb in (
        lambda: counter.stamp(after, BADGE, press),
        lambda: counter.scan(after, [scan(NUMBER)], BADGE),
        lambda: counter.remove(after, 1, "x", BADGE),
        lambda: counter.open(HEADER, BADGE),
    ):
        assert refusal(verb).code == "clock-behind"
    assert facts(sheet) == before
    assert journal.verify() == ()

    clock.let_pass(**{unit: -amount for unit, amount in back.items()})
    assert counter.stamp(after, BADGE, press).stamp.at == NOON


def test_a_clock_behind_by_the_least_lets_nothing_be_stamped(counter, sheet, clock, press, facts):
    """Q10: others may write at the same instant, but no stamp is dated before what the record knows."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    clock.let_pass(microseconds=-1)

    assert refusal(lambda: counter.stamp(after, BADGE, press)).code == "clock-behind"
    assert type(facts(sheet)[-1]).__name__ == "NotStamped"


def test_a_clock_that_is_set_back_while_the_sheet_is_drawn_gets_nothing_stamped(counter, sheet, clock, facts):
    """Q10."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    press = OwnPress.of(FakePaper(while_drawing=lambda: clock.let_pass(days=-14)), SEAL, FakeSigner())

    assert refusal(counter.stamp, after, BADGE, press).code == "clock-behind"
    assert facts(sheet, Stamped) == []


def test_no_stamp_is_dated_before_the_answers_that_it_stands_on(counter, sheet, store, journal, press, not_stamped):
    """Q10: the clock falls back right after the last question, and comes back while the sheet is drawn."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    times = iter([NOON, NOON, NOON - timedelta(days=14)])

    no = unavailable(Counter(store, journal, lambda: next(times, NOON), STATION).stamp, after, BADGE, press)

    assert no.code == "stale"
    not_stamped(sheet, "stale")


def test_answers_from_the_future_are_not_stamped(counter, sheet, store, press, not_stamped):
    """Q6: a store whose clock runs away cannot say what is."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    store.behind(hours=-1)

    assert unavailable(counter.stamp, after, BADGE, press).code == "stale"
    not_stamped(sheet, "stale")


# --- the record fails -------------------------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_recorded_is_not_shown(counter, sheet, journal, facts):
    """Q10: no answer without its entry."""
    before = facts(sheet)
    journal.healthy = 0

    assert unavailable(counter.scan, sheet, [scan(CARGO)], BADGE).part == "journal"
    assert unavailable(counter.open, HEADER, BADGE).part == "journal"
    assert facts(sheet) == before

    journal.healthy = None
    assert marks(counter.scan(sheet, [scan(CARGO)], BADGE)) == ["R"]


def test_a_removal_that_cannot_be_recorded_is_none(counter, sheet, journal):
    after = counter.scan(sheet, [scan("911")], BADGE)
    journal.healthy = 0

    assert unavailable(counter.remove, after, 1, "x", BADGE).part == "journal"
    assert counter.find(sheet.number) == after


@pytest.mark.parametrize("healthy", [0, 1])
def test_a_stamp_that_cannot_be_recorded_is_no_proof(counter, sheet, journal, press, facts, healthy):
    """Q10: the disk is full before the last answers, or before the stamp itself: no sheet leaves the kiosk."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    journal.healthy = healthy

    assert unavailable(counter.stamp, after, BADGE, press).part == "journal"
    assert facts(sheet, Stamped) == []
    assert not counter.find(sheet.number).stamped

    journal.healthy = None
    counter.stamp(after, BADGE, press)
    assert len(facts(sheet, Stamped)) == 1


@pytest.mark.parametrize("part", ["paper", "seal", "signer"])
def test_a_press_that_fails_leaves_the_sheet_open_and_says_so_in_the_record(counter, sheet, not_stamped, part):
    """Q10: an expired key, a printer's fault."""

    class Broken:
        rows_per_page = 20

        def sheet(self, *given):
            raise Unavailable(part, "gone")

        seal = sign = sheet

    after = counter.scan(sheet, [scan(CARGO)], BADGE)
    broken = OwnPress.of(**{"paper": FakePaper(), "seal": SEAL, "signer": FakeSigner()} | {part: Broken()})

    assert unavailable(counter.stamp, after, BADGE, broken).part == part
    not_stamped(sheet, "gone")


def test_a_key_of_another_authority_or_past_its_time_seals_nothing(counter, sheet, not_stamped):
    """P2: the kiosk refuses what every gate would refuse."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)

    for seal in (real_seal(authority="ACROSS"), real_seal(not_after=NOON - timedelta(days=1))):
        foreign = OwnPress.of(FakePaper(), seal, FakeSigner())
        assert refusal(counter.stamp, after, BADGE, foreign).code in {"other-authority", "key-expired"}
    not_stamped(sheet, "other-authority", "key-expired")
    counter.stamp(after, BADGE, OwnPress.of(FakePaper(), real_seal(authority=ANY), FakeSigner()))


# --- giving back, handing over ----------------------------------------------------------------------------------------


def test_a_form_goes_back_with_each_faulty_row_and_what_to_mend(counter, sheet, press, journal, facts):
    """Q4: which row, why, and a picture of its place; the good rows and the removed ones are not on it."""
    place = Place("form.pdf", 0, (1, 2, 3, 4))
    after = counter.scan(sheet, [scan(CARGO), scan("911"), NoRead("blurred", "pages", NOON, place), scan("XX")], BADGE)
    after = counter.remove(after, 4, "written by hand", BADGE)

    slip = counter.give_back(after, press, {3: b"PNG"}, BADGE)

    assert [(row["row"], row["text"], row["code"], row["cutout"]) for row in json.loads(slip)["faults"]] == [
        (2, "911", "service-option", False),
        (3, None, "not-read", True),
    ]
    assert facts(sheet, Returned) == [Returned(sha256(slip).hexdigest(), 2)]
    assert journal.document(sha256(slip).hexdigest()) == slip


def test_a_form_without_a_faulty_row_does_not_go_back(counter, sheet, press, facts):
    after = counter.scan(sheet, [scan(CARGO)], BADGE)

    assert refusal(counter.give_back, after, press, {}, BADGE) == Refusal("nothing-to-return")
    assert facts(sheet, Returned) == []


def test_the_original_is_handed_over_once_and_every_further_one_is_a_copy(counter, sheet, press, facts):
    """Q10: the original goes back to the client; copies are counted."""
    proof = counter.stamp(counter.scan(sheet, [scan(CARGO)], BADGE), BADGE, press)
    digest = sha256(proof.pdf).hexdigest()

    counter.handed_over(proof.sheet, proof.pdf, "printer", BADGE)
    counter.handed_over(proof.sheet, b"a slip", "folder", BADGE)
    counter.handed_over(proof.sheet, proof.pdf, "folder", "67890")

    assert facts(sheet, HandedOver) == [
        HandedOver(digest, "printer", 1),
        HandedOver(sha256(b"a slip").hexdigest(), "folder", 1),
        HandedOver(digest, "folder", 2),
    ]


def test_what_a_part_could_not_do_for_a_sheet_is_on_record_and_changes_no_row(counter, sheet, facts):
    """Q10: the printer was out of paper after the stamp."""
    after = counter.scan(sheet, [scan(CARGO)], BADGE)

    counter.failed(after, Unavailable("printer", "out-of-paper", "tray 1"), BADGE)

    assert facts(sheet, Failed) == [Failed("printer", "out-of-paper", "tray 1")]
    assert counter.find(sheet.number) == after


def test_the_record_alone_gives_the_sheet_back(counter, sheet, store, press, journal):
    """Q10: whatever happened to it."""
    store.down()
    after = counter.scan(sheet, [scan(NUMBER), scan("911"), NoRead("overrun", "wedge", NOON)], BADGE)
    store.up()
    after = counter.remove(counter.remove(counter.ask_again(after, BADGE), 2, "x", BADGE), 3, "y", BADGE)
    proof = counter.stamp(after, BADGE, press)

    entries = [found.entry for found in journal.entries(sheet.number)]

    assert replay(sheet.number, entries) == replace(proof.sheet, stamped=True)
    assert candidates(NUMBER) == proof.sheet.rows[0].asked.references
