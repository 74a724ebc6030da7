"""What the vectors are made of: TEST keys, made from fixed bytes that anybody can read here, statements, seals and hold lists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.ed25519.cose import SigningKey, as_text, encode, from_text, kid_of, parts, sign1
from kiosk.adapters.ed25519.hold import HOLDS_PREFIX
from kiosk.core.hold import SHEET, HoldList, digest, listed, senses
from kiosk.core.proof import REMOVED, Sealed, Statement
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import TrustedKey, TrustList

NOW: Final = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMIT: Final = 4
AUTHORITY: Final = "test-authority"


def test_key(name: str) -> SigningKey:
    """A TEST key: its secret is its name."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(f"TEST {name}".encode().ljust(32, b".")))


def _listed(name: str, **other: Any) -> TrustedKey:  # noqa: ANN401 - as of the dataclass
    public = test_key(name).public
    key = TrustedKey(kid_of(public), public, AUTHORITY, "K7QD", NOW - 200 * DAY, NOW + 200 * DAY, None, b"")
    return replace(key, **other)


KEYS: Final = {
    "k7qd": _listed("k7qd"),
    "m2xb": _listed("m2xb", station="M2XB"),
    "expired": _listed("expired", not_after=NOW - 10 * DAY),
    "future": _listed("future", not_before=NOW + 10 * DAY),
    "revoked": _listed("revoked", revoked_at=NOW - DAY),
    "stub": _listed("stub", authority="acros-stub"),
}
TRUST: Final = TrustList(7, NOW - DAY, tuple(KEYS.values()))
STAMP: Final = Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOW - 2 * HOUR, specimen=False)


def row(place: int, mark: str = "R", number: str = "XXXX0000012345", kind: str | None = "ccn", **other: Any) -> Sealed:  # noqa: ANN401 - as of the dataclass
    """A row, answered ten seconds before the stamp."""
    if mark == REMOVED:
        return Sealed(place, mark, number, None, None, None, reason="torn label")
    return replace(Sealed(place, mark, number, kind, STAMP.at - timedelta(seconds=10), "0453"), **other)


FOUR: Final = (
    row(1),
    row(2, "NR", "99999001495785", "transaction"),
    row(3, "N/A", "XXXXUNKNOWN"),
    row(4, REMOVED, "XXXXTORN"),
)


def statement(*rows: Sealed, **other: Any) -> Statement:  # noqa: ANN401 - as of the dataclass
    """A page."""
    page = Statement("K7QD.000123", 1, 1, "Fictitious Freight Ltd.", STAMP, "17-0123456789ab", rows or FOUR)
    return replace(page, **other)


def seal(page: Statement, name: str = "k7qd") -> str:
    """The page, sealed by a key whatever the trust list says of it."""
    key = test_key(name)
    at_home = replace(KEYS.get(name, KEYS["k7qd"]), public=key.public, kid=kid_of(key.public), authority="*", revoked_at=None)
    always = replace(at_home, not_before=NOW - 999 * DAY, not_after=NOW + 999 * DAY)
    return Ed25519Seal(TrustList(1, NOW, (always,)), key).seal(page).decode()


def numbers(*held: tuple[str, str]) -> bytes:
    """Numbers on hold as a list has them."""
    return listed(one for kind, number in held for one in senses(kind, number))


def hold_list(name: str = "k7qd", *, ago: timedelta = HOUR, held: bytes = b"", void: tuple[str, ...] = (), **other: Any) -> str:  # noqa: ANN401 - as of the dataclass
    """A hold list, signed by a key whatever the trust list says of it."""
    sheets = listed(digest(SHEET, sheet) for sheet in void)
    holds = replace(HoldList(AUTHORITY, "K7QD", 12, NOW - ago, held, sheets), **other)
    values = [1, holds.authority, holds.station, holds.serial, _micros(holds.issued_at), holds.numbers, holds.sheets]
    return as_text(HOLDS_PREFIX, sign1(test_key(name), encode(values))).decode()


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


OTHERS: Final = numbers(("ccn", "YYYY1"), ("ccn", "YYYY2"), ("transaction", "99999001495799"), ("ccn", "8YYY3"))
LISTS: Final = {
    "clear": hold_list(held=OTHERS, void=("K7QD.000001", "K7QD.000002")),
    "empty": hold_list(),
    "other station": hold_list("m2xb", station="M2XB"),
    "other station holds": hold_list("m2xb", station="M2XB", held=numbers(("ccn", "XXXX0000012345"))),
    "other station voids": hold_list("m2xb", station="M2XB", void=("K7QD.000123",)),
    "ccn held": hold_list(held=numbers(("ccn", "XXXX0000012345"), ("ccn", "YYYY1"))),
    "transaction held": hold_list(held=numbers(("transaction", "99999-001495785"))),
    "fourteen digits held as a ccn": hold_list(held=numbers(("ccn", "99999001495785"))),
    "voided": hold_list(void=("K7QD.000122", "K7QD.000123", "K7QD.000124")),
    "at the limit": hold_list(ago=LIMIT * HOUR),
    "too old": hold_list(ago=LIMIT * HOUR + timedelta(microseconds=1)),
    "too old, held": hold_list(ago=30 * DAY, held=numbers(("ccn", "XXXX0000012345"))),
    "too old, voided": hold_list(ago=30 * DAY, void=("K7QD.000123",)),
}


def message_of(text: str) -> bytes:
    """The signed message of a text, seal or list."""
    return from_text(text[:4], text.encode())


def joined(text: str, *, protected: bytes = b"", payload: bytes = b"", unprotected: dict[int, bytes] | None = None) -> str:
    """A signed text with something else in one of its parts, under the signature that it has."""
    _, own_protected, own_payload, signature = parts(message_of(text))
    values = [protected or own_protected, unprotected or {}, payload or own_payload, signature]
    return as_text(text[:4], encode(CBORTag(18, values))).decode()
