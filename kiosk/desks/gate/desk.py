"""The gate's desk: what is presented is judged and recorded; later it is judged anew, for holds come meanwhile (P1, P2, P4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kiosk.core.faults import Conflict, Forged, Refusal, Unavailable
from kiosk.core.journal import Entry, PaperAccepted, Presented, Voided
from kiosk.core.proof import Statement
from kiosk.core.verdict import Opener, Outcome, Ruling, Verdict, examine, outcomes
from kiosk.desks.gate import accepted, exhibit
from kiosk.desks.gate.accepted import AcceptedPaper, Paper
from kiosk.desks.gate.exhibit import Brought, Exhibit, Eyes
from kiosk.desks.gate.lookup import Elsewhere, Unasked, looked_up
from kiosk.desks.gate.presentation import Alarm, Earlier, Gone, Known, Presentation, RowShown
from kiosk.ports import Clock, Found, Journal

SUBJECT: Final = "gate"
"""What presentations stand under: `gate/SHEET`; `gate/refused/DAY` where no seal held, `gate/unasked/DAY` where there was none."""
UNREAD: Final = "not-read"
_TRIES: Final = 20
_MOST: Final = 50
"""Earlier presentations that are shown."""
_LATELY: Final = 2000
"""Entries of the record that are looked through for the newest presentations."""

Seen = tuple[Verdict | None, tuple[Ruling, ...], Forged | Unasked | None, Known]


@dataclass(frozen=True, slots=True)
class Gate:
    """Where proofs are presented.

    `opener` opens seals with the keys trusted now; `signature` is the code of a PDF's own signature; `known` is what is known of
    holds for a verdict, or altogether; `elsewhere` is asked for the seals of a sheet that is not on record here (None: nobody is);
    `gone` is the register's answer, `alarms` the goods on hold that are still inside a warehouse (empty: any).
    """

    journal: Journal
    clock: Clock
    opener: Callable[[], Opener]
    signature: Callable[[bytes], str]
    known: Callable[[Verdict | None], Known]
    eyes: Eyes
    limit: timedelta = timedelta(hours=4)
    elsewhere: Elsewhere | None = None
    gone: Gone = lambda kind, number: ()  # noqa: ARG005 - no register
    alarms: Callable[[str], Sequence[Alarm]] = lambda sub_location: ()  # noqa: ARG005 - no register

    def present(self, given: str | bytes, by: str, scan: str = "") -> Presentation:
        """What somebody brings (text of seals, a sheet's number, a file's bytes), judged and on record.

        A `scan` of one id counts once. That the office could not be asked for the seals of a sheet is told, and on record, as that.
        `Refusal` for a file that is none; `Unavailable` where it could not be judged: nothing is known then, and nothing recorded.
        """
        signature = self.signature(given) if isinstance(given, bytes) and exhibit.is_pdf(given) else ""
        shown = Exhibit(exhibit.brought(given), ())
        try:
            if signature == "altered":  # whatever its seals say
                raise Forged("altered")
            shown = self._exhibit(given)
            seen = self._judged(shown.sealed if signature == "good" else shown.pages, shown.withdrawn)
            seen = seen if signature == "good" else self._against_paper(shown, seen)
        except (Forged, Unasked) as no:
            seen = None, (), no, Known()
        return self._recorded(shown, seen, signature, by, scan)

    def unread(self, why: str, by: str, scan: str = "") -> Presentation:
        """A scanner tried and failed: on record, so that nobody takes it for done."""
        seen: Seen = (None, (), Forged(UNREAD, why=why), Known())
        return self._recorded(Exhibit(Brought.TEXT, ()), seen, "", by, scan)

    def presented(self, number: int) -> Presentation:
        """A presentation by its id, judged anew now; `Refusal` where there is none. What was refused or unasked stays so."""
        found = self._found(number)
        fact = found.entry.fact
        if not isinstance(fact, Presented):
            raise Refusal("no-such-presentation", got=number)
        if fact.code or fact.office_silent:
            return _then(found)
        signed = fact.file_signature == "good"  # it vouches for the pages that have no seal
        return self._shown(found, self._judged([[seal.encode() for seal in page] for page in fact.seals if page or not signed]))

    def earlier(self, sheet: str) -> tuple[Earlier, ...]:
        """When a sheet was presented, the newest first."""
        found = [one for one in self.journal.entries(f"{SUBJECT}/{sheet}") if isinstance(one.entry.fact, Presented)]
        return tuple(map(_earlier, reversed(found)))

    def newest(self, most: int = _MOST) -> tuple[Presentation, ...]:
        """The newest presentations of today as they were judged then, the newest first; of a busy record, its last part."""
        day, low = self.clock().astimezone(UTC).date().isoformat(), max(0, self.journal.checkpoint().size - _LATELY)
        found = self.journal.find(kind=Presented.__name__, day=day, low=low)[-most:]
        return tuple(_then(one) for one in reversed(found))

    def accept(self, paper: Paper, by: str) -> AcceptedPaper:
        """Record a paper without a seal of ours, for which `by` answers; `Refusal` if it is not complete or its goods are held."""
        reference, fact, documents = accepted.read(paper)
        if any(one.holds(reference.kind, str(reference)) for one in self.known(None).standings.values()):
            raise Refusal("paper-held", got=str(reference))
        return self.accepted(accepted.record(self.journal, self.clock(), by, fact, documents))

    def accepted(self, number: int) -> AcceptedPaper:
        """A paper that was accepted, by its id; `Refusal` where there is none."""
        return accepted.accepted(self._found(number))

    def lets_out(self, paper: AcceptedPaper) -> bool:
        """Whether goods may leave on a paper just now."""
        return self.stands(paper)[0] is Outcome.RELEASE

    def check_lets_out(self, paper: AcceptedPaper) -> None:
        """Refuse a paper on which goods may not leave just now: they are on hold, or nobody can tell."""
        found, _ = self.stands(paper)
        if found is not Outcome.RELEASE:
            raise Refusal("paper-held" if found is Outcome.HELD else "paper-ask", got=paper.number)

    def stands(self, paper: AcceptedPaper) -> tuple[Outcome, str]:
        """What a paper comes to just now: release, held or ask; and why, a code."""
        return accepted.outcome(paper, self.known(None).standings, self.clock(), self.limit)

    def papers(self, number: str) -> tuple[AcceptedPaper, ...]:
        """The papers that were accepted for a number, the newest first."""
        found = self.journal.entries(f"{accepted.SUBJECT}/{number}")
        return tuple(accepted.accepted(one) for one in reversed(found) if isinstance(one.entry.fact, PaperAccepted))

    def _found(self, number: int) -> Found:
        found = self.journal.span(number, number + 1) if 0 <= number < 2**53 else ()
        if not found:
            raise Refusal("no-such-presentation", got=number)
        return found[0]

    def _exhibit(self, given: str | bytes) -> Exhibit:
        if isinstance(given, bytes):
            return exhibit.of_file(given, self.eyes)
        sheet = exhibit.sheet_named(given)
        return looked_up(sheet, self.journal, self.elsewhere, self.opener) if sheet else exhibit.of_text(given)

    def _judged(self, pages: Sequence[Sequence[bytes]], withdrawn: str | None = None) -> Seen:
        now, verdict, known = self.clock(), None, Known()
        try:
            verdict = examine(pages, self.opener(), now)
            if withdrawn is not None:
                raise Forged("withdrawn", got=verdict.statements[0].sheet, reason=withdrawn or "–")
            known = self.known(verdict)
            return verdict, outcomes(verdict, known.standings, now, self.limit), None, known
        except Forged as no:
            return verdict, (), self._with_reason(no), known

    def _with_reason(self, no: Forged) -> Forged:
        """Why it was taken back, where the record here knows."""
        if no.code != "withdrawn" or "reason" in no.fields:
            return no
        facts = [one.entry.fact for one in self.journal.entries(no.fields.get("got", ""))]
        reasons = [fact.reason for fact in facts if isinstance(fact, Voided)]
        return Forged(no.code, **no.fields, reason=reasons[0] if reasons else "–")

    def _against_paper(self, shown: Exhibit, seen: Seen) -> Seen:
        """Refused where a number stands in bars on the paper that the seal of its page does not have."""
        verdict, _, refusal, known = seen
        if verdict is None or refusal is not None:
            return seen
        strangers = exhibit.strangers(shown, verdict, self.opener())
        found = exhibit.confirmed(shown, strangers, self.eyes)
        if found is None:
            return seen
        numbers = exhibit.numbers_of(found.statement)
        return verdict, (), Forged("paper-differs", page=found.page + 1, paper=found.text, sealed=numbers), known

    def _recorded(self, shown: Exhibit, seen: Seen, signature: str, by: str, scan: str) -> Presentation:
        """Written only if nobody was faster: of two who present one proof at once, one is the second."""
        fact = _fact(shown, seen, signature, scan)
        for turn in range(_TRIES):
            at = self.clock()
            subject = _subject(fact, at)
            before = self.journal.entries(subject)
            again = [one for one in before if scan and isinstance(one.entry.fact, Presented) and one.entry.fact.scan == scan]
            if again:
                return self.presented(again[0].position)
            entry = Entry(subject, at, by, fact)
            try:
                position = self.journal.append([entry], after={subject: len(before)} if fact.sheet else None)
            except Conflict:
                if turn == _TRIES - 1:
                    raise
            else:
                break
        return self._shown(Found(position, entry), seen)

    def _shown(self, found: Found, seen: Seen) -> Presentation:
        verdict, rulings, no, known = seen
        bare = _then(found)
        if no is not None:
            return replace(bare, refusal=no if isinstance(no, Forged) else None, source=known.source)
        before = [one for one in self.journal.entries(found.entry.subject) if one.position < found.position]
        presented = [(_earlier(one), _places(one.entry.fact)) for one in before if isinstance(one.entry.fact, Presented)]
        rows = tuple(self._row(page, ruling, presented) for page, ruling in zip(_pages(verdict), rulings, strict=True))
        times = [known.standings[one].issued_at for one in verdict.stations if one in known.standings] if verdict else []
        earlier = tuple(one for one, _ in reversed(presented))[:_MOST]
        as_of = min(times, default=None)
        return replace(
            bare, verdict=verdict, rows=rows, refusal=None, source=known.source, as_of=as_of, before=earlier, judged_at=self.clock()
        )

    def _row(self, page: int, ruling: Ruling, presented: Sequence[tuple[Earlier, frozenset[int]]]) -> RowShown:
        row = ruling.row
        before = tuple(one for one, places in reversed(presented) if row.place in places)[:_MOST]
        went = tuple(self.gone(row.kind, row.number)) if row.kind else ()
        return RowShown(page, ruling, before, went)


def _subject(fact: Presented, at: datetime) -> str:
    day = at.astimezone(UTC).date().isoformat()
    return f"{SUBJECT}/{fact.sheet or (f'unasked/{day}' if fact.office_silent else f'refused/{day}')}"


def _pages(verdict: Verdict | None) -> list[int]:
    """The page of each row."""
    statements: tuple[Statement, ...] = verdict.statements if verdict else ()
    return [one.page for one in statements for _ in one.rows]


def _fact(shown: Exhibit, seen: Seen, signature: str, scan: str) -> Presented:
    """What the record has of it. Seals that did not hold are not kept: anything may stand in them."""
    verdict, rulings, refusal, _ = seen
    sheet = verdict.statements[0].sheet if verdict else ""
    rows = [
        {"page": str(page), "row": str(one.row.place), "kind": one.row.kind or "", "number": one.row.number}
        | {"mark": one.row.mark, "outcome": str(one.outcome), "why": one.why}
        for page, one in zip(_pages(verdict), rulings, strict=False)
    ]
    kept = exhibit.seals_of(shown.pages) if verdict else []
    code, fields, unasked = _no(refusal)
    return Presented(sheet, kept, shown.brought, code, fields, signature, rows, scan, shown.seals_from, unasked)


def _no(no: Forged | Unasked | None) -> tuple[str, dict[str, str], str]:
    """The code of a refusal, the particulars, and the code of what could not be asked."""
    if isinstance(no, Forged):
        return no.code, dict(no.fields), ""
    return ("", {"got": no.sheet, "detail": no.detail}, no.code) if no else ("", {}, "")


def _then(found: Found) -> Presentation:
    """A presentation as the record has it: nothing is judged anew."""
    entry, fact = found.entry, found.entry.fact
    if not isinstance(fact, Presented):
        raise Refusal("no-such-presentation", got=found.position)
    no = Forged(fact.code, **fact.fields) if fact.code else None
    unasked = Unavailable("office", fact.office_silent, fact.fields.get("detail", "")) if fact.office_silent else None
    sheet = fact.fields.get("got", "") if fact.office_silent else fact.sheet
    shown: dict[str, Any] = {"sheet": sheet, "refusal": no, "unasked": unasked, "seals_from": fact.seals_from}
    shown["file_signature"] = fact.file_signature
    return Presentation(found.position, entry.at, entry.by, fact.brought, _utc(entry.at), **shown)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _earlier(found: Found) -> Earlier:
    fact = found.entry.fact
    return Earlier(found.position, found.entry.at, found.entry.by, fact.brought if isinstance(fact, Presented) else "")


def _places(fact: object) -> frozenset[int]:
    """The rows that were presented."""
    rows = fact.outcomes if isinstance(fact, Presented) else []
    return frozenset(int(row["row"]) for row in rows if row.get("row", "").isdigit())
