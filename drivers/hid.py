"""USB scanners that act as keyboards: the shell over `drivers.keymap` (D1).

The device is grabbed: what it types reaches this program and no other, whatever window is in front. Its times are the
kernel's, on the monotonic clock: neither a busy machine nor a clock that is set tears a code apart.

    with Keyboard("/dev/input/event7", voice=voice, manner=manner) as scanner:
        for scan in scanner:
            ...
"""

import errno
import fcntl
import os
import stat
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Final, Protocol, Self

import evdev
from evdev import ecodes

from drivers.keymap import Dropped, Key, Locks, Typed
from drivers.manner import Manner
from drivers.scan import Broken, Heard, NoRead, Scan, ScannerLost, Voice
from drivers.turns import WHY, Held, Said, Turns

EVENT: Final = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value."""
_LAMPS_TURNED: Final = frozenset({(ecodes.EV_LED, ecodes.LED_CAPSL, 1), (ecodes.EV_LED, ecodes.LED_NUML, 0)})
"""Somebody else, a desktop perhaps, has set the lamps."""
_AT_ONCE: Final = 64
"""Events read in one go: as many as the kernel keeps for a reader."""
_INPUT_MAJOR: Final = 13
_EVIOCSCLOCKID: Final = 0x400445A0
_WHY: Final = {**WHY, errno.EINVAL: "not-a-device"}


class Node(Protocol):
    """An input device that the kernel has opened for us. All of it may raise `OSError`."""

    fd: int
    """Gives `EVENT`s when read, in seconds of the monotonic clock; never blocks."""

    def grab(self) -> None:
        """Have what it types to oneself."""

    def close(self) -> None:
        """Let go of it."""

    def held(self) -> set[int]:
        """The codes of the keys that are down."""

    def settle(self) -> Locks:
        """Caps Lock's lamp off and Num Lock's on, where they are not; which locks are on then."""


class Evdev:
    """The real one: an event device of Linux (python-evdev)."""

    def __init__(self, path: str) -> None:
        _look(path)
        self._device = evdev.InputDevice(path)
        self.fd: int = self._device.fd
        fcntl.ioctl(self.fd, _EVIOCSCLOCKID, struct.pack("@i", time.CLOCK_MONOTONIC))

    def grab(self) -> None:
        """EVIOCGRAB; EBUSY if another program has it."""
        self._device.grab()

    def close(self) -> None:
        """First the grab, then the node."""
        with suppress(OSError):  # a device that is gone is nobody's any more
            self._device.ungrab()
        self._device.close()

    def held(self) -> set[int]:
        """EVIOCGKEY. It empties the queue of the kernel's key events, too."""
        return set(self._device.active_keys())

    def settle(self) -> Locks:
        """Some scanners look at the lamps and turn Shift round by them: lamps that are as we believe leave nothing to guess."""
        lamps = self._device.capabilities().get(ecodes.EV_LED, [])
        for lamp, wanted in ((ecodes.LED_CAPSL, False), (ecodes.LED_NUML, True)):
            if lamp in lamps and (lamp in self._device.leds()) != wanted:
                with suppress(OSError):  # a node that may only be read: then the lamps are taken as they are
                    os.write(self.fd, EVENT.pack(0, 0, ecodes.EV_LED, lamp, wanted))
        lit = self._device.leds()
        return Locks(caps=ecodes.LED_CAPSL in lit, num=ecodes.LED_NUML in lit or ecodes.LED_NUML not in lamps)


class Keyboard:
    """A keyboard scanner.

    Opening raises `ScannerLost`: busy, no-permission, gone, not-a-device. Losing it does, too, after what was heard until then.
    `beats` counts the turns of its loop. It may be left from another thread: the iteration then ends at once.
    """

    def __init__(
        self,
        node: str,
        *,
        voice: Voice,
        manner: Manner | None = None,
        opened: Callable[[str], Node] = Evdev,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._voice, self._manner = node, voice, manner or Manner()
        self._opened, self._clock = opened, clock
        self._turns: Turns | None = None

    @property
    def beats(self) -> int:
        """Turns of the loop so far, silent ones too: it moves."""
        return self._turns.beats if self._turns else 0

    def __enter__(self) -> Self:
        node: Node | None = None
        try:
            node = self._opened(self._path)
            node.grab()
            locks, held = node.settle(), node.held()
        except OSError as no:
            if node is not None:
                node.close()
            raise self._loss(no) from no
        typed = Typed(self._manner, held, locks, since=self._clock())
        turns = Held(node.fd, partial(self._heard, node, typed), lambda: typed.silent(self._clock()), lambda: typed.due, node.close)
        self._turns = Turns(turns, self._clock)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._turns is not None:
            self._turns.leave()

    def __iter__(self) -> Iterator[Scan | NoRead]:
        return self._turns.scans(self._voice) if self._turns is not None else iter(())

    def _heard(self, node: Node, typed: Typed) -> Said:
        """What the events say that wait; when the device is gone, what was half through."""
        said: list[Heard | Broken] = []
        try:
            for one in self._events(node):
                said += typed.feed(one)
        except OSError as no:
            return said + typed.gone(), self._loss(no)
        return said, None

    def _events(self, node: Node) -> Iterator[Key | Dropped]:
        """The keys of one reading.

        Asking the kernel for its state throws away what it still keeps: the rest of the reading goes with it.
        """
        try:
            data = os.read(node.fd, EVENT.size * _AT_ONCE)
        except BlockingIOError:
            return
        if not data:
            raise OSError(errno.ENODEV, "the end of its events")
        for seconds, micro, kind, code, value in EVENT.iter_unpack(data):
            if kind == ecodes.EV_KEY:
                yield Key(code, value, seconds + micro / 1e6)
            elif (kind, code, value) in _LAMPS_TURNED:
                node.settle()
            elif (kind, code) == (ecodes.EV_SYN, ecodes.SYN_DROPPED):
                locks, held = node.settle(), node.held()
                yield Dropped(self._clock(), held, locks)
                return

    def _loss(self, no: OSError) -> ScannerLost:
        if isinstance(no, ScannerLost):
            return no
        return ScannerLost(f"{self._path}: expected a keyboard scanner, got {no.strerror or no}", _WHY.get(no.errno or 0, "failed"))


def _look(path: str) -> None:
    """A symbolic link is followed only to an input device; nothing else is ever opened."""
    mode = os.stat(path)  # noqa: PTH116 - a path of a device node, as the kernel gives it
    if not stat.S_ISCHR(mode.st_mode) or os.major(mode.st_rdev) != _INPUT_MAJOR:
        raise ScannerLost(f"{path}: expected an input device, got {stat.filemode(mode.st_mode)}", "not-a-device")
