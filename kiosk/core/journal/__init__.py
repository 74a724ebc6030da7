"""All that happened: facts in the past tense, each in an `Entry`, in one order, under one Merkle tree (Q10).

What a desk shows is replayed from the entries of its subject; nothing else is stored. A wrong entry is put right by another one.
An entry's bytes are canonical JSON, the same on every machine and engine; they are the leaf that the tree hashes.
"""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Self

from kiosk.core.journal.client import (
    DeskClosed,
    DeskOpened,
    QueryCleared,
    SlipPrinted,
    StormSeen,
    TakenOver,
)
from kiosk.core.journal.endorsed import (
    Endorsed,
    GivenOut,
    Noticed,
    Overprinted,
)
from kiosk.core.journal.fact import Fact, name_words
from kiosk.core.journal.forms import (
    FormGivenUp,
    FormNotRead,
    FormRead,
    FormReceived,
    PageRead,
)
from kiosk.core.journal.gate import (
    PaperAccepted,
    Presented,
)
from kiosk.core.journal.holds import (
    HoldLifted,
    HoldListMade,
    HoldNoticesRead,
    HoldPlaced,
    HoldTooLate,
    HoldWidened,
)
from kiosk.core.journal.printing import (
    PrintAsked,
    PrintEnded,
    PrintMoved,
    PrintSent,
    PrintSettled,
    PrintTried,
)
from kiosk.core.journal.record import (
    BackedUp,
    DocumentExpired,
    Failed,
    KeyMade,
    KeyRevoked,
    RecordBegun,
)
from kiosk.core.journal.register import (
    DifferenceSeen,
    DifferenceSettled,
    GoodsIn,
    GoodsOut,
    RegisterCorrected,
)
from kiosk.core.journal.scanners import (
    ScanKept,
    ScanPlaced,
    ScanSetAside,
)
from kiosk.core.journal.sheets import (
    Answered,
    Confirmed,
    CouldNotAsk,
    HandedOver,
    NotRead,
    NotStamped,
    Opened,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
    Voided,
)
from kiosk.core.journal.staff import (
    DelayLifted,
    LoggedIn,
    LoggedOut,
    LogInFailed,
    PinSet,
    UserAdded,
    UserChanged,
    UserDismissed,
)

__all__ = [
    "FACTS",
    "Answered",
    "BackedUp",
    "Confirmed",
    "CouldNotAsk",
    "DelayLifted",
    "DeskClosed",
    "DeskOpened",
    "DifferenceSeen",
    "DifferenceSettled",
    "DocumentExpired",
    "Endorsed",
    "Entry",
    "Fact",
    "Failed",
    "FormGivenUp",
    "FormNotRead",
    "FormRead",
    "FormReceived",
    "GivenOut",
    "GoodsIn",
    "GoodsOut",
    "HandedOver",
    "HoldLifted",
    "HoldListMade",
    "HoldNoticesRead",
    "HoldPlaced",
    "HoldTooLate",
    "HoldWidened",
    "KeyMade",
    "KeyRevoked",
    "LogInFailed",
    "LoggedIn",
    "LoggedOut",
    "NotRead",
    "NotStamped",
    "Noticed",
    "Opened",
    "Overprinted",
    "PageRead",
    "PaperAccepted",
    "PinSet",
    "Presented",
    "PrintAsked",
    "PrintEnded",
    "PrintMoved",
    "PrintSent",
    "PrintSettled",
    "PrintTried",
    "QueryCleared",
    "RecordBegun",
    "Refused",
    "RegisterCorrected",
    "Returned",
    "RowRemoved",
    "ScanKept",
    "ScanPlaced",
    "ScanSetAside",
    "Scanned",
    "SlipPrinted",
    "Stamped",
    "StormSeen",
    "TakenOver",
    "UserAdded",
    "UserChanged",
    "UserDismissed",
    "Voided",
    "name_words",
]

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

FACTS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__()}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in FACTS.values()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact: what about (`subject`: a sheet's number, or a part of the kiosk), when (UTC), by whom (a badge or a station)."""

    subject: str
    at: datetime
    by: str
    fact: Fact

    def encode(self) -> bytes:
        """Canonical JSON: keys sorted, no spaces, UTF-8. This is the leaf of the tree.

        Half a surrogate pair, which a keyboard or a pipe can yield, is kept as it is: no scan is lost for its text.
        """
        fact = {name: getattr(self.fact, name) for name in _FIELDS[type(self.fact)]}
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        whole = {"at": at, "by": self.by, "fact": type(self.fact).__name__, "is": fact, "subject": self.subject}
        return _CANONICAL.encode(whole).encode("utf-8", "surrogatepass")

    @classmethod
    def decode(cls, leaf: bytes) -> Self:
        """The entry of a leaf; ValueError or KeyError for what was never written by `encode`."""
        whole = json.loads(leaf)
        fact = FACTS[whole["fact"]](**whole["is"])
        return cls(whole["subject"], datetime.fromisoformat(whole["at"]), whole["by"], fact)
