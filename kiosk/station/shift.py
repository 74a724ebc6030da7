"""The shift of a station: what `kiosk station` does until it is ended. It watches, lights the lamps, and tells that it gets on."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol, Self

from drivers.hotplug import Came, Gone
from kiosk.core.faults import Unavailable
from kiosk.station.bell import Bell, ring
from kiosk.station.keeping import Keeping
from kiosk.station.notify import Keeper
from kiosk.station.scanners import Rules, Scanners
from kiosk.station.spool import Lamp

TURN: Final = 5.0
"""Seconds between two turns while nothing happens."""
SOON: Final = 0.25
"""Seconds between two writings of the lamps, however much happens."""
KEPT: Final = timedelta(days=30)
"""How long a settled scan is remembered."""
AGAIN: Final = 1.0
"""Seconds after a turn that failed."""
DAY: Final = 86_400.0
LOG: Final = logging.getLogger("kiosk")


class Changes(Protocol):
    """What tells of devices that come and go: `drivers.hotplug.Watch`."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: object) -> None: ...
    def changes(self, seconds: float | None = None) -> Sequence[Came | Gone]:
        """What has come and gone, at the latest after so many seconds."""
        ...

    def wake(self) -> None:
        """End the wait, from another thread."""
        ...


@dataclass(slots=True)
class Signs:
    """What other threads and signals tell the shift."""

    ended: bool = False
    stirred: bool = True
    """A lamp has changed."""
    reread: bool = False
    """Somebody says that the settings have changed."""


@dataclass(slots=True)
class Shift:
    """One shift at the home of a station.

    `rules` is what is set, and `reread` reads it again: None where it can't be used. `told` hears of each lamp that has changed,
    `summed` says in words how many scanners of how many are ready.
    """

    home: Path
    watch: Changes
    keeping: Keeping
    rules: Rules
    reread: Callable[[], Rules | None]
    told: Callable[[Lamp], object]
    summed: Callable[[int, int], str]
    keeper: Keeper = field(default_factory=Keeper.of)
    _signs: Signs = field(default_factory=Signs)
    _scanners: Scanners = field(init=False)
    _said: dict[str, tuple[str, str]] = field(default_factory=dict)
    _lit: float = float("-inf")
    _swept: float = float("-inf")
    _settings: int = 0
    _logged: str = ""

    def __post_init__(self) -> None:
        self._settings = self._written()
        self.keeping = replace(self.keeping, changed=self._stir)
        self._scanners = Scanners(self.rules, self.keeping)

    def run(self) -> None:
        """Until `end`. `OSError` where the kernel can't tell of devices."""
        with self.watch:
            threading.Thread(target=self._listen, name="bell", daemon=True).start()
            try:
                self._turn()
                self.keeper.ready()
                while not self._signs.ended:
                    self._turn()
            finally:
                self.keeper.stopping()
                self._scanners.stop()
                with suppress(Unavailable):
                    self._light()
                self._signs.ended = True
                ring(self.home, "station")

    def end(self, *_signal: object) -> None:
        """End it, from another thread or a signal; harmless twice."""
        self._signs.ended = True
        self._wake()

    def renew(self, *_signal: object) -> None:
        """Have the settings read again, from another thread or a signal."""
        self._signs.reread = True
        self._wake()

    def _stir(self) -> None:
        if not self._signs.stirred:
            self._signs.stirred = True
            self._wake()

    def _wake(self) -> None:
        with suppress(OSError, AttributeError, ValueError):  # the watch has not begun, or has ended
            self.watch.wake()

    def _listen(self) -> None:
        with Bell(self.home, "station") as bell:
            while not self._signs.ended:
                if bell.wait(TURN):
                    self.renew()

    def _turn(self) -> None:
        """One turn: what came and went, and then whatever is due. One that fails is logged, and gives no sign of life."""
        try:
            self._scanners.take(self.watch.changes(self._rest()))
            if not self._signs.ended:
                self._looked()
        except Exception:
            LOG.exception("a turn of the station failed")
            time.sleep(AGAIN)

    def _looked(self) -> None:
        if self._signs.reread or self._written() != self._settings:
            self._reread()
        self._scanners.tick()
        try:
            self._due()
            self._logged = ""
        except Unavailable as no:
            if no.code != self._logged:
                LOG.error("the lamps can't be written: %s", no)  # noqa: TRY400 - a full disk has no traceback
            self._logged = no.code
            self._signs.stirred |= no.code == "locked"  # soon it is not
        if self._scanners.moved():
            self.keeper.alive()

    def _rest(self) -> float:
        """Seconds until the next turn, if nothing happens."""
        if self._signs.reread:
            return 0.0
        past = self.keeping.now() - self._lit
        return max(SOON - past, 0.0) if self._signs.stirred else self.keeper.pause(TURN)

    def _due(self) -> None:
        now = self.keeping.now()
        if now - self._lit >= (SOON if self._signs.stirred else self.keeper.pause(TURN)):
            self._light()
        if now - self._swept >= DAY:
            self._swept = now
            self.keeping.spool.forget(self.keeping.clock() - KEPT)

    def _light(self) -> None:
        """Write the lamps down, and tell what has changed."""
        changed, self._signs.stirred, self._lit = self._signs.stirred, False, self.keeping.now()
        lamps = self._scanners.lamps()
        self._tell(lamps)
        self.keeping.spool.light(lamps, self.keeping.clock())
        if changed:
            self.keeping.ring()

    def _tell(self, lamps: Sequence[Lamp]) -> None:
        said, self._said = self._said, {}
        for lamp in lamps:
            seen = lamp.state, "" if lamp.state == "ready" else lamp.why
            before = said.get(lamp.device)
            self._said[lamp.device] = seen
            if seen != before and lamp.why != "opening":
                self.told(lamp)
        if self._said != said:
            wanted = [state for state, _ in self._said.values() if state != "not-taken"]
            self.keeper.status(self.summed(wanted.count("ready"), len(wanted)))

    def _reread(self) -> None:
        self._signs.reread, self._settings = False, self._written()
        rules = self.reread()
        if rules is not None:
            self._scanners.renew(rules)

    def _written(self) -> int:
        """When the settings were last written, in nanoseconds; 0 where they are not there."""
        try:
            return (self.home / "kiosk.toml").stat().st_mtime_ns
        except OSError:
            return 0
