"""A sheet's rows for a terminal and for a program."""

from typing import Any

from kiosk.cli.terminal import Terminal
from kiosk.config import local
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Asked, Faulty, Line, QuerySheet, Removed, Row, Waiting
from kiosk.wording import could_not, mended, sheet_document


def document(terminal: Terminal, sheet: QuerySheet) -> dict[str, Any]:
    """The sheet as one JSON document. `error` is there when a row could not be asked: it then has no status (Q6)."""
    return sheet_document(terminal.words, sheet)


def table(terminal: Terminal, sheet: QuerySheet) -> None:
    """The sheet as a table: one line for each barcode."""
    head = [terminal.words.say(f"cli.column.{name}") for name in ("row", "number", "mark", "as-of", "reason")]
    terminal.table(head, [cells(terminal, sheet, place, row) for place, row in enumerate(sheet.rows, 1)])


def cells(terminal: Terminal, sheet: QuerySheet, place: int, row: Row) -> tuple[str, str, str, str, str]:
    """One row as five cells: place, number, mark in letter and word, as of, reason and advice."""
    words = terminal.words
    match row:
        case Line():
            mark = f"{row.answer.status:<4}{words.say(f'mark.{row.answer.status}')}"
            at = row.answer.as_of.astimezone(local(terminal.parts.settings.zone))
            return str(place), _number(row.asked, row), mark, f"{at:%H:%M:%S}", _reason(terminal, row, sheet)
        case Waiting():
            why = could_not(words, Unavailable("store", row.code))["message"]
            return str(place), row.asked.text, words.say("cli.waiting"), "", why
        case Faulty():
            return str(place), row.text or "", words.say("cli.faulty"), "", mended(words, row.refusal)
        case Removed():
            _, number, _, _, _ = cells(terminal, sheet, place, row.row)
            return str(place), number, words.say("mark.removed"), "", row.reason


def _number(asked: Asked, row: Line) -> str:
    return row.answer.reference.hri if len(asked.references) > 1 or asked.references[0] == row.answer.reference else asked.text


def _reason(terminal: Terminal, row: Line, sheet: QuerySheet) -> str:
    words = terminal.words
    advice = [words.say(f"advice.{code}", office=row.answer.office) for code in row.advice(sheet.header.office)]
    return "; ".join([words.say(f"reason.{row.answer.reason}"), *advice])
