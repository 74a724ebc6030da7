"""What can be measured at a place that no engine read, so that its owner learns what to mend. Runs in the limited process."""

import numpy as np

from drivers.picture.bars import Bars
from drivers.picture.find import straight
from drivers.picture.judge import Measures
from drivers.picture.profile import Grey, edges


def measured(grey: Grey, bars: Bars) -> Measures:
    """Measures of the bars at a place."""
    wide = 40
    profile = straight(grey, bars, across=wide).mean(axis=0, dtype=np.float32)
    inner = profile[wide : len(profile) - wide]
    low, high = (float(p) for p in np.percentile(inner, (5, 95)))
    changes = edges(inner)
    narrow = float(np.percentile(np.diff(changes), 25)) if len(changes) > 4 else 0.0
    steepest = float(np.percentile(np.abs(np.diff(inner)), 98)) if len(inner) > 2 else 1.0
    light = profile > (low + high) / 2
    quiet = min(_run(light[:wide][::-1]), _run(light[len(profile) - wide :]))
    height, width = grey.shape
    at_edge = any(x < 4 or y < 4 or x > width - 5 or y > height - 5 for x, y in bars.corners)
    return Measures(high - low, narrow, (high - low) / max(steepest, 1e-3), quiet, at_edge)


def _run(light: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    dark = np.nonzero(~light)[0]
    return float(dark[0]) if len(dark) else float(len(light))
