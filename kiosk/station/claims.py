"""Which sheet the station's scanners write on: that of the page that took them last, until it leaves them (D5, Q3).

A claim is bound to scans by their order in the spool, and not by clocks: it is for what was kept after it was made and before the
next one. So the sheet that was on the screen when something was scanned is its sheet, whatever was opened since, whoever was
killed meanwhile, and wherever a clock has jumped.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.desks.scanners import HOME, TEST
from kiosk.station.memory import Memory
from kiosk.station.spool import Kept

FRESH: Final = timedelta(minutes=10)
"""How long ago the page of a claim may have been seen for a scan to be its: nobody knows what lies under an abandoned one."""
GRACE: Final = timedelta(minutes=2)
"""How long a page whose connection has broken may take to come back; a tab that nobody looks at asks once a minute only."""
PATIENCE: Final = timedelta(seconds=30)
"""How long a test waits for its scan."""
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS claim (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sheet TEXT NOT NULL, badge TEXT NOT NULL, session TEXT NOT NULL, since TEXT NOT NULL,
    seen TEXT NOT NULL, until TEXT, first INTEGER NOT NULL, last INTEGER, got TEXT NOT NULL DEFAULT '',
    page TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS claim_open ON claim (last, id);
CREATE TABLE IF NOT EXISTS gone (page TEXT PRIMARY KEY, at TEXT NOT NULL);
"""
_COLUMNS: Final = "id, sheet, badge, session, since, seen, until, got"
_KEPT: Final = 10_000
_NEWEST: Final = "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'scan'), 0)"


@dataclass(frozen=True, slots=True)
class Claim:
    """A page's claim on the scanners. `sheet` is a number, `TEST` or `ONE` (`kiosk.desks.scanners`).

    `seen` is when its page was last known to be there.

    `until` is its end, for a test the end of its patience. `got` is what came of it: the scan of a test, the newest sheet of `ONE`.
    """

    id: int
    sheet: str
    badge: str
    session: str
    since: datetime
    seen: datetime
    until: datetime | None
    got: str = ""

    def fresh(self, at: datetime) -> bool:
        """Whether its page had been seen lately at a moment."""
        return at - self.seen <= FRESH


