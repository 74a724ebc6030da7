"""A warehouse's register comes to its office whole: nothing lost, nothing doubled, whatever line and machine do (P3, P4)."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.journal import GoodsIn, GoodsOut, RegisterCorrected
from kiosk.desks.register import Going, Incoming, Righting, Transport
from kiosk.desks.register.exchange import Exchange, packed, unpacked
from tests.fakes import FakeClock
from tests.kiosk.station.peer_samples import CCNS, HERE, THERE, Line, Machine, ground, new_id, register

WRITTEN = (GoodsIn, GoodsOut, RegisterCorrected)


class World:
    """An office, and two machines that keep the same warehouse."""

    def __init__(self, folder, held=(), loses=lambda: ""):
        self.clock = FakeClock()
        self.office = register(folder, "OFFC", self.clock, held)
        self.line = Line(Exchange(self.office), self.clock, loses)
        self.machines = [Machine(folder / name, name, self.line, self.clock) for name in ("AAAA", "BBBB")]

    def close(self):
        for one in (self.office, *(machine.register for machine in self.machines)):
            one.journal.close()

    def written(self, one):
        """The entries of a record, each with its place in it."""
        return [found.entry.fact for kind in WRITTEN for found in one.journal.find(kind=kind.__name__)]


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["in", "out", "correct", "turn", "turn", "restart", "forget", "garble"]),
        st.integers(0, 1),
        st.sampled_from(CCNS),
        st.integers(1, 9),
    ),
    max_size=25,
)
LOSSES = st.lists(st.sampled_from(["", "", "before", "after", "choked"]), max_size=60)


def act(machine, what, number, pieces):
    match what:
        case "in":
            machine.take_in(number, pieces)
        case "out" if machine.register.lot(HERE, number).ins:
            machine.let_out(number, pieces)
        case "correct":
            lot = machine.register.lot(HERE, number)
            for one in lot.ins[:1]:
                machine.register.correct(Righting(new_id(), HERE, number, one.entry, pieces - 1, "counted again"), "W7001")
        case "turn":
            with suppress(Unavailable):
                machine.sync.turn()
        case "restart":
            machine.begin()
        case "forget":
            machine.mark().unlink(missing_ok=True)
        case "garble" if machine.mark().exists():
            machine.mark().write_bytes(b"99999999 \xff"[: pieces + 1])


@settings(max_examples=20)
@given(ACTS, LOSSES)
def test_nothing_is_lost_and_nothing_doubled_whatever_line_and_machine_do(acts, losses):
    """P3: lost requests, lost answers, repeats, two machines at once, restarts, a mark that is gone or garbled."""
    with TemporaryDirectory() as folder:
        left = list(losses)
        world = World(Path(folder), loses=lambda: left.pop() if left else "")
        for what, who, number, pieces in acts:
            act(world.machines[who], what, number, pieces)
        left.clear()
        for machine in world.machines:
            machine.begin()
            machine.sync.turn()
            assert machine.sync.state.waiting == 0

        there = [fact for machine in world.machines for fact in world.written(machine.register)]
        assert sorted(world.written(world.office), key=lambda one: one.entry) == sorted(there, key=lambda one: one.entry)
        for number in CCNS:
            came = sum(machine.register.lot(HERE, number).pieces_in for machine in world.machines)
            went = sum(machine.register.lot(HERE, number).pieces_out for machine in world.machines)
            lot = world.office.lot(HERE, number)
            assert (lot.pieces_in, lot.pieces_out) == (came, went)
            assert bool(lot.differences) == (went > came)
        assert world.office.journal.verify() == ()
        world.close()


def test_the_same_pieces_let_out_at_two_places_are_a_difference(world):
    """Two machines offline, one warehouse: each lets out the ten that are there."""
    first, second = world.machines
    first.take_in(CCNS[0], 10)
    second.let_out(CCNS[0], 10)
    first.let_out(CCNS[0], 10)

    for machine in (second, first):  # what went comes before what came
        machine.sync.turn()

    (lot,) = world.office.differing("")
    assert [(one.what, one.pieces) for one in lot.differences] == [("over", 10)]


def test_goods_out_that_never_came_in_are_a_difference_until_they_have(world):
    first, second = world.machines
    second.let_out(CCNS[0], 4)
    second.sync.turn()
    assert [one.what for one in world.office.differing("")[0].differences] == ["without-in"]

    first.take_in(CCNS[0], 4)
    first.sync.turn()

    assert world.office.differing("") == ()


def test_a_row_that_let_goods_out_of_two_warehouses_is_a_difference(world):
    first, second = world.machines
    for machine, place in ((first, HERE), (second, THERE)):
        machine.take_in(CCNS[0], 4, place)
        machine.let_out(CCNS[0], 4, place)
        machine.sync.turn()

    (lot,) = world.office.differing("")
    assert [(one.what, one.detail) for one in lot.differences] == [("elsewhere", HERE)]


def test_goods_that_left_while_a_hold_was_on_its_way_are_a_difference(tmp_path):
    """P4: the hold came meanwhile."""
    held = set()
    world = World(tmp_path, held)
    machine = world.machines[0]
    machine.take_in(CCNS[0], 4)
    machine.let_out(CCNS[0], 4)

    held.add(CCNS[0])
    machine.sync.turn()

    (lot,) = world.office.differing("")
    assert [one.what for one in lot.differences] == ["held"]
    name = lot.differences[0].name
    assert world.office.settle(HERE, CCNS[0], name, "the goods were brought back", "S1001").differences == ()
    machine.begin()
    machine.sync.turn()
    assert world.office.differing("") == ()  # sent again, it is no new one
    world.close()


def test_an_entry_that_the_office_will_never_take_waits_for_a_person_and_holds_up_no_other(world):
    """One poison entry never stops the others."""
    machine = world.machines[0]
    machine.take_in(CCNS[0], 4)
    machine.take_in(CCNS[1], 5)
    real = world.line.push

    def push(entry):
        if entry["number"] == CCNS[0]:
            raise Refusal("bad-field")
        real(entry)

    world.line.push = push
    assert machine.sync.turn() == (2, 1)

    assert world.office.lot(HERE, CCNS[1]).inside == 5
    assert [(one.what, one.detail) for one in machine.register.lot(HERE, CCNS[0]).differences] == [("not-taken", "bad-field")]
    assert machine.sync.turn() == (0, 0)
    assert len(machine.register.lot(HERE, CCNS[0]).seen) == 1


def test_an_entry_on_which_the_office_chokes_is_sent_again_and_holds_up_no_other(world):
    machine = world.machines[0]
    for number in CCNS:
        machine.take_in(number, 4)
    losses = ["", "choked", "", ""]  # the lists; then each entry
    world.line.loses = lambda: losses.pop(0) if losses else ""

    with pytest.raises(Unavailable, match="choked"):
        machine.sync.turn()
    assert [world.office.lot(HERE, number).inside for number in CCNS] == [0, 4, 4]
    assert machine.sync.state.waiting == 3

    machine.sync.turn()
    assert [world.office.lot(HERE, number).inside for number in CCNS] == [4, 4, 4]


def test_a_warehouse_that_a_machine_may_not_write_for_holds_up_no_other(world):
    """P3: a sub-location was mistyped; the office refuses it by the token, and may take it once that is set."""
    machine, push, shut = world.machines[0], world.line.push, [THERE]

    def guarded(entry):
        if entry["sub_location"] in shut:
            raise Unavailable("office", "unknown-token", "401")
        push(entry)

    world.line.push = guarded
    machine.take_in(CCNS[0], 5, THERE)
    machine.take_in(CCNS[1], 5)

    with pytest.raises(Unavailable, match="unknown-token"):
        machine.sync.turn()
    assert world.office.lot(HERE, CCNS[1]).inside == 5
    shut.clear()
    machine.sync.turn()
    assert world.office.lot(THERE, CCNS[0]).inside == 5


def test_a_mark_of_a_longer_record_hides_nothing_that_is_written_later(world):
    """P3: the machine's record was put back from a copy, and grew while the office was away."""
    machine = world.machines[0]
    machine.take_in(CCNS[0], 5)
    machine.sync.turn()
    machine.mark().write_text("3")
    machine.begin()
    for _ in range(4):
        machine.take_in(CCNS[1], 5)

    machine.sync.turn()

    assert world.office.lot(HERE, CCNS[1]).inside == 20


