"""A warehouse's own machine and the office: entries go there, trust and hold lists come from there, whenever that can be (P3, P4).

Everything here may be cut off at any moment. What was sent is known only when the office has said so, and is sent again until then;
what was fetched replaces what was there only when it is whole, checked, and not older.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.hold import HoldList, newer
from kiosk.core.journal import Entry
from kiosk.core.register import Written
from kiosk.core.trust import TrustList
from kiosk.desks.register.exchange import Exchange, packed
from kiosk.ports import Clock, Peer
from kiosk.station.loop import Loop

FOLDER: Final = "peer"
PAUSES: Final = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds until the next try after the first failure, the second, and so on."""
ROUND: Final = 60.0
"""Seconds until the lists are fetched again, where all is well."""
CHOKED: Final = "choked"
"""The office is there, and fails at this one entry."""
SHUT: Final = "unknown-token"
"""The office does not know this machine, or not for this warehouse."""
_log: Final = logging.getLogger("kiosk")


@dataclass(frozen=True)
class PeerLists:
    """The office's trust and hold lists, kept in files below the home. `read_trust` knows the pinned root and believes no other.

    Every list is checked when it comes and whenever it is read: a file that was changed is as good as none.
    """

    folder: Path
    read_trust: Callable[[bytes], TrustList]
    read_holds: Callable[[bytes, TrustList, datetime], HoldList]
    clock: Clock
    _known: dict[str, tuple[object, Any]] = field(default_factory=dict)
    """What a file held when it was read last, by name."""

    def trust(self) -> TrustList:
        """The trust list; `Unavailable("office", "no-list")` while there is none, `Forged` for one that the root did not sign."""
        path = self.folder / "trust.list"
        found: TrustList = self._read(path, path.name, self.read_trust)
        return found

    def holds(self) -> tuple[HoldList, ...]:
        """The hold lists of all stations; one that is no longer to be believed is not among them."""
        found, trust = [], self.trust()
        for path in sorted(self.folder.glob("holds-*.list")):
            with suppress(Forged, Unavailable):
                name = f"{path.name} {trust.serial} {self.clock():%Y-%m-%dT%H}"  # a key may be over by now
                found.append(self._read(path, name, lambda text: self.read_holds(text, trust, self.clock())))
        return tuple(found)

    def fetched(self) -> datetime | None:
        """When lists were fetched last; None for never."""
        try:
            return datetime.fromisoformat((self.folder / "fetched").read_text("ascii"))
        except (OSError, ValueError):
            return None

    def keep(self, trust: bytes, holds: bytes | None) -> None:
        """Put what was just fetched in the place of what was there; `Forged` for what is not genuine, or is older.

        `holds` has a list for each station, a line each: one that is refused keeps no other from its place. None: there was none.
        """
        new = self.read_trust(trust)
        self._check_no_older(new)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _write(self.folder / "trust.list", trust)
        if holds is None:
            return
        known = {one.station: one for one in self.holds()}
        refused = [no for line in holds.split() if (no := self._kept(line, new, known))]
        if refused:
            raise refused[0]
        _write(self.folder / "fetched", self.clock().isoformat().encode())

    def _kept(self, line: bytes, trust: TrustList, known: Mapping[str, HoldList]) -> Forged | None:
        """Keep one hold list; why not, where it is refused."""
        try:
            found = self.read_holds(line, trust, self.clock())
            newer(known.get(found.station), found)
        except Forged as no:
            return no
        _write(self.folder / f"holds-{found.station}.list", line)
        return None

    def _check_no_older(self, new: TrustList) -> None:
        """Refuse a list that is older than ours: a key that was revoked since would be trusted again."""
        try:
            old = self.trust().serial
        except (Forged, Unavailable):
            return
        if new.serial < old:
            raise Forged("older-list", expected=old, got=new.serial)

    def _read(self, path: Path, name: str, read: Callable[[bytes], Any]) -> Any:  # noqa: ANN401 - as the list is
        """A list; from memory, while its file is the same."""
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._known.get(path.name, (None, None))[0] != (name, stamp):
                self._known[path.name] = ((name, stamp), read(path.read_bytes()))
        except OSError as error:
            raise Unavailable("office", "no-list", str(error)) from error
        return self._known[path.name][1]


@dataclass(frozen=True, slots=True)
class SyncState:
    """How things stand with the office: when lists last came, how many entries it does not have yet, what is wrong (a code)."""

    reached: datetime | None
    waiting: int
    code: str


