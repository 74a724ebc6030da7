"""Printers of the tests: a fake one that a test drives, and the real IPP service of CUPS (`ippeveprinter`) with its faults."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.core.condition import Condition
from kiosk.core.faults import Unavailable
from kiosk.core.printing import AnswerLost, State, Word

MINUTE = 60


@dataclass
class FakePrinter:
    """A printer: a test takes it away, opens its cover, lets its answers be lost, and lets its jobs come out."""

    name: str = "ipp://fake/ipp/print"
    jobs: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    paper: list[bytes] = field(default_factory=list)
    """What has come out."""
    said: dict[str, Word] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    down: str = ""
    no: str = ""
    """A no for what is submitted next."""
    loses: bool = False
    """Whether it takes what is submitted and its answer is lost."""
    swallows: bool = False
    """Whether its answer is lost, and it has not taken it either."""
    now: Condition = field(default_factory=Condition)

    def submit(self, pdf, name):
        self._answers()
        if self.no:
            raise Unavailable("printer", self.no, "as told by the test")
        if not self.swallows:
            self.jobs[str(len(self.jobs) + 1)] = (name, pdf)
            self.said[str(len(self.jobs))] = Word(State.SENT)
        if self.loses or self.swallows:
            raise AnswerLost("printer", "answer-lost", "as told by the test")
        return str(len(self.jobs))

    def word(self, job, name):
        self._answers()
        if self.jobs.get(job, ("", b""))[0] != name:
            return Word(State.UNKNOWN, ("job-gone",))
        return self.said[job]

    def find(self, name):
        self._answers()
        return next((job for job in reversed(self.jobs) if self.jobs[job][0] == name), None)

    def cancel(self, job):
        self._answers()
        self.cancelled.append(job)

    def condition(self):
        self._answers()
        return self.now

    def says(self, state, *reasons):
        """It says this of its newest job; one that is done has come out."""
        job = str(len(self.jobs))
        self.said[job] = Word(state, reasons)
        if state is State.DONE:
            self.paper.append(self.jobs[job][1])

    def restart(self):
        """It forgets its jobs, and counts from 1 again."""
        self.jobs.clear()

    def _answers(self):
        if self.down:
            raise Unavailable("printer", self.down, "as told by the test")


_COMMAND = """#!/bin/sh
told=
while [ -e '{control}/hold' ]; do
    reason=$(cat '{control}/hold')
    if [ "$reason" != "$told" ]; then
        [ -n "$told" ] && echo "STATE: -$told" >&2
        [ -n "$reason" ] && echo "STATE: +$reason" >&2
        told=$reason
    fi
    sleep 0.02
