"""The project's own corpus: pages with barcodes and what is true of them, graded damage, traps. All of it from one seed.

>>> from bench.corpus import sheets
>>> [sheet.name for sheet in sheets(1, 3)] == [sheet.name for sheet in sheets(1, 3)]
True
"""

import re
from collections.abc import Iterator

import numpy as np

from bench.corpus.catalogue import CATALOGUE, sheet
from bench.corpus.truth import Code, Sheet

__all__ = ["CATALOGUE", "Code", "Sheet", "plan", "sheets"]


def plan(seed: int, count: int, only: str = "") -> list[tuple[int, str, str]]:
    """Which sheets a seed gives: number, family, grade. Each round goes through the whole catalogue in an order of its own."""
    chosen = [pair for pair in CATALOGUE if re.search(only, "-".join(pair))]
    order: list[int] = []
    for turn in range(-(-count // len(chosen))):
        order += np.random.default_rng([seed, turn]).permutation(len(chosen)).tolist()
    return [(n, *chosen[at]) for n, at in enumerate(order[:count])]


def sheets(seed: int, count: int = len(CATALOGUE), only: str = "") -> Iterator[Sheet]:
    """So many sheets. Each has a generator of its own: the n-th is the same, however many are asked for."""
    for number, family, grade in plan(seed, count, only):
        yield sheet(family, grade, np.random.default_rng([seed, 1, number]))
