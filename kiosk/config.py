"""The parts that the settings name: the only place that knows concrete classes.

With nothing configured, kiosk and stub share one home and work in one process.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from kiosk.core.faults import Refusal, Unavailable
from kiosk.settings import Settings, home_folder, load, zone_named

if TYPE_CHECKING:
    from kiosk.adapters.ed25519 import KeyFolder, Owner
    from kiosk.adapters.press.foreign import BinderProcess
    from kiosk.adapters.sql import SqlJournal
    from kiosk.core.proof import Checkpoint
    from kiosk.desks.bindery import OwnBindery
    from kiosk.desks.counter import Counter
    from kiosk.desks.dispatch import Dispatch
    from kiosk.desks.holds import HoldLists, Holds
    from kiosk.desks.press import OwnPress
    from kiosk.ports import Paper, Printer, Seal, Signer, Slips, Store


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
        from kiosk.core.journal import Entry, RecordBegun  # noqa: PLC0415 - start-up

        made = self.keys_made
        if made and record.newest() is not None:
            return  # another process has just begun it
        if made:
            record.close()
            raise Unavailable("journal", "taken-away", re.sub("//[^/]*@", "//…@", self.journal_url))  # its password is nobody's
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

        def held(kind: str, number: str) -> bool:
            return self.holds.held(kind, number)  # made when it is first asked for

        return Counter(self.store, self.journal, clock, self.settings.station, self.settings.web.keyed, held)

    @cached_property
    def holds(self) -> "Holds":
        """What is on hold."""
        from kiosk.desks.holds import Holds  # noqa: PLC0415 - start-up

        return Holds(self.journal, clock, self.store, self.settings.station, feed=self.settings.gate.exam_feed)

    @property
    def hold_lists(self) -> "HoldLists":
        """The lists of it, made by the press in this process."""
        from kiosk.desks.holds import HoldLists  # noqa: PLC0415 - start-up

        every = timedelta(hours=self.settings.gate.list_hours / 4)
        return HoldLists(self.holds, self.journal, clock, self.own_press, self.keys, every)

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

    @property
    def keys_made(self) -> bool:
        """Whether the keys have been made: `KeyFolder.made`, without what it loads."""
        return (self.settings.home / "trust" / "trust.list").exists()

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

    @property
    def own_press(self) -> "OwnPress":
        """The press in this process: for one stamp it is at hand sooner than a helper process would be.

        The keys are made before it is there, for no stamp is sealed by a key that is younger than it.
        """
        from kiosk.desks.press import OwnPress  # noqa: PLC0415 - start-up

        return OwnPress(self.paper, partial(sealing, self.keys))

    def bindery(self, binder: "BinderProcess") -> "OwnBindery":
        """What puts the stamp on other paper, in this process; clients' files are opened next door alone."""
        from kiosk.adapters.pdf import PdfPaper  # noqa: PLC0415 - start-up
        from kiosk.adapters.pdf.overlays import PdfOverlays  # noqa: PLC0415 - start-up
        from kiosk.desks.bindery import OwnBindery  # noqa: PLC0415 - start-up

        imprint = PdfPaper(self.settings.zone, self.settings.agency).imprint
        return OwnBindery(PdfOverlays(imprint), binder, partial(sealing, self.keys), binder.pictures)

    @property
    def specimen(self) -> bool:
        """Whether nothing that is stamped here proves release: its answers come from the stub, or no agency stands behind it."""
        return self.authority == "acros-stub" or not self.settings.agency

    @cached_property
    def printer(self) -> "Printer":
        """Where paper comes out."""
        table = {"kind": "folder", **self.settings.printer}
        table.pop("originals", self.originals)
        made = part("printers", table.pop("kind"))
        try:
            printer: Printer = made(self.settings.home, **table)
        except (TypeError, ValueError) as error:
            raise Refusal("bad-setting", name="printer", expected="settings of this kind of printer", got=str(error)) from error
        return printer

    @property
    def originals(self) -> int:
        """How many originals of a sheet are printed (P7)."""
        n = self.settings.printer.get("originals", 1)
        if n not in (1, 2) or isinstance(n, bool):
            raise Refusal("bad-setting", name="printer.originals", expected="1 or 2", got=repr(n))
        return int(n)

    @property
    def dispatch(self) -> "Dispatch":
        """What brings documents to the printer, from the record."""
        from kiosk.desks.dispatch import Dispatch  # noqa: PLC0415 - start-up

        return Dispatch(self.journal, self.printer, clock, self.settings.station)

    @cached_property
    def slips(self) -> "Slips":
        """Where clients' slips come out: a receipt printer, or the office's printer."""
        table = {"kind": "printer", **self.settings.receipt}
        kind = table.pop("kind")
        if kind not in ("escpos", "printer"):
            raise Refusal("unknown-kind", group="receipt", expected="escpos, printer", got=kind)
        if kind == "printer":
            from kiosk.adapters.pdf.claim import PdfSlips  # noqa: PLC0415 - start-up

            return PdfSlips(self.settings.zone)
        from kiosk.adapters.escpos import EscposSlips  # noqa: PLC0415 - start-up

        try:
            return EscposSlips(self.settings.zone, **table)
        except (TypeError, LookupError) as error:
            raise Refusal("bad-setting", name="receipt", expected="settings of this kind of printer", got=str(error)) from error

    def note(self, head: "Checkpoint") -> str:
        """A note of a checkpoint of the record, signed with the sealing key."""
        from kiosk.adapters.ed25519 import origin, write_note  # noqa: PLC0415 - start-up

        with self.keys.held() as (key, _, _):
            return write_note(key, origin(self.settings.station), head)

    def read_checkpoint(self, note: Path) -> "Checkpoint":
        """The checkpoint of a note that a trusted key signed."""
        from kiosk.adapters.ed25519 import read_note  # noqa: PLC0415 - start-up

        return read_note(note.read_bytes().decode("utf-8", "replace"), self.keys.trust())


@contextmanager
def sealing(keys: "KeyFolder") -> Iterator[tuple["Seal", "Signer"]]:
    """Seal and signature; the sealing keys are this process's alone meanwhile."""
    from kiosk.adapters.ed25519 import Ed25519Seal  # noqa: PLC0415 - start-up
    from kiosk.adapters.pades import PdfSigner  # noqa: PLC0415 - start-up

    with keys.held() as (key, pdf_key, pdf_certificate):
        yield Ed25519Seal(keys.trust(), key), PdfSigner(pdf_key, pdf_certificate)


@cache
def local(zone: str) -> ZoneInfo:
    """The zone of an office, read once."""
    return zone_named(zone)
