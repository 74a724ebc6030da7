"""The record: entries, the nodes of the tree over them, documents, and the mentions by which entries are found.

Texts are compared byte by byte on both engines: times are fixed-width ISO 8601 in UTC, and order as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEPT = ("entries", "nodes")
STRICT = {"sqlite_strict": True}
"""SQLite, too, keeps a text out of a column of bytes."""

_NO_GAP = """
CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
WHEN NEW.position <> (SELECT coalesce(max(position) + 1, 0) FROM entries)
BEGIN SELECT RAISE(ABORT, 'entries are appended, one position after the other'); END
"""
"""SQLite alone: its INSERT OR REPLACE would delete without asking the trigger on DELETE."""

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% are append-only', TG_TABLE_NAME; END $$
"""


def upgrade() -> None:
    """Make the tables, then forbid what must never happen to them."""
    _make_entries()
    _make_nodes()
    _make_documents()
    _make_mentions()
    if op.get_context().dialect.name == "sqlite":
        _forbid_on_sqlite()
    else:
        _forbid_on_postgresql()


def _make_entries() -> None:
    """The facts. All columns but position and leaf repeat what the leaf says, to find it by."""
    op.create_table(
        "entries",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        **STRICT,
    )
    for column in ("subject", "at", "by", "kind"):
        op.create_index(f"ix_entries_{column}", "entries", [column])


def _make_nodes() -> None:
    op.create_table(
        "nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
        **STRICT,
    )


def _make_documents() -> None:
    """`kind` is the kind of record that the document is kept as, `position` the entry that it belongs to."""
    op.create_table(
        "documents",
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("kind", TEXT),
        sa.Column("position", sa.Integer, sa.ForeignKey("entries.position", name="fk_documents_position")),
        sa.Column("bytes", sa.LargeBinary),
        **STRICT,
    )


def _make_mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("number", TEXT, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
        **STRICT,
    )


def _forbid_on_sqlite() -> None:
    for table in KEPT:
        for change in ("UPDATE", "DELETE"):
            refusal = f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {refusal}")
    op.execute("CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'digests stay'); END")
    op.execute(_NO_GAP)


def _forbid_on_postgresql() -> None:
    op.execute(_REFUSE)
    for table, changes in (*((table, "UPDATE OR DELETE OR TRUNCATE") for table in KEPT), ("documents", "DELETE OR TRUNCATE")):
        body = f"BEFORE {changes} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_stay {body}")
