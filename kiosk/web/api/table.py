"""Every operation of the API, in one table: routes, rights, the OpenAPI document and its tests are made of it."""

from typing import Final

from kiosk.core.user import Task
from kiosk.web.api import (
    clients,
    endorsing,
    entrance,
    finding,
    forms,
    gate,
    holds,
    log,
    papers,
    printing,
    scanners,
    seals,
    sheets,
    staff,
    state,
    warehouse,
)
from kiosk.web.api.operation import Operation

_SHEET = "/sheets/{number}"
_FORM = f"{_SHEET}/forms/{{document}}"
_USER = "/users/{badge}"
_BOOK = "/register/books/{period}"
_LOT = "/register/lots/{sub_location}/{number}"

TABLE: Final = (
    Operation("POST", "/session", entrance.log_in, "free", 201, (422, 429)),
    Operation("GET", "/session", entrance.who_am_i, "present"),
    Operation("POST", "/session/stay", entrance.stay, "present"),
    Operation("PUT", "/session/pin", entrance.change_pin, "present", refuses=(409, 422, 429)),
    Operation("DELETE", "/session", entrance.log_out, "present", 204),
    # the officer's desk
    Operation("GET", "/sheets", sheets.list_open_sheets),
    Operation("POST", "/sheets", sheets.open_sheet, status=201, refuses=(422,)),
    Operation("GET", "/clients", sheets.find_clients),
    Operation("GET", _SHEET, sheets.get_sheet),
    Operation("POST", f"{_SHEET}/scans", sheets.scan, refuses=(409, 422, 429)),
    Operation("POST", f"{_SHEET}/unread", sheets.scan_unread, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/ask", sheets.ask_again, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/rows/{{row}}/remove", sheets.remove_row, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/stamp", sheets.stamp, status=201, refuses=(409, 422)),
    Operation("GET", f"{_SHEET}/proof", sheets.get_proof, refuses=(422,)),
    Operation("POST", f"{_SHEET}/take-over", clients.take_over, refuses=(409, 422)),
    Operation("GET", "/storms", clients.list_storms, Task.REPORT),
    Operation("POST", f"{_SHEET}/void", sheets.void_proof, Task.VOID, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/return", papers.return_form, status=201, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/print", papers.print_sheet, status=201, refuses=(409, 422)),
    Operation("GET", f"{_SHEET}/prints", printing.get_prints),
    Operation("POST", f"{_SHEET}/prints/{{n}}/settle", printing.settle_print, refuses=(409, 422)),
    Operation("GET", "/prints", printing.list_prints),
    Operation("POST", f"{_SHEET}/endorsements", endorsing.stamp_clients_document, status=201, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/overprints", endorsing.stamp_clients_paper, status=201, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/notices", endorsing.make_release_message, status=201, refuses=(409, 422)),
    Operation("GET", "/documents/{digest}", papers.get_document, refuses=(422,)),
    Operation("GET", "/documents/{digest}/pages/{page}", papers.get_document_page, refuses=(422,)),
    # whole forms
    Operation("POST", f"{_SHEET}/forms", forms.upload_forms, status=201, refuses=(409, 413, 415, 422), files=True),
    Operation("GET", f"{_SHEET}/forms", forms.list_forms),
    Operation("POST", f"{_FORM}/again", forms.read_form_again, refuses=(422,)),
    Operation("POST", f"{_FORM}/give-up", forms.give_form_up, refuses=(409, 422)),
    Operation("GET", f"{_FORM}/pages/{{page}}", forms.get_form_page, refuses=(422,)),
    Operation("GET", f"{_FORM}/pages/{{page}}/cutouts/{{row}}", forms.get_form_cutout, refuses=(422,)),
    # the station's own scanners
    Operation("GET", "/scanners", scanners.get_scanners, Task.DEVICES),
    Operation("PUT", "/scanners/claim", scanners.take_scanners, refuses=(404, 422)),
    Operation("DELETE", "/scanners/claim", scanners.leave_scanners),
    Operation("GET", "/scanners/kept", scanners.list_kept_scans),
    Operation("POST", "/scanners/kept/place", scanners.place_scans, refuses=(404, 409, 422)),
    Operation("POST", "/scanners/kept/set-aside", scanners.set_scans_aside, refuses=(409, 422)),
    Operation("POST", "/scanners/kept/dismiss", scanners.dismiss_unread_scans, refuses=(409, 422)),
    Operation("POST", "/scanners/test", scanners.begin_test_scan, Task.DEVICES, status=201),
    Operation("GET", "/scanners/test", scanners.get_test_scan, Task.DEVICES),
    # the gate
    Operation("POST", "/gate/presentations", gate.present_proof, Task.GATE, 201, (409, 422)),
    Operation("POST", "/gate/files", gate.present_file, Task.GATE, 201, (409, 413, 415, 422), files=True),
    Operation("GET", "/gate/presentations/{presentation}", gate.get_presentation, Task.GATE),
    Operation("GET", "/gate/alarms", gate.list_gate_alarms, Task.GATE),
    Operation("POST", "/gate/papers", gate.accept_paper, Task.GATE, 201, (413, 415, 422), files=True),
    Operation("GET", "/gate/papers/{paper}", gate.get_accepted_paper, Task.GATE, refuses=(422,)),
    Operation("GET", "/gate/papers/{paper}/picture", gate.get_accepted_paper_picture, Task.GATE, refuses=(422,)),
    # the warehouse's register
    Operation("POST", "/register/entries", warehouse.send_register_entry, "free", refuses=(401, 409, 422)),
    Operation("POST", "/register/in", warehouse.take_goods_in, Task.REGISTER, 201, (409, 422)),
    Operation("POST", "/register/out", warehouse.let_goods_out, Task.REGISTER, 201, (404, 409, 422)),
    Operation("GET", "/register/lots", warehouse.get_open_lots, Task.REGISTER),
    Operation("GET", f"{_BOOK}/paper", warehouse.get_register_paper, Task.REGISTER, refuses=(422,)),
    Operation("GET", f"{_BOOK}/table", warehouse.get_register_table, Task.REGISTER, refuses=(422,)),
    Operation("GET", f"{_BOOK}/workbook", warehouse.get_register_workbook, Task.REGISTER, refuses=(422,)),
    Operation("GET", "/register/differences", warehouse.get_differing_lots, Task.REGISTER),
    Operation("GET", _LOT, warehouse.get_lot, Task.REGISTER),
    Operation("POST", f"{_LOT}/correct", warehouse.correct_lot, Task.REGISTER, 201, (409, 422)),
    Operation("POST", f"{_LOT}/settle", warehouse.settle_difference, Task.REGISTER, 201, (409, 422)),
    # what was
    Operation("GET", "/find", finding.find_sheets, refuses=(422,)),
    Operation("GET", "/numbers/{number}", finding.get_history),
    Operation("GET", "/days/{day}", finding.get_day, Task.DAY, refuses=(422,)),
    Operation("GET", "/days/{day}/paper", finding.get_day_paper, Task.DAY, refuses=(422,)),
    Operation("GET", "/days/{day}/table", finding.get_day_table, Task.DAY, refuses=(422,)),
    Operation("GET", "/record/entries", log.list_entries, Task.RECORD),
    Operation("GET", "/record/checkpoint", log.get_checkpoint, Task.WHOLENESS),
    Operation("GET", "/record/verification", log.get_verification, Task.WHOLENESS),
    Operation("POST", "/record/verification", log.verify_record, Task.WHOLENESS, 202),
    # goods on hold, and what gates go by
    Operation("GET", "/trust", holds.get_trust_list, "free", refuses=(404,)),
    Operation("GET", "/holds", holds.get_hold_lists, "free", refuses=(404,)),
    Operation("POST", "/holds", holds.tell_referral, "free", refuses=(401, 404, 422, 429)),
    Operation("GET", "/standing", holds.get_standing, "free", refuses=(404, 429)),
    Operation("GET", "/seals", seals.get_seals, "free", refuses=(401, 429)),
    Operation("GET", "/held", holds.list_holds, Task.HOLD, refuses=(404,)),
    Operation("POST", "/held", holds.place_hold, Task.HOLD, 201, (404, 409, 422)),
    Operation("GET", "/held/{hold}", holds.get_hold, Task.HOLD),
    Operation("POST", "/held/{hold}/lift", holds.lift_hold, Task.HOLD, refuses=(409, 422)),
    # who works here, and what it all stands on
    Operation("GET", "/users", staff.list_users, Task.LIFT),
    Operation("POST", "/users", staff.add_user, Task.USERS, 201, (409, 422)),
    Operation("GET", _USER, staff.get_user, Task.LIFT, refuses=(422,)),
    Operation("PATCH", _USER, staff.change_user, Task.USERS, refuses=(409, 422)),
    Operation("PUT", f"{_USER}/pin", staff.set_pin, Task.USERS, refuses=(409, 422)),
    Operation("POST", f"{_USER}/dismiss", staff.dismiss_user, Task.USERS, refuses=(409, 422)),
    Operation("POST", f"{_USER}/lift", staff.lift_delay, Task.LIFT, refuses=(422,)),
    Operation("GET", "/health", state.get_health, "free"),
)
