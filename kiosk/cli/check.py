"""`kiosk check`: the opening self-test. Every part is examined and said, with what to do about it, whatever the others are."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import click

from kiosk.adapters.ntp import synchronised
from kiosk.cli.station import rules, why_of
from kiosk.cli.terminal import REFUSED, UNKNOWN, Terminal, common
from kiosk.config import Parts, clock, local
from kiosk.core.condition import Lamp
from kiosk.desks import opening
from kiosk.desks.opening import Part, State
from kiosk.station import inspection
from kiosk.station.spool import Spool
from kiosk.station.tones import Tones
from kiosk.wording import printable, why
from kiosk.words import Words

CODES: Final = {"bad": REFUSED, "unknown": UNKNOWN}
PATIENCE: Final = 2.0
"""Seconds after which it is said what is still being examined."""


@click.command()
@common
@click.pass_obj
def check(terminal: Terminal) -> int:
    """0 where the counter can open, 1 where something is bad, 3 where something could not be asked."""
    found: list[Part] = []
    for part in examined(terminal):
        found.append(part)
        if not terminal.json:
            _said(terminal, part)
    whole = opening.worst(found)
    if terminal.json:
        terminal.show({"state": whole, "parts": [document(terminal, part) for part in found]})
    else:
        terminal.say(f"check.whole.{whole}")
    return CODES.get(whole, 0)


def examined(terminal: Terminal) -> Iterator[Part]:
    """Every part, each as soon as it is known."""
    parts = terminal.parts
    for name, examine in (
        ("scanner", _scanners),
        ("printer", _printer),
        ("store", lambda parts: [opening.store(parts.store)]),
        ("record", _record),
        ("keys", _keys),
        ("disk", lambda parts: [opening.disk(parts.settings.home)]),
        ("reading", _reading),
        ("sound", _sound),
    ):
        with _patience(terminal, name):
            yield from _safely(name, examine, parts)


def _safely(name: str, examine: Callable[[Parts], Iterable[Part]], parts: Parts) -> Iterator[Part]:
    """What an examination finds; one that says no, or fails, is a part that is bad, and the others are examined all the same."""
    try:
        yield from examine(parts)
    except Exception as error:  # noqa: BLE001 - a fault of ours too is one part that is bad
        yield opening.refused(name, error)


def _scanners(parts: Parts) -> Iterator[Part]:
    from drivers.hotplug import present  # noqa: PLC0415 - start-up

    with closing(Spool(parts.settings.home)) as spool:
        yield from inspection.scanners(spool, rules(parts), present, clock())


def _printer(parts: Parts) -> Iterator[Part]:
    """A folder takes a file, which is written down to the disk and goes again; another printer says how it is."""
    table = {"kind": "folder", "folder": "printed", **parts.settings.printer}
    if table["kind"] != "folder":
        now = parts.printer.condition()
        state: State = "good" if now.lamp is Lamp.GOOD else "poor" if now.lamp is Lamp.POOR else "bad"
        yield Part("printer", state, next(iter(now.reasons), "answers"), about=parts.printer.name)
        return
    folder = Path(parts.settings.home / str(table["folder"]))
    own = folder == parts.settings.home / "printed"
    try:
        with tempfile.TemporaryFile(dir=folder.parent if own and not folder.exists() else folder) as file:
            file.write(b"%PDF")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield Part("printer", "bad", {28: "disk-full", 30: "read-only", 13: "read-only"}.get(error.errno or 0, "gone"), str(folder))
    else:
        yield Part("printer", "good", "writable")


def _record(parts: Parts) -> Iterator[Part]:
    with closing(parts.journal) as journal:
        yield opening.record(journal)
        yield opening.clock(journal, clock, synchronised=synchronised())


def _keys(parts: Parts) -> Iterator[Part]:
    if not parts.keys_made:
        yield Part("keys", "poor", "not-made")
        return
    yield opening.keys(parts.keys.trust(), clock())
    with parts.keys.held():  # a private key that can't be read, or that others can read, says so
        pass


def _reading(parts: Parts) -> Iterator[Part]:
    """Less evidence than there could be is somebody's decision, of which whoever opens the counter is told."""
    dial = parts.settings.reading.evidence
    yield Part("reading", "good" if dial == "strict" else "poor", str(dial))


def _sound(parts: Parts) -> Iterator[Part]:
    setting = parts.settings.scanning.sound
    yield inspection.sound(Tones(setting), setting)


@contextmanager
def _patience(terminal: Terminal, name: str) -> Iterator[None]:
    """Say what is being examined, if that takes long."""
    said = terminal.words.say("check.still", part=terminal.words.say(f"check.part.{name}"))
    timer = threading.Timer(PATIENCE, click.echo, [said], {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _said(terminal: Terminal, part: Part) -> None:
    words = terminal.words
    sign, name = words.say(f"check.sign.{part.state}"), words.say(f"check.part.{part.name}")
    terminal.say("check.line", sign=sign, part=name, said=sentence(terminal, part))
    if advice := remedy(words, part):
        terminal.say("check.next", next=advice)


def document(terminal: Terminal, part: Part) -> dict[str, Any]:
    """A part as JSON."""
    said = {"part": part.name, "state": part.state, "code": part.code, "about": part.about, **part.figures}
    return said | {"message": sentence(terminal, part), "next": remedy(terminal.words, part)}


def sentence(terminal: Terminal, part: Part) -> str:
    """How a part is, in words; its bare code where it has none, so that nothing is left unsaid."""
    words = terminal.words
    at = f"{part.at.astimezone(local(terminal.parts.settings.zone)):%Y-%m-%d %H:%M}" if part.at else ""
    device = part.name in {"scanner", "camera"}
    tables = (f"check.said.{part.name}", "check.said.any", "station.why" if device else "unavailable", "printer.why")
    keys = [f"{table}.{part.code}" for table in tables]
    if part.no is not None:
        said = why(words, part.no)
    else:
        key = next((key for key in keys if key in words), "")
        said = words.say(key, at=at, **part.figures) if key else why_of(words, part.code)
    return words.say("check.about", about=printable(part.about), said=said) if part.about else said


def remedy(words: Words, part: Part) -> str:
    """What to do about a part; empty where all is well."""
    keys = (f"check.do.{part.name}.{part.code}", f"check.do.{part.name}.other")
    found = next((key for key in keys if key in words), "")
    return words.say(found, about=printable(part.about)) if found and part.state != "good" else ""
