"""The parts of a warehouse's work: its register, the office's lists, and what keeps the two together (P3, P4)."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from kiosk.config import Parts, clock, local
from kiosk.core.faults import Forged, Unavailable
from kiosk.desks.holds import Holds
from kiosk.desks.register import Held, Register, nothing_held
from kiosk.desks.register.exchange import Exchange
from kiosk.ports import Journal
from kiosk.station.peer import FOLDER, PeerLists, Sync


def register_of(parts: Parts, journal: Journal, lists: PeerLists | None = None) -> Register:
    """The register of a kiosk; at a warehouse's own machine, what is on hold is known by the office's lists."""
    set_ = parts.settings
    known = partial(held_by_lists, lists) if lists else nothing_held
    days = (set_.gate.general_days, set_.gate.perishable_days)
    return Register(journal, clock, set_.station, local(set_.zone), *days, known)


def held_by_lists(lists: PeerLists) -> Held:
    """What the lists know to be on hold. Where there is none, the gate lets nothing out, and here nothing is said."""
    try:
        known = lists.holds()
    except (Unavailable, Forged):
        return nothing_held()
    return lambda kind, number: any(one.holds(kind, number) for one in known)


def held_by_record(holds: Holds) -> Held:
    """What the record knows to be on hold."""
    known = tuple(holds.standings().values())
    return lambda kind, number: any(one.holds(kind, number) for one in known)


def held_by_both(lists: PeerLists, holds: Holds) -> Held:
    """What the office's lists know to be on hold, and what this machine's own record does."""
    listed, recorded = held_by_lists(lists), held_by_record(holds)
    return lambda kind, number: listed(kind, number) or recorded(kind, number)


def all_inside(register: Register, kind: str, number: str) -> bool:
    """Whether goods of a number are in a warehouse, and nothing of them has left."""
    gone = register.gone_of(kind, number)
    return bool(register.inside(kind, number)) and not any(one.departure.pieces for one in gone)


def peer_lists(parts: Parts) -> PeerLists | None:
    """The office's lists, where its root key is pinned; None at an office."""
    if not parts.settings.gate.root:
        return None
    from kiosk.adapters.ed25519 import read_holds, read_list  # noqa: PLC0415 - start-up

    root = bytes.fromhex(parts.settings.gate.root)
    return PeerLists(parts.settings.home / FOLDER, lambda text: read_list(text, root), read_holds, clock)


@contextmanager
def syncing(parts: Parts, register: Register, lists: PeerLists | None) -> Iterator[Sync | None]:
    """What keeps this machine and its office together, not begun; None where no office is set."""
    gate = parts.settings.gate
    if not (gate.office and lists):
        yield None
        return
    from kiosk.adapters.peer import HttpPeer  # noqa: PLC0415 - start-up

    with closing(HttpPeer(gate.office, gate.token)) as peer:
        yield Sync(Exchange(register), peer, lists)


def warehouses(parts: Parts) -> tuple[str, ...]:
    """The sub-locations that are worked here, or send their registers here."""
    gate = parts.settings.gate
    return tuple(sorted({*gate.sub_locations, *(one.partition(":")[0] for one in gate.peers)}))
