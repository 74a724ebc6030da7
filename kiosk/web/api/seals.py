"""The seals of a sheet, for a warehouse's own machine to which somebody tells its number alone (P2). It judges them by itself."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import abort, current_app, request

from kiosk.core.faults import Refusal
from kiosk.core.journal import Stamped, Voided
from kiosk.core.storm import WAREHOUSE
from kiosk.web.api.asked import SheetNumber
from kiosk.web.api.holds import WhichSheet
from kiosk.web.api.warehouse import writers
from kiosk.web.house import house
from kiosk.web.pace import Pace
from kiosk.web.ticket import now
from kiosk.web.visit import Misses

AT_ONCE, A_SECOND = 60, 1.0
"""Questions of one warehouse, or of one address that is none: a gate asks a few a minute."""
_PACE: Final = "seals pace"
_MISSES: Final = "seals misses"


@dataclass(frozen=True, slots=True)
class SheetSeals:
    """The seals of a stamped sheet, one a page; none where no such sheet was stamped here. `withdrawn` is why it was taken back.

    They prove nothing until they are checked, by keys that the one who asks trusts.
    """

    sheet: SheetNumber
    seals: tuple[str, ...]
    withdrawn: str | None


def get_seals(query: WhichSheet) -> SheetSeals:
    """Get the seals of a sheet, with the token of a warehouse's own machine (`Authorization: Bearer`).

    A machine that asks for many numbers that were never stamped must wait, longer each time.
    """
    places = ", ".join(sorted(writers()))
    source = f"warehouse {places}" if places else request.remote_addr or ""
    if early := _pace().wait(source):
        raise Refusal("too-many-questions", seconds=early)
    if not places:
        abort(HTTPStatus.UNAUTHORIZED)
    if early := _misses().wait((source,), house().clock()):
        raise Refusal("too-many-unknown", seconds=early)
    facts = [one.entry.fact for one in house().journal.entries(query.sheet)]
    stamped = next((fact for fact in facts if isinstance(fact, Stamped)), None)
    if stamped is None:
        _count_miss(source)
        return SheetSeals(query.sheet, (), None)
    withdrawn = next((fact.reason for fact in facts if isinstance(fact, Voided)), None)
    return SheetSeals(query.sheet, tuple(stamped.seals), withdrawn)


def _count_miss(source: str) -> None:
    """Count a number that was never stamped; a storm is recorded once."""
    for name, times in _misses().add((source,), 1, house().clock()):
        if (desk := house().desk) is not None:
            desk.storm(name, len(times), times[0])


def _pace() -> Pace:
    pace: Pace = current_app.extensions.setdefault(_PACE, Pace(AT_ONCE, A_SECOND, now))
    return pace


def _misses() -> Misses:
    found: Misses = current_app.extensions.setdefault(_MISSES, Misses(WAREHOUSE))
    return found
