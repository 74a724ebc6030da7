"""The reader of forms: every page once, whatever fails, whoever else is at the sheet (Q6, Q10, D4, D5).

Record and reading process are the real ones, the forms are the PDFs that we draw ourselves. Nothing waits but for what happens.
"""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from queue import Queue

import pytest

from drivers.pages import Reader
from drivers.picture import Limits
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import CouldNotAsk, FormNotRead, FormRead, NotRead, PageRead, Scanned
from kiosk.core.sheet import MAX_ROWS, Faulty, Header, Line, Waiting
from kiosk.desks.counter import Counter
from kiosk.desks.intake import Intake, State
from kiosk.station import forms as station_forms
from kiosk.station.forms import FormReader
from tests.drivers.pictures import saved
from tests.drivers.pictures import sheet as drawn
from tests.fakes import FakeClock, FakeStore, Fragile, scan, transaction

BADGE, HEADER = "12345", Header("0453", "Fictitious Freight Ltd.", "C-1", "555-0100")
NUMBERS = [f"99999-{n:09d}" for n in range(1, 30)]
LONG = 60
"""Seconds after which a test gives up; nothing waits for so long."""


def form(numbers=NUMBERS[:2], blank=0):
    return PdfPaper().form(HEADER, numbers, "code128", blank)


THREE_PAGES = form(NUMBERS[:25])
BLANK_PAGE = form(NUMBERS[:11], 10)
"""Eleven numbers on two pages, and a third one with no bars at all."""


class Kiosk:
    """A record, a counter and an intake; reading is started and ended as a station does it."""

    def __init__(self, folder, reader):
        self.clock = FakeClock()
        self.store = FakeStore(self.clock)
        self.store.put(transaction(NUMBERS[0]))
        self.journal = Fragile(SqlJournal(f"sqlite:///{folder / 'record.sqlite3'}"))
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        self.intake = Intake(self.journal, self.clock)
        self.reader = reader
        self.told = Queue()
        self.running = []

    def open(self):
        return self.counter.open(HEADER, BADGE).number

    def start(self, publish=None):
        self.running.append(FormReader(self.counter, self.intake, self.reader, publish or self.told.put))
        self.running[-1].start()
        return self.running[-1]

    def read(self, sheet, *documents):
        """Documents on a sheet, read to their ends; the forms then."""
        forms = [self.intake.receive(sheet, f"{n}.pdf", data, BADGE) for n, data in enumerate(documents)]
        station = self.start()
        for one in forms:
            station.submit(one)
        return self.wait(sheet)

    def wait(self, sheet):
        while any(one.open for one in self.intake.forms(sheet)):
            self.told.get(timeout=LONG)
        return self.intake.forms(sheet)

    def facts(self, sheet, kind=object):
        return [one.entry.fact for one in self.journal.entries(sheet) if isinstance(one.entry.fact, kind)]

    def close(self):
        self.journal.healthy = None
        assert all(station.stop(LONG) for station in self.running)
        self.journal.close()


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.fixture
def make(tmp_path, reader):
    made = []

    def make(name="kiosk", reader=reader):
        (tmp_path / name).mkdir()
        made.append(Kiosk(tmp_path / name, reader))
        return made[-1]

    yield make
    for kiosk in made:
        kiosk.close()


@pytest.fixture
def kiosk(make):
    return make()


@pytest.fixture
def hasty(monkeypatch):
    """What could not be done is tried again at once."""
    monkeypatch.setattr(station_forms, "PAUSES", (0.0,))


def texts(kiosk, sheet):
    return [fact.text for fact in kiosk.facts(sheet, Scanned)]


def test_every_row_of_every_page_is_on_the_sheet_in_its_order(kiosk):
    """Q2, Q3: each with its mark and its place."""
    sheet = kiosk.open()
    (done,) = kiosk.read(sheet, THREE_PAGES)
    rows = kiosk.counter.find(sheet).rows

    assert texts(kiosk, sheet) == NUMBERS[:25]
    assert all(isinstance(row, Line) for row in rows)
    assert str(rows[0].answer.status) == "R"
    assert [row.asked.where.page for row in rows] == sorted(row.asked.where.page for row in rows)
    assert {row.asked.where.file for row in rows} == {done.file} == {"0.pdf"}
    assert (done.state, done.pages, len(done.read)) == (State.READ, done.read[-1].page + 1, done.pages)
    assert sum(page.scans for page in done.read) == 25
    assert all((page.width, page.height) == (2550, 3300) for page in done.read)


