"""Tables for spreadsheets: CSV in UTF-8 that says so, with no cell that a spreadsheet would take for a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Final

MARK: Final = "\ufeff"
"""Without it, a spreadsheet takes UTF-8 for something else."""
_CUT: Final = re.compile(r"([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet that speaks French begins a cell, in the middle of one of ours."""


class _Line:
    """What `csv` writes to: it keeps the last line."""

    said = ""

    def write(self, text: str) -> None:
        self.said = text


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    r"""A line for each row, under the names of the columns; none is held longer than it takes.

    >>> list(csv_lines(["number"], [["=1+1"]]))[1]
    "'=1+1\r\n"
    """
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(head)
    yield MARK + line.said
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        yield line.said


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, whatever stood in a barcode or a client's name.

    >>> harmless("=1+1"), harmless("-5"), harmless("99999-001495785")
    ("'=1+1", "'-5", '99999-001495785')
    >>> harmless("two pieces;=1+1"), harmless("two; one")
    ("two pieces;'=1+1", 'two; one')
    """
    inside = _CUT.sub(r"\1'", cell)
    return f"'{inside}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else inside
