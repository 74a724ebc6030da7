"""The register of a day or a month on paper and in spreadsheets, and blank pages for a pen (P3, SOCP 2.7)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from kiosk.core.book import Book
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.spreadsheet import csv_lines
from kiosk.core.user import Task
from kiosk.desks.register.table import COLUMNS, NUMBERS, cells, head
from kiosk.web.house import house
from kiosk.web.register import desk, one_warehouse, paged, warehouse
from kiosk.web.screen import spoken
from kiosk.web.session import needs

books = Blueprint("books", __name__)
BLANK: Final = 4
"""Blank pages, where no other number is asked."""
SHOWN: Final = frozenset({"time", "what", "number", "in", "out", "place", "carrier", "vehicle", "ground", "by", "remark"})
_MOST_BLANK: Final = 50
_PERIOD: Final = re.compile("[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


@books.get("/register/books")
@needs(Task.REGISTER)
def show() -> str:
    """What was written down on a day or in a month; today, where nothing is chosen."""
    period = request.args.get("day", "").strip() or request.args.get("month", "").strip() or str(desk().today())
    where = warehouse()
    book = book_of(where, period) if where else None
    rows = [_shown(row) for row in cells(book.lines, spoken(), house().zone)] if book else ()
    return paged("register_books.html", period=period, book=book, head=_shown(head(spoken())), rows=rows, blank=BLANK)


def _shown(row: Sequence[str]) -> list[str]:
    """Of a row what has room on a screen; paper and tables have all of it."""
    return [cell for name, cell in zip(COLUMNS, row, strict=True) if name in SHOWN]


@books.get("/register/books/<period>.pdf")
@needs(Task.REGISTER)
def paper(period: str) -> Response:
    """A day or a month on paper; or blank pages."""
    if period == "blank":
        pages = min(max(request.args.get("pages", BLANK, type=int), 1), _MOST_BLANK)
        book = Book(warehouse(), "", blank=pages)
    else:
        book = book_of(one_warehouse(), period)
    pdf = house().press.register(book, house().clock())
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{_name(book)}.pdf"'})


@books.get("/register/books/<period>.csv")
@needs(Task.REGISTER)
def table(period: str) -> Response:
    """A day or a month, one line for each entry, for any spreadsheet."""
    book, words = book_of(one_warehouse(), period), spoken()
    lines = (line.encode() for line in csv_lines(head(words), cells(book.lines, words, house().zone)))
    return _file(b"".join(lines), book, "csv", "text/csv; charset=utf-8")


@books.get("/register/books/<period>.xlsx")
@needs(Task.REGISTER)
def workbook(period: str) -> Response:
    """The same as a workbook."""
    book, words, make = book_of(one_warehouse(), period), spoken(), house().workbook
    if make is None:
        raise Unavailable("register", "absent")
    places = {place for place, name in enumerate(COLUMNS) if name in NUMBERS}
    content = make(f"Register {book.sub_location} {book.period}", head(words), cells(book.lines, words, house().zone), places)
    return _file(content, book, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def book_of(where: str, period: str) -> Book:
    """The book of a day (2026-11-22) or of a month (2026-11)."""
    if not _PERIOD.fullmatch(period):
        raise Refusal("not-a-day", expected="a day such as 2026-11-22", got=period)
    try:
        first = date.fromisoformat(period if len(period) == 10 else f"{period}-01")
    except ValueError:
        raise Refusal("not-a-day", expected="a day such as 2026-11-22", got=period) from None
    return desk().day(where, first) if len(period) == 10 else desk().month(where, first)


def _file(content: bytes, book: Book, ending: str, kind: str) -> Response:
    if not book.period:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{_name(book)}.{ending}"'}
    return Response(content, content_type=kind, headers=headers)


def _name(book: Book) -> str:
    """The name of its file."""
    return "-".join(filter(None, ("register", book.sub_location, book.period or "blank")))
