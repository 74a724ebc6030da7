"""The slip that goes back to the client with his form (Q4): for each faulty row its place, what is wrong, and what to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from kiosk.adapters.pdf.head import draw_header, draw_title
from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face, wrapped
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, local, office_name, slashed
from kiosk.core.sheet import Header, Where
from kiosk.ports import Fault
from kiosk.wording import figures, nearest
from kiosk.words import LANGUAGES, Words, words

_LEADING: Final = 0.44
"""Height of a line in mm, for each point of type."""
_LEAST: Final = 5.0
_LONGEST: Final = 60
"""How much of a field a sentence quotes: a barcode may hold a whole letter, and both languages must have their room."""


def draw_slip(header: Header, faults: Sequence[Fault], at: datetime, zone: tzinfo) -> bytes:
    """The slip as a PDF; as many pages as it takes."""
    paper = layout("slip")
    title = slashed("paper.slip-title")
    pen = Pen.of(paper.page.w, paper.page.h, title, office_name(header.office), header.client_name)
    pages = [faults[cut : cut + paper.rows] for cut in range(0, max(len(faults), 1), paper.rows)]
    for n, page in enumerate(pages, 1):
        _draw_head(pen, paper, header, local(at, zone), slashed("paper.page", page=n, pages=len(pages)))
        for box, fault in zip(paper.page.box("faults").slices(paper.rows), page, strict=False):
            _draw_fault(pen, paper, box, fault)
        pen.text(paper.page.box("foot"), slashed("paper.slip-not-proof"), Face(paper.type["foot"], bold=True))
        pen.turn()
    return pen.done()


def _draw_head(pen: Pen, paper: Layout, header: Header, at: str, page: str) -> None:
    face = Face(paper.type["page"])
    draw_title(pen, paper, "paper.slip-title")
    pen.text(paper.page.box("at"), at, face, "right")
    pen.text(paper.page.box("page"), page, face, "right")
    draw_header(pen, paper, header)
    _draw_sentences(pen, paper.page.box("lead"), both("paper.slip-lead", office=office_name(header.office)), paper.type["lead"])


def _draw_fault(pen: Pen, paper: Layout, box: Box, fault: Fault) -> None:
    area, type_ = paper.areas["fault"], paper.type
    pen.frame(box.inset(0, 0.6), paper.mm["line"])
    pen.text(area.box("row", box), slashed("paper.slip-row", row=fault.row), Face(type_["row"], bold=True))
    pen.text(area.box("number", box), fault.text or "", Face(type_["number"], bold=True))
    if fault.where is not None:
        pen.text(area.box("where", box), _whereabouts(fault.where), Face(type_["where"]))
    _draw_cutout(pen, paper, area.box("cutout", box), fault.cutout)
    for part, table in (("wrong", "refusal"), ("mend", "mend")):
        heading = slashed(f"paper.slip-{part}")
        pen.text(area.box(f"{part}-heading", box), heading, Face(type_["heading"], bold=True))
        _draw_sentences(pen, area.box(part, box), told(table, fault.code, fault.fields), type_[part])


def _draw_cutout(pen: Pen, paper: Layout, box: Box, cutout: bytes | None) -> None:
    """The place on the client's paper, framed; a picture that can't be drawn must not keep the slip from him."""
    pen.frame(box, paper.mm["thin"])
    try:
        if cutout is None:
            raise ValueError("no picture")
        pen.picture(box.inset(0.6, 0.6), cutout)
    except ValueError:
        pen.text(box, slashed("paper.slip-none"), Face(paper.type["where"], grey=0.4), "centre")


def _draw_sentences(pen: Pen, box: Box, sentences: Sequence[str], size: float) -> None:
    """Each sentence wrapped, one under the other; in smaller type where they would not fit."""
    while True:
        lines = [line for sentence in sentences for line in wrapped(sentence, Face(size), box.w)]
        height = size * _LEADING
        if height * len(lines) <= box.h or size <= _LEAST:
            break
        size -= 0.25
    for i, line in enumerate(lines):
        pen.text(Box(box.x, box.y + i * height, box.w, height), line, Face(size))


def told(table: str, code: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """A code's sentence in each language: of what was not read, the reason why.

    A code that the catalogues lack is named, so that a row is never without a word.
    """
    short = {name: value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…" for name, value in fields.items()}
    return tuple(_told(words(language), table, code, short) for language in LANGUAGES)


def _told(catalogue: Words, table: str, code: str, fields: Mapping[str, str]) -> str:
    nearer = nearest(catalogue, ("unread", "problem") if table == "refusal" else (table,), fields)
    for key in (nearer, f"{table}.{code}"):
        try:
            return catalogue.say(key, **figures(catalogue, fields))
        except KeyError:
            continue
    return catalogue.say(f"{table}.unknown-code", code=code)


def _whereabouts(where: Where) -> str:
    return slashed("paper.slip-page", page=where.page + 1, file=where.file)
