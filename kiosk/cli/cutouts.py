"""Pictures of the places of faulty rows, for the slip."""

from drivers.pages import Reader
from drivers.picture import Unopened
from kiosk.cli.terminal import Terminal
from kiosk.core.sheet import Faulty, QuerySheet, Where


def cutouts(terminal: Terminal, sheet: QuerySheet) -> dict[int, bytes]:
    """A PNG for each faulty row that has a place on a page, by its row; a page that can't be drawn has none."""
    faulty = {place: row.where for place, row in enumerate(sheet.rows, 1) if isinstance(row, Faulty) and row.where}
    found = {}
    with Reader() as reader:
        for place, where in faulty.items():
            picture = _cutout(reader, where)
            if picture is None:
                terminal.note("cli.return.no-picture", row=place, file=where.file)
            else:
                found[place] = picture
    return found


def _cutout(reader: Reader, where: Where) -> bytes | None:
    x0, y0, x1, y1 = where.box
    if x1 <= x0 or y1 <= y0:
        return None
    try:
        return reader.cutouts(where.file, where.page, [where.box])[0]
    except Unopened:
        return None
