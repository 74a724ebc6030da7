"""How a verdict is told at a terminal, to people and to programs (P2, P4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.cli.terminal import Terminal
from kiosk.config import local
from kiosk.core.hold import HoldList
from kiosk.core.proof import REMOVED, Sealed
from kiosk.core.stamp import Act
from kiosk.core.verdict import OWN, Outcome, Ruling, Standing, Verdict
from kiosk.desks.holds import NEVER
from kiosk.wording import printable
from kiosk.words import Words


@dataclass(frozen=True, slots=True)
class Judged:
    """What a proof comes to: its seals, its rows, what is known of holds, when, and the code of a PDF's own signature.

    `seals_from` is whose seals they are, of a sheet that was named by its number: record or office.
    """

    verdict: Verdict
    rulings: tuple[Ruling, ...]
    standings: Mapping[str, Standing]
    at: datetime
    signature: str
    seals_from: str = ""

    @property
    def releasable(self) -> list[str]:
        """The numbers whose goods may go."""
        return [one.row.number for one in self.rulings if one.outcome is Outcome.RELEASE]


def told_as_document(judged: Judged) -> dict[str, Any]:
    """The verdict as one JSON document."""
    verdict, first = judged.verdict, judged.verdict.statements[0]
    released = [row.number for row in verdict.released]
    held = {one.row.number for one in judged.rulings if one.outcome is Outcome.HELD}
    return {
        "genuine": True,
        "specimen": first.stamp.specimen,
        "sheet": first.sheet,
        "authority": first.stamp.authority,
        "act": str(first.stamp.act),
        "office": first.stamp.office,
        "badge": first.stamp.badge,
        "at": first.stamp.at.isoformat(),
        "client": first.client,
        "checkpoint": first.checkpoint,
        "pages": [page.page for page in verdict.statements],
        "missing": list(verdict.missing),
        "signature": judged.signature or None,
        "seals_from": judged.seals_from or None,
        "rows": list(map(_row, judged.rulings)),
        "released": released,
        "proven": [] if first.stamp.specimen else [number for number in released if number not in held],
        "releasable": judged.releasable,
        "holds": [_list(name, one, judged.at) for name, one in sorted(judged.standings.items()) if name != OWN],
    }


def _row(ruling: Ruling) -> dict[str, Any]:
    row = ruling.row
    return {
        "row": row.place,
        "mark": row.mark,
        "number": row.number,
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "office": row.office,
        "keyed": row.keyed,
        "reason": row.reason,
        "outcome": str(ruling.outcome),
        "why": ruling.why,
    }


def _list(station: str, standing: Standing, at: datetime) -> dict[str, Any]:
    """What is known of one station's holds, and how old it is; `serial` is of a list."""
    serial = standing.serial if isinstance(standing, HoldList) else None
    age = round((at - standing.issued_at).total_seconds())
    return {"station": station, "serial": serial, "issued_at": standing.issued_at.isoformat(), "age_seconds": age}


def told_to_people(terminal: Terminal, judged: Judged) -> None:
    """The verdict in sentences and a table."""
    verdict, first = judged.verdict, judged.verdict.statements[0]
    at = first.stamp.at.astimezone(local(terminal.parts.settings.zone))
    terminal.say("cli.verify.specimen" if first.stamp.specimen else "cli.verify.genuine", authority=first.stamp.authority)
    if first.client:
        terminal.say("cli.verify.client", client=printable(first.client))
    badge = first.stamp.badge or terminal.words.say("paper.no-badge", station=first.sheet[:4])
    terminal.say("cli.verify.stamp", sheet=first.sheet, office=first.stamp.office, badge=badge, at=f"{at:%Y-%m-%d %H:%M:%S %Z}")
    if first.stamp.act is Act.IN_BOND:
        terminal.say("cli.verify.in-bond")
    if verdict.missing:
        terminal.say("cli.verify.missing", pages=", ".join(map(str, verdict.missing)))
    if judged.seals_from:
        terminal.say("cli.gate.seals", whence=terminal.words.say(f"screen.gate.seals-from.{judged.seals_from}"))
    if judged.signature:
        terminal.say(f"cli.verify.signature.{judged.signature}")
    terminal.table(
        [terminal.words.say(f"cli.column.{name}") for name in ("row", "number", "mark", "reason")] + [_heading(terminal.words)],
        [_line(terminal.words, one) for one in judged.rulings],
    )
    terminal.say("cli.verify.released", count=len(verdict.released), total=len(judged.rulings))
    _tell_holds(terminal, judged)


def _tell_holds(terminal: Terminal, judged: Judged) -> None:
    """How old what is known of holds is; and what may go by it."""
    own = {name: one for name, one in judged.standings.items() if name in judged.verdict.stations}
    if not own:
        terminal.say("cli.gate.no-list")
    for name, one in sorted(own.items()):
        if one.issued_at <= NEVER:
            terminal.say("cli.gate.never", station=name)
            continue
        minutes = max(0, round((judged.at - one.issued_at).total_seconds() / 60))
        terminal.say("cli.gate.list", station=name, minutes=minutes)
    terminal.say("cli.gate.releasable", count=len(judged.releasable), total=len(judged.rulings))


def _heading(words: Words) -> str:
    return words.say("screen.gate.col-outcome")


def _line(words: Words, ruling: Ruling) -> tuple[str, ...]:
    row = ruling.row
    outcome = words.say(f"screen.gate.outcome.{ruling.outcome}")
    return str(row.place), row.number, _mark(words, row.mark), _remark(words, row), outcome


def _mark(words: Words, mark: str) -> str:
    letter = "" if mark == REMOVED else mark
    return f"{letter:<4}" + words.say(f"mark.{mark}")


def _remark(words: Words, row: Sealed) -> str:
    return row.reason or (words.say("advice.keyed") if row.keyed else "")
