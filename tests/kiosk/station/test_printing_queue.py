"""The queue of a station: rounds, misses, a start after the end, and one bad document among good ones (P7, T18, T19)."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.condition import Condition, Lamp
from kiosk.core.faults import Unavailable
from kiosk.core.journal import Entry, Failed, PrintAsked, PrintSent
from kiosk.core.printing import PRINTER, State
from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter
from kiosk.desks.dispatch import PATIENCE, TOO_LATE, Dispatch
from kiosk.desks.press import OwnPress
from kiosk.station.printing import FOLLOW, IDLE, LINGER, MISSES, Printing
from kiosk.web.overheard import overheard
from tests.fakes import FakeClock, FakePaper, FakeSigner, FakeStore, real_seal, scan, transaction
from tests.printers import FakePrinter, wait_until

BADGE, NUMBER, STATION = "B1001", "99999001495785", "K7QD"
PRESS = OwnPress.of(FakePaper(), real_seal(), FakeSigner())


@dataclass
class Room:
    journal: object
    clock: FakeClock
    counter: Counter
    printer: FakePrinter
    sheet: str
    queue: Printing | None = None

    def start(self):
        """The kiosk comes up, and knows nothing but the record."""
        self.queue = Printing(Dispatch(self.journal, self.printer, self.clock, STATION))
        self.journal.listeners[:] = [self.queue.heard]
        return self.queue

    def ask(self):
        self.counter.hand_over(self.counter.find(self.sheet), PRINTER, PRESS, BADGE)
        return self.job

    @property
    def job(self):
        return self.queue.dispatch.of(self.sheet)[0]

    @property
    def jobs(self):
        return self.queue.dispatch.of(self.sheet)[::-1]


@pytest.fixture
def room(tmp_path):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    journal = overheard(SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}"))
    counter = Counter(store, journal, clock, STATION)
    sheet = counter.scan(counter.open(Header("0453"), BADGE), [scan(NUMBER)], BADGE)
    counter.stamp(sheet, BADGE, PRESS)
    made = Room(journal, clock, counter, FakePrinter(), sheet.number)
    made.start()
    yield made
    journal.close()


def test_before_the_first_round_nothing_is_said_of_the_printer(room):
    assert room.queue.condition.lamp is Lamp.UNKNOWN
    assert room.queue.round() == IDLE
    assert room.queue.condition.lamp is Lamp.GOOD


def test_one_silence_or_two_are_none_and_the_third_is(room):
    """odoo#244076: a false disconnection makes people print twice."""
    room.queue.round()
    room.printer.down = "unreachable"
    for _ in range(MISSES - 1):
        assert room.queue.round() == FOLLOW
        assert room.queue.condition.lamp is Lamp.GOOD
    room.queue.round()
    assert room.queue.condition == Condition(("unreachable",), detail="as told by the test")

    room.printer.down = ""
    room.queue.round()
    assert room.queue.condition.lamp is Lamp.GOOD


def test_silences_that_are_not_in_a_row_are_not_added_up(room):
    for _ in range(MISSES * 2):
        room.printer.down = "unreachable"
        room.queue.round()
        room.printer.down = ""
        room.queue.round()

    assert room.queue.condition.lamp is Lamp.GOOD


def test_nothing_is_offered_to_a_printer_that_is_silent_and_nothing_is_lost_when_it_speaks_again(room):
    room.printer.down = "unreachable"
    room.ask()
    room.queue.round()
    assert (room.job.state, room.job.tried) == (State.WAITING, False)
    room.printer.down = ""
    room.queue.round()

    assert (room.job.state, len(room.printer.jobs)) == (State.SENT, 1)


def test_a_job_at_a_printer_that_falls_silent_is_told_after_half_a_minute_and_followed_when_it_speaks_again(room):
    """T19."""
    room.ask()
    room.queue.round()
    room.printer.down = "no-answer"
    room.queue.round()
    room.clock.now += PATIENCE
    room.queue.round()
    assert (room.job.state, room.job.code) == (State.UNKNOWN, "no-answer")
    assert room.queue.round() in {FOLLOW, LINGER}
    room.printer.down = ""
    room.printer.says(State.DONE)
    room.queue.round()

    assert (room.job.state, room.queue.jobs) == (State.DONE, ())


def test_what_only_the_unknown_is_left_of_is_asked_for_less_often(room):
    room.printer.swallows = True
    room.ask()
    room.queue.round()
    room.clock.now += PATIENCE

    assert room.queue.round() == LINGER


def test_documents_are_sent_in_the_order_in_which_they_were_asked_for(room):
    for _ in range(4):
        room.ask()
    room.queue.round()

    assert [name for name, _ in room.printer.jobs.values()] == [job.name for job in room.jobs]
    assert [job.copy for job in room.jobs] == [1, 2, 3, 4]


