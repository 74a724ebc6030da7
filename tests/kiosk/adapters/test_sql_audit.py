"""Verification: whoever gets behind the triggers and changes the record is found, and the place is named."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Refusal
from kiosk.core.tree import Edge, leaf_hash
from tests.kiosk.adapters.sql_samples import digest_of, filled, scanned, stamped

GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def tamper(url, *statements, **values):
    """Change the record as somebody would who owns the database: without its triggers."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.name == "sqlite":
            for (name,) in connection.execute(text(GUARDS)).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


def grow_again(url):
    """Compute the whole tree anew over leaves that were changed: a thorough forger."""
    engine = create_engine(url)
    with engine.connect() as connection:
        leaves = connection.execute(text("SELECT leaf FROM entries ORDER BY position")).scalars().all()
    engine.dispose()
    edge, nodes = Edge(), []
    for leaf in leaves:
        edge, new = edge.grown(leaf_hash(leaf))
        nodes += new
    tamper(url, "DELETE FROM nodes")
    engine = create_engine(url)
    with engine.begin() as connection:
        for (level, idx), found in nodes:
            values = {"level": level, "idx": idx, "hash": found}
            connection.execute(text("INSERT INTO nodes (level, idx, hash) VALUES (:level, :idx, :hash)"), values)
    engine.dispose()


def places(findings):
    return [(finding.code, finding.position) for finding in findings]


ALTER = "UPDATE entries SET leaf = :leaf WHERE position = :position"


def test_a_sound_record_has_no_findings(journal):
    """Q10."""
    filled(journal)

    assert journal.verify() == ()
    assert journal.verify(journal.checkpoint().short) == ()


def test_every_checkpoint_that_was_ever_printed_still_holds(sqlite_journal):
    """Q10: each sheet is a witness."""
    printed = []
    for n in range(20):
        sqlite_journal.append([scanned(n)])
        printed.append(sqlite_journal.checkpoint().short)

    assert [sqlite_journal.verify(checkpoint) for checkpoint in printed] == [()] * 20


@pytest.mark.parametrize("position", [0, 17, 40, 41])
def test_an_altered_entry_is_named(journal, record_url, position):
    """Q10."""
    entries = filled(journal)
    tamper(record_url, ALTER, leaf=entries[position].encode().replace(b"12345", b"54321"), position=position)
    findings = journal.verify()

    assert ("altered", position) in places(findings)
    assert {place for code, place in places(findings) if code == "altered"} == {position}


def test_a_file_keeps_a_text_out_of_a_column_of_bytes(sqlite_journal, sqlite_url):
    """Q10: else verification would meet what it can not hash."""
    filled(sqlite_journal)

    with pytest.raises(IntegrityError, match="cannot store TEXT value in BLOB column"):
        tamper(sqlite_url, ALTER, leaf="{}", position=3)


def test_entries_altered_to_the_same_text_are_each_named(journal, record_url):
    """Q10."""
    entries = filled(journal)
    for position in (4, 6):
        tamper(record_url, ALTER, leaf=entries[4].encode() + b" ", position=position)

    assert {("altered", 4), ("altered", 6)} <= set(places(journal.verify()))


def test_a_leaf_that_is_no_entry_any_more_is_named(journal, record_url):
    """Q10."""
    filled(journal)
    tamper(record_url, ALTER, leaf=b"\xff not JSON", position=5)

    assert set(places(journal.verify())) == {("altered", 5), ("projection", None)}


@pytest.mark.parametrize("column", ["subject", "by", "kind", "at"])
def test_a_column_that_does_not_say_what_its_leaf_says_is_named(journal, record_url, column):
    """Q10: else an entry would be hidden from whoever looks for it."""
    filled(journal)
    tamper(record_url, f"UPDATE entries SET \"{column}\" = '2026' WHERE position = 9")

    assert places(journal.verify()) == [("altered", 9)]


def test_a_missing_entry_is_named(journal, record_url):
    """Q10."""
    filled(journal)
    tamper(record_url, "DELETE FROM entries WHERE position IN (7, 8, 20)", "DELETE FROM mentions WHERE position IN (7, 8, 20)")

    findings = [finding for finding in journal.verify() if finding.code != "projection"]
    assert [(finding.code, finding.position, finding.detail) for finding in findings] == [
        ("missing", 7, "expected 2 entries, got none"),
        ("missing", 20, "expected 1 entries, got none"),
    ]


