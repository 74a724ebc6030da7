"""The seal is COSE_Sign1 as the standards have it, so that others can check it without us (P2)."""

import hashlib

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adapters.ed25519.cose import SigningKey, _to_be_signed, as_text, encode, from_text, kid_of, parts, sign1, verified
from kiosk.core.faults import Forged
from tests.kiosk.adapters.ed25519_samples import key

# RFC 8032, 7.1: secret key, public key, message, signature.
RFC8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032, ids=["test 1", "test 2", "test 3"])
def test_keys_are_those_of_rfc_8032(secret, public, message, signature):
    """P2: seed and public key as raw bytes, the message signed as it is (no prehash, no context)."""
    signing = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))

    assert signing.public.hex() == public
    assert signing.private.sign(bytes.fromhex(message)).hex() == signature
    assert kid_of(signing.public) == hashlib.sha256(bytes.fromhex(public)).digest()[:8]


def test_what_is_signed_is_the_structure_of_rfc_9052():
    """P2: 4.4, for the content and the protected header of the example in appendix C.2.1."""
    content = b"This is the content."

    assert _to_be_signed(bytes.fromhex("a10126"), content) == bytes.fromhex(
        "846a" + b"Signature1".hex() + "43a10126" + "40" + "54" + content.hex()
    )


@pytest.mark.parametrize("length", [0, 1, 23, 24, 255, 256, 65535, 65536])
def test_the_message_is_laid_out_byte_by_byte_as_rfc_9052_says(length):
    """P2: 4.2, with Ed25519 of RFC 9864 (-19) and the key's id protected; checked without our decoder."""
    payload = bytes(length)
    message = sign1(key(), payload)
    protected = bytes([0xA2, 0x01, 0x32, 0x04, 0x48]) + kid_of(key().public)
    head = cbor2.dumps(payload)[: -length or None]
    signed = bytes.fromhex("846a") + b"Signature1" + bytes([0x40 | len(protected)]) + protected + b"\x40" + head + payload

    assert message[:-64] == b"\xd2\x84" + bytes([0x40 | len(protected)]) + protected + b"\xa0" + head + payload + b"\x58\x40"
    Ed25519PublicKey.from_public_bytes(key().public).verify(message[-64:], signed)


@given(st.binary(max_size=100))
def test_what_was_signed_is_what_is_verified(payload):
    """P2."""
    message = sign1(key(), payload)

    assert verified(message, key().public) == payload
    assert parts(message)[0] == kid_of(key().public)
    with pytest.raises(Forged, match="bad-signature"):
        verified(message, key(2).public)


def test_a_signature_of_something_else_does_not_count():
    """P2: the same key over the payload alone, over another context, over another header."""
    payload, good = b"payload", sign1(key(), b"payload")
    _, protected, _, _ = parts(good)
    for signed in (
        payload,
        encode(["Signature", protected, b"", payload]),
        encode(["Signature1", b"", b"", payload]),
        encode(["Signature1", protected, b"aad", payload]),
        encode(["Signature1", protected, b"", payload + b"\0"]),
    ):
        with pytest.raises(Forged, match="bad-signature"):
            verified(good[:-64] + key().private.sign(signed), key().public)


def test_a_signature_has_one_form():
    """P2: RFC 8032, 5.1.7: S must be below the order of the group, else there would be a second signature of one message."""
    order = 2**252 + 27742317777372353535851937790883648493
    good = sign1(key(), b"payload")
    second = (int.from_bytes(good[-32:], "little") + order).to_bytes(32, "little")

    with pytest.raises(Forged, match="bad-signature"):
        verified(good[:-32] + second, key().public)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key().public).verify(good[-64:-32] + second, b"")


@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_a_signature_of_another_length_is_forged(length):
    """P2."""
    tag = cbor2.loads(sign1(key(), b"payload"))
    parts_ = [*tag.value[:3], (tag.value[3] * 2)[:length]]

    with pytest.raises(Forged, match="bad-signature"):
        verified(cbor2.dumps(cbor2.CBORTag(18, parts_)), key().public)


@given(st.binary(max_size=60))
def test_text_and_message_are_one_to_one(message):
    """P2: base32 of RFC 4648, without padding."""
    text = as_text("RS1X", message)

    assert from_text("RS1X", text) == message
    assert as_text("RS1X", from_text("RS1X", text)) == text


@pytest.mark.parametrize(
    ("message", "text"),
    [(b"", b""), (b"f", b"MY"), (b"fo", b"MZXQ"), (b"foo", b"MZXW6"), (b"foob", b"MZXW6YQ"), (b"fooba", b"MZXW6YTB")],
)
def test_text_is_the_base32_of_rfc_4648(message, text):
    """P2: section 10, its test vectors without their padding."""
    assert as_text("RS1X", message) == b"RS1X" + text
    assert from_text("RS1X", b"RS1X" + text) == message