done
[ -n "$told" ] && echo "STATE: -$told" >&2
[ -e '{control}/fail' ] && exit 1
cp "$1" '{tray}/'$$
"""
_AVAHI = """[server]
host-name=kiosk-tests
use-ipv6=no
allow-interfaces=lo
[publish]
publish-workstation=no
publish-hinfo=no
"""


@dataclass
class IppService:
    """A real IPP printer. What it prints lies in its tray; `hold` lets the next jobs stand, with a reason or without."""

    folder: Path
    environment: dict[str, str]
    port: int
    process: subprocess.Popen | None = None
    begun: int = 0

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    @property
    def tray(self) -> list[bytes]:
        """What has come out, in any order."""
        return [path.read_bytes() for path in (self.folder / "tray").iterdir()]

    def start(self) -> None:
        """Switch it on; returns when it listens."""
        for name in ("spool", "tray", "control"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
        command = self.folder / "command"
        command.write_text(_COMMAND.format(control=self.folder / "control", tray=self.folder / "tray"))
        command.chmod(0o700)
        wait_until(self._listens, self._said)

    def _listens(self) -> bool:
        """Whether it does; one that Avahi refused its name, since it still had that of the last one, is begun anew."""
        if self.process is None or self.process.poll() is not None:
            self._begin()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _said(self) -> str:
        return (self.folder / "printer.log").read_text()

    def _begin(self) -> None:
        self.begun += 1
        words = ["ippeveprinter", "-p", str(self.port), "-k", "-d", str(self.folder / "spool"), "-f", "application/pdf"]
        words += ["-c", str(self.folder / "command"), f"tests {os.getpid()} {self.begun}"]
        with (self.folder / "printer.log").open("ab") as log:
            self.process = subprocess.Popen(words, env=self.environment, stderr=log, stdout=log)

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """The power goes: it forgets all its jobs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """It takes connections, and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def hold(self, reason: str = "") -> None:
        """Nothing comes out from now on, for a reason (media-empty, cover-open), or for none that it says."""
        new = self.folder / "control" / "new"
        new.write_text(reason)
        new.rename(self.folder / "control" / "hold")

    def go_on(self) -> None:
        """It prints again."""
        (self.folder / "control" / "hold").unlink(missing_ok=True)

    def fail(self, *, fails: bool = True) -> None:
        """It breaks off each job from now on."""
        (self.folder / "control" / "fail").touch() if fails else (self.folder / "control" / "fail").unlink(missing_ok=True)


def wait_until(happens: Callable[[], object], told: Callable[[], object] = lambda: "", seconds: float = MINUTE) -> None:
    """Until it happens; it has a minute, on a machine that others use."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, told()
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def ipp_service(folder: Path) -> Iterator[IppService]:
    """The service, with a D-Bus and an Avahi of its own on the loopback: without them it does not start.

    An Avahi is alone on its machine; who comes second waits for the first.
    """
    with ExitStack() as stack, (Path(tempfile.gettempdir()) / "kiosk-tests-avahi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = folder.resolve()
        bus = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bus-"))) / "bus"  # a socket's path has 107 bytes
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
        stack.enter_context(
            running(["dbus-daemon", "--session", f"--address=unix:path={bus}", "--nofork", "--nopidfile"], environment)
        )
        wait_until(bus.exists)
        (folder / "avahi.conf").write_text(_AVAHI)
        avahi = ["avahi-daemon", "-f", str(folder / "avahi.conf"), "--no-drop-root", "--no-chroot", "--no-rlimits"]
        stack.enter_context(running(avahi, environment, folder / "avahi.log"))
        wait_until(lambda: "startup complete" in (folder / "avahi.log").read_text(), (folder / "avahi.log").read_text)
        service = IppService(folder, environment, free_port())
        stack.callback(service.stop)
        service.start()
        yield service


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path | None = None) -> Iterator[subprocess.Popen]:
    """A program, until the end of the block."""
    with (log or Path(os.devnull)).open("ab") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            yield process
        finally:
            process.terminate()


class Proxy:
    """A wire to a printer that can be cut: after a request has gone through, or in the middle of its answer."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.cut: Callable[[bytes], bool] = lambda _: False
        """Whether the answer to a request is lost."""
        self.keep = 0
        """How many bytes of a lost answer come all the same."""
        self.before = False
        """Whether a request that is cut is lost itself, and not only its answer."""
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            request = _whole(client)
            cut = self.cut(request)
            if cut and self.before:
                return
            with socket.create_connection(("127.0.0.1", self._to)) as printer:
                printer.sendall(request)
                answer = _whole(printer)
            client.sendall(answer[: self.keep] if cut else answer)


def _whole(end: socket.socket) -> bytes:
    """One HTTP message, with a body of the length that it names, or in chunks."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += end.recv(65536) or _ended(got)
    head, body = got.split(b"\r\n\r\n", 1)
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while (len(body) < int(lengths[0])) if lengths else not body.endswith(b"0\r\n\r\n"):
        body += end.recv(65536) or _ended(body)
    return head + b"\r\n\r\n" + body


def _ended(got: bytes) -> bytes:
    raise ConnectionError(f"ended after {len(got)} bytes")


def of_operation(operation: int) -> Callable[[bytes], bool]:
    """Requests of an IPP operation."""
    return lambda request: request.split(b"\r\n\r\n", 1)[1][2:4] == operation.to_bytes(2, "big")
