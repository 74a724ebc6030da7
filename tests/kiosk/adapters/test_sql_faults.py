"""What databases and disks fail at: each has its word, nothing of the failed append is there, and the next one works."""

import os
import resource
import shutil
import signal
import sqlite3
import tempfile
import threading
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.faults import code_of
from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.sql_samples import digest_of, filled, returned, scanned

BIG = os.urandom(3_000_000)
NOBODY = 65534


def fails(code, act):
    """An act fails as the journal's, with a code; the detail."""
    with pytest.raises(Unavailable) as unavailable:
        act()
    assert (unavailable.value.part, unavailable.value.code) == ("journal", code)
    assert unavailable.value.detail
    return unavailable.value.detail


def append_big(journal, n=50):
    return journal.append([returned(n, BIG)], {digest_of(BIG): BIG})


def in_child(act):
    """What an act answers in a process of its own, which may be limited in what it can do."""
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(act()))
    child.start()
    sender.close()
    answer = receiver.recv() if receiver.poll(60) else "no answer"
    child.join()
    return answer


def code_when(act):
    try:
        act()
    except Unavailable as error:
        return error.code
    return "done"


def sqlite_with(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def limit_pages(journal):
    """Let the file grow by three pages and no more, as a full disk does."""
    with journal._database.reading() as transaction:
        (pages,) = transaction.first("PRAGMA page_count")
        transaction.first(f"PRAGMA max_page_count = {pages + 3}")


def test_a_full_disk_is_told_and_nothing_of_the_append_is_there(sqlite_journal):
    """Q6, Q10: a stamp that could not be recorded is no stamp."""
    filled(sqlite_journal)
    before = sqlite_journal.checkpoint()
    limit_pages(sqlite_journal)
    fails("disk-full", lambda: append_big(sqlite_journal))

    assert sqlite_journal.checkpoint() == before
    assert sqlite_journal.verify(before.short) == ()
    assert sqlite_journal.append([scanned(60)]) == before.size


def test_on_postgresql_a_full_disk_is_told_and_nothing_of_the_append_is_there(fresh_postgres, open_record):
    """Q6, Q10: the server reports the fault in the midst of the append, after the entry was written."""
    journal = open_record(fresh_postgres)
    filled(journal)
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
        )
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON mentions EXECUTE FUNCTION full_disk()")
    fails("disk-full", lambda: journal.append([scanned(60)]))
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("DROP TRIGGER full_disk ON mentions")

    assert journal.append([scanned(60)]) == 42
    assert journal.verify() == ()


def test_a_file_that_may_not_grow_is_told_and_the_record_stays_whole(sqlite_journal, sqlite_url):
    """Q10: the system refuses the write itself, in the midst of it."""
    filled(sqlite_journal)
    sqlite_journal.close()

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        journal = SqlJournal(sqlite_url)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        codes = [code_when(lambda: append_big(journal)), code_when(lambda: journal.append([scanned(60)]))]
        journal.close()
        return codes

    assert in_child(limited) == ["gone", "done"]
    assert sqlite_journal.checkpoint().size == 43
    assert sqlite_journal.verify() == ()


@pytest.fixture
def public_folder():
    """A folder that other users can enter: the administrator's rights pass over all modes, so nobody is asked to write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def as_nobody(act):
    """What an act answers for a user without rights."""

    def acting():
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return act()

    return in_child(acting)


@pytest.mark.parametrize("side_files", [True, False])
def test_a_read_only_disk_is_told(public_folder, side_files):
    """Q10: with SQLite's side files there, and without."""
    path = public_folder / "kiosk.db"
    journal = SqlJournal(f"sqlite:///{path}")
    filled(journal)
    if not side_files:
        journal.close()
    for file in public_folder.iterdir():
        file.chmod(0o444)
    public_folder.chmod(0o555)

    def opened_and_written():
        SqlJournal(f"sqlite:///{path}").append([scanned(60)])

    assert as_nobody(lambda: code_when(opened_and_written)) == "read-only"
    journal.close()


def test_a_folder_where_no_record_can_be_made_is_told(public_folder):
    """Q10."""
    public_folder.chmod(0o555)

    assert as_nobody(lambda: code_when(lambda: SqlJournal(f"sqlite:///{public_folder / 'kiosk.db'}"))) == "read-only"


def test_on_postgresql_a_read_only_server_is_told(fresh_postgres, open_record):
    """Q10: a replica."""
    open_record(fresh_postgres).close()
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")
    fails("read-only", lambda: open_record(fresh_postgres).append([scanned(1)]))


def test_a_folder_that_is_not_there_is_told(tmp_path):
    """Q10."""
    fails("gone", lambda: SqlJournal(f"sqlite:///{tmp_path / 'nowhere' / 'kiosk.db'}"))


def test_a_server_that_is_not_there_is_told():
    """Q10."""
    fails("gone", lambda: SqlJournal("postgresql://kiosk@/kiosk?host=/nowhere"))


def test_a_record_that_somebody_holds_is_locked_and_free_again_after(record_url, open_record):
    """Q10: an officer does not wait for ever."""
    holder, journal = open_record(record_url), open_record(record_url, wait=0.05)
    with holder._database.writing():
        fails("locked", lambda: journal.append([scanned(1)]))

    assert journal.append([scanned(1)]) == 0


