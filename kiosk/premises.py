"""A kiosk furnished for its screens: every part that `kiosk.config` names, behind one record that can be overheard."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from drivers.pages import Reader
from kiosk.adapters.pins import ArgonPins
from kiosk.adapters.press import PressProcess
from kiosk.adapters.press.bindery import BinderyProcess
from kiosk.adapters.press.foreign import ForeignProcess
from kiosk.adapters.sql.examiner import Examiner
from kiosk.adapters.xlsx import workbook
from kiosk.config import Parts, clock, local
from kiosk.core.faults import Refusal, Unavailable
from kiosk.desks.client import ClientDesk
from kiosk.desks.counter import Counter
from kiosk.desks.dispatch import Dispatch
from kiosk.desks.endorsing import Endorsing
from kiosk.desks.gate import Gate
from kiosk.desks.holds import HoldLists, Holds
from kiosk.desks.intake import Intake
from kiosk.desks.record import Record
from kiosk.desks.register import Register
from kiosk.desks.scanners import Scanners
from kiosk.desks.staff import Staff
from kiosk.gatehouse import FILE_LIMIT, FileCheck, gate_of
from kiosk.nextdoor import own_bindery, own_press
from kiosk.ports import Journal, Press
from kiosk.settings import load
from kiosk.settings.gate import writers
from kiosk.station.asker import Asker
from kiosk.station.delivery import Delivery
from kiosk.station.forms import FormReader
from kiosk.station.holds import HoldKeeper
from kiosk.station.peer import FOLDER, PeerLists
from kiosk.station.printing import Printing
from kiosk.station.tray import Tray
from kiosk.warehouse import all_inside, held_by_both, held_by_record, peer_lists, register_of, syncing, warehouses
from kiosk.web.house import House, Rules
from kiosk.web.overheard import listen, overheard
from kiosk.web.standalone import Lists

SECRET_BYTES = 32
"""With less, and with none above all, anybody could make himself a session."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What keeps goods in: holds, the register and the gate; and the counter, which asks for holds before it stamps."""

    counter: Counter
    holds: Holds
    lists: HoldLists
    keeper: HoldKeeper
    register: Register
    gate: Gate
    peers: PeerLists | None


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
        closing(BinderyProcess(partial(own_bindery, set_.home))) as bindery,  # started by the first client's document
        closing(ForeignProcess(FileCheck, FILE_LIMIT)) as files,  # apart from the keys; started by the first PDF
        Reader(dial=set_.reading.evidence) as reader,
        Asker(counter) as asker,
    ):
        if not parts.keys_made:
            press.ping()  # it makes the keys: no stamp is older than its key
        goods = goods_of(parts, journal, counter, (press, reader, files))
        desk = client_desk(parts, goods.counter)
        printing = Printing(Dispatch(journal, parts.printer, clock, set_.station, held=partial(on_hold, goods.counter)))
        for loop in (asker, printing):
            listen(journal, loop.heard)
        with (
            reading(FormReader(counter, intake, reader, lambda _: None)) as forms,
            Delivery(tray, counter, set_.office, goods.gate, desk) as delivery,
            goods.keeper,
            printing,
            syncing(parts, goods.register, goods.peers) as sync,
            sync or nullcontext(),
        ):
            if sync:
                listen(journal, sync.heard)
            yield _house(parts, journal, goods)(
                intake=intake, press=press, reader=reader, forms=forms, asker=asker, bindery=bindery, tray=tray,
                delivery=delivery, desk=desk, printing=printing, sync=sync,
            )  # fmt: skip


@contextmanager
def reading(forms: FormReader) -> Iterator[FormReader]:
    """Forms are read in the background; what is being read at the end is read again at the next start."""
    forms.start()
    try:
        yield forms
    finally:
        forms.stop(1.0)


