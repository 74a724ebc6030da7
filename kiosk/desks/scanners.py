"""Scans that went to no sheet by themselves: kept, put on a sheet by an officer, or set aside with his reason (D5, Q10).

Each has a subject of its own in the record, and every decision is written only if nobody has decided meanwhile: what two officers
do at once is done by one of them.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.scan import NoRead, Scan
from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import Entry, Fact, ScanKept, ScanPlaced, ScanSetAside
from kiosk.core.sheet import check_legible
from kiosk.ports import Clock, Journal

TEST = ""
"""The sheet of a test scan: none."""
ONE = "one"
"""The sheet of a page where every scan begins a sheet of its own."""
HOME = "home"
"""The sheet of the page where an officer begins: none. A client's slip is taken over there, and all else is kept."""
DISMISSED = "dismissed"
"""The reason of no-reads that are set aside together: there is nothing in them to lose."""


@dataclass(frozen=True, slots=True)
class Scanners:
    """What a station records of its scanners; `station` is its 4 characters. A scan is named by its id."""

    journal: Journal
    clock: Clock
    station: str

    def kept(self, name: str, scan: Scan | NoRead, why: str) -> None:
        """Record that a scan was kept, and why (a code); once, however often it is said."""
        subject, known = self._known(name)
        if known and isinstance(known[-1], ScanKept):
            return
        try:
            self._write({subject: len(known)}, [_kept(name, scan, why)], self.station)
        except Conflict:
            self.kept(name, scan, why)

    def placed(self, names: Sequence[str], sheet: str, by: str) -> None:
        """Record that an officer has these scans put on a sheet, all or none; `Refusal` if one was decided about meanwhile."""
        self._decide(names, lambda name: ScanPlaced(name, sheet), by)

    def set_aside(self, names: Sequence[str], reason: str, by: str) -> None:
        """Record that an officer sets these scans aside, all or none, with a reason."""
        if not reason.strip():
            raise Refusal("no-reason", row="-")
        check_legible("reason", reason.strip())
        self._decide(names, lambda name: ScanSetAside(name, reason.strip()), by)

    def decided(self, name: str) -> Entry | None:
        """The decision about a scan, and whose it was; None while it is kept."""
        found = self.journal.entries(self._subject(name))
        last = found[-1].entry if found else None
        return last if last is not None and isinstance(last.fact, ScanPlaced | ScanSetAside) else None

    def _decide(self, names: Sequence[str], decision: Callable[[str], Fact], by: str) -> None:
        """Write a decision about scans that are kept. One that was made already, and not yet carried out, is no news."""
        after: dict[str, int] = {}
        facts: list[Fact] = []
        for name in dict.fromkeys(names):
            subject, known = self._known(name)
            if known and known[-1] == decision(name):
                continue
            if not known or not isinstance(known[-1], ScanKept):
                raise Refusal("scan-decided", got=name)
            after[subject] = len(known)
            facts.append(decision(name))
        if facts:
            self._write(after, facts, by)

    def _known(self, name: str) -> tuple[str, list[Fact]]:
        subject = self._subject(name)
        return subject, [one.entry.fact for one in self.journal.entries(subject)]

    def _subject(self, name: str) -> str:
        return f"scanners/{self.station}/{name}"

    def _write(self, after: dict[str, int], facts: Sequence[Fact], by: str) -> None:
        at = self.clock()
        self.journal.append([Entry(subject, at, by, fact) for subject, fact in zip(after, facts, strict=True)], after=after)


def _kept(name: str, scan: Scan | NoRead, why: str) -> ScanKept:
    at = scan.at.isoformat()
    if isinstance(scan, NoRead):
        return ScanKept(name, None, None, scan.source, None, scan.reason, at, why)
    kind = scan.symbology and scan.symbology.name
    return ScanKept(name, scan.text, base64.b64encode(scan.raw).decode(), scan.source, kind, None, at, why)
