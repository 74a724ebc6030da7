"""The Multiple Import Shipment Release Query sheet: a header, and rows that each got their mark (Q2, Q3).

A row is a `Line` (answered), a `Waiting` (could not ask yet), a `Faulty` (refused, or not read) or a `Removed`.
`QuerySheet.released` is the only door from a sheet to what it proves (Q9).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kiosk.core.answer import Answer, Status
from kiosk.core.faults import Refusal
from kiosk.core.reference import Reference, hints

MAX_ROWS = 500
_BARE = "no-barcode"
"""Why a page is a row of its own that could be drawn, and on which there is nothing."""


@dataclass(frozen=True, slots=True)
class Header:
    """The head of the form. `office` is the office of release, 4 digits."""

    office: str
    client_name: str = ""
    client_id: str = ""
    client_contact: str = ""


def check_legible(name: str, text: str, most: int = 100) -> None:
    """Refuse words that can't stand on paper and under a seal: control characters, broken ones, more than a line."""
    broken = next((character for character in text if not character.isprintable()), None)
    if broken is not None:
        raise Refusal("bad-text", name=name, expected="letters, digits, signs", got=f"{broken!a}")
    if len(text) > most:
        raise Refusal("long-text", name=name, expected=most, got=len(text))


@dataclass(frozen=True, slots=True)
class Where:
    """Where on the client's paper: `page` from 0, `box` x0, y0, x1, y1 in pixels of the page picture."""

    file: str
    page: int
    box: tuple[int, int, int, int]

    @property
    def whole(self) -> bool:
        """Whether it is the page as a whole: a box without an area."""
        x0, y0, x1, y1 = self.box
        return x0 >= x1 or y0 >= y1


@dataclass(frozen=True, slots=True)
class Asked:
    """One symbol of the client's paper, and what it can mean."""

    scan: str
    text: str
    """As it stands in the bars."""
    references: tuple[Reference, ...]
    keyed: bool = False
    """Typed by hand, and not scanned since: nothing vouches for it but the typist."""
    where: Where | None = None
    compared: bool = False
    """The number printed beside the bars could be read, and was the same."""
    before: tuple[str, ...] = ()
    """The scans that it had when it was still keyed."""


@dataclass(frozen=True, slots=True)
class Line:
    """An answered row."""

    asked: Asked
    answer: Answer

    @property
    def known_by(self) -> tuple[Reference, ...]:
        """Every number that its goods go by: all that its bars can mean, and the transactions of the answer."""
        transactions = (request.transaction for request in self.answer.requests)
        return (*self.asked.references, self.answer.reference, *(one for one in transactions if one is not None))

    def advice(self, office: str) -> tuple[str, ...]:
        """What the officer should know beyond the mark; codes with a sentence in each language (Q11)."""
        said = []
        if office and self.answer.office not in (None, office):
            said.append("other-office")
        if self.answer.also is not None:
            said.append("both-senses")
        if self.asked.keyed:
            said.append("keyed")
        if self.asked.where is not None and not self.asked.compared:
            said.append("not-compared")
        if self.answer.status is Status.NOT_ON_FILE:
            said.extend(hints(self.answer.reference))
        return tuple(said)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that could not be asked: `code` says why. It has no mark at all (Q6)."""

    asked: Asked
    code: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row that goes back to the client: not read, or refused (Q4, Q7). `text` is None where no text was read."""

    scan: str
    text: str | None
    refusal: Refusal
    where: Where | None = None

    @property
    def pictured(self) -> bool:
        """Whether there is a picture to show: of its place, or of a page without a barcode. No other can be drawn."""
        return self.where is not None and (not self.where.whole or self.refusal.fields.get("why") == _BARE)


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that the officer took off, with his reason; it stays on the sheet, struck out."""

    row: Line | Waiting | Faulty
    reason: str


Row = Line | Waiting | Faulty | Removed


def row_text(row: Row) -> str:
    """What stands in the row's bars; empty where they were not read."""
    match row:
        case Line() | Waiting():
            return row.asked.text
        case Faulty():
            return row.text or ""
        case _:
            return row_text(row.row)


def scans_of(row: Row) -> tuple[str, ...]:
    """The scans that a row is made of, the newest first."""
    match row:
        case Line() | Waiting():
            return row.asked.scan, *row.asked.before
        case Faulty():
            return (row.scan,)
        case _:
            return scans_of(row.row)


