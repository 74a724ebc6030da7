"""One scanner, held by a thread of its own: opened, read, and taken again when it was lost. It stops no other one (D5).

What it reads is on the disk before anybody is told; then the desk is rung, then a tone acknowledges it.
"""

import logging
import os
import threading
from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable
from uuid import uuid4

from drivers.hotplug import Device
from drivers.scan import NoRead, Scan, Scanner, ScannerLost, Why
from kiosk.core.faults import Refusal, Unavailable
from kiosk.station.keeping import Keeping, Tally
from kiosk.station.spool import Lamp
from kiosk.station.throttle import Throttle, Verdict
from kiosk.station.tones import Tone

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before a device is tried again that is there and can't be read; the last for ever."""
PROVEN: Final = 5.0
"""Seconds after which an open device is trusted again: one that fails over and over is not shown as ready in between."""
PACE: Final = 0.002
"""Seconds between two things of a device that floods: the others have the machine meanwhile."""
STATES: Final = {
    "gone": "lost",
    "no-permission": "refused",
    "busy": "refused",
    "not-a-device": "refused",
    "bad-setting": "refused",
}
"""The state of a lamp by why its device can't be read; whatever else it is, is a fault."""
WAITS: Final = frozenset({"not-a-device", "bad-setting"})
"""What no new try puts right, but a plug or a setting."""
LOG: Final = logging.getLogger("kiosk")


@runtime_checkable
class Guiding(Protocol):
    """A scanner that says what to do before it: a camera. It calls `hinted` when that is another thing."""

    hint: str
    hinted: Callable[[], object]


