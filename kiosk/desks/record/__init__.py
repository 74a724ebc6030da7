"""The record's desk: find, history, reports (Q10). It reads, and writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile
from typing import Final

from kiosk.core.day import DayReport, report
from kiosk.core.faults import Refusal
from kiosk.core.journal import Entry, Opened, name_words
from kiosk.core.reference import plain
from kiosk.core.sheet import Header
from kiosk.desks.record.examination import Examination, Examined
from kiosk.desks.record.history import History, Moment, Standing, history
from kiosk.desks.record.sheets import FoundSheet, OpenSheet, ScanRow, found_sheet, header_of, scan_rows
from kiosk.ports import Clock, Found, Journal

__all__ = [
    "Examination",
    "Examined",
    "FoundSheet",
    "History",
    "Moment",
    "OpenSheet",
    "Page",
    "Record",
    "ScanRow",
    "Search",
    "Standing",
]

MOST_SHEETS: Final = 50
"""Sheets of one search, or of one number's history."""
MOST_CLIENTS: Final = 8
PAGE: Final = 50
"""Entries on a page of the record."""
_NEWEST: Final = 1000
"""Openings that are looked through for clients: whoever was not here for so long is typed anew."""


@dataclass(frozen=True, slots=True)
class Search:
    """The sheets that were found, newest first; `more` where there are others that are not shown."""

    sheets: tuple[FoundSheet, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the record's entries, newest first. `newer` and `older` are where the pages beside it begin; None at an end."""

    entries: tuple[Found, ...]
    size: int
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """What the record tells. `zone` is the office's: a day is a day there."""

    journal: Journal
    clock: Clock
    zone: tzinfo

    def search(
        self,
        number: str | None = None,
        sheet: str | None = None,
        client: str | None = None,
        badge: str | None = None,
        day: date | None = None,
    ) -> Search:
        """The sheets that fit all that is given; `Refusal` nothing-to-search where nothing is.

        `number` stands on the sheet, with its hyphen or without. `client` is an ID, or words of a name or their beginnings; case
        and accents do not count. `badge` worked at it, on `day` something happened to it.
        """
        if not any((number, sheet, client, badge, day)):
            raise Refusal("nothing-to-search")
        names = sorted(name_words(client or ""))
        if client and not names:
            return Search(())
        found = self.journal.subjects(
            "Opened",
            MOST_SHEETS + 1,
            subject=plain(sheet) if sheet else None,
            number=number or None,
            names=names,
            badge=badge or None,
            span=self._span(day) if day else None,
        )
        return Search(tuple(map(self._sheet, found[:MOST_SHEETS])), more=len(found) > MOST_SHEETS)

    def clients(self, text: str) -> tuple[Header, ...]:
        """The newest header of each client whose ID or words of the name begin as this text's words do; 8 at most, newest first."""
        words = sorted(name_words(text), key=len)
        known: dict[tuple[str, str], Header] = {}
        for found in self.journal.named(words[-1], _NEWEST) if words else ():
            opened = found.entry.fact
            if isinstance(opened, Opened) and all(any(name.startswith(word) for name in opened.names()) for word in words):
                known.setdefault((opened.client_id, opened.client_name), header_of(opened))
            if len(known) == MOST_CLIENTS:
                break
        return tuple(known.values())

    def history(self, number: str) -> History:
        """Every time a number was asked, what was answered, and on which sheets it stands; of its newest 50 sheets."""
        sheets = self.journal.subjects("Opened", MOST_SHEETS + 1, number=number)
        return history(self.journal, number, sheets[:MOST_SHEETS], more=len(sheets) > MOST_SHEETS)

    def open_sheets(self, days: int = 2) -> tuple[OpenSheet, ...]:
        """The sheets that were begun in the last days and are neither stamped nor returned, newest first.

        What clients ask by themselves is none, until an officer takes it over.
        """
        low = self.journal.not_before(self.clock() - timedelta(days=days))
        ended = {subject for kind in ("Stamped", "Returned", "Voided") for subject in self.journal.tally(kind, low)}
        taken = self.journal.tally("TakenOver", low)
        scans, unread = self.journal.tally("Scanned", low), self.journal.tally("NotRead", low)
        opened = [found.entry for found in self.journal.find(kind="Opened", low=low)]
        return tuple(
            OpenSheet(one.subject, header_of(one.fact), one.by, one.at, scans.get(one.subject, 0) + unread.get(one.subject, 0))
            for one in reversed(opened)
            if isinstance(one.fact, Opened) and one.subject not in ended and (one.by != one.subject[:4] or one.subject in taken)
        )

    def day(self, day: date, badge: str | None = None) -> DayReport:
        """The figures of a day; with a badge, of what it did itself."""
        return report(day, self._entries(day), self.zone, badge)

    def day_rows(self, day: date, badge: str | None = None) -> Iterator[ScanRow]:
        """Each scan of a day, sheet by sheet in the order in which they were begun, with what became of it."""
        begin, end = self._bounds(day)
        low, high = self._span(day)
        for number in reversed(self.journal.subjects("Opened", high, span=(low, high))):
            rows = scan_rows(number, [found.entry for found in self.journal.entries(number)])
            yield from (row for row in rows if begin <= row.at < end and badge in (None, row.by))

    def page(self, before: int | None = None) -> Page:
        """The 50 entries before a position, or the newest."""
        size = self.journal.checkpoint().size
        high = size if before is None else min(max(before, 0), size)
        low = max(0, high - PAGE)
        return Page(self.journal.span(low, high)[::-1], size, min(high + PAGE, size) if high < size else None, low or None)

    def today(self) -> date:
        """The day that it is in the office."""
        return self.clock().astimezone(self.zone).date()

    def _sheet(self, number: str) -> FoundSheet:
        return found_sheet(number, [found.entry for found in self.journal.entries(number)])

    def _entries(self, day: date) -> Iterator[Entry]:
        low, high = self._span(day)
        return (found.entry for found in takewhile(lambda found: found.position < high, self.journal.since(low)))

    def _span(self, day: date) -> tuple[int, int]:
        """The positions of a day's entries: from the first to before the next day's."""
        begin, end = self._bounds(day)
        return self.journal.not_before(begin), self.journal.not_before(end)

    def _bounds(self, day: date) -> tuple[datetime, datetime]:
        """From midnight to midnight in the office: 23 or 25 hours where its clock is changed."""
        try:
            begin, end = (datetime.combine(one, time(), self.zone).astimezone(UTC) for one in (day, day + timedelta(days=1)))
        except OverflowError:
            raise Refusal("not-a-day", expected="a day such as 2026-11-22", got=str(day)) from None
        return begin, end
