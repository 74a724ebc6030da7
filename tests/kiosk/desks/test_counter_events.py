"""Whatever happens in whatever order: no open row is ever stamped, no R invented, no scan lost, and the record tells it all."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from drivers.scan import NoRead, Symbology
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason, Status
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import NotStamped, Stamped
from kiosk.core.reference import candidates
from kiosk.core.replay import replay
from kiosk.core.sheet import Faulty, Header, Line, Waiting
from kiosk.desks.counter import Changed, Counter
from kiosk.desks.gate import examine
from kiosk.desks.press import OwnPress
from tests.fakes import NOON, FakeClock, FakePaper, FakeSigner, FakeStore, Fragile, real_seal, scan

SEAL, BADGE = real_seal(), "12345"
NUMBERS = ["99999-001495785", "99999001495785", "99999000000016", "XXXXPARS0000471", "8XXX32201095", "014-12345675"]
TEXTS = [*NUMBERS, *NUMBERS, "*xxxxpars0000471*", "911", "XXXX 471", "", "K7QD.000001"]
REFERENCES = sorted({reference for text in NUMBERS for reference in candidates(text)}, key=repr)


class Day(RuleBasedStateMachine):
    """A day at the counter: one officer who has some version of the sheet before him, and a world that does as it likes."""

    def __init__(self):
        super().__init__()
        self._folder = TemporaryDirectory()
        self.clock, self.paper = FakeClock(), FakePaper(rows_per_page=2)
        self.store = FakeStore(self.clock)
        self.journal = Fragile(SqlJournal(f"sqlite:///{Path(self._folder.name) / 'record.sqlite3'}"))
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        self.seen = [self.counter.open(Header("0453"), BADGE)]
        self.sent: set[str] = set()
        self.proofs: list[object] = []
        self.last: list[object] = []
        self.done = False

    def teardown(self):
        assert self.journal.verify() == ()
        self.journal.close()
        self._folder.cleanup()

    # --- the world ---

    @rule(reference=st.sampled_from(REFERENCES), reason=st.sampled_from([Reason.RELEASED, Reason.RELEASED, Reason.EXAM, None]))
    def decides(self, reference, reason):
        if reason:
            self.store.put(reference, reason)
        else:
            self.store.forget(reference)

    @rule(reference=st.sampled_from(REFERENCES), reason=st.sampled_from([Reason.RELEASED, Reason.EXAM]))
    def decides_after_the_next_answer(self, reference, reason):
        self.store.after_next(lambda: self.store.put(reference, reason))

    @rule(
        trouble=st.sampled_from(
            ["down", "slow", "swapped", "short", "full", "nearly full", "slow drawing", "back", "back while drawing"]
        )
    )
    def trouble(self, trouble):
        match trouble:
            case "down" | "slow":
                self.store.down(trouble)
            case "swapped":
                self.store.bend(lambda answers: answers[::-1])
            case "short":
                self.store.bend(lambda answers: answers[1:])
            case "full" | "nearly full":
                self.journal.healthy = int(trouble == "nearly full")
            case "slow drawing" | "back while drawing":
                seconds = 31 if trouble == "slow drawing" else -60
                self.paper.while_drawing = lambda: self.clock.let_pass(seconds=seconds)
            case "back":
                self.clock.let_pass(seconds=-1)

    @rule()
    def all_is_well_again(self):
        self.store.up()
        self.store.bend(tuple)
        self.journal.healthy = None
        self.paper.while_drawing = lambda: None
        self.clock.now = max(self.clock.now, self.journal.newest())

    @rule(seconds=st.sampled_from([0.5, 31, 3600]))
    def time_passes(self, seconds):
        self.clock.let_pass(seconds=seconds)

    # --- the officer ---

    def does(self, verb):
        """A verb that is done, or refused without a trace on the rows."""
        before = self.sheet()
        try:
            after = verb()
        except Changed as no:
            after = no.sheet
        except (Refusal, Unavailable) as no:
            event(f"no: {no.code}")
            assert rowwise(self.sheet()) == rowwise(before)
            return
        assert after == self.sheet()
        self.seen.append(after)

    def sheet(self):
        return self.counter.find(self.seen[0].number)

    def at(self, version):
        return self.seen[max(-len(self.seen), version)]

    versions = st.sampled_from([-1] * 6 + [-2, -3])

    @rule(
        texts=st.lists(st.sampled_from(TEXTS), max_size=3),
        printed=st.sampled_from([(), (), ("WINDSOR",), ("XXXXPARS0000472",)]),
        unread=st.booleans(),
        version=versions,
    )
    def scans(self, texts, printed, unread, version):
        came = [scan(text, *printed, symbology=Symbology.CODE39) for text in texts]
        came += [NoRead("overrun", "wedge", NOON)] if unread else []
        self.last = came or self.last
        self.takes(came, version)

    @rule(version=versions)
    def sends_the_last_again(self, version):
        self.takes([one for one in self.last if not isinstance(one, NoRead)], version)

    def takes(self, came: Sequence[object], version):
        before = len(self.seen)
        self.does(lambda: self.counter.scan(self.at(version), came, BADGE))
        if len(self.seen) > before:
            self.sent |= {one.id for one in came if not isinstance(one, NoRead)}

    @rule(version=versions)
    def asks_again(self, version):
        self.does(lambda: self.counter.ask_again(self.at(version), BADGE))

    @rule(row=st.integers(0, 8), reason=st.sampled_from(["misprint", "withdrawn", " "]), version=versions)
    def removes(self, row, reason, version):
        self.does(lambda: self.counter.remove(self.at(version), row, reason, BADGE))

    @rule()
    def looks_again(self):
        self.seen.append(self.sheet())

    @rule()
    def puts_in_order(self):
        """Back to a good world and a sheet without an open row, since most days end well."""
        self.all_is_well_again()
        self.looks_again()
        self.asks_again(-1)
        for place, _ in self.seen[-1].hindrances:
            self.removes(place, "returned", -1)

    @rule(texts=st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=4), changes=st.booleans())
    def stamps_at_the_end(self, texts, changes):
        self.scans(texts, (), unread=False, version=-1)
        self.puts_in_order()
        if changes:
            self.decides(REFERENCES[0], Reason.EXAM)
        self.stamps(-1)

    @precondition(lambda self: self.proofs)
    @rule()
    def next_client(self):
        self.all_is_well_again()
        self.seen, self.sent, self.proofs = [self.counter.open(Header("0453"), BADGE)], set(), []

    @rule(version=versions)
    def stamps(self, version):
        refused, full, self.done = self.count(NotStamped), self.journal.healthy is not None, False
        self.does(lambda: self.stamped(version))
        told = self.count(NotStamped) - refused
        behind = self.clock() < self.journal.newest()
        assert told == (not self.done) or (told == 0 and (full or behind))

    def stamped(self, version):
        proof = self.counter.stamp(self.at(version), BADGE, OwnPress.of(self.paper, SEAL, FakeSigner()))
        self.done = True
        event(f"stamped: {sorted(proof.sheet.count.values())}")
        self.proofs.append((proof, self.store.given[-1]))
        return replace(proof.sheet, stamped=True)

    def count(self, kind):
        return sum(isinstance(found.entry.fact, kind) for found in self.journal.entries(self.seen[0].number))

    # --- what always holds ---

    @invariant()
    def the_record_alone_gives_the_sheet(self):
        entries = [found.entry for found in self.journal.entries(self.seen[0].number)]
        assert replay(self.seen[0].number, entries) == self.sheet()

    @invariant()
    def no_scan_that_was_taken_is_lost(self):
        assert self.sent <= self.sheet().scans
        assert len(self.sheet().scans) == len(self.sheet().rows)
        assert len(self.sheet().rows) >= max(len(sheet.rows) for sheet in self.seen)

    @invariant()
    def every_mark_is_the_stores_own(self):
        given = {(a.reference, a.reason, a.as_of) for answers in self.store.given for a in answers}
        lines = [row for row in self.sheet().rows if isinstance(row, Line)]
        assert {(row.answer.reference, row.answer.reason, row.answer.as_of) for row in lines} <= given

    @invariant()
    def what_is_stamped_is_closed_and_whole(self):
        sheet = self.sheet()
        assert self.count(Stamped) == sheet.stamped == len(self.proofs)
        assert not (sheet.stamped and any(isinstance(row, Waiting | Faulty) for row in sheet.rows))

    @invariant()
    def every_r_under_a_seal_was_r_in_the_last_question(self):
        for proof, given in self.proofs:
            released = {str(answer.reference) for answer in given if answer.status is Status.RELEASED}
            held = {str(answer.reference) for answer in given if answer.status is Status.NOT_RELEASED}
            verdict = examine([[seal] for seal in proof.seals], SEAL, proof.stamp.at)
            numbers = {str(candidates(row.number)[0]) for row in verdict.released}
            assert numbers <= released - held
            assert sum(len(page.rows) for page in verdict.statements) == len(self.sheet().rows)


def rowwise(sheet):
    """Rows without the time of their answers: a stamp that failed late has confirmed them."""
    return [(row.asked, row.answer.reason) if isinstance(row, Line) else row for row in sheet.rows]


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
