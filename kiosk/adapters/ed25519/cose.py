"""COSE_Sign1 (RFC 9052) with Ed25519 (algorithm -19, RFC 9864) over deterministic CBOR, and its text.

Text is a prefix of letters, then base32 without padding: base32 is what every Canadian keyboard types unharmed from a scanner;
base45 is not (its slash becomes an é). What is read is encoded again and compared, so that there is one text for one message.
"""

import base64
import binascii
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.faults import Forged

MAX_TEXT = 64 * 1024
UNREADABLE = (cbor2.CBORDecodeError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What decoding and unpacking of foreign bytes may raise."""
_ED25519 = -19
_ALGORITHM, _KID = 1, 4


def kid_of(public: bytes) -> bytes:
    """A key's id: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public).digest()[:8]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key. Its `repr` shows the id alone."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"SigningKey({kid_of(self.public).hex()})"


def sign1(key: SigningKey, payload: bytes) -> bytes:
    """A COSE_Sign1 message."""
    protected = encode({_ALGORITHM: _ED25519, _KID: kid_of(key.public)})
    signature = key.private.sign(_to_be_signed(protected, payload))
    return encode(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def parts(message: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Key id, protected header, payload and signature of a COSE_Sign1 message; `Forged("malformed")` for anything else."""
    try:
        return _parts(message)
    except UNREADABLE as error:
        raise Forged("malformed", got=f"{type(error).__name__}") from error


def _parts(message: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    tag = decode(message)
    protected, unprotected, payload, signature = tag.value
    header = decode(protected)
    kid = header[_KID]
    sound = tag.tag == 18 and unprotected == {} and protected == encode({_ALGORITHM: _ED25519, _KID: kid})
    # Byte strings and nothing that `bytes` could make of it: a list of the same bytes would be a second text for one message.
    strings = all(isinstance(part, bytes) for part in (protected, kid, payload, signature))
    if not (sound and strings) or encode(tag) != message:
        raise ValueError("not as we write it")
    return kid, protected, payload, signature


def verified(message: bytes, public: bytes) -> bytes:
    """The payload of a message that this key signed, or `Forged`."""
    _, protected, payload, signature = parts(message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _to_be_signed(protected, payload))
    except (InvalidSignature, ValueError):
        raise Forged("bad-signature") from None
    return payload


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return encode(["Signature1", protected, b"", payload])


def encode(value: Any) -> bytes:  # noqa: ANN401 - CBOR takes what it takes
    """Deterministic CBOR (RFC 8949, 4.2)."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes) -> Any:  # noqa: ANN401 - checked by the caller
    """One CBOR value and nothing after it; one of `UNREADABLE` for anything else."""
    stream = io.BytesIO(data)
    value = cbor2.CBORDecoder(stream, max_depth=8, allow_indefinite=False, allow_duplicate_keys=False).decode()
    if stream.read(1):
        raise ValueError("bytes after the end")
    return value


def as_text(prefix: str, message: bytes) -> bytes:
    """A message as text that a scanner can type."""
    return (prefix + base64.b32encode(message).decode().rstrip("=")).encode()


def from_text(prefix: str, text: bytes, most: int = MAX_TEXT) -> bytes:
    """The message of a text of up to so many characters; white space from a mail or a terminal does no harm."""
    bare = b"".join(text.split()).upper()
    if not bare.startswith(prefix.encode()):
        raise Forged("not-a-seal", expected=f"text beginning {prefix}", got=ascii(bare[:8].decode("ascii", "replace")))
    if len(bare) > most:
        raise Forged("malformed", expected=f"at most {most} characters", got=len(bare))
    body = bare[len(prefix) :]
    try:
        message = base64.b32decode(body + b"=" * (-len(body) % 8))
    except binascii.Error as error:
        raise Forged("truncated", got=len(bare)) from error
    if as_text(prefix, message) != bare:
        raise Forged("malformed", got="bits after the end")
    return message


def micros(at: datetime) -> int:
    """A time as microseconds since 1970, UTC."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """The time of so many microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
