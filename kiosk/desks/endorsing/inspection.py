"""A client's document under our stamp, looked at before anybody gets it, and not by what put it together (P1)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from drivers.pages import Reader
from drivers.picture import Problem, Unopened
from kiosk.core.endorsement import Endorsement, Original, Picture
from kiosk.core.faults import Refusal
from kiosk.core.proofreading import as_drawn
from kiosk.core.space import Spot

Opened = TypeVar("Opened")


def opened(work: Callable[[], Opened]) -> Opened:
    """What the limited process says of a client's document, or why it says nothing, as a refusal."""
    try:
        return work()
    except Unopened as no:
        if no.fault.problem is Problem.ENCRYPTED:
            raise Refusal("endorse-encrypted") from no
        raise Refusal("not-read", why=no.fault.problem) from no


def reads(made: Endorsement, seals: Sequence[bytes], reader: Reader) -> bool:
    """Whether each seal that should be on the document can be read there."""
    found = opened(lambda: reader.codes(made.pdf))
    wanted = {seals[page - 1].decode() for page in made.stamped.seals}
    return bool(wanted) and wanted <= {text for page in found for _, text in page}


def looks(made: Endorsement, original: Original, reader: Reader) -> bool:
    """Whether each of the document's pages looks as before, but for what was drawn, each of ours as drawn, and there is no other.

    What put it together opened a stranger's file. Of pictures it made the pages too: those are not compared.
    """
    ours = {now: page for page, now in made.stamped.ours}
    count = len(original.pages) + len(ours)
    if opened(lambda: reader.pages(made.pdf)) != count:
        return False
    spots = {page: spots for page, _, spots in made.stamped.drawn}
    theirs = enumerate([now for now in range(count) if now not in ours] if original.pdf else [])
    same = (_seen(reader, made.pdf, now).squares == _seen(reader, made.overlay, page).squares for now, page in ours.items())
    return all(same) and all(
        _as_drawn(original.pages[page], _seen(reader, made.pdf, now), spots.get(page, ())) for page, now in theirs
    )


def _as_drawn(before: Picture, after: Picture, spots: Sequence[Spot]) -> bool:
    return as_drawn(before, after, (after.width, after.height), spots)


def _seen(reader: Reader, pdf: bytes, page: int) -> Picture:
    """Where something stands on a page of what was made."""
    ink = opened(lambda: reader.ink(pdf, page))
    return Picture(ink.columns, ink.taken, ink.width, ink.height)
