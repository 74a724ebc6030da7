"""The officer's desk: start a sheet, scan, decide, stamp, hand over (Q1 to Q11)."""

import re
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from drivers.scan import NoRead, Scan, identified
from kiosk.core.faults import Conflict, Refusal
from kiosk.core.printing import PRINTER
from kiosk.core.sheet import Header, QuerySheet, Removed, scans_of
from kiosk.core.stamp import office_code
from kiosk.core.user import Task, may
from kiosk.desks.counter import Changed
from kiosk.desks.papers import drawn
from kiosk.web import bond
from kiosk.web.board import check_complete
from kiosk.web.errors import answer, wants_json
from kiosk.web.forms import cutouts
from kiosk.web.house import house
from kiosk.web.places import first
from kiosk.web.queue import asked, which
from kiosk.web.rows import told, views
from kiosk.web.screen import page, spoken
from kiosk.web.session import needs, present
from kiosk.web.sheets import Sheets, check_free, hold_on
from kiosk.web.storms import storms_seen

counter = Blueprint("counter", __name__)
SHEETS: Final = "sheets"
TRIES: Final = 8
"""How often a scan is put on a sheet anew that somebody else has just written on."""
NO_READS: Final = ("keys-lost",)
_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_LONGEST: Final = 4096


def sheets() -> Sheets:
    """The sheets that are open on screens."""
    held: Sheets = current_app.extensions[SHEETS]
    return held


def found(number: str) -> QuerySheet:
    """The sheet of a page's address, as the record has it now."""
    return sheets().find(house().counter, number)


@counter.get("/")
@present
def home() -> ResponseReturnValue:
    """Start a sheet, or go on with an open one; whoever has no business here begins where his work is."""
    if not g.session.may(Task.COUNTER):
        return redirect(first(), HTTPStatus.SEE_OTHER)
    return page("home.html", sheets=house().record.open_sheets(), storms=storms_seen())


@counter.post("/sheets")
@needs(Task.COUNTER)
def begin() -> ResponseReturnValue:
    """A new sheet."""
    check_own(request.form.get("badge"))
    sheet = house().counter.open(_header(), g.session.badge)
    sheets().keep(sheet)
    shown = url_for("counter.one" if request.form.get("mode") == "one" else "counter.show", number=sheet.number)
    if wants_json():
        return jsonify(sheet=sheet.number, url=shown)
    return redirect(shown, HTTPStatus.SEE_OTHER)


def _header() -> Header:
    given = request.form
    office = given.get("office", "").strip() or house().office
    if not office:
        raise Refusal("no-office")
    fields = (given.get(name, "").strip() for name in ("client_name", "client_id", "client_contact"))
    return Header(office_code(office), *fields)


@counter.get("/clients")
@needs(Task.COUNTER)
def clients() -> Response:
    """Heads of earlier sheets of a client, to begin the next one with."""
    heads = house().record.clients(request.args.get("text", ""))
    return jsonify([{"name": head.client_name, "id": head.client_id, "contact": head.client_contact} for head in heads])


@counter.get("/sheets/<number>")
@needs(Task.COUNTER)
def show(number: str) -> str:
    """The sheet; after the stamp, the proof beside the original."""
    sheet, forms = found(number), house().intake.forms(number)
    if not sheet.stamped:
        return page("sheet.html", sheet=sheet, rows=views(sheet), forms=forms)
    stamped = house().counter.stamping(number)
    may_void, held = may(g.session.role, Task.VOID) and not sheet.voided, hold_on(house().counter, sheet)
    return page("proof.html", sheet=sheet, rows=views(sheet), forms=forms, stamped=stamped, may_void=may_void, held=held)


@counter.get("/one")
@needs(Task.COUNTER)
def begin_one() -> str:
    """Option 1: one document, one scan (Q1)."""
    return page("one.html", sheet=None, rows=[])


