"""What was sealed opens, under the key that may have sealed it, for whom and when it may (P2)."""

import re
from datetime import UTC, timedelta, timezone

import cbor2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.adapters.ed25519 import Ed25519Seal, single
from kiosk.core.faults import Forged
from kiosk.core.proof import REMOVED, Sealed, Statement
from kiosk.core.stamp import Act, Stamp
from tests.kiosk.adapters.ed25519_samples import (
    AUTHORITY,
    DAY,
    NOW,
    PAGE,
    SEAL,
    TEXT,
    bytes_of,
    key,
    line,
    packed,
    page_of,
    sealed_by,
    stamp,
    statement,
    trust,
    trusted,
    why,
)

moments = st.datetimes(NOW.replace(tzinfo=None) - 14 * DAY, NOW.replace(tzinfo=None) + 14 * DAY, timezones=st.just(UTC))
numbers = st.from_regex(r"[0-9]{14}", fullmatch=True) | st.from_regex(r"[0-9A-Z-]{5,25}", fullmatch=True)
offices = st.sampled_from(["0453", "0495", "0000", ""])
answered = st.builds(
    Sealed, st.integers(1, 500), st.sampled_from(["R", "NR", "N/A"]), numbers, st.sampled_from(["transaction", "ccn"]),
    moments, offices | st.none(), st.booleans(),
)  # fmt: skip
removed = st.builds(
    Sealed,
    st.integers(1, 500),
    st.just(REMOVED),
    numbers | st.text(),
    st.none(),
    st.none(),
    st.none(),
    st.just(value=False),
    st.text(),
)
stamps = st.builds(
    Stamp, st.sampled_from(Act), st.just(AUTHORITY), offices, st.text(max_size=12), moments, st.booleans()
)  # fmt: skip
pages = st.builds(
    Statement, st.text(max_size=12), st.integers(1, 99), st.integers(1, 99), st.text(), stamps, st.text(max_size=30),
    st.lists(answered | removed, max_size=8).map(tuple),
)  # fmt: skip


@settings(max_examples=80)
@given(pages)
@example(PAGE)
@example(statement())
@example(statement(line(1, number="00000000000000"), line(2, "NR", "00000000000001", "ccn"), line(3, number="99999999999999")))
@example(statement(line(1, "NR", "٠" * 14, "ccn"), line(2, "NR", "9999900149578"), line(3, "NR", "999990014957850", "ccn")))
@example(statement(line(1), client="Importations Élite & Fils — 輸入 🚚\0\n\x1b[2J<b>'; DROP"))
@example(page_of(500))
def test_what_was_sealed_is_what_opens(page):
    """P2, P5: every row with its mark, its number to the last zero, its time to the microsecond; the stamp whole."""
    opened = SEAL.open(SEAL.seal(page))

    assert opened == page
    assert [type(row.number) for row in opened.rows] == [str] * len(page.rows)
    assert opened.released == page.released


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_a_time_in_another_zone_is_the_same_time(at, minutes):
    """P2."""
    zone = timezone(timedelta(minutes=minutes))
    page = statement(line(1, as_of=at.astimezone(zone)), stamp=stamp(at=at.astimezone(zone)))

    assert SEAL.open(SEAL.seal(page)) == page


def test_the_same_page_gives_the_same_seal():
    """P5: reprinting is the same proof."""
    assert SEAL.seal(PAGE) == TEXT


def test_every_part_of_a_page_is_in_its_seal():
    """P2: what is not sealed could be changed on the paper."""
    others = [
        statement(*PAGE.rows, sheet="K7QD.000124"), statement(*PAGE.rows, page=2), statement(*PAGE.rows, pages=2),
        statement(*PAGE.rows, client=""), statement(*PAGE.rows, checkpoint=""), statement(*PAGE.rows[:-1]),
        statement(*PAGE.rows[::-1]), statement(*PAGE.rows, stamp=stamp(act=Act.STATUS)),
        statement(*PAGE.rows, stamp=stamp(office="0495")), statement(*PAGE.rows, stamp=stamp(badge="12346")),
        statement(*PAGE.rows, stamp=stamp(specimen=False)), statement(*PAGE.rows, stamp=stamp(at=NOW + timedelta(microseconds=1))),
    ]  # fmt: skip
    payloads = {cbor2.loads(bytes_of(SEAL.seal(page))).value[2] for page in [PAGE, *others]}

    assert len(payloads) == len(others) + 1


@given(pages)
@settings(max_examples=50)
def test_a_seal_is_typed_unharmed_by_every_keyboard(page):
    """P2: capitals and digits alone, beginning with letters that no number has (stack.md, A)."""
    assert re.fullmatch(rb"RS1X[A-Z2-7]+", SEAL.seal(page))


