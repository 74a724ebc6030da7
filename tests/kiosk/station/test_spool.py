"""The spool: what was acknowledged is there, once and in order, whatever ends the process or the disk (Q10, T15, T16)."""

import fcntl
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scan import NoRead, Place, Scan, Symbology
from kiosk.core.faults import Unavailable
from kiosk.station import memory
from kiosk.station.spool import Lamp, Spool, State

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]


def scan(name, text="12345001495785", at=AT):
    return Scan(name, text, text.encode("utf-8", "surrogatepass"), "scanner/left", at, Symbology.CODE128)


def lamp(device="usb-1", at=AT, last="", last_at=None):
    return Lamp(device, "Left", "serial", "ready", "", last, last_at, rate=0.0, scans=0, errors=0, at=at)


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path)
    yield made
    made.close()


def ids(kept):
    return [one.scan.id for one in kept]


def test_scans_come_back_in_the_order_in_which_they_were_kept(spool):
    for n in range(60):
        assert spool.keep(scan(f"s{n}", at=AT - timedelta(seconds=n)))

    assert ids(spool.waiting(most=100)) == [f"s{n}" for n in range(60)]
    assert ids(spool.waiting()) == [f"s{n}" for n in range(50)]


def test_what_was_kept_before_is_not_kept_again(spool):
    """T17: whatever became of it meanwhile."""
    spool.keep(scan("a"))
    spool.settle(spool.waiting()[0].seq, State.PLACED)

    assert not spool.keep(scan("a"))
    assert spool.waiting() == []
    assert spool.find("a").state is State.PLACED


def test_a_no_read_without_an_id_is_always_new(spool):
    spool.keep(NoRead("garbled", "scanner/left", AT))
    spool.keep(NoRead("garbled", "scanner/left", AT))

    assert len(spool.waiting()) == 2


TEXTS = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(["\ud83d\ude00", "\x00", "\ud800", "a\x00b"])
PLACES = st.none() | st.builds(Place, TEXTS, st.integers(0, 9), st.tuples(*[st.integers(0, 9999)] * 4))
TIMES = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
SCANS = st.builds(
    Scan, st.just("x"), TEXTS, st.binary(max_size=40), TEXTS, TIMES, st.none() | st.sampled_from(Symbology), st.booleans(), PLACES,
    st.tuples(TEXTS),
)  # fmt: skip
NO_READS = st.builds(NoRead, TEXTS, TEXTS, TIMES, PLACES, st.just("x"))


@settings(max_examples=60, deadline=None)
@given(SCANS | NO_READS)
def test_whatever_a_device_sent_comes_back_as_it_was(sent):
    """T8, T9: leading zeros, NULs, lone surrogates, bytes that are no text."""
    with TemporaryDirectory() as home:
        spool = Spool(Path(home))
        spool.keep(sent)
        (kept,) = spool.waiting()
        spool.close()

    assert kept.scan == sent


def test_a_settled_scan_is_out_of_the_way_and_can_be_found(spool):
    for n in range(4):
        spool.keep(scan(f"s{n}"))
    one, two, three, _ = spool.waiting()
    spool.assign(one.seq, "K7QD.000001", "12345")
    spool.settle(one.seq, State.PLACED)
    spool.settle(two.seq, State.UNPLACED, "no-sheet")
    spool.settle(three.seq, State.TESTED)

    assert ids(spool.waiting()) == ["s3"]
    assert ids(spool.unplaced()) == ["s1"]
    assert spool.unplaced()[0].why == "no-sheet"
    found = spool.find("s0")
    assert (found.state, found.sheet, found.badge) == (State.PLACED, "K7QD.000001", "12345")
    assert spool.find("nobody") is None
    assert [spool.count(state) for state in State] == [1, 1, 1, 0, 1]


