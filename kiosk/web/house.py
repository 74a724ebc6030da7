"""What the screens stand on: every part of one kiosk, made by `kiosk.config` and handed to `create_app`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from zoneinfo import ZoneInfo

from flask import current_app

from kiosk.words import Language

if TYPE_CHECKING:
    from drivers.pages import Reader
    from kiosk.desks.client import ClientDesk
    from kiosk.desks.counter import Counter
    from kiosk.desks.endorsing import Endorsing
    from kiosk.desks.gate import Gate
    from kiosk.desks.holds import HoldLists, Holds
    from kiosk.desks.intake import Intake
    from kiosk.desks.record import Record
    from kiosk.desks.record.examination import Verify
    from kiosk.desks.register import Register
    from kiosk.desks.staff import Staff
    from kiosk.ports import Bindery, Clock, Journal, Press, Printer
    from kiosk.station.asker import Asker
    from kiosk.station.delivery import Delivery
    from kiosk.station.forms import FormReader
    from kiosk.station.holds import HoldKeeper
    from kiosk.station.peer import Sync
    from kiosk.station.printing import Printing
    from kiosk.station.tray import Tray
    from kiosk.web.standalone import Lists

_NAME: Final = "house"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is set for the screens: how long a session lasts and how much may be sent."""

    shift_hours: float = 12
    idle_minutes: float = 30
    upload_megabytes: int = 40
    threads: int = 48
    secure: bool = False
    """Served by TLS, here or at a proxy: cookies are for TLS only."""
    hosts: frozenset[str] = frozenset()
    """The names that a request may be for; empty: any."""
    metrics_token: str = ""
    client_idle: int = 60
    """Seconds without a touch after which a client's screen is cleared."""


@dataclass(frozen=True, slots=True)
class House:
    """The parts. `specimen`: nothing that is stamped here is proof of release, and every sheet says so."""

    counter: "Counter"
    staff: "Staff"
    record: "Record"
    intake: "Intake"
    press: "Press"
    reader: "Reader"
    forms: "FormReader"
    asker: "Asker"
    printer: "Printer"
    journal: "Journal"
    clock: "Clock"
    zone: ZoneInfo
    station: str
    office: str
    badge: str
    """The form of a badge number, a regular expression."""
    agency: str
    authority: str
    secret: bytes
    """What session cookies are signed with."""
    language: Language = "en"
    specimen: bool = True
    rules: Rules = field(default_factory=Rules)
    verify: "Verify | None" = None
    """What verifies the record, where that is not done by the record itself, which would keep scans waiting."""
    folder: Path | None = None
    """Where everything of the kiosk lies: how much room its disk has left."""
    tray: "Tray | None" = None
    """What the station's own scanners read; None where there can be none."""
    delivery: "Delivery | None" = None
    """What brings it to its sheets."""
    printing: "Printing | None" = None
    """What sends documents to the printer and follows them; without it, one is sent while its officer waits."""
    originals: int = 1
    """How many originals of a sheet are printed: 1, or 2, marked client and retained (P7)."""
    holds: "Holds | None" = None
    """What is on hold; None where no proof can be checked."""
    hold_lists: "HoldLists | None" = None
    hold_keeper: "HoldKeeper | None" = None
    """What asks the store for holds."""
    store_token: str = ""
    """What the store shows when it tells of holds by itself."""
    desk: "ClientDesk | None" = None
    """Where clients help themselves, if the office lets them, and where their queries are taken over."""
    gate: "Gate | None" = None
    """Where proofs are presented; None where no proof can be checked."""
    endorsing: "Endorsing | None" = None
    """Where a stamped sheet is put on other paper; None where there is no such desk."""
    bindery: "Bindery | None" = None
    """What draws and signs that, apart from the press."""
    lists: "Callable[[], Lists] | None" = None
    """What a verifier goes by, as signed texts."""
    list_limit: timedelta = timedelta(hours=4)
    register: "Register | None" = None
    """What goes in and out of warehouses; None where no register is kept."""
    warehouses: tuple[str, ...] = ()
    """The sub-locations that are worked here, or that send their registers."""
    sync: "Sync | None" = None
    """What keeps a warehouse's machine and its office together; None at an office."""
    writers: "Callable[[str], frozenset[str]]" = lambda _token: frozenset()
    """The warehouses that whoever shows a token may write for."""
    workbook: "Callable[[str, Sequence[str], Sequence[Sequence[str]], Collection[int]], bytes] | None" = None
    """What makes a workbook of a table: its title, the names of its columns, its rows, and which columns are numbers."""
    """A hold list that is older lets nothing out."""


def house() -> House:
    """The house that this request came to."""
    return cast("House", current_app.extensions[_NAME])


def settle(extensions: dict[str, object], kiosk: House) -> None:
    """Put the house where requests find it."""
    extensions[_NAME] = kiosk
