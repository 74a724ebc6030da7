"""`kiosk register`: the warehouse's register at the terminal, and its way to the office (P3)."""

import csv
import io
from threading import Thread
from uuid import uuid4
from zipfile import ZipFile

import pytest
from werkzeug.serving import make_server

from kiosk.adapters.sql import SqlJournal
from kiosk.config import clock, local
from kiosk.desks.register import Incoming, Register
from tests.kiosk.web.register_samples import CCN, HERE, TOKEN, RegisterKiosk


@pytest.fixture
def goods(home, kiosk):
    """Ten pieces came in today, and one formula."""
    assert kiosk("register", "open").code == 0  # the record is begun
    journal = SqlJournal(f"sqlite:///{home / 'journal.sqlite3'}")
    station = kiosk("register", "open", "--json")
    assert station.json == {"lots": []}
    desk = Register(journal, clock, "K7QD", local("America/Toronto"))
    desk.take_in(Incoming(uuid4().hex, HERE, CCN, 10, "A-12", "=1+1"), "W7001")
    journal.close()


def test_what_is_inside_and_what_was_written_today(kiosk, goods):
    assert CCN in kiosk("register", "open").out
    assert [lot["inside"] for lot in kiosk("register", "open", "--json").json["lots"]] == ["10"]
    assert "Pieces in: 10." in kiosk("register", "list", "--sub-location", HERE).out
    assert "No entries." in kiosk("register", "list", "--sub-location", "9999").out
    assert "Aucune inscription." in kiosk("--lang", "fr", "register", "list", "--sub-location", "9999").out
    assert kiosk("register", "list").code == 1  # no warehouse is named


def test_a_register_is_exported_as_paper_and_as_tables(kiosk, goods, tmp_path):
    for ending in ("pdf", "csv", "xlsx", "doc"):
        done = kiosk("register", "export", str(tmp_path / f"out.{ending}"), "--sub-location", HERE)
        assert done.code == (1 if ending == "doc" else 0), done.err

    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig")))
    assert (row["Number"], row["Carrier"]) == (CCN, "'=1+1")
    assert ZipFile(tmp_path / "out.xlsx").testzip() is None


def test_without_an_office_there_is_nobody_to_send_to(kiosk, goods):
    done = kiosk("register", "sync")

    assert (done.code, "No office is set" in done.err) == (1, True)


def test_a_round_with_the_office_sends_what_it_has_not(kiosk, home, tmp_path, request):
    """P3: a real office at an address. Its lists are not believed, and the entries go there all the same."""
    office = RegisterKiosk(tmp_path)
    request.addfinalizer(office.close)
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    request.addfinalizer(server.shutdown)
    table = f'[gate]\noffice = "http://127.0.0.1:{server.port}"\ntoken = "{TOKEN}"\nroot = "{"00" * 32}"\n'
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("[gate]", "[old]", 1).replace("[old]", table, 1))
    kiosk("register", "open")
    own = kiosk("register", "list", "--sub-location", HERE, "--json")
    assert own.code == 0
    station = next(line.split('"')[1] for line in settings.read_text().splitlines() if line.startswith("station"))
    journal = SqlJournal(f"sqlite:///{home / 'journal.sqlite3'}")
    Register(journal, clock, station, local("America/Toronto")).take_in(Incoming(uuid4().hex, HERE, CCN, 7), "W7001")
    journal.close()

    done = kiosk("register", "sync")

    assert (done.code, "signature" in done.err) == (1, True)  # its lists are of another root than the one that is pinned
    assert office.register.lot(HERE, CCN).inside == 7
