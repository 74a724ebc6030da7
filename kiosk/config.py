"""kiosk.toml, read into frozen settings, and the parts that they name: the only place that knows concrete classes.

Everything of a kiosk lies in one folder, its home, made at first use. With nothing configured, kiosk and stub share it and work in
one process.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.core.faults import Refusal, Unavailable

if TYPE_CHECKING:
    from kiosk.adapters.ed25519 import KeyFolder, Owner
    from kiosk.adapters.sql import SqlJournal
    from kiosk.core.proof import Checkpoint
    from kiosk.desks.counter import Counter, Press
    from kiosk.ports import Paper, Store

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
"""

_FORMS = {
    "station": ("[A-Z2-7]{4}", "4 of A to Z and 2 to 7"),
    "office": ("(0[0-9]{3})?", "4 digits, the first of them 0"),
    "language": ("(en|fr)?", "en or fr"),
}
_JOURNAL = ("url", "keep_years")
_TEXTS = (("journal", "url"), ("store", "kind"), ("store", "authority"), ("store", "url"))


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
        if not isinstance(value, dict if name in ("store", "journal") else str):
            expected = "a table" if name in ("store", "journal") else "text"
            raise Refusal("bad-setting", name=name, expected=expected, got=repr(value))
    settings = Settings(home, **{"station": "", **table})
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
    _zone(settings.zone)
    _badge(settings.badge)
    return settings


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: America is a folder
        raise Refusal("bad-setting", name="zone", expected="a zone such as America/Toronto", got=name) from error