def test_an_entry_taken_out_with_the_others_moved_up_is_seen(journal, record_url):
    """Q10."""
    filled(journal)
    moves = [
        f"UPDATE {table} SET position = position + :by WHERE position > :above" for table in ("entries", "mentions", "documents")
    ]
    tamper(record_url, "DELETE FROM mentions WHERE position = 30", "DELETE FROM entries WHERE position = 30")
    tamper(record_url, "UPDATE documents SET position = NULL", *moves, by=1000, above=30)
    tamper(record_url, *moves, by=-1001, above=1000)

    found = places(journal.verify())
    assert [place for code, place in found if code == "reordered"] == list(range(30, 41))
    assert ("cut-off", 41) in found


def test_two_entries_that_changed_places_are_named(journal, record_url):
    """Q10."""
    entries = filled(journal)
    tamper(record_url, ALTER, leaf=entries[4].encode(), position=12)
    tamper(record_url, ALTER, leaf=entries[12].encode(), position=4)

    assert {place for code, place in places(journal.verify()) if code == "reordered"} >= {4, 12}


def test_entries_cut_off_the_end_are_seen_by_the_tree(journal, record_url):
    """Q10."""
    filled(journal)
    for table in ("documents", "mentions", "entries"):
        tamper(record_url, f"DELETE FROM {table} WHERE position >= 38")

    assert places(journal.verify()) == [("cut-off", 38)]


def test_a_record_cut_off_with_its_tree_is_seen_by_what_was_printed(journal, record_url):
    """Q10: nothing inside the record can tell; the paper can."""
    filled(journal)
    printed = journal.checkpoint().short
    for table in ("documents", "mentions", "entries"):
        tamper(record_url, f"DELETE FROM {table} WHERE position >= 38")
    grow_again(record_url)

    assert journal.verify() == ()
    assert places(journal.verify(printed)) == [("cut-off", 38)]


def test_a_record_cut_off_and_written_on_is_seen_by_what_was_printed(journal, record_url):
    """Q10."""
    filled(journal)
    printed = journal.checkpoint().short
    for table in ("documents", "mentions", "entries"):
        tamper(record_url, f"DELETE FROM {table} WHERE position >= 38")
    grow_again(record_url)
    journal.append([scanned(n) for n in range(60, 80)])

    assert journal.verify() == ()
    assert places(journal.verify(printed)) == [("checkpoint", None)]


def test_a_past_that_was_rewritten_with_its_tree_is_seen_by_the_stamps(journal, record_url):
    """Q10: every stamp holds the checkpoint of its time, and is on paper too."""
    entries = filled(journal)
    tamper(record_url, ALTER, leaf=entries[6].encode().replace(b"wedge", b"phone"), position=6)
    grow_again(record_url)

    assert places(journal.verify()) == [("checkpoint", 40)]


def test_a_stamp_over_a_record_that_was_never_there_is_seen(journal):
    """Q10."""
    journal.append([scanned(1)])
    for n, checkpoint in enumerate(["9-0123456789ab", "", "1-0123456789ab", "two"], 2):
        journal.append([stamped(n, b"x", checkpoint)], {digest_of(b"x"): b"x"})

    assert places(journal.verify()) == [("checkpoint", position) for position in (1, 2, 3, 4)]


@pytest.mark.parametrize(("level", "index", "first"), [(0, 6, 6), (1, 3, 6), (3, 1, 8), (5, 0, 0)])
def test_a_node_of_the_tree_that_was_altered_is_named_once(journal, record_url, level, index, first):
    """Q10: the lowest that is wrong, not all that follow from it."""
    filled(journal)
    tamper(
        record_url, "UPDATE nodes SET hash = :hash WHERE level = :level AND idx = :index", hash=b"\0" * 32, level=level, index=index
    )

    found = [place for code, place in places(journal.verify()) if code == "altered"]
    assert first in found
    assert len(found) <= 2


