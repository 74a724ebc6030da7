"""Papers without a seal of ours that somebody accepts and answers for: on record with their picture, and proven by nothing (P1)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from kiosk.core.faults import Refusal
from kiosk.core.journal import Entry, PaperAccepted
from kiosk.core.reference import Reference, candidates
from kiosk.core.sheet import check_legible
from kiosk.core.stamp import office_code
from kiosk.core.verdict import OWN, Outcome, Standing, unbarred
from kiosk.desks.gate.exhibit import MOST_BYTES, Eyes, is_pdf
from kiosk.ports import Found, Journal

SUBJECT: Final = "paper"
"""What papers stand under: `paper/NUMBER`."""


class PaperKind(StrEnum):
    """What may be accepted on paper (SOCP 2.6.4)."""

    CCD = "ccd"
    """A cargo control document with a release stamp."""
    FORM = "form"
    """A stamped query form."""
    RNS = "rns"
    """A printed message of the Release Notification System."""
    DELIVERY = "delivery"
    """A stamped delivery authority copy."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as somebody describes it; `stamped_on` is the day on its stamp, 2026-11-22."""

    number: str
    kind: PaperKind
    office: str
    stamped_on: str
    reason: str
    picture: bytes
    file: str


@dataclass(frozen=True, slots=True)
class AcceptedPaper:
    """A paper that was accepted: `id` is its place in the record, `document` the digest of its picture."""

    id: int
    at: datetime
    by: str
    number: str
    read_as: str
    kind: PaperKind
    office: str
    stamped_on: str
    reason: str
    document: str
    file: str


def read(paper: Paper) -> tuple[Reference, PaperAccepted, Mapping[str, bytes]]:
    """The number of a paper, the fact that says that it was accepted, and its picture; `Refusal` for what is not complete."""
    reference = candidates(paper.number)[0]
    reason = paper.reason.strip()
    if not reason:
        raise Refusal("paper-no-reason")
    check_legible("reason", reason)
    day = _day(paper.stamped_on)
    _check_picture(paper.picture)
    digest = hashlib.sha256(paper.picture).hexdigest()
    office = office_code(paper.office.strip())
    fact = PaperAccepted(str(reference), reference.kind, digest, paper.file[:80], paper.kind, office, day, reason)
    return reference, fact, {digest: paper.picture}


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Refusal("not-a-day", expected="a day such as 2026-11-22", got=text[:40]) from None


def _check_picture(data: bytes) -> None:
    if not data:
        raise Refusal("paper-no-picture")
    if len(data) > MOST_BYTES:
        raise Refusal("form-too-large", expected=f"{MOST_BYTES / 1e6:g} MB", got=f"{len(data) / 1e6:.1f} MB")


def outcome(paper: AcceptedPaper, standings: Mapping[str, Standing], now: datetime, limit: timedelta) -> tuple[Outcome, str]:
    """What a paper comes to: release, held or ask; and why, a code.

    No seal says which station a hold would come from: so every station's holds must be known as freshly as those of a seal's own.
    """
    if any(one.holds(paper.read_as, paper.number) for one in standings.values()):
        return Outcome.HELD, "held"
    found = [unbarred(one, now, limit) for name, one in standings.items() if name != OWN] or [unbarred(None, now, limit)]
    return next((one for one in found if one[0] is Outcome.ASK), found[0])


def accepted(found: Found) -> AcceptedPaper:
    """A paper, from its entry; `Refusal` for any other entry."""
    fact = found.entry.fact
    if not isinstance(fact, PaperAccepted):
        raise Refusal("no-such-paper", got=found.position)
    return AcceptedPaper(
        *(found.position, found.entry.at, found.entry.by, fact.number, fact.read_as, PaperKind(fact.paper_kind)),
        *(fact.office, fact.stamped_on, fact.reason, fact.document, fact.file),
    )


def record(journal: Journal, at: datetime, by: str, fact: PaperAccepted, documents: Mapping[str, bytes]) -> int:
    """Write that a paper was accepted, and keep its picture; its place in the record."""
    return journal.append([Entry(f"{SUBJECT}/{fact.number}", at, by, fact)], documents)


__all__ = ["AcceptedPaper", "Eyes", "Paper", "PaperKind", "accepted", "is_pdf", "read", "record"]
