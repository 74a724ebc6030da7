"""The database behind the record: a SQLite file or a PostgreSQL server, by URL alone; its transactions, its faults translated.

SQLite: WAL, every commit on the disk before it is acknowledged, writers one after the other from their first statement on.
PostgreSQL: the same by an advisory lock. A file is never made again under a running kiosk: what was there and is not is gone.
"""

import errno
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from kiosk.adapters.sql.faults import code_of
from kiosk.core.faults import Unavailable

HEAD: Final = "0003"
"""The newest step of the schema: alembic is loaded only where a database has not taken it."""

_WRITE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(6962)"}
_SNAPSHOT = {"sqlite": "BEGIN", "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_POSTGRESQL = "-c synchronous_commit=on -c lock_timeout={wait}"
_SQLITE = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",  # what has expired is overwritten, not only unlinked
)


class Transaction:
    """Statements within one transaction. They name their values `:so`, and rows come as tuples, on either engine."""

    def __init__(self, cursor: DBAPICursor, words: Callable[[str], str]) -> None:
        self._cursor = cursor
        self._words = words

    @property
    def postgresql(self) -> bool:
        """Whether this is PostgreSQL, for the few words that the engines do not share."""
        return self._words is _pyformat

    def run(self, statement: str, **values: Any) -> None:  # noqa: ANN401  a column's value
        """Run a statement."""
        self._cursor.execute(self._words(statement), values)

    def run_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with one set of values after the other."""
        self._cursor.executemany(self._words(statement), values)

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:  # noqa: ANN401  likewise
        """All the rows of a query."""
        self._cursor.execute(self._words(statement), values)
        return self._cursor.fetchall()

    def first(self, statement: str, **values: Any) -> Any:  # noqa: ANN401  likewise
        """The first row of a query; None if it has none."""
        self._cursor.execute(self._words(statement), values)
        return self._cursor.fetchone()


@cache
def _pyformat(statement: str) -> str:
    """A statement in psycopg's way of naming values.

    >>> _pyformat("SELECT at FROM entries WHERE position = :position")
    'SELECT at FROM entries WHERE position = %(position)s'
    """
    return re.sub(r":([a-z]+[0-9]*)", r"%(\1)s", statement)


@contextmanager
def transaction_of(connection: Connection) -> Iterator[Transaction]:
    """The statements of a step of the schema, within the transaction that takes it."""
    with closing(connection.connection.cursor()) as cursor:
        yield Transaction(cursor, str if connection.dialect.name == "sqlite" else _pyformat)


class Database:
    """A database that holds a record, with the newest schema. `wait` is how many seconds a writer waits for another.

    A SQLite URL with `?mode=ro` is only read: no schema, no side file. Every fault is `Unavailable` of `part`.
    """

    def __init__(self, url: str | URL, wait: float, part: str) -> None:
        self._url: Final = _parsed(url)
        self._part: Final = part
        self._path: Final = _file(self._url)
        self.read_only: Final = self._url.query.get("mode") == "ro"
        self._engine: Final = self._sqlite(self._path, wait) if self._path else _postgresql(self._url, wait)
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that writes, alone; committed at its end, undone by any exception."""
        with self._transaction(_WRITE) as (connection, transaction):
            yield transaction
            connection.commit()

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Many queries that see one state."""
        with self._transaction(_SNAPSHOT) as (_, transaction):
            yield transaction

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Single queries."""
        with self._transaction({}) as (_, transaction):
            yield transaction

    def fold(self) -> None:
        """Fold a SQLite file's side files into it, so that it can be moved and read by itself."""
        with self.reading() as transaction:
            transaction.run("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Close every connection; harmless twice."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, opening: Mapping[str, str]) -> Iterator[tuple[PoolProxiedConnection, Transaction]]:
        """A transaction on a connection of the pool, without SQLAlchemy's own round it: it would take half of an append's time.

        The cursor is closed here: one left open would hold on to a snapshot.
        """
        connection = None
        try:
            connection = self._engine.raw_connection()
            with closing(connection.cursor()) as cursor:
                transaction = Transaction(cursor, str if self._path else _pyformat)
                if opening:
                    transaction.run(opening[self._engine.dialect.name])
                yield connection, transaction
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise self._unavailable(error, connection) from error
        except PoolTimeoutError as error:
            raise Unavailable(self._part, "locked", str(error)) from error
        finally:
            if connection is not None:
                connection.close()

    def _unavailable(self, error: Exception, connection: PoolProxiedConnection | None = None) -> Exception:
        code, detail = code_of(error), str(error).strip()
        if code == "gone" and connection is not None:
            connection.invalidate()
            self._engine.dispose()  # what else is open to a server that went away is of no use either
        if code == "gone" and "unable to open" in detail and self._path and self._path.exists():
            code = "read-only"  # the file is there, and what SQLite needs beside it can't be made
        return Unavailable(self._part, code, detail) if code else error

    def _migrate(self) -> None:
        try:
            with self._engine.connect() as connection:
                version = _version(connection)
                if version != HEAD and self.read_only:
                    raise Unavailable(self._part, "schema", f"expected {HEAD}, got {version}")
                if version != HEAD:
                    connection.rollback()
                    connection.exec_driver_sql(_WRITE[self._engine.dialect.name])
                    self._upgrade(connection)
                    connection.commit()
        except DBAPIError as error:
            raise (self._unavailable(error.orig) if isinstance(error.orig, Exception) else error) from error

    def _upgrade(self, connection: Connection) -> None:
        from alembic import command  # noqa: PLC0415  only where there is a step to take
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Unavailable(self._part, "schema", f"expected {HEAD} or older: {error}") from error

    def _sqlite(self, path: Path, wait: float) -> Engine:
        if not self.read_only:
            self._make(path)
        connect = partial(_connect, path, wait, read_only=self.read_only)
        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_timeout=wait)
        event.listen(engine, "connect", lambda _, record: record.info.update(file=_identity(path)))
        event.listen(engine, "checkout", partial(_check_same_file, path))
        return engine

    def _make(self, path: Path) -> None:
        """The file, for its owner alone. An empty file is an empty database."""
        try:
            os.close(os.open(path, os.O_CREAT, 0o600))
        except OSError as error:
            raise Unavailable(self._part, _OS.get(error.errno or 0, "gone"), str(error)) from error


