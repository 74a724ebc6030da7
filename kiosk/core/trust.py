"""Which keys may seal: the trust list, and its judgement of a key at a time (P2).

A root key, kept apart, signs the list and is pinned in verifiers. A proof is judged by the time of its
stamp, in the window of its key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.core.faults import Forged
from kiosk.core.stamp import Stamp

ANY = "*"
"""The authority of a key that was pinned by hand: whoever pinned it answers for whose it is."""
AHEAD = timedelta(minutes=5)
"""By how much the clocks of kiosk and gate may differ."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A sealing key of one authority. `kid` is 8 bytes of the key's SHA-256; `certificate` signs the PDFs (DER)."""

    kid: bytes
    public: bytes
    authority: str
    station: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class TrustList:
    """The keys that a verifier trusts. `serial` grows, so that the older of two lists is known."""

    serial: int
    issued_at: datetime
    keys: tuple[TrustedKey, ...]

    def key(self, kid: bytes) -> TrustedKey:
        """The key with this id, or `Forged`."""
        for key in self.keys:
            if key.kid == kid:
                return key
        raise Forged("unknown-key", got=kid.hex())


def judge(key: TrustedKey, stamp: Stamp) -> None:
    """Refuse a stamp that this key may not have sealed: outside of its window, revoked, or under another authority's name."""
    if stamp.at < key.not_before:
        raise Forged("key-not-yet-valid", expected=f"{key.not_before:%Y-%m-%d}", got=f"{stamp.at:%Y-%m-%d}")
    if stamp.at > key.not_after:
        raise Forged("key-expired", expected=f"{key.not_after:%Y-%m-%d}", got=f"{stamp.at:%Y-%m-%d}")
    if key.revoked_at is not None:
        # A stolen key can write any time into a stamp: once revoked, nothing that it sealed is trusted, whatever its date.
        raise Forged("key-revoked", got=f"{key.revoked_at:%Y-%m-%d}")
    if key.authority not in (ANY, stamp.authority):
        raise Forged("other-authority", expected=key.authority, got=stamp.authority)
