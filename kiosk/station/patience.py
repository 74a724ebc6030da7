"""How long an officer waits for the memory of the scan station: not for another process that holds it, nor a disk that hangs."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from kiosk.core.faults import Unavailable

PATIENCE: Final = 1.0
"""Seconds that a page or a stamp waits for the memory of the station: another process may lock it, a disk may hang."""

Done = TypeVar("Done")


def promptly(work: Callable[[], Done], seconds: float = PATIENCE) -> Done:
    """What the work gives. `Unavailable` if that takes too long: it goes on then by itself, and nobody waits for it."""
    done: Future[Done] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            done.set_exception(error)

    threading.Thread(target=run, name="prompt", daemon=True).start()
    try:
        return done.result(max(seconds, 0))
    except TimeoutError as late:
        raise Unavailable("station", "timeout", f"no answer within {seconds:.1f} s") from late
