"""`kiosk devices enrol`: a scanner is made known by scanning one sheet; how it sends is written into kiosk.toml (D1, D2, D5)."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import click

from drivers.enrol import FINISH, FULL, PLAIN, Learned, Lessons, Told
from drivers.hotplug import Came, Device, Gone, Kind, Watch
from drivers.manner import Manner
from drivers.serial_port import Line
from kiosk.adapters.pdf.bars import QUIET, runs
from kiosk.adapters.pdf.enrolment import draw_enrolment
from kiosk.cli.ears import Ear, Ears, ear
from kiosk.cli.lessons import sentence, shut
from kiosk.cli.terminal import REFUSED, Terminal, common, written
from kiosk.core.faults import Refusal, Unavailable
from kiosk.fitting import Fitting
from kiosk.settings.enrolled import keep
from kiosk.station.bell import ring
from kiosk.wording import could_not, mended, printable

TURN: Final = 0.1
"""Seconds between two looks at what has come and gone."""
AGAIN: Final = 20
"""Turns between two tries at a device that did not open: whoever holds it may let it go."""
_NEXT: Final = {"once": ("code39", PLAIN), "learned": ("code128", FINISH)}
"""The symbol that comes next on the terminal."""
Changes = Callable[[float], Sequence[Came | Gone]]
Opens = Callable[[Device, Line], Ear]


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("enrolment.pdf"))
@click.option("--screen", is_flag=True)
@click.option("--sheet-only", is_flag=True)
@click.option("--device", "wanted", default="")
@click.option("--name", "called", default="")
@common
@click.pass_obj
def enrol(terminal: Terminal, /, out: Path, wanted: str, called: str, *, screen: bool, sheet_only: bool) -> int:
    """The sheet first; then each scanner that is there, or comes, until one says that it is enough."""
    if not (screen and shown(terminal, "code128", FULL)):
        terminal.note("enrol.sheet", path=written(out, draw_enrolment()))
    if sheet_only:
        return 0
    enrolment = Enrolment(terminal, wanted, called, screen=screen)
    with ExitStack() as opened:
        try:
            watch = opened.enter_context(Watch())
        except OSError as error:
            raise Unavailable("station", "no-watch", str(error)) from error
        enrolment.run(watch.changes)
    return 0 if enrolment.kept else REFUSED


class Enrolment:
    """What goes on between the first scan of the sheet and the last.

    `wanted` is the id of the only device that is listened to, `called` the name that it is to have.
    """

    def __init__(
        self,
        terminal: Terminal,
        wanted: str = "",
        called: str = "",
        *,
        screen: bool = False,
        opens: Opens | None = None,
        ears: Ears | None = None,
    ) -> None:
        self._terminal, self._wanted, self._called, self._screen = terminal, wanted, called, screen
        self._opens: Final = opens or ear
        self._devices: dict[str, Device] = {}
        self._lessons: dict[str, Lessons] = {}
        self._shut: dict[str, str] = {}
        """Why a device did not open, by its id."""
        self._ears: Final = ears or Ears()
        self.kept: Final[set[str]] = set()
        """The ids of the devices whose tables were written."""

    def run(self, changes: Changes) -> None:
        """Until a scanner has scanned the last symbol, or the only one that is wanted is known and has its name."""
        try:
            self._come_and_gone(changes(0.0))
            if not self._devices:
                self._terminal.note("enrol.not-there" if self._wanted else "enrol.plug-in", id=printable(self._wanted))
            for turn in count(1):
                if self._finished:
                    return
                self._come_and_gone(changes(0.0))
                if turn % AGAIN == 0:
                    self._try_again()
                for device, one in self._ears.wait(TURN):
                    self._heard(self._devices[device], one.teach(self._lessons[device]))
        finally:
            self._ears.close()

    @property
    def _finished(self) -> bool:
        if any(one.finished for one in self._lessons.values()):
            return True
        return bool(self._wanted) and any(self._called or self._lessons[one].name for one in self.kept)

    def _come_and_gone(self, changes: Sequence[Came | Gone]) -> None:
        for change in changes:
            if isinstance(change, Gone):
                self._gone(change.id)
            elif self._is_meant(change.device) and change.device.id not in self._ears:
                self._listen(change.device)

    def _gone(self, device: str) -> None:
        self._ears.drop(device)
        self._shut.pop(device, None)
        if device in self._devices:
            self._say(self._devices[device], Told("shut-gone"))

    def _is_meant(self, device: Device) -> bool:
        """Whether it is listened to: an officer's own keyboard is not, unless he names it."""
        if self._wanted:
            return self._wanted in (device.id, *device.also)
        return device.kind is not Kind.CAMERA and Fitting(self._terminal.parts.settings).taken(device)

    def _listen(self, device: Device) -> None:
        table = Fitting(self._terminal.parts.settings).table(device)
        self._devices[device.id] = device
        self._lessons.setdefault(device.id, Lessons(reports=device.kind is Kind.HID_POS))
        try:
            self._ears.open(device.id, self._opens(device, Line(**table.line) if table else Line()))
        except (OSError, ValueError) as no:
            before, self._shut[device.id] = self._shut.get(device.id), shut(no)
            if before != self._shut[device.id]:
                self._say(device, Told(self._shut[device.id]))
        else:
            self._shut.pop(device.id, None)
            self._say(device, Told("listening"))

    def _try_again(self) -> None:
        for device in list(self._shut):
            self._listen(self._devices[device])

    def _heard(self, device: Device, told: Told | None) -> None:
        if told is None:
            return
        self._say(device, told)
        if told.code in {"learned", "named"}:
            self._keep(device)
        if self._screen and told.code in _NEXT:
            shown(self._terminal, *_NEXT[told.code])

    def _keep(self, device: Device) -> None:
        """Write what was learned, and let the station know."""
        lessons, home = self._lessons[device.id], self._terminal.parts.settings.home
        if lessons.learned is None:
            return
        name = self._called or (self._terminal.words.say(f"enrol.name.{lessons.name}") if lessons.name else "")
        table, manner = Fitting(self._terminal.parts.settings).table(device), manner_of(device, lessons.learned)
        try:
            path = keep(home, table.device if table else device.id, name, manner, keys=device.kind is Kind.KEYBOARD)
        except (Refusal, Unavailable) as no:
            self._not_kept(device, no)
            return
        self.kept.add(device.id)
        ring(home, "station")
        self._say(device, Told("kept", {"path": str(path)}))

    def _not_kept(self, device: Device, no: Refusal | Unavailable) -> None:
        words = self._terminal.words
        why = mended(words, no) if isinstance(no, Refusal) else f"{could_not(words, no)['message']} ({no.detail})"
        self._say(device, Told("not-kept", {"why": why}))

    def _say(self, device: Device, told: Told) -> None:
        said = sentence(self._terminal.words, told, self._lessons[device.id].learned)
        if self._terminal.json:
            self._terminal.show({"device": device.id, "code": told.code, **told.fields, "said": said})
        else:
            self._terminal.say("enrol.line", device=printable(device.name), id=device.id, said=said)


