"""The head of every paper: the form's title in both languages, and the fields of its header."""

from kiosk.adapters.pdf.layout import Box, Layout
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, office_name, slashed
from kiosk.core.sheet import Header


def draw_title(pen: Pen, layout: Layout, key: str) -> None:
    """A title in English, and under it in French."""
    english, french = both(key)
    pen.text(layout.page.box("title-en"), english, Face(layout.type["title"], bold=True))
    pen.text(layout.page.box("title-fr"), french, Face(layout.type["subtitle"], bold=True))


def draw_header(pen: Pen, layout: Layout, header: Header) -> None:
    """The fields of the form's header, a framed cell each."""
    values = {
        "release-office": office_name(header.office),
        "client-name": header.client_name,
        "client-id": header.client_id,
        "client-contact": header.client_contact,
    }
    on = layout.page.box("header")
    pen.frame(on, layout.mm["line"])
    for name, value in values.items():
        cell = layout.areas["header"].box(name, on)
        if cell.x > on.x:
            pen.rule(cell.x, cell.y, cell.x, cell.bottom, layout.mm["line"])
        _draw_field(pen, layout, cell, slashed(f"paper.{name}"), value)


def _draw_field(pen: Pen, layout: Layout, cell: Box, label: str, value: str) -> None:
    """A label in small type, and its value: one line, or two where it is long."""
    area = layout.areas["field"]
    pen.text(area.box("label", cell), label, Face(layout.type["label"], least=4))
    pen.block(area.box("value", cell), value, Face(layout.type["value"], bold=True, least=layout.type["least"]))
