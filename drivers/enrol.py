r"""Enrolment: what the symbols of the enrolment sheet hold, and what is learned of a scanner from how they arrive (D1, D2). Pure.

A symbol whose text is known is scanned by a scanner of which nothing is known. What arrives tells its keyboard layout, what it puts
around each code, what it sends after one and how fast it types. Two scans must agree, and nothing is guessed.

>>> Lessons().sent(".AQZYWM-aqm/059#@\r\n").code
'once'
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from drivers.keymap import Key, readings
from drivers.manner import Layout, Manner, Terminator

FULL: Final = ".AQZYWM-aqm/059#@"
"""The first symbol, a Code 128. It begins with a full stop, which no cargo control number has; no two layouts have all its other
characters on the same keys."""
PLAIN: Final = ".AQZYWM-/059"
"""The second symbol: what a Code 39 can say of the first. Here shows who puts a mark of the symbol's kind before each code."""
NAMES: Final[Mapping[str, str]] = {
    **{f".NAME-COUNTER-{n}": f"counter-{n}" for n in range(1, 9)},
    ".NAME-KIOSK": "kiosk",
    ".NAME-LONGROOM": "longroom",
}
"""What each name symbol calls a scanner: codes that have their words."""
FINISH: Final = ".FINISH"
"""Ends the enrolment."""
PREFERRED: Final = tuple(Layout)
"""Where several layouts read the same, the first of them is taken."""
HEADROOM: Final = 4.0
"""A code may halt this many times longer than it was seen to."""
FASTEST, SLOWEST = 0.1, 2.0
"""Seconds: what the gap is set to at least and at most."""
_ALIKE: Final = 0.55
"""How much of a known text must be in what came, to be told what is wrong with it."""
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]$")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a code: before it, behind it, and what ends it. `swapped`: capitals and small letters change places."""

    prefix: str
    suffix: str
    terminator: Terminator
    swapped: bool = False

    @property
    def endless(self) -> bool:
        """Whether nothing but silence says that a code is whole."""
        return self.terminator is Terminator.NONE and not self.suffix


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan of a calibration symbol: its frame in each layout that reads it; under None where no keys were typed."""

    symbol: str
    frames: Mapping[Layout | None, Frame]
    pace: float = 0.0
    """The longest silence inside the code, in seconds."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What two scans agree on. `alike` are further layouts that read both the same; `code39` whether a Code 39 was among them."""

    layout: Layout | None
    frame: Frame
    pace: float
    alike: tuple[Layout, ...] = ()
    code39: bool = False

    @property
    def manner(self) -> Manner:
        """How the scanner sends; of a line that types no keys, the gap stays as it is."""
        frame = self.frame
        if self.layout is None:
            return Manner(terminator=frame.terminator, prefix=frame.prefix, suffix=frame.suffix)
        gap = round(min(max(self.pace * HEADROOM, FASTEST), SLOWEST), 3)
        return Manner(self.layout, frame.terminator, frame.prefix, frame.suffix, gap)


@dataclass(frozen=True, slots=True)
class Told:
    """What a scan of the sheet comes to, as a code with its words in `templates/words/enrol.*.toml`, and their fields."""

    code: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Lessons:
    """One scanner that is being enrolled: the scan that waits for a second, what was learned, and its name."""

    learned: Learned | None = None
    reports: bool = False
    """Each code comes in reports that say where it ends (HID-POS): it needs no terminator."""
    name: str = ""
    finished: bool = False
    _first: Seen | None = None

    def keyed(self, keys: Sequence[Key]) -> Told:
        """The keys of one scan, up to the silence after it."""
        read = readings(keys)
        texts: dict[Layout | None, str] = {layout: read[layout] for layout in PREFERRED if layout in read}
        return self._told(texts, pace(keys))

    def sent(self, text: str) -> Told:
        """The characters of one scan, as a line or a report brought them."""
        return self._told({None: text}, 0.0)

    def _told(self, texts: Mapping[Layout | None, str], slowest: float) -> Told:
        for symbol in (FULL, PLAIN):
            frames = {layout: frame for layout, text in texts.items() if (frame := framed(text, symbol)) is not None}
            if frames:
                return self._calibrated(Seen(symbol, frames, slowest))
        spoken = {self._bare(layout, text) for layout, text in texts.items()}
        named = next((NAMES[one] for one in sorted(spoken) if one in NAMES), "")
        if named or FINISH in spoken:
            return self._called(named)
        told = mistaken(texts)
        if told.code != "other-code":
            self._first = None  # a scanner that sends it now so, now otherwise, is not known by the good ones
        return told

    def _bare(self, layout: Layout | None, text: str) -> str:
        """A code as it stands in its symbol, as far as that is known by now."""
        if self.learned is not None and layout == self.learned.layout:
            text = text.removeprefix(self.learned.frame.prefix)
            text = text.rstrip("\r\n\t").removesuffix(self.learned.frame.suffix)
        return re.sub(r"^\][A-Za-z][0-9A-Za-z]", "", text.strip("\r\n\t ")).upper()

    def _called(self, named: str) -> Told:
        if not named:
            self.finished = True
            return Told("finished")
        if self.learned is None:
            return Told("first-first")
        self.name = named
        return Told("named", {"name": named})

    def _calibrated(self, seen: Seen) -> Told:
        first, self._first = self._first, seen
        if first is None or FULL not in (first.symbol, seen.symbol):
            return Told("once" if seen.symbol == FULL else "first-first")
        found = agreed(first, seen)
        if isinstance(found, Told):
            return found
        if found.frame.endless and not self.reports:
            return Told("no-end")  # a code that stopped in its middle would be a shorter one
        self._first, self.learned = None, found
        return Told("learned")


