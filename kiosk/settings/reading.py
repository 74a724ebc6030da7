"""What is set of reading forms: the table `[reading]` (Q4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drivers.picture import Dial
from kiosk.core.faults import Refusal


@dataclass(frozen=True, slots=True)
class Reading:
    """What is set of reading pages and pictures."""

    evidence: Dial = Dial.STRICT
    """How much evidence a text needs to count as read."""


def reading_table(table: Mapping[str, Any]) -> Reading:
    """The table `[reading]`; `Refusal` for what is not known in it.

    >>> reading_table({"evidence": "balanced"})
    Reading(evidence=<Dial.BALANCED: 'balanced'>)
    """
    for name in table:
        if name != "evidence":
            raise Refusal("unknown-setting", expected="evidence", got=f"reading.{name}")
    given = table.get("evidence", Dial.STRICT)
    if given not in list(Dial):
        raise Refusal("bad-setting", name="reading.evidence", expected=" or ".join(Dial), got=repr(given))
    return Reading(Dial(given))
