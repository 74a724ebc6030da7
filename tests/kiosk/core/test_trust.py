"""A key is judged by the time and the authority of the stamp, and by nothing else once it was revoked (P2)."""

from datetime import timedelta

import pytest
from hypothesis import given

from kiosk.core.faults import Forged
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import ANY, TrustedKey, TrustList, judge
from tests.fakes import AUTHORITY, NOON
from tests.strategies import times

DAY = timedelta(days=1)


def key(**more):
    values = {"kid": b"12345678", "public": bytes(32), "authority": AUTHORITY, "station": "K7QD"}
    return TrustedKey(**(values | {"not_before": NOON - DAY, "not_after": NOON + DAY} | more))


def stamp(at=NOON, authority=AUTHORITY):
    return Stamp(Act.RELEASED, authority, "0453", "12345", at)


def code(key, stamp):
    with pytest.raises(Forged) as caught:
        judge(key, stamp)
    return caught.value.code


@pytest.mark.parametrize("at", [NOON - DAY, NOON, NOON + DAY])
def test_within_its_window_a_key_may_seal(at):
    assert judge(key(), stamp(at)) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [(NOON - DAY - timedelta(microseconds=1), "key-not-yet-valid"), (NOON + DAY + timedelta(microseconds=1), "key-expired")],
)
def test_outside_of_its_window_it_may_not(at, expected):
    assert code(key(), stamp(at)) == expected


@given(times)
def test_a_revoked_key_proves_nothing_whatever_date_is_in_the_stamp(at):
    """P2: who stole the key writes any date that he likes."""
    stolen = key(not_before=at - DAY, not_after=at + DAY, revoked_at=at + DAY)

    assert code(stolen, stamp(at)) == "key-revoked"


def test_a_key_seals_under_its_own_authority_alone():
    """P2: the stub's key makes no sheet of the real system."""
    assert code(key(), stamp(authority="ACROSS")) == "other-authority"
    judge(key(authority=ANY), stamp(authority="ACROSS"))


def test_a_key_is_found_by_its_id_and_an_unknown_one_is_a_forgery():
    first, second = key(), key(kid=b"87654321")
    trust = TrustList(1, NOON, (first, second))

    assert trust.key(b"87654321") == second
    with pytest.raises(Forged, match="unknown-key: got 00"):
        trust.key(b"\0")
