"""How the core's codes are said: refusals, what could not be asked, and the rows of a sheet, for terminal, screen and programs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.sheet import Faulty, Line, QuerySheet, Removed, Row, Waiting, Where
from kiosk.words import Words

_AMOUNT: Final = re.compile("([0-9]+(?:[.][0-9]+)?) (characters|MB)")
_NAMING: Final = frozenset({"bad-text", "long-text"})
"""The codes whose `name` is a field that somebody fills in."""
_TELLING: Final = ("dpi", "narrow", "got")
"""Particulars of a place that was not read, the most telling first."""


def printable(text: str) -> str:
    """Text that a terminal can take: control characters, which a barcode may hold, are shown and not obeyed."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def sentence(words: Words, table: str, code: str, fields: Mapping[str, str]) -> str:
    """The sentence of a code, or its bare code and fields, so that nothing is ever left unsaid."""
    shown = in_words(words, code, fields)
    key = f"{table}.{code}"
    if code == "not-read":
        told = figures(words, shown)
        return " ".join(words.say(said, **told) for said in (key, nearest(words, ("unread", "problem"), shown)) if said in words)
    try:
        return words.say(key, **shown)
    except KeyError:
        return str(Refusal(code, **shown))


def in_words(words: Words, code: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a code as a sentence of this language holds them: amounts with their unit, and a field by its name."""
    shown = {name: _amount(words, printable(value)) for name, value in fields.items()}
    named = f"field.{fields.get('name')}"
    return {**shown, **({"name": words.say(named)} if code in _NAMING and named in words else {})}


def _amount(words: Words, value: str) -> str:
    found = _AMOUNT.fullmatch(value)
    if not found:
        return value
    return words.say(f"amount.{found[2]}", n=found[1].replace(".", ",") if words.language == "fr" else found[1])


def could_not(words: Words, no: Unavailable) -> dict[str, str]:
    """An `Unavailable` as JSON: what did not answer, and in words that nothing is known."""
    key = f"unavailable.{no.code}"
    reason = words.say(key) if key in words else no.code
    who = words.say(f"cli.part.{no.part}") if f"cli.part.{no.part}" in words else no.part
    sentence = "cli.unavailable" if no.part == "store" else "cli.unusable"
    return {"part": no.part, "code": no.code, "message": words.say(sentence, who=who, why=reason), "detail": no.detail}


def of_office(words: Words, sheet: str, no: Unavailable) -> str:
    """Why nothing is known of a sheet for whose seals the office was asked: no refusal, and no word of what the sheet is."""
    key = f"screen.gate.unasked.{no.code}"
    return words.say(
        key if key in words else "screen.gate.unasked.otherwise", sheet=sheet, code=no.code, detail=printable(no.detail)
    )


def of_printer(words: Words, code: str) -> str:
    """What keeps a printer, or a job of it: an IPP keyword, or a code of ours; one that nobody has words for is quoted."""
    key = next((key for room in ("printer.why", "unavailable") if (key := f"{room}.{code}") in words), "")
    return words.say(key) if key else words.say("printer.why.unlisted", code=printable(code))


def why(words: Words, no: Refusal) -> str:
    """The sentence of a refusal; its code and fields where it has none of its own."""
    return sentence(words, "refusal", no.code, no.fields)


def mend(words: Words, no: Refusal) -> str:
    """What to do about a refusal; empty where nothing can be said."""
    shown = in_words(words, no.code, no.fields)
    key = nearest(words, ("mend",), shown) or f"mend.{no.code}"
    return words.say(key, **figures(words, shown)) if key in words else ""


def figures(words: Words, fields: Mapping[str, str]) -> dict[str, str]:
    """The particulars of a place that was not read as its language writes them: figures, and the name of a kind of barcode."""
    comma = {name: fields[name].replace(".", ",") for name in ("narrow", "mil") if name in fields and words.language == "fr"}
    kind = f"symbology.{fields.get('got')}"
    return {**fields, **comma, **({"got": words.say(kind)} if kind in words else {})}


def nearest(words: Words, tables: Sequence[str], fields: Mapping[str, str]) -> str:
    """The key of the sentence that says most of why something was not read; empty where there is none.

    A code has a sentence of its own for what else is known: `too-fine-dpi` has dpi, mil and dpi needed, `too-fine-narrow` pixels.
    """
    why = fields.get("why", "")
    codes = [f"{why}-{name}" for name in _TELLING if name in fields] + [why]
    return next((key for code in codes for table in tables if (key := f"{table}.{code}") in words), "")


def mended(words: Words, no: Refusal) -> str:
    """What is wrong, and what to do about it."""
    return f"{why(words, no)} {mend(words, no)}".rstrip()


def sheet_document(words: Words, sheet: QuerySheet) -> dict[str, Any]:
    """The sheet as one JSON document. `error` is there when a row could not be asked: it then has no status (Q6)."""
    rows = [row_document(words, sheet, place, row) for place, row in enumerate(sheet.rows, 1)]
    error = next((row["error"] for row in rows if row["error"]), None)
    return {"sheet": sheet.number, "rows": rows, "error": error}


def row_document(words: Words, sheet: QuerySheet, place: int, row: Row) -> dict[str, Any]:
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
            error = could_not(words, Unavailable("store", row.code))
            return bare | _where(row.asked.where) | {"text": row.asked.text, "error": error}
        case Faulty():
            no = row.refusal
            said = {"code": no.code, "message": why(words, no), "next": mend(words, no), "fields": no.fields}
            return bare | _where(row.where) | {"text": row.text, "refusal": said}
        case Removed():
            return row_document(words, sheet, place, row.row) | {"removed": row.reason, "status": None}


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
