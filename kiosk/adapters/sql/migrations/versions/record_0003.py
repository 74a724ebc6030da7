"""Lots of a warehouse's register are found by what of them is there, and until when it may stay.

Nothing of the entries is changed: no record has a register yet, and `rebuild` would make the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; `due` is empty where nothing is there."""
    op.create_table(
        "lots",
        sa.Column("subject", TEXT, primary_key=True),
        sa.Column("sub_location", TEXT, nullable=False),
        sa.Column("numbers", TEXT, nullable=False),
        sa.Column("inside", sa.Integer, nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.Column("differs", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    _index("ix_lots_sub_location", ["sub_location", "due", "subject"], "due > ''")
    _index("ix_lots_due", ["due", "subject"], "due > ''")
    _index("ix_lots_differs", ["subject"], "differs = 1")


def _index(name: str, columns: list[str], where: str) -> None:
    """An index of the few lines that are ever looked for."""
    op.create_index(name, "lots", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
