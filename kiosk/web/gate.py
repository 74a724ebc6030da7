"""The gate: a box that takes whatever somebody brings, and a verdict that fills the screen (P1, P2, P4)."""

from contextlib import closing, suppress
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from drivers.picture import Unopened
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.user import Role, Task
from kiosk.desks.gate import GATE, AcceptedPaper, Gate, Paper, PaperKind, Presentation
from kiosk.desks.gate.exhibit import MOST_BYTES
from kiosk.web import board, events
from kiosk.web.counter import check_own
from kiosk.web.errors import wants_json
from kiosk.web.forms import WIDTH
from kiosk.web.house import house
from kiosk.web.scanners import left, page_name, taken
from kiosk.web.screen import page
from kiosk.web.session import needs
from kiosk.web.verdict import document, number_told, told

gate = Blueprint("gate", __name__)
SHOWN: Final = 10
"""Presentations of today that the page lists."""
_LONGEST: Final = 64


def desk() -> Gate:
    """The gate of this kiosk; `Unavailable` where it has none."""
    found = house().gate
    if found is None:
        raise Unavailable("gate", "absent")
    return found


@gate.get("/gate")
@needs(Task.GATE)
def show() -> str:
    """Ready for what somebody brings."""
    return _page(None)


def _page(shown: Presentation | None) -> str:
    return page(
        "gate.html",
        **_verdict(shown),
        alarms=desk().alarms(g.session.user.sub_location),
        newest=_newest(shown),
        number_told=number_told,
    )


def _verdict(shown: Presentation | None) -> dict[str, Any]:
    return {"shown": shown, "told": told(shown) if shown else None, "register": _register(shown)}


def _register(shown: Presentation | None) -> str:
    """Where the goods are let out; empty where none may go, or this user lets none out."""
    if shown is None or not shown.releasable or not g.session.may(Task.REGISTER):
        return ""
    return f"/register/out?presentation={shown.id}"


@gate.post("/gate")
@needs(Task.GATE)
def present() -> ResponseReturnValue:
    """Something is presented: a text, or a file."""
    check_own(request.form.get("badge"))
    return _answer(desk().present(_given(), g.session.badge, _scan()))


def _given() -> str | bytes:
    file = request.files.get("file")
    if file is not None and (file.filename or file.content_length):
        with closing(file):
            return file.stream.read(MOST_BYTES + 1)
    text = request.form.get("text", "").strip()
    if not text:
        raise Refusal("gate-nothing")
    return text


def _scan() -> str:
    """What the page calls this scan, so that it counts once however often it is sent."""
    name = request.form.get("scan", "")
    if len(name) > _LONGEST:
        raise BadRequest
    return name


def _answer(shown: Presentation) -> ResponseReturnValue:
    if not wants_json():
        return redirect(url_for("gate.presented", number=shown.id), HTTPStatus.SEE_OTHER)
    return _told(shown)


def _told(shown: Presentation) -> Response:
    """The verdict for the page of the gate, which puts it where the last one was."""
    html = render_template("gate_verdict.html", **_verdict(shown))
    newest = render_template("gate_newest.html", newest=_newest(shown))
    return jsonify(document(shown) | {"html": html, "newest": newest})


def _newest(shown: Presentation | None) -> list[Presentation]:
    """The newest of today, but for the one that is shown."""
    return [one for one in newest() if shown is None or one.id != shown.id][:SHOWN]


def newest() -> list[Presentation]:
    """The newest of today, as they were judged then, but for those of another warehouse."""
    return [one for one in desk().newest() if not _elsewhere(one.by)]


def presentation(number: int) -> Presentation:
    """A presentation, judged anew now; none of another warehouse's for an operator."""
    found = desk().presented(number)
    if _elsewhere(found.by):
        raise Refusal("no-such-presentation", got=number)
    return found


def accepted_paper(number: int) -> AcceptedPaper:
    """A paper that was accepted; likewise."""
    found = desk().accepted(number)
    if _elsewhere(found.by):
        raise Refusal("no-such-paper", got=number)
    return found


