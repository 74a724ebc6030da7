"""A tone for every scan, from the machine itself: kept, not read, not kept. Told apart by rhythm as well as by pitch.

What a number means is not in it: that is the screen's tone, when the row appears. A scan never waits for a tone.
"""

import io
import logging
import math
import os
import shlex
import shutil
import struct
import subprocess
import threading
import wave
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache
from typing import Final, Self

RATE: Final = 16_000
LOUD: Final = 0.5
EDGE: Final = 0.005
"""Seconds in which a note swells and fades, so that nothing clicks."""
PATIENCE: Final = 2.0
"""Seconds after which a player that hangs is ended."""
PLAYERS: Final = ("pw-play", "paplay", "aplay")
LOG: Final = logging.getLogger("kiosk")


class Tone(IntEnum):
    """What is to be heard; of two that wait, the higher one is."""

    KEPT = 0
    NOT_READ = 1
    NOT_KEPT = 2


NOTES: Final[dict[Tone, Sequence[tuple[float, float]]]] = {
    Tone.KEPT: [(1760, 0.06)],
    Tone.NOT_READ: [(311, 0.11), (0, 0.06), (311, 0.11)],
    Tone.NOT_KEPT: [(932, 0.18), (466, 0.18), (932, 0.18), (466, 0.3)],
}
"""Hertz and seconds; 0 is silence."""


@cache
def wav(tone: Tone) -> bytes:
    """A tone as a WAV file: one channel, 16 bits."""
    samples = [sample for hertz, seconds in NOTES[tone] for sample in _note(hertz, round(seconds * RATE))]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def _note(hertz: float, length: int) -> list[int]:
    edge = EDGE * RATE
    swell = (min(1.0, n / edge, (length - n) / edge) for n in range(length))
    return [round(32_767 * LOUD * loud * math.sin(math.tau * hertz * n / RATE)) for n, loud in enumerate(swell)]


def player(sound: str, which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """The command that plays a WAV file from its standard input; empty for none: `sound` is "off", or nothing here plays.

    >>> player("auto", {"aplay": "/usr/bin/aplay"}.get)
    ['/usr/bin/aplay', '/dev/stdin']
    >>> player("off"), player("auto", {}.get), player("play -q -")
    ([], [], ['play', '-q', '-'])
    """
    if sound == "off":
        return []
    if sound != "auto":
        return shlex.split(sound)
    found = next(filter(None, map(which, PLAYERS)), None)
    return [found, "/dev/stdin"] if found else []


class Tones:
    """Plays tones by a command, in a thread of its own, one at a time; entered until left.

    While one sounds, only one more waits: the newest, except that a lesser one never takes the place of a graver one.
    `fault` says why nothing is heard: no-player, player-failed; empty while all is well, or where it is off.
    """

    def __init__(self, sound: str = "auto") -> None:
        self._command: Final = player(sound)
        self.fault = "" if self._command or sound == "off" else "no-player"
        self._bell = threading.Condition()
        self._next: Tone | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="tones", daemon=True)

    def __enter__(self) -> Self:
        if self._command:
            self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self, seconds: float = 0.5) -> None:
        """Play no more; what sounds may end. Harmless twice."""
        with self._bell:
            self._stopped = True
            self._bell.notify_all()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def play(self, tone: Tone) -> None:
        """Have a tone heard soon; never waits, never fails."""
        with self._bell:
            self._next = tone if self._next is None else max(tone, self._next)
            self._bell.notify_all()

    def sound(self, tone: Tone) -> bool:
        """Play a tone to its end, in this thread; whether the player did."""
        if not self._command:
            return False
        well = played(self._command, wav(tone))
        if not well and not self.fault:
            LOG.warning("no tone is heard: %s failed", self._command[0])
        self.fault = "" if well else "player-failed"
        return well

    def _run(self) -> None:
        while (tone := self._taken()) is not None:
            self.sound(tone)

    def _taken(self) -> Tone | None:
        """The next tone; None at the end."""
        with self._bell:
            self._bell.wait_for(lambda: self._stopped or self._next is not None)
            tone, self._next = self._next, None
            return None if self._stopped else tone


def played(command: Sequence[str], sound: bytes, seconds: float = PATIENCE) -> bool:
    """Whether a command took a sound from its standard input and ended well in time; one that hangs is ended."""
    quiet = subprocess.DEVNULL
    with open(os.memfd_create("tone"), "w+b") as file:  # noqa: PTH123 - a descriptor; players want a file that they can seek in
        file.write(sound)
        file.seek(0)
        try:
            done = subprocess.run(command, stdin=file, stdout=quiet, stderr=quiet, timeout=seconds, check=False)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return False
    return done.returncode == 0
