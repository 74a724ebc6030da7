"""A store on the network that hangs, drips, breaks off or is not there: no answer, and in time (Q6; an officer waits)."""

import gzip
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.acros_samples import ASKED, FIRST, STATUSES, Rogue, body, good, http, over_http, saying

GOOD = http(body(good()))
HEAD, _, CONTENT = GOOD.partition(b"\r\n\r\n")
BUDGET = 0.5
BOUND = 3 * BUDGET


def refused(url, **more):
    """How the store at this address could not be asked."""
    with pytest.raises(Unavailable) as no:
        over_http(url, **more).ask(ASKED)
    assert no.value.part == "store"
    return no.value.code


def silent(connection, _asked, over):
    over.wait()


def drip(connection, content, over):
    """A byte at a time, each well within any time-out of a socket."""
    for byte in content:
        if over.wait(0.05):
            return
        connection.sendall(bytes([byte]))


def status_line_drip(connection, _asked, over):
    drip(connection, b"HTTP/1.1 200 " + b"O" * 10_000, over)


def header_drip(connection, _asked, over):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
    drip(connection, b"x" * 10_000, over)


def continue_drip(connection, _asked, over):
    while not over.wait(0.05):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def body_drip(connection, _asked, over):
    connection.sendall(HEAD + b"\r\n\r\n")
    drip(connection, CONTENT, over)


def space_drip(connection, _asked, over):
    """The right answer, and then white space without end."""
    connection.sendall(HEAD.replace(b"Content-Length: ", b"Content-Length: 9") + b"\r\n\r\n" + CONTENT)
    drip(connection, b" " * 10_000, over)


def chunk_drip(connection, _asked, over):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    drip(connection, b"1\r\n \r\n" * 10_000, over)


SLOW = [silent, status_line_drip, header_drip, continue_drip, body_drip, space_drip, chunk_drip]


@pytest.mark.parametrize("script", SLOW, ids=lambda script: script.__name__)
def test_a_store_slower_than_the_budget_does_not_keep_the_officer(script):
    """Q6: the time-out of a socket starts anew with each byte; the budget does not."""
    with Rogue(script) as server:
        before = time.monotonic()
        code = refused(server.url, budget=BUDGET)
        took = time.monotonic() - before

    assert code == "slow"
    assert took < BOUND


def test_a_store_that_takes_no_connection_does_not_keep_the_officer():
    """Q6: its queue is full, so that a connection is neither taken nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        before = time.monotonic()
        code = refused(f"http://127.0.0.1:{listener.getsockname()[1]}", budget=BUDGET)
        took = time.monotonic() - before
        for one in waiting:
            one.close()

    assert code in {"slow", "down"}
    assert took < BOUND


@pytest.mark.parametrize("asked", [1, 2, 3, 4, 5, 10])
def test_hanging_questions_do_not_pile_up(asked):
    """Three hang for as long as the budget; then the store is left alone, and nobody waits."""
    with Rogue(silent) as server:
        store = over_http(server.url, budget=0.1)
        for _ in range(asked):
            with pytest.raises(Unavailable):
                store.ask(ASKED)
        assert len(server.asked) == min(asked, 3)


def broken(content):
    """A server that says this much and hangs up."""

    def script(connection, _asked, _over):
        connection.sendall(content)
        connection.shutdown(socket.SHUT_RDWR)

    return Rogue(script)


def chunked(*chunks, end=b"0\r\n\r\n"):
    said = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + said + end


BROKEN = {
    "no reply": b"",
    "half a status line": GOOD[:7],
    "half a head": HEAD[: len(HEAD) // 2],
    "head alone": HEAD + b"\r\n\r\n",
    "half a body": GOOD[: -len(CONTENT) // 2],
    "all but the last byte": GOOD[:-1],
    "a length that is too long": http(body(good())).replace(b"Content-Length: ", b"Content-Length: 9"),
    "half of the chunks": chunked(CONTENT[:500], end=b""),
    "chunks without an end": chunked(CONTENT, end=b""),
    "a chunk cut short": chunked(end=b"fff\r\n" + CONTENT),
    "a chunk of no length": chunked(end=b"zz\r\n" + CONTENT),
    "no HTTP": b"R\r\n" + CONTENT,
    "HTTP of another age": b"HTTP/9.9 abc\r\n\r\n" + CONTENT,
    "a length too short": http(CONTENT[:-1]) + CONTENT[-1:],
    "no length, and half a body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + CONTENT[:-1],
    "a head of 10 MB": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000_000 + b"\r\n\r\n" + CONTENT,
    "many headers": http(CONTENT, "200 OK", "application/json", *(f"X-{n}: x" for n in range(2000))),
    "gzip that is none": http(CONTENT, "200 OK", "application/json", "Content-Encoding: gzip"),
    "gzip cut short": http(gzip.compress(CONTENT)[:-20], "200 OK", "application/json", "Content-Encoding: gzip"),
    "a gzip bomb": http(gzip.compress(bytes(200_000_000), 9), "200 OK", "application/json", "Content-Encoding: gzip"),
    "noise": Random(7).randbytes(4000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_reply_that_breaks_off_is_no_answer(name):
    """Q6: the rows that did come are no answer either."""
    with broken(BROKEN[name]) as server:
        assert refused(server.url) in {"down", "garbled"}


@settings(max_examples=75, deadline=None)
@given(st.integers(0, len(HEAD) + 3), st.binary(max_size=3), st.integers(0, 3))
def test_a_head_that_was_spoilt_on_the_way_never_makes_another_status(at, wrong, length):
    """Q3, Q6: and nothing but `Unavailable` is ever raised."""
    with broken(GOOD[:at] + wrong + GOOD[at + length :]) as server:
        try:
            found = over_http(server.url).ask(ASKED)
        except Unavailable:
            return

    assert tuple(answer.status for answer in found) == STATUSES


def test_a_connection_that_is_refused_is_no_answer():
    """Q6."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    assert refused(url) == "down"


