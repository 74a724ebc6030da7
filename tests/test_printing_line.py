"""Printing in real parts: a stamped sheet, the queue, and the IPP service of CUPS with its faults (P7, T18, T19)."""

import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

import pytest

from kiosk.adapters.ipp import IppPrinter
from kiosk.adapters.ipp.codec import Operation
from kiosk.adapters.pades import PdfBinder
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.claim import PdfSlips
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.adapters.sql import SqlJournal
from kiosk.config import clock
from kiosk.contracts import PrinterContract
from kiosk.core.condition import Lamp
from kiosk.core.endorsement import Overprint
from kiosk.core.faults import Unavailable
from kiosk.core.journal import Failed, HandedOver
from kiosk.core.printing import PRINTER, AnswerLost, State
from kiosk.core.sheet import Header
from kiosk.desks.bindery import OwnBindery
from kiosk.desks.client import ClientDesk
from kiosk.desks.counter import Counter
from kiosk.desks.dispatch import Dispatch
from kiosk.desks.endorsing import Endorsing
from kiosk.desks.press import OwnPress
from kiosk.station.printing import Printing
from kiosk.web.overheard import listen, overheard
from tests.fakes import FakePaper, FakeSigner, FakeStore, real_seal, scan, transaction
from tests.printers import Proxy, free_port, ipp_service, of_operation, wait_until

