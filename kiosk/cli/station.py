"""`kiosk station`: reads the scanners of this machine into the station's memory, until it is ended.

It stands by itself: neither the counter nor the record nor the release system need be there for a scan to be kept.
"""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import click

from kiosk import log
from kiosk.cli.terminal import Terminal, common
from kiosk.config import Parts, clock
from kiosk.core.faults import Refusal, Unavailable
from kiosk.fitting import Fitting
from kiosk.settings import load
from kiosk.station.bell import ring
from kiosk.station.keeping import Keeping
from kiosk.station.notify import Keeper
from kiosk.station.scanners import Rules
from kiosk.station.shift import Shift
from kiosk.station.spool import Lamp, Spool
from kiosk.station.tones import Tones
from kiosk.wording import printable
from kiosk.words import Words


@click.command()
@common
@click.pass_obj
def station(terminal: Terminal) -> int:
    """Until it is ended; what was kept stays kept."""
    from drivers.hotplug import Watch  # noqa: PLC0415 - start-up

    settings = terminal.parts.settings
    with only_one(settings.home), Tones(settings.scanning.sound) as tones:
        spool = Spool(settings.home)
        keeping = Keeping(spool, partial(ring, settings.home), tones.play, lambda: None, clock, time.monotonic)
        shift = Shift(
            home=settings.home,
            watch=Watch(),
            keeping=keeping,
            rules=rules(terminal.parts),
            reread=partial(reread, terminal),
            told=partial(told, terminal),
            summed=lambda ready, all_: terminal.words.say("station.summed", ready=ready, all=all_),
            keeper=Keeper.of(),
        )
        return work(terminal, shift)


def work(terminal: Terminal, shift: Shift) -> int:
    """One shift, from its first word to its last; ended by SIGTERM or SIGINT, its settings read again at SIGHUP."""
    log.begin()
    name = terminal.parts.settings.station
    for number, answer in ((signal.SIGTERM, shift.end), (signal.SIGINT, shift.end), (signal.SIGHUP, shift.renew)):
        signal.signal(number, answer)
    _say(terminal, {"station": name, "state": "began"}, terminal.words.say("station.began", station=name))
    try:
        shift.run()
    except OSError as error:
        raise Unavailable("station", "no-watch", str(error)) from error
    finally:
        shift.keeping.spool.close()
    _say(terminal, {"station": name, "state": "ended"}, terminal.words.say("station.ended", station=name))
    return 0


def rules(parts: Parts) -> Rules:
    """What is set of the scanners, in the station's terms."""
    expected = {table.device: table.called for table in parts.settings.scanner if not table.ignore}
    fitting = Fitting(parts.settings)
    return Rules(fitting.taken, fitting.scanner, fitting.source, fitting.table, expected)


def reread(terminal: Terminal) -> Rules | None:
    """The rules of the settings as they are now; None where they can't be used, which is said."""
    home = terminal.parts.settings.home
    try:
        if not (home / "kiosk.toml").exists():  # `load` would make it: another station, without its scanners
            raise Unavailable("home", "gone", f"{home / 'kiosk.toml'}: not there")
        return rules(Parts(load(home)))
    except (Refusal, Unavailable) as no:
        why = terminal.why(no) if isinstance(no, Refusal) else str(no)
        _say(terminal, {"state": "settings-kept", "why": why}, terminal.words.say("station.kept-settings", why=why))
        return None


def told(terminal: Terminal, lamp: Lamp) -> None:
    """Say how a scanner is now. Never what it read."""
    if lamp.state == "not-taken":
        return
    document = {"device": lamp.device, "name": lamp.name, "kind": lamp.kind, "state": lamp.state, "why": lamp.why}
    said = {"at": f"{lamp.at.astimezone():%H:%M:%S}", "name": printable(lamp.name)}
    said |= {"state": terminal.words.say(f"station.state.{lamp.state}")}
    if lamp.state == "ready":
        _say(terminal, document, terminal.words.say("station.lamp", **said))
    else:
        _say(terminal, document, terminal.words.say("station.lamp-why", why=why_of(terminal.words, lamp.why), **said))


def why_of(words: Words, why: str) -> str:
    """Why a scanner is as it is, in words; the bare code where it has none, so that nothing is left unsaid."""
    keys = (f"station.why.{why}", f"unread.{why}")
    return next((words.say(key) for key in keys if key in words), why)


def _say(terminal: Terminal, document: dict[str, str], sentence: str) -> None:
    """A line of JSON, or a sentence to the standard error: where the system's own log takes it."""
    with suppress(OSError):  # nobody listens any more: the scanners are read all the same
        _told(terminal, document, sentence)


def _told(terminal: Terminal, document: dict[str, str], sentence: str) -> None:
    if terminal.json:
        terminal.show(document | {"at": clock().isoformat(timespec="milliseconds")})
    else:
        click.echo(sentence, err=True)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """The station of this home, which no other process is meanwhile."""
    path = home / "station" / "station.lock"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        code = {28: "disk-full", 30: "read-only", 13: "read-only"}.get(error.errno or 0, "gone")
        raise Unavailable("station", code, f"{path}: {error.strerror}") from error
    with os.fdopen(descriptor) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal("station-running", got=str(home)) from error
        yield
