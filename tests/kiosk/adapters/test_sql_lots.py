"""The lines of lots, beside the entries from which they follow: on both engines, and made again (P3)."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.journal import DifferenceSettled, Entry, GoodsIn, GoodsOut
from kiosk.core.register import lot_subject, replay, subject_of
from tests.fakes import NOON

PLACES, NUMBERS = ("9453", "9999"), ("XXXX0001", "XXXX0002", "XXXX0003")


def came(n, place, number, pieces, due):
    text = (NOON + timedelta(minutes=n)).isoformat()
    return GoodsIn(UUID(int=n).hex, "K7QD", place, "ccn", number, "", pieces, "", "", False, "", text, "2026-11-22", due)


def went(n, place, number, pieces):
    text = (NOON + timedelta(minutes=n)).isoformat()
    empty = ("", "", "", "", "")
    return GoodsOut(
        UUID(int=n).hex, "K7QD", place, "ccn", number, pieces, "proof", "K7QD.000001", 1, 1, number, 7, *empty, text, "2026-11-22"
    )


def wanted(journal):
    """What the lines must say, from the entries alone."""
    lots = [
        replay(place, number, [one.entry for one in journal.entries(lot_subject(place, number))])
        for place in PLACES
        for number in NUMBERS
    ]
    return [lot for lot in lots if lot.entries]


def check(journal):
    lots = wanted(journal)
    for place in ("", *PLACES):
        mine = [lot for lot in lots if place in ("", lot.sub_location)]
        inside = sorted((str(lot.due), lot_subject(lot.sub_location, lot.number)) for lot in mine if lot.due)
        assert list(journal.lots.open(99, place)) == inside
        assert list(journal.lots.open(2, place, inside[0] if inside else ("", ""))) == inside[1:3]
        assert journal.lots.count(place) == len(inside)
        assert journal.lots.count(place, "2026-12-15") == sum(due < "2026-12-15" for due, _ in inside)
        assert list(journal.lots.differing(99, place)) == sorted(
            lot_subject(lot.sub_location, lot.number) for lot in mine if lot.differences
        )
        assert {subject for subject, _ in journal.lots.numbers(place)} == {subject for _, subject in inside}


STEPS = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(PLACES),
        st.sampled_from(NUMBERS),
        st.integers(1, 9),
        st.sampled_from(["2026-11-26", "2027-01-01"]),
    ),
    max_size=20,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, chunk=st.integers(1, 5))
def test_the_lines_say_what_the_entries_do(sqlite_journal, steps, chunk):
    """P3: in the same transaction, and made again by rebuild."""
    base = sqlite_journal.checkpoint().size
    facts = [
        came(base + n, place, number, pieces, due) if into else went(base + n, place, number, pieces)
        for n, (into, place, number, pieces, due) in enumerate(steps)
    ]
    for n in range(0, len(facts), chunk):
        sqlite_journal.append([Entry(subject_of(fact), NOON, "W7001", fact) for fact in facts[n : n + chunk]])
    check(sqlite_journal)
    sqlite_journal.rebuild()
    check(sqlite_journal)
    assert sqlite_journal.verify() == ()


def test_both_engines_list_the_same(journal):
    facts = [
        came(1, "9453", "XXXX0001", 5, "2026-11-26"),
        came(2, "9999", "XXXX0002", 5, "2026-12-01"),
        went(3, "9453", "XXXX0003", 5),
    ]
    journal.append([Entry(subject_of(fact), NOON, "W7001", fact) for fact in facts])
    check(journal)

    settled = DifferenceSettled("without-in-5-of-5", "seen")
    journal.append([Entry(lot_subject("9453", "XXXX0003"), NOON, "S1", settled)])

    check(journal)
    assert journal.lots.differing(9) == ()
    journal.rebuild()
    check(journal)


@pytest.mark.parametrize("statement", ["DELETE FROM lots", "UPDATE lots SET inside = 0, due = ''", "UPDATE lots SET differs = 1"])
def test_a_line_that_was_changed_is_found_and_made_again(sqlite_journal, statement):
    """An altered list hides goods that are there: verify tells."""
    sqlite_journal.append([Entry(lot_subject("9453", "XXXX0001"), NOON, "W7001", came(1, "9453", "XXXX0001", 5, "2026-11-26"))])
    with sqlite_journal._database.writing() as transaction:
        transaction.run(statement)

    assert [one.code for one in sqlite_journal.verify()] == ["projection"]
    sqlite_journal.rebuild()
    assert sqlite_journal.verify() == ()
    check(sqlite_journal)


def test_a_copy_has_the_lines_too(sqlite_journal, tmp_path, open_record):
    sqlite_journal.append([Entry(lot_subject("9453", "XXXX0001"), NOON, "W7001", came(1, "9453", "XXXX0001", 5, "2026-11-26"))])

    path, _ = sqlite_journal.backup(tmp_path, NOON, "K7QD")

    check(open_record(f"sqlite:///{path}"))


def test_both_engines_examine_and_copy_the_lines(journal, tmp_path, open_record):
    """P3: an altered line is found on either, and a copy has them all."""
    facts = [came(n, "9453", NUMBERS[n % 3], 2, "2026-11-26") for n in range(1, 9)] + [went(9, "9453", "XXXX0001", 50)]
    journal.append([Entry(subject_of(fact), NOON, "W7001", fact) for fact in facts])
    assert journal.verify() == ()
    path, _ = journal.backup(tmp_path, NOON, "K7QD")
    check(open_record(f"sqlite:///{path}"))

    with journal._database.writing() as transaction:
        transaction.run("DELETE FROM lots WHERE subject = 'lot/9453/XXXX0001'")

    assert [one.code for one in journal.verify()] == ["projection"]