BADGE, NUMBER, STATION = "B1001", "99999001495785", "K7QD"
SOON = timedelta(seconds=0.5)
"""The patience of the tests: half a minute, but shorter."""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The printer: one for all tests of this module."""
    with ipp_service(tmp_path_factory.mktemp("printer")) as service:
        yield service


@pytest.fixture
def machine(service):
    """The printer with nothing to do and nothing wrong, its tray empty."""
    yield from idle(service)


def idle(service):
    service.go_on()
    service.fail(fails=False)
    if not service.on:
        service.start()
    wait_until(lambda: not IppPrinter(service.folder, service.uri).condition().busy)
    for path in (service.folder / "tray").iterdir():
        path.unlink()
    yield service


@pytest.fixture
def wire(machine):
    """A wire to the printer that can be cut."""
    wire = Proxy(machine.port)
    yield wire
    wire.close()


class Followed(IppPrinter):
    """One that knows what it was given."""

    def __init__(self, *given):
        super().__init__(*given)
        self.given = []

    def submit(self, pdf, name):
        job = super().submit(pdf, name)
        self.given.append((job, name))
        return job


class TestIpp(PrinterContract):
    """The printer of kind ipp."""

    @pytest.fixture
    def printer(self, machine):
        return Followed(machine.folder, machine.uri)

    @pytest.fixture
    def broken(self, tmp_path):
        return IppPrinter(tmp_path, f"ipp://127.0.0.1:{free_port()}/ipp/print")

    @pytest.fixture
    def tray(self, machine, printer):
        def tray():
            wait_until(lambda: all(printer.word(*one).state is State.DONE for one in printer.given))
            return machine.tray

        return tray


# --- the printer's word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "lamp"), [("media-empty", Lamp.BAD), ("cover-open", Lamp.BAD), ("toner-low", Lamp.POOR)])
def test_what_is_wrong_is_seen_during_the_job_and_gone_when_it_is_put_right(machine, reason, lamp):
    """T19: the reason tells, for the state is "processing" all along."""
    printer = IppPrinter(machine.folder, machine.uri)
    machine.hold(reason)
    job = printer.submit(b"%PDF", "x")
    wait_until(lambda: printer.condition().reasons == (reason,))
    assert printer.condition().lamp is lamp
    assert printer.word(job, "x").state is State.PRINTING
    machine.go_on()
    wait_until(lambda: printer.word(job, "x").state is State.DONE)

    assert printer.condition().reasons == ()


def test_a_job_that_the_printer_breaks_off_has_failed(machine):
    printer = IppPrinter(machine.folder, machine.uri)
    machine.fail()
    job = printer.submit(b"%PDF", "x")
    wait_until(lambda: printer.word(job, "x").state is State.FAILED)

    assert printer.word(job, "x").reasons == ("aborted-by-system",)


def test_a_job_that_is_cancelled_does_not_come_out(machine):
    printer = IppPrinter(machine.folder, machine.uri)
    machine.hold()
    job = printer.submit(b"%PDF", "x")
    printer.cancel(job)
    machine.go_on()
    wait_until(lambda: printer.word(job, "x").reasons == ("job-canceled-by-user",))  # the printer says why a moment later

    assert printer.word(job, "x").state is State.FAILED


def test_a_printer_at_work_says_busy_and_has_not_taken_the_second_one(machine):
    printer = IppPrinter(machine.folder, machine.uri)
    machine.hold()
    printer.submit(b"%PDF", "first")

    with pytest.raises(Unavailable, match="busy") as no:
        printer.submit(b"%PDF", "second")
    assert not isinstance(no.value, AnswerLost)
    assert printer.condition().busy
    assert printer.find("second") is None


@pytest.mark.parametrize("keep", [0, 20, 150, -1])
def test_an_answer_that_is_lost_or_cut_short_is_never_taken_for_one(machine, wire, keep):
    """T18: the job is there, and only its name tells."""
    printer = IppPrinter(machine.folder, wire.uri)
    wire.cut, wire.keep = of_operation(Operation.PRINT_JOB), keep

    with pytest.raises(AnswerLost):
        printer.submit(b"%PDF", f"lost {keep}")
    assert printer.find(f"lost {keep}")


def test_a_printer_that_hangs_gives_no_answer_and_not_that_it_has_not_taken_it(machine):
    """T18."""
    printer = IppPrinter(machine.folder, machine.uri, budget=0.3)
    machine.freeze()
    try:
        with pytest.raises(AnswerLost):
            printer.submit(b"%PDF", "hung")
    finally:
        machine.thaw()
    wait_until(lambda: printer.find("hung"))


def test_a_path_where_there_is_no_printer_says_so(machine):
    printer = IppPrinter(machine.folder, f"ipp://127.0.0.1:{machine.port}/nobody")

    with pytest.raises(Unavailable) as no:
        printer.submit(b"%PDF", "x")
    assert (no.value.code, isinstance(no.value, AnswerLost)) == ("no-such-printer", False)


# --- the queue ---------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """A kiosk with a stamped sheet, and its queue."""

    journal: object
    counter: Counter
    sheet: str
    uri: str
    queue: Printing | None = None

    @property
    def endorsing(self):
        """Where the sheet is put on other paper."""
        return Endorsing(self.journal, clock, STATION)

    @property
    def desk(self):
        """Where clients ask."""
        return ClientDesk(self.counter, PdfSlips("America/Toronto"), "0453")

    def start(self, patience=SOON):
        """The kiosk comes up; it works in rounds of the test's own."""
        printer = IppPrinter(self.journal.folder, self.uri, budget=1.0)
        self.queue = Printing(Dispatch(self.journal, printer, clock, STATION, patience))
        self.journal.listeners[:] = [self.queue.heard]
        return self

    def ask(self):
        """An officer prints the sheet."""
        self.counter.hand_over(self.counter.find(self.sheet), PRINTER, PRESS, BADGE)
        return self

    @property
    def job(self):
        """What was asked for last, as the record has it."""
        return self.queue.dispatch.of(self.sheet)[0]

    def until(self, state):
        """Rounds, until the newest document is so."""

        def there():
            self.queue.round()
            return self.job.state is state

        wait_until(there, lambda: self.job)
        return self.job

    def facts(self, kind):
        return [one.entry.fact for one in self.journal.entries(self.sheet) if isinstance(one.entry.fact, kind)]


PRESS = OwnPress.of(FakePaper(), real_seal(), FakeSigner())
BINDERY = OwnBindery(PdfOverlays(PdfPaper().imprint), PdfBinder(), lambda: nullcontext((real_seal(), FakeSigner())))


@pytest.fixture
def line(tmp_path, machine):
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    journal = overheard(SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}"))
    journal.folder = tmp_path
    counter = Counter(store, journal, clock, STATION)
    sheet = counter.scan(counter.open(Header("0453"), BADGE), [scan(NUMBER)], BADGE)
    counter.stamp(sheet, BADGE, PRESS)
    yield Line(journal, counter, sheet.number, machine.uri).start()
    journal.close()


