"""A stamped sheet on other paper: the client's document, a sheet of his fed to the printer, a printed RNS message (P1, P6, Q1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any, Final, cast

from flask import Blueprint, Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from drivers.scan import Scan
from kiosk.core.endorsement import PAPERS, Overprint, where_of
from kiosk.core.faults import Refusal
from kiosk.core.journal import Endorsed
from kiosk.core.printing import PRINTER
from kiosk.core.sheet import Line, QuerySheet, Removed
from kiosk.core.stamp import Act
from kiosk.core.user import Task
from kiosk.desks.endorsing import Endorsing, check_release, stampable
from kiosk.desks.intake import Form
from kiosk.ports import Bindery
from kiosk.web.errors import wants_json
from kiosk.web.house import house
from kiosk.web.queue import queued, which
from kiosk.web.screen import page, spoken
from kiosk.web.session import needs

endorse = Blueprint("endorse", __name__)
_FURTHEST: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What can be done with a stamped sheet on other paper."""

    documents: Sequence[tuple[Form, Endorsed | None]]
    """The client's files with answered rows of it on them, and what was made of each."""
    rows: Sequence[int]
    """The places (from 1) of the rows that a paper may be stamped for."""


@endorse.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"on_paper": on_paper}


def parts() -> tuple[Endorsing, Bindery]:
    """The desk and its bindery; 404 at a kiosk that has none."""
    kiosk = house()
    if kiosk.endorsing is None or kiosk.bindery is None:
        raise NotFound
    return kiosk.endorsing, kiosk.bindery


def on_paper(sheet: QuerySheet, forms: Sequence[Form]) -> Desk | None:
    """What there is to be done; None for a sheet whose proof does not hold, and where there is no such desk."""
    desk = house().endorsing
    if desk is None or not sheet.stamped or sheet.voided:
        return None
    sealed = desk.find(sheet.number)
    made = {one.original: one for one in sealed.made(Endorsed)}
    files = {where.file for row in sheet.rows if isinstance(row, Line) and (where := where_of(row))}
    rows = [place for place, row in sheet.lines if row.answer.status == "R" or sealed.stamp.act is Act.IN_BOND]
    return Desk([(form, made.get(form.document)) for form in forms if form.file in files], rows)


@endorse.post("/sheets/<number>/endorsements")
@needs(Task.COUNTER)
def stamp_document(number: str) -> ResponseReturnValue:
    """The client's own document under the sheet's stamp; what was made before is there already."""
    desk, bindery = parts()
    kiosk = house()
    kiosk.counter.check_not_held(kiosk.counter.find(number))
    form = kiosk.intake.form(number, request.form.get("document", ""))
    desk.endorse(number, kiosk.intake.original(form), form.file, kiosk.reader, bindery, g.session.badge)
    shown = url_for("counter.show", number=number)
    return jsonify(url=shown) if wants_json() else redirect(shown, HTTPStatus.SEE_OTHER)


@endorse.post("/sheets/<number>/endorsements/<digest>/print")
@needs(Task.COUNTER)
def print_document(number: str, digest: str) -> ResponseReturnValue:
    """A stamped document, out; the second time it says COPY 2."""
    desk, bindery = parts()
    kiosk, how = house(), _way(number)
    out = desk.hand_over(number, digest, how, kiosk.reader, bindery, g.session.badge)
    return _out(number, kiosk.journal.document(out.document), f"{number}-{out.document[:8]}", how)


@endorse.get("/sheets/<number>/overprint/<int:row>")
@needs(Task.COUNTER)
def place(number: str, row: int) -> str:
    """Where on the client's paper the stamp goes: chosen before it is printed."""
    desk, bindery = parts()
    sealed, last = desk.find(number), desk.last_place(house().station)
    line = stampable(sealed, row)
    extent = [ceil(10 * side) / 10 for side in bindery.extent(max(sealed.seals, key=len))]
    return page("overprint.html", sheet=sealed.sheet, row=row, line=line, last=last, extent=extent, papers=PAPERS)