def test_a_busy_printer_is_not_asked_again_while_it_says_that_it_is(room):
    """Else a long job of somebody else's fills the record."""
    room.printer.no, room.printer.now = "busy", Condition(busy=True)
    room.ask()
    for _ in range(10):
        room.queue.round()
    entries = room.job.entries
    room.printer.no, room.printer.now = "", Condition()
    room.queue.round()

    assert entries == 3
    assert room.job.state is State.SENT


def test_after_a_start_each_document_goes_on_from_where_it_was(room):
    """P7: what waits is sent, what was sent is followed, what was being sent is looked for."""
    room.ask()
    room.queue.round()
    room.ask()
    room.printer.swallows = True
    room.queue.round()
    room.ask()
    room.start()
    room.printer.swallows = False
    room.queue.round()
    states = [job.state for job in room.jobs]
    room.clock.now += PATIENCE
    room.queue.round()

    assert states == [State.SENT, State.WAITING, State.SENT]
    assert room.jobs[1].state is State.UNKNOWN
    assert len(room.printer.jobs) == 2


def test_after_a_long_night_nothing_is_printed_by_itself(room):
    """Its number is free, and the officer prints it when he wants it."""
    room.ask()
    room.clock.now += TOO_LATE * 2
    room.start().round()

    assert (room.job.state, room.job.code, room.printer.jobs) == (State.FAILED, "too-late", {})
    assert room.ask().copy == 1


def test_a_document_that_can_t_be_had_stops_no_other(room, monkeypatch, caplog):
    first, second = room.ask(), room.ask()
    document = room.journal._journal.document

    def fails(digest):
        if digest == first.document:
            raise RuntimeError("a fault of ours")
        return document(digest)

    monkeypatch.setattr(room.journal._journal, "document", fails)
    with caplog.at_level(logging.ERROR):
        room.queue.round()

    assert room.jobs[1].state is State.SENT
    assert first.subject in caplog.text
    assert second.subject not in caplog.text


def test_a_record_that_can_t_be_read_at_the_start_is_read_as_soon_as_it_can_be(room, monkeypatch):
    room.ask()
    room.start()
    find = room.journal._journal.find

    def fails(**_):
        raise Unavailable("journal", "locked")

    monkeypatch.setattr(room.journal._journal, "find", fails)
    assert room.queue.round() == FOLLOW
    assert room.printer.jobs == {}
    monkeypatch.setattr(room.journal._journal, "find", find)
    room.queue.round()

    assert room.job.state is State.SENT


def test_what_is_given_up_is_cancelled_at_the_printer_and_followed_no_more(room):
    job = room.ask()
    room.queue.round()
    room.queue.dispatch.settle(job.subject, "given-up", BADGE)
    room.queue.round()

    assert (room.printer.cancelled, room.queue.jobs) == (["1"], ())


def test_one_that_somebody_holds_in_his_hand_is_not_cancelled(room):
    job = room.ask()
    room.queue.round()
    room.queue.dispatch.settle(job.subject, "there", BADGE)
    room.queue.round()

    assert (room.printer.cancelled, room.queue.jobs) == ([], ())


def test_what_another_station_asks_for_is_another_printer_s(room):
    asked = PrintAsked("d" * 64, "x", "WXYZ", 1)
    room.journal.append([Entry("print/WXYZ.000001/1", room.clock(), BADGE, asked)])
    room.queue.round()

    assert (room.queue.jobs, room.printer.jobs) == ((), {})


def test_what_another_process_has_sent_is_followed_here_and_not_sent_again(room):
    """T18: a second window of the same home."""
    job = room.ask()
    other = Dispatch(room.journal._journal, room.printer, room.clock, STATION)
    other.send(job)
    for _ in range(2):
        room.queue.round()
    room.printer.says(State.DONE)
    room.queue.round()

    assert (room.job.state, len(room.printer.jobs)) == (State.DONE, 1)
    assert sum(isinstance(one.entry.fact, PrintSent) for one in room.journal.entries(job.subject)) == 1


def test_a_number_that_is_free_again_is_told_to_the_sheet_once(room):
    room.printer.down = "unreachable"
    room.ask()
    for _ in range(MISSES * 2):
        room.queue.round()

    assert [one.entry.fact for one in room.journal.entries(room.sheet) if isinstance(one.entry.fact, Failed)] == [
        Failed("printer", "unreachable", "as told by the test", 1)
    ]


