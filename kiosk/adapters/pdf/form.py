"""The query form itself (Q2), in the shape of SOCP 4.2: blank, or filled with numbers and their bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.adapters.pdf import bars
from kiosk.adapters.pdf.head import draw_header, draw_title
from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, slashed
from kiosk.core.sheet import Header
from kiosk.words import LANGUAGES, words


@dataclass(frozen=True, slots=True)
class Numbered:
    """One filled row: what is printed, and what stands in the bars; they differ only to show what then happens (Q7)."""

    printed: str
    bars: str


Number = str | tuple[str, str]
"""A number for both; or what is printed, and what stands in the bars."""


def draw_form(header: Header, numbers: Sequence[Number], symbology: str, blank_rows: int) -> bytes:
    """The form as a PDF, at least one page; `Refusal` for a number that the bars can't say, or that does not fit."""
    if symbology not in bars.SYMBOLOGIES:
        raise ValueError(f"symbology: expected {' or '.join(bars.SYMBOLOGIES)}, got {symbology}")
    paper = layout("form")
    rows = [*(_numbered(number) for number in numbers), *[None] * blank_rows]
    pen = Pen.of(paper.page.w, paper.page.h, slashed("paper.title"), header.client_name, header.client_id)
    pages = [rows[cut : cut + paper.rows] for cut in range(0, max(len(rows), 1), paper.rows)]
    for n, page in enumerate(pages, 1):
        _draw_head(pen, paper, header, slashed("paper.page", page=n, pages=len(pages)))
        slots = paper.page.box("rows").slices(paper.rows)[: len(page)]
        for slot, row in zip(slots, page, strict=True):
            _draw_row(pen, paper, slot, row, symbology)
        _draw_stamp_box(pen, paper)
        pen.turn()
    return pen.done()


def _numbered(number: Number) -> Numbered:
    return Numbered(number, number) if isinstance(number, str) else Numbered(*number)


def _draw_head(pen: Pen, paper: Layout, header: Header, page: str) -> None:
    draw_header(pen, paper, header)
    draw_title(pen, paper, "paper.title")
    pen.text(paper.page.box("page"), page, Face(paper.type["page"]), "right")
    on, area = paper.page.box("heading"), paper.areas["heading"]
    _draw_cells(pen, paper, on)
    for name in ("number", "bars", "use"):
        pen.lines(area.box(name, on), both(f"paper.form-{name}"), Face(paper.type["heading"], bold=True, least=4))
    pen.lines(area.box("readable", on), both("paper.form-readable"), Face(paper.type["legend"], least=4))
    pen.lines(area.box("legend", on), _legend(), Face(paper.type["legend"], least=4))


def _legend() -> list[str]:
    """What the marks mean, as the form says it: R = Released / Mainlevée."""
    marks = ("R", "NR", "N/A")
    return [f"{mark} = {' / '.join(words(language).say(f'mark.{mark}') for language in LANGUAGES)}" for mark in marks]


def _draw_row(pen: Pen, paper: Layout, slot: Box, row: Numbered | None, symbology: str) -> None:
    area, type_ = paper.areas["row"], paper.type
    _draw_cells(pen, paper, slot)
    if row is None:
        return
    pen.text(area.box("number", slot), row.printed, Face(type_["number"], bold=True, least=type_["least"]))
    pen.symbol(area.box("bars", slot), symbology, row.bars, paper.modules)
    pen.text(area.box("hri", slot), row.bars, Face(type_["hri"]))


def _draw_cells(pen: Pen, paper: Layout, box: Box) -> None:
    pen.frame(Box(box.x, box.y, box.w, box.h + paper.mm["line"]), paper.mm["line"])
    for name in ("bars", "use"):
        line = paper.areas["columns"].box(name, box)
        pen.rule(line.x, box.y, line.x, box.bottom, paper.mm["line"])


def _draw_stamp_box(pen: Pen, paper: Layout) -> None:
    box = paper.page.box("stamp")
    pen.frame(box, paper.mm["line"])
    heading = Box(box.x + 1.5, box.y + 1, box.w - 3, 4)
    pen.text(heading, slashed("paper.form-stamp"), Face(paper.type["stamp"], bold=True))
