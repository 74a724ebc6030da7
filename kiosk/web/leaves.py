"""The pages of a sheet's forms as a screen shows them: the outline of each row's place, and the rows that want a hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.journal import PageRead
from kiosk.core.sheet import Faulty, Line, QuerySheet, Removed, Row, Waiting, Where
from kiosk.desks.intake import Form, State
from kiosk.web.rows import View, view
from kiosk.web.screen import spoken
from kiosk.wording import mend, why
from kiosk.words import Words

DASHES: Final = {"released": "", "held": "12 4", "unknown": "3 5", "unread": "10 3 3 3", "unasked": "8 5", "removed": "1 7"}
"""Of an outline, by tone, in pixels of the screen: nothing is known by colour alone."""
MARGIN: Final = 12
"""Around a place, in pixels of the picture: its bars are not drawn over."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The place of a row (from 1) on a page picture, in its pixels."""

    place: int
    tone: str
    label: str
    x: int
    y: int
    width: int
    height: int

    lettering: int
    """How large its label is."""
    beside: bool
    """Whether there is room for the label at its right; else it is inside, at its left end."""

    @property
    def dashes(self) -> str:
        """The pattern of its line."""
        return DASHES[self.tone]

    @property
    def label_at(self) -> tuple[int, int]:
        """Where the label begins."""
        down = min(self.height + self.lettering * 3 // 4, 3 * self.lettering) // 2
        return (self.x + self.width + MARGIN if self.beside else self.x + MARGIN), self.y + down


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a form that was read; without a picture where it could not be drawn."""

    read: PageRead
    outlines: tuple[Outline, ...]
    faulty: tuple[View, ...]
    """The rows on it that were not read or were refused."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form: how far it is, in words, and its pages."""

    form: Form
    said: str
    todo: str
    leaves: tuple[Leaf, ...]

    @property
    def busy(self) -> bool:
        """Whether it is being read, or waits for it."""
        return self.form.open

    @property
    def stuck(self) -> bool:
        """Whether it ended before its end, and somebody must decide."""
        return self.form.state is State.ENDED


def place_of(row: Row) -> Where | None:
    """Where a row stands on the client's paper, whatever became of it."""
    match row:
        case Line() | Waiting():
            return row.asked.where
        case Faulty():
            return row.where
        case Removed():
            return place_of(row.row)


def shown(sheet: QuerySheet, forms: Iterable[Form]) -> list[Shown]:
    """The forms of a sheet with everything that is shown of them."""
    said = spoken()
    placed = [(where, view(said, sheet, n, row)) for n, row in enumerate(sheet.rows, 1) if (where := place_of(row))]
    return [_shown(said, form, [(where, row) for where, row in placed if where.file == form.file]) for form in forms]


def _shown(said: Words, form: Form, rows: Sequence[tuple[Where, View]]) -> Shown:
    leaves = tuple(_leaf(page, [one for one in rows if one[0].page == page.page]) for page in form.read)
    return Shown(form, state_said(said, form), mend(said, form.why) if form.why else "", leaves)


def _leaf(page: PageRead, rows: Sequence[tuple[Where, View]]) -> Leaf:
    outlines = tuple(_outline(page, where, row) for where, row in rows) if page.width else ()
    return Leaf(page, outlines, tuple(row for _, row in rows if row.kind == "faulty"))


def _outline(page: PageRead, where: Where, row: View) -> Outline:
    """The place of a row with a margin, inside the page; a row about the whole page goes around all of it."""
    x0, y0, x1, y1 = where.box if any(where.box) else (0, 0, page.width, page.height)
    x0, y0 = max(x0 - MARGIN, MARGIN), max(y0 - MARGIN, MARGIN)
    x1, y1 = min(x1 + MARGIN, page.width - MARGIN), min(y1 + MARGIN, page.height - MARGIN)
    lettering = max(page.width // 28, 12)
    label = f"{row.place} {row.mark}".strip()
    beside = x1 + MARGIN + len(label) * lettering * 3 // 4 < page.width
    return Outline(row.place, row.tone, label, x0, y0, max(x1 - x0, 1), max(y1 - y0, 1), lettering, beside)


def state_said(said: Words, form: Form) -> str:
    """How far a form is, in one sentence."""
    if form.why:
        return why(said, form.why)
    if form.state is State.READ:
        return said.count("screen.forms.read", len(form.read))
    if form.pages is None:
        return said.say("screen.forms.waiting")
    return said.say("screen.forms.reading", page=len(form.read) + 1, pages=form.pages)


def documents(forms: Iterable[Form]) -> list[dict[str, Any]]:
    """Forms as JSON: `page` is how many of its pages were read, `pages` how many there are, null before that is known."""
    said = spoken()
    return [
        {
            "document": form.document,
            "file": form.file,
            "bytes": form.size,
            "state": form.state.value,
            "page": len(form.read),
            "pages": form.pages,
            "title": state_said(said, form),
            "read": [_read(page) for page in form.read],
        }
        for form in forms
    ]


def _read(page: PageRead) -> dict[str, Any]:
    size = {"width": page.width, "height": page.height}
    return {"page": page.page, "scans": page.scans, "unread": page.unread, **size, "dial": page.dial or "strict"}
