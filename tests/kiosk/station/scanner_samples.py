"""A desk with a real record, a real spool and a delivery: scans are kept as the station does it."""

from itertools import count

from drivers.scan import NoRead, Scan, Symbology
from kiosk.adapters.sql import SqlJournal
from kiosk.core.sheet import Header, Removed, scans_of
from kiosk.desks.counter import Counter
from kiosk.desks.scanners import Scanners
from kiosk.station.delivery import Delivery
from kiosk.station.spool import State
from kiosk.station.tray import Tray, name_of
from kiosk.web.overheard import overheard
from tests.fakes import FakeClock, FakeStore, Fragile, transaction

BADGE, OTHER, SESSION = "12345", "54321", "session-1"
NUMBERS = [f"99999{n:09d}" for n in range(1, 40)]


class Desk:
    """All of a desk in one home; `killed` is what is left of it when its process dies: the files."""

    def __init__(self, home, office="0453"):
        self.home, self.office = home, office
        self.clock = FakeClock()
        self.store = FakeStore(self.clock)
        for number in NUMBERS[::2]:
            self.store.put(transaction(number))
        self.journal = Fragile(SqlJournal(f"sqlite:///{home / 'record.sqlite3'}"))
        self.counter = Counter(self.store, overheard(self.journal), self.clock, "K7QD")
        self.serial = count(1)
        self.started()

    def started(self):
        """The desk's process begins."""
        self.tray = Tray(self.home, Scanners(self.counter.journal, self.clock, "K7QD"), self.clock)
        self.files = (self.tray.spool, self.tray.claims)
        self.delivery = Delivery(self.tray, self.counter, self.office)

    def killed(self):
        """And again: whatever it had in its memory is gone."""
        for file in self.files:
            file.close()
        self.started()

    def close(self):
        self.delivery.stop()
        self.tray.close()
        self.journal.close()

    def open(self, badge=BADGE):
        return self.counter.open(Header("0453"), badge).number

    def take(self, sheet, badge=BADGE, session=SESSION, **more):
        return self.tray.claims.take(sheet, badge, session, self.clock(), **more)

    def scan(self, text=NUMBERS[0], **more):
        """A scan of the station's; its id."""
        name = f"scan-{next(self.serial):06}"
        known = {"source": "scanner/desk", "at": self.clock(), "symbology": Symbology.CODE128}
        assert self.tray.spool.keep(Scan(name, text, text.encode(errors="replace"), **known | more))
        return name

    def fail(self, reason="broken-off", **more):
        name = f"scan-{next(self.serial):06}"
        assert self.tray.spool.keep(NoRead(reason, "scanner/desk", self.clock(), id=name))
        return name

    def rows(self, sheet):
        """The scans of a sheet, from the top."""
        return [scans_of(row)[0] for row in self.counter.find(sheet).rows if not isinstance(row, Removed)]

    def kept(self):
        """What lies in the tray: id and reason."""
        return [(name_of(one), one.why) for one in self.tray.kept()]

    def state(self, scan):
        return self.tray.spool.find(scan).state

    def facts(self, kind):
        return [one.entry.fact for one in self.journal.find(kind=kind)]

    @property
    def waiting(self):
        return self.tray.spool.count(State.WAITING)
