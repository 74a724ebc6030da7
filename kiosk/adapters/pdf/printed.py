"""What a row says on paper: plain text in both languages, with nothing left to decide for whoever draws it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from kiosk.core.answer import Answer, Status
from kiosk.core.reference import plain
from kiosk.core.sheet import Line, Removed, Row, row_text
from kiosk.words import LANGUAGES, Language, words

Marked = Literal["R", "NR", "N/A", "removed"]


@dataclass(frozen=True, slots=True)
class Printed:
    """One row. `status` is None for a removed row, which has no bars either: nobody is to scan it for a live one."""

    place: int
    number: str
    bars: str | None
    flags: tuple[str, ...]
    status: Status | None
    told: tuple[str, ...]


def printed(place: int, row: Row, office: str, zone: tzinfo) -> Printed:
    """What an answered or a removed row says on a sheet of this office."""
    match row:
        case Line():
            told = (local(row.answer.as_of, zone), *both(f"reason.{row.answer.reason}"))
            bars = plain(row.asked.text)
            return Printed(place, row.answer.reference.hri, bars, _flags(row, office), row.answer.status, told)
        case Removed():
            return Printed(place, row_text(row), None, (), None, (f"{slashed('mark.removed')}: {row.reason}",))
        case _:
            raise AssertionError(f"row {place} has no answer and is not removed: {row}")


def both(key: str, **fields: object) -> tuple[str, ...]:
    """A sentence in English and in French."""
    return tuple(words(language).say(key, **fields) for language in LANGUAGES)


def slashed(key: str, **fields: object) -> str:
    """A sentence in both languages on one line; once, where they agree."""
    return " / ".join(dict.fromkeys(both(key, **fields)))


def local(at: datetime, zone: tzinfo) -> str:
    """A time as it is printed: of the office's zone, with its distance from UTC, so that it is never in doubt."""
    there = at.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M:%S} {offset(there)}"


def offset(there: datetime) -> str:
    """The distance from UTC, as in ISO 8601: -05:00."""
    return there.isoformat()[-6:]


def office_name(code: str) -> str:
    """An office as it is printed: 453."""
    return code.removeprefix("0") if len(code) == 4 else code


def marks(rows: tuple[tuple[int, Row], ...]) -> dict[Marked, int]:
    """How many rows have each mark."""
    counted: dict[Marked, int] = {"R": 0, "NR": 0, "N/A": 0, "removed": 0}
    for _, row in rows:
        counted["removed" if not isinstance(row, Line) else row.answer.status.value] += 1
    return counted


def _flags(row: Line, office: str) -> tuple[str, ...]:
    """What must be known beside the number, a line in each language; none where there is nothing."""
    said = [" · ".join(_flagged(language, row, office)) for language in LANGUAGES]
    return tuple(said) if any(said) else ()


def _flagged(language: Language, row: Line, office: str) -> list[str]:
    say, advice, flagged = words(language).say, row.advice(office), []
    if "keyed" in advice:
        flagged.append(say("paper.keyed"))
    if "other-office" in advice:
        flagged.append(say("paper.office", office=office_name(row.answer.office or "")))
    if row.answer.also is not None:
        flagged.append(_also(language, row.answer.also))
    if "not-compared" in advice:
        flagged.append(say("paper.not-compared"))
    return flagged


def _also(language: Language, also: Answer) -> str:
    kind = words(language).say(f"paper.kind.{also.reference.kind}")
    return words(language).say("paper.also", kind=kind, mark=also.status)
