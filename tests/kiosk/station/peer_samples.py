"""An office and the machines of its warehouses, with a line between them that loses whatever a test wants it to lose."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from kiosk.adapters.ed25519 import read_holds, read_list, sign_holds
from kiosk.adapters.ed25519.trust import sign_list
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Unavailable
from kiosk.core.hold import HoldList, digest, listed
from kiosk.core.trust import TrustList
from kiosk.desks.register import Going, Ground, Incoming, Register, Transport
from kiosk.desks.register.exchange import Exchange, unpacked
from kiosk.station.peer import PeerLists, Sync
from tests.fakes import AUTHORITY, NOON, FakeClock, trusted

HERE, THERE = "9453", "9999"
CCNS = ("XXXXPARS0000471", "XXXXPARS0000999", "8XXX0001")
ROOT, _ = trusted(99)
_ids = count(1)


def new_id():
    """An id that no other entry has."""
    return f"{next(_ids):032x}"


def register(folder, station, clock, held=()):
    """A register with a record of its own."""
    journal = SqlJournal(f"sqlite:///{folder / f'{station}.sqlite3'}")
    return Register(journal, clock, station, ZoneInfo("America/Toronto"), held=lambda: lambda kind, number: number in held)


def ground(number, row=1, sheet="K7QD.000001"):
    """A row of a proof that was just judged."""
    return Ground("proof", "ccn", number, 7, sheet, 1, row)


@dataclass
class Line:
    """The `Peer` of an office that lies in this process; `loses` says what becomes of each request: "", before, after, choked."""

    office: Exchange
    clock: FakeClock
    loses: object = lambda: ""
    revoked: bool = False
    serial: int = 1
    held: tuple = ()
    sent: list = field(default_factory=list)

    def push(self, entry):
        """Give it an entry."""
        what = self.loses()
        if what in ("before", "choked"):
            raise Unavailable("office", "choked" if what == "choked" else "gone")
        said = json.loads(json.dumps(entry))
        self.sent.append(said["entry"])
        self.office.receive(*unpacked(said))
        if what == "after":
            raise Unavailable("office", "slow")

    def trust(self):
        """The trust list."""
        if self.loses():
            raise Unavailable("office", "gone")
        return sign_list(ROOT, TrustList(self.serial, self.clock(), (self.key(),)))

    def holds(self):
        """The hold list."""
        key, line = trusted(1)
        numbers = listed(digest("ccn", number) for number in self.held)
        return sign_holds(key, HoldList(AUTHORITY, line.station, self.serial, NOON, numbers, b""), TrustList(1, NOON, (line,)))

    def key(self):
        """The sealing key, as the list has it."""
        return trusted(1, **({"revoked_at": NOON} if self.revoked else {}))[1]


@dataclass
class Machine:
    """A warehouse's own machine. `begin` is a start: nothing of it survives but what is on its disk."""

    folder: object
    station: str
    line: Line
    clock: FakeClock

    def __post_init__(self):
        self.folder.mkdir()
        self.register = register(self.folder, self.station, self.clock)
        self.begin()

    def begin(self):
        """The machine is started."""
        root = ROOT.public
        self.lists = PeerLists(self.folder / "peer", lambda text: read_list(text, root), read_holds, self.clock)
        self.sync = Sync(Exchange(self.register), self.line, self.lists)

    def take_in(self, number, pieces, sub_location=HERE):
        """Goods come in."""
        self.clock.let_pass(seconds=1)
        return self.register.take_in(Incoming(new_id(), sub_location, number, pieces), "W7001")

    def let_out(self, number, pieces, sub_location=HERE, row=1):
        """Goods go out, if need be more than came in."""
        self.clock.let_pass(seconds=1)
        transport = Transport(new_id(), sub_location, "Exemple")
        return self.register.let_out(transport, [Going(number, pieces, ground(number, row))], "W7001", despite="as told")

    def mark(self):
        """The file that says how far one has got."""
        return self.lists.folder / "sent"


def let_pass(clock, **by):
    """Time goes by for everybody."""
    clock.now += timedelta(**by)
