"""The dispatch: once to the printer, followed to its end, and never twice by itself (P7, T18, T19); on a real record."""

from dataclasses import dataclass

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.condition import Condition
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import Failed, HandedOver, PrintAsked, PrintEnded, PrintMoved, PrintSent, PrintSettled, PrintTried
from kiosk.core.printing import PRINTER, State
from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter
from kiosk.desks.dispatch import LOOK_BACK, PATIENCE, TOO_LATE, Dispatch
from kiosk.desks.press import OwnPress
from tests.fakes import FakeClock, FakePaper, FakeSigner, FakeStore, real_seal, scan, transaction
from tests.printers import FakePrinter

BADGE, NUMBER, STATION = "B1001", "99999001495785", "K7QD"
SEAL = real_seal()
MEDIA = Condition(("media-empty",))


@dataclass
class Room:
    """A stamped sheet, and a printer beside it."""

    journal: object
    clock: FakeClock
    counter: Counter
    printer: FakePrinter
    dispatch: Dispatch
    sheet: str

    def ask(self, mark=""):
        """Somebody prints the sheet."""
        self.counter.hand_over(self.counter.find(self.sheet), PRINTER, PRESS, BADGE, mark)
        return self.dispatch.of(self.sheet)[0]

    def sent(self):
        return self.dispatch.send(self.ask())

    def lost(self):
        """One that the printer has, and whose answer was lost."""
        self.printer.loses = True
        job = self.sent()
        self.printer.loses = False
        return job

    def kinds(self, job):
        return [type(one.entry.fact) for one in self.journal.entries(job.subject)]

    def of_the_sheet(self, kind):
        return [one.entry.fact for one in self.journal.entries(self.sheet) if isinstance(one.entry.fact, kind)]

    def wait(self, delta):
        self.clock.now += delta


PRESS = OwnPress.of(FakePaper(), SEAL, FakeSigner())


@pytest.fixture
def room(tmp_path):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    counter = Counter(store, journal, clock, STATION)
    sheet = counter.scan(counter.open(Header("0453"), BADGE), [scan(NUMBER)], BADGE)
    counter.stamp(sheet, BADGE, PRESS)
    printer = FakePrinter()
    yield Room(journal, clock, counter, printer, Dispatch(journal, printer, clock, STATION), sheet.number)
    journal.close()


# --- once --------------------------------------------------------------------------------------------------------------


def test_what_is_asked_for_is_on_record_with_its_number_before_anything_is_sent(room):
    """P7."""
    job = room.ask()

    assert not room.printer.jobs
    (handed,) = room.of_the_sheet(HandedOver)
    assert (handed.copy, handed.how, handed.document) == (1, PRINTER, job.document)
    assert (job.name, job.copy, job.by, job.state) == (f"{room.sheet} copy 1 (1, {job.document[:8]})", 1, BADGE, State.WAITING)


def test_the_printer_is_given_the_very_document_under_the_name_of_the_record(room):
    job = room.sent()

    assert room.printer.jobs == {"1": (job.name, room.journal.document(job.document))}
    assert (job.state, job.job) == (State.SENT, "1")
    assert room.kinds(job) == [PrintAsked, PrintTried, PrintSent]


def test_what_was_sent_is_not_sent_again_however_often_it_is_tried(room):
    """T18."""
    job = room.sent()
    for _ in range(3):
        job = room.dispatch.send(job)

    assert len(room.printer.jobs) == 1


def test_of_two_who_send_the_same_one_does(room):
    """T18: two processes of a station with one queue."""
    job = room.ask()
    room.dispatch.send(job)

    with pytest.raises(Conflict):
        room.dispatch.send(job)
    assert len(room.printer.jobs) == 1


