"""The record verified by a process of its own: it says what the record itself would say, and never that all is well unasked."""

import os
import sqlite3
import sys

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql import examiner as room
from kiosk.adapters.sql.examiner import Examiner
from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.sql_samples import scanned


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a % record?.sqlite3"


@pytest.fixture
def url(path):
    from kiosk.adapters.sql.database import file_url

    return file_url(path).render_as_string(hide_password=False)


@pytest.fixture
def journal(url):
    journal = SqlJournal(url)
    journal.append([scanned(n) for n in range(7)])
    yield journal
    journal.close()


def test_a_sound_record_is_found_sound_and_how_far_it_is_is_told(journal, url):
    told = []

    assert Examiner(url).verify(None, lambda *step: told.append(step)) == ()
    assert told[-1] == (7, 7)


def test_it_finds_what_the_record_itself_finds(journal, url, path):
    """Q10: while the counter goes on."""
    with sqlite3.connect(path) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM entries WHERE position = 3")

    found = Examiner(url).verify()

    assert found
    assert found == journal.verify()


def test_a_checkpoint_that_does_not_stand_on_the_record_is_a_finding(journal, url):
    against = f"7-{'0' * 12}"

    assert Examiner(url).verify(against) == journal.verify(against) != ()


def test_what_is_no_checkpoint_is_told_as_such(journal, url):
    with pytest.raises(Unavailable) as no:
        Examiner(url).verify("nonsense")

    assert no.value.code not in ("stopped", "")


def test_a_record_that_is_gone_is_not_begun_anew(url, path):
    with pytest.raises(Unavailable):
        Examiner(url).verify()

    assert not path.exists()


@pytest.mark.parametrize("program", ["/bin/true", "/bin/false", "/nowhere/python"])
def test_a_process_that_ends_too_soon_or_never_begins_finds_nothing_sound(journal, url, program, monkeypatch):
    monkeypatch.setattr(room.sys, "executable", program)

    with pytest.raises(Unavailable, match="stopped"):
        Examiner(url).verify()


def test_a_process_that_is_killed_in_the_middle_finds_nothing_sound(journal, url, tmp_path, monkeypatch):
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\nread asked\necho \'{"done": 3, "total": 7}\'\nkill -9 $$\n')
    program.chmod(0o700)
    monkeypatch.setattr(room.sys, "executable", str(program))
    told = []

    with pytest.raises(Unavailable, match="stopped"):
        Examiner(url).verify(None, lambda *step: told.append(step))
    assert told == [(3, 7)]


def test_nothing_of_the_address_stands_in_the_list_of_processes(journal, url, tmp_path, monkeypatch):
    """A server's address holds its password."""
    program, seen = tmp_path / "python", tmp_path / "seen"
    program.write_text(f'#!/bin/sh\necho "$@" >{seen}\nexec {sys.executable} "$@"\n')
    program.chmod(0o700)
    monkeypatch.setattr(room.sys, "executable", str(program))

    assert Examiner(url).verify() == ()
    assert seen.read_text().split() == ["-m", "kiosk.adapters.sql.examiner"]
    assert os.fspath(tmp_path) not in seen.read_text()
