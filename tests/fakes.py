"""Fakes of the outside world, driven from the world's side: a test files a release, takes the store down, lets time pass."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.scan import Scan, Symbology
from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.ed25519.cose import SigningKey, kid_of
from kiosk.core.answer import Answer, Reason
from kiosk.core.endorsement import Draft
from kiosk.core.faults import Forged, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.journal import Entry
from kiosk.core.notice import Notice, Notices
from kiosk.core.proof import Statement
from kiosk.core.reference import CCN, Reference, TransactionNumber
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Stamp
from kiosk.core.trust import TrustedKey, TrustList
from kiosk.ports import Fault, Journal

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AUTHORITY = "fake-store"


def transaction(number: str) -> TransactionNumber:
    """A transaction number in 14 digits, or 5-9.

    >>> transaction("99999-001495788") == transaction("99999001495788")
    True
    """
    digits = number.replace("-", "")
    return TransactionNumber(digits[:5], digits[5:])


def ccn(number: str) -> CCN:
    """A cargo control number."""
    return CCN(number[:4], number[4:])


@dataclass
class FakeClock:
    """A clock that stands still until time is let pass."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def let_pass(self, **by: float) -> None:
        """Time goes by; with a negative amount somebody sets the clock back."""
        self.now += timedelta(**by)


@dataclass
class FakeStore:
    """A release system: what is on file is put there from outside, and it can fail, or change its mind after an answer."""

    clock: Callable[[], datetime]
    authority: str = AUTHORITY
    asked: list[tuple[Reference, ...]] = field(default_factory=list)
    """Every question that came, the ones that got no answer too."""
    given: list[tuple[Answer, ...]] = field(default_factory=list)
    """Every answer that went out."""
    _on_file: dict[Reference, Answer] = field(default_factory=dict)
    _down: str | None = None
    _next: list[Callable[[], None]] = field(default_factory=list)
    _bend: Callable[[tuple[Answer, ...]], tuple[Answer, ...]] = tuple
    _late: timedelta = timedelta()
    _notices: list[Notice] = field(default_factory=list)

    def refer(self, event: str, *numbers: Reference) -> Notice:
        """Goods are referred for exam, and the store tells so from now on."""
        self._notices.append(Notice(event, self.clock(), numbers))
        return self._notices[-1]

    def holds(self, after: int) -> Notices:
        """Two notices at a time, or `Unavailable`."""
        if self._down:
            raise Unavailable("store", self._down, "as told by the test")
        some = tuple(self._notices[after : after + 2])
        return Notices(some, after + len(some), after + len(some) >= len(self._notices))

    def put(self, reference: Reference, reason: Reason = Reason.RELEASED, office: str = "0453") -> None:
        """A decision comes on file, and replaces what was there for this reference."""
        released = self.clock() - timedelta(hours=1) if reason is Reason.RELEASED else None
        self._on_file[reference] = Answer(reference, reason, self.clock(), office, released)

    def forget(self, reference: Reference) -> None:
        """It was never on file."""
        self._on_file.pop(reference, None)

    def down(self, code: str = "down") -> None:
        """It stops answering."""
        self._down = code

    def up(self) -> None:
        """It answers again."""
        self._down = None

    def after_next(self, happens: Callable[[], None]) -> None:
        """Something happens in the world just after the next question was answered."""
        self._next.append(happens)

    def bend(self, how: Callable[[tuple[Answer, ...]], tuple[Answer, ...]]) -> None:
        """From now on its answers are put out of shape: swapped, cut short, another number's."""
        self._bend = how

    def behind(self, **by: float) -> None:
        """Its answers are as of some time ago."""
        self._late = timedelta(**by)

    def ask(self, references: Sequence[Reference]) -> tuple[Answer, ...]:
        """One answer for each reference, or `Unavailable`."""
        self.asked.append(tuple(references))
        if self._down:
            raise Unavailable("store", self._down, "as told by the test")
        answers = self._bend(tuple(map(self._answer, references)))
        self.given.append(answers)
        happenings, self._next = self._next, []
        for happens in happenings:
            happens()
        return answers

    def _answer(self, reference: Reference) -> Answer:
        as_of = self.clock() - self._late
        known = self._on_file.get(reference)
        return replace(known, as_of=as_of) if known else Answer(reference, Reason.NOT_ON_FILE, as_of)


