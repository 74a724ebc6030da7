"""Every proof that the vectors have, with what it comes to, written by hand: genuine, withdrawn, forged (P2, P4).

Each row of the forgery table that needs no paper is a case.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from cbor2 import CBORTag, dumps

from kiosk.adapters.ed25519.cose import as_text, decode, encode, parts, sign1
from kiosk.adapters.ed25519.hold import HOLDS_PREFIX
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.stamp import Act
from verifier.making import AUTHORITY, DAY, FOUR, HOUR, LISTS, NOW, STAMP, joined, message_of, row, seal, statement, test_key


@dataclass(frozen=True, slots=True)
class Case:
    """Texts as they are found on each page, the hold lists at hand by name, and what comes of it.

    `forged` is a code; else `rows` has place, outcome and why of each row.
    """

    name: str
    pages: list[list[str]]
    lists: tuple[str, ...] = ("clear",)
    forged: str = ""
    rows: list[tuple[int, str, str]] = field(default_factory=list)
    missing: tuple[int, ...] = ()


REST: Final = [(2, "not-released", "not-released"), (3, "not-released", "not-on-file"), (4, "not-released", "removed")]
ONE: Final = seal(statement())
SHORT: Final = statement(row(1, "R", "99999-001495785", "transaction"))


def _found(outcome: str, why: str) -> list[tuple[int, str, str]]:
    return [(1, outcome, why), *REST]


def _single(number: str, kind: str) -> list[list[str]]:
    return [[seal(statement(row(1, "R", number, kind)))]]


def genuine() -> list[Case]:
    """What is genuine, and what its rows come to."""
    pages = [statement(row(20 * n + 1), pages=2, page=n + 1) for n in (0, 1)]
    both = [seal(page) for page in pages]
    released = [(1, "release", "released"), (21, "release", "released")]
    return [
        Case("one page", [[ONE]], rows=_found("release", "released")),
        Case("an empty hold list", [[ONE]], ("empty",), rows=_found("release", "released")),
        Case("two pages, the second first", [[both[1]], [both[0]]], rows=released),
        Case("two seals found on one picture", [both], rows=released),
        Case("the same page twice", [[ONE], [ONE]], rows=_found("release", "released")),
        Case("a page is missing", [[both[1]]], rows=released[1:], missing=(1,)),
        Case("in small letters, wrapped", [[f" {ONE[:60].lower()}\r\n {ONE[60:]}\n"]], rows=_found("release", "released")),
    ]


def stamped() -> list[Case]:
    """What is genuine, by what its stamp says."""
    return [
        Case("a specimen", [[seal(statement(stamp=replace(STAMP, specimen=True)))]], rows=_all("specimen", "specimen")),
        Case(
            "of the stub",
            [[seal(statement(stamp=replace(STAMP, authority="acros-stub", specimen=True)), "stub")]],
            rows=_all("specimen", "specimen"),
        ),
        Case(
            "authorized to deliver only",
            [[seal(statement(stamp=replace(STAMP, act=Act.DELIVER)))]],
            rows=_found("not-released", "other-act"),
        ),
        Case(
            "authorized to move in bond only",
            [[seal(statement(stamp=replace(STAMP, act=Act.IN_BOND)))]],
            rows=[*((place, "not-released", "in-bond") for place in (1, 2, 3)), (4, "not-released", "removed")],
        ),
        Case("a status without a release", [[seal(statement(*FOUR[1:], stamp=replace(STAMP, act=Act.STATUS)))]], rows=REST),
        Case(
            "sealed while its key was valid",
            [[seal(statement(stamp=replace(STAMP, at=NOW - 20 * DAY)), "expired")]],
            rows=_found("release", "released"),
        ),
        Case(
            "stamped five minutes ahead of this clock",
            [[seal(statement(stamp=replace(STAMP, at=NOW + timedelta(minutes=5))))]],
            rows=_found("release", "released"),
        ),
        Case(
            "letters of two languages",
            [[seal(statement(client="Déménagements Zoé — «Æ» 運送"))]],
            rows=_found("release", "released"),
        ),
        Case("a keyed number", [[seal(statement(row(1, keyed=True)))]], rows=[(1, "release", "released")]),
    ]


def _all(outcome: str, why: str) -> list[tuple[int, str, str]]:
    return [(place, outcome, why) for place in (1, 2, 3, 4)]


def withdrawn() -> list[Case]:
    """What is genuine, and not to be released on, or not without asking."""
    held, alone = [(1, "held", "held")], [[seal(SHORT)]]
    return [
        Case("on hold by its CCN", [[ONE]], ("ccn held",), rows=_found("held", "held")),
        Case("on hold, in small letters and framed by stars", _single("*xxxx0000012345*", "ccn"), ("ccn held",), rows=held),
        Case("on hold by its transaction number", alone, ("transaction held",), rows=held),
        Case(
            "on hold, fourteen digits without a hyphen", _single("99999001495785", "transaction"), ("transaction held",), rows=held
        ),
        Case("on hold in the other sense of fourteen digits", _single("99999001495785", "ccn"), ("transaction held",), rows=held),
        Case(
            "on hold as a CCN, released as a transaction",
            _single("99999001495785", "transaction"),
            ("fourteen digits held as a ccn",),
            rows=held,
        ),
        Case("a hyphen is data in a CCN", _single("XXXX-0000012345", "ccn"), ("ccn held",), rows=[(1, "release", "released")]),
        Case(
            "a row that is not released is not called held",
            [[seal(statement(row(1, "NR")))]],
            ("ccn held",),
            rows=[(1, "not-released", "not-released")],
        ),
        Case("another station knows of a hold", [[ONE]], ("clear", "other station holds"), rows=_found("held", "held")),
        Case("only another station's list, which holds it", [[ONE]], ("other station holds",), rows=_found("held", "held")),
    ]


def listed() -> list[Case]:
    """What is genuine, by the lists that are at hand."""
    return [
        Case("no list", [[ONE]], (), rows=_found("ask", "no-list")),
        Case("only the list of another station", [[ONE]], ("other station",), rows=_found("ask", "no-list")),
        Case(
            "another station's sheet",
            [[seal(statement(sheet="M2XB.000009"), "m2xb")]],
            ("clear", "other station"),
            rows=_found("release", "released"),
        ),
        Case(
            "a sheet is judged by the station of its key, not of its number",
            [[seal(statement(), "m2xb")]],
            ("clear",),
            rows=_found("ask", "no-list"),
        ),
        Case("a list as old as the limit", [[ONE]], ("at the limit",), rows=_found("release", "released")),
        Case("a list older than the limit", [[ONE]], ("too old",), rows=_found("ask", "old-list")),
        Case("an old list still holds", [[ONE]], ("too old, held",), rows=_found("held", "held")),
        Case("voided", [[ONE]], ("voided",), "withdrawn"),
        Case("voided, by an old list", [[ONE]], ("too old, voided",), "withdrawn"),
        Case("voided, by another station's list", [[ONE]], ("clear", "other station voids"), "withdrawn"),
    ]


def forged() -> list[Case]:
    """What somebody made, or made of it."""
    far = replace(STAMP, at=NOW + timedelta(minutes=5, microseconds=1))
    return [
        Case("no seal at all", [], forged="no-seal"),
        Case("pages without a seal", [[], []], forged="no-seal"),
        Case("a page without a seal beside one that has it", [[ONE], []], forged="page-without-seal"),
        *(Case(f"altered: {what}", [[text]], forged="bad-signature") for what, text in _altered().items()),
        Case("sealed by a key that nobody knows", [[seal(statement(), "forger")]], forged="unknown-key"),
        Case("sealed by a forger under a trusted key's id", [[_under_anothers_id()]], forged="bad-signature"),
        Case("sealed after its key had expired", [[seal(statement(), "expired")]], forged="key-expired"),
        Case("sealed by a key of the future", [[seal(statement(), "future")]], forged="key-not-yet-valid"),
        Case("sealed by a key that was revoked since", [[seal(statement(), "revoked")]], forged="key-revoked"),
        Case(
            "sealed before a revocation that came later",
            [[seal(statement(stamp=replace(STAMP, at=NOW - 9 * DAY)), "revoked")]],
            forged="key-revoked",
        ),
        Case("the stub under a real authority's name", [[seal(statement(), "stub")]], forged="other-authority"),
        Case("stamped in the future", [[seal(statement(stamp=far))]], forged="from-the-future"),
        Case(
            "a page of another sheet",
            [[seal(statement(pages=2))], [seal(statement(sheet="K7QD.000124", pages=2, page=2))]],
            forged="mixed-sheets",
        ),
        Case(
            "a page of another stamping",
            [[seal(statement(pages=2))], [seal(statement(stamp=replace(STAMP, at=STAMP.at - HOUR), pages=2, page=2))]],
            forged="mixed-sheets",
        ),
        Case("a page twice, with two contents", [[ONE], [seal(statement(row(1)))]], forged="page-twice"),
        *(Case(f"not whole: {what}", [[text]], forged=code) for what, (text, code) in _broken().items()),
        *(Case(f"another kind of value: {what}", [[text]], forged="malformed") for what, text in _mistyped().items()),
        Case("a hold list in place of a seal", [[LISTS["clear"]]], forged="not-a-seal"),
        Case(
            "a hold list that calls itself a seal", [[SEAL_PREFIX + LISTS["clear"].removeprefix(HOLDS_PREFIX)]], forged="malformed"
        ),
        Case("a sheet number in place of a seal", [["K7QD.000123"]], forged="not-a-seal"),
    ]


def _altered() -> dict[str, str]:
    """The page with something else in it, under the signature that it had."""
    first = FOUR[0]
    pages = {
        "mark": statement(*FOUR[:1], replace(FOUR[1], mark="R"), *FOUR[2:]),
        "number": statement(replace(first, number="XXXX0000012346"), *FOUR[1:]),
        "date": statement(stamp=replace(STAMP, at=STAMP.at + DAY)),
        "time of an answer": statement(replace(first, as_of=STAMP.at), *FOUR[1:]),
        "office": statement(stamp=replace(STAMP, office="0497")),
        "badge": statement(stamp=replace(STAMP, badge="54321")),
        "authority": statement(stamp=replace(STAMP, authority="acros-stub")),
        "client": statement(client="Another Ltd."),
        "sheet": statement(sheet="K7QD.000999"),
        "specimen": statement(stamp=replace(STAMP, specimen=True)),
        "a row added": statement(*FOUR, row(5, number="XXXX0000099999")),
        "a row removed": statement(*FOUR[:3]),
        "the pages' count": statement(pages=2),
    }
    return {what: joined(ONE, payload=parts(message_of(seal(page)))[2]) for what, page in pages.items()}


def _under_anothers_id() -> str:
    return joined(seal(statement(), "forger"), protected=parts(message_of(ONE))[1])


def _broken() -> dict[str, tuple[str, str]]:
    """The text cut off, grown, or said in another way."""
    message = message_of(ONE)
    _, protected, payload, signature = parts(message)
    other_shape = as_text(SEAL_PREFIX, sign1(test_key("k7qd"), encode([1, "K7QD.000123"]))).decode()
    other_version = as_text(SEAL_PREFIX, sign1(test_key("k7qd"), encode([2, *decode(payload)[1:]]))).decode()
    return {
        "cut after a third": (ONE[: len(ONE) // 3 // 8 * 8 + 4 + 2], "malformed"),
        "cut to an impossible length": (ONE[: len(ONE) // 8 * 8 + 4 - 8 + 1], "truncated"),
        "its first half twice": (ONE[:204] + ONE[4:204], "malformed"),
        "bytes after the end": (as_text(SEAL_PREFIX, message + b"\0").decode(), "malformed"),
        "one letter that base32 has not": (f"{ONE[:50]}1{ONE[51:]}", "truncated"),
        "an unprotected header": (joined(ONE, unprotected={4: b"12345678"}), "malformed"),
        "a message without its tag": (as_text(SEAL_PREFIX, encode([protected, {}, payload, signature])).decode(), "malformed"),
        "a payload of another shape": (other_shape, "malformed"),
        "a payload of a version to come": (other_version, "malformed"),
        "the prefix alone": (SEAL_PREFIX, "malformed"),
    }


def _mistyped() -> dict[str, str]:
    """Sealed by a trusted key, with a value of a kind that stands in no statement."""
    payload = parts(message_of(ONE))[2]

    def sealed(value: object, *where: int) -> str:
        values = inner = decode(payload)
        for at in where[:-1]:
            inner = inner[at]
        inner[where[-1]] = value
        return as_text(SEAL_PREFIX, sign1(test_key("k7qd"), encode(values))).decode()

    return {
        "the sheet as bytes": sealed(b"K7QD.000123", 1),
        "the page as true": sealed(True, 2),
        "the pages as text": sealed("1", 3),
        "the pages as a fraction": sealed(1.5, 3),
        "more pages than any sheet has": sealed(10_000, 3),
        "the client as nothing": sealed(None, 4),
        "the authority as bytes": sealed(AUTHORITY.encode(), 5, 1),
        "the badge as a number": sealed(12345, 5, 3),
        "the specimen as a number": sealed(0, 5, 5),
        "the checkpoint as a tagged text": sealed(CBORTag(39, "17-0123456789ab"), 6),
        "a place as true": sealed(True, 7, 0, 0),
        "a number as bytes": sealed(b"XXXX0000012345", 7, 0, 2),
        "an office as bytes": sealed(b"0497", 7, 0, 5),
        "a reason as bytes": sealed(b"torn label", 7, 3, 7),
        "the header with another number for its algorithm": _headed({1.0: -19, 4: parts(message_of(ONE))[0]}),
        "the header in another order": _headed({4: parts(message_of(ONE))[0], 1: -19}),
    }


def _headed(header: dict[float, object]) -> str:
    """The page under a header that says the same in another way, signed as it is."""
    protected, payload = dumps(header), parts(message_of(ONE))[2]
    signature = test_key("k7qd").private.sign(encode(["Signature1", protected, b"", payload]))
    return as_text(SEAL_PREFIX, encode(CBORTag(18, [protected, {}, payload, signature]))).decode()
