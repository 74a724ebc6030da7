"""Finding and reporting: what happened is found by whatever is known of it, and counted once (Q10).

The record is the real one, on both engines; store, paper and clock are driven by the test.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from drivers.scan import NoRead
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import Entry, Voided
from kiosk.core.sheet import Header
from kiosk.desks.counter import Changed, Counter
from kiosk.desks.press import OwnPress
from kiosk.desks.record import Examination, Record
from tests.fakes import NOON, FakeClock, FakePaper, FakeSeal, FakeSigner, FakeStore, Fragile, scan, transaction

TORONTO = ZoneInfo("America/Toronto")
NUMBER, OTHER, CARGO = "99999-001495785", "99999-000000016", "XXXXPARS0000471"
ZOE = Header("0453", "Déménagements Zoé & Fils", "12345-RM0001", "555-0100")
EXAMPLE = Header("0453", "Example Brokerage", "67890", "")


class Office:
    """A counter, its record, and the world around them."""

    def __init__(self, journal):
        self.journal, self.clock = journal, FakeClock()
        self.store = FakeStore(self.clock)
        self.store.put(transaction(NUMBER))
        self.counter = Counter(self.store, journal, self.clock, "K7QD")
        self.record = Record(journal, self.clock, TORONTO)
        self.press = OwnPress.of(FakePaper(), FakeSeal(), FakeSigner())

    def sheet(self, *texts, header=ZOE, by="12345", **more):
        sheet = self.counter.open(header, by)
        return self.counter.scan(sheet, [scan(text, at=self.clock(), **more) for text in texts], by)

    def stamped(self, *texts, by="12345", **more):
        sheet = self.sheet(*texts, by=by, **more)
        self.counter.stamp(sheet, by, self.press)
        return self.counter.find(sheet.number)

    def void(self, sheet, reason="wrong goods", by="S1"):
        self.journal.append([Entry(sheet.number, self.clock(), by, Voided("0" * 64, reason))])


@pytest.fixture(params=["sqlite", "postgresql"])
def journal(request, tmp_path):
    """A real record, on each engine."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}" if sqlite else request.getfixturevalue("fresh_postgres")
    journal = SqlJournal(url)
    yield journal
    journal.close()


@pytest.fixture
def office(journal):
    return Office(journal)


@pytest.fixture
def small(tmp_path):
    """The office with a file alone: for what does not depend on the engine."""
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    yield Office(Fragile(journal))
    journal.close()


def numbers(search):
    return [sheet.number for sheet in search.sheets]


@pytest.mark.parametrize("spelling", [NUMBER, NUMBER.replace("-", ""), f"*{NUMBER}*"])
def test_a_sheet_is_found_by_a_number_however_it_is_spelled(office, spelling):  # Q10
    sheet = office.sheet(NUMBER)
    office.sheet(CARGO)

    assert numbers(office.record.search(number=spelling)) == [sheet.number]


@pytest.mark.parametrize(
    "client", ["zoe", "ZOÉ", "demenag", "fils Zoé", "12345", "12345-rm0001", "rm0001", "Déménagements Zoé & Fils"]
)
def test_a_sheet_is_found_by_its_client_whatever_case_and_accents(office, client):  # Q10
    sheet = office.sheet(NUMBER)
    office.sheet(NUMBER, header=EXAMPLE)

    assert numbers(office.record.search(client=client)) == [sheet.number]


@pytest.mark.parametrize("client", ["zoe example", "xyz", "99999001495785", "&", "oé"])
def test_a_client_who_does_not_fit_finds_nothing(office, client):
    office.sheet(NUMBER)

    assert office.record.search(client=client).sheets == ()


def test_a_scan_can_not_pass_for_a_client(office):
    """A barcode may hold anything, also what names are filed under."""
    office.sheet("client:zoe", header=EXAMPLE)

    assert office.record.search(client="zoe").sheets == ()


