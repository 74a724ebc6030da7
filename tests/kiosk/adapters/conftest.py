"""Records on both engines."""

import pytest

from kiosk.adapters.sql import SqlJournal


@pytest.fixture
def sqlite_url(tmp_path):
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'kiosk.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def record_url(request):
    """The URL of an empty database, one engine after the other."""
    return request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "fresh_postgres"}[request.param])


@pytest.fixture
def open_record():
    """Open records that are closed after the test."""
    opened = []

    def opener(url, wait=5.0):
        opened.append(SqlJournal(url, wait))
        return opened[-1]

    yield opener
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(record_url, open_record):
    """An empty record, on each engine."""
    return open_record(record_url)


@pytest.fixture
def sqlite_journal(sqlite_url, open_record):
    """An empty record in a file."""
    return open_record(sqlite_url)
