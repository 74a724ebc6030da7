"""The staff: who may work here, who is at work, and how a log-in fails."""

import threading
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.adapters.pins import ArgonPins
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.core.journal import DelayLifted, LoggedIn, LoggedOut, LogInFailed, PinSet
from kiosk.core.user import Role
from kiosk.desks.staff import NOBODY, Staff
from tests.fakes import FakeClock, Fragile

PIN, OTHER, WRONG = "483920", "770183", "111222"
STATION = "K7QD"


@dataclass
class CountingPins:
    """Real PINs that tell what was asked of them."""

    real: ArgonPins = field(default_factory=lambda: ArgonPins(memory=8, passes=1, lanes=1))
    asked: list = field(default_factory=list)

    def hash(self, pin):
        return self.real.hash(pin)

    def matches(self, hashed, pin):
        self.asked.append(hashed)
        return self.real.matches(hashed, pin)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def journal(tmp_path):
    record = SqlJournal(f"sqlite:///{tmp_path / 'kiosk.db'}")
    yield record
    record.close()


@pytest.fixture
def staff(journal, clock):
    """One administrator, A1001; one officer, B2002, both with PINs of their own."""
    made = Staff.of(journal, CountingPins(), clock, STATION)
    made.add("A1001", "Ann Example", Role.ADMINISTRATOR, PIN, "A1001")
    made.add("B2002", "Ben Example", Role.BSO, PIN, "B2002")
    return made


def fail(staff, many, badge="B2002", pin=WRONG):
    """So many log-ins fail, none too early."""
    for _ in range(many):
        staff.door.clock.let_pass(seconds=staff.delay(badge))
        with pytest.raises(Refusal, match="wrong-badge-or-pin"):
            staff.log_in(badge, pin)


def refusal(staff, badge, pin):
    """How a log-in is refused."""
    with pytest.raises(Refusal) as no:
        staff.log_in(badge, pin)
    return no.value


def elsewhere(staff, station="OTHR"):
    """The staff as another station has it, over the same record: a process of its own."""
    return Staff.of(staff.roll.journal, staff.door.pins, staff.door.clock, station)


# --- who they are ---------------------------------------------------------------------------------------------------


def test_a_user_is_found_however_his_badge_was_scanned(staff):
    assert staff.find("b2002") == staff.find("*B2002*") == staff.find("B2002\r\n")
    assert (staff.find("B2002").name, staff.find("B2002").role, staff.find("B2002").state) == ("Ben Example", Role.BSO, "active")


def test_everybody_who_ever_worked_here_is_listed(staff):
    staff.dismiss("B2002", "A1001")

    assert [(user.badge, user.active) for user in staff.all()] == [("A1001", True), ("B2002", False)]


def test_a_pin_stands_nowhere_in_the_record_but_as_a_hash(staff, journal):
    staff.set_pin("B2002", OTHER, "A1001")
    staff.log_in("B2002", OTHER)
    with pytest.raises(Refusal):
        staff.log_in("B2002", WRONG)
    written = b"".join(one.entry.encode() for one in journal.since(0))
    kept = [journal.document(one.entry.fact.document) for one in journal.find(kind="PinSet")]

    assert not any(pin.encode() in part for pin in (PIN, OTHER, WRONG) for part in (written, *kept))
    assert b"argon2" not in written
    assert all(hashed.startswith(b"$argon2id$") for hashed in kept)


def test_the_record_with_pins_is_sound_and_keeps_them(staff, journal, clock):
    """Q10: their documents are checked with the others, and expire with none of them."""
    clock.let_pass(days=365 * 20)

    assert journal.expire(clock(), STATION) == 0
    assert journal.verify() == ()
    journal.rebuild()
    assert journal.verify() == ()
    assert staff.log_in("A1001", PIN)[1].badge == "A1001"


@pytest.mark.parametrize("how", ["UPDATE documents SET bytes = NULL", "DELETE FROM documents"])
def test_a_pins_hash_that_was_taken_away_is_found(staff, journal, tmp_path, how):
    """Q10."""
    import sqlite3

    digest = journal.find(kind="PinSet")[0].entry.fact.document
    with sqlite3.connect(tmp_path / "kiosk.db") as connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'documents'").fetchall()
        for (guard,) in guards:
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(f"{how} WHERE digest = ?", [digest])
    connection.close()

    assert [finding.code for finding in journal.verify()] == ["document"]


@pytest.mark.parametrize("badge", ["", "B2", "B2002 X", "B2002/..", "ＡＢＣ", "straße", "B" * 9, "?"])
def test_what_is_no_badge_is_not_added(staff, badge):
    with pytest.raises(Refusal, match="bad-badge"):
        staff.add(badge, "Cid Example", Role.BSO, PIN, "A1001")


