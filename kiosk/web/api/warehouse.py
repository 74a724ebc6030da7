"""The warehouse's register (P3, P4): goods in and out, what is there, and what a warehouse's own machine sends."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus

from flask import abort, g, request

from kiosk.core.faults import Refusal
from kiosk.core.register import Lot
from kiosk.core.user import Role
from kiosk.desks.register import Going, Incoming, Righting, Transport
from kiosk.desks.register.exchange import Exchange, unpacked
from kiosk.web import books, goods
from kiosk.web.api.lots import (
    DifferingLots,
    EntryRighting,
    EntryTaken,
    GoodsCame,
    GoodsComing,
    GoodsLeaving,
    GoodsWent,
    LotDifference,
    LotNumber,
    OpenLots,
    Period,
    RegisterEntry,
    Settling,
    SubLocation,
    WarehouseLot,
    Whichever,
    WhichLots,
    Xlsx,
)
from kiosk.web.api.operation import Csv, Pdf
from kiosk.web.house import house
from kiosk.web.register import check_own, desk, supervises


def send_register_entry(body: RegisterEntry) -> EntryTaken:
    """Send an entry of a warehouse's own register to its office, with the machine's token (`Authorization: Bearer`).

    Send it again until it is answered: it is taken once. What it says is taken as it is; what does not agree with it is listed as
    a difference. An entry that is refused (422) will always be.
    """
    if body.sub_location not in writers():
        abort(HTTPStatus.UNAUTHORIZED)
    fact, by = unpacked(asdict(body))
    return EntryTaken(fact.entry, Exchange(desk()).receive(fact, by))


def take_goods_in(body: GoodsComing) -> WarehouseLot:
    """Take goods in."""
    check_own(body.sub_location)
    values = asdict(body) | {"at": _at(body.at)}
    return _told(desk().take_in(Incoming(**values), g.session.badge))


def let_goods_out(body: GoodsLeaving) -> WarehouseLot:
    """Let goods out on one row of a proof; it is judged again now, and only a released row lets anything out."""
    check_own(body.sub_location)
    ground = goods.released(body.presentation, body.page, body.row)
    words = (body.carrier, body.driver, body.vehicle, body.remark)
    transport = Transport(body.id, body.sub_location, *words, _at(body.at))
    despite = body.despite if supervises() else ""
    going = Going(body.number, body.pieces, ground)
    return _told(desk().let_out(transport, [going], g.session.badge, despite=despite)[0])


def get_open_lots(query: WhichLots) -> OpenLots:
    """Get what is there and until when it may stay, 50 lots at a time."""
    shown = desk().open_goods(_where(query.sub_location), (query.due, query.lot))
    after = shown.after or ("", "")
    return OpenLots(tuple(map(_told, shown.lots)), shown.total, shown.late, *after)


def get_differing_lots(query: WhichLots) -> DifferingLots:
    """Get the lots whose entries disagree."""
    return DifferingLots(tuple(map(_told, desk().differing(_where(query.sub_location)))))


def get_lot(sub_location: SubLocation, number: LotNumber) -> WarehouseLot:
    """Get all that happened to a lot."""
    check_own(sub_location)
    lot = desk().lot(sub_location, number)
    if not lot.entries:
        abort(HTTPStatus.NOT_FOUND)
    return _told(lot)


def correct_lot(sub_location: SubLocation, number: LotNumber, body: EntryRighting) -> WarehouseLot:
    """Put an entry right by another one."""
    check_own(sub_location)
    righting = Righting(body.id, sub_location, number, body.entry, body.pieces, body.reason, body.transaction)
    return _told(desk().correct(righting, g.session.badge))


def settle_difference(sub_location: SubLocation, number: LotNumber, body: Settling) -> WarehouseLot:
    """Settle a difference; a supervisor does."""
    check_own(sub_location)
    if not supervises():
        abort(HTTPStatus.FORBIDDEN)
    return _told(desk().settle(sub_location, number, body.difference, body.reason, g.session.badge))


def get_register_paper(period: Period, query: Whichever) -> Pdf:
    """Get the register of a day or a month on paper, in both languages."""
    del query  # read by the view of the screens, with its rule
    return books.paper(period)


def get_register_table(period: Period, query: Whichever) -> Csv:
    """Get the register of a day or a month, one line for each entry."""
    del query
    return books.table(period)


def get_register_workbook(period: Period, query: Whichever) -> Xlsx:
    """Get the same as a workbook."""
    del query
    return books.workbook(period)


def writers() -> frozenset[str]:
    """The warehouses whose machine asks, by the token that it shows."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return house().writers(token.strip()) if scheme.lower() == "bearer" else frozenset()


def _where(asked: str) -> str:
    """The warehouse that is meant: an operator's own, whatever he asks for."""
    if g.session.user.role is Role.WAREHOUSE:
        check_own(asked or g.session.user.sub_location)
        return str(g.session.user.sub_location)
    return asked


def _at(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=house().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("bad-time", got=text) from None


def _told(lot: Lot) -> WarehouseLot:
    ins = tuple(GoodsCame(**{name: getattr(one, name) for name in GoodsCame.__slots__}) for one in lot.ins)
    outs = tuple(GoodsWent(**{name: getattr(one, name) for name in GoodsWent.__slots__}) for one in lot.outs)
    differences = tuple(LotDifference(**asdict(one)) for one in lot.differences)
    return WarehouseLot(lot.sub_location, lot.number, lot.inside, lot.due, desk().on_hold(lot), ins, outs, differences)
