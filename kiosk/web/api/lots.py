"""What is asked of the register, and what it replies."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from flask import Response

from kiosk.web.api.shape import Text, Whole

EntryId = Annotated[str, Text(32, 32, "[0-9a-f]{32}", example="00000000000000000000000000000001")]
SubLocation = Annotated[str, Text(4, 4, "[0-9]{4}", example="9453")]
LotNumber = Annotated[str, Text(5, 25, "[0-9A-Z-]{5,25}")]
Line = Annotated[str, Text(0, 100)]
Pieces = Annotated[int, Whole(1, 1_000_000)]
Time = Annotated[str, Text(0, 40)]
"""An ISO 8601 time with its zone; empty: now."""


Xlsx = Annotated[Response, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]
Period = Annotated[str, Text(7, 10, "[0-9]{4}-[0-9]{2}(-[0-9]{2})?", example="2026-11-22")]
"""A day, or a month."""


@dataclass(frozen=True, slots=True)
class Whichever:
    """The warehouse; an operator's own, where none is named."""

    at: Annotated[str, Text(0, 4, "([0-9]{4})?")] = ""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An entry of a register as another kiosk wrote it: goods in, goods out, or a correction. What does not belong to it is empty.

    `entry` is its id: it is taken once, however often it is sent.
    """

    what: Literal["in", "out", "correction"]
    entry: EntryId
    station: Annotated[str, Text(4, 4, "[A-Z2-7]{4}")]
    by: Annotated[str, Text(1, 40)]
    sub_location: SubLocation
    read_as: Literal["ccn", "transaction"]
    number: LotNumber
    pieces: Annotated[int, Whole(0, 1_000_000)]
    at: Annotated[str, Text(1, 40)]
    day: Annotated[str, Text(10, 10)]
    transaction: Line = ""
    place: Line = ""
    carrier: Line = ""
    perishable: bool = False
    remark: Line = ""
    due: Annotated[str, Text(0, 10)] = ""
    ground: Annotated[str, Text(0, 5, "(proof|paper)?")] = ""
    sheet: Line = ""
    page: Annotated[int, Whole(0, 9999)] = 0
    row: Annotated[int, Whole(0, 9999)] = 0
    proven: Line = ""
    presented: Annotated[int, Whole(0)] = 0
    driver: Line = ""
    vehicle: Line = ""
    despite: Line = ""
    corrects: Annotated[str, Text(0, 32, "([0-9a-f]{32})?")] = ""
    reason: Line = ""


@dataclass(frozen=True, slots=True)
class EntryTaken:
    """An entry is on record here; `new` where it was not before."""

    entry: str
    new: bool


@dataclass(frozen=True, slots=True)
class GoodsComing:
    """Goods that come in on a cargo control document: sent twice with one `id`, they came once."""

    id: EntryId
    sub_location: SubLocation
    number: Annotated[str, Text(1, 100)]
    pieces: Pieces
    place: Line = ""
    carrier: Line = ""
    perishable: bool = False
    remark: Line = ""
    transaction: Line = ""
    at: Time = ""


@dataclass(frozen=True, slots=True)
class GoodsLeaving:
    """Pieces of a lot that go out on one row of a proof that was presented at the gate: sent twice with one `id`, they went once.

    `despite` is why a supervisor lets out more than has come in.
    """

    id: EntryId
    sub_location: SubLocation
    number: LotNumber
    pieces: Pieces
    presentation: Annotated[int, Whole(0)]
    page: Annotated[int, Whole(1, 9999)]
    row: Annotated[int, Whole(1, 500)]
    carrier: Annotated[str, Text(1, 100)]
    driver: Line = ""
    vehicle: Line = ""
    remark: Line = ""
    despite: Line = ""
    at: Time = ""


@dataclass(frozen=True, slots=True)
class EntryRighting:
    """An entry of a lot was wrong: so many pieces it is, none to strike it out.

    `transaction` is its release request from now on, empty for none; left out, or null, it keeps the one that it has.
    """

    id: EntryId
    entry: EntryId
    pieces: Annotated[int, Whole(0, 1_000_000)]
    reason: Annotated[str, Text(1, 100)]
    transaction: Line | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """How a difference (its name) was settled."""

    difference: Annotated[str, Text(1, 100)]
    reason: Annotated[str, Text(1, 100)]


@dataclass(frozen=True, slots=True)
class WhichLots:
    """Of one warehouse, or of all; the page after `due` and `lot`, which stand in the one before as `after_due`, `after_lot`."""

    sub_location: Annotated[str, Text(0, 4, "([0-9]{4})?")] = ""
    due: Annotated[str, Text(0, 10)] = ""
    lot: Annotated[str, Text(0, 100)] = ""


@dataclass(frozen=True, slots=True)
class GoodsCame:
    """An entry of goods that came in, as it was put right since."""

    entry: str
    at: datetime
    by: str
    pieces: int
    place: str
    carrier: str
    perishable: bool
    remark: str
    transaction: str
    due: date


@dataclass(frozen=True, slots=True)
class GoodsWent:
    """An entry of goods that went out, as it was put right since."""

    entry: str
    at: datetime
    by: str
    pieces: int
    ground: str
    sheet: str
    page: int
    row: int
    proven: str
    carrier: str
    driver: str
    vehicle: str
    remark: str
    despite: str


@dataclass(frozen=True, slots=True)
class LotDifference:
    """Where the entries of a lot disagree: over, without-in, held, elsewhere, not-taken."""

    name: str
    what: str
    pieces: int
    entry: str
    detail: str


@dataclass(frozen=True, slots=True)
class WarehouseLot:
    """All that a warehouse has had of a number; `held`: what is there must stay."""

    sub_location: str
    number: str
    inside: int
    due: date | None
    held: bool
    ins: tuple[GoodsCame, ...]
    outs: tuple[GoodsWent, ...]
    differences: tuple[LotDifference, ...]


@dataclass(frozen=True, slots=True)
class OpenLots:
    """What is there, the first to become due first; `late` lots have stayed too long. `after_…` is where the next page begins."""

    lots: tuple[WarehouseLot, ...]
    total: int
    late: int
    after_due: str
    after_lot: str


@dataclass(frozen=True, slots=True)
class DifferingLots:
    """The lots whose entries disagree, until somebody has settled it."""

    lots: tuple[WarehouseLot, ...]