def test_the_name_of_the_station_is_nobodys_badge(staff):
    """What the station does and what a user does stay two things in the record."""
    with pytest.raises(Refusal, match="bad-badge"):
        staff.add(STATION, "Cid Example", Role.BSO, PIN, STATION)


@pytest.mark.parametrize(("name", "code"), [("", "no-name"), ("  ", "no-name"), ("a\x1bb", "bad-text"), ("x" * 101, "long-text")])
def test_a_name_can_be_shown(staff, name, code):
    with pytest.raises(Refusal, match=code):
        staff.add("C3003", name, Role.BSO, PIN, "A1001")
    with pytest.raises(Refusal, match=code):
        staff.change("B2002", "A1001", name=name)


def test_a_badge_is_one_users_at_a_time(staff):
    with pytest.raises(Refusal, match="user-there"):
        staff.add("b2002", "Cid Example", Role.BSO, PIN, "A1001")


def test_who_was_dismissed_can_be_added_again_and_has_another_pin(staff):
    staff.dismiss("B2002", "A1001")
    staff.add("B2002", "Ben Example", Role.SUPERVISOR, OTHER, "A1001")

    assert refusal(staff, "B2002", PIN).code == "wrong-badge-or-pin"
    assert staff.log_in("B2002", OTHER)[1].role is Role.SUPERVISOR


def test_the_last_administrator_can_be_neither_dismissed_nor_demoted(staff):
    with pytest.raises(Refusal, match="last-administrator"):
        staff.dismiss("A1001", "A1001")
    with pytest.raises(Refusal, match="last-administrator"):
        staff.change("A1001", "A1001", role=Role.BSO)

    assert staff.find("A1001").role is Role.ADMINISTRATOR
    assert staff.change("A1001", "A1001", name="Ann Other", role=Role.ADMINISTRATOR).name == "Ann Other"


@pytest.mark.parametrize("how", ["dismiss", "demote"])
def test_two_administrators_who_dismiss_each_other_at_once_do_not_both_go(staff, journal, how):
    """Between the look at the other one and the record, he goes himself."""
    staff.change("B2002", "A1001", role=Role.ADMINISTRATOR)
    other, first = elsewhere(staff), [True]

    def meanwhile(entries):
        if first and first.pop():
            other.dismiss("A1001", "B2002") if how == "dismiss" else other.change("A1001", "B2002", role=Role.BSO)

    slow = Staff.of(Fragile(journal, before_append=meanwhile), staff.door.pins, staff.door.clock, STATION)
    with pytest.raises(Conflict, match="moved-on"):
        slow.dismiss("B2002", "A1001")

    assert [user.badge for user in staff.roll.administrators()] == ["B2002"]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["dismiss", "demote", "promote", "add"]), st.sampled_from(["A1001", "B2002"])), max_size=8
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_there_is_always_an_administrator(tmp_path_factory, steps):
    record = SqlJournal(f"sqlite:///{tmp_path_factory.mktemp('record') / 'kiosk.db'}")
    staff = Staff.of(record, CountingPins(), FakeClock(), STATION)
    staff.add("A1001", "Ann Example", Role.ADMINISTRATOR, PIN, "A1001")
    does = {
        "dismiss": lambda badge: staff.dismiss(badge, STATION),
        "demote": lambda badge: staff.change(badge, STATION, role=Role.SUPERVISOR),
        "promote": lambda badge: staff.change(badge, STATION, role=Role.ADMINISTRATOR),
        "add": lambda badge: staff.add(badge, "Somebody", Role.ADMINISTRATOR, PIN, STATION),
    }
    for step, badge in steps:
        try:
            does[step](badge)
        except Refusal:
            continue
    left = len(staff.roll.administrators())
    record.close()

    assert left


# --- PINs -----------------------------------------------------------------------------------------------------------


def test_a_pin_from_an_administrator_must_be_changed_and_ones_own_must_not(staff):
    staff.set_pin("B2002", OTHER, "A1001")
    assert not staff.log_in("B2002", OTHER)[1].own

    staff.change_pin("B2002", OTHER, "918273")
    assert staff.log_in("B2002", "918273")[1].own


def test_ones_own_pin_is_changed_with_the_old_one_alone(staff):
    with pytest.raises(Refusal, match="own-pin"):
        staff.set_pin("A1001", OTHER, "A1001")
    with pytest.raises(Refusal, match="wrong-badge-or-pin"):
        staff.change_pin("A1001", WRONG, OTHER)

    assert staff.log_in("A1001", PIN)[1].badge == "A1001"


def test_guessing_the_old_pin_is_guessing_a_log_in(staff):
    for _ in range(3):
        with pytest.raises(Refusal, match="wrong-badge-or-pin"):
            staff.change_pin("B2002", WRONG, OTHER)

    with pytest.raises(Refusal, match="wait"):
        staff.change_pin("B2002", PIN, OTHER)
    assert refusal(staff, "B2002", PIN).code == "wait"


