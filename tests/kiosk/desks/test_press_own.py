"""The press: one seal for each page, copies around the same seals, and no copy that says anything else (P2, P7, Q9)."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.core.answer import Answer, Reason
from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.proof import Checkpoint, statements
from kiosk.core.reference import candidates
from kiosk.core.sheet import Asked, Header, Line, QuerySheet, Removed, Waiting
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import TrustList
from kiosk.desks.press import OwnPress
from tests.fakes import AUTHORITY, NOON, FakePaper, FakeSigner, real_seal, trusted

HEAD = Checkpoint(7, bytes(32))
STAMP = Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOON)
SEAL = real_seal()
LATER = NOON + timedelta(days=3)


def line(text, reason=Reason.RELEASED, *, keyed=False):
    meant = candidates(text)
    return Line(Asked(text, text, meant, keyed), Answer(meant[0], reason, NOON, "0453"))


def rows(n):
    return tuple(line(f"99999-{i:09d}") for i in range(n))


SHEET = QuerySheet("K7QD.000001", Header("0453", "Fictitious Freight Ltd."), rows(45))


@pytest.fixture
def press():
    return OwnPress.of(FakePaper(), SEAL, FakeSigner())


@pytest.fixture
def proof(press):
    return press.prove(SHEET, STAMP, HEAD)


def stamped(sheet=SHEET, voided=""):
    """As the record has it afterwards."""
    return replace(sheet, stamped=True, voided=voided)


def said(pdf):
    drawn, _, signed = pdf.partition(b"\n")
    return json.loads(drawn), signed.decode()


def test_each_page_has_its_own_seal_over_its_own_rows(proof):
    """P2."""
    opened = [SEAL.open(seal) for seal in proof[0]]

    assert [len(page.rows) for page in opened] == [20, 20, 5]
    assert tuple(opened) == statements(SHEET, STAMP, HEAD.short, 20)


def test_the_sheet_is_signed_at_the_time_of_its_stamp(proof):
    """P2."""
    drawn, signed = said(proof[1])

    assert signed == f"signed {NOON.isoformat()}"
    assert (drawn["checkpoint"], drawn["seals"]) == (HEAD.short, [seal.decode() for seal in proof[0]])
    assert not {"copy", "void"} & set(drawn)


def test_a_copy_is_the_same_proof_with_its_number_signed_anew(press, proof):
    """P7: the same seals; the signature is of the day of the copy, for the key of the first one may be gone."""
    drawn, signed = said(press.copy(stamped(), STAMP, proof[0], HEAD.short, 2, LATER))

    assert drawn.pop("copy") == 2
    assert drawn == said(proof[1])[0]
    assert signed == f"signed {LATER.isoformat()}"


def test_a_copy_of_a_sheet_that_was_taken_back_says_so_with_the_reason(press, proof):
    """P7, P2: whoever gets it knows that it proves nothing."""
    drawn, _ = said(press.copy(stamped(voided="wrong client"), STAMP, proof[0], HEAD.short, 3, LATER))

    assert (drawn["copy"], drawn["void"]) == (3, "wrong client")


@pytest.mark.parametrize(
    "other",
    [
        replace(SHEET, rows=(line("99999-000000999"), *SHEET.rows[1:])),
        replace(SHEET, rows=SHEET.rows[:-1]),
        replace(SHEET, rows=SHEET.rows[:20]),
        replace(SHEET, rows=(*SHEET.rows[:44], Removed(SHEET.rows[44], "x"))),
        replace(SHEET, rows=(line("99999-000000000", Reason.EXAM), *SHEET.rows[1:])),
        replace(SHEET, rows=(line("99999-000000000", keyed=True), *SHEET.rows[1:])),
        replace(SHEET, number="K7QD.000002"),
        replace(SHEET, header=Header("0453", "Somebody Else")),
    ],
    ids=["number", "row less", "page less", "removed", "mark", "keyed", "sheet", "client"],
)
def test_no_copy_is_made_of_what_was_not_sealed(press, proof, other):
    """P2: a record that was altered, or read wrongly, does not become a genuine paper that says something else."""
    with pytest.raises(Forged) as no:
        press.copy(stamped(other), STAMP, proof[0], HEAD.short, 2, LATER)
    assert no.value == Forged("copy-differs", got=other.number)


@pytest.mark.parametrize(
    "other",
    [{"badge": "67890"}, {"office": "0409"}, {"at": LATER}, {"specimen": False}, {"act": Act.STATUS}],
    ids=lambda other: next(iter(other)),
)
def test_no_copy_is_made_under_another_stamp(press, proof, other):
    """P2, P5."""
    with pytest.raises(Forged, match="copy-differs"):
        press.copy(stamped(), replace(STAMP, **other), proof[0], HEAD.short, 2, LATER)


def test_no_copy_is_made_with_another_checkpoint_or_with_pages_in_another_order(press, proof):
    """P2, Q10."""
    for seals, checkpoint in ((proof[0], "8-000000000000"), (proof[0][::-1], HEAD.short), (proof[0][:2], HEAD.short)):
        with pytest.raises(Forged, match="copy-differs"):
            press.copy(stamped(), STAMP, seals, checkpoint, 2, LATER)


def test_no_copy_is_made_of_a_proof_whose_key_was_revoked(proof):
    """P2: a withdrawn proof gets no second paper."""
    _, line = trusted()
    revoked = Ed25519Seal(TrustList(2, NOON, (replace(line, revoked_at=NOON),)))

    with pytest.raises(Forged, match="revoked"):
        OwnPress.of(FakePaper(), revoked, FakeSigner()).copy(stamped(), STAMP, proof[0], HEAD.short, 2, LATER)


def test_a_copy_can_be_made_after_the_keys_were_changed(proof):
    """P7: the old key stays on the list for what it sealed."""
    (_, old), (_, new) = trusted(), trusted(2)
    later = Ed25519Seal(TrustList(2, NOON, (replace(old, not_after=NOON), new)))

    assert OwnPress.of(FakePaper(), later, FakeSigner()).copy(stamped(), STAMP, proof[0], HEAD.short, 2, LATER)


def test_a_sheet_that_cannot_be_stamped_is_neither_sealed_nor_copied(press, proof):
    """Q6, Q9."""
    waits = replace(SHEET, rows=(Waiting(SHEET.rows[0].asked, "down"), *SHEET.rows[1:]))
    with pytest.raises(Refusal, match="not-stampable"):
        press.prove(waits, STAMP, HEAD)
    with pytest.raises(Refusal, match="not-stampable"):
        press.copy(stamped(waits), STAMP, proof[0], HEAD.short, 2, LATER)
    with pytest.raises(Refusal, match="stamped-already"):
        press.prove(stamped(), STAMP, HEAD)


def test_the_keys_are_held_while_it_seals_and_at_no_other_time():
    """P2: so that they can be changed between two sheets; a slip needs none."""
    holding, seen = [], []

    @contextmanager
    def keys():
        holding.append("held")
        try:
            yield SEAL, FakeSigner()
        finally:
            holding.pop()

    press = OwnPress(FakePaper(while_drawing=lambda: seen.append(list(holding))), keys)
    seals, _ = press.prove(SHEET, STAMP, HEAD)
    press.copy(stamped(), STAMP, seals, HEAD.short, 2, LATER)

    assert (seen, holding) == ([["held"], ["held"]], [])


def test_a_slip_is_drawn_and_the_press_rehearses_though_the_keys_are_away():
    """Q4: what goes back to the client proves nothing and needs no seal."""

    def away():
        raise Unavailable("keys", "held")

    press = OwnPress(FakePaper(), away)
    press.rehearse(NOON)

    assert json.loads(press.slip(SHEET.header, (), NOON))["office"] == "0453"