def test_a_click_wakes_it_at_once_and_it_ends_when_it_is_told(room):
    """Q11: nobody waits for the next look at an idle printer."""
    with room.queue:
        wait_until(lambda: room.queue.condition.asked)
        room.ask()
        wait_until(lambda: room.job.state is State.SENT, seconds=IDLE / 2)
        assert room.queue.alive
    assert not room.queue.alive


# --- what changes while it waits ---------------------------------------------------------------------------------------


def test_what_was_taken_back_while_it_waited_is_not_printed_and_what_says_void_is(room):
    """P7, fault 1: the printer was off; R for a proof that holds no more would have come out when it was switched on."""
    room.printer.down = "unreachable"
    room.ask()
    room.queue.round()
    room.counter.void(room.counter.find(room.sheet), "wrong client", BADGE)
    room.printer.down = ""
    room.queue.round()

    assert (room.printer.jobs, room.job.state, room.job.code) == ({}, State.FAILED, "proof-voided")
    assert room.ask().copy == 1  # nobody has seen it
    room.queue.round()
    assert [room.job.state, len(room.printer.jobs)] == [State.SENT, 1]


def test_goods_that_were_put_on_hold_while_their_proof_waited_get_none(room):
    """P4, fault 1; once the hold is lifted, the number that was free is used."""
    held = []
    room.queue.dispatch = replace(room.queue.dispatch, held=held.__contains__)
    room.printer.down = "unreachable"
    room.ask()
    room.queue.round()
    held.append(room.sheet)
    room.printer.down = ""
    room.queue.round()

    assert (room.printer.jobs, room.job.state, room.job.code, room.job.taken) == ({}, State.FAILED, "on-hold", False)
    held.clear()
    assert room.ask().copy == 1
    room.queue.round()
    assert len(room.printer.jobs) == 1


def test_what_lies_at_a_printer_without_paper_is_taken_back_when_its_goods_are_put_on_hold(room):
    """P4, fault 1: it would come out when somebody fills the tray. What is printing already is not called back."""
    held = []
    room.queue.dispatch = replace(room.queue.dispatch, held=held.__contains__)
    room.ask()
    room.queue.round()
    room.queue.round()
    assert (room.job.state, room.printer.cancelled) == (State.SENT, [])
    held.append(room.sheet)
    room.queue.round()
    assert room.printer.cancelled == ["1"]

    room.printer.says(State.PRINTING)
    room.queue.round()
    assert (room.job.state, room.printer.cancelled) == (State.PRINTING, ["1"])


def test_while_nobody_can_tell_whether_goods_are_on_hold_nothing_is_printed(room):
    """Fault 2."""

    def held(_):
        raise Unavailable("journal", "locked")

    room.queue.dispatch = replace(room.queue.dispatch, held=held)
    room.ask()
    room.queue.round()
    assert (room.printer.jobs, room.job.state) == ({}, State.WAITING)
    room.queue.dispatch = replace(room.queue.dispatch, held=lambda _: False)
    room.queue.round()
    assert len(room.printer.jobs) == 1


def test_a_round_that_breaks_ends_no_queue(room):
    """Fault 3: else nothing would be printed any more until a restart, without a word."""
    broken = threading.Event()

    def condition():
        if broken.is_set():
            return Condition()
        broken.set()
        raise FileNotFoundError("ca.pem")

    room.printer.condition = condition
    room.queue = Printing(Dispatch(room.journal, room.printer, room.clock, STATION), follow=0.01)
    room.journal.listeners[:] = [room.queue.heard]
    with room.queue:
        assert broken.wait(60)
        room.ask()
        wait_until(lambda: room.printer.jobs)


def test_a_number_that_is_another_jobs_now_is_not_cancelled(room):
    """Printers count from 1 again: what somebody gives up must not take another client's sheet with it."""
    room.ask()
    room.queue.round()
    room.queue.dispatch.settle(room.job.subject, "given-up", BADGE)
    room.printer.jobs["1"] = ("another's", b"")
    room.queue.round()

    assert room.printer.cancelled == []


def test_what_was_on_its_way_before_a_long_weekend_is_told_after_it(room):
    """P7, fault 3: a kiosk that was off for days loses none: what never left failed, what the printer may have is asked about."""
    room.printer.loses = True
    room.ask()
    room.queue.round()
    room.ask()
    room.clock.now += timedelta(days=5)
    room.printer.restart()
    queue = room.start()
    queue.round()

    assert [job.state for job in room.jobs] == [State.UNKNOWN, State.FAILED]
    assert [job.name for job in queue.jobs] == [room.jobs[0].name]


def test_what_was_written_but_not_heard_is_printed_all_the_same(room):
    """Fault 3: whoever wrote it got no answer of the record, so that nobody told the queue."""
    room.queue.round()
    room.journal.listeners.clear()
    room.ask()
    room.queue.round()

    assert room.job.state is State.SENT
