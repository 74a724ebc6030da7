"""`kiosk printer`: how the printer is; with --test, a page marked SPECIMEN is sent to it and followed (P7).

The page belongs to no sheet and proves nothing, and the command itself follows it: it goes to the printer at once, and by no queue.
"""

import time
from typing import Final

import click

from kiosk.cli.terminal import REFUSED, UNKNOWN, Terminal, common
from kiosk.config import clock, local
from kiosk.core.condition import Condition, Lamp
from kiosk.core.faults import Unavailable
from kiosk.core.printing import State, Word
from kiosk.ports import Printer
from kiosk.wording import of_printer

SECONDS: Final = 30.0
"""How long a test page is followed."""
EACH: Final = 0.5
_CODES: Final = {State.DONE: 0, State.FAILED: REFUSED}


@click.command()
@click.option("--test", is_flag=True)
@common
@click.pass_obj
def printer(terminal: Terminal, /, *, test: bool) -> int:
    """How it is, and 1 where nothing would come out; or what became of the test page."""
    asked = terminal.parts.printer
    now = asked.condition()
    if not test:
        _told(terminal, asked, now)
        return REFUSED if now.lamp is Lamp.BAD else 0
    return _tested(terminal, asked)


def _told(terminal: Terminal, asked: Printer, now: Condition) -> None:
    if terminal.json:
        shown = {"printer": asked.name, "state": now.lamp, "reasons": now.reasons, "model": now.model, "detail": now.detail}
        terminal.show(shown)
        return
    said = terminal.words
    click.echo(asked.name)
    click.echo(said.say(f"printer.lamp.{now.lamp}"))
    for code in now.reasons:
        click.echo(f"  {of_printer(said, code)}")


def _tested(terminal: Terminal, asked: Printer) -> int:
    from kiosk.adapters.pdf.specimen import draw_specimen  # noqa: PLC0415 - start-up

    set_, at = terminal.parts.settings, clock()
    name = f"SPECIMEN {set_.station} {at:%Y%m%dT%H%M%S%f}"
    job = asked.submit(draw_specimen(set_.station, at, local(set_.zone)), name)
    if not terminal.json:
        terminal.say("cli.printer.sent", job=job)
    word = _followed(terminal, asked, job, name)
    if terminal.json:
        terminal.show({"printer": asked.name, "job": job, "state": word.state, "reasons": word.reasons})
    return _CODES.get(word.state, UNKNOWN)


def _followed(terminal: Terminal, asked: Printer, job: str, name: str) -> Word:
    """What the printer says last of a job: done or failed, or whatever it is when nobody waits any longer."""
    end, last = time.monotonic() + SECONDS, tuple[str, ...]()
    while True:
        word, now = _asked(asked, job, name)
        told = (word.state, *word.reasons, *now.reasons)
        if told != last and not terminal.json:
            words = [of_printer(terminal.words, code) for code in (*word.reasons, *now.reasons)]
            click.echo(" ".join([f"{terminal.words.say(f'printer.state.{word.state}')}.", *words]))
        if word.state in _CODES or time.monotonic() > end:
            return word if word.state in _CODES else Word(State.UNKNOWN, now.reasons)
        last = told
        time.sleep(EACH)


def _asked(asked: Printer, job: str, name: str) -> tuple[Word, Condition]:
    """What it says of the job and of itself; nothing is known while it is silent."""
    try:
        return asked.word(job, name), asked.condition()
    except Unavailable as no:
        return Word(State.UNKNOWN, (no.code,)), Condition()