def test_only_what_is_settled_and_old_is_forgotten(spool):
    states = [State.WAITING, State.UNPLACED, State.PLACED, State.ASIDE, State.TESTED]
    for at in (AT, AT + timedelta(days=40)):
        for state in states:
            spool.keep(scan(f"{state}-{at}", at=at))
    for kept in spool.waiting():
        spool.settle(kept.seq, State(kept.scan.id.partition("-")[0]))

    assert spool.forget(AT + timedelta(days=31)) == 3
    assert [spool.count(state) for state in states] == [2, 2, 1, 1, 1]


def test_lamps_are_all_replaced_and_say_when(spool):
    assert spool.lamps() == []
    assert spool.lit_at() is None
    first = [lamp("a", last="\ud800", last_at=AT), lamp("b")]
    spool.light(first)
    assert spool.lamps() == first
    spool.light([lamp("c", at=AT + timedelta(seconds=5))])

    assert [one.device for one in spool.lamps()] == ["c"]
    assert spool.lit_at() == AT + timedelta(seconds=5)
    spool.light([], AT + timedelta(seconds=10))
    assert (spool.lamps(), spool.lit_at()) == ([], AT + timedelta(seconds=10))


def test_the_lamps_and_the_end_wait_for_no_scan_that_can_not_be_kept_yet(spool, tmp_path):
    """D5: another program holds the file; the station's own loop has devices that come back, and a signal that ends it."""
    spool.keep(scan("a"))
    other = sqlite3.connect(tmp_path / "station" / "spool.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeper = threading.Thread(target=spool.keep, args=[scan("b")])
    keeper.start()
    with pytest.raises(Unavailable, match="locked"):
        spool.light([], AT)
    spool.close()
    still = keeper.is_alive()
    other.execute("ROLLBACK")
    keeper.join()
    other.close()

    assert still
    assert ids(spool.waiting()) == ["a", "b"]


def test_a_process_that_hangs_while_it_opens_the_file_stops_no_other_for_ever(spool, tmp_path):
    """Issue 4, 8: a station that waits for it could neither be ended nor see a device."""
    spool.keep(scan("a"))
    spool.close()
    with (tmp_path / "station" / "spool.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match="locked"):
            spool.light([], AT)
    spool.light([], AT)

    assert spool.lit_at() == AT


def test_the_folder_is_for_its_owner_alone(spool, tmp_path):
    spool.keep(scan("a"))

    assert (tmp_path / "station").stat().st_mode & 0o777 == 0o700


def test_two_at_once_lose_nothing_and_double_nothing(tmp_path):
    """Q10: threads of one process, and two openings of the file, as of two processes."""
    spools = [Spool(tmp_path), Spool(tmp_path)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda n: spools[n % 2].keep(scan(f"s{n // 2}")), range(120)))
    kept = ids(spools[0].waiting(most=1000))
    for spool in spools:
        spool.close()

    assert sorted(said) == [False] * 60 + [True] * 60
    assert sorted(kept) == sorted(f"s{n}" for n in range(60))


def running(script, *given):
    run = [sys.executable, "-c", textwrap.dedent(script), *map(str, given)]
    return subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]})


KEEPER = """
    import sys
    from pathlib import Path
    from datetime import UTC, datetime
    from drivers.scan import Scan
    from kiosk.station.spool import Spool

    spool, first = Spool(Path(sys.argv[1])), int(sys.argv[2])
    for n in range(first, 100000):
        spool.keep(Scan(f"s{n}", "text", b"raw", "scanner/left", datetime.now(UTC)))
        print(n, flush=True)
"""


