"""Sheets and rows as replies: the same documents that the command line prints, and what a program must know beside them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from kiosk.core.faults import Refusal
from kiosk.core.sheet import Faulty, Header, QuerySheet, scans_of
from kiosk.core.sheet import Row as SheetRow
from kiosk.desks.record.sheets import counts_of, live
from kiosk.web.api.replies import CouldNot, Head, Hindrance, Row, RowRefusal, Scanned, Sheet
from kiosk.web.counter import about
from kiosk.web.screen import spoken
from kiosk.wording import row_document, why
from kiosk.words import Words

_NAMES = frozenset(field.name for field in fields(Row))


def head(header: Header) -> Head:
    """The head of a sheet."""
    return Head(header.office, header.client_name, header.client_id, header.client_contact)


def sheet_told(sheet: QuerySheet) -> Sheet:
    """A whole sheet."""
    said = spoken()
    rows = tuple(_row(said, sheet, place, row) for place, row in enumerate(sheet.rows, 1))
    return Sheet(
        sheet.number,
        sheet.entries,
        head(sheet.header),
        sheet.stamped,
        sheet.in_bond,
        sheet.voided or None,
        rows,
        counts_of(sheet),
        tuple(_hindrance(said, place, no) for place, no in sheet.hindrances),
        sheet.unconfirmed,
        len(sheet.unread),
        _error(rows),
    )


def scan_told(before: QuerySheet, sheet: QuerySheet, scan: str, instead: int | None = None) -> Scanned:
    """The rows that a scan is about: its own, the one that it stands in for, and those that waited and were answered with it."""
    said, places = spoken(), about(before, sheet, scan, instead)
    rows = tuple(_row(said, sheet, place, sheet.rows[place - 1]) for place in places)
    return Scanned(sheet.number, before.entries, sheet.entries, rows, _error(rows))


def _row(said: Words, sheet: QuerySheet, place: int, row: SheetRow) -> Row:
    told: dict[str, Any] = {name: one for name, one in row_document(said, sheet, place, row).items() if name in _NAMES}
    refusal, error, box = told["refusal"], told["error"], told["box"]
    below = live(row)
    return Row(
        **told
        | {
            "scan": scans_of(row)[0],
            "keyed": not isinstance(below, Faulty) and below.asked.keyed,
            "refusal": refusal and RowRefusal(**refusal),
            "error": error and CouldNot(**error),
            "box": tuple(box) if box else None,
        }
    )


def _hindrance(said: Words, place: int, no: Refusal) -> Hindrance:
    return Hindrance(place, no.code, why(said, no))


def _error(rows: Iterable[Row]) -> CouldNot | None:
    return next((row.error for row in rows if row.error), None)
