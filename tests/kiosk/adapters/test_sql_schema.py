"""The schema: made at first use, changed only by alembic, and never touched by an older kiosk."""

import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from kiosk.adapters import sql
from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import HEAD
from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.sql_samples import filled


def test_the_newest_step_is_the_one_that_the_record_asks_for():
    """Else alembic would run at every start, or never."""
    folder = sql.__path__[0] + "/migrations"

    assert ScriptDirectory(folder).get_current_head() == HEAD


def test_a_record_of_a_newer_kiosk_is_left_alone(journal, record_url):
    """An older kiosk must not write what it does not understand."""
    filled(journal)
    engine = create_engine(record_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(Unavailable) as unavailable:
        SqlJournal(record_url)
    assert unavailable.value.code == "schema"
    assert "expected 0003 or older" in unavailable.value.detail
    assert journal.checkpoint().size == 42


def test_a_copy_that_is_only_read_gets_no_schema(tmp_path):
    """A file without a record is none, and stays as it is."""
    (tmp_path / "empty.sqlite").touch()

    with pytest.raises(Unavailable, match="schema"):
        SqlJournal(f"sqlite:///{tmp_path / 'empty.sqlite'}?mode=ro")
    assert (tmp_path / "empty.sqlite").read_bytes() == b""


def test_alembic_is_loaded_only_where_a_step_is_to_be_taken(journal, record_url):
    """A start costs no more than it must; on SQLite not even PostgreSQL's driver is loaded."""
    program = "import sys; from kiosk.adapters.sql import SqlJournal; SqlJournal(sys.argv[1]).close(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program, record_url], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    assert not {"alembic", "mako", "sqlalchemy.orm"} & loaded
    assert ("psycopg" in loaded) == record_url.startswith("postgresql")


def test_a_path_may_hold_any_character(tmp_path):
    """A home folder is named by people."""
    folder = tmp_path / "Bureau d'été 100% #1 & co"
    folder.mkdir()
    journal = SqlJournal(f"sqlite:///{folder / 'kiosk.db'}")
    filled(journal)
    path, checkpoint = journal.backup(folder, journal.newest(), "station")
    journal.close()

    assert sql.restore(path, f"sqlite:///{folder / 'again.db'}", checkpoint.short) == checkpoint


def test_every_commit_of_a_file_is_on_the_disk_before_it_is_acknowledged(sqlite_journal):
    """A power cut loses nothing that was acknowledged."""
    with sqlite_journal._database.reading() as transaction:
        settings = [transaction.first(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert settings == ["wal", 2, 1]


def test_on_postgresql_every_commit_is_on_the_disk_whatever_the_server_s_default(fresh_postgres, open_record):
    """A power cut loses nothing that was acknowledged."""
    with open_record(fresh_postgres)._database.reading() as transaction:
        assert transaction.first("SHOW synchronous_commit") == ("on",)