@counter.get("/one/<number>")
@needs(Task.COUNTER)
def one(number: str) -> ResponseReturnValue:
    """Option 1: the answer fills the screen (Q1); after the stamp, the proof does; what is more than one answer is a sheet."""
    sheet = found(number)
    if sheet.stamped or sum(not isinstance(row, Removed) for row in sheet.rows) > 1:
        return redirect(url_for("counter.show", number=number), HTTPStatus.SEE_OTHER)
    return page("one.html", sheet=sheet, rows=views(sheet))


@counter.get("/sheets/<number>/rows")
@needs(Task.COUNTER)
def rows(number: str) -> Response:
    """All the rows, for a screen that has fallen behind; `mine` are those that this badge has made with the station's scanners."""
    tray = house().tray
    return jsonify(told(found(number)) | {"mine": tray.expected(number, g.session.badge) if tray else []})


@counter.post("/sheets/<number>/scans")
@needs(Task.COUNTER)
def scan(number: str) -> Response:
    """A scan, and the row that it made or had made before (Q3)."""
    came, instead = _came()
    before, sheet = scanned(number, came, instead)
    return jsonify(told(sheet, about(before, sheet, came.id, instead)) | {"before": before.entries})


def scanned(number: str, came: Scan | NoRead, instead: int | None) -> tuple[QuerySheet, QuerySheet]:
    """The sheet as it was, and with a scan on it.

    Tried again where somebody else was at the sheet meanwhile, since a scan is nobody's but its own; the page learns from how far
    the sheet was whether it has seen what the other did.
    """
    for _ in range(TRIES):
        before = found(number)
        try:
            return before, sheets().keep(house().counter.scan(before, [came], g.session.badge, instead=instead))
        except Conflict:
            continue
    raise Conflict("moved-on", subject=number)


def about(before: QuerySheet, sheet: QuerySheet, scan: str, instead: int | None) -> list[int]:
    """The places that a scan is about: its own row, the one that it stands for, and every other one that it has moved.

    A scan brings the rows that waited their answers too; a page that is told how far the sheet is must have all of them.
    """
    rows = enumerate(sheet.rows, 1)
    return [n for n, row in rows if before.rows[n - 1 : n] != (row,) or n == instead or scan in scans_of(row)]


def _came() -> tuple[Scan | NoRead, int | None]:
    """What the page sent; 400 for what no page of ours sends."""
    given = request.get_json()
    if not isinstance(given, dict) or not isinstance(given.get("id"), str) or not _ID.fullmatch(given["id"]):
        raise BadRequest
    check_own(given.get("badge"))
    instead = given.get("instead")
    if not (instead is None or (isinstance(instead, int) and not isinstance(instead, bool))):
        raise BadRequest
    at, source = house().clock(), f"screen/{'keyboard' if given.get('keyed') else 'wedge'}"
    if given.get("noread") in NO_READS:
        return NoRead(given["noread"], source, at, id=given["id"]), instead
    text, keyed = given.get("text"), given.get("keyed", False)
    if not isinstance(text, str) or not isinstance(keyed, bool) or not 0 < len(text) <= _LONGEST:
        raise BadRequest
    bare, symbology = identified(text)
    return Scan(given["id"], bare, text.encode(errors="surrogatepass"), source, at, symbology, keyed), instead


def check_own(badge: object) -> None:
    """Go on only if who scanned is at work here now; 401 if another has logged in since: each badge answers for its own scans.

    A page of ours names the badge that it was made for; what names none is the session's own.
    """
    now = g.session.badge
    if badge not in (None, now):
        said, fields = spoken(), {"badge": str(badge)[:40], "now": now}
        title, detail = said.say("screen.counter.other-badge", **fields), said.say("screen.counter.other-badge-do", **fields)
        abort(answer(HTTPStatus.UNAUTHORIZED, "other-badge", title, detail))


@counter.post("/sheets/<number>/ask")
@needs(Task.COUNTER)
def ask(number: str) -> Response:
    """Ask the waiting rows again, at once."""
    sheet = sheets().keep(house().counter.ask_again(found(number), g.session.badge))
    return jsonify(told(sheet))


def _seen(number: str) -> QuerySheet:
    """The sheet as the officer saw it when he decided: what has changed since, he has not decided about."""
    entries = request.form.get("seen", "")
    if not entries.isascii() or not entries.isdigit() or len(entries) > 9:
        raise BadRequest
    sheet = found(number)
    return sheet if sheet.entries == int(entries) else house().counter.find(number, int(entries))