def test_a_page_and_its_rows_are_one_transaction(kiosk):
    """Q10: after each page the record is whole; each page is told."""
    sheet = kiosk.open()
    written = []
    kiosk.journal.before_append = lambda entries: written.append([type(one.fact) for one in entries])
    kiosk.read(sheet, THREE_PAGES)
    pages = [kinds for kinds in written if PageRead in kinds]

    assert [Scanned in kinds for kinds in pages] == [True] * len(pages)
    assert [FormRead in kinds for kinds in pages] == [False] * (len(pages) - 1) + [True]


def test_a_page_without_bars_is_a_row_that_says_so(kiosk):
    """Q4: its rows may be too faint to be seen as such."""
    sheet = kiosk.open()
    (done,) = kiosk.read(sheet, BLANK_PAGE)
    blank = [page for page in done.read if page.unread]

    assert [row.refusal for row in kiosk.counter.find(sheet).rows if isinstance(row, Faulty)] == [
        Refusal("not-read", why="no-barcode") for _ in blank
    ]
    assert blank
    assert done.state is State.READ


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.4 broken %%EOF", "unreadable-file"),
        (b"%PDF-1.4 broken", "truncated"),
        (saved(drawn())[:200], "truncated"),
    ],
)
def test_a_document_that_cannot_be_opened_is_a_row_that_says_so(kiosk, data, why):
    """D4: and the station goes on."""
    sheet = kiosk.open()
    broken, sound = kiosk.read(sheet, data, form())
    (row, *rest) = kiosk.counter.find(sheet).rows

    assert row.refusal == Refusal("not-read", why=why)
    assert (broken.state, broken.pages) == (State.READ, 1)
    assert (sound.state, len(rest)) == (State.READ, 2)


def test_forms_have_their_turns_so_that_nobody_waits_for_a_long_one(kiosk):
    """D5: another officer's form of one page, dropped second, is done before one of three pages."""
    long, short = kiosk.open(), kiosk.open()
    order = []
    kiosk.journal.before_append = lambda entries: order.extend(one.subject for one in entries if isinstance(one.fact, FormRead))
    forms = [kiosk.intake.receive(sheet, "a.pdf", data, BADGE) for sheet, data in ((long, THREE_PAGES), (short, form()))]
    station = kiosk.start()
    for one in forms:
        station.submit(one)
    kiosk.wait(long)

    assert order == [short, long]


def test_a_form_handed_in_twice_is_read_once(kiosk):
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", form(), BADGE)
    station = kiosk.start()
    station.submit(one)
    station.submit(one)
    kiosk.wait(sheet)
    station.submit(one)
    last = kiosk.intake.receive(sheet, "b.pdf", form(NUMBERS[5:6]), BADGE)
    station.submit(last)
    kiosk.wait(sheet)

    assert len(kiosk.facts(sheet, PageRead)) == 2
    assert texts(kiosk, sheet) == [*NUMBERS[:2], NUMBERS[5]]


def test_two_stations_at_one_form_count_each_row_once(make, reader, tmp_path):
    """Q10: after a restart that was too quick, both read it."""
    kiosk = make()
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", BLANK_PAGE, BADGE)
    other = Counter(kiosk.store, SqlJournal(f"sqlite:///{tmp_path / 'kiosk' / 'record.sqlite3'}"), kiosk.clock, "K7QD")
    second = FormReader(other, Intake(other.journal, kiosk.clock), reader, kiosk.told.put)
    first = kiosk.start()
    second.start()
    for station in (first, second):
        station.submit(one)
    kiosk.wait(sheet)
    assert second.stop(LONG)
    other.journal.close()

    assert texts(kiosk, sheet) == NUMBERS[:11]
    assert len(kiosk.facts(sheet, NotRead)) == len(kiosk.counter.find(sheet).faults)
    assert kiosk.counter.find(sheet).unread == frozenset()


class Dying(BaseException):
    """The process is gone: nothing is put away, nothing is caught."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_sheet_after_a_crash_and_a_restart_equals_one_that_was_read_at_once(make, pages):
    """Q10: whichever page it was."""
    at_once, crashed = make("at-once"), make("crashed")
    whole = at_once.open()
    at_once.read(whole, BLANK_PAGE, form(NUMBERS[20:22]))
    sheet = crashed.open()
    for n, data in enumerate((BLANK_PAGE, form(NUMBERS[20:22]))):
        crashed.intake.receive(sheet, f"{n}.pdf", data, BADGE)
    told = []

    def dies(number):
        told.append(number)
        if len(told) == pages:
            raise Dying

    dead = crashed.start(dies)
    dead._thread.join(LONG)
    half = crashed.facts(sheet, PageRead)
    crashed.start()
    crashed.wait(sheet)

    assert len(half) == pages
    assert crashed.counter.find(sheet).rows == at_once.counter.find(whole).rows
    assert crashed.facts(sheet) == at_once.facts(whole)


KILLED = """
    import os, sys
    from pathlib import Path
    from drivers.pages import Reader
    from tests.kiosk.station.test_station_forms import Kiosk

    with Reader() as reader:
        kiosk = Kiosk(Path(sys.argv[1]), reader)
        done = []

        def dies(entries):
            done.extend(one for one in entries if type(one.fact).__name__ == "PageRead")
            if len(done) == 2:
                os.kill(os.getpid(), 9)

        kiosk.journal.before_append = dies
        kiosk.start()
        kiosk.wait(sys.argv[2])
