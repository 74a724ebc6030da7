"""Backup and restore: a copy is whole and fits what was printed, or it is none."""

import sqlite3
import threading

import pytest

from kiosk.adapters.sql import SqlJournal, restore
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import BackedUp, Entry
from tests.kiosk.adapters.sql_samples import START, after, digest_of, filled, returned, scanned

NIGHT = after(3600)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request, tmp_path):
    """Where a copy is put back: the other engine, or another file."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'restored.db'}"
    return request.getfixturevalue("fresh_postgres")


def test_a_copy_is_the_record_of_its_moment_and_the_record_tells_of_it(journal, folder):
    """Q10, both engines: the copy is a file that stands for itself."""
    entries = filled(journal)
    path, checkpoint = journal.backup(folder, NIGHT, "station")

    assert (checkpoint.size, path.name) == (42, f"record-{checkpoint.short}.sqlite")
    assert [path.name for path in folder.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    told = journal.find(kind="BackedUp")
    assert [found.entry for found in told] == [Entry("record", NIGHT, "station", BackedUp(str(folder), checkpoint.short))]
    copy = SqlJournal(f"sqlite:///{path}?mode=ro")
    assert [found.entry for found in copy.since(0)] == entries
    assert copy.verify(checkpoint.short) == ()
    assert copy.document(digest_of(b"%PDF sheet")) == b"%PDF sheet"
    copy.close()


def test_a_copy_is_put_back_on_either_engine(sqlite_journal, folder, other_url, open_record):
    """Q10."""
    filled(sqlite_journal)
    path, checkpoint = sqlite_journal.backup(folder, NIGHT, "station")

    assert restore(path, other_url, checkpoint.short) == checkpoint
    restored = open_record(other_url)
    assert list(restored.since(0)) == list(sqlite_journal.since(0))[:42]
    assert restored.verify(checkpoint.short) == ()
    assert restored.document(digest_of(b"%PDF slip")) == b"%PDF slip"
    assert restored.find(number="99999-000000003") == sqlite_journal.find(number="99999-000000003")
    assert restored.append([scanned(90)]) == 42


def test_a_copy_from_postgresql_is_put_back_into_a_file(fresh_postgres, folder, sqlite_url, open_record):
    """Q10."""
    journal = open_record(fresh_postgres)
    filled(journal)
    path, checkpoint = journal.backup(folder, NIGHT, "station")

    restore(path, sqlite_url, checkpoint.short)
    assert open_record(sqlite_url).checkpoint() == checkpoint


def test_a_record_that_is_the_beginning_of_the_copy_is_completed(journal, record_url, folder, tmp_path, open_record):
    """Q10: and a copy that is put back twice is harmless. Whoever has the record open goes on."""
    filled(journal, 5)
    early, printed = journal.backup(folder, NIGHT, "station")
    late_url = f"sqlite:///{tmp_path / 'late.db'}"
    restore(early, late_url, printed.short)
    running = open_record(late_url)
    assert running.append([found.entry for found in journal.since(printed.size)]) == printed.size
    journal.append([returned(9000, b"late slip")], {digest_of(b"late slip"): b"late slip"})
    late, newest = journal.backup(folder, after(9001), "station")

    assert restore(late, late_url, newest.short) == newest
    assert restore(late, late_url, newest.short) == newest
    assert running.append([scanned(9002)]) == newest.size
    assert running.document(digest_of(b"late slip")) == b"late slip"
    assert running.verify(newest.short) == ()


def test_a_record_with_other_entries_is_not_overwritten(sqlite_journal, folder, other_url, open_record):
    """Q10: what is there is never lost."""
    filled(sqlite_journal)
    path, checkpoint = sqlite_journal.backup(folder, NIGHT, "station")
    other = open_record(other_url)
    other.append([scanned(1)])

    with pytest.raises(Refusal, match="record-differs"):
        restore(path, other_url, checkpoint.short)
    assert other.checkpoint().size == 1
    assert other.verify() == ()


def test_a_record_that_went_on_is_not_set_back(sqlite_journal, sqlite_url, folder):
    """Q10: the copy is older than the record."""
    filled(sqlite_journal)
    path, checkpoint = sqlite_journal.backup(folder, NIGHT, "station")

    with pytest.raises(Refusal, match="record-differs"):
        restore(path, sqlite_url, checkpoint.short)
    assert sqlite_journal.checkpoint().size == 43


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET leaf = CAST(replace(CAST(leaf AS TEXT), '12345', '54321') AS BLOB) WHERE position = 3",
        "UPDATE documents SET bytes = X'00'",
        "DELETE FROM mentions",
        "DELETE FROM entries WHERE position = 3",
    ],
)
def test_a_copy_that_was_tampered_with_is_not_put_back(sqlite_journal, folder, tmp_path, statement):
    """Q10: it is looked at before it takes the place of anything."""
    filled(sqlite_journal)
    path, checkpoint = sqlite_journal.backup(folder, NIGHT, "station")
    connection = sqlite3.connect(path)
    for trigger in ("entries_no_update", "entries_no_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(statement)
    connection.commit()
    connection.close()

    with pytest.raises(Refusal, match="copy-unsound"):
        restore(path, f"sqlite:///{tmp_path / 'restored.db'}", checkpoint.short)
    assert not (tmp_path / "restored.db").exists()


def test_a_copy_of_another_record_is_not_put_back(sqlite_journal, folder, tmp_path):
    """Q10: sound in itself, and not what was printed."""
    filled(sqlite_journal)
    path, checkpoint = sqlite_journal.backup(folder, NIGHT, "station")

    with pytest.raises(Refusal, match="copy-unsound"):
        restore(path, f"sqlite:///{tmp_path / 'restored.db'}", f"{checkpoint.size}-000000000000")
    with pytest.raises(Refusal, match="copy-unsound"):
        restore(path, f"sqlite:///{tmp_path / 'restored.db'}", f"{checkpoint.size + 1}-000000000000")


def test_a_copy_that_is_no_record_or_not_there_is_told(tmp_path, folder):
    """Q10."""
    (folder / "garbage.sqlite").write_bytes(b"not a database" * 500)
    for name, code in (("garbage.sqlite", "corrupt"), ("nowhere.sqlite", "gone")):
        with pytest.raises(Unavailable) as unavailable:
            restore(folder / name, f"sqlite:///{tmp_path / 'restored.db'}", "1-0123456789ab")
        assert (unavailable.value.part, unavailable.value.code) == ("backup", code)


def test_a_folder_that_takes_no_copy_is_told_as_the_copy_s_fault(sqlite_journal, tmp_path):
    """Q10: the record itself is well, and does not say that it was backed up."""
    filled(sqlite_journal)
    with pytest.raises(Unavailable) as unavailable:
        sqlite_journal.backup(tmp_path / "nowhere", NIGHT, "station")

    assert (unavailable.value.part, unavailable.value.code) == ("backup", "gone")
    assert sqlite_journal.count("BackedUp") == 0


def test_a_copy_that_breaks_off_leaves_nothing_in_the_folder(sqlite_journal, folder):
    """Q10: whoever finds a file there finds a whole one."""
    filled(sqlite_journal)

    def broken(done, total):
        raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable, match="backup"):
        sqlite_journal.backup(folder, NIGHT, "station", broken)
    assert list(folder.iterdir()) == []


def test_a_copy_is_of_one_moment_while_others_write(journal, folder):
    """Q10: writers do not wait, and what they write meanwhile is not in it."""
    filled(journal)
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set() or not written:
            written.append(journal.append([scanned(3600)]))

    def meanwhile(done, total):
        while not written:
            pass

    writer = threading.Thread(target=write)
    with journal._database.snapshot() as held:
        held.first("SELECT count(*) FROM entries")
        writer.start()
        meanwhile(0, 0)
    path, checkpoint = journal.backup(folder, NIGHT, "station")
    stop.set()
    writer.join()

    copy = SqlJournal(f"sqlite:///{path}?mode=ro")
    assert copy.verify(checkpoint.short) == ()
    copy.close()
    assert journal.verify(checkpoint.short) == ()


def test_expired_documents_stay_expired_in_a_copy(sqlite_journal, folder, tmp_path, open_record):
    """Q10: a copy brings nothing back."""
    filled(sqlite_journal)
    later = START.replace(year=2033)
    sqlite_journal.expire(later, "station")
    path, checkpoint = sqlite_journal.backup(folder, later, "station")
    restore(path, f"sqlite:///{tmp_path / 'restored.db'}", checkpoint.short)

    with pytest.raises(Refusal, match="document-expired"):
        open_record(f"sqlite:///{tmp_path / 'restored.db'}").document(digest_of(b"%PDF sheet"))
