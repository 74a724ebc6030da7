"""The page in front of a client's own document that had no room, or could change its looks: stamp, seal, rows and their marks."""

from collections.abc import Sequence

from kiosk.adapters.pdf.endorse import Overlay, Sheaf, draw_block, draw_own_mark, facts_of, side_of
from kiosk.adapters.pdf.head import draw_title
from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face, wrapped
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, printed, slashed
from kiosk.adapters.pdf.stamp import draw_across
from kiosk.core.endorsement import Block, OnPaper, Original, act_on
from kiosk.core.space import Spot
from kiosk.core.stamp import Act

_LEADING = 0.46
"""Millimetres of height for a point of type, in running text."""
_DIGEST = 32
"""Characters in a line of the digest."""
_PROVES = {Act.RELEASED: "paper.proves", Act.IN_BOND: "paper.proves-in-bond"}
"""What a stamp proves; any other proves no release. None says released over a page without an R row (`act_on`)."""


def draw_covers(sheaf: Sheaf, overlay: Overlay, original: Original) -> int:
    """A cover page for each page of the sheet with rows on this document; how many they are."""
    paper = layout("endorse")
    pages = overlay.formats()[0].pages_of(original.rows)
    for n, page in enumerate(pages, 1):
        pen = sheaf.page(paper.page.w, paper.page.h)
        if overlay.issue.stamp.specimen:
            draw_across(pen, paper, "specimen")
        rows = overlay.formats()[0].rows_of(page, original.rows)
        draw_title(pen, paper, "paper.endorse-title")
        pen.text(paper.page.box("page"), slashed("paper.page", page=n, pages=len(pages)), Face(paper.type["page"]), "right")
        _draw_lead(pen, paper)
        _draw_facts(pen, paper, overlay, original)
        _draw_rows(pen, paper, overlay, rows)
        _draw_foot(pen, paper, overlay, page, rows)
        pen.turn()
    return len(pages)


def _draw_lead(pen: Pen, paper: Layout) -> None:
    box, size = paper.page.box("lead"), paper.type["lead"]
    lines = [line for said in both("paper.endorse-lead") for line in wrapped(said, Face(size), box.w)]
    for n, line in enumerate(lines):
        pen.text(Box(box.x, box.y + n * size * _LEADING, box.w, size * _LEADING), line, Face(size))


def _draw_facts(pen: Pen, paper: Layout, overlay: Overlay, original: Original) -> None:
    """Which document it belongs to: so that it can be told from a page that was put before another one."""
    digest = original.digest
    values = [
        (slashed("paper.sheet"), overlay.sheet.number),
        (slashed("paper.endorse-file"), original.file),
        (slashed("paper.endorse-pages"), str(len(original.pages))),
        ("SHA-256", f"{digest[:_DIGEST]} {digest[_DIGEST:]}"),
    ]
    for box, (name, value) in zip(paper.page.box("facts").slices(len(values)), values, strict=True):
        pen.text(Box(box.x, box.y, 48, box.h), name, Face(paper.type["heading"]))
        pen.text(Box(box.x + 48, box.y, box.w - 48, box.h), value, Face(paper.type["value"], bold=True))


def _draw_rows(pen: Pen, paper: Layout, overlay: Overlay, rows: Sequence[OnPaper]) -> None:
    area, type_, heading = paper.areas["row"], paper.type, paper.page.box("heading")
    for name, key in (("place", "place"), ("number", "number"), ("mark", "status"), ("told", "as-of")):
        cell = area.box(name)
        pen.text(Box(heading.x + cell.x, heading.y, cell.w, heading.h), slashed(f"paper.{key}"), Face(type_["heading"], least=4))
    for slot, row in zip(paper.page.box("rows").slices(paper.rows), rows, strict=False):
        said = printed(row.place, overlay.sheet.rows[row.place - 1], overlay.sheet.header.office, overlay.issue.imprint.zone)
        pen.text(area.box("place", slot), str(row.place), Face(type_["place"], bold=True), "centre")
        pen.text(area.box("number", slot), said.number, Face(type_["number"], bold=True))
        draw_own_mark(pen, paper, area.box("mark", slot), row)
        pen.lines(area.box("told", slot), said.told, Face(type_["told"], least=4))
        pen.rule(slot.x, slot.bottom, slot.right, slot.bottom, paper.mm["thin"])
    unused = paper.page.box("rows").slices(paper.rows)[len(rows) :]
    if unused:
        _strike_out(pen, paper, unused[0], unused[-1])


def _strike_out(pen: Pen, paper: Layout, first: Box, last: Box) -> None:
    """A Z over the space where no row stands, so that none can be added after the stamp."""
    top, bottom, width = first.y + 2, last.bottom - 2, paper.mm["strike"]
    pen.rule(first.x, top, first.right, top, width)
    pen.rule(first.right, top, first.x, bottom, width)
    pen.rule(first.x, bottom, first.right, bottom, width)


def _draw_foot(pen: Pen, paper: Layout, overlay: Overlay, page: int, rows: Sequence[OnPaper]) -> None:
    """The stamp over the rows of this page, its seal, and what both prove."""
    stamp, act = paper.page.box("stamp"), act_on(overlay.issue.stamp.act, rows)
    side = side_of(overlay.seals[page - 1], paper.mm["qr-module-1"])
    room = paper.page.box("seal")
    seal = Spot(room.right - side, room.bottom - side - paper.mm["qr-label"], side, side + paper.mm["qr-label"])
    block = Block(0, Spot(stamp.x, stamp.y, stamp.w, stamp.h), ((page, seal),))
    draw_block(pen, overlay, block, act, facts_of(overlay, rows))
    said = both(_PROVES.get(act, "paper.proves-none"))
    pen.lines(paper.page.box("proves"), said, Face(paper.type["proves"], bold=True, least=4))
    if overlay.issue.stamp.specimen:
        line = " / ".join(both("paper.specimen-line", authority=overlay.issue.stamp.authority))
        pen.text(paper.page.box("specimen-line"), line, Face(paper.type["specimen-line"], bold=True))
