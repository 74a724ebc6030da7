"""HID report descriptor -> the reports that carry codes (HID 1.11, section 6.2.2). None can break it, whatever it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.report.shape import Shape

BYTE_COUNT: Final = 0x01_003B
IDENTIFIERS: Final = (0x8C_00FB, 0x8C_00FC, 0x8C_00FD)
DECODED_DATA: Final = 0x8C_00FE
CONTINUED: Final = 0x8C_00FF
"""Usages, each with its page."""
_WANTED: Final = frozenset({BYTE_COUNT, *IDENTIFIERS, DECODED_DATA, CONTINUED})
_LARGEST: Final = 4096
"""Bytes of a field: more than any report has, however a descriptor lies."""
_LONG_ITEM: Final = 0xFE
_KIND, _MAIN, _GLOBAL = 0x0C, 0x00, 0x04
"""Of an item's first byte: the bits that tell what kind it is."""


class Item(IntEnum):
    """What an item of a report descriptor is: its first byte without the two bits of its size."""

    USAGE_PAGE = 0x04
    REPORT_SIZE = 0x74
    REPORT_ID = 0x84
    REPORT_COUNT = 0x94
    PUSH = 0xA4
    POP = 0xB4
    USAGE = 0x08
    USAGE_MINIMUM = 0x18
    USAGE_MAXIMUM = 0x28
    INPUT = 0x80


def shapes(descriptor: bytes) -> tuple[Shape, ...]:
    """The reports that carry codes, from a HID report descriptor; none: this is no HID-POS scanner.

    The usage page alone says nothing: there are keyboards that take their settings on page 0x8C. Decoded Data does.
    """
    found = _Descriptor(descriptor)
    return tuple(shape for report, fields in found.fields.items() if (shape := _shape(report, fields, found.bits[report])))


@dataclass(frozen=True, slots=True)
class _Field:
    """Where a usage stands in its report: `count` times `size` bits from bit `start` on."""

    start: int
    size: int
    count: int

    @property
    def bytes(self) -> tuple[int, ...]:
        """The bytes that it fills; none if it does not fill bytes."""
        if self.start % 8 or self.size != 8:
            return ()
        return tuple(range(self.start // 8, self.start // 8 + min(self.count, _LARGEST)))


def _shape(report: int, fields: dict[int, _Field], bits: int) -> Shape | None:
    data = fields[DECODED_DATA].bytes if DECODED_DATA in fields else ()
    if not data:
        return None
    count = fields[BYTE_COUNT].bytes if BYTE_COUNT in fields else ()
    identifier = tuple(at for usage in IDENTIFIERS if usage in fields for at in fields[usage].bytes)
    more = fields[CONTINUED].start if CONTINUED in fields else None
    return Shape(report, (bits + 7) // 8, data[0], len(data), count[0] if len(count) == 1 else None, identifier, more)


class _Descriptor:
    """The input fields of a report descriptor that a scanner has, by report and usage."""

    def __init__(self, descriptor: bytes) -> None:
        self.fields: dict[int, dict[int, _Field]] = {}
        self.bits: dict[int, int] = {}
        self._globals: dict[int, int] = {}
        self._kept: list[dict[int, int]] = []
        self._usages: list[int] = []
        self._least = 0
        for item, value, width in _items(descriptor):
            self._read(item, value, width)

    def _read(self, item: int, value: int, width: int) -> None:
        match item:
            case Item.PUSH:
                self._kept.append(dict(self._globals))
            case Item.POP:
                self._globals = self._kept.pop() if self._kept else {}
            case Item.USAGE:
                self._usages.append(self._whole(value, width))
            case Item.USAGE_MINIMUM:
                self._least = self._whole(value, width)
            case Item.USAGE_MAXIMUM:
                self._usages += range(self._least, self._whole(value, width) + 1)[: _LARGEST - len(self._usages)]
            case _ if item & _KIND == _GLOBAL:
                self._globals[item] = value
            case _ if item & _KIND == _MAIN:
                if item == Item.INPUT:
                    self._input(constant=bool(value & 1))
                self._usages.clear()

    def _whole(self, value: int, width: int) -> int:
        """A usage with its page; one of four bytes names its own."""
        return value if width == 4 else self._globals.get(Item.USAGE_PAGE, 0) << 16 | value

    def _input(self, *, constant: bool) -> None:
        """Fields of one size, a usage for each; the last usage stands for all that are left. The first place of a usage counts."""
        report, size = self._globals.get(Item.REPORT_ID, 0), self._globals.get(Item.REPORT_SIZE, 0)
        count, start = self._globals.get(Item.REPORT_COUNT, 0), self.bits.get(report, 8 if report else 0)
        self.bits[report] = start + size * count
        here = self.fields.setdefault(report, {})
        for at, usage in enumerate([] if constant else self._usages[:count]):
            if usage in _WANTED:
                times = count - at if at + 1 == len(self._usages) else 1
                here.setdefault(usage, _Field(start + at * size, size, times))


def _items(descriptor: bytes) -> Iterator[tuple[int, int, int]]:
    """Each short item, its value and how many bytes that has. Long items say nothing that is defined; half an item ends it."""
    at = 0
    while at < len(descriptor):
        prefix = descriptor[at]
        if prefix == _LONG_ITEM:
            at += 3 + int.from_bytes(descriptor[at + 1 : at + 2])
            continue
        width = (0, 1, 2, 4)[prefix & 3]
        yield prefix & 0xFC, int.from_bytes(descriptor[at + 1 : at + 1 + width], "little"), width
        at += 1 + width
