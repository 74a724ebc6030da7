"""`kiosk journal`: the record, shown, searched, exported, verified (Q10)."""

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from kiosk.cli.prove import handed_over
from kiosk.cli.terminal import REFUSED, Progress, Terminal, as_json, common, named_file
from kiosk.config import clock, local
from kiosk.core.faults import Refusal
from kiosk.core.journal import HandedOver, Stamped
from kiosk.desks.papers import drawn
from kiosk.desks.record.table import harmless
from kiosk.desks.record.telling import fact_fields, fact_name
from kiosk.ports import Found
from kiosk.wording import printable


@click.group()
@common
def journal() -> None:
    """The record of all that happened."""


@journal.command()
@click.argument("subject", required=False)
@click.option("--last", type=click.IntRange(1), default=20)
@common
@click.pass_obj
def show(terminal: Terminal, subject: str | None, last: int) -> int:
    """Everything about one sheet, or the newest entries."""
    record = terminal.parts.journal
    if subject:
        found: Iterable[Found] = record.entries(subject.upper()) or record.entries(subject)
    else:
        found = record.since(max(0, record.checkpoint().size - last))
    return _listed(terminal, list(found), subject or "")


@journal.command()
@click.option("--number")
@click.option("--sheet")
@click.option("--badge")
@click.option("--day", metavar="YYYY-MM-DD")
@common
@click.pass_obj
def search(terminal: Terminal, number: str | None, sheet: str | None, badge: str | None, day: str | None) -> int:
    """What fits all that is given."""
    if not any((number, sheet, badge, day)):
        raise Refusal("nothing-to-search")
    wanted = sheet.upper() if sheet else None
    days = _around(day) if day else [None]
    every = [one for each in days for one in terminal.parts.journal.find(number=number or wanted, badge=badge, day=each)]
    found = _on_day(terminal, every, day)
    return _listed(terminal, [one for one in found if wanted in (None, one.entry.subject)], number or sheet or badge or day or "")


@journal.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl")
@click.option("--from", "start", type=click.IntRange(0), default=0)
@common
@click.pass_obj
def export(terminal: Terminal, form: str, start: int) -> int:
    """Every entry, to standard output."""
    entries = terminal.parts.journal.since(start)
    if form == "jsonl":
        for one in entries:
            click.echo(as_json(_document(one)))
        return 0
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["position", "at", "subject", "by", "fact", "is"])
    for one in entries:
        row = _document(one)
        cells = [row["at"], row["subject"], row["by"], row["fact"], as_json(row["is"])]
        table.writerow([row["position"], *map(harmless, cells)])
    return 0


@journal.command()
@click.option("--against", metavar="CHECKPOINT")
@common
@click.pass_obj
def verify(terminal: Terminal, against: str | None) -> int:
    """Whether anything was altered, taken out, put in another order or cut off."""
    record = terminal.parts.journal
    against = against and checkpoint_of(terminal, against)
    findings = record.verify(against, Progress(terminal, "cli.journal.verifying"))
    checkpoint = record.checkpoint()
    if terminal.json:
        terminal.show({"sound": not findings, "checkpoint": checkpoint.short, "findings": [asdict(one) for one in findings]})
        return REFUSED if findings else 0
    for one in findings:
        terminal.say(
            "cli.journal.finding", code=one.code, position=one.position if one.position is not None else "-", detail=one.detail
        )
    if not findings:
        terminal.say("cli.journal.sound", size=checkpoint.size, checkpoint=checkpoint.short)
    return REFUSED if findings else 0


@journal.command()
@common
@click.pass_obj
def checkpoint(terminal: Terminal) -> int:
    """The head of the record: as it is printed on sheets, and as a signed note to be kept elsewhere."""
    head = terminal.parts.journal.checkpoint()
    note = terminal.parts.note(head)
    if terminal.json:
        terminal.show({"size": head.size, "root": head.root.hex(), "short": head.short, "note": note})
    else:
        click.echo(head.short)
        click.echo(note, nl=False)
    return 0


