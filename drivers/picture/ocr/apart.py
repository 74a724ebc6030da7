"""The comparison in a process of its own: a copy of the limited one, which has the picture already, and its limits.

The engine may crash, hang or burst on a picture: that ends the copy, and costs the comparison of one page, never its rows.
"""

import json
import os
import select
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, NoReturn

from drivers.picture import Symbol

_MOST: Final = 1 << 16

Words = list[list[str]]


def apart(symbols: Sequence[Symbol], work: Callable[[], Sequence[Symbol]], seconds: int) -> tuple[Symbol, ...] | None:
    """The symbols as `work` gives them back, done in a copy of this process; None where it did not end well in `seconds`."""
    ours, its = os.pipe()
    copy = os.fork()
    if copy == 0:
        _work(its, work, seconds)
    os.close(its)
    try:
        said = _heard(ours, seconds)
    finally:
        os.close(ours)
        with suppress(ProcessLookupError):
            os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)
    words = _words(said, len(symbols))
    return tuple(replace(one, printed=tuple(near)) for one, near in zip(symbols, words, strict=True)) if words else None


def _work(answer: int, work: Callable[[], Sequence[Symbol]], seconds: int) -> NoReturn:
    """In the copy, which outlives nobody: it keeps no pipe of the other's open, and ends by itself."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds + 1)
        os.dup2(answer, 3)
        os.closerange(4, 256)
        os.close(0)
        os.write(3, json.dumps([one.printed for one in work()]).encode())
        os._exit(0)
    finally:
        os._exit(1)


def _heard(pipe: int, seconds: int) -> bytes:
    """What the copy wrote, once it has ended; nothing where it did not in time."""
    said = b""
    while select.select([pipe], [], [], seconds)[0]:
        piece = os.read(pipe, _MOST)
        if not piece:
            return said
        said += piece
    return b""


def _words(said: bytes, count: int) -> Words | None:
    """The words of each symbol, or None where the copy did not say them all."""
    try:
        words = json.loads(said)
    except ValueError:
        return None
    whole = isinstance(words, list) and len(words) == count and all(isinstance(near, list) for near in words)
    return words if whole and all(isinstance(word, str) for near in words for word in near) else None
