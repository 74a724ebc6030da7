"""A loop of a station: a thread of its own that works until it is ended, and a bell that wakes it meanwhile."""

import threading
from collections.abc import Callable
from typing import Final


class Loop:
    """The thread of one loop. `work` goes on until it finds the loop `over`; where it rests, it waits for the `bell`.

    The bell is also the lock of what the loop shares with whoever rings it.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name, self._work = name, work
        self._thread: threading.Thread | None = None
        self.bell: Final = threading.Condition()
        self.over = False

    def begin(self) -> None:
        """Work from now on."""
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._thread.start()

    def end(self, seconds: float) -> None:
        """End, after what is under way, which is waited for so long; harmless twice, and before the beginning."""
        with self.bell:
            self.over = True
            self.bell.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)

    @property
    def alive(self) -> bool:
        """Whether it works."""
        return self._thread is not None and self._thread.is_alive()
