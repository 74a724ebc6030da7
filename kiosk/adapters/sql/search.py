"""Statements that find entries quickly, at a million of them: by time, by subject, by the words of a name.

Times never go back in the record, so that a span of time is a span of positions; every other search is narrowed by those.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from kiosk.adapters.sql.database import Transaction
from kiosk.adapters.sql.leaves import column, name_of, number_of, stamp_of
from kiosk.core.faults import Refusal

_SPAN = "SELECT position, leaf FROM entries WHERE position >= :low AND position < :high ORDER BY position"
_NOT_BEFORE = "SELECT position FROM entries WHERE at >= :at ORDER BY at, position LIMIT 1"
_END = "SELECT coalesce(max(position) + 1, 0) FROM entries"
_TALLY = "SELECT subject, count(*) FROM entries WHERE kind = :kind AND position >= :low GROUP BY subject"
_NAMED = (
    "SELECT position, leaf FROM entries WHERE position IN"
    " (SELECT DISTINCT position FROM mentions WHERE number >= :name0 AND number < :beyond0 ORDER BY position DESC LIMIT :most)"
    " ORDER BY position DESC"
)
_SUBJECTS = "SELECT subject FROM entries WHERE kind = :kind"
_NEWEST_FIRST = "ORDER BY position DESC LIMIT :most"
_MENTIONING = "SELECT subject FROM entries JOIN mentions ON mentions.position = entries.position WHERE number = :number"
_NAMES = "SELECT position FROM mentions WHERE"
"""Looked for by `position + 0`, which no index has: SQLite would else try every position with every subject that is wanted."""
_TOUCHED = "SELECT subject FROM entries WHERE position >= :low AND position < :high"
_HOLDING: Final = {
    False: "SELECT position, leaf FROM entries WHERE kind = :kind AND instr(leaf, :part) > 0 ORDER BY position",
    True: "SELECT position, leaf FROM entries WHERE kind = :kind AND position(:part IN leaf) > 0 ORDER BY position",
}
_LAST: Final = "\U0010ffff"
"""No text goes on with it: what begins with a word comes before the word with this at its end."""


def end(transaction: Transaction) -> int:
    """How many entries there are."""
    return int(transaction.first(_END)[0])


def not_before(transaction: Transaction, at: datetime) -> int:
    """The position of the first entry of a time or later; the end where there is none."""
    row = transaction.first(_NOT_BEFORE, at=stamp_of(at))
    return int(row[0]) if row else end(transaction)


def span(transaction: Transaction, low: int, high: int) -> Sequence[Any]:
    """Positions and leaves from `low` to before `high`."""
    return transaction.rows(_SPAN, low=low, high=high)


def named(transaction: Transaction, beginning: str, most: int) -> Sequence[Any]:
    """Positions and leaves that speak of a word with this beginning, newest first."""
    return transaction.rows(_NAMED, **_beginning(beginning), most=most)


def holding(transaction: Transaction, kind: str, part: bytes) -> Sequence[Any]:
    """Positions and leaves of a kind in whose bytes these stand; every one of that kind is looked through."""
    return transaction.rows(_HOLDING[transaction.postgresql], kind=kind, part=part)


def tally(transaction: Transaction, kind: str, low: int) -> dict[str, int]:
    """How many entries of a kind each subject has from a position on."""
    return dict(transaction.rows(_TALLY, kind=kind, low=low))


def subjects(transaction: Transaction, kind: str, wanted: Iterable[tuple[str, dict[str, Any]]], most: int) -> list[str]:
    """The subjects with an entry of a kind that fit all that is wanted; newest first."""
    conditions, values = [_SUBJECTS], dict[str, Any]()
    for condition, meant in wanted:
        conditions.append(condition)
        values |= meant
    rows = transaction.rows(f"{' AND '.join(conditions)} {_NEWEST_FIRST}", kind=kind, most=most, **values)
    return [subject for (subject,) in rows]


def wanted(
    subject: str | None, number: str | None, names: Sequence[str], badge: str | None, span: tuple[int, int] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A condition, and its values, for each thing that is wanted: names of the entry itself, all else of any of its subject's."""
    if subject is not None:
        yield "subject = :subject", {"subject": column(subject)}
    if number is not None:
        yield f"subject IN ({_MENTIONING})", {"number": number_of(number)}
    for n, name in enumerate(names):
        yield f"position + 0 IN ({_NAMES} number >= :name{n} AND number < :beyond{n})", _beginning(name, n)
    if badge is not None:
        yield 'subject IN (SELECT subject FROM entries WHERE "by" = :badge)', {"badge": column(badge)}
    if span is not None:
        yield f"subject IN ({_TOUCHED})", {"low": span[0], "high": span[1]}


def on_day(day: str) -> dict[str, str]:
    """From the day to before the next: T follows a date in a time, and U follows T."""
    try:
        begins = date.fromisoformat(day)
    except ValueError as error:
        raise Refusal("not-a-day", expected="a day like 2026-11-22", got=day) from error
    return {"begin": f"{begins}T", "end": f"{begins}U"}


def _beginning(word: str, n: int = 0) -> dict[str, Any]:
    name = name_of(word)
    return {f"name{n}": name, f"beyond{n}": name + _LAST}
