"""What of the lots of a register is there: one line for each, so that the open ones are found among a million others (P3).

It follows from the entries alone, and is written with them; `rebuild` makes it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from kiosk.adapters.sql.database import Database, Transaction
from kiosk.core.journal import Entry
from kiosk.core.register import LOT, Lot, replay

_ENTRIES = "SELECT leaf FROM entries WHERE subject = :subject ORDER BY position"
_PUT = (
    "INSERT INTO lots (subject, sub_location, numbers, inside, due, differs)"
    " VALUES (:subject, :sub, :numbers, :inside, :due, :differs) ON CONFLICT (subject) DO UPDATE"
    " SET numbers = excluded.numbers, inside = excluded.inside, due = excluded.due, differs = excluded.differs"
)
_FORGET = "DELETE FROM lots"
_ALL = (
    "SELECT DISTINCT subject FROM entries"
    " WHERE subject >= 'lot/' AND subject < 'lot0' AND subject > :after ORDER BY subject LIMIT 1000"
)
_LINES = "SELECT subject, sub_location, numbers, inside, due, differs FROM lots WHERE subject > :after ORDER BY subject LIMIT 1000"
_OPEN = "SELECT due, subject FROM lots WHERE due > '' AND (due, subject) > (:due, :subject)"
_IN = " AND sub_location = :sub"
_COUNT = "SELECT count(*) FROM lots WHERE due > '' AND due < :before"
_NUMBERS = "SELECT subject, numbers FROM lots WHERE due > ''"
_DIFFERING = "SELECT subject FROM lots WHERE differs = 1"
_BEYOND: Final = "\U0010ffff"
"""After every day."""


def project(transaction: Transaction, entries: Iterable[Entry]) -> None:
    """Write the lines of the lots that entries, written already, are about."""
    subjects = sorted({entry.subject for entry in entries if entry.subject.startswith(LOT)})
    if subjects:
        transaction.run_many(_PUT, [_line(transaction, subject) for subject in subjects])


def rebuild(transaction: Transaction) -> None:
    """Make all lines again."""
    transaction.run(_FORGET)
    after = ""
    while subjects := [subject for (subject,) in transaction.rows(_ALL, after=after)]:
        transaction.run_many(_PUT, [_line(transaction, subject) for subject in subjects])
        after = subjects[-1]


def astray(transaction: Transaction) -> bool:
    """Whether a line does not say what its entries do, or there is one too many or too few."""
    after = ""
    while subjects := [subject for (subject,) in transaction.rows(_ALL, after=after)]:
        wanted = [tuple(_line(transaction, subject).values()) for subject in subjects]
        if wanted != [tuple(line) for line in transaction.rows(_LINES, after=after)]:
            return True
        after = subjects[-1]
    return bool(transaction.rows(_LINES, after=after))


@dataclass(frozen=True, slots=True)
class SqlLots:
    """The lots of a record. See `kiosk.ports.Lots`."""

    database: Database

    def open(self, most: int, sub_location: str = "", after: tuple[str, str] = ("", "")) -> tuple[tuple[str, str], ...]:
        """The lots of which something is there, the first to become due first."""
        condition, value = _within(sub_location)
        with self.database.reading() as transaction:
            values = {"due": after[0], "subject": after[1], "most": most, **value}
            rows = transaction.rows(f"{_OPEN}{condition} ORDER BY due, subject LIMIT :most", **values)
        return tuple((due, subject) for due, subject in rows)

    def count(self, sub_location: str = "", before: str = "") -> int:
        """How many there are that are due before a day."""
        condition, value = _within(sub_location)
        with self.database.reading() as transaction:
            return int(transaction.first(f"{_COUNT}{condition}", before=before or _BEYOND, **value)[0])

    def numbers(self, sub_location: str = "") -> tuple[tuple[str, str], ...]:
        """Their subjects, and the numbers of each."""
        condition, value = _within(sub_location)
        with self.database.reading() as transaction:
            return tuple((subject, numbers) for subject, numbers in transaction.rows(f"{_NUMBERS}{condition}", **value))

    def differing(self, most: int, sub_location: str = "") -> tuple[str, ...]:
        """The lots with a difference that nobody has settled."""
        condition, value = _within(sub_location)
        with self.database.reading() as transaction:
            rows = transaction.rows(f"{_DIFFERING}{condition} ORDER BY subject LIMIT :most", most=most, **value)
        return tuple(subject for (subject,) in rows)


def _within(sub_location: str) -> tuple[str, dict[str, str]]:
    return (_IN, {"sub": sub_location}) if sub_location else ("", {})


def _line(transaction: Transaction, subject: str) -> dict[str, Any]:
    """The line of a lot."""
    _, sub_location, number = subject.split("/", 2)
    lot = replay(sub_location, number, [Entry.decode(bytes(leaf)) for (leaf,) in transaction.rows(_ENTRIES, subject=subject)])
    numbers = " ".join(sorted(f"{kind}:{one}" for kind, one in lot.numbers))
    said = {"inside": lot.inside, "due": _day(lot), "differs": int(bool(lot.differences))}
    return {"subject": subject, "sub": sub_location, "numbers": numbers, **said}


def _day(lot: Lot) -> str:
    return lot.due.isoformat() if lot.due else ""
