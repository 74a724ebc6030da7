"""Grades on their way out of the limited process.

>>> one = Graded((0, 0, 9, 9), "A", Symbology.CODE39, (4.0,), {Parameter.DECODE: Mark(1.0, 4.0)})
>>> grades_of(message_of([one])) == [one]
True
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from drivers.picture import Unread, Unreadable
from drivers.picture.grade import Graded, Mark, Parameter
from drivers.scan import Symbology

Messages = list[dict[str, Any]]


def message_of(found: Sequence[Graded]) -> Messages:
    """Grades, to be sent."""
    return [asdict(one) for one in found]


def grades_of(messages: Messages) -> list[Graded]:
    """Grades as they were sent."""
    return [_graded(message) for message in messages]


def _graded(message: dict[str, Any]) -> Graded:
    x0, y0, x1, y1 = (int(n) for n in message["box"])
    symbology, unread = message["symbology"], message["unread"]
    return Graded(
        box=(x0, y0, x1, y1),
        text=str(message["text"]),
        symbology=None if symbology is None else Symbology(symbology),
        lines=tuple(float(line) for line in message["lines"]),
        marks={Parameter(name): Mark(float(one["value"]), float(one["grade"])) for name, one in message["marks"].items()},
        narrow=float(message["narrow"]),
        mil=float(message["mil"]),
        aperture=float(message["aperture"]),
        drawn=bool(message["drawn"]),
        unread=None if unread is None else _unread(unread),
    )


def _unread(message: dict[str, Any]) -> Unread:
    x0, y0, x1, y1 = (int(n) for n in message["box"])
    exact = {"box": (x0, y0, x1, y1), "reason": Unreadable(message["reason"]), "got": tuple(map(str, message["got"]))}
    return Unread(**{**message, **exact})
