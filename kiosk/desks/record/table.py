"""Scans as a table for spreadsheets: CSV in UTF-8 that says so, with no cell that a spreadsheet would take for a formula."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

from kiosk.core.spreadsheet import csv_lines, harmless
from kiosk.desks.record.sheets import ScanRow
from kiosk.desks.record.telling import code_told
from kiosk.words import Words

__all__ = ["COLUMNS", "harmless", "table"]

COLUMNS: Final = (
    *("time", "sheet", "row", "number", "mark", "reason", "as-of", "kind", "removed"),
    *("badge", "keyed", "device", "symbology", "state"),
)


def table(rows: Iterable[ScanRow], words: Words, zone: tzinfo) -> Iterator[str]:
    """A line for each scan, under the names of the columns; none is held longer than it takes."""
    head = [words.say(f"report.column.{name}") for name in COLUMNS]
    return csv_lines(head, (_cells(row, words, zone) for row in rows))


def _cells(row: ScanRow, words: Words, zone: tzinfo) -> tuple[str, ...]:
    return (
        _time(row.at, zone),
        row.sheet,
        str(row.row),
        row.number,
        row.mark,
        code_told(words, row.reason),
        _time(row.as_of, zone),
        words.say(f"report.kind.{row.kind}"),
        row.removed,
        row.by,
        words.say("field.yes" if row.keyed else "field.no"),
        row.source,
        row.symbology,
        words.say(f"state.{row.state}"),
    )


def _time(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds") if at else ""