def test_what_an_officer_prints_comes_out_by_itself(line, machine):
    """P7: the loop in its own thread, from the click to the tray."""
    with Printing(line.queue.dispatch, 0.02) as queue:
        listen(line.journal, queue.heard)
        line.ask()
        wait_until(lambda: line.job.state is State.DONE, lambda: line.job)
        assert queue.alive

    assert machine.tray == [line.journal.document(line.job.document)]
    assert not queue.alive


def test_out_of_paper_is_told_while_it_lasts_and_the_sheet_comes_out_once(line, machine):
    """T19."""
    machine.hold("media-empty")
    job = line.ask().until(State.PRINTING)
    wait_until(lambda: line.queue.round() and line.job.reasons == ("media-empty",), lambda: line.job)
    assert line.queue.condition.lamp is Lamp.BAD
    machine.go_on()
    job = line.until(State.DONE)

    assert (len(machine.tray), job.reasons) == (1, ())


def test_a_printer_killed_in_the_middle_of_a_job_makes_it_unknown_and_the_next_one_a_copy(line, machine):
    """T18, T19: told, never sent again by itself."""
    machine.hold()
    line.ask().until(State.PRINTING)
    machine.stop()
    job = line.until(State.UNKNOWN)
    assert (job.code, job.open) == ("unreachable", True)
    for _ in range(3):
        line.queue.round()
    assert line.queue.condition.reasons == ("unreachable",)

    machine.start()
    for _ in range(3):
        line.queue.round()
    assert (line.job.state, line.job.code, machine.tray) == (State.UNKNOWN, "job-gone", [])
    line.queue.dispatch.settle(job.subject, "copied", BADGE)
    assert line.ask().until(State.DONE).copy == 2
    assert len(machine.tray) == 1


def test_an_answer_that_is_lost_makes_no_second_sheet(line, machine, wire):
    """T18: the printer takes it, prints it, and its answer is lost; the job is found by its name."""
    line.uri = wire.uri
    wire.cut = of_operation(Operation.PRINT_JOB)
    job = line.start().ask().until(State.DONE)

    assert (job.copy, job.taken, len(machine.tray)) == (1, True, 1)
    assert line.facts(Failed) == []


def test_a_request_that_is_lost_is_told_and_not_sent_again(line, machine, wire):
    """T18: the kiosk can't know that the printer never had it."""
    line.uri, wire.before = wire.uri, True
    wire.cut = of_operation(Operation.PRINT_JOB)
    job = line.start().ask().until(State.UNKNOWN)

    assert (job.code, job.taken, machine.tray) == ("answer-lost", True, [])


def test_a_job_that_stands_still_is_told_and_comes_out_after_all(line, machine):
    """T19: cups#1298."""
    machine.hold()
    job = line.ask().until(State.UNKNOWN)
    assert (job.code, machine.tray) == ("stands-still", [])
    machine.go_on()

    assert (line.until(State.DONE).copy, len(machine.tray)) == (1, 1)


def test_a_printer_that_is_off_has_three_rounds_and_then_the_number_is_free(line, machine):
    """P7, odoo#244076: one silence is none."""
    machine.stop()
    line.ask()
    for _ in range(2):
        line.queue.round()
        assert (line.job.state, line.queue.condition.asked) == (State.WAITING, False)
    job = line.until(State.FAILED)
    assert (job.code, job.taken, line.queue.condition.reasons) == ("unreachable", False, ("unreachable",))
    machine.start()

    assert line.ask().until(State.DONE).copy == 1
    assert [fact.copy for fact in line.facts(HandedOver)] == [1, 1]


def test_a_busy_printer_is_waited_for(line, machine):
    """P7: in the order in which it was asked."""
    machine.hold()
    line.ask().until(State.PRINTING)
    second = line.ask().until(State.WAITING)
    line.queue.round()
    assert line.job.reasons == ("busy",)
    machine.go_on()

    assert line.until(State.DONE).subject == second.subject
    assert len(machine.tray) == 2


