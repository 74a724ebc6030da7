"""Brings what the station's scanners read to the sheet that was on the screen, in order, each once, whatever was killed meanwhile.

A scan is assigned to its sheet before it is put there, and settled after: whoever takes up the work finds what was done, since a
sheet takes a scan of one id once. What no sheet takes is kept in the tray with the reason, on record, and shown. What time puts
right is waited for, with the same scan first: nothing overtakes it. One process of a home delivers; the others look on.
"""

import fcntl
import logging
import os
import threading
from contextlib import suppress
from dataclasses import replace
from typing import Final, Self

from drivers.scan import NoRead, Scan
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.meaning import is_sheet_number
from kiosk.core.reference import plain
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import office_code
from kiosk.desks.client import TAKEN, ClientDesk
from kiosk.desks.counter import Counter
from kiosk.desks.gate import GATE, Gate
from kiosk.desks.scanners import HOME, ONE, TEST
from kiosk.station.bell import Bell, ring
from kiosk.station.claims import Claim
from kiosk.station.spool import Kept, State
from kiosk.station.tray import Tray, name_of

LOOK: Final = 1.0
"""Seconds after which it looks for itself: a bell is only a hint."""
PAUSES: Final = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before what could not be done is tried again; the last for ever."""
TRIES: Final = 25
"""How often a scan is put on a sheet anew that somebody else has just written on."""
NOTHING_OPEN: Final = "nothing-open"
_CLOCK: Final = "clock-behind"
"""The refusal that time puts right."""
_STAMPED: Final = "stamped-already"
_log: Final = logging.getLogger("kiosk")


class Delivery:
    """The delivery of a station. Entered, it works in a thread of its own until it is left; `turns` is one round without any.

    `office` is that of the sheets which it begins, for a page where every scan has a sheet of its own.
    """

    def __init__(
        self, tray: Tray, counter: Counter, office: str = "", gate: Gate | None = None, desk: ClientDesk | None = None
    ) -> None:
        self._tray, self._counter, self._office, self._gate, self._desk = tray, counter, office, gate, desk
        self._held: QuerySheet | None = None
        self._failures = 0
        self._lock: int | None = None
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self, seconds: float = 2.0) -> None:
        """End, after the scan that is under way; harmless twice."""
        self._stopped.set()
        ring(self._tray.home, "desk")
        if self._thread is not None:
            self._thread.join(seconds)

    @property
    def alive(self) -> bool:
        """Whether it works."""
        return self._thread is not None and self._thread.is_alive()

    def turns(self) -> float:
        """Deliver all that waits; the seconds until the next look. What can't be done now is first then."""
        try:
            self._tray.resume()
            while not self._stopped.is_set() and (waiting := self._tray.spool.waiting()):
                for kept in waiting:
                    if self._stopped.is_set():
                        break
                    self._deliver(kept)
                    self._failures = 0
        except (Unavailable, Refusal) as no:
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
            self._tray.stalled = True
            _log.warning("scans wait: %s", no)
            return pause
        self._tray.stalled = False
        return LOOK

    def _deliver(self, kept: Kept) -> None:
        """One scan, to its sheet or into the tray; `Unavailable`, or a clock that is behind, if neither can be had now."""
        try:
            placed = self._assigned(kept)
            if placed is not None:
                self._put(placed)
        except Unavailable:
            raise
        except Refusal as no:
            if no.code == _CLOCK:
                raise
            self._keep(kept, no.code)
        except Exception as error:  # noqa: BLE001 - one poison scan never stops the others
            _log.exception("a scan can't be delivered", exc_info=error)
            self._held = None
            self._keep(kept, "failed")

    def _assigned(self, kept: Kept) -> Kept | None:
        """The scan with the sheet that it is for, on the disk; None where there is none, and it was settled."""
        if kept.sheet is not None:
            return kept
        claim = self._tray.claims.of(kept)
        if claim is None:
            self._keep(kept, NOTHING_OPEN)
            return None
        if claim.sheet == TEST:
            self._tray.claims.tested(claim.id, kept)
            self._settled(kept, State.TESTED)
            return None
        if claim.sheet == GATE:
            self._presented(kept, claim)
            return None
        if self._is_slip(kept, claim):
            self._taken(kept, claim)
            return None
        if claim.sheet == HOME:
            self._keep(kept, NOTHING_OPEN)
            return None
        sheet = claim.sheet if claim.sheet != ONE else self._begun(claim)
        self._tray.spool.assign(kept.seq, sheet, claim.badge)
        return replace(kept, sheet=sheet, badge=claim.badge)

    def _presented(self, kept: Kept, claim: Claim) -> None:
        """What was scanned at the gate is a proof that is presented; its page is told of it, and shows the verdict."""
        if self._gate is None:
            raise Refusal(NOTHING_OPEN)
        name, scan = name_of(kept), kept.scan
        by_name = f"{self._tray.record.station}/{name}"
        if isinstance(scan, NoRead):
            shown = self._gate.unread(scan.reason, claim.badge, by_name)
        else:
            shown = self._gate.present(scan.text, claim.badge, by_name)
        self._tray.claims.begun(claim.id, str(shown.id))
        self._settled(kept, State.PLACED)

    def _is_slip(self, kept: Kept, claim: Claim) -> bool:
        """Whether an officer has scanned the number of a sheet, and no client has: it is never a scan of the sheet on his page."""
        return isinstance(kept.scan, Scan) and is_sheet_number(kept.scan.text) and claim.badge != self._counter.station

    def _taken(self, kept: Kept, claim: Claim) -> None:
        """A client's query is the officer's from now on; his page is told of it, and shows it."""
        if self._desk is None or not isinstance(kept.scan, Scan):
            raise Refusal("our-sheet-number")
        sheet = self._desk.take_over(plain(kept.scan.text), claim.badge)
        self._tray.claims.begun(claim.id, f"{TAKEN}{sheet.number}")
        self._settled(kept, State.PLACED)

    def _begun(self, claim: Claim) -> str:
        """A sheet for one scan; the page that shows its answer is told of it when it is there."""
        if not self._office:
            raise Refusal("no-office")
        self._held = self._counter.open(Header(office_code(self._office)), claim.badge)
        self._tray.claims.begun(claim.id, self._held.number)
        return self._held.number

    def _put(self, kept: Kept) -> None:
        """Put a scan on its sheet, where it is if it was put there before."""
        number, badge, scan = kept.sheet or "", kept.badge or "", replace(kept.scan, id=name_of(kept))
        self._tray.delivered(number, badge, scan.id, scan.at)
        for _ in range(TRIES):
            try:
                sheet = self._held if self._held is not None and self._held.number == number else self._counter.find(number)
                self._held = self._counter.scan(sheet, [scan], badge)
            except Conflict:
                self._held = None
            except Refusal as no:
                if no.code != _STAMPED or scan.id not in self._counter.find(number).scans:
                    raise
                break  # it was put there before the stamp, by who was killed then
            else:
                break
        else:
            raise Refusal("moved-on", subject=number)
        self._settled(kept, State.PLACED)

    def _keep(self, kept: Kept, why: str) -> None:
        """Into the tray: on record first, so that what is settled is never known to the spool alone, if it can be."""
        try:
            self._tray.record.kept(name_of(kept), kept.scan, why)
        except (Unavailable, Refusal):
            raise
        except Exception as error:  # noqa: BLE001 - else it would stop every scan after it
            _log.exception("that a scan was kept can't be recorded", exc_info=error)
        self._settled(kept, State.UNPLACED, why)

    def _settled(self, kept: Kept, state: State, why: str = "") -> None:
        self._tray.spool.settle(kept.seq, state, why)
        self._tray.look()

    def _run(self) -> None:
        with Bell(self._tray.home, "desk") as bell:
            while not self._stopped.is_set():
                pause = self._turn()
                if self._lock is None:
                    self._stopped.wait(LOOK)  # the bell is for who delivers
                elif not bell.wait(min(pause, LOOK)) and pause > LOOK:
                    self._stopped.wait(pause - LOOK)
        self._let_go()

    def _turn(self) -> float:
        """One turn of the thread. Whatever goes wrong in it, there is another."""
        try:
            pause = self.turns() if self._alone() else LOOK
            self._tray.look()
        except Exception as error:  # noqa: BLE001 - else every scan from now on would lie there without a word
            _log.exception("the delivery failed", exc_info=error)
            return LOOK
        return pause

    def _alone(self) -> bool:
        """Whether this process is the one of its home that delivers."""
        if self._lock is None:
            path = self._tray.home / "station" / "delivery.lock"
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                return False
            self._lock = descriptor
        return True

    def _let_go(self) -> None:
        if self._lock is not None:
            with suppress(OSError):
                os.close(self._lock)
            self._lock = None