def test_a_sheet_is_found_by_its_number_by_who_worked_at_it_and_by_all_together(office):  # Q10
    one = office.sheet(NUMBER, by="AAA")
    two = office.sheet(NUMBER, by="BBB")
    office.counter.remove(two, 1, "wrong form", "AAA")

    assert numbers(office.record.search(sheet=one.number.lower())) == [one.number]
    assert numbers(office.record.search(badge="AAA")) == [two.number, one.number]
    assert numbers(office.record.search(badge="BBB", number=NUMBER, client="zoe", day=date(2026, 11, 22))) == [two.number]
    assert office.record.search(badge="BBB", sheet=one.number).sheets == ()
    with pytest.raises(Refusal, match="nothing-to-search"):
        office.record.search()


def test_a_day_is_a_day_of_the_office(office):
    """22:00 in Toronto is the next day in UTC."""
    office.clock.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    late = office.sheet(NUMBER)
    office.clock.now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    midnight = office.sheet(NUMBER)

    assert numbers(office.record.search(day=date(2026, 11, 22))) == [late.number]
    assert numbers(office.record.search(day=date(2026, 11, 23))) == [midnight.number]
    assert office.record.day(date(2026, 11, 22)).hours[22] == 1
    assert office.record.day(date(2026, 11, 23)).hours[0] == 1


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 22), 24)])
def test_a_day_on_which_the_clock_is_changed_is_shorter_or_longer(small, day, hours):
    begin, end = small.record._bounds(day)

    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=hours)


def test_a_day_that_no_clock_can_show_is_refused(small):
    with pytest.raises(Refusal, match="not-a-day"):
        small.record.search(day=date.max)
    with pytest.raises(Refusal, match="not-a-day"):
        Record(small.journal, small.clock, ZoneInfo("Asia/Tokyo")).search(day=date.min)
    assert small.record.search(day=date.min).sheets == ()


def test_a_found_sheet_tells_its_state_and_its_rows(office):  # Q10
    office.store.put(transaction(OTHER), Reason.EXAM)
    open_ = office.sheet(NUMBER, OTHER, "8XXX32201095", "911")
    open_ = office.counter.remove(open_, 4, "not a number", "12345")
    done = office.stamped(NUMBER)
    void = office.stamped(NUMBER)
    office.void(void)
    back = office.sheet("911")
    office.counter.give_back(back, office.press, {}, "12345")
    found = {sheet.number: sheet for sheet in office.record.search(badge="12345").sheets}

    assert found[open_.number].counts == {"R": 1, "NR": 1, "N/A": 1, "waiting": 0, "faulty": 0, "removed": 1}
    assert found[open_.number].rows == 4
    assert (found[open_.number].header, found[open_.number].opened_at) == (ZOE, NOON)
    states = [found[sheet.number].state for sheet in (open_, done, void, back)]
    assert states == ["open", "stamped", "voided", "returned"]


def test_more_than_a_page_of_sheets_is_said_and_the_newest_are_shown(office):
    for _ in range(51):
        last = office.sheet(header=EXAMPLE)
    found = office.record.search(client="example")

    assert (len(found.sheets), found.more) == (50, True)
    assert found.sheets[0].number == last.number
    assert not office.record.search(sheet=last.number).more


def test_earlier_clients_are_offered_with_their_newest_header(office):  # Q2
    office.sheet(header=ZOE)
    newer = Header("0453", ZOE.client_name, ZOE.client_id, "555-0199")
    office.sheet(header=newer)
    office.sheet(header=EXAMPLE)

    assert office.record.clients("zo") == (newer,)
    assert office.record.clients("123") == (newer,)
    assert office.record.clients("zoé dem") == (newer,)
    assert office.record.clients("zoé exa") == ()
    assert office.record.clients("") == office.record.clients(" &") == ()


def test_eight_clients_are_offered_at_most_newest_first(office):
    for n in range(10):
        office.sheet(header=Header("0453", f"Example {n}", f"C-{n}"))

    assert [header.client_id for header in office.record.clients("exam")] == [f"C-{n}" for n in range(9, 1, -1)]


