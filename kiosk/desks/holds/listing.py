"""The hold list: made anew when something has changed, and before it is too old (P4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from kiosk.core.faults import Conflict
from kiosk.core.hold import SIZE, HoldList
from kiosk.core.journal import Entry, HoldListMade
from kiosk.desks.holds.desk import Holds
from kiosk.desks.holds.live import NEVER
from kiosk.ports import Clock, Journal, Press, Shelf


@dataclass(frozen=True, slots=True)
class Made:
    """The newest list: its serial, up to when it is complete, when it was signed, how many numbers and sheets stand on it."""

    serial: int
    issued_at: datetime
    signed_at: datetime
    held: int
    voided: int
    digest: str


class HoldLists:
    """The lists of a station: signed by the press, recorded, and put on the shelf. `every` is how old one may become."""

    def __init__(self, holds: Holds, journal: Journal, clock: Clock, press: Press, shelf: Shelf, every: timedelta) -> None:
        self._holds, self._journal, self._clock = holds, journal, clock
        self._press, self._shelf = press, shelf
        self.every: Final = every
        self._owed = False
        """A list is on record that did not get to the shelf: whoever fetches one would go by an older."""

    def newest(self) -> Made | None:
        """The newest list; None where there was none yet."""
        entry = self._holds.read().made
        if entry is None or not isinstance(entry.fact, HoldListMade):
            return None
        fact = entry.fact
        return Made(fact.serial, datetime.fromisoformat(fact.issued_at), entry.at, fact.held, fact.voided, fact.digest)

    def text(self) -> bytes | None:
        """The newest list as a text; None where there was none yet."""
        return self._shelf.published_holds()

    def due(self) -> bool:
        """Whether a new one is to be made: something has changed, the last is old and more is known now, or it is not there."""
        known, made = self._holds.known_to(), self.newest()
        if known <= NEVER:  # complete up to no time at all: nobody would believe it
            return False
        if self._owed or made is None or self._shelf.published_holds() is None or made.digest != _digest(*self._holds.content()):
            return True
        return known - made.issued_at >= self.every

    def make(self) -> Made:
        """A new one, complete up to when everything is known, and not a moment longer."""
        while True:
            self._holds.follow()
            book = self._holds.read()
            known, answered = self._holds.known_to(), book.answered
            if book.fresh:
                continue
            numbers, sheets = self._holds.content()
            last = self.newest()
            serial = last.serial + 1 if last else 1
            text = self._press.hold_list(HoldList(self._holds.authority, self._holds.station, serial, known, numbers, sheets))
            counts = len(numbers) // SIZE, len(sheets) // SIZE
            fact = HoldListMade(serial, known.isoformat(), *counts, _digest(numbers, sheets), answered)
            if self._recorded(serial, fact):
                self._owed = True
                self._shelf.publish_holds(text)
                made = self.newest()
                assert made is not None  # noqa: S101 - just recorded
                self._owed = made.serial != serial  # else another process has put its newer one there before ours
                if not self._owed:
                    return made

    def keep(self) -> Made | None:
        """A new one if it is due; the one that was made."""
        self._holds.follow()
        return self.make() if self.due() else None

    def _recorded(self, serial: int, fact: HoldListMade) -> bool:
        """Whether it is on record; not if another process of this station was quicker."""
        subject, station = f"holds/list/{self._holds.station}", self._holds.station
        try:
            self._journal.append([Entry(subject, self._clock(), station, fact)], after={subject: serial - 1})
        except Conflict:
            return False
        return True


def _digest(numbers: bytes, sheets: bytes) -> str:
    return sha256(len(numbers).to_bytes(8, "big") + numbers + sheets).hexdigest()
