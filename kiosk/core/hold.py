"""The hold list: numbers on hold and sheets taken back, as digests under one signature (P4).

A gate without a network looks its rows up in the newest list of the station whose key sealed them. The list names nobody's
shipment: it holds the first 8 bytes of a SHA-256 for each number. Who has the number finds it; who has the list alone must try
numbers one by one, which is hopeless for most cargo numbers, and is not for the fourteen digits of an account that he knows.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.core.faults import Forged
from kiosk.core.reference import plain
from kiosk.core.trust import AHEAD, ANY, TrustedKey

SIZE: Final = 8
"""Bytes of a digest."""
SHEET: Final = "sheet"


def normalised(kind: str, number: str) -> str:
    """A number as it is digested: without the stars of Code 39 and space around it, in capitals; a transaction number bare.

    >>> normalised("ccn", " *xxxx-42* "), normalised("transaction", "99999-001495785")
    ('XXXX-42', '99999001495785')
    """
    bare = plain(number)
    return bare.replace("-", "") if kind == "transaction" else bare


def digest(kind: str, number: str) -> bytes:
    """Eight bytes for one number; `kind` is ccn, transaction or sheet.

    >>> digest("ccn", "xxxx42").hex() == digest("ccn", "XXXX42 ").hex()
    True
    """
    return hashlib.sha256(f"{kind}:{normalised(kind, number)}".encode("utf-8", "backslashreplace")).digest()[:SIZE]


def senses(kind: str, number: str) -> tuple[bytes, ...]:
    """What is listed for a number on hold. Fourteen digits are listed in both their senses: bars do not say which they are.

    >>> len(senses("transaction", "99999-001495785")), len(senses("ccn", "XXXX0042"))
    (2, 1)
    """
    bare = normalised("transaction", number)
    if len(bare) == 14 and bare.isdigit() and bare.isascii():
        return digest("transaction", bare), digest("ccn", normalised(kind, number))
    return (digest(kind, number),)


def listed(digests: Iterable[bytes]) -> bytes:
    """Digests as a list has them: sorted, each once, one after the other."""
    return b"".join(sorted(set(digests)))


@dataclass(frozen=True, slots=True)
class HoldList:
    """What a station knows to be on hold. `serial` grows; nothing that came to be known after `issued_at` is missing from it alone.

    `issued_at` is up to when the list is complete, which is earlier than its signature where the store could not be asked.
    """

    authority: str
    station: str
    serial: int
    issued_at: datetime
    numbers: bytes
    sheets: bytes

    def holds(self, kind: str, number: str) -> bool:
        """Whether a number is on hold."""
        return _has(self.numbers, digest(kind, number))

    def voided(self, sheet: str) -> bool:
        """Whether a sheet's proof was taken back."""
        return _has(self.sheets, digest(SHEET, sheet))


def judge_list(key: TrustedKey, holds: HoldList, now: datetime) -> None:
    """Refuse a list that this key may not have signed: revoked, of another station or authority, out of its window, or early."""
    if key.revoked_at is not None:
        raise Forged("key-revoked", got=f"{key.revoked_at:%Y-%m-%d}")
    if key.authority not in (ANY, holds.authority):
        raise Forged("other-authority", expected=key.authority, got=holds.authority)
    if key.station != holds.station:
        raise Forged("other-station", expected=key.station, got=holds.station)
    if holds.issued_at < key.not_before:
        raise Forged("key-not-yet-valid", expected=f"{key.not_before:%Y-%m-%d}", got=f"{holds.issued_at:%Y-%m-%d}")
    if holds.issued_at > key.not_after:
        raise Forged("key-expired", expected=f"{key.not_after:%Y-%m-%d}", got=f"{holds.issued_at:%Y-%m-%d}")
    if holds.issued_at > now + AHEAD:
        raise Forged("from-the-future", got=f"{holds.issued_at:%Y-%m-%d %H:%M} UTC")


def newer(known: HoldList | None, other: HoldList) -> HoldList:
    """The list that goes on from here; `Forged("older-list")` for an older one than the one known, or another one of its serial."""
    if known is not None and (other.serial < known.serial or (other.serial == known.serial and other != known)):
        raise Forged("older-list", expected=known.serial, got=other.serial)
    return other


def _has(digests: bytes, wanted: bytes) -> bool:
    count = len(digests) // SIZE
    place = bisect_left(range(count), wanted, key=lambda at: digests[at * SIZE : (at + 1) * SIZE])
    return place < count and digests[place * SIZE : (place + 1) * SIZE] == wanted
