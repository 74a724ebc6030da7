"""What udev does on a machine: a device's node is root's alone when it appears, and a moment later the scanners' group may use it.

Nothing of udev is needed: the kernel's own messages (a netlink socket) name each node that comes and goes.
"""

import os
import socket
import threading
import time
from pathlib import Path

GROUP = 4711
"""The group that may use scanners, in the guest."""

_KOBJECT_UEVENT = 15
_SUBSYSTEMS = {"input": "event", "hidraw": "hidraw", "tty": "tty", "video4linux": "video"}


class Opener(threading.Thread):
    """Gives each new node to the group, `late` seconds after it came; while `shut`, it gives none."""

    def __init__(self, late: float = 0.02) -> None:
        super().__init__(daemon=True)
        self.late, self.shut = late, False
        self._nodes: dict[str, Path] = {}
        self._messages = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _KOBJECT_UEVENT)
        self._messages.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._messages.bind((0, 1))

    def run(self) -> None:
        while True:
            message = dict(part.split("=", 1) for part in self._messages.recv(8192).decode().split("\0") if "=" in part)
            name = Path(message.get("DEVNAME", "")).name
            if name.startswith(_SUBSYSTEMS.get(message.get("SUBSYSTEM", ""), "no")):
                self._heard(message["ACTION"], message["DEVPATH"], Path("/dev") / message["DEVNAME"])

    def node(self, place: str, kind: str) -> Path | None:
        """The node of a kind (`event`, `hidraw`, `tty`, `video`) at a place in sysfs; None while there is none."""
        return next((node for path, node in tuple(self._nodes.items()) if place in path and node.name.startswith(kind)), None)

    def _heard(self, action: str, path: str, node: Path) -> None:
        if action == "remove":
            self._nodes.pop(path, None)
        elif action == "add":
            self._nodes[path] = node
            if not self.shut:
                time.sleep(self.late)
                give(node)


def give(node: Path) -> None:
    """Let the group use this node; one that is gone already needs none."""
    try:
        os.chown(node, 0, GROUP)
        node.chmod(0o660)
    except FileNotFoundError:
        return


def take(node: Path) -> None:
    """Let nobody but root use this node."""
    node.chmod(0o600)
