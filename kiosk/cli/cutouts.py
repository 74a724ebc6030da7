"""Pictures of the places of faulty rows, for the slip."""

from typing import Final

from drivers.pages import Reader
from drivers.picture import Unopened
from kiosk.cli.terminal import Terminal
from kiosk.core.sheet import Faulty, QuerySheet, Where

_WIDTH: Final = 1000
"""Pixels of a whole page's width."""


def cutouts(terminal: Terminal, sheet: QuerySheet) -> dict[int, bytes]:
    """A PNG for each faulty row of a page, by its row: its place, or the page on which there was none; where it can be drawn."""
    faulty = {place: row for place, row in enumerate(sheet.rows, 1) if isinstance(row, Faulty) and row.where}
    found = {}
    with Reader() as reader:
        for place, row in faulty.items():
            picture = _cutout(reader, row.where) if row.where and row.pictured else None
            if picture is not None:
                found[place] = picture
            elif row.where:
                terminal.note("cli.return.no-picture", row=place, file=row.where.file)
    return found


def _cutout(reader: Reader, where: Where) -> bytes | None:
    try:
        if where.whole:
            return reader.picture(where.file, where.page, _WIDTH)
        return reader.cutouts(where.file, where.page, [where.box])[0]
    except Unopened:
        return None
