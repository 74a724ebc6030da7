"""`kiosk demo`: the main job on a sample form, then scans at the terminal. It has a folder of its own within the kiosk's home."""

import os
import subprocess
import sys
from pathlib import Path

import click

from kiosk.cli.prove import stamped
from kiosk.cli.query import asked, from_lines
from kiosk.cli.rows import table
from kiosk.cli.terminal import Terminal, common, written
from kiosk.config import home_folder
from kiosk.core.faults import Unavailable
from kiosk.core.sheet import Header

OFFICE, BADGE = "0453", "12345"
CLIENT = Header(OFFICE, "Courtage Exemple / Example Brokerage", "99999", "519-555-0199")
NUMBERS = ("99999001495785", "99999001495786", "99999001495787", "99999001495788")
MISPRINT = ("99999001495789", "99999-001495788")
"""The sample form of SOCP 4.2 has this fault in its last row: it prints ...789 while its bars say ...788 (Q7)."""


@click.command()
@click.option("--scan/--no-scan", default=True)
@common
@click.pass_obj
def demo(terminal: Terminal, /, *, scan: bool) -> int:
    """The straight line: a form, its scans, the store's answers, the sheet, the stamp, the seal, the PDF, the record."""
    terminal.home = str(home_folder(terminal.home) / "demo")
    home = Path(terminal.home)
    load_store(terminal, home)
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
    if not scan:
        return 0
    terminal.say("cli.demo.examples", examples=", ".join((*NUMBERS[:2], "XXXXPARS0000471", "911")))
    from_lines(terminal)
    return 0


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
