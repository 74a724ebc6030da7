"""The mark of a row. R, NR and N/A differ in letters, outline and filling: they are told apart without colour and from afar."""

from kiosk.adapters.pdf.layout import Box, Layout
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.pen import Pen
from kiosk.core.answer import Status
from kiosk.words import LANGUAGES, words


def draw_mark(pen: Pen, layout: Layout, box: Box, status: Status) -> None:
    """R white on a black block; NR in a hatched frame; N/A in a dashed frame; each with its legend in both languages."""
    pen.fill(box, 0.0 if status is Status.RELEASED else 1.0)
    if status is Status.NOT_RELEASED:
        pen.hatch(box, layout.mm["thin"] * 2, layout.mm["hatch"])
        pen.fill(box.inset(*[layout.mm["hatch"]] * 2), 1.0)
        pen.frame(box, layout.mm["line"])
    if status is Status.NOT_ON_FILE:
        pen.frame(box, layout.mm["line"], dash=[layout.mm["dash"]])
    _letters(pen, layout, box, status)


def _letters(pen: Pen, layout: Layout, box: Box, status: Status) -> None:
    grey = 1.0 if status is Status.RELEASED else 0.0
    area = layout.areas["mark"]
    letters = Face(layout.type[f"letter-{len(status)}"], bold=True, grey=grey)
    pen.text(area.box("letter", box), status, letters, "centre")
    legend = [words(language).say(f"mark.{status}").upper() for language in LANGUAGES]
    pen.lines(area.box("words", box), legend, Face(layout.type["word"], bold=True, least=4, grey=grey))
