"""The scanners of a station, as they come and go: which are held, which are missing, and a lamp for each of them (D5)."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drivers.hotplug import Came, Device, Gone
from drivers.scan import Scanner
from kiosk.station.holder import Holder
from kiosk.station.keeping import Keeping, Tally
from kiosk.station.spool import Lamp

STILL: Final = 15.0
"""Seconds without a turn of its loop after which a shell hangs: an idle one turns every 5 s."""
FINDS_OUT: Final = 0.5
"""Seconds in which a shell finds out by itself that its device is gone."""
REMEMBERED: Final = 3600.0
"""Seconds for which a scanner that went is missed that no setting names: perhaps it was moved to another port."""
LOG: Final = logging.getLogger("kiosk")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is set of the scanners. `table` is whatever is set of a device: when that is another, the device is opened anew."""

    taken: Callable[[Device], bool]
    opened: Callable[[Device], Scanner]
    source: Callable[[Device], str]
    table: Callable[[Device], object]
    expected: Mapping[str, str]
    """The scanners that should be there: the name of each, by its device."""

    def called(self, device: Device) -> str:
        """The name of a device: as it is set, else as it calls itself."""
        name = self.source(device).removeprefix("scanner/")
        return device.name or name if name == device.id else name


@dataclass(frozen=True, slots=True)
class Missed:
    """A scanner that went."""

    device: Device
    at: datetime
    since: float


class Scanners:
    """Holds every device that is to be held. All of it is for one thread; what the devices read goes to `keeping` by theirs."""

    def __init__(self, rules: Rules, keeping: Keeping) -> None:
        self._rules, self._keeping = rules, keeping
        self._devices: dict[str, Device] = {}
        self._holders: dict[str, Holder] = {}
        self._tallies: dict[str, Tally] = {}
        self._missed: dict[str, Missed] = {}
        self._beats: dict[Holder, tuple[int, float]] = {}

    def take(self, changes: Iterable[Came | Gone]) -> None:
        """What has come and gone. A device that makes trouble here is no other's trouble."""
        for change in changes:
            try:
                self._came(change.device) if isinstance(change, Came) else self._gone(change)
            except Exception:
                LOG.exception("a device can't be taken")
            self._keeping.changed()

    def renew(self, rules: Rules) -> None:
        """Other settings: what they change of a device is changed, and no other device notices."""
        old, self._rules = self._rules, rules
        for device in tuple(self._devices.values()):
            same = old.table(device) == rules.table(device) and old.source(device) == rules.source(device)
            if not (same and old.taken(device) == rules.taken(device)):
                self._release(device.id, "opening")
                self.take([Came(device)])
        self._keeping.changed()

    def tick(self) -> None:
        """Look after every device now and then."""
        for holder in self._holders.values():
            holder.tick()

    def moved(self) -> bool:
        """Whether the loop of every open device has turned lately."""
        now, before = self._keeping.now(), self._beats
        self._beats = {}
        for holder in self._holders.values():
            beats = holder.beats
            if beats is not None:
                known = before.get(holder)
                self._beats[holder] = known if known and known[0] == beats else (beats, now)
        return all(now - since < STILL for _, since in self._beats.values())

    def lamps(self) -> list[Lamp]:
        """The lamp of every device that is there, and of every scanner that should be."""
        lamps = [self._lamp(device) for device in self._devices.values()]
        now = self._keeping.now()
        for id_, missed in tuple(self._missed.items()):
            if id_ in self._rules.expected or now - missed.since < REMEMBERED:
                lamps.append(self._dark(id_, self._rules.called(missed.device), str(missed.device.kind), "gone"))
            else:
                del self._missed[id_]
        there = {id_ for device in self._devices.values() for id_ in (device.id, *device.also)}
        absent = self._rules.expected.keys() - there - self._missed.keys()
        return lamps + [self._dark(id_, self._rules.expected[id_], "", "absent") for id_ in sorted(absent)]

    def stop(self, seconds: float = 1.0) -> None:
        """Let go of every device; harmless twice."""
        until = time.monotonic() + seconds
        for holder in self._holders.values():
            holder.leave("ended")
        for holder in self._holders.values():
            holder.join(until - time.monotonic())

    def _came(self, device: Device) -> None:
        self._devices[device.id] = device
        for id_ in (device.id, *device.also):
            self._missed.pop(id_, None)
        held = self._holders.get(device.id)
        taken = self._rules.taken(device)
        if held and taken and (held.device.node, held.device.kind) == (device.node, device.kind):
            held.nudge()
            return
        self._release(device.id)
        if taken:
            self._hold(device)

    def _hold(self, device: Device) -> None:
        tally, rules = self._tallies.setdefault(device.id, Tally()), self._rules
        holder = Holder(device, rules.source(device), lambda: rules.opened(device), self._keeping, tally)
        self._holders[device.id] = holder
        holder.start()

    def _gone(self, gone: Gone) -> None:
        device = self._devices.get(gone.id)
        if device is None or device.node != gone.node:
            return
        del self._devices[gone.id]
        if self._release(gone.id, seconds=FINDS_OUT):
            self._missed[gone.id] = Missed(device, self._keeping.clock(), self._keeping.now())

    def _release(self, id_: str, why: str = "gone", seconds: float = 0.0) -> bool:
        """Let go of a device; whether it was held."""
        holder = self._holders.pop(id_, None)
        if holder:
            holder.leave(why, seconds)
        return holder is not None

    def _lamp(self, device: Device) -> Lamp:
        name, holder = self._rules.called(device), self._holders.get(device.id)
        if holder:
            return holder.lamp(name)
        why = "ignored" if device.id not in self._rules.expected and self._rules.table(device) is not None else str(device.why)
        return Lamp(device.id, name, str(device.kind), "not-taken", why, "", None, 0.0, 0, 0, self._keeping.clock())

    def _dark(self, id_: str, name: str, kind: str, why: str) -> Lamp:
        """The lamp of a scanner that is not there."""
        tally = self._tallies.get(id_, Tally())
        counts = tally.last, tally.last_at, 0.0, tally.scans, tally.errors
        return Lamp(id_, name, kind, "lost", why, *counts, self._keeping.clock())
