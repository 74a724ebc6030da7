"""Who looks at which sheet, and how far each sheet is. The hub's own thread asks the record: no stream has a connection to it."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.core.faults import Unavailable
from kiosk.core.journal import Entry

LOOK: Final = 1.0
"""Seconds between two looks at what other processes wrote, while anybody looks on."""
_log: Final = logging.getLogger("kiosk")


@dataclass(slots=True, eq=False)
class Seat:
    """One who looks at a sheet: how far it is (-1: not known yet), how far he was told, and which board (`stir`) he knows."""

    sheet: str
    told: int
    bell: threading.Condition
    at: int = -1
    board: str = ""

    @property
    def news(self) -> bool:
        """Whether there is something that he was not told."""
        return self.at not in (-1, self.told)


class Hub:
    """The seats. `head` is how far the whole record is, `entries` how far a sheet is; `room` is how many may look on at once."""

    def __init__(self, head: Callable[[], int], entries: Callable[[str], int], room: int) -> None:
        self._head, self._entries, self._room = head, entries, room
        self._lock = threading.Lock()
        self._bell = threading.Condition(self._lock)
        self._seats: set[Seat] = set()
        self._moved: set[str] = set()
        self._size = -1
        self._board = ""
        self._thread: threading.Thread | None = None
        self.stopped = False

    @property
    def open(self) -> int:
        """How many look on."""
        return len(self._seats)

    def publish(self, subject: str) -> None:
        """A sheet has moved: who looks at it will be told how far."""
        with self._lock:
            if any(seat.sheet == subject for seat in self._seats):
                self._moved.add(subject)
                self._bell.notify()

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was just written in this process."""
        if self._seats:
            for subject in {entry.subject for entry in entries}:
                self.publish(subject)

    def stir(self, board: str) -> None:
        """The board of the station's scanners is another: everybody who looks on will be told so."""
        with self._lock:
            self._board = board
            for seat in self._seats:
                seat.bell.notify()

    def stirred(self, seat: Seat) -> bool:
        """Whether the board is another than the one that he knows; said once."""
        with self._lock:
            known, seat.board = seat.board, self._board
            return known != self._board

    def sit(self, sheet: str, told: int = -1, board: str = "") -> Seat | None:
        """A seat for one who looks at a sheet, and knows of so many entries, and of a board (or asks for none); None: no room."""
        seat = Seat(sheet, told, threading.Condition(self._lock), board=board or self._board)
        with self._lock:
            if self.stopped or len(self._seats) >= self._room:
                return None
            self._seats.add(seat)
            self._moved.add(sheet)
            self._bell.notify()
        return seat

    def leave(self, seat: Seat) -> None:
        """The seat is free again; harmless twice."""
        with self._lock:
            self._seats.discard(seat)

    def news(self, seat: Seat, seconds: float) -> int | None:
        """How far the sheet is, as soon as he was not told of that; None after so many seconds, for another board, at the end."""
        with self._lock:
            seat.bell.wait_for(lambda: self.stopped or seat.news or seat.board != self._board, seconds)
            if self.stopped or not seat.news:
                return None
            seat.told = seat.at
            return seat.at

    def look(self) -> None:
        """Find every sheet that others may have moved: all that are looked at, if the record has grown."""
        size = self._head()
        with self._lock:
            if size != self._size:
                self._moved |= {seat.sheet for seat in self._seats}
            self._size = size

    def tell(self) -> None:
        """Ask how far the sheets are that have moved, and wake who looks at them. What can't be asked now is asked next time."""
        with self._lock:
            moved, self._moved = self._moved & {seat.sheet for seat in self._seats}, set()
        try:
            found = {sheet: self._entries(sheet) for sheet in moved}
        except BaseException:
            with self._lock:
                self._moved |= moved
            raise
        with self._lock:
            for seat in self._seats:
                seat.at = found.get(seat.sheet, seat.at)
                if seat.news:
                    seat.bell.notify()

    def start(self) -> None:
        """Start the thread; harmless twice."""
        with self._lock:
            if self._thread is None and not self.stopped:
                self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End every stream at once; harmless twice."""
        with self._lock:
            self.stopped = True
            self._bell.notify()
            for seat in self._seats:
                seat.bell.notify()
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _run(self) -> None:
        due = 0.0
        while self._awaited(due - time.monotonic()):
            try:
                if time.monotonic() >= due:
                    due = time.monotonic() + LOOK
                    self.look()
                self.tell()
            except Unavailable as no:
                _log.warning("the record can't be read: %s", no.code)
                self._rest()
            except Exception as error:  # noqa: BLE001 - else every screen would stand still from now on
                _log.exception("the hub failed", exc_info=error)
                self._rest()

    def _awaited(self, seconds: float) -> bool:
        """Wait for a move, or so many seconds; without anybody who looks on, for the first. False when the hub stops."""
        with self._lock:
            self._bell.wait_for(lambda: self.stopped or self._seats)
            self._bell.wait_for(lambda: self.stopped or self._moved, max(seconds, 0))
            return not self.stopped

    def _rest(self) -> None:
        with self._lock:
            self._bell.wait_for(lambda: self.stopped, LOOK)
