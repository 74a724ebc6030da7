"""Loading a feed, on SQLite and on PostgreSQL: all of it or nothing, once, and going on where it broke off (fault 3)."""

import json
import os
import signal
import subprocess
import sys
import threading
from itertools import count

import pytest
from sqlalchemy import text

from acros_stub import database, staging
from acros_stub import load as loading
from acros_stub.load import load
from acros_stub.shapes import HEADER
from acros_stub.staging import FeedError

GOOD = "99999001495785,XXXX0000012345,911,0453,9453,{},2026-11-22T15:04:{:02}+00:00"
TABLES = {"requests": "request", "cargo": "ccn, request", "events": "request, at, indicator, office, sub_location, service_option"}


def lines(number, start=0):
    return [
        f"{99999100000000 + i},XXXX{i:08},911,453,9453,{('24', '4')[i % 2]},2026-11-22T15:04:05.{i:06}Z"
        for i in range(start, start + number)
    ]


def content(url):
    """All that readers can see, and what is left in staging."""
    engine = database.reader(url)
    with engine.connect() as connection:
        tables = {
            name: [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM {name} ORDER BY {columns}"))]
            for name, columns in TABLES.items()
        }
        tables["staged"] = connection.execute(text("SELECT count(*) FROM staged")).scalar()
    engine.dispose()
    return tables


def test_a_feed_of_csv_is_in_the_store_with_its_bad_rows_named(store, url, feed):
    file = feed(GOOD.format("24", 1), "x", GOOD.format("4", 2), GOOD.format("4", 2), ",XXXX-77001122,,,,1,2026-11-22T15:04:05Z", "")

    report = load(store, file)

    assert (report.rows, report.new, report.resumed_at, report.again) == (4, 3, 0, False)
    assert [tuple(bad) for bad in report.bad] == [(3, "row", "7 fields", "1")]
    seen = content(url)
    assert seen["requests"] == [("99999001495785",), ("ccn:XXXX-77001122",)]
    assert seen["cargo"] == [("XXXX-77001122", "ccn:XXXX-77001122"), ("XXXX0000012345", "99999001495785")]
    assert [row[2] for row in seen["events"]] == ["24", "4", "1"]
    assert seen["staged"] == 0


def test_the_same_feed_twice_is_nothing_new(store, url, feed):
    file = feed(*lines(10), "bad")
    first = load(store, file)
    seen = content(url)

    second = load(store, file)

    assert (second.new, second.again, second.rows, second.bad) == (0, True, first.rows, first.bad)
    assert content(url) == seen


def test_the_same_rows_in_another_feed_are_nothing_new(store, url, feed):
    load(store, feed(*lines(10)))
    seen = content(url)

    report = load(store, feed(*reversed(lines(10)), name="again.csv"))

    assert (report.rows, report.new) == (10, 0)
    assert content(url) == seen


def test_json_lines_and_csv_load_the_same(store, url, feed):
    objects = [json.dumps(dict(zip(HEADER, line.split(","), strict=True))) for line in lines(10)]
    load(store, feed(*lines(10)))
    seen = content(url)

    report = load(store, feed(*objects, name="feed.jsonl", header=None))

    assert (report.rows, report.new, report.bad) == (10, 0, ())
    assert content(url) == seen


@pytest.mark.parametrize("block", [1, 60, 200, 1 << 20])
def test_the_size_of_the_blocks_changes_nothing(store, url, feed, block):
    report = load(store, feed(*lines(20), "bad", *lines(2, 30)), block=block)

    assert (report.rows, [bad.line for bad in report.bad]) == (22, [22])
    assert len(content(url)["events"]) == 22


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(store, feed, before, end):
    file = feed(*lines(3), end=end)
    file.write_bytes(before + file.read_bytes())

    assert (load(store, file).rows, load(store, file).bad) == (3, ())


def test_what_is_not_utf_8_and_what_never_ends_are_bad_rows_of_their_own(store, feed):
    file = feed(*lines(1))
    long = b"9" * 3_000_000
    file.write_bytes(file.read_bytes() + b"\xff\xfe" + lines(1)[0].encode() + b"\n" + long + b"\n" + lines(2)[1].encode())

    report = load(store, file, block=1000)

    assert report.rows == 2
    assert [(bad.line, bad.field) for bad in report.bad] == [(3, "transaction_number"), (4, "row")]
    assert report.bad[0].got.startswith("\\xff\\xfe")


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty line"),
        (b"a,b,c\n1,2,3\n", "'a,b,c"),
        (b"%PDF-1.7\n", "%PDF"),
        (b"\x00\xff\x00", "xff"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_whole(store, tmp_path, data, got):
    file = tmp_path / "feed.csv"
    file.write_bytes(data)

    with pytest.raises(FeedError, match="expected the header transaction_number,ccn") as refused:
        load(store, file)

    assert got in str(refused.value)


def test_a_header_alone_is_a_feed_of_nothing(store, feed):
    assert load(store, feed()).rows == 0


def test_a_load_that_broke_off_goes_on_where_it_stopped(store, url, feed):
    file = feed(*lines(5), "bad", *lines(5, 5))
    calls = count()

    def stop(_done, _whole):
        if next(calls) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, file, stop, block=1)
    assert content(url)["events"] == []

    report = load(store, file)

    assert (report.rows, report.new, [bad.line for bad in report.bad], report.resumed_at) == (10, 10, [7], 7)
    assert len(content(url)["events"]) == 10


def test_another_feed_loaded_meanwhile_leaves_a_broken_one_where_it_stopped(store, url, feed):
    broken, other = feed(*lines(4)), feed(*lines(4, 10), name="other.csv")

    def stop(_done, _whole):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, broken, stop, block=100)
    load(store, other)
    assert len(content(url)["events"]) == 4

    assert load(store, broken).rows == 4
    assert len(content(url)["events"]) == 8
    assert content(url)["staged"] == 0


