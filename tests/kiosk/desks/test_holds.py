"""Holds: placed, heard, bound, lifted, listed; and never forgotten, taken twice, or called fresh when they are not (P4)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.ed25519 import Ed25519Seal, read_holds, sign_holds
from kiosk.adapters.ed25519.cose import as_text, from_text
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason, Request
from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.hold import HoldList, digest, listed, newer, senses
from kiosk.core.journal import (
    Entry,
    GivenOut,
    GoodsOut,
    HandedOver,
    HoldListMade,
    HoldNoticesRead,
    HoldPlaced,
    HoldTooLate,
    HoldWidened,
    KeyMade,
)
from kiosk.core.notice import Notice
from kiosk.core.sheet import Header
from kiosk.core.trust import TrustList
from kiosk.desks.counter import Counter
from kiosk.desks.holds import NEVER, HoldLists, Holds
from kiosk.desks.press import OwnPress
from tests.fakes import AUTHORITY, NOON, FakeClock, FakePaper, FakeShelf, FakeSigner, FakeStore, ccn, scan, transaction, trusted

BADGE, T, C = "12345", "99999001495788", "XXXX0000012345"
KEY, LINE = trusted()
TRUST = TrustList(1, NOON, (LINE,))
HOUR = timedelta(hours=1)


class Office:
    """A kiosk with its record, its store, its press, and the holds of it."""

    def __init__(self, folder, **more):
        self.clock, self.path = FakeClock(), folder / "journal.sqlite3"
        self.store, self.shelf = FakeStore(self.clock), FakeShelf()
        self.journal = SqlJournal(f"sqlite:///{self.path}")
        self.press = OwnPress.of(FakePaper(), Ed25519Seal(TRUST, KEY), FakeSigner())
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        self.inside = set()
        self.more = more
        self.start()

    def start(self):
        """The kiosk begins anew, with nothing but its record."""
        inside = lambda kind, number: (kind, number) in self.inside or None  # noqa: E731
        self.holds = Holds(self.journal, self.clock, self.store, "K7QD", inside=inside, **self.more)
        self.lists = HoldLists(self.holds, self.journal, self.clock, self.press, self.shelf, HOUR)

    def released(self, reference, *transactions):
        """A reference is on file as released, on these release requests."""
        requests = tuple(Request(transaction(one), Reason.RELEASED, "0453", "911") for one in transactions)
        self.store.put(reference)
        on_file = self.store._on_file[reference]
        self.store._on_file[reference] = replace(on_file, requests=requests)

    def stamped(self, *texts):
        """A sheet with these rows, stamped; its number."""
        sheet = self.counter.scan(
            self.counter.open(Header("0453", "Fictitious Freight"), BADGE), [scan(one) for one in texts], BADGE
        )
        return self.counter.stamp(sheet, BADGE, self.press).sheet.number

    def list(self):
        """The newest list, as a verifier reads it."""
        return read_holds(self.shelf.text, TRUST, self.clock())

    def facts(self, kind):
        return [one.entry.fact for one in self.journal.find(kind=kind.__name__)]

    def out(self, number, proven):
        """Goods have left the warehouse."""
        fact = GoodsOut(
            entry="e1", station="K7QD", sub_location="9453", read_as="ccn", number=number, pieces=1, ground="proof",
            sheet="K7QD.000001", page=1, row=1, proven=proven, presented=1,
            carrier="c", driver="d", vehicle="v", remark="", despite="",
            at=self.clock().isoformat(), day="2026-11-22",
        )  # fmt: skip
        self.journal.append([Entry(f"register/9453/{number}", self.clock(), BADGE, fact)])


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.journal.close()


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_what_is_put_on_hold_is_held_at_once_with_its_reason_and_until_it_is_lifted(office):
    """P4."""
    hold = office.holds.place(f" {C.lower()} ", "Notice by fax", BADGE)

    assert (hold.said, hold.reason, hold.by, hold.source) == ((("ccn", C),), "Notice by fax", BADGE, "hand")
    assert office.holds.held("ccn", C)
    assert not office.holds.held("ccn", C + "1")
    assert office.holds.lift(hold.name, "Examined", "54321").lifted.fact.reason == "Examined"
    assert not office.holds.held("ccn", C)
    assert office.holds.active() == ()


def test_fourteen_digits_are_held_in_both_their_senses(office):
    """P4: bars do not say which they are."""
    office.holds.place(T, "Notice", BADGE)

    assert office.holds.held("ccn", T)
    assert office.holds.held("transaction", "99999-001495788")


@pytest.mark.parametrize(
    ("text", "reason", "code"),
    [
        (C, " ", "no-reason"),
        ("", "why", "empty"),
        ("911", "why", "service-option"),
        (C, "a\x07b", "bad-text"),
        (C, "a" * 101, "long-text"),
    ],
)
def test_no_hold_without_a_number_and_a_reason(office, text, reason, code):
    with pytest.raises(Refusal) as no:
        office.holds.place(text, reason, BADGE)
    assert no.value.code == code
    assert office.facts(HoldPlaced) == []


def test_the_same_again_is_refused_and_so_is_a_second_lifting(office):
    hold = office.holds.place(C, "why", BADGE)
    with pytest.raises(Refusal, match="held-already"):
        office.holds.place(C, "why not", BADGE)
    office.holds.lift(hold.name, "done", BADGE)
    with pytest.raises(Refusal, match="lifted-already"):
        office.holds.lift(hold.name, "done", BADGE)
    with pytest.raises(Refusal, match="no-such-hold"):
        office.holds.lift("K7QD-99", "done", BADGE)


def test_two_holds_on_one_number_hold_until_both_are_lifted(office):
    office.store.refer("exam-1", ccn(C))
    office.holds.poll()
    by_hand = office.holds.place(C, "why", BADGE)
    office.holds.lift(by_hand.name, "done", BADGE)
    assert office.holds.held("ccn", C)
    (left,) = office.holds.of_number("ccn", C)
    office.holds.lift(left.name, "examined", BADGE)
    assert not office.holds.held("ccn", C)


# --- what is bound ----------------------------------------------------------------------------------------------------


def test_a_hold_on_a_release_request_holds_the_cargo_that_was_asked_for_by_its_ccn(office):
    """P4: by the answers on record."""
    office.released(ccn(C), T)
    office.stamped(C)

    hold = office.holds.place(T, "why", BADGE)

    assert ("ccn", C) in hold.bound
    assert office.holds.held("ccn", C)


def test_a_hold_on_cargo_holds_the_release_requests_on_it(office):
    """P4: by the answers on record, though the store is down, and by the store, though nobody asked before."""
    office.released(ccn(C), T)
    office.stamped(C)
    office.store.down()
    office.released(ccn("XXXX1"), "99999001495799")

    hold = office.holds.place(C, "why", BADGE)
    assert office.holds.held("transaction", T)
    assert hold.unasked == "down"
    office.store.up()
    assert office.holds.place("XXXX1", "why", BADGE).unasked == ""
    assert office.holds.held("transaction", "99999001495799")


def test_an_answer_that_comes_after_the_hold_binds_too_also_after_a_restart(office):
    """P4."""
    office.holds.place(T, "why", BADGE)
    office.holds.poll()
    office.lists.keep()
    office.released(ccn(C), T, "99999001495799")

    office.stamped(C)

    assert office.holds.held("ccn", C)
    assert not office.holds.held("transaction", "99999001495799"), "one step, and no further"
    office.start()
    assert office.holds.held("ccn", C)
    office.lists.keep()
    assert office.list().holds("ccn", C)
    assert office.facts(HoldWidened) == [HoldWidened([f"ccn {C}"])]
    office.start()
    assert office.holds.held("ccn", C)


def test_what_another_process_puts_on_hold_and_asks_is_bound_here_too(office):
    """P4: a hold from the command line, while the counter answers."""
    assert not office.holds.held("ccn", C)
    other = Holds(office.journal, office.clock, office.store, "K7QD")
    office.released(ccn(C), T)
    other.place(T, "why", BADGE)
    office.stamped(C)

    assert office.holds.held("ccn", C)
    other.lift(other.active()[0].name, "done", BADGE)
    assert not office.holds.held("ccn", C)
    assert not office.holds.held("transaction", T)


# --- what the store tells ---------------------------------------------------------------------------------------------


def test_every_notice_of_the_store_is_taken_once_over_polls_pushes_and_restarts(office):
    """P4: nothing lost, nothing twice."""
    told = [office.store.refer(f"exam-{n}", ccn(f"XXXX{n}")) for n in range(5)]
    assert office.holds.heard(told[3:4]) == 1
    assert office.holds.heard(told[3:4]) == 0
    assert office.holds.poll() == 4
    office.start()
    assert office.holds.poll() == 0
    office.store.refer("exam-5", ccn("XXXX5"))
    assert office.holds.poll() == 1
    assert {hold.event for hold in office.holds.active()} == {f"exam-{n}" for n in range(6)}
    assert [fact.cursor for fact in office.facts(HoldNoticesRead)] == [2, 4, 5, 6]


def test_a_notice_that_was_lifted_does_not_come_again(office):
    told = office.store.refer("exam-1", ccn(C))
    office.holds.poll()
    office.holds.lift(office.holds.active()[0].name, "examined", BADGE)
    office.start()

    assert office.holds.heard([told]) == 0
    assert not office.holds.held("ccn", C)


def test_a_store_that_was_made_anew_is_read_from_its_beginning(office):
    for n in range(3):
        office.store.refer(f"exam-{n}", ccn(f"XXXX{n}"))
    office.holds.poll()
    anew = FakeStore(office.clock)
    anew.refer("exam-9", ccn("XXXX9"))
    anew.holds = lambda after, real=anew.holds: replace(real(0), notices=(), cursor=0, whole=False) if after > 1 else real(after)
    office.store = anew
    office.start()

    assert office.holds.poll() == 1
    assert len(office.holds.active()) == 4


def test_many_notices_at_once_bind_what_is_on_record(office):
    """P4: one look through the record instead of one for each."""
    office.released(ccn(C), T)
    office.stamped(C)

    office.holds.heard([Notice(f"exam-{n}", NOON, (transaction(f"{99999001400000 + n:014}"),)) for n in range(40)])
    office.holds.heard(
        [Notice(f"more-{n}", NOON, (transaction(T if n == 30 else f"{99999001300000 + n:014}"),)) for n in range(40)]
    )

    assert office.holds.held("ccn", C)


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_has_what_is_held_and_voided_and_a_serial_that_grows(office):
    """P4: a voided sheet goes on it at once."""
    office.released(ccn(C), T)
    sheet = office.stamped(C)
    office.holds.poll()
    first = office.lists.keep()
    assert (first.serial, office.list().voided(sheet), office.list().holds("ccn", C)) == (1, False, False)
    assert office.lists.keep() is None, "nothing has changed, and it is fresh"

    office.counter.void(office.counter.find(sheet), "Wrong client", BADGE)
    second = office.lists.keep()
    hold = office.holds.place(C, "why", BADGE)
    third = office.lists.keep()

    assert (second.serial, second.voided, third.serial, third.held) == (2, 1, 3, 3)
    assert office.list().voided(sheet)
    assert office.list().holds("ccn", C)
    office.holds.lift(hold.name, "examined", BADGE)
    office.start()
    assert office.lists.keep().serial == 4
    assert not office.list().holds("ccn", C)
    assert office.list().voided(sheet), "that is never taken back"


def test_a_list_is_made_anew_before_it_is_old(office):
    office.holds.poll()
    office.lists.keep()
    office.clock.let_pass(minutes=59)
    office.holds.poll()
    assert office.lists.keep() is None
    office.clock.let_pass(minutes=1)
    office.holds.poll()
    assert office.lists.keep().issued_at == office.clock()


def test_while_the_store_can_t_be_asked_no_list_is_fresher_than_what_is_known(office):
    """Q6, P4: could not ask is not "nothing is on hold"."""
    office.holds.poll()
    office.lists.keep()
    known = office.clock()
    office.store.down()
    office.clock.let_pass(hours=3)
    with pytest.raises(Unavailable):
        office.holds.poll()
    assert office.lists.keep() is None

    office.holds.place(C, "by fax", BADGE)
    made = office.lists.keep()

    assert (made.serial, made.issued_at, office.list().issued_at) == (2, known, known)
    assert office.list().holds("ccn", C), "what is known by hand is on it all the same"
    assert office.holds.standings()["K7QD"].issued_at == known
    office.start()
    assert office.holds.known_to() == known


def test_before_the_store_was_ever_asked_there_is_no_list_and_nothing_counts_as_known(office):
    office.store.down()
    office.holds.place(C, "why", BADGE)

    assert office.lists.keep() is None
    assert office.holds.known_to() == NEVER
    assert office.holds.standings()["K7QD"].holds("ccn", C)


def test_half_a_reading_of_the_notices_is_not_all_of_them(office):
    """Q6: what came is kept, and the time does not move on."""
    for n in range(3):
        office.store.refer(f"exam-{n}", ccn(f"XXXX{n}"))
    office.store.holds = lambda after, real=office.store.holds: real(after) if after < 2 else _down()
    with pytest.raises(Unavailable):
        office.holds.poll()

    assert office.holds.known_to() == NEVER
    assert len(office.holds.active()) == 2


def _down():
    raise Unavailable("store", "down", "as told by the test")


def test_without_a_feed_a_list_is_as_fresh_as_its_signature(tmp_path):
    office = Office(tmp_path, feed=False)
    office.store.down()

    assert office.lists.keep().issued_at == office.clock()
    office.journal.close()


def test_a_list_that_is_gone_from_its_place_is_made_again(office):
    office.holds.poll()
    office.lists.keep()
    office.shelf.text = None
    assert office.lists.keep().serial == 2


def test_a_list_that_could_not_be_signed_or_recorded_is_not_given_out(office):
    office.holds.poll()
    broken = HoldLists(office.holds, office.journal, office.clock, _NoPress(), office.shelf, HOUR)
    with pytest.raises(Unavailable):
        broken.keep()
    assert (office.shelf.text, office.facts(HoldListMade)) == (None, [])
    assert office.lists.keep().serial == 1


class _NoPress:
    def hold_list(self, holds):
        raise Unavailable("press", "crashed")


def test_two_processes_of_one_station_never_give_one_serial_to_two_lists(office):
    office.holds.poll()
    other = Holds(office.journal, office.clock, office.store, "K7QD")
    other.poll()
    theirs = HoldLists(other, office.journal, office.clock, office.press, office.shelf, HOUR)

    serials = [theirs.make().serial, office.lists.make().serial, theirs.make().serial]

    assert serials == [1, 2, 3]


def test_keys_of_other_stations_in_this_record_are_known_by_it_too(office):
    """A record of many stations: what one of them voids, every one knows."""
    office.journal.append([Entry("keys", NOON, "M2XB", KeyMade("ab", "cd", None))])

    assert set(office.holds.standings()) == {"K7QD", "M2XB"}


# --- what is out ------------------------------------------------------------------------------------------------------


def test_the_proofs_that_were_given_out_are_known(office):
    """P4."""
    office.released(ccn(C), T)
    office.store.put(ccn("XXXX9"))
    sheet = office.stamped("XXXX9", C.lower())
    hold = office.holds.place(T, "why", BADGE)

    out = [HandedOver("d" * 64, "browser", 1), GivenOut("e" * 64, "printer")]  # the sheet, and the client's document
    office.journal.append([Entry(sheet, NOON, BADGE, fact) for fact in out])

    (given,) = office.holds.given(hold)

    assert (given.sheet, given.rows, given.client, given.voided, given.copies) == (sheet, (2,), "Fictitious Freight", "", 2)
    assert office.holds.given(office.holds.place("XXXX77", "why", BADGE)) == ()


def test_goods_on_hold_that_have_left_are_an_entry_for_the_officer_once(office):
    """P4: also where their leaving becomes known after the hold."""
    office.released(ccn(C), T)
    sheet = office.stamped(C)
    office.out(C, T)
    office.holds.place(T, "why", BADGE)
    office.holds.follow()
    office.holds.follow()
    office.start()
    office.holds.follow()
    (late,) = office.facts(HoldTooLate)
    assert (late.proofs, sorted(late.out)) == ([sheet], sorted([f"transaction {T}", f"ccn {T}", f"ccn {C}"]))
    assert office.holds.active()[0].late == late

    office.holds.place("XXXX5", "why", BADGE)
    office.holds.follow()
    assert len(office.facts(HoldTooLate)) == 1
    office.out("XXXX5", "XXXX5")
    office.holds.follow()
    assert len(office.facts(HoldTooLate)) == 2


def test_goods_that_are_still_inside_are_not_too_late(office):
    """P4: they are held, with an alarm at the gate."""
    office.out(C, C)
    office.inside.add(("ccn", C))
    office.holds.place(C, "why", BADGE)
    office.holds.follow()
    assert office.facts(HoldTooLate) == []


def test_a_hold_that_is_lifted_with_numbers_bound_and_not_yet_recorded_stops_no_list(office):
    """P4: an answer binds another number to it, and it is lifted before that was written down; later holds are listed."""
    hold = office.holds.place(T, "why", BADGE)
    office.holds.poll()
    office.lists.keep()
    office.released(ccn(C), T)
    office.stamped(C)
    assert office.holds.held("ccn", C)
    office.holds.lift(hold.name, "examined", BADGE)
    office.lists.keep()
    assert not office.list().holds("ccn", C)

    office.holds.place("XXXX5", "why", BADGE)
    office.lists.keep()

    assert office.list().holds("ccn", "XXXX5")


def test_a_list_that_did_not_get_to_the_shelf_is_owed(office, monkeypatch):
    """P4: it is on record as made, and yet whoever fetches one goes by the list before."""
    office.holds.poll()
    office.lists.keep()
    office.holds.place(C, "why", BADGE)
    with monkeypatch.context() as broken:
        broken.setattr(office.shelf, "publish_holds", lambda text: (_ for _ in ()).throw(Unavailable("keys", "disk-full")))
        with pytest.raises(Unavailable):
            office.lists.keep()
    assert not office.list().holds("ccn", C)

    office.lists.keep()

    assert office.list().holds("ccn", C)
    assert not office.lists.due()


def test_a_newer_list_of_another_process_is_not_replaced_by_an_older(office, monkeypatch):
    """P4: the other has recorded and published its list between our record and our shelf."""
    office.holds.poll()
    office.lists.keep()
    publish, other = (
        office.shelf.publish_holds,
        HoldLists(office.holds, office.journal, office.clock, office.press, office.shelf, HOUR),
    )

    def late(text):
        monkeypatch.setattr(office.shelf, "publish_holds", publish)
        office.holds.place("XXXX5", "why", BADGE)
        other.make()
        publish(text)

    office.holds.place(C, "why", BADGE)
    monkeypatch.setattr(office.shelf, "publish_holds", late)
    made = office.lists.make()

    assert office.list().serial == made.serial == office.facts(HoldListMade)[-1].serial
    assert office.list().holds("ccn", "XXXX5")


# --- the digests ------------------------------------------------------------------------------------------------------

NUMBERS = st.tuples(st.just("ccn"), st.from_regex(r"[0-9A-Z]{4}[0-9A-Z-]{1,21}", fullmatch=True)) | st.tuples(
    st.just("transaction"), st.from_regex(r"[0-9]{5}-?[0-9]{9}", fullmatch=True)
)


@given(st.lists(NUMBERS, max_size=60), st.lists(NUMBERS, max_size=10))
def test_no_number_on_a_list_is_missed_and_none_that_is_not_is_found(held, others):
    """P4: no false negative, whatever the order; a false alarm only by a collision of 64 bits."""
    digests = {one for number in held for one in senses(*number)}
    holds = HoldList(AUTHORITY, "K7QD", 1, NOON, listed(sorted(digests, reverse=True)), b"")

    assert all(holds.holds(*number) for number in held)
    assert all(holds.holds(kind, f" *{number.lower()}*\n") for kind, number in held)
    assert [holds.holds(*one) for one in others] == [digest(*one) in digests for one in others]
    assert holds.numbers == listed(digests)


@settings(max_examples=60)
@given(st.data())
def test_a_list_in_which_one_bit_is_another_is_refused(data):
    """P2, P4."""
    holds = HoldList(AUTHORITY, "K7QD", 3, NOON, listed([digest("ccn", C)]), listed([digest("sheet", "K7QD.000001")]))
    message = bytearray(from_text("RH1X", sign_holds(KEY, holds, TRUST)))
    at, bit = data.draw(st.integers(0, len(message) - 1)), data.draw(st.integers(0, 7))
    message[at] ^= 1 << bit

    with pytest.raises(Forged):
        read_holds(as_text("RH1X", bytes(message)), TRUST, NOON)


@given(st.integers(0, 9), st.integers(0, 9))
def test_of_two_lists_the_newer_wins(known, other):
    lists = [HoldList(AUTHORITY, "K7QD", n, NOON, b"", b"") for n in (known, other)]
    if other >= known:
        assert newer(*lists) == lists[1]
    else:
        with pytest.raises(Forged, match="older-list"):
            newer(*lists)
