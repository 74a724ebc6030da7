"""Referrals for exam of what had been released: in the order in which the store came to know of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, with what is on file."""
    op.create_table(
        "referrals",
        sa.Column("seq", _ROW_ID, autoincrement=True),
        sa.Column("request", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="referrals_pk"),
        sa.UniqueConstraint("request", "at", name="referrals_request_uq"),
        sa.ForeignKeyConstraint(["request"], ["requests.request"], name="referrals_request_fk"),
        sqlite_autoincrement=True,
    )
    op.execute(
        """INSERT INTO referrals (request, at)
           SELECT DISTINCT exam.request, exam.at FROM events AS exam JOIN events AS release ON release.request = exam.request
           WHERE exam.indicator = '5' AND release.indicator = '4' AND release.at <= exam.at ORDER BY 2, 1"""
    )
