"""Whether an answered sheet is fit for the stamp that an officer wants on it. Pure decisions."""

from collections.abc import Callable

from kiosk.core.answer import Status
from kiosk.core.bond import check_movable
from kiosk.core.faults import Refusal
from kiosk.core.sheet import QuerySheet
from kiosk.core.stamp import Act


def act_of(sheet: QuerySheet, *, in_bond: bool) -> Act:
    """What the stamp says: what the officer has chosen, else what the rows say."""
    if in_bond:
        return Act.IN_BOND
    return Act.RELEASED if sheet.released else Act.STATUS


def check_fit(sheet: QuerySheet, badge: str, *, keyed: bool, in_bond: bool) -> None:
    """Refuse R rows that nobody scanned: typed, one wrong digit releases other goods. A move in bond is an officer's to decide.

    `keyed`: typed numbers are good enough here.
    """
    if in_bond:
        if not badge:
            raise Refusal("bond-officer")
        check_movable(sheet, keyed=keyed)
    if sheet.unconfirmed and not keyed:
        raise Refusal("keyed-rows", rows=", ".join(map(str, sheet.unconfirmed)))


def check_not_held(sheet: QuerySheet, held: Callable[[str, str], bool], *, in_bond: bool) -> None:
    """Refuse what lets goods go that are on hold under any number that they go by: R rows; in bond, every row (P4)."""
    going = ((place, line) for place, line in sheet.lines if in_bond or line.answer.status is Status.RELEASED)
    rows = [place for place, line in going if any(held(one.kind, str(one)) for one in line.known_by)]
    if rows:
        raise Refusal("on-hold", rows=", ".join(map(str, rows)))
