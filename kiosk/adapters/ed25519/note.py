"""A signed checkpoint: the head of the record as a C2SP tlog-checkpoint in a signed note, which other tools read too.

release-kiosk/K7QD
14
Ek0wys8GRbSr2Fx2TZ5GJm3JSG0oXHTYlV2Xr3T7zXQ=

— release-kiosk/K7QD AAECA1d3...
"""

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.adapters.ed25519.cose import SigningKey
from kiosk.core.faults import Forged
from kiosk.core.proof import Checkpoint
from kiosk.core.trust import TrustList

_ED25519 = b"\x01"
_NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\n+ ]+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/=]{44})\n)\n"
    r"— (?P<name>[^ \n]+) (?P<signature>\S+)\n"
)


def origin(station: str) -> str:
    """The name under which a station's record is known."""
    return f"release-kiosk/{station}"


def write_note(key: SigningKey, name: str, head: Checkpoint) -> str:
    """The checkpoint, signed."""
    text = f"{name}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"
    signature = _hint(name, key.public) + key.private.sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(signature).decode()}\n"


def read_note(note: str, trust: TrustList) -> Checkpoint:
    """The checkpoint of a note that a key of the trust list signed; or `Forged`."""
    found = _NOTE.fullmatch(note)
    if found is None or found["origin"] != found["name"]:
        raise Forged("malformed", got="no signed checkpoint")
    try:
        signature, root = base64.b64decode(found["signature"], validate=True), base64.b64decode(found["root"], validate=True)
    except binascii.Error as error:
        raise Forged("malformed", got="no signed checkpoint") from error
    for key in trust.keys:
        if key.revoked_at is None and signature[:4] == _hint(found["name"], key.public):
            _check(key.public, signature[4:], found["text"])
            return Checkpoint(int(found["size"]), root)
    raise Forged("unknown-key", got=signature[:4].hex())


def _check(public: bytes, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        raise Forged("bad-signature") from None


def _hint(name: str, public: bytes) -> bytes:
    """The key's hint in a signed note: four bytes over its name, its kind and itself."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
