"""The station's own scanners: which sheet they write on, how they are, what they read that no sheet has, a test scan."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from flask import g

from drivers.scan import NoRead
from kiosk.desks.gate import GATE
from kiosk.desks.scanners import HOME, ONE
from kiosk.web import scanners as desk
from kiosk.web.api.asked import Placing, SettingAside, Taking
from kiosk.web.board import tray
from kiosk.web.house import house

if TYPE_CHECKING:
    from kiosk.station.claims import Claim
    from kiosk.station.spool import Kept


@dataclass(frozen=True, slots=True)
class ScannerLamp:
    """How a scanner is, as the station last saw it; `why` is a code, `rate` its scans in the last minute."""

    device: str
    name: str
    kind: str
    state: str
    why: str
    last: str
    last_at: datetime | None
    rate: int
    scans: int
    errors: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ScannerClaim:
    """Which sheet the scanners write on; null for a page where every scan begins a sheet. `mine`: it is this session's."""

    sheet: str | None
    badge: str
    since: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class ScannerState:
    """The scan station: its scanners, the claim on them, how many scans are `kept` on no sheet, and how many wait to be delivered.

    It is `ended` if it does not run, `absent` if none was ever started; `damaged` are the files of its memory that were set aside.
    """

    state: Literal["absent", "ready", "none", "lost", "ended", "unreadable"]
    lit_at: datetime | None
    scanners: tuple[ScannerLamp, ...]
    claim: ScannerClaim | None
    kept: int
    waiting: int
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptScan:
    """A scan of the station's; a try that failed has a `reason`, and no `text`. `raw` is base64; `why` is why no sheet has it."""

    seq: int
    scan: str
    text: str | None
    raw: str | None
    reason: str | None
    symbology: str | None
    source: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class KeptScans:
    """The scans that no sheet has, the oldest first."""

    scans: tuple[KeptScan, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """How many kept scans were moved. One that is put on a sheet is there when it is delivered, and kept again if it is refused."""

    scans: int


@dataclass(frozen=True, slots=True)
class TestScan:
    """This session's newest test: until when it waits or waited, and the scan that it got; nulls where there was none."""

    until: datetime | None
    waits: bool
    scan: KeptScan | None
    layout: str | None


def get_scanners() -> ScannerState:
    """Get the state of the scan station and its scanners."""
    board = tray().board()
    lamps = tuple(
        ScannerLamp(
            *(one.device, one.name, one.kind, one.state, one.why, one.last, one.last_at),
            *(round(one.rate), one.scans, one.errors, one.at),
        )
        for one in board.lamps
    )
    return ScannerState(board.health, board.lit_at, lamps, _claim(board.claim), board.kept, board.waiting, board.damaged)


def list_kept_scans() -> KeptScans:
    """List the scans that no sheet has: none was open for them, or theirs did not take them."""
    return KeptScans(tuple(map(_told, tray().kept())))


def place_scans(body: Placing) -> Moved:
    """Put a kept scan, or all of them, on an open sheet."""
    return Moved(desk.placed(body.sheet, _only(body.seq)))


def set_scans_aside(body: SettingAside) -> Moved:
    """Set a kept scan, or all of them, aside, with the reason."""
    return Moved(tray().set_aside(body.reason, g.session.badge, _only(body.seq)))


def dismiss_unread_scans() -> Moved:
    """Set aside what was not read: there is nothing in it to lose."""
    return Moved(tray().dismiss(g.session.badge))


def take_scanners(body: Taking) -> ScannerState:
    """Have the scanners write on an open sheet.

    A program says so anew every few minutes: what is scanned later than 10 minutes after is kept, and on no sheet.
    """
    desk.taken(body.sheet, politely=body.politely)
    return get_scanners()


def leave_scanners() -> ScannerState:
    """Let go of the scanners, if this session has them: what they read is kept."""
    desk.left()
    return get_scanners()


def begin_test_scan() -> TestScan:
    """Have the next scan of the coming 30 seconds go to no sheet, and be shown in all its particulars."""
    tray().test(g.session.badge, g.session.ticket.id)
    return get_test_scan()


def get_test_scan() -> TestScan:
    """Get what this session's newest test scan gave."""
    test, got = tray().tested(g.session.ticket.id)
    if test is None or test.until is None:
        return TestScan(None, False, None, None)
    waits = not test.got and house().clock() < test.until
    if got is None:
        return TestScan(test.until, waits, None, None)
    return TestScan(test.until, waits, _told(got), tray().manner(got.scan.source) or None)


def _only(seq: int | None) -> list[int] | None:
    return None if seq is None else [seq]


def _claim(held: "Claim | None") -> ScannerClaim | None:
    if held is None:
        return None
    sheet = None if held.sheet in {ONE, GATE, HOME} else held.sheet
    return ScannerClaim(sheet, held.badge, held.since, held.session == g.session.ticket.id)


def _told(kept: "Kept") -> KeptScan:
    scan = kept.scan
    if isinstance(scan, NoRead):
        return KeptScan(kept.seq, scan.id, None, None, scan.reason, None, scan.source, scan.at, kept.why)
    kind, raw = scan.symbology and scan.symbology.name, base64.b64encode(scan.raw).decode()
    return KeptScan(kept.seq, scan.id, scan.text, raw, None, kind, scan.source, scan.at, kept.why)
