"""`kiosk holds`: what is on hold, placed and lifted by hand, and the signed list for gates (P4)."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kiosk.cli.terminal import REFUSED, Terminal, common, written
from kiosk.config import local
from kiosk.core.stamp import badge_number
from kiosk.desks.holds import EXAM, NEVER, Hold
from kiosk.wording import printable

REASON = click.option("--reason", required=True)
BADGE = click.option("--badge", required=True)


@click.group()
@common
def holds() -> None:
    """Goods on hold."""


@holds.command()
@click.argument("number", required=False, default="")
@common
@click.pass_obj
def show(terminal: Terminal, number: str) -> int:
    """What is on hold, newest first."""
    desk = terminal.parts.holds
    found = _of_number(terminal, number) if number else desk.active()
    known = desk.known_to()
    if terminal.json:
        terminal.show({"holds": [_document(one) for one in found], "known_to": known.isoformat() if known > NEVER else None})
        return 0
    if found:
        head = [terminal.words.say(f"screen.holds.col-{name}") for name in ("number", "since", "by", "reason", "bound")]
        terminal.table(["ID", *head], [_row(terminal, one) for one in found])
    else:
        terminal.say("cli.holds.none")
    if known > NEVER:
        terminal.say("cli.holds.known", at=_time(terminal, known))
    else:
        terminal.say("cli.holds.unknown")
    return 0


@holds.command()
@click.argument("number")
@REASON
@BADGE
@common
@click.pass_obj
def place(terminal: Terminal, number: str, reason: str, badge: str) -> int:
    """Put a number on hold."""
    desk = terminal.parts.holds
    hold = desk.place(number, reason, badge_number(badge, terminal.parts.settings.badge))
    desk.follow()
    hold, given = desk.find(hold.name), desk.given(hold)
    if terminal.json:
        terminal.show(_document(hold) | {"given": [{"sheet": one.sheet, "rows": list(one.rows)} for one in given]})
        return 0
    terminal.say("cli.holds.placed", number=hold.said[0][1], hold=hold.name)
    if hold.bound:
        terminal.say("cli.holds.bound", numbers=", ".join(number for _, number in hold.bound))
    if hold.unasked:
        terminal.say("cli.holds.unasked", why=hold.unasked)
    for one in given:
        terminal.say("cli.holds.given", sheet=one.sheet, rows=", ".join(map(str, one.rows)))
    if hold.late:
        terminal.say("cli.holds.late")
    return 0


@holds.command()
@click.argument("hold")
@REASON
@BADGE
@common
@click.pass_obj
def lift(terminal: Terminal, hold: str, reason: str, badge: str) -> int:
    """Lift a hold."""
    lifted = terminal.parts.holds.lift(hold, reason, badge_number(badge, terminal.parts.settings.badge))
    terminal.show(_document(lifted)) if terminal.json else terminal.say("cli.holds.lifted", hold=lifted.name)
    return 0


@holds.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path())
@common
@click.pass_obj
def export(terminal: Terminal, out: Path) -> int:
    """The newest list; a new one if something has changed."""
    lists = terminal.parts.hold_lists
    made, text = lists.keep() or lists.newest(), lists.text()
    if made is None or text is None:
        terminal.show({"list": None}) if terminal.json else terminal.say("cli.holds.no-list")
        return REFUSED
    path = written(out / "hold.list", text + b"\n")
    told = {"list": str(path), "serial": made.serial, "complete_to": made.issued_at.isoformat()}
    terminal.show(told) if terminal.json else terminal.say(
        "cli.holds.exported", serial=made.serial, at=_time(terminal, made.issued_at), path=path
    )
    return 0


def _of_number(terminal: Terminal, number: str) -> tuple[Hold, ...]:
    found = {hold.name: hold for kind in ("ccn", "transaction") for hold in terminal.parts.holds.of_number(kind, number)}
    return tuple(found.values())


def _row(terminal: Terminal, hold: Hold) -> tuple[str, ...]:
    words = terminal.words
    by = hold.by if hold.source == "hand" else words.say(f"screen.holds.source-{hold.source}")
    why = words.say("screen.holds.exam") if hold.source != "hand" and hold.reason == EXAM else printable(hold.reason)
    return hold.name, hold.said[0][1], _time(terminal, hold.at), by, why, str(len(hold.bound) or "-")


def _time(terminal: Terminal, at: datetime) -> str:
    return f"{at.astimezone(local(terminal.parts.settings.zone)):%Y-%m-%d %H:%M:%S %Z}"


def _document(hold: Hold) -> dict[str, Any]:
    return {
        "hold": hold.name,
        "placed_at": hold.at.isoformat(),
        "by": hold.by,
        "source": hold.source,
        "reason": hold.reason,
        "said": [list(one) for one in hold.said],
        "bound": [list(one) for one in hold.bound],
        "late": hold.late is not None,
        "lifted": hold.lifted is not None,
    }
