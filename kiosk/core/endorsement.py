"""A client's own document under our stamp (P1, P5, P6, Q2): its pages, the rows that stand on it, and what is put where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kiosk.core.faults import Refusal
from kiosk.core.sheet import Faulty, Line, QuerySheet, Removed, Row, Waiting, Where
from kiosk.core.space import Space, Spot
from kiosk.core.stamp import Act

REMOVED: Final = "removed"
"""The mark of a row that was struck out."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of the client's document as it was seen: its squares, and how large it is in mm, as far as the picture says."""

    columns: int
    squares: bytes
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Original:
    """A client's document: a `pdf`, or else the pictures (PNG) of its pages. `digest` and `file` are those of what he brought."""

    digest: str
    file: str
    pages: tuple[Picture, ...]
    pdf: bytes = b""
    pngs: tuple[bytes, ...] = ()
    rows: tuple["OnPaper", ...] = ()
    """The rows of the sheet that stand on it."""
    cover: bool = False
    """Nothing is drawn on his own pages: all of it stands on a cover page."""
    copy: int = 1
    """From 2 on the stamp says COPY and this number."""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A row (from 1) of the sheet on a page (from 0) of the document: its mark, and its bars as parts of the page; None without."""

    place: int
    mark: str
    page: int
    bars: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Face:
    """A page of the document to be stamped. `steady`: it looks the same on every screen and on paper, whatever is clicked."""

    space: Space
    steady: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """How large a page is seen, in mm, its rotation and its unit taken in; `steady` as of `Face`."""

    width: float
    height: float
    steady: bool


@dataclass(frozen=True, slots=True)
class Onto:
    """Where an overlay goes: `on` a page (from 0) of the document, or as a page of its own `after` or `before` it."""

    page: int
    how: Literal["on", "after", "before"]


@dataclass(frozen=True, slots=True)
class Format:
    """A size in which stamp, seals and marks can be drawn, in mm; `seals` are theirs by the sheet's page."""

    stamp: tuple[float, float]
    mark: tuple[float, float]
    seals: Mapping[int, tuple[float, float]]
    rows_per_page: int

    def pages_of(self, rows: Sequence[OnPaper]) -> tuple[int, ...]:
        """The sheet's pages (from 1) on which rows stand, each of which has its seal."""
        return tuple(sorted({(row.place - 1) // self.rows_per_page + 1 for row in rows}))

    def rows_of(self, page: int, rows: Sequence[OnPaper]) -> tuple[OnPaper, ...]:
        """Those of the rows that are on a page (from 1) of the sheet, in its order."""
        own = (row for row in rows if (row.place - 1) // self.rows_per_page + 1 == page)
        return tuple(sorted(own, key=lambda row: row.place))


@dataclass(frozen=True, slots=True)
class Block:
    """A stamp, and the seals beside it by the sheet's page, in one of the formats."""

    format: int
    stamp: Spot
    seals: tuple[tuple[int, Spot], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is put on a page (from 0) of the document."""

    page: int
    act: Act
    rows: tuple[OnPaper, ...]
    marks: tuple[tuple[OnPaper, int, Spot], ...] = ()
    """Each with its format."""
    block: Block | None = None

    @property
    def spots(self) -> tuple[Spot, ...]:
        """All places on the page where something is drawn."""
        block = (self.block.stamp, *(spot for _, spot in self.block.seals)) if self.block else ()
        return (*(spot for _, _, spot in self.marks), *block)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put where. `reverses` are stamped on a page that is added after them; `cover`: all stamps are on a cover page."""

    leaves: tuple[Leaf, ...]
    reverses: tuple[Leaf, ...] = ()
    cover: bool = False


def where_of(row: Row) -> Where | None:
    """Where a row stands on the client's paper, whatever became of it."""
    match row:
        case Line() | Waiting():
            return row.asked.where
        case Faulty():
            return row.where
        case Removed():
            return where_of(row.row)


def rows_on(sheet: QuerySheet, file: str, sizes: Mapping[int, tuple[int, int]]) -> tuple[OnPaper, ...]:
    """The rows of a sheet that stand on a file; `sizes` are those of its page pictures (by page from 0), in pixels."""
    found = []
    for place, row in enumerate(sheet.rows, 1):
        where = where_of(row)
        if where is not None and where.file == file:
            mark = str(row.answer.status) if isinstance(row, Line) else REMOVED
            found.append(OnPaper(place, mark, where.page, _part(where, sizes.get(where.page))))
    return tuple(found)


def _part(where: Where, size: tuple[int, int] | None) -> tuple[float, float, float, float] | None:
    if where.whole or size is None or min(size) < 1:
        return None
    (x0, y0, x1, y1), (wide, tall) = where.box, size
    return x0 / wide, y0 / tall, x1 / wide, y1 / tall


def act_on(act: Act, rows: Sequence[OnPaper]) -> Act:
    """What the stamp on a page says: a page without an R row is not stamped as released because another page is."""
    return Act.STATUS if act is Act.RELEASED and not any(row.mark == "R" for row in rows) else act


PAPERS: Final[Mapping[str, tuple[float, float]]] = {"letter": (215.9, 279.4), "legal": (215.9, 355.6), "a4": (210.0, 297.0)}
"""Paper that goes through a printer, in mm."""


@dataclass(frozen=True, slots=True)
class Overprint:
    """Stamp and seal of a row (from 1) for a client's own paper, their corner `x` and `y` mm from its top left one; which copy."""

    row: int
    paper: str
    x: float
    y: float
    across: bool = False
    """The paper lies on its longer side."""
    copy: int = 1

    @property
    def size(self) -> tuple[float, float]:
        """Of the paper as it lies; `Refusal` for a paper that nobody knows."""
        if self.paper not in PAPERS:
            raise Refusal("endorse-place", expected=", ".join(PAPERS), got=self.paper)
        w, h = PAPERS[self.paper]
        return (h, w) if self.across else (w, h)

    def check_on(self, w: float, h: float) -> None:
        """Refuse a place where what is w by h mm would not be on the paper."""
        width, height = self.size
        if not (0 <= self.x <= width - w and 0 <= self.y <= height - h):
            expected = f"x 0 - {width - w:.0f}, y 0 - {height - h:.0f}"
            raise Refusal("endorse-place", expected=expected, got=f"{self.x:g}, {self.y:g}")


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A client's document under our stamp: the signed file, what is on it, and the pages that were drawn for it."""

    pdf: bytes
    stamped: "Stamped"
    overlay: bytes = b""


@dataclass(frozen=True, slots=True)
class Draft:
    """A PDF whose signature is yet to come: from `start` to `end` is the empty place for it, and all else is what it covers."""

    pdf: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """Which pages (from 1) of a document bear a stamp, which pages of the sheet have their seal there, and whether on a cover."""

    pages: tuple[int, ...]
    seals: tuple[int, ...]
    cover: bool
    drawn: tuple[tuple[int, int, tuple[Spot, ...]], ...] = ()
    """A page (from 0) of the document, which page of the result it is, and all that was drawn on it."""
    ours: tuple[tuple[int, int], ...] = ()
    """A page (from 0) that was drawn, and which page of the result it is: those that none of the document's is under."""
