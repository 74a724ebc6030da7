"""One answer for each family of no: a page for people, problem+json (RFC 9457) for a program, the same words in both."""

import json
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.user import Task
from kiosk.desks.counter import Changed
from kiosk.web.screen import page, spoken
from kiosk.wording import could_not, mend, why

PROBLEM = "application/problem+json"
errors = Blueprint("errors", __name__)


def status_of(no: Refusal) -> int:
    """Who can put it right: whoever asked (422), whoever looks again (409), time (503), nobody, since it is not there (404)."""
    if isinstance(no, Conflict | Changed) or no.code in {"held-already", "lifted-already"}:
        return HTTPStatus.CONFLICT
    if no.code == "not-the-store":
        return HTTPStatus.UNAUTHORIZED
    if no.code == "clock-behind":  # a page keeps its scan, and sends it again
        return HTTPStatus.SERVICE_UNAVAILABLE
    missing = {
        "no-such-sheet",
        "no-document",
        "no-such-page",
        "no-such-form",
        "no-such-paper",
        "no-such-presentation",
        "no-such-user",
        "no-such-hold",
    }
    return HTTPStatus.NOT_FOUND if no.code in missing else HTTPStatus.UNPROCESSABLE_ENTITY


def wants_json() -> bool:
    """Whether a program asks."""
    if request.path.startswith("/api/"):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def answer(status: int, code: str, title: str, detail: str = "", **more: Any) -> Response:  # noqa: ANN401 - JSON
    """A no, as a page or as problem+json."""
    if wants_json():
        whole = {
            "type": f"/api/v1/openapi.json#{code}",
            "title": title,
            "status": int(status),
            "code": code,
            "detail": detail,
            **more,
        }
        return Response(json.dumps(whole), status, content_type=PROBLEM)  # half a surrogate pair goes as its escape
    return Response(page("error.html", status=int(status), title=title, sentence=detail, next="/"), status)


@errors.app_errorhandler(Refusal)
def refused(no: Refusal) -> Response:
    """What somebody can mend."""
    said, status = spoken(), status_of(no)
    reply = answer(status, no.code, why(said, no), mend(said, no), fields=no.fields)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        reply.headers["Retry-After"] = "1"
    return reply


@errors.app_errorhandler(Unavailable)
def unavailable(no: Unavailable) -> Response:
    """What could not be asked or written: nothing is known, and nothing is concluded (Q6).

    Its detail names files and machines: that is for the log, and for those who may see the health of every part.
    """
    said, session = could_not(spoken(), no), g.get("session")
    current_app.logger.warning("unavailable: %s", no)
    detail = no.detail if session is not None and session.may(Task.WHOLENESS) else ""
    reply = answer(HTTPStatus.SERVICE_UNAVAILABLE, no.code, said["message"], detail, part=no.part)
    reply.headers["Retry-After"] = "1"
    return reply


@errors.app_errorhandler(HTTPException)
def missed(error: HTTPException) -> Response:
    """What HTTP itself says no to: no such page, no such method, too much."""
    code, said = error.code or 500, spoken()
    key = f"screen.error.{code}"
    title = said.say(key) if key in said else said.say("screen.error.other", status=code)
    reply = answer(code, f"http-{code}", title)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            reply.headers[name] = value
    return reply


def install(app: Flask) -> None:
    """The handlers, and one for what is our own fault: said plainly, told to the log by Flask."""
    app.register_blueprint(errors)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        app.logger.error("unexpected", exc_info=error)
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "http-500", spoken().say("screen.error.500"))
