"""The press's own process: `python -m kiosk.adapters.press.child FD`. It is told how to make a press, and then what to do.

With `plain` after the FD it works on strangers' bytes: it is confined as soon as the press is made, and answers without pickles.
"""

import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any

from kiosk.adapters.press.confined import close_to_others, confine
from kiosk.adapters.press.plain import tell
from kiosk.core.faults import Refusal, Unavailable


def main() -> None:
    """Work until whoever asks is gone."""
    close_to_others()
    for stop in (signal.SIGTERM, signal.SIGINT):  # a service that stops lets its work end first; this ends with the one who asks
        signal.signal(stop, signal.SIG_IGN)
    line, plain = Connection(int(sys.argv[1])), "plain" in sys.argv[2:]
    asked: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(line, asked), daemon=True).start()
    make = asked.get()
    made, press = _made(make, plain=plain)
    while True:
        verb, given = asked.get()
        if not made:  # what hindered it may have been mended
            made, press = _made(make, plain=plain)
        done, answer = _answered(getattr(press, verb), *given) if made and verb != "ping" else (made, None if made else press)
        if plain:
            tell(line, (None, b"") if answer is None else answer)
        else:
            line.send((done, answer))


def _made(make: Any, *, plain: bool) -> tuple[bool, Any]:  # noqa: ANN401 - whatever makes one
    """Whether the press is there, and it, or the reason why not."""
    done, press = _answered(make)
    if done and plain:
        confine()
    return done, press


def _listen(line: Connection, asked: SimpleQueue[Any]) -> None:
    """Hand on what comes in; the end of the line is the end of this process, also in the middle of work that hangs."""
    try:
        while True:
            asked.put(line.recv())
    except (EOFError, ConnectionError):
        os._exit(0)
    except BaseException:  # noqa: BLE001 - without its questions the process would wait for ever
        traceback.print_exc()
        os._exit(1)


def _answered(work: Any, *given: object) -> tuple[bool, Any]:  # noqa: ANN401 - whatever is to be done
    """Whether it was done, and the answer, or the reason why not; what is nobody's reason is told to the log."""
    try:
        return True, work(*given)
    except (Refusal, Unavailable) as no:
        return False, no
    except Exception as error:  # noqa: BLE001 - it failed for this one; the next one is served
        traceback.print_exc()
        return False, Unavailable("press", "crashed", f"{type(error).__name__}: {error}"[:500])


if __name__ == "__main__":
    main()