def test_an_id_that_came_with_another_lots_goods_too_hides_neither_in_the_book(world):
    """P3: somebody goes back to a page that was sent, and sends it with other goods."""
    desk, again, transport = world.office, new_id(), Transport(new_id(), HERE, "Exemple")
    for number, pieces in zip(CCNS, (5, 6), strict=False):
        desk.take_in(Incoming(again, HERE, number, pieces), "W7001")
    for number, pieces in zip(CCNS, (2, 3), strict=False):
        desk.let_out(transport, [Going(number, pieces, ground(number))], "W7001")

    book = desk.day(HERE, desk.today())

    assert (book.came, book.went) == (11, 5)


def test_one_entry_sent_by_many_at_once_is_taken_once(world):
    """Interleaved: each reads the lot before any has written."""
    machine = world.machines[0]
    machine.take_in(CCNS[0], 4)
    (own,) = Exchange(machine.register).written_here(0)
    begin, new = Barrier(4), []

    def send():
        begin.wait()
        new.append(Exchange(world.office).receive(*unpacked(packed(own))))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(new) == [False, False, False, True]
    assert world.office.journal.count("GoodsIn") == 1


def test_an_id_that_is_another_entry_s_is_refused(world):
    machine = world.machines[0]
    machine.take_in(CCNS[0], 4)
    (own,) = Exchange(machine.register).written_here(0)
    office = Exchange(world.office)
    office.receive(*unpacked(packed(own)))

    with pytest.raises(Refusal, match="entry-differs"):
        office.receive(*unpacked(packed(own) | {"pieces": 5}))


