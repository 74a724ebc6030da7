"""The officer authorizes a move in bond: sealed as that, recorded as that, and a release to nobody (P4, P5, P6, fault 1)."""

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.journal import NotStamped, Stamped
from kiosk.core.sheet import Header
from kiosk.core.stamp import Act
from kiosk.core.verdict import Outcome
from kiosk.desks.counter import Changed, Counter
from kiosk.desks.endorsing import Endorsing
from kiosk.desks.gate import Gate, Known, Whole
from kiosk.desks.holds import Holds
from kiosk.desks.press import OwnPress
from kiosk.desks.record import Record
from tests.fakes import AUTHORITY, FakeClock, FakePaper, FakeSigner, FakeStore, ccn, real_seal, scan

BADGE, CARGO, UNKNOWN = "12345", "XXXXPARS0000471", "8XXX-000009"
SEAL = real_seal()


class Office:
    """A counter with its record, its holds, and a gate that trusts its seals and knows of no hold."""

    def __init__(self, folder):
        self.clock = FakeClock()
        self.store = FakeStore(self.clock)
        self.store.put(ccn(CARGO), Reason.AWAITING_ARRIVAL)
        self.journal = SqlJournal(f"sqlite:///{folder / 'record.sqlite3'}")
        self.holds = Holds(self.journal, self.clock, self.store, "K7QD", feed=False)
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD", held=self.holds.held)
        self.press = OwnPress.of(FakePaper(), SEAL, FakeSigner())
        known = Known({"K7QD": HoldList(AUTHORITY, "K7QD", 1, self.clock(), b"", b"")}, "list")
        self.gate = Gate(self.journal, self.clock, lambda: SEAL, lambda _: "no-signature", lambda _: known, None)

    def scanned(self, *numbers):
        sheet = self.counter.open(Header("0453"), BADGE)
        return self.counter.scan(sheet, [scan(number) for number in numbers], BADGE)

    def stamp(self, sheet, badge=BADGE, **more):
        return self.counter.stamp(sheet, badge, self.press, **{"specimen": False, "in_bond": True, **more})

    def facts(self, sheet, kind):
        return [one.entry.fact for one in self.journal.entries(sheet.number) if isinstance(one.entry.fact, kind)]

    def refused(self, sheet, kind=Refusal, **more):
        """Why it is not stamped, which the record knows with the act that was asked for."""
        with pytest.raises(kind) as no:
            self.stamp(sheet, **more)
        said = self.facts(sheet, NotStamped)[-1]
        assert (said.code, said.act) == (no.value.code, Act.IN_BOND)
        assert not self.facts(sheet, Stamped)
        return no.value


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.journal.close()


def test_it_is_sealed_and_recorded_under_its_act_and_releases_nothing(office):
    """P5, P6, Q10: what is not released and what is not on file may move; neither becomes R."""
    sheet = office.scanned(CARGO, UNKNOWN)
    proof = office.stamp(sheet)
    statement = SEAL.open(proof.seals[0])

    assert (proof.stamp.act, statement.stamp.act) == (Act.IN_BOND, Act.IN_BOND)
    assert ([row.mark for row in statement.rows], statement.released) == (["NR", "N/A"], ())
    assert [(fact.act, fact.marks) for fact in office.facts(sheet, Stamped)] == [(Act.IN_BOND, {"R": 0, "NR": 1, "N/A": 1})]
    assert office.counter.find(sheet.number).in_bond
    moments = Record(office.journal, office.clock, office.clock().tzinfo).history(CARGO).moments
    assert [(one.mark, one.reason) for one in moments if one.what == "stamped"] == [("NR", Act.IN_BOND)]


def test_without_the_choice_the_stamp_is_what_it_was(office):
    """Q9: the same rows, and nobody chose: their status."""
    sheet = office.scanned(CARGO)

    assert office.stamp(sheet, in_bond=False).stamp.act is Act.STATUS
    assert not office.counter.find(sheet.number).in_bond


def test_what_may_not_move_is_not_stamped_so(office):
    """Fault 1, P4: R under this stamp could be read as a release; referred goods stay."""
    for reason, code in ((Reason.RELEASED, "bond-released"), (Reason.EXAM, "bond-stays")):
        office.store.put(ccn(CARGO), reason)
        assert office.refused(office.scanned(CARGO)) == Refusal(code, rows="1")


def test_what_could_not_be_asked_moves_nowhere(office):
    """Fault 2, Q6: neither a row that waits, nor one that can't be asked again for the stamp."""
    sheet = office.scanned(CARGO)
    office.store.down()

    assert office.refused(sheet, Unavailable).code == "down"
    assert office.refused(office.scanned(CARGO)).code == "not-stampable"


def test_what_is_released_meanwhile_is_shown_first_and_not_moved_then(office):
    """Q6, fault 1: the officer has decided about NR."""
    sheet = office.scanned(CARGO)
    office.store.put(ccn(CARGO))
    changed = office.refused(sheet, Changed)

    assert changed.rows == ((1, "NR", "R"),)
    assert office.refused(changed.sheet).code == "bond-released"


def test_no_station_does_it_without_an_officer(office):
    """P5: a client's screen stamps without a badge, and never this."""
    assert office.refused(office.scanned(CARGO), badge="", by="K7QD").code == "bond-officer"


def test_goods_on_hold_do_not_move_and_their_paper_leaves_no_more(office):
    """P4: all rows count, for all would go; and a hold that comes later finds the papers that are out."""
    held, moved = office.scanned(UNKNOWN), office.scanned(CARGO)
    office.holds.place(UNKNOWN, "referred for examination", BADGE)
    assert office.refused(held) == Refusal("on-hold", rows="1")

    office.stamp(moved)
    hold = office.holds.place(CARGO, "referred for examination", BADGE)
    with pytest.raises(Refusal, match="on-hold"):
        office.counter.hand_over(moved, "browser", office.press, BADGE)
    assert [(one.sheet, one.rows) for one in office.holds.given(hold)] == [(moved.number, (1,))]


def test_at_the_gate_it_lets_nothing_out_and_says_why(office):
    """P2, P3, fault 1: a genuine seal, and no release."""
    shown = office.gate.present(office.stamp(office.scanned(CARGO, UNKNOWN)).seals[0].decode(), "W7001")

    assert (shown.whole, shown.releasable) == (Whole.NOTHING, ())
    assert [(row.outcome, row.why) for row in shown.rows] == 2 * [(Outcome.NOT_RELEASED, "in-bond")]


def test_no_release_message_is_made_of_it(office):
    """P1, fault 1: a printed RNS message is a proof of release."""
    number = office.stamp(office.scanned(CARGO)).sheet.number

    with pytest.raises(Refusal, match="endorse-in-bond"):
        Endorsing(office.journal, office.clock, "K7QD").notice(number, "browser", None, BADGE)
