"""What is not exactly as it was sealed is forged: never opened, and never another exception (P2)."""

from random import Random

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.ed25519.cose import MAX_TEXT, encode, sign1
from kiosk.adapters.ed25519.seal import read_statement
from kiosk.core.faults import Forged
from tests.kiosk.adapters.ed25519_samples import (
    ELEMENTS,
    MESSAGE,
    NOW,
    PAGE,
    SEAL,
    TEXT,
    key,
    packed,
    sealed_by,
    statement,
    text_of,
    trust,
    trusted,
    why,
)


def test_every_bit_counts():
    """P2: each of the message's bits, one at a time."""
    for bit in range(len(MESSAGE) * 8):
        flipped = bytearray(MESSAGE)
        flipped[bit // 8] ^= 1 << bit % 8

        assert why(text_of(bytes(flipped))) in {"malformed", "bad-signature", "unknown-key"}


def test_every_truncation_is_forged():
    """P2: a code that was read in part, a line of a mail that is missing."""
    for length in range(len(TEXT)):
        assert why(TEXT[:length]) in {"not-a-seal", "truncated", "malformed"}
    for length in range(len(MESSAGE)):
        assert why(text_of(MESSAGE[:length])) == "malformed"


def test_every_wrong_character_is_forged():
    """P2: each character of the text, replaced by another of the alphabet, or by a stranger; left out; doubled; swapped."""
    random = Random(7)
    for at in range(len(TEXT)):
        other = random.choice([one for one in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if one != TEXT[at]])
        for wrong in (bytes([other]), b"1", b"\xc3\x89", b"=", b"\0", b"", TEXT[at : at + 1] * 2):
            spoilt = TEXT[:at] + wrong + TEXT[at + 1 :]
            assert spoilt == TEXT or why(spoilt)
        turned = TEXT[:at] + TEXT[at : at + 2][::-1] + TEXT[at + 2 :]
        assert turned == TEXT or why(turned)


@pytest.mark.parametrize("more", [b"A", b"AA", b"AAAAAAAA", b"=", b"======", b"\0", b"1", TEXT, b"RS1X"], ids=ascii)
def test_nothing_may_follow_the_end(more):
    """P2."""
    assert why(TEXT + more)


def test_there_is_one_text_for_one_message():
    """P2: base32 has spare bits at the end, which decoders do not look at."""
    for client in ("", "a", "ab", "abc", "abcd"):
        text = SEAL.seal(statement(client=client))
        for last in set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") - {text[-1]}:
            assert why(text[:-1] + bytes([last]))


NOT_SEALS = [
    b"",
    b" ",
    b"RS1",
    b"RS1X",
    b"rs1x",
    b"RT1X" + TEXT[4:],
    b"XS1X" + TEXT[4:],
    TEXT[4:],
    b"\xff" * 99,
    b"RS1X" + b"\xff" * 9,
]
NOT_SEALS += [b"RS1X" + b"A" * 8, b"RS1X" + b"=" * 8, b"RS1X" + b"A" * MAX_TEXT, b"K7QD.000123", "RS1XÉ".encode(), b"]C1" + TEXT]


@pytest.mark.parametrize("text", NOT_SEALS, ids=lambda text: ascii(text[:20]))
def test_what_is_no_seal_is_forged(text):
    """P2."""
    assert why(text)


@given(st.binary(max_size=300))
def test_no_noise_opens(noise):
    """P2: and no noise ends the program."""
    assert why(noise)
    assert why(text_of(noise))


# --- COSE and CBOR, spoilt --------------------------------------------------------------------------------------------


def with_element(at, value):
    """The message with one of its four parts replaced."""
    parts = list(ELEMENTS)
    parts[at] = value
    return cbor2.dumps(cbor2.CBORTag(18, parts))


def long_head(message, at):
    """The message with one short head written in more bytes than it needs."""
    return message[:at] + bytes([message[at] & 0xE0 | 24, message[at] & 0x1F]) + message[at + 1 :]


HEADER = cbor2.loads(ELEMENTS[0])
MALFORMED = {
    "no tag": cbor2.dumps(list(ELEMENTS)),
    "the tag of COSE_Mac0": b"\xd1" + MESSAGE[1:],
    "the tag in two bytes": b"\xd8\x12" + MESSAGE[1:],
    "a tag around": cbor2.dumps(cbor2.CBORTag(55799, cbor2.CBORTag(18, list(ELEMENTS)))),
    "three parts": cbor2.dumps(cbor2.CBORTag(18, list(ELEMENTS[:3]))),
    "five parts": cbor2.dumps(cbor2.CBORTag(18, [*ELEMENTS, 0])),
    "parts by name": cbor2.dumps(cbor2.CBORTag(18, dict(enumerate(ELEMENTS)))),
    "a list of no fixed length": MESSAGE[:1] + b"\x9f" + MESSAGE[2:] + b"\xff",
    "the length of the list in two bytes": long_head(MESSAGE, 1),
    "an unprotected header": with_element(1, {4: b"x"}),
    "an unprotected header that is empty otherwise": with_element(1, []),
    "no protected header": with_element(0, b""),
    "a protected header as a map": with_element(0, HEADER),
    "an algorithm that is not ours": with_element(0, cbor2.dumps(HEADER | {1: -7})),
    "the algorithm that is no more": with_element(0, cbor2.dumps(HEADER | {1: -8})),
    "no algorithm": with_element(0, cbor2.dumps({4: HEADER[4]})),
    "no key": with_element(0, cbor2.dumps({1: -19})),
    "more in the header": with_element(0, cbor2.dumps(HEADER | {2: [99]})),
    "a key twice": with_element(0, b"\xa3" + ELEMENTS[0][1:] + ELEMENTS[0][-10:]),
    "a key that is a number of a terabyte": with_element(0, cbor2.dumps({1: -19, 4: 1 << 40})),
    "a key that is a number of a gigabyte": with_element(0, cbor2.dumps({1: -19, 4: 1 << 30})),
    "a key that is a negative number": with_element(0, cbor2.dumps({1: -19, 4: -1})),
    "a key that is text": with_element(0, cbor2.dumps({1: -19, 4: "k" * 8})),
    "a key that is a list": with_element(0, cbor2.dumps({1: -19, 4: list(HEADER[4])})),
    "a payload that is elsewhere": with_element(2, None),
    "a payload that is a list of the same bytes": with_element(2, list(ELEMENTS[2])),
    "a payload that is a number of a terabyte": with_element(2, 1 << 40),
    "a signature that is a list of the same bytes": with_element(3, list(ELEMENTS[3])),
    "a signature that is a number": with_element(3, 64),
    "a byte after the end": MESSAGE + b"\0",
    "a break after the end": MESSAGE + b"\xff",
    "itself twice": MESSAGE * 2,
    "a string of 2^63 bytes": b"\xd2\x84\x5b\x7f" + b"\xff" * 7,
    "a list of 2^63": b"\xd2\x9b\x7f" + b"\xff" * 7,
    "a list of 2^32": b"\xd2\x9a" + b"\xff" * 4 + b"\0" * 50,
    "a map of 2^63": b"\xd2\x84\x40\xbb\x7f" + b"\xff" * 7,
    "text of 4 GB": b"\xd2\x84\x7a" + b"\xff" * 4,
    "lists in lists": b"\x81" * 10_000 + b"\0",
    "tags in tags": b"\xd2" * 10_000 + b"\0",
    "maps in maps": b"\xa1\0" * 10_000 + b"\0",
    "lists without an end in lists": b"\x9f" * 10_000,
    "a list that holds itself": bytes.fromhex("d284d81c81d81d0040f640"),
    "the empty tag of a set": bytes.fromhex("d2d9010280"),
    "a mail": bytes.fromhex("d2d8246161"),
    "2 to the power of 2^62": bytes.fromhex("d2c5821b3fffffffffffffff01"),
    "10 to the power of 2^62": bytes.fromhex("d2c4821b3fffffffffffffff01"),
    "a fraction of nothing": bytes.fromhex("d2d81e820100"),
    "an expression without end": b"\xd2\xd8\x23\x69(a+)+$(((",
    "NaN": bytes.fromhex("d284f97e00a04040"),
    "nothing": b"",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_cbor_that_is_not_as_we_write_it_is_forged(name):
    """P2: and it is never another exception, and takes neither memory nor time."""
    assert MALFORMED[name] != MESSAGE
    assert why(text_of(MALFORMED[name])) in {"malformed", "unknown-key", "bad-signature"}


def test_a_key_that_differs_is_unknown_even_if_its_signature_is_right():
    """P2."""
    assert why(Ed25519Seal(trust(trusted(2)), key(2)).seal(PAGE)) == "unknown-key"


cbor = st.recursive(
    st.integers(-(2**65), 2**65)
    | st.binary(max_size=9)
    | st.text(max_size=9)
    | st.floats()
    | st.booleans()
    | st.none()
    | st.just(NOW),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 5) | st.text(max_size=3), inner, max_size=3)
        | st.builds(cbor2.CBORTag, st.sampled_from([18, 2, 3, 4, 5, 30, 35, 100, 256, 999]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.lists(cbor, min_size=4, max_size=4) | cbor)
def test_no_cbor_opens(value):
    """P2."""
    assert why(text_of(cbor2.dumps(cbor2.CBORTag(18, value)))) == "malformed"
    assert why(text_of(cbor2.dumps(value))) == "malformed"


@settings(max_examples=60)
@given(cbor)
def test_no_payload_of_another_shape_opens(payload):
    """P2: even if a trusted key signed it."""
    assert why(sealed_by(key(), payload)) == "malformed"


def places(values, path=()):
    yield path
    if isinstance(values, list):
        for index, inner in enumerate(values):
            yield from places(inner, (*path, index))


@settings(max_examples=60)
@given(st.sampled_from(list(places(packed()))), cbor | st.integers(-9, 9) | st.sampled_from(["R", "", "0453"]))
def test_a_payload_with_one_value_of_another_kind_is_forged_or_one_page(path, value):
    """P2: a signer's fault is no crash of the verifier, and there is one message for one page."""
    values = {0: packed()}
    container, last = values, 0
    for step in path:
        container, last = container[last], step
    container[last] = value
    seal = sealed_by(key(), values[0])
    try:
        page = SEAL.open(seal)
    except Forged:
        return

    assert SEAL.seal(page) == seal


def test_the_payload_too_is_as_we_write_it():
    """P2: the same page in more bytes is another message."""
    payload = encode(packed())
    for spoilt in (long_head(payload, 1), b"\x9f" + payload[1:] + b"\xff", payload + b"\0"):
        with pytest.raises(Forged) as no:
            read_statement(spoilt)
        assert no.value.code == "malformed"
        assert why(text_of(sign1(key(), spoilt))) == "malformed"
    assert read_statement(payload) == PAGE
