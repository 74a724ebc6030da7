"""A machine whose serial ports are pseudo-terminals, and a scan station that is a process of its own on it."""

import os
import subprocess
import sys
import tty
from pathlib import Path

from tests.drivers.machine import Machine, Plugged
from tests.kiosk.station.trigger_samples import until

ROOT = Path(__file__).parents[3]
STATION = """
import sys
from functools import partial
from pathlib import Path
from drivers import hotplug
hotplug.Watch = partial(hotplug.Watch, Path(sys.argv[1]), Path(sys.argv[2]), genuine=lambda *_: True)
from kiosk.cli import main
main(["station", "--json"])
"""


class Wired(Machine):
    """Each serial port leads to a pseudo-terminal; `ends` are the scanners' ends, by the name of the port."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.ends: dict[str, int] = {}
        self._ours: dict[str, int] = {}

    def wire(self, name: str) -> Plugged:
        """Plug in a serial scanner, known by its maker and its serial number."""
        self.ends[name], self._ours[name] = os.openpty()
        tty.setraw(self._ours[name])
        return self.serial(name, vendor="05e0", product="1701", serial=name, port=f"1-{name[6:]}", says="Bar Code Scanner")

    def _entry(self, group: str, above: Path, folder: Path, node: str, mode: int) -> Plugged:
        (self.dev / "made").symlink_to(os.ttyname(self._ours[Path(node).name]))
        plugged = super()._entry(group, above, folder, f"{node}.entry", mode)
        uevent = plugged.folder / "uevent"
        uevent.write_text(uevent.read_text().replace(".entry", ""))
        plugged.node.unlink()
        (self.dev / "made").rename(self.dev / node)
        return Plugged(plugged.folder, plugged.link, self.dev / node)

    def cut(self, name: str, plugged: Plugged) -> None:
        """Pull its cable."""
        for end in (self.ends.pop(name), self._ours.pop(name)):
            os.close(end)
        self.unplug(plugged)

    def fire(self, name: str, text: str) -> None:
        """Scan something."""
        os.write(self.ends[name], f"{text}\r".encode())

    def close(self) -> None:
        """Cut every cable."""
        for end in (*self.ends.values(), *self._ours.values()):
            os.close(end)


class Station:
    """`kiosk station` on such a machine."""

    def __init__(self, home: Path, machine: Machine) -> None:
        self.log = home / "said"
        env = {**os.environ, "KIOSK_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        with self.log.open("ab") as out:
            command = [sys.executable, "-c", STATION, str(machine.dev), str(machine.sys)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    @property
    def said(self) -> str:
        """All that it said."""
        return self.log.read_text()

    def ready(self, many: int) -> None:
        """Wait until so many scanners were told ready."""
        until(lambda: self.said.count('"state": "ready"') >= many or self.process.poll() is not None)
        assert self.process.poll() is None, self.said

    def end(self) -> int:
        """End it."""
        self.process.terminate()
        return self.process.wait(60)