def test_the_history_of_a_number_tells_all_that_was_asked_and_answered(office):  # Q10
    office.store.down()
    sheet = office.sheet(CARGO, NUMBER)
    office.store.up()
    office.clock.let_pass(minutes=1)
    sheet = office.counter.ask_again(sheet, "12345")
    office.store.put(transaction(NUMBER), Reason.EXAM)
    office.clock.let_pass(minutes=1)
    with pytest.raises(Changed):
        office.counter.stamp(sheet, "12345", office.press)
    office.counter.stamp(office.counter.find(sheet.number), "12345", office.press)
    history = office.record.history(NUMBER.replace("-", ""))
    told = [(moment.what, moment.row, moment.mark, moment.before, moment.reason) for moment in history.moments]

    assert told == [
        ("scanned", 2, "", "", ""),
        ("unasked", 2, "", "", "down"),
        ("answered", 2, "R", "", "released"),
        ("changed", 2, "NR", "R", "exam"),
        ("answered", 2, "NR", "", "exam"),
        ("stamped", 2, "NR", "", ""),
    ]
    assert [(one.sheet.number, one.sheet.state, one.row, one.mark) for one in history.standings] == [
        (sheet.number, "stamped", 2, "NR")
    ]
    assert history.moments[3].as_of == office.clock()


def test_the_history_tells_refusals_removals_and_what_became_of_every_sheet(office):  # Q10
    one = office.sheet(NUMBER, NUMBER)
    office.counter.remove(one, 2, "twice on the form", "12345")
    office.clock.let_pass(minutes=1)
    two = office.stamped(NUMBER)
    office.void(two)
    history = office.record.history(NUMBER)

    assert [(moment.sheet, moment.what, moment.row) for moment in history.moments] == [
        (one.number, "scanned", 1),
        (one.number, "scanned", 2),
        (one.number, "refused", 2),
        (one.number, "answered", 1),
        (one.number, "removed", 2),
        (two.number, "scanned", 1),
        (two.number, "answered", 1),
        (two.number, "answered", 1),
        (two.number, "stamped", 1),
        (two.number, "voided", 1),
    ]
    assert {(one.sheet.number, one.row, one.kind, one.sheet.state) for one in history.standings} == {
        (two.number, 1, "line", "voided"),
        (one.number, 1, "line", "open"),
        (one.number, 2, "removed", "open"),
    }


def test_a_number_that_was_never_seen_has_no_history(office):
    assert office.record.history("00000000000000").moments == ()


def test_open_sheets_are_those_that_were_begun_lately_and_not_ended(office):
    office.sheet(NUMBER)
    office.clock.let_pass(days=3)
    office.stamped(NUMBER)
    back = office.sheet("911")
    office.counter.give_back(back, office.press, {}, "12345")
    first = office.sheet(NUMBER, "911", header=EXAMPLE)
    second = office.sheet(by="BBB")
    open_ = office.record.open_sheets()

    assert [(one.number, one.rows, one.by, one.header) for one in open_] == [
        (second.number, 0, "BBB", ZOE),
        (first.number, 2, "12345", EXAMPLE),
    ]


def busy(office):
    """A day with all that can happen."""
    office.sheet(NUMBER)
    office.clock.now = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    sheet = office.sheet(NUMBER, "911", CARGO, by="AAA")
    office.counter.scan(sheet, [NoRead("blurred", "scanner", office.clock())], "AAA")
    office.clock.let_pass(minutes=10)
    typed = office.sheet(OTHER, by="BBB", keyed=True, symbology=None, source="keyboard")
    office.store.put(transaction(OTHER))
    with pytest.raises((Refusal, Unavailable)):
        office.counter.stamp(typed, "BBB", office.press)
    office.store.down()
    office.clock.let_pass(minutes=5)
    unasked = office.sheet("8XXX32201095", by="BBB")
    office.clock.let_pass(minutes=5)
    office.counter.ask_again(unasked, "BBB")
    office.store.up()
    done = office.sheet(NUMBER, by="BBB")
    office.clock.let_pass(minutes=2)
    proof = office.counter.stamp(done, "BBB", office.press)
    for _ in range(3):
        office.counter.handed_over(office.counter.find(done.number), proof.pdf, "folder", "BBB")
    return date(2026, 11, 23)


