"""From a scanner's last byte to the scan on the disk and the desk rung: `kiosk station` with ten scanners at pseudo-terminals.

Floor: a bare loop in a process of its own that reads the same kind of line, does one INSERT that is on the disk when it returns,
and rings. What the station does beyond that: it finds the codes in the bytes, knows ten devices, and shows how they are.
"""

import os
import select
import subprocess
import sys
import tempfile
import time
import tty
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from bench import stores
from bench.measure import Report
from kiosk.settings import load
from kiosk.station.bell import Bell
from kiosk.station.spool import Spool, State
from tests.kiosk.station.trigger_samples import until
from tests.kiosk.station.wired_samples import Station, Wired

PORTS, SCANS, REPLUGS, IDLE = 10, 300, 10, 10.0
VOID = 0.4
"""Seconds after the opening of a port for which its codes are void."""
PACE = 0.025
"""Seconds between scans: each of the ports then stays below what counts as a flood."""
BARE = """
import os, sqlite3, sys
base = sqlite3.connect(sys.argv[2], isolation_level=None)
base.execute("PRAGMA journal_mode = WAL")
base.execute("PRAGMA synchronous = FULL")
base.execute("CREATE TABLE scan (text TEXT)")
line = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
os.write(1, b"!")
while code := os.read(line, 4096):
    base.execute("INSERT INTO scan VALUES (?)", (code.decode().rstrip(),))
    os.write(1, b"!")
"""


def run(report: Report) -> None:
    report.title(f"a scan, from its last byte until it is on the disk and the desk is rung; {PORTS} scanners at serial ports")
    with tempfile.TemporaryDirectory(dir=stores.folder()) as folder, closing(Wired(Path(folder) / "machine")) as machine:
        floor = bare(Path(folder))
        home = Path(folder) / "home"
        load(home)
        plugged = {f"ttyACM{n}": machine.wire(f"ttyACM{n}") for n in range(PORTS)}
        with at_work(home, machine, report) as station:
            process = psutil.Process(station.process.pid)
            report.value("idle, so much of a core", idle(process), "% ", 1.0)
            taken = scanned(home, machine)
            report.line("a bare loop", floor)
            report.line("the station", taken, floor, 3.0)
            report.value("memory of the station", process.memory_info().rss / 1e6, "MB", 60.0)
            again = [replugged(station, machine, plugged, f"ttyACM{n % PORTS}") for n in range(REPLUGS)]
            report.value("replugged, until it is ready: the slowest of ten", max(again), "s ", 1.0)


@contextmanager
def at_work(home, machine, report):
    start = time.perf_counter()
    station = Station(home, machine)
    station.ready(PORTS)
    report.value("started, until all of them are ready", time.perf_counter() - start, "s ")
    time.sleep(VOID)
    try:
        yield station
    finally:
        station.end()


def bare(folder: Path) -> list[float]:
    """The same through a loop that does nothing else."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    command = [sys.executable, "-c", BARE, os.ttyname(theirs), str(folder / "bare.sqlite3")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        rung = process.stdout.fileno()
        os.read(rung, 1)
        taken = []
        for n in range(SCANS):
            time.sleep(PACE)
            start = time.perf_counter()
            os.write(ours, f"99999{n:09d}\r".encode())
            os.read(rung, 1)
            taken.append(time.perf_counter() - start)
        process.kill()
    os.close(ours)
    os.close(theirs)
    return taken


def scanned(home: Path, machine: Wired) -> list[float]:
    """Each scan waited for: the bell also rings when a lamp has changed, so the spool has the last word."""
    taken = []
    with closing(Spool(home)) as spool, Bell(home) as desk:
        for n in range(SCANS):
            time.sleep(PACE)
            desk.wait(0)
            start = time.perf_counter()
            machine.fire(f"ttyACM{n % PORTS}", f"99999{n:09d}")
            while True:
                select.select([desk.fileno()], [], [], 10)
                at = time.perf_counter()
                desk.wait(0)
                if spool.count(State.WAITING) > n:
                    break
            taken.append(at - start)
    return taken


def idle(process: psutil.Process) -> float:
    """Percent of one core, of the process and its children, while nothing happens."""
    time.sleep(2 * VOID)
    before = burnt(process)
    time.sleep(IDLE)
    return (burnt(process) - before) / IDLE * 100


def burnt(process: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))


def replugged(station, machine, plugged, port: str) -> float:
    lost = station.said.count('"state": "lost"')
    machine.cut(port, plugged[port])
    until(lambda: station.said.count('"state": "lost"') > lost)
    time.sleep(VOID)
    ready = station.said.count('"state": "ready"')
    start = time.perf_counter()
    plugged[port] = machine.wire(port)
    until(lambda: station.said.count('"state": "ready"') > ready)
    return time.perf_counter() - start