@dataclass(frozen=True, slots=True)
class QuerySheet:
    """A query sheet: its number, its header and its rows, which people count from 1."""

    number: str
    header: Header
    rows: tuple[Row, ...] = ()
    stamped: bool = False
    """Closed: nothing can be added or stamped again."""
    voided: str = ""
    """Why a supervisor took its proof back; empty while it holds."""
    in_bond: bool = False
    """Its stamp authorizes a move in bond: that releases nothing."""
    unread: frozenset[str] = frozenset()
    """The forms (by digest) that came as files and were not read to their end: what they say is not all here."""
    entries: int = field(default=0, compare=False)
    """How many entries of the record made it what it is: with another number there, somebody else was at it."""

    def admit(self, text: str, references: tuple[Reference, ...]) -> None:
        """Refuse a number that the sheet holds already, however it is written there."""
        for place, row in enumerate(self.rows, 1):
            if isinstance(row, Line | Waiting) and row.asked.references[:1] == references[:1]:
                raise Refusal("repeat", row=len(self.rows) + 1, of=place, got=text)

    def keyed(self, references: tuple[Reference, ...]) -> Asked | None:
        """The row that was typed by hand for a number that is now scanned."""
        asked = (row.asked for row in self.rows if isinstance(row, Line | Waiting) and row.asked.keyed)
        return next((one for one in asked if one.references[:1] == references[:1]), None)

    def check_open(self) -> None:
        """Refuse to touch a sheet that has been stamped."""
        if self.stamped:
            raise Refusal("stamped-already", got=self.number)

    def check_room(self, more: int) -> None:
        """Refuse more rows than a sheet can have, before any of them is taken."""
        self.check_open()
        if len(self.rows) + more > MAX_ROWS:
            raise Refusal("sheet-full", expected=MAX_ROWS, got=len(self.rows) + more)

    @property
    def scans(self) -> frozenset[str]:
        """The scans that the sheet holds already: sent twice, a scan counts once."""
        return frozenset(scan for row in self.rows for scan in scans_of(row))

    @property
    def waiting(self) -> tuple[Asked, ...]:
        """What has not been answered yet."""
        return tuple(row.asked for row in self.rows if isinstance(row, Waiting))

    def add(self, row: Row) -> "QuerySheet":
        """The sheet with one row more."""
        return replace(self, rows=(*self.rows, row))

    def put(self, place: int, row: Row) -> "QuerySheet":
        """The sheet with another row at a place (from 1)."""
        return replace(self, rows=(*self.rows[: place - 1], row, *self.rows[place:]))

    def remove(self, place: int, reason: str) -> "QuerySheet":
        """The sheet with a row (from 1) struck out."""
        self.check_open()
        if not 1 <= place <= len(self.rows):
            raise Refusal("no-such-row", expected=f"1 - {len(self.rows)}", got=place)
        row = self.rows[place - 1]
        if isinstance(row, Removed):
            raise Refusal("removed-already", row=place)
        if not reason.strip():
            raise Refusal("no-reason", row=place)
        check_legible("reason", reason.strip())
        return self.put(place, Removed(row, reason.strip()))

    @property
    def lines(self) -> Iterator[tuple[int, Line]]:
        """The answered rows with their places."""
        return ((place, row) for place, row in enumerate(self.rows, 1) if isinstance(row, Line))

    @property
    def released(self) -> tuple[Line, ...]:
        """The answered R lines: all that a proof proves (Q9); none under a stamp for a move in bond."""
        return () if self.in_bond else tuple(line for _, line in self.lines if line.answer.status is Status.RELEASED)

    @property
    def unconfirmed(self) -> tuple[int, ...]:
        """The places of the R rows that were only typed: a wrong digit would release other goods."""
        return tuple(place for place, line in self.lines if line.asked.keyed and line.answer.status is Status.RELEASED)

    @property
    def count(self) -> dict[Status, int]:
        """How many lines have each mark."""
        marks = [line.answer.status for _, line in self.lines]
        return {status: marks.count(status) for status in Status}

    @property
    def faults(self) -> tuple[int, ...]:
        """The places of the rows that go back to the client."""
        return tuple(place for place, row in enumerate(self.rows, 1) if isinstance(row, Faulty))

    @property
    def hindrances(self) -> tuple[tuple[int, Refusal], ...]:
        """Every row that forbids the stamp, with its reason: not read, refused, not answered."""
        found = []
        for place, row in enumerate(self.rows, 1):
            if isinstance(row, Faulty):
                found.append((place, row.refusal))
            elif isinstance(row, Waiting):
                found.append((place, Refusal("could-not-ask", why=row.code, got=row.asked.text)))
        return tuple(found)

    def check_stampable(self) -> None:
        """Refuse to stamp a sheet with an open row or a form not read to its end, with none answered, or a second time."""
        self.check_open()
        if self.hindrances:
            places = ", ".join(str(place) for place, _ in self.hindrances)
            raise Refusal("not-stampable", rows=places)
        if self.unread:
            raise Refusal("form-unread", forms=len(self.unread))
        if not any(True for _ in self.lines):
            raise Refusal("nothing-to-stamp")

    def pages(self, rows_per_page: int) -> tuple[tuple[tuple[int, Row], ...], ...]:
        """The rows with their places, divided into pages; at least one page."""
        numbered = tuple(enumerate(self.rows, 1))
        cuts = range(0, max(len(numbered), 1), rows_per_page)
        return tuple(numbered[cut : cut + rows_per_page] for cut in cuts)
