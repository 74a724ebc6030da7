"""One place that looks like bars -> the verdicts on the symbols in it. Runs in the limited process only.

View by view (`drivers.picture.views`), until each symbol has its two witnesses or all views are used up. Rows that hold
together are first cut apart; what a symbol leaves over to its left or right is looked at by itself.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from drivers.picture import Dial, Symbol, Unread, Unreadable
from drivers.picture.bars import Bars, around, overlap
from drivers.picture.engines import Grey, others
from drivers.picture.find import grown, levelled, straight
from drivers.picture.judge import Reading, Verdict, grouped, verdict
from drivers.picture.measure import why
from drivers.picture.profile import barlike, thirds, widest_gaps
from drivers.picture.settle import Ruled
from drivers.picture.torn import torn
from drivers.picture.views import Spot

_DEEPEST = 3
"""How often a place is cut: rows, then columns, then no more."""
_GAPS = 3
"""White gaps at which a place may be cut in two: within a character there may be one as wide as between two symbols."""
_LEAST_ROWS = 10
_LEAST_REST = 60
"""Pixels beside a symbol that may hold another."""


def looked_at(grey: Grey, bars: Bars, page: Sequence[Reading], dial: Dial, dpi: float | None = None, depth: int = 0) -> list[Ruled]:
    """The symbols of one place; `page` is what was read before, anywhere, `dpi` the picture's where it is known."""
    spot = Spot(grey, bars, dial)
    readings = [r for r in page if _on(r, bars)]
    for number, view in enumerate(spot.views()):
        readings += view(readings)
        rows = _rows_apart(grey, bars, readings) if number == 0 and depth == 0 else []
        if rows:
            return [ruled for row in rows for ruled in looked_at(grey, row, page, dial, dpi, depth + 1)]
        ruled = _ruled(spot, readings)
        if ruled and all(_decided(one) for _, one in ruled):
            return ruled + _rests(spot, [there for there, _ in ruled], page, dpi, depth)
    for parts in _columns_apart(spot, readings) if depth < _DEEPEST else ():
        sides = [ruled for part in parts for ruled in looked_at(grey, part, page, dial, dpi, _DEEPEST)]
        if all(isinstance(one, Symbol) for _, one in sides):
            return sides
    return [_explained(grey, one, dpi) for one in _ruled(spot, readings)] or [(bars, _nothing(grey, bars, dpi))]


def _ruled(spot: Spot, readings: Sequence[Reading]) -> list[Ruled]:
    groups = grouped(readings)
    extents = [(_extent(spot.bars, group, alone=len(groups) == 1), group) for group in groups]
    return [(part, in_one_piece(spot.grey, part, verdict([*group, *spot.borne_out(group, part)]))) for part, group in extents]


def _decided(one: Verdict) -> bool:
    """Whether no other view could change it: read, or torn."""
    return isinstance(one, Symbol) or one.reason is Unreadable.BENT


def in_one_piece(grey: Grey, bars: Bars, one: Verdict) -> Verdict:
    """The verdict; a text that was read across a tear is none."""
    if isinstance(one, Symbol) and torn(grey, bars):
        return Unread(one.box, Unreadable.BENT, (one.text,))
    return one


def _rests(spot: Spot, known: Sequence[Bars], page: Sequence[Reading], dpi: float | None, depth: int) -> list[Ruled]:
    """What lies beside the symbols that were read, if it looks like bars too."""
    bars = spot.bars
    spans = sorted(bars.spans(one.corners)[:2] for one in known)
    gaps = pairwise([bars.u0, *(u for span in spans for u in span), bars.u1])
    rests = [replace(bars, u0=a, u1=b) for n, (a, b) in enumerate(gaps) if n % 2 == 0 and b - a > _LEAST_REST]
    if depth == _DEEPEST:
        return []
    found = [rest for rest in rests if _bars_there(spot.grey, rest)]
    return [ruled for rest in found for ruled in looked_at(spot.grey, rest, page, spot.dial, dpi, _DEEPEST)]


def _columns_apart(spot: Spot, readings: Sequence[Reading]) -> Iterator[tuple[Bars, Bars]]:
    """Both sides of a wide white gap, where a place gave several texts: it may hold two symbols side by side."""
    if len({r.text for r in readings}) > 1:
        for gap in widest_gaps(spot.even, _GAPS):
            cut = spot.bars.u0 + gap - spot.margin
            yield replace(spot.bars, u1=cut), replace(spot.bars, u0=cut)


def _bars_there(grey: Grey, bars: Bars) -> bool:
    crop = straight(grey, bars)
    alike, ends, _ = thirds(crop)
    return barlike(crop, alike, ends)


def _rows_apart(grey: Grey, bars: Bars, readings: Sequence[Reading]) -> list[Bars]:
    """The rows of a place that holds several symbols one above the other; none if one symbol fills it."""
    seen = sorted((bars.spans(grown(grey, levelled(grey, around(g[0].corners))).corners)[2:] for g in grouped(readings)), key=sum)
    seen = [span for n, span in enumerate(seen) if not n or sum(span) - sum(seen[n - 1]) > bars.height / 10]
    filled = sum(min(v1, bars.v1) - max(v0, bars.v0) for v0, v1 in seen)
    if not seen or (len(seen) == 1 and filled > 0.7 * bars.height):
        return []
    cuts = [bars.v0, *(v for span in seen for v in span), bars.v1]
    return [replace(bars, v0=v0, v1=v1) for v0, v1 in pairwise(cuts) if v1 - v0 >= _LEAST_ROWS]


def _extent(bars: Bars, group: Sequence[Reading], *, alone: bool) -> Bars:
    """The part of the place that a symbol takes up: its whole height, where it is alone and the place was not another's."""
    own = around(group[0].corners)
    if abs(math.sin(own.angle - bars.angle)) > 0.5:
        return own
    u0, u1, v0, v1 = bars.spans([corner for r in group for corner in r.corners])
    return replace(bars, u0=u0, u1=u1) if alone else replace(bars, u0=u0, u1=u1, v0=v0, v1=v1)


def _on(reading: Reading, bars: Bars) -> bool:
    """Whether a reading of the page was of this place alone."""
    _, _, v0, v1 = bars.spans(reading.corners)
    return overlap(reading.corners, bars.corners) and v0 > bars.v0 - 8 and v1 < bars.v1 + 8


def _explained(grey: Grey, ruled: Ruled, dpi: float | None) -> Ruled:
    """With the reason that a client can act on, where the text was only not sure."""
    bars, one = ruled
    if not isinstance(one, Unread) or one.reason is not Unreadable.UNSURE:
        return ruled
    return bars, replace(why(grey, bars, dpi, Unreadable.UNSURE), box=one.box, got=one.got)


def _nothing(grey: Grey, bars: Bars, dpi: float | None) -> Unread:
    """No text at all: another kind of symbol, or the reason why not."""
    foreign = others(straight(grey, bars, across=12, along=4))
    if foreign:
        return Unread(bars.box, Unreadable.SYMBOLOGY_NOT_ACCEPTED, (foreign[0].symbology.name,))
    return why(grey, bars, dpi)
