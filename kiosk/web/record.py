"""Finding and reporting: sheets, the history of a number, days, and the record itself (Q10)."""

import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, jsonify, redirect, request, stream_with_context, url_for

from kiosk.core.faults import Refusal
from kiosk.core.meaning import is_sheet_number
from kiosk.core.reference import candidates
from kiosk.core.user import Task
from kiosk.desks.record import MOST_SHEETS, Examination, Search
from kiosk.desks.record.figures import sections, title
from kiosk.desks.record.table import table
from kiosk.desks.record.telling import code_told, fact_fields, fact_name
from kiosk.web.chart import columns
from kiosk.web.errors import wants_json
from kiosk.web.house import house
from kiosk.web.screen import language, page, spoken
from kiosk.web.session import needs
from kiosk.wording import why

record = Blueprint("record", __name__)
FIELDS: Final = ("number", "sheet", "client", "badge", "day")
KINDS: Final = {"R": "released", "NR": "held", "N/A": "unknown"}
"""The shape of each mark."""
_EXAMINATION: Final = "examination"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST: Final = 120
"""Characters of a field on the screen; the record has the rest."""


@record.get("/find")
@needs(Task.COUNTER)
def find() -> str:
    """Sheets by anything that is known of them: one box that understands all, or field by field."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", *FIELDS)}
    results, error = list[tuple[str, Search]](), ""
    try:
        results = found(asked)
    except Refusal as no:
        error = why(spoken(), no)
    number = _number(asked["number"] or asked["q"])
    return page("find.html", asked=asked, found=results, error=error, number=number, most=MOST_SHEETS, kinds=KINDS)


def found(asked: dict[str, str]) -> list[tuple[str, Search]]:
    """What was found, by what the words were taken for; nothing where nothing was asked."""
    given = {name: asked[name] for name in FIELDS if asked[name]}
    if given:
        return [("fields", _search(given))]
    searched = [(sense, _search({sense: asked["q"]})) for sense in _senses(asked["q"])]
    return [(sense, search) for sense, search in searched if search.sheets]


def _senses(text: str) -> tuple[str, ...]:
    """What a text may stand for."""
    if not text:
        return ()
    if is_sheet_number(text):
        return ("sheet",)
    return ("day",) if _DAY.fullmatch(text) else ("number", "badge", "client")


def _search(given: dict[str, str]) -> Search:
    day = _day(given["day"]) if "day" in given else None
    badge = _badge(given.get("badge", ""))
    return house().record.search(given.get("number"), given.get("sheet"), given.get("client"), badge, day)


def _number(text: str) -> str:
    """The number that a text is, whose history can be shown; empty where it is none."""
    try:
        return str(candidates(text)[0])
    except Refusal:
        return ""


def _badge(text: str) -> str:
    return text.upper() if text.isascii() else text


def _day(text: str) -> date:
    """A day that has one before it and one after; `Refusal` for what is none."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) and "0001" < text[:4] < "9999" else "")
    except ValueError:
        raise Refusal("not-a-day", expected="a day such as 2026-11-22", got=text) from None


@record.get("/numbers/<path:number>")
@needs(Task.COUNTER)
def number(number: str) -> str:
    """Every time a number was asked, what was answered, and on which sheets it stands."""
    history, words = house().record.history(number), spoken()
    read = candidates(number)[0] if _number(number) else number
    return page("number.html", history=history, read=read, most=MOST_SHEETS, kinds=KINDS, told=lambda code: code_told(words, code))


@record.get("/days")
@needs(Task.DAY)
def days() -> Any:  # noqa: ANN401 - whatever redirects
    """The day that was chosen, or today."""
    chosen = request.args.get("day", "").strip()
    day, badge = _day(chosen) if chosen else house().record.today(), request.args.get("badge", "").strip() or None
    return redirect(url_for("record.day", day=day, badge=badge), HTTPStatus.SEE_OTHER)


