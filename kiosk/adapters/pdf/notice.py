"""The printed RNS message of one released number (P1), and the stamp alone for a client's own paper (Q1, P6)."""

from collections.abc import Sequence

from kiosk.adapters.pdf.endorse import Overlay, Sheaf, draw_block, facts_of, side_of
from kiosk.adapters.pdf.head import draw_header, draw_title
from kiosk.adapters.pdf.layout import Layout, layout
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, local, office_name, slashed
from kiosk.adapters.pdf.stamp import draw_across
from kiosk.core.answer import Status
from kiosk.core.endorsement import Block, OnPaper, Overprint
from kiosk.core.faults import Refusal
from kiosk.core.placing import GAP
from kiosk.core.reference import CCN
from kiosk.core.sheet import Line, QuerySheet, Removed
from kiosk.core.space import Spot
from kiosk.core.stamp import Act


def released_row(sheet: QuerySheet) -> tuple[int, Line]:
    """The one row of a sheet, which is released; `Refusal` for a sheet with any other, or none."""
    rows = [(place, row) for place, row in enumerate(sheet.rows, 1) if not isinstance(row, Removed)]
    if len(rows) != 1:
        raise Refusal("endorse-one-row", got=sheet.number)
    place, row = rows[0]
    if not isinstance(row, Line) or row.answer.status is not Status.RELEASED:
        raise Refusal("endorse-not-released", row=place, mark=row.answer.status if isinstance(row, Line) else "-")
    return place, row


def draw_notice(overlay: Overlay) -> bytes:
    """The message as a PDF; `Refusal` for a sheet that says anything but one release."""
    place, row = released_row(overlay.sheet)
    if overlay.issue.stamp.act is not Act.RELEASED or len(overlay.seals) != 1:
        raise Refusal("endorse-one-row", got=overlay.sheet.number)
    paper = layout("notice")
    sheaf = Sheaf(f"{slashed('paper.notice-title')} {row.answer.reference.hri}", overlay.issue.stamp.authority)
    pen = sheaf.page(paper.page.w, paper.page.h)
    if overlay.issue.stamp.specimen:
        draw_across(pen, paper, "specimen")
    draw_title(pen, paper, "paper.notice-title")
    _draw_number(pen, paper, overlay)
    draw_header(pen, paper, overlay.sheet.header)
    _draw_fields(pen, paper, _fields(overlay, row))
    _draw_foot(pen, paper, overlay, place, row)
    pen.turn()
    return sheaf.done()


def _draw_number(pen: Pen, paper: Layout, overlay: Overlay) -> None:
    on = paper.page
    pen.symbol(on.box("sheet-bars"), "code128", overlay.sheet.number, paper.modules)
    said = " – ".join(filter(None, (overlay.sheet.number, overlay.issue.said)))
    pen.text(on.box("sheet-number"), said, Face(paper.type["sheet"], bold=True))


def _fields(overlay: Overlay, row: Line) -> list[tuple[str, str]]:
    """What an RNS message says, and in which order; what the answer does not say is not made up."""
    answer, zone = row.answer, overlay.issue.imprint.zone
    requests = [str(one.transaction.hri) for one in answer.requests if one.transaction]
    options = sorted({one.service_option for one in answer.requests if one.service_option})
    ccn = answer.reference.hri if isinstance(answer.reference, CCN) else ""
    transactions = requests or ([] if ccn else [answer.reference.hri])
    known = [
        ("indicator", slashed("paper.notice-released")),
        ("ccn", ccn or slashed("paper.notice-none")),
        ("transaction", ", ".join(dict.fromkeys(transactions)) or slashed("paper.notice-none")),
        ("office", office_name(answer.office or "")),
        ("released-at", local(answer.released_at, zone) if answer.released_at else slashed("paper.notice-none")),
        ("option", ", ".join(options)),
        ("as-of", local(answer.as_of, zone)),
        ("by-hand", "*" if row.asked.keyed else ""),
    ]
    return [(slashed(f"paper.notice-{name}"), value) for name, value in known if value]


def _draw_fields(pen: Pen, paper: Layout, fields: Sequence[tuple[str, str]]) -> None:
    area = paper.areas["row"]
    for slot, (name, value) in zip(paper.page.box("fields").slices(paper.rows), fields, strict=False):
        pen.text(area.box("name", slot), name, Face(paper.type["name"]))
        pen.block(area.box("value", slot), value, Face(paper.type["value"], bold=True, least=paper.type["least"]))
        pen.rule(slot.x, slot.bottom, slot.right, slot.bottom, paper.mm["thin"])


def _draw_foot(pen: Pen, paper: Layout, overlay: Overlay, place: int, row: Line) -> None:
    """The number in bars, what the message proves, the stamp and the seal."""
    page = paper.page
    pen.symbol(page.box("bars"), "code128", row.asked.text, paper.modules)
    pen.lines(page.box("proves"), both("paper.notice-proves"), Face(paper.type["proves"], bold=True, least=4))
    stamp = page.box("stamp")
    draw_block(pen, overlay, _block(overlay, 1, stamp.x, stamp.y), Act.RELEASED, facts_of(overlay, [_on(place, row)]))
    if overlay.issue.stamp.specimen:
        line = " / ".join(both("paper.specimen-line", authority=overlay.issue.stamp.authority))
        pen.text(page.box("specimen-line"), line, Face(paper.type["specimen-line"], bold=True))


def draw_overprint(overlay: Overlay, place: Overprint, rows_per_page: int) -> bytes:
    """A page with nothing but the stamp and the seal of a row, where they were put; `Refusal` where they may not be."""
    row = overlay.sheet.rows[place.row - 1] if 1 <= place.row <= len(overlay.sheet.rows) else None
    if not isinstance(row, Line):
        raise Refusal("endorse-no-such-row", got=overlay.sheet.number, row=place.row)
    act = overlay.issue.stamp.act
    if act is not Act.IN_BOND and (act is not Act.RELEASED or row.answer.status is not Status.RELEASED):
        raise Refusal("endorse-not-released", row=place.row, mark=row.answer.status)
    block = _block(overlay, (place.row - 1) // rows_per_page + 1, place.x, place.y)
    place.check_on(*_extent(block))
    sheaf = Sheaf(f"{overlay.sheet.number} – {row.answer.reference.hri}", overlay.issue.stamp.authority)
    pen = sheaf.page(*place.size)
    draw_block(pen, overlay, block, act, facts_of(overlay, [_on(place.row, row)]))
    pen.turn()
    return sheaf.done()


def extent(seal: str) -> tuple[float, float]:
    """How wide and high a stamp with its seal is, in mm."""
    return _extent(_beside(seal, 1, 0, 0))


def _block(overlay: Overlay, page: int, x: float, y: float) -> Block:
    return _beside(overlay.seals[page - 1], page, x, y)


def _beside(seal: str, page: int, x: float, y: float) -> Block:
    """A stamp with its corner there, and the seal of a page at its right."""
    mm = layout("endorse").mm
    side = side_of(seal, mm["qr-module-1"])
    stamp = Spot(x, y, mm["stamp-w-1"], mm["stamp-h-1"])
    return Block(0, stamp, ((page, Spot(stamp.right + GAP, y, side, side + mm["qr-label"])),))


def _extent(block: Block) -> tuple[float, float]:
    spots = [block.stamp, *(spot for _, spot in block.seals)]
    return max(one.right for one in spots) - block.stamp.x, max(one.bottom for one in spots) - block.stamp.y


def _on(place: int, row: Line) -> OnPaper:
    return OnPaper(place, str(row.answer.status), 0, None)
