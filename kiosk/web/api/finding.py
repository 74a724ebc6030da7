"""What was: sheets found, the history of a number, a day's figures (Q10)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

from kiosk.core.day import DayReport
from kiosk.desks import record as desk
from kiosk.web import record as pages
from kiosk.web.api.asked import Search, Whose
from kiosk.web.api.operation import Csv, Pdf
from kiosk.web.api.reports import BadgeFigures, Change, Day, Found, FoundSheet, History, Moment, Outage, Sense, Standing
from kiosk.web.api.rows import head
from kiosk.web.api.shape import Text
from kiosk.web.house import house
from kiosk.web.record import found, whose

Number = Annotated[str, Text(1, 100)]


def find_sheets(query: Search) -> Found:
    """Find sheets: by one text that may be a number, a sheet, a client, a badge or a day; or field by field."""
    fields = {name: given.strip() for name, given in asdict(query).items() if name != "day"}
    return Found(tuple(_sense(*one) for one in found(fields | {"day": query.day.isoformat() if query.day else ""})))


def get_history(number: Number) -> History:
    """Get the history of a number: every time it was asked, what was answered, and on which sheets it stands."""
    all_ = house().record.history(number)
    moments = tuple(Moment(**asdict(one)) for one in all_.moments)
    standings = tuple(Standing(_sheet(one.sheet), one.row, one.kind, one.mark, one.reason) for one in all_.standings)
    return History(all_.number, moments, standings, all_.more)


def get_day(day: date, query: Whose) -> Day:
    """Get a day's figures: everybody's for those who may see them, else one's own."""
    del query  # read by the view of the screens, with its rule
    return _day(house().record.day(day, whose()))


def get_day_paper(day: date, query: Whose) -> Pdf:
    """Get the same on paper."""
    del query
    return pages.day_paper(day.isoformat())


def get_day_table(day: date, query: Whose) -> Csv:
    """Get a day's scans, one a line."""
    del query
    return pages.day_table(day.isoformat())


def _sense(sense: str, search: desk.Search) -> Sense:
    return Sense(sense, tuple(map(_sheet, search.sheets)), search.more)  # type: ignore[arg-type]  # one of its five, or fields


def _sheet(one: desk.FoundSheet) -> FoundSheet:
    return FoundSheet(one.number, head(one.header), one.by, one.opened_at, one.state, one.state_at, one.counts)


def _day(report: DayReport) -> Day:
    same: Mapping[str, object] = {name: getattr(report, name) for name in Day.__slots__ if hasattr(report, name)}
    own = {
        "changed": tuple(Change(before, now, rows) for (before, now), rows in report.changed.items()),
        "outages": tuple(Outage(one.first, one.last, one.questions) for one in report.outages),
        "badges": {badge: BadgeFigures(**asdict(figures)) for badge, figures in report.badges.items()},
        "median_wait": _seconds(report.median_wait),
        "longest_wait": _seconds(report.longest_wait),
    }
    return Day(**{**same, **own})  # type: ignore[arg-type]  # the names of both, with the same meaning


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())