def test_readers_do_not_wait_for_a_writer(journal, record_url, open_record):
    """Q10."""
    filled(journal)
    reader = open_record(record_url, wait=0.05)
    with journal._database.writing():
        assert reader.checkpoint().size == 42
        assert reader.verify() == ()


def test_a_connection_that_was_cut_is_told_once(fresh_postgres, open_record):
    """Q10: the next append has a new one."""
    journal = open_record(fresh_postgres)
    filled(journal)
    with psycopg.connect(fresh_postgres, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
    fails("gone", lambda: journal.append([scanned(60)]))

    assert journal.append([scanned(60)]) == 42
    assert journal.verify() == ()


def test_a_connection_cut_in_the_midst_of_an_append_leaves_nothing(fresh_postgres, open_record):
    """Q10."""
    journal = open_record(fresh_postgres)
    filled(journal)
    with psycopg.connect(fresh_postgres, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$",
        )
        connection.execute("CREATE TRIGGER cut AFTER INSERT ON mentions EXECUTE FUNCTION cut()")
        fails("gone", lambda: journal.append([scanned(60)]))
        connection.execute("DROP TRIGGER cut ON mentions")

    assert journal.checkpoint().size == 42
    assert journal.append([scanned(60)]) == 42


def test_a_file_that_was_taken_away_is_not_made_anew_in_silence(sqlite_journal, tmp_path):
    """Q10: or all that is written from now on would be lost with nobody knowing."""
    filled(sqlite_journal)
    (tmp_path / "kiosk.db").rename(tmp_path / "taken.db")
    fails("gone", lambda: sqlite_journal.append([scanned(60)]))
    fails("gone", sqlite_journal.checkpoint)

    assert not (tmp_path / "kiosk.db").exists()


def test_a_file_that_was_replaced_is_the_record_from_then_on(sqlite_journal, tmp_path, open_record):
    """Q10: nothing goes into the file that is no longer there, and the old edge of the tree is not used on the new one."""
    filled(sqlite_journal)
    other = open_record(f"sqlite:///{tmp_path / 'other.db'}")
    filled(other, many=7)
    other.close()
    for name in ("kiosk.db", "kiosk.db-wal", "kiosk.db-shm"):
        (tmp_path / name).unlink()
    (tmp_path / "other.db").rename(tmp_path / "kiosk.db")

    assert sqlite_journal.append([scanned(60)]) == 16
    assert sqlite_journal.verify() == ()


def test_a_file_that_is_no_database_is_told(tmp_path):
    """Q10."""
    (tmp_path / "kiosk.db").write_bytes(b"%PDF-1.7 not a database" * 100)
    fails("corrupt", lambda: SqlJournal(f"sqlite:///{tmp_path / 'kiosk.db'}"))


def test_a_damaged_file_is_told(sqlite_journal, tmp_path, open_record):
    """Q10: a disk that wrote nonsense."""
    filled(sqlite_journal, many=300)
    sqlite_journal.close()
    content = bytearray((tmp_path / "kiosk.db").read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    (tmp_path / "kiosk.db").write_bytes(content)

    fails("corrupt", lambda: list(open_record(f"sqlite:///{tmp_path / 'kiosk.db'}").since(0)))


def test_an_entry_that_no_kiosk_wrote_is_told(sqlite_journal, tmp_path):
    """Q10: it is not passed over."""
    filled(sqlite_journal)
    sqlite_with(tmp_path / "kiosk.db", "DROP TRIGGER entries_no_update")
    sqlite_with(tmp_path / "kiosk.db", "UPDATE entries SET leaf = X'7B7D' WHERE position = 3")

    assert "entry 3" in fails("corrupt", lambda: list(sqlite_journal.since(0)))
    fails("corrupt", lambda: sqlite_journal.entries("0453.1"))
    fails("corrupt", lambda: sqlite_journal.find(kind="Answered"))


def test_nothing_is_appended_to_a_record_whose_end_was_cut_off(sqlite_journal, tmp_path):
    """Q10: the tree remembers, and the new entry does not take the place of the old."""
    filled(sqlite_journal)
    sqlite_with(tmp_path / "kiosk.db", "DROP TRIGGER entries_no_delete")
    sqlite_with(tmp_path / "kiosk.db", "DELETE FROM entries WHERE position > 37")

    fails("corrupt", lambda: sqlite_journal.append([scanned(60)]))


def test_a_table_that_is_gone_is_told(sqlite_journal, tmp_path):
    """Q10."""
    sqlite_with(tmp_path / "kiosk.db", "DROP TABLE mentions")
    fails("corrupt", lambda: sqlite_journal.append([scanned(1)]))


def test_more_readers_than_connections_are_told(sqlite_url, open_record):
    """Q10: nobody waits for ever."""
    journal, done = open_record(sqlite_url, wait=0.05), threading.Event()
    holders = [threading.Thread(target=lambda: _hold(journal, done)) for _ in range(15)]
    for holder in holders:
        holder.start()
    try:
        for _ in range(2000):
            code = code_when(journal.newest)
            if code != "done":
                break
    finally:
        done.set()
        for holder in holders:
            holder.join()

    assert code == "locked"
    assert journal.newest() is None


def _hold(journal, done):
    with journal._database.reading():
        done.wait(30)


def test_a_fault_of_ours_is_no_fault_of_the_database():
    """Anything else ends the process with a traceback."""
    assert code_of(ValueError("x")) is None
    assert code_of(sqlite3.ProgrammingError("Incorrect number of bindings supplied")) is None
