"""Replies of the officer's desk: sessions, sheets, rows, papers, forms. A name that stands here stays; others may come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from kiosk.core.answer import Status
from kiosk.core.stamp import Act
from kiosk.core.user import Role, Task

Instant = Annotated[str, "date-time"]
"""A time as text already."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is at work, what he may do, and how many seconds the session goes on: `idle` without a request, `shift` at the longest.

    `token` is null where no new one was given; `csrf` is for who comes by a cookie, null for who comes by a token.
    `own_pin` is false for who must change his PIN before anything else.
    """

    badge: str
    name: str
    role: Role
    tasks: tuple[Task, ...]
    own_pin: bool
    idle: int
    shift: int
    token: str | None
    csrf: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a sheet."""

    office: str
    client_name: str
    client_id: str
    client_contact: str


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row goes back to the client, and what is `next` to be done about it."""

    code: str
    message: str
    next: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CouldNot:
    """What could not be asked: neither NR nor N/A, and nothing is known."""

    part: str
    code: str
    message: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row (from 1). It has a `status`, a `refusal` or an `error`; `text` is what stands in the bars. `page` counts from 0."""

    row: int
    scan: str
    keyed: bool
    text: str | None
    status: Status | None
    as_of: Instant | None
    reason: str | None
    number: str | None
    kind: Literal["transaction", "ccn"] | None
    office: str | None
    released_at: Instant | None
    advice: tuple[str, ...]
    refusal: RowRefusal | None
    error: CouldNot | None
    removed: str | None
    file: str | None
    page: int | None
    box: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A row that forbids the stamp."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `entries` grows with all that happens to it: send it as `seen`. `error` is there while a row could not be asked.

    `keyed_released` are the R rows that were only typed; `unread_forms` is how many forms were not read to their end.
    `in_bond`: its stamp authorizes a move in bond, and releases nothing.
    """

    sheet: str
    entries: int
    header: Head
    stamped: bool
    in_bond: bool
    voided: str | None
    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    hindrances: tuple[Hindrance, ...]
    keyed_released: tuple[int, ...]
    unread_forms: int
    error: CouldNot | None


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A row whose mark is another now."""

    row: int
    before: Status
    now: Status


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan: the rows that it is about, and how many entries the sheet had before and has now.

    Where `before` is more than you knew, somebody else has been at the sheet: get it.
    """

    sheet: str
    before: int
    entries: int
    rows: tuple[Row, ...]
    error: CouldNot | None


@dataclass(frozen=True, slots=True)
class Opened:
    """An open sheet, in short."""

    sheet: str
    header: Head
    by: str
    opened_at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class OpenSheets:
    """The sheets of the last two days that are neither stamped nor returned, newest first."""

    sheets: tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class Clients:
    """Heads of earlier sheets, newest first."""

    clients: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """How a sheet was stamped. `document` is the digest of the PDF; a specimen proves nothing."""

    sheet: str
    entries: int
    act: Act
    authority: str
    office: str
    badge: str
    at: str
    specimen: bool
    marks: Mapping[str, int]
    pages: int
    checkpoint: str
    document: str
    voided: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """The slip that goes back with a form: `document` is the digest of its PDF, `rows` the faulty ones."""

    sheet: str
    document: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """A sheet that left the kiosk: which copy it is (1: the original), the digest of its PDF, and the printer's job.

    `job` is null until the printer has taken it, and for what goes to a browser; the sheet's `prints` say how far it is.
    """

    sheet: str
    document: str
    copy: int
    job: str | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page (from 0) of a form: how many scans, and places not read; its picture's size, 0 where there is none.

    `dial` is how much evidence a text needed to count as read.
    """

    page: int
    scans: int
    unread: int
    width: int
    height: int
    dial: Literal["strict", "balanced"]


@dataclass(frozen=True, slots=True)
class Form:
    """A client's form: `page` of its `pages` were read, null before that is known."""

    document: str
    file: str
    bytes: int
    state: Literal["waiting", "reading", "read", "ended", "given-up"]
    page: int
    pages: int | None
    title: str
    read: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not taken."""

    file: str
    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of a sheet; `refused` are the files of this request that were not taken."""

    sheet: str
    entries: int
    forms: tuple[Form, ...]
    refused: tuple[RefusedFile, ...]
