"""The trust list as a file: packed, signed by the root key, as text (P2)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kiosk.adapters.ed25519.cose import (
    UNREADABLE,
    SigningKey,
    as_text,
    decode,
    encode,
    from_text,
    kid_of,
    micros,
    moment,
    sign1,
    verified,
)
from kiosk.core.faults import Forged
from kiosk.core.trust import ANY, TrustedKey, TrustList

LIST_PREFIX = "RT1X"


def sign_list(root: SigningKey, trust: TrustList) -> bytes:
    """The trust list as text, signed by the root key."""
    keys = [
        [
            k.kid,
            k.public,
            k.authority,
            k.station,
            micros(k.not_before),
            micros(k.not_after),
            k.revoked_at and micros(k.revoked_at),
            k.certificate,
        ]
        for k in trust.keys
    ]
    return as_text(LIST_PREFIX, sign1(root, encode([1, trust.serial, micros(trust.issued_at), keys])))


def read_list(text: bytes, root_public: bytes) -> TrustList:
    """The trust list, if the pinned root key signed it; or `Forged`."""
    payload = verified(from_text(LIST_PREFIX, text), root_public)
    try:
        version, serial, issued_at, keys = decode(payload)
        if version != 1:
            raise ValueError(f"version: expected 1, got {version}")
        return TrustList(serial, moment(issued_at), tuple(_trusted(key) for key in keys))
    except UNREADABLE as error:
        raise Forged("malformed", got=type(error).__name__) from error


def _trusted(values: Sequence[Any]) -> TrustedKey:
    kid, public, authority, station, not_before, not_after, revoked_at, certificate = values
    if kid != kid_of(public):
        raise ValueError("a key under another key's id")
    revoked = moment(revoked_at) if revoked_at is not None else None
    return TrustedKey(kid, public, authority, station, moment(not_before), moment(not_after), revoked, certificate)


def single(public: bytes) -> TrustList:
    """A list of one key, trusted at any time and under any name: for who has been given a public key and nothing else."""
    always = TrustedKey(kid_of(public), public, ANY, "", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    return TrustList(0, datetime.min.replace(tzinfo=UTC), (always,))