def test_a_page_of_twenty_long_numbers_fits_a_code():
    """P2: 1600 characters are a code of 6 cm, and 15 s at a slow keyboard."""
    assert len(SEAL.seal(page_of(20))) <= 1600
    assert len(SEAL.seal(statement(*(line(n) for n in range(1, 21))))) <= 1000


HARMLESS = {
    "lower case": TEXT.lower(),
    "caps lock": TEXT.swapcase(),
    "line end": TEXT + b"\r\n",
    "margins": b"\t" + TEXT + b" ",
    "groups of five": b" ".join(TEXT[at : at + 5] for at in range(0, len(TEXT), 5)),
    "mail": b"\n".join(TEXT[at : at + 76] for at in range(0, len(TEXT), 76)),
    "odd space": b"\x0b\x0c".join([TEXT[:2], TEXT[2:]]),
}


@pytest.mark.parametrize("variant", HARMLESS.values(), ids=HARMLESS)
def test_what_mails_and_keyboards_do_to_a_seal_does_no_harm(variant):
    """P2."""
    assert SEAL.open(variant) == PAGE


# --- which key, for whom, when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (trusted(authority="CBSA"), "other-authority"),
        (trusted(authority=""), "other-authority"),
        (trusted(authority=AUTHORITY.upper()), "other-authority"),
        (trusted(not_after=NOW - timedelta(microseconds=1)), "key-expired"),
        (trusted(not_before=NOW + timedelta(microseconds=1)), "key-not-yet-valid"),
        (trusted(revoked_at=NOW - DAY), "key-revoked"),
        (trusted(revoked_at=NOW + DAY), "key-revoked"),
        (trusted(revoked_at=NOW + 9999 * DAY), "key-revoked"),
        (trusted(2), "unknown-key"),
        (trusted(public=key(2).public), "bad-signature"),
        (trusted(public=bytes(32)), "bad-signature"),
        (trusted(public=b""), "bad-signature"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_key_that_may_not_have_sealed_it_does_not_open_it(entry, code):
    """P2: of another authority, expired, not yet valid, revoked at whatever time, unknown, or another key under its id."""
    assert why(TEXT, Ed25519Seal(trust(entry))) == code


@pytest.mark.parametrize("at", [NOW - 15 * DAY, NOW, NOW + 15 * DAY])
def test_the_first_and_the_last_instant_of_a_key_count(at):
    """P2."""
    page = statement(line(1), stamp=stamp(at=at))

    assert SEAL.open(SEAL.seal(page)) == page


@pytest.mark.parametrize("seconds", [-1, 1])
def test_the_instant_before_and_after_do_not(seconds):
    """P2: and it is not sealed in the first place."""
    at = NOW + (15 * DAY + timedelta(microseconds=1)) * seconds
    values = packed()
    values[5][4] += int((15 * DAY + timedelta(microseconds=1)) / timedelta(microseconds=1)) * seconds

    assert why(sealed_by(key(), values)) in {"key-expired", "key-not-yet-valid"}
    with pytest.raises(Forged):
        SEAL.seal(statement(line(1), stamp=stamp(at=at)))


def test_the_stub_cannot_seal_in_the_name_of_an_authority():
    """P2: its key is a good one, the list is the authority's own, and both are on it."""
    both = trust(trusted(1, authority="CBSA"), trusted(2))
    page = statement(line(1), stamp=stamp(authority="CBSA", specimen=False))

    with pytest.raises(Forged, match="other-authority"):
        Ed25519Seal(both, key(2)).seal(page)
    forged = Ed25519Seal(trust(trusted(2, authority="CBSA")), key(2)).seal(page)
    assert why(forged, Ed25519Seal(both)) == "other-authority"
    assert Ed25519Seal(both).open(Ed25519Seal(both, key(1)).seal(page)) == page


def test_a_key_that_was_pinned_by_hand_opens_for_whoever_pinned_it():
    """P2: at any time and under any name; another key does not."""
    assert Ed25519Seal(single(key().public)).open(TEXT) == PAGE
    assert why(TEXT, Ed25519Seal(single(key(2).public))) == "unknown-key"


def test_who_only_verifies_cannot_seal():
    """P2."""
    with pytest.raises(ValueError, match="no sealing key"):
        Ed25519Seal(trust(trusted())).seal(PAGE)


def test_a_key_that_is_not_on_the_list_does_not_seal():
    """P2: what nobody could verify is not printed."""
    with pytest.raises(Forged, match="unknown-key"):
        Ed25519Seal(trust(trusted()), key(2)).seal(PAGE)


def test_a_private_key_does_not_show_itself():
    assert repr(key()) == f"SigningKey({trusted().kid.hex()})"
    assert key().private.private_bytes_raw().hex() not in f"{key()!r} {key()} {SEAL!r} {vars(SEAL)}"
