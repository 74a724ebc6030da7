"""Threads and processes on one record, and processes that are killed: nothing acknowledged is lost, nothing is half there."""

import os
import random
import shutil
import signal
import threading
from contextlib import suppress
from multiprocessing import get_context

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Conflict
from kiosk.core.journal import Entry, Opened, Refused
from tests.kiosk.adapters.sql_samples import START, answered, digest_of, filled, returned, scanned

FORK = get_context("fork")


def note(who, n):
    """One of many entries at one time."""
    return Entry(who, START, who, Refused(f"{who}-{n}", f"99999{n:09}", "x", {}))


def appending(url, who, many, size=2):
    """A process that appends and reports every position that was acknowledged."""
    journal = SqlJournal(url)
    positions = [journal.append([note(who, n)] * size) for n in range(many)]
    journal.close()
    return positions


def run_processes(url, many, act):
    with FORK.Pool(many) as pool:
        found = [pool.apply_async(act, (url, f"p{n}")) for n in range(many)]
        return [result.get(120) for result in found]


def append_fifty(url, who):
    return appending(url, who, 50)


def open_and_append_once(url, who):
    return appending(url, who, 1, 1)


def test_processes_that_append_at_once_lose_nothing(record_url, open_record):
    """Q10."""
    open_record(record_url).close()
    acknowledged = [position for positions in run_processes(record_url, 4, append_fifty) for position in positions]
    journal = open_record(record_url)

    assert sorted(acknowledged) == list(range(0, 400, 2))
    assert [len(journal.entries(f"p{n}")) for n in range(4)] == [100] * 4
    assert journal.verify() == ()


def test_processes_that_make_the_record_at_once_make_one(record_url, open_record):
    """A first start of several processes: the schema is made once, nobody fails."""
    positions = run_processes(record_url, 6, open_and_append_once)

    assert sorted(position for (position,) in positions) == list(range(6))
    assert open_record(record_url).verify() == ()


def test_threads_that_append_at_once_lose_nothing(journal):
    """Q10."""
    acknowledged = []
    threads = [
        threading.Thread(target=lambda who=who: acknowledged.extend(journal.append([note(who, n)]) for n in range(40)))
        for who in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(acknowledged) == list(range(160))
    assert journal.verify() == ()


def claim(url, who):
    """Give out ten sheet numbers, each to whoever is first."""
    journal, won = SqlJournal(url), []
    for n in range(10):
        with suppress(Conflict):
            journal.append([Entry(f"S.{n}", START, who, Opened("0453", who, "", ""))], after={f"S.{n}": 0})
            won.append(n)
    journal.close()
    return won


def test_of_processes_that_want_one_subject_one_gets_it(record_url, open_record):
    """Nothing is stamped twice."""
    open_record(record_url).close()
    won = [n for numbers in run_processes(record_url, 4, claim) for n in numbers]

    assert sorted(won) == list(range(10))


def append_for_ever(url, start, sender):
    """Append entries and documents, and tell every position once it was acknowledged."""
    journal, n = SqlJournal(url), start
    while True:
        slip = f"slip {n}".encode() * 500
        position = journal.append([scanned(n), answered(n), returned(n, slip)], {digest_of(slip): slip})
        os.write(sender.fileno(), b"%d\n" % position)
        n += 1


def killed_after(url, start, many):
    """The positions that a process acknowledged before it was killed, at some moment of its work."""
    receiver, sender = FORK.Pipe(duplex=False)
    child = FORK.Process(target=append_for_ever, args=(url, start, sender))
    child.start()
    sender.close()
    told = b""
    while told.count(b"\n") < many:
        told += os.read(receiver.fileno(), 4096)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    while some := os.read(receiver.fileno(), 4096):
        told += some
    receiver.close()
    return [int(line) for line in told.split()]


def test_a_process_killed_at_any_point_loses_nothing_it_acknowledged(record_url, open_record):
    """Kill the process at any point: all that was acknowledged is there, and nothing is half there."""
    open_record(record_url).close()
    chance, acknowledged = random.Random(6962), []
    for start in range(0, 16_000, 1000):
        acknowledged += killed_after(record_url, start, chance.randrange(1, 12))
        journal = open_record(record_url)
        size = journal.checkpoint().size

        assert size % 3 == 0
        assert acknowledged[-1] + 3 <= size
        assert journal.verify() == ()
        journal.close()
    entries = [found.entry for found in open_record(record_url).since(0)]
    assert {type(entries[position].fact).__name__ for position in acknowledged} == {"Scanned"}
    assert len(acknowledged) == len(set(acknowledged))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.33, 0.5, 0.77, 0.9, 0.99, 1.0])
def test_a_write_that_was_torn_by_a_power_cut_is_as_if_it_had_never_been(sqlite_journal, tmp_path, open_record, share):
    """Q10: the log is cut at any byte; what is left is a beginning of the record, and it verifies."""
    entries = filled(sqlite_journal)
    (tmp_path / "after").mkdir()
    shutil.copy(tmp_path / "kiosk.db", tmp_path / "after" / "kiosk.db")
    log = (tmp_path / "kiosk.db-wal").read_bytes()
    (tmp_path / "after" / "kiosk.db-wal").write_bytes(log[: int(len(log) * share)])
    journal = open_record(f"sqlite:///{tmp_path / 'after' / 'kiosk.db'}")

    left = [found.entry for found in journal.since(0)]
    assert left == entries[: len(left)]
    assert journal.verify() == ()
    assert share < 1 or left == entries