class Claims:
    """The claims of the station whose home is given. Whatever can't be read or written is `Unavailable("station", …)`."""

    def __init__(self, home: Path) -> None:
        self._memory: Final = Memory(home, SCHEMA)

    def take(self, sheet: str, badge: str, session: str, at: datetime, *, page: str = "", politely: bool = False) -> Claim | None:
        """Have what is scanned from now on go to a sheet, for a page (a name that no other has).

        None: politely, and another badge has the scanners; or the page is gone already, its last word having come before this one.
        Home takes them politely from nobody, and whoever asks has them from it: on no other page is a scan missed for its sake.
        """

        def work(connection: sqlite3.Connection) -> Claim | None:
            held = _open(connection)
            if politely and held is not None and held.fresh(at) and _keeps(held, sheet, badge):
                return None
            if page and connection.execute("SELECT 1 FROM gone WHERE page = ?", [page]).fetchone():
                return None
            _end(connection, at, "sheet != ''")
            return _begin(connection, sheet, badge, session, at, page=page)

        return self._memory.do(work)

    def seen(self, session: str, sheet: str, at: datetime) -> None:
        """The page of a claim is still there."""
        sql = "UPDATE claim SET seen = ? WHERE last IS NULL AND session = ? AND sheet = ?"
        self._memory.do(lambda one: one.execute(sql, (_utc(at), session, sheet)), durable=False)

    def lost(self, session: str, sheet: str, at: datetime) -> None:
        """The page of a claim has gone without a word, as one does whose browser was killed: it has little time to come back."""
        sql = "UPDATE claim SET seen = min(seen, ?) WHERE last IS NULL AND session = ? AND sheet = ?"
        self._memory.do(lambda one: one.execute(sql, (_utc(at - FRESH + GRACE), session, sheet)), durable=False)

    def leave(self, at: datetime, *, session: str | None = None, sheet: str | None = None, badge: str | None = None) -> bool:
        """End the claims that fit all that is given; whether there was one."""
        given = {"session": session, "sheet": sheet, "badge": badge}
        known = {name: value for name, value in given.items() if value is not None}
        where = " AND ".join(f"{name} = ?" for name in known)
        return self._memory.do(lambda connection: _end(connection, at, where, *known.values()))

    def gone(self, session: str, page: str, at: datetime) -> bool:
        """A page is no longer there: whatever it asked for, it has no scanners from now on; whether it had them."""

        def work(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM gone WHERE rowid <= (SELECT max(rowid) FROM gone) - ?", [_KEPT])
            connection.execute("INSERT OR IGNORE INTO gone VALUES (?, ?)", (page, _utc(at)))
            return _end(connection, at, "session = ? AND page = ?", session, page)

        return self._memory.do(work)

    def now(self, at: datetime) -> Claim | None:
        """The claim in force, a test aside."""
        held = self._memory.do(_open, durable=False)
        return held if held is not None and held.fresh(at) else None

    def of(self, kept: Kept) -> Claim | None:
        """The claim that was in force when a scan was kept; None: no page that was there had the scanners."""
        sql = f"SELECT {_COLUMNS} FROM claim WHERE first < ? AND (last IS NULL OR last >= ?) ORDER BY id DESC"  # noqa: S608 - ours
        found = self._memory.do(lambda one: one.execute(sql, (kept.seq, kept.seq)).fetchall(), durable=False)
        claims = [_claim(*row) for row in found]
        test = next((one for one in claims if one.sheet == TEST and _awaits(one, kept)), None)
        page = next((one for one in claims if one.sheet != TEST), None)
        return test or (page if page is not None and page.fresh(kept.scan.at) else None)

    def test(self, badge: str, session: str, at: datetime) -> Claim:
        """Have the next scan go to no sheet, if it comes soon; the scanners' own claim stays beside it."""

        def work(connection: sqlite3.Connection) -> Claim:
            _end(connection, at, "sheet = ''")
            return _begin(connection, TEST, badge, session, at, at + PATIENCE)

        return self._memory.do(work)

    def tested(self, claim: int, kept: Kept) -> None:
        """A test has got its scan; a further one is none."""
        sql = "UPDATE claim SET last = ?, got = ? WHERE id = ?"
        self._memory.do(lambda connection: connection.execute(sql, (kept.seq, kept.scan.id, claim)))

    def begun(self, claim: int, sheet: str) -> None:
        """A sheet was begun for a scan, and is now to be shown on the page of a claim on `ONE`."""
        self._memory.do(lambda one: one.execute("UPDATE claim SET got = ? WHERE id = ?", (sheet, claim)), durable=False)

    def last_test(self, session: str) -> Claim | None:
        """The newest test of a session."""
        sql = f"SELECT {_COLUMNS} FROM claim WHERE sheet = '' AND session = ? ORDER BY id DESC LIMIT 1"  # noqa: S608 - ours
        found = self._memory.do(lambda connection: connection.execute(sql, [session]).fetchone(), durable=False)
        return _claim(*found) if found else None

    def close(self) -> None:
        """Let go of the file; harmless twice."""
        self._memory.close()


def _keeps(held: Claim, sheet: str, badge: str) -> bool:
    """Whether a page keeps the scanners when another asks for them politely."""
    return sheet == HOME or (held.badge != badge and held.sheet != HOME)


def _awaits(test: Claim, kept: Kept) -> bool:
    """Whether a test is for a scan: the one that it got, or one within its patience, whichever way a clock has jumped since."""
    if test.got:
        return True
    return test.until is not None and abs(kept.scan.at - test.since) <= PATIENCE


def _open(connection: sqlite3.Connection) -> Claim | None:
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM claim WHERE last IS NULL AND sheet != '' ORDER BY id DESC"  # noqa: S608 - ours
    ).fetchone()
    return _claim(*found) if found else None


def _begin(
    connection: sqlite3.Connection,
    sheet: str,
    badge: str,
    session: str,
    at: datetime,
    until: datetime | None = None,
    page: str = "",
) -> Claim:
    columns = "(sheet, badge, session, since, seen, until, page, first)"
    sql = f"INSERT INTO claim {columns} VALUES (?, ?, ?, ?, ?, ?, ?, {_NEWEST}) RETURNING {_COLUMNS}"  # noqa: S608 - our own words
    given = (sheet, badge, session, _utc(at), _utc(at), until and _utc(until), page)
    claim = _claim(*connection.execute(sql, given).fetchone())
    connection.execute("DELETE FROM claim WHERE id <= ?", [claim.id - _KEPT])
    return claim


def _end(connection: sqlite3.Connection, at: datetime, where: str, *given: object) -> bool:
    """End open claims: what is kept after this moment is not theirs."""
    sql = f"UPDATE claim SET last = {_NEWEST}, until = ? WHERE last IS NULL AND ({where})"  # noqa: S608 - our own words
    return connection.execute(sql, (_utc(at), *given)).rowcount > 0


def _claim(number: int, sheet: str, badge: str, session: str, since: str, seen: str, until: str | None, got: str) -> Claim:
    end = datetime.fromisoformat(until) if until else None
    return Claim(number, sheet, badge, session, datetime.fromisoformat(since), datetime.fromisoformat(seen), end, got)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
