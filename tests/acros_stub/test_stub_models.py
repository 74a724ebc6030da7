"""The schema: made by its migrations, the same on both engines, loaded only when there is something to migrate."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

import acros_stub
from acros_stub import database, models
from acros_stub.database import NoStoreError


def test_the_migrations_make_what_the_tables_say(store):
    with store.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), models.metadata) == []


def test_the_newest_version_is_the_last_migration():
    config = Config()
    config.set_main_option("script_location", str(Path(acros_stub.__file__).parent / "migrations"))

    assert ScriptDirectory.from_config(config).get_current_head() == models.SCHEMA


def test_a_store_at_the_newest_version_does_not_load_alembic(tmp_path):
    """An officer waits for the first answer after a start."""
    url = f"sqlite:///{tmp_path / 'acros.sqlite3'}"
    database.create(url).dispose()
    code = f"""
import sys
from acros_stub import web, database
database.create({url!r}).dispose()
assert web.create_app({url!r})
loaded = {{"alembic", "sqlalchemy.orm", "schemathesis", "gunicorn", "click", "psycopg"}} & set(sys.modules)
assert loaded <= {{"click"}}, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_processes_that_make_a_store_at_once_make_one(url):
    barrier = threading.Barrier(4)

    def create(_):
        barrier.wait()
        database.create(url).dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, range(4)))

    engine = database.create(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    engine.dispose()


def test_a_store_of_a_newer_program_is_refused(store, url):
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NoStoreError, match="got 9999: made by a newer program"):
        database.create(url)
    reader = database.reader(url)
    with pytest.raises(NoStoreError, match="made by a newer program"):
        database.ready(reader)
    reader.dispose()


def test_a_write_that_fails_leaves_nothing(store):
    twice = [{"request": "99999001495785"}, {"request": "99999001495785"}]
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(models.requests.insert(), twice)

    with store.connect() as connection:
        assert connection.execute(select(models.requests)).all() == []


def test_an_event_of_no_request_is_refused(store):
    event = {"request": "99999001495785", "at": 0, "indicator": "4", "office": "", "sub_location": "", "service_option": ""}
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(models.events.insert().values(event))


def test_threads_that_read_and_write_lose_no_update(store):
    """BEGIN IMMEDIATE (stack.md, F): with a deferred BEGIN these would be lost or locked out."""
    with store.begin() as connection:
        connection.execute(models.faults.insert().values(id=1, kind="slow", how="", milliseconds=0))
    locked = select(models.faults.c.milliseconds).with_for_update()

    def add(_):
        with store.begin() as connection:
            found = connection.execute(locked).scalar_one()
            connection.execute(models.faults.update().values(milliseconds=found + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(40)))

    with store.connect() as connection:
        assert connection.execute(select(models.faults.c.milliseconds)).scalar() == 40


def test_sqlite_is_durable_and_checks_its_keys(tmp_path):
    engine = database.create(f"sqlite:///{tmp_path / 'acros.sqlite3'}")
    with engine.connect() as connection:
        got = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()

    assert got == ["wal", 2, 1, 10_000]


@pytest.mark.parametrize("odd", ["a%20b", "wh?at#", "d'oh é"])
def test_a_folder_may_have_any_name(tmp_path, odd):
    file = tmp_path / odd / "acros.sqlite3"
    database.create(database.file_url(file)).dispose()

    assert file.exists()
