"""Holds: the signed lists for gates, what is known of a sheet just now, what the store tells, what an officer does by hand (P4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from typing import Annotated, Literal

from flask import Response, abort, current_app, g, request

from kiosk.core.faults import Refusal
from kiosk.core.journal import Opened, Stamped
from kiosk.core.notice import notice_of
from kiosk.core.replay import replay
from kiosk.desks.holds import NEVER, Hold
from kiosk.ports import Found
from kiosk.web.api.asked import Line, Reason, SheetNumber
from kiosk.web.api.shape import Text
from kiosk.web.holds import desk, found, list_state, why_held
from kiosk.web.house import house
from kiosk.web.pace import Pace
from kiosk.web.standalone import Lists
from kiosk.web.ticket import now

Plain = Annotated[Response, "text/plain"]
HoldName = Annotated[str, Text(1, 100, "[0-9A-Za-z._:-]+")]
_PACE = "standing pace"
AT_ONCE, A_SECOND = 60, 2.0
"""Questions of one address about sheets: a gate asks a few a minute."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Goods that were referred for exam. `event` is the store's name of that, the same however often it is told.

    `transaction` is the release request, `cargo` the cargo control numbers that it is on, a space between two; at least one.
    """

    event: Annotated[str, Text(1, 80, "[0-9A-Za-z][0-9A-Za-z._:-]{0,79}")]
    at: Annotated[str, Text(10, 40, example="2026-11-22T15:04:05+00:00")]
    transaction: Annotated[str, Text(0, 14, "([0-9]{14})?", example="99999001495785")] = ""
    cargo: Annotated[str, Text(0, 30_000, "([0-9A-Z-]{5,25}( [0-9A-Z-]{5,25})*)?", example="XXXX0000012345")] = ""
    office: Annotated[str, Text(0, 4, "([0-9]{4})?")] = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether the event was new, or known already."""

    new: bool


@dataclass(frozen=True, slots=True)
class WhichSheet:
    """The number of a sheet."""

    sheet: SheetNumber


@dataclass(frozen=True, slots=True)
class StandingTold:
    """What is known of a sheet just now: whether it was voided, which of its rows are on hold, and up to when all is known.

    It is not signed: a gate may keep goods for what it says, and lets none out for it. That needs a seal and a hold list.
    """

    sheet: str
    station: str
    stamped: bool
    voided: bool
    held: tuple[int, ...]
    known_to: str | None


@dataclass(frozen=True, slots=True)
class NewHold:
    """What is put on hold: a cargo control or transaction number, as it is scanned or typed, and why."""

    number: Annotated[str, Text(1, 100)]
    reason: Line


