"""Retention: documents go when their time is over, and the record says so; leaves of the tree never go."""

from datetime import timedelta

import pytest

from kiosk.adapters.sql.retention import KEEP
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import DocumentExpired
from tests.kiosk.adapters.sql_samples import START, after, digest_of, filled, returned, scanned, stamped

SHEET, SLIP = digest_of(b"%PDF sheet"), digest_of(b"%PDF slip")
YEARS = timedelta(days=365)


def test_a_document_is_kept_for_six_years_to_the_day(journal):
    """Q10: what was stamped stays on record."""
    filled(journal)

    assert journal.expire(START.replace(year=2032), "station") == 0
    assert journal.document(SHEET) == b"%PDF sheet"


def test_after_six_years_documents_go_and_the_record_says_so(journal):
    """Q10."""
    filled(journal)
    now = START.replace(year=2032, month=11, day=24)

    assert journal.expire(now, "station") == 2
    for digest in (SHEET, SLIP):
        with pytest.raises(Refusal, match="document-expired"):
            journal.document(digest)
    told = [found.entry for found in journal.find(kind="DocumentExpired")]
    assert [(entry.subject, entry.at, entry.by, entry.fact) for entry in told] == [
        ("0453.1", now, "station", DocumentExpired(SHEET, "2192 days")),
        ("0453.2", now, "station", DocumentExpired(SLIP, "2192 days")),
    ]
    assert journal.expire(now, "station") == 0


def test_what_was_printed_before_holds_after_documents_have_gone(journal):
    """Q10: expiry never touches the tree."""
    entries = filled(journal)
    printed = journal.checkpoint().short
    journal.expire(START + 7 * YEARS, "station")

    assert journal.verify(printed) == ()
    assert [found.entry for found in journal.since(0)][: len(entries)] == entries


def test_each_kind_of_record_has_its_own_time(journal):
    """Q10: and a kind that has none is kept."""
    filled(journal)

    assert journal.expire(START + 2 * YEARS, "station", {"slip": YEARS}) == 1
    assert journal.document(SHEET) == b"%PDF sheet"
    assert journal.expire(START + 90 * YEARS, "station", {}) == 0


def test_the_time_of_keeping_begins_anew_with_the_last_entry_that_brought_it(journal):
    """Q10."""
    journal.append([returned(1, b"slip")], {digest_of(b"slip"): b"slip"})
    journal.append([scanned(2), returned(86400 * 365 * 3, b"slip")])

    assert journal.expire(START + 7 * YEARS, "station") == 0
    assert journal.expire(START + 10 * YEARS, "station") == 1


def test_a_document_that_is_stored_again_is_there_again(journal):
    """Q10."""
    journal.append([returned(1, b"slip")], {digest_of(b"slip"): b"slip"})
    journal.expire(START + 7 * YEARS, "station")
    journal.append([returned(86400 * 365 * 8, b"slip")], {digest_of(b"slip"): b"slip"})

    assert journal.document(digest_of(b"slip")) == b"slip"
    assert journal.verify() == ()


def test_a_document_that_no_entry_brought_is_kept(journal):
    """Q10: its kind is not known."""
    journal.append([scanned(1)], {digest_of(b"x"): b"x"})

    assert journal.expire(START + 90 * YEARS, "station") == 0


def test_many_documents_go_in_several_steps(sqlite_journal):
    """Q10: no officer waits while a year's documents go."""
    contents = [b"%d" % n for n in range(1100)]
    checkpoint = sqlite_journal.checkpoint().short
    sqlite_journal.append([stamped(n, c, checkpoint) for n, c in enumerate(contents)], {digest_of(c): c for c in contents})

    assert sqlite_journal.expire(START + 7 * YEARS, "station") == 1100
    assert sqlite_journal.verify() == ()


def test_no_document_goes_while_the_clock_is_behind(journal):
    """A clock that is wrong must not destroy anything."""
    filled(journal)
    journal.append([scanned(86400 * 365 * 9)])

    with pytest.raises(Refusal, match="clock-behind"):
        journal.expire(START + 7 * YEARS, "station")
    assert journal.document(SHEET) == b"%PDF sheet"


def test_documents_stay_when_the_entry_that_they_expired_can_not_be_written(sqlite_journal, tmp_path):
    """Q10: both or neither."""
    filled(sqlite_journal)
    with sqlite_journal._database.reading() as transaction:
        transaction.run("CREATE TRIGGER full BEFORE INSERT ON nodes BEGIN SELECT RAISE(ABORT, 'no'); END")

    with pytest.raises(Unavailable):
        sqlite_journal.expire(START + 7 * YEARS, "station")
    assert sqlite_journal.document(SHEET) == b"%PDF sheet"


def test_bytes_that_have_expired_are_not_left_in_the_file(sqlite_journal, tmp_path):
    """Privacy: dropped is dropped."""
    secret = b"Example Brokerage, 519-555-0100 " * 400
    sqlite_journal.append([returned(1, secret)], {digest_of(secret): secret})
    sqlite_journal.expire(START + 7 * YEARS, "station")
    sqlite_journal.append([scanned(86400 * 365 * 8)])
    sqlite_journal.close()

    assert b"519-555-0100" not in (tmp_path / "kiosk.db").read_bytes()


def test_sheets_and_slips_are_kept_for_six_years():
    """Q10: never less than six years, leap days and all."""
    assert set(KEEP) == {"sheet", "slip", "form"}
    for year in range(2026, 2034):
        begin = after(0).replace(year=year)
        assert all(begin + kept >= begin.replace(year=year + 6) for kept in KEEP.values())