"""


def test_a_process_killed_in_the_middle_of_a_page_loses_none_and_doubles_none(make, tmp_path):
    """Q10: killed with the second page read and not yet recorded."""
    kiosk = make()
    sheet = kiosk.open()
    kiosk.intake.receive(sheet, "a.pdf", THREE_PAGES, BADGE)
    run = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path / "kiosk"), sheet]
    root = Path(__file__).parents[3]
    killed = subprocess.run(run, check=False, cwd=root, env={"PYTHONPATH": str(root), "PATH": os.environ["PATH"]})
    half = kiosk.facts(sheet, PageRead)
    kiosk.start()
    (done,) = kiosk.wait(sheet)

    assert killed.returncode == -signal.SIGKILL
    assert len(half) == 1
    assert texts(kiosk, sheet) == NUMBERS[:25]
    assert done.state is State.READ
    assert kiosk.journal.verify() == ()


def test_a_reading_process_that_is_killed_costs_at_most_its_page(make):
    """D4: a row says so; the other pages and forms are read."""
    with Reader() as own:
        kiosk = make(reader=own)
        sheet = kiosk.open()
        first = kiosk.intake.receive(sheet, "a.pdf", THREE_PAGES, BADGE)

        def kill(entries):
            if any(isinstance(one.fact, PageRead) for one in entries):
                kiosk.journal.before_append = lambda entries: None
                os.kill(own.pid, signal.SIGKILL)

        kiosk.journal.before_append = kill
        kiosk.start().submit(first)
        (done,) = kiosk.wait(sheet)

        assert done.state is State.READ
        assert {page.page for page in done.read} == set(range(done.pages))
        lost = {row.where.page for row in kiosk.counter.find(sheet).rows if isinstance(row, Faulty)}
        assert len(lost) <= 1
        assert kiosk.running[0].stop(LONG)


def test_a_form_that_ends_the_reading_process_again_and_again_is_left_in_words(make):
    """D4, D5: others wait; the sheet can't be stamped until an officer has decided."""
    with Reader(Limits(memory_bytes=6 << 20)) as own:  # opens a form, and has no room for a page of it
        kiosk = make(reader=own)
        sheet = kiosk.open()
        (done,) = kiosk.read(sheet, form(NUMBERS + NUMBERS))

        assert done.state is State.ENDED
        assert done.why == Refusal("form-too-costly", pages=3)
        assert len(kiosk.counter.find(sheet).faults) == 3
        assert kiosk.counter.find(sheet).unread
        assert kiosk.running[0].stop(LONG)


def test_while_the_store_is_down_rows_wait_and_reading_goes_on(kiosk):
    """Q6: no mark at all; asked again later they have one."""
    kiosk.store.down()
    sheet = kiosk.open()
    (done,) = kiosk.read(sheet, THREE_PAGES)
    down = kiosk.counter.find(sheet)
    kiosk.store.up()
    up = kiosk.counter.ask_again(down, BADGE)

    assert done.state is State.READ
    assert all(isinstance(row, Waiting) for row in down.rows)
    assert kiosk.facts(sheet, CouldNotAsk)
    assert all(isinstance(row, Line) for row in up.rows)


def test_a_record_that_cannot_be_written_is_tried_again_until_it_can(kiosk, hasty):
    """Q10: the page is not read anew, and not lost."""
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", form(), BADGE)
    tries = []

    def failing(entries):
        tries.append(entries)
        if len(tries) <= 3:
            raise Unavailable("journal", "disk-full")

    kiosk.journal.before_append = failing
    kiosk.start().submit(one)
    kiosk.wait(sheet)

    assert len(tries) == 4
    assert texts(kiosk, sheet) == NUMBERS[:2]


