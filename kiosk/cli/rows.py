"""A sheet's rows for a terminal and for a program."""

from typing import Any

from kiosk.cli.terminal import Terminal, could_not
from kiosk.config import local
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.sheet import Asked, Faulty, Line, QuerySheet, Removed, Row, Waiting, Where


def document(terminal: Terminal, sheet: QuerySheet) -> dict[str, Any]:
    """The sheet as one JSON document. `error` is there when a row could not be asked: it then has no status (Q6)."""
    rows = [row_document(terminal, sheet, place, row) for place, row in enumerate(sheet.rows, 1)]
    error = next((row["error"] for row in rows if row["error"]), None)
    return {"sheet": sheet.number, "rows": rows, "error": error}


def row_document(terminal: Terminal, sheet: QuerySheet, place: int, row: Row) -> dict[str, Any]:
    """One row; every name is in every row."""
    empty = dict.fromkeys(("text", "status", "as_of", "reason", "refusal", "error", "file", "page", "box"))
    bare: dict[str, Any] = {
        "row": place,
        **empty,
        "number": None,
        "kind": None,
        "office": None,
        "released_at": None,
        "advice": [],
        "removed": None,
    }
    match row:
        case Line():
            return bare | _where(row.asked.where) | _line(row, sheet)
        case Waiting():
            error = could_not(terminal.words, Unavailable("store", row.code))
            return bare | _where(row.asked.where) | {"text": row.asked.text, "error": error}
        case Faulty():
            said = {"code": row.refusal.code, "message": terminal.why(row.refusal), "fields": row.refusal.fields}
            return bare | _where(row.where) | {"text": row.text, "refusal": said}
        case Removed():
            return row_document(terminal, sheet, place, row.row) | {"removed": row.reason, "status": None}


def _line(row: Line, sheet: QuerySheet) -> dict[str, Any]:
    answer = row.answer
    return {
        "text": row.asked.text,
        "status": answer.status.value,
        "as_of": answer.as_of.isoformat(),
        "reason": answer.reason.value,
        "number": str(answer.reference),
        "kind": answer.reference.kind,
        "office": answer.office,
        "released_at": answer.released_at.isoformat() if answer.released_at else None,
        "advice": list(row.advice(sheet.header.office)),
    }


def _where(where: Where | None) -> dict[str, Any]:
    return {"file": where.file, "page": where.page, "box": list(where.box)} if where else {}


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
            return str(place), row.text or "", words.say("cli.faulty"), "", _fault(terminal, row.refusal)
        case Removed():
            _, number, _, _, _ = cells(terminal, sheet, place, row.row)
            return str(place), number, words.say("mark.removed"), "", row.reason


def _number(asked: Asked, row: Line) -> str:
    return row.answer.reference.hri if len(asked.references) > 1 or asked.references[0] == row.answer.reference else asked.text


def _reason(terminal: Terminal, row: Line, sheet: QuerySheet) -> str:
    words = terminal.words
    advice = [words.say(f"advice.{code}", office=row.answer.office) for code in row.advice(sheet.header.office)]
    return "; ".join([words.say(f"reason.{row.answer.reason}"), *advice])


def _fault(terminal: Terminal, refusal: Refusal) -> str:
    """What is wrong and what to mend."""
    keys = (f"mend.{refusal.fields.get('why')}", f"mend.{refusal.code}")
    mend = next((terminal.words.say(key) for key in keys if key in terminal.words), "")
    return f"{terminal.why(refusal)} {mend}".rstrip()
