"""Scanners that all send at once, and are pulled out and plugged in meanwhile: each by a pair of hands of its own, a thread."""

import random
import threading
import time
from dataclasses import dataclass, field
from functools import partial

from tests.devices.ledger import PULLED
from tests.devices.opener import Opener
from tests.devices.scanners import Scanner
from tests.devices.station import Station, wait

PERIOD = 0.2
"""Seconds between two codes: the station takes 20 in 3 s for a flood."""
BLIND = 4
"""One code in so many is followed by the next without waiting for the tone of the first: two at once from one scanner."""
TONE = 3.0
"""Seconds that a hand waits for the tone."""
PATIENCE = 60.0
"""Seconds that the rig waits for anything: a busy host makes the guest slow."""
WHEN = ("middle", "end", "middle", "silence")
SETTLED = 0.5
"""Seconds after it was opened when a scanner is used again: what comes sooner may be the rest of a code, and is void."""


@dataclass
class Storm:
    """So many whole codes from each scanner, and so many unplugs: in the middle of a code, right after one, or in silence."""

    station: Station
    opener: Opener
    codes: int
    unplugs: int
    ready: list[float] = field(default_factory=list)
    """Seconds from plug to open, of each."""
    failed: list[str] = field(default_factory=list)

    def rage(self, scanners: list[Scanner]) -> float:
        """Until all have sent theirs; the seconds that it took."""
        begun = time.monotonic()
        for hand in self.begin(scanners):
            hand.join()
        return time.monotonic() - begun

    def begin(self, scanners: list[Scanner]) -> list[threading.Thread]:
        """Begin; the hands, one for each scanner."""
        hands = [threading.Thread(target=self._hand, args=(scanner, seed)) for seed, scanner in enumerate(scanners)]
        for hand in hands:
            hand.start()
        return hands

    def plug(self, scanner: Scanner) -> float:
        """Plug it in and wait until the station has it open: the seconds that this took."""
        begun = time.monotonic()
        scanner.cable.plug()
        node = partial(self.opener.node, scanner.place, scanner.kind)
        wait(lambda: self.station.holds(node()), PATIENCE, lambda: f"{scanner.name} to be opened", self.station.alive)
        took = time.monotonic() - begun
        time.sleep(SETTLED)
        return took

    def _hand(self, scanner: Scanner, seed: int) -> None:
        try:
            self._scan(scanner, random.Random(seed))
        except Exception as error:  # noqa: BLE001 - told at the end, beside the others'
            self.failed.append(f"{scanner.name}: {error!r}")

    def _scan(self, scanner: Scanner, chance: random.Random) -> None:
        pulls = dict(zip(sorted(chance.sample(range(2, self.codes), self.unplugs)), range(self.unplugs), strict=True))
        for at in range(self.codes):
            if at in pulls:
                self._unplug(scanner, WHEN[pulls[at] % len(WHEN)], chance)
            begun, words = time.monotonic(), self.station.words[scanner.name]
            scanner.send(scanner.fresh())
            time.sleep(max(0.0, PERIOD - (time.monotonic() - begun)))
            while at % BLIND and self.station.words[scanner.name] == words and time.monotonic() < begun + TONE:
                time.sleep(0.04)
                self.station.seen()

    def _unplug(self, scanner: Scanner, when: str, chance: random.Random) -> None:
        if when == "middle":
            text = scanner.fresh(long=scanner.long)
            scanner.send(text, slice(1 if scanner.long else chance.randrange(1, len(text) + 1)))
        elif when == "end":
            scanner.send(scanner.fresh())
        time.sleep(0.4 if when == "silence" else chance.uniform(0, 0.03))
        scanner.cable.pull()
        scanner.sent.append(PULLED)
        time.sleep(chance.uniform(0, 0.3))
        self.ready.append(self.plug(scanner))