@journal.command()
@click.argument("sheet")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path())
@common
@click.pass_obj
def document(terminal: Terminal, sheet: str, out: Path) -> int:
    """The stamped sheet of the record once more: for who was interrupted before he had it. A voided one is not given out."""
    facts = [one.entry.fact for one in terminal.parts.journal.entries(sheet.upper())]
    stamped = next((fact for fact in facts if isinstance(fact, Stamped)), None)
    if stamped is None:
        raise Refusal("not-stamped", got=sheet)
    copies = sum(isinstance(fact, HandedOver) and fact.document == stamped.document for fact in facts)
    pdf = drawn(terminal.parts.journal, stamped.document)
    name = f"{sheet.upper()}-{copies + 1}.pdf" if copies else f"{sheet.upper()}.pdf"
    path = handed_over(terminal, terminal.parts.counter.find(sheet.upper()), pdf, out / name, terminal.parts.settings.station)
    terminal.show({"document": str(path), "copy": copies + 1}) if terminal.json else terminal.say(
        "cli.journal.document.done", path=path, copy=copies + 1
    )
    return 0


@journal.command()
@common
@click.pass_obj
def expire(terminal: Terminal) -> int:
    """Drop the documents whose time of keeping is over; entries are kept for ever."""
    parts = terminal.parts
    dropped = parts.journal.expire(clock(), parts.settings.station, parts.keep)
    terminal.show({"dropped": dropped}) if terminal.json else terminal.say("cli.journal.expire.done", dropped=dropped)
    return 0


@journal.command()
@common
@click.pass_obj
def rebuild(terminal: Terminal) -> int:
    """Make the lists that searches use again, from the entries alone."""
    terminal.parts.journal.rebuild()
    terminal.show({"rebuilt": True}) if terminal.json else terminal.say("cli.journal.rebuilt")
    return 0


def checkpoint_of(terminal: Terminal, against: str) -> str:
    """A checkpoint as it is printed on sheets: given as such, or as the file of a signed note."""
    file = named_file(against)
    return terminal.parts.read_checkpoint(file).short if file else against


def _on_day(terminal: Terminal, found: list[Found], day: str | None) -> list[Found]:
    """What happened on a day of the office's own zone."""
    zone = local(terminal.parts.settings.zone)
    return [one for one in found if day is None or f"{one.entry.at.astimezone(zone):%Y-%m-%d}" == day]


def _around(day: str) -> list[str]:
    """The UTC days that a day of any zone lies in."""
    try:
        middle = date.fromisoformat(day)
        return [str(middle + timedelta(days=n)) for n in (-1, 0, 1)]
    except (ValueError, OverflowError):
        raise Refusal("not-a-day", expected="a day such as 2026-11-22", got=day) from None


def _listed(terminal: Terminal, found: list[Found], asked: str) -> int:
    if terminal.json:
        terminal.show({"entries": [_document(one) for one in found]})
        return 0 if found else REFUSED
    if not found:
        terminal.say("cli.journal.none", asked=printable(asked))
        return REFUSED
    zone = local(terminal.parts.settings.zone)
    rows = [
        (
            str(one.position),
            f"{one.entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            one.entry.subject,
            one.entry.by,
            _told(terminal, one),
        )
        for one in found
    ]
    terminal.table([terminal.words.say(f"cli.column.{name}") for name in ("position", "at", "subject", "by", "fact")], rows)
    return 0


def _document(one: Found) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(one.entry.encode())
    return {"position": one.position, **whole}


def _told(terminal: Terminal, one: Found) -> str:
    """The fact in short: its name, and the fields that fit on a line."""
    fields = fact_fields(terminal.words, one.entry.fact)
    shown = ", ".join(f"{said} {value}" for name, said, value in fields if len(value) <= 40 and name not in ("raw", "scan"))
    return f"{fact_name(terminal.words, one.entry.fact)}: {shown}" if shown else fact_name(terminal.words, one.entry.fact)
