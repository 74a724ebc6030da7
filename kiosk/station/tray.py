"""The tray of a station: what its scanners read and no sheet has, how they are, and which sheet they write on.

It is what screens and programs see of the scan station, and what an officer does with it; `Delivery` empties the spool into it.
"""

import logging
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from drivers.scan import NoRead
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import ScanPlaced, ScanSetAside
from kiosk.desks.scanners import DISMISSED, Scanners
from kiosk.ports import Clock
from kiosk.station.bell import ring
from kiosk.station.claims import Claim, Claims
from kiosk.station.patience import PATIENCE, promptly
from kiosk.station.spool import Kept, Lamp, Spool, State

SILENT: Final = timedelta(seconds=15)
"""After so long without its lamps lit, the station process is not running: it lights them every 5 s."""
DELIVERED: Final = 200
"""How many of the newest scans are remembered as whose they are."""
PROMPT: Final = timedelta(seconds=5)
"""How late a scan may come to its sheet and still be expected there by who has made it."""
_log: Final = logging.getLogger("kiosk")

Health = Literal["absent", "ready", "none", "lost", "ended", "unreadable"]
"""absent: no scan station was ever started here; none: it runs and has no scanner; lost: a scanner is not ready."""


def name_of(kept: Kept) -> str:
    """The id of a scan; a no-read that has none is named by its place in the spool."""
    return kept.scan.id or f"unnamed-{kept.seq}"


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown of a station at a moment. `version` is another when anything on it is; `kept` is how many scans lie there."""

    health: Health
    lamps: tuple[Lamp, ...] = ()
    lit_at: datetime | None = None
    kept: int = 0
    waiting: int = 0
    late: int = 0
    """How many of those that wait can't be brought to their sheets now."""
    claim: Claim | None = None
    damaged: tuple[str, ...] = ()
    version: str = "-"

    @property
    def lost(self) -> tuple[Lamp, ...]:
        """The lamps that are not well; what is no scanner of ours is not lost."""
        return tuple(lamp for lamp in self.lamps if lamp.state not in {"ready", "not-taken"})

    @property
    def failing(self) -> tuple[Lamp, ...]:
        """The lamps of scanners that read, and whose last scan could not be kept all the same."""
        return tuple(lamp for lamp in self.lamps if lamp.state == "ready" and lamp.why)

    @property
    def guiding(self) -> tuple[Lamp, ...]:
        """The lamps of cameras before which something is held that can't be read as it is."""
        return tuple(lamp for lamp in self.lamps if lamp.state == "ready" and lamp.hint)

    @property
    def ready(self) -> tuple[Lamp, ...]:
        """The lamps that are."""
        return tuple(lamp for lamp in self.lamps if lamp.state == "ready")


