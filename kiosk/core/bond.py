"""What may be stamped "authorized to move in bond": an act of its own, and never a release (P5, P6).

Goods that move in bond are not released: they go on, under customs control, to an inland warehouse (SOCP 2.3.1). The officer finds
out first whether they are admissible, and decides on the paper (SOCP 2.3.1, O5); the release system's answer does not decide for
him, it only hinders him. A shipment gets one of the acts, and no other beside it (SOCP 2.3.2); the stamp goes on the reverse of a
cargo control document (SOCP 2.1). Where the sources say nothing of a case, it stays.
"""

from typing import Final, Literal, get_args

from kiosk.core.answer import Answer, Reason, Status
from kiosk.core.faults import Refusal
from kiosk.core.reference import CCN
from kiosk.core.sheet import Line, QuerySheet
from kiosk.core.stamp import Act

Hindrance = Literal["bond-released", "bond-stays", "bond-not-cargo", "bond-typed"]
"""Why a row keeps a sheet from this stamp, the worst first: each has a sentence in both languages."""

MOVABLE: Final = frozenset({
    Reason.DETAIN_DESTINATION,  # the system's own words for it: may move, detain at destination (RNS indicator 8)
    Reason.AWAITING_ARRIVAL,  # a release request waits for the goods, wherever they go to (RNS 9)
    Reason.ACCEPTED,
    Reason.IN_PROCESS,
    Reason.NO_DECISION,  # unreleased cargo moves inland, and is held there until it is released (SOCP 2.3.3)
    Reason.NOT_ON_FILE,  # a release may be asked for at the inland office only: no request is no hindrance (SOCP 2.3.1)
})  # fmt: skip
"""The reasons that keep nothing where it is. All others do:

`EXAM`: referred goods are held (SOCP 2.1, 2.7; P4). `RELEASED`, `PART_RELEASED`: what is released is in bond no more, and R under
this stamp could be read as a release (fault 1). `CSA_DELIVER`: has another act already (SOCP 2.3.2). The sources are silent, so
they stay: `CANCELLED`, `TOO_OLD` (the answer may be about other goods), `UNKNOWN_INDICATOR` (it may be a referral).
"""
_SPENT: Final = frozenset({Reason.CANCELLED, Reason.TOO_OLD})
"""Requests that say nothing beside one that stands."""


def hindrances(sheet: QuerySheet, *, keyed: bool = False) -> tuple[Refusal, ...]:
    """Why a sheet may not be stamped so, the worst first, each with the rows (from 1) that it is about.

    `keyed`: typed numbers are good enough here. A row without an answer keeps it from every stamp (`QuerySheet.check_stampable`).
    """
    found = [(place, _hindrance(line, keyed=keyed)) for place, line in sheet.lines]
    rows = {code: [str(place) for place, why in found if why == code] for code in get_args(Hindrance)}
    return tuple(Refusal(code, rows=", ".join(places)) for code, places in rows.items() if places)


def check_movable(sheet: QuerySheet, *, keyed: bool = False) -> None:
    """Refuse what may not be stamped so."""
    for no in hindrances(sheet, keyed=keyed):
        raise no


def check_sense(act: Act, sheet: QuerySheet) -> None:
    """ValueError for a stamp that its own rows belie: released over no R row, or a move in bond over one."""
    released = sheet.count[Status.RELEASED]
    if act is Act.RELEASED and not released:
        raise ValueError(f"sheet {sheet.number}: expected an R row under the act {act}, got none")
    if act is Act.IN_BOND and released:
        raise ValueError(f"sheet {sheet.number}: expected no R row under the act {act}, got {released}")


def _hindrance(line: Line, *, keyed: bool) -> Hindrance | None:
    answer = line.answer
    if answer.status is Status.RELEASED:
        return "bond-released"
    if not (_movable(answer) and (answer.also is None or _movable(answer.also))):
        return "bond-stays"
    if not isinstance(answer.reference, CCN):  # a transaction is a request, and may be on the cargo of several documents
        return "bond-not-cargo"
    return "bond-typed" if line.asked.keyed and not keyed else None


def _movable(answer: Answer) -> bool:
    return answer.reason in MOVABLE and all(request.reason in MOVABLE | _SPENT for request in answer.requests)
