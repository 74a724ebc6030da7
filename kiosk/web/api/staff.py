"""Users: listed, added, changed, dismissed; a delay lifted."""

from flask import g

from kiosk.core.user import User
from kiosk.web.api.asked import Badge, NewPin, NewUser, UserChange
from kiosk.web.api.reports import User as UserTold
from kiosk.web.api.reports import Users
from kiosk.web.house import house


def list_users() -> Users:
    """List everybody who works here, and who did."""
    return Users(tuple(map(_told, house().staff.all())))


def add_user(body: NewUser) -> UserTold:
    """Add somebody, or somebody again, with a first PIN that he must change when he logs in."""
    return _told(house().staff.add(body.badge, body.name, body.role, body.pin, g.session.badge, body.sub_location))


def get_user(badge: Badge) -> UserTold:
    """Get a user, and how long his next log-in must wait here."""
    return _told(house().staff.find(badge))


def change_user(badge: Badge, body: UserChange) -> UserTold:
    """Give a user another name, role or warehouse. The last administrator stays one."""
    return _told(house().staff.change(badge, g.session.badge, body.name, body.role, body.sub_location))


def set_pin(badge: Badge, body: NewPin) -> UserTold:
    """Give a user a new first PIN."""
    return _told(house().staff.set_pin(badge, body.pin, g.session.badge))


def dismiss_user(badge: Badge) -> UserTold:
    """Dismiss a user: from this moment on he may do nothing."""
    return _told(house().staff.dismiss(badge, g.session.badge))


def lift_delay(badge: Badge) -> UserTold:
    """Lift the delay of a user's next log-in."""
    return _told(house().staff.lift(badge, g.session.badge))


def _told(user: User) -> UserTold:
    wait = house().staff.delay(user.badge)
    return UserTold(user.badge, user.name, user.role, user.sub_location, user.state, wait)  # type: ignore[arg-type]  # its four states
