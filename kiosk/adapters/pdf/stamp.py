"""The stamp as it is drawn. It looks like no official stamp; whose name and picture it bears is a setting (decision 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

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
class Issue:
    """What a printing of a sheet bears: its stamp, which copy it is or whose original (`mark`), and why it is void, if it is."""

    stamp: Stamp
    checkpoint: str
    imprint: Imprint
    copy: int = 0
    void: str = ""
    mark: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """COPY with its number, or whose original it is where there are two, in both languages; or nothing."""
        if self.copy > 1:
            return both("paper.copy", number=self.copy)
        return both(f"paper.mark.{self.mark}") if self.mark else ()

    @property
    def said(self) -> str:
        """The same in one line."""
        return " / ".join(dict.fromkeys(self.told))


@dataclass(frozen=True, slots=True)
class Placed:
    """A stamp on one page of a sheet."""

    issue: Issue
    sheet: str
    page: int
    pages: int

    @property
    def stamp(self) -> Stamp:
        """The stamp, which is the same on all pages and copies."""
        return self.issue.stamp


_SCOPES: Final = {Act.RELEASED: "paper.scope", Act.IN_BOND: "paper.scope-in-bond"}
"""What stands under an act: how far it goes."""


def draw_stamp(pen: Pen, layout: Layout, box: Box, placed: Placed, facts: Sequence[str] = ()) -> None:
    """The block of P5: agency, act in both languages, office, date and time, badge; and which page of which sheet it is on.

    `facts` are what stands in small type at the right, where that is something else.
    """
    area, stamp = layout.areas["stamp"], placed.stamp
    pen.fill(box, 1.0)
    pen.frame(box, layout.mm["thick"])
    pen.frame(box.inset(1, 1), layout.mm["thin"])
    pen.text(area.box("agency", box), _whose(placed), Face(layout.type["agency"]))
    act = Face(layout.type["act"], bold=True)
    for name, said in zip(("act-en", "act-fr"), both(f"act.{stamp.act}"), strict=True):
        pen.text(area.box(name, box), said.upper(), act)
    if stamp.act in _SCOPES:
        pen.text(area.box("scope", box), slashed(_SCOPES[stamp.act]), Face(layout.type["scope"], least=4))
    pen.text(area.box("when", box), _when(placed), Face(layout.type["when"], bold=True))
    pen.lines(area.box("facts", box), facts or _facts(placed), Face(layout.type["fact"]))
    if style().artwork:
        pen.picture(area.box("artwork", box), artwork(style().artwork))
    if placed.issue.void:
        pen.cross(box, layout.mm["thick"])


def draw_across(pen: Pen, layout: Layout, key: str) -> None:
    """SPECIMEN or VOID across the page in light grey; drawn first, so that all else stands over it."""
    face = Face(layout.type[key], bold=True, grey=layout.mm["across-grey"])
    for name, said in zip(("across-en", "across-fr"), both(f"paper.{key}"), strict=True):
        middle = layout.page.box(name)
        pen.slanted((middle.x, middle.y), layout.mm["across-angle"], said, face)


def _whose(placed: Placed) -> str:
    """The agency, as the settings or the style name it; where neither does, that it is a kiosk's stamp and nobody else's.

    A void one and a specimen say so inside of the frame too, for whoever cuts it out.
    """
    named = " / ".join(name for name in style().agency.values() if name)
    whose = placed.issue.imprint.agency or named or slashed("paper.stamp")
    if placed.issue.void or placed.stamp.specimen:
        return f"{slashed('paper.void' if placed.issue.void else 'paper.specimen')} – {whose}"
    return whose


def _when(placed: Placed) -> str:
    zone = placed.issue.imprint.zone
    there = placed.stamp.at.astimezone(zone)
    return f"{there:%Y-%m-%d}   {there:%H:%M:%S} {offset(there)} ({zone})"


def _facts(placed: Placed) -> list[str]:
    """What is in small type at the right; a copy says there, too, that it is one."""
    stamp = placed.stamp
    return [
        f"{slashed('paper.authority')}: {stamp.authority}",
        f"{slashed('paper.stamp-office')}: {office_name(stamp.office)}",
        f"{slashed('paper.badge')}: {stamp.badge or slashed('paper.no-badge', station=placed.sheet[:4])}",
        " – ".join(filter(None, (f"{slashed('paper.sheet')}: {placed.sheet}", placed.issue.said))),
        slashed("paper.page", page=placed.page, pages=placed.pages),
        f"{slashed('paper.checkpoint')}: {placed.issue.checkpoint}",
    ]
