"""What is put on a client's own document: the stamp, the seals and the marks, each page of his as one page of ours (P1, P5, P6).

Nothing of his document is looked at here: where there is room is given, and where nobody has said so, a cover page holds it all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from kiosk.adapters.pdf import bars
from kiosk.adapters.pdf.layout import Box, Layout, layout
from kiosk.adapters.pdf.lettering import MM, Face
from kiosk.adapters.pdf.mark import draw_mark
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, office_name, slashed
from kiosk.adapters.pdf.stamp import Issue, Placed, draw_stamp
from kiosk.core.answer import Status
from kiosk.core.endorsement import REMOVED, Block, Format, Leaf, OnPaper
from kiosk.core.sheet import Line, QuerySheet
from kiosk.core.space import Spot
from kiosk.core.stamp import Act

SIZES: Final = (1, 2)
"""The formats, the liked one first."""
_LETTERS: Final = ("letter-1", "letter-2", "letter-3")


@dataclass(frozen=True, slots=True)
class Overlay:
    """All that is said on a client's document: the sheet, its stamp, and the text of the seal of each of its pages."""

    sheet: QuerySheet
    issue: Issue
    seals: Sequence[str]

    def formats(self) -> tuple[Format, ...]:
        """The sizes in which it can be drawn."""
        return tuple(self._format(layout("endorse"), n) for n in SIZES)

    def _format(self, paper: Layout, n: int) -> Format:
        mm = paper.mm
        sides = {page: side_of(seal, mm[f"qr-module-{n}"]) for page, seal in enumerate(self.seals, 1)}
        seals = {page: (side, side + mm["qr-label"]) for page, side in sides.items()}
        size = (mm[f"stamp-w-{n}"], mm[f"stamp-h-{n}"]), (mm[f"mark-w-{n}"], mm[f"mark-h-{n}"])
        return Format(*size, seals, layout("sheet").rows)


def side_of(seal: str, module: float) -> float:
    """How wide a seal's symbol is with its quiet zone, in mm."""
    return (len(bars.qr(seal)) + 2 * bars.QUIET_QR) * module


def sized(paper: Layout, n: int) -> Layout:
    """The layout in its n-th size: type and lines shrink with the stamp."""
    if n == 1:
        return paper
    scale = paper.mm[f"stamp-w-{n}"] / paper.mm["stamp-w-1"]
    return replace(
        paper,
        areas={**paper.areas, "mark": paper.areas["mark-small"]},
        type={name: size * scale for name, size in paper.type.items()} | {k: paper.type[k] * 0.8 for k in _LETTERS},
    )


class Sheaf:
    """Pages of different sizes in one document, each with a pen of its own."""

    def __init__(self, title: str, author: str) -> None:
        self.into = BytesIO()
        self.canvas = Canvas(self.into, invariant=1, pageCompression=1, lang="en-CA")
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("release kiosk")

    def page(self, w: float, h: float) -> Pen:
        """A pen for the next page, w by h mm; `turn` ends it."""
        self.canvas.setPageSize((w * MM, h * MM))
        return Pen(self.canvas, h, self.into)

    def done(self) -> bytes:
        """The document."""
        self.canvas.save()
        return self.into.getvalue()


def draw_leaf(pen: Pen, overlay: Overlay, leaf: Leaf) -> None:
    """The marks of a page, and its stamp with its seals."""
    for row, n, spot in leaf.marks:
        draw_own_mark(pen, sized(layout("endorse"), n + 1), box_of(spot), row)
    if leaf.block:
        draw_block(pen, overlay, leaf.block, leaf.act, facts_of(overlay, leaf.rows))


def draw_reverse(pen: Pen, overlay: Overlay, leaf: Leaf, width: float, file: str) -> None:
    """An added page that stands for the reverse of a page which came without one."""
    face = Face(layout("endorse").type["back"], bold=True, least=5)
    pen.text(Box(8, 7, width - 16, 5), slashed("paper.endorse-back", page=leaf.page + 1, file=file), face)
    draw_leaf(pen, overlay, leaf)


