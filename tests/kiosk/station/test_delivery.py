"""Every scan of the station's comes to one place, once, in order, whatever is killed, full or stamped meanwhile (D5, Q3, Q6)."""

import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import Entry, RowRemoved, ScanKept, ScanPlaced, ScanSetAside, Stamped
from kiosk.core.sheet import MAX_ROWS, Faulty, Line, Waiting
from kiosk.desks.client import ClientDesk
from kiosk.desks.scanners import HOME, ONE
from kiosk.station import delivery as station_delivery
from kiosk.station.bell import ring
from kiosk.station.delivery import LOOK, PAUSES
from kiosk.station.spool import State
from tests.fakes import FakeSlips
from tests.fakes import scan as faked
from tests.kiosk.station.scanner_samples import BADGE, NUMBERS, OTHER, SESSION, Desk

LONG = 30
"""Seconds after which a test gives up; nothing waits for so long."""


class Killed(BaseException):
    """The process is killed here: nothing of it gets a word in."""


class Dying:
    """A part that is killed at one of its calls: before it has done anything, or just after."""

    def __init__(self, part, at, *, after):
        self.part, self.left, self.after = part, at, after

    def __getattr__(self, name):
        found = getattr(self.part, name)
        if not callable(found):
            return found

        def call(*given, **more):
            self.left[0] -= 1
            if self.left[0] == 0 and not self.after:
                raise Killed
            done = found(*given, **more)
            if self.left[0] == 0:
                raise Killed
            return done

        return call


def doomed(desk, at, *, after):
    """The delivery is killed at the call of that number to spool, claims, record or sheet."""
    left = [at]
    tray = desk.tray
    tray.spool, tray.claims = Dying(tray.spool, left, after=after), Dying(tray.claims, left, after=after)
    tray.record = Dying(tray.record, left, after=after)
    desk.delivery = station_delivery.Delivery(tray, Dying(desk.counter, left, after=after), desk.office)


def stamped(desk, sheet):
    """Somebody stamps a sheet."""
    fact = Stamped("status", "fake", "0453", OTHER, True, "00", [], "x", {}, "")
    desk.journal.append([Entry(sheet, desk.clock(), OTHER, fact)])


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.journal.healthy = None
    desk.close()


def test_scans_come_to_the_sheet_that_was_open_each_once_and_in_their_order(desk):
    sheet, other = desk.open(), desk.open()
    desk.take(sheet)
    scans = [desk.scan(NUMBERS[0]), desk.scan(NUMBERS[1]), desk.fail(), desk.scan("911")]
    desk.take(other)
    last = desk.scan(NUMBERS[2])

    assert desk.delivery.turns() == LOOK
    assert (desk.rows(sheet), desk.rows(other)) == (scans, [last])
    assert [type(row) for row in desk.counter.find(sheet).rows] == [Line, Line, Faulty, Faulty]
    assert {desk.state(one) for one in (*scans, last)} == {State.PLACED}
    assert {one.entry.by for one in desk.journal.find(kind="Scanned")} == {BADGE}


def test_what_is_scanned_while_nothing_is_open_is_kept_with_its_reason_and_on_record(desk):
    """Issue 4, 7: kept and shown, not lost."""
    first, second = desk.scan(NUMBERS[0]), desk.fail("too-short")
    desk.delivery.turns()

    assert desk.kept() == [(first, "nothing-open"), (second, "nothing-open")]
    kept = desk.facts("ScanKept")
    assert [(one.scan, one.text, one.reason, one.why) for one in kept] == [
        (first, NUMBERS[0], None, "nothing-open"),
        (second, None, "too-short", "nothing-open"),
    ]
    assert [one.entry.fact for one in desk.journal.find(number=NUMBERS[0])] == kept[:1]


def with_slip(desk):
    """A client's query with its slip, and the delivery that takes it over."""
    client = ClientDesk(desk.counter, FakeSlips(), "0453")
    desk.delivery = station_delivery.Delivery(desk.tray, desk.counter, desk.office, desk=client)
    query = desk.counter.scan(client.begin(), [faked(NUMBERS[0])], desk.counter.station)
    client.slip(query, "en")
    return query.number