@dataclass
class Tray:
    """The tray of the station whose home is given. `listeners` are told when the board may be another."""

    home: Path
    record: Scanners
    clock: Clock
    manner: Callable[[str], str] = field(default=lambda source: "")  # noqa: ARG005 - where nothing is set
    """How a scanner, by its source, is set to send, in a few words; empty where nothing is set."""
    spool: Spool = field(init=False)
    claims: Claims = field(init=False)
    listeners: list[Callable[[str], object]] = field(default_factory=list)
    stalled: bool = field(default=False, init=False)
    """Whether the delivery could not go on when it last tried."""

    def __post_init__(self) -> None:
        self.spool, self.claims = Spool(self.home), Claims(self.home)
        self._version, self._lock = "", threading.Lock()
        self._asking, self._hangs = threading.Lock(), False
        self._undone = True
        self._over: deque[tuple[datetime, dict[str, str]]] = deque()
        self._delivered: deque[tuple[str, str, str]] = deque(maxlen=DELIVERED)

    def board(self) -> Board:
        """The board as it is now; what can't be read in time is said on it, and never looks like a station that is well."""
        due = time.monotonic() + PATIENCE
        if self._asking.acquire(timeout=0 if self._hangs else PATIENCE):
            try:
                return promptly(self._asked, due - time.monotonic())
            except Unavailable as no:
                self._hangs = no.code == "timeout"
        return Board("unreadable", version="unreadable")

    def _asked(self) -> Board:
        """The board, for who has the lock; it is free again when this is done, however long that takes."""
        try:
            return self._board(self.clock())
        finally:
            self._hangs = False
            self._asking.release()

    def _board(self, at: datetime) -> Board:
        lit_at, lamps = self.spool.lit_at(), tuple(self.spool.lamps())
        kept, waiting = self.spool.count(State.UNPLACED), self.spool.count(State.WAITING)
        claim, damaged = self.claims.now(at), tuple(path.name for path in self.spool.damaged)
        health = health_of(lit_at, lamps, at)
        late = waiting if self.stalled else 0
        shown = [
            health,
            kept,
            late,
            claim and (claim.id, claim.got),
            damaged,
            *((lamp.device, lamp.name, lamp.state, lamp.why, lamp.hint) for lamp in lamps),
        ]
        return Board(health, lamps, lit_at, kept, waiting, late, claim, damaged, f"{zlib.crc32(repr(shown).encode()):08x}")

    def look(self) -> None:
        """Tell the listeners if the board is another."""
        version = self.board().version
        with self._lock:
            if version == self._version:
                return
            self._version = version
        for listener in self.listeners:
            listener(version)

    def delivered(self, sheet: str, badge: str, scan: str, at: datetime) -> None:
        """A scan comes to a sheet as a badge's now: whoever has made it just before expects it there, and no later."""
        if abs(self.clock() - at) <= PROMPT:
            self._delivered.append((sheet, badge, scan))

    def coming(self, sheet: str) -> int:
        """How many scans are on their way to a sheet; none where that can't be told in time, since nobody waits for it."""

        def count() -> int:
            found = self.spool.waiting()
            to = [one.sheet if one.sheet is not None else self._claimed(one) for one in found]
            return to.count(sheet)

        try:
            return promptly(count)
        except Unavailable:
            return 0

    def _claimed(self, kept: Kept) -> str | None:
        claim = self.claims.of(kept)
        return claim.sheet if claim is not None else None

    def expected(self, sheet: str, badge: str) -> list[str]:
        """The newest scans that a badge has made on a sheet."""
        return [scan for number, by, scan in tuple(self._delivered) if (number, by) == (sheet, badge)]

    def kept(self) -> list[Kept]:
        """The scans that no sheet has, the oldest first."""
        return self.spool.unplaced()

    def place(self, sheet: str, badge: str, chosen: Collection[int] | None = None) -> int:
        """Have some of them (their places in the spool), or all, put on a sheet, in their order; how many these were.

        The decision is recorded first, then carried out by the delivery: as his whose badge it is, once, and kept again with the
        reason if the sheet does not take it.
        """
        found = self._chosen(chosen)
        self.record.placed([name_of(one) for one in found], sheet, badge)
        with self._carrying_out():
            for one in found:
                self.spool.assign(one.seq, sheet, badge)
                self.spool.settle(one.seq, State.WAITING)
        ring(self.home, "desk")
        return len(found)

    def set_aside(self, reason: str, badge: str, chosen: Collection[int] | None = None) -> int:
        """Set some of them, or all, aside, with a reason; how many these were."""
        return self._aside(self._chosen(chosen), reason, badge)

    def dismiss(self, badge: str) -> int:
        """Set aside what was not read: there is nothing in it to lose; how many these were."""
        return self._aside([one for one in self.kept() if isinstance(one.scan, NoRead)], DISMISSED, badge)

    def _aside(self, chosen: Sequence[Kept], reason: str, badge: str) -> int:
        self.record.set_aside([name_of(one) for one in chosen], reason, badge)
        with self._carrying_out():
            for one in chosen:
                self.spool.settle(one.seq, State.ASIDE, reason.strip())
        self.look()
        return len(chosen)

    def over(self, at: datetime, **what: str) -> None:
        """A `session`, a `sheet` or a `badge` is done with the scanners: now, or as soon as that can be written."""
        self._over.append((at, what))
        try:
            promptly(self._end)
        except Unavailable as no:
            _log.warning("a claim on the scanners can't be ended yet: %s", no)
        self.look()

    def _end(self) -> None:
        while self._over:
            at, what = one = self._over.popleft()
            try:
                self.claims.leave(at, **what)
            except Unavailable:
                self._over.appendleft(one)
                raise

    def resume(self) -> None:
        """Carry out what was decided, and is on record, where somebody was killed or hindered before he had carried it out."""
        self._end()
        if not self._undone:
            return
        for one in self.kept():
            found = self.record.decided(name_of(one))
            match found and found.fact:
                case ScanPlaced(sheet=sheet) if found:
                    self.spool.assign(one.seq, sheet, found.by)
                    self.spool.settle(one.seq, State.WAITING)
                case ScanSetAside(reason=reason):
                    self.spool.settle(one.seq, State.ASIDE, reason)
                case _:
                    pass
        self._undone = False

    @contextmanager
    def _carrying_out(self) -> Iterator[None]:
        """What is decided in here is done, here or by the delivery."""
        try:
            yield
        except Unavailable:
            self._undone = True
            raise

    def _chosen(self, chosen: Collection[int] | None) -> list[Kept]:
        """The scans of these places in the spool, or all; `Refusal` where one of them is kept no more."""
        kept = self.kept()
        found = kept if chosen is None else [one for one in kept if one.seq in chosen]
        missing = set(chosen or ()).difference(one.seq for one in found)
        if missing or not found:
            raise Refusal("no-such-scan", got=min(missing, default=0))
        return found

    def test(self, badge: str, session: str) -> Claim:
        """Have the next scan shown in all its particulars, and go to no sheet."""
        return self.claims.test(badge, session, self.clock())

    def tested(self, session: str) -> tuple[Claim | None, Kept | None]:
        """The newest test of a session, and its scan if it has got one."""
        test = self.claims.last_test(session)
        return test, self.spool.find(test.got) if test is not None and test.got else None

    def close(self) -> None:
        """Let go of the files; harmless twice."""
        self.spool.close()
        self.claims.close()


def health_of(lit_at: datetime | None, lamps: Sequence[Lamp], at: datetime) -> Health:
    """How a station is, by its lamps and by when it last lit them; a clock that was set back makes no station silent for long."""
    if lit_at is None:
        return "absent"
    if abs(at - lit_at) > SILENT:
        return "ended"
    taken = [lamp for lamp in lamps if lamp.state != "not-taken"]
    if not taken:
        return "none"
    return "ready" if all(lamp.state == "ready" for lamp in taken) else "lost"
