"""Rows that could not be asked are asked again by themselves, at once when the store is back, and nothing stops the others (Q6)."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import file_url
from kiosk.core.answer import Status
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import Answered, CouldNotAsk
from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter
from kiosk.station.asker import PAUSES, Asker, Turn
from kiosk.web.overheard import listen, overheard
from tests.fakes import FakeClock, FakeStore, Fragile, scan, transaction

BADGE = "12345"
NUMBERS = ("99999001495785", "99999001495786", "99999001495787")


class Hand:
    """A clock of seconds that is moved by hand."""

    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store(clock):
    store = FakeStore(clock)
    for number in NUMBERS:
        store.put(transaction(number))
    return store


@pytest.fixture
def record(tmp_path):
    journal = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    yield Fragile(journal)
    journal.close()


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def counter(store, record, clock):
    return Counter(store, overheard(record), clock, "K7QD")


@pytest.fixture
def asker(counter, hand):
    asker = Asker(counter, hand)
    listen(counter.journal, asker.heard)
    return asker


def waiting_sheet(counter, *numbers):
    """A sheet whose rows could not be asked."""
    counter.store.down()
    sheet = counter.scan(counter.open(Header("0453"), BADGE), [scan(number) for number in numbers], BADGE)
    counter.store.up()
    assert len(sheet.waiting) == len(numbers)
    return sheet


def facts(counter, number, kind):
    return [one.entry for one in counter.journal.entries(number) if isinstance(one.entry.fact, kind)]


# --- asked again ------------------------------------------------------------------------------------------------------


def test_a_waiting_row_is_asked_again_after_a_pause_and_not_before(asker, counter, hand):
    sheet = waiting_sheet(counter, *NUMBERS)

    assert asker.turns() == PAUSES[0]
    assert counter.find(sheet.number).waiting

    hand.seconds += PAUSES[0]
    assert asker.turns() is None
    assert [line.answer.status for _, line in counter.find(sheet.number).lines] == [Status.RELEASED] * 3
    assert asker.waiting == ()


def test_it_is_the_station_that_asked_again(asker, counter, hand):
    """Q10: the officer did nothing."""
    sheet = waiting_sheet(counter, NUMBERS[0])
    hand.seconds += 1
    asker.turns()

    assert [entry.by for entry in facts(counter, sheet.number, Answered)] == ["K7QD"]


def test_while_the_store_is_down_the_pauses_grow_and_nothing_is_written(asker, counter, hand):
    """An outage of hours is one fact, not thousands; the officer's sheet is not moved under his hands."""
    sheet = waiting_sheet(counter, NUMBERS[0])
    counter.store.down()
    pauses = []
    for _ in range(7):
        hand.seconds += asker.turns()
        pauses.append(asker.turns())

    assert pauses == [2.0, 4.0, 8.0, 15.0, 15.0, 15.0, 15.0]
    assert len(facts(counter, sheet.number, CouldNotAsk)) == 1
    assert counter.find(sheet.number).entries == sheet.entries


def test_at_most_one_number_is_asked_while_the_store_is_down(asker, counter, hand):
    waiting_sheet(counter, *NUMBERS)
    counter.store.down()
    counter.store.asked.clear()
    hand.seconds += 1
    asker.turns()

    assert [len(references) for references in counter.store.asked] == [2]  # 14 digits have two senses


def test_when_the_store_is_back_every_sheet_is_asked_at_once(asker, counter, hand):
    """Also those whose own pause has grown to its longest."""
    sheets = [waiting_sheet(counter, number) for number in NUMBERS]
    counter.store.down()
    for _ in range(6):
        hand.seconds += asker.turns()
        asker.turns()
    counter.store.up()
    hand.seconds += min(turn.due for turn in asker._turns.values()) - hand.seconds

    assert asker.turns() is None
    assert not any(counter.find(sheet.number).waiting for sheet in sheets)


def test_an_answer_to_anybody_shows_that_the_store_is_back(asker, counter, hand):
    """An officer's scan was answered: nobody waits out a pause."""
    sheet = waiting_sheet(counter, NUMBERS[0])
    counter.store.down()
    for _ in range(5):
        hand.seconds += asker.turns()
        asker.turns()
    counter.store.up()
    assert asker.turns() > 1

    counter.scan(counter.open(Header("0453"), BADGE), [scan(NUMBERS[1])], BADGE)

    assert asker.turns() is None
    assert not counter.find(sheet.number).waiting


def test_what_waits_on_a_sheet_that_somebody_scanned_on_meanwhile_is_not_asked_twice(asker, counter, hand):
    """An officer's next scan asks the waiting rows too."""
    sheet = waiting_sheet(counter, NUMBERS[0])
    counter.scan(sheet, [scan(NUMBERS[1])], BADGE)
    hand.seconds += 1

    assert asker.turns() is None
    assert len(facts(counter, sheet.number, Answered)) == 2


# --- one poison sheet -------------------------------------------------------------------------------------------------


def poison(counter, number):
    """From now on the store can't answer a whole question in which this number is, and answers it alone: so the probe passes."""
    real = counter.store.ask

    def ask(references):
        if transaction(number) in references and len(references) > 2:
            raise Unavailable("store", "garbled", "as told by the test")
        return real(references)

    counter.store.ask = ask


def test_a_sheet_that_the_store_chokes_on_never_stops_the_others(asker, counter, hand):
    bad = waiting_sheet(counter, *NUMBERS[:2])
    good = waiting_sheet(counter, NUMBERS[2])
    poison(counter, NUMBERS[0])
    hand.seconds += 1
    asker.turns()

    assert counter.find(bad.number).waiting
    assert not counter.find(good.number).waiting
    assert asker.waiting == (bad.number,)