@pytest.mark.parametrize("where", ["sheet", ONE, HOME])
def test_one_scan_of_a_clients_slip_is_the_officers_sheet_and_no_row_of_his_page(desk, where):
    """Issue 6, 9: by the station's scanners, too; killed on the way, it is taken over once."""
    number = with_slip(desk)
    sheet = desk.open() if where == "sheet" else where
    desk.take(sheet)
    slip = desk.scan(number)
    desk.delivery.turns()

    assert desk.state(slip) is State.PLACED
    assert desk.tray.claims.now(desk.clock()).got == f"taken {number}"
    assert [one.entry.by for one in desk.journal.find(kind="TakenOver")] == [BADGE]
    assert [type(row) for row in desk.counter.find(number).rows] == [Line]
    assert sheet == where or desk.rows(sheet) == []


def test_at_the_home_page_anything_but_a_slip_is_kept(desk):
    """Issue 4, 7: no sheet is open there; and whatever page asks for the scanners has them from it."""
    desk.take(HOME)
    scans = [desk.scan(NUMBERS[1]), desk.fail()]
    desk.delivery.turns()

    assert desk.kept() == [(one, "nothing-open") for one in scans]
    claims, sheet = desk.tray.claims, desk.open()
    assert claims.take(sheet, OTHER, "another session", desk.clock(), politely=True).sheet == sheet
    assert claims.take(HOME, BADGE, "session", desk.clock(), politely=True) is None
    assert claims.take(HOME, OTHER, "another session", desk.clock(), politely=True) is None


def test_a_slip_that_is_good_no_more_is_kept_with_its_reason(desk):
    number = with_slip(desk)
    stamped(desk, number)
    desk.take(desk.open())
    slip = desk.scan(number)
    desk.delivery.turns()

    assert desk.kept() == [(slip, "stamped-already")]


def test_a_slip_before_a_clients_screen_takes_nothing_over(desk):
    """The station's name is no officer's: the number of a sheet is refused there as anywhere."""
    number = with_slip(desk)
    desk.take(desk.open(), desk.counter.station)
    desk.scan(number)
    desk.delivery.turns()

    assert desk.journal.find(kind="TakenOver") == ()


def test_an_officer_puts_kept_scans_on_his_sheet_as_his(desk):
    """Q10: who decided is on record."""
    scans = [desk.scan(number) for number in NUMBERS[:3]]
    desk.delivery.turns()
    sheet = desk.open(OTHER)

    assert desk.tray.place(sheet, OTHER) == 3
    desk.delivery.turns()
    assert (desk.rows(sheet), desk.kept()) == (scans, [])
    assert [(one.entry.by, one.entry.fact) for one in desk.journal.find(kind="ScanPlaced")] == [
        (OTHER, ScanPlaced(scan, sheet)) for scan in scans
    ]
    assert {one.entry.by for one in desk.journal.find(kind="Scanned")} == {OTHER}


def test_a_kept_scan_that_its_new_sheet_does_not_take_is_kept_again(desk):
    sheet, scan = desk.open(), desk.scan()
    desk.delivery.turns()
    desk.tray.place(sheet, BADGE)
    stamped(desk, sheet)
    desk.delivery.turns()

    assert desk.kept() == [(scan, "stamped-already")]
    assert [type(one.entry.fact) for one in desk.journal.entries(f"scanners/K7QD/{scan}")] == [ScanKept, ScanPlaced, ScanKept]


def test_set_aside_wants_a_reason_and_is_on_record(desk):
    first, second = desk.scan(), desk.scan()
    desk.delivery.turns()
    with pytest.raises(Refusal, match="no-reason"):
        desk.tray.set_aside("  ", BADGE)
    seq = desk.tray.kept()[0].seq
    assert desk.tray.set_aside(" a poster on the wall ", BADGE, [seq]) == 1

    assert desk.kept() == [(second, "nothing-open")]
    assert desk.facts("ScanSetAside") == [ScanSetAside(first, "a poster on the wall")]
    assert desk.state(first) is State.ASIDE
    with pytest.raises(Refusal, match="no-such-scan"):
        desk.tray.set_aside("again", BADGE, [seq])