def test_a_kiosk_that_is_restarted_goes_on_with_its_queue_and_prints_nothing_twice(line, machine):
    """P7: one that is at the printer, and one that has not left."""
    machine.hold()
    line.ask().until(State.PRINTING)
    line.ask()
    line.start()  # whatever it knew is gone, but for the record
    machine.go_on()
    line.until(State.DONE)
    wait_until(lambda: line.queue.round() and not line.queue.jobs, lambda: line.queue.jobs)

    assert [job.state for job in line.queue.dispatch.of(line.sheet)] == [State.DONE, State.DONE]
    assert len(machine.tray) == 2


def test_what_goes_with_a_sheet_goes_through_the_same_queue_over_an_empty_tray_and_a_restart(line, machine):
    """P7: the message at the printer, the stamp for the client's paper behind it, the client's slip; each comes out once."""
    machine.hold("media-empty")
    message, _ = line.endorsing.notice(line.sheet, PRINTER, BINDERY, BADGE)
    line.until(State.PRINTING)
    stamp, _ = line.endorsing.overprint(line.sheet, Overprint(1, "letter", 60, 225), PRINTER, BINDERY, BADGE)
    line.until(State.WAITING)
    line.desk.slip(line.counter.find(line.sheet), "fr")
    line.start()
    machine.go_on()
    line.until(State.DONE)
    wait_until(lambda: line.queue.round() and not line.queue.jobs, lambda: line.queue.jobs)

    done = line.queue.dispatch.of(line.sheet)
    assert [(job.kind, job.copy, job.state) for job in done] == [(kind, 1, State.DONE) for kind in ("slip", "paper", "notice")]
    assert [job.document for job in done[1:]] == [stamp.document, message.document]
    assert sorted(machine.tray) == sorted(line.journal.document(job.document) for job in done)


def test_a_message_whose_answer_is_lost_comes_out_once_and_one_that_stands_still_is_a_copy_next(line, machine, wire):
    """T18, P7: and the sheet itself has its original still."""
    line.uri = wire.uri
    wire.cut = of_operation(Operation.PRINT_JOB)
    line.start()
    line.endorsing.notice(line.sheet, PRINTER, BINDERY, BADGE)
    first = line.until(State.DONE)
    assert (first.copy, len(machine.tray), line.facts(Failed)) == (1, 1, [])
    wire.cut = lambda _: False
    machine.hold()
    line.endorsing.notice(line.sheet, PRINTER, BINDERY, BADGE)
    second = line.until(State.UNKNOWN)
    line.queue.dispatch.settle(second.subject, "given-up", BADGE)
    line.queue.round()
    machine.go_on()

    assert line.endorsing.notice(line.sheet, PRINTER, BINDERY, BADGE)[0].copy == 3
    assert line.ask().until(State.DONE).copy == 1


def test_a_kiosk_that_dies_while_it_sends_finds_the_job_by_its_name(line, machine):
    """T18: between the printer's answer and the record's entry."""
    line.ask()
    dispatch, job = line.queue.dispatch, line.job
    real, dispatch.printer.submit = dispatch.printer.submit, lambda *given: crash(real(*given))
    with pytest.raises(KeyboardInterrupt):
        dispatch.send(job)
    line.start()

    assert line.until(State.DONE).copy == 1
    assert len(machine.tray) == 1


def crash(_):
    raise KeyboardInterrupt


def test_what_is_given_up_is_cancelled_at_the_printer(line, machine):
    machine.hold()
    job = line.ask().until(State.PRINTING)
    line.queue.dispatch.settle(job.subject, "given-up", BADGE)
    line.queue.round()
    machine.go_on()
    printer = line.queue.dispatch.printer
    wait_until(lambda: printer.word(job.job, job.name).state is State.FAILED)

    assert (line.queue.jobs, line.job.settled) == ((), "given-up")


def test_a_printer_that_hangs_keeps_nobody_waiting(line, machine):
    """Q11: the officer's click is done when it is on record."""
    machine.freeze()
    try:
        with Printing(line.queue.dispatch) as queue:
            line.journal.listeners[:] = [queue.heard]
            before = time.monotonic()
            line.ask()
            assert time.monotonic() - before < 2
            assert line.job.state is State.WAITING
    finally:
        machine.thaw()