def test_a_job_is_followed_until_the_printer_says_that_it_is_done(room):
    """P7: done by its word, and not before."""
    job = room.sent()
    assert room.dispatch.follow(job) == job
    room.printer.says(State.PRINTING)
    job = room.dispatch.follow(job)
    assert (job.state, job.over) == (State.PRINTING, False)
    room.printer.says(State.DONE)
    job = room.dispatch.follow(job)

    assert (job.state, job.over, job.open) == (State.DONE, True, False)
    assert room.kinds(job) == [PrintAsked, PrintTried, PrintSent, PrintMoved, PrintEnded]
    assert room.dispatch.of(room.sheet) == (job,)


def test_why_nothing_comes_out_is_told_and_recorded_once(room):
    job = room.sent()
    room.printer.says(State.PRINTING)
    for _ in range(5):
        job = room.dispatch.follow(job, MEDIA)
    assert (job.state, job.reasons) == (State.PRINTING, ("media-empty",))
    job = room.dispatch.follow(job, Condition())

    assert job.reasons == ()
    assert room.kinds(job).count(PrintMoved) == 2


# --- noes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["not-accepting", "no-pdf", "untrusted", "gone", "refused"])
def test_a_no_before_the_printer_took_it_leaves_the_number_free(room, code):
    """P7: a failure for sure, and the same number again."""
    room.printer.no = code
    job = room.sent()
    assert (job.state, job.code, job.taken, job.open) == (State.FAILED, code, False, False)
    assert room.of_the_sheet(Failed) == [Failed("printer", code, "as told by the test", 1)]

    room.printer.no = ""
    again = room.sent()

    assert (again.copy, again.state, again.subject != job.subject, again.name != job.name) == (1, State.SENT, True, True)


@pytest.mark.parametrize("code", ["busy", "unreachable"])
def test_a_no_that_passes_is_waited_for_and_the_same_document_sent_then(room, code):
    room.printer.no = code
    job = room.sent()
    assert (job.state, job.reasons, job.over) == (State.WAITING, (code,), False)
    room.printer.no = ""
    job = room.dispatch.send(job)

    assert (job.state, len(room.printer.jobs)) == (State.SENT, 1)
    assert room.of_the_sheet(Failed) == []


def test_what_could_not_be_sent_for_long_is_not_sent_when_nobody_is_there_any_more(room):
    """A printer that is switched on in the evening prints nobody's proof."""
    job = room.ask()
    room.wait(TOO_LATE * 1.1)
    job = room.dispatch.send(job)

    assert (job.state, job.code, room.printer.jobs) == (State.FAILED, "too-late", {})


def test_a_record_that_fails_after_the_printer_took_it_makes_it_no_failure(room, monkeypatch):
    """T18: the printer has it; whoever looks next finds it by its name, and nobody sends it again."""
    job = room.ask()
    submit = room.printer.submit

    def full(*_, **__):
        raise Unavailable("journal", "disk-full")

    def submits(*given):
        monkeypatch.setattr(room.journal, "append", full)
        return submit(*given)

    monkeypatch.setattr(room.printer, "submit", submits)
    with pytest.raises(Unavailable, match="disk-full"):
        room.dispatch.send(job)
    monkeypatch.undo()
    (job,) = room.dispatch.of(room.sheet)
    assert (job.tried, job.state) == (True, State.WAITING)

    job = room.dispatch.seek(room.dispatch.send(job))

    assert (job.state, job.job, len(room.printer.jobs)) == (State.SENT, "1", 1)


# --- lost answers ------------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_looked_for_by_the_name_of_the_job(room):
    """T18: accepted, and the answer lost."""
    job = room.lost()

    assert (job.state, job.job, len(room.printer.jobs)) == (State.SENT, "1", 1)


def test_a_job_that_is_not_found_is_told_after_half_a_minute_and_not_sent_again(room):
    """T18, T19: nobody knows; the officer is told, and decides."""
    room.printer.swallows = True
    job = room.sent()
    assert (job.state, job.tried) == (State.WAITING, True)
    room.wait(PATIENCE / 2)
    job = room.dispatch.seek(job)
    assert job.state is State.WAITING
    room.wait(PATIENCE / 2)
    job = room.dispatch.seek(job)

    assert (job.state, job.code, job.open, job.over) == (State.UNKNOWN, "answer-lost", True, False)
    assert room.dispatch.seek(job) == job
    assert room.printer.jobs == {}