def test_failed_reads_are_dismissed_together_and_scans_are_not(desk):
    scan, *_ = desk.scan(), desk.fail(), desk.fail()
    desk.delivery.turns()

    assert desk.tray.dismiss(BADGE) == 2
    assert desk.kept() == [(scan, "nothing-open")]
    assert len(desk.facts("ScanSetAside")) == 2


def test_two_officers_who_decide_at_once_decide_once(desk):
    """One sets it aside in the moment in which the other puts it on his sheet."""
    sheet, scan = desk.open(), desk.scan()
    desk.delivery.turns()
    chosen = desk.tray.kept()
    desk.tray.record.set_aside([scan], "mine", OTHER)
    with pytest.raises(Refusal, match="scan-decided"):
        desk.tray.place(sheet, BADGE, [chosen[0].seq])
    desk.killed()
    desk.delivery.turns()

    assert (desk.state(scan), desk.rows(sheet)) == (State.ASIDE, [])


def test_a_test_scan_goes_to_no_sheet_and_the_next_one_does(desk):
    sheet = desk.open()
    desk.take(sheet)
    desk.tray.test(BADGE, SESSION)
    tried, scan = desk.scan(), desk.scan(NUMBERS[2])
    desk.delivery.turns()

    assert (desk.state(tried), desk.rows(sheet)) == (State.TESTED, [scan])
    assert desk.tray.tested(SESSION)[1].scan.text == NUMBERS[0]


def test_where_every_scan_has_a_sheet_of_its_own_it_gets_one(desk):
    """Q1: one document, one answer."""
    claim = desk.take(ONE)
    scans = [desk.scan(NUMBERS[0]), desk.scan(NUMBERS[1])]
    desk.delivery.turns()
    sheets = [one.entry.subject for one in desk.journal.find(kind="Opened")]

    assert [desk.rows(sheet) for sheet in sheets] == [[one] for one in scans]
    assert desk.tray.claims.now(desk.clock()).got == sheets[-1]
    assert claim.got == ""


def test_without_an_office_one_document_is_kept(tmp_path):
    desk = Desk(tmp_path, office="")
    desk.take(ONE)
    scan = desk.scan()
    desk.delivery.turns()
    assert desk.kept() == [(scan, "no-office")]
    desk.close()


def test_a_full_sheet_takes_no_more_and_nothing_is_lost(desk):
    sheet = desk.open()
    desk.counter.scan(desk.counter.find(sheet), [faked(f"88888{n:09d}") for n in range(MAX_ROWS)], BADGE)
    desk.take(sheet)
    scan = desk.scan()
    desk.delivery.turns()

    assert desk.kept() == [(scan, "sheet-full")]


def test_a_poison_scan_in_the_middle_never_stops_the_next(desk, monkeypatch):
    """T15: the decoder of some number fails."""
    sheet = desk.open()
    desk.take(sheet)
    first, poison, last = desk.scan(NUMBERS[0]), desk.scan(NUMBERS[1]), desk.scan(NUMBERS[2])
    real = type(desk.counter).scan

    def choking(self, sheet, scans, by, **more):
        if scans[0].id == poison:
            raise ZeroDivisionError
        return real(self, sheet, scans, by, **more)

    monkeypatch.setattr(type(desk.counter), "scan", choking)
    desk.delivery.turns()

    assert (desk.rows(sheet), desk.kept()) == ([first, last], [(poison, "failed")])


def test_a_scan_that_the_record_chokes_on_never_stops_the_next(desk, monkeypatch):
    """It lies in the tray all the same."""
    first, second = desk.scan(), desk.scan()
    real = type(desk.tray.record).kept

    def choking(self, name, scan, why):
        if name == first:
            raise ZeroDivisionError
        real(self, name, scan, why)

    monkeypatch.setattr(type(desk.tray.record), "kept", choking)
    desk.delivery.turns()

    assert desk.kept() == [(first, "nothing-open"), (second, "nothing-open")]


