"""The seal of a page: its statement, packed small, signed, as text (P2)."""

from datetime import timedelta
from typing import Any, Final

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
from kiosk.adapters.ed25519.hold import sign_holds
from kiosk.adapters.ed25519.shape import flag, text_of, whole
from kiosk.core.faults import Forged
from kiosk.core.hold import HoldList
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.proof import REMOVED, Sealed, Statement
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import TrustList, judge

_MARKS = ("R", "NR", "N/A", REMOVED)
_KINDS = (None, "transaction", "ccn")
MOST_PAGES: Final = 9999
"""More pages than any sheet has: each that is missing is named."""


class Ed25519Seal:
    """A `Seal`. Opening needs the trust list alone; sealing needs a key too."""

    def __init__(self, trust: TrustList, key: SigningKey | None = None) -> None:
        self._trust: Final = trust
        self._key: Final = key

    def seal(self, statement: Statement) -> bytes:
        """The sealed statement as text."""
        if self._key is None:
            raise ValueError("this process has no sealing key")
        judge(self._trust.key(kid_of(self._key.public)), statement.stamp)
        return as_text(SEAL_PREFIX, sign1(self._key, encode(_packed(statement))))

    def hold_list(self, holds: HoldList) -> bytes:
        """A hold list as a text, signed by the same key."""
        if self._key is None:
            raise ValueError("this process has no sealing key")
        return sign_holds(self._key, holds, self._trust)

    def open(self, seal: bytes) -> Statement:
        """The statement, if a trusted key sealed it; or `Forged`."""
        return self.opened(seal)[0]

    def opened(self, seal: bytes) -> tuple[Statement, str]:
        """The statement, and the station whose key sealed it; or `Forged`."""
        message = from_text(SEAL_PREFIX, seal)
        key = self._trust.key(parts(message)[0])
        payload = verified(message, key.public)
        statement = read_statement(payload)
        judge(key, statement.stamp)
        return statement, key.station


def read_statement(payload: bytes) -> Statement:
    """The statement of a payload whose signature holds; `Forged("malformed")` for one of another shape."""
    try:
        statement = _unpacked(decode(payload))
        if encode(_packed(statement)) != payload:
            raise ValueError("not as we write it")
    except UNREADABLE as error:
        raise Forged("malformed", got=type(error).__name__) from error
    return statement


def _packed(s: Statement) -> list[Any]:
    stamp = [s.stamp.act.value, s.stamp.authority, s.stamp.office, s.stamp.badge, micros(s.stamp.at), s.stamp.specimen]
    rows = [_packed_row(row, s.stamp) for row in s.rows]
    return [1, s.sheet, s.page, s.pages, s.client, stamp, s.checkpoint, rows]


def _packed_row(row: Sealed, stamp: Stamp) -> list[Any]:
    """A row in few bytes: fourteen digits as a number, the time as its distance to the stamp, the office only where another."""
    number: str | int = int(row.number) if _is_fourteen(row.number) else row.number
    kind, mark = _KINDS.index(row.kind), _MARKS.index(row.mark)
    ago = micros(stamp.at) - micros(row.as_of) if row.as_of else None
    office = 0 if row.office == stamp.office else row.office
    return [row.place, mark, number, kind, ago, office, *([row.keyed, row.reason] if row.keyed or row.reason else [])]


def _unpacked(values: list[Any]) -> Statement:
    version, sheet, page, pages, client, (act, authority, office, badge, at, specimen), checkpoint, rows = values
    if version != 1:
        raise ValueError(f"version: expected 1, got {version}")
    stamp = Stamp(Act(act), text_of(authority), text_of(office), text_of(badge), moment(at), flag(specimen))
    said = (text_of(sheet), whole(page), whole(pages, MOST_PAGES), text_of(client))
    return Statement(*said, stamp, text_of(checkpoint), tuple(_unpacked_row(row, stamp) for row in rows))


def _unpacked_row(values: list[Any], stamp: Stamp) -> Sealed:
    place, mark, number, kind, ago, office, *rest = values
    keyed, reason = rest or (False, "")
    return Sealed(
        whole(place),
        _MARKS[mark],
        f"{number:014}" if isinstance(number, int) else text_of(number),
        _KINDS[kind],
        stamp.at - timedelta(microseconds=ago) if ago is not None else None,
        stamp.office if office == 0 else None if office is None else text_of(office),
        flag(keyed),
        text_of(reason),
    )


def _is_fourteen(number: str) -> bool:
    return len(number) == 14 and number.isascii() and number.isdigit()