def draw_block(pen: Pen, overlay: Overlay, block: Block, act: Act, facts: Sequence[str]) -> None:
    """A stamp and its seals."""
    paper = sized(layout("endorse"), block.format + 1)
    issue = replace(overlay.issue, stamp=replace(overlay.issue.stamp, act=act))
    placed = Placed(issue, overlay.sheet.number, 1, len(overlay.seals))
    draw_stamp(pen, paper, box_of(block.stamp), placed, facts)
    for page, spot in block.seals:
        draw_seal(pen, paper, overlay, page, spot, paper.mm[f"qr-module-{block.format + 1}"])


def draw_seal(pen: Pen, paper: Layout, overlay: Overlay, page: int, spot: Spot, module: float) -> None:
    """The seal of a page of the sheet, and under it the sheet's number and which page that is."""
    box = box_of(spot)
    pen.fill(box, 1.0)
    pen.qr(box, overlay.seals[page - 1], module)
    label = Box(box.x, box.bottom - paper.mm["qr-label"], box.w, paper.mm["qr-label"])
    said = overlay.sheet.number + (f" · {page}/{len(overlay.seals)}" if len(overlay.seals) > 1 else "")
    pen.text(label, said, Face(paper.type["page"], bold=True, least=4), "centre")


def draw_own_mark(pen: Pen, paper: Layout, box: Box, row: OnPaper) -> None:
    """The mark of a row as on our own sheet; a row that was struck out says so."""
    if row.mark != REMOVED:
        draw_mark(pen, paper, box, Status(row.mark))
        return
    pen.fill(box, 1.0)
    pen.frame(box, paper.mm["line"])
    pen.cross(Box(box.x, box.y, box.h, box.h).inset(1, 1), paper.mm["strike"])
    words = Box(box.x + box.h, box.y + 0.6, box.w - box.h - 0.6, box.h - 1.2)
    pen.lines(words, both("mark.removed"), Face(paper.type["struck"], bold=True, least=3))


def facts_of(overlay: Overlay, rows: Sequence[OnPaper]) -> list[str]:
    """What the stamp says at its right: whose it is, and for which rows of which sheet it is."""
    stamp, copy = overlay.issue.stamp, overlay.issue.said
    live = [row for row in rows if row.mark != REMOVED]
    return [
        f"{slashed('paper.authority')}: {stamp.authority}",
        f"{slashed('paper.stamp-office')}: {office_name(stamp.office)}",
        f"{slashed('paper.badge')}: {stamp.badge or slashed('paper.no-badge', station=overlay.sheet.number[:4])}",
        f"{slashed('paper.sheet')}: {overlay.sheet.number}",
        _for(overlay.sheet, live),
        f"{slashed('paper.checkpoint')}: {overlay.issue.checkpoint}",
        *([copy] if copy else []),
    ]


def _for(sheet: QuerySheet, rows: Sequence[OnPaper]) -> str:
    """The number of one row, so that its stamp fits no other paper; of several, their places on the sheet."""
    if len(rows) == 1:
        row = sheet.rows[rows[0].place - 1]
        return row.answer.reference.hri if isinstance(row, Line) else ""
    return f"{slashed('paper.endorse-rows')}: {_ranges([row.place for row in rows])}"


def _ranges(places: Sequence[int]) -> str:
    """Places in few words.

    >>> _ranges([1, 2, 3, 7, 9, 10])
    '1-3, 7, 9-10'
    """
    said: list[list[int]] = []
    for place in sorted(places):
        if said and said[-1][1] == place - 1:
            said[-1][1] = place
        else:
            said.append([place, place])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in said)


def box_of(spot: Spot) -> Box:
    """A place on a page, as a pen takes it."""
    return Box(spot.x, spot.y, spot.w, spot.h)
