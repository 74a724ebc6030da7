"""The stamp as it is drawn. It looks like no official stamp; whose name and picture it bears is a setting (decision 7)."""

from dataclasses import dataclass
from datetime import tzinfo

from kiosk.adapters.pdf.layout import Box, Layout, artwork, style
from kiosk.adapters.pdf.lettering import Face
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import both, office_name, offset, slashed
from kiosk.core.stamp import Act, Stamp


@dataclass(frozen=True, slots=True)
class Imprint:
    """Whose stamp it is, in both languages, and in which time zone he lives; `agency` is empty where nobody has said."""

    agency: str
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Placed:
    """A stamp on one page of a sheet."""

    stamp: Stamp
    sheet: str
    page: int
    pages: int
    checkpoint: str
    imprint: Imprint


def draw_stamp(pen: Pen, layout: Layout, box: Box, placed: Placed) -> None:
    """The block of P5: agency, act in both languages, office, date and time, badge; and which page of which sheet it is on."""
    area, stamp = layout.areas["stamp"], placed.stamp
    pen.fill(box, 1.0)
    pen.frame(box, layout.mm["thick"])
    pen.frame(box.inset(1, 1), layout.mm["thin"])
    pen.text(area.box("agency", box), _whose(placed), Face(layout.type["agency"]))
    act = Face(layout.type["act"], bold=True)
    for name, said in zip(("act-en", "act-fr"), both(f"act.{stamp.act}"), strict=True):
        pen.text(area.box(name, box), said.upper(), act)
    if stamp.act is Act.RELEASED:
        pen.text(area.box("scope", box), slashed("paper.scope"), Face(layout.type["scope"], least=4))
    pen.text(area.box("when", box), _when(placed), Face(layout.type["when"], bold=True))
    pen.lines(area.box("facts", box), _facts(placed), Face(layout.type["fact"]))
    if style().artwork:
        pen.picture(area.box("artwork", box), artwork(style().artwork))


def draw_specimen(pen: Pen, layout: Layout) -> None:
    """SPECIMEN across the page in light grey; drawn first, so that all else stands over it."""
    face = Face(layout.type["specimen"], bold=True, grey=layout.mm["specimen-grey"])
    for name, said in zip(("specimen-en", "specimen-fr"), both("paper.specimen"), strict=True):
        middle = layout.page.box(name)
        pen.slanted((middle.x, middle.y), layout.mm["specimen-angle"], said, face)


def _whose(placed: Placed) -> str:
    """The agency, as the settings or the style name it; where neither does, that it is a kiosk's stamp and nobody else's.

    A specimen says so inside of its frame too, for whoever cuts it out.
    """
    named = " / ".join(name for name in style().agency.values() if name)
    whose = placed.imprint.agency or named or slashed("paper.stamp")
    return f"{slashed('paper.specimen')} – {whose}" if placed.stamp.specimen else whose


def _when(placed: Placed) -> str:
    there = placed.stamp.at.astimezone(placed.imprint.zone)
    return f"{there:%Y-%m-%d}   {there:%H:%M:%S} {offset(there)} ({placed.imprint.zone})"


def _facts(placed: Placed) -> list[str]:
    stamp = placed.stamp
    return [
        f"{slashed('paper.authority')}: {stamp.authority}",
        f"{slashed('paper.stamp-office')}: {office_name(stamp.office)}",
        f"{slashed('paper.badge')}: {stamp.badge}",
        f"{slashed('paper.sheet')}: {placed.sheet}",
        slashed("paper.page", page=placed.page, pages=placed.pages),
        f"{slashed('paper.checkpoint')}: {placed.checkpoint}",
    ]