@dataclass(frozen=True, slots=True)
class WhichHolds:
    """The holds that bear a number, or all that are in force."""

    number: Annotated[str, Text(0, 100)] = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number that a hold bears; `bound` by an answer, where it was not named itself."""

    kind: str
    number: str
    bound: bool


@dataclass(frozen=True, slots=True)
class HoldGiven:
    """A proof that was given out for what is on hold, and which of its rows."""

    sheet: str
    rows: tuple[int, ...]
    stamped_at: str
    voided: bool
    copies: int


@dataclass(frozen=True, slots=True)
class HoldTold:
    """A hold. `late`: some of the goods had left already. `given` are the proofs that were given out; a hold by itself has them."""

    hold: str
    placed_at: str
    by: str
    source: Literal["hand", "store", "push"]
    reason: str
    numbers: tuple[Numbered, ...]
    late: bool
    lifted_at: str | None
    lifted_by: str | None
    lifted_because: str | None
    given: tuple[HoldGiven, ...]


@dataclass(frozen=True, slots=True)
class HoldsTold:
    """What is on hold, newest first; `known_to` is up to when all is known that the store has to tell, null where it never told."""

    holds: tuple[HoldTold, ...]
    known_to: str | None
    list_serial: int | None
    list_complete_to: str | None


def get_trust_list() -> Plain:
    """The trust list, signed by the root key.

    For gates that work apart from this kiosk; they pin the root's public key.
    """
    return _texts([_lists().trust])


def get_hold_lists() -> Plain:
    """The newest hold lists, one a line, each signed by a sealing key of its station; an empty line where none is.

    A new one is made when something is put on hold, lifted, or voided, and before the last is old.
    """
    return _texts(_lists().holds)


def get_standing(query: WhichSheet) -> StandingTold:
    """What is known of a sheet just now."""
    _pace().check()
    entries = house().journal.entries(query.sheet)
    if not entries or not isinstance(entries[0].entry.fact, Opened):
        raise Refusal("no-such-sheet", got=query.sheet)
    known = desk().known_to()
    return StandingTold(
        query.sheet,
        house().station,
        any(isinstance(one.entry.fact, Stamped) for one in entries),
        desk().voided(query.sheet) is not None,
        _held(query.sheet, entries),
        known.isoformat() if known > NEVER else None,
    )


def _held(sheet: str, entries: tuple[Found, ...]) -> tuple[int, ...]:
    lines = replay(sheet, (one.entry for one in entries)).lines
    standing = next(iter(desk().standings().values()))
    return tuple(place for place, line in lines if any(standing.holds(kind, line.asked.text) for kind in ("ccn", "transaction")))


def tell_referral(body: Referral) -> Taken:
    """What the store tells without being asked; its token goes into `Authorization: Bearer TOKEN`.

    Each event is taken once, however often it is told. Nobody else can tell, and while no token is set, nobody can.
    """
    expected, shown = house().store_token, request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not expected or not compare_digest(expected.encode(), shown.encode()):
        _pace().check()
        raise Refusal("not-the-store")
    numbers = [{"kind": "transaction", "number": body.transaction}] if body.transaction else []
    numbers += [{"kind": "ccn", "number": one} for one in body.cargo.split()]
    try:
        notice = notice_of(body.event, body.at, numbers, body.office)
    except ValueError as error:
        raise error if isinstance(error, Refusal) else Refusal("bad-notices", expected="a time", got=ascii(body.at)) from error
    return Taken(desk().heard([notice]) == 1)


def list_holds(query: WhichHolds) -> HoldsTold:
    """What is on hold, the newest 200, or what bears a number."""
    state = list_state()
    made = state.made
    return HoldsTold(
        tuple(map(_told, found(query.number.strip())[:200])),
        state.known_to.isoformat() if state.known_to else None,
        made.serial if made else None,
        made.issued_at.isoformat() if made else None,
    )


def place_hold(body: NewHold) -> HoldTold:
    """Put a number on hold, in every sense that it has, with all that is bound to it on record."""
    return _whole(desk().place(body.number, body.reason, g.session.badge))


def get_hold(hold: HoldName) -> HoldTold:
    """One hold, lifted or not, and the proofs that were given out for it."""
    return _whole(desk().find(hold))


def lift_hold(hold: HoldName, body: Reason) -> HoldTold:
    """Lift a hold."""
    return _whole(desk().lift(hold, body.reason, g.session.badge))


def _told(hold: Hold, given: Iterable[HoldGiven] = ()) -> HoldTold:
    over = hold.lifted
    at, by, because = (over.at.isoformat(), over.by, str(getattr(over.fact, "reason", ""))) if over else (None, None, None)
    return HoldTold(
        hold.name,
        hold.at.isoformat(),
        hold.by,
        hold.source,  # type: ignore[arg-type]  # one of these three
        why_held(hold),
        tuple(Numbered(kind, number, (kind, number) not in hold.said) for kind, number in hold.numbers),
        hold.late is not None,
        at,
        by,
        because,
        tuple(given),
    )


def _whole(hold: Hold) -> HoldTold:
    given = desk().given(hold)
    proofs = (HoldGiven(one.sheet, one.rows, one.stamped_at.isoformat(), bool(one.voided), one.copies) for one in given)
    return _told(hold, proofs)


def _lists() -> Lists:
    lists = house().lists
    return lists() if lists is not None else abort(HTTPStatus.NOT_FOUND)


def _texts(texts: Iterable[str]) -> Response:
    response = Response("".join(f"{one.strip()}\n" for one in texts) or "\n", content_type="text/plain; charset=us-ascii")
    response.add_etag()
    response.make_conditional(request)
    return response


def _pace() -> Pace:
    pace: Pace = current_app.extensions.setdefault(_PACE, Pace(AT_ONCE, A_SECOND, now))
    return pace
