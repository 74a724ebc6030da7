"""Rows on their way in: staged a block at a time, then published in one transaction; readers see all of it or nothing.

With each block the place reached is committed, so that a block is staged once whatever happens, and a load that broke
off goes on where it stopped.
"""

from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine

from acros_stub import referrals
from acros_stub.feed import BadRow, Row
from acros_stub.instant import now


class FeedError(Exception):
    """A feed that can't be loaded as it is; the message says what was expected and what was got."""


class Load(NamedTuple):
    """How far a feed has come: the place reached, lines, good rows; once published, the events that were new."""

    id: int
    place: int
    lines: int
    good: int
    events: int
    published_at: int | None


class Block(NamedTuple):
    """Rows to be staged in one go: from this place in the feed to that one."""

    start: int
    end: int
    lines: int
    rows: list[Row]
    bad: list[BadRow]


_BEGIN: Final = (
    "INSERT INTO loads (digest, source, place, lines, good, bad, events) VALUES (?, ?, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING"
)
_FIND: Final = "SELECT id, place, lines, good, events, published_at FROM loads WHERE digest = ?"
_STATE: Final = "SELECT id, place, lines, good, events, published_at FROM loads WHERE id = ?"
_MOVE: Final = (
    "UPDATE loads SET place = ?, lines = lines + ?, good = good + ?, bad = bad + ?"
    " WHERE id = ? AND place = ? AND published_at IS NULL"
)
_COLUMNS: Final = "(load, request, ccn, at, indicator, office, sub_location, service_option)"
_STAGE: Final = f"INSERT INTO staged {_COLUMNS} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # our own words
_COPY: Final = f"COPY staged {_COLUMNS} FROM STDIN"
_BAD: Final = "INSERT INTO bad_rows (load, line, field, expected, got) VALUES (?, ?, ?, ?, ?)"
# In the order of the keys: that is how an index grows fastest. What is there already, or twice, is let lie.
_PUBLISH: Final = (
    """INSERT INTO requests (request)
       SELECT request FROM staged WHERE load = ? ORDER BY 1 ON CONFLICT DO NOTHING""",
    """INSERT INTO cargo (ccn, request)
       SELECT ccn, request FROM staged WHERE load = ? AND ccn <> '' ORDER BY 1, 2 ON CONFLICT DO NOTHING""",
    """INSERT INTO events (request, at, indicator, office, sub_location, service_option)
       SELECT request, at, indicator, office, sub_location, service_option FROM staged WHERE load = ?
       ORDER BY 1, 2, 3, 4, 5, 6 ON CONFLICT DO NOTHING""",
)
_DONE: Final = "UPDATE loads SET published_at = ?, events = ? WHERE id = ? AND published_at IS NULL"


def begin(engine: Engine, digest: str, source: str) -> Load:
    """The load of the feed with this digest: a new one, or the one that broke off, or the one that is done."""
    with engine.begin() as connection:
        _run(connection, _BEGIN, (digest, source))
        return Load._make(_run(connection, _FIND, (digest,)).one())


def state(engine: Engine, load: Load) -> Load:
    """How far a load has come by now."""
    with engine.connect() as connection:
        return Load._make(_run(connection, _STATE, (load.id,)).one())


def stage(engine: Engine, load: Load, block: Block) -> None:
    """Keep a block's rows and the place reached: both or neither. FeedError if another process was quicker."""
    with engine.begin() as connection:
        counts = (block.lines, len(block.rows), len(block.bad))
        if _run(connection, _MOVE, (block.end, *counts, load.id, block.start)).rowcount != 1:
            raise FeedError("load: expected to be alone, got another process that loads the same feed")
        _keep(connection, load.id, block.rows)
        if block.bad:
            _run(connection, _BAD, [(load.id, *bad) for bad in block.bad])


def _keep(connection: Connection, load_id: int, rows: list[Row]) -> None:
    """The fastest way in that each engine has."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.executemany(_STAGE, [(load_id, *row) for row in rows])
        return
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row((load_id, *row))


def publish(engine: Engine, load: Load) -> None:
    """Show what was staged, all of it at once."""
    with engine.begin() as connection:
        counts = [_run(connection, sql, (load.id,)).rowcount for sql in _PUBLISH]
        referrals.publish(connection, load.id)
        if _run(connection, _DONE, (now(), counts[-1], load.id)).rowcount != 1:
            raise FeedError("load: expected to be alone, got another process that has published the same feed")
        _clear(connection, load.id)
    if engine.dialect.name == "postgresql":
        _take_stock(engine)


def _clear(connection: Connection, load_id: int) -> None:
    """Drop the staged rows: the whole table at a stroke, if no other load has broken off."""
    if _run(connection, "SELECT 1 FROM loads WHERE published_at IS NULL LIMIT 1", ()).first():
        _run(connection, "DELETE FROM staged WHERE load = ?", (load_id,))
    else:
        _run(connection, "DELETE FROM staged", ())


def _take_stock(engine: Engine) -> None:
    """Tell PostgreSQL's planner how much there is now, so that the first question is no slower than the next."""
    with engine.begin() as connection:
        _run(connection, "ANALYZE requests, cargo, events", ())


def forget(engine: Engine, load: Load) -> None:
    """Undo a load that was not published."""
    with engine.begin() as connection:
        for sql in (
            "DELETE FROM staged WHERE load = ?",
            "DELETE FROM bad_rows WHERE load = ?",
            "DELETE FROM loads WHERE id = ? AND published_at IS NULL",
        ):
            _run(connection, sql, (load.id,))


def bad_rows(engine: Engine, load: Load) -> tuple[BadRow, ...]:
    """Every bad row of a feed, those too that were found before it broke off."""
    with engine.connect() as connection:
        found = _run(connection, "SELECT line, field, expected, got FROM bad_rows WHERE load = ? ORDER BY id", (load.id,))
        return tuple(BadRow._make(row) for row in found)


def _run(connection: Connection, sql: str, values: Any) -> Any:  # noqa: ANN401  # as SQLAlchemy has it
    """The statement, with the placeholders of the driver."""
    text = sql if connection.dialect.name == "sqlite" else sql.replace("?", "%s")
    return connection.exec_driver_sql(text, values)
