"""The warehouse's register on paper, on its side, in both languages: what came in and went out, or blank lines for a pen (P3).

SOCP 2.7 has warehouses keep paper records in an outage: a page is to be filled in with a pen exactly as the kiosk would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final

from kiosk.adapters.pdf.layout import Area, Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face, wrapped
from kiosk.adapters.pdf.pen import Align, Pen
from kiosk.adapters.pdf.printed import both, local, slashed
from kiosk.core.book import Book, Line
from kiosk.core.journal import GoodsIn, GoodsOut

COLUMNS: Final = ("time", "number", "in", "out", "place", "carrier", "driver", "vehicle", "ground", "by")
_RIGHT: Final = frozenset({"in", "out"})
_MONTH: Final = len("2026-11")


@dataclass(frozen=True, slots=True)
class Part:
    """What stands together on a page: a day's heading, or a line with its small print; `height` in mm."""

    height: float
    day: str = ""
    cells: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def draw_register(book: Book, at: datetime, zone: tzinfo) -> bytes:
    """The register as a PDF; as many pages as it takes."""
    paper = layout("register")
    title = slashed("paper.register.title")
    pen = Pen.of(
        paper.page.w, paper.page.h, f"{title} {book.sub_location} {book.period}".strip(), "", slashed("paper.register.foot")
    )
    pages = [[_blank(paper)] * paper.rows] * book.blank if book.blank else _pages(paper, list(_parts(paper, book, zone)))
    for n, parts in enumerate(pages, 1):
        _draw_head(pen, paper, book, "" if book.blank else local(at, zone), f"{n} / {len(pages)}")
        y = paper.page.box("body").y
        for part in parts:
            _draw_part(pen, paper, Box(paper.page.box("body").x, y, paper.page.box("body").w, part.height), part)
            y += part.height
        _draw_foot(pen, paper, book, last=n == len(pages))
        pen.turn()
    return pen.done()


def _blank(paper: Layout) -> Part:
    """A line for a pen, as high as fits."""
    return Part(paper.page.box("body").h / paper.rows, cells=("",) * len(COLUMNS))


def _parts(paper: Layout, book: Book, zone: tzinfo) -> Iterator[Part]:
    if not book.lines:
        yield Part(paper.mm["day"], day=slashed("paper.register.none"))
    for day, lines in groupby(book.lines, key=lambda line: line.fact.day):
        if len(book.period) == _MONTH:
            yield Part(paper.mm["day"], day=day)
        yield from (_part(paper, line, zone) for line in lines)


def _part(paper: Layout, line: Line, zone: tzinfo) -> Part:
    room = paper.areas["row"].box("note").w
    notes = [part for one in _notes(line) for part in wrapped(one, Face(paper.type["note"]), room)]
    return Part(paper.mm["row"] + len(notes) * paper.mm["note"], cells=_cells(line, zone), notes=tuple(notes))


def _cells(line: Line, zone: tzinfo) -> tuple[str, ...]:
    fact, time = line.fact, f"{line.at.astimezone(zone):%H:%M}"
    match fact:
        case GoodsIn():
            return time, fact.number, str(fact.pieces), "", fact.place, fact.carrier, "", "", "", line.by
        case GoodsOut():
            ground = f"{fact.sheet} / {fact.row}" if fact.ground == "proof" else slashed("paper.register.by-paper")
            return time, fact.number, "", str(fact.pieces), "", fact.carrier, fact.driver, fact.vehicle, ground, line.by
        case _:
            return time, fact.number, "", "", "", "", "", "", "", line.by


def _notes(line: Line) -> Iterator[str]:
    """What has no column of its own."""
    match line.fact:
        case GoodsIn() as fact:
            perishable = slashed("paper.register.perishable") if fact.perishable else ""
            until = slashed("paper.register.until", due=fact.due)
            yield " · ".join(filter(None, (fact.transaction, perishable, until, fact.remark)))
        case GoodsOut() as fact:
            proven = fact.proven if fact.proven != fact.number else ""
            said = " · ".join(filter(None, (proven, fact.remark, fact.despite)))
            yield from [said] if said else []
        case fact:
            yield from both("paper.register.corrects", pieces=fact.pieces, reason=fact.reason)


def _pages(paper: Layout, parts: Sequence[Part]) -> list[list[Part]]:
    """The parts by page; a day's heading stands on the page of its first line."""
    pages, page, used = list[list[Part]](), list[Part](), 0.0
    for n, part in enumerate(parts):
        needed = part.height + (parts[n + 1].height if part.day and n + 1 < len(parts) else 0)
        if page and used + needed > paper.page.box("body").h:
            pages.append(page)
            page, used = [], 0.0
        page.append(part)
        used += part.height
    return [*pages, page]


def _draw_head(pen: Pen, paper: Layout, book: Book, at: str, page: str) -> None:
    area, type_ = paper.page, paper.type
    pen.text(area.box("title"), slashed("paper.register.title"), Face(type_["title"], bold=True))
    place = slashed("paper.register.sub-location", code=book.sub_location or "________")
    period = book.period or slashed("paper.register.pen-day")
    pen.text(area.box("subtitle"), f"{place} – {period}", Face(type_["subtitle"], bold=True))
    pen.text(
        area.box("at"),
        slashed("paper.register.drawn", at=at) if at else slashed("paper.register.pen"),
        Face(type_["page"]),
        "right",
    )
    pen.text(area.box("page"), page, Face(type_["page"]), "right")
    heads = area.box("head")
    columns = paper.areas["row"]
    for name in COLUMNS:
        box = columns.box(name)
        key = "register.column.initials" if book.blank and name == "by" else f"register.column.{name}"
        for part, said in zip(Box(heads.x + box.x, heads.y, box.w, heads.h - 0.8).slices(2), both(key), strict=True):
            pen.text(part, said, Face(type_["head"], bold=True), _align(name))
    pen.rule(heads.x, heads.bottom, heads.right, heads.bottom, paper.mm["line"])


def _draw_part(pen: Pen, paper: Layout, on: Box, part: Part) -> None:
    pen.rule(on.x, on.bottom, on.right, on.bottom, paper.mm["thin"])
    if part.day:
        pen.text(on, part.day, Face(paper.type["day"], bold=True))
        return
    columns = paper.areas["row"]
    line = Box(on.x, on.y, on.w, on.h - len(part.notes) * paper.mm["note"])
    for name, said in zip(COLUMNS, part.cells, strict=True):
        _draw_cell(pen, paper, columns, line, name, said)
    for n, note in enumerate(part.notes):
        box = columns.box("note")
        pen.text(Box(on.x + box.x, line.bottom - 0.6 + n * box.h, box.w, box.h), note, Face(paper.type["note"]))


def _draw_cell(pen: Pen, paper: Layout, columns: Area, line: Box, name: str, said: str) -> None:
    box = columns.box(name, line)
    if name != COLUMNS[0]:
        pen.rule(box.x - 0.7, line.y, box.x - 0.7, line.bottom, paper.mm["thin"])
    if said:
        pen.text(box, said, Face(paper.type["number" if name == "number" else "cell"], bold=name in _RIGHT), _align(name))


def _draw_foot(pen: Pen, paper: Layout, book: Book, *, last: bool) -> None:
    if last and not book.blank:
        totals = slashed("paper.register.totals", came=book.came, went=book.went, n=len(book.lines))
        pen.text(paper.page.box("totals"), totals, Face(paper.type["cell"], bold=True))
    pen.lines(paper.page.box("foot"), both("paper.register.foot"), Face(paper.type["foot"]))


def _align(name: str) -> Align:
    return "right" if name in _RIGHT else "left"
