"""Killed at any point, the kiosk loses nothing that it acknowledged and stamps nothing twice (Q10)."""

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.config import Parts
from kiosk.core.journal import Stamped
from kiosk.settings import load

KILLS = 4
ENV = {"PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    run = [sys.executable, "-m", "acros_stub", "load", "--demo"]
    subprocess.run(run, env=ENV | {"KIOSK_HOME": str(home)}, check=True, capture_output=True)
    load(home)
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("# keyed = false", "keyed = true"))  # its numbers are typed in the command
    return home


def prove(home: Path, out: Path) -> subprocess.Popen:
    given = [f"9999900149578{n}" for n in (5, 6, 8)]
    head = ["--office", "453", "--badge", "12345", "--out", str(out), "--json"]
    command = [sys.executable, "-m", "kiosk", "prove", *given, *head]
    return subprocess.Popen(command, env=ENV | {"KIOSK_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def test_a_kill_at_any_point_leaves_a_sound_record_and_no_half_stamp(home, tmp_path):
    """Q9, Q10: what was printed out is in the record, byte for byte; no sheet was stamped twice; the record verifies."""
    chance = random.Random(20261122)
    start = time.monotonic()
    done = prove(home, tmp_path)
    first = json.loads(done.communicate()[0])
    whole = time.monotonic() - start
    for _ in range(KILLS):
        process = prove(home, tmp_path)
        time.sleep(chance.uniform(0.3, 1.0) * whole)
        process.kill()
        process.communicate()

    parts = Parts.of(str(home))
    record = parts.journal
    stamped = [one.entry for one in record.find(kind="Stamped")]
    sheets = [entry.subject for entry in stamped]
    assert first["sheet"] in sheets
    assert len(set(sheets)) == len(sheets)
    assert record.verify(first_checkpoint(stamped)) == ()
    in_record = {record.document(entry.fact.document) for entry in stamped if isinstance(entry.fact, Stamped)}
    for path in tmp_path.glob("*.pdf"):
        assert path.read_bytes() in in_record
    record.close()


def first_checkpoint(stamped):
    return stamped[0].fact.checkpoint


def test_after_the_kills_the_kiosk_works_as_before(home, tmp_path):
    """Q10: nothing need be mended by hand."""
    done = prove(home, tmp_path)

    assert json.loads(done.communicate()[0])["proof"]
    assert done.returncode == 0
    shutil.rmtree(tmp_path)
