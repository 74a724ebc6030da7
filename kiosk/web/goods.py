"""Goods in and goods out: the two forms that a warehouse fills in all day (P3).

What goes out was judged by the gate when it was presented, and is judged again here, when the page is shown and when it is sent:
a hold may have come in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.register import Lot
from kiosk.core.user import Task
from kiosk.desks.gate import Gate, Outcome, Presentation
from kiosk.desks.register import Going, Gone, Ground, Incoming, Transport
from kiosk.web.gate import accepted_paper, newest, presentation
from kiosk.web.house import house
from kiosk.web.register import desk, new_id, one_warehouse, paged, said, supervises, warehouse, whole
from kiosk.web.screen import date_time, spoken
from kiosk.web.session import needs
from kiosk.web.verdict import RowTold
from kiosk.web.verdict import told as verdict_told

goods = Blueprint("goods", __name__)
IN_FIELDS: Final = ("id", "number", "pieces", "place", "carrier", "perishable", "transaction", "remark", "when")
OUT_FIELDS: Final = ("id", "carrier", "driver", "vehicle", "remark", "when", "despite")
MOST: Final = 120
"""Numbers of pieces that one page asks for: a form has so many fields, and no more."""


@goods.get("/register/in")
@needs(Task.REGISTER)
def come() -> str:
    """The form for goods that come in, and what came in just before."""
    taken = request.args.get("taken", "")
    return _in({}, desk().lot(one_warehouse(), taken) if taken and warehouse() else None)


def _in(given: dict[str, str], taken: Lot | None = None, **more: Any) -> str:  # noqa: ANN401 - whatever a template shows
    blank = dict.fromkeys(IN_FIELDS, "") | {"id": new_id()}
    limits = {"general": desk().general, "perishable": desk().perishable}
    return paged("register_in.html", given=blank | given, taken=taken if taken and taken.ins else None, limits=limits, **more)


@goods.post("/register/in")
@needs(Task.REGISTER)
def take_in() -> ResponseReturnValue:
    """Goods come in."""
    given = {name: request.form.get(name, "").strip() for name in IN_FIELDS}
    try:
        incoming = Incoming(
            given["id"],
            one_warehouse(),
            given["number"],
            whole(given["pieces"]),
            given["place"],
            given["carrier"],
            given["perishable"] == "yes",
            given["remark"],
            given["transaction"],
            _when(given["when"]),
        )
        lot = desk().take_in(incoming, g.session.badge)
    except Refusal as no:
        return _in(given, error=said(no)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("goods.come", at=lot.sub_location, taken=lot.number), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Choice:
    """A lot from which pieces may leave on a row: how many, and the name of the field that says how many do."""

    lot: Lot
    may: int
    held: bool
    name: str


@dataclass(frozen=True, slots=True)
class RowOut:
    """A row of what was presented: whether goods may leave on it, from which lots, and what has left before."""

    page: int
    place: int
    ground: Ground
    free: bool
    told: RowTold | None
    lots: tuple[Choice, ...]
    gone: tuple[str, ...]
    outcome: Outcome = Outcome.RELEASE
    why: str = ""
    """Of a paper: what it comes to now, and the code of why."""


@goods.get("/register/out")
@needs(Task.REGISTER)
def go() -> str:
    """The form for goods that go out on what was presented; or what was presented here today."""
    return _out({})


def _out(given: dict[str, str], **more: Any) -> str:  # noqa: ANN401 - whatever a template shows
    blank = dict.fromkeys(OUT_FIELDS, "") | {"id": new_id()}
    presented, paper = request.values.get("presentation", type=int), request.values.get("paper", type=int)
    shared = {"given": blank | given, "presentation": presented, "paper": paper, "rows": (), **more}
    if presented is None and paper is None:
        today = [one for one in newest() if one.genuine]  # its rows are judged when it is chosen
        return paged("register_out.html", newest=today, went=request.args.get("went", type=int), **shared)
    if not warehouse():
        return paged("register_out.html", newest=(), went=None, **shared)
    rows = tuple(_rows(warehouse(), presented, paper))
    return paged("register_out.html", **{**shared, "newest": (), "went": None, "rows": rows})


@goods.post("/register/out")
@needs(Task.REGISTER)
def let_out() -> ResponseReturnValue:
    """Goods go out, all that the page says or none."""
    given = {name: request.form.get(name, "").strip() for name in OUT_FIELDS}
    try:
        where = one_warehouse()
        despite = given["despite"] if supervises() else ""
        words = (given["carrier"], given["driver"], given["vehicle"], given["remark"])
        transport = Transport(given["id"], where, *words, _when(given["when"]))
        lots = desk().let_out(transport, tuple(_going()), g.session.badge, despite=despite)
    except Refusal as no:
        typed = {name: text for name, text in request.form.items() if name.startswith("pieces.")}
        return _out(given | typed, error=said(no)), HTTPStatus.UNPROCESSABLE_ENTITY
    if len(lots) == 1:
        return redirect(url_for("register.lot", sub_location=where, number=lots[0].number), HTTPStatus.SEE_OTHER)
    return redirect(url_for("goods.go", at=where, went=len(lots)), HTTPStatus.SEE_OTHER)


def gate() -> Gate:
    """The gate of this kiosk."""
    found = house().gate
    if found is None:
        raise Unavailable("gate", "absent")
    return found


def _rows(where: str, presented: int | None, paper: int | None) -> Iterator[RowOut]:
    """The rows of what was presented, as they are judged now; a paper is one row."""
    left = MOST
    paper_now = gate().stands(accepted_paper(paper or 0)) if presented is None else (Outcome.RELEASE, "")
    for ground, page, free, told in _grounds(presented, paper):
        lots = _choices(where, ground, page) if free else ()
        lots, left = lots[:left], left - len(lots[:left])
        gone = desk().gone(ground.sheet, ground.row) if ground.sheet else desk().gone_of(ground.kind, ground.number)
        yield RowOut(page, ground.row, ground, free, told, lots, tuple(_gone(where, one) for one in gone), *paper_now)


def _grounds(presented: int | None, paper: int | None) -> Iterator[tuple[Ground, int, bool, RowTold | None]]:
    """Each row with its page, whether goods may leave on it now, and what it says."""
    if presented is None:
        found = accepted_paper(paper or 0)
        yield Ground("paper", found.read_as, found.number, found.id), 0, gate().lets_out(found), None
        return
    shown = presentation(presented)
    if shown.refusal is not None:
        raise shown.refusal
    if shown.unasked is not None:
        raise Refusal("proof-unasked", got=shown.sheet)
    for row, told in zip(shown.rows, verdict_told(shown).rows, strict=True):
        yield _ground(shown, row.page, row.sealed.place), row.page, row.outcome is Outcome.RELEASE, told


def _ground(shown: Presentation, page: int, place: int) -> Ground:
    """A row of a presentation as a ground; the seal says its number."""
    sealed = next(row.sealed for row in shown.rows if (row.page, row.sealed.place) == (page, place))
    return Ground("proof", sealed.kind or "", sealed.number, shown.id, shown.sheet, page, place)


def _choices(where: str, ground: Ground, page: int) -> tuple[Choice, ...]:
    """The lots in this warehouse that go by the number; where there is none, a supervisor may let out the number itself."""
    proven = desk().proven(ground)
    lots = [lot for lot in desk().inside(ground.kind, ground.number) if lot.sub_location == where]
    if not lots and supervises():
        lots = [desk().lot(where, proven)]
    return tuple(Choice(lot, lot.covered(proven), desk().on_hold(lot), f"pieces.{page}.{ground.row}.{lot.number}") for lot in lots)


def released(presented: int | None, page: int, row: int, paper: int | None = None) -> Ground:
    """A row of what was presented, judged once more; `Refusal` unless it is released now."""
    found = next((one for one, at, may, _ in _grounds(presented, paper) if may and (at, one.row) == (page, row)), None)
    if found is None:
        _check_paper(presented, paper)
        raise Refusal("row-not-released", row=row, sheet=presented if presented is not None else paper)
    return found


def _check_paper(presented: int | None, paper: int | None) -> None:
    """Refuse a paper on which nothing goes now, and say why."""
    if presented is None and paper is not None:
        gate().check_lets_out(accepted_paper(paper))


def _going() -> Iterator[Going]:
    """What the page says that goes out. Each row is judged once more, and goes only if it is still released."""
    presented, paper = request.form.get("presentation", type=int), request.form.get("paper", type=int)
    free = {(page, ground.row): ground for ground, page, may, _ in _grounds(presented, paper) if may}
    for name, text in request.form.items():
        if not name.startswith("pieces.") or not text.strip() or text.strip() == "0":
            continue
        _, page, row, number = (*name.split(".", 3), "", "", "")[:4]
        ground = free.get((whole(page, 0), whole(row, 0)))
        if ground is None:
            _check_paper(presented, paper)
            raise Refusal("row-not-released", row=row, sheet=presented or paper or "–")
        yield Going(number, whole(text), ground)


def _gone(where: str, one: Gone) -> str:
    """What left before, as a sentence."""
    went = one.departure
    to = ", ".join(filter(None, (went.carrier, went.driver, went.vehicle)))
    key = "screen.register.gone" if one.sub_location == where else "screen.register.gone-elsewhere"
    return spoken().say(key, pieces=went.pieces, at=date_time(went.at), to=to, by=went.by, sub=one.sub_location)


def _when(text: str) -> datetime | None:
    """A day and time of the office's clock; None for none given."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=house().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("bad-time", got=text) from None
