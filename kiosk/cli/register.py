"""`kiosk register`: the warehouse's register at the terminal, to list, to export, and to bring to the office."""

from datetime import date
from pathlib import Path

import click

from kiosk.cli.terminal import Terminal, common, written
from kiosk.config import clock, local
from kiosk.core.book import Book
from kiosk.core.faults import Refusal
from kiosk.core.register import Lot
from kiosk.core.spreadsheet import csv_lines
from kiosk.desks.register import Register
from kiosk.desks.register.table import COLUMNS, NUMBERS, cells, head
from kiosk.warehouse import peer_lists, register_of, syncing, warehouses

SUB_LOCATION = click.option("--sub-location", metavar="CODE", default="")
DAY = click.option("--day", type=click.DateTime(["%Y-%m-%d"]))
MONTH = click.option("--month", type=click.DateTime(["%Y-%m"]))
SHOWN = 11
"""Columns of a book that a terminal shows."""


@click.group()
@common
def register() -> None:
    """What goes in and out of a warehouse."""


@register.command("list")
@SUB_LOCATION
@DAY
@MONTH
@common
@click.pass_obj
def show(terminal: Terminal, sub_location: str, day: date | None, month: date | None) -> int:
    """A day's or a month's entries."""
    book = _book(terminal, sub_location, day, month)
    rows = cells(book.lines, terminal.words, local(terminal.parts.settings.zone))
    if terminal.json:
        lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        terminal.show({"sub_location": book.sub_location, "period": book.period, "lines": lines})
    elif not rows:
        terminal.say("cli.register.none")
    else:
        terminal.table(head(terminal.words)[:SHOWN], [tuple(row[:SHOWN]) for row in rows])
        terminal.say("paper.register.totals", came=book.came, went=book.went, n=len(book.lines))
    return 0


@register.command("open")
@SUB_LOCATION
@common
@click.pass_obj
def show_open(terminal: Terminal, sub_location: str) -> int:
    """What is inside."""
    lots = _all_inside(_desk(terminal), sub_location)
    names = ("number", "sub-location", "due", "inside", "place")
    rows = [(lot.number, lot.sub_location, str(lot.due), str(lot.inside), lot.left[0][0].place) for lot in lots]
    if terminal.json:
        terminal.show({"lots": [dict(zip(names, row, strict=True)) for row in rows]})
    elif not rows:
        terminal.say("cli.register.open-none")
    else:
        terminal.table([terminal.words.say(f"screen.register.{name}") for name in names], rows)
    return 0


@register.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@SUB_LOCATION
@DAY
@MONTH
@common
@click.pass_obj
def export(terminal: Terminal, path: Path, sub_location: str, day: date | None, month: date | None) -> int:
    """A day or a month as a file."""
    written(path, _content(terminal, _book(terminal, sub_location, day, month), path.suffix.lower()))
    terminal.show({"written": str(path)}) if terminal.json else terminal.say("cli.register.written", path=path)
    return 0


@register.command()
@common
@click.pass_obj
def sync(terminal: Terminal) -> int:
    """One round with the office, now."""
    lists = peer_lists(terminal.parts)
    with syncing(terminal.parts, _desk(terminal), lists) as made:
        if made is None:
            raise Refusal("no-peer-office")
        sent, refused = made.turn()
    if terminal.json:
        terminal.show({"sent": sent, "refused": refused})
    else:
        terminal.say("cli.register.sent", n=sent, refused=refused)
    return 0


def _desk(terminal: Terminal) -> Register:
    return register_of(terminal.parts, terminal.parts.journal, peer_lists(terminal.parts))


def _all_inside(desk: Register, sub_location: str) -> list[Lot]:
    page = desk.open_goods(sub_location)
    lots = list(page.lots)
    while page.after:
        page = desk.open_goods(sub_location, page.after)
        lots += page.lots
    return lots


def _book(terminal: Terminal, sub_location: str, day: date | None, month: date | None) -> Book:
    """What was asked for: of the only warehouse, where none was named; today, where no time was."""
    desk, known = _desk(terminal), warehouses(terminal.parts)
    where = sub_location or (known[0] if len(known) == 1 else "")
    if not where:
        raise Refusal("no-sub-location")
    if month:
        return desk.month(where, date(month.year, month.month, 1))
    return desk.day(where, date(day.year, day.month, day.day) if day else desk.today())


def _content(terminal: Terminal, book: Book, ending: str) -> bytes:
    words, zone = terminal.words, local(terminal.parts.settings.zone)
    match ending:
        case ".pdf":
            return terminal.parts.paper.register(book, clock())
        case ".csv":
            return "".join(csv_lines(head(words), cells(book.lines, words, zone))).encode()
        case ".xlsx":
            from kiosk.adapters.xlsx import workbook  # noqa: PLC0415 - start-up

            places = {place for place, name in enumerate(COLUMNS) if name in NUMBERS}
            return workbook(f"Register {book.sub_location} {book.period}", head(words), cells(book.lines, words, zone), places)
        case _:
            raise Refusal("bad-ending", expected=".pdf, .csv, .xlsx", got=ending or "–")
