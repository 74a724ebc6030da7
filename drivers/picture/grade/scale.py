"""From what was measured of a scan line to grades: the thresholds of ISO/IEC 15416, and those of the symbologies' own standards.

The edition of 2016 grades symbol contrast, modulation, defects and decodability in tenths, evenly between the thresholds of
the edition of 2000; what is below the threshold of grade 1 is 0. The others pass (4) or fail (0).
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from drivers.picture.grade import Mark, Parameter

_EVEN: Final = 1e-9
"""For floating point: a share that is a threshold reaches it."""
LESS_IS_BETTER: Final = frozenset({Parameter.MINIMUM_REFLECTANCE, Parameter.DEFECTS})
_STEPS: Final[Mapping[Parameter, tuple[tuple[float, float], ...]]] = {
    Parameter.SYMBOL_CONTRAST: ((0.70, 4.0), (0.55, 3.0), (0.40, 2.0), (0.20, 1.0)),
    Parameter.MODULATION: ((0.70, 4.0), (0.60, 3.0), (0.50, 2.0), (0.40, 1.0)),
    Parameter.DEFECTS: ((0.15, 4.0), (0.20, 3.0), (0.25, 2.0), (0.30, 1.0)),
    Parameter.DECODABILITY: ((0.62, 4.0), (0.50, 3.0), (0.37, 2.0), (0.25, 1.0)),
}
_LIMITS: Final[Mapping[Parameter, tuple[float, float]]] = {
    Parameter.QUIET_ZONE: (10.0, float("inf")),
    Parameter.MINIMUM_REFLECTANCE: (0.0, 0.5),
    Parameter.EDGE_CONTRAST: (0.15, float("inf")),
    Parameter.RATIO: (1.8, 3.4),
    Parameter.DECODE: (1.0, 1.0),
}


def marked(parameter: Parameter, value: float) -> Mark:
    """The mark of a parameter.

    >>> marked(Parameter.MODULATION, 0.59).grade, marked(Parameter.MODULATION, 0.6).grade
    (2.9, 3.0)
    >>> marked(Parameter.EDGE_CONTRAST, 0.149).grade
    0.0
    """
    if parameter in _LIMITS:
        least, most = _LIMITS[parameter]
        return Mark(value, 4.0 if least - _EVEN <= value <= most + _EVEN else 0.0)
    return Mark(value, _between(value, _STEPS[parameter]))


def _between(value: float, steps: tuple[tuple[float, float], ...]) -> float:
    """The grade between two thresholds, cut to a tenth."""
    sign = 1 if steps[0][0] > steps[-1][0] else -1
    if sign * (value - steps[0][0]) >= -_EVEN:
        return 4.0
    for (better, _), (worse, grade) in pairwise(steps):
        if sign * (value - worse) >= -_EVEN:
            return int(10 * (grade + max(0.0, (value - worse) / (better - worse))) + 1e-6) / 10
    return 0.0