_OS = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EROFS: "read-only",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
}


def file_url(path: Path, **query: str) -> URL:
    """The URL of a SQLite file, whatever its path has in it."""
    return URL.create("sqlite", database=str(path), query=query)


def _parsed(url: str | URL) -> URL:
    """The URL of a record; ValueError for what is none."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"record: expected sqlite:///PATH or postgresql://..., got {str(url)!r}") from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError(f"record: expected sqlite:///PATH or postgresql://..., got {parsed.get_backend_name()}")
    return parsed


def _file(url: URL) -> Path | None:
    """The file of a SQLite URL; ValueError where it names none, since a record in memory is no record."""
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise ValueError(f"a record: expected the URL of a file, got {url}")
    return Path(url.database).absolute()


def _connect(path: Path, wait: float, *, read_only: bool) -> sqlite3.Connection:
    """Open a file that is there: one that has vanished is not made anew in silence."""
    uri = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rw'}"
    connection = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _SQLITE:
            connection.execute(pragma)
        if not read_only:
            _write_ahead(connection, wait)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection, wait: float) -> None:
    """WAL, once for each file. SQLite does not wait by itself for the others who make the same record at the same moment."""
    end = time.monotonic() + wait
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _check_same_file(path: Path, _: object, record: Any, __: object) -> None:  # noqa: ANN401  SQLAlchemy's event
    """A file that was taken away or replaced is opened anew, lest one writes where nobody will read."""
    if record.info["file"] != _identity(path):
        raise DisconnectionError(f"{path} is another file now")


def _postgresql(url: URL, wait: float) -> Engine:
    options = _POSTGRESQL.format(wait=round(wait * 1000))
    arguments = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "options": options}
    return create_engine(url, pool_timeout=wait, connect_args=arguments)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found