def test_a_connection_that_is_reset_is_no_answer():
    """Q6."""

    def script(connection, _asked, _over):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        os.close(connection.detach())

    with Rogue(script) as server:
        assert refused(server.url) in {"down", "garbled"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nowhere.invalid", "http://[::1]:1"])
def test_an_address_where_there_is_nothing_is_no_answer(url):
    """Q6: a name that is not resolved, a port that nobody has."""
    assert refused(url, budget=BUDGET) in {"down", "slow"}


@pytest.mark.parametrize("reply", [GOOD, chunked(CONTENT[:99], CONTENT[99:])], ids=["length", "chunks"])
def test_a_sound_reply_in_any_form_is_an_answer(reply):
    """Q3: so that the tests above refuse what is broken, and nothing else."""
    with saying(reply) as server:
        assert tuple(answer.status for answer in over_http(server.url).ask(ASKED)) == STATUSES


def test_a_compressed_reply_is_an_answer():
    """Q3."""
    with saying(http(gzip.compress(CONTENT), "200 OK", "application/json", "Content-Encoding: gzip")) as server:
        assert tuple(answer.status for answer in over_http(server.url).ask(ASKED)) == STATUSES


def test_a_redirect_is_not_followed():
    """Q6: what a page somewhere else says is nobody's answer."""
    with (
        saying(GOOD) as elsewhere,
        saying(http(b"", "307 Temporary Redirect", "text/html", f"Location: {elsewhere.url}/v1/answers")) as server,
    ):
        assert refused(server.url) == "refused"
        assert elsewhere.asked == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    """Q6: a proxy that remembers would answer with what was true once."""
    with saying(GOOD) as proxy, saying(GOOD) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        over_http(server.url).ask(ASKED)

        assert (len(proxy.asked), len(server.asked)) == (0, 1)


def test_one_question_is_asked_once():
    """Who asks again, and when, is the station's to decide."""
    with broken(b"") as server:
        refused(server.url)

        assert len(server.asked) == 1


def test_what_a_connection_says_unasked_is_not_the_answer_to_the_next_question():
    """Q3: a second reply in the pipe, in which all is released, belongs to nobody."""
    first, wrong = good(), good()
    first["answers"] = [good()["answers"][4]]
    wrong["answers"] = [good()["answers"][0] | {"kind": "ccn", "number": str(ASKED[4])}]
    with saying(http(body(first)) + http(body(wrong))) as server:
        store = over_http(server.url)
        for _ in range(5):
            assert [answer.status for answer in store.ask(ASKED[4:])] == ["N/A"]


def test_a_reply_that_comes_too_late_is_not_the_answer_to_the_next_question():
    """Q3, Q6: what was asked first is answered when the second question is waiting."""
    asked = threading.Event()

    def late(connection, question, over):
        if str(FIRST).encode() in question:
            asked.wait(10)
            connection.sendall(http(body(good() | {"answers": good()["answers"][:1]})))
        else:
            asked.set()
            over.wait(0.2)
            connection.sendall(http(body(good() | {"answers": good()["answers"][1:2]})))

    with Rogue(late) as server:
        store = over_http(server.url, budget=1)
        with pytest.raises(Unavailable, match="slow"):
            store.ask(ASKED[:1])
        assert [answer.status for answer in store.ask(ASKED[1:2])] == ["NR"]


def test_a_store_that_comes_back_is_asked_again():
    """Q6: the connection that it closed meanwhile is not the store's fault."""

    def once(connection, _asked, _over):
        connection.sendall(GOOD)
        connection.shutdown(socket.SHUT_RDWR)

    with Rogue(once) as server:
        store = over_http(server.url)
        for _ in range(5):
            assert len(store.ask(ASKED)) == len(ASKED)


def test_many_who_ask_at_once_are_all_answered():
    """One store for every scanner of a station."""
    with saying(GOOD) as server, ThreadPoolExecutor(8) as pool:
        store = over_http(server.url)
        found = list(pool.map(lambda _: store.ask(ASKED), range(40)))

    assert {tuple(answer.status for answer in answers) for answers in found} == {STATUSES}


NO_STORE = [
    {"url": "127.0.0.1:8765"},
    {"url": "ftp://store"},
    {"url": "http://"},
    {"url": 5},
    {"url": "http://[::1"},
    {"url": "http://127.0.0.1:99999"},
    {"url": "http://%zz"},
    {"buget": 2},
    {"app": "tests.kiosk.adapters.acros_samples:application"},
    *({"budget": budget} for budget in (0, -1, "2", float("nan"), float("inf"))),
    *({"tolerance": tolerance} for tolerance in (-1, "30", float("nan"), 1e9)),
]


@pytest.mark.parametrize("wrong", NO_STORE, ids=repr)
def test_settings_that_make_no_store_are_refused_at_once(wrong):
    """Better no start than a store that is down for ever."""
    with pytest.raises((TypeError, ValueError)):
        over_http(**{"url": "http://store"} | wrong)


def test_a_form_with_more_numbers_than_the_store_takes_is_our_fault():
    with saying(GOOD) as server:
        with pytest.raises(ValueError, match="2001 references"):
            over_http(server.url).ask([FIRST] * 2001)
        assert server.asked == []
