"""A test page for a printer: bars and a seal's code in the sizes of a sheet. It says in both languages that it proves nothing."""

from datetime import datetime, tzinfo

from kiosk.adapters.pdf.layout import Box, layout
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, local, slashed
from kiosk.adapters.pdf.stamp import draw_across

_TEXT = "SPECIMEN 000000000000"


def draw_specimen(station: str, at: datetime, zone: tzinfo) -> bytes:
    """One page: SPECIMEN across it, a line of bars as wide and one as narrow as on a sheet, and a code as large as a seal."""
    paper = layout("sheet")
    title = slashed("cli.printer.specimen")
    pen = Pen.of(paper.page.w, paper.page.h, title, station, local(at, zone))
    draw_across(pen, paper, "specimen")
    for y, said in zip((10, 18), both("cli.printer.specimen"), strict=True):
        pen.text(Box(10, y, 195, 8), said, Face(14, bold=True))
    for y, said in zip((28, 34), both("cli.printer.specimen-line", station=station, at=local(at, zone)), strict=True):
        pen.text(Box(10, y, 195, 6), said, Face(8, least=5))
    for y, module in zip((46, 62), paper.modules, strict=True):
        pen.symbol(Box(10, y, 190, 11), "code128", _TEXT, (module,))
    pen.qr(Box(10, 80, 80, 80), f"{_TEXT} " * 12, paper.mm["qr-module"])
    for y in range(170, 260, 10):
        pen.rule(10, y, 205, y, paper.mm["thin"])
    pen.turn()
    return pen.done()