def test_a_process_killed_at_any_point_has_kept_all_that_it_acknowledged(tmp_path):
    """T16: killed again and again, with one who settles beside it; in order, each once."""
    acknowledged, first = [], 0
    desk = Spool(tmp_path)
    for most in (1, 7, 40):
        keeper = running(KEEPER, tmp_path, first)
        for _ in range(most):
            acknowledged.append(int(keeper.stdout.readline()))
            for kept in desk.waiting(most=1):
                desk.settle(kept.seq, State.PLACED)
        keeper.send_signal(signal.SIGKILL)
        acknowledged += map(int, keeper.stdout.read().split())
        keeper.wait()
        keeper.stdout.close()
        first = acknowledged[-1] + 1
    kept = sqlite3.connect(tmp_path / "station" / "spool.sqlite3")
    found = [int(name[1:]) for (name,) in kept.execute("SELECT id FROM scan ORDER BY seq")]
    kept.close()
    desk.close()

    assert found in (acknowledged, [*acknowledged, acknowledged[-1] + 1])  # the last was on the disk, and nobody was told yet
    assert acknowledged == list(range(len(acknowledged)))


FULL = """
    import resource, signal, sys
    from pathlib import Path
    from datetime import UTC, datetime
    from drivers.scan import Scan
    from kiosk.core.faults import Unavailable
    from kiosk.station.spool import Spool

    def keep(name):
        return spool.keep(Scan(name, "text" * 2000, b"raw", "scanner/left", datetime.now(UTC)))

    spool = Spool(Path(sys.argv[1]))
    keep("before")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    for n in range(100):
        try:
            keep(f"s{n}")
            print(f"s{n}")
        except Unavailable as no:
            print(no.part, no.code)
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    keep("after")
"""


def test_a_disk_that_takes_no_more_is_said_and_what_was_kept_is_there(tmp_path):
    """Q10: the write itself fails, and works again when there is room."""
    keeper = running(FULL, tmp_path)
    said = keeper.communicate()[0].decode().splitlines()
    spool = Spool(tmp_path)
    kept = ids(spool.waiting(most=1000))
    spool.close()

    assert keeper.returncode == 0
    assert said[-1].startswith("station ")
    assert kept == ["before", *said[:-1], "after"]


def test_a_full_disk_has_its_name(spool):
    """Q10: SQLite's own word for it."""
    spool.keep(scan("a"))
    spool._memory._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(Unavailable) as no:
        spool.keep(scan("b", "x" * 50_000))

    assert (no.value.part, no.value.code) == ("station", "disk-full")
    assert ids(spool.waiting())[0] == "a"


def test_a_home_that_is_a_file_is_said_and_may_be_mended(tmp_path):
    home = tmp_path / "home"
    home.write_text("in the way")
    spool = Spool(home)
    with pytest.raises(Unavailable) as no:
        spool.keep(scan("a"))
    home.unlink()

    assert no.value.code == "gone"
    assert spool.keep(scan("a"))
    spool.close()


def test_a_file_that_is_none_of_ours_is_set_aside_and_said(tmp_path, caplog):
    """Q10: never deleted, and the next scan is kept all the same."""
    path = tmp_path / "station" / "spool.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"nonsense" * 1000)
    spool = Spool(tmp_path)

    assert spool.keep(scan("a"))
    (aside,) = spool.damaged
    assert aside.read_bytes() == b"nonsense" * 1000
    assert aside.name in caplog.text
    spool.close()


