"""The record, on SQLite and on PostgreSQL alike: what was appended is there, in order, and can be found."""

from datetime import timedelta, timezone

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import CouldNotAsk, Entry, Opened, Refused
from kiosk.core.tree import Edge, leaf_hash
from kiosk.ports import Found
from tests.kiosk.adapters.sql_samples import START, after, answered, digest_of, filled, returned, scanned, stamped


def found(entries, first=0):
    return tuple(Found(position, entry) for position, entry in enumerate(entries, first))


def tables(url):
    """All rows of the projections and the tree."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {
            name: sorted(map(tuple, connection.execute(text(f"SELECT {columns} FROM {name}"))))
            for name, columns in {
                "mentions": "number, position",
                "documents": "digest, kind, position",
                "nodes": "level, idx",
            }.items()
        }
    engine.dispose()
    return rows


def test_what_was_appended_is_there_in_order(journal):
    """Q10."""
    entries = filled(journal)

    assert tuple(journal.since(0)) == found(entries)
    assert tuple(journal.since(40)) == found(entries[40:], 40)
    assert tuple(journal.since(99)) == ()


def test_append_tells_the_position_of_the_first(journal):
    """Q10."""
    assert [journal.append([scanned(1)]), journal.append([scanned(2), scanned(3)]), journal.append([scanned(4)])] == [0, 1, 3]


def test_an_empty_record_has_no_newest_entry_and_the_root_of_nothing(journal):
    """Q10."""
    assert journal.newest() is None
    assert journal.checkpoint().short == "0-e3b0c44298fc"
    assert journal.verify("0-e3b0c44298fc") == ()


def test_the_checkpoint_is_the_root_over_all_leaves(journal):
    """Q10, RFC 6962."""
    edge = Edge()
    for entry in filled(journal):
        edge, _ = edge.grown(leaf_hash(entry.encode()))

    assert (journal.checkpoint().size, journal.checkpoint().root) == (42, edge.root)


def test_a_record_that_is_opened_again_goes_on_where_it_was(journal, record_url, open_record):
    """Q10: the tree's edge is read, not remembered."""
    entries = filled(journal)
    again = open_record(record_url)

    assert again.append([scanned(50)]) == len(entries)
    assert journal.append([scanned(51)]) == len(entries) + 1
    assert again.append([scanned(52)]) == len(entries) + 2
    assert again.verify() == ()
    assert again.checkpoint() == journal.checkpoint()


def test_the_newest_entry_tells_its_time_in_utc(journal):
    """No stamp while the clock is behind it."""
    eastern = timezone(timedelta(hours=-5))
    journal.append([Entry("0453.1", START.astimezone(eastern), "12345", Opened("0453", "", "", ""))])

    assert journal.newest() == START
    assert journal.newest().utcoffset() == timedelta(0)


def test_an_entry_older_than_the_newest_is_refused_whole(journal):
    """A clock set back two weeks: nothing is written."""
    journal.append([scanned(10)])

    with pytest.raises(Refusal) as refused:
        journal.append([scanned(10), scanned(-14 * 86400)], {digest_of(b"x"): b"x"})

    assert refused.value.code == "clock-behind"
    assert refused.value.fields["expected"] == "2026-11-22T15:04:15.000000+00:00 or later"
    assert refused.value.fields["got"] == "2026-11-08T15:04:05.000000+00:00"
    assert journal.checkpoint().size == 1
    with pytest.raises(Refusal, match="no-document"):
        journal.document(digest_of(b"x"))


def test_entries_of_the_same_instant_are_fine(journal):
    """Q10: all rows of a form can have one time."""
    journal.append([scanned(1), answered(1)])
    journal.append([scanned(1)])

    assert journal.checkpoint().size == 3


def test_an_entry_that_waited_for_another_writer_gets_the_others_time(journal):
    """Q10: the order of the record is the order of its times, and nobody's scan is lost for having waited."""
    journal.append([scanned(9)])
    journal.append([scanned(5)])

    first, second = journal.since(0)
    assert second.entry.at == first.entry.at
    assert journal.verify() == ()


def test_entries_of_one_append_that_go_back_in_time_are_refused(journal):
    """Q10."""
    with pytest.raises(Refusal, match="clock-behind"):
        journal.append([scanned(20), scanned(1)])


