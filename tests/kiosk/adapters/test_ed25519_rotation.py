"""Keys change and none is lost, whatever happens to the process that changes them (P2, P5)."""

import errno
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.adapters.ed25519 import Ed25519Seal, KeyFolder
from kiosk.adapters.ed25519.cose import kid_of
from kiosk.core.faults import Forged, Refusal, Unavailable
from tests.kiosk.adapters.ed25519_samples import (
    DAY,
    NOW,
    OWNER,
    copied,
    folder,
    key,
    line,
    opens,
    private_files,
    sealed,
    stamp,
    statement,
)


@pytest.fixture
def keys(tmp_path):
    """A folder with its first keys."""
    return folder(tmp_path / "home")


@pytest.fixture
def quick_disk(monkeypatch):
    """A disk that says at once that all is written: the death of a process does not need more, and there are many here."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)


def test_what_the_old_keys_sealed_stays_genuine(keys):
    """P2: five rotations, a seal by each key, also at the last instant before the next; all open, by the newest list."""
    seals = [sealed(keys)]
    for day in range(1, 6):
        seals.append(sealed(keys, NOW + day * DAY))
        keys.rotate(lambda day=day: NOW + day * DAY, OWNER, keys.root_key)
        seals.append(sealed(keys, NOW + day * DAY))

    assert all(opens(keys, seal) for seal in seals)
    assert keys.trust().serial == len(keys.trust().keys) == 6
    assert len(list((keys.home / "keys").glob("*.seal"))) == 1


def test_an_old_key_seals_nothing_more(keys):
    """P2: a copy of it that somebody kept is of no use from the rotation on."""
    with keys.held() as (old, _, _):
        pass
    keys.rotate(lambda: NOW + DAY, OWNER, keys.root_key)
    seal = Ed25519Seal(replace(keys.trust(), keys=(replace(keys.trust().keys[0], not_after=NOW + 9 * DAY),)), old)
    late = seal.seal(statement(line(1), stamp=stamp(at=NOW + 2 * DAY)))

    with pytest.raises(Forged, match="key-expired"):
        opens(keys, late)


def test_a_key_that_has_run_out_does_not_come_back_by_rotation(keys):
    """P2: its window never grows."""
    ended = keys.trust().keys[0].not_after
    keys.rotate(lambda: NOW + 500 * DAY, OWNER, keys.root_key)

    assert keys.trust().keys[0].not_after == ended


def test_a_rotation_is_dated_after_whatever_the_old_key_sealed_while_it_waited(keys):
    """P2: else a sheet of just now would look as if it had been sealed with an expired key."""
    happened = []
    with ThreadPoolExecutor(1) as pool:
        with keys.held():
            rotated = pool.submit(keys.rotate, lambda: happened.append("rotated") or NOW + DAY, OWNER, keys.root_key)
            happened.append("sealed")
        assert rotated.result().not_before == NOW + DAY

    assert happened == ["sealed", "rotated"]


def test_keys_are_not_rotated_in_the_past(keys):
    """P2: a clock set back two weeks would end the old key before the sheets that it sealed."""
    seal = sealed(keys, NOW + DAY)
    keys.rotate(lambda: NOW + 2 * DAY, OWNER, keys.root_key)

    with pytest.raises(Refusal, match="clock-behind"):
        keys.rotate(lambda: NOW - 14 * DAY, OWNER, keys.root_key)

    assert opens(keys, seal)


def test_a_revoked_key_opens_nothing_and_seals_nothing(keys):
    """P2: nor does what it sealed before; the next key is not touched by it."""
    seal = sealed(keys)
    keys.revoke(NOW + DAY, keys.trust().keys[0].kid, keys.root_key)
    with pytest.raises(Forged, match="key-revoked"):
        opens(keys, seal)
    with pytest.raises(Forged, match="key-revoked"):
        sealed(keys)

    keys.rotate(lambda: NOW + 2 * DAY, OWNER, keys.root_key)

    assert opens(keys, sealed(keys, NOW + 2 * DAY))
    assert keys.trust().keys[0].revoked_at == NOW + DAY


def change(keys, how, root_key):
    if how == "rotate":
        return keys.rotate(lambda: NOW + DAY, OWNER, root_key)
    return keys.revoke(NOW + DAY, keys.trust().keys[0].kid, root_key)


@pytest.mark.parametrize("how", ["rotate", "revoke"])
def test_another_root_key_changes_nothing(keys, tmp_path, how):
    """P2: a list signed by it would be no list, and every sheet so far would be forged."""
    other, before, seal = folder(tmp_path / "other"), keys.trust(), sealed(keys)

    with pytest.raises(Refusal, match="wrong-root-key"):
        change(keys, how, other.root_key)

    assert keys.trust() == before
    assert opens(keys, seal)


@pytest.mark.parametrize("how", ["rotate", "revoke"])
def test_without_the_root_key_nothing_changes(keys, tmp_path, how):
    """P2: not there, or no key."""
    apart, before = copied(keys.root_key, tmp_path / "root.key"), keys.trust()
    keys.root_key.unlink()
    (tmp_path / "noise").write_bytes(b"\0\1\2")
    with pytest.raises(Unavailable, match="gone"):
        change(keys, how, keys.root_key)
    with pytest.raises(Refusal, match="not-a-key"):
        change(keys, how, tmp_path / "noise")
    assert keys.trust() == before

    change(keys, how, apart)

    assert keys.trust().serial == before.serial + 1
    assert not keys.root_key.exists()


def test_a_key_that_is_not_on_the_list_is_not_revoked(keys):
    before = keys.trust()

    with pytest.raises(Forged, match="unknown-key"):
        keys.revoke(NOW, kid_of(key(7).public), keys.root_key)

    assert keys.trust() == before


# --- killed, full, at once --------------------------------------------------------------------------------------------


def check_whole(keys, seals):
    """The folder can be used: every old seal opens, a new one is made, and the next rotation leaves nothing behind."""
    now = keys.trust().issued_at
    assert all(opens(keys, seal) for seal in seals)
    assert opens(keys, sealed(keys, now))
    keys.rotate(lambda: now, OWNER, keys.root_key)
    assert opens(keys, sealed(keys, now))
    assert len(private_files(keys)) == 5
    assert not list(keys.home.rglob(".*"))


def forked(work):
    """What `work` does in a process of its own, which ends with it; how it ended."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step, work):
    """Kill a process that does this with SIGKILL just before it touches the file system for the n-th time."""

    def run():
        left = [step]

        def watch(event, _arguments):
            if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.listdir", "os.scandir"}:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()
        os._exit(0)

    return forked(run)


