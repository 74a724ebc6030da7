"""A list that acts as a scanner: for the demonstration and the tests.

>>> from datetime import UTC, datetime
>>> with Script(["99999001495785", ScannerLost("unplugged")], clock=lambda: datetime(2026, 1, 5, tzinfo=UTC)) as scanner:
...     beeps = iter(scanner)
...     print(next(beeps).text)
...     next(beeps)
Traceback (most recent call last):
drivers.scan.ScannerLost: unplugged
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Self

from drivers.scan import NoRead, Scan, ScannerLost, identified

Line = str | Scan | NoRead | ScannerLost
"""A text is sent as a scanner would, with or without symbology identifier; the others are yielded, or raised, as they are."""

__all__ = ["Line", "ScannerLost", "Script"]


class Script:
    """Says its lines in order, then ends. Each `Scan` of a text gets the next number as its id."""

    def __init__(self, lines: Iterable[Line], *, clock: Callable[[], datetime], source: str = "script") -> None:
        self._lines = iter(lines)
        self._clock = clock
        self._source = source
        self._numbers = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._lines = iter(())

    def __iter__(self) -> Iterator[Scan | NoRead]:
        for line in self._lines:
            if isinstance(line, ScannerLost):
                raise line
            yield self._scan(line) if isinstance(line, str) else replace(line, at=self._clock())

    def _scan(self, sent: str) -> Scan:
        text, symbology = identified(sent)
        number = f"{self._source}-{next(self._numbers)}"
        return Scan(number, text, sent.encode(), self._source, self._clock(), symbology)