def test_a_job_that_is_found_later_is_followed_after_all(room):
    room.printer.swallows = True
    job = room.sent()
    room.wait(PATIENCE)
    job = room.dispatch.seek(job)
    room.printer.swallows = False
    room.printer.submit(b"as if it had come by another way", job.name)
    room.printer.says(State.DONE)
    job = room.dispatch.follow(room.dispatch.seek(job))

    assert job.state is State.DONE


def test_the_next_one_after_a_lost_answer_says_copy(room):
    """T18: never a second original."""
    room.printer.swallows = True
    room.sent()
    room.printer.swallows = False

    assert room.sent().copy == 2
    assert [fact.copy for fact in room.of_the_sheet(HandedOver)] == [1, 2]


@pytest.mark.parametrize("code", ["unreachable", "no-answer", "garbled"])
def test_a_printer_that_falls_silent_during_the_job_is_told_after_half_a_minute(room, code):
    """T19."""
    job, no = room.sent(), Unavailable("printer", code, "")
    assert room.dispatch.overdue(job, no) == job
    room.wait(PATIENCE)
    job = room.dispatch.overdue(job, no)

    assert (job.state, job.code, job.taken) == (State.UNKNOWN, code, True)
    assert room.dispatch.overdue(job, no) == job


def test_a_job_that_stands_still_without_a_reason_is_told_after_half_a_minute_once(room):
    """T19: processing for ever."""
    job = room.sent()
    room.printer.says(State.PRINTING)
    job = room.dispatch.follow(job, Condition(busy=True))
    room.wait(PATIENCE)
    for _ in range(3):
        job = room.dispatch.follow(job, Condition(busy=True))
    assert (job.state, job.code, job.open) == (State.UNKNOWN, "stands-still", True)
    assert room.kinds(job).count(PrintEnded) == 1

    job = room.dispatch.follow(job, MEDIA)
    assert (job.state, job.reasons, job.open) == (State.PRINTING, ("media-empty",), False)
    room.printer.says(State.DONE)
    assert room.dispatch.follow(job).state is State.DONE


def test_a_job_that_waits_for_paper_or_for_others_does_so_as_long_as_it_takes(room):
    job = room.dispatch.follow(room.sent(), Condition(busy=True))
    room.wait(PATIENCE * 3)
    assert room.dispatch.follow(job, Condition(busy=True)).state is State.SENT
    room.printer.says(State.PRINTING)
    job = room.dispatch.follow(job, MEDIA)
    room.wait(PATIENCE * 3)

    assert room.dispatch.follow(job, MEDIA).state is State.PRINTING


def test_a_printer_that_was_switched_off_and_counts_from_one_again_is_not_believed_about_another_job(room):
    """P7: else somebody else's job makes ours done."""
    job = room.sent()
    room.printer.restart()
    room.printer.submit(b"%PDF", "another's")
    room.printer.says(State.DONE)
    job = room.dispatch.follow(job)

    assert (job.state, job.code, job.open) == (State.UNKNOWN, "job-gone", True)


def test_a_job_that_the_printer_broke_off_may_be_on_paper_in_part(room):
    """P7: what is printed next is a copy."""
    job = room.sent()
    room.printer.says(State.FAILED, "aborted-by-system")
    job = room.dispatch.follow(job)

    assert (job.state, job.code, job.taken, job.open) == (State.FAILED, "aborted-by-system", True, True)
    assert room.of_the_sheet(Failed) == []
    assert room.ask().copy == 2


