"""What a station's scanners read, kept until it stands on a sheet: in order, each once, on the disk before anybody is told.

`kiosk station` keeps, `kiosk web` assigns and settles. Beside it lie the lamps: how each scanner is, as the station last saw it.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from drivers.scan import NoRead, Place, Scan, Symbology
from kiosk.station.memory import Damaged, Memory, summed

PASSING: Final = 0.25
"""Seconds that the station's own loop waits where the file is locked: it has devices to look after."""
_ROW: Final = "SELECT seq, at, said, raw, sum, state, sheet, badge, why FROM scan "


class State(StrEnum):
    """What became of a scan."""

    WAITING = "waiting"
    """Kept, and not yet looked at."""
    UNPLACED = "unplaced"
    """Nobody's sheet was open for it, or the sheet would not take it: an officer decides."""
    PLACED = "placed"
    """It stands on a sheet."""
    ASIDE = "aside"
    """An officer has set it aside."""
    TESTED = "tested"
    """It was a test scan."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A scan in the spool, the `seq`th that was kept; `sheet` and `badge` say where it was assigned, `why` is a code."""

    seq: int
    scan: Scan | NoRead
    state: State
    sheet: str | None
    badge: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Lamp:
    """How a scanner is, as the station last saw it."""

    device: str
    """Its id (`drivers.hotplug`)."""
    name: str
    kind: str
    state: str
    """ready, lost, refused, flood, fault, not-taken."""
    why: str
    """A code that has its words; empty where all is well."""
    last: str
    """What it last read."""
    last_at: datetime | None
    rate: float
    """Scans in the last minute."""
    scans: int
    errors: int
    at: datetime
    hint: str = ""
    """Of a camera: what to do so that what is held before it can be read (`drivers.camera.guidance`); empty for nothing."""


class Spool:
    """The spool of the station whose home is given. Whatever can't be read or written is `Unavailable("station", …)`."""

    def __init__(self, home: Path) -> None:
        self._memory: Final = Memory(home)
        self._passing: Final = Memory(home, patience=PASSING)  # behind no thread that waits to keep a scan

    def keep(self, scan: Scan | NoRead) -> bool:
        """Keep a scan: it is on the disk when this returns. False: it was kept before (its id; without one, it is always new)."""
        at, said = _utc(scan.at), _said(scan)
        raw = scan.raw if isinstance(scan, Scan) else None
        given = (scan.id or None, at, said, raw, summed(said, raw))
        sql = "INSERT INTO scan (id, at, said, raw, sum) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
        return self._memory.do(lambda connection: connection.execute(sql, given).rowcount == 1)

    def waiting(self, most: int = 50) -> list[Kept]:
        """The scans that nobody has looked at yet, the oldest first."""
        return self._found("WHERE state = 'waiting' ORDER BY seq LIMIT ?", most)

    def unplaced(self) -> list[Kept]:
        """The scans for which there was no sheet, the oldest first."""
        return self._found("WHERE state = 'unplaced' ORDER BY seq")

    def find(self, scan: str) -> Kept | None:
        """The scan of an id."""
        return next(iter(self._found("WHERE id = ?", scan)), None)

    def assign(self, seq: int, sheet: str, badge: str) -> None:
        """Say on which sheet a scan will be put, before it is: after a crash in between, it is put on the same one."""
        self._change("UPDATE scan SET sheet = ?, badge = ? WHERE seq = ?", sheet, badge, seq)

    def settle(self, seq: int, state: State, why: str = "") -> None:
        """Say what became of a scan."""
        self._change("UPDATE scan SET state = ?, why = ? WHERE seq = ?", state.value, why, seq)

    def count(self, state: State) -> int:
        """How many scans are in a state."""
        sql = "SELECT count(*) FROM scan WHERE state = ?"
        return self._memory.do(lambda connection: int(connection.execute(sql, [state.value]).fetchone()[0]), durable=False)

    def forget(self, before: datetime) -> int:
        """Forget the settled scans of before a moment; how many these were. What is not settled is never forgotten."""
        sql = "DELETE FROM scan WHERE state IN ('placed', 'aside', 'tested') AND at < ?"
        return self._passing.do(lambda connection: connection.execute(sql, [_utc(before)]).rowcount)

    def light(self, lamps: Sequence[Lamp], at: datetime | None = None) -> None:
        """Show these lamps and no others, as of a moment: without one, that of the youngest lamp."""
        moment = at or max(lamp.at for lamp in lamps)
        self._passing.do(partial(_light, lamps=lamps, at=moment), durable=False)

    def lamps(self) -> list[Lamp]:
        """The lamps, as the station last lit them."""
        sql = "SELECT said FROM lamp ORDER BY place"
        return self._memory.do(lambda connection: [_lamp(said) for (said,) in connection.execute(sql)], durable=False)

    def lit_at(self) -> datetime | None:
        """When the station last lit its lamps, as it does every 5 s; None: never."""
        found = self._memory.do(lambda one: one.execute("SELECT at FROM lit").fetchone(), durable=False)
        return datetime.fromisoformat(found[0]) if found else None

    @property
    def damaged(self) -> list[Path]:
        """The files of this spool that were found damaged and set aside."""
        return self._memory.damaged

    def close(self) -> None:
        """Let go of the file, until it is needed again; harmless twice."""
        self._memory.close()
        self._passing.close()

    def _found(self, where: str, *given: object) -> list[Kept]:
        def work(connection: sqlite3.Connection) -> list[Kept]:
            return [_kept(*row) for row in connection.execute(_ROW + where, given)]

        return self._memory.do(work, durable=False)

    def _change(self, sql: str, *given: object) -> None:
        self._memory.do(lambda connection: connection.execute(sql, given))


