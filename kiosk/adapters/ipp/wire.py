"""One question to an IPP printer: HTTP, a connection for each, with or without TLS.

It matters when a question fails: before it was sent (`Unavailable`) the printer has nothing; afterwards (`AnswerLost`) it may have.
"""

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kiosk.adapters.ipp.codec import Garbled, Message, decode, encode
from kiosk.core.faults import Unavailable
from kiosk.core.printing import AnswerLost

PORT: Final = 631
REACH: Final = 3.0
"""Seconds to reach a printer: it is in the same building."""
QUICK: Final = 4.0
"""Seconds for an answer to what sends no document."""
LONGEST: Final = 1 << 20
"""Bytes of an answer."""
_KIND: Final = "application/ipp"
_NO: Final = {
    HTTPStatus.UNAUTHORIZED: "not-allowed",
    HTTPStatus.FORBIDDEN: "not-allowed",
    HTTPStatus.UPGRADE_REQUIRED: "not-allowed",
    HTTPStatus.NOT_FOUND: "no-such-printer",
}


@dataclass(frozen=True)
class Wire:
    """Where a printer is: `ipp://host:631/ipp/print`, or ipps. ValueError for anything else.

    With ipps it must show a certificate that the system trusts, or one of `ca` (a PEM file), or the very one whose SHA-256 is
    `pin` (hexadecimal). `budget` is the seconds that it may take to answer when it was sent a document.
    """

    uri: str
    ca: str = ""
    pin: str = ""
    budget: float = 10.0

    def __post_init__(self) -> None:
        if self.where.scheme not in ("ipp", "ipps") or not self.where.hostname or self.where.username:
            raise ValueError(f"expected ipp://host:631/ipp/print or ipps://…, got {self.uri!r}")
        if self.where.scheme == "ipp" and (self.ca or self.pin):
            raise ValueError(f"expected ipps://… where a certificate is named, got {self.uri!r}")
        if self.pin and len(bytes.fromhex(self.pin.replace(":", ""))) != hashlib.sha256().digest_size:
            raise ValueError(f"expected a pin of 64 hexadecimal digits, got {self.pin!r}")

    @cached_property
    def where(self) -> SplitResult:
        """The address in its parts."""
        return urlsplit(self.uri)

    def ask(self, question: Message, document: bytes = b"") -> Message:
        """The printer's answer. `Unavailable` if it was not reached, `AnswerLost` if it was and gave no answer that can be read."""
        connection = self._connected()
        try:
            with _within(connection.sock, self.budget if document else QUICK):
                connection.request("POST", self.where.path or "/", encode(question) + document, {"Content-Type": _KIND})
                reply = connection.getresponse()
                body = reply.read(LONGEST)
        except (OSError, http.client.HTTPException) as error:
            raise AnswerLost("printer", "answer-lost", f"{self.uri}: {type(error).__name__}: {error}") from error
        finally:
            connection.close()
        return self._understood(reply, body, question.request)

    def _understood(self, reply: http.client.HTTPResponse, body: bytes, asked: int) -> Message:
        if reply.status in _NO:
            raise Unavailable("printer", _NO[HTTPStatus(reply.status)], f"{self.uri}: HTTP {reply.status} {reply.reason}")
        if reply.status != HTTPStatus.OK or reply.headers.get_content_type() != _KIND:
            raise AnswerLost("printer", "garbled", f"{self.uri}: HTTP {reply.status} {reply.headers.get_content_type()}")
        try:
            answer = decode(body)
        except Garbled as error:
            raise AnswerLost("printer", "garbled", f"{self.uri}: {error}") from error
        if answer.request != asked:
            raise AnswerLost("printer", "garbled", f"{self.uri}: expected the answer to {asked}, got that to {answer.request}")
        return answer

    def _connected(self) -> http.client.HTTPConnection:
        try:
            context = self._context()
        except OSError as error:  # the certificates that are named are not there, or are none
            raise Unavailable("printer", "untrusted", f"{self.uri}: {self.ca}: {error}") from error
        connection = http.client.HTTPConnection(self.where.hostname or "", self.where.port or PORT, timeout=REACH)
        try:
            connection.connect()
            if context:
                connection.sock = self._secured(connection.sock, context)
        except ssl.SSLError as error:
            connection.close()
            raise Unavailable("printer", "untrusted", f"{self.uri}: {error}") from error
        except OSError as error:
            connection.close()
            raise Unavailable("printer", "unreachable", f"{self.uri}: {error}") from error
        return connection

    def _context(self) -> ssl.SSLContext | None:
        """Whom to trust; None for a line without TLS."""
        if self.where.scheme == "ipp":
            return None
        context = ssl.create_default_context(cafile=self.ca or None)
        if self.pin:  # the very certificate is compared: whoever made it, and whatever name stands in it
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _secured(self, bare: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        """The line with TLS on it, to the printer that is meant."""
        line = context.wrap_socket(bare, server_hostname=self.where.hostname, do_handshake_on_connect=False)
        try:
            with _within(line, REACH):
                line.do_handshake()
            self._check_pin(line)
        except BaseException:
            line.close()
            raise
        return line

    def _check_pin(self, line: ssl.SSLSocket) -> None:
        found = hashlib.sha256(line.getpeercert(binary_form=True) or b"").hexdigest()
        if self.pin and not hmac.compare_digest(found, self.pin.replace(":", "").lower()):
            raise ssl.SSLError(f"expected a certificate with SHA-256 {self.pin}, got {found}")


@contextmanager
def _within(line: socket.socket, seconds: float) -> Iterator[None]:
    """Cut a line off that takes longer than this altogether: a socket's own time-out starts anew at each byte."""
    line.settimeout(seconds)
    watch = threading.Timer(seconds, _cut, (line,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it is over by itself
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # not TLS's own, after which the rest would be sent in clear
