"""Sessions: who is at work in a browser, proven by a signed cookie and by the record, at each request.

The cookie says which session of which badge it is; whether that badge may still do anything is asked of the record each time. A
session ends with the shift, or when nobody has done anything for a while; what a page asks by itself (a poll, a stream of events,
`X-Background: 1`) is nobody. A view says who may see it: `@needs(Task.VOID)`, `@present` (anybody who is logged in, even before he
has chosen his own PIN), `@free` (everybody). A view that says nothing needs `Task.COUNTER`.

A request that changes something must carry the token of its page (`csrf`, or `X-CSRF-Token`): no other site knows it. A program
bears its ticket itself (`Authorization: Bearer`), and needs no other.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, url_for

from kiosk.core.faults import Unavailable
from kiosk.core.user import Role, Task, User, may
from kiosk.web import ticket as cookies
from kiosk.web.address import local_path, own_path
from kiosk.web.errors import answer, wants_json
from kiosk.web.house import house
from kiosk.web.screen import spoken
from kiosk.web.ticket import Ticket, now

View = TypeVar("View", bound=Callable[..., Any])
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
STEP: Final = 10
"""Seconds after which the cookie is written anew when somebody does something."""
_ALONE: Final = "login.left"
"""Asked by the page that warns of the end, and by nobody else."""
_FREE: Final = "free"
_PRESENT: Final = "present"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at work, as the record has him now."""

    ticket: Ticket
    user: User

    @property
    def badge(self) -> str:
        """His badge."""
        return self.user.badge

    @property
    def name(self) -> str:
        """His name."""
        return self.user.name

    @property
    def role(self) -> Role:
        """What he is."""
        return self.user.role

    def may(self, task: str) -> bool:
        """Whether he may do a task."""
        return may(self.role, Task(task))


def install(app: Flask) -> None:
    """Ask for a session before every view, and keep it after."""
    app.before_request(_enter)
    app.after_request(_leave)


def needs(task: Task) -> Callable[[View], View]:
    """A view for those who may do a task."""
    return lambda view: _marked(view, task)


def present(view: View) -> View:
    """A view for anybody who is logged in."""
    return _marked(view, _PRESENT)


def free(view: View) -> View:
    """A view for everybody."""
    return _marked(view, _FREE)


def tokenless(view: View) -> View:
    """A view that asks for no token: one that neither reads nor sets a cookie, and that no form of a page can reach."""
    vars(view)["tokenless"] = True
    return view


def _marked(view: View, who: str) -> View:
    vars(view)["who"] = who
    return view


def begin(user: User, session: str) -> None:
    """From here on this browser is the user's; whoever was at work in it before is logged out. The token is new, too."""
    if g.session is not None:
        house().staff.log_out(g.session.ticket.id, g.session.badge, "replaced")
    g.session = Session(Ticket(session, user.badge, user.edition, now(), now(), cookies.token()), user)
    g.csrf, g.keep = g.session.ticket.csrf, True


def renew(user: User) -> None:
    """The session goes on with a user who has just changed his PIN; every other one of his is over."""
    g.session = Session(replace(g.session.ticket, edition=user.edition, seen=now()), user)
    g.keep = True


def end() -> None:
    """Nobody is at work in this browser any more."""
    house().staff.log_out(g.session.ticket.id, g.session.badge, "asked")
    g.session, g.gone = None, True


def still(ticket: Ticket) -> bool:
    """Whether a session has not ended since: for what goes on after its request, as a stream of events does."""
    over = cookies.freshest(ticket).over(now(), house().rules)
    return not over and house().staff.standing(ticket.badge, ticket.id, ticket.edition) is not None


def background() -> bool:
    """Whether a page asks by itself: nobody has done anything."""
    asked = request.headers
    return "X-Background" in asked or "text/event-stream" in asked.get("Accept", "") or request.endpoint == _ALONE


def _enter() -> Any:  # noqa: ANN401 - whatever Flask takes for an answer
    """Who asks, and whether he may; an answer is a no."""
    if request.endpoint == "static":
        return None
    ticket = cookies.shown()
    g.session, g.keep, g.gone, g.why = None, False, False, ""
    g.csrf = ticket.csrf if ticket else cookies.door()
    who = getattr(current_app.view_functions.get(request.endpoint or ""), "who", Task.COUNTER)
    try:
        _find(ticket)
    except Unavailable:
        if who != _FREE:  # the page that tells how the record is must not need it
            raise
    return _refused(who) if request.endpoint else None  # else Flask says by itself that there is no such page


def _find(ticket: Ticket | None) -> None:
    """The session of the ticket. The record is told of one that has come to its end."""
    if ticket is None:
        return
    ticket = cookies.freshest(ticket)
    staff, why = house().staff, ticket.over(now(), house().rules)
    user = staff.standing(ticket.badge, ticket.id, ticket.edition)
    if user is not None and not why:
        g.session = Session(ticket, user)
        return
    g.why, g.gone, g.csrf = why or "ended", True, cookies.door()
    if user is not None:
        staff.log_out(ticket.id, ticket.badge, why)


def _refused(who: str) -> Any:  # noqa: ANN401 - likewise
    """The answer to whoever may not; None for who may."""
    session: Session | None = g.session
    if session is None and who != _FREE:
        return _to_log_in()
    if request.method not in SAFE and not _from_our_page():
        return _no(HTTPStatus.FORBIDDEN, "stale-page")
    if session is None or who in (_FREE, _PRESENT):
        return None
    if not session.user.own:
        return _no(HTTPStatus.UNAUTHORIZED, "first-pin") if wants_json() else _first("login.pin")
    return None if session.may(who) else _no(HTTPStatus.FORBIDDEN, "not-allowed")


def _to_log_in() -> Any:  # noqa: ANN401 - likewise
    if wants_json() or background():
        return _no(HTTPStatus.UNAUTHORIZED, "logged-out")
    return _first("login.show", **({"why": g.why} if g.why else {}))


def _first(endpoint: str, **more: Any) -> Any:  # noqa: ANN401 - likewise
    """To another page first, then back here: to the page itself, or to the one whose form was sent."""
    back = request.full_path.rstrip("?") if request.method in SAFE else own_path(request.referrer or "", request.host)
    if back != "/":
        more["next"] = local_path(back)
    return redirect(url_for(endpoint, **more), HTTPStatus.SEE_OTHER)


def _no(status: HTTPStatus, code: str) -> Response:
    said = spoken()
    return answer(status, code, said.say(f"screen.staff.no.{code}"), said.say(f"screen.staff.do.{code}"))


def _from_our_page() -> bool:
    """Whether a page of ours asks, or a program: what bears a token of its own was not sent by some other site."""
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "tokenless", False) or (g.session is not None and cookies.is_borne()):
        return True
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    return secrets.compare_digest(sent.encode(), g.csrf.encode())


def _leave(response: Response) -> Response:
    """The ticket, with the time when somebody did something; none when nobody is at work any more."""
    session: Session | None = g.get("session")
    if session is not None and (g.keep or (not background() and now() - session.ticket.seen >= STEP)):
        cookies.give(response, replace(session.ticket, seen=now()))
    elif g.get("gone"):
        cookies.take(response)
    cookies.give_door(response)
    if g.get("csrf"):
        response.vary.add("Cookie")
    return response