def goods_of(parts: Parts, journal: Journal, counter: Counter, tools: tuple[PressProcess, Reader, ForeignProcess]) -> Goods:
    """What keeps goods in, with the press, the reader and what checks files next door."""
    press, reader, files = tools
    peers = peer_lists(parts)
    register = register_of(parts, journal, peers)
    holds, lists, keeper = holds_of(parts, journal, press, partial(all_inside, register))
    known = partial(held_by_both, peers) if peers else held_by_record
    register = replace(register, held=partial(known, holds))
    gate = gate_of(parts, journal, reader, files, holds=holds, register=register, lists=peers)
    return Goods(replace(counter, held=holds.held), holds, lists, keeper, register, gate, peers)


def on_hold(counter: Counter, sheet: str) -> bool:
    """Whether goods that a sheet proves the release of are on hold now."""
    try:
        counter.check_not_held(counter.find(sheet))
    except Refusal:
        return True
    return False


def _house(parts: Parts, journal: Journal, goods: Goods) -> partial[House]:
    """The house with its desks and with what is set; its tools and its loops come in last."""
    set_ = parts.settings
    return partial(
        House,
        counter=goods.counter,
        staff=Staff.of(journal, ArgonPins(), clock, set_.station, set_.badge),
        record=Record(journal, clock, local(set_.zone)),
        gate=goods.gate,
        holds=goods.holds,
        hold_lists=goods.lists,
        hold_keeper=goods.keeper,
        register=goods.register,
        endorsing=Endorsing(journal, clock, set_.station),
        printer=parts.printer,
        originals=parts.originals,
        journal=journal,
        clock=clock,
        zone=local(set_.zone),
        station=set_.station,
        office=set_.office,
        badge=set_.badge,
        agency=set_.agency,
        authority=parts.authority,
        secret=secret(set_.home / "web.key"),
        store_token=set_.gate.store_token,
        language="fr" if set_.language == "fr" else "en",
        specimen=parts.specimen,
        rules=rules(parts),
        verify=Examiner(parts.journal_url).verify,
        folder=set_.home,
        lists=partial(lists_of, parts),
        list_limit=timedelta(hours=set_.gate.list_hours),
        warehouses=warehouses(parts),
        writers=partial(writers, set_.gate),
        workbook=workbook,
    )


def holds_of(
    parts: Parts, journal: Journal, press: Press, inside: Callable[[str, str], bool | None] = lambda _kind, _number: None
) -> tuple[Holds, HoldLists, HoldKeeper]:
    """What is on hold, the lists of it, and the loop that keeps both; `inside`: whether all goods of a number are still there."""
    set_ = parts.settings
    holds = Holds(journal, clock, parts.store, set_.station, feed=set_.gate.exam_feed, inside=inside)
    lists = HoldLists(holds, journal, clock, press, parts.keys, timedelta(hours=set_.gate.list_hours / 4))
    keeper = HoldKeeper(holds, lists)
    listen(journal, keeper.heard)
    return holds, lists, keeper


def lists_of(parts: Parts) -> Lists:
    """What a verifier goes by: this kiosk's own lists; at a warehouse those of the office, under the root that is pinned here."""
    root = parts.settings.gate.root
    if not root:
        keys, held = parts.keys, parts.keys.published_holds()
        return Lists(keys.root_public().hex(), keys.trust_text().decode("ascii").strip(), (held.decode("ascii"),) if held else ())
    fetched = parts.settings.home / FOLDER
    try:
        trust = (fetched / "trust.list").read_text("ascii").strip()
    except FileNotFoundError:
        raise Unavailable("office", "no-list") from None
    return Lists(root, trust, tuple(one.read_text("ascii").strip() for one in sorted(fetched.glob("holds-*.list"))))


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
        client_idle=parts.settings.client.idle_seconds,
    )


def client_desk(parts: Parts, counter: Counter) -> ClientDesk:
    """Where clients help themselves, and where what they asked is taken over."""
    set_ = parts.settings
    shift = timedelta(hours=set_.web.shift_hours)
    return ClientDesk(counter, parts.slips, set_.office, set_.client.self_service, set_.client.stamp, shift)


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
