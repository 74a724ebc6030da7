"""Who speaks slowly keeps a thread, and the threads are for scans: nobody may keep them all (issue 3, 9)."""

import io
import socket
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest

from kiosk.cli.patience import LEAVING, LONGEST, MOST, MOST_LEAVING, SLOW, Body, Patience, patient


@dataclass(eq=False)
class Speaker:
    """Somebody at the other end of a connection."""

    sock: socket.socket
    other: socket.socket

    @property
    def hung_up(self):
        self.other.setblocking(False)
        try:
            return self.other.recv(1) == b""
        except BlockingIOError:
            return False


@pytest.fixture
def line():
    """Makes connections, and closes them."""
    with ExitStack() as stack:

        def connected():
            ours, theirs = socket.socketpair()
            stack.enter_context(closing(ours))
            stack.enter_context(closing(theirs))
            return Speaker(ours, theirs)

        yield connected


class Watch:
    """A watch that stands still until it is set."""

    at = 0.0

    def __call__(self):
        return self.at


def listened(patience, speakers, watch, pause=0.0):
    """Begin to listen to all of them, one after the other."""
    stack = ExitStack()
    for one in speakers:
        stack.enter_context(patience.listening(one))
        watch.at += pause
    return stack


def test_who_takes_too_long_is_hung_up_on_and_nobody_earlier(line):
    watch, one = Watch(), line()
    patience = Patience(watch)
    with listened(patience, [one], watch):
        watch.at = LONGEST
        patience.look()
        assert not one.hung_up
        watch.at = LONGEST + 0.1
        patience.look()
        assert one.hung_up


def test_where_many_are_slow_the_slowest_are_hung_up_on(line):
    watch, many = Watch(), [line() for _ in range(MOST + 3)]
    patience = Patience(watch)
    with listened(patience, many, watch, pause=0.1):
        watch.at += SLOW
        patience.look()

        assert [one.hung_up for one in many] == [True] * 3 + [False] * MOST


def test_a_hundred_at_once_who_are_not_slow_are_heard(line):
    watch, many = Watch(), [line() for _ in range(100)]
    patience = Patience(watch)
    with listened(patience, many, watch):
        watch.at = SLOW
        patience.look()

        assert not any(one.hung_up for one in many)


def test_who_was_heard_may_be_answered_for_as_long_as_it_takes(line):
    """A stream of events, or a stamp."""
    watch, one = Watch(), line()
    patience = Patience(watch)
    with listened(patience, [one], watch):
        patience.heard(one)
        watch.at = 1000.0
        patience.look()

        assert not one.hung_up


def test_a_connection_that_is_gone_already_harms_nobody(line):
    watch, one, other = Watch(), line(), line()
    patience = Patience(watch)
    with listened(patience, [one, other], watch):
        one.sock.close()
        watch.at = 1000.0
        patience.look()

        assert other.hung_up


def test_who_stays_on_the_line_after_the_last_answer_is_waited_for_by_nobody(line):
    """Before: twenty of them, who need not even have asked for anything, held everybody else up for forty seconds."""
    watch, one, other = Watch(), line(), line()
    patience = Patience(watch)
    one.sock.sendall(b"the last answer")
    one.other.sendall(b"what nobody read")
    other.other.close()

    patience.leave(one.sock)
    patience.leave(other.sock)
    patience.leave(other.sock)

    assert one.other.recv(100) == b"the last answer"
    assert one.hung_up
    assert (one.sock.fileno() >= 0, other.sock.fileno()) == (True, -1)
    watch.at = LEAVING - 0.1
    patience.look()
    assert one.sock.fileno() >= 0
    watch.at = LEAVING
    patience.look()
    assert one.sock.fileno() == -1


def test_who_hangs_up_is_forgotten_at_once(line):
    watch, one = Watch(), line()
    patience = Patience(watch)
    patience.leave(one.sock)
    one.other.close()
    patience.look()

    assert one.sock.fileno() == -1


def test_so_many_stay_on_the_line_and_no_more(line):
    patience, many = Patience(Watch()), [line() for _ in range(MOST_LEAVING + 1)]
    for one in many:
        patience.leave(one.sock)

    assert [one.sock.fileno() >= 0 for one in many] == [True] * MOST_LEAVING + [False]


def test_each_part_of_a_body_has_its_own_time(line):
    watch, one = Watch(), line()
    patience, seen = Patience(watch), []

    class Slow(io.BytesIO):
        def read(self, size=-1):
            watch.at += LONGEST - 0.1
            patience.look()
            seen.append(one.hung_up)
            return super().read(size)

    body = Body(Slow(b"x" * 10), one.sock, patience)
    assert [body.read(4), body.read(4), body.read()] == [b"xxxx", b"xxxx", b"xx"]
    assert not any(seen)

    watch.at += 1000.0
    patience.look()
    assert not one.hung_up, "between two parts nobody is listened to"


def test_a_part_that_does_not_come_ends(line):
    watch, one = Watch(), line()
    patience = Patience(watch)

    class Never(io.BytesIO):
        def read(self, size=-1):
            watch.at += LONGEST + 0.1
            patience.look()
            return b""

    assert Body(Never(), one.sock, patience).read(4) == b""
    assert one.hung_up


def test_an_application_reads_the_body_as_it_came(line):
    one = line()

    def application(environ, start):
        body = environ["wsgi.input"]
        return [body.readline(), body.read(1), *body.readlines()]

    environ = {"wsgi.input": io.BytesIO(b"a\nbc\nd"), "gunicorn.socket": one.sock}
    assert list(patient(application, Patience())(environ, None)) == [b"a\n", b"b", b"c\n", b"d"]
    environ = {"wsgi.input": io.BytesIO(b"a\nbc\nd"), "gunicorn.socket": one.sock}
    assert list(patient(lambda environ, start: environ["wsgi.input"], Patience())(environ, None)) == [b"a\n", b"bc\n", b"d"]
