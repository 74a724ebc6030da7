"""Tables as Excel workbooks. Every text is written as a text: nothing in it is a formula, whatever stood in a barcode."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import xlsxwriter

_MOST: Final = 60
"""Characters by which a column is wide, at most."""
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The same table gives the same bytes: a workbook would else say when it was made."""


def workbook(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> bytes:
    """One sheet with a frozen head that can be filtered; the columns whose places (from 0) are `numbers` hold numbers."""
    into = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(into, options) as book:
        book.set_properties({"title": title, "created": _MADE})
        bold = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(_named(title))
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for place, name in enumerate(head):
            page.write_string(0, place, name, bold)
        _fill(page, rows, numbers)
        page.autofilter(0, 0, len(rows), len(head) - 1)
        for place, name in enumerate(head):
            longest = max([len(name) + 3, *(len(row[place]) for row in rows)])
            page.set_column(place, place, min(longest + 1, _MOST))
    return into.getvalue()


def _fill(page: "xlsxwriter.worksheet.Worksheet", rows: Sequence[Sequence[str]], numbers: Collection[int]) -> None:
    for line, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            if place in numbers and cell.isascii() and cell.isdigit():
                page.write_number(line, place, int(cell))
            elif cell:
                page.write_string(line, place, cell)


def _named(title: str) -> str:
    """A name that a sheet may have: 31 characters, without those that a reference needs.

    >>> _named("Register 9453 [2026-11]: all of it, and more")
    'Register 9453  2026-11   all of'
    """
    return "".join(" " if one in "[]:*?/\\" else one for one in title)[:31].strip("'")
