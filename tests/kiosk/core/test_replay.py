"""From the record back to the sheet, nothing lost and nothing added (Q10)."""

import json

import pytest
from hypothesis import given

from kiosk.core.answer import Answer, Reason
from kiosk.core.faults import Refusal
from kiosk.core.journal import (
    FACTS,
    Answered,
    CouldNotAsk,
    Entry,
    HandedOver,
    NotRead,
    NotStamped,
    Opened,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
    TakenOver,
)
from kiosk.core.replay import happened, packed, reference, replay, unpacked, where
from kiosk.core.sheet import Asked, Faulty, Header, Line, QuerySheet, Removed, Waiting, Where
from tests.fakes import NOON, ccn, transaction
from tests.strategies import answers, references

NUMBER = "K7QD.000001"
EMPTY = QuerySheet(NUMBER, Header("0453", "Fictitious Freight Ltd.", "C-1", "555-0100"))
PLACE = {"file": "form.pdf", "page": 0, "box": [1, 2, 3, 4]}
OPENED = Opened("0453", "Fictitious Freight Ltd.", "C-1", "555-0100")
SCANNED = Scanned("s-1", "99999-001495785", "", "wedge", "CODE39", False, PLACE, True)
ASKED = Asked("s-1", "99999-001495785", (transaction("99999001495785"),), False, Where("form.pdf", 0, (1, 2, 3, 4)), True)
ANSWER = Answer(transaction("99999001495785"), Reason.RELEASED, NOON, "0453", NOON)
ANSWERED = Answered("s-1", "99999001495785", "R", packed(ANSWER))
STAMPED = Stamped("released", "fake-store", "0453", "12345", True, "00", [], "0-0", {"R": 1})


def after(*facts):
    return replay(NUMBER, [Entry(NUMBER, NOON, "12345", fact) for fact in facts])


@given(answers)
def test_an_answer_comes_back_from_the_record_as_it_was(answer):
    """Q10: through JSON, with both senses and every request."""
    assert unpacked(json.loads(json.dumps(packed(answer)))) == answer


@given(references)
def test_a_reference_comes_back_with_its_kind(one):
    assert reference(one.kind, str(one)) == one


def test_a_place_comes_back_and_none_stays_none():
    assert where(PLACE) == Where("form.pdf", 0, (1, 2, 3, 4))
    assert where(None) is None


def test_nothing_has_happened_on_a_new_sheet():
    assert after() == QuerySheet(NUMBER, Header(""))
    assert after(OPENED) == EMPTY


def test_a_scan_waits_until_it_is_answered():
    """Q6: what was scanned is on the sheet at once, without a mark."""
    assert after(OPENED, SCANNED) == EMPTY.add(Waiting(ASKED, "not-asked"))
    assert after(OPENED, SCANNED, ANSWERED) == EMPTY.add(Line(ASKED, ANSWER))


def test_a_scan_that_is_no_reference_is_refused_with_its_place():
    """Q4."""
    came = Scanned("s-1", "911", "", "wedge", None, True, PLACE, False)
    sheet = after(OPENED, came, Refused("s-1", "911", "service-option", {"got": "911"}))

    assert sheet.rows == (Faulty("s-1", "911", Refusal("service-option", got="911"), Where("form.pdf", 0, (1, 2, 3, 4))),)
    assert after(OPENED, came).rows == (Waiting(Asked("s-1", "911", (), True, ASKED.where), "not-asked"),)


def test_a_place_that_was_not_read_is_a_row():
    """Q4."""
    no = Refusal("not-read", why="overrun")
    assert after(OPENED, NotRead("n-1", "overrun", "wedge", None)).rows == (Faulty("n-1", None, no),)


