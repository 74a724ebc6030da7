"""Clients' screens, for officers: left to clients, closed again; and queries taken over by one scan of their slip (Q1)."""

import secrets
from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.core.faults import Unavailable
from kiosk.core.reference import plain
from kiosk.core.sheet import QuerySheet
from kiosk.core.user import Task
from kiosk.web import session, visit
from kiosk.web.counter import found, sheets
from kiosk.web.errors import wants_json
from kiosk.web.house import house
from kiosk.web.query import desk
from kiosk.web.screen import page
from kiosk.web.session import needs
from kiosk.web.storms import storms_seen

clients = Blueprint("clients", __name__, url_prefix="/client")


def officers_page() -> str:
    """The screens that are clients' now, the way to take a query over, and for a supervisor the storms of late."""
    here, storms = visit.desk(), storms_seen()
    return page("client_desk.html", desk=here, screens=here.screens() if here is not None else (), storms=storms)


def _back() -> Response:
    return make_response(redirect(url_for("client.show"), HTTPStatus.SEE_OTHER))


@clients.post("/open")
@needs(Task.COUNTER)
def open_desk() -> ResponseReturnValue:
    """Leave this browser to clients: its officer is logged out."""
    name = secrets.token_urlsafe(9)
    desk().open(name, g.session.badge)
    session.end()
    reply = _back()
    visit.leave_to_clients(reply, name)
    reply.delete_cookie("lang", samesite="Strict", httponly=True, secure=house().rules.secure)
    return reply


@clients.post("/close")
@needs(Task.COUNTER)
def close_desk() -> ResponseReturnValue:
    """A browser is a client's no more, wherever it stands; what was on it is cleared."""
    name = request.form.get("screen", "")
    visit.clear(name, "closed")
    desk().close(name, "closed", g.session.badge)
    return _back()


@clients.post("/take")
@needs(Task.COUNTER)
def take() -> ResponseReturnValue:
    """Take a client's query over by the number on its slip: all of it is asked again, and is this officer's sheet."""
    sheet = taken(plain(request.form.get("code", "")))
    shown = url_for("counter.show", number=sheet.number)
    return jsonify(sheet=sheet.number, url=shown) if wants_json() else redirect(shown, HTTPStatus.SEE_OTHER)


def taken(number: str) -> QuerySheet:
    """A client's query, this officer's from now on; a sheet that is none is given as it is."""
    here = house().desk
    if here is None:
        return found(number)
    sheet = sheets().keep(here.take_over(number, g.session.badge))
    with suppress(Unavailable):
        visit.let_go_of(sheet)
    return sheet
