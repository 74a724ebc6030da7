"""Receipt printers: the bytes that come out of a pseudo-terminal, and printers without paper, open or silent (issue 6, 1)."""

import os
import pty
import socket
import threading
import tty
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.adapters.escpos import CAUSE, ONLINE, PAPER, EscposSlips, drawn, encodable
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.slip import Slip

ZONE = "America/Toronto"
SLIP = Slip("K7QD.000123", "0453", 3, datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "fr")
WELL = {PAPER: 0x12, ONLINE: 0x12, CAUSE: 0x12}


class Printer:
    """A printer at the other end of a wire: it answers as it was told, and keeps what it got."""

    def __init__(self, read, write, says=WELL, noise=b""):
        self.read, self.write, self.says, self.noise = read, write, dict(says), noise
        self.got = b""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                data = self.read(4096)
            except OSError:
                return
            if not data:
                return
            for question, answer in self.says.items():
                if question in data:
                    data = data.replace(question, b"")
                    self.write(self.noise + bytes([answer]) if answer is not None else b"")
            self.got += data


@pytest.fixture
def wired():
    """A function that puts a printer at a pseudo-terminal."""
    ends = []

    def make(says=WELL, noise=b""):
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        ends.extend((ours, theirs))
        printer = Printer(lambda most: os.read(ours, most), lambda data: os.write(ours, data), says, noise)
        return printer, os.ttyname(theirs)

    yield make
    for end in ends:
        os.close(end)


def settled(printer, expected):
    """What the printer has got, as soon as it is all there."""
    for _ in range(200):
        if len(printer.got) >= len(expected):
            break
        printer.thread.join(0.01)
    return printer.got


def test_a_slip_comes_out_whole_with_its_accents_and_its_bars(wired):
    """Q10: the printer's own Code 128, code set B, of the sheet's number; French in a code page that has it."""
    printer, device = wired()
    expected = drawn(SLIP, ZoneInfo(ZONE))

    assert EscposSlips(ZONE, device=device).give(SLIP) == device
    got = settled(printer, expected)
    assert got == expected
    assert got.startswith(b"\x1b@\x1bt\x10")  # initialise; code page 16 is Windows-1252
    assert b"\x1dkI\x0d{BK7QD.000123" in got  # GS k 73 n, code set B
    assert got.endswith(b"\x1dV\x00")  # cut
    said = got.decode("cp1252")
    for words in ("Billet de demande", "numéros", "d’un agent", "à balayer", "Bureau 453"):
        assert words in said
    assert said.index("Billet de demande") < said.index("Query slip")
    assert "?" not in said


def test_no_mark_is_on_a_slip():
    """Fault 1: nothing that looks like proof."""
    said = drawn(SLIP, ZoneInfo(ZONE)).decode("cp1252")

    assert "Ce billet n’est pas une preuve" in " ".join(said.split())
    assert not any(word in said.split() for word in ("R", "NR", "N/A", "RELEASED", "MAINLEVÉE"))


@pytest.mark.parametrize("codepage", ["CP1252", "CP858", "CP850", "CP437"])
def test_what_a_code_page_lacks_is_written_with_what_it_has(codepage):
    said = drawn(SLIP, ZoneInfo(ZONE), 32, codepage)

    assert b"?" not in said
    assert "numéros".encode(codepage) in said
    assert encodable("l’été – œuf", codepage).encode(codepage)


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (WELL | {PAPER: 0x72}, "paper-out"),
        (WELL | {ONLINE: 0x1A, CAUSE: 0x32}, "paper-out"),
        (WELL | {ONLINE: 0x1A, CAUSE: 0x16}, "lid-open"),
        (WELL | {ONLINE: 0x1A}, "receipt-offline"),
        (WELL | {PAPER: None}, "receipt-offline"),
    ],
)
def test_a_printer_that_can_not_print_is_told_and_gets_nothing(wired, says, code):
    printer, device = wired(says)
    with pytest.raises(Unavailable) as told:
        EscposSlips(ZONE, device=device).give(SLIP)

    assert (told.value.part, told.value.code) == ("receipt", code)
    assert printer.got.replace(PAPER, b"") == b""


def test_paper_that_ends_under_the_slip_is_told(wired):
    printer, device = wired()
    slips = EscposSlips(ZONE, device=device)
    check, times = slips._check, []

    def ends(wire):
        times.append(1)
        if len(times) == 2:
            printer.says[PAPER] = 0x72
        check(wire)

    slips._check = ends
    with pytest.raises(Unavailable, match="paper-out"):
        slips.give(SLIP)


def test_what_is_no_answer_is_not_taken_for_one(wired):
    """A printer that sends its own news between: XOFF, or a status nobody asked for."""
    _, device = wired(noise=b"\x13\xff")

    assert EscposSlips(ZONE, device=device).give(SLIP) == device


def test_a_silent_printer_is_believed_where_it_was_set_so(wired):
    _, device = wired(dict.fromkeys(WELL))

    assert EscposSlips(ZONE, device=device, status=False).give(SLIP) == device


def test_a_printer_that_is_not_there_is_told():
    for where in ({"device": "/dev/ttyNONE9"}, {"device": "/no/such/lp0"}, {"host": "127.0.0.1", "port": 9}):
        with pytest.raises(Unavailable) as told:
            EscposSlips(ZONE, **where).give(SLIP)
        assert told.value.code == "receipt-away"


def test_a_printer_on_the_network_prints(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = []

        def serve():
            connection, _ = server.accept()
            with connection:
                taken.append(Printer(connection.recv, connection.sendall))
                taken[0].thread.join(10)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        EscposSlips(ZONE, host="127.0.0.1", port=server.getsockname()[1]).give(SLIP)
        thread.join(10)

    assert taken[0].got == drawn(SLIP, ZoneInfo(ZONE))


def test_a_usb_printers_own_device_gets_the_same(tmp_path):
    path = tmp_path / "lp0"
    path.touch()
    EscposSlips(ZONE, device=str(path), status=False).give(SLIP)

    assert path.read_bytes() == drawn(SLIP, ZoneInfo(ZONE))


@pytest.mark.parametrize("where", [{}, {"device": "/dev/x", "host": "y"}])
def test_a_printer_is_at_one_place(where):
    with pytest.raises(Refusal, match="bad-setting"):
        EscposSlips(ZONE, **where)
