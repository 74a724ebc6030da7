"""Patience with whoever speaks slowly: he keeps a thread, and the threads are for scans.

gunicorn reads each question in a thread of its own and waits as long as a byte comes now and then. So whoever is being listened to
is noted here; who takes too long is hung up on, and where many are slow at once, the slowest of them are.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, Protocol

SLOW: Final = 2.0
"""Seconds of listening after which somebody is slow: a browser takes a few thousandths of one."""
MOST: Final = 4
"""How many may be slow at once."""
LONGEST: Final = 10.0
"""Seconds for a question without its body, and then for each 64 KiB or less of that."""
LOOK: Final = 0.5
LEAVING: Final = 2.0
"""Seconds for the other side to take the last answer and hang up."""
MOST_LEAVING: Final = 200


class Speaker(Protocol):
    """Whoever is listened to."""

    @property
    def sock(self) -> socket.socket:
        """His connection."""


class Patience:
    """Who is being listened to, and since when. `now` is monotonic seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now: Final = now
        self._lock: Final = threading.Lock()
        self._since: Final[dict[Speaker, float]] = {}
        self._leaving: Final[dict[socket.socket, float]] = {}
        self._over: Final = threading.Event()

    @contextmanager
    def listening(self, speaker: Speaker) -> Iterator[None]:
        """While he is listened to; `heard` may end that earlier."""
        with self._lock:
            self._since[speaker] = self._now()
        try:
            yield
        finally:
            self.heard(speaker)

    def heard(self, speaker: Speaker) -> None:
        """He has said what he had to say; harmless twice."""
        with self._lock:
            self._since.pop(speaker, None)

    def leave(self, connection: socket.socket) -> None:
        """Say no more to him; close the connection once he has hung up, or after a while.

        One that is closed at once, with words of his unread, may take our last answer with it (RFC 9112, 9.6). gunicorn waits for
        him in the thread that lets everybody else in.
        """
        with suppress(OSError):
            connection.setblocking(False)
            socket.socket.shutdown(connection, socket.SHUT_WR)
            with self._lock:
                if not _gone(connection) and len(self._leaving) < MOST_LEAVING:
                    self._leaving[connection] = self._now() + LEAVING
                    return
        connection.close()

    def look(self) -> None:
        """Hang up on whoever takes too long, and close what is over."""
        with self._lock:  # none of them is closed meanwhile
            now = self._now()
            for connection in [one for one, until in self._leaving.items() if now >= until or _gone(one)]:
                del self._leaving[connection]
                connection.close()
            slow = sorted((since, id(one), one) for one, since in self._since.items() if now - since > SLOW)
            for place, (since, _, one) in enumerate(reversed(slow)):
                if place >= MOST or now - since > LONGEST:
                    _hang_up(one)

    def start(self) -> None:
        """Look now and then, until the end."""
        threading.Thread(target=self._run, name="patience", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(LOOK):
            self.look()


def _hang_up(speaker: Speaker) -> None:
    """The thread that waits for him finds nothing more to wait for. TLS is not told: it may be in the middle of a word."""
    with suppress(OSError):
        socket.socket.shutdown(speaker.sock, socket.SHUT_RDWR)


def _gone(connection: socket.socket) -> bool:
    """Whether the other side has hung up; what it still said is thrown away."""
    try:
        return not socket.socket.recv(connection, 1 << 16)
    except BlockingIOError:
        return False
    except OSError:
        return True


class Body:
    """The body of a question, read with patience."""

    def __init__(self, body: Any, sock: socket.socket, patience: Patience) -> None:  # noqa: ANN401 - whatever WSGI has
        self.sock: Final = sock
        self._body, self._patience = body, patience

    def read(self, *size: int) -> bytes:
        """As the body does it."""
        with self._patience.listening(self):
            return bytes(self._body.read(*size))

    def readline(self, *size: int) -> bytes:
        """Likewise."""
        with self._patience.listening(self):
            return bytes(self._body.readline(*size))

    def readlines(self, *size: int) -> list[bytes]:
        """Likewise."""
        with self._patience.listening(self):
            return list(self._body.readlines(*size))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
"""As WSGI has it."""


def patient(application: Application, patience: Patience) -> Application:
    """The application, by which bodies are read with patience."""

    def listens(environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        environ["wsgi.input"] = Body(environ["wsgi.input"], environ["gunicorn.socket"], patience)
        return application(environ, start)

    return listens
