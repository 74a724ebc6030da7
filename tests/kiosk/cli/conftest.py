"""A kiosk at a terminal: its own home, a stub with the demonstration's releases, and what it says."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.settings import load


@dataclass
class Run:
    """One command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def loaded_store(tmp_path_factory) -> Path:
    """The stub's database with the demonstration's releases."""
    home = tmp_path_factory.mktemp("stub")
    env = {"KIOSK_HOME": str(home), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-m", "acros_stub", "load", "--demo"], env=env, check=True, capture_output=True)
    return home / "acros.sqlite3"


@pytest.fixture
def home(tmp_path, loaded_store, monkeypatch) -> Path:
    """A kiosk's home, with a store that answers. Numbers typed at a command line may be proven here."""
    home = tmp_path / "home"
    load(home)
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("# keyed = false", "keyed = true"))
    shutil.copy(loaded_store, home / "acros.sqlite3")
    monkeypatch.setenv("KIOSK_HOME", str(home))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("KIOSK_LANG", raising=False)
    return home


@pytest.fixture
def kiosk(home, capfd, monkeypatch):
    """Runs a command of the kiosk in this process."""

    def run(*arguments: str, typed: str | None = None) -> Run:
        if typed is not None:
            path = home / "typed"
            path.write_text(typed, encoding="utf-8", newline="")
            monkeypatch.setattr(sys, "stdin", path.open(encoding="utf-8", errors="surrogateescape", newline=""))
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        if typed is not None:
            sys.stdin.close()
            monkeypatch.setattr(sys, "stdin", sys.__stdin__)
        out, err = capfd.readouterr()
        return Run(ended.value.code or 0, out, err)

    return run


@pytest.fixture
def fault(home):
    """Plays a fault at the store: down, slow, garbled, off."""

    def play(*words: str) -> None:
        env = {"KIOSK_HOME": str(home), "PATH": "/usr/bin:/bin"}
        subprocess.run([sys.executable, "-m", "acros_stub", "fault", *words], env=env, check=True, capture_output=True)

    return play
