"""The demonstration feed: a row of every kind that a newcomer should see, with times counted back from now.

`demo.csv` beside this has times like `-90m` or `-4y`: minutes, days or years before now, so that nothing of it grows too old.
"""

import csv
import re
from importlib.resources import files
from typing import Final

from sqlalchemy import Engine

from acros_stub import staging
from acros_stub.feed import CSV, Row, parse
from acros_stub.instant import DAY, SECOND, iso
from acros_stub.load import Report, report
from acros_stub.shapes import HEADER
from acros_stub.staging import Block

_UNITS: Final = {"m": 60 * SECOND, "d": DAY, "y": 365 * DAY}
_AGO: Final = re.compile(r"-(\d+)([mdy])")


def demo_rows(now: int) -> list[Row]:
    """The demonstration's rows as of `now`, in microseconds."""
    rows, bad = parse(demo_lines(now)[1:], CSV, first=2)
    if bad:
        raise ValueError(f"demo.csv: expected good rows, got {bad[0]}")
    return rows


def demo_lines(now: int) -> list[str]:
    """The demonstration as a feed, header first."""
    text = (files("acros_stub") / "demo.csv").read_text(encoding="utf-8")
    lines = [",".join([*row[:-1], _time(row[-1], now)]) for row in csv.reader(text.splitlines()[1:])]
    return [",".join(HEADER), *lines]


def _time(ago: str, now: int) -> str:
    found = _AGO.fullmatch(ago)
    if not found:
        raise ValueError(f"demo.csv: expected a time like -90m, got {ago!r}")
    return iso(now - int(found[1]) * _UNITS[found[2]])


def load_demo(engine: Engine, now: int) -> Report:
    """Load the demonstration once: a second time it is on file already, and stays as it is for a month."""
    source = f"demonstration of month {now // (30 * DAY)}"
    begun = staging.begin(engine, source, source)
    if begun.published_at is None:
        rows = demo_rows(now)
        if begun.place == 0:
            staging.stage(engine, begun, Block(0, len(rows), len(rows), rows, []))
        staging.publish(engine, begun)
    return report(engine, begun, source, begun.published_at is not None)
