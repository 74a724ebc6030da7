"""`kiosk devices`: which devices are there, what each looks like and why, and whether the scan station reads it (D5)."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import click

from drivers.hotplug import Came, Device, Gone, Kind, Looks, Mute, Watch, mute, present
from drivers.hotplug.makers import MAKERS
from kiosk.cli.terminal import REFUSED, Speaking, Terminal, common, localised
from kiosk.config import Parts, clock, local
from kiosk.core.faults import Unavailable
from kiosk.fitting import Fitting
from kiosk.station.spool import Lamp, Spool
from kiosk.wording import printable
from kiosk.words import Words

BELOW = {"enrol": "kiosk.cli.enrol:enrol"}
"""The commands below this one; each is loaded when it is called."""
FRESH = timedelta(seconds=15)
"""How old the station's lamps may be: it lights them every 5 s."""
COLUMNS = ("name", "kind", "node", "looks", "read", "id")


class Devices(click.Group):
    """The listing, and what is done with devices."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names."""
        return list(BELOW)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, speaking the language asked for."""
        if cmd_name not in BELOW:
            return None
        module, _, name = BELOW[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        command.context_class = Speaking
        return localised(command, ctx.ensure_object(Terminal).words, f"devices.{cmd_name}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading one."""
        words = ctx.ensure_object(Terminal).words
        with formatter.section("Commands"):
            formatter.write_dl([(name, words.say(f"cli.devices.{name}.help").splitlines()[0]) for name in BELOW])


@dataclass(frozen=True, slots=True)
class Place:
    """A device and what the kiosk makes of it. `why` is a code: looks, named, ignored, not-named."""

    device: Device
    taken: bool
    why: str
    called: str
    lamp: Lamp | None

    @property
    def shut(self) -> bool:
        """Whether it would be read, if only this user might open it."""
        return self.taken and not self.device.readable

    @property
    def unread(self) -> bool:
        """Whether it should be read and can't be."""
        return self.shut or (self.lamp is not None and self.lamp.state in {"refused", "fault"})


@click.group(cls=Devices, invoke_without_command=True)
@click.option("--watch", is_flag=True)
@common
@click.pass_context
def devices(ctx: click.Context, /, *, watch: bool) -> int:
    """Which devices are there; with --watch, as they come and go."""
    if ctx.invoked_subcommand:
        return 0
    terminal = ctx.ensure_object(Terminal)
    return _watched(terminal) if watch else _listed(terminal, present())


def _listed(terminal: Terminal, found: Sequence[Device]) -> int:
    """All that is there; 1 if a scanner that should be read can't be."""
    places, missing, silent = _places(terminal.parts, found), _missing(terminal.parts, found), mute(found)
    if terminal.json:
        others = [_usb(asdict(one)) for one in silent]
        terminal.show({"devices": [document(place) for place in places], "missing": missing, "mute": others})
    else:
        _told(terminal, places, silent)
        for one in missing:
            terminal.say("devices.missing", **one)
    return REFUSED if missing or any(place.unread for place in places) else 0


def _watched(terminal: Terminal) -> int:
    """All that is there, then each change, until interrupted."""
    with ExitStack() as opened:
        try:
            watch = opened.enter_context(Watch())
        except OSError as error:
            raise Unavailable("station", "no-watch", str(error)) from error
        first = [one.device for one in watch.changes() if isinstance(one, Came)]
        _listed(terminal, sorted(first, key=lambda device: device.id))
        while True:
            for change in watch.changes():
                _tell(terminal, change, clock())


def _places(parts: Parts, found: Sequence[Device]) -> list[Place]:
    """The devices with what the kiosk makes of each: first those that are read, last what can't be a scanner."""
    lamps = _lamps(parts)
    places = [_place(parts, device, lamps.get(device.id)) for device in found]
    return sorted(places, key=lambda place: (not place.taken, place.device.looks == Looks.OTHER, place.device.id))


def _place(parts: Parts, device: Device, lamp: Lamp | None = None) -> Place:
    fitting = Fitting(parts.settings)
    table, taken = fitting.table(device), fitting.taken(device)
    why = ("looks" if taken else "not-named") if table is None else "named" if taken else "ignored"
    return Place(device, taken, why, table.name if table else "", lamp)


def _lamps(parts: Parts) -> dict[str, Lamp]:
    """The lamps by device, where a station is running; a listing makes no spool, and needs none."""
    if not (parts.settings.home / "station").is_dir():
        return {}
    spool = Spool(parts.settings.home)
    try:
        lit = spool.lit_at()
        return {lamp.device: lamp for lamp in spool.lamps()} if lit and clock() - lit < FRESH else {}
    except Unavailable:
        return {}
    finally:
        spool.close()


