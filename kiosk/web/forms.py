"""Whole forms at the counter: dropped on the page, read page by page, shown as pictures with each row's place outlined (Q4, D4).

A client's own bytes go to no browser: what is shown is drawn from them by the limited process of `drivers.pages`, in grey pixels.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from drivers.picture import Unopened
from drivers.scan import Box
from kiosk.core.faults import Refusal
from kiosk.core.sheet import Faulty, QuerySheet
from kiosk.core.user import Task
from kiosk.desks.intake import Form
from kiosk.desks.papers import drawn
from kiosk.web.errors import wants_json
from kiosk.web.house import house
from kiosk.web.leaves import documents, place_of, shown
from kiosk.web.screen import spoken
from kiosk.web.session import needs
from kiosk.web.sheets import check_free
from kiosk.wording import mend, why

forms = Blueprint("forms", __name__)
WIDTH: Final = 1000
"""Pixels of a picture's width, where nothing else is asked."""
WIDTHS: Final = range(200, 2551)
_PNG: Final = "image/png"


@forms.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"shown_forms": shown}


@forms.post("/sheets/<number>/forms")
@needs(Task.COUNTER)
def receive(number: str) -> Response:
    """Files put on the page: each is recorded and read, or refused in words of its own; one that is refused holds up no other."""
    taken, refused = received(number, [file for file in request.files.getlist("file") if file.filename or file.content_length])
    if refused and not wants_json():
        raise refused[0][1]
    return _told(number, taken, refused)


def received(number: str, files: Sequence[FileStorage]) -> tuple[list[Form], list[tuple[str, Refusal]]]:
    """The forms of these files, and the names of those that were refused; `Refusal` where none is left."""
    if not files:
        raise Refusal("form-empty")
    taken: list[Form] = []
    refused: list[tuple[str, Refusal]] = []
    for file in files:
        try:
            taken.append(_received(number, file))
        except Refusal as no:
            refused.append((file.filename or "", no))
    if not taken:
        raise refused[0][1]
    return taken, refused


def _received(number: str, file: FileStorage) -> Form:
    kiosk = house()
    with closing(file):  # a large one lies in a file without a name meanwhile
        data = file.stream.read(kiosk.intake.most + 1)
    form = kiosk.intake.receive(number, file.filename or "", data, g.session.badge)
    kiosk.forms.submit(form)
    return form


def _told(number: str, taken: Sequence[Form], refused: Sequence[tuple[str, Refusal]]) -> Response:
    """To the page again; or to a script what came of each file. The first of them stands at the top too: most are sent alone."""
    if not wants_json():
        return _back(number)
    said, told = spoken(), documents(taken)
    no = [{"file": file, "code": no.code, "title": why(said, no), "detail": mend(said, no)} for file, no in refused]
    return jsonify({"sheet": number, "forms": told, "refused": no} | told[0])


def _back(number: str) -> Response:
    return redirect(url_for("counter.show", number=number), HTTPStatus.SEE_OTHER)  # type: ignore[return-value]


@forms.get("/sheets/<number>/forms")
@needs(Task.COUNTER)
def progress(number: str) -> Response:
    """How far each form is, page by page, and the same as HTML. One that nobody reads any more is read on."""
    kiosk = house()
    sheet, found = kiosk.counter.find(number), kiosk.intake.forms(number)
    for form in found:
        if form.open and not sheet.stamped:
            kiosk.forms.submit(form)
    html = render_template("form_pages.html", sheet=sheet, forms=found)
    return jsonify(sheet=number, entries=sheet.entries, forms=documents(found), html=html)


@forms.post("/sheets/<number>/forms/<document>/again")
@needs(Task.COUNTER)
def again(number: str, document: str) -> Response:
    """Read a form on that was not read to its end."""
    form = house().intake.form(number, document)
    house().counter.find(number).check_open()
    house().forms.submit(form)
    return _told(number, [form], ())


@forms.post("/sheets/<number>/forms/<document>/give-up")
@needs(Task.COUNTER)
def give_up(number: str, document: str) -> Response:
    """Do without the rest of a form, with the reason."""
    house().intake.give_up(number, document, request.form.get("reason", ""), g.session.badge)
    return _told(number, [house().intake.form(number, document)], ())


