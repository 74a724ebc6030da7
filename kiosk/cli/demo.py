"""`kiosk demo`: the main job on a sample form, then the counter for a browser. It has a folder of its own in the kiosk's home."""

import os
import subprocess
import sys
from pathlib import Path

import click

from kiosk.cli.prove import stamped
from kiosk.cli.query import asked
from kiosk.cli.rows import table
from kiosk.cli.terminal import Terminal, common, written
from kiosk.cli.users import staff_of
from kiosk.cli.web import asked_for, served
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from kiosk.settings import home_folder, load

OFFICE, BADGE, PIN = "0453", "12345", "417305"
CHIEF = "54321"
"""The badge of who manages users, keys and devices: nobody does that and stamps, too."""
CLIENT = Header(OFFICE, "Courtage Exemple / Example Brokerage", "99999", "519-555-0199")
NUMBERS = ("99999001495785", "99999001495786", "99999001495787", "99999001495788")
MISPRINT = ("99999001495789", "99999-001495788")
"""The sample form of SOCP 4.2 has this fault in its last row: it prints ...789 while its bars say ...788 (Q7)."""


@click.command()
@click.option("--serve/--no-serve", default=True)
@click.option("--port", type=click.IntRange(0, 65_535))
@common
@click.pass_obj
def demo(terminal: Terminal, /, port: int | None, *, serve: bool) -> int:
    """The straight line: a form, its scans, the store's answers, the sheet, the stamp, the seal, the PDF, the record."""
    terminal.home = str(home_folder(terminal.home) / "demo")
    home = Path(terminal.home)
    settle(terminal, home)
    form = sample_form(terminal, home)
    terminal.say("cli.demo.form", path=form)
    counter = terminal.parts.counter
    sheet = asked(terminal, (str(form),), CLIENT, BADGE)
    table(terminal, sheet)
    for row in sheet.faults:
        terminal.say("cli.demo.removed", row=row)
        sheet = counter.remove(sheet, row, terminal.words.say("cli.demo.reason"), BADGE)
    proof = stamped(terminal, sheet, BADGE, home / "sheets")
    terminal.say("cli.demo.proof", path=proof)
    terminal.say("cli.demo.next", home=home, form=form, proof=proof)
    if not serve:
        return 0
    terminal.say("cli.demo.examples", examples=", ".join((*NUMBERS[:2], "XXXXPARS0000471", "911")), form=form)
    terminal.say("cli.demo.log-in", badge=BADGE, chief=CHIEF, pin=PIN)
    return served(terminal, asked_for(terminal.parts.settings, None, port))


def settle(terminal: Terminal, home: Path) -> None:
    """An office, its releases, and somebody at work; once."""
    load_store(terminal, home)
    settings = home / "kiosk.toml"
    if not settings.exists():
        load(home)
        text = settings.read_text(encoding="utf-8").replace('# office = ""   ', f'office = "{OFFICE}"', 1)
        settings.write_text(text, encoding="utf-8")
    staff = staff_of(terminal)
    if not staff.roll.administrators():
        staff.add(CHIEF, "Administration", Role.ADMINISTRATOR, PIN, CHIEF)  # each by himself: the PIN is his own
        staff.add(BADGE, "Demonstration", Role.SUPERVISOR, PIN, BADGE)


def sample_form(terminal: Terminal, home: Path) -> Path:
    """The query form as a client would bring it, with the sample's fault in its last row."""
    rows = [(number, f"{number[:5]}-{number[5:]}") for number in NUMBERS]
    pdf = terminal.parts.paper.form(CLIENT, [*rows, MISPRINT], "code128", 0)
    return written(home / "forms" / "sample-form.pdf", pdf)


def load_store(terminal: Terminal, home: Path) -> None:
    """The demonstration's releases, once; the stub is an outside system, so it is called as one."""
    if (home / "acros.sqlite3").exists():
        return
    terminal.note("cli.demo.loading")
    load = [sys.executable, "-m", "acros_stub", "load", "--demo"]
    done = subprocess.run(load, capture_output=True, text=True, check=False, env={**os.environ, "KIOSK_HOME": str(home)})
    if done.returncode:
        raise Unavailable("store", "down", done.stderr.strip()[-300:])
