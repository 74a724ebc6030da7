"""A small kiosk for what is served beside the desks: a real record, a fake store, nobody to log in."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from flask import Flask

from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter
from kiosk.station.asker import Asker
from kiosk.web import events, health, metrics, screen, security
from kiosk.web.house import House, Rules, settle
from kiosk.web.overheard import listen, overheard
from tests.fakes import FakeClock, FakeStore, Fragile, scan, transaction

BADGE = "12345"
NUMBER = "99999001495785"


@dataclass
class Small:
    """The kiosk: its record can be made to fail, its store to go down, time stands still."""

    real: object
    folder: Path | None = None
    rules: Rules = field(default_factory=Rules)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self):
        self.store = FakeStore(self.clock)
        self.store.put(transaction(NUMBER))
        self.record = Fragile(self.real)
        self.counter = Counter(self.store, overheard(self.record), self.clock, "K7QD")
        self.asker = Asker(self.counter)
        listen(self.counter.journal, self.asker.heard)
        self.reader, self.press = SimpleNamespace(pid=1), SimpleNamespace(pid=2)
        self.house = House(**self._parts())
        self.app = Flask("small", static_folder=None)
        settle(self.app.extensions, self.house)
        screen.furnish(self.app)
        for room in (events, metrics, health):
            room.install(self.app, self.house)
        self.app.static_folder = str(self.folder) if self.folder else None
        security.install(self.app, self.rules)
        self.app.add_url_rule("/sheets/<number>", "sheet", lambda number: number)

    def _parts(self):
        known = dict.fromkeys(one.name for one in fields(House))
        known |= {
            "counter": self.counter,
            "journal": self.counter.journal,
            "clock": self.clock,
            "zone": ZoneInfo("America/Toronto"),
        }
        known |= {
            "asker": self.asker,
            "reader": self.reader,
            "press": self.press,
            "forms": SimpleNamespace(alive=True, waiting=0),
            "station": "K7QD",
            "office": "0453",
            "agency": "",
        }
        return known | {"language": "en", "specimen": True, "rules": self.rules, "folder": self.folder}

    def sheet(self, *numbers):
        """A sheet with these numbers scanned."""
        sheet = self.counter.open(Header("0453"), BADGE)
        return self.counter.scan(sheet, [scan(number) for number in numbers], BADGE) if numbers else sheet
