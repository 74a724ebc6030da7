"""A presentation in words: the verdict first, as shape, word and sentence; then each row, and what to do next (P2, P4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from kiosk.core.faults import Refusal
from kiosk.core.reference import NotAReference, Reference, candidates
from kiosk.desks.gate import Outcome, Presentation, RowShown, Whole
from kiosk.web.screen import date_time, groups, spoken
from kiosk.wording import of_office, why

NO_PROOF: Final = frozenset(
    {"no-seal", "not-a-seal", "not-read", "sheet-unknown", "sheet-not-at-office", "truncated", "page-without-seal"}
)
"""Refusals that say that nothing was proven; every other one says that somebody forged, altered or withdrew something."""
_TONES: Final = {
    Whole.SPECIMEN: "unknown",
    Whole.HELD: "held",
    Whole.ASK: "waiting",
    Whole.SOME: "released",
    Whole.RELEASE: "released",
    Whole.NOTHING: "held",
}
_ROWS: Final = {
    Outcome.RELEASE: "released",
    Outcome.HELD: "held",
    Outcome.NOT_RELEASED: "removed",
    Outcome.SPECIMEN: "unknown",
    Outcome.ASK: "waiting",
}
"""The shape of each outcome. Shapes and words differ, not colours alone."""
SOUNDS: Final = {"released": "released", "held": "held", "unknown": "unknown", "waiting": "unasked", "faulty": "unread"}


@dataclass(frozen=True, slots=True)
class RowTold:
    """One row as it is shown; `number` in its groups, `before` and `went` as sentences."""

    page: int
    place: int
    mark: str
    number: tuple[str, ...]
    outcome: Outcome
    shape: str
    word: str
    why: str
    before: tuple[str, ...]
    went: tuple[str, ...]

    @property
    def letters(self) -> str:
        """The mark's letters; no R beside anything but release, and none of a row that was struck out."""
        return self.mark if self.outcome is Outcome.RELEASE or self.mark in {"NR", "N/A"} else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A presentation as it is shown. `code` is of the whole, or of the refusal; `tone` is its shape, `sound` its tone."""

    code: str
    tone: str
    word: str
    why: str
    todo: str
    rows: tuple[RowTold, ...]
    cautions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def sound(self) -> str:
        """The tone that is heard."""
        return SOUNDS[self.tone]

    @property
    def said(self) -> str:
        """What is said to those who listen."""
        return " ".join(filter(None, (self.word, self.why, self.todo)))


def told(shown: Presentation) -> Told:
    """A presentation in the language of who asks."""
    say = spoken().say
    if shown.unasked is not None:
        word, todo = say("screen.gate.whole.unasked"), say("screen.gate.do.unasked")
        return Told("unasked", "waiting", word, of_office(spoken(), shown.sheet, shown.unasked), todo, (), (), _facts(shown))
    if shown.refusal is not None:
        kind = "no-proof" if shown.refusal.code in NO_PROOF else "withdrawn" if shown.refusal.code == "withdrawn" else "forged"
        tone = "faulty" if kind == "no-proof" else "held"
        sentence = why(spoken(), Refusal(shown.refusal.code, **shown.refusal.fields))
        todo = say(_nearest("screen.gate.do", shown.refusal.code, kind))
        return Told(shown.refusal.code, tone, say(f"screen.gate.whole.{kind}"), sentence, todo, (), (), _facts(shown))
    count, of = len(shown.releasable), len(shown.rows)
    fields = {"count": count, "of": of}
    code = str(shown.whole)
    sentence = spoken().count(f"screen.gate.because.{_pages(shown, code)}", _those(shown), **fields)
    word, todo = say(f"screen.gate.whole.{_pages(shown, code)}", **fields), say(f"screen.gate.do.{code}")
    rows = tuple(map(_row, shown.rows))
    return Told(code, _TONES[shown.whole], word, sentence, todo, rows, tuple(_cautions(shown)), _facts(shown))


def _pages(shown: Presentation, code: str) -> str:
    """The key of what the whole comes to: of pages that are missing nobody knows how many rows there are."""
    return "pages" if shown.whole is Whole.SOME and shown.missing else code


def _those(shown: Presentation) -> int:
    """How many rows the sentence of the whole is about."""
    wanted = {Whole.HELD: Outcome.HELD, Whole.ASK: Outcome.ASK}.get(shown.whole, Outcome.RELEASE)
    return sum(row.outcome is wanted for row in shown.rows)


def _nearest(room: str, *codes: str) -> str:
    """The first of these keys that has a sentence."""
    return next(key for code in codes if (key := f"{room}.{code}") in spoken())


def _row(row: RowShown) -> RowTold:
    said, sealed = spoken(), row.sealed
    before = tuple(said.say("screen.gate.before-at", at=date_time(one.at), badge=one.by) for one in row.before[:1])
    more = (said.count("screen.gate.before-more", len(row.before) - 1),) if len(row.before) > 1 else ()
    went = tuple(said.count("screen.gate.went", one.pieces, at=date_time(one.at), to=one.to, badge=one.by) for one in row.went)
    because = said.say(_nearest("screen.gate.why", row.why, str(row.outcome)))
    if sealed.reason:
        because = f"{because} {sealed.reason}"
    word = said.say(f"screen.gate.outcome.{row.outcome}")
    number = groups(_reference(sealed.number))
    shape = _ROWS[row.outcome]
    return RowTold(row.page, sealed.place, sealed.mark, number, row.outcome, shape, word, because, (*before, *more), went)


def _reference(number: str) -> Reference | str:
    """A number as the screens cut it for the eye."""
    try:
        return candidates(number)[0]
    except NotAReference:
        return number


def _cautions(shown: Presentation) -> Sequence[str]:
    """What whoever decides must know beside the verdict."""
    said, found = spoken(), []
    if shown.second:
        found.append(said.say("screen.gate.second"))
    if shown.missing:
        found.append(said.say("screen.gate.missing", pages=", ".join(map(str, shown.missing))))
    if shown.brought == "sheet":
        found.append(said.say("screen.gate.by-number"))
    if shown.file_signature == "unknown-signer":
        found.append(said.say("cli.verify.signature.unknown-signer"))
    if any(row.sealed.keyed for row in shown.rows):
        found.append(said.say("screen.gate.keyed"))
    return found


def _facts(shown: Presentation) -> tuple[tuple[str, str], ...]:
    """What the seal says of the sheet, and what holds are known by: never what the paper says."""
    say, page = spoken().say, shown.statement
    facts: list[tuple[str, str]] = []
    if page is not None:
        facts = [
            ("sheet", page.sheet),
            ("authority", page.stamp.authority),
            ("act", say(f"act.{page.stamp.act}")),
            ("office", page.stamp.office),
            ("stamped", date_time(page.stamp.at)),
            ("badge", page.stamp.badge or say("paper.no-badge", station=page.sheet[:4])),
            ("client", page.client),
            ("holds", say(f"screen.gate.source.{shown.source}", age=_age(shown.judged_at, shown.as_of))),
        ]
    elif shown.sheet:
        facts = [("sheet", shown.sheet)]
    facts += [("presented", date_time(shown.at)), ("by", shown.by), ("brought", say(f"screen.gate.brought.{shown.brought}"))]
    facts += [("seals", say(f"screen.gate.seals-from.{shown.seals_from}"))] if shown.seals_from else []
    return tuple((say(f"screen.gate.fact.{name}"), value) for name, value in facts if value)


def _age(now: datetime, at: datetime | None) -> str:
    """How old something is, in words."""
    if at is None:
        return "–"
    old = max(now - at, timedelta())
    return spoken().say("report.minutes", minutes=int(old.total_seconds() // 60), seconds=f"{int(old.total_seconds() % 60):02}")


def document(shown: Presentation) -> dict[str, Any]:
    """The verdict for a script: what it says, and how it sounds."""
    said = told(shown)
    return {"id": shown.id, "url": f"/gate/{shown.id}", "code": said.code, "sound": said.sound, "said": said.said}


def number_told(number: str) -> tuple[str, ...]:
    """A number in its groups."""
    return groups(_reference(number))
