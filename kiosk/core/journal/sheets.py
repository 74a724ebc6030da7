"""What happened to a sheet, from its first scan to its last copy."""

from dataclasses import dataclass, field
from typing import Any

from kiosk.core.journal.fact import Fact, name_words


@dataclass(frozen=True, slots=True)
class Opened(Fact):
    """A sheet was begun."""

    office: str
    client_name: str
    client_id: str
    client_contact: str

    def names(self) -> frozenset[str]:
        """The words of the client's name, and his ID."""
        return name_words(f"{self.client_name} {self.client_id}")


@dataclass(frozen=True, slots=True)
class Scanned(Fact):
    """A symbol came from a scanner, a page or a keyboard. `raw` is base64 of what the device sent."""

    scan: str
    text: str
    raw: str
    source: str
    symbology: str | None
    keyed: bool
    where: dict[str, Any] | None
    compared: bool
    dial: str = ""
    """How much evidence was asked of the reading, where that was less than the most there is: `balanced`."""

    def numbers(self) -> tuple[str, ...]:
        """The text of the bars."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Confirmed(Fact):
    """A number that had been typed by hand (scan `of`) was scanned: the row is the new scan's from now on."""

    scan: str
    of: str
    text: str
    raw: str
    source: str
    symbology: str | None
    where: dict[str, Any] | None
    compared: bool
    dial: str = ""
    """As of `Scanned`."""

    def numbers(self) -> tuple[str, ...]:
        """The text of the bars."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class NotRead(Fact):
    """A scanner tried and failed, or a place on a page looks like a symbol and was not read."""

    scan: str
    reason: str
    source: str
    where: dict[str, Any] | None
    fields: dict[str, str] = field(default_factory=dict)
    """What the sentence of its reason names: bars in mil, the dpi that they need."""


@dataclass(frozen=True, slots=True)
class Refused(Fact):
    """A scan was refused: the form goes back to the client, with row and reason."""

    scan: str
    text: str | None
    code: str
    fields: dict[str, str]

    def numbers(self) -> tuple[str, ...]:
        """The text of the bars, where there was one."""
        return (self.text,) if self.text else ()


@dataclass(frozen=True, slots=True)
class Answered(Fact):
    """The store answered for one scan. `answer` is the whole answer; `changed_from` the mark it replaced, when asked again."""

    scan: str
    number: str
    mark: str
    answer: dict[str, Any]
    changed_from: str | None = None

    def numbers(self) -> tuple[str, ...]:
        """The number asked."""
        return (self.number,)


@dataclass(frozen=True, slots=True)
class CouldNotAsk(Fact):
    """The store did not answer for these scans; nothing is known of them."""

    scans: list[str]
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RowRemoved(Fact):
    """The officer took a row (from 1) off, with his reason."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stamped(Fact):
    """A sheet was stamped and sealed. `document` is the digest of its PDF, kept in the same transaction."""

    act: str
    authority: str
    office: str
    badge: str
    specimen: bool
    document: str
    seals: list[str]
    checkpoint: str
    marks: dict[str, int]
    at: str = ""
    """The time on the stamp, in UTC; what was stamped before 2026-11-22 has it in the seals alone."""


@dataclass(frozen=True, slots=True)
class NotStamped(Fact):
    """A stamp was asked for and refused. `act` is what it was to say, where an officer chose that."""

    badge: str
    code: str
    fields: dict[str, str]
    act: str = ""


@dataclass(frozen=True, slots=True)
class Voided(Fact):
    """A supervisor took a proof back, with his reason. `document` is the digest of its PDF."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class HandedOver(Fact):
    """A document left the kiosk: `how` is a folder, a printer or an address; `copy` counts from 1.

    `mark` says whose original it is, `client` or `retained`, where there are two (P7).
    """

    document: str
    how: str
    copy: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Returned(Fact):
    """A form went back to the client for correction; `document` is the digest of the slip."""

    document: str
    faults: int
