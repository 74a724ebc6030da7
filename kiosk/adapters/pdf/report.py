"""The day's report on paper: the scans by hour as columns, and every other figure in two columns of tables and bars (Q10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal

from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face, wrapped
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import local
from kiosk.core.day import DayReport
from kiosk.desks.record.figures import Section, sections, title
from kiosk.words import Words

_WIDE: Final = 24
"""A text that is longer has no room beside its label, and stands below it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column: `share` is how long a bar is, of the longest of its section."""

    kind: Literal["heading", "bar", "figure", "note", "gap"]
    label: str
    value: str = ""
    share: float = 0.0


def draw_report(report: DayReport, at: datetime, words: Words, zone: tzinfo) -> bytes:
    """The report as a PDF; as many pages as it takes."""
    paper = layout("report")
    heading = words.say("report.title")
    pen = Pen.of(paper.page.w, paper.page.h, f"{heading} {report.day}", title(report, words), words.say("report.foot"))
    pages = tuple(_pages(paper, _lines(paper, sections(report, words, zone))))
    for n, columns in enumerate(pages, 1):
        _draw_head(pen, paper, (f"{heading} – {report.day}", title(report, words)), words.say("report.drawn", at=local(at, zone)))
        pen.text(paper.page.box("page"), words.say("report.page", page=n, pages=len(pages)), Face(paper.type["page"]), "right")
        if n == 1:
            _draw_hours(pen, paper, report.hours, words)
        for box, lines in columns:
            _draw_column(pen, paper, box, lines)
        pen.text(paper.page.box("foot"), words.say("report.foot"), Face(paper.type["foot"]))
        pen.turn()
    return pen.done()


def _lines(paper: Layout, parts: Sequence[Section]) -> list[tuple[Line, ...]]:
    """The lines of each section; what belongs on one column together is together: the heading and what follows it."""
    room = paper.areas["columns"].box("left").w
    return [tuple(_section(section, Face(paper.type["note"]), room)) for section in parts]


def _section(section: Section, small: Face, room: float) -> Iterator[Line]:
    yield Line("heading", section.title)
    most = max((figure.value for figure in section.figures), default=0)
    for figure in section.figures:
        if section.bars:
            yield Line("bar", figure.label, figure.said, figure.value / most if most else 0.0)
        elif len(figure.said) <= _WIDE:
            yield Line("figure", figure.label, figure.said)
        else:
            yield Line("figure", figure.label)
            yield from (Line("note", line) for line in wrapped(figure.said, small, room))
    yield from (Line("note", line) for line in wrapped(section.note, small, room) if line)
    yield Line("gap", "")


def _pages(paper: Layout, parts: Sequence[Sequence[Line]]) -> Iterator[list[tuple[Box, list[Line]]]]:
    """Pages, each with its columns and the lines in them."""
    left = [line for part in parts for line in part]
    on = paper.page.box("first")
    while left:
        columns = []
        for side in ("left", "right"):
            box = paper.areas["columns"].box(side, on)
            n = _fitting(paper, left, box.h)
            columns.append((box, left[:n]))
            left = left[n:]
        yield columns
        on = paper.page.box("next")


def _fitting(paper: Layout, lines: Sequence[Line], room: float) -> int:
    """How many lines fit into a column, so that what belongs together stays so."""
    n, used = 0, 0.0
    while n < len(lines) and used + paper.mm[lines[n].kind] <= room:
        used += paper.mm[lines[n].kind]
        n += 1
    apart = n
    while 0 < apart < len(lines) and (lines[apart].kind in ("note", "gap") or lines[apart - 1].kind == "heading"):
        apart -= 1
    return apart or n


def _draw_head(pen: Pen, paper: Layout, titles: tuple[str, str], drawn: str) -> None:
    pen.text(paper.page.box("title"), titles[0], Face(paper.type["title"], bold=True))
    pen.text(paper.page.box("subtitle"), titles[1], Face(paper.type["subtitle"], bold=True))
    pen.text(paper.page.box("at"), drawn, Face(paper.type["page"]), "right")


def _draw_hours(pen: Pen, paper: Layout, hours: Sequence[int], words: Words) -> None:
    """A column for each hour: its number above, the hour below."""
    pen.text(paper.page.box("hours-heading"), words.say("report.hours"), Face(paper.type["section"], bold=True))
    box, axis, most = paper.page.box("hours"), Face(paper.type["axis"]), max(*hours, 1)
    step, foot = box.w / len(hours), box.bottom - 4
    pen.rule(box.x, foot, box.right, foot, paper.mm["line"])
    for hour, n in enumerate(hours):
        x, high = box.x + hour * step, (foot - box.y - 4) * n / most
        pen.text(Box(x, foot + 0.5, step, 3.5), str(hour), axis, "centre")
        if n:
            pen.fill(Box(x + step * 0.2, foot - high, step * 0.6, high), 0.35)
            pen.text(Box(x, foot - high - 3.6, step, 3.4), str(n), axis, "centre")


def _draw_column(pen: Pen, paper: Layout, box: Box, lines: Sequence[Line]) -> None:
    y = box.y
    for line in lines:
        height = paper.mm[line.kind]
        _draw_line(pen, paper, Box(box.x, y, box.w, height), line)
        y += height


def _draw_line(pen: Pen, paper: Layout, box: Box, line: Line) -> None:
    label, value = Face(paper.type["label"]), Face(paper.type["value"], bold=True)
    match line.kind:
        case "heading":
            pen.text(Box(box.x, box.y + 1.5, box.w, box.h - 2.5), line.label, Face(paper.type["section"], bold=True))
            pen.rule(box.x, box.bottom - 0.6, box.right, box.bottom - 0.6, paper.mm["line"])
        case "note":
            pen.text(box, line.label, Face(paper.type["note"]))
        case "gap":
            pass
        case kind:
            area = paper.areas[kind]
            pen.text(area.box("label", box), line.label, label)
            pen.text(area.box("value", box), line.value, value, "right")
            if line.share:
                bar = area.box("bar", box)
                pen.fill(Box(bar.x, bar.y, bar.w * line.share, bar.h), 0.35)
