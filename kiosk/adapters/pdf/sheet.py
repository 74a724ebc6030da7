"""The stamped sheet (Q2, Q3, Q9, P5): every row with its mark, nothing that could be added to it, and the seal over each page."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.adapters.pdf import bars
from kiosk.adapters.pdf.head import draw_header, draw_title
from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.mark import draw_mark
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import Printed, both, marks, printed, slashed
from kiosk.adapters.pdf.stamp import Issue, Placed, draw_across, draw_stamp
from kiosk.core.bond import check_sense
from kiosk.core.sheet import QuerySheet, Row
from kiosk.core.stamp import Act, Stamp


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a stamped sheet, and all that is drawn on it."""

    sheet: QuerySheet
    rows: tuple[tuple[int, Row], ...]
    placed: Placed
    seal: str

    @property
    def stamp(self) -> Stamp:
        """The stamp, which is the same on all pages."""
        return self.placed.stamp

    @property
    def issue(self) -> Issue:
        """What is said of this printing, the same on all pages."""
        return self.placed.issue


def draw_sheet(sheet: QuerySheet, seals: Sequence[bytes], issue: Issue) -> bytes:
    """The whole sheet as a PDF; `Refusal` for a sheet that can't be stamped.

    ValueError where a page lacks its seal, and for a stamp that its rows belie.
    """
    sheet.check_stampable()
    check_sense(issue.stamp.act, sheet)
    paper = layout("sheet")
    pages = sheet.pages(paper.rows)
    if len(seals) != len(pages):
        raise ValueError(f"sheet {sheet.number}: expected {len(pages)} seals, a page each, got {len(seals)}")
    pen = _pen(paper, sheet, issue)
    if not issue.void:
        pen.canvas.setKeywords(" ".join(seal.decode("ascii") for seal in seals))  # a browser can't draw a PDF: it finds them there
    for n, (rows, seal) in enumerate(zip(pages, seals, strict=True), 1):
        placed = Placed(issue, sheet.number, n, len(pages))
        _draw_page(pen, paper, Page(sheet, rows, placed, seal.decode("ascii")))
    return pen.done()


def _pen(paper: Layout, sheet: QuerySheet, issue: Issue) -> Pen:
    """A pen whose document holds the header and the reason in full, also where they were too long for their place."""
    header = sheet.header
    void = slashed("paper.void") if issue.void else ""
    title = " – ".join(filter(None, (f"{slashed('paper.title')} {sheet.number}", issue.said, void)))
    said = [header.office, header.client_name, header.client_id, header.client_contact, *([issue.void] if issue.void else [])]
    return Pen.of(paper.page.w, paper.page.h, title, issue.stamp.authority, " | ".join(said))


def _draw_page(pen: Pen, paper: Layout, page: Page) -> None:
    if page.issue.void or page.stamp.specimen:
        draw_across(pen, paper, "void" if page.issue.void else "specimen")
    draw_title(pen, paper, "paper.title")
    _draw_number(pen, paper, page)
    draw_header(pen, paper, page.sheet.header)
    space = paper.page.box("rows")
    side = (len(bars.qr(page.seal)) + 2 * bars.QUIET_QR) * paper.mm["qr-module"]
    label = paper.mm["qr-label"]
    foot_height = max(paper.areas["foot"].h, side + label)
    foot = Box(space.x, space.bottom - foot_height, space.w, foot_height)
    _draw_table(pen, paper, page, Box(space.x, space.y, space.w, space.h - foot_height - paper.mm["foot-gap"]))
    _draw_seal(pen, paper, page, Box(foot.right - side, foot.y, side, side + label))
    _draw_foot(pen, paper, page, Box(foot.x, foot.y, foot.w - side - paper.mm["qr-gap"], paper.areas["foot"].h))
    pen.turn()


def _draw_number(pen: Pen, paper: Layout, page: Page) -> None:
    """The sheet's number for a scanner and for people, and which page this is."""
    on, placed = paper.page, page.placed
    pen.symbol(on.box("sheet-bars"), "code128", placed.sheet, paper.modules)
    pen.text(on.box("sheet-number"), placed.sheet, Face(paper.type["sheet"], bold=True))
    if page.issue.told:
        pen.frame(on.box("copy"), paper.mm["line"])
        pen.lines(on.box("copy").inset(1.4, 0.6), page.issue.told, Face(paper.type["copy"], bold=True, least=4))
    pen.text(on.box("page"), slashed("paper.page", page=placed.page, pages=placed.pages), Face(paper.type["page"]), "right")


def _draw_table(pen: Pen, paper: Layout, page: Page, box: Box) -> None:
    _draw_heading(pen, paper)
    slots = box.slices(paper.rows)
    for slot, (place, row) in zip(slots, page.rows, strict=False):
        _draw_row(pen, paper, slot, printed(place, row, page.sheet.header.office, page.issue.imprint.zone))
        pen.rule(slot.x, slot.bottom, slot.right, slot.bottom, paper.mm["thin"])
    unused = slots[len(page.rows) :]
    if unused:
        _strike_out(pen, paper, Box(box.x, unused[0].y, box.w, box.bottom - unused[0].y))
    pen.frame(box, paper.mm["line"])


