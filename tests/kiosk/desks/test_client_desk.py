"""The client's desk: who may take a query over, and what the station may stamp by itself (Q1, Q9, Q10)."""

from dataclasses import replace

import pytest

from drivers.scan import Scan
from kiosk.adapters.pdf.claim import PdfSlips
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.printing import State
from kiosk.core.sheet import Header, Waiting
from kiosk.desks.client import ClientDesk
from kiosk.desks.counter import Counter
from kiosk.desks.dispatch import Dispatch
from tests.fakes import FakeClock, FakeSlips, FakeStore, scan, transaction
from tests.printers import FakePrinter

FREED, HELD = "99999001495785", "99999001495786"


@pytest.fixture
def desk(tmp_path):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(FREED))
    store.put(transaction(HELD), Reason.EXAM)
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    yield ClientDesk(Counter(store, journal, clock, "K7QD"), FakeSlips(), "0453", unattended=True)
    journal.close()


def asked(desk, *texts, keyed=False):
    """A client's query."""
    scans = [scan(text) for text in texts]
    if keyed:
        scans = [Scan(one.id, one.text, one.raw, one.source, one.at, one.symbology, keyed=True) for one in scans]
    return desk.counter.scan(desk.begin(), scans, desk.station)


def kinds(desk, number):
    return [type(one.entry.fact).__name__ for one in desk.counter.journal.entries(number)]


def test_a_query_is_the_stations_own_and_on_record(desk):
    """Q10."""
    query = asked(desk, FREED)

    assert {one.entry.by for one in desk.counter.journal.entries(query.number)} == {"K7QD"}
    assert desk.slip(query, "en") == "slip 1"
    with pytest.raises(Refusal, match="nothing-asked"):
        desk.slip(desk.begin(), "en")


def test_without_an_office_there_is_no_query(desk):
    with pytest.raises(Refusal, match="no-office"):
        ClientDesk(desk.counter, desk.slips, "").begin()


def test_an_officer_who_takes_a_query_at_the_moment_of_another_scan_takes_that_scan_too(desk):
    query = asked(desk, FREED)
    desk.slip(query, "en")
    find = desk.counter.find
    late = [scan(HELD)]

    class Busy:
        def __getattr__(self, name):
            return getattr(desk.counter, name)

        def find(self, number, entries=None):
            found = find(number, entries)
            if late:
                desk.counter.scan(found, [late.pop()], "K7QD")
            return found

    taken = ClientDesk(Busy(), desk.slips, "0453").take_over(query.number, "12345")

    assert [str(line.answer.status) for _, line in taken.lines] == ["R", "NR"]
    assert kinds(desk, query.number).count("TakenOver") == 1


def test_a_query_taken_over_twice_is_taken_once(desk):
    query = asked(desk, FREED)
    desk.slip(query, "en")
    desk.take_over(query.number, "12345")
    again = desk.take_over(query.number, "54321")

    assert kinds(desk, query.number).count("TakenOver") == 1
    assert again.number == query.number


def test_a_killed_kiosk_leaves_a_query_taken_and_not_asked(desk):
    """Q6: between taking it and asking anew, none of its old answers stands."""
    query = asked(desk, FREED)
    desk.slip(query, "en")
    desk.counter.store.down()
    taken = desk.take_over(query.number, "12345")

    assert [type(row) for row in taken.rows] == [Waiting]
    assert list(desk.counter.find(query.number).lines) == []


def test_what_is_no_sheet_is_refused(desk):
    with pytest.raises(Refusal, match="no-such-sheet"):
        desk.take_over("K7QD.000099", "12345")


def test_a_number_that_was_typed_is_never_stamped_by_the_station(desk):
    """Fault 1: one wrong digit releases other goods."""
    query = asked(desk, FREED, keyed=True)

    assert desk.hindrance(query).code == "keyed-rows"
    with pytest.raises(Refusal, match="keyed-rows"):
        desk.stamp(query, None, specimen=True)


def test_where_the_office_does_not_allow_it_nothing_is_stamped_by_the_station(desk):
    with_officers = ClientDesk(desk.counter, desk.slips, "0453")

    assert with_officers.hindrance(asked(desk, FREED)).code == "stamped-by-officers"


def test_clearing_and_closing_twice_is_no_news(desk):
    query = asked(desk, FREED)
    for _ in range(2):
        desk.clear(query.number, "done")
    desk.open("abc", "12345")
    for _ in range(2):
        desk.close("abc", "closed", "12345")

    assert kinds(desk, query.number).count("QueryCleared") == 1
    assert kinds(desk, "desk/K7QD/abc") == ["DeskOpened", "DeskClosed"]
    assert desk.screens() == ()


def test_a_slip_that_was_not_printed_is_not_on_record_as_printed(desk):
    query = asked(desk, FREED)
    desk.slips.broken = "paper-out"
    with pytest.raises(Unavailable):
        desk.slip(query, "en")

    assert "SlipPrinted" not in kinds(desk, query.number)


def test_a_slip_for_the_printer_is_in_its_queue_and_may_go_out_whatever_is_on_hold(desk):
    """P7, P4: it says no mark, and with it an officer asks anew; it is never a copy, and another is the client's wish."""
    query, printer = asked(desk, FREED), FakePrinter()
    desk = replace(desk, slips=PdfSlips("America/Toronto"))
    dispatch = Dispatch(desk.counter.journal, printer, desk.counter.clock, "K7QD", held=lambda _: True)
    subject = desk.slip(query, "en")
    (job,) = dispatch.of(query.number)

    assert (job.subject, job.kind, job.by) == (subject, "slip", "K7QD")
    assert kinds(desk, query.number)[-1] == "SlipPrinted"
    assert dispatch.send(job).state is State.SENT
    assert printer.jobs["1"][1].startswith(b"%PDF")
    with pytest.raises(Refusal, match="bad-text"):
        dispatch.settle(subject, "copied", "12345")
    assert desk.slip(query, "en") != subject


def test_an_officers_own_sheet_is_found_and_nothing_is_asked(desk):
    own = desk.counter.open(Header("0453"), "12345")

    assert desk.take_over(own.number, "54321") == own
    assert kinds(desk, own.number) == ["Opened"]
