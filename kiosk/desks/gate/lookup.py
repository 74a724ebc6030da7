"""The seals of a sheet of which somebody has the number alone: from the record here, else from the office, which is asked (P2, P4).

The office's word counts for nothing: what it gives is judged by the keys that are trusted here, as if it had been scanned. Where
nothing can be had of it, nothing is known of the sheet; that is no refusal, and the paper may still be scanned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.core.faults import Forged, Unavailable
from kiosk.core.journal import Stamped
from kiosk.core.verdict import Opener
from kiosk.desks.gate.exhibit import Brought, Exhibit
from kiosk.ports import Journal

GARBLED: Final = frozenset({"not-a-seal", "malformed", "truncated"})
"""What is said of a text that is no seal. On a paper that is refused; from the office it is an answer that can't be understood."""


class Unasked(Unavailable):
    """The office was asked for the seals of a sheet, and nothing that can be judged came of it; `code` says why."""

    def __init__(self, sheet: str, code: str, detail: str = "") -> None:
        self.sheet: Final = sheet
        super().__init__("office", code, detail)

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        """What it is made of."""
        return type(self), (self.sheet, self.code, self.detail)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the office has of a sheet: the seals of its pages, none where it never stamped it; and why it took it back, if so."""

    seals: tuple[bytes, ...]
    withdrawn: str | None = None


Elsewhere = Callable[[str], Kept]
"""The office, by the number of a sheet; `Unavailable` soon where it can't be had."""


def looked_up(sheet: str, journal: Journal, elsewhere: Elsewhere | None, opener: Callable[[], Opener]) -> Exhibit:
    """The seals of a sheet; `Forged` where there is no such sheet, `Unasked` where that is not known."""
    stamped = [one.entry.fact for one in journal.entries(sheet) if isinstance(one.entry.fact, Stamped)]
    if stamped and (elsewhere is None or _trusted(stamped[0], opener())):  # it proves something, and an open one does not
        return Exhibit(Brought.SHEET, tuple((seal.encode(),) for seal in stamped[0].seals), seals_from="record")
    if elsewhere is None:
        raise Forged("sheet-unknown", got=sheet)
    kept = _asked(sheet, elsewhere)
    if not kept.seals:
        raise Forged("sheet-not-at-office", got=sheet)
    _check_theirs(kept.seals, sheet, opener())
    return Exhibit(Brought.SHEET, tuple((seal,) for seal in kept.seals), seals_from="office", withdrawn=kept.withdrawn)


def _trusted(stamped: Stamped, opener: Opener) -> bool:
    """Whether seals on record here are of a key that is trusted: a machine's own are not, where it goes by its office's keys."""
    try:
        for seal in stamped.seals:
            opener.opened(seal.encode())
    except Forged:
        return False
    return True


def _asked(sheet: str, elsewhere: Elsewhere) -> Kept:
    try:
        return elsewhere(sheet)
    except Unavailable as no:
        raise Unasked(sheet, no.code, no.detail) from no


def _check_theirs(seals: tuple[bytes, ...], sheet: str, opener: Opener) -> None:
    """Go on only with seals of this very sheet, or with what is refused as forged; anything else is no answer to the question."""
    for seal in seals:
        try:
            statement, _ = opener.opened(seal)
        except Forged as no:
            if no.code in GARBLED:
                raise Unasked(sheet, "strange", str(no)) from no
            return  # judged with all the others, and refused
        if statement.sheet != sheet:
            raise Unasked(sheet, "other-sheet", statement.sheet)