def test_a_subject_that_has_moved_on_is_a_conflict(journal):
    """Nothing is stamped twice: the second stamp finds more entries than it read."""
    journal.append([scanned(1), scanned(2, subject="0453.2")])

    assert journal.append([answered(2)], after={"0453.1": 1}) == 2
    with pytest.raises(Conflict) as conflict:
        journal.append([answered(3)], {digest_of(b"x"): b"x"}, after={"0453.2": 1, "0453.1": 1})

    assert conflict.value == Conflict("moved-on", subject="0453.1", expected="1 entries", got="2 entries")
    assert journal.checkpoint().size == 3


def test_a_subject_that_must_be_new_is_named_with_no_entries(journal):
    """A sheet's number is given once."""
    journal.append([scanned(1)], after={"0453.1": 0})

    with pytest.raises(Conflict, match="moved-on"):
        journal.append([scanned(2)], after={"0453.1": 0})


def test_a_record_takes_entries_again_after_one_was_refused(journal):
    """Q10: the edge of the tree is as if the refused one had never been."""
    journal.append([scanned(50)])
    for bad in (scanned(1), scanned(2)):
        with pytest.raises(Refusal):
            journal.append([scanned(60), bad])
    journal.append([scanned(70), scanned(80)])

    assert journal.verify() == ()
    assert journal.checkpoint().size == 3


def test_the_entries_of_a_subject_are_its_own(journal):
    """Q10: a sheet is replayed from them."""
    entries = filled(journal)

    assert journal.entries("0453.2") == found(entries[-1:], 41)
    assert journal.entries("0453.1") == found(entries[:-1])
    assert journal.entries("0453") == ()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("99999-001495785", "99999001495785"),
        ("99999001495785", "99999-001495785"),
        ("99999-001495785", "99999-001495785"),
        ("8xxxpars-1", "8XXXPARS-1"),
        ("*8XXX0471*\r\n", "8xxx0471"),
        ("014-12345675", "014-12345675"),
    ],
)
def test_a_number_is_found_however_it_was_written(journal, written, asked):
    """Q10: with the hyphen of a transaction number or without; in a cargo control number it is data."""
    journal.append([scanned(1, written), scanned(2, "8XXX9999")])

    assert [hit.position for hit in journal.find(number=asked)] == [0]


def test_a_hyphen_of_a_cargo_control_number_is_data(journal):
    """Q3."""
    journal.append([scanned(1, "8XXX-1234")])

    assert journal.find(number="8XXX1234") == ()


def test_a_sheet_is_found_by_its_number_and_by_its_document(journal):
    """Q10."""
    entries = filled(journal)

    assert journal.find(number="0453.2") == found(entries[-1:], 41)
    assert journal.find(number=digest_of(b"%PDF sheet")) == found([entries[40]], 40)


def test_entries_are_found_by_badge_day_and_kind(journal):
    """Q10: what, when, by which badge."""
    midnight = after(86400).replace(hour=0, minute=0, second=0)
    entries = [
        scanned(1),
        scanned(2, by="54321"),
        Entry("0453.1", midnight - timedelta(microseconds=1), "12345", CouldNotAsk([], "gone", "")),
        Entry("0453.1", midnight, "12345", CouldNotAsk([], "gone", "")),
    ]
    journal.append(entries)

    assert [hit.position for hit in journal.find(badge="12345")] == [0, 2, 3]
    assert [hit.position for hit in journal.find(day="2026-11-22")] == [0, 1, 2]
    assert [hit.position for hit in journal.find(day="2026-11-23")] == [3]
    assert [hit.position for hit in journal.find(kind="CouldNotAsk")] == [2, 3]
    assert [hit.position for hit in journal.find(kind="CouldNotAsk", day="2026-11-22", badge="12345")] == [2]
    assert [hit.position for hit in journal.find(number="99999001495785", badge="54321")] == [1]
    assert journal.find() == found(entries)


@pytest.mark.parametrize("day", ["22/11/2026", "2026-13-01", "", "2026-11-22' OR 1=1 --"])
def test_a_day_that_is_none_is_refused(sqlite_journal, day):
    """Q10."""
    with pytest.raises(Refusal, match="not-a-day"):
        sqlite_journal.find(day=day)


def test_entries_of_a_kind_are_counted(journal):
    """Q10."""
    filled(journal)

    assert [journal.count(kind) for kind in ("Scanned", "Answered", "Stamped", "Opened")] == [20, 20, 1, 0]


def test_a_document_is_kept_with_the_entry_that_tells_of_it(journal):
    """Q10: both or neither."""
    filled(journal)

    assert journal.document(digest_of(b"%PDF sheet")) == b"%PDF sheet"
    with pytest.raises(Refusal, match="no-document"):
        journal.document(digest_of(b"another"))


