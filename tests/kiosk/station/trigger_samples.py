"""Scanners and a watch that are driven from the world's side: a test fires, pulls the cable, plugs in."""

import threading
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from queue import Queue

from drivers.hotplug import Clue, Device, Kind, Looks
from drivers.scan import NoRead, Scan, Symbology
from kiosk.station.keeping import Keeping
from kiosk.station.scanners import Rules
from kiosk.station.spool import Spool

LONG = 30
"""Seconds after which a condition will not come any more."""
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def until(condition):
    """Wait for a condition."""
    end = time.monotonic() + LONG
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.002)
    return found


def device(name, node="", kind=Kind.SERIAL, looks=Looks.SCANNER, *, readable=True):
    return Device(name, kind, node or f"/dev/{name}", f"Model {name}", 0x5E0, 1, name, "1-1", looks, Clue.SAYS_SCANNER, readable)


def scan(number, text="12345001495785"):
    return Scan(str(number), text, text.encode(), "scanner/left", NOON, Symbology.CODE128)


def no_read(number, reason="garbled"):
    return NoRead(reason, "scanner/left", NOON, id=str(number))


class Fired:
    """A scanner of which a test pulls the trigger: what is put in comes out, an exception is raised."""

    def __init__(self):
        self.items, self.opened, self.left, self.beats = Queue(), 0, 0, 0
        self.refuses = deque()

    def __enter__(self):
        self.opened += 1
        if self.refuses:
            raise self.refuses.popleft()
        return self

    def __exit__(self, *exc):
        self.left += 1
        self.items.put(self.opened)

    def __iter__(self):
        while (item := self.items.get()) != self.opened:  # left: this opening of it, not one of before
            if isinstance(item, BaseException):
                raise item
            if not isinstance(item, int):
                self.beats += 1
                yield item

    def fire(self, *items):
        for item in items:
            self.items.put(item)


class FakeWatch:
    """A watch that tells what a test says."""

    def __init__(self):
        self.happened, self.bell, self.inside = deque(), threading.Event(), False
        self.rests = []

    def __enter__(self):
        self.inside = True
        return self

    def __exit__(self, *exc):
        self.inside = False

    def changes(self, seconds=None):
        self.rests.append(seconds)
        self.bell.wait(seconds)
        self.bell.clear()
        told = []
        while self.happened:
            told.append(self.happened.popleft())
        return told

    def wake(self):
        self.bell.set()

    def happens(self, *changes):
        self.happened.extend(changes)
        self.wake()


class Hands:
    """A clock of monotonic seconds and one of the day, moved together by hand."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds

    def clock(self):
        return NOON + timedelta(seconds=self.seconds - 1000)


class World:
    """A spool, what was rung and played, in the order in which it happened; scanners by the id of their device."""

    def __init__(self, home):
        self.home, self.hands, self.heard = home, Hands(), []
        self.spool = Spool(home)
        self.scanners, self.tables, self.expected, self.ignored = {}, {}, {}, set()
        self.stirs = 0

    def keeping(self):
        def changed():
            self.stirs += 1

        def ring():
            self.heard.append("ring")

        def play(tone):
            self.heard.append(tone.name)

        return Keeping(self.spool, ring, play, changed, self.hands.clock, self.hands)

    def fired(self, name):
        return self.scanners.setdefault(name, Fired())

    def rules(self):
        tables, ignored = dict(self.tables), set(self.ignored)
        return Rules(
            lambda device: device.looks is Looks.SCANNER and device.id not in ignored,
            lambda device: self.fired(device.id),
            lambda device: f"scanner/{self.expected.get(device.id, device.id)}",
            lambda device: (tables.get(device.id), device.id in ignored) if device.id in tables or device.id in ignored else None,
            dict(self.expected),
        )

    def kept(self):
        return [one.scan.id for one in self.spool.waiting(most=1000)]
