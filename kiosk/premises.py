"""A kiosk furnished for its screens: every part that `kiosk.config` names, behind one record that can be overheard."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from drivers.pages import Reader
from kiosk.adapters.pins import ArgonPins
from kiosk.adapters.press import PressProcess
from kiosk.adapters.sql.examiner import Examiner
from kiosk.config import Parts, clock, local, own_press
from kiosk.core.faults import Refusal, Unavailable
from kiosk.desks.counter import Counter
from kiosk.desks.intake import Intake
from kiosk.desks.record import Record
from kiosk.desks.scanners import Scanners
from kiosk.desks.staff import Staff
from kiosk.ports import Journal
from kiosk.settings import load
from kiosk.station.asker import Asker
from kiosk.station.delivery import Delivery
from kiosk.station.forms import FormReader
from kiosk.station.tray import Tray
from kiosk.web.house import House, Rules
from kiosk.web.overheard import listen, overheard

SECRET_BYTES = 32
"""With less, and with none above all, anybody could make himself a session."""


@contextmanager
def at_work(parts: Parts) -> Iterator[House]:
    """All that the screens stand on, reader and press warm and the station's loops running; at the end, none is left."""
    set_, journal = parts.settings, overheard(parts.journal)
    counter = Counter(parts.store, journal, clock, set_.station, set_.web.keyed)
    intake = Intake(journal, clock)
    tray = Tray(set_.home, Scanners(journal, clock, set_.station), clock, partial(manner, set_.home))
    with (
        closing(parts.journal),
        closing(tray),
        PressProcess(partial(own_press, set_.home)) as press,
        Reader(dial=set_.reading.evidence) as reader,
        Asker(counter) as asker,
    ):
        if not parts.keys_made:
            press.ping()  # it makes the keys: no stamp is older than its key
        listen(journal, asker.heard)
        forms = FormReader(counter, intake, reader, lambda _: None)
        forms.start()
        try:
            with Delivery(tray, counter, set_.office) as delivery:
                yield _house(parts, journal, counter, intake, press, reader, forms, asker, tray, delivery)
        finally:
            forms.stop(1.0)  # what is being read then is read again at the next start


def _house(
    parts: Parts,
    journal: Journal,
    counter: Counter,
    intake: Intake,
    press: PressProcess,
    reader: Reader,
    forms: FormReader,
    asker: Asker,
    tray: Tray,
    delivery: Delivery,
) -> House:
    set_ = parts.settings
    return House(
        counter=counter,
        staff=Staff.of(journal, ArgonPins(), clock, set_.station, set_.badge),
        record=Record(journal, clock, local(set_.zone)),
        intake=intake,
        press=press,
        reader=reader,
        forms=forms,
        asker=asker,
        printer=parts.printer,
        journal=journal,
        clock=clock,
        zone=local(set_.zone),
        station=set_.station,
        office=set_.office,
        badge=set_.badge,
        agency=set_.agency,
        authority=parts.authority,
        secret=secret(set_.home / "web.key"),
        language="fr" if set_.language == "fr" else "en",
        specimen=parts.specimen,
        rules=rules(parts),
        verify=Examiner(parts.journal_url).verify,
        folder=set_.home,
        tray=tray,
        delivery=delivery,
    )


def manner(home: Path, source: str) -> str:
    """How a scanner is set to send just now, by the source of its scans; empty where nothing is set, or the settings are wrong."""
    with suppress(Refusal, Unavailable):
        for table in load(home).scanner:
            if f"scanner/{table.called}" == source:
                set_ = table.manner
                return ", ".join(filter(None, (str(set_.layout), str(set_.terminator), set_.prefix, set_.suffix)))
    return ""


def rules(parts: Parts) -> Rules:
    """What is set for the screens."""
    web = parts.settings.web
    return Rules(
        web.shift_hours,
        web.idle_minutes,
        web.upload_megabytes,
        web.threads,
        secure=web.secure,
        hosts=web.hosts,
        metrics_token=web.metrics_token,
    )


def secret(path: Path) -> bytes:
    """What sessions are signed with, made at first use and kept, so that a restart logs nobody out; for the owner alone."""
    with suppress(FileExistsError):
        new = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        try:
            os.link(new, path)
        finally:
            new.unlink()
    found = path.read_bytes()
    if len(found) < SECRET_BYTES:
        raise Unavailable("home", "corrupt", f"{path}: expected {SECRET_BYTES} random bytes or more, got {len(found)}")
    return found
