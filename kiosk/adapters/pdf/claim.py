"""The slip with which an officer takes a client's query over by one scan, as a PDF. It shows no mark: nobody takes it for proof."""

from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.adapters.pdf.layout import Layout, layout
from kiosk.adapters.pdf.lettering import Face, wrapped
from kiosk.adapters.pdf.pen import Pen
from kiosk.adapters.pdf.printed import local, office_name, slashed
from kiosk.core.slip import Slip
from kiosk.words import LANGUAGES, Words, words


class PdfSlips:
    """The `Slips` of an office that has no receipt printer: they come out where everything does, by its queue."""

    def __init__(self, zone: str) -> None:
        self._zone: Final = ZoneInfo(zone)

    def give(self, slip: Slip) -> bytes:
        """The slip, to be printed."""
        return draw_claim(slip, self._zone)


def in_order(slip: Slip) -> tuple[Words, Words]:
    """The client's language, and the other one."""
    first, other = sorted(LANGUAGES, key=lambda one: one != slip.language)
    return words(first), words(other)


def draw_claim(slip: Slip, zone: tzinfo) -> bytes:
    """The slip as a PDF of one page."""
    paper = layout("claim")
    pen = Pen.of(paper.page.w, paper.page.h, slashed("paper.claim-title"), office_name(slip.office), slip.sheet)
    pen.frame(paper.page.box("frame"), paper.mm["line"])
    for said, place in zip(in_order(slip), ("first", "other"), strict=True):
        _draw_words(pen, paper, said, place)
    _draw_facts(pen, paper, slip, zone)
    pen.symbol(paper.page.box("bars"), "code128", slip.sheet, paper.modules)
    pen.text(paper.page.box("number"), slip.sheet, Face(paper.type["number"], bold=True))
    pen.text(paper.page.box("foot"), slashed("paper.claim-not-proof"), Face(paper.type["foot"], bold=True))
    pen.turn()
    return pen.done()


def _draw_words(pen: Pen, paper: Layout, said: Words, place: str) -> None:
    size = paper.type["title" if place == "first" else "subtitle"]
    pen.text(paper.page.box(f"title-{place}"), said.say("paper.claim-title"), Face(size, bold=True))
    box, face = paper.page.box(f"lead-{place}"), Face(paper.type["lead"])
    pen.lines(box, wrapped(said.say("paper.claim-lead"), face, box.w), face)


def _draw_facts(pen: Pen, paper: Layout, slip: Slip, zone: tzinfo) -> None:
    face = Face(paper.type["fact"])
    both = in_order(slip)
    pen.text(paper.page.box("at"), local(slip.at, zone), face, "right")
    pen.text(paper.page.box("office"), slashed("paper.claim-office", office=office_name(slip.office)), face, "right")
    pen.text(paper.page.box("rows"), " / ".join(one.count("paper.claim-rows", slip.rows) for one in both), face, "right")
