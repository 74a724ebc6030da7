"""The gate: a genuine proof is known, and what somebody made of one is not (P1, P2, Q9). All seals are real."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.core.faults import Forged
from kiosk.core.proof import Sealed, Statement
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import ANY, TrustList
from kiosk.desks.gate import AHEAD, examine
from tests.fakes import AUTHORITY, NOON, FakeSeal, real_seal, trusted

SEAL = real_seal()
STAMP = Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOON)
LATER = NOON + timedelta(hours=2)
MARKS = ("R", "NR", "N/A", "removed", "R")


def row(place, mark, number=None):
    asked = mark != "removed"
    return Sealed(
        place, mark, number or f"XXXX{place:03}", "ccn" if asked else None, NOON if asked else None, "0453" if asked else None
    )


def statement(page=1, pages=3, marks=MARKS, **more):
    rows = tuple(row(100 * page + n, mark) for n, mark in enumerate(marks))
    values = {
        "sheet": "K7QD.000001",
        "client": "Fictitious Freight Ltd.",
        "stamp": STAMP,
        "checkpoint": "17-abababababab",
        "rows": rows,
    }
    return Statement(**(values | {"page": page, "pages": pages} | more))


PAGES = [statement(page) for page in (1, 2, 3)]
SEALS = [SEAL.seal(page) for page in PAGES]


def forged(pages, now=LATER, seal=SEAL):
    with pytest.raises(Forged) as caught:
        examine(pages, seal, now)
    return caught.value


# --- genuine ----------------------------------------------------------------------------------------------------------


def test_a_genuine_proof_proves_its_r_rows_and_no_others():
    """Q9: NR, N/A and removed rows are sealed, and prove nothing."""
    verdict = examine([[seal] for seal in SEALS], SEAL, LATER)

    assert verdict.statements == tuple(PAGES)
    assert verdict.missing == ()
    assert [(one.place, one.mark) for one in verdict.released] == [(p + n, "R") for p in (100, 200, 300) for n in (0, 4)]


@given(st.permutations(range(3)), st.data())
def test_the_order_of_the_pages_does_not_matter_nor_that_one_lies_there_twice(order, data):
    """P2: a copied page says the same."""
    again = [*order, *data.draw(st.lists(st.sampled_from(order), max_size=3))]

    verdict = examine([[SEALS[n]] for n in again], SEAL, LATER)

    assert (verdict.statements, verdict.missing) == (tuple(PAGES), ())


@given(st.sets(st.integers(0, 2), min_size=1))
def test_pages_that_were_not_presented_are_missing_and_prove_nothing(presented):
    """P2: each page stands alone, and what is not there is named."""
    verdict = examine([[SEALS[n]] for n in presented], SEAL, LATER)

    assert verdict.missing == tuple(n + 1 for n in range(3) if n not in presented)
    assert {one.place // 100 for one in verdict.released} == {n + 1 for n in presented}


def test_two_seals_on_one_page_are_both_read():
    """A sheet of two pages photographed at once."""
    assert examine([[SEALS[0], SEALS[1]], [SEALS[2]]], SEAL, LATER).missing == ()


@pytest.mark.parametrize("spell", [bytes.lower, lambda seal: b" ".join((seal[:40], seal[40:])), lambda seal: seal + b"\r\n"])
def test_what_a_mail_or_a_scanner_does_to_the_text_does_no_harm(spell):
    assert examine([[spell(SEALS[1])]], SEAL, LATER).statements == (PAGES[1],)


@pytest.mark.parametrize("now", [NOON - AHEAD, NOON, NOON + timedelta(days=300)])
def test_a_proof_holds_from_its_stamp_on_though_the_clocks_differ_a_little(now):
    assert examine([[SEALS[0]]], SEAL, now).statements == (PAGES[0],)


def test_a_gate_with_the_public_list_alone_can_check():
    """P2: without a network, and without any secret."""
    _, line = trusted()

    assert examine([[SEALS[0]]], Ed25519Seal(TrustList(1, NOON, (line,))), LATER).statements == (PAGES[0],)


def test_a_sheet_without_a_release_is_genuine_and_proves_nothing():
    seal = SEAL.seal(statement(1, 1, ("NR", "N/A", "removed"), stamp=replace(STAMP, act=Act.STATUS)))

    assert examine([[seal]], SEAL, LATER).released == ()


# --- forged -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pages", [[], [[]], [[], []]])
def test_paper_without_any_seal_proves_nothing(pages):
    assert forged(pages) == Forged("no-seal")


@pytest.mark.parametrize(("pages", "place"), [([[SEALS[0]], []], 2), ([[], [SEALS[0]]], 1), ([[SEALS[0]], [], [SEALS[2]]], 2)])
def test_a_page_without_a_seal_among_others_is_a_forgery(pages, place):
    """P2: a page that was slipped in, with rows of its own."""
    assert forged(pages) == Forged("page-without-seal", place=place)


@pytest.mark.parametrize(
    "other",
    [
        {"sheet": "K7QD.000002"},
        {"pages": 4},
        {"stamp": replace(STAMP, at=NOON + timedelta(microseconds=1))},
        {"stamp": replace(STAMP, badge="67890")},
        {"stamp": replace(STAMP, office="0495")},
        {"stamp": replace(STAMP, specimen=False)},
        {"stamp": replace(STAMP, act=Act.STATUS)},
        {"client": "Somebody Else Inc."},
        {"checkpoint": "18-cdcdcdcdcdcd"},
    ],
    ids=str,
)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_pages_of_two_sheets_or_two_stampings_are_not_one_proof(other, turned, together):
    """P2: a genuine page of another day, another client or a specimen among those of this sheet."""
    both = [SEALS[0], SEAL.seal(statement(2, **other) if "pages" in other else replace(PAGES[1], **other))]
    both = both[::-1] if turned else both

    assert forged([both] if together else [[seal] for seal in both]).code == "mixed-sheets"


@pytest.mark.parametrize("together", [False, True])
def test_one_page_with_two_contents_is_a_forgery(together):
    """P2: a row that is NR on one page 1 and R on another."""
    both = [SEAL.seal(statement(1, 1, ("NR",))), SEAL.seal(statement(1, 1, ("R",)))]

    assert forged([both] if together else [[seal] for seal in both]) == Forged("page-twice", page=1)


@pytest.mark.parametrize("ahead", [AHEAD + timedelta(microseconds=1), timedelta(days=14)])
def test_a_stamp_from_the_future_is_a_forgery(ahead):
    """P2: or one of the clocks is wrong, and then the gate may not rely on it either."""
    assert forged([[SEALS[0]]], NOON - ahead) == Forged("from-the-future", got="2026-11-22 12:00 UTC")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ({"revoked_at": NOON + timedelta(days=30)}, "key-revoked"),
        ({"not_after": NOON - timedelta(seconds=1)}, "key-expired"),
        ({"not_before": NOON + timedelta(seconds=1)}, "key-not-yet-valid"),
        ({"authority": "ACROSS"}, "other-authority"),
    ],
)
def test_a_seal_whose_key_may_not_have_made_it_is_a_forgery(key, code):
    """P2: withdrawn, out of its time, or under another name."""
    assert forged([[SEALS[0]]], seal=real_seal(**key)).code == code


def test_the_seal_of_a_key_that_nobody_trusts_is_a_forgery():
    """P2: whoever has the program can make seals, but not with a key of the list."""
    assert forged([[real_seal(2).seal(PAGES[0])]]).code == "unknown-key"


def test_one_forged_seal_among_genuine_ones_is_enough():
    assert forged([[SEALS[0]], [SEALS[1]], [real_seal(2).seal(PAGES[2])]]).code == "unknown-key"


def test_another_key_under_the_name_of_a_trusted_one_is_a_forgery():
    """P2: the id of a key is no secret."""
    (_, mine), (_, theirs) = trusted(1), trusted(2, authority=ANY)

    assert forged([[SEALS[0]]], seal=Ed25519Seal(TrustList(1, NOON, (replace(theirs, kid=mine.kid),)))).code == "bad-signature"


@settings(max_examples=75)
@example(place=0, to=b"X")
@given(st.integers(0, len(SEALS[0]) - 1), st.sampled_from([bytes([n]) for n in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567 01=+."]))
def test_a_seal_with_one_character_changed_opens_to_the_same_or_not_at_all(place, to):
    """P2: no change of the text makes an NR an R."""
    text = SEALS[0][:place] + to + SEALS[0][place + 1 :]
    try:
        verdict = examine([[text]], SEAL, LATER)
    except Forged:
        return
    assert verdict.statements == (PAGES[0],)
    assert text == SEALS[0]


@settings(max_examples=75)
@given(
    st.binary(max_size=200) | st.text(max_size=100).map(str.encode) | st.integers(0, len(SEALS[0]) - 1).map(lambda n: SEALS[0][:n])
)
def test_any_other_text_is_a_forgery_and_never_a_crash(text):
    """P2: a torn sheet, somebody else's code."""
    assert forged([[text]]).code


def test_the_desk_asks_the_seal_and_believes_nothing_else():
    """P2: with any seal that keeps the contract."""
    seal = FakeSeal()
    text = seal.seal(PAGES[0])

    assert examine([[text]], seal, LATER).statements == (PAGES[0],)
    assert forged([[SEALS[0]]], seal=seal).code == "bad-signature"
