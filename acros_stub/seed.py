"""A plausible day of releases, made of synthetic numbers only: the same rows for the same number, day and seed.

Four fifths of the requests have one CCN, the others share CCNs or have several; some are cancelled, some belong to
shipments of years ago, some CCNs are known without a transaction number. Every processing indicator occurs.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Final

from sqlalchemy import Engine

from acros_stub import staging
from acros_stub.feed import Row
from acros_stub.instant import DAY, SECOND
from acros_stub.load import Progress, Report, report
from acros_stub.models import CCN_ONLY
from acros_stub.staging import Block

_BLOCK: Final = 50_000
_STATES: Final = (
    *[("24", "4")] * 30,
    *[("1", "24", "9", "4")] * 20,
    *[("4",)] * 16,
    *[("24", "9")] * 8,
    *[("24",)] * 6,
    *[("24", "5", "4")] * 4,
    *[("24", "4", "5")] * 2,
    *[("34",)] * 3,
    *[("1",), ("2",), ("14",), ("",)],
    *[("24", "8")] * 2,
    *[("23",)] * 2,
    *[("24", "CANCELLED")] * 2,
    ("4", "CANCELLED"),
    ("24", "77"),
)
_OFFICES: Final = ("0453", "0453", "0453", "0495", "0395", "0410")
_OPTIONS: Final = ("911", "911", "911", "911", "174", "125", "497")


def seed(engine: Engine, number: int, day: int, seed: int = 1, progress: Progress = lambda _done, _all: None) -> Report:
    """Load `number` rows of the day that began at `day` (microseconds), through the same door as a feed."""
    source = f"seed {number} of {day} from {seed}"
    begun = staging.begin(engine, source, source)
    if begun.published_at is None:
        made = rows(number, day, seed)
        place = sum(1 for _ in islice(made, begun.place))
        while block := list(islice(made, _BLOCK)):
            staging.stage(engine, begun, Block(place, place + len(block), len(block), block, []))
            place += len(block)
            progress(place, number)
        staging.publish(engine, begun)
    return report(engine, begun, source, begun.published_at is not None)


def rows(number: int, day: int, seed: int = 1) -> Iterator[Row]:
    """So many rows of a day."""
    return islice(_rows(Random(seed), day), number)  # noqa: S311  # a demonstration, not a secret


def _rows(chance: Random, day: int) -> Iterator[Row]:
    """Requests without end: each with its states, a row for each state and CCN."""
    serial = 100_000_000  # clear of the demonstration's numbers
    shared = ""
    while True:
        serial += 1
        draw = chance.random()
        ccns = _ccns(serial, draw, shared)
        shared = ccns[0]
        request = CCN_ONLY + ccns[0] if 0.90 < draw < 0.91 else f"99999{serial:09d}"
        yield from _history(chance, request, ccns, day - _age(draw))


def _ccns(serial: int, draw: float, shared: str) -> tuple[str, ...]:
    """What is on one request: mostly one CCN, else one that the request before has too, or several, or none."""
    own = (f"XXXX{serial:010d}", f"XXXXPARS{serial}", f"8XXX{serial}", f"014-{serial % 10**8:08d}")[serial % 4]
    if draw < 0.80 or not shared or 0.90 < draw < 0.91:
        return (own,)
    if draw < 0.90:
        return (shared,)
    if draw < 0.99:
        return (own, f"{own[:4]}H{serial:09d}A", f"{own[:4]}H{serial:09d}B")
    return (own,)


def _age(draw: float) -> int:
    """Mostly none; a few are of shipments of two and of four years ago, which had the same numbers."""
    return 0 if draw > 0.02 else (4 if draw < 0.01 else 2) * 365 * DAY


def _history(chance: Random, request: str, ccns: tuple[str, ...], day: int) -> Iterator[Row]:
    """One request's states over its day."""
    index = int(chance.random() * 1e9)
    office = _OFFICES[index % len(_OFFICES)]
    option = _OPTIONS[index % len(_OPTIONS)]
    states = _STATES[index // 64 % len(_STATES)]
    at = day + index % 64_000 * SECOND + index % 999_983
    for indicator in states:
        for ccn in ccns:
            yield request, ccn, at, indicator, office, "9" + office[1:], option
        at += 1800 * SECOND
