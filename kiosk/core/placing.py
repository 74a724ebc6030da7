"""Where stamp, seals and marks go on a client's own document. Pure decisions.

A mark stands beside its bars, nearer to them than to any other's; the stamp and the seals of the rows of a page stand on that page,
or, for a move in bond, on its reverse. Nothing hides anything. Where one of them has no place, or the document can change its
looks, all of them stand on a cover page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kiosk.core.endorsement import REMOVED, Block, Face, Format, Leaf, OnPaper, Plan, act_on
from kiosk.core.space import EDGE, Space, Spot
from kiosk.core.stamp import Act

GAP: Final = 2.0
"""Millimetres between a stamp and a seal that stand together."""
REACH: Final = 6.0
"""Millimetres that a mark may be above or below its bars."""
QUIET: Final = 4.0
"""Millimetres at the ends of bars that stay white, or they could not be read any more."""
HEADING: Final = 12.0
"""Millimetres at the top of an added reverse, for saying what it is."""


def planned(act: Act, rows: Sequence[OnPaper], faces: Sequence[Face], formats: Sequence[Format]) -> Plan:
    """Where everything goes on a document of so many faces; `formats` in the order in which they are liked."""
    leaves = tuple(_marked(leaf, faces, formats) for leaf in _leaves(act, rows))
    covered = Plan(tuple(leaf for leaf in leaves if faces[leaf.page].steady), cover=True)
    if not all(faces[leaf.page].steady and _whole(leaf) for leaf in leaves):
        return covered
    if act is Act.IN_BOND:
        return _reversed(leaves, faces, formats) or covered
    stamped = [_stamped(leaf, _left(faces[leaf.page].space, leaf), formats) for leaf in leaves]
    if all(stamped):
        return Plan(tuple(leaf for leaf in stamped if leaf))
    return _at_end(act, leaves, faces, formats) or covered


def _leaves(act: Act, rows: Sequence[OnPaper]) -> Iterator[Leaf]:
    """The pages with rows on them, in order."""
    for page in sorted({row.page for row in rows}):
        own = tuple(row for row in rows if row.page == page)
        yield Leaf(page, act_on(act, own), own)


def _whole(leaf: Leaf) -> bool:
    """Whether every row that has bars got its mark."""
    return len(leaf.marks) == sum(row.bars is not None for row in leaf.rows)


def _live(leaf: Leaf) -> bool:
    """Whether there is an answer on it: else there is nothing to stamp."""
    return any(row.mark != REMOVED for row in leaf.rows)


def _marked(leaf: Leaf, faces: Sequence[Face], formats: Sequence[Format]) -> Leaf:
    """The page with a mark for each of its rows, as far as there is a place beside its bars."""
    if not 0 <= leaf.page < len(faces) or not faces[leaf.page].steady:
        return leaf
    space, marks = faces[leaf.page].space, list[tuple[OnPaper, int, Spot]]()
    bars = {row.place: bars_on(space, row.bars) for row in leaf.rows if row.bars}
    for spot in bars.values():
        space = space.without(spot)
    for row in leaf.rows:
        found = _mark(space, bars[row.place], [*bars.values()], formats) if row.place in bars else None
        if found:
            space = space.without(found[1])
            marks.append((row, *found))
    return replace(leaf, marks=tuple(marks))


def bars_on(space: Space, part: tuple[float, float, float, float]) -> Spot:
    """The bars that take a part of the page, in mm."""
    x0, y0, x1, y1 = part
    return Spot(x0 * space.width, y0 * space.height, (x1 - x0) * space.width, (y1 - y0) * space.height)


def _mark(space: Space, bars: Spot, all_: Sequence[Spot], formats: Sequence[Format]) -> tuple[int, Spot] | None:
    """The best place for the mark of these bars where nobody takes it for another's, and its format."""
    others = [other for other in all_ if other is not bars]
    for n, size in enumerate(one.mark for one in formats):
        within = bars.y - size[1] - REACH, bars.bottom + size[1] + REACH
        spots = ((liked, spot.y, spot.x, spot) for spot in space.places(*size, within) if (liked := _liked(spot, bars)) is not None)
        for *_, spot in sorted(spots, key=lambda one: one[:3]):
            mine = _far(spot, bars)
            if all(mine < _far(spot, other) for other in others):
                return n, spot
    return None


def _liked(spot: Spot, bars: Spot) -> float | None:
    """How little a place is liked for a mark: at the right of its bars is best; None where it would be nobody's."""
    aside = max(spot.x - bars.right, bars.x - spot.right)
    apart = max(spot.y - bars.bottom, bars.y - spot.bottom)
    off = abs(spot.y + spot.h / 2 - bars.y - bars.h / 2)
    if aside >= QUIET and off <= bars.h / 2:
        return aside + 3 * off + (20 if spot.right <= bars.x else 0)
    if aside < 0 <= apart <= REACH:
        return 40 + apart
    return None


