"""The places of the kiosk, in the order in which the screens offer them, and who may go there."""

from typing import Final

from flask import g

from kiosk.core.user import Task
from kiosk.web.house import house

PLACES: Final = (
    ("home", "/", Task.COUNTER),
    ("one", "/one", Task.COUNTER),
    ("gate", "/gate", Task.GATE),
    ("register", "/register", Task.REGISTER),
    ("holds", "/holds", Task.HOLD),
    ("printing", "/printing", Task.COUNTER),
    ("scanners", "/scanners", Task.DEVICES),
    ("find", "/find", Task.COUNTER),
    ("day", "/days", Task.DAY),
    ("record", "/record", Task.WHOLENESS),
    ("users", "/users", Task.LIFT),
    ("client", "/client", Task.ASK),
)
"""Name, address, and the task without which nobody gets there."""


def places() -> tuple[tuple[str, str], ...]:
    """The places of whoever is logged in: name and address."""
    return tuple((name, address) for name, address, task in PLACES if g.session.may(task) and (name != "client" or _offered()))


def _offered() -> bool:
    """Whether clients help themselves at this office."""
    here = house().desk
    return here is not None and here.offered


def first() -> str:
    """Where whoever is logged in begins his work."""
    return next((address for _, address in places()), "/pin")