# --- decisions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["there", "copied", "given-up"])
def test_who_decides_about_one_is_on_record_and_it_is_over(room, how):
    room.printer.swallows = True
    job = room.sent()
    room.wait(PATIENCE)
    job = room.dispatch.settle(room.dispatch.seek(job).subject, how, BADGE)

    assert (job.settled, job.over, job.open) == (how, True, False)
    assert room.journal.entries(job.subject)[-1].entry.by == BADGE
    assert room.of_the_sheet(Failed) == []
    with pytest.raises(Refusal, match="print-over"):
        room.dispatch.settle(job.subject, how, BADGE)


def test_what_is_given_up_before_it_left_has_its_number_free_again(room):
    job = room.ask()
    room.dispatch.settle(job.subject, "given-up", BADGE)

    assert room.dispatch.send(room.dispatch.find(job.subject)).job == ""
    assert room.ask().copy == 1


def test_nothing_is_decided_about_what_is_done_or_never_was(room):
    job = room.sent()
    room.printer.says(State.DONE)
    room.dispatch.follow(job)

    for subject, code in ((job.subject, "print-over"), ("print/K7QD.000009/1", "no-such-print"), (room.sheet, "no-such-print")):
        with pytest.raises(Refusal, match=code):
            room.dispatch.settle(subject, "there", BADGE)
    with pytest.raises(Refusal, match="bad-text"):
        room.dispatch.settle(job.subject, "burnt", BADGE)


def test_a_decision_that_comes_while_the_job_is_followed_is_not_written_over(room):
    job = room.sent()
    room.dispatch.settle(job.subject, "given-up", BADGE)
    room.printer.says(State.DONE)

    with pytest.raises(Conflict):
        room.dispatch.follow(job)
    assert room.kinds(job)[-1] is PrintSettled


# --- two originals -----------------------------------------------------------------------------------------------------


def test_two_originals_are_marked_each_recorded_and_then_copies_follow(room):
    """P7: one for the client, one kept for validation."""
    due = lambda: room.counter.due(room.counter.find(room.sheet), 2)  # noqa: E731
    assert due() == ("client", "retained")
    first, second = (room.dispatch.send(room.ask(mark)) for mark in due())
    assert due() == ("",)
    third = room.dispatch.send(room.ask())

    assert [(job.copy, job.mark) for job in (first, second, third)] == [(1, "client"), (1, "retained"), (2, "")]
    assert [(fact.copy, fact.mark) for fact in room.of_the_sheet(HandedOver)] == [(1, "client"), (1, "retained"), (2, "")]
    printed = [room.journal.document(job.document).decode(errors="replace") for job in (first, second, third)]
    assert ["client" in text for text in printed] == [True, False, False]
    assert ["retained" in text for text in printed] == [False, True, False]


def test_an_original_of_two_that_the_printer_did_not_take_is_an_original_again(room):
    room.dispatch.send(room.ask("client"))
    room.printer.no = "gone"
    room.dispatch.send(room.ask("retained"))

    assert room.counter.due(room.counter.find(room.sheet), 2) == ("retained",)
    assert room.ask("retained").copy == 1


def test_an_original_that_a_browser_had_is_the_only_one(room):
    room.counter.hand_over(room.counter.find(room.sheet), "browser", PRESS, BADGE)

    assert room.counter.due(room.counter.find(room.sheet), 2) == ("",)
    assert room.ask("client").copy == 2


# --- after a start -----------------------------------------------------------------------------------------------------


def test_the_last_day_is_found_again_in_order_and_only_this_station_s(room):
    jobs = [room.sent() for _ in range(3)]
    elsewhere = Counter(room.counter.store, room.journal, room.clock, "WXYZ")
    elsewhere.hand_over(elsewhere.find(room.sheet), PRINTER, PRESS, BADGE)

    assert room.dispatch.since(LOOK_BACK) == tuple(reversed(jobs))
    room.wait(LOOK_BACK * 2)
    assert room.dispatch.since(LOOK_BACK) == ()