class Holder:
    """The thread that holds one device. `opened` makes its shell, not open yet."""

    def __init__(self, device: Device, source: str, opened: Callable[[], Scanner], keeping: Keeping, tally: Tally) -> None:
        self.device: Final = device
        self._source, self._open, self._keeping, self._tally = source, opened, keeping, tally
        self._stamp = stamp_of(device.node)
        self._scanner: Scanner | None = None
        self._throttle, self._lock = Throttle(), threading.RLock()
        self._state, self._why, self._trouble = "lost", "opening", ""
        self._failures, self._since, self._doubted, self._logged = 0, 0.0, False, ""
        self._stopping, self._nudge = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=source, daemon=True)

    def start(self) -> None:
        """Begin; once in its life."""
        self._thread.start()

    def nudge(self) -> None:
        """Something about the device has changed: where it could not be read, it is tried again now."""
        self._nudge.set()

    def leave(self, why: str, seconds: float = 0.0) -> None:
        """Let go of the device, without waiting for the thread; harmless twice.

        One that was unplugged is given some seconds to find that out by itself: then half a code in it is a no-read.
        """
        self._stopping.set()
        self._nudge.set()
        self._show("lost", why)
        if seconds:
            later = threading.Timer(seconds, self._close)
            later.daemon = True
            later.start()
        else:
            self._close()

    def _close(self) -> None:
        if (scanner := self._scanner) is not None:
            try:
                scanner.__exit__(None, None, None)
            except Exception:
                LOG.exception("%s can't be let go of", self._source)

    def join(self, seconds: float) -> None:
        """Wait so long for the thread to end."""
        if self._thread.ident is not None:
            self._thread.join(max(seconds, 0))

    @property
    def beats(self) -> int | None:
        """How often the loop of its shell has turned; None while it is not open, or where it does not count."""
        return getattr(self._scanner, "beats", None)

    def tick(self) -> None:
        """Look after it now and then: a flood without one whole code, the end of a flood, a device that has proved itself."""
        now, beats = self._keeping.now(), self.beats
        with self._lock:
            if self._scanner is None:
                return
            if beats is not None and self._throttle.beaten(now, beats):
                self._flooded()
            if self._throttle.calm(now) or (self._doubted and now - self._since >= PROVEN):
                self._ready()

    def lamp(self, name: str) -> Lamp:
        """How it is."""
        tally, device = self._tally, self.device
        why = self._why if self._state != "ready" else self._trouble
        return Lamp(
            device=device.id,
            name=name,
            kind=str(device.kind),
            state=self._state,
            why=why,
            last=tally.last,
            last_at=tally.last_at,
            rate=tally.rate(self._keeping.now()),
            scans=tally.scans,
            errors=tally.errors,
            at=self._keeping.clock(),
            hint=getattr(self._scanner, "hint", "") if self._state == "ready" else "",
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            why = self._read()
            if self._stopping.is_set():
                return
            state = STATES.get(why, "fault")
            self._doubted = self._doubted and state == "fault"
            self._show(state, why)
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
            self._nudge.wait(None if why in WAITS else pause)
            self._nudge.clear()

    def _read(self) -> str:
        """Open it and read it until that ends; why it did. A node that was made anew may be another device's: it is left alone."""
        if stamp_of(self.device.node) != self._stamp:
            return "gone"
        try:
            with self._open() as scanner:
                self._begin(scanner)
                for item in scanner:
                    if not self._heard(item) and self._stopping.is_set():
                        break  # a flood has no end of its own
        except ScannerLost as lost:
            return lost.why
        except Refusal as no:
            self._log_once("bad-setting", no)
            return "bad-setting"
        except Exception as error:  # noqa: BLE001 - one poison driver never stops the others
            self._log_once(repr(type(error)), error)
            return "failed"
        finally:
            self._end()
        return "gone"

    def _begin(self, scanner: Scanner) -> None:
        """It is open: ready at once, unless it has just failed."""
        self._nudge.clear()  # what was said of it before is no reason to open it anew
        if isinstance(scanner, Guiding):
            scanner.hinted = self._keeping.changed
        with self._lock:
            self._scanner, self._since = scanner, self._keeping.now()
            if not self._doubted:
                self._ready()
        if self._stopping.is_set():  # it was opened while somebody let go of it
            scanner.__exit__(None, None, None)

    def _end(self) -> None:
        with self._lock:
            was, self._scanner = self._scanner, None
            if was is None:
                return
            if self._keeping.now() - self._since >= PROVEN:
                self._failures = 0
            self._doubted = True

    def _ready(self) -> None:
        self._doubted, self._logged = False, ""
        if not self._stopping.is_set():
            self._show("ready", "")

    def _heard(self, item: Scan | NoRead) -> bool:
        """Keep it, unless it is of a flood; whether it was taken."""
        whole = isinstance(item, Scan)
        with self._lock:
            verdict = self._throttle.heard(self._keeping.now(), whole=whole)
            if verdict is Verdict.FLOOD:
                self._flooded()
            elif verdict is Verdict.TAKEN and (self._state == "flood" or (self._doubted and whole)):
                self._ready()
        if verdict is Verdict.TAKEN:
            self._keep(item)
        else:
            self._tally.errors += verdict is Verdict.DROPPED  # the first is counted as the flood that it is named
            self._stopping.wait(PACE)
        return verdict is Verdict.TAKEN

    def _flooded(self) -> None:
        """Name the flood, once. What comes is thrown away until it is quiet; the device stays held: its keys go to nobody else."""
        self._show("flood", str(Why.FLOOD))
        self._keep(NoRead(Why.FLOOD, self._source, self._keeping.clock(), id=uuid4().hex))

    def _keep(self, item: Scan | NoRead) -> None:
        """Keep it, ring, and say so; where it can't be kept, never the tone that says it was."""
        try:
            self._keeping.spool.keep(item)
        except Exception as error:  # noqa: BLE001 - one poison scan never stops the next
            code = error.code if isinstance(error, Unavailable) else "not-kept"
            self._log_once(f"not-kept {code}", error)
            self._tally.errors += 1
            self._trouble = code
            self._keeping.play(Tone.NOT_KEPT)
        else:
            self._keeping.ring()
            self._keeping.play(Tone.KEPT if isinstance(item, Scan) else Tone.NOT_READ)
            self._tally.count(item, self._keeping.now())
            self._trouble, self._logged = "" if isinstance(item, Scan) else item.reason, ""
        self._keeping.changed()

    def _show(self, state: str, why: str) -> None:
        if (state, why) != (self._state, self._why):
            self._state, self._why = state, why
            self._keeping.changed()

    def _log_once(self, what: str, error: Exception) -> None:
        """Once for each kind of failure, until it works again: a poison device is tried for ever."""
        if what != self._logged:
            self._logged = what
            quiet = isinstance(error, Refusal | Unavailable)
            LOG.error("%s: %s", self._source, error if quiet else type(error).__name__, exc_info=None if quiet else error)


def stamp_of(node: str) -> int:
    """Which node this is: one that is made anew is another; 0 where there is none."""
    try:
        return os.lstat(node).st_ino
    except OSError:
        return 0
