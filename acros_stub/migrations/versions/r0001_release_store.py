"""The release store: requests, cargo, events; a fault; feeds being loaded."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table of the first version."""
    _make_store()
    _make_loading()


def _make_store() -> None:
    op.create_table(
        "requests", sa.Column("request", _TEXT), sa.PrimaryKeyConstraint("request", name="requests_pk"), sqlite_with_rowid=False
    )
    op.create_table(
        "cargo",
        *_texts("ccn", "request"),
        sa.PrimaryKeyConstraint("ccn", "request", name="cargo_pk"),
        sa.ForeignKeyConstraint(["request"], ["requests.request"], name="cargo_request_fk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        *_texts("request"),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_texts("indicator", "office", "sub_location", "service_option"),
        sa.PrimaryKeyConstraint("request", "at", "indicator", "office", "sub_location", "service_option", name="events_pk"),
        sa.ForeignKeyConstraint(["request"], ["requests.request"], name="events_request_fk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "faults",
        sa.Column("id", sa.Integer, autoincrement=False),
        *_texts("kind", "how"),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="faults_pk"),
    )


def _make_loading() -> None:
    op.create_table(
        "loads",
        sa.Column("id", _ROW_ID),
        *_texts("digest", "source"),
        *_counts("place", "lines", "good", "bad", "events"),
        sa.Column("published_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="loads_pk"),
        sa.UniqueConstraint("digest", name="loads_digest_uq"),
    )
    op.create_table(
        "staged",
        *_counts("load"),
        *_texts("request", "ccn"),
        *_counts("at"),
        *_texts("indicator", "office", "sub_location", "service_option"),
    )
    op.create_table(
        "bad_rows",
        sa.Column("id", _ROW_ID),
        *_counts("load", "line"),
        *_texts("field", "expected", "got"),
        sa.PrimaryKeyConstraint("id", name="bad_rows_pk"),
    )
    op.create_index("bad_rows_load_ix", "bad_rows", ["load", "line"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=False) for name in names]


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]