def _missing(parts: Parts, found: Sequence[Device]) -> list[dict[str, str]]:
    """The scanners of kiosk.toml that are not there."""
    fitting = Fitting(parts.settings)
    there = [table for device in found if (table := fitting.table(device))]
    return [{"id": one.device, "called": one.called} for one in parts.settings.scanner if not (one.ignore or one in there)]


def _tell(terminal: Terminal, change: Came | Gone, at: datetime) -> None:
    """One change, as it happens."""
    if terminal.json:
        said = ("gone", asdict(change)) if isinstance(change, Gone) else ("came", document(_place(terminal.parts, change.device)))
        terminal.show({"at": at.isoformat(), said[0]: said[1]})
        return
    time = f"{at.astimezone(local(terminal.parts.settings.zone)):%H:%M:%S}"
    if isinstance(change, Gone):
        terminal.say("devices.gone", at=time, id=change.id, node=change.node)
        return
    place = _place(terminal.parts, change.device)
    fields = {name: printable(cell) for name, cell in zip(COLUMNS, row(terminal.words, place), strict=True)}
    terminal.say("devices.came", at=time, **fields)
    _remedied(terminal, [place])


def _told(terminal: Terminal, places: Sequence[Place], silent: Sequence[Mute]) -> None:
    words = terminal.words
    if places:
        terminal.table([words.say(f"devices.column.{name}") for name in COLUMNS], (row(words, place) for place in places))
    if not any(place.taken for place in places):
        terminal.say("devices.no-scanner" if places else "devices.none")
    _remedied(terminal, places)
    for one in silent:
        terminal.say("devices.mute", name=one.name or MAKERS.get(one.vendor, ""), port=one.port)


def _remedied(terminal: Terminal, places: Sequence[Place]) -> None:
    """What keeps a scanner from being read, and what to do about it."""
    for place in places:
        if place.shut:
            node = printable(place.device.node)
            terminal.say("devices.shut", node=node, remedy=terminal.words.say(f"devices.remedy.{place.device.kind}"))
            _ruled(terminal, place.device)
        elif place.unread and place.lamp and f"station.why.{place.lamp.why}" in terminal.words:
            why = terminal.words.say(f"station.why.{place.lamp.why}")
            terminal.say("devices.unread", node=printable(place.device.node), why=why)


def _ruled(terminal: Terminal, device: Device) -> None:
    """The line that lets the station open it, where the rules of udev do not know its maker."""
    if device.vendor and device.vendor not in MAKERS and device.kind is not Kind.CAMERA:
        line = f'ATTRS{{idVendor}}=="{device.vendor:04x}", ATTRS{{idProduct}}=="{device.product:04x}", ENV{{KIOSK_SCANNER}}="1"'
        terminal.say("devices.rule", line=line)


def row(words: Words, place: Place) -> list[str]:
    """A device on one line, in the order of the columns."""
    device = place.device
    why = words.say(f"devices.why.{device.why}", maker=MAKERS.get(device.vendor, ""))
    looks = words.say("devices.looks-why", looks=words.say(f"devices.looks.{device.looks}"), why=why)
    return [
        place.called or device.name,
        words.say(f"devices.kind.{device.kind}"),
        device.node,
        looks,
        _read(words, place),
        device.id,
    ]


def _read(words: Words, place: Place) -> str:
    """Whether it is read and why; how that goes, where the station is running."""
    said = words.say("devices.read.shut" if place.shut else f"devices.read.{place.why}")
    lamp = place.lamp
    if lamp is None or not place.taken:
        return said
    state = f"station.state.{lamp.state}"
    parts = [said, *([words.say(state)] if state in words else [])]
    return "; ".join([*parts, words.say("devices.last", text=lamp.last)] if lamp.last else parts)


def document(place: Place) -> dict[str, Any]:
    """A device as JSON."""
    device, lamp = place.device, place.lamp
    return _usb(asdict(device)) | {
        "taken": place.taken,
        "taken_why": place.why,
        "called": place.called,
        "lamp": asdict(lamp) | {"at": lamp.at.isoformat(), "last_at": lamp.last_at and lamp.last_at.isoformat()} if lamp else None,
    }


def _usb(table: dict[str, Any]) -> dict[str, Any]:
    """Vendor and product as everybody writes them."""
    return table | {name: f"{table[name]:04x}" for name in ("vendor", "product")}
