"""Lines that give a byte now and then: what asks over one is answered, or told that there is no answer, in its own time."""

import socket
import struct
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk.adapters.ipp import IppPrinter
from kiosk.adapters.ipp.codec import Group, Message, Tag, decode, encode, number
from kiosk.adapters.peer import HttpPeer
from kiosk.core.faults import Unavailable
from kiosk.core.printing import AnswerLost

GAP, DROPS = 0.05, 40
"""Two seconds altogether, and none of its silences is long: whoever waits for each byte anew waits for all of them."""


@contextmanager
def dripping(kind, body, head=None):
    """A server that says the beginning of a good answer drop by drop, and then all the rest of it."""
    begin = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body)) if head is None else head
    over, whole = Event(), Event()

    def serve():
        line, _ = listener.accept()
        with line:
            line.recv(1 << 16)
            try:
                line.sendall(begin)
                for drop in range(DROPS):
                    over.wait(GAP)
                    line.sendall(body[drop : drop + 1])
                line.sendall(body[DROPS:])
                whole.set()
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], whole
        over.set()
        thread.join(5)


def test_a_printer_that_answers_byte_by_byte_has_not_answered_when_its_time_is_over():
    """P7: the queue waited on that one line for ever, every document behind it too, and the lamp showed what had once been."""
    answer = encode(Message(0, 1, (Group(Tag.JOB, {"job-id": (number(7),)}),))) + bytes(DROPS)
    with dripping(b"application/ipp", answer) as (port, _), pytest.raises(AnswerLost):
        IppPrinter(Path("/nowhere"), f"ipp://127.0.0.1:{port}/ipp", budget=0.2).submit(b"%PDF", "x")


def test_a_handshake_byte_by_byte_is_no_connection(monkeypatch):
    """P7, ipps."""
    monkeypatch.setattr("kiosk.adapters.ipp.wire.REACH", 0.2)
    hello = b"\x16\x03\x03\x40\x00" + bytes(DROPS)
    with dripping(b"", hello[1:], hello[:1]) as (port, whole):
        with pytest.raises(Unavailable) as no:
            IppPrinter(Path("/nowhere"), f"ipps://127.0.0.1:{port}/ipp", budget=30.0).submit(b"%PDF", "x")
        assert not whole.is_set()

    assert not isinstance(no.value, AnswerLost)


def test_an_office_that_answers_byte_by_byte_keeps_nobody_at_the_gate():
    """P2: a live answer has a second and a half, and then the list goes."""
    body = b'{"voided": false, "held": []}' + b" " * DROPS
    with dripping(b"application/json", body) as (port, _), pytest.raises(Unavailable) as no:
        HttpPeer(f"http://127.0.0.1:{port}", "token", 0.2).standing("K7QD.000001")

    assert no.value.code == "slow"


def test_a_printer_s_answer_of_many_values_is_read_in_one_go():
    """P7: each further value was once a copy of all before it, and a mebibyte of them minutes of the whole kiosk."""
    many = 100_000
    head = struct.pack(">BBHI", 1, 1, 0, 1) + bytes([Tag.PRINTER, Tag.KEYWORD]) + struct.pack(">H1sH", 1, b"a", 0)
    begin = time.thread_time()

    (group,) = decode(head + (bytes([Tag.KEYWORD]) + bytes(4)) * many + bytes([Tag.END])).groups

    assert len(group.texts("a")) == many + 1
    assert time.thread_time() - begin < 10  # a second; a minute as it was