def test_a_document_that_is_there_twice_is_one(journal):
    """Q10."""
    for n in (1, 2):
        journal.append([returned(n, b"slip")], {digest_of(b"slip"): b"slip"})

    assert journal.document(digest_of(b"slip")) == b"slip"
    assert journal.verify() == ()


def test_a_document_under_a_digest_that_is_not_its_own_is_not_written(journal):
    """Q10."""
    with pytest.raises(ValueError, match="SHA-256"):
        journal.append([returned(1, b"slip")], {digest_of(b"slip"): b"another"})

    assert journal.checkpoint().size == 0


@pytest.mark.parametrize(
    "strange",
    ["a\0b", "\ud83d", "'; DROP TABLE entries; --", "=1+1", "<b>", "%s %(x)s :number ?", "é\u202e", "x" * 5000, "\x1d\x04"],
)
def test_no_text_that_was_scanned_is_lost(journal, strange):
    """A row is never lost for what its bars say; on no engine."""
    entry = Entry(strange, START, strange, Refused("scan-1", strange, "foreign-character", {"got": strange}))
    journal.append([entry])

    assert journal.entries(strange) == found([entry])
    assert journal.find(number=strange, badge=strange) == found([entry])
    assert journal.verify() == ()


def test_the_record_is_only_appended_to(journal, record_url):
    """Q10: the engine itself refuses to change or delete."""
    filled(journal)
    engine = create_engine(record_url)
    refused = [
        "UPDATE entries SET leaf = leaf WHERE position = 1",
        "DELETE FROM entries WHERE position = 41",
        "UPDATE nodes SET hash = hash",
        "DELETE FROM nodes WHERE level = 0",
        "DELETE FROM documents",
    ]
    if engine.name == "sqlite":
        refused += ["INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE position = 3"]
        refused += ['INSERT INTO entries SELECT 99, subject, at, "by", kind, leaf FROM entries WHERE position = 3']
    else:
        refused += ["TRUNCATE entries CASCADE", "TRUNCATE nodes"]
    for statement in refused:
        with pytest.raises(DBAPIError, match=r"append-only|digests stay|one position after"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()

    assert journal.verify() == ()


def test_projections_made_again_from_the_entries_are_the_same(journal, record_url):
    """Q10: nothing is stored but the entries; what they are found by follows from them."""
    filled(journal)
    before = tables(record_url)
    engine = create_engine(record_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM mentions WHERE position > 3"))
        connection.execute(text("INSERT INTO mentions (number, position) VALUES ('8XXX1', 2)"))
        connection.execute(text("UPDATE documents SET kind = NULL, position = NULL"))
    engine.dispose()
    journal.rebuild()

    assert tables(record_url) == before
    assert before["documents"] == sorted([(digest_of(b"%PDF sheet"), "sheet", 40), (digest_of(b"%PDF slip"), "slip", 41)])


def test_nothing_is_written_by_an_append_of_nothing(journal):
    """Q10."""
    filled(journal)

    assert journal.append([]) == 42
    assert journal.checkpoint().size == 42


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12), st.data())
def test_however_entries_are_divided_into_appends_the_record_is_the_same(tmp_path_factory, sizes, data):
    """Q10: position, order and root depend on the entries alone."""
    entries = [scanned(n) for n in range(sum(sizes))]
    folder = tmp_path_factory.mktemp("divided")
    one, many = SqlJournal(f"sqlite:///{folder / 'one.db'}"), SqlJournal(f"sqlite:///{folder / 'many.db'}")
    one.append(entries)
    for n, size in enumerate(sizes):
        many.append(entries[sum(sizes[:n]) : sum(sizes[:n]) + size])

    assert one.checkpoint() == many.checkpoint()
    assert list(one.since(0)) == list(many.since(0))
    one.close()
    many.close()


def test_a_record_wants_a_file_or_a_server():
    """A record in memory would be lost without a word."""
    for url in ("sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match="expected the URL of a file"):
            SqlJournal(url)


def test_on_postgresql_two_stamps_of_one_sheet_at_once_leave_one(fresh_postgres, open_record):
    """Nothing is stamped twice: the check and the write are one, under a lock."""
    one, other = open_record(fresh_postgres), open_record(fresh_postgres)
    checkpoint = one.checkpoint().short
    one.append([stamped(1, b"a", checkpoint)], {digest_of(b"a"): b"a"}, {"0453.1": 0})

    with pytest.raises(Conflict):
        other.append([stamped(1, b"b", checkpoint)], {digest_of(b"b"): b"b"}, {"0453.1": 0})
    with psycopg.connect(fresh_postgres) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)