def test_the_day_report_counts_each_scan_once_by_how_it_ended(office):  # Q10
    report = office.record.day(busy(office))

    assert report.scans == sum(report.hours) == 6
    assert report.scans == sum(report.marks.values()) + sum(report.refusals.values()) + report.unanswered
    assert report.marks == {"R": 2, "NR": 0, "N/A": 2}
    assert report.refusals == {"service-option": 1}
    assert report.unread == {"blurred": 1}
    assert (report.unanswered, report.unasked, report.keyed) == (1, 1, 1)
    assert report.sheets == {"opened": 4, "stamped": 1, "returned": 0, "voided": 0}
    assert (report.hours[9], report.sources) == (6, {"fake-scanner": 5, "keyboard": 1})
    assert report.symbologies == {"CODE128": 5, "unknown": 1}
    assert (report.handed_over, report.copies) == (1, 2)
    assert report.changed == {("N/A", "R"): 1}
    assert report.not_stamped == {"changed": 1}
    assert report.median_wait == report.longest_wait == timedelta(minutes=2)


def test_the_day_report_tells_when_the_store_did_not_answer(office):  # Q6
    (outage,) = office.record.day(busy(office)).outages

    assert (outage.first, outage.last, outage.questions) == (
        datetime(2026, 11, 23, 14, 15, tzinfo=UTC),
        datetime(2026, 11, 23, 14, 20, tzinfo=UTC),
        2,
    )


def test_the_day_report_of_one_badge_counts_what_it_did_itself(office):
    day = busy(office)
    whole, one = office.record.day(day), office.record.day(day, "AAA")

    assert (one.badge, one.scans, one.refusals, one.unread) == ("AAA", 3, {"service-option": 1}, {"blurred": 1})
    assert one.badges["AAA"] == whole.badges["AAA"]
    assert set(whole.badges) == {"AAA", "BBB"}
    assert sum(figures.scans for figures in whole.badges.values()) == whole.scans


def test_a_day_without_anything_has_figures_of_nought(office):
    report = office.record.day(date(2020, 1, 1))

    assert (report.scans, report.waits, report.median_wait, report.longest_wait, report.badges) == (0, (), None, None, {})


def test_the_rows_of_a_day_are_its_scans_with_what_became_of_them(office):  # Q10
    day = busy(office)
    rows = list(office.record.day_rows(day))

    assert [(row.row, row.number, row.mark, row.kind, row.reason) for row in rows] == [
        (1, NUMBER, "R", "line", "released"),
        (2, "911", "", "faulty", "service-option"),
        (3, CARGO, "N/A", "line", "not-on-file"),
        (4, "", "", "faulty", "blurred"),
        (1, OTHER, "R", "line", "released"),
        (1, "8XXX32201095", "", "waiting", "down"),
        (1, NUMBER, "R", "line", "released"),
    ]
    assert [row.state for row in rows][-1] == "stamped"
    assert rows[4].keyed
    assert {row.by for row in office.record.day_rows(day, "AAA")} == {"AAA"}


def test_the_record_is_paged_from_its_newest_entry_on(office):
    for _ in range(30):
        office.sheet(NUMBER)
    size = office.journal.checkpoint().size
    newest = office.record.page()
    older = office.record.page(newest.older)

    assert [found.position for found in newest.entries] == list(range(size - 1, size - 51, -1))
    assert (newest.newer, newest.size, older.newer, older.older) == (None, size, size, None)
    assert [found.position for found in older.entries] == list(range(size - 51, -1, -1))
    assert office.record.page(0).entries == ()
    assert office.record.page(-5).entries == ()
    assert office.record.page(10**9).entries == newest.entries


def test_the_record_is_verified_beside_the_work_and_the_result_is_kept(office):  # Q10
    office.stamped(NUMBER)
    examination = Examination(office.journal, office.clock)
    assert examination.state is None
    begun = examination.begin("S1")
    examination.wait(20)
    state = examination.state

    assert (begun.by, begun.size, begun.checkpoint) == ("S1", office.journal.checkpoint().size, office.journal.checkpoint().short)
    assert (state.running, state.sound, state.failure, state.checkpoint) == (False, True, "", begun.checkpoint)


def test_a_verification_that_finds_something_or_fails_is_never_called_sound(small):  # Q10
    small.stamped(NUMBER)
    examination = Examination(small.journal, small.clock)
    examination.begin("S1", "99999-0123456789ab")
    examination.wait(20)
    assert (examination.state.sound, [one.code for one in examination.state.findings]) == (False, ["cut-off"])

    examination.begin("S1", "no checkpoint")
    examination.wait(20)
    assert (examination.state.sound, examination.state.findings, examination.state.failure) == (False, None, "not-a-checkpoint")
