"""What was decided, by whom, where and when (P5)."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.core.faults import Refusal


class Act(StrEnum):
    """The act on a stamp. A sheet without one released row gets `STATUS`, so that no stamp says released over nothing."""

    OPEN = "open"
    RELEASED = "released"
    DELIVER = "authorized-to-deliver"
    IN_BOND = "authorized-to-move-in-bond"
    EXPORT = "export-can-proceed"
    STATUS = "status-given"


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamping. `at` is in UTC; `authority` is on every stamp, so that a sheet from the stub says that it proves nothing."""

    act: Act
    authority: str
    office: str
    badge: str
    at: datetime
    specimen: bool = True


def office_code(text: str) -> str:
    """An office as it is stored: 4 digits. It is printed as 3 (`453`) and sent as 4 (`0453`).

    >>> office_code("453")
    '0453'
    """
    if not re.fullmatch(r"0?[0-9]{3}", text):
        raise Refusal("bad-office", expected="3 digits, or 4 with a leading 0", got=text)
    return text.zfill(4)


def badge_number(text: str, pattern: str) -> str:
    """A badge that has the configured form; how CBSA's look is not public, so the form is a setting."""
    badge = text.upper() if text.isascii() else text  # the capitals of ß are SS: somebody else's badge
    if not re.fullmatch(pattern, badge):
        raise Refusal("bad-badge", expected=pattern, got=text)
    return badge
