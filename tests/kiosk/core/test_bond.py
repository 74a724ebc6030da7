"""What may be stamped "authorized to move in bond", and that such a stamp never reads as a release (P5, P6, fault 1)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.answer import Answer, Reason, Request, Status
from kiosk.core.bond import MOVABLE, check_movable, check_sense, hindrances
from kiosk.core.faults import Refusal
from kiosk.core.reference import CCN, candidates
from kiosk.core.sheet import Asked, Header, Line, QuerySheet, Removed
from kiosk.core.stamp import Act
from tests.fakes import NOON
from tests.strategies import stampable

CARGO, REQUEST = "XXXXPARS0000471", "99999-001495788"
STAYS = {
    *(Reason.EXAM, Reason.CSA_DELIVER, Reason.PART_RELEASED),
    *(Reason.CANCELLED, Reason.TOO_OLD, Reason.UNKNOWN_INDICATOR),
}


def line(text=CARGO, reason=Reason.ACCEPTED, *, keyed=False, **more):
    found = candidates(text)
    return Line(Asked(f"scan-{text}", text, found, keyed), Answer(found[0], reason, NOON, "0453", **more))


def sheet(*rows):
    return QuerySheet("K7QD.000001", Header("0453"), rows)


def codes(*rows, **more):
    return [(no.code, no.fields["rows"]) for no in hindrances(sheet(*rows), **more)]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_decided_and_only_what_keeps_nothing_in_place_moves(reason):
    """P6: not released, or not on file: it may move; released, referred, or nobody knows: it may not."""
    expected = ["bond-released"] if reason is Reason.RELEASED else ["bond-stays"] if reason in STAYS else []

    assert [code for code, _ in codes(line(reason=reason))] == expected
    assert {Reason.RELEASED} | STAYS | MOVABLE == set(Reason)


def test_a_referred_request_or_a_referred_other_sense_keeps_it_too():
    """P4: of all that is known of a number, the worst counts; a request that was cancelled says nothing beside another."""
    requests = [Request(None, reason, "0453", None) for reason in (Reason.ACCEPTED, Reason.CANCELLED, Reason.EXAM)]
    also = Answer(candidates(REQUEST)[0], Reason.EXAM, NOON, "0453")

    assert codes(line(requests=tuple(requests[:2]))) == []
    assert codes(line(requests=tuple(requests))) == [("bond-stays", "1")]
    assert codes(line(also=also)) == [("bond-stays", "1")]


def test_a_transaction_number_is_no_cargo_and_a_typed_number_is_nobodys_word():
    """P6: the reverse of a cargo control document is stamped; one wrong digit would move other goods."""
    rows = line(REQUEST), line(keyed=True), line("8XXX-000002", Reason.NOT_ON_FILE)

    assert codes(*rows) == [("bond-not-cargo", "1"), ("bond-typed", "2")]
    assert codes(*rows, keyed=True) == [("bond-not-cargo", "1")]


def test_the_worst_is_refused_first_and_a_row_that_was_struck_out_hinders_nothing():
    rows = line(REQUEST), line(reason=Reason.RELEASED), line("8XXX-000002", Reason.RELEASED)

    with pytest.raises(Refusal) as no:
        check_movable(sheet(*rows))
    assert no.value == Refusal("bond-released", rows="2, 3")
    check_movable(sheet(*(Removed(row, "not in bond") for row in rows), line()))


@given(stampable, st.booleans())
@settings(max_examples=50)
def test_what_is_movable_has_no_r_row_and_is_all_cargo(some, keyed):
    """Fault 1: whatever a sheet is made of."""
    found = hindrances(some, keyed=keyed)

    if not found:
        assert some.count[Status.RELEASED] == 0
        assert all(isinstance(one.answer.reference, CCN) for _, one in some.lines)
        check_sense(Act.IN_BOND, some)
    assert replace(some, in_bond=True).released == ()


def test_a_stamp_that_its_rows_belie_is_not_drawn():
    """Fault 1: the last to look is who draws."""
    released, held = sheet(line(reason=Reason.RELEASED)), sheet(line())

    check_sense(Act.RELEASED, released)
    check_sense(Act.STATUS, held)
    for act, one in ((Act.IN_BOND, released), (Act.RELEASED, held)):
        with pytest.raises(ValueError, match="R row"):
            check_sense(act, one)