def test_a_rotation_that_is_killed_at_any_step_leaves_keys_that_seal(tmp_path, quick_disk):
    """P2, P5: before the first touch of the disk, between each two, after the last."""
    OWNER.identity()
    for step in range(200):
        keys = folder(tmp_path / str(step))
        seals = [sealed(keys)]
        ended = killed_at(step, lambda keys=keys: keys.rotate(lambda: NOW + DAY, OWNER, keys.root_key))
        check_whole(keys, seals)
        if ended == 0:
            break

    assert ended == 0
    assert step > 15


def test_a_first_start_that_is_killed_at_any_step_is_done_by_the_second(tmp_path, quick_disk):
    """P2."""
    OWNER.identity()
    for step in range(200):
        keys = KeyFolder(tmp_path / str(step))
        ended = killed_at(step, lambda keys=keys: keys.make(NOW, OWNER))
        keys.make(NOW, OWNER)
        check_whole(keys, [])
        if ended == 0:
            break

    assert ended == 0
    assert step > 10


ROTATING = """
import sys
from datetime import timedelta
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.kiosk.adapters.ed25519_samples import NOW, OWNER
from kiosk.adapters.ed25519 import KeyFolder
keys = KeyFolder(Path(sys.argv[1]))
OWNER.identity()
print("go", flush=True)
while True:
    keys.rotate(lambda: keys.trust().issued_at + timedelta(seconds=1), OWNER, keys.root_key)
"""


@pytest.mark.parametrize("milliseconds", [1, 7, 20, 60])
def test_a_process_that_is_killed_while_it_rotates_leaves_keys_that_seal(keys, milliseconds):
    """P2, P5: a real process, at any instant."""
    seals = [sealed(keys)]
    with subprocess.Popen([sys.executable, "-c", ROTATING, keys.home, Path(__file__).parents[3]], stdout=-1) as process:
        assert process.stdout.readline() == b"go\n"
        time.sleep(milliseconds / 1000)
        process.kill()

    check_whole(keys, seals)


MAKING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.kiosk.adapters.ed25519_samples import NOW, OWNER
from kiosk.adapters.ed25519 import KeyFolder
OWNER.identity()
print("ready", flush=True)
sys.stdin.readline()
made = KeyFolder(Path(sys.argv[1])).make(NOW, OWNER)
print(made and made.kid.hex(), flush=True)
"""


def test_processes_that_start_at_once_make_one_set_of_keys(tmp_path):
    """P2: one of them made the keys and says so; the others find them made."""
    home = tmp_path / "home"
    command = [sys.executable, "-c", MAKING, home, Path(__file__).parents[3]]
    processes = [subprocess.Popen(command, stdin=-1, stdout=-1) for _ in range(4)]
    assert [process.stdout.readline() for process in processes] == [b"ready\n"] * 4
    for process in processes:
        process.stdin.close()
    made = [process.stdout.read().decode().strip() for process in processes]
    for process in processes:
        process.stdout.close()
        process.wait()
    keys = KeyFolder(home)

    assert made.count("None") == 3
    assert keys.trust().keys[0].kid.hex() in made
    check_whole(keys, [])


def test_changes_at_once_are_all_made(keys):
    """P2: no revocation is lost because a rotation was under way."""
    for day in range(1, 5):
        keys.rotate(lambda day=day: NOW + day * DAY, OWNER, keys.root_key)
    kids = [entry.kid for entry in keys.trust().keys]
    children = []
    for kid in kids:
        child = os.fork()
        if not child:
            try:
                keys.revoke(NOW + 9 * DAY, kid, keys.root_key)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)

    assert all(entry.revoked_at for entry in keys.trust().keys)
    assert keys.trust().serial == 5 + len(kids)


def rotated(keys):
    """How a rotation failed; None if it did not."""
    try:
        keys.rotate(lambda: keys.trust().issued_at, OWNER, keys.root_key)
    except Unavailable as no:
        return no.part, no.code


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EROFS, "read-only"), (errno.EIO, "gone")])
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_disk_that_takes_nothing_more_leaves_the_keys_as_they_were(keys, quick_disk, monkeypatch, number, code, call):
    """P2: full, read-only, broken: at the first write, and at the last."""
    seal, real, outcomes = sealed(keys), getattr(os, call), set()
    for after in range(15):
        calls = iter(range(1000))

        def failing(*args, after=after, calls=calls, **more):
            if next(calls) == after:
                raise OSError(number, os.strerror(number))
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing)
            outcomes.add(rotated(keys))
        assert opens(keys, seal)
        assert opens(keys, sealed(keys))

    assert outcomes == {None, ("keys", code)}
