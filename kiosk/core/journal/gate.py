"""What happened at the gate: proofs that were presented, and papers without a seal that somebody answers for (P1, P2)."""

from dataclasses import dataclass, field

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class Presented(Fact):
    """A proof was presented. `sheet` is empty where no seal held; `seals` are those found on each page.

    `brought` is how it came: text, file, picture, sheet. `code` says why it was refused, and is empty where it was not;
    `file_signature` is what the file's own says, where there was one. `outcomes` are the rows as they were judged: page, row,
    kind, number, mark, outcome, why. A `scan` that is sent twice counts once. Of a sheet that was named by its number, `seals_from`
    is whose seals were judged: record or office; `office_silent` says why the office could not be asked: nothing was judged.
    """

    sheet: str
    seals: list[list[str]]
    brought: str
    code: str
    fields: dict[str, str]
    file_signature: str
    outcomes: list[dict[str, str]] = field(default_factory=list)
    scan: str = ""
    seals_from: str = ""
    office_silent: str = ""

    def numbers(self) -> tuple[str, ...]:
        """The sheet, and the numbers in its seals: never what the paper says."""
        return (*([self.sheet] if self.sheet else []), *(row["number"] for row in self.outcomes if "number" in row))


@dataclass(frozen=True, slots=True)
class PaperAccepted(Fact):
    """Somebody accepted a stamped paper that has no seal of ours: he answers for it, and nothing proves it.

    `document` is the digest of its picture, kept in the same transaction; `paper_kind` is what it is (`ccd`, `form`, `rns`,
    `other`); `read_as` is the number's kind.
    """

    number: str
    read_as: str
    document: str
    file: str
    paper_kind: str
    office: str
    stamped_on: str
    reason: str

    def numbers(self) -> tuple[str, ...]:
        """The number that the paper is for."""
        return (self.number,)
