"""Language, theme and print: chosen on any page, before log-in too, without leaving the page."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request

from kiosk.web.address import local_path
from kiosk.web.house import house
from kiosk.web.screen import PRINTS, THEMES
from kiosk.web.session import free
from kiosk.words import LANGUAGES

look = Blueprint("look", __name__)
_CHOICES = {"lang": LANGUAGES, "theme": THEMES, "print": PRINTS}
_YEAR = 365 * 24 * 3600


@look.post("/look")
@free
def choose() -> Response:
    """Keep what was chosen, and go back to where it was chosen."""
    answer = redirect(local_path(request.form.get("back", "/")), HTTPStatus.SEE_OTHER)
    for name, known in _CHOICES.items():
        chosen = request.form.get(name, "")
        if chosen in known:
            answer.set_cookie(name, chosen, max_age=_YEAR, samesite="Strict", httponly=True, secure=house().rules.secure)
    return answer  # type: ignore[return-value]  # werkzeug's own response, as Flask makes it
