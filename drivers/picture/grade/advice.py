"""What to change so that a barcode is printed better, by the parameter that pulls it down. Pure; the sentences are the kiosk's."""

from enum import StrEnum
from typing import Final

from drivers.picture.grade import Graded, Parameter
from drivers.scan import Symbology


class Advice(StrEnum):
    """One thing to do. In the order in which they are told."""

    SCAN_FINER = "scan-finer"
    """The scan, not the print, may be at fault: it has too few pixels for a narrow bar to be judged."""
    MORE_WHITE = "more-white"
    DARKER = "darker"
    CLEANER = "cleaner"
    NOTHING_ACROSS = "nothing-across"
    LARGER = "larger"
    UNSCALED = "unscaled"
    FINER_PRINTER = "finer-printer"
    WIDER_RATIO = "wider-ratio"
    CODE128 = "code128"


_PARTS: Final = {
    Parameter.QUIET_ZONE: (Advice.MORE_WHITE,),
    Parameter.SYMBOL_CONTRAST: (Advice.DARKER,),
    Parameter.MINIMUM_REFLECTANCE: (Advice.DARKER,),
    Parameter.EDGE_CONTRAST: (Advice.DARKER, Advice.LARGER),
    Parameter.MODULATION: (Advice.LARGER, Advice.FINER_PRINTER),
    Parameter.DEFECTS: (Advice.CLEANER, Advice.NOTHING_ACROSS),
    Parameter.RATIO: (Advice.WIDER_RATIO, Advice.UNSCALED),
    Parameter.DECODE: (Advice.NOTHING_ACROSS, Advice.CLEANER, Advice.UNSCALED),
    Parameter.DECODABILITY: (Advice.UNSCALED, Advice.FINER_PRINTER),
}
_WIDTHS: Final = frozenset({Parameter.EDGE_CONTRAST, Parameter.MODULATION, Parameter.DECODE, Parameter.DECODABILITY})
"""What a coarse scan spoils too."""
_COARSE: Final = 4.0
"""Pixels of a narrow bar below which that may be so."""
_SMALL: Final = 10.0
"""Thousandths of an inch: with narrow bars of less, office printers and scanners come to their limits."""


def advice(one: Graded) -> tuple[Advice, ...]:
    """What to do, most useful first; nothing where nothing is wrong, and of a place not read, whose reason says it.

    >>> from drivers.picture.grade import Mark
    >>> advice(Graded((0, 0, 9, 9), "A", Symbology.CODE39, (0.0,), {Parameter.QUIET_ZONE: Mark(4.0, 0.0)}))
    (<Advice.MORE_WHITE: 'more-white'>,)
    """
    fault = one.fault
    if fault is None:
        return ()
    found = set(_PARTS[fault])
    if fault in _WIDTHS:
        coarse, small = not one.drawn and one.narrow < _COARSE, 0 < one.mil < _SMALL
        found |= {Advice.SCAN_FINER} if coarse else set()
        found |= {Advice.LARGER} if small else set()
    if one.symbology is Symbology.CODE39 and Advice.LARGER in found:
        found.add(Advice.CODE128)
    return tuple(told for told in Advice if told in found)
