"""What is on hold, nothing proves the release of: not a stamp, not a copy of one (P4)."""

from dataclasses import replace

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason, Request
from kiosk.core.faults import Refusal
from kiosk.core.journal import HandedOver, NotStamped, Stamped
from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter
from kiosk.desks.holds import Holds
from kiosk.desks.press import OwnPress
from tests.fakes import FakeClock, FakePaper, FakeSigner, FakeStore, ccn, real_seal, scan, transaction

BADGE, NUMBER, CARGO = "12345", "99999-001495785", "XXXXPARS0000471"


@pytest.fixture
def desk(tmp_path):
    clock = FakeClock()
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    store.put(ccn(CARGO))
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    holds = Holds(journal, clock, store, "K7QD", feed=False)
    yield Counter(store, journal, clock, "K7QD", held=holds.held), holds
    journal.close()


@pytest.fixture
def press():
    return OwnPress.of(FakePaper(), real_seal(), FakeSigner())


def scanned(counter):
    sheet = counter.open(Header("0453"), BADGE)
    return counter.scan(sheet, [scan(NUMBER), scan(CARGO)], BADGE)


def kinds(counter, sheet):
    return [type(found.entry.fact) for found in counter.journal.entries(sheet.number)]


def hold(holds, text):
    return holds.place(text, "referred for examination", BADGE)


def test_a_released_row_that_is_on_hold_keeps_the_sheet_from_its_stamp(desk, press):
    counter, holds = desk
    sheet = scanned(counter)
    hold(holds, CARGO)

    with pytest.raises(Refusal) as no:
        counter.stamp(sheet, BADGE, press)

    assert (no.value.code, no.value.fields["rows"]) == ("on-hold", "2")
    assert NotStamped in kinds(counter, sheet)
    assert Stamped not in kinds(counter, sheet)


def test_with_that_row_removed_or_the_hold_lifted_it_is_stamped(desk, press):
    counter, holds = desk
    removed = counter.remove(scanned(counter), 2, "on hold", BADGE)
    placed = hold(holds, CARGO)
    assert [line.asked.text for line in counter.stamp(removed, BADGE, press).sheet.released] == [NUMBER]

    again = scanned(counter)
    holds.lift(placed.name, "examined", BADGE)
    assert len(counter.stamp(again, BADGE, press).sheet.released) == 2


def test_a_transaction_on_hold_holds_the_cargo_of_it_too(desk, press):
    """The sheet asked for the cargo; the notice speaks of the transaction under which it was released."""
    counter, _ = desk
    sheet = scanned(counter)
    asked = counter.store.ask

    def told(references):
        request = Request(transaction("99999-000000017"), Reason.RELEASED, "0453", None)
        return tuple(replace(answer, requests=(request,)) for answer in asked(references))

    counter.store.ask = told
    held = replace(counter, held=lambda kind, number: (kind, number) == ("transaction", "99999000000017"))
    with pytest.raises(Refusal) as no:
        held.stamp(sheet, BADGE, press)
    assert (no.value.code, no.value.fields["rows"]) == ("on-hold", "1, 2")


def test_what_was_stamped_before_the_hold_is_handed_out_no_more_until_it_is_lifted(desk, press):
    counter, holds = desk
    sheet = counter.stamp(scanned(counter), BADGE, press).sheet
    placed = hold(holds, NUMBER)

    with pytest.raises(Refusal, match="on-hold"):
        counter.hand_over(counter.find(sheet.number), "browser", press, BADGE)
    assert HandedOver not in kinds(counter, sheet)

    holds.lift(placed.name, "examined", BADGE)
    assert counter.hand_over(counter.find(sheet.number), "browser", press, BADGE)[1] == 1
