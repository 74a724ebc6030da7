"""A gate apart asks its office: what the office says keeps goods in, and lets none out (P4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.hold import HoldList, digest, listed
from kiosk.core.verdict import OWN, Outcome, examine, outcomes
from kiosk.desks.gate.warned import REST, Office, Said
from tests.fakes import AUTHORITY, NOON, FakeClock, real_seal
from tests.kiosk.desks.test_gate import PAGES, STAMP

SEAL, LIMIT = real_seal(), timedelta(hours=4)
TEXT = SEAL.seal(replace(PAGES[0], stamp=replace(STAMP, specimen=False)))
FREE = Said(voided=False, held=frozenset())


def nothing(sheet):
    """No seals are asked for."""
    raise AssertionError(sheet)


def a_list(*numbers, ago=timedelta()):
    held = listed(digest("ccn", number) for number in numbers)
    return {"K7QD": HoldList(AUTHORITY, "K7QD", 1, NOON - ago, held, b"")}


def judged(said, lists, clock=None):
    """What each row comes to when the office says this."""

    def ask(sheet):
        assert sheet == PAGES[0].sheet
        if isinstance(said, Exception):
            raise said
        return said

    verdict = examine([[TEXT]], SEAL, NOON)
    known = Office(ask, nothing, clock or FakeClock()).warned(verdict, lists)
    return known.source, [one.outcome for one in outcomes(verdict, known.standings, NOON, LIMIT)]


def test_rows_that_the_office_has_on_hold_are_held_though_the_list_does_not_know_it():
    """P4: five minutes after the list."""
    source, found = judged(Said(voided=False, held=frozenset({100})), a_list())

    assert (source, found[0], found[4]) == ("office", Outcome.HELD, Outcome.RELEASE)


def test_what_the_list_has_on_hold_stays_so_whatever_the_office_says():
    """P4: nobody frees goods by an answer that is not signed."""
    assert judged(FREE, a_list("XXXX100"))[1][0] is Outcome.HELD


def test_a_sheet_that_the_office_took_back_is_refused():
    """P4."""
    with pytest.raises(Forged, match="withdrawn"):
        judged(Said(voided=True, held=frozenset()), a_list())
    with pytest.raises(Forged, match="withdrawn"):
        judged(Said(voided=True, held=frozenset()), {})


@pytest.mark.parametrize("lists", [{}, a_list(ago=LIMIT + timedelta(seconds=1))], ids=["none", "old"])
def test_the_offices_word_makes_no_list_fresher(lists):
    """P4: it asks, and never says release."""
    assert judged(FREE, lists)[1][0] is Outcome.ASK


@pytest.mark.parametrize("no", [Unavailable("office", "slow"), Unavailable("office", "strange"), Refusal("no-such-sheet")])
def test_without_the_offices_word_the_list_alone_counts(no):
    """Q6: silence is neither a hold nor a release."""
    source, found = judged(no, a_list())

    assert (source, found[0]) == ("list", Outcome.RELEASE)


def test_an_office_that_does_not_answer_is_not_waited_for_twice_in_a_row():
    """Nobody at the gate waits again and again."""
    asked, clock = [], FakeClock()

    def silent(sheet):
        asked.append(sheet)
        raise Unavailable("office", "gone")

    office, verdict = Office(silent, nothing, clock), examine([[TEXT]], SEAL, NOON)
    for _ in range(3):
        assert office.warned(verdict, a_list()).source == "list"
    clock.now += REST
    office.warned(verdict, a_list())

    assert len(asked) == 2


def test_an_office_that_gave_no_seals_is_not_waited_for_when_the_paper_is_scanned_instead():
    """P2: it is advised to scan it, and that must be quick; who names a number again asks again."""
    asked = []

    def silent(sheet):
        asked.append(sheet)
        raise Unavailable("office", "slow")

    office, verdict = Office(nothing, silent, FakeClock()), examine([[TEXT]], SEAL, NOON)
    for _ in range(2):
        with pytest.raises(Unavailable):
            office.kept(PAGES[0].sheet)

    assert (office.warned(verdict, a_list()).source, len(asked)) == ("list", 2)


def test_a_list_of_a_time_to_come_lets_nothing_out():
    """P4: the clock was set back since; for how long it then passes for fresh nobody knows."""
    verdict = examine([[TEXT]], SEAL, NOON)

    found = outcomes(verdict, a_list(ago=-timedelta(minutes=6)), NOON, LIMIT)

    assert {one.outcome for one in found if one.row.mark == "R"} == {Outcome.ASK}


def test_what_no_station_says_keeps_goods_and_lets_none_out():
    """P4: a warehouse's own record."""
    verdict = examine([[TEXT]], SEAL, NOON)
    number = next(one.number for one in verdict.released)

    def found(*held):
        own = HoldList("", OWN, 1, NOON, listed(digest("ccn", one) for one in held), b"")
        return [one.outcome for one in outcomes(verdict, {OWN: own}, NOON, LIMIT) if one.row.number == number]

    assert (found(), found(number)) == ([Outcome.ASK], [Outcome.HELD])