def test_who_wrote_it_is_known_and_is_nobody_here(world):
    """A machine can't write in the name of the office's own people."""
    machine = world.machines[0]
    machine.take_in(CCNS[0], 4)
    machine.sync.turn()

    assert world.office.lot(HERE, CCNS[0]).ins[0].by == "W7001@AAAA"
    assert world.office.journal.find(badge="W7001") == ()


def test_a_transport_that_is_sent_twice_went_once_and_two_rows_of_one_lot_are_added_up(world):
    here = world.machines[0].register
    world.machines[0].take_in(CCNS[0], 10)
    goods = [Going(CCNS[0], 6, ground(CCNS[0], 1)), Going(CCNS[0], 5, ground(CCNS[0], 2))]
    transport = Transport(new_id(), HERE, "Exemple")

    with pytest.raises(Refusal, match="more-out-than-in"):
        here.let_out(transport, goods, "W7001")
    assert here.lot(HERE, CCNS[0]).inside == 10  # all or none
    for _ in range(2):
        here.let_out(transport, [goods[0], Going(CCNS[0], 4, ground(CCNS[0], 2))], "W7001")
    assert sorted(one.pieces for one in here.lot(HERE, CCNS[0]).outs) == [4, 6]


# --- the lists --------------------------------------------------------------------------------------------------------


def test_lists_are_fetched_checked_and_kept_over_a_restart(world):
    """P4: offline, the gate goes by the list that it has."""
    machine = world.machines[0]
    with pytest.raises(Unavailable, match="no-list"):
        machine.lists.trust()
    world.line.held = (CCNS[0],)
    machine.sync.turn()
    machine.begin()

    assert machine.lists.trust().serial == 1
    assert [one.holds("ccn", CCNS[0]) for one in machine.lists.holds()] == [True]
    assert machine.sync.state.reached == world.clock()


def test_a_list_that_the_root_did_not_sign_or_that_is_older_replaces_nothing(world):
    """P2: the root is pinned; an old trust list would bring a revoked key back."""
    machine, line = world.machines[0], world.line
    line.serial = 5
    machine.sync.turn()
    honest, holds = line.trust(), line.holds()

    line.serial = 4
    with pytest.raises(Forged, match="older-list"):
        machine.sync.turn()
    for trust in (honest[:-8] + b"AAAAAAAA", b"", b"RT1X", holds):
        with pytest.raises(Forged):
            machine.lists.keep(trust, holds)
    with pytest.raises(Forged, match="older-list"):
        machine.lists.keep(honest, line.holds())

    assert machine.lists.trust().serial == 5
    assert [one.serial for one in machine.lists.holds()] == [5]


def test_a_list_of_a_key_that_was_revoked_since_counts_no_more(world):
    machine, line = world.machines[0], world.line
    machine.sync.turn()
    assert len(machine.lists.holds()) == 1

    line.revoked, line.serial = True, 2
    with pytest.raises(Forged, match="key-revoked"):
        machine.sync.turn()

    assert machine.lists.holds() == ()


def test_a_list_that_was_changed_on_the_disk_is_as_good_as_none(world):
    machine = world.machines[0]
    machine.sync.turn()
    (path,) = machine.lists.folder.glob("holds-*.list")
    path.write_bytes(path.read_bytes()[:-4] + b"AAAA")

    assert machine.lists.holds() == ()


def test_entries_go_to_the_office_though_its_lists_are_refused(world):
    machine = world.machines[0]
    machine.take_in(CCNS[0], 4)
    world.line.trust = lambda: b"nonsense"

    with pytest.raises(Forged):
        machine.sync.turn()

    assert world.office.lot(HERE, CCNS[0]).inside == 4


def test_the_loop_goes_on_by_itself_and_is_woken_by_what_is_written(world):
    """No timer: the bell alone."""
    machine = world.machines[0]
    done = Barrier(2, timeout=20)
    real = world.line.push
    world.line.push = lambda entry: (real(entry), done.wait())[0]
    with machine.sync:
        machine.take_in(CCNS[0], 4)
        machine.sync.heard([one.entry for one in machine.register.journal.find(kind="GoodsIn")])
        done.wait()

    assert world.office.lot(HERE, CCNS[0]).inside == 4
