"""What becomes of what a scanner read, and what its lamp says that it has done."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from drivers.scan import NoRead, Scan
from kiosk.station.spool import Spool
from kiosk.station.tones import Tone

SHOWN: Final = 80
"""Characters of the last code that a lamp shows."""
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where what was read goes. `changed` is called when a lamp has changed; `now` gives monotonic seconds."""

    spool: Spool
    ring: Callable[[], object]
    play: Callable[[Tone], object]
    changed: Callable[[], object]
    clock: Callable[[], datetime]
    now: Callable[[], float]


@dataclass(slots=True)
class Tally:
    """What a device has done since the start, however often it was lost in between."""

    scans: int = 0
    errors: int = 0
    last: str = ""
    last_at: datetime | None = None
    times: deque[float] = field(default_factory=lambda: deque(maxlen=1000))

    def count(self, item: Scan | NoRead, now: float) -> None:
        """Count what was kept."""
        if isinstance(item, NoRead):
            self.errors += 1
            return
        self.scans += 1
        self.times.append(now)
        self.last, self.last_at = item.text[:SHOWN], item.at

    def rate(self, now: float) -> float:
        """Scans in the last minute."""
        return float(sum(now - time < MINUTE for time in tuple(self.times)))
