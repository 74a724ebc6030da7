"""One symbol, one verdict: what the places of a page say of each other. Runs in the limited process.

A pen stroke or a stamp parts a symbol into several places, and the words under it stick to its lower end. Such parts are
taken into the symbol that was read. Two rows that hold the same number, on the other hand, are two symbols: there is paper
between them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from drivers.picture import Symbol, Unread, Unreadable
from drivers.picture.bars import Bars, overlap, overlaps
from drivers.picture.crop import straight
from drivers.picture.judge import Verdict
from drivers.picture.profile import Grey, likeness

_TOUCHING = 6
_PART, _TOGETHER = 0.4, 0.6
"""Of a place, that lies in one symbol or in several."""
Ruled = tuple[Bars, Verdict]


def settled(grey: Grey, ruled: Sequence[Ruled]) -> list[Verdict]:
    """The verdicts without parts of symbols that were read; symbols that lie over one another are rivals."""
    read = sorted(((b, v) for b, v in ruled if isinstance(v, Symbol)), key=lambda one: -one[0].length * one[0].height)
    kept: list[tuple[Bars, Symbol]] = []
    for bars, symbol in read:
        if not any(symbol.text == other.text and _one(grey, bars, whole) for whole, other in kept):
            kept.append((bars, symbol))
    left = [(b, v) for b, v in ruled if isinstance(v, Unread) and not _scrap(grey, b, v, kept)]
    return [*_without_rivals(kept), *(v for _, v in _apart(left))]


def _one(grey: Grey, bars: Bars, whole: Bars) -> bool:
    """Whether two places with one text are one symbol."""
    return overlap(bars.corners, whole.corners) or _parts(grey, bars, whole)


def _without_rivals(kept: Sequence[tuple[Bars, Symbol]]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    over = overlaps([bars.corners for bars, _ in kept])
    for row, (_, symbol) in zip(over, kept, strict=True):
        others = {other.text for there, (_, other) in zip(row, kept, strict=True) if there} - {symbol.text}
        rivals = tuple(sorted({symbol.text, *others}))
        verdicts.append(Unread(symbol.box, Unreadable.RIVALS, rivals) if others else symbol)
    return verdicts


def _apart(left: Sequence[tuple[Bars, Unread]]) -> list[tuple[Bars, Unread]]:
    """Unread places, each once: the largest first, which swallow what mostly lies in them."""
    kept: list[tuple[Bars, Unread]] = []
    for bars, unread in sorted(left, key=lambda one: -one[0].length * one[0].height):
        if not any(_share(bars, whole) > 0.5 for whole, _ in kept):
            kept.append((bars, unread))
    return kept


def _scrap(grey: Grey, bars: Bars, unread: Unread, kept: Sequence[tuple[Bars, Symbol]]) -> bool:
    """Whether an unread place is but a part of a symbol, words that stick to it, or made of symbols that were read.

    The next row may be as like as one digit makes it: where another text was seen, it is no part.
    """
    shares = [_share(bars, whole) for whole, _ in kept]
    if max(shares, default=0.0) > _PART or sum(shares) > _TOGETHER:
        return True
    said = set(unread.got)
    return any(_parts(grey, bars, whole) and _alike(grey, bars, whole) for whole, one in kept if said <= {one.text})


def _parts(grey: Grey, bars: Bars, whole: Bars) -> bool:
    """Whether a place goes on where a symbol ends, or lies over it: no paper between them."""
    u0, u1, v0, v1 = whole.spans(bars.corners)
    if min(u1, whole.u1) - max(u0, whole.u0) < 0.7 * (u1 - u0):
        return False
    gap = max(v0 - whole.v1, whole.v0 - v1)
    if gap <= _TOUCHING:
        return True
    between = (whole.v1, v0) if v0 > whole.v1 else (v1, whole.v0)
    return gap < whole.height and not _paper(grey, whole, *between)


def _paper(grey: Grey, whole: Bars, v0: float, v1: float) -> bool:
    """Whether some row between is as light as the paper round the bars."""
    rows = straight(grey, replace(whole, v0=v0, v1=v1)).mean(axis=1)
    inside = straight(grey, whole)
    return bool(rows.max() > np.percentile(inside, 90) - 0.2 * (np.percentile(inside, 90) - np.percentile(inside, 10)))


def _alike(grey: Grey, bars: Bars, whole: Bars) -> bool:
    u0, u1, v0, v1 = whole.spans(bars.corners)
    part, beside = replace(whole, u0=u0, u1=u1, v0=v0, v1=v1), replace(whole, u0=u0, u1=u1)
    one, other = (straight(grey, b).mean(axis=0, dtype=np.float32) for b in (part, beside))
    return len(one) == len(other) and likeness(one, other, 4)[0] > 0.6


def _share(bars: Bars, whole: Bars) -> float:
    """How much of a place lies in another."""
    u0, u1, v0, v1 = whole.spans(bars.corners)
    common = max(0.0, min(u1, whole.u1) - max(u0, whole.u0)) * max(0.0, min(v1, whole.v1) - max(v0, whole.v0))
    return common / max(1.0, (u1 - u0) * (v1 - v0))
