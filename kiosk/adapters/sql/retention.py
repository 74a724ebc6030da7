"""How long documents are kept, and the projections made again. Leaves of the tree are kept for ever."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from kiosk.adapters.sql import lots
from kiosk.adapters.sql.database import Transaction
from kiosk.adapters.sql.leaves import CHUNK, Head, Progress, decoded, project, stamp_of, stream
from kiosk.core.journal import DocumentExpired, Entry

SIX_YEARS: Final = timedelta(days=6 * 365 + 2)
"""With both leap days that six years can have."""

KEEP: Final[Mapping[str, timedelta]] = {"sheet": SIX_YEARS, "slip": SIX_YEARS, "form": SIX_YEARS}

_DUE = (
    "SELECT documents.digest, entries.subject FROM documents JOIN entries ON entries.position = documents.position"
    " WHERE documents.kind = :kind AND documents.bytes IS NOT NULL AND entries.at < :before"
    " ORDER BY entries.position LIMIT 500"
)
"""A few at a time: no officer waits for more."""
_DROP = "UPDATE documents SET bytes = NULL WHERE digest = :digest"
_FORGET_MENTIONS = "DELETE FROM mentions"
_FORGET_KINDS = "UPDATE documents SET kind = NULL, position = NULL WHERE position IS NOT NULL"


def drop(transaction: Transaction, now: datetime, by: str, keep: Mapping[str, timedelta]) -> list[Entry]:
    """Drop some of the documents that were kept long enough; the entries that say so."""
    expired: list[Entry] = []
    for kind, kept in keep.items():
        for digest, subject in transaction.rows(_DUE, kind=kind, before=stamp_of(now - kept)):
            transaction.run(_DROP, digest=digest)
            expired.append(Entry(subject, now, by, DocumentExpired(digest, f"{kept.days} days")))
    return expired


def rebuild(transaction: Transaction, progress: Progress) -> None:
    """Make the projections again, from the entries alone."""
    size = Head.read(transaction).size
    transaction.run(_FORGET_MENTIONS)
    transaction.run(_FORGET_KINDS)
    for position, leaf in stream(transaction):
        project(transaction, [(position, decoded(position, leaf).fact)])
        if not position % CHUNK:
            progress(position, size)
    lots.rebuild(transaction)
    progress(size, size)
