"""What this process tells its keeper, systemd: that it is ready, alive, or ending (sd_notify(3)). Elsewhere it tells nobody."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

LEAST = 0.5
"""Seconds: a watchdog shorter than two of these could not be fed in time."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """The keeper of this process. `address` is its socket, with a leading @ for an abstract one; empty where there is none."""

    address: str = ""
    watchdog: float | None = None
    """Seconds without a sign of life after which it ends this process; None: it does not watch."""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ, pid: int | None = None) -> Self:
        """As the environment says it, if it speaks of this process.

        >>> Keeper.of({"NOTIFY_SOCKET": "@here", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 7)
        Keeper(address='@here', watchdog=30.0)
        """
        told = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid() if pid is None else pid))
        watchdog = int(told) / 1e6 if mine and told.isdecimal() and int(told) else None
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog)

    def pause(self, longest: float) -> float:
        """Seconds until the next sign of life: half of what the keeper waits, as systemd asks, and at most `longest`."""
        return longest if self.watchdog is None else min(longest, max(self.watchdog / 2, LEAST))

    def ready(self) -> None:
        """It works now."""
        self.tell("READY=1")

    def alive(self) -> None:
        """It gets on."""
        self.tell("WATCHDOG=1")

    def stopping(self) -> None:
        """It ends."""
        self.tell("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for people, as `systemctl status` shows it."""
        self.tell("STATUS=" + " ".join(text.split()))

    def tell(self, said: str) -> None:
        """Tell it something. It never blocks and never fails: a keeper that does not listen is no fault of ours."""
        if not self.address:
            return
        path = self.address.encode(errors="surrogateescape")
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as way,
        ):
            way.sendto(said.encode(errors="replace"), b"\0" + path[1:] if path.startswith(b"@") else path)
