"""The gate: is this proof genuine, what does it prove, and may the goods go (P1, P2, P4)?

What is shown is what the seals say, never what the paper says.
"""

from kiosk.core.faults import Forged
from kiosk.core.journal import Voided
from kiosk.core.trust import AHEAD
from kiosk.core.verdict import Outcome, Ruling, Verdict, examine
from kiosk.desks.gate.accepted import AcceptedPaper, Paper, PaperKind
from kiosk.desks.gate.desk import Gate
from kiosk.desks.gate.lookup import Elsewhere, Kept, Unasked
from kiosk.desks.gate.presentation import Alarm, Earlier, Gone, Known, Presentation, RowShown, Went, Whole
from kiosk.ports import Journal

__all__ = [
    "AHEAD",
    "GATE",
    "AcceptedPaper",
    "Alarm",
    "Earlier",
    "Elsewhere",
    "Gate",
    "Gone",
    "Kept",
    "Known",
    "Outcome",
    "Paper",
    "PaperKind",
    "Presentation",
    "RowShown",
    "Ruling",
    "Unasked",
    "Verdict",
    "Went",
    "Whole",
    "check_not_withdrawn",
    "examine",
]

GATE = "gate"
"""The page of the gate, as the scanners of the station know it."""


def check_not_withdrawn(journal: Journal, sheet: str) -> None:
    """Refuse a proof that a supervisor took back: its seals are genuine, and it proves nothing any more."""
    for found in journal.entries(sheet):
        if isinstance(found.entry.fact, Voided):
            raise Forged("withdrawn", got=sheet, reason=found.entry.fact.reason)
