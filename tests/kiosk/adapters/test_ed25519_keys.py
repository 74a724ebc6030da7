"""The keys of a kiosk are its own: nobody else's, and one process's at a time (P2)."""

import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.adapters.ed25519 import KeyFolder, read_list
from kiosk.core.faults import Forged, Refusal, Unavailable
from tests.kiosk.adapters.ed25519_samples import AUTHORITY, DAY, NOW, OWNER, copied, folder, line, opens, private_files, sealed


@pytest.fixture
def keys(tmp_path):
    """A folder with its first keys."""
    return folder(tmp_path / "home")


@pytest.fixture
def open_umask():
    """A process that lets everybody read what it makes, unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


# --- made -------------------------------------------------------------------------------------------------------------


def test_a_new_kiosk_seals_what_its_own_list_opens(keys):
    """P2, P5."""
    assert opens(keys, sealed(keys)).rows == (line(1),)
    (entry,) = keys.trust().keys
    assert (entry.authority, entry.station, entry.not_before, entry.not_after) == (AUTHORITY, "K7QD", NOW, NOW + 400 * DAY)


def test_what_a_verifier_needs_is_the_list_and_the_root(keys):
    """P2: two files, without secrets."""
    text = (keys.home / "trust" / "trust.list").read_bytes()
    root = bytes.fromhex((keys.home / "trust" / "root.pub").read_text())

    assert read_list(text, root) == keys.trust()
    assert all(b"PRIVATE" not in path.read_bytes() for path in (keys.home / "trust").iterdir())


def test_the_first_keys_are_made_once(keys):
    """P2: made again, they would be others, and every sheet so far would be forged."""
    before, seal = keys.trust(), sealed(keys)

    assert keys.make(NOW + DAY, OWNER) is None
    assert keys.trust() == before
    assert opens(keys, seal)


def test_two_kiosks_have_keys_of_their_own(tmp_path):
    """P2."""
    one, other = folder(tmp_path / "1"), folder(tmp_path / "2")

    assert one.root_public() != other.root_public()
    with pytest.raises(Forged, match="unknown-key"):
        opens(other, sealed(one))


def test_private_files_are_the_owner_s_alone(open_umask, tmp_path):
    """P2: whatever the umask."""
    keys = folder(tmp_path / "home")
    keys.rotate(lambda: NOW + DAY, OWNER, keys.root_key)
    sealed(keys, NOW + DAY)

    assert len(private_files(keys)) == 5  # seal, pdf, crt, lock; root
    assert {stat.S_IMODE(path.stat().st_mode) for path in private_files(keys)} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in private_files(keys)} == {0o700}


def test_private_files_are_never_anybody_else_s_for_an_instant(open_umask, tmp_path, monkeypatch):
    """P2: looked at when each is opened, before anything is written, and when it gets its name."""
    seen, real_open, real_replace = [], os.open, Path.replace

    def opening(path, flags, mode=0o777, **more):
        opened = real_open(path, flags, mode, **more)
        seen.append((Path(path), stat.S_IMODE(os.fstat(opened).st_mode)))
        return opened

    def replacing(self, target):
        seen.append((Path(target), stat.S_IMODE(self.stat().st_mode)))
        return real_replace(self, target)

    monkeypatch.setattr(os, "open", opening)
    monkeypatch.setattr(Path, "replace", replacing)
    keys = folder(tmp_path / "home")
    keys.rotate(lambda: NOW + DAY, OWNER, keys.root_key)
    modes = {mode for path, mode in seen if path.parent.name in {"keys", "root"} and not path.is_dir()}

    assert modes == {0o600}
    assert sum(path.suffix in {".seal", ".pdf", ".key"} for path, _ in seen) == 5


# --- held -------------------------------------------------------------------------------------------------------------

HOLDING = """
import sys
from pathlib import Path
from kiosk.adapters.ed25519 import KeyFolder
with KeyFolder(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(home):
    """A real process that holds the keys of this home."""
    with subprocess.Popen([sys.executable, "-c", HOLDING, home], stdin=-1, stdout=-1) as process:
        try:
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def hasty(monkeypatch):
    """Whoever waits for the keys gives up soon: they are not let go of in these tests."""
    monkeypatch.setattr("kiosk.adapters.ed25519.keys.PATIENCE", 0.1)


def test_one_process_holds_the_keys(keys, hasty):
    """P2: what a second one asks for is held, until the first has ended, however it ended."""
    with another_process(keys.home) as other:
        for holding in (keys.held, keys.held):
            with pytest.raises(Unavailable) as no, holding():
                pass
            assert (no.value.part, no.value.code) == ("keys", "held")
        other.kill()
        other.wait()
        assert sealed(keys)


def test_keys_that_are_held_are_not_rotated(keys, hasty):
    """P2: what the other process sealed a moment later would be genuine, and look expired."""
    with another_process(keys.home):
        with pytest.raises(Unavailable, match="held"):
            keys.rotate(lambda: NOW + DAY, OWNER, keys.root_key)
        assert len(keys.trust().keys) == 1


def test_a_stolen_key_can_be_revoked_while_it_is_held(keys):
    """P2: nobody has to find the process first."""
    with another_process(keys.home):
        keys.revoke(NOW + DAY, keys.trust().keys[0].kid, keys.root_key)

    assert keys.trust().keys[0].revoked_at == NOW + DAY


def test_within_one_process_they_are_held_once(keys, hasty):
    """P2."""
    with keys.held(), pytest.raises(Unavailable, match="held"), keys.held():
        pass
    assert sealed(keys)


def test_a_kiosk_seals_without_its_root_key(keys):
    """P2: it is kept apart."""
    keys.root_key.unlink()

    assert opens(keys, sealed(keys))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601, 0o777])
