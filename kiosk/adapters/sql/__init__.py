"""The record in SQL: SQLite or PostgreSQL, append-only, under a Merkle tree (RFC 6962)."""

from kiosk.adapters.sql.copies import restore
from kiosk.adapters.sql.journal import SqlJournal

__all__ = ["SqlJournal", "restore"]
