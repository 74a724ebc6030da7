"""The officer's desk: open, scan, decide, stamp, take back (Q1 to Q11). Every rule is the desk's own."""

from typing import NoReturn

from flask import abort, g

from drivers.scan import NoRead, Scan, identified
from kiosk.core.answer import Status
from kiosk.core.faults import Refusal
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Act, office_code
from kiosk.desks.counter import Changed
from kiosk.web.api.asked import Client, Decision, NewScan, NewSheet, Reason, Removal, SheetNumber, Unread
from kiosk.web.api.asked import Row as Place
from kiosk.web.api.problem import refusal_told
from kiosk.web.api.replies import AnswerChange, Clients, Opened, OpenSheets, Proof, Scanned, Sheet
from kiosk.web.api.rows import head, scan_told, sheet_told
from kiosk.web.board import check_complete
from kiosk.web.counter import found, scanned, sheets
from kiosk.web.house import house
from kiosk.web.storms import check_pace, count_misses


def list_open_sheets() -> OpenSheets:
    """List the open sheets."""
    listed = house().record.open_sheets()
    return OpenSheets(tuple(Opened(one.number, head(one.header), one.by, one.at, one.rows) for one in listed))


def find_clients(query: Client) -> Clients:
    """Find the heads of a client's earlier sheets, to begin the next one with."""
    return Clients(tuple(map(head, house().record.clients(query.text))))


def open_sheet(body: NewSheet) -> Sheet:
    """Open a sheet."""
    office = body.office or house().office
    if not office:
        raise Refusal("no-office")
    fields = (text.strip() for text in (body.client_name, body.client_id, body.client_contact))
    return _kept(house().counter.open(Header(office_code(office), *fields), g.session.badge))


def get_sheet(number: SheetNumber) -> Sheet:
    """Get a sheet with all its rows."""
    return sheet_told(found(number))


def scan(number: SheetNumber, body: NewScan) -> Scanned:
    """Put a scan on a sheet.

    Its row has a `status`; or a `refusal`, and goes back to the client; or an `error`: it could not be asked, which is neither NR
    nor N/A, and is asked again by itself. Send it again, with the same `id`, as often as you got no reply.
    """
    check_pace()
    bare, symbology = identified(body.text)
    source = f"api/{'keyboard' if body.keyed else 'scanner'}"
    came = Scan(body.id, bare, body.text.encode(), source, house().clock(), symbology, body.keyed)
    before, sheet = scanned(number, came, body.instead)
    count_misses(before, sheet)
    return scan_told(before, sheet, body.id, body.instead)


def scan_unread(number: SheetNumber, body: Unread) -> Scanned:
    """Put a scan on a sheet that came to nothing, so that nobody takes it for done."""
    before, sheet = scanned(number, NoRead(body.reason, "api/scanner", house().clock(), id=body.id), None)
    return scan_told(before, sheet, body.id)


def ask_again(number: SheetNumber) -> Sheet:
    """Ask the waiting rows again, at once."""
    return _kept(house().counter.ask_again(found(number), g.session.badge))


def remove_row(number: SheetNumber, row: Place, body: Removal) -> Sheet:
    """Strike a row out, with the reason."""
    return _kept(house().counter.remove(_seen(number, body.seen), row, body.reason, g.session.badge))


def stamp(number: SheetNumber, body: Decision) -> Proof:
    """Stamp a sheet: every row is asked again first. Released, where a row is; else its status, which releases nothing.

    With the `act` of a move in bond, it authorizes that, and releases nothing either: refused where a row is released, may not
    move, was only typed, or is no cargo control number (`bond-released`, `bond-stays`, `bond-typed`, `bond-not-cargo`).
    Where an answer is another now, nothing is stamped: 409 with the code `changed`, the `changes`, and the `sheet` as it is now.
    """
    kiosk, badge = house(), g.session.badge
    check_complete(number)
    try:
        seen, in_bond = _seen(number, body.seen), body.act is not None
        kiosk.counter.stamp(seen, badge, kiosk.press, specimen=kiosk.specimen, in_bond=in_bond)
    except Changed as changed:
        _refuse(changed)
    return get_proof(number)


def get_proof(number: SheetNumber) -> Proof:
    """Get how a sheet was stamped."""
    stamped, sheet = house().counter.stamping(number), found(number)
    return Proof(
        number,
        sheet.entries,
        Act(stamped.act),
        stamped.authority,
        stamped.office,
        stamped.badge,
        stamped.at,
        stamped.specimen,
        stamped.marks,
        len(stamped.seals),
        stamped.checkpoint,
        stamped.document,
        sheet.voided or None,
    )


def void_proof(number: SheetNumber, body: Reason) -> Sheet:
    """Take a proof back, with the reason. What is printed of it from now on says so."""
    return _kept(house().counter.void(found(number), body.reason, g.session.badge))


def _kept(sheet: QuerySheet) -> Sheet:
    return sheet_told(sheets().keep(sheet))


def _seen(number: str, entries: int) -> QuerySheet:
    """The sheet as it was when that was decided: what has changed since, nobody has decided about."""
    sheet = found(number)
    return sheet if sheet.entries == entries else house().counter.find(number, entries)


def _refuse(changed: Changed) -> NoReturn:
    changes = [AnswerChange(row, Status(old), Status(new)) for row, old, new in changed.rows]
    abort(refusal_told(changed, changes=changes, sheet=sheet_told(sheets().keep(changed.sheet))))
