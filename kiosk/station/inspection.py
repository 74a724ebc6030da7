"""The scanners at the opening self-test: by their lamps while the station runs, else each opened for a moment and closed again."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from drivers.hotplug import Device, Kind
from drivers.scan import Scanner, ScannerLost
from kiosk.core.faults import Refusal, Unavailable
from kiosk.desks.opening import Part
from kiosk.station.scanners import Rules
from kiosk.station.spool import Lamp, Spool, State
from kiosk.station.tones import Tone, Tones

SILENT: Final = timedelta(seconds=15)
"""After so long without its lamps lit the station does not run: it lights them every 5 s."""
LOOK: Final = 3.0
"""Seconds for which a camera is looked at: a frozen or a black picture is told within 2."""
_NAMES: Final = {str(Kind.CAMERA): "camera"}


def scanners(spool: Spool, rules: Rules, present: Callable[[], Sequence[Device]], at: datetime) -> Iterator[Part]:
    """The scan station, what it keeps, and every scanner that should be there."""
    try:
        lit_at, lamps = spool.lit_at(), spool.lamps()
        kept, damaged = spool.count(State.UNPLACED), spool.damaged
    except Unavailable as no:
        yield Part("station", "bad", no.code)
        return
    runs = lit_at is not None and abs(at - lit_at) <= SILENT and all(lamp.why != "ended" for lamp in lamps)
    wanted = [device for device in present() if rules.taken(device)]
    yield Part("station", "good" if runs else "bad" if wanted or rules.expected else "poor", "running" if runs else "not-running")
    if kept:
        yield Part("station", "poor", "kept", figures={"scans": kept})
    for path in damaged:
        yield Part("station", "poor", "memory-damaged", path.name)
    found = [_lit(lamp, rules) for lamp in lamps if lamp.state != "not-taken"] if runs else list(_tried(wanted, rules))
    yield from found
    for device in wanted:
        if device.kind is Kind.KEYBOARD and rules.table(device) is None:
            # Set for another layout, it sends other letters than are printed, and nothing in its keys tells.
            yield Part("scanner", "poor", "not-enrolled", rules.called(device))
    for name in ("scanner", "camera"):
        if all(part.name != name for part in found):
            yield Part(name, "poor" if name == "scanner" else "good", "none")


def sound(tones: Tones, setting: str) -> Part:
    """Whether a tone is played to its end; whether anybody hears it, only he can tell."""
    if setting == "off":
        return Part("sound", "good", "off")
    return Part("sound", "good", "played") if tones.sound(Tone.KEPT) else Part("sound", "poor", tones.fault)


def _lit(lamp: Lamp, rules: Rules) -> Part:
    """A scanner as the station shows it. One that went and that no setting names may simply have been put away."""
    name = _NAMES.get(lamp.kind, "scanner")
    if lamp.state == "ready":
        return Part(name, "good", "ready", lamp.name)
    away = lamp.state == "lost" and lamp.device not in rules.expected
    return Part(name, "poor" if away else "bad", lamp.why, lamp.name)


def _tried(devices: Sequence[Device], rules: Rules) -> Iterator[Part]:
    for device in devices:
        why = opened(device, rules.opened)
        yield Part(_NAMES.get(str(device.kind), "scanner"), "bad" if why else "good", why or "opens", rules.called(device))
    there = {id_ for device in devices for id_ in (device.id, *device.also)}
    for missing in sorted(rules.expected.keys() - there):
        yield Part("scanner", "bad", "absent", rules.expected[missing])


def opened(device: Device, shell: Callable[[Device], Scanner], seconds: float = LOOK) -> str:
    """Why a device can't be read; empty where it can: it was opened, and a camera looked at for some seconds."""
    try:
        with shell(device) as scanner:
            if device.kind is not Kind.CAMERA:
                return ""
            leaving = threading.Timer(seconds, scanner.__exit__, (None, None, None))
            leaving.start()
            try:
                for _ in scanner:
                    pass
            finally:
                leaving.cancel()
    except ScannerLost as lost:
        return lost.why
    except Refusal:
        return "bad-setting"
    except Exception:  # noqa: BLE001 - one poison driver is one part that is bad
        return "failed"
    return ""
