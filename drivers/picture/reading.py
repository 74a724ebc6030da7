"""From a picture to its symbols and unread places. Runs in the limited process only.

First zxing-cpp reads the page as it is. What it read, and whose bars say the same (`pattern`), is done with: on a clean page
that is all. Every other place that looks like bars is found (`find`) and looked at by itself (`place`), until two witnesses
agree or all views are used up. A budget bounds the work on a page; what is left when it is spent is unread, not lost.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from drivers.picture import Dial, Symbol, Unread, Unreadable
from drivers.picture.bars import Bars, around, overlap
from drivers.picture.crop import sharpened
from drivers.picture.engines import Grey, qr, seals, zxing
from drivers.picture.find import enlarged, grown, places, upright
from drivers.picture.frame import turned
from drivers.picture.judge import Reading, Verdict, credible, grouped, verdict
from drivers.picture.measure import why
from drivers.picture.place import in_one_piece, looked_at
from drivers.picture.render import Picture
from drivers.picture.settle import Ruled, settled
from drivers.picture.text import printed
from drivers.picture.views import Spot
from drivers.scan import Symbology

BUDGET = 2.0
"""Seconds of work for one page: what the process used, so that a busy machine reads as much as a quiet one."""
_FINER = (2.0, 4.0)
_AROUND = 40
"""Pixels round a place that are drawn with it."""
_FEW_ROWS = 12
"""By fewer it can't be told how bars stand."""
_FINAL = frozenset({Unreadable.ENGINES_DISAGREE, Unreadable.RIVALS})


def examined(
    picture: Picture, clock: Callable[[], float] = time.process_time, *, dial: Dial = Dial.STRICT
) -> tuple[tuple[Symbol, ...], tuple[Unread, ...]]:
    """All that the page says. Symbols and unread places from top to bottom."""
    found = sorted(_verdicts(picture, clock() + BUDGET, clock, dial), key=lambda one: (one.box[1], one.box[0]))
    symbols = [one for one in found if isinstance(one, Symbol)]
    words = printed([one.box for one in symbols], picture.words)
    named = tuple(replace(one, printed=near) for one, near in zip(symbols, words, strict=True))
    return named, tuple(one for one in found if isinstance(one, Unread))


def codes(grey: Grey) -> list[tuple[str, str]]:
    """Symbology and text of each QR, Code 128 and Code 39 symbol; a faint one is looked at twice as large, a blurred one sharpened.

    Whatever is seen here is a seal, which its signature proves, or only compared with what stands under one.
    """
    found = {(r.symbology, r.text): None for r in seals(grey)}
    if not found and grey.size < 16_000_000:
        found = {(r.symbology, r.text): None for r in seals(enlarged(grey, 2 * grey.shape[1], 2 * grey.shape[0]))}
    if all(symbology != Symbology.QR for symbology, _ in found):
        found |= {(r.symbology, r.text): None for r in qr(sharpened(grey))}
    return [(str(kind), text) for kind, text in found]


def _verdicts(picture: Picture, end: float, clock: Callable[[], float], dial: Dial) -> list[Verdict]:
    grey = picture.grey
    sure, unsure = _easy(grey, credible(zxing(grey, hard=False)), dial)
    found = places(grey, [bars for bars, _ in sure])
    if not sure and not found:
        sure, unsure = _easy(grey, credible(zxing(grey)), dial)
    found += [around(r.corners) for r in unsure if not any(overlap(r.corners, bars.corners) for bars in found)]
    ruled: list[Ruled] = list(sure)
    for bars in found:
        if clock() > end:
            ruled.append((bars, why(grey, bars, picture.dpi)))
        else:
            ruled += _drawn_finer(picture, looked_at(grey, bars, unsure, dial, picture.dpi), dial)
    return settled(grey, ruled)


def _easy(grey: Grey, page: list[Reading], dial: Dial) -> tuple[list[tuple[Bars, Symbol]], list[Reading]]:
    """Readings whose bars say the same in all of their rows and that nothing contradicts; and the others."""
    sure, unsure = [], []
    for group in grouped(page):
        ruled = ((bars, _checked(grey, bars, group, dial)) for bars in _standing(grey, group[0]))
        read = next(((bars, one) for bars, one in ruled if isinstance(one, Symbol)), None)
        if read:
            sure.append(read)
        else:
            unsure += group
    return sure, unsure


def _standing(grey: Grey, reading: Reading) -> Iterator[Bars]:
    """Its bars in their whole height: turned by their edges, which is mostly enough, and then until all rows are in register."""
    bars = around(reading.corners)
    more = max(0.0, _FEW_ROWS - bars.height) / 2
    line = upright(grey, bars.cut(0, -more, bars.length, bars.height + more))
    yield grown(grey, line)
    yield grown(grey, turned(grey, line))


def _checked(grey: Grey, bars: Bars, group: list[Reading], dial: Dial) -> Verdict:
    """The verdict on what was read of some bars, with what their pattern says."""
    u0, u1, v0, v1 = bars.spans(group[0].corners)
    whole = v0 > bars.v0 - 4 and v1 < bars.v1 + 4 and len(group) == 1
    checked = [*group, *Spot(grey, bars, dial).borne_out(group, replace(bars, u0=u0, u1=u1))] if whole else group
    return in_one_piece(grey, bars, verdict([replace(r, corners=bars.corners) for r in checked]))


def _drawn_finer(picture: Picture, ruled: list[Ruled], dial: Dial) -> list[Ruled]:
    """The same, but what stayed unread in a PDF is drawn again, as fine as it needs, and looked at again."""
    again: list[Ruled] = []
    for bars, one in ruled:
        open_still = isinstance(one, Unread) and one.reason not in _FINAL
        finer = _finer(picture, bars, dial) if open_still else []
        again += finer or [(bars, one)]
    return again


def _finer(picture: Picture, bars: Bars, dial: Dial) -> list[Ruled]:
    """What the first drawing says in which all is read; nothing if none is."""
    height, width = picture.grey.shape
    x0, y0, x1, y1 = bars.box
    box = max(0, x0 - _AROUND), max(0, y0 - _AROUND), min(width, x1 + _AROUND), min(height, y1 + _AROUND)
    if picture.finer is None or box[0] >= box[2] or box[1] >= box[3]:
        return []
    for asked in _FINER:
        drawn = picture.finer(box, asked)
        scale = drawn.shape[1] / (box[2] - box[0])
        dpi = picture.dpi * scale if picture.dpi else None
        ruled = looked_at(drawn, bars.moved(-box[0], -box[1]).scaled(scale), [], dial, dpi)
        if any(isinstance(two, Symbol) for _, two in ruled):
            back = [(there.scaled(1 / scale).moved(box[0], box[1]), one) for there, one in ruled]
            return [(there, replace(one, box=there.box)) for there, one in back]
    return []
