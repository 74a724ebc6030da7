"""kiosk.toml, read into frozen settings and checked: what is wrong in it is said at the start, by name.

Everything of a kiosk lies in one folder, its home, made at first use.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.core.faults import Refusal, Unavailable
from kiosk.settings.client import Client, client_table
from kiosk.settings.gate import Gate, gate_table
from kiosk.settings.reading import Reading, reading_table
from kiosk.settings.scanners import ScannerTable, Scanning, scanner_tables, scanning_table
from kiosk.settings.web import Web, web_table

__all__ = ["FIRST", "Client", "Gate", "ScannerTable", "Settings", "Web", "home_folder", "load", "zone_named"]

FIRST = """\
# Settings of this kiosk. What is not set has its default, shown after the #.

station = "{station}"              # begins the number of each of its sheets; never change it
# office = ""                  # our release office, 4 digits: stands on the sheets, and rows of other offices say so
# language = "en"              # en or fr; --lang and KIOSK_LANG go before it
# zone = "America/Toronto"     # the office's time zone, for what is printed
# badge = "[A-Z0-9]{{3,8}}"      # the form of a badge number
# agency = ""                  # whose name stands on the stamp; while it is empty, every sheet is a specimen

[store]                        # the release system
# kind = "acros"
# authority = "acros-stub"     # whose answers these are; it stands on every stamp
# url = ""                     # http://host:port of a store on the network; without one, the stub works in this process
# budget = 2.0                 # seconds that an answer may take
# tolerance = 30.0             # seconds by which the store's clock may differ from ours

[journal]                      # the record
# url = ""                     # postgresql://... for many stations; without one, a file in this folder
# keep_years = 6               # how long documents are kept; entries are kept for ever

[printer]                      # where paper comes out
# kind = "folder"              # or ipp: a printer on the network, or CUPS
# folder = "printed"           # each document becomes a file in it; a folder elsewhere must be there
# uri = ""                     # ipp://host:631/ipp/print, or ipps://…
# ca = ""                      # ipps: a PEM file with the certificates that are trusted, where the system's are not enough
# pin = ""                     # or the SHA-256 of the printer's own certificate, 64 hexadecimal digits
# media = ""                   # na_letter_8.5x11in; what lies in its tray, while this is empty
# originals = 1                # 2: one for the client and one to be retained, each marked so

[receipt]                      # where clients' slips come out
# kind = "printer"             # the printer above; or escpos: a receipt printer
# device = ""                  # /dev/ttyUSB0 or /dev/usb/lp0
# host = ""                    # or its address on the network
# port = 9100
# baud = 9600
# columns = 42                 # characters of a line
# codepage = "CP1252"          # one of its own that has French accents
# status = true                # false: for a printer that never says how it is

[web]                          # the counter in the browser
# host = "127.0.0.1"           # where it listens; elsewhere than here only with a certificate, or behind a proxy
# port = 8480
# names = []                   # the names under which browsers reach it, besides its address
# certificate = ""             # TLS: a PEM file (in this folder, or a whole path), the chain after the certificate
# key = ""                     # its private key, a PEM file
# proxy = false                # true behind a proxy that does TLS, and says so in X-Forwarded-For, -Proto and -Host
# shift_hours = 12             # a session ends with the shift
# idle_minutes = 30            # and after so long without a touch
# upload_megabytes = 40        # the largest form
# keyed = false                # true: a number keyed by hand may stand as R on a proof, marked as keyed
# threads = 48                 # 24 are for answers, the rest may be open event streams
# metrics_token = ""           # who shows it may read /metrics from another machine

[gate]                         # proofs that are checked, goods in and out
# list_hours = 4.0             # a hold list that is older lets nothing out
# general_days = 40            # how long goods may stay
# perishable_days = 4          # and perishable ones
# sub_locations = []           # the warehouses that are worked here, 4 digits each
# office = ""                  # https://... of the office's kiosk, for a warehouse that works apart from it
# token = ""                   # what the office knows this machine by
# peers = []                   # at the office: machines that send their registers and ask for seals, "9453:TOKEN" each
# exam_feed = true             # false: the store tells nothing of exams; holds come by hand, from notices on paper
# store_token = ""             # 16 characters or more: who shows it may send notices of exams to /api/v1/holds
# root = ""                    # the office's root key, 64 hexadecimal digits: 'kiosk keys show'

[client]                       # the page at which clients help themselves
# self_service = false
# stamp = false                # true: a stamped sheet is printed without an officer; the stamp names the station and no badge
# idle_seconds = 60            # after so long without a touch everything of the client is cleared away

[reading]                      # forms on paper, in files and before a camera
# evidence = "strict"          # or balanced: more rows are read, and a wrong number is no longer next to impossible

[scanning]                     # the scanners of this machine
# sound = "auto"               # its tones: auto, off, or a command that gets a WAV file on its standard input

