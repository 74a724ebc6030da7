"""The stage of the scenes: the station, the scanners and what opens their nodes, and what is done with them again and again."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.devices.ledger import PULLED
from tests.devices.opener import Opener
from tests.devices.scanners import Scanner
from tests.devices.station import Station, wait
from tests.devices.storm import PATIENCE, PERIOD, Storm

TRIES = 5
RESTS = 1.5
"""Seconds of rest after a code that was none: what begins sooner may be its rest, and is void."""


@dataclass
class Stage:
    """Everything that a scene needs."""

    station: Station
    opener: Opener
    scanners: dict[str, Scanner]
    ids: dict[str, str]
    """Of each scanner, as kiosk.toml names it."""
    times: dict[str, float] = field(default_factory=dict)
    """What was measured, in seconds."""

    @property
    def storm(self) -> Storm:
        return Storm(self.station, self.opener, 0, 0)

    def node(self, name: str) -> Path:
        """The node of a scanner that is plugged in."""
        scanner = self.scanners[name]
        wait(lambda: self.opener.node(scanner.place, scanner.kind), PATIENCE, lambda: f"the node of {name}")
        node = self.opener.node(scanner.place, scanner.kind)
        assert node is not None
        return node

    @contextmanager
    def plugged(self, *names: str) -> Iterator[list[Scanner]]:
        """These are plugged in and open, and pulled out at the end."""
        scanners = [self.scanners[name] for name in names]
        try:
            for scanner in scanners:
                self.storm.plug(scanner)
            yield scanners
        finally:
            for scanner in scanners:
                self.pull(scanner)

    def pull(self, scanner: Scanner) -> None:
        """Pull it out, and wait until the station has seen that."""
        scanner.cable.pull()
        scanner.sent.append(PULLED)
        wait(lambda: self.opener.node(scanner.place, scanner.kind) is None, PATIENCE, lambda: f"{scanner.name} to be gone")

    def scan(self, scanner: Scanner, times: int = 1) -> None:
        """Scan so many codes; after a no-read another one, as an officer does: a busy host makes no-reads."""
        for _ in range(times):
            if not any(self._tried(scanner) for _ in range(TRIES)):
                raise RuntimeError(f"{scanner.name} was not read in {TRIES} tries; it kept {self.heard(scanner)[-TRIES:]}")

    def _tried(self, scanner: Scanner) -> bool:
        """Whether a code is kept; after a no-read, when whoever scans has taken breath."""
        text, before = scanner.fresh(), len(self.heard(scanner))
        scanner.send(text)
        time.sleep(PERIOD)
        said = f"a word of {scanner.name} on {text}"
        wait(lambda: self.heard(scanner)[before:], PATIENCE, lambda: said, self.station.alive)
        kept = self.heard(scanner)[-1] == text
        time.sleep(0 if kept else RESTS)
        return kept

    def kept(self, scanner: Scanner, text: str | None) -> None:
        """Wait until this is the last that was kept of a scanner; None: a no-read."""

        def missing() -> str:
            return f"{text or 'a no-read'} of {scanner.name}; it kept {self.heard(scanner)[-3:]}"

        wait(lambda: self.heard(scanner)[-1:] == [text], PATIENCE, missing, self.station.alive)

    def heard(self, scanner: Scanner) -> list[str | None]:
        """All that was kept of a scanner."""
        return [text for name, text in self.station.seen() if name == scanner.name]

    def lamp(self, name: str, state: str, why: str = "") -> float:
        """Wait for a lamp; how long that took."""

        def lamp() -> tuple[str, str]:
            return self.station.lamps().get(self.ids[name], ("", ""))

        def lit() -> bool:
            return lamp() == (state, why or lamp()[1])

        return wait(lit, PATIENCE, lambda: f"the lamp of {name}: {state} {why}; it is {lamp()}", self.station.alive)

    def settings(self, *without: str, extra: Sequence[dict[str, object]] = ()) -> None:
        """Write kiosk.toml with all scanners but these, and some more."""
        named = {name: one for name, one in self.scanners.items() if name not in without}
        self.station.set([{"name": name, "device": self.ids[name], **one.settings} for name, one in named.items()] + list(extra))