class Sync:
    """Keeps a machine and the office together. Entered, in a thread of its own until it is left; `turn` is one round."""

    def __init__(self, exchange: Exchange, peer: Peer, lists: PeerLists) -> None:
        self._exchange, self._peer, self.lists = exchange, peer, lists
        self._loop: Final = Loop("sync", self._run)
        self._turn = threading.Lock()
        self._rung = False
        self._waiting, self._code = len(exchange.written_here(self._mark())), ""

    def __enter__(self) -> Self:
        self._loop.begin()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self, seconds: float = 1.0) -> None:
        """End, after the request that is under way; harmless twice."""
        self._loop.end(seconds)

    @property
    def state(self) -> SyncState:
        """How things stand."""
        return SyncState(self.lists.fetched(), self._waiting, self._code)

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was just written here: an entry of the register goes to the office at once."""
        new = sum(isinstance(entry.fact, Written) for entry in entries)
        if new:
            with self._loop.bell:
                self._waiting += new
                self._rung = True
                self._loop.bell.notify_all()

    def turn(self) -> tuple[int, int]:
        """One round: fetch the lists, send what is not there yet; how many entries were sent, and how many of them not taken.

        `Unavailable` or `Forged` where something of it failed; the rest of it was done all the same.
        """
        with self._turn:
            faults, sent = list[Exception](), (0, 0)
            try:
                self._fetch()
            except (Unavailable, Refusal, OSError) as no:
                faults.append(no)
            try:
                sent = self._send()
            except (Unavailable, Refusal, OSError) as no:
                faults.append(no)
            self._waiting = len(self._exchange.written_here(self._mark()))
            if faults:
                raise faults[0]
            return sent

    def _fetch(self) -> None:
        """Fetch the lists. A trust list counts at once, also where the hold list does not come with it."""
        trust = self._peer.trust()
        try:
            holds = self._peer.holds()
        except Unavailable:
            self.lists.keep(trust, None)
            raise
        self.lists.keep(trust, holds)

    def _send(self) -> tuple[int, int]:
        """Send what is not there yet, oldest first. One that the office chokes on waits, and holds up no other.

        So do those of a warehouse that this machine may not write for, as of a sub-location that was mistyped.
        """
        sent, refused, choked, shut = 0, 0, list[Unavailable](), set[str]()
        for own in self._exchange.written_here(self._mark()):
            if own.fact.sub_location in shut:
                continue
            try:
                self._peer.push(packed(own))
            except Refusal as no:
                self._exchange.not_taken(own.fact, no.code)
                refused += 1
            except Unavailable as no:
                if no.code not in {CHOKED, SHUT}:
                    raise
                choked.append(no)
                shut |= {own.fact.sub_location} if no.code == SHUT else set()
            sent += not choked
            if not choked:
                self._note(own.position + 1)
        if choked:
            raise choked[0]
        return sent, refused

    def _mark(self) -> int:
        """The position of the record before which the office has everything; none where that is not known: it is sent again.

        A mark past the end is of a record that was put back since. It is done away with, or it would hide what is written until
        the record is as long again.
        """
        try:
            mark = int((self.lists.folder / "sent").read_text("ascii"))
        except (OSError, ValueError):
            return 0
        if mark > self._exchange.register.journal.checkpoint().size:
            self._note(mark := 0)
        return mark

    def _note(self, mark: int) -> None:
        self.lists.folder.mkdir(mode=0o700, exist_ok=True)
        _write(self.lists.folder / "sent", str(mark).encode(), durable=False)

    def _run(self) -> None:
        failed = 0
        while not self._loop.over:
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round may do
                failed, self._code = failed + 1, getattr(error, "code", "fault")
                if failed == 1:
                    _log.warning("the office: %s", error)
            else:
                failed, self._code = 0, ""
            self._rest(PAUSES[min(failed, len(PAUSES)) - 1] if failed else ROUND)

    def _rest(self, seconds: float) -> None:
        """Wait for the next round, or until there is something to send; while the office is away, that alone is no reason."""
        with self._loop.bell:
            if not self._loop.over and not (self._rung and not self._code):
                self._loop.bell.wait_for(lambda: self._loop.over or (self._rung and not self._code), seconds)
            self._rung = False


def _write(path: Path, content: bytes, *, durable: bool = True) -> None:
    """The file whole, or as it was. What is only a mark need not outlive a power cut."""
    new = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with new.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