def test_who_scans_meanwhile_is_not_disturbed_and_disturbs_nobody(kiosk, hasty):
    """D5: a Conflict is decided anew, with his row there; a number of the form that he has scanned is a repeat."""
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", form(), BADGE)

    def meanwhile(entries):
        kiosk.journal.before_append = lambda entries: None
        kiosk.counter.scan(kiosk.counter.find(sheet), [scan(NUMBERS[1])], "67890")

    kiosk.journal.before_append = meanwhile
    kiosk.start().submit(one)
    kiosk.wait(sheet)
    rows = kiosk.counter.find(sheet).rows

    assert [type(row) for row in rows] == [Line, Line, Faulty]
    assert rows[2].refusal.code == "repeat"


def test_a_sheet_that_is_full_ends_the_form_in_words(kiosk):
    """Q10: its other rows are not lost without a word: the sheet can't be stamped like that."""
    sheet = kiosk.open()
    scans = [scan(f"99998-{n:09d}") for n in range(MAX_ROWS - 1)]
    kiosk.counter.scan(kiosk.counter.find(sheet), scans, BADGE)
    (done,) = kiosk.read(sheet, form())

    assert done.state is State.ENDED
    assert done.why.code == "sheet-full"
    assert [fact.code for fact in kiosk.facts(sheet, FormNotRead)] == ["sheet-full"]
    assert len(kiosk.counter.find(sheet).rows) == MAX_ROWS - 1


def test_a_form_that_was_given_up_is_not_read_on(kiosk):
    """Q10: the officer's word counts, in the middle of it too."""
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", THREE_PAGES, BADGE)

    def give_up(number):
        if kiosk.intake.form(sheet, one.document).open:
            kiosk.intake.give_up(sheet, one.document, "torn", BADGE)
        kiosk.told.put(number)

    kiosk.start(give_up).submit(one)
    (done,) = kiosk.wait(sheet)
    assert kiosk.running[0].stop(LONG)

    assert (done.state, len(done.read)) == (State.GIVEN_UP, 1)
    assert len(kiosk.facts(sheet, PageRead)) == 1


def test_a_form_that_ended_can_be_read_on(kiosk):
    """Q4: the officer has it read again, and it goes on where it ended."""
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", form(), BADGE)
    kiosk.intake.ended(one, Refusal("form-failed"))
    station = kiosk.start()
    station.submit(one)
    while kiosk.intake.form(sheet, one.document).state is State.ENDED:
        kiosk.told.get(timeout=LONG)

    assert kiosk.wait(sheet)[0].state is State.READ
    assert texts(kiosk, sheet) == NUMBERS[:2]


def test_a_form_whose_bytes_were_dropped_ends_in_words(kiosk):
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", form(), BADGE)
    kiosk.clock.let_pass(days=7 * 366)
    kiosk.journal.expire(kiosk.clock(), "station")
    kiosk.start().submit(one)
    (done,) = kiosk.wait(sheet)

    assert (done.state, done.why.code) == (State.ENDED, "document-expired")


class Broken(Reader):
    """A reader with a fault of our own."""

    def pages(self, source, *, file=None):
        raise RuntimeError("a fault of our own")


def test_a_fault_of_our_own_ends_that_form_in_words_and_no_other(make, caplog):
    kiosk = make(reader=Broken())
    sheet = kiosk.open()
    first, second = kiosk.read(sheet, form(), form(NUMBERS[3:4]))

    assert [first.why.code, second.why.code] == ["form-failed"] * 2
    assert kiosk.running[0].alive
    assert "a fault of our own" in caplog.text
    assert not any(number in caplog.text for number in (*NUMBERS, sheet))


def test_nobody_listening_is_no_fault_of_the_form(kiosk):
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", THREE_PAGES, BADGE)

    def deaf(number):
        kiosk.told.put(number)
        raise RuntimeError("nobody there")

    kiosk.start(deaf).submit(one)

    assert kiosk.wait(sheet)[0].state is State.READ


def test_it_stops_though_the_record_is_out_of_reach(kiosk):
    """Q10: what was not done is done at the next start; twice is harmless, and so is one that never began."""
    sheet = kiosk.open()
    one = kiosk.intake.receive(sheet, "a.pdf", form(), BADGE)
    tried = Queue()
    kiosk.journal.before_append = tried.put
    kiosk.journal.healthy = 0
    station = kiosk.start()
    station.submit(one)
    tried.get(timeout=LONG)

    assert station.stop(LONG)
    assert station.stop(LONG)
    assert not station.alive
    assert FormReader(kiosk.counter, kiosk.intake, kiosk.reader, print).stop()
    kiosk.journal.healthy = None
    kiosk.start()
    assert kiosk.wait(sheet)[0].state is State.READ