@forms.get("/sheets/<number>/forms/<document>/<int:page>.png")
@needs(Task.COUNTER)
def picture(number: str, document: str, page: int) -> Response:
    """A page (from 0) of a client's form, drawn in grey."""
    form, width = house().intake.form(number, document), _width()
    if not any(one.page == page and one.width for one in form.read):
        raise Refusal("no-such-page", got=page + 1)
    return _drawn(f"{document[:32]}-{page}-{width}", lambda: house().reader.picture(house().intake.original(form), page, width))


@forms.get("/sheets/<number>/forms/<document>/<int:page>/cutouts/<int:row>.png")
@needs(Task.COUNTER)
def cutout(number: str, document: str, page: int, row: int) -> Response:
    """The place of a row (from 1) on a page of a form."""
    form, sheet = house().intake.form(number, document), house().counter.find(number)
    where = place_of(sheet.rows[row - 1]) if 1 <= row <= len(sheet.rows) else None
    if where is None or (where.file, where.page) != (form.file, page) or where.whole:
        raise Refusal("no-such-page", got=page + 1)
    box: Box = where.box
    name = "-".join(map(str, (document[:32], page, *box)))
    return _drawn(name, lambda: house().reader.cutouts(house().intake.original(form), page, [box])[0])


@forms.get("/documents/<digest>/<int:page>.png")
@needs(Task.COUNTER)
def document_picture(digest: str, page: int) -> Response:
    """A page (from 0) of a document that we drew ourselves, as a picture beside the original."""
    check = partial(check_free, house().counter)
    pdf, width = drawn(house().journal, digest, check), _width()  # asked before the browser is told that it has the picture

    def draw() -> bytes:
        if page >= house().reader.pages(pdf):
            raise Refusal("no-such-page", got=page + 1)
        return house().reader.picture(pdf, page, width)

    return _drawn(f"{digest[:32]}-{page}-{width}", draw)


def _width() -> int:
    width = request.args.get("width", default=WIDTH, type=int)
    if width not in WIDTHS:
        raise BadRequest
    return width


def _drawn(tag: str, draw: Callable[[], bytes]) -> Response:
    """A picture, or word that the browser has it already. It is asked each time, by whoever is logged in: it is a client's."""
    reply = Response(content_type=_PNG)
    reply.set_etag(tag)
    reply.cache_control.private = True
    reply.cache_control.no_cache = True
    if request.if_none_match.contains(tag):
        reply.status_code = HTTPStatus.NOT_MODIFIED
        return reply
    try:
        reply.data = draw()
    except Unopened as no:
        raise Refusal("not-read", why=no.fault.problem) from no
    return reply


def cutouts(sheet: QuerySheet) -> Mapping[int, bytes]:
    """A PNG for each faulty row (from 1) of a form, for the slip: its place, or its page; none where that can't be drawn."""
    places = [(row.where, place) for place, row in enumerate(sheet.rows, 1) if isinstance(row, Faulty) and row.pictured]
    wanted = sorted((where.file, where.page, place, where.box) for where, place in places if where)
    known = {form.file: form for form in house().intake.forms(sheet.number)}
    found: dict[int, bytes] = {}
    for (file, page), rows in groupby(wanted, key=lambda one: one[:2]):
        if file in known:
            found |= _cut(known[file], page, [(place, box) for _, _, place, box in rows])
    return found


def _cut(form: Form, page: int, rows: Sequence[tuple[int, Box]]) -> dict[int, bytes]:
    try:
        original = house().intake.original(form)
        placed = [(place, box) for place, box in rows if any(box)]
        pictures = house().reader.cutouts(original, page, [box for _, box in placed]) if placed else []
        whole = house().reader.picture(original, page, WIDTH) if len(placed) < len(rows) else b""
    except (Unopened, Refusal):
        return {}
    found = {place: picture for (place, _), picture in zip(placed, pictures, strict=True)}
    return dict.fromkeys((place for place, _ in rows), whole) | found