def test_a_block_is_staged_once_even_if_two_processes_load_the_same_feed(store):
    begun = staging.begin(store, "digest", "feed.csv")
    block = staging.Block(0, 10, 1, [("99999001495785", "", 1, "4", "", "", "")], [])
    staging.stage(store, begun, block)

    with pytest.raises(FeedError, match="expected to be alone"):
        staging.stage(store, begun, block)
    staging.publish(store, begun)
    with pytest.raises(FeedError, match="has published the same feed"):
        staging.publish(store, begun)

    assert staging.state(store, begun).good == 1


def test_a_file_that_changes_while_it_is_read_leaves_nothing_behind(store, url, feed):
    file = feed(*lines(4))

    def change(_done, _whole):
        with file.open("ab") as stream:
            stream.write(b"x\n")

    with pytest.raises(FeedError, match="changed while it was read"):
        load(store, file, change, block=100)

    seen = content(url)
    assert (seen["events"], seen["staged"]) == ([], 0)


def test_progress_counts_up_to_the_size_of_the_file(store, feed):
    file = feed(*lines(10))
    told = []

    load(store, file, lambda done, whole: told.append((done, whole)), block=100)

    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (file.stat().st_size, file.stat().st_size)


KILLED = """
import os, signal, sys
from pathlib import Path
from acros_stub import database, staging
from acros_stub.load import load
url, file, at, step = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
calls = 0
real = staging._run
def run(connection, sql, values):
    global calls
    calls += 1
    if step == "statement" and calls == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(connection, sql, values)
staging._run = run
load(database.create(url), file, block=300)
"""


def killed_at(url, file, statement):
    """Load in a process that is killed before its so-manieth statement; whether it was."""
    command = [sys.executable, "-c", KILLED, url, str(file), str(statement), "statement"]
    done = subprocess.run(command, check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    assert done.returncode in {0, -signal.SIGKILL}
    return done.returncode != 0


def test_a_load_killed_at_any_statement_and_run_again_is_as_if_unbroken(store, url, feed):
    """SIGKILL in the middle of a block, between two, in the middle of publishing: nothing half, nothing twice."""
    file = feed(*lines(12), "bad", *lines(4, 12))
    # begin: 2; a block: 1 or 2; publish: 3 inserts, done, clear. Each run goes a little further than the one before.
    stopped = [killed_at(url, file, statement) for statement in (2, 4, 5, 6, 4, 4)]
    assert stopped[0]
    assert content(url)["events"] == []

    report = load(store, file)

    assert (report.rows, [bad.line for bad in report.bad]) == (16, [14])
    seen = content(url)
    assert [len(seen[name]) for name in ("requests", "cargo", "events")] == [16, 16, 16]
    assert seen["staged"] == 0


@pytest.mark.parametrize("statement", range(3, 9))
def test_a_publication_killed_in_its_middle_shows_nothing(store, url, feed, statement):
    file = feed(*lines(2))
    killed = killed_at(url, file, statement)

    seen = content(url)
    assert killed
    assert [len(seen[name]) for name in ("requests", "cargo", "events")] == [0, 0, 0]
    assert load(store, file).rows == 2
    assert len(content(url)["events"]) == 2


def test_readers_see_all_of_a_load_or_nothing_of_it(store, url, feed):
    file = feed(*lines(3000))
    reader = database.reader(url)
    seen, done = set(), threading.Event()

    def watch():
        # One statement, as every question is: one state of the store.
        counted = "SELECT (SELECT count(*) FROM requests), (SELECT count(*) FROM cargo), (SELECT count(*) FROM events)"
        with reader.connect() as connection:
            while not done.is_set():
                seen.add(tuple(connection.exec_driver_sql(counted).one()))
            seen.add(tuple(connection.exec_driver_sql(counted).one()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        load(store, file, block=10_000)
    finally:
        done.set()
        watcher.join()
        reader.dispose()

    assert seen - {(0, 0, 0)} == {(3000, 3000, 3000)}


def test_a_read_only_reader_can_not_write(store, url):
    reader = database.reader(url)
    with reader.connect() as connection, pytest.raises(Exception, match=r"read-?only"):
        connection.exec_driver_sql("DELETE FROM events")
    reader.dispose()


def test_the_block_size_of_the_product_is_bounded():
    """A feed of any size is loaded in bounded memory."""
    assert loading._BLOCK <= 8 << 20
