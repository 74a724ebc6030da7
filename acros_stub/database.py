"""The database: opened for reading or for writing, made, and brought to the newest version. SQLite or PostgreSQL.

Readers use the driver's own connections, one statement each, so that a question costs little more than its SELECT and
sees one state of the store. Writers hold the write lock from BEGIN on.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from acros_stub.models import SCHEMA

_BUSY_MS: Final = 10_000
_MIGRATION_LOCK: Final = 0x4143524F53  # "ACROS": any number will do, so long as it is always this one


class NoStoreError(Exception):
    """There is no release store here, or none that this version can read; the message says what there is."""


class LostStoreError(Exception):
    """The database could not be asked, or broke off; it may be there again later."""


LOST = (LostStoreError, SQLAlchemyError, OSError)
"""All that the world can do to a database."""


def parsed(url: str) -> URL:
    """The URL of a store: a SQLite file or a PostgreSQL database; NoStoreError for anything else."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise NoStoreError(f"database: expected sqlite:///PATH or postgresql://..., got {url!r}") from None
    engine = address.get_backend_name()
    if engine not in {"sqlite", "postgresql"} or (engine == "sqlite" and address.database in {None, "", ":memory:"}):
        raise NoStoreError(f"database: expected a SQLite file or PostgreSQL, got {address.render_as_string(hide_password=True)!r}")
    return address


def file_url(file: Path) -> str:
    """The URL of a store in this file, whatever characters its folders have."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def reader(url: str) -> Engine:
    """An engine that can only read, each statement by itself; a SQLite file that is not there is not made."""
    address = parsed(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(
            address,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            pool_size=16,
            connect_args={"connect_timeout": 2, "options": "-c default_transaction_read_only=on"},
        )
    engine = create_engine(address, creator=lambda: _sqlite(address, "rw"), pool_reset_on_return=None, pool_size=16)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    return engine


def writer(url: str) -> Engine:
    """An engine that writes: BEGIN IMMEDIATE on SQLite. Makes a SQLite file and its folder that are not there yet."""
    address = parsed(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(address, connect_args={"connect_timeout": 5})
    Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, creator=lambda: _sqlite(address, "rwc"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _sqlite(address: URL, mode: str) -> sqlite3.Connection:
    """A durable connection; transactions are begun by us alone, since the driver would begin them too late."""
    name = f"file:{quote(str(Path(address.database or '').absolute()))}?mode={mode}"
    connection = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
    for pragma in (f"busy_timeout={_BUSY_MS}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    _write_ahead(connection)
    connection.execute("PRAGMA cache_size=-65536").close()  # 64 MiB: a million releases are no slower than a thousand
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """WAL, once for each file. SQLite does not wait by itself for the others who make the same store at the same moment."""
    end = time.monotonic() + _BUSY_MS / 1000
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


@contextmanager
def borrowed(engine: Engine) -> Iterator[Any]:
    """A connection of the driver itself; one that failed is thrown away and not handed out again."""
    connection = engine.raw_connection()
    try:
        yield connection.driver_connection
    except BaseException as error:
        connection.invalidate()
        if isinstance(error, engine.dialect.loaded_dbapi.Error):
            raise LostStoreError(f"database: expected an answer, got {type(error).__name__}") from error
        raise
    finally:
        connection.close()


def version(connection: Connection) -> str | None:
    """The store's schema version; None where no store has been made."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: Any = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def create(url: str) -> Engine:
    """The store at this URL, made or brought to the newest version, open for writing."""
    engine = writer(url)
    try:
        with engine.connect() as connection:
            found = version(connection)
        if found != SCHEMA:
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def ready(engine: Engine) -> None:
    """Make sure that a reader's store is there and at the newest version; an older one is brought up to it.

    Raises:
        NoStoreError: nothing has been loaded here, so that "not on file" would be a guess.
    """
    _expect_file(engine.url)
    with engine.connect() as connection:
        found = version(connection)
    if found is None:
        raise NoStoreError("no release store here yet: expected one made by `acros-stub load`, got an empty database")
    if found != SCHEMA:
        create(engine.url.render_as_string(hide_password=False)).dispose()


def _expect_file(address: URL) -> None:
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise NoStoreError(f"no release store here yet: expected the file {address.database}, got none")


def _migrate(engine: Engine) -> None:
    """Run the missing steps in one transaction; of several processes that try at once, one does and the rest wait."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        found = version(connection)
        if found is not None and found > SCHEMA:
            raise NoStoreError(f"release store: expected version {SCHEMA} or older, got {found}: made by a newer program")
        if found != SCHEMA:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # half a second that a store at the newest version need not pay
    from alembic.config import Config  # noqa: PLC0415  # likewise

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