def _draw_heading(pen: Pen, paper: Layout) -> None:
    on, row = paper.page.box("heading"), paper.areas["row"]
    pen.fill(on, 1.0)
    pen.frame(on, paper.mm["line"])
    face = Face(paper.type["heading"], bold=True, least=4)
    for column, key in (("place", "place"), ("number", "number"), ("bars", "bars"), ("mark", "status"), ("told", "as-of")):
        cell = row.box(column)
        pen.lines(Box(cell.x + on.x, on.y + 0.5, cell.w, on.h - 1), both(f"paper.{key}"), face)


def _draw_row(pen: Pen, paper: Layout, slot: Box, said: Printed) -> None:
    row, type_ = paper.areas["row"], paper.type
    pen.text(row.box("place", slot), str(said.place), Face(type_["place"], bold=True), "centre")
    number = row.box("number" if said.flags else "one-line", slot)
    pen.text(number, said.number, Face(type_["number"], bold=True, least=type_["least"]))
    if said.flags:
        pen.lines(row.box("flags", slot), said.flags, Face(type_["flag"], least=3.6))
    if said.status is None or said.bars is None:
        _draw_removed(pen, paper, slot, said)
    else:
        pen.symbol(row.box("bars", slot), "code128", said.bars, paper.modules)
        draw_mark(pen, paper, row.box("mark", slot), said.status)
        pen.lines(row.box("told", slot), said.told, Face(type_["reason"], least=4))


def _draw_removed(pen: Pen, paper: Layout, slot: Box, said: Printed) -> None:
    """Struck through from edge to edge; the reason stands on white in the middle."""
    middle = slot.y + slot.h / 2
    pen.rule(slot.x, middle, slot.right, middle, paper.mm["strike"])
    reason = paper.areas["row"].box("struck", slot)
    pen.fill(reason, 1.0)
    pen.block(reason, said.told[0], Face(paper.type["struck"], least=paper.type["least"]))


def _strike_out(pen: Pen, paper: Layout, box: Box) -> None:
    """A Z over the space where no row stands, so that none can be added after the stamp."""
    inner, width = box.inset(2, min(2, box.h / 5)), paper.mm["thick"]
    pen.rule(inner.x, inner.y, inner.right, inner.y, width)
    pen.rule(inner.right, inner.y, inner.x, inner.bottom, width)
    pen.rule(inner.x, inner.bottom, inner.right, inner.bottom, width)


def _draw_seal(pen: Pen, paper: Layout, page: Page, box: Box) -> None:
    """The seal; where a void sheet had it there is none, for it would still be found genuine."""
    if page.issue.void:
        _draw_no_seal(pen, paper, Box(box.x, box.y, box.w, box.w))
    else:
        pen.qr(box, page.seal, paper.mm["qr-module"])
    more = paper.mm["qr-gap"] / 2  # the code of a page with few rows is narrower than what is said of it
    label = Box(box.x - more, box.y + box.w, box.w + more, box.h - box.w)
    pen.text(label, slashed("paper.seal"), Face(paper.type["label"], least=4), "centre")


def _draw_no_seal(pen: Pen, paper: Layout, box: Box) -> None:
    pen.fill(box, 1.0)
    pen.frame(box, paper.mm["line"])
    for half, said in zip(box.inset(2, box.h / 4).slices(2), both("paper.void"), strict=True):
        pen.text(half, said, Face(paper.type["no-seal"], bold=True), "centre")


def _draw_foot(pen: Pen, paper: Layout, page: Page, box: Box) -> None:
    foot = paper.areas["foot"]
    _draw_counts(pen, paper, page, foot.box("counts", box))
    pen.lines(foot.box("proves", box), _proven(page), Face(paper.type["proves"], bold=True, least=4))
    draw_stamp(pen, paper, foot.box("stamp", box), page.placed)
    if page.stamp.specimen:
        line = " / ".join(both("paper.specimen-line", authority=page.stamp.authority))
        pen.text(foot.box("specimen-line", box), line, Face(paper.type["specimen-line"], bold=True))


def _proven(page: Page) -> tuple[str, ...]:
    """What the page proves, in both languages, or why it proves nothing any more."""
    if page.issue.void:
        return slashed("paper.proves-void"), f"{slashed('paper.void-reason')}: {page.issue.void}"
    if page.stamp.act is Act.IN_BOND:
        return both("paper.proves-in-bond")
    return both("paper.proves" if marks(page.rows)["R"] else "paper.proves-none")


def _draw_counts(pen: Pen, paper: Layout, page: Page, box: Box) -> None:
    """How many rows have each mark, on this page and on the whole sheet, under their letters."""
    heading, *lines = box.slices(3)
    area, face = paper.areas["counts"], Face(paper.type["counts"], bold=True)
    for mark in ("R", "NR", "N/A"):
        pen.text(area.box(mark, heading), mark, face, "centre")
    for name, key in (("removed", "mark.removed"), ("total", "paper.total")):
        pen.text(area.box(name, heading), slashed(key), Face(paper.type["label"], least=4), "centre")
    whole = tuple(enumerate(page.sheet.rows, 1))
    for line, key, rows in zip(lines, ("this-page", "whole-sheet"), (page.rows, whole), strict=True):
        pen.text(area.box("label", line), slashed(f"paper.{key}"), Face(paper.type["counts"], least=4))
        for name, n in (*marks(rows).items(), ("total", len(rows))):
            pen.text(area.box(name, line), str(n), face, "centre")
    pen.frame(box, paper.mm["line"])
