"""Devices as they come and go, by inotify: an idle watch costs nothing, and a replug is told at once.

It watches before it lists, so nothing falls between (Home Assistant does likewise). Permissions that arrive after the node (udev)
are an event of their own. What has changed is found by looking anew, never by adding up events: then a queue that ran over, a
number used again and ten devices at once are all the same.
"""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from select import POLLIN, poll
from time import monotonic
from typing import Self

from inotify_simple import INotify, flags

from drivers.hotplug.device import Came, Device, Gone
from drivers.hotplug.identity import Node, Twin, named, twins
from drivers.hotplug.tree import Genuine, Tree, genuine, ours

_HAPPENS = flags.CREATE | flags.ATTRIB | flags.DELETE | flags.MOVED_FROM | flags.MOVED_TO | flags.ONLYDIR | flags.DONT_FOLLOW
SETTLES = 1.0
"""Seconds for which sysfs may be later than the node, and names later than both."""
AGAIN = 0.05
"""Seconds between looks meanwhile."""


def present(dev: Path = Path("/dev"), sys: Path = Path("/sys"), *, genuine: Genuine = genuine) -> list[Device]:
    """The devices that are there now, by id."""
    nodes, _ = Tree(dev, sys, genuine).look()
    return sorted(named(nodes.values(), twins(nodes.values())), key=lambda device: device.id)


class Watch:
    """A watch over the devices; enter it, then ask for changes. `OSError` where the kernel has no watch to give."""

    def __init__(self, dev: Path = Path("/dev"), sys: Path = Path("/sys"), *, genuine: Genuine = genuine) -> None:
        self._tree = Tree(dev, sys, genuine)
        self._nodes: dict[Path, Node] = {}
        self._known: dict[str, tuple[Device, int, str]] = {}
        self._twins: frozenset[Twin] = frozenset()
        self._wakes = -1
        self._settled, self._unsure = monotonic() + SETTLES, False
        self._listed = False

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._events = opened.enter_context(INotify(nonblocking=True))
            self._wakes = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            opened.callback(os.close, self._wakes)
            self._poll = poll()
            self._poll.register(self._events, POLLIN)
            self._poll.register(self._wakes, POLLIN)
            self._events.add_watch(self._tree.dev, _HAPPENS)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._wakes = -1  # a late `wake` must not write into whatever is opened under this number next
        self._opened.close()

    def wake(self) -> None:
        """End `changes`, from another thread: the one that waits, or the next. `OSError` before the watch is entered, and after."""
        os.eventfd_write(self._wakes, 1)

    def changes(self, seconds: float | None = None) -> list[Came | Gone]:
        """What has changed, as soon as something has; at first all that is there, at once.

        Waits for at most `seconds`, or for ever; empty when they are over or `wake` was called. A device comes again when
        something about it changes, above all whether it is readable. What went is told before what came.
        """
        if not self._listed:
            return self._compare()
        end = None if seconds is None else monotonic() + seconds
        while True:
            stirred, woken = self._wait(end)
            if stirred and (found := self._compare()):
                return found
            if woken or (end is not None and monotonic() >= end):
                return []

    def _wait(self, end: float | None) -> tuple[bool, bool]:
        """Whether there is a reason to look, and whether somebody wants us back."""
        again = monotonic() + AGAIN if self._unsure and monotonic() < self._settled else None
        until = min((moment for moment in (end, again) if moment is not None), default=None)
        self._poll.poll(None if until is None else max(0.0, until - monotonic()) * 1000)
        stirred = self._stirred()
        woken = False
        with suppress(BlockingIOError):
            woken = os.eventfd_read(self._wakes) > 0
        return stirred or again is not None, woken

    def _stirred(self) -> bool:
        """Whether anything happened to a node that could be ours; all that happened is taken from the queue."""
        happened = self._events.read(timeout=0)
        stirred = any(event.mask & (flags.Q_OVERFLOW | flags.IGNORED) or _concerns(event.name) for event in happened)
        if stirred:
            self._settled = monotonic() + SETTLES
        return stirred

    def _compare(self) -> list[Came | Gone]:
        """Look anew, and tell the difference."""
        with suppress(OSError):  # there is no such folder before the first input device, and none after the last
            self._events.add_watch(self._tree.dev / "input", _HAPPENS)
        self._nodes, self._unsure = self._tree.look(self._nodes)
        nodes = self._nodes.values()
        self._twins |= twins(nodes)
        stamps = {node.device.node: (node.stamp, node.place) for node in nodes}
        now = {device.node: (device, *stamps[device.node]) for device in named(nodes, self._twins)}
        before, self._known, self._listed = self._known, now, True
        left = [Gone(old.id, old.node) for old, *stamp in before.values() if not _same(old, stamp, now.get(old.node))]
        came = [Came(new) for new, *stamp in now.values() if before.get(new.node) != (new, *stamp)]
        return [*left, *came]


def _same(old: Device, stamp: list[object], now: tuple[Device, int, str] | None) -> bool:
    """Whether the device of a node is still the one that was plugged in then."""
    return now is not None and now[0].id == old.id and [*now[1:]] == stamp


def _concerns(name: str) -> bool:
    return name == "input" or ours(name) or ours(f"input/{name}")
