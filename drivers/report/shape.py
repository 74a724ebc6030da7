"""One kind of HID-POS report: where its fields stand, and what one report carries."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Part:
    """What one report carries of a code."""

    data: bytes
    identifier: bytes
    more: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the fields stand in one kind of report: in bytes from its beginning, its id included; `continued` in bits."""

    report: int
    """Its id; 0: the device has but one kind, and sends no ids."""
    size: int
    start: int
    room: int
    count: int | None = None
    identifier: tuple[int, ...] = ()
    continued: int | None = None

    def part(self, report: bytes) -> Part | None:
        """What it carries; None if it is shorter than it says."""
        if len(report) < self.size:
            return None
        data = report[self.start : self.start + self.room]
        used = len(data.rstrip(b"\0")) if self.count is None else report[self.count]
        if used > self.room:
            return None
        more = self.continued is not None and bool(report[self.continued // 8] >> self.continued % 8 & 1)
        return Part(data[:used], bytes(report[at] for at in self.identifier).strip(b"\0"), more)


HAND_HELD: Final = Shape(report=2, size=64, start=5, room=56, count=1, identifier=(2, 3, 4), continued=63 * 8)
