"""Every operation of the API, in one table: routes, rights, the OpenAPI document and its tests are made of it."""

from typing import Final

from kiosk.core.user import Task
from kiosk.web.api import entrance, finding, forms, log, papers, scanners, sheets, staff, state
from kiosk.web.api.operation import Operation

_SHEET = "/sheets/{number}"
_FORM = f"{_SHEET}/forms/{{document}}"
_USER = "/users/{badge}"

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
    Operation("POST", f"{_SHEET}/scans", sheets.scan, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/unread", sheets.scan_unread, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/ask", sheets.ask_again, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/rows/{{row}}/remove", sheets.remove_row, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/stamp", sheets.stamp, status=201, refuses=(409, 422)),
    Operation("GET", f"{_SHEET}/proof", sheets.get_proof, refuses=(422,)),
    Operation("POST", f"{_SHEET}/void", sheets.void_proof, Task.VOID, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/return", papers.return_form, status=201, refuses=(409, 422)),
    Operation("POST", f"{_SHEET}/print", papers.print_sheet, status=201, refuses=(409, 422)),
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
    Operation("GET", "/scanners", scanners.get_scanners),
    Operation("PUT", "/scanners/claim", scanners.take_scanners, refuses=(404, 422)),
    Operation("DELETE", "/scanners/claim", scanners.leave_scanners),
    Operation("GET", "/scanners/kept", scanners.list_kept_scans),
    Operation("POST", "/scanners/kept/place", scanners.place_scans, refuses=(404, 409, 422)),
    Operation("POST", "/scanners/kept/set-aside", scanners.set_scans_aside, refuses=(409, 422)),
    Operation("POST", "/scanners/kept/dismiss", scanners.dismiss_unread_scans, refuses=(409, 422)),
    Operation("POST", "/scanners/test", scanners.begin_test_scan, status=201),
    Operation("GET", "/scanners/test", scanners.get_test_scan),
    # what was
    Operation("GET", "/find", finding.find_sheets, refuses=(422,)),
    Operation("GET", "/numbers/{number}", finding.get_history),
    Operation("GET", "/days/{day}", finding.get_day, refuses=(422,)),
    Operation("GET", "/days/{day}/paper", finding.get_day_paper, refuses=(422,)),
    Operation("GET", "/days/{day}/table", finding.get_day_table, refuses=(422,)),
    Operation("GET", "/record/entries", log.list_entries, Task.RECORD),
    Operation("GET", "/record/checkpoint", log.get_checkpoint, Task.RECORD),
    Operation("GET", "/record/verification", log.get_verification, Task.RECORD),
    Operation("POST", "/record/verification", log.verify_record, Task.RECORD, 202),
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
