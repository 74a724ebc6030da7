r"""A feed's lines, CSV or JSON Lines, to rows of the store; and what is wrong with the others.

A line is a row, whatever its quotes say, so that a quote left open can't swallow the rows after it. The time comes last
and is strict, so that a line cut short is never taken for a whole one.

>>> line = "99999001495785,XXXX0000012345,911,453,9453,4,2026-11-22T10:04:05-05:00"
>>> rows, bad = parse([line, line[:-3]], CSV, first=2)
>>> rows
[('99999001495785', 'XXXX0000012345', 1795359845000000, '4', '0453', '9453', '911')]
>>> bad[0].line, bad[0].field, bad[0].got
(3, 'processed_at', '2026-11-22T10:04:05-05')
"""

import csv
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from acros_stub.instant import micros
from acros_stub.models import CCN_ONLY
from acros_stub.shapes import EXPECTED, FIELDS, HEADER, ROW

Row = tuple[str, str, int, str, str, str, str]
"""request, ccn, at, indicator, office, sub_location, service_option: as they are staged."""

_LONGEST_SHOWN: Final = 80


class BadRow(NamedTuple):
    """A line that is no row: where, which field, what was expected, what was got."""

    line: int
    field: str
    expected: str
    got: str


class _FieldError(Exception):
    """What is wrong with one field."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        super().__init__(field, expected, got)
        self.field = field
        self.expected = expected
        text = got if isinstance(got, str) else json.dumps(got, default=str)
        text = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
        # A NUL or half a surrogate pair can't be kept in a database.
        self.got = text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


Split = Callable[[str], Sequence[str]]


def parse(lines: Sequence[str], split: Split, first: int) -> tuple[list[Row], list[BadRow]]:
    """Rows and bad rows of these lines; `first` is the number of the first. An empty line is neither."""
    rows: list[Row] = []
    bad: list[BadRow] = []
    well_formed = ROW.fullmatch
    for number, line in enumerate(lines, first):
        found = well_formed(line) if split is CSV else None
        try:
            if found:
                rows.append(_row(found.groups()))
            elif line.strip():
                rows.append(_row(_checked(split(line))))
        except _FieldError as error:
            bad.append(BadRow(number, error.field, error.expected, error.got))
    return rows, bad


def _row(fields: Sequence[str]) -> Row:
    """A row of well-formed fields; the calendar, and that there is a number at all, are still to be seen."""
    number, ccn, option, office, sub_location, indicator, at = fields
    try:
        instant = micros(datetime.fromisoformat(at))
    except ValueError:
        raise _FieldError("processed_at", EXPECTED["processed_at"], at) from None
    request = number or (CCN_ONLY + ccn if ccn else "")
    if not request:
        raise _FieldError("transaction_number", "a transaction number, a CCN or both", "")
    return request, ccn, instant, indicator, ("0" + office if len(office) == 3 else office), sub_location, option


def _checked(values: Sequence[str]) -> Sequence[str]:
    """The seven fields, or what is wrong with the first bad one."""
    if len(values) != len(HEADER):
        raise _FieldError("row", f"{len(HEADER)} fields", str(len(values)))
    for (field, shape), value in zip(FIELDS.items(), values, strict=True):
        if not (shape.fullmatch(value) or (value == "" and field != "processed_at")):
            raise _FieldError(field, EXPECTED[field], value)
    return values


def CSV(line: str) -> Sequence[str]:  # noqa: N802  # a kind of feed
    """The fields of a line of CSV."""
    try:
        return next(csv.reader([line], strict=True))
    except (csv.Error, StopIteration):
        raise _FieldError("row", "CSV on one line", line) from None


def JSON_LINES(line: str) -> Sequence[str]:  # noqa: N802  # likewise
    """The fields of a JSON object; a member that is missing or null says nothing."""
    try:
        members: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise _FieldError("row", "a JSON object on one line", line) from None
    if not isinstance(members, dict):
        raise _FieldError("row", "a JSON object on one line", line)
    unknown = members.keys() - set(HEADER)
    if unknown:
        raise _FieldError("row", "members " + ", ".join(HEADER), ", ".join(sorted(unknown)))
    return [_text(field, members.get(field)) for field in HEADER]


def _text(field: str, value: object) -> str:
    """A member's text: a number has lost its leading zeros and is refused."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _FieldError(field, EXPECTED[field] + ", as text", value)
    return value
