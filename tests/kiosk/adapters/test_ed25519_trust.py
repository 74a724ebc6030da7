"""The trust list: what the pinned root signed, and nothing else (P2)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.ed25519 import Ed25519Seal, read_list, single
from kiosk.adapters.ed25519.cose import as_text, encode, from_text, kid_of, micros, sign1
from kiosk.adapters.ed25519.trust import LIST_PREFIX, sign_list
from kiosk.core.faults import Forged
from kiosk.core.trust import TrustedKey, TrustList
from tests.kiosk.adapters.ed25519_samples import DAY, NOW, SEAL, key, statement, trust, trusted

ROOT = key(99)
LIST = trust(trusted(1), trusted(2, revoked_at=NOW - DAY), trusted(3, authority="CBSA", certificate=b"\x30\x00"))
TEXT = sign_list(ROOT, LIST)


def why(text, root=ROOT.public):
    """Why a list is forged."""
    with pytest.raises(Forged) as no:
        read_list(text, root)
    return no.value.code


times = st.datetimes(min_value=(NOW - 9000 * DAY).replace(tzinfo=None), max_value=(NOW + 9000 * DAY).replace(tzinfo=None))
keys = st.builds(
    lambda seed, *rest: TrustedKey(kid_of(key(seed).public), key(seed).public, *rest),
    st.integers(1, 2**200), st.text(), st.text(), *[times.map(lambda at: at.replace(tzinfo=NOW.tzinfo))] * 2,
    st.none() | times.map(lambda at: at.replace(tzinfo=NOW.tzinfo)), st.binary(max_size=50),
)  # fmt: skip


@settings(max_examples=50)
@given(st.integers(0, 2**40), st.lists(keys, max_size=4).map(tuple))
def test_what_was_signed_is_what_is_read(serial, entries):
    """P2: every key with its window, its authority, when it was revoked."""
    signed = TrustList(serial, NOW, entries)

    assert read_list(sign_list(ROOT, signed), ROOT.public) == signed


def test_a_list_signed_by_another_root_is_forged():
    """P2: even if it says the same."""
    assert why(sign_list(key(98), LIST)) == "bad-signature"
    assert why(TEXT, key(98).public) == "bad-signature"
    assert why(TEXT, bytes(32)) == "bad-signature"
    assert why(TEXT, b"") == "bad-signature"


def test_a_sealing_key_cannot_sign_a_list():
    """P2: who has stolen a kiosk's key can't make it valid for longer."""
    assert why(sign_list(key(1), trust(trusted(1)))) == "bad-signature"


def test_an_altered_list_is_forged():
    """P2: every bit of it."""
    message = from_text(LIST_PREFIX, TEXT)
    for bit in range(0, len(message) * 8, 3):
        flipped = bytearray(message)
        flipped[bit // 8] ^= 1 << bit % 8

        assert why(as_text(LIST_PREFIX, bytes(flipped))) in {"malformed", "bad-signature"}


def test_a_list_cut_short_is_forged():
    """P2: a list without its last key would still be a list."""
    for length in range(0, len(TEXT), 7):
        assert why(TEXT[:length]) in {"not-a-seal", "truncated", "malformed"}


def test_an_older_list_can_still_be_read():
    """P2: its serial and its date say how old it is; what is newer is the reader's to compare."""
    older = TrustList(LIST.serial - 1, NOW - 100 * DAY, LIST.keys[:1])
    read = read_list(sign_list(ROOT, older), ROOT.public)

    assert (read.serial, read.issued_at) < (LIST.serial, LIST.issued_at)
    assert read.keys == LIST.keys[:1]


@pytest.mark.parametrize("spoil", [bytes.lower, lambda text: text + b"\r\n", lambda text: b"\n".join([text[:70], text[70:]])])
def test_what_mails_do_to_a_list_does_no_harm(spoil):
    assert read_list(spoil(TEXT), ROOT.public) == LIST


def signed(payload):
    return as_text(LIST_PREFIX, sign1(ROOT, encode(payload)))


def entry(**wrong):
    at, key_ = micros(NOW), key(1).public
    fields = {
        "kid": kid_of(key_),
        "public": key_,
        "authority": "a",
        "station": "s",
        "from": at,
        "to": at,
        "revoked": None,
        "crt": b"",
    }
    return list((fields | wrong).values())


@pytest.mark.parametrize(
    "payload",
    [
        None, 1, "list", [], [1, 2, 3], [2, 1, micros(NOW), [entry()]], [1, 1, micros(NOW), None], [1, 1, micros(NOW), [None]],
        [1, 1, micros(NOW), [entry()[:-1]]], [1, 1, micros(NOW), [[*entry(), 0]]], [1, 1, 2**70, []], [1, 1, "now", []],
        [1, 1, micros(NOW), [entry(kid=kid_of(key(2).public))]], [1, 1, micros(NOW), [entry(to=2**70)]],
        [1, 1, micros(NOW), [entry(public="k" * 32)]], [1, 1, micros(NOW), [entry(public=32)]], {"keys": []},
    ],
    ids=repr,
)  # fmt: skip
def test_a_list_of_another_shape_is_forged_even_if_the_root_signed_it(payload):
    """P2: a fault of the signer is no crash of the verifier; a key stands under its own id."""
    assert why(signed(payload)) == "malformed"


def test_a_seal_is_no_list_and_a_list_is_no_seal():
    """P2: the root's signature over one is not one over the other."""
    seal = Ed25519Seal(single(ROOT.public), ROOT).seal(statement())
    renamed = LIST_PREFIX.encode() + seal[4:]

    assert why(seal) == "not-a-seal"
    assert why(renamed) == "malformed"
    with pytest.raises(Forged):
        Ed25519Seal(single(ROOT.public)).open(TEXT)
    with pytest.raises(Forged, match="malformed"):
        Ed25519Seal(single(ROOT.public)).open(b"RS1X" + TEXT[4:])


def test_an_empty_list_trusts_nobody():
    """P2."""
    nobody = read_list(sign_list(ROOT, trust()), ROOT.public)

    with pytest.raises(Forged, match="unknown-key"):
        Ed25519Seal(nobody).open(SEAL.seal(statement()))


def test_revoked_at_the_first_instant_is_still_revoked():
    """P2: zero is a time, and not none."""
    epoch = NOW - timedelta(microseconds=micros(NOW))
    read = read_list(sign_list(ROOT, trust(trusted(revoked_at=epoch))), ROOT.public)

    assert read.keys[0].revoked_at == epoch
