"""The rows of a sheet as a screen shows them: mark in word, shape and colour, reason, what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import render_template

from kiosk.core.answer import Status
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Asked, Faulty, Line, QuerySheet, Removed, Row, Waiting, Where
from kiosk.web.screen import groups, spoken
from kiosk.wording import could_not, mend, printable, why
from kiosk.words import Words

_TONES: Final = {Status.RELEASED: "released", Status.NOT_RELEASED: "held", Status.NOT_ON_FILE: "unknown"}
_NOTED: Final = "not-compared"
"""Advice that is said quietly: it is no warning."""


@dataclass(frozen=True, slots=True)
class View:
    """One row. `tone` names its shape, its colour and its sound; `mark` is empty where there is none (Q6)."""

    place: int
    scan: str
    kind: str
    tone: str
    number: tuple[str, ...]
    mark: str
    word: str
    why: str
    advice: tuple[str, ...] = ()
    todo: str = ""
    as_of: datetime | None = None
    keyed: bool = False
    where: Where | None = None
    note: str = ""
    """What is no advice: said beside the place on the paper."""

    @property
    def text(self) -> str:
        """The number in one piece, for what is read aloud."""
        return " ".join(self.number)


def views(sheet: QuerySheet) -> list[View]:
    """Every row."""
    said = spoken()
    return [view(said, sheet, place, row) for place, row in enumerate(sheet.rows, 1)]


def view(said: Words, sheet: QuerySheet, place: int, row: Row) -> View:
    """One row, in words."""
    match row:
        case Line():
            return _line(said, sheet, place, row)
        case Waiting():
            message = could_not(said, Unavailable("store", row.code))["message"]
            word, todo = said.say("screen.counter.waiting"), said.say("screen.counter.waiting-todo")
            return _bare(place, row.asked, "waiting", "unasked", word, message, todo)
        case Faulty():
            word = said.say("screen.counter.unread" if row.text is None else "screen.counter.refused")
            number = groups(printable(row.text)) if row.text else ()
            reason, todo = why(said, row.refusal), mend(said, row.refusal)
            return View(place, row.scan, "faulty", "unread", number, "", word, reason, todo=todo, where=row.where)
        case Removed():
            below = view(said, sheet, place, row.row)
            return View(place, below.scan, "removed", "removed", below.number, "", said.say("mark.removed"), row.reason)


def _line(said: Words, sheet: QuerySheet, place: int, row: Line) -> View:
    answer, asked = row.answer, row.asked
    codes = row.advice(sheet.header.office)
    advice = tuple(said.say(f"advice.{code}", office=answer.office) for code in codes if code != _NOTED)
    known = len(asked.references) > 1 or asked.references[0] == answer.reference
    return View(
        place,
        asked.scan,
        "line",
        _TONES[answer.status],
        groups(answer.reference) if known else groups(printable(asked.text)),
        str(answer.status),
        said.say(f"mark.{answer.status}"),
        said.say(f"reason.{answer.reason}"),
        advice,
        "" if sheet.stamped else said.say(f"screen.counter.todo.{_next(row)}"),
        answer.as_of,
        asked.keyed,
        asked.where,
        said.say(f"advice.{_NOTED}") if _NOTED in codes else "",
    )


def _next(row: Line) -> str:
    """What the officer does with such a row."""
    if row.asked.keyed and row.answer.status is Status.RELEASED:
        return "keyed"
    return _TONES[row.answer.status]


def _bare(place: int, asked: Asked, kind: str, tone: str, word: str, reason: str, todo: str) -> View:
    number = groups(printable(asked.text))
    return View(place, asked.scan, kind, tone, number, "", word, reason, todo=todo, keyed=asked.keyed, where=asked.where)


def told(sheet: QuerySheet, places: Sequence[int] | None = None) -> dict[str, Any]:
    """Rows of a sheet for the page that shows it: each as HTML and in the words that are read aloud, and the sheet's state."""
    said = spoken()
    chosen = places if places is not None else range(1, len(sheet.rows) + 1)
    shown = [view(said, sheet, place, sheet.rows[place - 1]) for place in chosen]
    return {
        "sheet": sheet.number,
        "entries": sheet.entries,
        "stamped": sheet.stamped,
        "rows": [
            {
                "place": one.place,
                "scan": one.scan,
                "kind": one.kind,
                "tone": one.tone,
                "html": _html(one, sheet),
                "said": aloud(one),
            }
            for one in shown
        ],
        "state": render_template("state.html", sheet=sheet),
    }


def _html(one: View, sheet: QuerySheet) -> str:
    return render_template("row.html", row=one, sheet=sheet)


def aloud(row: View) -> str:
    """A row in one sentence for a live region; it is announced once."""
    said = spoken()
    return said.say(
        "screen.counter.aloud", row=row.place, number=row.text or said.say("screen.counter.no-number"), word=row.word, why=row.why
    )