def _far(spot: Spot, bars: Spot) -> float:
    """Between the middle of a mark and the bars; up and down counts more, for people read along a line."""
    (x, y), (left, right) = spot.middle, (bars.x, bars.right)
    return max(left - x, x - right, 0) + 3 * max(bars.y - y, y - bars.bottom, 0)


def _left(space: Space, leaf: Leaf) -> Space:
    """The space that bars and marks leave."""
    for row in leaf.rows:
        if row.bars:
            space = space.without(bars_on(space, row.bars))
    for _, _, spot in leaf.marks:
        space = space.without(spot)
    return space


def _stamped(leaf: Leaf, space: Space, formats: Sequence[Format]) -> Leaf | None:
    """The page with its stamp and seals; None where they have no place."""
    if not _live(leaf):
        return leaf
    for n, size in enumerate(formats):
        pages = size.pages_of(leaf.rows)
        for arranged in (_beside(size, pages), _under(size, pages)):
            block = _together(space, n, arranged)
            if block:
                return replace(leaf, block=block)
    blocks = (_apart(space, n, size, size.pages_of(leaf.rows)) for n, size in enumerate(formats))
    block = next((one for one in blocks if one), None)
    return replace(leaf, block=block) if block else None


Arranged = tuple[Spot, tuple[tuple[int, Spot], ...]]


def _beside(size: Format, pages: Sequence[int]) -> Arranged:
    """The stamp, and at its right the seals."""
    return Spot(0, 0, *size.stamp), _row(size, pages, size.stamp[0] + GAP, 0)


def _under(size: Format, pages: Sequence[int]) -> Arranged:
    """The stamp, and under it the seals."""
    return Spot(0, 0, *size.stamp), _row(size, pages, 0, size.stamp[1] + GAP)


def _row(size: Format, pages: Sequence[int], x: float, y: float) -> tuple[tuple[int, Spot], ...]:
    seals = []
    for page in pages:
        seals.append((page, Spot(x, y, *size.seals[page])))
        x += size.seals[page][0] + GAP
    return tuple(seals)


def _together(space: Space, n: int, arranged: Arranged) -> Block | None:
    stamp, seals = arranged
    spots = [stamp, *(spot for _, spot in seals)]
    w, h = max(one.right for one in spots), max(one.bottom for one in spots)
    spot = space.nearest(w, h, space.width - w, space.height - h)
    if spot is None:
        return None
    moved = [replace(one, x=one.x + spot.x, y=one.y + spot.y) for one in spots]
    return Block(n, moved[0], tuple(zip((page for page, _ in seals), moved[1:], strict=True)))


def _apart(space: Space, n: int, size: Format, pages: Sequence[int]) -> Block | None:
    """The stamp and each seal, wherever there is room."""
    spots: list[Spot] = []
    for w, h in (size.stamp, *(size.seals[page] for page in pages)):
        spot = space.nearest(w, h, space.width - w, space.height - h)
        if spot is None:
            return None
        space = space.without(spot)
        spots.append(spot)
    return Block(n, spots[0], tuple(zip(pages, spots[1:], strict=True)))


def _at_end(act: Act, leaves: Sequence[Leaf], faces: Sequence[Face], formats: Sequence[Format]) -> Plan | None:
    """One stamp for all rows on the last page, as the query form has its place for it (Q2)."""
    end, rows = len(faces) - 1, tuple(row for leaf in leaves for row in leaf.rows)
    own = next((leaf for leaf in leaves if leaf.page == end), Leaf(end, act, ()))
    last = _stamped(replace(own, act=act_on(act, rows), rows=rows), _left(faces[end].space, own), formats)
    if last is None or not faces[end].steady or len(leaves) + (own not in leaves) < 2:
        return None
    return Plan((*(leaf for leaf in leaves if leaf.page != end), last))


def _reversed(leaves: Sequence[Leaf], faces: Sequence[Face], formats: Sequence[Format]) -> Plan | None:
    """A move in bond is stamped on the reverse (P6): the second page of two, where no bars stand on it; else an added page.

    A reverse that has no bars is a row too, which the officer struck out: it is no page of its own.
    """
    marked, live = tuple(leaf for leaf in leaves if leaf.marks), tuple(leaf for leaf in leaves if _live(leaf))
    fronts = [leaf.page for leaf in leaves if leaf.marks or _live(leaf)]
    if len(faces) == 2 and fronts == [0] and faces[1].steady:
        backs = [_stamped(replace(leaf, page=1, marks=()), faces[1].space, formats) for leaf in live]
        if all(backs):
            return Plan((*marked, *(back for back in backs if back)))
    added = [_stamped(replace(leaf, marks=()), _back(faces[leaf.page].space), formats) for leaf in live]
    return Plan(marked, tuple(back for back in added if back)) if all(added) else None


def _back(face: Space) -> Space:
    """A page as large as its face, on which nothing stands but a heading."""
    return Space.blank(face.width, face.height).without(Spot(0, 0, face.width, EDGE + HEADING))
