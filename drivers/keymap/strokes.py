"""The way back: which keys type a text, and what keys mean in every layout. For the rig, the tests and the enrolment sheet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from drivers.keymap.board import Board
from drivers.keymap.keys import DOWN, ENTER, LEFT_CTRL, LEFT_SHIFT, RIGHT_ALT, TAB, UP, Key, Locks
from drivers.keymap.layouts import ALTGR, BASE, PLATES, SHIFT, composed, is_dead
from drivers.manner import Layout
from drivers.scan import Broken

_UNDER = {BASE: (), SHIFT: (LEFT_SHIFT,), ALTGR: (RIGHT_ALT,)}


@dataclass(frozen=True, slots=True)
class Stroke:
    """Keys typed one after another while the modifiers `under` are held; evdev codes."""

    codes: tuple[int, ...]
    under: tuple[int, ...] = ()


def strokes(text: str, layout: Layout, locks: Locks | None = None) -> list[Stroke]:
    r"""The strokes that type a text, on the main block. "\r" is Enter, "\t" Tab; control characters are typed with Ctrl.

    Raises:
        ValueError: the layout has no key for one of the characters.

    >>> strokes("1\r", Layout.FR)
    [Stroke(codes=(2,), under=(42,)), Stroke(codes=(28,), under=())]
    """
    ways = _ways(layout, bool(locks and locks.caps))
    if missing := [char for char in text if char not in ways]:
        raise ValueError(f"the layout {layout}: expected characters that it can type, got {missing[0]!r}")
    return [stroke for char in text for stroke in ways[char]]


def presses(typed: Iterable[Stroke], at: float = 0.0, pace: float = 0.001) -> list[Key]:
    """The events of these strokes from `at` on, one key every `pace` seconds; each is down for half of that."""
    keys: list[Key] = []
    for stroke in typed:
        keys += [Key(code, DOWN, at) for code in stroke.under]
        for code in stroke.codes:
            keys += [Key(code, DOWN, at), Key(code, UP, at + pace / 2)]
            at += pace
        keys += [Key(code, UP, at - pace / 2) for code in reversed(stroke.under)]
    return keys


def readings(keys: Iterable[Key]) -> dict[Layout, str]:
    r"""What the same events mean in every layout, terminators as "\r" and "\t"; without the layouts in which they mean nothing.

    >>> {str(layout): text for layout, text in readings(presses(strokes("Z-4", Layout.US))).items()}
    {'us': 'Z-4', 'ca-fr': 'Z-4', 'ca-multi': 'Z-4', 'uk': 'Z-4', 'de': 'Yß4', 'fr': "W)'"}
    """
    typed = tuple(keys)
    return {layout: text for layout in Layout if (text := _reading(typed, layout)) is not None}


def _reading(keys: tuple[Key, ...], layout: Layout) -> str | None:
    board = Board(PLATES[layout])
    said = [board.take(key) for key in keys]
    texts = [one for one in said if not isinstance(one, Broken)]
    return None if board.half or len(texts) < len(said) else "".join(texts)


@cache
def _ways(layout: Layout, caps: bool) -> dict[str, list[Stroke]]:  # noqa: FBT001 - a key of the cache
    """How each character of a layout is typed: as simply as it can be, by dead keys only if there is no other way."""
    plate = PLATES[layout]
    single: dict[str, list[Stroke]] = {"\r": [Stroke((ENTER,))], "\t": [Stroke((TAB,))]}
    for code, level in sorted(plate.cells, key=lambda cell: cell[1]):
        if char := plate.at(code, level, caps=caps):
            single.setdefault(char, [Stroke((code,), _UNDER[level])])
    for code in sorted({code for code, _ in plate.cells} | set(plate.brackets)):
        if char := plate.control(code):
            single.setdefault(char, [Stroke((code,), (LEFT_CTRL,))])
    marked = dict(_marked(single))
    return marked | {char: way for char, way in single.items() if not is_dead(char)}


def _marked(single: dict[str, list[Stroke]]) -> Iterator[tuple[str, list[Stroke]]]:
    """What dead keys make of the other keys."""
    for mark in filter(is_dead, single):
        for char, way in single.items():
            if both := composed(mark, char):
                yield both, single[mark] + way
