"""The board of the scan station, as each page of the counter has it: whose the scanners are, how they are, what lies there (D5)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Literal

from flask import Flask, g, render_template, request

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import Entry, LoggedOut, PinSet, Returned, Stamped, UserChanged, UserDismissed
from kiosk.desks.client import TAKEN
from kiosk.desks.gate import GATE
from kiosk.desks.scanners import HOME, ONE
from kiosk.web.events import hub
from kiosk.web.house import House, house
from kiosk.web.overheard import Overheard, listen

if TYPE_CHECKING:
    from kiosk.station.claims import Claim
    from kiosk.station.tray import Board, Tray

BEAT: Final = timedelta(seconds=15)
"""How often a page that polls is noted down as being there."""
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""What a proxy puts on: the browser is then at another machine, whatever the address says."""


def tray() -> "Tray":
    """The tray of this kiosk's station; `Unavailable` where it has none."""
    found = house().tray
    if found is None:
        raise Unavailable("station", "absent")
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """The board as a page shows it. `sheet` is the page's own, `ONE`, `HOME` or none; `claim`: whose the scanners are, for it."""

    board: "Board"
    sheet: str
    claim: Literal["here", "other", "nobody"]
    auto: bool

    @property
    def held(self) -> "Claim | None":
        """The claim in force; that of a home page keeps them from no other page."""
        return None if self.claim == "nobody" else self.board.claim

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to show: no scan station was ever started here."""
        board = self.board
        return board.health == "absent" and not (board.kept or board.waiting or board.damaged)


def place(sheet: str = "") -> Place | None:
    """The board for a page; None where there are no scanners, or nobody is logged in who might use them."""
    kiosk = house()
    if kiosk.tray is None or g.get("session") is None:
        return None
    board = kiosk.tray.board()
    return Place(board, sheet, relation(board.claim, sheet), at_station())


def relation(claim: "Claim | None", sheet: str) -> Literal["here", "other", "nobody"]:
    """Whose the scanners are, for a page of this session."""
    if claim is None:
        return "nobody"
    if sheet and claim.sheet == sheet and claim.session == g.session.ticket.id:
        return "here"
    return "nobody" if claim.sheet == HOME else "other"


def at_station() -> bool:
    """Whether the browser is at the station's own machine: where its scanners are."""
    if any(name in request.headers for name in FORWARDED) or "werkzeug.proxy_fix.orig" in request.environ:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def install(app: Flask, kiosk: House) -> None:
    """Screens move with the board, and claims end with what they were for."""
    app.context_processor(lambda: {"scanner_place": place})
    if kiosk.tray is None:
        return
    kiosk.tray.listeners.append(hub(app).stir)
    hub(app).stir(kiosk.tray.board().version)
    if isinstance(kiosk.journal, Overheard):
        listen(kiosk.journal, leaver(kiosk.tray))


def leaver(tray: "Tray") -> Callable[[Sequence[Entry]], None]:
    """Who ends a claim once it is on record that its session is over, its sheet done, or its badge's rights are others."""

    def heard(entries: Sequence[Entry]) -> None:
        for entry in entries:
            match entry.fact:
                case LoggedOut(session=session):
                    tray.over(entry.at, session=session)
                case UserDismissed(badge=badge) | UserChanged(badge=badge) | PinSet(badge=badge):
                    tray.over(entry.at, badge=badge)
                case Stamped() | Returned():
                    tray.over(entry.at, sheet=entry.subject)
                case _:
                    pass

    return heard


def check_complete(number: str) -> None:
    """Refuse to stamp a sheet to which scans of the station's own scanners are on their way: nobody has seen them."""
    tray = house().tray
    coming = tray.coming(number) if tray is not None else 0
    if coming:
        raise Refusal("scans-coming", got=coming)


def told(sheet: str) -> dict[str, Any]:
    """The board for a script."""
    held, now = tray(), house().clock()
    shown = place(sheet)
    if shown is None:
        raise Unavailable("station", "absent")
    claim = shown.held
    if shown.claim == "here" and claim is not None and now - claim.seen > BEAT:
        with suppress(Unavailable):
            held.claims.seen(claim.session, sheet, now)
    got = claim.got if claim is not None and shown.claim == "here" else ""
    taken = got.removeprefix(TAKEN) if got.startswith(TAKEN) else ""
    begun = got if sheet in {ONE, GATE} and not taken else ""
    html = render_template("scanners_board.html", page_sheet=sheet)
    state = {"version": shown.board.version, "claim": shown.claim, "kept": shown.board.kept}
    return {**state, "begun": begun, "taken": taken, "html": html}
