"""Scan reflectance profiles drawn for tests: a symbol of known widths, and what is done to it. Plain functions."""

from itertools import groupby

import numpy as np

from drivers.picture.grade.profile import Extent
from drivers.scan import Symbology
from tests.drivers.pictures import bars

NAMES = {Symbology.CODE39: "Code39", Symbology.CODE128: "Code128"}
STEP = 8
"""Samples of a narrow bar."""


def widths(text, symbology, wide=None):
    """Of bar, space, bar, ..., in narrow bars, without the quiet zones; `wide`: of Code 39, instead of 2."""
    row = bars(text, NAMES[symbology], module=1, height=1)[0]
    runs = [len(list(run)) for _, run in groupby(row)][1:-1]
    return [float(wide) if wide and run == 2 and symbology is Symbology.CODE39 else float(run) for run in runs]


def profile(runs, low=0.1, high=0.9, quiet=(12, 12), step=STEP):
    """Reflectances of such widths, each edge between two samples, and where the symbol lies in them."""
    counts = [round(step * n) for n in (quiet[0], *runs, quiet[1])]
    values = np.repeat([high if n % 2 == 0 else low for n in range(len(counts))], counts)
    start, end = counts[0] - 0.5, sum(counts[:-1]) - 0.5
    return values.astype(np.float64), Extent(start, end, float(step))


def element(runs, n, quiet=12, step=STEP):
    """The samples of the n-th element of such a profile, as a slice."""
    start = round(step * quiet) + sum(round(step * run) for run in runs[:n])
    return slice(start, start + round(step * runs[n]))
