"""Entries that are found by what stands in them: which cargo an answer binds to a release request (P4)."""

from kiosk.core.journal import Answered, Entry
from kiosk.desks.holds.bound import search
from tests.kiosk.adapters.sql_samples import after

T, C = "99999001495788", "XXXX0000012345"


def answered(n, kind, number, *requests):
    answer = {"kind": kind, "number": number, "requests": [[one, "released", "0453", "911"] for one in requests], "also": None}
    return Entry(f"K7QD.{n:06}", after(n), "12345", Answered(f"scan-{n}", number, "R", answer))


def test_an_entry_is_found_by_a_text_in_it_and_no_other_kind_or_text_is(journal):
    entries = [answered(1, "ccn", C, T), answered(2, "ccn", "XXXX2", "99999001495799"), answered(3, "transaction", T, T)]
    journal.append(entries)

    assert [one.entry for one in journal.holding("Answered", f'["{T}",')] == [entries[0], entries[2]]
    assert journal.holding("Scanned", T) == ()
    assert journal.holding("Answered", "é%_") == ()


def test_what_is_bound_is_found_on_either_engine_one_step_far(journal):
    """P4: from the request to its cargo, and from the cargo to its requests."""
    journal.append([answered(1, "ccn", C, T), answered(2, "ccn", "XXXX2", T, "99999001495799"), answered(3, "ccn", "XXXX3", None)])

    assert search(journal, [("transaction", T)]) == (("ccn", C), ("ccn", "XXXX2"))
    assert search(journal, [("ccn", "XXXX2")]) == (("transaction", T), ("transaction", "99999001495799"))
    assert search(journal, [("ccn", "XXXX3"), ("transaction", "99999001495700")]) == ()