def spoilt(path, change):
    """The file with its write-ahead log folded in, and then changed as the disk might."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


def flip(content):
    content[content.index(b"12345001495781")] ^= 1


def test_what_can_still_be_read_of_a_damaged_file_goes_into_the_new_one(tmp_path):
    """Q10: a flipped bit in one number; never that number, and never none of the others."""
    spool = Spool(tmp_path)
    for n in range(3):
        spool.keep(scan(f"s{n}", f"1234500149578{n}"))
    spool.assign(1, "K7QD.000001", "12345")
    spool.close()
    spoilt(tmp_path / "station" / "spool.sqlite3", flip)
    kept = spool.waiting()

    assert [one.scan.text for one in kept] == ["12345001495780", "12345001495782"]
    assert kept[0].sheet == "K7QD.000001"
    assert len(spool.damaged) == 1
    spool.close()


def test_what_was_kept_in_a_damaged_file_waits_until_the_new_one_has_room_for_it(tmp_path, monkeypatch):
    """Q10: a disk that is full just then; the scans that were acknowledged are not left behind."""
    spool = Spool(tmp_path)
    for n in range(30):
        spool.keep(scan(f"s{n:02}", "x" * 3000))
    spool.keep(scan("spoilt", "12345001495781"))
    spool.close()
    spoilt(tmp_path / "station" / "spool.sqlite3", flip)
    connected = memory._connected

    def small(*given, **more):
        connection = connected(*given, **more)
        connection.execute("PRAGMA max_page_count = 20")
        return connection

    monkeypatch.setattr(memory, "_connected", small)
    for _ in range(2):
        with pytest.raises(Unavailable, match="disk-full"):
            spool.waiting(100)
        with pytest.raises(Unavailable, match="disk-full"):
            spool.keep(scan("new"))
    monkeypatch.undo()

    assert spool.keep(scan("new"))
    assert ids(spool.waiting(100)) == [*(f"s{n:02}" for n in range(30)), "new"]
    spool.close()


def test_a_place_of_the_damaged_file_is_no_other_scans_place_in_the_new_one(tmp_path):
    """Q10: who settles what he knew of the old file does not settle another's scan."""
    spool = Spool(tmp_path)
    spool.keep(scan("old"))
    (old,) = spool.waiting()
    spool.close()
    path = tmp_path / "station" / "spool.sqlite3"
    path.write_bytes(b"nonsense" * 1000)
    spool.keep(scan("new"))
    spool.settle(old.seq, State.PLACED)
    (new,) = spool.waiting()

    assert new.scan.id == "new"
    assert new.seq > old.seq
    spool.close()


def test_one_process_follows_the_other_into_the_new_file(tmp_path):
    """Q10: the desk finds what the station keeps after it has set the damaged file aside."""
    station, desk = Spool(tmp_path), Spool(tmp_path)
    station.keep(scan("a", "12345001495781"))
    desk.waiting()
    spoilt(tmp_path / "station" / "spool.sqlite3", flip)
    station.waiting()
    station.keep(scan("b"))

    assert ids(desk.waiting()) == ["b"]
    assert station.keep(scan("c"))
    assert ids(desk.waiting()) == ["b", "c"]
    assert len(desk.damaged) == 1
    station.close()
    desk.close()


def test_a_second_damage_gets_a_file_of_its_own(tmp_path):
    spool = Spool(tmp_path)
    path = tmp_path / "station" / "spool.sqlite3"
    for n in range(2):
        spool.keep(scan(f"s{n}"))
        spool.close()
        path.write_bytes(b"nonsense %d" % n * 1000)
    spool.waiting()

    assert [one.read_bytes()[:10] for one in spool.damaged] == [b"nonsense 0", b"nonsense 1"]
    spool.close()


def test_a_hundred_thousand_settled_scans_are_not_looked_at(spool):
    """T16: the search for what waits goes by an index, however much lies there."""
    spool.keep(scan("first"))
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
    copies = "SELECT 'old' || i, at, said, raw, sum, 'placed' FROM n, scan WHERE id = 'first'"
    spool._memory.do(lambda one: one.execute(f"{many} INSERT INTO scan (id, at, said, raw, sum, state) {copies}"))
    spool.keep(scan("last"))
    steps = []
    spool._memory._connection.set_progress_handler(lambda: steps.append(1), 100)

    assert ids(spool.waiting()) == ["first", "last"]
    assert spool.unplaced() == []
    assert spool.find("old77777").state is State.PLACED
    assert len(steps) < 20


def test_a_process_that_may_open_no_more_files_says_so(tmp_path):
    spool = Spool(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(Unavailable) as no:
            spool.keep(scan("a"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert no.value.part == "station"
    assert spool.keep(replace(scan("a"), text="b"))
    spool.close()
