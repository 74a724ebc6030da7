"""QEMU's monitor, from inside the guest: it plugs and unplugs what QEMU itself has, and types on its keyboard."""

import json
import time
from pathlib import Path
from typing import Any

PORT = Path("/dev/port-qmp")
KEYS = {"-": "minus", "\n": "ret", "\t": "tab"}


class Qmp:
    """The monitor behind a virtio port."""

    def __init__(self, port: Path = PORT) -> None:
        self._port = port.open("r+b", buffering=0)
        self._rest = b""
        self.call("qmp_capabilities")

    def call(self, command: str, **arguments: Any) -> Any:
        """What it answers; RuntimeError with its own words if it refuses."""
        self._port.write(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self._line())
            if "error" in answer:
                raise RuntimeError(f"{command} {arguments}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def plug(self, driver: str, name: str, **properties: Any) -> None:
        """Plug a device in. QEMU 7.2 holds an unplugged one's cable until one try has failed: hence several."""
        for _ in range(20):
            try:
                self.call("device_add", driver=driver, id=name, bus="usb.0", **properties)
            except RuntimeError as error:
                if "in use" not in str(error) and "Duplicate" not in str(error):
                    raise
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"{name} could not be plugged in again")

    def unplug(self, name: str) -> None:
        """Pull a device out."""
        self.call("device_del", id=name)

    def type(self, text: str, pause: float = 0.03) -> None:
        """Type on QEMU's keyboard, US layout. Its queue holds eight characters, so it takes no scanner's speed."""
        for sign in text:
            key = {"type": "qcode", "data": KEYS.get(sign, sign.lower())}
            keys = [{"type": "qcode", "data": "shift"}, key] if sign.isupper() else [key]
            self.call("send-key", keys=keys, **{"hold-time": 5})
            time.sleep(pause)

    def _line(self) -> bytes:
        while b"\n" not in self._rest:
            more = self._port.read(4096)
            if not more:
                raise RuntimeError("QEMU's monitor hung up")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return line