def test_a_sheet_that_the_store_chokes_on_is_asked_ever_more_seldom(asker, counter, hand):
    """Answers to others do not hurry it: each of its failures is written."""
    bad = waiting_sheet(counter, *NUMBERS[:2])
    poison(counter, NUMBERS[0])
    for _ in range(4):
        hand.seconds += asker.turns()
        asker.turns()
    written = len(facts(counter, bad.number, CouldNotAsk))
    for _ in range(10):
        counter.scan(counter.open(Header("0453"), BADGE), [scan(NUMBERS[2])], BADGE)
        asker.turns()

    assert len(facts(counter, bad.number, CouldNotAsk)) == written == 5


class Boom(Exception):
    """What nobody has thought of."""


@pytest.mark.parametrize(
    "error", [Boom(), Refusal("clock-behind", expected="", got=""), KeyError("x"), Unavailable("journal", "locked")]
)
def test_whatever_goes_wrong_with_one_sheet_the_others_have_their_turn(asker, counter, hand, record, error, caplog):
    bad, good = waiting_sheet(counter, NUMBERS[0]), waiting_sheet(counter, NUMBERS[1])

    def before_append(entries):
        if entries[0].subject == bad.number:
            raise error

    record.before_append = before_append
    hand.seconds += 1
    asker.turns()

    assert not counter.find(good.number).waiting
    assert asker.waiting == (bad.number,)

    record.before_append = lambda entries: None
    hand.seconds += 60
    assert asker.turns() is None
    assert not counter.find(bad.number).waiting


def test_somebody_else_at_the_sheet_is_no_failure(asker, counter, hand, record):
    """It is simply tried later, with no longer pause."""
    sheet = waiting_sheet(counter, NUMBERS[0])

    def before_append(entries):
        raise Conflict("moved-on", subject=sheet.number)

    record.before_append = before_append
    for _ in range(4):
        hand.seconds += asker.turns()
        assert asker.turns() == PAUSES[0]

    record.before_append = lambda entries: None
    hand.seconds += 1
    assert asker.turns() is None


def test_a_sheet_that_comes_to_wait_during_its_own_turn_is_not_forgotten(asker, counter, hand):
    """The turn finds nothing to ask; before it ends, an officer's scan could not be asked."""
    sheet = waiting_sheet(counter, NUMBERS[0])
    counter.ask_again(sheet, BADGE)
    find = Counter.find

    class Slow(Counter):
        def find(self, number, entries=None):
            found = find(self, number, entries)
            asker.watch(number)
            return found

    asker._counter = Slow(counter.store, counter.journal, counter.clock, counter.station)
    hand.seconds += 1
    asker.turns()

    assert asker.waiting == (sheet.number,)


# --- start and end ----------------------------------------------------------------------------------------------------


def test_sheets_that_wait_since_yesterday_are_found_at_the_start_and_asked_at_once(counter, hand, clock):
    sheet = waiting_sheet(counter, NUMBERS[0])
    clock.let_pass(days=1)

    assert Asker(counter, hand).turns() is None
    assert not counter.find(sheet.number).waiting


def test_sheets_of_another_station_are_left_to_it(counter, hand):
    """One record may serve many stations."""
    other = Counter(counter.store, counter.journal, counter.clock, "OTHR")
    sheet = waiting_sheet(other, NUMBERS[0])
    asker = Asker(counter, hand)

    assert asker.turns() is None
    assert counter.find(sheet.number).waiting
    asker.watch(sheet.number)
    assert asker.waiting == ()


def test_a_record_that_cannot_be_searched_at_the_start_is_searched_later(counter, hand, record):
    sheet = waiting_sheet(counter, NUMBERS[0])
    real = record.real

    class Gone:
        def __getattr__(self, name):
            raise Unavailable("journal", "gone", "as told by the test")

    asker = Asker(counter, hand)
    record.real = Gone()
    assert asker.turns() == PAUSES[-1]

    record.real = real
    assert asker.turns() is None
    assert not counter.find(sheet.number).waiting


def test_a_sheet_that_was_never_there_or_was_stamped_is_let_go(asker, counter, hand):
    asker.watch("K7QD.999999")
    hand.seconds += 1

    assert asker.turns() is None
    assert asker.waiting == ()


def test_the_thread_asks_by_itself_and_ends_when_it_is_told(counter):
    """In real time, once: the first pause is a second."""
    sheet = waiting_sheet(counter, NUMBERS[0])
    answered = threading.Event()
    asker = Asker(counter)
    listen(counter.journal, asker.heard)
    listen(counter.journal, lambda entries: answered.set() if isinstance(entries[0].fact, Answered) else None)
    with asker:
        assert answered.wait(20)

    assert not counter.find(sheet.number).waiting
    assert not asker._loop.alive
    asker.stop()


def test_a_stopped_asker_asks_nothing_more(asker, counter, hand):
    waiting_sheet(counter, NUMBERS[0])
    asker.stop()
    hand.seconds += 1
    counter.store.asked.clear()
    asker.turns()

    assert counter.store.asked == []


@settings(max_examples=60)
@given(st.lists(st.sampled_from([Unavailable("store", "down"), Conflict("moved-on", subject=""), Boom()]), max_size=30))
def test_no_pause_is_longer_than_the_longest_nor_ever_shrinks(errors):
    now, turn, pauses = 0.0, Turn(0.0), []
    for error in errors:
        turn = turn.after(error, now)
        if not isinstance(error, Conflict):
            pauses.append(turn.due - now)
        assert PAUSES[0] <= turn.due - now <= PAUSES[-1]
        now = turn.due

    assert all(left <= right + 1e-9 for left, right in pairwise(pauses))
    assert timedelta(seconds=now) <= timedelta(seconds=PAUSES[-1] * len(errors))
