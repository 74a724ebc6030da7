"""IPP messages as bytes (RFC 8010, 3): groups of named attributes, each with one or more tagged values.

Values stay the bytes that came, and are read when somebody asks: what a printer adds of its own, collections too, harms nobody.

>>> asked = Message(Operation.GET_JOB_ATTRIBUTES, 7, (Group(Tag.OPERATION, {"job-id": (number(42),)}),))
>>> decode(encode(asked)) == asked
True
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

VERSION: Final = (1, 1)
"""Every printer speaks it; those of today answer in it when they are asked in it."""
_HEAD: Final = struct.Struct(">BBHI")
_LENGTH: Final = struct.Struct(">H")
_NUMBER: Final = struct.Struct(">i")


class Garbled(ValueError):
    """Bytes that are no IPP message."""


class Operation(IntEnum):
    """What is asked (RFC 8011, 5.4.15)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Tag(IntEnum):
    """Of a group (below 0x10) or of a value (RFC 8010, 3.5)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05
    NUMBER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49


_FIRST_VALUE: Final = 0x10
_TEXTS: Final = range(0x40, 0x60)
_WITH_LANGUAGE: Final = (Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it stands in a message."""

    tag: int
    raw: bytes

    @property
    def number(self) -> int:
        """A number, an enum, or 0 and 1 for false and true; `Garbled` for anything else."""
        if self.tag in (Tag.NUMBER, Tag.ENUM) and len(self.raw) == _NUMBER.size:
            return int(_NUMBER.unpack(self.raw)[0])
        if self.tag == Tag.BOOLEAN and len(self.raw) == 1:
            return self.raw[0]
        raise Garbled(f"expected a number, got tag {self.tag:#x} with {len(self.raw)} bytes")

    @property
    def text(self) -> str:
        """Text of any kind, without its language; `Garbled` for what is none."""
        raw = self.raw
        if self.tag in _WITH_LANGUAGE:
            _, at = _counted(raw)
            raw, _ = _counted(raw, at)
        elif self.tag not in _TEXTS:
            raise Garbled(f"expected text, got tag {self.tag:#x}")
        return raw.decode("utf-8", "replace")


Attributes = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of attributes, by name."""

    tag: int
    attributes: Attributes = field(default_factory=dict)

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of an attribute as texts; none where it is not there."""
        return tuple(value.text for value in self.attributes.get(name, ()))

    def text(self, name: str) -> str:
        """Its first value as text; empty where it is not there."""
        return next(iter(self.texts(name)), "")

    def number(self, name: str) -> int | None:
        """Its first value as a number; None where it is not there."""
        return next((value.number for value in self.attributes.get(name, ())), None)


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer: `code` is its operation, or its status."""

    code: int
    request: int
    groups: tuple[Group, ...] = ()

    def groups_of(self, tag: int) -> tuple[Group, ...]:
        """The groups of a kind, in order."""
        return tuple(group for group in self.groups if group.tag == tag)

    def group(self, tag: int) -> Group:
        """The first group of a kind; an empty one where there is none."""
        return next(iter(self.groups_of(tag)), Group(tag))


def number(value: int) -> Value:
    """A number as a value."""
    return Value(Tag.NUMBER, _NUMBER.pack(value))


def boolean(value: bool) -> Value:  # noqa: FBT001 - it is one
    """True or false as a value."""
    return Value(Tag.BOOLEAN, bytes([value]))


def text(tag: Tag, value: str) -> Value:
    """A text as a value of a kind."""
    return Value(tag, value.encode())


def encode(message: Message) -> bytes:
    """The bytes of a message; what is sent with it comes after them."""
    parts = [_HEAD.pack(*VERSION, message.code, message.request)]
    for group in message.groups:
        parts.append(bytes([group.tag]))
        parts.extend(_attribute(name, values) for name, values in group.attributes.items())
    return b"".join([*parts, bytes([Tag.END])])


def _attribute(name: str, values: tuple[Value, ...]) -> bytes:
    names = [name.encode(), *[b""] * (len(values) - 1)]
    return b"".join(
        bytes([value.tag]) + _LENGTH.pack(len(name)) + name + _LENGTH.pack(len(value.raw)) + value.raw
        for name, value in zip(names, values, strict=True)
    )


def decode(message: bytes) -> Message:
    """The message of some bytes; `Garbled` for what ends early or is none. What stands after its end is not looked at."""
    try:
        major, _, code, request = _HEAD.unpack_from(message)
        if major not in (1, 2):
            raise Garbled(f"expected IPP 1 or 2, got version {major}")
        return Message(code, request, tuple(_groups(message, _HEAD.size)))
    except (struct.error, IndexError) as error:
        raise Garbled(f"an IPP message of {len(message)} bytes ends early: {error}") from error


def _groups(message: bytes, at: int) -> Iterator[Group]:
    while message[at] != Tag.END:
        if message[at] >= _FIRST_VALUE:
            raise Garbled(f"expected a group of attributes at byte {at}, got tag {message[at]:#x}")
        tag, attributes, at = message[at], dict[str, list[Value]](), at + 1
        name = ""
        while message[at] >= _FIRST_VALUE:
            value_tag = message[at]
            called, rest = _counted(message, at + 1)
            raw, at = _counted(message, rest)
            name = called.decode("utf-8", "replace") or name
            if not name:
                raise Garbled(f"expected the name of an attribute before byte {at}")
            if called:
                attributes[name] = []
            attributes[name].append(Value(value_tag, raw))
        yield Group(tag, {name: tuple(values) for name, values in attributes.items()})


def _counted(message: bytes, at: int = 0) -> tuple[bytes, int]:
    """What stands behind its length at a place, and where the next thing stands; `Garbled` where it ends early."""
    begin = at + _LENGTH.size
    end = begin + int.from_bytes(message[at:begin], "big")
    if not begin <= end <= len(message):
        raise Garbled(f"expected {end - at} bytes at byte {at}, got {max(len(message) - at, 0)}")
    return message[begin:end], end
