"""From the history of release requests to R, NR or N/A: one pure table.

Of each request the latest status-bearing event decides, by the time of the event and never by the order of arrival; of
several at the same time, the one that lets least out. A CCN is R only if every live request on it is released.

* Only indicator 4 is R. A code that the table does not know bears a status, and is never R.
* 1, 2 and 14 (message accepted, rejected, in error) and no code at all say nothing about the goods.
* `CANCELLED` takes a request out of account; a later status-bearing event brings it back.
* Older than the reuse window, a request is shown and is out of account: the number is another shipment's by now. So an
  old release makes nothing R, and an old refusal stops no new release.
* The future lets nothing out: a 4 dated after `as_of` (and a few seconds for clocks that differ) does not exist yet, a
  CANCELLED from the future does not take its request out of account, while any other code counts at once.

>>> released = Request("99999001495785", (Event(0, "4", "0453", "9453", "911"),))
>>> waiting = Request("99999001495786", (Event(0, "24", "0453", "9453", "911"),))
>>> [judge(on_file, as_of=1).reason for on_file in ([released], [waiting], [released, waiting], [])]
['released', 'accepted', 'part-released', 'not-on-file']
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from acros_stub.instant import DAY, SECOND

RELEASE: Final = "4"
CANCELLATION: Final = "CANCELLED"
TOLERANCE: Final = 5 * SECOND
REUSE_WINDOW: Final = 3 * 365 * DAY
AIR_REUSE_WINDOW: Final = 365 * DAY

SILENT: Final = frozenset({"", "1", "2", "14"})
REASONS: Final = {
    "4": "released",
    "5": "exam",
    "8": "detain-destination",
    "9": "awaiting-arrival",
    "23": "csa-deliver",
    "24": "accepted",
    "34": "in-process",
    CANCELLATION: "cancelled",
}
# From what lets most out to what lets least out. 8 may move in bond and 23 may be delivered; 24, 34 and 9 may not move.
_ORDER = (
    "released",
    "cancelled",
    "csa-deliver",
    "detain-destination",
    "too-old",
    "no-decision",
    "in-process",
    "accepted",
    "awaiting-arrival",
    "unknown-indicator",
    "exam",
)
SEVERITY: Final = {reason: rank for rank, reason in enumerate(_ORDER)}


class Event(NamedTuple):
    """One state that a request was in; a tuple, since thousands are made for one form. Empty text: not said."""

    at: int
    indicator: str
    office: str
    sub_location: str
    service_option: str


@dataclass(frozen=True, slots=True)
class Request:
    """A release request and all that is known of it; no number where the feed knows it by its CCN only."""

    number: str | None
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one request comes to; `live`: it counts for the CCNs that it is on."""

    number: str | None
    reason: str
    live: bool
    deciding: Event | None
    office: str
    sub_location: str
    service_option: str

    @property
    def status(self) -> str:
        """R or NR."""
        return "R" if self.reason == "released" else "NR"

    @property
    def at(self) -> int:
        """When it was decided; before all time, if it was not."""
        return self.deciding.at if self.deciding else -(2**63)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The status of a reference, why, by which office, and when released (None unless R)."""

    status: str
    reason: str
    office: str
    released_at: int | None
    verdicts: Sequence[Verdict]


def judge(requests: Iterable[Request], *, as_of: int, window: int = REUSE_WINDOW) -> Judgement:
    """The status of a reference from every request on file for it; `as_of` and `window` in microseconds."""
    verdicts = [weigh(request, as_of, window) for request in requests]
    live = [verdict for verdict in verdicts if verdict.live]
    if not live:
        return _out_of_account(verdicts)
    held = [verdict for verdict in live if verdict.reason != "released"]
    if not held:
        latest = max(live, key=lambda verdict: (verdict.at, verdict.office))
        return Judgement("R", "released", latest.office, latest.at, verdicts)
    worst = max(held, key=lambda verdict: (SEVERITY[verdict.reason], verdict.at, verdict.office))
    return Judgement("NR", worst.reason if len(held) == len(live) else "part-released", worst.office, None, verdicts)


def weigh(request: Request, as_of: int, window: int) -> Verdict:
    """What one request comes to, by itself."""
    horizon = as_of + TOLERANCE
    known = [event for event in request.events if event.indicator != RELEASE or event.at <= horizon]
    states = [event for event in known if event.indicator not in SILENT]
    deciding = max(states, key=_precedence) if states else None
    reason = reason_of(deciding.indicator) if deciding else "no-decision"
    live = deciding is None or reason != "cancelled" or deciding.at > horizon
    oldest = as_of - window
    if known and max(event.at for event in known) < oldest:
        reason, live = (reason if reason == "cancelled" else "too-old"), False
    elif reason == "released" and deciding and deciding.at < oldest:
        reason = "too-old"  # something was heard of it since, so that it still stands in the way of an R
    return Verdict(request.number, reason, live, deciding, *_particulars(deciding, known))


def reason_of(indicator: str) -> str:
    """The reason that goes with a status-bearing processing indicator."""
    return REASONS.get(indicator, "unknown-indicator")


def _out_of_account(verdicts: Sequence[Verdict]) -> Judgement:
    """Nothing live: not on file, every one cancelled, or (at least one of them) too old."""
    if not verdicts:
        return Judgement("N/A", "not-on-file", "", None, verdicts)
    latest = max(verdicts, key=lambda verdict: (verdict.reason == "too-old", verdict.at, verdict.office))
    return Judgement("NR", latest.reason, latest.office, None, verdicts)


def _precedence(event: Event) -> tuple[int, int, Event]:
    """The later decides; at the same time, what lets least out; the rest only makes it the same every time."""
    return event.at, SEVERITY[reason_of(event.indicator)], event


def _particulars(deciding: Event | None, known: Sequence[Event]) -> tuple[str, str, str]:
    """Office, sub-location and service option: those of the deciding event, else the last that were said."""
    if deciding and deciding.office and deciding.sub_location and deciding.service_option:
        return deciding[2:]
    latest = sorted(known, key=_precedence, reverse=True)
    if deciding:
        latest.insert(0, deciding)
    return (
        next((event.office for event in latest if event.office), ""),
        next((event.sub_location for event in latest if event.sub_location), ""),
        next((event.service_option for event in latest if event.service_option), ""),
    )