@record.get("/days/<day>")
@needs(Task.DAY)
def day(day: str) -> str:
    """A day's figures, charts and tables: everybody's for those who may see them, else one's own."""
    when, badge, words = _day(day), whose(), spoken()
    report = house().record.day(when, badge)
    beside = {"before": when - timedelta(days=1), "after": when + timedelta(days=1), "today": house().record.today()}
    hours = columns("hours", report.hours, words.say("report.hours"), words.say("report.hour"))
    parts = sections(report, words, house().zone)
    return page("day.html", report=report, whose=title(report, words), sections=parts, hours=hours, **beside)


@record.get("/days/<day>.csv")
@needs(Task.DAY)
def day_table(day: str) -> Response:
    """A day's scans, one a line, for a spreadsheet."""
    badge = whose()
    rows = house().record.day_rows(_day(day), badge)
    lines = (line.encode("utf-8", "replace") for line in table(rows, spoken(), house().zone))
    name = f"{day}-{badge}" if badge else day
    headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}.csv"'}
    return Response(stream_with_context(lines), content_type="text/csv; charset=utf-8", headers=headers)


@record.get("/days/<day>.pdf")
@needs(Task.DAY)
def day_paper(day: str) -> Response:
    """A day's report on paper."""
    report = house().record.day(_day(day), whose())
    pdf = house().press.report(report, house().clock(), language())
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{_plain(day)}.pdf"'})


def whose() -> str | None:
    """Whose day is shown: whose was asked for, by those who may see everybody's; None: everybody's."""
    if not g.session.may(Task.REPORT):
        return str(g.session.badge)
    return _badge(request.args.get("badge", "").strip()) or None


def _plain(name: str) -> str:
    """A name for a file, of letters that no header stumbles over."""
    return re.sub(r"[^0-9A-Za-z-]", "_", name)


@record.get("/record")
@needs(Task.WHOLENESS)
def entries() -> str:
    """The record's checkpoint, and whether it was verified; its entries, newest first, for those who may read them."""
    head, state = house().journal.checkpoint().short, examination().state
    shown = _read() if g.session.may(Task.RECORD) else {"shown": None}
    return page("record.html", **shown, checkpoint=head, state=state, is_sheet=is_sheet_number)


def _read() -> dict[str, Any]:
    """A page of the entries, each with its fact in words."""
    words, shown = spoken(), house().record.page(request.args.get("before", type=int))
    rows = [(found, fact_name(words, found.entry.fact), _fields(fact_fields(words, found.entry.fact))) for found in shown.entries]
    return {"shown": shown, "rows": rows}


def _fields(told: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str]]:
    """The fields of a fact, the longest cut short; what the device sent is in the text already."""
    return [(label, value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…") for name, label, value in told if name != "raw"]


@record.get("/record/verification")
@needs(Task.WHOLENESS)
def verification() -> Any:  # noqa: ANN401 - JSON or a page
    """How far the verification is, or what it found. The page comes back by itself while it goes on."""
    state = examination().state
    if wants_json():
        return jsonify(state)
    shown = Response(page("verification.html", state=state, why=lambda code: why(spoken(), Refusal(code))))
    if state and state.running:
        shown.headers["Refresh"] = "2"
    return shown


@record.post("/record/verification")
@needs(Task.WHOLENESS)
def verify() -> Any:  # noqa: ANN401 - whatever redirects
    """Begin to verify the record, unless somebody has begun already."""
    examination().begin(g.session.badge, request.form.get("against", "").strip() or None)
    return redirect(url_for("record.verification"), HTTPStatus.SEE_OTHER)


def examination() -> Examination:
    """The one of this process."""
    kept = current_app.extensions
    made = kept.get(_EXAMINATION) or Examination(house().journal, house().clock, house().verify)
    examination: Examination = kept.setdefault(_EXAMINATION, made)
    return examination
