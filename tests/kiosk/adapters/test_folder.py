"""The folder that is a printer (P7): whole documents, none over another, and what the disk refuses in our words."""

import errno
import os
import resource
import signal
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from kiosk.adapters import folder as folder_module
from kiosk.adapters.folder import FolderPrinter
from kiosk.config import Parts, part
from kiosk.contracts import PrinterContract
from kiosk.core.condition import Lamp
from kiosk.core.faults import Refusal, Unavailable
from kiosk.wording import could_not
from kiosk.words import LANGUAGES, words
from tests import test_printing_line


class TestFolder(PrinterContract):
    """The printer of kind folder."""

    @pytest.fixture
    def printer(self, tmp_path):
        return part("printers", "folder")(tmp_path)

    @pytest.fixture
    def broken(self, tmp_path):
        return part("printers", "folder")(tmp_path, folder="not/there")

    @pytest.fixture
    def tray(self, tmp_path):
        return lambda: [path.read_bytes() for path in (tmp_path / "printed").iterdir()]


PROVEN = {"folder": TestFolder, "ipp": test_printing_line.TestIpp}


def test_every_printer_that_can_be_named_in_the_settings_is_proven():
    """P7: a new entry point without its contract fails here."""
    assert {point.name for point in entry_points(group="kiosk.printers")} == set(PROVEN)
    assert all(issubclass(proof, PrinterContract) for proof in PROVEN.values())


def refused(printer):
    with pytest.raises(Unavailable) as no:
        printer.submit(b"%PDF " * 1000, "K7QD.000001")
    for language in LANGUAGES:
        said = words(language)
        message = could_not(said, no.value)["message"]
        assert said.say("cli.part.printer") in message
        assert said.say(f"unavailable.{no.value.code}") in message
    return no.value.part, no.value.code


def test_the_job_is_where_the_document_lies(tmp_path):
    """P7: the officer is told where to look."""
    printer = FolderPrinter(tmp_path)

    jobs = [printer.submit(pdf, "K7QD.000001") for pdf in (b"1", b"2", b"3")]

    assert [Path(job).name for job in jobs] == ["K7QD.000001.pdf", "K7QD.000001-2.pdf", "K7QD.000001-3.pdf"]
    assert [Path(job).read_bytes() for job in jobs] == [b"1", b"2", b"3"]


def test_a_file_that_somebody_else_put_there_is_not_overwritten(tmp_path):
    """P7."""
    (tmp_path / "K7QD.000001.pdf").write_bytes(b"theirs")

    FolderPrinter(tmp_path, str(tmp_path)).submit(b"ours", "K7QD.000001")

    assert (tmp_path / "K7QD.000001.pdf").read_bytes() == b"theirs"
    assert (tmp_path / "K7QD.000001-2.pdf").read_bytes() == b"ours"


def test_the_kiosk_s_own_folder_is_its_owner_s_alone(tmp_path):
    """Q10: what is printed names clients."""
    FolderPrinter(tmp_path).submit(b"%PDF", "x")

    assert (tmp_path / "printed").stat().st_mode & 0o777 == 0o700


def test_a_folder_elsewhere_that_is_not_there_is_not_made(tmp_path):
    """P7: where another machine's folder is away, nobody would look into one that was made in its place."""
    assert refused(FolderPrinter(tmp_path, "away")) == ("printer", "gone")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_gone(tmp_path):
    """P7."""
    (tmp_path / "printed").write_text("x")

    assert refused(FolderPrinter(tmp_path)) == ("printer", "gone")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "read-only"),
        (errno.EIO, "gone"),
        (errno.ESTALE, "gone"),
    ],
)
def test_what_the_disk_refuses_is_said_in_our_words_and_leaves_nothing_behind(tmp_path, monkeypatch, number, code):
    """P7: at the last moment, when the document is written to the disk."""

    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)

    assert refused(FolderPrinter(tmp_path)) == ("printer", code)
    assert list((tmp_path / "printed").iterdir()) == []


def test_a_document_for_which_there_is_no_room_leaves_nothing_behind(tmp_path):
    """P7: a real limit of the kernel's; half a document is none."""
    printer, limit = FolderPrinter(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        assert refused(printer) == ("printer", "gone")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)

    assert list((tmp_path / "printed").iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from kiosk.adapters import folder as folder_module
from kiosk.adapters.folder import FolderPrinter
os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
FolderPrinter(Path(sys.argv[1])).submit(b"%PDF", "K7QD.000001")
"""


def test_a_kiosk_that_is_killed_while_it_prints_leaves_no_half_document_and_prints_afterwards(tmp_path):
    """P7: whoever looks into the folder sees whole documents alone."""
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path], cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == -9
    assert list((tmp_path / "printed").glob("[!.]*")) == []

    assert Path(FolderPrinter(tmp_path).submit(b"%PDF whole", "K7QD.000001")).read_bytes() == b"%PDF whole"


def kiosk(home, text):
    home.mkdir(exist_ok=True)
    (home / "kiosk.toml").write_text(f'station = "K7QD"\n[printer]\n{text}')
    return Parts.of(str(home))


def test_with_nothing_set_it_is_printed_below_the_home(tmp_path):
    """P7."""
    job = kiosk(tmp_path / "home", "").printer.submit(b"%PDF", "x")

    assert Path(job) == tmp_path / "home" / "printed" / "x.pdf"


def test_a_folder_of_the_settings_is_where_it_is_printed(tmp_path):
    """P7."""
    (tmp_path / "tray").mkdir()

    job = kiosk(tmp_path / "home", f'kind = "folder"\nfolder = "{tmp_path}/tray"').printer.submit(b"%PDF", "x")

    assert Path(job) == tmp_path / "tray" / "x.pdf"


@pytest.mark.parametrize(
    ("text", "code"),
    [('kind = "fax"', "unknown-kind"), ("kind = 7", "bad-setting"), ("folder = 7", "bad-setting"), ('tray = "2"', "bad-setting")],
)
def test_a_setting_of_the_printer_that_is_wrong_is_named(tmp_path, text, code):
    """P7: at the start, not at the first sheet."""
    with pytest.raises(Refusal) as no:
        _ = kiosk(tmp_path / "home", text).printer
    assert no.value.code == code


# --- what it says of itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "reasons"), [(0o700, ()), (None, ("gone",))], ids=["there", "away"])
def test_a_folder_says_how_it_is_before_anything_is_printed(tmp_path, mode, reasons):
    """P7."""
    folder = tmp_path / "tray"
    if mode is not None:
        folder.mkdir(mode)

    assert FolderPrinter(tmp_path, "tray").condition().reasons == reasons


def test_a_folder_of_our_own_is_well_before_it_is_made_and_bad_when_something_else_is_there(tmp_path):
    printer = FolderPrinter(tmp_path)
    assert printer.condition().lamp is Lamp.GOOD
    (tmp_path / "printed").write_text("in the way")

    assert printer.condition().reasons == ("gone",)


def test_a_full_disk_is_seen_before_it_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_module, "ROOM", 1 << 62)

    assert FolderPrinter(tmp_path).condition().reasons == ("disk-full",)


def test_a_folder_that_does_not_answer_is_told_as_gone(tmp_path, monkeypatch):
    """A share whose server is away: an error of the system's would have ended the queue."""

    def stale(*_):
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    monkeypatch.setattr(folder_module.shutil, "disk_usage", stale)
    with pytest.raises(Unavailable) as no:
        FolderPrinter(tmp_path).condition()

    assert no.value.code == "gone"