def _light(connection: sqlite3.Connection, lamps: Iterable[Lamp], at: datetime) -> None:
    connection.execute("DELETE FROM lamp")
    connection.executemany("INSERT INTO lamp (said) VALUES (?)", [[_dumped(asdict(lamp))] for lamp in lamps])
    connection.execute("INSERT INTO lit VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at", [_utc(at)])


def _lamp(said: bytes) -> Lamp:
    table = _loaded(said)
    last_at = datetime.fromisoformat(table["last_at"]) if table["last_at"] else None
    return Lamp(**table | {"at": datetime.fromisoformat(table["at"]), "last_at": last_at})


def _kept(seq: int, at: str, said: bytes, raw: bytes | None, total: int, state: str, sheet: str, badge: str, why: str) -> Kept:
    if summed(said, raw) != total:
        raise Damaged(f"expected check sum {total} at scan {seq}, got {summed(said, raw)}")
    return Kept(seq, _scan(_loaded(said), datetime.fromisoformat(at), raw), State(state), sheet, badge, why)


def _said(scan: Scan | NoRead) -> bytes:
    """All of a scan but its raw bytes and its time."""
    return _dumped(asdict(replace(scan, raw=b"") if isinstance(scan, Scan) else scan) | {"raw": None, "at": None})


def _scan(table: dict[str, Any], at: datetime, raw: bytes | None) -> Scan | NoRead:
    place = table["place"] and Place(**table["place"] | {"box": tuple(table["place"]["box"])})
    if raw is None:
        return NoRead(table["reason"], table["source"], at, place, table["id"])
    known = {"raw": raw, "at": at, "place": place, "printed": tuple(table["printed"])}
    return Scan(**table | known | {"symbology": table["symbology"] and Symbology(table["symbology"])})


def _dumped(table: dict[str, Any]) -> bytes:
    """JSON that keeps whatever a device sent, lone surrogates too: escaped, two of them would come back as one character."""
    text = json.dumps(table, ensure_ascii=False, default=_utc)
    return text.encode("utf-8", "surrogatepass")


def _loaded(said: bytes) -> dict[str, Any]:
    try:
        table: dict[str, Any] = json.loads(said.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise Damaged(str(error)) from error
    return table


def _utc(moment: datetime) -> str:
    """ISO text that sorts by time: always UTC, always with its microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
