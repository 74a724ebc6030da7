"""The JSON API, at /api/v1: everything that the screens do, for programs. `table` has every operation."""

from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Response, jsonify

from kiosk.core.faults import Refusal
from kiosk.web.api.document import document
from kiosk.web.api.problem import refusal_told
from kiosk.web.api.shape import Misshapen
from kiosk.web.api.table import TABLE
from kiosk.web.session import free, tokenless

__all__ = ["api", "whole"]
DISTRIBUTION: Final = "release-kiosk"
TOKENLESS: Final = frozenset({"logIn", "sendRegisterEntry", "tellReferral"})
"""Operations without a session: they neither read nor set a cookie."""

api = Blueprint("api", __name__, url_prefix="/api/v1")


@cache
def whole() -> dict[str, Any]:
    """The OpenAPI document."""
    return document(TABLE, version(DISTRIBUTION))


@api.get("/openapi.json")
@free
def openapi() -> Response:
    """The document for whoever asks."""
    return jsonify(whole())


@api.errorhandler(Misshapen)
def misshapen(no: Misshapen) -> Response:
    """A program's mistake, told to its programmer."""
    return refusal_told(no, HTTPStatus.BAD_REQUEST)


@api.errorhandler(Refusal)
def refused(no: Refusal) -> Response:
    """What somebody can mend."""
    return refusal_told(no)


@api.after_request
def challenged(reply: Response) -> Response:
    """How one proves who one is, where nobody did (RFC 9110)."""
    if reply.status_code == HTTPStatus.UNAUTHORIZED:
        reply.headers.setdefault("WWW-Authenticate", "Bearer")
    return reply


for _one in TABLE:
    _view = tokenless(_one.view) if _one.name in TOKENLESS else _one.view
    api.add_url_rule(_one.rule, _one.name, _view, methods=[_one.method])
