"""Programs that ask for many numbers that nobody knows: slowed, and told to a supervisor. No screen of an officer ever waits."""

from typing import Final

from flask import current_app, g

from kiosk.core.faults import Refusal
from kiosk.core.journal import Entry
from kiosk.core.sheet import QuerySheet
from kiosk.core.storm import PROGRAM, is_miss
from kiosk.core.user import Task
from kiosk.web.house import house
from kiosk.web.visit import Misses

_MISSES: Final = "program misses"


def check_pace() -> None:
    """Go on only if this badge's programs need not wait; `Refusal` too-many-unknown, with the seconds."""
    if seconds := _misses().wait(_sources(), house().clock()):
        raise Refusal("too-many-unknown", seconds=seconds)


def count_misses(before: QuerySheet, after: QuerySheet) -> None:
    """Count the numbers that a scan has found not to be on file; a storm is recorded once."""
    more = sum(map(is_miss, after.rows)) - sum(map(is_miss, before.rows))
    begun = list(_misses().add(_sources(), max(more, 0), house().clock()))
    if begun and (desk := house().desk) is not None:
        source, times = begun[0]
        desk.storm(source, len(times), times[0])


def storms_seen() -> tuple[Entry, ...]:
    """The storms of late, for a supervisor; nothing for anybody else."""
    here = house().desk
    return here.storms() if here is not None and g.session.may(Task.REPORT) else ()


def _misses() -> Misses:
    found: Misses = current_app.extensions.setdefault(_MISSES, Misses(PROGRAM))
    return found


def _sources() -> tuple[str, ...]:
    return (f"badge {g.session.badge}",)
