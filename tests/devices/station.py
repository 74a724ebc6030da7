"""The station in the guest: `kiosk station` as a user of its own, what it holds open, and what it has kept."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from drivers.scan import NoRead, Scan
from kiosk.station.spool import Spool
from tests.devices.ledger import Row
from tests.devices.opener import GROUP

USER = 4710
"""Who it runs as: nobody in particular, in the scanners' group."""


class Station:
    """One station, started, killed and started again over one home."""

    def __init__(self, home: Path, log: Path) -> None:
        self.home, self._log = home, log
        self._process: subprocess.Popen[bytes] | None = None
        self._seen: list[Row] = []
        self._last = 0
        self._reading = threading.Lock()
        self.words: Counter[str] = Counter()
        """How many codes and no-reads `seen` has seen of each scanner."""
        self._reader: sqlite3.Connection | None = None
        home.mkdir(parents=True)
        os.chown(home, USER, USER)
        for above in (*Path(sys.executable).resolve().parents, *Path(sys.prefix).parents):
            above.chmod(above.stat().st_mode | 0o055)  # in the guest's own layer: root's home may be closed to others

    def set(self, scanners: Sequence[dict[str, object]]) -> None:
        """Write kiosk.toml: these scanners, no sound."""
        text = 'station = "RIGA"\n[scanning]\nsound = "off"\n'
        for scanner in scanners:
            text += "[[scanner]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in scanner.items())
        (self.home / "kiosk.toml").write_text(text, encoding="utf-8")
        os.chown(self.home / "kiosk.toml", USER, USER)

    def start(self) -> float:
        """Start it; the seconds until it has lit its lamps."""
        begun, old = time.monotonic(), self.lit()
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "kiosk", "station", "--home", str(self.home)]
            identity = {"user": USER, "group": USER, "extra_groups": [GROUP]}
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **identity)
        wait(lambda: self.lit() != old, 60, lambda: "the station to light its lamps", self.alive)
        return time.monotonic() - begun

    def alive(self) -> None:
        """Raise RuntimeError if it has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"the station ended by itself: status {self._process.returncode}")

    def stop(self) -> float:
        """End it as systemd does; the seconds that it took."""
        begun = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - begun

    def kill(self) -> None:
        """Kill it, in whatever it is doing."""
        self._end(signal.SIGKILL)

    def freeze(self, *, on: bool) -> None:
        """Stop it without its knowing, or let it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def holds(self, node: Path | None) -> bool:
        """Whether it has this node open. A node that went and came under its old name is another one."""
        if node is None or self._process is None:
            return False
        for link in Path(f"/proc/{self._process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                if link.readlink() == node:
                    return True
        return False

    def lit(self) -> object:
        """When it last lit its lamps."""
        return self._asked("SELECT at FROM lit")

    def lamps(self) -> dict[str, tuple[str, str]]:
        """Its lamps, by the id of the device: state, and why."""
        lamps = (json.loads(said) for (said,) in self._asked("SELECT said FROM lamp"))
        return {lamp["device"]: (lamp["state"], lamp["why"]) for lamp in lamps}

    def seen(self) -> list[Row]:
        """All that it has kept, in order: the scanner's name without `scanner/`, and the text, or None for a no-read.

        Read past the station's own code and without its locks, each row once: it may be asked often.
        """
        with self._reading:
            for number, said in self._asked("SELECT seq, said FROM scan WHERE seq > ? ORDER BY seq", self._last):
                one = json.loads(said)
                self._last = number
                self._seen.append((one["source"].removeprefix("scanner/"), one.get("text")))
                self.words[self._seen[-1][0]] += 1
        return self._seen

    def kept(self) -> list[Scan | NoRead]:
        """All that it has kept, in order, as the counter would read it, check sums and all."""
        return [one.scan for one in Spool(self.home).waiting(1_000_000)]

    def _asked(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Nothing while the spool is not there: it must be the station that makes it, or it could not write to it."""
        file = self.home / "station/spool.sqlite3"
        if self._reader is None and not file.with_name("spool.sqlite3-shm").exists():
            return []
        if self._reader is None:
            self._reader = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=10)
        return self._reader.execute(sql, given).fetchall()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


def wait(true: Callable[[], object], seconds: float, what: Callable[[], str], alive: Callable[[], None] = lambda: None) -> float:
    """Wait until it is true; how long that took. RuntimeError, which says what is missing, if it never is."""
    begun = time.monotonic()
    while not true():
        alive()
        if time.monotonic() - begun > seconds:
            raise RuntimeError(f"waited {seconds:.0f} s for {what()}")
        time.sleep(0.03)
    return time.monotonic() - begun
