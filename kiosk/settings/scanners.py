"""What is set of the scanners: the tables `[[scanner]]`, one for each device, and `[scanning]` (D1, D2, D5)."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final

from drivers.manner import Layout, Manner, Terminator
from kiosk.core.faults import Refusal
from kiosk.core.sheet import check_legible

_WORDS: Final[Mapping[str, type[StrEnum]]] = {"layout": Layout, "terminator": Terminator}
_TEXTS: Final = ("prefix", "suffix")
_LENGTHS: Final = ("shortest", "longest")
_MANNER: Final = frozenset(one.name for one in fields(Manner))
_LINE: Final = ("speed", "bits", "parity", "stop", "flow")
_VIEW: Final = ("width", "height", "fps", "exposure", "focus", "mirror", "fourcc", "still")
_KNOWN: Final = ("device", "name", "ignore", *sorted(_MANNER), *_LINE, *_VIEW)


@dataclass(frozen=True, slots=True)
class Scanning:
    """What is set of the scan station."""

    sound: str = "auto"
    """auto, off, or a command that gets a WAV file on its standard input."""


@dataclass(frozen=True, slots=True)
class ScannerTable:
    """One scanner: which device, what it is called, how it sends."""

    device: str
    """The stable id of a device, as `kiosk devices` shows it."""
    name: str = ""
    ignore: bool = False
    """Never taken, whatever it looks like."""
    manner: Manner = field(default_factory=Manner)
    line: Mapping[str, Any] = field(default_factory=dict)
    """A serial line's own settings; its driver checks them."""
    view: Mapping[str, Any] = field(default_factory=dict)
    """A camera's own settings; its driver checks them."""

    @property
    def called(self) -> str:
        """Its name, or its device where it was given none."""
        return self.name or self.device


def scanning_table(table: Mapping[str, Any]) -> Scanning:
    """The table `[scanning]`."""
    for name, value in table.items():
        if name != "sound":
            raise Refusal("unknown-setting", expected="sound", got=f"scanning.{name}")
        if not isinstance(value, str):
            raise Refusal("bad-setting", name="scanning.sound", expected="text", got=repr(value))
        try:
            shlex.split(value)
        except ValueError as error:
            expected = "auto, off, or a command whose quotes are closed"
            raise Refusal("bad-setting", name="scanning.sound", expected=expected, got=repr(value)) from error
    return Scanning(**table)


def scanner_tables(tables: Sequence[Any]) -> tuple[ScannerTable, ...]:
    """The tables `[[scanner]]`; `Refusal` for one that is wrong, and for two of one device or one name."""
    made = tuple(_table(one) for one in tables)
    for what in ("device", "called"):
        named = [getattr(one, what) for one in made]
        twice = next((one for one in named if named.count(one) > 1), None)
        if twice is not None:
            raise Refusal("bad-setting", name="scanner", expected="a device and a name for each scanner", got=repr(twice))
    return made


def _table(table: Any) -> ScannerTable:  # noqa: ANN401 - whatever TOML has
    if not isinstance(table, dict):
        raise Refusal("bad-setting", name="scanner", expected="[[scanner]] tables", got=repr(table))
    for name in table:
        if name not in _KNOWN:
            raise Refusal("unknown-setting", expected=", ".join(_KNOWN), got=f"scanner.{name}")
    device, name, ignore = table.get("device"), table.get("name", ""), table.get("ignore", False)
    if not isinstance(device, str) or not device:
        raise _bad("device", "the id of a device, as kiosk devices shows it", device)
    if not isinstance(name, str):
        raise _bad("name", "text", name)
    check_legible("scanner.name", name, 40)
    if not isinstance(ignore, bool):
        raise _bad("ignore", "true or false", ignore)
    line = {one: table[one] for one in _LINE if one in table}
    view = {one: table[one] for one in _VIEW if one in table}
    return ScannerTable(device, name, ignore, _manner(table), line, view)


def _manner(table: Mapping[str, Any]) -> Manner:
    """How it sends, each value of its kind and size."""
    given: dict[str, Any] = {one: table[one] for one in table if one in _MANNER}
    for name, words in _WORDS.items():
        if name in given:
            given[name] = _word(name, given[name], words)
    for name in _TEXTS:
        if not isinstance(given.get(name, ""), str):
            raise _bad(name, "text", given[name])
    for name in _LENGTHS:
        value = given.get(name, 1)
        if type(value) is not int or not 1 <= value <= 4096:
            raise _bad(name, "1 to 4096", value)
    gap = given.get("gap", 1.0)
    if type(gap) not in (int, float) or not 0.001 <= gap <= 5:
        raise _bad("gap", "0.001 to 5 seconds", gap)
    manner = Manner(**given)
    if manner.shortest > manner.longest:
        raise _bad("longest", f"{manner.shortest} or more, as shortest is", manner.longest)
    if manner.terminator is Terminator.NONE and not manner.suffix and manner.shortest != manner.longest:
        # a code that stopped in its middle would be a shorter one, and two that came close one after the other a longer one
        raise _bad("terminator", "enter or tab; none needs a suffix, or one length (shortest = longest)", "none")
    return manner


def _word(name: str, value: object, words: type[StrEnum]) -> StrEnum:
    known = [str(one) for one in words]
    if value not in known:
        raise _bad(name, ", ".join(known), value)
    return words(value)


def _bad(name: str, expected: str, got: object) -> Refusal:
    return Refusal("bad-setting", name=f"scanner.{name}", expected=expected, got=repr(got))
