"""Finding by client, time and badge; and records that were made before that could be done."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from kiosk.adapters import sql
from kiosk.adapters.sql import SqlJournal, search
from kiosk.adapters.sql.database import transaction_of
from kiosk.adapters.sql.leaves import write
from kiosk.core.faults import Unavailable
from kiosk.core.journal import Entry, Opened
from kiosk.core.tree import Edge
from tests.kiosk.adapters.sql_samples import after, scanned


def opened(n, name="Déménagements Zoé", ident="C-1", by="12345"):
    return Entry(f"K7QD.{n:06}", after(n), by, Opened("0453", name, ident, ""))


def made_before(url, entries):
    """A record as the first kiosk left it: its schema, and nothing by which a client is found."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", sql.__path__[0] + "/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        with transaction_of(connection) as transaction:
            edge = write(transaction, Edge(), [(entry, entry.encode()) for entry in entries])
            transaction.run("DELETE FROM mentions WHERE number >= 'client:' AND number < 'client;'")
    engine.dispose()
    return edge


OLD = [opened(1), scanned(2, subject="K7QD.000001"), opened(3, "Example", ""), opened(4, "", "")]


def test_a_record_made_before_is_found_by_its_clients(record_url, open_record):  # Q10
    made_before(record_url, OLD)
    journal = open_record(record_url)

    assert journal.subjects("Opened", 9, names=["zoe"]) == ("K7QD.000001",)
    assert journal.subjects("Opened", 9, names=["exam"]) == ("K7QD.000003",)
    assert journal.verify() == ()
    journal.append([opened(5)])
    assert journal.subjects("Opened", 9, names=["zoe", "c"]) == ("K7QD.000005", "K7QD.000001")
    assert journal.verify() == ()


def test_a_record_of_many_sheets_made_before_is_found_too(sqlite_url, open_record):
    made_before(sqlite_url, [opened(n, f"Client {n}", "") for n in range(5000)])
    journal = open_record(sqlite_url)

    assert journal.subjects("Opened", 9, names=["4999"]) == ("K7QD.004999",)
    assert journal.verify() == ()


def test_a_copy_made_before_is_put_back_and_stays_as_it_is(tmp_path):  # Q10: a backup is kept for years
    copy = tmp_path / "copy.sqlite"
    edge = made_before(f"sqlite:///{copy}", OLD)
    before = copy.read_bytes()
    against = f"4-{edge_root(edge)}"

    assert sql.restore(copy, f"sqlite:///{tmp_path / 'new.db'}", against).short == against
    assert copy.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix not in {".db-wal", ".db-shm"}) == [
        "copy.sqlite",
        "new.db",
    ]
    journal = SqlJournal(f"sqlite:///{tmp_path / 'new.db'}")
    assert journal.subjects("Opened", 9, names=["zoe"]) == ("K7QD.000001",)
    assert journal.verify(against) == ()
    journal.close()


def edge_root(edge):
    from kiosk.core.proof import Checkpoint

    return Checkpoint(edge.size, edge.root).short.partition("-")[2]


def test_a_copy_of_a_newer_kiosk_is_not_put_back(tmp_path):
    copy = tmp_path / "copy.sqlite"
    made_before(f"sqlite:///{copy}", OLD)
    engine = create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()

    with pytest.raises(Unavailable, match="schema"):
        sql.restore(copy, f"sqlite:///{tmp_path / 'new.db'}", "4-0123456789ab")
    assert not Path(tmp_path / "new.db").exists()


def test_positions_follow_times(journal):
    journal.append([scanned(n) for n in (1, 1, 5)])

    assert [journal.not_before(after(n)) for n in (0, 1, 2, 5, 6)] == [0, 0, 2, 2, 3]
    assert [found.position for found in journal.span(1, 3)] == [1, 2]
    assert journal.span(2, 2) == ()


def test_subjects_fit_all_that_is_given_newest_first(journal):
    journal.append([opened(1), opened(2, "Example", "C-1", "AAA"), scanned(3, subject="K7QD.000001", by="AAA")])
    journal.append([opened(4, "Example", "C-2", "BBB")])

    assert journal.subjects("Opened", 9) == ("K7QD.000004", "K7QD.000002", "K7QD.000001")
    assert journal.subjects("Opened", 2) == ("K7QD.000004", "K7QD.000002")
    assert journal.subjects("Opened", 9, badge="AAA") == ("K7QD.000002", "K7QD.000001")
    assert journal.subjects("Opened", 9, badge="AAA", names=["exam"]) == ("K7QD.000002",)
    assert journal.subjects("Opened", 9, span=(2, 4)) == ("K7QD.000004", "K7QD.000001")
    assert journal.subjects("Opened", 9, number="99999-001495785", subject="K7QD.000001") == ("K7QD.000001",)
    assert journal.subjects("Opened", 9, names=["exam", "c", "2"]) == ("K7QD.000004",)
    assert journal.tally("Opened", 1) == {"K7QD.000002": 1, "K7QD.000004": 1}


def test_a_name_is_found_newest_first_and_never_by_a_number_that_looks_like_it(journal):
    journal.append([opened(1), scanned(2, "client:zoe"), opened(3), scanned(4, "CLIENT:ZOE")])

    assert [found.position for found in journal.named("zo", 9)] == [2, 0]
    assert [found.position for found in journal.named("zo", 1)] == [2]
    assert journal.find(number="zoe") == ()


def test_the_lists_made_again_hold_the_clients(journal):
    journal.append([opened(1)])
    journal.rebuild()

    assert journal.subjects("Opened", 9, names=["zoe"]) == ("K7QD.000001",)
    assert journal.verify() == ()


def test_no_search_tries_every_position_with_every_subject(sqlite_journal):
    """An officer never waits: at a million entries that would take hours."""
    with sqlite_journal._database.reading() as transaction:

        class Explained:
            def rows(self, statement, **values):
                return [step[-1:] for step in transaction.rows(f"EXPLAIN QUERY PLAN {statement}", **values)]

        plan = search.subjects(Explained(), "Opened", search.wanted(None, "9", ["a", "b"], "x", (0, 9)), 9)

    assert plan
    assert not [step for step in plan if "position=?" in step and "subject=?" in step]
