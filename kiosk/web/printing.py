"""What is on its way to paper, and how the printer is, as the screens show it (P7). A printer's word is all that is ever said."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import Blueprint, Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.core.condition import Condition
from kiosk.core.meaning import is_sheet_number
from kiosk.core.printing import Print, State
from kiosk.core.user import Task
from kiosk.web.endorse import parts
from kiosk.web.errors import wants_json
from kiosk.web.house import house
from kiosk.web.queue import desk, given, queued, which
from kiosk.web.screen import page, spoken
from kiosk.web.session import needs
from kiosk.web.sheets import check_free
from kiosk.wording import of_printer

SHOWN: Final = timedelta(days=1)
"""How far back the page of the queue shows."""
MOVING: Final = frozenset({State.WAITING, State.SENT, State.PRINTING})
printing = Blueprint("printing", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A document as it is told: which it is, how far, why, and what can be decided about it."""

    job: Print
    which: str
    state: str
    why: tuple[str, ...]


def install(app: Flask) -> None:
    """The printer's lamp and what is on its way, for every page that shows them."""
    app.context_processor(lambda: {"printer": printer, "prints_of": prints_of, "why": why})


def printer() -> Condition | None:
    """How the printer is, as it said a moment ago; None where nobody asks it."""
    at_work = house().printing
    return at_work.condition if at_work is not None else None


@printing.get("/printing")
@needs(Task.COUNTER)
def show() -> str:
    """The queue: all that was asked to be printed in the last day, and the printer."""
    return page("printing.html", prints=tuple(map(told, lately())), address=house().printer.name)


@printing.get("/printing/state")
@needs(Task.COUNTER)
def state() -> Response:
    """The lamp, and what is on its way of a sheet, for a page that looks on."""
    sheet = request.args.get("sheet", "")
    prints = prints_of(sheet) if is_sheet_number(sheet) else ()
    newest = next(iter(prints), None)
    return jsonify(
        lamp=render_template("printer_lamp.html"),
        panel=render_template("print_panel.html", prints=prints) if sheet else "",
        moving=any(one.job.state in MOVING and not one.job.settled for one in prints),
        said=sentence(newest) if newest else "",
        open=bool(newest and newest.job.open),
    )


@printing.post("/printing/settle")
@needs(Task.COUNTER)
def settle() -> ResponseReturnValue:
    """A decision about one that may be on paper: the paper is there, another copy is to be sent instead, or it is given up."""
    job = settled(request.form.get("subject", ""), request.form.get("how", ""), g.session.badge)
    shown = url_for("printing.show") if request.form.get("back") == "queue" else url_for("counter.show", number=job.sheet)
    return jsonify(url=shown) if wants_json() else redirect(shown)


def settled(subject: str, how: str, by: str) -> Print:
    """A print that somebody has decided about; the copy that is sent instead is given to the queue."""
    kiosk = house()
    if how == "copied":
        _check_again(desk().find(subject))
    job = desk().settle(subject, how, by)
    if how != "copied":
        return job
    if job.kind == "sheet":
        given(kiosk.counter.find(job.sheet))
    else:
        endorsing, bindery = parts()
        endorsing.again(job.sheet, job.document, kiosk.reader, bindery, by)
        queued(job.sheet)
    return job


def _check_again(job: Print) -> None:
    """Refuse a copy that could not be made: else one were settled by it, and there were none."""
    check_free(house().counter, job.sheet)
    if job.proves and job.kind != "sheet":
        parts()[0].find(job.sheet)


def lately() -> tuple[Print, ...]:
    """What was asked to be printed in the last day, newest first, and what is older and not over: it must not get out of sight."""
    found, at_work = desk().since(SHOWN), house().printing
    known = {job.subject for job in found}
    return *found, *(job for job in reversed(at_work.jobs if at_work else ()) if job.subject not in known)


def prints_of(sheet: str) -> tuple[Told, ...]:
    """What was asked to be printed of a sheet, newest first."""
    return tuple(map(told, desk().of(sheet)))


def told(job: Print) -> Told:
    """A document in the words of who asks."""
    said = spoken()
    return Told(job, which(said, job), said.say(f"printer.state.{job.state}"), tuple(map(why, reasons(job))))


def reasons(job: Print) -> tuple[str, ...]:
    """The codes of what keeps it, or of how it ended."""
    return (job.code,) if job.code else job.reasons


def why(code: str) -> str:
    """A reason in words: an IPP keyword, or why a printer could not be asked. One that nobody has words for is shown as it is."""
    return of_printer(spoken(), code)


def sentence(one: Told) -> str:
    """What is said aloud of one."""
    told = spoken().say("screen.printing.changed", which=one.which, state=one.state)
    return " ".join((f"{told}.", *one.why))