@dataclass
class FakePaper:
    """Paper whose print is JSON, so that a test can read what was drawn. `while_drawing` happens before a sheet is done."""

    rows_per_page: int = 20
    while_drawing: Callable[[], None] = lambda: None

    def sheet(
        self,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        *,
        copy: int = 0,
        void: str = "",
        mark: str = "",
    ) -> bytes:
        """The stamped sheet."""
        self.while_drawing()
        pages = [seal.decode() for seal in seals]
        said = {"sheet": sheet.number, "rows": len(sheet.rows), "badge": stamp.badge, "seals": pages, "checkpoint": checkpoint}
        return _ink(**said, **{name: value for name, value in (("copy", copy), ("void", void), ("mark", mark)) if value})

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip."""
        rows = [{"row": f.row, "text": f.text, "code": f.code, **f.fields, "cutout": f.cutout is not None} for f in faults]
        return _ink(office=header.office, faults=rows, at=at.isoformat())

    def form(self, header: Header, numbers: Sequence[str], symbology: str, blank_rows: int) -> bytes:
        """The form."""
        return _ink(office=header.office, numbers=list(numbers), symbology=symbology, blank_rows=blank_rows)


def _ink(**said: Any) -> bytes:
    return json.dumps(said, sort_keys=True).encode()


@dataclass
class FakeSlips:
    """Slips that are kept here; `broken` is the code of what is wrong with their printer."""

    given: list = field(default_factory=list)
    broken: str = ""

    def give(self, slip):
        """Keep it."""
        if self.broken:
            raise Unavailable("receipt", self.broken)
        self.given.append(slip)
        return f"slip {len(self.given)}"


@dataclass(frozen=True)
class FakeSigner:
    """A signature that is a line at the end."""

    def sign(self, pdf: bytes, at: datetime) -> bytes:
        """The signed file."""
        return pdf + f"\nsigned {at.isoformat()}".encode()

    def fill(self, draft: Draft, original: bytes, at: datetime) -> bytes:
        """The draft, signed."""
        return self.sign(draft.pdf, at)


@dataclass
class FakeSeal:
    """A seal that remembers what it sealed; it knows no other."""

    _sealed: dict[bytes, Statement] = field(default_factory=dict)

    def seal(self, statement: Statement) -> bytes:
        """The statement under a number."""
        text = f"FAKE.{len(self._sealed)}".encode()
        self._sealed[text] = statement
        return text

    def open(self, seal: bytes) -> Statement:
        """The statement that was sealed, or `Forged`."""
        if seal not in self._sealed:
            raise Forged("bad-signature")
        return self._sealed[seal]

    def hold_list(self, holds: HoldList) -> bytes:
        """The list in words that a test can read."""
        return f"FAKE {holds.serial} {holds.issued_at.isoformat()} {holds.numbers.hex()} {holds.sheets.hex()}".encode()

    def opened(self, seal: bytes) -> tuple[Statement, str]:
        """The statement, and the station that its sheet's number begins with."""
        statement = self.open(seal)
        return statement, statement.sheet.partition(".")[0]


@dataclass
class FakeShelf:
    """Where a hold list lies, in memory."""

    text: bytes | None = None

    def publish_holds(self, text: bytes) -> None:
        """Put it there."""
        self.text = text

    def published_holds(self) -> bytes | None:
        """The newest."""
        return self.text


@dataclass
class Fragile:
    """A real record that can be made to fail, and to which others write at the worst moment."""

    real: Journal
    healthy: int | None = None
    """How many appends succeed before the disk is full; None: all."""
    before_append: Callable[[Sequence[Entry]], None] = lambda entries: None

    def append(
        self,
        entries: Sequence[Entry],
        documents: Mapping[str, bytes] | None = None,
        after: Mapping[str, int] | None = None,
    ) -> int:
        """As the real one does, unless the disk is full."""
        self.before_append(entries)
        if self.healthy is not None:
            if not self.healthy:
                raise Unavailable("journal", "disk-full", "as told by the test")
            self.healthy -= 1
        return self.real.append(entries, documents, after)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


_serial = count(1)


def scan(text: str, *printed: str, **more: Any) -> Scan:
    """A scan of Code 128 with a number of its own, and the words printed beside it.

    >>> scan("99999001495788", keyed=True).keyed
    True
    """
    values = {"id": f"scan-{next(_serial)}", "source": "fake-scanner", "at": NOON, "symbology": Symbology.CODE128}
    return Scan(**(values | {"text": text, "raw": text.encode(errors="replace"), "printed": printed} | more))


def trusted(seed: int = 1, **more: Any) -> tuple[SigningKey, TrustedKey]:
    """A real sealing key, the same for the same seed, and its line on a trust list, valid for a year around noon."""
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))
    year = timedelta(days=365)
    values = {"authority": AUTHORITY, "station": "K7QD", "not_before": NOON - year, "not_after": NOON + year}
    return key, TrustedKey(kid_of(key.public), key.public, **(values | more))


def real_seal(seed: int = 1, **more: Any) -> Ed25519Seal:
    """A real seal that trusts its own key alone."""
    key, line = trusted(seed, **more)
    return Ed25519Seal(TrustList(1, NOON, (line,)), key)
