"""A good reply, and servers that say whatever a test wants: raw sockets on loopback, a WSGI application in this process."""

import contextlib
import copy
import json
import socket
import threading
from datetime import UTC, datetime, timedelta

from kiosk.adapters.acros import Acros
from kiosk.adapters.acros.reply import Reply, understood
from kiosk.core.faults import Unavailable
from kiosk.core.reference import CCN, TransactionNumber

NOW = datetime(2026, 11, 22, 15, 4, 5, 123456, UTC)
AUTHORITY = "acros-stub"
TOLERANCE = timedelta(seconds=30)
FIRST, SECOND = TransactionNumber("99999", "001495785"), TransactionNumber("99999", "001495786")
PART, BOTH = CCN("8XXX", "PARS0000471"), CCN("XXXX", "-77001122")
GONE = CCN("XXXX", "0000099999")
ASKED = (FIRST, SECOND, PART, BOTH, GONE)
STATUSES = ("R", "NR", "NR", "R", "N/A")


def iso(minutes=0):
    """The time of so many minutes ago, as it stands on the wire."""
    return (NOW - timedelta(minutes=minutes)).isoformat()


def filed(number, indicator, reason, minutes=60):
    """One request on file."""
    status = "R" if reason == "released" else "NR"
    where = {"office": "0453", "sub_location": "9453", "service_option": "911"}
    return {"number": number, **where, "status": status, "reason": reason, "indicator": indicator, "processed_at": iso(minutes)}


def row(reference, reason, *requests, released_at=None):
    """One answer."""
    status = {"released": "R", "not-on-file": "N/A"}.get(reason, "NR")
    said = {"kind": reference.kind, "number": str(reference), "status": status, "reason": reason}
    return {**said, "office": "0453" if requests else None, "released_at": released_at, "transactions": list(requests)}


_GOOD = {
    "authority": AUTHORITY,
    "as_of": iso(),
    "answers": [
        row(FIRST, "released", filed(str(FIRST), "4", "released"), released_at=iso(60)),
        row(SECOND, "exam", filed(str(SECOND), "5", "exam")),
        row(PART, "part-released", filed("99999001495792", "4", "released"), filed("99999001495793", "24", "accepted")),
        row(
            BOTH,
            "released",
            filed("99999001495794", "4", "released", 50),
            filed("99999001495795", "4", "released", 40),
            filed("99999001495796", "CANCELLED", "cancelled"),
            filed(None, "4", "too-old", 4 * 366 * 24 * 60),
            released_at=iso(40),
        ),
        row(GONE, "not-on-file"),
    ],
}


def good():
    """The right reply to `ASKED`, as a document of one's own."""
    return copy.deepcopy(_GOOD)


def body(document):
    """A document as bytes."""
    return json.dumps(document).encode()


def http(content, status="200 OK", kind="application/json", *headers):
    """An HTTP reply, whole."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *([f"Content-Type: {kind}"] if kind else []), *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def application(said):
    """A WSGI application that says this HTTP reply."""
    head, _, content = said.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")

    def wsgi(_environ, start_response):
        start_response(status.partition(" ")[2], [tuple(header.split(": ", 1)) for header in headers])
        return [content]

    return wsgi


def over_http(url, budget=30.0, **settings):
    """A store at an address, at the time of the good reply."""
    return Acros(lambda: NOW, authority=AUTHORITY, url=url, budget=budget, **settings)


def in_process(app, budget=30.0, **options):
    """A store in this process, at the time of the good reply."""
    return Acros(lambda: NOW, authority=AUTHORITY, app=f"{__name__}:{app}", budget=budget, **options)


class Rogue:
    """A server on loopback that reads each request and then does what its script does with the connection.

    A script is called with the connection, the body that was asked, and an event that is set when the test is over.
    """

    def __init__(self, script):
        self._script, self._over, self.asked = script, threading.Event(), []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections = []
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *exc):
        self._over.set()
        for one in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                self._threads.append(threading.Thread(target=self._serve, args=[connection], daemon=True))
                self._threads[-1].start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
            while asked := _request(stream):
                self.asked.append(asked)
                self._script(connection, asked, self._over)


def saying(content):
    """A server that says always the same."""
    return Rogue(lambda connection, _asked, _over: connection.sendall(content))


def _request(stream):
    """The body of the next request; nothing when there is none."""
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return stream.read(length)


def replied(document):
    return Reply(200, "application/json", body(document))


def statuses(reply):
    """The status of each reference asked; None where there is no answer. Any other exception fails the test."""
    try:
        found = understood(reply, ASKED, AUTHORITY, NOW, TOLERANCE)
    except Unavailable:
        return None
    assert tuple(answer.reference for answer in found) == ASKED
    return tuple(answer.status.value for answer in found)