def _badge(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise Refusal("bad-setting", name="badge", expected="a regular expression", got=repr(pattern)) from error


def part(group: str, kind: str) -> Any:  # noqa: ANN401 - whatever the plug-in is
    """The class that a kind names in a group of entry points; an unknown kind is answered with the known ones."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - 20 ms

    known = {point.name: point for point in entry_points(group=f"kiosk.{group}")}
    if kind not in known:
        raise Refusal("unknown-kind", group=group, expected=", ".join(sorted(known)), got=kind)
    return known[kind].load()


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """The parts of one kiosk, each made when it is first asked for: what is not used costs no start-up."""

    settings: Settings

    @classmethod
    def of(cls, home: str | None) -> Self:
        """The parts of the kiosk whose home is given."""
        return cls(load(home_folder(home)))

    @cached_property
    def journal(self) -> "SqlJournal":
        """The record."""
        from kiosk.adapters.sql import SqlJournal  # noqa: PLC0415 - start-up

        try:
            record = SqlJournal(self.journal_url)
        except ValueError as error:
            raise Refusal("bad-setting", name="journal.url", expected="postgresql://…", got=str(error)) from error
        self._check_there(record)
        return record

    def _check_there(self, record: "SqlJournal") -> None:
        """A new record begins with an entry; an empty one beside keys that were made is a record that was taken away."""
        if record.newest() is not None:
            return
        from kiosk.adapters.ed25519 import KeyFolder  # noqa: PLC0415 - start-up
        from kiosk.core.journal import Entry, RecordBegun  # noqa: PLC0415 - start-up

        if KeyFolder(self.settings.home).made:
            record.close()
            raise Unavailable("journal", "taken-away", self.journal_url)
        record.append([Entry("record", clock(), self.settings.station, RecordBegun(self.settings.station))])

    @property
    def journal_url(self) -> str:
        """Where the record lies."""
        from kiosk.adapters.sql.database import file_url  # noqa: PLC0415 - start-up

        return str(self.settings.journal.get("url") or file_url(self.settings.home / "journal.sqlite3"))

    @property
    def keep(self) -> dict[str, timedelta]:
        """How long each kind of document is kept."""
        from kiosk.adapters.sql.retention import KEEP  # noqa: PLC0415 - start-up

        years = self.settings.journal.get("keep_years")
        if years is None:
            return dict(KEEP)
        if not isinstance(years, int) or years < 1:
            raise Refusal("bad-setting", name="journal.keep_years", expected="a number of years, at least 1", got=repr(years))
        return dict.fromkeys(KEEP, timedelta(days=round(years * 365.25)))

    @property
    def authority(self) -> str:
        """Whose answers these are."""
        return str(self.settings.store.get("authority", "acros-stub"))

    @cached_property
    def store(self) -> "Store":
        """The release system."""
        table = {"kind": "acros", "authority": "acros-stub", **self.settings.store}
        made = part("stores", table.pop("kind"))
        if not table.get("url") and "app" not in table:
            table |= {"app": "acros_stub.web:create_app"}
            if "database" not in table:
                table["home"] = str(self.settings.home)
        try:
            store: Store = made(clock, **table)
        except (TypeError, ValueError) as error:
            raise Refusal("bad-setting", name="store", expected="settings of this kind of store", got=str(error)) from error
        return store

    @cached_property
    def counter(self) -> "Counter":
        """The officer's desk."""
        from kiosk.desks.counter import Counter  # noqa: PLC0415 - start-up

        return Counter(self.store, self.journal, clock, self.settings.station)

    @cached_property
    def keys(self) -> "KeyFolder":
        """The keys, made at first use."""
        from kiosk.adapters.ed25519 import KeyFolder  # noqa: PLC0415 - start-up
        from kiosk.core.journal import Entry, KeyMade  # noqa: PLC0415 - start-up

        folder = KeyFolder(self.settings.home)
        record = None if folder.made else self.journal  # begun before the keys: beside keys, an empty one was taken away
        made = folder.make(clock(), self.owner()) if record else None
        if record and made:  # else another process of this home was first, and says so itself
            record.append([Entry("keys", clock(), self.settings.station, KeyMade(made.kid.hex(), made.public.hex(), None))])
        return folder

    def owner(self) -> "Owner":
        """Whose keys are made here."""
        from kiosk.adapters.ed25519 import Owner  # noqa: PLC0415 - start-up
        from kiosk.adapters.pades import make_identity  # noqa: PLC0415 - start-up

        def identity() -> tuple[bytes, bytes]:
            return make_identity(f"Release kiosk {self.settings.station}", self.settings.office, clock(), 400)

        return Owner(self.authority, self.settings.station, identity)

    @cached_property
    def paper(self) -> "Paper":
        """What is printed."""
        from kiosk.adapters.pdf import PdfPaper  # noqa: PLC0415 - start-up

        return PdfPaper(self.settings.zone, self.settings.agency)

    @contextmanager
    def press(self) -> Iterator["Press"]:
        """Paper, seal and signature; the sealing keys are this process's alone meanwhile."""
        from kiosk.adapters.ed25519 import Ed25519Seal  # noqa: PLC0415 - start-up
        from kiosk.adapters.pades import PdfSigner  # noqa: PLC0415 - start-up
        from kiosk.desks.counter import Press  # noqa: PLC0415 - start-up

        with self.keys.held() as (key, pdf_key, pdf_certificate):
            yield Press(self.paper, Ed25519Seal(self.keys.trust(), key), PdfSigner(pdf_key, pdf_certificate))

    def note(self, head: "Checkpoint") -> str:
        """A note of a checkpoint of the record, signed with the sealing key."""
        from kiosk.adapters.ed25519 import origin, write_note  # noqa: PLC0415 - start-up

        with self.keys.held() as (key, _, _):
            return write_note(key, origin(self.settings.station), head)

    def read_checkpoint(self, note: Path) -> "Checkpoint":
        """The checkpoint of a note that a trusted key signed."""
        from kiosk.adapters.ed25519 import read_note  # noqa: PLC0415 - start-up

        return read_note(note.read_bytes().decode("utf-8", "replace"), self.keys.trust())


@cache
def local(zone: str) -> ZoneInfo:
    """The zone of an office, read once."""
    return _zone(zone)