@pytest.mark.parametrize(("new", "code"), [(PIN, "same-pin"), ("1234", "pin-form"), ("999999", "pin-too-simple")])
def test_a_bad_new_pin_leaves_the_old_one(staff, new, code):
    with pytest.raises(Refusal, match=code):
        staff.change_pin("B2002", PIN, new)

    assert staff.log_in("B2002", PIN)[1].badge == "B2002"


def test_a_pin_and_its_fact_are_written_together_or_not_at_all(staff, journal):
    frail = Staff.of(Fragile(journal, healthy=0), staff.door.pins, staff.door.clock, STATION)
    with pytest.raises(Unavailable, match="disk-full"):
        frail.set_pin("B2002", OTHER, "A1001")

    assert staff.log_in("B2002", PIN)[1].badge == "B2002"


# --- log in ---------------------------------------------------------------------------------------------------------


def test_a_log_in_is_recorded_with_its_session_and_station(staff, journal):
    session, user = staff.log_in("b2002", PIN)
    (entry,) = (one.entry for one in journal.find(kind="LoggedIn"))

    assert (entry.subject, entry.by, entry.fact) == ("door/B2002/2026-11-22", "B2002", LoggedIn(session, STATION))
    assert user == staff.find("B2002")


def test_each_log_in_is_a_session_of_its_own(staff):
    assert len({staff.log_in("B2002", PIN)[0] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("badge", "pin", "why"),
    [
        ("B2002", WRONG, "wrong-pin"),
        ("B2002", "", "wrong-pin"),
        ("B2002", "x" * 10_000, "wrong-pin"),
        ("B2002", "\ud800", "wrong-pin"),
        ("B2002", PIN + "\n", "wrong-pin"),
        ("Z9999", PIN, "unknown-badge"),
        ("D4004", PIN, "dismissed"),
        ("", PIN, "unknown-badge"),
        ("B2002'--", PIN, "unknown-badge"),
    ],
)
def test_whatever_is_wrong_the_words_and_the_work_are_the_same(staff, journal, badge, pin, why):
    """Nobody learns which badges exist: one hash is computed, with the same parameters, and one entry written, each time."""
    staff.add("D4004", "Dee Example", Role.BSO, PIN, "A1001")
    staff.dismiss("D4004", "A1001")
    before, staff.door.pins.asked[:] = journal.checkpoint().size, []
    no = refusal(staff, badge, pin)

    assert (no.code, no.fields) == ("wrong-badge-or-pin", {})
    assert len(staff.door.pins.asked) == 1
    assert journal.checkpoint().size == before + 1
    assert journal.find(kind="LogInFailed")[-1].entry.fact == LogInFailed(why, STATION)


def test_what_can_be_no_badge_is_not_kept(staff, journal):
    """A PIN typed into the field of the badge must not stay in the record."""
    refusal(staff, "483920#48392", PIN)

    assert journal.find(kind="LogInFailed")[-1].entry.subject == f"door/{NOBODY}/2026-11-22"


@pytest.mark.parametrize("badge", ["B2002", "Z9999", "Z9"])
def test_two_failures_are_free_and_the_third_delays(staff, badge):
    fail(staff, 3, badge)
    no = refusal(staff, badge, PIN)

    assert (no.code, no.fields) == ("wait", {"seconds": "1"})


def test_even_the_right_pin_waits_and_then_is_right(staff, clock):
    fail(staff, 6)
    assert refusal(staff, "B2002", PIN).fields == {"seconds": "8"}
    clock.let_pass(seconds=7)
    assert refusal(staff, "B2002", PIN).fields == {"seconds": "1"}
    clock.let_pass(seconds=1)

    assert staff.log_in("B2002", PIN)[1].badge == "B2002"
    assert staff.delay("B2002") == 0


def test_who_waits_is_not_checked_and_fills_no_record(staff, journal):
    fail(staff, 3)
    before, staff.door.pins.asked[:] = journal.checkpoint().size, []
    for _ in range(50):
        assert refusal(staff, "B2002", WRONG).code == "wait"

    assert staff.door.pins.asked == []
    assert journal.checkpoint().size == before


def test_a_delay_survives_a_restart_and_midnight(staff, clock):
    clock.now = clock.now.replace(hour=23, minute=57)
    fail(staff, 10)
    clock.let_pass(seconds=60)

    assert clock.now.day == 23
    assert elsewhere(staff, STATION).delay("B2002") == 68
    assert refusal(elsewhere(staff, STATION), "B2002", PIN).code == "wait"


def test_a_delay_holds_for_its_badge_and_its_station_alone(staff):
    fail(staff, 8)

    assert elsewhere(staff).log_in("B2002", PIN)[1].badge == "B2002"
    assert staff.log_in("A1001", PIN)[1].badge == "A1001"
    assert refusal(staff, "B2002", PIN).code == "wait"


def test_a_supervisor_lifts_a_delay_at_every_station(staff, journal):
    fail(staff, 8)
    fail(elsewhere(staff), 8)
    staff.lift("b2002", "A1001")

    assert staff.delay("B2002") == elsewhere(staff).delay("B2002") == 0
    assert staff.log_in("B2002", PIN)[1].badge == "B2002"
    assert journal.find(kind="DelayLifted")[0].entry.fact == DelayLifted()
    assert journal.find(kind="DelayLifted")[0].entry.by == "A1001"


def test_the_last_administrator_is_never_shut_out_for_more_than_a_minute(staff):
    fail(staff, 20, "A1001")
    assert staff.delay("A1001") == 60

    staff.change("B2002", "A1001", role=Role.ADMINISTRATOR)
    assert staff.delay("A1001") == 900


def test_many_tries_at_once_are_no_more_than_one_after_the_other(staff, journal):
    """Twelve wrong PINs at the same moment: three are checked; all others wait, or are sent away from a full door."""
    codes = []

    def one():
        try:
            staff.log_in("B2002", WRONG)
        except Refusal as no:
            codes.append(no.code)

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes.count("wrong-badge-or-pin") == 3
    assert codes.count("wait") + codes.count("too-many-tries") == 9
    assert len(journal.find(kind="LogInFailed")) == 3


def test_who_is_dismissed_while_he_logs_in_is_not_logged_in(staff, journal):
    first = [True]

    def meanwhile(entries):
        if first and first.pop():
            staff.dismiss("B2002", "A1001")

    slow = Staff.of(Fragile(journal, before_append=meanwhile), staff.door.pins, staff.door.clock, STATION)

    assert refusal(slow, "B2002", PIN).code == "wrong-badge-or-pin"
    assert journal.find(kind="LoggedIn") == ()


def test_a_log_in_that_can_not_be_recorded_is_none(staff, journal):
    frail = Staff.of(Fragile(journal, healthy=0), staff.door.pins, staff.door.clock, STATION)
    with pytest.raises(Unavailable, match="disk-full"):
        frail.log_in("B2002", PIN)


# --- sessions -------------------------------------------------------------------------------------------------------


def test_a_session_stands_until_it_is_logged_out(staff, journal):
    session, user = staff.log_in("B2002", PIN)
    assert staff.standing("B2002", session, user.edition) == user

    staff.log_out(session, "B2002", "asked")
    staff.log_out(session, "B2002", "idle")

    assert staff.standing("B2002", session, user.edition) is None
    assert [one.entry.fact for one in journal.find(kind="LoggedOut")] == [LoggedOut(session, "asked")]


def test_a_log_out_is_known_to_every_process_and_on_the_next_day(staff, clock):
    session, user = staff.log_in("B2002", PIN)
    other = elsewhere(staff)
    assert other.standing("B2002", session, user.edition)
    staff.log_out(session, "B2002", "asked")
    clock.let_pass(hours=20)

    assert other.standing("B2002", session, user.edition) is None
    assert elsewhere(staff).standing("B2002", session, user.edition) is None


@pytest.mark.parametrize(
    "happens",
    [
        lambda staff: staff.change("B2002", "A1001", role=Role.SUPERVISOR),
        lambda staff: staff.set_pin("B2002", OTHER, "A1001"),
        lambda staff: staff.change_pin("B2002", PIN, OTHER),
        lambda staff: staff.dismiss("B2002", "A1001"),
        lambda staff: (staff.dismiss("B2002", "A1001"), staff.add("B2002", "Ben Example", Role.BSO, PIN, "A1001")),
    ],
    ids=["role", "pin", "own-pin", "dismissed", "added-again"],
)
def test_a_session_ends_with_what_it_stood_on(staff, happens):
    session, user = staff.log_in("B2002", PIN)
    happens(elsewhere(staff))

    assert staff.standing("B2002", session, user.edition) is None


def test_another_name_ends_no_session(staff):
    session, user = staff.log_in("B2002", PIN)
    staff.change("B2002", "A1001", name="Ben Other")

    assert staff.standing("B2002", session, user.edition) == replace(user, name="Ben Other")


def test_nobody_stands_for_a_badge_that_is_not_there(staff):
    assert staff.standing("Z9999", "session", 1) is None


def test_a_pin_is_one_fact_of_its_user(staff, journal):
    facts = [type(one.entry.fact) for one in journal.entries("user/B2002")]

    assert facts[-1] is PinSet
