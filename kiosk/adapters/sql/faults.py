"""What a database's fault means to the record: a word of the kiosk's for each. Nothing is tried again here."""

import sqlite3

_SQLITE = {
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_IOERR: "gone",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_CANTOPEN: "gone",
    sqlite3.SQLITE_CONSTRAINT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
}
"""A constraint that fails is corruption: positions and nodes follow from what is there, under a lock."""

_SQLSTATE = {
    "08": "gone",
    "23": "corrupt",
    "25006": "read-only",
    "28": "gone",
    "3D": "gone",
    "40": "locked",
    "42501": "read-only",
    "42P01": "corrupt",
    "53100": "disk-full",
    "53": "gone",
    "55": "locked",
    "57": "gone",
    "58": "gone",
    "P0001": "corrupt",
    "XX": "corrupt",
}
"""PostgreSQL's codes, the whole one or its class (https://www.postgresql.org/docs/18/errcodes-appendix.html)."""


def code_of(error: BaseException | None) -> str | None:
    """The word for a driver's error: disk-full, read-only, locked, gone, corrupt; None for what is a fault of ours.

    >>> code_of(sqlite3.OperationalError("no such table: entries"))
    'corrupt'
    """
    if isinstance(error, sqlite3.Error):
        return "corrupt" if str(error).startswith("no such table") else _sqlite(error)
    return _postgresql(error.sqlstate) if error and hasattr(error, "sqlstate") else None


def _sqlite(error: sqlite3.Error) -> str | None:
    extended: int = getattr(error, "sqlite_errorcode", 0)
    return _SQLITE.get(extended & 0xFF)


def _postgresql(sqlstate: str | None) -> str | None:
    """No state at all means that no server answered."""
    return (_SQLSTATE.get(sqlstate) or _SQLSTATE.get(sqlstate[:2])) if sqlstate else "gone"
