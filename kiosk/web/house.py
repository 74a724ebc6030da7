"""What the screens stand on: every part of one kiosk, made by `kiosk.config` and handed to `create_app`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from zoneinfo import ZoneInfo

from flask import current_app

from kiosk.words import Language

if TYPE_CHECKING:
    from drivers.pages import Reader
    from kiosk.desks.counter import Counter
    from kiosk.desks.intake import Intake
    from kiosk.desks.record import Record
    from kiosk.desks.record.examination import Verify
    from kiosk.desks.staff import Staff
    from kiosk.ports import Clock, Journal, Press, Printer
    from kiosk.station.asker import Asker
    from kiosk.station.delivery import Delivery
    from kiosk.station.forms import FormReader
    from kiosk.station.tray import Tray

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


def house() -> House:
    """The house that this request came to."""
    return cast("House", current_app.extensions[_NAME])


def settle(extensions: dict[str, object], kiosk: House) -> None:
    """Put the house where requests find it."""
    extensions[_NAME] = kiosk