def test_a_decision_that_the_spool_could_not_take_is_carried_out_later(desk, monkeypatch):
    """It is on record: nobody needs to decide again."""
    sheet, scan = desk.open(), desk.scan()
    desk.delivery.turns()

    def shut(*given):
        raise Unavailable("station", "locked", "as told by the test")

    with monkeypatch.context() as broken:
        broken.setattr(desk.tray.spool, "assign", shut)
        with pytest.raises(Unavailable):
            desk.tray.place(sheet, BADGE)
    desk.delivery.turns()

    assert (desk.rows(sheet), desk.kept()) == ([scan], [])


def test_with_the_store_down_rows_wait_on_the_sheet(desk):
    """Q6: neither NR nor N/A."""
    sheet = desk.open()
    desk.take(sheet)
    desk.store.down()
    scan = desk.scan()
    desk.delivery.turns()

    assert [type(row) for row in desk.counter.find(sheet).rows] == [Waiting]
    assert desk.state(scan) is State.PLACED


def test_a_record_that_can_t_be_written_is_waited_for_with_the_same_scan_first(desk):
    """Fault (3): with growing pauses, and in order."""
    sheet = desk.open()
    desk.take(sheet)
    scans = [desk.scan(number) for number in NUMBERS[:3]]
    desk.journal.healthy = 1
    pauses = [desk.delivery.turns() for _ in range(8)]
    assert pauses == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert (desk.rows(sheet), desk.waiting, desk.kept()) == (scans[:1], 2, [])
    desk.journal.healthy = None
    assert desk.delivery.turns() == LOOK

    assert desk.rows(sheet) == scans


def test_a_clock_behind_the_record_is_waited_for(desk):
    """Somebody has set it back: nothing is lost, and nothing is put into another order."""
    sheet = desk.open()
    desk.take(sheet)
    desk.clock.let_pass(hours=-1)
    scan = desk.scan()
    assert desk.delivery.turns() == PAUSES[0]
    assert (desk.kept(), desk.waiting) == ([], 1)
    desk.clock.let_pass(hours=1)
    desk.delivery.turns()

    assert desk.rows(sheet) == [scan]


def test_a_scan_for_a_sheet_that_is_stamped_meanwhile_is_kept(desk):
    sheet = desk.open()
    desk.take(sheet)
    scan = desk.scan()
    stamped(desk, sheet)
    desk.delivery.turns()

    assert desk.kept() == [(scan, "stamped-already")]


def test_a_scan_that_was_on_its_sheet_before_the_stamp_is_not_kept_beside_it(desk):
    """Killed after the sheet had it and before that was noted; stamped before anybody came back."""
    sheet = desk.open()
    desk.take(sheet)
    scan = desk.scan()
    doomed(desk, 6, after=True)  # unplaced, waiting, of, assign, find, scan
    with pytest.raises(Killed):
        desk.delivery.turns()
    assert (desk.rows(sheet), desk.waiting) == ([scan], 1)
    stamped(desk, sheet)
    desk.killed()
    desk.delivery.turns()

    assert (desk.state(scan), desk.kept(), desk.rows(sheet)) == (State.PLACED, [], [scan])


def test_others_who_write_on_the_sheet_at_every_moment_delay_nothing(desk):
    sheet = desk.open()
    desk.take(sheet)
    scan, turns = desk.scan(), iter(range(5))

    def meddle(entries):
        if entries[0].subject == sheet and next(turns, None) is not None:
            found = desk.counter.find(sheet)
            desk.journal.real.append([Entry(sheet, desk.clock(), OTHER, RowRemoved(99, "x"))] if found.rows else [])

    desk.journal.before_append = meddle
    desk.delivery.turns()
    desk.journal.before_append = lambda entries: None

    assert desk.rows(sheet) == [scan]