def test_could_not_ask_changes_a_waiting_row_and_never_a_line():
    """Q6: an outage takes no answer away, and gives none."""
    other = Scanned("s-2", "XXXX471", "", "wedge", None, False, None, False)
    sheet = after(OPENED, SCANNED, ANSWERED, other, CouldNotAsk(["s-1", "s-2"], "down", ""))

    assert sheet.rows == (Line(ASKED, ANSWER), Waiting(Asked("s-2", "XXXX471", (ccn("XXXX471"),)), "down"))


def test_an_answer_can_change():
    held = Answer(ANSWER.reference, Reason.EXAM, NOON, "0453")

    assert after(OPENED, SCANNED, ANSWERED, Answered("s-1", "", "NR", packed(held), "R")).rows == (Line(ASKED, held),)


def test_a_removed_row_stays_and_a_stamped_sheet_is_closed():
    sheet = after(OPENED, SCANNED, ANSWERED, RowRemoved(1, "misprint"), STAMPED)

    assert sheet.rows == (Removed(Line(ASKED, ANSWER), "misprint"),)
    assert sheet.stamped


@pytest.mark.parametrize(
    "fact",
    [NotStamped("12345", "changed", {}), HandedOver("00", "folder", 1), Returned("00", 1)],
    ids=lambda fact: type(fact).__name__,
)
def test_what_is_not_about_rows_leaves_the_sheet_as_it_was(fact):
    sheet = after(OPENED, SCANNED)

    assert happened(sheet, fact) == sheet


def test_a_query_that_was_taken_over_has_none_of_its_answers():
    """Q6: they were given to somebody else; what was refused, and what was taken off, stays."""
    sheet = after(OPENED, SCANNED, ANSWERED, TakenOver(1))

    assert sheet.rows == (Waiting(ASKED, "not-asked"),)
    assert after(OPENED, SCANNED, ANSWERED, TakenOver(1), ANSWERED).rows == (Line(ASKED, ANSWER),)
    removed = after(OPENED, SCANNED, ANSWERED, RowRemoved(1, "misprint"), TakenOver(0))
    assert removed.rows == (Removed(Line(ASKED, ANSWER), "misprint"),)


def test_every_kind_of_fact_is_either_about_rows_or_listed_here_as_not():
    """A new fact must not be lost on the way back."""
    about_rows = {"Opened", "Scanned", "NotRead", "Refused", "Answered", "CouldNotAsk", "RowRemoved", "Stamped"}
    about_rows |= {"Confirmed", "Voided", "TakenOver"}
    beside = {"NotStamped", "HandedOver", "Returned", "DocumentExpired", "RecordBegun", "BackedUp"}
    about_rows |= {"FormReceived", "FormRead", "FormGivenUp"}
    beside |= {"ScanKept", "ScanPlaced", "ScanSetAside"}
    beside |= {"DifferenceSeen", "DifferenceSettled", "GoodsIn", "GoodsOut", "RegisterCorrected", "Presented", "PaperAccepted"}
    beside |= {"HoldPlaced", "HoldLifted", "HoldListMade", "HoldNoticesRead", "HoldTooLate", "HoldWidened"}
    beside |= {"Endorsed", "GivenOut", "Noticed", "Overprinted"}
    beside |= {"DeskOpened", "DeskClosed", "SlipPrinted", "QueryCleared", "StormSeen"}
    beside |= {"PrintAsked", "PrintTried", "PrintSent", "PrintMoved", "PrintEnded", "PrintSettled"}
    beside |= {"KeyMade", "KeyRevoked", "Failed", "PageRead", "FormNotRead"}
    beside |= {"UserAdded", "UserChanged", "UserDismissed", "PinSet", "LoggedIn", "LoggedOut", "LogInFailed", "DelayLifted"}

    assert set(FACTS) == about_rows | beside


def test_an_answer_for_a_scan_that_the_sheet_does_not_hold_is_no_record_of_ours():
    with pytest.raises(KeyError, match=r"K7QD\.000001 has no open row for scan s-1"):
        happened(EMPTY, ANSWERED)
