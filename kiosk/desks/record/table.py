"""Scans as a table for spreadsheets: CSV in UTF-8 that says so, with no cell that a spreadsheet would take for a formula."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

from kiosk.desks.record.sheets import ScanRow
from kiosk.desks.record.telling import code_told
from kiosk.words import Words

MARK: Final = "\ufeff"
"""Without it, a spreadsheet takes UTF-8 for something else."""
COLUMNS: Final = (
    *("time", "sheet", "row", "number", "mark", "reason", "as-of", "kind", "removed"),
    *("badge", "keyed", "device", "symbology", "state"),
)


class _Line:
    """What `csv` writes to: it keeps the last line."""

    said = ""

    def write(self, text: str) -> None:
        self.said = text


def table(rows: Iterable[ScanRow], words: Words, zone: tzinfo) -> Iterator[str]:
    """A line for each scan, under the names of the columns; none is held longer than it takes."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([words.say(f"report.column.{name}") for name in COLUMNS])
    yield MARK + line.said
    for row in rows:
        writer.writerow([harmless(cell) for cell in _cells(row, words, zone)])
        yield line.said


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, whatever stood in a barcode or a client's name.

    >>> harmless("=1+1"), harmless("-5"), harmless("99999-001495785")
    ("'=1+1", "'-5", '99999-001495785')
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else cell


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