def framed(text: str, symbol: str) -> Frame | None:
    """What stands around a symbol's text; None where it isn't there, whole and once."""
    swapped = symbol not in text
    before, found, after = text.partition(symbol.swapcase() if swapped else symbol)
    if not found:
        return None
    if symbol == PLAIN and before.endswith("*") and after.startswith("*"):
        before, after = before[:-1], after[1:]  # a Code 39 with its start and stop sent along: they are taken off at the desk
    suffix = after.rstrip("\r\n")
    terminator = Terminator.ENTER if suffix != after else Terminator.NONE
    if suffix.endswith("\t") and terminator is Terminator.NONE:
        suffix, terminator = suffix.rstrip("\t"), Terminator.TAB
    return Frame(_IDENTIFIER.sub("", before), suffix, terminator, swapped)


def agreed(one: Seen, other: Seen) -> Learned | Told:
    """What both say; or how they differ."""
    common = [layout for layout in one.frames if layout in other.frames]
    alike = [layout for layout in common if one.frames[layout] == other.frames[layout]]
    if alike:
        layout = alike[0]
        more = tuple(another for another in alike[1:] if another is not None)
        return Learned(layout, one.frames[layout], max(one.pace, other.pace), more, PLAIN in (one.symbol, other.symbol))
    if not common:
        return Told("differs", {"what": "layout", "first": _names(one.frames), "second": _names(other.frames)})
    return _difference(one, other, common[0])


def _difference(one: Seen, other: Seen, layout: Layout | None) -> Told:
    """Which part of the frame differs. A mark of the symbol's kind before the code is no prefix: each kind has another."""
    left, right = one.frames[layout], other.frames[layout]
    what = next(part for part in ("prefix", "suffix", "terminator", "swapped") if getattr(left, part) != getattr(right, part))
    code = "prefix-varies" if what == "prefix" and one.symbol != other.symbol else "differs"
    return Told(code, {"what": what, "first": str(getattr(left, what)), "second": str(getattr(right, what))})


def mistaken(texts: Mapping[Layout | None, str]) -> Told:
    """What is wrong with a scan that no layout reads: the characters that came wrong; or that it is another code altogether."""
    tried = [(symbol, text.strip("\r\n\t"), layout) for symbol in (FULL, PLAIN) for layout, text in texts.items()]
    if not tried:
        return Told("unknown-keys")
    symbol, got, layout = max(tried, key=lambda one: SequenceMatcher(None, one[0], one[1], autojunk=False).ratio())
    match = SequenceMatcher(None, symbol, got, autojunk=False)
    if match.ratio() < _ALIKE:
        return Told("other-code", {"got": got})
    steps = [step for step in match.get_opcodes() if step[0] != "equal"]
    wrong = [f"{symbol[a:b] or '–'} → {got[c:d] or '–'}" for _, a, b, c, d in steps]
    return Told("no-layout" if layout else "garbled", {"wrong": ", ".join(wrong), "near": layout or ""})


def pace(keys: Iterable[Key]) -> float:
    """The longest silence between two keys that went down, in seconds.

    >>> pace([Key(30, 1, 0.0), Key(30, 0, 0.001), Key(48, 1, 0.004), Key(46, 1, 0.034)])
    0.03
    """
    downs = [key.at for key in keys if key.value == 1]
    return round(max((later - earlier for earlier, later in pairwise(downs)), default=0.0), 6)


def _names(frames: Mapping[Layout | None, Frame]) -> str:
    return ", ".join(str(layout) for layout in frames)
