"""What a gate goes by: keys and holds of this record, or at a warehouse those of its office; and the register (P2, P4)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.config import Parts, clock
from kiosk.core.faults import Forged, Unavailable
from kiosk.core.register import Lot
from kiosk.core.trust import TrustList
from kiosk.core.verdict import OWN, Standing, Verdict
from kiosk.desks.gate import Alarm, Gate, Kept, Known, Went
from kiosk.desks.gate.warned import Office, Said
from kiosk.ports import Journal

if TYPE_CHECKING:
    from drivers.pages import Reader
    from kiosk.adapters.press.foreign import ForeignProcess
    from kiosk.desks.holds import Holds
    from kiosk.desks.register import Register
    from kiosk.station.peer import PeerLists

FILE_LIMIT: Final = 10.0
"""Seconds that a PDF's signature may take to be checked."""
ALARMS: Final = timedelta(seconds=4)
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
ASKING: Final = 1.5
"""Seconds that an office may take to say what it knows of a sheet, or to give its seals: somebody stands at the gate."""


class FileCheck:
    """Checks PDFs as files, in a process of its own (`ForeignProcess`): what a hostile one breaks or takes over is there."""

    def __init__(self) -> None:
        import kiosk.adapters.pades  # noqa: PLC0415 - 1 s, for PDFs alone

        self._pades: Final = kiosk.adapters.pades
        self._pades.rehearse(clock())

    def check(self, pdf: bytes, trusted: Sequence[bytes]) -> tuple[str, bytes]:
        """The code of its signature."""
        return self._pades.check(pdf, trusted).code, b""


def certificates(trust: TrustList) -> list[bytes]:
    """Whose signatures of PDFs count, as DER: those of the keys that are not revoked."""
    return [key.certificate for key in trust.keys if key.certificate and key.revoked_at is None]


def gate_of(
    parts: Parts,
    journal: Journal,
    reader: "Reader",
    files: "ForeignProcess",
    *,
    holds: "Holds | None" = None,
    register: "Register | None" = None,
    lists: "PeerLists | None" = None,
) -> Gate:
    """Where proofs are presented: judged by the record's own keys and holds, or at a warehouse by the `lists` of its office."""
    trust = trusted(lists.trust if lists else lambda: parts.keys.trust())  # noqa: PLW0108 - the keys are made at first use
    office = office_of(parts) if lists else None
    return Gate(
        journal,
        clock,
        opener=lambda: Ed25519Seal(trust()),
        signature=lambda pdf: signature(files, pdf, trust()),
        known=by_lists(lists, holds, office) if lists else lambda _: Known(holds.standings(), "record") if holds else Known(),
        eyes=reader,
        limit=timedelta(hours=parts.settings.gate.list_hours),
        elsewhere=office.kept if office else None,
        **(registered(register, holds) if register else {}),
    )


def signature(files: "ForeignProcess", pdf: bytes, trust: TrustList) -> str:
    """The code of a PDF's own signature; `Unavailable` where that process failed: nothing is known of the file then."""
    try:
        return files.check(pdf, certificates(trust))
    except Unavailable as no:
        raise Unavailable("gate", no.code, no.detail) from no


def trusted(read: Callable[[], TrustList]) -> Callable[[], TrustList]:
    """The trust list of now. One that is not genuine is no reason to call a proof forged: then none can be judged."""

    def trust() -> TrustList:
        try:
            return read()
        except Forged as no:
            raise Unavailable("keys", "corrupt", f"the trust list: {no}") from no

    return trust


def by_lists(lists: "PeerLists", holds: "Holds | None" = None, office: Office | None = None) -> Callable[[Verdict | None], Known]:
    """What a warehouse knows of holds: the newest lists, what the office says just now where it can be asked, and its own record.

    What its own record has on hold stays; it lets nothing out, for it is no station's (`OWN`).
    """

    def known(verdict: Verdict | None) -> Known:
        found: dict[str, Standing] = {one.station: one for one in lists.holds()}
        if holds:
            found |= dict.fromkeys([OWN], next(iter(holds.standings().values())))
        return office.warned(verdict, found) if office and verdict else Known(found, "list")

    return known


def office_of(parts: Parts) -> Office | None:
    """The office that is asked; None where none is set."""
    gate = parts.settings.gate
    if not gate.office:
        return None
    from kiosk.adapters.peer import HttpPeer  # noqa: PLC0415 - start-up

    peer = HttpPeer(gate.office, gate.token, ASKING)
    return Office(lambda sheet: Said(*peer.standing(sheet)), lambda sheet: Kept(*peer.seals(sheet)), clock)


def registered(register: "Register", holds: "Holds | None") -> dict[str, Any]:
    """What the register tells the gate: what of a number went out, and what on hold is still inside."""

    def gone(kind: str, number: str) -> list[Went]:
        found = register.gone_of(kind, number)
        return [Went(one.departure.at, one.departure.pieces, one.departure.carrier, one.departure.by) for one in found]

    def alarms(sub_location: str) -> list[Alarm]:
        return [_alarm(lot, holds) for lot in register.alarmed(sub_location)]

    return {"gone": gone, "alarms": lately(alarms)}


def lately(alarms: Callable[[str], Sequence[Alarm]]) -> Callable[[str], Sequence[Alarm]]:
    """The alarms of each warehouse, asked for anew after a few seconds: every page asks, and all goods are looked through."""
    known: dict[str, tuple[datetime, Sequence[Alarm]]] = {}

    def told(sub_location: str) -> Sequence[Alarm]:
        now, (at, found) = clock(), known.get(sub_location, (NEVER, ()))
        if not timedelta() <= now - at < ALARMS:
            known[sub_location] = now, (found := alarms(sub_location))
        return found

    return told


def _alarm(lot: Lot, holds: "Holds | None") -> Alarm:
    """Goods that must stay, and by which hold; at a warehouse its list says no more than that there is one."""
    found = [hold for number in lot.numbers for hold in (holds.of_number(*number) if holds else ())]
    since, reason = (found[0].at, found[0].reason) if found else (None, "")
    return Alarm(lot.read_as, lot.number, lot.inside, lot.sub_location, since, reason)