def _elsewhere(by: str) -> bool:
    """Whether it was brought to an operator of another warehouse: whose goods go there is none of an operator's business."""
    if g.session.role is not Role.WAREHOUSE:
        return False
    with suppress(Refusal):  # nobody's, or not of here: nothing is known of him
        return house().staff.find(by).sub_location not in {"", g.session.user.sub_location}
    return False


@gate.get("/gate/<int:number>")
@needs(Task.GATE)
def presented(number: int) -> ResponseReturnValue:
    """A presentation, judged anew now."""
    shown = presentation(number)
    return _told(shown) if wants_json() else _page(shown)


@gate.get("/gate/board")
@needs(Task.GATE)
def told_board() -> Response:
    """The scanners' board and the alarms anew, for the page of the gate."""
    alarms = {
        "alarms": render_template("gate_alarms.html", alarms=desk().alarms(g.session.user.sub_location), number_told=number_told)
    }
    with suppress(Unavailable):
        return jsonify(board.told(GATE) | alarms)
    return jsonify(alarms)


@gate.get("/gate/events")
@needs(Task.GATE)
def stream() -> Response:
    """The events of the gate's page."""
    return events.streamed(GATE)


@gate.post("/gate/take")
@needs(Task.GATE)
def take() -> ResponseReturnValue:
    """Have the station's scanners present what they read."""
    check_own(request.form.get("badge"))
    taken(GATE, page_name(), politely="politely" in request.form)
    return _scanners()


@gate.post("/gate/leave")
@needs(Task.GATE)
def leave() -> ResponseReturnValue:
    """Let go of them."""
    name = page_name()
    left(name)
    return Response(status=HTTPStatus.NO_CONTENT) if name else _scanners()


def _scanners() -> ResponseReturnValue:
    return jsonify(board.told(GATE)) if wants_json() else redirect(url_for("gate.show"), HTTPStatus.SEE_OTHER)


@gate.get("/gate/paper")
@needs(Task.GATE)
def paper() -> str:
    """A paper without a seal of ours: who accepts it answers for it."""
    return page("gate_paper.html", kinds=tuple(PaperKind), given=request.args)


@gate.post("/gate/paper")
@needs(Task.GATE)
def accept() -> ResponseReturnValue:
    """Record it, with its picture."""
    check_own(request.form.get("badge"))
    accepted = desk().accept(_paper(), g.session.badge)
    url = url_for("gate.accepted", number=accepted.id)
    return jsonify(id=accepted.id, url=url) if wants_json() else redirect(url, HTTPStatus.SEE_OTHER)


def _paper() -> Paper:
    given, file = request.form, request.files.get("file")
    picture = b""
    if file is not None:
        with closing(file):
            picture = file.stream.read(MOST_BYTES + 1)
    try:
        kind = PaperKind(given.get("paper_kind", ""))
    except ValueError:
        raise BadRequest from None
    checked_picture(picture)
    name = file.filename or "" if file is not None else ""
    return Paper(
        *(given.get("number", ""), kind, given.get("office", ""), given.get("stamped_on", "")),
        *(given.get("reason", ""), picture, name),
    )


def checked_picture(picture: bytes) -> None:
    """Refuse a picture that nobody could look at later."""
    if picture:
        try:
            house().reader.picture(picture, 0, WIDTH)
        except Unopened as no:
            raise Refusal("not-read", why=no.fault.problem) from no


@gate.get("/gate/paper/<int:number>")
@needs(Task.GATE)
def accepted(number: int) -> str:
    """A paper that was accepted: shown as what it is, proven by nothing of ours."""
    found = accepted_paper(number)
    register = f"/register/out?paper={found.id}" if g.session.may(Task.REGISTER) else ""
    return page("gate_accepted.html", paper=found, others=desk().papers(found.number), number_told=number_told, register=register)


@gate.get("/gate/paper/<int:number>.png")
@needs(Task.GATE)
def picture(number: int) -> Response:
    """Its picture, drawn in grey: a foreign file goes to no browser as it came."""
    original = house().journal.document(accepted_paper(number).document)
    try:
        return Response(house().reader.picture(original, 0, WIDTH), content_type="image/png")
    except Unopened as no:
        raise Refusal("not-read", why=no.fault.problem) from no
