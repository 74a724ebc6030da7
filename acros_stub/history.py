"""What is on file for references: one statement for a whole form, so that all its answers are of one instant."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine

from acros_stub.database import borrowed
from acros_stub.faults import OFF, Fault
from acros_stub.models import CCN_ONLY
from acros_stub.status import Event, Request


class Reference(NamedTuple):
    """What is asked: kind is transaction or ccn."""

    kind: str
    number: str


class Reading(NamedTuple):
    """The requests on file for each reference (none: not on file), and the fault to be played, if any."""

    fault: Fault
    requests: dict[Reference, list[Request]]


# The fault comes first, with the data: a switch costs no second statement. CROSS JOIN: SQLite, start from what is asked.
_FIELDS: Final = "e.request, e.at, e.indicator, e.office, e.sub_location, e.service_option"
_SQLITE: Final = f"""
SELECT 'fault', f.kind, f.how, f.milliseconds, '', '', '', '' FROM faults AS f
UNION ALL
SELECT 'transaction', asked.value, {_FIELDS}
  FROM json_each(?) AS asked CROSS JOIN events AS e ON e.request = asked.value
UNION ALL
SELECT 'ccn', asked.value, {_FIELDS}
  FROM json_each(?) AS asked CROSS JOIN cargo AS c ON c.ccn = asked.value CROSS JOIN events AS e ON e.request = c.request
"""  # noqa: S608  # our own words
_POSTGRESQL: Final = f"""
SELECT 'fault', f.kind, f.how, f.milliseconds::bigint, '', '', '', '' FROM faults AS f
UNION ALL
SELECT 'transaction', asked.number, {_FIELDS}
  FROM unnest(%s::text[]) AS asked(number) JOIN events AS e ON e.request = asked.number COLLATE "C"
UNION ALL
SELECT 'ccn', asked.number, {_FIELDS}
  FROM unnest(%s::text[]) AS asked(number) JOIN cargo AS c ON c.ccn = asked.number COLLATE "C"
  JOIN events AS e ON e.request = c.request
"""  # noqa: S608  # our own words


def read(engine: Engine, references: Iterable[Reference]) -> Reading:
    """All that is on file for these references, as of one instant."""
    asked: tuple[list[str], list[str]] = ([], [])
    for kind, number in set(references):
        asked[kind == "ccn"].append(number)
    with borrowed(engine) as driver:
        if engine.dialect.name == "sqlite":
            rows = driver.execute(_SQLITE, (json.dumps(asked[0]), json.dumps(asked[1]))).fetchall()
        else:
            rows = driver.execute(_POSTGRESQL, asked).fetchall()
    return _grouped(rows)


def _grouped(rows: Sequence[tuple[Any, ...]]) -> Reading:
    """Rows of the statement -> requests of each reference, in the order of their numbers."""
    fault = OFF
    found: dict[Reference, dict[str, list[Event]]] = {}
    for kind, number, request, *event in rows:
        if kind == "fault":
            fault = Fault(number, request, event[0])
        else:
            found.setdefault(Reference(kind, number), {}).setdefault(request, []).append(Event._make(event))
    return Reading(fault, {reference: _requests(histories) for reference, histories in found.items()})


def _requests(histories: dict[str, list[Event]]) -> list[Request]:
    """Requests with their numbers; one that is known by its CCN only has none."""
    return [Request(None if name.startswith(CCN_ONLY) else name, histories[name]) for name in sorted(histories)]