@pytest.mark.parametrize(("level", "index", "first"), [(0, 6, 6), (2, 1, 4)])
def test_a_node_of_the_tree_that_is_missing_is_named(journal, record_url, level, index, first):
    """Q10."""
    filled(journal)
    tamper(record_url, "DELETE FROM nodes WHERE level = :level AND idx = :index", level=level, index=index)

    assert ("altered", first) in places(journal.verify())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET bytes = :other WHERE digest = :digest",
        "UPDATE documents SET bytes = NULL WHERE digest = :digest",
        "DELETE FROM documents WHERE digest = :digest AND :other = :other",
    ],
)
def test_a_document_that_is_not_what_was_stamped_is_found(journal, record_url, statement):
    """Q10: altered, or gone without an entry that it expired."""
    filled(journal)
    digest = digest_of(b"%PDF sheet")
    values = {name: value for name, value in {"digest": digest, "other": b"%PDF forged"}.items() if f":{name}" in statement}
    tamper(record_url, statement.replace(" AND :other = :other", ""), **values)
    (finding,) = journal.verify()

    assert finding.code == "document"
    assert digest in finding.detail


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM mentions WHERE position = 11",
        "INSERT INTO mentions (number, position) VALUES ('8XXX1', 11)",
        "UPDATE mentions SET number = '8XXX1' WHERE position = 11",
    ],
)
def test_mentions_that_the_entries_do_not_make_are_found_and_made_again(journal, record_url, statement):
    """Q10: an entry that is not found by its number is as good as lost."""
    filled(journal)
    tamper(record_url, statement)

    assert places(journal.verify()) == [("projection", None)]
    journal.rebuild()
    assert journal.verify() == ()


@pytest.mark.parametrize("printed", ["", "12", "12-", "12-xyz", "-1-0123456789ab", "12-0123456789abc", "1_0-0123456789ab"])
def test_what_is_no_checkpoint_is_refused(sqlite_journal, printed):
    """Q10: a slip of the typist is no tampering."""
    with pytest.raises(Refusal, match="not-a-checkpoint"):
        sqlite_journal.verify(printed)


def test_a_checkpoint_is_read_as_people_type_it(sqlite_journal):
    """Q10."""
    filled(sqlite_journal)

    assert sqlite_journal.verify(f" {sqlite_journal.checkpoint().short.upper()}\n") == ()


def test_progress_goes_from_nothing_to_all(sqlite_journal):
    """Anything over two seconds shows progress."""
    sqlite_journal.append([scanned(n) for n in range(5000)])
    seen = []
    sqlite_journal.verify(progress=lambda done, total: seen.append((done, total)))

    assert seen == [(0, 5000), (4096, 5000), (5000, 5000)]


def test_a_record_of_many_chunks_is_sound_and_a_fault_in_it_is_found(sqlite_journal, sqlite_url):
    """Q10: across the borders of what is held in memory."""
    entries = [scanned(n) for n in range(9000)]
    sqlite_journal.append(entries)
    printed = sqlite_journal.checkpoint().short
    assert sqlite_journal.verify(printed) == ()
    tamper(sqlite_url, "DELETE FROM entries WHERE position BETWEEN 4090 AND 4100")
    tamper(sqlite_url, ALTER, leaf=entries[8191].encode() + b" ", position=8191)

    found = [place for place in places(sqlite_journal.verify(printed)) if place[0] != "projection"]
    assert sorted(found) == [("altered", 8191), ("missing", 4090), ("missing", 4096)]


def test_who_has_a_thousand_findings_has_enough(sqlite_journal, sqlite_url):
    """Bounded memory, whatever was done to the record."""
    sqlite_journal.append([scanned(n) for n in range(1500)])
    tamper(sqlite_url, "UPDATE entries SET \"by\" = 'nobody'")

    assert len(sqlite_journal.verify()) == 1000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 41), data=st.data())
def test_any_byte_of_any_leaf_that_is_changed_is_found(tmp_path_factory, position, data):
    """Q10."""
    url = f"sqlite:///{tmp_path_factory.mktemp('altered') / 'kiosk.db'}"
    journal = SqlJournal(url)
    leaf = bytearray(filled(journal)[position].encode())
    place = data.draw(st.integers(0, len(leaf) - 1))
    leaf[place] ^= data.draw(st.integers(1, 255))
    tamper(url, ALTER, leaf=bytes(leaf), position=position)

    assert ("altered", position) in places(journal.verify())
    journal.close()