def manner_of(device: Device, learned: Learned) -> Manner:
    """How it sends; a report is whole without any terminator."""
    return replace(learned.manner, terminator=Manner().terminator) if device.kind is Kind.HID_POS else learned.manner


def shown(terminal: Terminal, symbology: str, text: str) -> bool:
    """Draw a symbol on the terminal, black on white; False, and told, where it is too narrow."""
    rows = blocks(symbology, text)
    width = shutil.get_terminal_size().columns
    if width < len(rows):
        terminal.note("enrol.narrow", needed=len(rows), columns=width)
        return False
    for _ in range(8):
        click.secho(rows, fg="black", bg="bright_white")
    return True


def blocks(symbology: str, text: str) -> str:
    """One row of a symbol, two modules in each character, quiet zones included.

    >>> blocks("code128", "A")[:14], len(blocks("code128", "A"))
    ('     █▐ ▌ ▐▐ ▐', 33)
    """
    modules = " " * QUIET
    for i, width in enumerate(runs(symbology, text)):
        modules += "█ "[i % 2] * (3 if width == 2.5 else int(width))
    modules += " " * (QUIET + len(modules) % 2)
    return "".join({"  ": " ", "██": "█", "█ ": "▌", " █": "▐"}[modules[i : i + 2]] for i in range(0, len(modules), 2))
