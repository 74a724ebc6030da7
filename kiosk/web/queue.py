"""The printer's queue, as the screens and programs put something into it (P7): on record first, then sent by the station's loop."""

from flask import g

from kiosk.core.faults import Unavailable
from kiosk.core.printing import PRINTER, Mark, Print, State
from kiosk.core.sheet import QuerySheet
from kiosk.desks.dispatch import Dispatch
from kiosk.web.house import house
from kiosk.words import Words


def desk() -> Dispatch:
    """The dispatch of this kiosk."""
    kiosk = house()
    if kiosk.printing is not None:
        return kiosk.printing.dispatch
    return Dispatch(kiosk.journal, kiosk.printer, kiosk.clock, kiosk.station)


def asked(sheet: QuerySheet, by: str = "") -> tuple[Print, ...]:
    """What is due of a stamped sheet, given to the queue of the printer: the original or both, then a copy at a time (P7).

    `by` is who asks, where that is nobody who is logged in.
    """
    return tuple(given(sheet, mark, by) for mark in house().counter.due(sheet, house().originals))


def given(sheet: QuerySheet, mark: Mark = "", by: str = "") -> Print:
    """One document of a sheet, on record as asked for, and in the queue."""
    kiosk = house()
    kiosk.counter.hand_over(sheet, PRINTER, kiosk.press, by or g.session.badge, mark)
    return queued(sheet.number)


def queued(sheet: str) -> Print:
    """What was just asked to be printed of a sheet. Where there is no queue at work it is sent at once, or `Unavailable`."""
    kiosk, job = house(), desk().of(sheet)[0]
    return job if kiosk.printing is not None and kiosk.printing.alive else _sent(job)


def _sent(job: Print) -> Print:
    """Sent while its officer waits; `Unavailable` if the printer did not take it, and its number is free again."""
    dispatch = desk()
    job = dispatch.send(job)
    if job.state is State.WAITING and not job.tried:
        job = dispatch.refuse(job, Unavailable("printer", job.reasons[0]))
    if job.state is State.FAILED:
        raise Unavailable("printer", job.code, job.detail)
    return job


def which(said: Words, job: Print) -> str:
    """What one document of a sheet is called: what it is, of what; original, whose, or copy n."""
    name = "copy" if job.copy > 1 else "-".join(filter(None, ("original", job.mark)))
    copy = said.say(f"screen.printing.{name}", copy=job.copy)
    return copy if job.kind == "sheet" else said.say(f"screen.printing.kind-{job.kind}", title=job.title, which=copy)
