"""Seals by a TEST key of the vectors, none of them as we write seals; and a trust list that names a key wrongly."""

from dataclasses import replace

import cbor2

from kiosk.adapters.ed25519.cose import as_text, encode, from_text, kid_of, parts
from kiosk.adapters.ed25519.trust import sign_list
from tests.browser.verifier_samples import NOW, ONE
from verifier import making

KEY = making.test_key("k7qd")
MICROS = int(NOW.timestamp()) * 1_000_000
STAMP = ["released", "test-authority", "0453", "12345", MICROS, False]
ROW = [1, 0, "XXXX1", 2, 0, 0]
_, PROTECTED, PAYLOAD, _ = parts(from_text("RS1X", ONE.encode()))
KID = kid_of(KEY.public)


def page(*rows, stamp=STAMP):
    """What is sealed, packed."""
    return encode([1, "K7QD.000042", 1, 1, "", stamp, "", list(rows)])


def sealed(payload=PAYLOAD, protected=PROTECTED, frame=b"\xd2\x84", length=None):
    """A message around any payload and any header, signed; its frame and the length of its payload may be said in other ways."""
    signature = KEY.private.sign(encode(["Signature1", protected, b"", payload]))
    said = encode(payload) if length is None else length + payload
    return as_text("RS1X", frame + encode(protected) + b"\xa0" + said + encode(signature)).decode()


SEALS = {
    "fourteen digits as text": sealed(page([1, 0, "99999001495785", 1, 0, 0])),
    "a number of fifteen digits": sealed(page([1, 0, 10**14, 1, 0, 0])),
    "the stamp's office written out": sealed(page([1, 0, "XXXX1", 2, 0, "0453"])),
    "what is not so written out": sealed(page([*ROW, False, ""])),
    "a kind that there is not": sealed(page([1, 0, "XXXX1", 3, 0, 0])),
    "a mark counted from the end": sealed(page([1, -1, "XXXX1", 2, 0, 0])),
    "an answer before the year 1": sealed(page([1, 0, "XXXX1", 2, 1 << 63, 0])),
    "a stamp after the year 9999": sealed(page(ROW, stamp=[*STAMP[:4], 1 << 63, False])),
    "an act that there is not": sealed(page(ROW, stamp=["sold", *STAMP[1:]])),
    "a specimen by a number": sealed(page(ROW, stamp=[*STAMP[:5], 0])),
    "one value too many": sealed(PAYLOAD.replace(b"\x88", b"\x89", 1) + b"\xf6"),
    "a number longer than it need be": sealed(PAYLOAD.replace(b"\x88\x01", b"\x88\x18\x01", 1)),
    "a list without a length": sealed(PAYLOAD.replace(b"\x88", b"\x9f", 1) + b"\xff"),
    "more after the payload's end": sealed(PAYLOAD + b"\0"),
    "letters that are none": sealed(PAYLOAD.replace(b"Fictitious", b"Fictit\xed\xa0\x80s")),
    "a float": sealed(PAYLOAD.replace(b"\x88\x01", b"\x88\xf9\x3c\x00", 1)),
    "another algorithm": sealed(protected=encode({1: -8, 4: KID})),
    "a header with more in it": sealed(protected=encode({1: -19, 4: KID, 5: b""})),
    "a header with its key's id twice": sealed(protected=b"\xa3\x01\x32\x04" + encode(KID) + b"\x04" + encode(KID)),
    "another tag": sealed(frame=b"\xd3\x84"),
    "a tag longer than it need be": sealed(frame=b"\xd8\x12\x84"),
    "a length longer than it need be": sealed(length=b"\x5a" + len(PAYLOAD).to_bytes(4, "big")),
    "a payload that is a list": as_text(
        "RS1X", cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, list(PAYLOAD), bytes(64)]), canonical=True)
    ).decode(),
}
KINDLESS = sealed(page([1, 0, "XXXX1", 0, 0, 0]))
STRANGE_KEYS = sign_list(
    making.test_key("root"),
    replace(making.TRUST, keys=(replace(making.KEYS["k7qd"], kid=making.KEYS["m2xb"].kid), *making.TRUST.keys)),
).decode()
