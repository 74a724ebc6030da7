"""The office over HTTP: a real kiosk answers, and then a line that does everything that lines do (P3, P4)."""

import socket
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
from werkzeug.serving import make_server

from kiosk.adapters.peer import HttpPeer
from kiosk.core.faults import Refusal, Unavailable
from kiosk.desks.register.exchange import Exchange, packed
from tests.fakes import FakeClock
from tests.kiosk.station.peer_samples import Machine
from tests.kiosk.web.register_samples import CCN, HERE, OTHER, THERE, TOKEN, RegisterKiosk


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office's kiosk at an address."""
    kiosk = RegisterKiosk(tmp_path_factory.mktemp("office"))
    server = make_server("127.0.0.1", 0, kiosk.app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    kiosk.address = f"http://127.0.0.1:{server.port}"
    yield kiosk
    server.shutdown()
    kiosk.close()


@pytest.fixture
def entry(tmp_path):
    """An entry of a warehouse's own machine, on its way."""
    machine = Machine(tmp_path / "machine", "AAAA", None, FakeClock())
    machine.take_in(CCN, 4)
    (own,) = Exchange(machine.register).written_here(0)
    yield packed(own)
    machine.register.journal.close()


@contextmanager
def answering(*answers):
    """A server that answers each connection with these bytes and hangs up; none: it hangs up at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            for answer in answers:
                with listener.accept()[0] as line:
                    line.recv(65536)
                    line.sendall(answer)
                    line.shutdown(socket.SHUT_WR)
                    line.settimeout(5)
                    with suppress(OSError):
                        while line.recv(65536):  # a question that is left unread on hanging up takes its answer with it
                            pass

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


def http(status, body=b"", kind=b"application/json"):
    return b"HTTP/1.1 %d x\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
        status,
        kind,
        len(body),
        body,
    )


def test_an_entry_is_taken_once_however_often_it_is_sent(office, entry):
    """P3: idempotent by its id."""
    peer = HttpPeer(office.address, TOKEN)
    before = office.journal.count("GoodsIn")
    for _ in range(3):
        peer.push(entry)
    peer.close()

    assert office.journal.count("GoodsIn") == before + 1
    assert office.register.lot(HERE, CCN).ins[-1].by == "W7001@AAAA"


def test_an_id_that_says_something_else_now_is_refused_for_ever(office, entry):
    peer = HttpPeer(office.address, TOKEN)
    peer.push(entry)

    with pytest.raises(Refusal, match="entry-differs"):
        peer.push(entry | {"pieces": 5})
    peer.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"pieces": 0},
        {"pieces": "4"},
        {"number": "911"},
        {"at": "yesterday"},
        {"day": "2026-11-31"},
        {"due": "soon"},
        {"what": "else"},
        {"more": "x"},
        {"entry": "0" * 31},
        {"remark": "a\u202eb"},
        {"by": "W\u202e1"},
        {"by": "W\x001"},
    ],
)
def test_what_is_no_entry_is_refused_for_ever(office, entry, wrong):
    """Poison: it waits for a person at the warehouse, and is never sent again."""
    peer = HttpPeer(office.address, TOKEN)

    with pytest.raises(Refusal):
        peer.push(entry | wrong)
    peer.close()


@pytest.mark.parametrize("token", ["", "x" * 16, TOKEN[:-1], TOKEN + "0"])
def test_a_machine_that_the_office_does_not_know_writes_nothing(office, entry, token):
    """Nothing is lost by it: the token may be set tomorrow."""
    before = office.journal.checkpoint()
    peer = HttpPeer(office.address, token)

    with pytest.raises(Unavailable, match="unknown-token"):
        peer.push(entry)
    peer.close()
    assert office.journal.checkpoint() == before


def test_a_machine_writes_for_its_own_warehouse_alone(office, entry):
    peer = HttpPeer(office.address, TOKEN)

    with pytest.raises(Unavailable, match="unknown-token"):
        peer.push(entry | {"sub_location": THERE, "number": OTHER})
    peer.close()
    assert office.register.lot(THERE, OTHER).entries == 0


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "gone"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "gone"),
        (b"nonsense\r\n\r\n", "gone"),
        (http(200, b'{"entry": "other"}'), "strange"),
        (http(200, b"<html>"), "strange"),
        (http(200, b"[" * 100_000), "strange"),
        (http(302, b""), "strange"),
        (http(422, b"<html>a proxy</html>", b"text/html"), "strange"),
        (http(422, b"{}", b"application/problem+json"), "strange"),
        (http(409, b'{"code": "moved-on"}', b"application/problem+json"), "strange"),
        (http(500, b"{}", b"application/problem+json"), "choked"),
        (http(503, b'{"code": "locked"}', b"application/problem+json"), "gone"),
    ],
)
def test_whatever_else_is_answered_is_no_answer(entry, answer, code):
    """Could not ask: nothing is known, and it is sent again."""
    with answering(answer) as address, pytest.raises(Unavailable) as caught:
        HttpPeer(address, TOKEN).push(entry)

    assert (caught.value.part, caught.value.code) == ("office", code)


def test_the_standing_of_another_sheet_is_no_answer():
    """P4: goods are not let out, nor kept, for what is known of others."""
    other = http(200, b'{"sheet": "K7QD.000002", "voided": false, "held": []}')
    with answering(other) as address, pytest.raises(Unavailable, match="other-sheet"):
        HttpPeer(address, TOKEN).standing("K7QD.000001")


def test_nobody_there_and_a_list_that_does_not_end():
    with pytest.raises(Unavailable, match="gone"):
        HttpPeer("http://127.0.0.1:1", TOKEN).trust()
    with answering(http(200, b"A" * 100)) as address:
        assert HttpPeer(address, TOKEN).trust() == b"A" * 100
    with answering(http(404, b"{}")) as address, pytest.raises(Unavailable, match="strange"):
        HttpPeer(address, TOKEN).holds()
