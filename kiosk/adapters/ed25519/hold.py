"""The hold list as a text: packed, signed by a sealing key of the trust list (P4)."""

from datetime import datetime
from itertools import pairwise
from typing import Final

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
    parts,
    sign1,
    verified,
)
from kiosk.core.faults import Forged
from kiosk.core.hold import SIZE, HoldList, judge_list
from kiosk.core.trust import TrustList

HOLDS_PREFIX: Final = "RH1X"
MOST_TEXT: Final = 16 << 20
"""Characters of a list: a million numbers on hold."""


def sign_holds(key: SigningKey, holds: HoldList, trust: TrustList) -> bytes:
    """The list as text; `Forged` where nobody would believe it."""
    judge_list(trust.key(kid_of(key.public)), holds, holds.issued_at)
    return as_text(HOLDS_PREFIX, sign1(key, encode(_packed(holds))))


def read_holds(text: bytes, trust: TrustList, now: datetime) -> HoldList:
    """The list, if a trusted key of its own station signed it; or `Forged`."""
    message = from_text(HOLDS_PREFIX, text, MOST_TEXT)
    key = trust.key(parts(message)[0])
    payload = verified(message, key.public)
    try:
        holds = _unpacked(decode(payload))
        if encode(_packed(holds)) != payload:
            raise ValueError("not as we write it")
    except UNREADABLE as error:
        raise Forged("malformed", got=type(error).__name__) from error
    judge_list(key, holds, now)
    return holds


def _packed(holds: HoldList) -> list[object]:
    return [1, holds.authority, holds.station, holds.serial, micros(holds.issued_at), holds.numbers, holds.sheets]


def _unpacked(values: list[object]) -> HoldList:
    version, authority, station, serial, issued_at, numbers, sheets = values
    if version != 1:
        raise ValueError(f"version: expected 1, got {version}")
    texts = isinstance(authority, str) and isinstance(station, str)
    if not (texts and type(serial) is int and type(issued_at) is int and isinstance(numbers, bytes) and isinstance(sheets, bytes)):
        raise TypeError("not as we write it")
    _check_sorted(numbers)
    _check_sorted(sheets)
    return HoldList(str(authority), str(station), serial, moment(issued_at), numbers, sheets)


def _check_sorted(digests: bytes) -> None:
    """Refuse a list in which a number would be looked for and not found."""
    ones = [digests[at : at + SIZE] for at in range(0, len(digests), SIZE)]
    if len(digests) % SIZE or any(left >= right for left, right in pairwise(ones)):
        raise ValueError("digests: expected them whole, sorted, each once")
