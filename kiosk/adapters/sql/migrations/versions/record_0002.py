"""Sheets are found by their client, and by who worked at them: names among the mentions, and two indexes that answer by themselves.

Nothing of the entries is changed: what is added here follows from them, and `rebuild` would make the same.
"""

from alembic import op

from kiosk.adapters.sql.database import transaction_of
from kiosk.adapters.sql.leaves import ADD_MENTION, decoded, name_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPENED = "SELECT position, leaf FROM entries WHERE kind = 'Opened' AND position >= :low ORDER BY position LIMIT 4096"


def upgrade() -> None:
    """Mention the clients of all sheets that were opened before, and widen the indexes."""
    for column, beside in (("by", ["subject"]), ("kind", ["position", "subject"])):
        op.drop_index(f"ix_entries_{column}", "entries")
        op.create_index(f"ix_entries_{column}", "entries", [column, *beside])
    _mention_clients()


def _mention_clients() -> None:
    low = 0
    with transaction_of(op.get_bind()) as transaction:
        while rows := transaction.rows(_OPENED, low=low):
            named = [(position, name_of(word)) for position, leaf in rows for word in decoded(position, leaf).fact.names()]
            if named:
                transaction.run_many(ADD_MENTION, [{"number": name, "position": position} for position, name in named])
            low = rows[-1][0] + 1