@endorse.post("/sheets/<number>/overprint/<int:row>")
@needs(Task.COUNTER)
def overprint(number: str, row: int) -> ResponseReturnValue:
    """A page with nothing but the stamp and the seal, out."""
    desk, bindery = parts()
    given, how = request.form, _way(number)
    where = Overprint(row, given.get("paper", ""), _mm("x"), _mm("y"), given.get("across") == "yes")
    _, pdf = desk.overprint(number, where, how, bindery, g.session.badge)
    return _out(number, pdf, f"{number}-paper-{row}", how)


def _mm(name: str) -> float:
    """A distance that was chosen, in either language's way of writing it; `Refusal` for what is none."""
    text = request.form.get(name, "").strip().replace(",", ".")
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= _FURTHEST:
        raise Refusal("endorse-place", expected=f"{name} 0 - {_FURTHEST:g}", got=text[:20])
    return round(found, 1)


@endorse.post("/sheets/<number>/notices/<int:row>")
@needs(Task.COUNTER)
def notice(number: str, row: int) -> ResponseReturnValue:
    """The printed RNS message of a released row, out; of a sheet with others on it, by a sheet of its own."""
    desk, bindery = parts()
    how, sealed = _way(number), desk.find(number)
    line, own = stampable(sealed, row), number
    if sum(not isinstance(one, Removed) for one in sealed.sheet.rows) > 1:
        own = alone(sealed.sheet, row, line)
    _, pdf = desk.notice(own, how, bindery, g.session.badge)
    return _out(own, pdf, f"{own}-rns", how, asked_on=number)


def alone(sheet: QuerySheet, row: int, line: Line) -> str:
    """A sheet with one row of another, asked anew and stamped; the same one again while it holds, so that a copy says so."""
    check_release(sheet)
    kiosk, badge, text = house(), g.session.badge, line.asked.text
    name = f"notice-{sheet.number}-{row}"
    before = _made(name, text)
    if before:
        return before
    scan = Scan(name, text, text.encode(errors="surrogatepass"), f"sheet/{sheet.number}", kiosk.clock(), keyed=line.asked.keyed)
    made = kiosk.counter.scan(kiosk.counter.open(sheet.header, badge), [scan], badge)
    if not made.released:
        answer = next((one.answer.status for _, one in made.lines), "-")
        raise Refusal("endorse-not-released", row=row, mark=answer)
    kiosk.counter.stamp(made, badge, kiosk.press, specimen=kiosk.specimen)
    return made.number


def _made(name: str, number: str) -> str:
    """The sheet that such a message was made by before, if it holds."""
    kiosk = house()
    for before in kiosk.journal.find(kind="Scanned", number=number):
        if getattr(before.entry.fact, "scan", "") == name:
            sheet = kiosk.counter.find(before.entry.subject)
            if sheet.stamped and not sheet.voided:
                return sheet.number
    return ""


def _way(number: str) -> str:
    """How a document is to leave, known before it is made: else one that nobody gets would use its number up, and be no copy."""
    house().counter.check_not_held(house().counter.find(number))
    how = request.form.get("how", "")
    if how not in {PRINTER, "browser"}:
        raise BadRequest
    return how


def _out(number: str, pdf: bytes, name: str, how: str, asked_on: str = "") -> ResponseReturnValue:
    """A document that is on record as on its way, in the queue or for the browser that asked, on the page of a sheet."""
    if how != PRINTER:
        headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
        return Response(pdf, content_type="application/pdf", headers=headers)
    job, shown = queued(number), url_for("counter.show", number=number)
    if not wants_json():
        return cast("Response", redirect(shown, HTTPStatus.SEE_OTHER))
    said = spoken()
    told = said.say("screen.printing.asked", which=which(said, job))
    return jsonify(job=job.job or None, said=told, url=shown if asked_on not in ("", number) else None)
