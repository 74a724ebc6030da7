"""A proof that was presented, as it is judged now: whether its seals hold, what each row comes to, and what was before (P2, P4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from kiosk.core.faults import Forged, Unavailable
from kiosk.core.proof import Sealed, Statement
from kiosk.core.verdict import Outcome, Ruling, Standing, Verdict

Source = Literal["record", "office", "list", "none"]
"""Where holds are known from: this record itself, the office asked just now, a hold list that it signed, or nowhere."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of holds just now, by the station whose key sealed a page, and from where."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    source: Source = "none"


@dataclass(frozen=True, slots=True)
class Went:
    """Some of the goods of a number that went out already, as the register has it. `out` is its entry there."""

    at: datetime
    pieces: int
    to: str
    by: str
    sheet: str = ""
    out: str = ""


Gone = Callable[[str, str], Sequence[Went]]
"""What of a number (kind, number) went out already: the register's answer."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Goods on hold that are still inside (P4): `pieces` of a number, in a warehouse, since when it is on hold, and why."""

    kind: str
    number: str
    pieces: int
    sub_location: str
    since: datetime | None
    """None where only that there is a hold is known."""
    reason: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A presentation that was before this one."""

    id: int
    at: datetime
    by: str
    brought: str


class Whole(StrEnum):
    """What a presentation comes to as a whole: the one that lets least out goes first."""

    REFUSED = "refused"
    UNASKED = "unasked"
    """The office could not be asked for its seals: nothing is known of it, and nothing was refused."""
    SPECIMEN = "specimen"
    HELD = "held"
    ASK = "ask"
    SOME = "some"
    RELEASE = "release"
    NOTHING = "not-released"


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of a page: what it comes to, when it was presented before, and what of its goods went out."""

    page: int
    ruling: Ruling
    before: tuple[Earlier, ...] = ()
    went: tuple[Went, ...] = ()

    @property
    def sealed(self) -> Sealed:
        """What the seal says."""
        return self.ruling.row

    @property
    def outcome(self) -> Outcome:
        """What it comes to."""
        return self.ruling.outcome

    @property
    def why(self) -> str:
        """The code of why."""
        return self.ruling.why


@dataclass(frozen=True, slots=True)
class Presentation:
    """What was presented. `id` is its place in the record; `judged_at` is when it was judged, which may be long after `at`."""

    id: int
    at: datetime
    by: str
    brought: str
    judged_at: datetime
    sheet: str = ""
    verdict: Verdict | None = None
    rows: tuple[RowShown, ...] = ()
    refusal: Forged | None = None
    unasked: Unavailable | None = None
    """Why the office could not be asked for the seals of the sheet that was named; None where it could, or need not."""
    file_signature: str = ""
    seals_from: str = ""
    """Whose seals they are, of a sheet that was named by its number: record or office."""
    source: Source = "none"
    as_of: datetime | None = None
    """Up to when holds are known; None where nothing is."""
    before: tuple[Earlier, ...] = ()

    @property
    def genuine(self) -> bool:
        """Whether its seals hold, and nothing was taken back."""
        return self.refusal is None and self.unasked is None

    @property
    def statement(self) -> Statement | None:
        """The first page whose seal holds: what is the same on all of them stands there."""
        return self.verdict.statements[0] if self.verdict else None

    @property
    def missing(self) -> tuple[int, ...]:
        """The pages that were not presented."""
        return self.verdict.missing if self.verdict else ()

    @property
    def releasable(self) -> tuple[RowShown, ...]:
        """The rows on which goods may go out now."""
        return tuple(row for row in self.rows if self.genuine and row.outcome is Outcome.RELEASE)

    @property
    def whole(self) -> Whole:
        """What it comes to."""
        if not self.genuine:
            return Whole.REFUSED if self.unasked is None else Whole.UNASKED
        found = {row.outcome for row in self.rows}
        for outcome, whole in ((Outcome.SPECIMEN, Whole.SPECIMEN), (Outcome.HELD, Whole.HELD), (Outcome.ASK, Whole.ASK)):
            if outcome in found:
                return whole
        if Outcome.RELEASE not in found:
            return Whole.NOTHING
        return Whole.RELEASE if found == {Outcome.RELEASE} and not self.missing else Whole.SOME

    @property
    def second(self) -> bool:
        """Whether one of its rows was presented before."""
        return any(row.before for row in self.rows)
