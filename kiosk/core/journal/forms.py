"""What happened to a form that a client sent, from its file to its last page."""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class FormReceived(Fact):
    """A client's form was put before the counter as a file. `document` is the digest of its bytes, kept in the same transaction.

    `file` is what it is called on this sheet, where no other has that name; `bytes` is its size.
    """

    document: str
    file: str
    bytes: int


@dataclass(frozen=True, slots=True)
class PageRead(Fact):
    """A page (from 0) of a form was read, and its rows were recorded with it; `width` and `height` are those of its picture."""

    document: str
    page: int
    pages: int
    scans: int
    unread: int
    width: int
    height: int
    dial: str = ""
    """How much evidence was asked of its rows, where that was less than the most there is: `balanced`."""


@dataclass(frozen=True, slots=True)
class FormRead(Fact):
    """A form was read to its end."""

    document: str
    pages: int


@dataclass(frozen=True, slots=True)
class FormNotRead(Fact):
    """A form could not be read to its end: what its other pages say is not on the sheet, which can't be stamped like that."""

    document: str
    code: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class FormGivenUp(Fact):
    """The officer does without the rest of a form, with his reason; its rows that were read stay."""

    document: str
    reason: str