def test_hostile_text_is_kept_and_placed_as_it_came(desk):
    """T9: control characters, half a surrogate pair, four thousand characters."""
    hostile = ["\x00\x1b[2J", "<script>alert(1)</script>", "\ud800", "9" * 4000, f"{chr(0x202E)}9999900"]
    scans = [desk.scan(text) for text in hostile]
    desk.delivery.turns()
    assert [one for one, _ in desk.kept()] == scans
    sheet = desk.open()
    desk.tray.place(sheet, BADGE)
    desk.delivery.turns()

    assert [row.text for row in desk.counter.find(sheet).rows] == hostile


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(2, 14))
def test_killed_at_any_step_everything_is_done_once_by_the_next(tmp_path, at, after):
    """A scan for a sheet, one for nothing, a test, one where each has its own sheet."""
    desk = Desk(tmp_path)
    lost, sheet = desk.scan(NUMBERS[3]), desk.open()
    desk.take(sheet)
    first = desk.scan(NUMBERS[0])
    desk.tray.test(BADGE, SESSION)
    tried, second = desk.scan(NUMBERS[1]), desk.scan(NUMBERS[2])
    doomed(desk, at, after=after)
    with pytest.raises(Killed):
        desk.delivery.turns()
    desk.killed()
    desk.delivery.turns()

    assert (desk.rows(sheet), desk.kept()) == ([first, second], [(lost, "nothing-open")])
    assert desk.state(tried) is State.TESTED
    assert len(desk.facts("ScanKept")) == 1
    assert len(desk.facts("Scanned")) == 2
    desk.close()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(2, 9))
def test_killed_while_an_officer_decides_it_is_decided_once(tmp_path, at, after):
    desk = Desk(tmp_path)
    sheet, scans = desk.open(), [desk.scan(NUMBERS[0]), desk.scan(NUMBERS[2])]
    desk.delivery.turns()
    doomed(desk, at, after=after)
    with suppress(Killed):
        desk.tray.place(sheet, BADGE)
    desk.killed()
    desk.delivery.turns()
    assert len(desk.facts("ScanPlaced")) == len(desk.rows(sheet))  # what was decided is done, by whoever comes next
    if desk.kept():
        desk.tray.place(sheet, BADGE)
        desk.delivery.turns()

    assert (desk.rows(sheet), desk.kept()) == (scans, [])
    assert len(desk.facts("ScanPlaced")) == len(desk.facts("Scanned")) == 2
    desk.close()


def test_the_bell_brings_a_scan_without_waiting_for_the_next_look(desk, monkeypatch):
    """Issue 4, 7: with a look once an hour, only the bell can have brought it."""
    monkeypatch.setattr(station_delivery, "LOOK", 3600.0)
    sheet = desk.open()
    desk.take(sheet)
    placed = threading.Event()
    real = desk.tray.spool.settle
    monkeypatch.setattr(desk.tray.spool, "settle", lambda *given: (real(*given), placed.set()))
    with desk.delivery:
        while not (desk.home / "station" / "desk.bell").exists():
            pass
        scan = desk.scan()
        ring(desk.home, "desk")
        assert placed.wait(LONG)

    assert desk.rows(sheet) == [scan]
    assert not desk.delivery.alive


def test_of_two_processes_of_a_home_one_delivers_and_the_other_takes_over(desk):
    """By a lock that dies with its process."""
    other = station_delivery.Delivery(desk.tray, desk.counter)
    assert desk.delivery._alone()
    assert not other._alone()
    desk.delivery._let_go()

    assert other._alone()
    other._let_go()


def test_a_spool_that_can_t_be_read_stops_nothing_for_ever(desk):
    sheet = desk.open()
    desk.take(sheet)
    scan = desk.scan()
    real = desk.tray.spool

    class Shut:
        def waiting(self):
            raise Unavailable("station", "locked", "as told by the test")

        def __getattr__(self, name):
            return getattr(real, name)

    desk.tray.spool = Shut()
    assert desk.delivery.turns() == PAUSES[0]
    desk.tray.spool = real
    assert desk.delivery.turns() == LOOK

    assert desk.rows(sheet) == [scan]


