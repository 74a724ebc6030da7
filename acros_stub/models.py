"""The release store's tables. Keys are the numbers themselves, so that a question is one walk down one index.

A request is known by its transaction number, or, where a feed knows it by its CCN only, by `ccn:` and the CCN: a CCN may
be fourteen digits, so the two must not meet. Cargo joins CCNs and requests, many to many. Office, sub-location and
service option are kept with the event that said so, which makes the order of arrival meaningless.
Empty text, not NULL, is "not said": the same state told twice is then one row.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

SCHEMA: Final = "0002"
"""The newest migration. A store at this version is used without loading alembic."""

CCN_ONLY: Final = "ccn:"
"""Before the CCN, in the name of a request that has no transaction number."""

# Byte order, as SQLite has it: faster than a language's, and the same answers on both engines.
TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only where the column is INTEGER.
ROW_ID: Final = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={"pk": "%(table_name)s_pk", "fk": "%(table_name)s_%(column_0_name)s_fk", "ix": "%(table_name)s_ix"}
)

requests = Table("requests", metadata, Column("request", TEXT, primary_key=True), sqlite_with_rowid=False)

cargo = Table(
    "cargo",
    metadata,
    Column("ccn", TEXT, primary_key=True),
    Column("request", TEXT, ForeignKey("requests.request"), primary_key=True),
    sqlite_with_rowid=False,
)

# Clustered by request on SQLite. `at`: microseconds since 1970, UTC.
events = Table(
    "events",
    metadata,
    Column("request", TEXT, ForeignKey("requests.request"), primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("indicator", TEXT, primary_key=True),
    Column("office", TEXT, primary_key=True),
    Column("sub_location", TEXT, primary_key=True),
    Column("service_option", TEXT, primary_key=True),
    sqlite_with_rowid=False,
)

# Referrals for exam of what had been released, as the store came to know of them: what was told once is never told of again.
referrals = Table(
    "referrals",
    metadata,
    Column("seq", ROW_ID, primary_key=True, autoincrement=True),
    Column("request", TEXT, ForeignKey("requests.request"), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("request", "at", name="referrals_request_uq"),
    sqlite_autoincrement=True,
)

faults = Table(
    "faults",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", TEXT, nullable=False),
    Column("how", TEXT, nullable=False),
    Column("milliseconds", Integer, nullable=False),
)

# A feed being loaded, or loaded: known by its content, so that it can go on where it broke off.
loads = Table(
    "loads",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("digest", TEXT, nullable=False, unique=True),
    Column("source", TEXT, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("good", BigInteger, nullable=False),
    Column("bad", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("published_at", BigInteger),
)

# Rows of feeds not yet published; no index, no key: written once, read once.
staged = Table(
    "staged",
    metadata,
    Column("load", BigInteger, nullable=False),
    Column("request", TEXT, nullable=False),
    Column("ccn", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("indicator", TEXT, nullable=False),
    Column("office", TEXT, nullable=False),
    Column("sub_location", TEXT, nullable=False),
    Column("service_option", TEXT, nullable=False),
)

bad_rows = Table(
    "bad_rows",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("load", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("field", TEXT, nullable=False),
    Column("expected", TEXT, nullable=False),
    Column("got", TEXT, nullable=False),
    Index("bad_rows_load_ix", "load", "line"),
)
