"""The scanners of the rig: what each is plugged into, what kiosk.toml says of it, and which numbers it has."""

from dataclasses import dataclass, field
from typing import Protocol

from tests.devices.gadgets import ALL, Keyboard, Maker, Serial
from tests.devices.inputs import Ftdi, QemuKeyboard, Uinput
from tests.devices.keys import ENTER, FR, TAB, US
from tests.devices.ledger import PULLED, Sent
from tests.devices.pos import Pos, PosGadget
from tests.devices.qmp import Qmp


class Cable(Protocol):
    """What a device does, whatever carries it."""

    def plug(self) -> None: ...
    def pull(self) -> None: ...
    def send(self, text: str, units: slice = ALL) -> None: ...


@dataclass
class Scanner:
    """One scanner. `place` and `kind` tell its node in sysfs; its numbers are unlike any other scanner's."""

    name: str
    cable: Cable
    place: str
    kind: str
    letter: str
    """Begins each of its numbers."""
    settings: dict[str, object] = field(default_factory=dict)
    long: bool = False
    """Now and then a code of two reports: pulled out between them, it is half a code."""
    sent: list[Sent | None] = field(default_factory=list)
    unheard: bool = False
    """Whoever listens is being killed: nobody can know which of its codes comes through."""
    _at: int = 0

    def number(self, at: int) -> str:
        """Its number `at`: 14 characters of which the last four follow from all others, so that part of two is never a third's."""
        head = f"{self.letter}{at:04d}"
        return f"{head}{(at * 7919 + sum(head.encode()) * 31) % 10_000:04d}"

    def fresh(self, *, long: bool = False) -> str:
        """The next number that it has not sent yet. `long`: one of two reports."""
        self._at += 1
        number = self.number(self._at)
        return "-".join([number] * 5) if long or (self.long and self._at % 10 == 9) else number

    def send(self, text: str, units: slice = ALL) -> None:
        """Send a code, or part of it, and write that into the book."""
        self.cable.send(text, units)
        self.sent += [Sent(text, whole=units == ALL), *([PULLED] if self.unheard else [])]


def scanners(qmp: Qmp) -> dict[str, Scanner]:
    """All of them, by name; none is plugged in. Serial numbers are as a maker gives them."""
    wedge, french = (
        Maker(0x05E0, 0x1200, "S/N:71DA4F3E", "Symbol Bar Code Scanner"),
        Maker(0x0C2E, 0x0B61, "20042B3A1F", "Honeywell 1900"),
    )
    pos, pos2 = (
        Maker(0x05E0, 0x1300, "S/N:9B02C71D", "Symbol Bar Code Scanner"),
        Maker(0x0C2E, 0x0B62, "20042B3A20", "Honeywell 1900 POS"),
    )
    com, twin = Maker(0x05E0, 0x1701, "S/N:3C5D1A77", "Symbol CDC Scanner"), Maker(0x05E0, 0x1200, "", "Symbol Bar Code Scanner")
    made = [
        Scanner("wedge", Keyboard(0, wedge, US, ENTER), "dummy_hcd.0/", "event", "999991", {"terminator": "enter"}),
        Scanner("french", Keyboard(1, french, FR, TAB), "dummy_hcd.1/", "event", "XXXX-A", {"layout": "fr", "terminator": "tab"}),
        Scanner("pos", Pos(pos, "rig/pos"), "/uhid/", "hidraw", "8XXXPB", long=True),
        Scanner("ftdi", Ftdi(qmp, "FT5RIG0C"), "/ttyUSB", "ttyUSB", "999994", {"terminator": "enter", "speed": 115200}),
        Scanner("cdc", Serial(2, com), "dummy_hcd.2/", "ttyACM", "999995"),
        Scanner("pos-cable", PosGadget(3, pos2), "dummy_hcd.3/", "hidraw", "999996"),
        Scanner("uinput", Uinput(twin), "/virtual/input/", "event", "999997"),
        Scanner("qemu", QemuKeyboard(qmp, "S/N:55AA71C2"), "/devices/pci", "event", "999998"),
    ]
    return {scanner.name: scanner for scanner in made}
