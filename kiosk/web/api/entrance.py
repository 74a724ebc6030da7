"""In and out: log in, who am I and for how long, another PIN, log out."""

from flask import g

from kiosk.core.user import Task, User, may
from kiosk.web import session, ticket
from kiosk.web.api.asked import LogIn, PinChange
from kiosk.web.api.replies import Session
from kiosk.web.house import house
from kiosk.web.login import check_pace
from kiosk.web.ticket import Ticket, is_borne, now, token_of


def log_in(body: LogIn) -> Session:
    """Log in by badge and PIN.

    The token goes into `Authorization: Bearer TOKEN` of every other request. A session ends with the shift, or when nothing was
    asked for a while. A reply may have a newer token in its header `Session-Token`; that one knows of your last request even after
    the kiosk was started anew.
    """
    check_pace()
    name, user = house().staff.log_in(body.badge, body.pin)
    new = Ticket(name, user.badge, user.edition, now(), now(), ticket.token())
    return _told(user, new, token_of(new), borne=True)


def who_am_i() -> Session:
    """Who is at work, and how long the session goes on."""
    return _told(g.session.user, g.session.ticket, None, borne=is_borne())


def stay() -> Session:
    """Go on: the session's idle time begins anew, with a new token."""
    session.renew(g.session.user)
    return _renewed()


def change_pin(body: PinChange) -> Session:
    """Choose one's own PIN: every other session of this badge ends, and this one goes on with a new token."""
    check_pace()
    session.renew(house().staff.change_pin(g.session.badge, body.old, body.new))
    return _renewed()


def log_out() -> None:
    """Log out: the token is good for nothing any more. Open sheets stay."""
    session.end()


def _renewed() -> Session:
    one = g.session.ticket
    return _told(g.session.user, one, token_of(one) if is_borne() else None, borne=is_borne())


def _told(user: User, shown: Ticket, new: str | None, *, borne: bool) -> Session:
    left = shown.left(now(), house().rules)
    tasks = tuple(task for task in Task if may(user.role, task))
    csrf = None if borne else shown.csrf
    return Session(user.badge, user.name, user.role, tasks, user.own, left["idle"], left["shift"], new, csrf)
