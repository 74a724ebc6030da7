"""The loop that keeps holds: with patience, over restarts, and never a list that looks fresher than it is (P4, Q6)."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from kiosk.adapters.ed25519 import Ed25519Seal, read_holds
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Unavailable
from kiosk.core.journal import Answered, Entry, Voided
from kiosk.core.trust import TrustList
from kiosk.desks.holds import HoldLists, Holds
from kiosk.desks.press import OwnPress
from kiosk.station.asker import PAUSES
from kiosk.station.holds import EVERY, HoldKeeper
from kiosk.web.overheard import listen, overheard
from tests.fakes import NOON, FakeClock, FakePaper, FakeShelf, FakeSigner, FakeStore, ccn, trusted

C = "XXXX0000012345"
KEY, LINE = trusted()
TRUST = TrustList(1, NOON, (LINE,))


@dataclass
class Counted(FakeStore):
    """A store that counts how often it was asked for notices."""

    polled: list[float] = field(default_factory=list)

    def holds(self, after):
        self.polled.append(after)
        return super().holds(after)


class Broken:
    """A press that can't be used."""

    def hold_list(self, holds):
        raise Unavailable("press", "crashed")


class Station:
    """A record, a store, and the loop over both; time passes when it is told to."""

    def __init__(self, folder):
        self.clock, self.ticks = FakeClock(), 0.0
        self.store, self.shelf = Counted(self.clock), FakeShelf()
        self.journal = overheard(SqlJournal(f"sqlite:///{folder / 'journal.sqlite3'}"))
        self.press = OwnPress.of(FakePaper(), Ed25519Seal(TRUST, KEY), FakeSigner())
        self.start()

    def start(self):
        self.holds = Holds(self.journal, self.clock, self.store, "K7QD")
        self.lists = HoldLists(self.holds, self.journal, self.clock, self.press, self.shelf, timedelta(hours=1))
        self.keeper = HoldKeeper(self.holds, self.lists, lambda: self.ticks)

    def go_by(self, seconds):
        self.ticks += seconds
        self.clock.let_pass(seconds=seconds)
        self.keeper.turn()

    @property
    def list(self):
        return read_holds(self.shelf.text, TRUST, self.clock())


@pytest.fixture
def station(tmp_path):
    made = Station(tmp_path)
    yield made
    made.journal.close()


def test_what_the_store_refers_is_held_and_listed_with_the_next_turn(station):
    """P4."""
    station.keeper.turn()
    assert not station.list.holds("ccn", C)
    station.store.refer("exam-1", ccn(C))
    station.go_by(EVERY - 1)
    assert len(station.store.polled) == 1
    station.go_by(1)
    assert station.list.holds("ccn", C)


def test_a_store_that_is_away_is_asked_with_patience_and_known_to_be(station):
    """Q6."""
    station.keeper.turn()
    first = station.list.issued_at
    station.store.down()
    station.go_by(EVERY)
    assert station.keeper.trouble == "down"
    for pause in (*PAUSES, PAUSES[-1]):
        asked = len(station.store.polled)
        station.go_by(pause - 0.5)
        assert len(station.store.polled) == asked
        station.go_by(0.5)
        assert len(station.store.polled) == asked + 1
    station.go_by(3600 * 5)
    assert station.list.issued_at == first, "nothing looks fresher than it is"

    station.store.up()
    station.go_by(PAUSES[-1])
    assert (station.keeper.trouble, station.list.issued_at) == ("", station.clock())


def test_an_answer_to_somebody_else_is_the_sign_that_the_store_is_back(station):
    station.store.down()
    station.keeper.turn()
    station.store.up()
    answered = Entry("K7QD.000001", NOON, "12345", Answered("s", C, "N/A", {}))
    station.keeper.heard([answered])
    station.keeper.turn()
    assert station.keeper.trouble == ""


def test_nothing_is_lost_or_doubled_over_a_restart(station):
    """P4: where it goes on stands in the record."""
    for n in range(3):
        station.store.refer(f"exam-{n}", ccn(f"XXXX{n}"))
    station.keeper.turn()
    station.start()
    station.store.refer("exam-3", ccn("XXXX3"))
    station.keeper.turn()
    assert station.store.polled == [0, 2, 3]
    assert sorted(one.event for one in station.holds.active()) == [f"exam-{n}" for n in range(4)]


def test_a_list_that_can_t_be_made_is_told_and_tried_again(station):
    press, station.press = station.press, Broken()
    station.start()
    station.keeper.turn()
    assert (station.keeper.unlisted, station.shelf.text) == ("crashed", None)
    station.press = press
    station.start()
    station.keeper.turn()
    assert (station.keeper.unlisted, station.list.serial) == ("", 1)


def test_in_its_thread_a_voided_sheet_is_listed_at_once_and_it_ends_when_it_is_left(station):
    """P4: not at the next question to the store, which is half a minute away."""
    station.keeper.turn()
    listed, real = [], station.shelf.publish_holds

    def publish(text):
        real(text)
        listed.append(text)
        done.set()

    from threading import Event

    done = Event()
    station.shelf.publish_holds = publish
    listen(station.journal, station.keeper.heard)
    with station.keeper:
        station.journal.append([Entry("K7QD.000001", station.clock(), "12345", Voided("d", "wrong client"))])
        assert done.wait(30)
    assert station.list.voided("K7QD.000001")
    assert not station.keeper._loop.alive
