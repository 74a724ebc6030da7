"""The enrolment sheet: symbols whose text is known, from which the kiosk learns how a scanner sends (D1, D2)."""

from drivers.enrol import FINISH, FULL, NAMES, PLAIN
from kiosk.adapters.pdf.head import draw_title
from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face, wrapped
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, slashed

_LEADING = 0.45
"""Millimetres of height for a point of type, in running text."""


def draw_enrolment() -> bytes:
    """The sheet as a PDF, one page, in both languages: the same bytes every time."""
    paper = layout("enrolment")
    title = slashed("paper.enrol-title")
    pen = Pen.of(paper.page.w, paper.page.h, title, "", "")
    draw_title(pen, paper, "paper.enrol-title")
    _draw_sentences(pen, paper.page.box("lead"), both("paper.enrol-lead"), paper.type["lead"])
    _draw_step(pen, paper, paper.page.box("first"), 1, "paper.enrol-first", "code128", FULL)
    _draw_step(pen, paper, paper.page.box("second"), 2, "paper.enrol-second", "code39", PLAIN)
    _draw_names(pen, paper)
    _draw_step(pen, paper, paper.page.box("finish"), 4, "paper.enrol-finish", "code128", FINISH)
    _draw_sentences(pen, paper.page.box("foot"), both("paper.enrol-foot"), paper.type["foot"])
    pen.turn()
    return pen.done()


def _draw_step(pen: Pen, paper: Layout, on: Box, number: int, key: str, symbology: str, text: str) -> None:
    """A numbered step: what to do in both languages, and its symbol."""
    area = paper.areas["step"]
    pen.frame(on, paper.mm["line"])
    pen.text(area.box("number", on), str(number), Face(paper.type["step"], bold=True))
    pen.lines(area.box("heading", on), both(key), Face(paper.type["heading"], bold=True, least=7))
    _draw_sentences(pen, area.box("text", on), both(f"{key}-text"), paper.type["text"])
    pen.symbol(area.box("bars", on), symbology, text, paper.modules)
    pen.text(area.box("hri", on), text, Face(paper.type["hri"]))


def _draw_names(pen: Pen, paper: Layout) -> None:
    """The names: a symbol each, far enough apart that a scanner sees only one."""
    area, type_ = paper.areas["name"], paper.type
    head = paper.areas["naming"]
    named = paper.page.box("named")
    pen.text(head.box("number", named), "3", Face(type_["step"], bold=True))
    pen.lines(head.box("heading", named), both("paper.enrol-names"), Face(type_["heading"], bold=True, least=7))
    room = paper.page.box("names")
    pen.frame(Box(named.x, named.y, named.w, room.bottom - named.y), paper.mm["line"])
    for i, (text, name) in enumerate(NAMES.items()):
        column, row = divmod(i, paper.rows)
        slot = room.slices(paper.rows)[row]
        place = Box(slot.x + column * area.w, slot.y, area.w, slot.h)
        pen.text(area.box("name", place), slashed(f"enrol.name.{name}"), Face(type_["name"], bold=True))
        pen.symbol(area.box("bars", place), "code128", text, paper.modules)


def _draw_sentences(pen: Pen, box: Box, sentences: tuple[str, ...], size: float) -> None:
    """Each sentence wrapped, one under the other, from the top of a box."""
    lines = [line for sentence in sentences for line in wrapped(sentence, Face(size), box.w)]
    height = min(size * _LEADING, box.h / len(lines))
    for i, line in enumerate(lines):
        pen.text(Box(box.x, box.y + i * height, box.w, height), line, Face(size))
