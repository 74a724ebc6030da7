"""What is on record of scans that no sheet had: once, in the order in which it was decided, and as his who decided (Q10)."""

import pytest

from drivers.scan import NoRead
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Refusal
from kiosk.core.journal import Entry, ScanKept, ScanPlaced, ScanSetAside
from kiosk.desks.scanners import Scanners
from tests.fakes import NOON, FakeClock, Fragile, scan

BADGE, SHEET = "12345", "K7QD.000001"


@pytest.fixture
def journal(tmp_path):
    journal = Fragile(SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}"))
    yield journal
    journal.close()


@pytest.fixture
def desk(journal):
    return Scanners(journal, FakeClock(), "K7QD")


def facts(journal, name):
    return [one.entry.fact for one in journal.entries(f"scanners/K7QD/{name}")]


def test_a_scan_is_kept_once_with_all_that_is_known_of_it(desk, journal):
    one = scan("99999001495785", id="scan-0001", source="scanner/desk")
    for _ in range(3):
        desk.kept("scan-0001", one, "nothing-open")

    raw = "OTk5OTkwMDE0OTU3ODU="
    kept = ScanKept("scan-0001", "99999001495785", raw, "scanner/desk", "CODE128", None, NOON.isoformat(), "nothing-open")
    assert facts(journal, "scan-0001") == [kept]
    assert journal.find(number="99999001495785")[0].entry.by == "K7QD"


def test_a_failed_read_is_kept_without_a_text(desk, journal):
    desk.kept("no-1", NoRead("too-short", "scanner/desk", NOON, id="no-1"), "nothing-open")

    assert facts(journal, "no-1") == [
        ScanKept("no-1", None, None, "scanner/desk", None, "too-short", NOON.isoformat(), "nothing-open")
    ]


def test_what_was_decided_is_decided_no_second_time_otherwise(desk, journal):
    desk.kept("scan-0001", scan("911"), "nothing-open")
    desk.placed(["scan-0001"], SHEET, BADGE)
    desk.placed(["scan-0001"], SHEET, BADGE)  # as it is carried out after a crash
    for other in (lambda: desk.placed(["scan-0001"], "K7QD.000002", BADGE), lambda: desk.set_aside(["scan-0001"], "x", BADGE)):
        with pytest.raises(Refusal, match="scan-decided"):
            other()
    assert facts(journal, "scan-0001")[1:] == [ScanPlaced("scan-0001", SHEET)]
    desk.kept("scan-0001", scan("911"), "sheet-full")
    desk.set_aside(["scan-0001"], " torn ", BADGE)

    assert facts(journal, "scan-0001")[-1] == ScanSetAside("scan-0001", "torn")
    assert (desk.decided("scan-0001").by, desk.decided("nothing")) == (BADGE, None)


def test_of_several_all_are_decided_or_none(desk, journal):
    desk.kept("scan-0001", scan("911"), "nothing-open")
    with pytest.raises(Refusal, match="scan-decided"):
        desk.placed(["scan-0001", "scan-0002"], SHEET, BADGE)

    assert len(facts(journal, "scan-0001")) == 1


def test_whoever_is_there_first_decides(desk, journal):
    """Between reading and writing, another officer has set it aside."""
    desk.kept("scan-0001", scan("911"), "nothing-open")

    def meddle(entries):
        journal.before_append = lambda entries: None
        journal.real.append([Entry("scanners/K7QD/scan-0001", NOON, "54321", ScanSetAside("scan-0001", "mine"))])

    journal.before_append = meddle
    with pytest.raises(Refusal, match="moved-on"):
        desk.placed(["scan-0001"], SHEET, BADGE)
    assert [type(one) for one in facts(journal, "scan-0001")] == [ScanKept, ScanSetAside]


def test_two_deliveries_that_keep_it_at_once_keep_it_once(desk, journal):
    one = scan("911", id="scan-0001")

    def meddle(entries):
        journal.before_append = lambda entries: None
        desk.kept("scan-0001", one, "nothing-open")

    journal.before_append = meddle
    desk.kept("scan-0001", one, "nothing-open")

    assert len(facts(journal, "scan-0001")) == 1


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b", "x" * 101])
def test_a_reason_is_words_that_can_stand_on_record(desk, reason):
    desk.kept("scan-0001", scan("911"), "nothing-open")
    with pytest.raises(Refusal):
        desk.set_aside(["scan-0001"], reason, BADGE)
