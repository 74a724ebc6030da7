"""Referrals for exam (indicator 5) of what had been released (4): numbered as the store comes to know of them, told in that order.

Whoever reads on from the last number that he knows misses none, though a feed may tell of an old one late.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine

from acros_stub.database import borrowed
from acros_stub.faults import OFF, Fault
from acros_stub.history import Reference
from acros_stub.instant import iso
from acros_stub.models import CCN_ONLY

MOST: Final = 500
"""Referrals told at a time."""
_LOCK: Final = 0x41434F4C44
"""Numbers are given by one after the other, or a reader could pass one that is not to be seen yet."""
_PUBLISHED: Final = """
INSERT INTO referrals (request, at)
SELECT request, at FROM (
  SELECT s.request, s.at FROM staged AS s
   WHERE s.load = ? AND s.indicator = '5'
     AND EXISTS (SELECT 1 FROM events AS e WHERE e.request = s.request AND e.indicator = '4' AND e.at <= s.at)
  UNION
  SELECT e.request, e.at FROM staged AS s JOIN events AS e ON e.request = s.request
   WHERE s.load = ? AND s.indicator = '4' AND e.indicator = '5' AND e.at >= s.at
) AS found ORDER BY at, request ON CONFLICT DO NOTHING"""
_REFER: Final = """
INSERT INTO events (request, at, indicator, office, sub_location, service_option)
SELECT request, ?, '5', max(office), '', '' FROM events WHERE request = ? GROUP BY request ON CONFLICT DO NOTHING"""
_REFERRED: Final = """
INSERT INTO referrals (request, at) SELECT ?, ? WHERE EXISTS
 (SELECT 1 FROM events WHERE request = ? AND indicator = '4' AND at <= ?) ON CONFLICT DO NOTHING"""
_REQUESTS: Final = """
SELECT request FROM requests WHERE ? = 'transaction' AND request = ?
UNION SELECT request FROM cargo WHERE ? = 'ccn' AND ccn = ?"""
_FAULT: Final = "SELECT kind, how, milliseconds FROM faults"
_LAST: Final = "SELECT coalesce(max(seq), 0) FROM referrals"
_SOME: Final = f"""
SELECT r.seq, r.request, r.at, coalesce((SELECT max(e.office) FROM events AS e
  WHERE e.request = r.request AND e.at = r.at AND e.indicator = '5'), '')
  FROM referrals AS r WHERE r.seq > ? ORDER BY r.seq LIMIT {MOST}"""  # noqa: S608  # our own words
_CARGO: Final = "SELECT ccn FROM cargo WHERE request = ? ORDER BY ccn"


class Told(NamedTuple):
    """The referrals after a number, the last of them, the last of all, and the fault to be played."""

    events: list[dict[str, Any]]
    next: int
    last: int
    fault: Fault


def publish(connection: Connection, load: int) -> None:
    """Number what a load, which is being published, tells of."""
    _alone(connection)
    _run(connection, _PUBLISHED, (load, load))


def refer(engine: Engine, references: Iterable[Reference], at: int) -> int:
    """Refer every release request of these references for exam; how many there are."""
    with engine.begin() as connection:
        _alone(connection)
        found = {row[0] for kind, number in references for row in _run(connection, _REQUESTS, (kind, number, kind, number))}
        for request in sorted(found):
            _run(connection, _REFER, (at, request))
            _run(connection, _REFERRED, (request, at, request, at))
    return len(found)


def read(engine: Engine, after: int) -> Told:
    """The referrals after a number. Where there are none, the last of all may be before it: this store was made anew."""
    with borrowed(engine) as driver:
        mark = "?" if engine.dialect.name == "sqlite" else "%s"

        def rows(sql: str, *values: object) -> list[Any]:
            return list(driver.execute(sql.replace("?", mark), values).fetchall())

        fault = next((Fault(*row) for row in rows(_FAULT)), OFF)
        some = rows(_SOME, after)
        events = [_event(request, at, office, [ccn for (ccn,) in rows(_CARGO, request)]) for _, request, at, office in some]
        last = rows(_LAST)[0][0]
    if not some:
        return Told([], min(after, last), min(after, last), fault)
    return Told(events, some[-1][0], last if len(some) == MOST else some[-1][0], fault)


def _event(request: str, at: int, office: str, cargo: list[str]) -> dict[str, Any]:
    """A referral as it is told. Its name is the same in every store that knows of it."""
    number = "" if request.startswith(CCN_ONLY) else request
    numbers = [{"kind": "transaction", "number": number}] if number else []
    numbers += [{"kind": "ccn", "number": ccn} for ccn in cargo or ([] if number else [request.removeprefix(CCN_ONLY)])]
    return {"event": f"exam-{request}-{at}", "at": iso(at), "office": office or None, "numbers": numbers}


def _alone(connection: Connection) -> None:
    """SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _run(connection: Connection, sql: str, values: tuple[object, ...]) -> Any:  # noqa: ANN401  # as SQLAlchemy has it
    return connection.exec_driver_sql(sql if connection.dialect.name == "sqlite" else sql.replace("?", "%s"), values)