# One table for each scanner: `kiosk devices enrol` writes it, `kiosk devices` shows the ids.
#   [[scanner]]
#   device = "usb-05e0:1200-S123-if00"
#   name = "counter 1"         # what it is called on screens and in the record
"""

_FORMS = {
    "station": ("[A-Z2-7]{4}", "4 of A to Z and 2 to 7"),
    "office": ("(0[0-9]{3})?", "4 digits, the first of them 0"),
    "language": ("(en|fr)?", "en or fr"),
}
_JOURNAL = ("url", "keep_years")
_TEXTS = (("journal", "url"), ("store", "kind"), ("store", "authority"), ("store", "url"), ("printer", "kind"))
_KINDS: Mapping[str, tuple[type[object], str]] = {"scanner": (list, "[[scanner]] tables")}
_TABLES = ("store", "journal", "printer", "receipt", "web", "gate", "client", "reading", "scanning")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set. `home` is where everything lies."""

    home: Path
    station: str
    office: str = ""
    language: str = ""
    zone: str = "America/Toronto"
    badge: str = "[A-Z0-9]{3,8}"
    agency: str = ""
    store: Mapping[str, Any] = field(default_factory=dict)
    journal: Mapping[str, Any] = field(default_factory=dict)
    printer: Mapping[str, Any] = field(default_factory=dict)
    receipt: Mapping[str, Any] = field(default_factory=dict)
    web: Web = field(default_factory=Web)
    gate: Gate = field(default_factory=Gate)
    client: Client = field(default_factory=Client)
    reading: Reading = field(default_factory=Reading)
    scanning: Scanning = field(default_factory=Scanning)
    scanner: tuple[ScannerTable, ...] = ()
    """The tables `[[scanner]]`."""


def home_folder(given: str | None) -> Path:
    """The home: as given, or `KIOSK_HOME`, or in the user's data folder."""
    import platformdirs  # noqa: PLC0415 - not needed where a home is given

    named = given or os.environ.get("KIOSK_HOME")
    return Path(named) if named else platformdirs.user_data_path("release-kiosk")


def load(home: Path) -> Settings:
    """The settings of a home, which is made if it is not there yet; `Refusal` names the setting that is wrong."""
    path = home / "kiosk.toml"
    try:
        if not path.exists():
            _make(home, path)
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unavailable("home", "read-only" if error.errno == 30 else "gone", f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("bad-settings", got=f"{path}: {error}") from error
    return _checked(home, table)


def _make(home: Path, path: Path) -> None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    station = "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(4))
    new = path.with_suffix(f".{os.getpid()}")
    new.touch(mode=0o600)  # a password of the record or a token may come to stand in it
    new.write_text(FIRST.format(station=station), encoding="utf-8")
    try:
        os.link(new, path)  # the first of two processes that start at once names the station
    except FileExistsError:
        pass
    finally:
        new.unlink()


def _checked(home: Path, table: dict[str, Any]) -> Settings:
    known = set(Settings.__dataclass_fields__) - {"home"}
    for name, value in table.items():
        if name not in known:
            raise Refusal("unknown-setting", expected=", ".join(sorted(known)), got=name)
        kind, expected = (dict, "a table") if name in _TABLES else _KINDS.get(name, (str, "text"))
        if not isinstance(value, kind):
            raise Refusal("bad-setting", name=name, expected=expected, got=repr(value))
    read = {
        "web": web_table(table.get("web", {})),
        "gate": gate_table(table.get("gate", {})),
        "client": client_table(table.get("client", {})),
        "reading": reading_table(table.get("reading", {})),
        "scanning": scanning_table(table.get("scanning", {})),
        "scanner": scanner_tables(table.get("scanner", [])),
    }
    settings = Settings(home, **{"station": "", **table, **read})
    for name, (pattern, expected) in _FORMS.items():
        if not re.fullmatch(pattern, getattr(settings, name)):
            raise Refusal("bad-setting", name=name, expected=expected, got=repr(getattr(settings, name)))
    for name in settings.journal:
        if name not in _JOURNAL:
            raise Refusal("unknown-setting", expected=", ".join(_JOURNAL), got=f"journal.{name}")
    for group, name in _TEXTS:
        value = table.get(group, {}).get(name, "")
        if not isinstance(value, str):
            raise Refusal("bad-setting", name=f"{group}.{name}", expected="text", got=repr(value))
    zone_named(settings.zone)
    _badge(settings.badge)
    return settings


def zone_named(name: str) -> ZoneInfo:
    """The zone of a name; `Refusal` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: America is a folder
        raise Refusal("bad-setting", name="zone", expected="a zone such as America/Toronto", got=name) from error


def _badge(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise Refusal("bad-setting", name="badge", expected="a regular expression", got=repr(pattern)) from error