class Days(RuleBasedStateMachine):
    """A desk through any days: scans, pages, stamps, deaths, outages, officers who decide."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name))
        self.sheets, self.stamped, self.open_ = [], set(), None
        self.expected, self.decided = {}, set()
        self.texts = iter(f"77777{n:09d}" for n in range(10_000))

    @rule()
    def begin(self):
        if self.desk.journal.healthy is None:
            self.sheets.append(self.desk.open())

    @precondition(lambda self: self.sheets)
    @rule(n=st.integers(0, 9))
    def take(self, n):
        self.open_ = self.sheets[n % len(self.sheets)]
        self.desk.take(self.open_)

    @rule()
    def leave(self):
        self.desk.tray.claims.leave(self.desk.clock(), session=SESSION)
        self.open_ = None

    @rule(reads=st.booleans())
    def scan(self, reads):
        name = self.desk.scan(next(self.texts)) if reads else self.desk.fail()
        self.expected[name] = self.open_

    @precondition(lambda self: self.sheets and self.desk.journal.healthy is None)
    @rule(n=st.integers(0, 9))
    def stamp(self, n):
        sheet = self.sheets[n % len(self.sheets)]
        if sheet not in self.stamped:
            self.stamped.add(sheet)
            stamped(self.desk, sheet)

    @rule()
    def deliver(self):
        self.desk.delivery.turns()

    @rule(at=st.integers(1, 12), after=st.booleans())
    def die(self, at, after):
        doomed(self.desk, at, after=after)
        with suppress(Killed):
            self.desk.delivery.turns()
        self.desk.killed()

    @rule(up=st.booleans())
    def outage(self, up):
        self.desk.journal.healthy = None if up else 0

    @rule(up=st.booleans())
    def silence(self, up):
        self.desk.store.up() if up else self.desk.store.down()

    @precondition(lambda self: self.sheets and self.desk.journal.healthy is None)
    @rule(n=st.integers(0, 9), all_=st.booleans(), aside=st.booleans(), at=st.integers(0, 8), after=st.booleans())
    def decide(self, n, all_, aside, at, after):
        """An officer decides, and the process may die of it (`at` is not 0)."""
        kept = self.desk.tray.kept()
        if not kept:
            return
        seqs = [one.seq for one in kept] if all_ else [kept[n % len(kept)].seq]
        self.decided |= {one.scan.id for one in kept if one.seq in seqs}
        if at:
            doomed(self.desk, at, after=after)
        with suppress(Killed):
            if aside:
                self.desk.tray.set_aside("a reason", BADGE, seqs)
            else:
                self.desk.tray.place(self.sheets[n % len(self.sheets)], BADGE, seqs)
        if at:
            self.desk.killed()
            self.desk.delivery.turns()

    @invariant()
    def nothing_is_twice(self):
        """On two sheets, or twice on one."""
        where = [row for sheet in self.sheets for row in self.desk.rows(sheet)]
        assert len(where) == len(set(where))

    def teardown(self):
        desk = self.desk
        desk.journal.healthy = None
        desk.delivery.turns()
        where = {row: sheet for sheet in self.sheets for row in desk.rows(sheet)}
        aside = {one.scan for one in desk.facts("ScanSetAside")}
        assert desk.waiting == 0
        for name, sheet in self.expected.items():
            kept = desk.tray.spool.find(name)
            assert (kept.state is State.PLACED) == (name in where)
            assert kept.state in {State.PLACED, State.UNPLACED, State.ASIDE}
            if kept.state is State.UNPLACED:
                assert kept.why
                last = desk.journal.entries(f"scanners/K7QD/{name}")[-1].entry.fact
                assert isinstance(last, ScanKept)
            if kept.state is State.ASIDE:
                assert name in aside
            if name in where and name not in self.decided:
                assert where[name] == sheet
        order = list(self.expected)
        for sheet in self.sheets:
            rows = [order.index(row) for row in desk.rows(sheet) if row not in self.decided]
            assert rows == sorted(rows)
        desk.close()
        self.folder.cleanup()


TestDays = Days.TestCase
TestDays.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