@pytest.mark.parametrize("ending", ["seal", "pdf"])
def test_keys_that_others_can_read_are_refused(keys, ending, mode):
    """P2: whose they are now, nobody knows."""
    (path,) = (keys.home / "keys").glob(f"*.{ending}")
    path.chmod(mode)

    with pytest.raises(Refusal) as no, keys.held():
        pass

    assert no.value == Refusal("keys-open-to-others", expected="mode 0600", got=f"{mode:04o}")


@pytest.mark.parametrize("ending", ["seal", "pdf", "crt"])
def test_a_key_that_is_gone_is_said_to_be_gone(keys, ending):
    (path,) = (keys.home / "keys").glob(f"*.{ending}")
    path.unlink()

    with pytest.raises(Unavailable, match="gone"), keys.held():
        pass


@pytest.mark.parametrize("content", [b"", b"\0", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", OWNER.identity()[0]])
def test_a_key_that_is_none_is_refused(keys, content):
    """P2: empty, noise, no key at all, a key of another kind."""
    (path,) = (keys.home / "keys").glob("*.seal")
    path.write_bytes(content)

    with pytest.raises(Refusal, match="not-a-key"), keys.held():
        pass


def test_a_key_under_another_key_s_name_does_not_seal(keys, tmp_path):
    """P2."""
    other = folder(tmp_path / "other")
    (path,), (foreign,) = (keys.home / "keys").glob("*.seal"), (other.home / "keys").glob("*.seal")
    copied(foreign, path)

    with pytest.raises(Forged, match="unknown-key"):
        sealed(keys)


def test_a_list_under_another_root_is_not_trusted(keys, tmp_path):
    """P2: neither the list nor the root can be exchanged alone."""
    other = folder(tmp_path / "other")
    for name in ("trust.list", "root.pub"):
        mine = keys.home / "trust" / name
        before = mine.read_bytes()
        copied(other.home / "trust" / name, mine)
        with pytest.raises(Forged, match="bad-signature"):
            keys.trust()
        mine.write_bytes(before)
    assert keys.trust()


@pytest.mark.parametrize("content", [b"", b"zz", b"\xff", b"00" * 31])
def test_a_root_that_is_none_trusts_nothing(keys, content):
    """P2."""
    (keys.home / "trust" / "root.pub").write_bytes(content)

    with pytest.raises(Forged):
        keys.trust()


def test_where_no_keys_were_made_there_are_none(tmp_path):
    with pytest.raises(Unavailable, match="gone"):
        KeyFolder(tmp_path).trust()
    with pytest.raises(Unavailable, match="gone"), KeyFolder(tmp_path).held():
        pass
    assert not KeyFolder(tmp_path).made