def _back(sheet: QuerySheet) -> ResponseReturnValue:
    """To the page again, or all rows to a script."""
    if wants_json():
        return jsonify(told(sheet))
    name = "counter.one" if request.form.get("mode") == "one" else "counter.show"
    return redirect(url_for(name, number=sheet.number), HTTPStatus.SEE_OTHER)


@counter.post("/sheets/<number>/rows/<int:row>/remove")
@needs(Task.COUNTER)
def remove(number: str, row: int) -> ResponseReturnValue:
    """Strike a row out, with the reason."""
    return _back(sheets().keep(house().counter.remove(_seen(number), row, request.form.get("reason", ""), g.session.badge)))


@counter.post("/sheets/<number>/stamp")
@needs(Task.COUNTER)
def stamp(number: str) -> ResponseReturnValue:
    """Stamp: every row is asked again, and what has changed is shown before anything is stamped (Q6, Q9)."""
    kiosk, badge = house(), g.session.badge
    check_complete(number)
    try:
        kiosk.counter.stamp(_seen(number), badge, kiosk.press, specimen=kiosk.specimen, in_bond=bond.chosen())
    except Changed as changed:
        return _changed(sheets().keep(changed.sheet), changed)
    return _back(sheets().keep(found(number)))


def _changed(sheet: QuerySheet, changed: Changed) -> ResponseReturnValue:
    """The sheet with its new answers, and which they are."""
    said = spoken()
    if wants_json():
        more = [{"row": row, "before": old, "now": new} for row, old, new in changed.rows]
        reply = jsonify(code="changed", title=said.say("refusal.changed", **changed.fields), changes=more, **told(sheet))
        reply.status_code = HTTPStatus.CONFLICT
        return reply
    shown = page("sheet.html", sheet=sheet, rows=views(sheet), forms=house().intake.forms(sheet.number), changed=changed.rows)
    return shown, HTTPStatus.CONFLICT


@counter.post("/sheets/<number>/return")
@needs(Task.COUNTER)
def give_back(number: str) -> Response:
    """The slip that goes back with the form: each faulty row, its place, what to mend (Q4)."""
    return _pdf(returned(found(number)), f"{number}-return.pdf")


def returned(sheet: QuerySheet) -> bytes:
    """The slip of a sheet, recorded as handed over."""
    pdf = house().counter.give_back(sheet, house().press, cutouts(sheet), g.session.badge)
    house().counter.handed_over(sheet, pdf, "browser", g.session.badge)
    return pdf


@counter.post("/sheets/<number>/print")
@needs(Task.COUNTER)
def hand_over(number: str) -> ResponseReturnValue:
    """The stamped sheet for the client: the original first, then COPY n; to the printer, or to the browser (P7)."""
    sheet = found(number)
    if request.form.get("how") != PRINTER:
        pdf, copy = house().counter.hand_over(sheet, "browser", house().press, g.session.badge)
        return _pdf(pdf, f"{number}.pdf" if copy == 1 else f"{number}-copy-{copy}.pdf")
    original, *more = asked(sheet)
    if wants_json():
        said = spoken()
        names = ", ".join(which(said, job) for job in (original, *more))
        return jsonify(job=original.job or None, copy=original.copy, said=said.say("screen.printing.asked", which=names))
    return _back(sheet)


@counter.post("/sheets/<number>/void")
@needs(Task.VOID)
def void(number: str) -> ResponseReturnValue:
    """Take a proof back, with the reason."""
    return _back(sheets().keep(house().counter.void(found(number), request.form.get("reason", ""), g.session.badge)))


@counter.get("/documents/<digest>.pdf")
@needs(Task.COUNTER)
def document(digest: str) -> Response:
    """A document that we drew ourselves and that still holds; a client's own file is never shown as he sent it."""
    return _pdf(drawn(house().journal, digest, partial(check_free, house().counter)), f"{digest[:12]}.pdf")


def _pdf(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, content_type="application/pdf", headers=headers)
